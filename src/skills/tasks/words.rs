//! What people call a task, a project, a person and an effort, as it is kept.

use super::{
    repeat::{self, NoRepeat, Repeat},
    say,
};
use crate::{
    skills::{Refusal, Scope},
    when::{self, Meaning},
};

/// "none", and what means the same.
pub fn is_none(said: &str) -> bool {
    let said = said.trim().to_lowercase();
    ["none", "never", "no day", "nobody", "no", "off", "once", ""].contains(&said.as_str())
}

/// Titles, trimmed: 1 to 500 letters each, at least one.
pub fn titles(said: &[String]) -> Result<Vec<String>, Refusal> {
    let titles: Vec<String> = said.iter().map(|t| t.trim().to_owned()).collect();
    if titles.is_empty() || titles.iter().any(String::is_empty) {
        return Err(Refusal::Tell(
            "What is the task? Try \"add a task: renew passport\".".into(),
        ));
    }
    if let Some(long) = titles.iter().find(|t| t.chars().count() > 500) {
        let start: String = long.chars().take(30).collect();
        return Err(Refusal::Tell(format!(
            "\"{start}...\" is too long for a task (500 letters at most)."
        )));
    }
    Ok(titles)
}

/// A project's name in its one form; `None`: "none".
pub fn project(said: &str) -> Result<Option<String>, Refusal> {
    let said = said.trim().trim_start_matches('#');
    let said = said.strip_prefix("the ").unwrap_or(said);
    let said = said.strip_suffix(" project").unwrap_or(said).trim();
    if is_none(said) {
        return Ok(None);
    }
    if said.chars().count() > 60 || said.contains('\n') {
        return Err(Refusal::Tell(
            "A project's name has 60 letters at most.".into(),
        ));
    }
    Ok(Some(said.to_owned()))
}

/// Who is waited for.
pub fn name(said: &str) -> Result<String, Refusal> {
    let said = said.trim();
    if said.is_empty() || said.chars().count() > 100 || said.contains('\n') {
        return Err(Refusal::Tell(
            "Who is it waiting for? 100 letters at most.".into(),
        ));
    }
    Ok(said.to_owned())
}

/// Effort in minutes, of "2 hours", "half an hour", "45".
pub fn minutes(scope: &Scope, said: &str) -> Result<i32, Refusal> {
    let refused = || Refusal::Tell(say::no_effort(said));
    let lower = said.trim().to_lowercase();
    let bare = [
        "about ",
        "around ",
        "approximately ",
        "only ",
        "just ",
        "roughly ",
    ]
    .iter()
    .fold(lower.as_str(), |rest, lead| {
        rest.strip_prefix(lead).unwrap_or(rest)
    });
    let seconds = match bare.parse::<i64>() {
        Ok(minutes) => minutes.checked_mul(60).ok_or_else(refused)?,
        Err(_) => match when::read(bare, &scope.here()).map(|reading| reading.meaning) {
            Ok(Meaning::Length(length)) => length.as_secs(),
            _ => return Err(refused()),
        },
    };
    let minutes = (seconds + 59) / 60;
    i32::try_from(minutes)
        .ok()
        .filter(|m| (1..=60_000).contains(m))
        .ok_or_else(refused)
}

/// How it comes again; `None`: "none".
pub fn rule(scope: &Scope, said: &str) -> Result<Option<Repeat>, Refusal> {
    if is_none(said) {
        return Ok(None);
    }
    repeat::read(said, &scope.here()).map(Some).map_err(|why| {
        Refusal::Tell(match why {
            NoRepeat::Timed => say::TIMED.into(),
            NoRepeat::Unknown => say::no_rule(said),
        })
    })
}
