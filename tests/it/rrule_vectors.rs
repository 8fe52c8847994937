//! Our recurrences against python-dateutil's: `fixtures/rrule_vectors.jsonl`, made by `fixtures/make_rrule_vectors.py`.

use assistant::when::Recurrence;
use jiff::{SignedDuration, civil::DateTime, tz::TimeZone};
use serde::Deserialize;

const VECTORS: &str = include_str!("../../fixtures/rrule_vectors.jsonl");

#[derive(Debug, Deserialize)]
struct Vector {
    rule: String,
    start: DateTime,
    #[serde(default)]
    except: Vec<DateTime>,
    occurrences: Vec<DateTime>,
    ends: bool,
}

/// What is wrong with our occurrences of a rule, asked from before its start and from its middle; `None` when they are
/// dateutil's.
fn differs(vector: &Vector) -> Option<String> {
    let zone = TimeZone::UTC;
    let rule = match Recurrence::new(&vector.rule, vector.start, vector.except.clone()) {
        Ok(rule) => rule,
        Err(error) => return Some(error.to_string()),
    };
    let instant = |wall: DateTime| zone.to_timestamp(wall).expect("a wall time in UTC");
    let middle = vector.occurrences.len() / 2;
    [
        (instant(vector.start) - SignedDuration::from_secs(1), 0),
        (instant(vector.occurrences[middle]), middle + 1),
    ]
    .into_iter()
    .find_map(|(after, from)| {
        let theirs = &vector.occurrences[from..];
        // one more than there are tells whether it ends
        let most = theirs.len() + usize::from(vector.ends);
        let ours: Vec<DateTime> = rule
            .upcoming(&zone, after, most)
            .iter()
            .map(|slot| slot.slot)
            .collect();
        (ours != theirs).then(|| format!("after {after} ours are {ours:?}"))
    })
}

#[test]
fn recurrences_come_when_dateutil_says_they_do() {
    let vectors: Vec<Vector> = VECTORS
        .lines()
        .map(|line| serde_json::from_str(line).expect("a vector"))
        .collect();
    assert!(vectors.len() >= 300, "{} vectors", vectors.len());
    let wrong: Vec<String> = vectors
        .iter()
        .filter_map(|vector| Some(format!("{vector:?}\n  {}", differs(vector)?)))
        .collect();
    assert!(
        wrong.is_empty(),
        "{} differ\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// dateutil knows it, our parts do not; nobody says it. Refused is not wrong.
#[test]
fn the_fifth_weekday_from_a_months_end_is_refused() {
    let start = DateTime::constant(2026, 11, 23, 9, 0, 0, 0);
    let fifth = Recurrence::new("FREQ=MONTHLY;BYDAY=-5SU", start, Vec::new());
    assert!(fifth.is_err(), "{fifth:?}");
    let fourth = Recurrence::new("FREQ=MONTHLY;BYDAY=-4SU", start, Vec::new());
    assert!(fourth.is_ok(), "{fourth:?}");
}
