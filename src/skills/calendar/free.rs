//! Free time: what is left of a user's working hours beside what is busy.
//!
//! Rules: offers begin on the full or half hour, lie within working hours on working days (within waking hours where only
//! other days are asked for), and keep the minutes around an event free that the event asks for. Whole days do not block.
//! Offered are, earliest first: the beginning of each gap, so that what is left of it stays in one piece, and in a gap that
//! has more than two hours to spare a second time two hours on; two a day at most, four in all.

use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{Date, Time},
};

use super::{
    event::{Event, expand},
    store,
    times::Window,
};
use crate::{
    skills::Scope,
    when::{Here, resolve},
};

const OFFERS: usize = 4;
const A_DAY: usize = 2;
const LATER: SignedDuration = SignedDuration::from_hours(2);
/// Days that are looked through at most.
const DAYS: i64 = 92;

type Stretch = (Timestamp, Timestamp);

/// What takes up time in `window`, in order, with the minutes kept free around it; without the event that is moved.
pub async fn busy(
    scope: &mut Scope,
    window: Stretch,
    but: Option<uuid::Uuid>,
) -> Result<Vec<Stretch>, sqlx::Error> {
    let wide = SignedDuration::from_hours(24);
    let from = window.0.saturating_sub(wide).unwrap_or(Timestamp::MIN);
    let to = window.1.saturating_add(wide).unwrap_or(Timestamp::MAX);
    let events = around(scope, from, to).await?;
    let mut busy: Vec<Stretch> = expand(&events, &scope.zone, from, to)
        .into_iter()
        .filter(|(event, _)| event.busy && !event.all_day && Some(event.id) != but)
        .map(|(event, o)| {
            let buffer = SignedDuration::from_mins(i64::from(event.buffer_minutes));
            (
                o.from.saturating_sub(buffer).unwrap_or(o.from),
                o.to.saturating_add(buffer).unwrap_or(o.to),
            )
        })
        .collect();
    busy.sort();
    Ok(busy)
}

/// The events that may touch a stretch of time.
pub async fn around(
    scope: &mut Scope,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<Event>, sqlx::Error> {
    let wall = |at| scope.zone.to_datetime(at);
    let (from, to) = (wall(from), wall(to));
    store::around(&mut scope.tx, from, to).await
}

/// The parts of `window` in which something can be put: working hours, from now on.
pub fn open(window: Window, here: &Here) -> Vec<Stretch> {
    let first = here.zone.to_datetime(window.from).date();
    let days = first
        .series(1.day())
        .take_while(|day| midnight(*day, here) < window.to)
        .take(usize::try_from(DAYS).unwrap_or(usize::MAX))
        .collect::<Vec<_>>();
    let works = days.iter().any(|day| here.habits.works_on(day.weekday()));
    days.into_iter()
        .filter(|day| !works || here.habits.works_on(day.weekday()))
        .filter_map(|day| {
            let (from, to) = if works && !window.exact {
                here.habits.working
            } else {
                here.habits.waking
            };
            let at = |time: Time| resolve(day.to_datetime(time), &here.zone).at;
            let from = at(from).max(window.from).max(here.now);
            let to = at(to).min(window.to);
            (from < to).then_some((from, to))
        })
        .collect()
}

/// What is left of `open` beside `busy` (in order).
pub fn gaps(open: &[Stretch], busy: &[Stretch]) -> Vec<Stretch> {
    let mut gaps = Vec::new();
    for (from, to) in open {
        let mut at = *from;
        for (start, end) in busy.iter().filter(|(start, end)| start < to && end > from) {
            if *start > at {
                gaps.push((at, *start));
            }
            at = at.max(*end);
        }
        if at < *to {
            gaps.push((at, *to));
        }
    }
    gaps
}

/// The times to offer for something of `length`, by the rules above.
pub fn offers(gaps: &[Stretch], length: SignedDuration, here: &Here) -> Vec<Timestamp> {
    let mut found: Vec<Timestamp> = Vec::new();
    let day = |at: Timestamp| here.zone.to_datetime(at).date();
    for (from, to) in gaps {
        let first = half_hour(*from, here);
        for at in [Some(first), first.saturating_add(LATER).ok()]
            .into_iter()
            .flatten()
        {
            let fits = at.saturating_add(length).is_ok_and(|end| end <= *to);
            let on = found.iter().filter(|other| day(**other) == day(at)).count();
            if fits && on < A_DAY && found.len() < OFFERS {
                found.push(at);
            }
        }
    }
    found
}

/// Up to two free times near `at`, the nearest first to be found, told in order.
pub fn nearby(
    gaps: &[Stretch],
    at: Timestamp,
    length: SignedDuration,
    here: &Here,
) -> Vec<Timestamp> {
    let step = SignedDuration::from_mins(30);
    let mut all: Vec<Timestamp> = Vec::new();
    for (from, to) in gaps {
        let mut start = half_hour(*from, here);
        while start.saturating_add(length).is_ok_and(|end| end <= *to) && all.len() < 200 {
            all.push(start);
            start = start.saturating_add(step).unwrap_or(*to);
        }
    }
    let far = |other: &Timestamp| other.duration_since(at).abs();
    all.sort_by_key(|other| (far(other), *other));
    // one before and one behind, where there are both
    let mut near: Vec<Timestamp> = Vec::new();
    near.extend(all.iter().find(|other| **other > at));
    near.extend(all.iter().find(|other| **other < at));
    for other in all {
        if near.len() < 2 && !near.contains(&other) && other != at {
            near.push(other);
        }
    }
    near.truncate(2);
    near.sort();
    near
}

/// The full or half hour at or behind `at`, on the wall.
fn half_hour(at: Timestamp, here: &Here) -> Timestamp {
    let wall = here.zone.to_datetime(at);
    let over = i64::from(wall.minute() % 30) * 60_000_000_000
        + i64::from(wall.second()) * 1_000_000_000
        + i64::from(wall.subsec_nanosecond());
    if over == 0 {
        return at;
    }
    at.saturating_add(SignedDuration::from_nanos(30 * 60_000_000_000 - over))
        .unwrap_or(at)
}

fn midnight(day: Date, here: &Here) -> Timestamp {
    resolve(day.to_datetime(Time::midnight()), &here.zone).at
}

#[cfg(test)]
mod tests {
    use jiff::{civil::date, tz::TimeZone};

    use super::*;

    /// Monday 7 AM in New York.
    fn here() -> Here {
        Here::new(
            "2026-11-23T12:00:00Z".parse().unwrap(),
            TimeZone::get("America/New_York").unwrap(),
        )
    }

    fn at(day: Date, hour: i8, minute: i8) -> Timestamp {
        resolve(day.at(hour, minute, 0, 0), &here().zone).at
    }

    #[test]
    fn offers_lie_in_working_hours_beside_what_is_busy() {
        let here = here();
        let (monday, tuesday) = (date(2026, 11, 23), date(2026, 11, 24));
        let window = Window::days(monday, date(2026, 11, 25), &here);
        let busy = [
            (at(monday, 9, 0), at(monday, 12, 10)),
            (at(monday, 15, 0), at(monday, 16, 0)),
        ];
        let gaps = gaps(&open(window, &here), &busy);
        let found = offers(&gaps, SignedDuration::from_mins(90), &here);
        assert_eq!(
            found,
            [at(monday, 12, 30), at(tuesday, 9, 0), at(tuesday, 11, 0)]
        );
        for start in found {
            let end = start + SignedDuration::from_mins(90);
            assert!(busy.iter().all(|(from, to)| *from >= end || *to <= start));
        }
    }

    #[test]
    fn a_weekend_is_offered_only_when_nothing_else_is_asked_for() {
        let here = here();
        let (saturday, monday) = (date(2026, 11, 28), date(2026, 11, 30));
        let weekend = open(Window::days(saturday, monday, &here), &here);
        assert_eq!(weekend.len(), 2);
        assert_eq!(weekend[0], (at(saturday, 8, 0), at(saturday, 21, 0)));
        let with_monday = open(Window::days(saturday, date(2026, 12, 1), &here), &here);
        assert_eq!(with_monday, [(at(monday, 9, 0), at(monday, 17, 0))]);
    }

    #[test]
    fn a_day_on_which_clocks_change_has_its_working_hours_on_the_wall() {
        let zone = TimeZone::get("America/New_York").unwrap();
        let mut here = Here::new("2026-10-30T12:00:00Z".parse().unwrap(), zone);
        here.habits.working_days = (1..=7).map(crate::when::IsoDay).collect();
        here.habits.working = (Time::constant(0, 0, 0, 0), Time::constant(4, 0, 0, 0));
        let sunday = date(2026, 11, 1);
        let open = open(Window::days(sunday, date(2026, 11, 2), &here), &here);
        // from midnight to four on the wall, with the hour that comes twice
        assert_eq!(
            open[0].0.duration_until(open[0].1),
            SignedDuration::from_hours(5)
        );
    }

    #[test]
    fn what_is_near_lies_on_both_sides_when_it_can() {
        let here = here();
        let monday = date(2026, 11, 23);
        let gaps = [
            (at(monday, 9, 0), at(monday, 12, 0)),
            (at(monday, 13, 0), at(monday, 17, 0)),
        ];
        let near = nearby(
            &gaps,
            at(monday, 12, 30),
            SignedDuration::from_mins(45),
            &here,
        );
        assert_eq!(near, [at(monday, 11, 0), at(monday, 13, 0)]);
    }
}
