//! The suite `claims`: `text::claims` on the committed cases and on those that were held out while it was written.
//! May import: text.

use super::{Report, Set, cases};
use crate::text;

const CASES: &str = include_str!("../../fixtures/claims.tsv");
const HELD_OUT: &str = include_str!("../../fixtures/claims_held_out.tsv");

/// The most false alarms on the committed cases, in percent of the texts that claim nothing.
const MOST_FALSE_ALARMS: f64 = 2.0;

pub(super) fn run() -> Report {
    let sets = [("committed", CASES), ("held out", HELD_OUT)]
        .map(|(name, file)| Set::of(name, &cases(file, "claim"), text::claims));
    let all = sets[0].all();
    Report {
        suite: "claims",
        met: all.misses == 0 && all.false_alarm_rate() <= MOST_FALSE_ALARMS,
        goal: "no miss and at most 2 % false alarms on the committed cases",
        sets: sets.into(),
    }
}
