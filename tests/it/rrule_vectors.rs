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

/// What is wrong with our occurrences of a rule; `None` when they are dateutil's.
fn differs(vector: &Vector) -> Option<String> {
    let zone = TimeZone::UTC;
    let rule = match Recurrence::new(&vector.rule, vector.start, vector.except.clone()) {
        Ok(rule) => rule,
        Err(error) => return Some(error.to_string()),
    };
    let before = vector.start.to_zoned(zone.clone()).expect("a start in UTC");
    let before = before.timestamp() - SignedDuration::from_secs(1);
    let most = vector.occurrences.len() + usize::from(vector.ends);
    let ours: Vec<DateTime> = rule
        .upcoming(&zone, before, most)
        .iter()
        .map(|slot| slot.slot)
        .collect();
    (ours != vector.occurrences).then(|| format!("ours {ours:?}"))
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
