//! Planned failures: the next so many requests, or each with a seeded probability.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::super::chance::unit;

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
