//! The suite `claims`: `text::claims` on the committed cases and on two sets that it was not mended by.
//! May import: text.
//!
//! "held out" was written before the recogniser, by the same hand; its failures were counted, never read. "fresh" was
//! written last, in voices that the recogniser had not met; it was never used at all, so it says most about texts to come.

use super::{Report, Set, cases};
use crate::text;

const CASES: &str = include_str!("../../fixtures/claims.tsv");
const HELD_OUT: &str = include_str!("../../fixtures/claims_held_out.tsv");
const FRESH: &str = include_str!("../../fixtures/claims_fresh.tsv");

/// The most false alarms on the committed cases, in percent of the texts that claim nothing.
const MOST_FALSE_ALARMS: f64 = 2.0;

pub(super) fn run() -> Report {
    let of = |name, file| Set::of(name, &cases(file, "claim"), text::claims);
    let sets = vec![
        of("committed", CASES),
        of("held out", HELD_OUT).sealed(),
        of("fresh", FRESH).sealed(),
    ];
    let all = sets[0].all();
    Report {
        suite: "claims",
        met: all.misses == 0 && all.false_alarm_rate() <= MOST_FALSE_ALARMS,
        goal: "no miss and at most 2 % false alarms on the committed cases",
        sets,
    }
}
