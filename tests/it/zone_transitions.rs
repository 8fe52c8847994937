//! Every change of clocks 2020-2040 of the zones in `fixtures/zone_transitions.jsonl`, which Python's zoneinfo found
//! (`fixtures/make_zone_transitions.py`): a wall time in a gap is the first valid instant, one in a fold the first of the two.

use assistant::when::{Resolved, Shift, resolve};
use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};
use serde::Deserialize;

const TRANSITIONS: &str = include_str!("../../fixtures/zone_transitions.jsonl");

/// At the instant `at`, clocks that would show `old` show `new`.
#[derive(Debug, Deserialize)]
struct Transition {
    zone: String,
    at: Timestamp,
    old: DateTime,
    new: DateTime,
}

impl Transition {
    /// Wall times around it, with what they are to be.
    fn probes(&self) -> Vec<(DateTime, Timestamp, Option<Shift>)> {
        let (at, old, new) = (self.at, self.old, self.new);
        let second = SignedDuration::from_secs(1);
        let length = new.duration_since(old);
        let middle = SignedDuration::from_secs(length.as_secs() / 2);
        let mut probes = if length.is_positive() {
            [old, old + middle, new - second]
                .map(|wall| (wall, at, Some(Shift::Gap)))
                .to_vec()
        } else {
            [new, old + middle, old - second]
                .map(|wall| (wall, at - old.duration_since(wall), Some(Shift::Fold)))
                .to_vec()
        };
        let (first, last) = (old.min(new) - second, old.max(new));
        probes.push((first, at - old.duration_since(first), None));
        probes.push((last, at + last.duration_since(new), None));
        probes
    }
}

#[test]
fn wall_times_around_every_change_of_clocks_are_the_instants_that_were_promised() {
    let mut zones = std::collections::BTreeSet::new();
    for line in TRANSITIONS.lines() {
        let transition: Transition = serde_json::from_str(line).expect("a transition");
        let zone = TimeZone::get(&transition.zone).expect("a zone of the database");
        for (wall, at, shift) in transition.probes() {
            let expected = Resolved {
                wall: zone.to_datetime(at),
                at,
                shift,
            };
            assert_eq!(resolve(wall, &zone), expected, "{wall} in {transition:?}");
        }
        zones.insert(transition.zone);
    }
    assert!(zones.len() >= 12, "{zones:?}");
}
