//! The suite `hear`: what the phrases of all skills make of texts without a model, on the committed cases or on anybody's file
//! of the same format (`fixtures/README.md`). May import: skills, model.
//!
//! A false action is worse than "I did not get that": every call where none is expected counts as one, and so does every
//! writing call that is another than the expected.

use std::{hint::black_box, sync::LazyLock, time::Instant};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::percent;
use crate::{
    model::{Call, offline::Offline},
    skills::{self, Effect, Skill},
};

/// The committed cases.
pub(crate) const CASES: &str = include_str!("../../fixtures/hear.jsonl");

/// Runs over the cases by which the time of a text is measured.
const ROUNDS: usize = 5;

/// One line of a file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    text: String,
    /// A call, a list of calls in order, or null: nothing is to be done.
    #[serde(deserialize_with = "present")]
    expect: Option<Expect>,
    /// What the case is counted under.
    #[serde(default = "other")]
    group: String,
    /// For readers.
    #[serde(default, rename = "note")]
    _note: String,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(untagged)]
enum Expect {
    One(Wish),
    Several(Vec<Wish>),
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    tool: String,
    /// Compared as a whole, but for nulls; any when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    args: Option<Value>,
}

/// A key that may be null but not missing: a case without an expectation is a slip of whoever wrote it.
fn present<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Expect>, D::Error> {
    Option::deserialize(from)
}

fn other() -> String {
    "other".to_owned()
}

/// The outcome.
#[derive(Debug, Serialize)]
pub struct Report {
    suite: &'static str,
    /// Every group and, last, all of them.
    pub rows: Vec<Row>,
    pub misses: Vec<Miss>,
    /// Microseconds a text: the median, the 95th of a hundred, the slowest.
    pub micros: [f64; 3],
    /// Only the committed cases have a goal.
    pub met: Option<bool>,
}

/// What became of the cases of one group.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Row {
    pub group: String,
    pub cases: usize,
    /// Cases in which nothing is to be done.
    pub nulls: usize,
    pub right: usize,
    pub false_actions: usize,
}

/// A text that was heard otherwise than expected.
#[derive(Debug, Serialize)]
pub struct Miss {
    pub line: usize,
    pub text: String,
    pub false_action: bool,
    expected: Value,
    heard: Value,
}

/// Evaluates the lines of `file`, or the committed cases.
pub fn evaluate(file: Option<&str>) -> Result<Report, String> {
    let cases = cases(file.unwrap_or(CASES))?;
    let mut rows: Vec<Row> = Vec::new();
    let mut all = Row {
        group: "all".to_owned(),
        ..Row::default()
    };
    let mut misses = Vec::new();
    for (line, case) in &cases {
        let heard = hear(&case.text);
        let wishes = case.wishes();
        let right = heard.len() == wishes.len() && heard.iter().zip(&wishes).all(fits);
        let false_action = !right && acts_falsely(&heard, &wishes);
        if !rows.iter().any(|row| row.group == case.group) {
            rows.push(Row {
                group: case.group.clone(),
                ..Row::default()
            });
        }
        let row = rows.iter_mut().find(|row| row.group == case.group);
        for row in row.into_iter().chain([&mut all]) {
            row.cases += 1;
            row.nulls += usize::from(case.expect.is_none());
            row.right += usize::from(right);
            row.false_actions += usize::from(false_action);
        }
        if !right {
            misses.push(Miss {
                line: *line,
                text: case.text.clone(),
                false_action,
                expected: serde_json::json!(case.expect),
                heard: heard
                    .iter()
                    .map(|(call, _)| serde_json::json!({"tool": call.tool, "args": call.args}))
                    .collect(),
            });
        }
    }
    let met = all.false_actions == 0;
    rows.push(all);
    Ok(Report {
        suite: "hear",
        rows,
        misses,
        micros: micros(&cases),
        met: file.is_none().then_some(met),
    })
}

type Heard = (Call, Effect);

/// What the product would do for this text without a model, as a text of its own.
fn hear(text: &str) -> Vec<Heard> {
    static GRAMMAR: LazyLock<Offline> = LazyLock::new(|| {
        let hearings = skills::all().iter().flat_map(Skill::hearings).collect();
        Offline::new(hearings, Vec::new())
    });
    let calls = GRAMMAR.understand(text).calls;
    // what is no tool of a skill corrects what was done last: before a text of its own there was nothing
    calls
        .into_iter()
        .filter_map(|call| {
            let effect = skills::effect_of(&call.tool)?;
            Some((call, effect))
        })
        .collect()
}

fn fits(pair: (&Heard, &Wish)) -> bool {
    let ((call, _), wish) = pair;
    let same = |args: &Value| plain(args) == plain(&call.args);
    call.tool == wish.tool && wish.args.as_ref().is_none_or(same)
}

/// An optional argument may be left out or null.
fn plain(args: &Value) -> Value {
    match args {
        Value::Object(fields) => fields
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), plain(value)))
            .collect(),
        Value::Array(items) => items.iter().map(plain).collect(),
        other => other.clone(),
    }
}

fn acts_falsely(heard: &[Heard], wishes: &[Wish]) -> bool {
    if wishes.is_empty() {
        return !heard.is_empty();
    }
    heard
        .iter()
        .any(|call| call.1 != Effect::Read && !wishes.iter().any(|wish| fits((call, wish))))
}

impl Case {
    fn wishes(&self) -> Vec<Wish> {
        match self.expect.clone() {
            None => Vec::new(),
            Some(Expect::One(wish)) => vec![wish],
            Some(Expect::Several(wishes)) => wishes,
        }
    }
}

fn cases(file: &str) -> Result<Vec<(usize, Case)>, String> {
    let mut all = Vec::new();
    for (at, line) in file.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let case: Case =
            serde_json::from_str(line).map_err(|error| format!("line {}: {error}", at + 1))?;
        all.push((at + 1, case));
    }
    Ok(all)
}

/// How long a text takes on one core, each by the median of a few rounds.
fn micros(cases: &[(usize, Case)]) -> [f64; 3] {
    let mut medians: Vec<f64> = cases
        .iter()
        .map(|(_, case)| {
            let mut taken: Vec<f64> = (0..ROUNDS)
                .map(|_| {
                    let began = Instant::now();
                    black_box(hear(black_box(&case.text)));
                    began.elapsed().as_secs_f64() * 1e6
                })
                .collect();
            taken.sort_by(f64::total_cmp);
            taken[ROUNDS / 2]
        })
        .collect();
    medians.sort_by(f64::total_cmp);
    [50, 95, 100].map(|hundredths| {
        let at = medians.len().saturating_sub(1) * hundredths / 100;
        medians.get(at).copied().unwrap_or_default()
    })
}

impl Report {
    /// The row of all groups.
    pub fn all(&self) -> Row {
        self.rows.last().cloned().unwrap_or_default()
    }

    /// Exit code 1 when there is a goal and it was missed.
    pub fn print(&self, json: bool) -> i32 {
        if json {
            println!("{}", serde_json::json!(self));
        } else {
            self.table();
        }
        i32::from(self.met == Some(false))
    }

    fn table(&self) {
        println!(
            "{:<14} {:>6} {:>6} {:>6} {:>9} {:>14}",
            "group", "cases", "nulls", "right", "accuracy", "false actions"
        );
        for row in &self.rows {
            println!(
                "{:<14} {:>6} {:>6} {:>6} {:>7.1} % {:>14}",
                row.group,
                row.cases,
                row.nulls,
                row.right,
                percent(row.right, row.cases),
                row.false_actions
            );
        }
        println!();
        for miss in &self.misses {
            let what = if miss.false_action {
                "FALSE ACTION"
            } else {
                "missed"
            };
            println!("  line {}: {what}: {:?}", miss.line, miss.text);
            println!("    expected {}", miss.expected);
            println!("    heard    {}", miss.heard);
        }
        let [p50, p95, slowest] = self.micros;
        println!("a text takes {p50:.1} us (p50), {p95:.1} us (p95), {slowest:.1} us (slowest)");
        if let Some(met) = self.met {
            println!(
                "goal no false action: {}",
                if met { "met" } else { "NOT met" }
            );
        }
    }
}
