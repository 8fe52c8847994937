//! Words that are nothing but a time, to what they mean.

use jiff::{SignedDuration, civil::Time};

use super::{Here, Meaning, Moment, NotATime, Reading, Recurrence};

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
    if let Some(rest) = folded.strip_prefix("every day at ") {
        let start = here
            .today()
            .to_datetime(clock(rest).ok_or(NotATime::Unknown)?);
        let rule =
            Recurrence::new("FREQ=DAILY", start, Vec::new()).map_err(|_| NotATime::Unknown)?;
        return Ok(Reading::plain(
            said,
            Meaning::Every {
                rule,
                zone: None,
                time: true,
            },
        ));
    }
    let (day, time) = match folded.split_once(" at ") {
        Some((day, time)) => (day.to_owned(), Some(clock(time).ok_or(NotATime::Unknown)?)),
        None => (folded.clone(), None),
    };
    let date = super::day_ordered(&day, here.today(), here.habits.order())
        .map_err(|_| NotATime::Unknown)?
        .date;
    Ok(Reading::plain(
        said,
        match time {
            Some(time) => Meaning::At(Moment::floating(date.to_datetime(time), here)),
            None => Meaning::Day(date),
        },
    ))
}

fn clock(said: &str) -> Option<Time> {
    let (digits, later) = match said.strip_suffix("pm") {
        Some(digits) => (digits, 12),
        None => (said.strip_suffix("am").unwrap_or(said), 0),
    };
    let (hour, minute) = digits
        .trim()
        .split_once(':')
        .unwrap_or((digits.trim(), "0"));
    let hour: i8 = hour.parse().ok()?;
    Time::new(
        hour % 12 + later + if later == 0 && hour > 12 { 12 } else { 0 },
        minute.parse().ok()?,
        0,
        0,
    )
    .ok()
}
