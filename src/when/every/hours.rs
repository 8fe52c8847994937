//! Hours and minutes that the wall clock picks: "every 30 minutes from 9 to 5 on weekdays".
//! May import: jiff and this module's parent.
//!
//! The crate's own stepping loses its phase where BYHOUR or BYDAY leave hours out (rrule 0.14), so days are gone through here:
//! on each that fits, the steps counted from the start that fall on it.

use jiff::{
    SignedDuration, ToSpan,
    civil::{Date, DateTime, Time},
};

use super::rule::{Freq, Nth, Rule};

/// The slots from near `from` on, unbounded by the rule's end.
pub(super) fn slots(
    rule: &Rule,
    start: DateTime,
    (from, far): (DateTime, DateTime),
) -> impl Iterator<Item = DateTime> + use<> {
    let rule = rule.clone();
    let first = match rule.count {
        Some(_) => start.date(),
        None => start.date().max(from.date()),
    };
    let most = rule.count.map_or(usize::MAX, |count| count as usize);
    first
        .series(1.day())
        .take_while(move |day| *day <= far.date())
        .flat_map(move |day| {
            let fits = fits(&rule, day);
            if fits {
                of_day(&rule, start, day)
            } else {
                Vec::new()
            }
        })
        .take(most)
}

fn fits(rule: &Rule, day: Date) -> bool {
    let among = |list: &[i16], up: i16, length: i16| {
        list.is_empty() || list.contains(&up) || list.contains(&(up - length - 1))
    };
    (rule.months.is_empty() || rule.months.contains(&day.month().into()))
        && among(
            &rule.month_days,
            day.day().into(),
            day.days_in_month().into(),
        )
        && among(&rule.year_days, day.day_of_year(), day.days_in_year())
        && (rule.days.is_empty() || rule.days.contains(&Nth(0, day.weekday())))
}

fn of_day(rule: &Rule, start: DateTime, day: Date) -> Vec<DateTime> {
    let hourly = rule.freq == Freq::Hourly;
    let step = if hourly { 3_600 } else { 60 } * i64::from(rule.interval);
    let top = start
        .with()
        .minute(if hourly { 0 } else { start.minute() })
        .second(0)
        .build()
        .unwrap_or(start);
    let midnight = day.to_datetime(Time::midnight());
    let since = midnight.duration_since(top).as_secs();
    let mut second = if since < 0 {
        -since
    } else {
        (step - since % step) % step
    };
    let mut slots = Vec::new();
    while second < 86_400 {
        let at = midnight.saturating_add(SignedDuration::from_secs(second));
        second += step;
        if !(rule.hours.is_empty() || rule.hours.contains(&at.hour().into())) {
            continue;
        }
        let minutes = match rule.minutes.as_slice() {
            [] => vec![i16::from(if hourly { start.minute() } else { at.minute() })],
            minutes if hourly => minutes.to_vec(),
            minutes if minutes.contains(&at.minute().into()) => vec![at.minute().into()],
            _ => continue,
        };
        let seconds = match rule.seconds.as_slice() {
            [] => vec![i16::from(start.second())],
            seconds => seconds.to_vec(),
        };
        for minute in minutes {
            for second in &seconds {
                let slot = at.with().minute(minute as i8).second(*second as i8).build();
                slots.extend(slot.ok().filter(|slot| *slot >= start));
            }
        }
    }
    slots
}
