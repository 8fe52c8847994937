//! Surgery on what comes again: one occurrence out of it, an end to it, another day for it.

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, DateTime, Weekday},
};

use super::{
    edit::Edit,
    event::{Event, Timing},
};
use crate::{clock::new_id, when::resolve};

/// The rule as it goes on from `slot`: of a count, what is left of it. `None`: nothing is left.
fn rest(event: &Event, slot: DateTime) -> Option<String> {
    let rule = event.rule.as_deref()?;
    let count = rule
        .split(';')
        .find_map(|part| part.strip_prefix("COUNT="))
        .and_then(|count| count.parse::<usize>().ok());
    let Some(count) = count else {
        return Some(rule.to_owned());
    };
    // what is left out counts too (RFC 5545)
    let whole = Event {
        except_at: Vec::new(),
        ..event.clone()
    };
    let before = whole
        .recurrence()?
        .upcoming(&jiff::tz::TimeZone::UTC, Timestamp::MIN, count)
        .iter()
        .filter(|o| o.slot < slot)
        .count();
    let left = count.checked_sub(before).filter(|left| *left > 0)?;
    let mut parts = parts_without(rule, &["COUNT"]);
    parts.push(format!("COUNT={left}"));
    Some(parts.join(";"))
}

fn parts_without(rule: &str, names: &[&str]) -> Vec<String> {
    rule.split(';')
        .filter(|part| !names.contains(&part.split('=').next().unwrap_or_default()))
        .map(str::to_owned)
        .collect()
}

/// The rule when its occurrence on `from` moves to `to`. `None`: that cannot be said by changing one part of it.
pub fn moved(rule: &str, from: Date, to: Date) -> Option<String> {
    if from == to {
        return Some(rule.to_owned());
    }
    let part = |name: &str| {
        rule.split(';')
            .find_map(|part| part.strip_prefix(name)?.strip_prefix('='))
    };
    let others = ["BYYEARDAY", "BYWEEKNO", "BYSETPOS", "BYMONTH"];
    if others.iter().any(|name| part(name).is_some()) {
        return None;
    }
    let replaced = |name: &str, value: String| {
        let mut parts = parts_without(rule, &[name]);
        parts.push(format!("{name}={value}"));
        parts.join(";")
    };
    match (part("FREQ")?, part("BYDAY"), part("BYMONTHDAY")) {
        (_, None, None) => Some(rule.to_owned()),
        ("WEEKLY", Some(day), None) if day == code(from.weekday()) => {
            Some(replaced("BYDAY", code(to.weekday()).to_owned()))
        }
        ("MONTHLY", None, Some(day))
            if day == from.day().to_string() && to.month() == from.month() =>
        {
            Some(replaced("BYMONTHDAY", to.day().to_string()))
        }
        _ => None,
    }
}

fn code(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "MO",
        Weekday::Tuesday => "TU",
        Weekday::Wednesday => "WE",
        Weekday::Thursday => "TH",
        Weekday::Friday => "FR",
        Weekday::Saturday => "SA",
        Weekday::Sunday => "SU",
    }
}

/// The series with the occurrence at `slot` left out.
pub fn without(event: &Event, slot: DateTime) -> Event {
    let mut after = event.clone();
    if !after.except_at.contains(&slot) {
        after.except_at.push(slot);
        after.except_at.sort();
    }
    after
}

/// One occurrence alone, as a row of its own: at its time in the series until it is moved.
pub fn alone(event: &Event, slot: DateTime, now: Timestamp) -> Event {
    let mut one = event.clone();
    one.id = new_id();
    one.number = 0;
    one.starts_at = slot;
    one.ends_at = end_at(event, slot);
    one.rule = None;
    one.except_at = Vec::new();
    one.series_id = Some(event.id);
    one.original_at = Some(slot);
    one.version = 1;
    one.sequence = 0;
    (one.created_at, one.changed_at) = (now, now);
    one
}

/// The wall time at which an occurrence at `slot` ends.
fn end_at(event: &Event, slot: DateTime) -> DateTime {
    slot.saturating_add(event.starts_at.duration_until(event.ends_at))
}

/// The series from `slot` on, as one of its own. `None`: it has no occurrence from there on.
pub fn tail(event: &Event, slot: DateTime, now: Timestamp) -> Option<Event> {
    let rule = rest(event, slot)?;
    let mut tail = event.clone();
    tail.id = new_id();
    tail.number = 0;
    tail.uid = format!("{}@assistant", tail.id);
    tail.starts_at = slot;
    tail.ends_at = end_at(event, slot);
    tail.rule = Some(rule);
    tail.except_at.retain(|at| *at >= slot);
    tail.version = 1;
    tail.sequence = 0;
    (tail.created_at, tail.changed_at) = (now, now);
    Some(tail)
}

/// The series ending before `slot`.
pub fn head(event: &Event, slot: DateTime) -> Event {
    let mut head = event.clone();
    let last = slot.saturating_sub(SignedDuration::from_secs(1));
    head.rule = event.recurrence().map(|rule| rule.with_until(last).rule);
    head.except_at.retain(|at| *at < slot);
    head
}

/// Gives `series` (already a copy) another time, its occurrence at `slot` being the one that was moved to `time`; with it
/// move the occurrences that are left out of it and those changed alone, which keep their own times. `None`: its days
/// cannot be moved like that.
pub fn retimed(
    series: &mut Event,
    slot: DateTime,
    time: &Timing,
    changed: Vec<Event>,
) -> Option<Vec<Edit>> {
    if time.rule.is_some() {
        // another rule: what was changed in the old one has no place in it
        series.set_timing(time);
        series.except_at.clear();
        return Some(changed.into_iter().map(Edit::Delete).collect());
    }
    let rule = moved(series.rule.as_deref()?, slot.date(), time.starts_at.date())?;
    let by = slot.duration_until(time.starts_at);
    let length = time.starts_at.duration_until(time.ends_at);
    let shift = |at: DateTime| at.saturating_add(by);
    let starts_at = shift(series.starts_at);
    series.set_timing(&Timing {
        starts_at,
        ends_at: starts_at.saturating_add(length),
        rule: Some(until_moved(&rule, by)),
        ..time.clone()
    });
    series.except_at = series.except_at.iter().map(|at| shift(*at)).collect();
    let edits = changed.into_iter().map(|before| {
        let mut after = before.clone();
        after.original_at = after.original_at.map(shift);
        Edit::Save { before, after }
    });
    Some(if by.is_zero() {
        Vec::new()
    } else {
        edits.collect()
    })
}

/// UNTIL moves along, so that as many occurrences are left.
pub fn until_moved(rule: &str, by: SignedDuration) -> String {
    let until = rule.split(';').find_map(|part| part.strip_prefix("UNTIL="));
    let Some(at) = until.and_then(wall) else {
        return rule.to_owned();
    };
    let mut parts = parts_without(rule, &["UNTIL"]);
    parts.push(format!("UNTIL={}", stamp(at.saturating_add(by))));
    parts.join(";")
}

/// `20261127T120000` as a wall time; of a date, its last second.
pub fn wall(until: &str) -> Option<DateTime> {
    let bare = until.trim_end_matches('Z');
    match jiff::civil::Date::strptime("%Y%m%d", bare) {
        Ok(day) => Some(day.at(23, 59, 59, 0)),
        Err(_) => DateTime::strptime("%Y%m%dT%H%M%S", bare).ok(),
    }
}

/// `20261127T120000`
pub fn stamp(at: DateTime) -> String {
    at.strftime("%Y%m%dT%H%M%S").to_string()
}

/// Whether `slot` is an occurrence of the series (left out or not).
pub fn has(event: &Event, slot: DateTime) -> bool {
    let whole = Event {
        except_at: Vec::new(),
        ..event.clone()
    };
    let utc = jiff::tz::TimeZone::UTC;
    let before = resolve(slot, &utc)
        .at
        .saturating_sub(SignedDuration::from_secs(1))
        .unwrap_or(Timestamp::MIN);
    whole
        .recurrence()
        .and_then(|rule| rule.next(&utc, before))
        .is_some_and(|next| next.slot == slot)
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, datetime};

    use super::*;

    fn series(rule: &str) -> Event {
        let time = Timing {
            all_day: false,
            starts_at: datetime(2026, 11, 23, 9, 0, 0, 0),
            ends_at: datetime(2026, 11, 23, 9, 30, 0, 0),
            zone: "America/New_York".into(),
            floating: false,
            rule: Some(rule.into()),
        };
        Event::new("standup", &time, Timestamp::UNIX_EPOCH)
    }

    fn slots(event: &Event) -> Vec<DateTime> {
        event
            .within(&jiff::tz::TimeZone::UTC, Timestamp::MIN, Timestamp::MAX, 30)
            .into_iter()
            .map(|o| o.slot)
            .collect()
    }

    #[test]
    fn head_and_tail_together_are_the_series() {
        for rule in [
            "FREQ=DAILY;COUNT=12",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;COUNT=9",
            "FREQ=DAILY;UNTIL=20261210T235959Z",
        ] {
            let whole = series(rule);
            let all = slots(&whole);
            for at in 1..all.len() {
                let head = head(&whole, all[at]);
                let tail = tail(&whole, all[at], Timestamp::UNIX_EPOCH).expect("a tail");
                assert_eq!([slots(&head), slots(&tail)].concat(), all, "{rule} at {at}");
            }
        }
    }

    #[test]
    fn a_count_goes_on_counting_what_was_left_out() {
        let whole = without(
            &series("FREQ=DAILY;COUNT=4"),
            datetime(2026, 11, 24, 9, 0, 0, 0),
        );
        assert_eq!(slots(&whole).len(), 3);
        let tail = tail(
            &whole,
            datetime(2026, 11, 25, 9, 0, 0, 0),
            Timestamp::UNIX_EPOCH,
        )
        .unwrap();
        assert_eq!(tail.rule.as_deref(), Some("FREQ=DAILY;COUNT=2"));
    }

    #[test]
    fn only_a_rule_of_one_day_can_move_to_another() {
        let (monday, tuesday) = (date(2026, 11, 23), date(2026, 11, 24));
        let to = |rule: &str| moved(rule, monday, tuesday);
        assert_eq!(
            to("FREQ=WEEKLY;BYDAY=MO").as_deref(),
            Some("FREQ=WEEKLY;BYDAY=TU")
        );
        assert_eq!(
            to("FREQ=DAILY;INTERVAL=3").as_deref(),
            Some("FREQ=DAILY;INTERVAL=3")
        );
        assert_eq!(
            to("FREQ=MONTHLY;BYMONTHDAY=23").as_deref(),
            Some("FREQ=MONTHLY;BYMONTHDAY=24")
        );
        assert_eq!(to("FREQ=WEEKLY;BYDAY=MO,WE"), None);
        assert_eq!(to("FREQ=MONTHLY;BYDAY=-1MO"), None);
        assert_eq!(
            moved("FREQ=WEEKLY;BYDAY=MO,WE", monday, monday).as_deref(),
            Some("FREQ=WEEKLY;BYDAY=MO,WE")
        );
    }
}
