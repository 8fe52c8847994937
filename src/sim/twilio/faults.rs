//! Planned failures: the next so many requests, or each with a seeded probability.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How a request fails.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Fault {
    /// 429; `retry_after` is sent as it stands, in seconds or as an HTTP date.
    TooMany { retry_after: Option<String> },
    /// 500, and nothing is accepted.
    ErrorBefore,
    /// Accepted, then 500.
    ErrorAfter,
    /// Accepted, then no answer for so long.
    SilentAfter { seconds: f64 },
    /// Read and cut; nothing is accepted.
    CutBefore,
    /// Accepted, then cut.
    CutAfter,
    /// Accepted, with 201 and half of the body.
    Garbled,
    /// Answered rightly, after so long.
    Slow { milliseconds: u64 },
    /// The list answers 503.
    ListAway,
}

/// A fault and when it strikes. One of `next` and `probability` counts; with neither, always.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    #[serde(flatten)]
    pub fault: Fault,
    /// The next so many requests.
    #[serde(default)]
    pub next: Option<u32>,
    /// Each request with this probability, 0 to 1.
    #[serde(default)]
    pub probability: Option<f64>,
}

impl Fault {
    /// The name that it has in JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Self::TooMany { .. } => "too_many",
            Self::ErrorBefore => "error_before",
            Self::ErrorAfter => "error_after",
            Self::SilentAfter { .. } => "silent_after",
            Self::CutBefore => "cut_before",
            Self::CutAfter => "cut_after",
            Self::Garbled => "garbled",
            Self::Slow { .. } => "slow",
            Self::ListAway => "list_away",
        }
    }
}

pub(super) struct Faults {
    plans: Vec<Plan>,
    random: u64,
    pub struck: BTreeMap<&'static str, u64>,
}

impl Faults {
    pub fn new(seed: u64) -> Self {
        Self {
            plans: Vec::new(),
            random: seed,
            struck: BTreeMap::new(),
        }
    }

    pub fn plan(&mut self, plan: Plan) {
        self.plans.push(plan);
    }

    pub fn clear(&mut self) {
        self.plans.clear();
    }

    pub fn plans(&self) -> &[Plan] {
        &self.plans
    }

    /// The fault of this request; the earliest plan that strikes wins.
    pub fn draw(&mut self, list: bool) -> Option<Fault> {
        let mut found = None;
        for index in 0..self.plans.len() {
            let plan = &self.plans[index];
            if (plan.fault == Fault::ListAway) != list {
                continue;
            }
            let strikes = match (plan.next, plan.probability) {
                (Some(left), _) => left > 0,
                (None, Some(probability)) => unit(&mut self.random) < probability,
                (None, None) => true,
            };
            if strikes {
                found = Some(index);
                break;
            }
        }
        let plan = &mut self.plans[found?];
        plan.next = plan.next.map(|left| left - 1);
        let fault = plan.fault.clone();
        *self.struck.entry(fault.name()).or_default() += 1;
        self.plans.retain(|plan| plan.next != Some(0));
        Some(fault)
    }
}

/// A number in 0..1 from a SplitMix64 sequence (Steele, Lea, Flood 2014): the same for a seed on every machine.
fn unit(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let high = u32::try_from((mixed ^ (mixed >> 31)) >> 32).expect("the upper half of 64 bits");
    f64::from(high) / (f64::from(u32::MAX) + 1.0)
}
