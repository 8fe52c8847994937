//! `assistant eval`: how well what we recognise by rules is recognised, on cases that are compiled in. A suite is one file
//! here and one line in `run`. May import: text, when, skills; only `conversations` starts a product with a database.

mod claims;
pub mod conversations;
pub mod hear;
pub(crate) mod when;

use std::path::Path;

use serde::Serialize;

/// What is evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Suite {
    /// Replies that claim an effect, against those that do not.
    Claims,
    /// Words for times, on the committed table or a file of the same format (fixtures/README.md).
    When,
    /// Texts of several wishes and of none, through the offline grammar of all skills (fixtures/README.md).
    Hear,
    /// Whole conversations through the whole product, with the offline model and the configured one (fixtures/README.md).
    Conversations,
}

/// One text with what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// What the suite should find in it.
    pub wanted: bool,
    pub language: &'static str,
    pub text: String,
}

/// The outcome of a suite.
#[derive(Debug, Serialize)]
pub struct Report {
    pub suite: &'static str,
    pub sets: Vec<Set>,
    /// Whether the suite's goal was reached.
    pub met: bool,
    /// The goal, in words.
    pub goal: &'static str,
}

/// The cases of one file.
#[derive(Debug, Serialize)]
pub struct Set {
    pub name: &'static str,
    /// Every language and, last, all of them.
    pub rows: Vec<Row>,
    /// Texts that were there and not found.
    pub missed: Vec<String>,
    /// Texts that were found and not there.
    pub false_alarms: Vec<String>,
}

/// What became of the cases of one language.
#[derive(Debug, Default, Clone, Serialize)]
pub struct Row {
    pub language: String,
    pub cases: usize,
    /// Cases in which there is something to find.
    pub wanted: usize,
    pub misses: usize,
    pub false_alarms: usize,
}

impl Row {
    fn count(&mut self, wanted: bool, found: bool) {
        self.cases += 1;
        self.wanted += usize::from(wanted);
        self.misses += usize::from(wanted && !found);
        self.false_alarms += usize::from(!wanted && found);
    }

    /// Of the cases with nothing to find, the share in which something was found, in percent.
    pub fn false_alarm_rate(&self) -> f64 {
        percent(self.false_alarms, self.cases - self.wanted)
    }

    /// Of the cases with something to find, the share in which it was missed, in percent.
    pub fn miss_rate(&self) -> f64 {
        percent(self.misses, self.wanted)
    }
}

impl Set {
    /// Runs a recogniser over the cases.
    pub fn of(name: &'static str, cases: &[Case], recognise: impl Fn(&str) -> bool) -> Self {
        let mut rows: Vec<Row> = Vec::new();
        let mut all = Row {
            language: "all".to_owned(),
            ..Row::default()
        };
        let (mut missed, mut false_alarms) = (Vec::new(), Vec::new());
        for case in cases {
            let found = recognise(&case.text);
            all.count(case.wanted, found);
            if !rows.iter().any(|row| row.language == case.language) {
                rows.push(Row {
                    language: case.language.to_owned(),
                    ..Row::default()
                });
            }
            if let Some(row) = rows.iter_mut().find(|row| row.language == case.language) {
                row.count(case.wanted, found);
            }
            match (case.wanted, found) {
                (true, false) => missed.push(case.text.clone()),
                (false, true) => false_alarms.push(case.text.clone()),
                _ => {}
            }
        }
        rows.push(all);
        Self {
            name,
            rows,
            missed,
            false_alarms,
        }
    }

    /// Keeps the figures and drops the texts, so that nobody mends a recogniser by looking at them.
    #[must_use]
    fn sealed(mut self) -> Self {
        self.missed.clear();
        self.false_alarms.clear();
        self
    }

    /// The row of all languages.
    pub fn all(&self) -> Row {
        self.rows.last().cloned().unwrap_or_default()
    }
}

/// Runs a suite and prints a table, or one JSON object; on `file` instead of what is compiled in, where a suite takes one.
/// Exit code 1 when its goal was missed.
/// `config` is the file of the configuration: it may name a real model.
pub async fn run(
    suite: Suite,
    file: Option<&Path>,
    config: Option<&Path>,
    json: bool,
) -> anyhow::Result<i32> {
    match suite {
        Suite::Claims => {
            anyhow::ensure!(file.is_none(), "the suite claims takes no file");
            Ok(show(&claims::run(), json))
        }
        Suite::When => {
            let file = file.map(std::fs::read_to_string).transpose()?;
            let report = when::evaluate(file.as_deref()).map_err(anyhow::Error::msg)?;
            Ok(report.print(json))
        }
        Suite::Hear => {
            let file = file.map(std::fs::read_to_string).transpose()?;
            let report = hear::evaluate(file.as_deref()).map_err(anyhow::Error::msg)?;
            Ok(report.print(json))
        }
        Suite::Conversations => conversations::run(file, config, json).await,
    }
}

fn show(report: &Report, json: bool) -> i32 {
    if json {
        println!("{}", serde_json::json!(report));
    } else {
        print(report);
    }
    i32::from(!report.met)
}

fn print(report: &Report) {
    for set in &report.sets {
        println!("{}\n", set.name);
        println!(
            "{:<12} {:>6} {:>6} {:>7} {:>13}",
            "language", "cases", "claims", "misses", "false alarms"
        );
        for row in &set.rows {
            println!(
                "{:<12} {:>6} {:>6} {:>7} {:>13}",
                row.language, row.cases, row.wanted, row.misses, row.false_alarms
            );
        }
        let all = set.all();
        println!(
            "\nmissed {:.1} %, false alarms {:.1} %",
            all.miss_rate(),
            all.false_alarm_rate()
        );
        for text in &set.missed {
            println!("  missed       {text:?}");
        }
        for text in &set.false_alarms {
            println!("  false alarm  {text:?}");
        }
        println!();
    }
    let word = if report.met { "met" } else { "NOT met" };
    println!("goal {}: {word}", report.goal);
}

/// Reads `label<TAB>language<TAB>text` lines; `\n` and `\u{…}` escapes stand for the signs themselves.
fn cases(file: &'static str, wanted: &str) -> Vec<Case> {
    file.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let (label, rest) = line.split_once('\t')?;
            let (language, text) = rest.split_once('\t')?;
            Some(Case {
                wanted: label == wanted,
                language,
                text: text.replace("\\n", "\n").replace("\\u200b", "\u{200b}"),
            })
        })
        .collect()
}

fn percent(part: usize, whole: usize) -> f64 {
    let [part, whole] =
        [part, whole.max(1)].map(|count| f64::from(u32::try_from(count).unwrap_or(u32::MAX)));
    part / whole * 100.0
}
