//! A recurrence in words to its rule: "every other tuesday at 5, until june".
//! May import: this module's parent, `read` for the dates and times of day inside, and `zone`.
//!
//! Rules, where usage differs:
//! - The first occurrence is the first slot at or after now; with "every 6 hours" it is 6 hours from now, unless a time is said.
//! - "every second tuesday" is every other week; with "of the month" it is the month's second one.
//! - "until dec 24" has that day in it; "until june" ends with May, "through june" with June.
//! - "for two weeks" counts from the first occurrence.
//! - "every month" without a day is on the day of today's number, "every week" on today's weekday; that is said back.
//! - A bare hour that comes every day or on weekdays, and begins at most two hours before the user's waking hours, is in the
//!   morning: "every day at 7", "weekdays at 6:30". That is said back; "pm", "in the evening" or "dinner" beside it say otherwise.
//! - "mon-fri" alone are days one after the other; with one time of day they come every week.
//! - The 29th to 31st leave out the months that have none.

use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{Date, DateTime, Time, Weekday, time},
    tz::TimeZone,
};

use super::{
    Recurrence,
    clauses::{self, Clauses, Length},
    rule::{Freq, Nth, Rule},
    times::TimesOfDay,
};
use crate::when::{Binding, Here, Meaning, NotATime, Reading, Span, read};

/// Reads `said` when all of it is a recurrence. `None`: it is none, or something else is in it.
pub fn read_words(said: &str, here: &Here) -> Option<Result<Reading, NotATime>> {
    let folded = said.trim().replace('\u{2019}', "'").to_lowercase();
    // "3 fridays from now" is one of them
    if !clauses::may_recur(&folded) || folded.ends_with(" from now") {
        return None;
    }
    if folded.starts_with("freq=") || folded.starts_with("rrule:") {
        return Some(written_out(said, here));
    }
    let words = clauses::words(&folded)?;
    let clauses = clauses::read(&words, here)?;
    let odd = |said: &String| !is_holidays(said) && single_day(said, here).is_none();
    if clauses.except.iter().any(odd) {
        return None;
    }
    let times = TimesOfDay::read(&clauses, here)?;
    if clauses.ranged && (times.times.len() != 1 || times.to.is_some()) {
        return None;
    }
    Some(settle(said, clauses, times, here).map(|mut reading| {
        reading.said = said.to_owned();
        reading
    }))
}

/// The weekdays that all of `said` names: "mon-thu", "weekdays", "mon, wed and fri".
pub fn read_weekdays(said: &str) -> Option<Vec<Weekday>> {
    let words = clauses::words(&said.trim().to_lowercase())?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (days, taken) = clauses::weekdays(&words)?;
    (taken == words.len()).then_some(days)
}

/// A rule of RFC 5545 itself, from today on.
fn written_out(said: &str, here: &Here) -> Result<Reading, NotATime> {
    let start = here.wall().with().second(0).subsec_nanosecond(0).build();
    let start = start.map_err(|_| NotATime::TooFar)?;
    let rule = Recurrence::new(said.trim(), start, Vec::new()).map_err(|_| NotATime::NoSuchTime)?;
    let first = rule.next(&here.zone, here.now).ok_or(NotATime::Past)?;
    let rule = Recurrence {
        start: first.slot,
        ..rule
    };
    Ok(Reading::plain(
        said,
        Meaning::Every {
            rule,
            zone: None,
            time: true,
        },
    ))
}

fn settle(
    said: &str,
    mut clauses: Clauses,
    times: TimesOfDay,
    here: &Here,
) -> Result<Reading, NotATime> {
    let zone = times.zone.clone().unwrap_or_else(|| here.zone.clone());
    let now = zone.to_datetime(here.now);
    let mut cannot = std::mem::take(&mut clauses.cannot);
    let mut assumed = std::mem::take(&mut clauses.assumed);
    assumed.extend(times.assumed.iter().cloned());

    let mut times = times;
    let from = match &clauses.from {
        Some(from) => {
            let (day, time) = first_day(from, here)?;
            if times.times.is_empty() {
                times.times.extend(time);
            }
            // "from 8am" is a time of day, "from dec 1 8am" a day too
            day
        }
        None => None,
    };
    let base = from.unwrap_or_else(|| now.date());
    let mut rule = rule_of(&clauses, base, &mut assumed);
    let time = *times.times.first().unwrap_or(&Time::midnight());
    if let Some(odd) = set_times(&mut rule, &times) {
        cannot.push(odd);
    }
    let start = if rule.is_elapsed() && times.times.is_empty() && from.is_none() {
        let step = i64::from(rule.interval) * if rule.freq == Freq::Hourly { 3_600 } else { 60 };
        // whole minutes, which is how times are said
        let whole = now.with().second(0).subsec_nanosecond(0).build();
        let whole = whole.unwrap_or(now);
        let first = zone
            .to_timestamp(whole)
            .ok()
            .and_then(|whole| whole.checked_add(SignedDuration::from_secs(step)).ok())
            .ok_or(NotATime::TooFar)?;
        zone.to_datetime(first)
    } else {
        first_slot(&rule, base.to_datetime(time), (&zone, here.now))?
    };
    rule.interval = clauses.interval.unwrap_or(1);
    end(&mut rule, &clauses, start, here)?;
    let mut rule =
        Recurrence::new(&rule.to_string(), start, Vec::new()).map_err(|_| NotATime::NoSuchTime)?;
    for except in &clauses.except {
        match single_day(except, here) {
            Some(day) => {
                for time in times.times.iter().copied().chain([start.time()]) {
                    rule = rule.without(day.to_datetime(time));
                }
            }
            None => cannot.push(format!("except {except}")),
        }
    }
    assumed.dedup();
    Ok(Reading {
        said: said.to_owned(),
        meaning: Meaning::Every {
            rule,
            zone: times.zone,
            time: !times.times.is_empty(),
        },
        assumed,
        doubt: times.doubt,
        cannot,
    })
}

/// The rule without its step and its end; they do not change what the first slot is.
fn rule_of(clauses: &Clauses, base: Date, assumed: &mut Vec<String>) -> Rule {
    let freq = clauses.freq.unwrap_or(Freq::Daily);
    let mut rule = Rule::new(freq);
    rule.days = clauses.days.clone();
    rule.days
        .sort_unstable_by_key(|Nth(nth, day)| (*nth, day.to_monday_zero_offset()));
    rule.month_days = clauses.month_days.clone();
    rule.month_days.sort_unstable();
    rule.months = clauses.months.clone();
    rule.months.sort_unstable();
    rule.positions.extend(clauses.position);
    if freq >= Freq::Hourly {
        rule.interval = clauses.interval.unwrap_or(1);
    }
    let open = rule.days.is_empty() && rule.month_days.is_empty();
    match freq {
        Freq::Weekly if open => {
            rule.days = vec![Nth(0, base.weekday())];
            assumed.push(base.strftime("on %As").to_string());
        }
        Freq::Monthly if open => {
            rule.month_days = vec![i16::from(base.day())];
            assumed.push(format!("on the {}", super::say::ordinal(base.day().into())));
        }
        Freq::Yearly if open => {
            let month = i16::from(base.month());
            let day = if rule.months.is_empty() || rule.months == [month] {
                base.day()
            } else {
                1
            };
            if rule.months.is_empty() {
                rule.months = vec![month];
            }
            rule.month_days = vec![i16::from(day)];
            let name = super::say::month(rule.months[0]);
            assumed.push(format!("on {name} {day}"));
        }
        _ => {}
    }
    if let (Freq::Monthly, Some(day @ 29..)) = (freq, rule.month_days.last()) {
        let day = super::say::ordinal(*day);
        assumed.push(format!("months without a {day} are left out"));
    }
    if rule.months == [2] && rule.month_days == [29] {
        assumed.push("only in leap years".to_owned());
    }
    rule
}

/// Puts several times of day, or hours from one to another, into the rule. Answers with what cannot be.
fn set_times(rule: &mut Rule, times: &TimesOfDay) -> Option<String> {
    let hour = |time: &Time| i16::from(time.hour());
    if let (Some(to), [from]) = (times.to, times.times.as_slice()) {
        if rule.freq < Freq::Hourly {
            return Some(format!("until {}", to.strftime("%-I:%M %p")));
        }
        // every hour from 9 to 5 is also at 5; every 10 minutes ends before
        let last = hour(&to) - i16::from(rule.freq == Freq::Minutely && to.minute() == 0);
        rule.hours = (hour(from)..=last.max(hour(from))).collect();
        return None;
    }
    if times.times.len() > 1 {
        let minute = times.times[0].minute();
        if rule.freq >= Freq::Hourly || times.times.iter().any(|time| time.minute() != minute) {
            let all: Vec<String> = times.times[1..]
                .iter()
                .map(|time| time.strftime("%-I:%M %p").to_string())
                .collect();
            return Some(format!("at {} too", all.join(", ")));
        }
        rule.hours = times.times.iter().map(hour).collect();
        rule.hours.sort_unstable();
    }
    None
}

/// The first slot from `from` on that is not past.
fn first_slot(
    rule: &Rule,
    from: DateTime,
    (zone, now): (&TimeZone, Timestamp),
) -> Result<DateTime, NotATime> {
    let from = match rule.hours.first() {
        Some(hour) => from
            .with()
            .hour(i8::try_from(*hour).unwrap_or_default())
            .build()
            .unwrap_or(from),
        None => from,
    };
    let stepless = match rule.freq {
        // hours run from a time that was said; it is in the steps after that one
        _ if rule.is_elapsed() => Rule::new(Freq::Daily),
        Freq::Hourly | Freq::Minutely => rule.clone(),
        _ => Rule {
            interval: 1,
            ..rule.clone()
        },
    };
    let stepless = Recurrence::new(&stepless.to_string(), from, Vec::new())
        .map_err(|_| NotATime::NoSuchTime)?;
    let before = now
        .checked_sub(SignedDuration::from_nanos(1))
        .unwrap_or(now);
    stepless
        .next(zone, before)
        .map(|slot| slot.slot)
        .ok_or(NotATime::TooFar)
}

/// Sets how the rule ends.
fn end(rule: &mut Rule, clauses: &Clauses, start: DateTime, here: &Here) -> Result<(), NotATime> {
    rule.count = clauses.count;
    let last_of = |day: Date| day.to_datetime(time(23, 59, 59, 0));
    let until = match (&clauses.until, clauses.span) {
        (Some((said, whole)), _) => Some(last(said, *whole, here)?),
        (None, Some(Length::Days(days))) => {
            let last = start.date().checked_add((days - 1).days());
            Some(last_of(last.map_err(|_| NotATime::TooFar)?))
        }
        (None, Some(Length::Months(months))) => {
            let last = start.date().checked_add(months.months());
            let last = last.and_then(|day| day.yesterday());
            Some(last_of(last.map_err(|_| NotATime::TooFar)?))
        }
        (None, Some(Length::Seconds(seconds))) => {
            let step = match rule.freq {
                Freq::Hourly => 3_600,
                Freq::Minutely => 60,
                _ => return Err(NotATime::Unknown),
            };
            let many = seconds / (step * i64::from(rule.interval));
            rule.count = Some(u32::try_from(many.max(1)).map_err(|_| NotATime::TooFar)?);
            None
        }
        (None, None) => None,
    };
    if let Some(until) = until {
        if until < start {
            return Err(NotATime::Past);
        }
        if rule.count.is_some() {
            return Err(NotATime::Unknown);
        }
        rule.until = Some(until);
    }
    Ok(())
}

/// The last wall time of "until …".
fn last(said: &str, whole: bool, here: &Here) -> Result<DateTime, NotATime> {
    let last_of = |day: Date| day.to_datetime(time(23, 59, 59, 0));
    match read(said, here)?.meaning {
        Meaning::Day(day) => Ok(last_of(day)),
        Meaning::At(moment) => Ok(moment.wall),
        Meaning::Span(Span::Days { from, to }) => {
            let day = if whole { to } else { from };
            Ok(last_of(day.yesterday().map_err(|_| NotATime::TooFar)?))
        }
        _ => Err(NotATime::Unknown),
    }
}

/// The first day of "starting …", and its time of day, if words said them.
fn first_day(said: &str, here: &Here) -> Result<(Option<Date>, Option<Time>), NotATime> {
    match read(said, here)?.meaning {
        Meaning::Day(day) => Ok((Some(day), None)),
        Meaning::At(moment) if moment.binding == Binding::Elapsed => {
            Ok((Some(moment.wall.date()), None))
        }
        Meaning::At(moment) => {
            let (day, time) = (moment.wall.date(), moment.wall.time());
            let is_time_alone =
                moment.at.duration_since(here.now) <= SignedDuration::from_hours(24);
            Ok(((!is_time_alone).then_some(day), Some(time)))
        }
        Meaning::Span(Span::Days { from, .. }) => Ok((Some(from), None)),
        _ => Err(NotATime::Unknown),
    }
}

/// Days off that no table here knows.
fn is_holidays(said: &str) -> bool {
    let kind = [
        "public ",
        "bank ",
        "federal ",
        "national ",
        "school ",
        "legal ",
    ]
    .iter()
    .find_map(|kind| said.strip_prefix(kind));
    matches!(
        kind.unwrap_or(said),
        "holiday" | "holidays" | "vacation" | "vacations" | "days off"
    )
}

fn single_day(said: &str, here: &Here) -> Option<Date> {
    match read(said, here).ok()?.meaning {
        Meaning::Day(day) => Some(day),
        _ => None,
    }
}
