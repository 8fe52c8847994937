//! The suite `when`: words for times, on the committed table or on anybody's file of the same format (`fixtures/README.md`).
//! May import: when.

mod agree;
mod case;

use std::{hint::black_box, time::Instant};

use serde::Serialize;

use agree::{agrees, told};
pub(crate) use case::{Case, cases};

use super::percent;

/// The committed table.
pub(crate) const TABLE: &str = include_str!("../../fixtures/when.jsonl");

/// Runs over the table by which the time of a phrase is measured.
const ROUNDS: usize = 5;

/// The outcome.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    suite: &'static str,
    /// Every group and, last, all of them.
    rows: Vec<Row>,
    misses: Vec<Miss>,
    micros: Micros,
    /// Only the committed table has a goal.
    met: Option<bool>,
    goal: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct Row {
    group: String,
    cases: usize,
    right: usize,
}

#[derive(Debug, Serialize)]
struct Miss {
    line: usize,
    text: String,
    expected: serde_json::Value,
    got: serde_json::Value,
}

/// Microseconds a phrase.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Micros {
    pub p50: f64,
    pub p95: f64,
    pub max: f64,
}

/// Evaluates the lines of `file`, or the committed table.
pub(super) fn evaluate(file: Option<&str>) -> Result<Report, String> {
    let cases = cases(file.unwrap_or(TABLE))?;
    let mut rows: Vec<Row> = Vec::new();
    let mut misses = Vec::new();
    for (line, case) in &cases {
        let here = case.here()?;
        let outcome = case.run(&here);
        let right = agrees(case, &outcome, &here);
        count(&mut rows, &case.group, right);
        if !right {
            misses.push(Miss {
                line: *line,
                text: case.text.clone(),
                expected: serde_json::json!(case.expect),
                got: serde_json::json!(told(&outcome, &here, &case.expect)),
            });
        }
    }
    rows.push(Row {
        group: "all".to_owned(),
        cases: cases.len(),
        right: cases.len() - misses.len(),
    });
    let own = file.is_none();
    Ok(Report {
        suite: "when",
        met: own.then_some(misses.is_empty()),
        goal: own.then_some("every phrase of the committed table is understood"),
        rows,
        misses,
        micros: micros(&cases)?,
    })
}

fn count(rows: &mut Vec<Row>, group: &str, right: bool) {
    if !rows.iter().any(|row| row.group == group) {
        rows.push(Row {
            group: group.to_owned(),
            cases: 0,
            right: 0,
        });
    }
    if let Some(row) = rows.iter_mut().find(|row| row.group == group) {
        row.cases += 1;
        row.right += usize::from(right);
    }
}

/// How long a phrase takes on one core, each by the median of a few rounds over all of them.
pub(crate) fn micros(cases: &[(usize, Case)]) -> Result<Micros, String> {
    let mut medians = Vec::with_capacity(cases.len());
    for (_, case) in cases {
        let here = case.here()?;
        let mut taken: Vec<f64> = (0..ROUNDS)
            .map(|_| {
                let began = Instant::now();
                black_box(case.run(black_box(&here)));
                began.elapsed().as_secs_f64() * 1e6
            })
            .collect();
        taken.sort_by(f64::total_cmp);
        medians.push(taken[ROUNDS / 2]);
    }
    medians.sort_by(f64::total_cmp);
    let at = |hundredths: usize| {
        let at = medians.len().saturating_sub(1) * hundredths / 100;
        medians.get(at).copied().unwrap_or_default()
    };
    Ok(Micros {
        p50: at(50),
        p95: at(95),
        max: at(100),
    })
}

impl Report {
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
            "{:<14} {:>6} {:>6} {:>9}",
            "group", "cases", "right", "accuracy"
        );
        for row in &self.rows {
            println!(
                "{:<14} {:>6} {:>6} {:>7.1} %",
                row.group,
                row.cases,
                row.right,
                percent(row.right, row.cases)
            );
        }
        println!();
        for miss in &self.misses {
            println!("  line {}: {:?}", miss.line, miss.text);
            println!("    expected {}", miss.expected);
            println!("    got      {}", miss.got);
        }
        let Micros { p50, p95, max } = self.micros;
        println!("a phrase takes {p50:.1} us (p50), {p95:.1} us (p95), {max:.1} us (slowest)");
        if let (Some(goal), Some(met)) = (self.goal, self.met) {
            println!("goal {goal}: {}", if met { "met" } else { "NOT met" });
        }
    }
}
