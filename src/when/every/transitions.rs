//! Every clock change from 2020 to 2040 of zones that do it in many ways: what becomes of wall times and of rules.

use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{DateTime, Time},
    tz::{TimeZone, TimeZoneTransition},
};

use super::Recurrence;
use crate::when::{Shift, resolve};

const ZONES: &[&str] = &[
    "America/New_York",
    "America/Los_Angeles",
    "America/St_Johns",
    "America/Sao_Paulo",
    "America/Santiago",
    "America/Havana",
    "America/Asuncion",
    "Europe/Berlin",
    "Europe/London",
    "Europe/Dublin",
    "Europe/Chisinau",
    "Africa/Casablanca",
    "Africa/El_Aaiun",
    "Africa/Cairo",
    "Asia/Tehran",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Jerusalem",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Apia",
    "Pacific/Easter",
];

struct Change {
    at: Timestamp,
    before: DateTime,
    after: DateTime,
}

impl Change {
    fn is_gap(&self) -> bool {
        self.after > self.before
    }
}

fn changes(zone: &TimeZone) -> Vec<Change> {
    let from: Timestamp = "2020-01-01T00:00:00Z".parse().unwrap();
    let to: Timestamp = "2041-01-01T00:00:00Z".parse().unwrap();
    let mut last = zone.to_offset(from);
    let mut found = Vec::new();
    for change in zone
        .following(from)
        .take_while(|change: &TimeZoneTransition<'_>| change.timestamp() < to)
    {
        let at = change.timestamp();
        if change.offset() != last {
            found.push(Change {
                at,
                before: last.to_datetime(at),
                after: change.offset().to_datetime(at),
            });
        }
        last = change.offset();
    }
    found
}

fn each(mut check: impl FnMut(&TimeZone, &Change)) -> usize {
    let mut count = 0;
    for name in ZONES {
        let zone = TimeZone::get(name).unwrap();
        for change in changes(&zone) {
            check(&zone, &change);
            count += 1;
        }
    }
    count
}

#[test]
fn a_wall_time_in_a_gap_moves_to_the_first_valid_instant_and_one_in_a_fold_is_the_first() {
    let count = each(|zone, change| {
        let (low, high) = if change.is_gap() {
            (change.before, change.after)
        } else {
            (change.after, change.before)
        };
        let length = high.duration_since(low);
        for wall in [low, low + length / 2, high - 1.second()] {
            let resolved = resolve(wall, zone);
            if change.is_gap() {
                assert_eq!(resolved.at, change.at);
                assert_eq!(resolved.wall, change.after);
                assert_eq!(resolved.shift, Some(Shift::Gap));
            } else {
                assert!(resolved.at < change.at);
                assert_eq!(resolved.wall, wall);
                assert_eq!(resolved.shift, Some(Shift::Fold));
                assert_eq!(zone.to_datetime(resolved.at + length), wall);
            }
        }
        for wall in [low - 1.second(), high] {
            assert_eq!(
                resolve(wall, zone).shift,
                None,
                "{wall} {:?}",
                zone.iana_name()
            );
        }
    });
    assert!(count > 700, "{count}");
}

/// The occurrences of three days on both sides of a change.
fn around(rule: &str, start: DateTime, zone: &TimeZone, at: Timestamp) -> Vec<super::Slot> {
    let rule = Recurrence::new(rule, start, Vec::new()).unwrap();
    let days = SignedDuration::from_hours(72);
    rule.between(zone, (at - days, at + days), 1_000)
}

#[test]
fn a_daily_rule_fires_exactly_once_on_each_day_and_keeps_its_wall_time() {
    each(|zone, change| {
        let low = change.before.min(change.after);
        let high = change.before.max(change.after);
        let inside = (low + high.duration_since(low) / 2).time();
        let half_past_two = Time::constant(2, 30, 0, 0);
        for time in [half_past_two, inside, Time::constant(9, 0, 0, 0)] {
            let start = change.before.date().to_datetime(time) - 400.days();
            let slots = around("FREQ=DAILY", start, zone, change.at);
            for pair in slots.windows(2) {
                assert_eq!(
                    pair[0].slot + 1.day(),
                    pair[1].slot,
                    "no day twice, none left out"
                );
                assert!(pair[0].resolved.at < pair[1].resolved.at);
            }
            for slot in &slots {
                assert_eq!(slot.slot.time(), time);
                assert_eq!(
                    slot.resolved.shift == Some(Shift::Gap),
                    slot.resolved.wall != slot.slot
                );
            }
            assert!(
                (5..=7).contains(&slots.len()),
                "{} {}",
                change.at,
                slots.len()
            );
        }
    });
}

#[test]
fn every_six_hours_stays_six_hours() {
    each(|zone, change| {
        for rule in ["FREQ=HOURLY;INTERVAL=6", "FREQ=MINUTELY;INTERVAL=360"] {
            let start = change.before - 100.days() - 17.minutes();
            let slots = around(rule, start, zone, change.at);
            assert!(slots.len() >= 24);
            for pair in slots.windows(2) {
                assert_eq!(
                    pair[1].resolved.at.duration_since(pair[0].resolved.at),
                    SignedDuration::from_hours(6)
                );
                assert_eq!(pair[0].slot + 6.hours(), pair[1].slot);
            }
        }
    });
}

#[test]
fn slots_that_a_gap_moves_onto_one_instant_are_one_occurrence() {
    each(|zone, change| {
        let start = change.before.with().minute(0).second(0).build().unwrap() - 10.days();
        let rule = "FREQ=MINUTELY;INTERVAL=10;BYHOUR=0,1,2,3,4";
        let slots = around(rule, start, zone, change.at);
        for pair in slots.windows(2) {
            assert!(pair[0].resolved.at < pair[1].resolved.at);
            assert!(pair[0].slot < pair[1].slot);
        }
    });
}

#[test]
fn going_from_one_occurrence_to_the_next_meets_all_of_them() {
    each(|zone, change| {
        let start = (change.before - 2.days())
            .with()
            .minute(30)
            .build()
            .unwrap();
        for rule in [
            "FREQ=DAILY;BYHOUR=1,2,3",
            "FREQ=HOURLY",
            "FREQ=HOURLY;BYDAY=SA,SU",
        ] {
            let rule = Recurrence::new(rule, start, Vec::new()).unwrap();
            let from = change.at - SignedDuration::from_hours(50);
            let all = rule.upcoming(zone, from, 12);
            let mut after = from;
            for slot in all {
                let next = rule.next(zone, after).unwrap();
                assert_eq!(next, slot);
                assert_eq!(rule.resolve(slot.slot, zone).at, slot.resolved.at);
                after = next.resolved.at;
            }
        }
    });
}

#[test]
fn samoa_left_out_a_whole_day() {
    let zone = TimeZone::get("Pacific/Apia").unwrap();
    let start: DateTime = "2011-12-28T09:00".parse().unwrap();
    let rule = Recurrence::new("FREQ=DAILY", start, Vec::new()).unwrap();
    let from: Timestamp = "2011-12-28T00:00:00Z".parse().unwrap();
    let walls: Vec<String> = rule
        .upcoming(&zone, from, 4)
        .iter()
        .map(|slot| slot.resolved.wall.to_string())
        .collect();
    assert_eq!(
        walls,
        [
            "2011-12-28T09:00:00",
            "2011-12-29T09:00:00",
            "2011-12-31T00:00:00",
            "2011-12-31T09:00:00"
        ]
    );
}
