//! What is given of an event over REST, checked: bad values are named with what is expected.

use jiff::{civil::Time, tz::TimeZone};

use crate::{error::Problem, skills::calendar::event::Timing, when::Recurrence};

/// A time that an event can have, its rule in its one form.
pub(super) fn checked_timing(mut time: Timing) -> Result<Timing, Problem> {
    let bad = Problem::bad_request;
    if time.ends_at < time.starts_at {
        return Err(bad("ends_at: before starts_at"));
    }
    let midnight = Time::midnight();
    if time.all_day
        && (time.starts_at.time() != midnight
            || time.ends_at.time() != midnight
            || time.ends_at == time.starts_at)
    {
        return Err(bad(
            "all_day: starts_at and ends_at are midnights, the end behind the last day",
        ));
    }
    if !(1900..=2200).contains(&time.starts_at.year()) || time.ends_at.year() > 2200 {
        return Err(bad("starts_at: years 1900 to 2200"));
    }
    let zone = TimeZone::get(&time.zone).map_err(|_| bad("zone: an IANA name"))?;
    zone.iana_name().unwrap_or("UTC").clone_into(&mut time.zone);
    if let Some(rule) = &time.rule {
        if rule.len() > 480 {
            return Err(bad("rule: at most 480 characters"));
        }
        let known = Recurrence::new(rule, time.starts_at, Vec::new())
            .map_err(|error| Problem::bad_request(format!("rule: {error}")))?;
        time.rule = Some(known.rule);
    }
    Ok(time)
}

/// Text of a length, without what hides in texts.
pub(super) fn words(said: &str, name: &str, least: usize, most: usize) -> Result<String, Problem> {
    let said = crate::text::clean(said).trim().to_owned();
    let said = if name == "notes" {
        said
    } else {
        said.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    if (least..=most).contains(&said.chars().count()) {
        Ok(said)
    } else {
        Err(Problem::bad_request(format!(
            "{name}: {least} to {most} characters"
        )))
    }
}

/// Names of attendees.
pub(super) fn names(said: &[String]) -> Result<Vec<String>, Problem> {
    if said.len() > 100 {
        return Err(Problem::bad_request("attendees: at most 100"));
    }
    said.iter()
        .map(|name| words(name, "attendees", 1, 200))
        .collect()
}

/// Minutes to be kept free around it.
pub(super) fn buffer(minutes: i32) -> Result<i32, Problem> {
    if (0..=1_440).contains(&minutes) {
        Ok(minutes)
    } else {
        Err(Problem::bad_request("buffer_minutes: 0 to 1440"))
    }
}
