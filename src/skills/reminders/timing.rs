//! From the user's words for a time to what a reminder keeps: wall time, zone, rule; with what is to be said back, or asked.

use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{Date, DateTime, Time, time},
    tz::TimeZone,
};
use serde_json::Value;

use super::say;
use crate::{
    skills::{Refusal, Scope, am_or_pm},
    when::{self, Binding, Here, Meaning, Moment, NotATime, Reading, Recurrence, Span},
};

/// A day without a time means this hour.
pub const MORNING: Time = time(9, 0, 0, 0);

/// When a reminder comes, and what was read between the lines.
#[derive(Clone, Debug, PartialEq)]
pub struct Timing {
    pub starts_at: DateTime,
    pub zone: String,
    pub floating: bool,
    pub rule: Option<String>,
    /// The user named the time of day.
    pub exact: bool,
    /// Lines to be said beside the receipt.
    pub notes: Vec<String>,
}

/// Where the answer to "AM or PM?" leads: the tool, its arguments, and which of them holds the time.
pub struct Call<'a> {
    pub tool: &'a str,
    pub args: Value,
    pub field: &'a str,
}

/// Reads words that name when a reminder comes; it must be in the future.
pub fn read(scope: &Scope, said: &str, call: &Call<'_>) -> Result<Timing, Refusal> {
    let here = scope.here();
    let reading = reading(&here, said)?;
    if let Some(doubt) = &reading.doubt {
        return Err(am_or_pm::ask(doubt, &here, call.tool, |half| {
            let mut args = call.args.clone();
            args[call.field] = Value::from(reading.with(half));
            args
        }));
    }
    let mut notes = Vec::new();
    let mut assumed = reading.assumed.clone();
    let mut timing = meant(&reading.meaning, &here, said, &mut assumed, &mut notes)?;
    notes.splice(0..0, say::assumed(&assumed));
    notes.extend(say::cannot(&reading.cannot));
    timing.notes = notes;
    Ok(timing)
}

/// The reading of `said`, or why there is none.
pub fn reading(here: &Here, said: &str) -> Result<Reading, Refusal> {
    when::read(said.trim(), here).map_err(|why| {
        Refusal::Tell(match why {
            NotATime::Past => say::past(said, here),
            NotATime::Unknown => say::not_a_time(said, "I know no such time"),
            other => say::not_a_time(said, &other.to_string()),
        })
    })
}

fn meant(
    meaning: &Meaning,
    here: &Here,
    said: &str,
    assumed: &mut Vec<String>,
    notes: &mut Vec<String>,
) -> Result<Timing, Refusal> {
    let past = || Refusal::Tell(say::past(said, here));
    match meaning {
        Meaning::At(moment) => {
            if moment.at <= here.now {
                return Err(past());
            }
            notes.extend(say::shifted(moment, here));
            Ok(once(moment, true))
        }
        Meaning::Day(day) => on(*day, here, assumed).ok_or_else(past),
        Meaning::Span(Span::Days { from, .. }) => on(*from, here, assumed).ok_or_else(past),
        Meaning::Span(Span::Times { from, .. }) => {
            meant(&Meaning::At(from.clone()), here, said, assumed, notes)
        }
        Meaning::Length(length) => {
            let at = here.now.checked_add(*length).map_err(|_| past())?;
            meant(
                &Meaning::At(Moment::elapsed(at, here)),
                here,
                said,
                assumed,
                notes,
            )
        }
        Meaning::By(inner) => meant(inner, here, said, assumed, notes),
        Meaning::Every { rule, zone, time } => {
            let rule = if *time || is_within_a_day(rule) {
                rule.clone()
            } else {
                assumed.push(format!("no time means {}", when::say::time(MORNING, here)));
                let start = rule.start.date().to_datetime(MORNING);
                Recurrence::new(&rule.rule, start, rule.except.clone()).map_err(|_| past())?
            };
            let floating = zone.is_none();
            let zone = zone.clone().unwrap_or_else(|| here.zone.clone());
            rule.next(&zone, here.now).ok_or_else(past)?;
            check_rule(&rule, &zone, here.now).map_err(|why| Refusal::Tell(why.into()))?;
            Ok(Timing {
                starts_at: rule.start,
                zone: zone.iana_name().unwrap_or("UTC").to_owned(),
                floating,
                rule: Some(rule.rule),
                exact: *time,
                notes: Vec::new(),
            })
        }
    }
}

/// The shortest time from one occurrence to the next.
const LEAST: SignedDuration = SignedDuration::from_secs(60);

/// Whether a rule has something to come, and not too often.
pub fn check_rule(rule: &Recurrence, zone: &TimeZone, now: Timestamp) -> Result<(), &'static str> {
    let next = rule.upcoming(zone, now, 2);
    match next.as_slice() {
        [] => Err("That is all past."),
        [one, two] if two.resolved.at.duration_since(one.resolved.at) < LEAST => {
            Err("That is too often: once a minute at most.")
        }
        _ => Ok(()),
    }
}

/// "every 6 hours": its start is an instant, and no day.
fn is_within_a_day(rule: &Recurrence) -> bool {
    ["HOURLY", "MINUTELY", "SECONDLY"]
        .iter()
        .any(|often| rule.rule.contains(&format!("FREQ={often}")))
}

/// A day whose time of day we choose. `None`: that is past.
fn on(day: Date, here: &Here, assumed: &mut Vec<String>) -> Option<Timing> {
    let moment = Moment::floating(day.to_datetime(MORNING), here);
    assumed.push(format!("no time means {}", when::say::time(MORNING, here)));
    (moment.at > here.now).then(|| once(&moment, false))
}

/// One moment.
pub fn once(moment: &Moment, exact: bool) -> Timing {
    Timing {
        starts_at: moment.wall,
        zone: moment.zone.iana_name().unwrap_or("UTC").to_owned(),
        floating: moment.binding == Binding::Floating,
        rule: None,
        exact,
        notes: Vec::new(),
    }
}

/// The instant until which something is put off: "20" is minutes, "tomorrow" the start of that day.
pub fn until(scope: &Scope, said: &str, at_day: Time) -> Result<Timestamp, Refusal> {
    let here = scope.here();
    let said = said.trim();
    let lower = said.to_lowercase();
    let mut bare = lower.as_str();
    for lead in ["till ", "til ", "until ", "for ", "to "] {
        bare = bare.strip_prefix(lead).unwrap_or(bare).trim_start();
    }
    if !bare.is_empty() && bare.len() <= 4 && bare.bytes().all(|b| b.is_ascii_digit()) {
        let minutes = bare.parse().unwrap_or(0);
        return later(&here, said, here.now + SignedDuration::from_mins(minutes));
    }
    let reading = reading(&here, bare)?;
    let at = instant(&reading.meaning, &here, at_day)
        .ok_or_else(|| Refusal::Tell(say::not_a_time(said, "it names no single time")))?;
    later(&here, said, at)
}

fn instant(meaning: &Meaning, here: &Here, at_day: Time) -> Option<Timestamp> {
    match meaning {
        Meaning::At(moment) => Some(moment.at),
        Meaning::Day(day) | Meaning::Span(Span::Days { from: day, .. }) => {
            Some(Moment::floating(day.to_datetime(at_day), here).at)
        }
        Meaning::Span(Span::Times { from, .. }) => Some(from.at),
        Meaning::Length(length) => here.now.checked_add(*length).ok(),
        Meaning::By(inner) => instant(inner, here, at_day),
        Meaning::Every { .. } => None,
    }
}

fn later(here: &Here, said: &str, at: Timestamp) -> Result<Timestamp, Refusal> {
    let furthest = here.wall().checked_add(5.years()).ok();
    let is_near = furthest.is_some_and(|furthest| here.zone.to_datetime(at) < furthest);
    if at <= here.now {
        Err(Refusal::Tell(say::past(said, here)))
    } else if is_near {
        Ok(at)
    } else {
        Err(Refusal::Tell(say::not_a_time(said, "it is too far away")))
    }
}

/// "10 minutes", "every hour", "10": how often it nags.
pub fn nag(scope: &Scope, said: &str) -> Result<Option<i32>, Refusal> {
    let lower = said.trim().to_lowercase();
    if ["none", "no", "never", "off", "stop"].contains(&lower.as_str()) {
        return Ok(None);
    }
    let bare = lower.strip_prefix("every ").unwrap_or(&lower).trim();
    let bare = match bare {
        "minute" | "hour" | "day" => format!("1 {bare}"),
        "other minute" => "2 minutes".to_owned(),
        "other hour" => "2 hours".to_owned(),
        "half hour" | "half an hour" => "30 minutes".to_owned(),
        digits if digits.bytes().all(|b| b.is_ascii_digit()) && !digits.is_empty() => {
            format!("{digits} minutes")
        }
        other => other.to_owned(),
    };
    let seconds = length(&scope.here(), &bare)
        .ok_or_else(|| Refusal::Tell(say::not_a_time(said, "it is no length of time")))?;
    if (60..=604_800).contains(&seconds) {
        Ok(Some(seconds))
    } else {
        Err(Refusal::Tell(
            "I can repeat it every minute at the most often, every week at the least.".into(),
        ))
    }
}

/// A length of time in seconds.
pub fn length(here: &Here, said: &str) -> Option<i32> {
    if let Ok(Reading {
        meaning: Meaning::Length(length),
        ..
    }) = when::read(said, here)
    {
        return i32::try_from(length.as_secs()).ok();
    }
    let (count, unit) = said.split_once(' ')?;
    let count: i32 = match count {
        "a" | "an" | "one" => 1,
        "two" => 2,
        "three" => 3,
        digits => digits.parse().ok()?,
    };
    let unit = match unit.trim_end_matches('s') {
        "second" | "sec" => 1,
        "minute" | "min" => 60,
        "hour" | "hr" => 3_600,
        "day" => 86_400,
        "week" => 604_800,
        _ => return None,
    };
    count.checked_mul(unit)
}
