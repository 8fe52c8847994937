//! Words that are nothing but a time, to what they mean.

use jiff::{SignedDuration, civil::Time};

use super::{Here, Meaning, Moment, NotATime, Reading};

/// Reads the whole of `said`.
pub fn read(said: &str, here: &Here) -> Result<Reading, NotATime> {
    let folded = said.trim().to_lowercase();
    if let Some(rest) = folded.strip_prefix("in ")
        && let Some((count, "minutes" | "minute" | "min")) = rest.split_once(' ')
        && let Ok(count) = count.parse()
    {
        let at = here.now + SignedDuration::from_mins(count);
        return Ok(Reading::plain(said, Meaning::At(Moment::elapsed(at, here))));
    }
    if let Some(every) = super::every::read_words(said, here) {
        return every;
    }
    let (folded, zone) = match folded.strip_suffix(" tokyo time") {
        Some(rest) => (rest.to_owned(), super::zone_named("tokyo")),
        None => (folded, None),
    };
    let folded = folded.replace(" at ", " ");
    let (day, time) = match folded.split_once("tomorrow ") {
        Some((_, time)) => (
            "tomorrow".to_owned(),
            Some(clock(time).ok_or(NotATime::Unknown)?),
        ),
        None => (folded.clone(), None),
    };
    let date = super::day_ordered(&day, here.today(), here.habits.order())
        .map_err(|_| NotATime::Unknown)?
        .date;
    Ok(Reading::plain(
        said,
        match time {
            Some(time) => Meaning::At(match zone {
                Some(zone) => Moment::fixed(date.to_datetime(time), zone),
                None => Moment::floating(date.to_datetime(time), here),
            }),
            None => Meaning::Day(date),
        },
    ))
}

fn clock(said: &str) -> Option<Time> {
    let (part, said) = match said.split_once(' ') {
        Some((part @ ("morning" | "evening" | "night" | "afternoon"), rest)) => (part, rest),
        _ => ("", said),
    };
    match said.trim() {
        "noon" => return Time::new(12, 0, 0, 0).ok(),
        "midnight" => return Some(Time::midnight()),
        "morning" => return Time::new(9, 0, 0, 0).ok(),
        "evening" => return Time::new(18, 0, 0, 0).ok(),
        _ => {}
    }
    let said = said.strip_prefix("at ").unwrap_or(said);
    let (digits, later) = match said.strip_suffix("pm").or_else(|| said.strip_suffix('p')) {
        Some(digits) => (digits, Some(12)),
        None => (
            said.strip_suffix("am").unwrap_or(said),
            said.strip_suffix("am").map(|_| 0),
        ),
    };
    let (hour, minute) = digits
        .trim()
        .split_once(':')
        .unwrap_or((digits.trim(), "0"));
    let hour: i8 = hour.parse().ok()?;
    let evening = matches!(part, "evening" | "night" | "afternoon");
    let hour = match later {
        Some(later) => hour % 12 + later,
        None if part == "morning" => hour,
        None if hour < 12 && (evening || hour < 8) && minute == "0" => hour + 12,
        None => hour,
    };
    Time::new(hour, minute.parse().ok()?, 0, 0).ok()
}
