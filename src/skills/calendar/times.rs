//! From words to the time of an event, and to the stretch of time that a question is about.

use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};

use super::{
    ask::{Asked, not_a_time},
    event::{Event, Occurrence, Timing},
    say,
};
use crate::{
    skills::Refusal,
    when::{self, Here, Meaning, Moment, Reading, Recurrence, Span, resolve},
};

/// How long an event is when nothing is said.
const USUAL: SignedDuration = SignedDuration::from_hours(1);
const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 60);
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A time, and what was taken for granted with it.
#[derive(Clone, Debug)]
pub struct Timed {
    pub timing: Timing,
    pub notes: Vec<String>,
}

/// "45m", "an hour and a half".
pub fn length(said: &str, here: &Here) -> Result<SignedDuration, Refusal> {
    let bare = said.trim().trim_start_matches("for ");
    match when::read(bare, here) {
        Ok(Reading {
            meaning: Meaning::Length(length),
            ..
        }) if length >= SignedDuration::from_mins(1) && length <= LONGEST => Ok(length),
        _ => Err(Refusal::Tell(format!(
            "How long is \"{}\"? Try \"45 minutes\" or \"2 hours\".",
            say::short_title(said)
        ))),
    }
}

/// The time of a new event.
pub fn of_new(
    asked: &Asked,
    said: &str,
    length: Option<SignedDuration>,
    here: &Here,
) -> Result<Timed, Refusal> {
    let reading = asked.read("when", said, here)?;
    let mut notes = noted(&reading);
    let timing = match &reading.meaning {
        Meaning::At(moment) => {
            if length.is_none() {
                notes.push(format!("{} long", say::length(USUAL)));
            }
            timed(moment, length.unwrap_or(USUAL), here)
        }
        Meaning::Span(Span::Times { from, to }) => between(from, to, length, here),
        Meaning::Day(day) => whole_days(*day, next(*day), length, here)?,
        Meaning::Span(Span::Days { from, to }) => whole_days(*from, *to, length, here)?,
        Meaning::Every { rule, zone, time } => {
            if *time && length.is_none() {
                notes.push(format!("{} long", say::length(USUAL)));
            }
            repeated(rule, zone.as_ref(), *time, (length, here))?
        }
        Meaning::Length(_) | Meaning::By(_) => {
            return Err(Refusal::Tell(format!(
                "When exactly? \"{}\" is no day or time.",
                say::short_title(said)
            )));
        }
    };
    Ok(Timed { timing, notes })
}

/// What was taken for granted and what cannot be done, in words.
fn noted(reading: &Reading) -> Vec<String> {
    let cannot = reading
        .cannot
        .iter()
        .map(|what| format!("I cannot do: {what}"));
    reading.assumed.iter().cloned().chain(cannot).collect()
}

fn timed(moment: &Moment, length: SignedDuration, here: &Here) -> Timing {
    let zone = zone_of(&moment.zone, here);
    let starts_at = to_the_minute(moment.wall);
    Timing {
        all_day: false,
        starts_at,
        ends_at: end(starts_at, length, &moment.zone),
        zone,
        floating: false,
        rule: None,
    }
}

fn between(from: &Moment, to: &Moment, length: Option<SignedDuration>, here: &Here) -> Timing {
    let span = from.at.duration_until(to.at);
    let mut timing = timed(from, length.unwrap_or(span), here);
    if length.is_none() && from.zone == to.zone && to.wall > from.wall {
        timing.ends_at = to_the_minute(to.wall);
    }
    timing
}

fn whole_days(
    from: Date,
    to: Date,
    length: Option<SignedDuration>,
    here: &Here,
) -> Result<Timing, Refusal> {
    let to = match length {
        None => to,
        Some(length) if length >= DAY && length.as_secs() % DAY.as_secs() == 0 => {
            let days = length.as_hours() / 24;
            from.checked_add(days.days()).unwrap_or(Date::MAX)
        }
        Some(_) => {
            return Err(Refusal::Tell(format!(
                "At what time on {}? Try \"{} at 3pm\".",
                when::say::day(from, here),
                when::say::day(from, here)
            )));
        }
    };
    Ok(Timing {
        all_day: true,
        starts_at: from.to_datetime(Time::midnight()),
        ends_at: to.to_datetime(Time::midnight()),
        zone: here.zone_name().to_owned(),
        floating: true,
        rule: None,
    })
}

fn repeated(
    rule: &Recurrence,
    zone: Option<&TimeZone>,
    time: bool,
    (length, here): (Option<SignedDuration>, &Here),
) -> Result<Timing, Refusal> {
    let zone = zone.unwrap_or(&here.zone);
    // the first one to come; a count goes on from where it began
    let first = rule
        .next(zone, here.now)
        .ok_or_else(|| Refusal::Tell("That never comes.".into()))?;
    let begins = if rule.rule.contains("COUNT=") {
        rule.start
    } else {
        first.slot
    };
    let mut timing = if time {
        timed(
            &Moment::fixed(begins, zone.clone()),
            length.unwrap_or(USUAL),
            here,
        )
    } else {
        let today = begins.date();
        whole_days(today, next(today), length, here)?
    };
    timing.rule = Some(rule.rule.clone());
    Ok(timing)
}

/// The new time of an event that was at `now`, from words like "4pm", "friday", "an hour later".
pub fn of_moved(
    asked: &Asked,
    said: &str,
    (event, old): (&Event, Occurrence),
    (length, here): (Option<SignedDuration>, &Here),
) -> Result<Timed, Refusal> {
    let keeps = length.unwrap_or_else(|| event.starts_at.duration_until(event.ends_at));
    if let Some(by) = shift(said, here) {
        return Ok(plain(shifted(event, old, by, keeps)));
    }
    let zone = event.zone_for(&here.zone);
    let on = here.zone.to_datetime(old.from).date();
    let day = if event.all_day { old.slot.date() } else { on };
    let said = bare_time_on(said, day, here).unwrap_or_else(|| said.to_owned());
    let reading = asked.read("when", &said, here)?;
    let notes = noted(&reading);
    let usual = if event.all_day { USUAL } else { keeps };
    let timing = match &reading.meaning {
        Meaning::At(moment) => timed(moment, length.unwrap_or(usual), here),
        Meaning::Span(Span::Times { from, to }) => between(from, to, length, here),
        Meaning::Day(to) => moved_to_day(event, old, *to, (keeps, &zone)),
        Meaning::Span(Span::Days { from, to }) if next(*from) == *to => {
            moved_to_day(event, old, *from, (keeps, &zone))
        }
        Meaning::Span(Span::Days { from, to }) => whole_days(*from, *to, length, here)?,
        Meaning::Every { rule, zone, time } if *time || event.all_day => {
            let length = if *time {
                Some(length.unwrap_or(usual))
            } else {
                length
            };
            repeated(rule, zone.as_ref(), *time, (length, here))?
        }
        Meaning::Every { rule, .. } => {
            // "every tuesday": at the time that it has
            let start = rule.start.date().to_datetime(event.starts_at.time());
            let rule = Recurrence::new(&rule.rule, start, Vec::new())
                .map_err(|_| Refusal::Tell(say::no_such_time(&said)))?;
            repeated(&rule, Some(&zone), true, (Some(keeps), here))?
        }
        Meaning::Length(_) | Meaning::By(_) => {
            return Err(not_a_time(&said, &when::NotATime::Unknown));
        }
    };
    Ok(Timed { timing, notes })
}

/// Only longer or shorter.
pub fn of_length(
    event: &Event,
    old: Occurrence,
    length: SignedDuration,
) -> Result<Timing, Refusal> {
    if event.all_day && (length < DAY || length.as_secs() % DAY.as_secs() != 0) {
        return Err(Refusal::Tell(
            "It is all day: say a time too, like \"at 3pm\".".into(),
        ));
    }
    Ok(shifted(event, old, SignedDuration::ZERO, length))
}

fn plain(timing: Timing) -> Timed {
    Timed {
        timing,
        notes: Vec::new(),
    }
}

fn shifted(event: &Event, old: Occurrence, by: SignedDuration, length: SignedDuration) -> Timing {
    let starts_at = old.slot.saturating_add(by);
    Timing {
        starts_at,
        ends_at: starts_at.saturating_add(length),
        rule: None,
        ..event.timing()
    }
}

fn moved_to_day(
    event: &Event,
    old: Occurrence,
    to: Date,
    (keeps, zone): (SignedDuration, &TimeZone),
) -> Timing {
    let starts_at = to.to_datetime(old.slot.time());
    let ends_at = if event.all_day {
        starts_at.saturating_add(keeps)
    } else {
        end(starts_at, keeps, zone)
    };
    Timing {
        starts_at,
        ends_at,
        rule: None,
        ..event.timing()
    }
}

/// "an hour later", "30 minutes earlier", "back 15 minutes".
fn shift(said: &str, here: &Here) -> Option<SignedDuration> {
    let said = said.trim().to_lowercase();
    let (bare, later) = [
        (" later", true),
        (" earlier", false),
        (" sooner", false),
        (" back", true),
        (" forward", false),
    ]
    .iter()
    .find_map(|(word, later)| Some((said.strip_suffix(word)?, *later)))?;
    let by = length(bare.trim_start_matches("by "), here).ok()?;
    Some(if later { by } else { -by })
}

/// Words that are a time of day and no day, put on `day`: "4pm" is "2026-11-27 4pm". The test: they fit both that day and
/// the one behind it.
fn bare_time_on(said: &str, day: Date, here: &Here) -> Option<String> {
    let bare = said.trim();
    let bare = bare.strip_prefix("at ").unwrap_or(bare);
    let fits = |day: Date| {
        let said = format!("{day} {bare}");
        let reading = when::read(&said, here).ok()?;
        let on = match &reading.meaning {
            Meaning::At(moment) => moment.wall.date(),
            Meaning::Span(Span::Times { from, .. }) => from.wall.date(),
            _ => return None,
        };
        (on == day).then_some(said)
    };
    let found = fits(day)?;
    fits(next(day)).map(|_| found)
}

/// What a question is about: from one instant to another, and whether whole days were named.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    pub from: Timestamp,
    pub to: Timestamp,
    /// A time of day was said.
    pub exact: bool,
}

impl Window {
    pub fn ends(self) -> (Timestamp, Timestamp) {
        (self.from, self.to)
    }

    pub fn days(from: Date, to: Date, here: &Here) -> Self {
        Self {
            from: midnight(from, here),
            to: midnight(to, here),
            exact: false,
        }
    }

    /// The days from today on.
    pub fn coming(days: i64, here: &Here) -> Self {
        let to = here.today().checked_add(days.days());
        Self::days(here.today(), to.unwrap_or(Date::MAX), here)
    }
}

/// The stretch that words name: "tuesday afternoon", "next week", "before thursday", "friday at 3" with `length`.
pub fn window(
    asked: &Asked,
    said: &str,
    length: SignedDuration,
    here: &Here,
) -> Result<Window, Refusal> {
    let lower = said.trim().to_lowercase();
    if let Some(after) = lower.strip_prefix("after ") {
        let start = window(asked, after, length, here)?;
        let from = if start.exact { start.from } else { start.to };
        let on = here.zone.to_datetime(from).date();
        let to = midnight(
            if start.exact {
                next(on)
            } else {
                on.checked_add(7.days()).unwrap_or(on)
            },
            here,
        );
        return Ok(Window {
            from,
            to,
            exact: false,
        });
    }
    let is_deadline =
        when::read_any(said, here).is_ok_and(|reading| matches!(reading.meaning, Meaning::By(_)));
    // a day or a part of one, a week: all of it is asked about
    if !is_deadline && let Ok(span) = when::read_span(said, here) {
        return of_meaning(&Meaning::Span(span), length, here)
            .ok_or_else(|| not_a_time(said, &when::NotATime::Unknown));
    }
    let reading = asked.read_any("when", said, here)?;
    of_meaning(&reading.meaning, length, here)
        .ok_or_else(|| not_a_time(said, &when::NotATime::Unknown))
}

fn of_meaning(meaning: &Meaning, length: SignedDuration, here: &Here) -> Option<Window> {
    Some(match meaning {
        Meaning::Day(day) => Window::days(*day, next(*day), here),
        Meaning::Span(Span::Days { from, to }) => Window::days(*from, *to, here),
        Meaning::Span(Span::Times { from, to }) => Window {
            from: from.at,
            to: to.at,
            exact: true,
        },
        Meaning::At(moment) => Window {
            from: moment.at,
            to: moment.at.saturating_add(length).unwrap_or(Timestamp::MAX),
            exact: true,
        },
        Meaning::By(end) => {
            let end = of_meaning(end, SignedDuration::ZERO, here)?;
            Window {
                from: here.now,
                to: end.to.max(here.now),
                exact: false,
            }
        }
        Meaning::Length(_) | Meaning::Every { .. } => return None,
    })
}

fn midnight(day: Date, here: &Here) -> Timestamp {
    resolve(day.to_datetime(Time::midnight()), &here.zone).at
}

fn next(day: Date) -> Date {
    day.tomorrow().unwrap_or(day)
}

fn to_the_minute(wall: DateTime) -> DateTime {
    wall.with()
        .second(0)
        .subsec_nanosecond(0)
        .build()
        .unwrap_or(wall)
}

/// So long after `from` on a clock that runs through; where that clock is turned back over it, on the wall.
fn end(from: DateTime, length: SignedDuration, zone: &TimeZone) -> DateTime {
    let exact = resolve(from, zone)
        .at
        .saturating_add(length)
        .map(|at| zone.to_datetime(at));
    match exact {
        Ok(to) if to > from || length.is_zero() => to,
        _ => from.saturating_add(length),
    }
}

fn zone_of(zone: &TimeZone, here: &Here) -> String {
    zone.iana_name()
        .map_or_else(|| here.zone_name().to_owned(), str::to_owned)
}
