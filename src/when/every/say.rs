//! A rule in a few words, which `read_words` reads back: "every other Tuesday at 5:00 PM, until Thu Dec 24".
//! May import: this module's parent, and `say` for days and times of day.

use std::str::FromStr;

use jiff::{
    SignedDuration,
    civil::{DateTime, Time, Weekday},
};

use super::{
    Recurrence,
    rule::{Freq, Nth, Rule},
};
use crate::when::{Here, say};

const WORKDAYS: [Weekday; 5] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
];

/// The rule in words; one that no words here fit is said as it is written.
pub fn every(recurrence: &Recurrence, here: &Here) -> String {
    let Ok(rule) = Rule::from_str(&recurrence.rule) else {
        return recurrence.rule.clone();
    };
    let Some(often) = often(&rule, here) else {
        return recurrence.rule.clone();
    };
    let mut said = often;
    let times = times(&rule, recurrence.start.time());
    if let Some(times) = times {
        let times: Vec<String> = times.iter().map(|time| say::time(*time, here)).collect();
        said.push_str(&format!(" at {}", list(&times)));
    }
    if rule.is_elapsed() && begins_at_a_time(&rule, recurrence, here) {
        let time = say::time(recurrence.start.time(), here);
        said.push_str(&format!(" starting at {time}"));
    }
    if begins_later(&rule, recurrence, here) {
        let day = say::day(recurrence.start.date(), here);
        said.push_str(&format!(", starting {day}"));
    }
    if let Some(count) = rule.count {
        said.push_str(&format!(", {count} times"));
    }
    if let Some(until) = rule.until {
        said.push_str(&format!(", until {}", say::day(until.date(), here)));
    }
    said
}

/// "every 2 weeks on Monday and Thursday": all but the time of day and the ends.
fn often(rule: &Rule, here: &Here) -> Option<String> {
    let odd = !rule.weeks.is_empty()
        || !rule.year_days.is_empty()
        || !rule.minutes.is_empty()
        || !rule.seconds.is_empty()
        || !rule.positions.is_empty() && rule.freq != Freq::Monthly
        || rule.freq >= Freq::Hourly && !rule.months.is_empty();
    if odd {
        return None;
    }
    let plain: Vec<Weekday> = rule.days.iter().map(|day| day.1).collect();
    match rule.freq {
        Freq::Weekly => weekly(rule, &plain),
        Freq::Monthly if rule.months.is_empty() => monthly(rule),
        Freq::Yearly => yearly(rule),
        Freq::Daily
            if rule.days.is_empty() && rule.month_days.is_empty() && rule.months.is_empty() =>
        {
            Some(step(rule))
        }
        Freq::Hourly | Freq::Minutely
            if rule.month_days.is_empty() && rule.days.iter().all(|day| day.0 == 0) =>
        {
            let mut said = step(rule);
            if !rule.hours.is_empty() {
                said.push_str(&hours(rule, here)?);
            }
            match plain.as_slice() {
                [] => {}
                days if days == WORKDAYS => said.push_str(" on weekdays"),
                days => said.push_str(&format!(" on {}", names(days))),
            }
            Some(said)
        }
        _ => None,
    }
}

/// " from 9:00 AM to 5:00 PM", when the hours are a run.
fn hours(rule: &Rule, here: &Here) -> Option<String> {
    let (first, last) = (*rule.hours.first()?, *rule.hours.last()?);
    let end = last + i16::from(rule.freq == Freq::Minutely);
    if last - first + 1 != i16::try_from(rule.hours.len()).ok()? || end > 23 {
        return None;
    }
    let time = |hour: i16| Time::new(i8::try_from(hour).ok()?, 0, 0, 0).ok();
    Some(format!(
        " from {} to {}",
        say::time(time(first)?, here),
        say::time(time(end)?, here)
    ))
}

fn step(rule: &Rule) -> String {
    let unit = match rule.freq {
        Freq::Yearly => "year",
        Freq::Monthly => "month",
        Freq::Weekly => "week",
        Freq::Daily => "day",
        Freq::Hourly => "hour",
        Freq::Minutely => "minute",
    };
    match rule.interval {
        1 => format!("every {unit}"),
        2 if rule.freq < Freq::Hourly => format!("every other {unit}"),
        many => format!("every {many} {unit}s"),
    }
}

fn weekly(rule: &Rule, days: &[Weekday]) -> Option<String> {
    if !rule.month_days.is_empty() || !rule.months.is_empty() || days.is_empty() {
        return None;
    }
    if rule.days.iter().any(|day| day.0 != 0) || rule.week_start != Weekday::Monday {
        return None;
    }
    let weekend = [Weekday::Saturday, Weekday::Sunday];
    Some(match rule.interval {
        1 if days == WORKDAYS => "every weekday".to_owned(),
        1 if days == weekend => "every weekend".to_owned(),
        1 => format!("every {}", names(days)),
        2 if days.len() == 1 => format!("every other {}", names(days)),
        many => format!("every {many} weeks on {}", names(days)),
    })
}

fn monthly(rule: &Rule) -> Option<String> {
    let often = match rule.interval {
        1 => "monthly".to_owned(),
        _ => step(rule),
    };
    if let [position @ (1 | -1)] = rule.positions.as_slice() {
        let days: Vec<Weekday> = rule.days.iter().map(|day| day.1).collect();
        let known = days == WORKDAYS && rule.days.iter().all(|day| day.0 == 0);
        let day = format!("{} weekday", which(*position)?);
        return match rule.interval {
            _ if !known || !rule.month_days.is_empty() => None,
            1 => Some(format!("{day} of the month")),
            _ => Some(format!("{often} on the {day}")),
        };
    }
    if !rule.positions.is_empty() {
        return None;
    }
    match (rule.month_days.as_slice(), rule.days.as_slice()) {
        ([-1], []) if rule.interval == 1 => Some("last day of every month".to_owned()),
        ([-1], []) => Some(format!("{often} on the last day")),
        (days, []) if days.iter().all(|day| *day > 0 || *day == -1) && !days.is_empty() => {
            let up = days.iter().filter(|day| **day > 0).map(|day| ordinal(*day));
            let last = days.contains(&-1).then(|| "the last day".to_owned());
            let days: Vec<String> = up.chain(last).collect();
            Some(format!("{often} on the {}", list(&days)))
        }
        ([], days @ [Nth(first, day), ..])
            if *first != 0 && days.iter().all(|each| each.1 == *day) =>
        {
            let nths: Option<Vec<String>> = days
                .iter()
                .filter(|each| each.0 > 0)
                .chain(days.iter().filter(|each| each.0 < 0))
                .map(|each| which(each.0).map(str::to_owned))
                .collect();
            let day = format!("{} {}", list(&nths?), name(*day));
            Some(match rule.interval {
                1 => format!("{day} of the month"),
                _ => format!("{often} on the {day}"),
            })
        }
        _ => None,
    }
}

fn yearly(rule: &Rule) -> Option<String> {
    let often = step(rule);
    match (
        rule.months.as_slice(),
        rule.month_days.as_slice(),
        rule.days.as_slice(),
    ) {
        (months @ [_, ..], [day], []) if *day > 0 => {
            let days: Vec<String> = months
                .iter()
                .map(|month| format!("{} {day}", self::month(*month)))
                .collect();
            Some(format!("{often} on {}", list(&days)))
        }
        // counted from the end, where February's length matters
        ([month], [-1], []) => Some(format!(
            "{often} on the last day of {}",
            self::month(*month)
        )),
        ([month], [day], []) if *day < -1 => Some(format!(
            "{often} {} before the last day of {}",
            match -1 - *day {
                1 => "a day".to_owned(),
                days => format!("{days} days"),
            },
            self::month(*month)
        )),
        ([month], [], [Nth(nth, day)]) if *nth != 0 => Some(format!(
            "{often} on the {} {} of {}",
            which(*nth)?,
            name(*day),
            self::month(*month)
        )),
        _ => None,
    }
}

/// The times of day, when there are any to say: midnight and what runs on by the hour have none.
fn times(rule: &Rule, start: Time) -> Option<Vec<Time>> {
    if rule.freq >= Freq::Hourly {
        return None;
    }
    if rule.hours.is_empty() {
        return (start != Time::midnight()).then(|| vec![start]);
    }
    rule.hours
        .iter()
        .map(|hour| {
            let hour = i8::try_from(*hour).ok()?;
            start.with().hour(hour).build().ok()
        })
        .collect()
}

/// Whether the first occurrence is not the one that the words alone would begin with.
fn begins_later(rule: &Rule, recurrence: &Recurrence, here: &Here) -> bool {
    if rule.freq >= Freq::Hourly {
        return false;
    }
    let from = here.today().to_datetime(recurrence.start.time());
    if recurrence.start <= from {
        return false;
    }
    let stepless = Rule {
        interval: 1,
        count: None,
        until: None,
        ..rule.clone()
    };
    let Ok(stepless) = Recurrence::new(&stepless.to_string(), earliest(rule, from), Vec::new())
    else {
        return false;
    };
    let before = here
        .now
        .checked_sub(SignedDuration::from_nanos(1))
        .unwrap_or(here.now);
    stepless
        .next(&here.zone, before)
        .is_some_and(|natural| natural.slot.date() < recurrence.start.date())
}

/// Whether a rule that runs on by the hour begins at a time that somebody chose: not one step from now, and within a day.
fn begins_at_a_time(rule: &Rule, recurrence: &Recurrence, here: &Here) -> bool {
    let step = match rule.freq {
        Freq::Hourly => SignedDuration::from_hours(rule.interval.into()),
        _ => SignedDuration::from_mins(rule.interval.into()),
    };
    let ahead = recurrence.start.duration_since(here.wall());
    let of_itself = (ahead - step).abs() < SignedDuration::from_mins(1);
    ahead.is_positive() && ahead <= SignedDuration::from_hours(24) && !of_itself
}

fn earliest(rule: &Rule, from: DateTime) -> DateTime {
    let hour = rule.hours.first().and_then(|hour| i8::try_from(*hour).ok());
    hour.and_then(|hour| from.with().hour(hour).build().ok())
        .unwrap_or(from)
}

fn which(nth: i16) -> Option<&'static str> {
    Some(match nth {
        1 => "first",
        2 => "second",
        3 => "third",
        4 => "fourth",
        5 => "fifth",
        -1 => "last",
        _ => return None,
    })
}

/// "15th".
pub(super) fn ordinal(day: i16) -> String {
    let ending = match (day % 10, day % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{day}{ending}")
}

/// "May".
pub(super) fn month(month: i16) -> &'static str {
    const NAMES: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    usize::try_from(month - 1)
        .ok()
        .and_then(|at| NAMES.get(at))
        .unwrap_or(&"Jan")
}

fn name(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

fn names(days: &[Weekday]) -> String {
    let names: Vec<String> = days.iter().map(|day| name(*day).to_owned()).collect();
    list(&names)
}

/// "a, b and c".
fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [front @ .., last] => format!("{} and {last}", front.join(", ")),
    }
}
