//! A phrase with what it is to mean: the lines of `fixtures/when.jsonl`, whose format `fixtures/README.md` documents.
//! May import: when.

use jiff::{
    SignedDuration, SpanRelativeTo, Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use serde::Deserialize;

use crate::when::{Found, Habits, Here, Meaning, NotATime, Reading, find, read, read_span};

/// One line.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    pub text: String,
    pub now: Timestamp,
    zone: String,
    #[serde(default = "us")]
    locale: String,
    #[serde(default)]
    mode: Mode,
    /// What the case is counted under.
    #[serde(default = "other")]
    pub group: String,
    pub expect: Expect,
    /// Why, for whoever reads the file.
    #[serde(default, rename = "note")]
    _note: String,
}

/// What the text is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Mode {
    /// Nothing but a time.
    #[default]
    Read,
    /// A wish with a time in it, or without one.
    Find,
    /// A stretch of time that somebody asks about: a day is all of it.
    Span,
}

/// What is to come out; every field that is there must agree.
#[derive(Debug, Default, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Expect {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<[Date; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<[Timestamp; 2]>,
    #[serde(skip_serializing_if = "Option::is_none", with = "length")]
    pub length: Option<SignedDuration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Box<Expect>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<DateTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<Vec<Timestamp>>,
    /// Whether nothing comes after `next`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doubt: Option<Open>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shift: Option<Shifted>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cannot: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Failure>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub none: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rest: Option<String>,
}

/// A [`crate::when::Doubt`] by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Open {
    AmOrPm,
}

/// A [`crate::when::Shift`] by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Shifted {
    Gap,
    Fold,
}

/// A [`NotATime`] by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Failure {
    Unknown,
    NoSuchTime,
    OtherWeekday,
    TooFar,
    Past,
}

/// What came out.
#[derive(Debug)]
pub(crate) enum Outcome {
    Read(Result<Reading, NotATime>),
    Found(Option<Found>),
}

impl Case {
    /// Where and when it is said.
    pub fn here(&self) -> Result<Here, String> {
        let zone = TimeZone::get(&self.zone).map_err(|error| error.to_string())?;
        let habits = Habits {
            locale: self.locale.clone(),
            ..Habits::default()
        };
        Ok(Here {
            habits,
            ..Here::new(self.now, zone)
        })
    }

    /// What `when` makes of it.
    pub fn run(&self, here: &Here) -> Outcome {
        match self.mode {
            Mode::Read => Outcome::Read(read(&self.text, here)),
            Mode::Span => {
                let span = read_span(&self.text, here).map(Meaning::Span);
                Outcome::Read(span.map(|span| Reading::plain(&self.text, span)))
            }
            Mode::Find => Outcome::Found(find(&self.text, here)),
        }
    }
}

fn us() -> String {
    "en-US".to_owned()
}

fn other() -> String {
    "other".to_owned()
}

/// Reads every line that is not empty; an error names its line.
pub(crate) fn cases(file: &str) -> Result<Vec<(usize, Case)>, String> {
    let lines = file.lines().enumerate().map(|(at, line)| (at + 1, line));
    lines
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(at, line)| {
            let case: Case =
                serde_json::from_str(line).map_err(|error| format!("line {at}: {error}"))?;
            case.here().map_err(|error| format!("line {at}: {error}"))?;
            Ok((at, case))
        })
        .collect()
}

/// ISO 8601 durations; a day is 24 hours.
mod length {
    use serde::{Deserializer, Serializer, de::Error};

    use super::{Deserialize, SignedDuration, SpanRelativeTo};

    #[expect(clippy::ref_option, reason = "the signature that serde asks for")]
    pub fn serialize<S: Serializer>(
        length: &Option<SignedDuration>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_str(&length.unwrap_or_default())
    }

    pub fn deserialize<'a, D: Deserializer<'a>>(
        from: D,
    ) -> Result<Option<SignedDuration>, D::Error> {
        let said = String::deserialize(from)?;
        let span: jiff::Span = said.parse().map_err(D::Error::custom)?;
        let length = span.to_duration(SpanRelativeTo::days_are_24_hours());
        length.map(Some).map_err(D::Error::custom)
    }
}
