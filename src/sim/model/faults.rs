//! Planned failures: the next so many requests, or each with a seeded probability.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::super::chance::unit;

/// How a request fails, or how an answer is spoilt. What is spoilt would have been right otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Fault {
    /// An error of this status and code.
    Status { status: u16, code: String },
    /// 429; `retry_after` is sent as it stands, in seconds or as an HTTP date.
    TooMany { retry_after: Option<String> },
    /// 400, however short the prompt is.
    Overflow,
    /// 307 to another address.
    Redirect { to: String },
    /// Read and cut.
    Cut,
    /// Half of the body, then cut.
    CutHalf,
    /// So many megabytes.
    Huge { megabytes: usize },
    /// A byte at a time, with so much between them.
    Drip { milliseconds: u64 },
    /// Answered rightly, after so long.
    Slow { milliseconds: u64 },
    /// 200 with a page for people.
    NotJson,
    /// No content at all.
    Empty,
    /// Blanks up to the cap.
    Blank,
    /// Arguments that are no JSON, with the finish reason of a whole answer.
    Malformed,
    /// Arguments that end in the middle, and `length`.
    Truncated,
    /// Calls, and `stop`.
    WrongFinish,
    /// The first of two choices is empty.
    TwoChoices,
    /// No `usage`.
    NoUsage,
    /// Empty content, and `content_filter`.
    Filtered,
    /// Words in the field `refusal`.
    Declined { words: String },
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
            Self::Status { .. } => "status",
            Self::TooMany { .. } => "too_many",
            Self::Overflow => "overflow",
            Self::Redirect { .. } => "redirect",
            Self::Cut => "cut",
            Self::CutHalf => "cut_half",
            Self::Huge { .. } => "huge",
            Self::Drip { .. } => "drip",
            Self::Slow { .. } => "slow",
            Self::NotJson => "not_json",
            Self::Empty => "empty",
            Self::Blank => "blank",
            Self::Malformed => "malformed",
            Self::Truncated => "truncated",
            Self::WrongFinish => "wrong_finish",
            Self::TwoChoices => "two_choices",
            Self::NoUsage => "no_usage",
            Self::Filtered => "filtered",
            Self::Declined { .. } => "declined",
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
    pub fn draw(&mut self) -> Option<Fault> {
        let random = &mut self.random;
        let at = self
            .plans
            .iter()
            .position(|plan| match (plan.next, plan.probability) {
                (Some(left), _) => left > 0,
                (None, Some(probability)) => unit(random) < probability,
                (None, None) => true,
            })?;
        let plan = &mut self.plans[at];
        plan.next = plan.next.map(|left| left - 1);
        let fault = plan.fault.clone();
        *self.struck.entry(fault.name()).or_default() += 1;
        self.plans.retain(|plan| plan.next != Some(0));
        Some(fault)
    }
}
