//! What the phrases of `deeper` mean: their captures as arguments of a call, or nothing.

use serde_json::{Value, json};

use super::{
    meanings::titles,
    names::{is_day, is_name, is_number},
};
use crate::{
    model::offline::{Captures, items},
    skills::tasks::repeat,
    when::{self, Here, Meaning},
};

/// Where only the form of words counts, any day serves as today.
fn anywhere() -> Option<Here> {
    let now = jiff::civil::date(2026, 1, 7)
        .to_zoned(jiff::tz::TimeZone::UTC)
        .ok()?;
    Some(Here::new(now.timestamp(), jiff::tz::TimeZone::UTC))
}

fn is_rule(said: &str) -> bool {
    anywhere().is_some_and(|here| repeat::read(said, &here).is_ok())
}

fn is_length(said: &str) -> bool {
    let said = said.to_lowercase();
    let bare = ["about ", "around ", "only ", "just "]
        .iter()
        .fold(said.as_str(), |rest, lead| {
            rest.strip_prefix(lead).unwrap_or(rest)
        });
    anywhere().is_some_and(|here| {
        when::read(bare, &here).is_ok_and(|read| matches!(read.meaning, Meaning::Length(_)))
    })
}

/// A day, a month, a length: "tasks in december" is no project.
fn is_time(said: &str) -> bool {
    is_day(said) || anywhere().is_some_and(|here| when::read_any(said, &here).is_ok())
}

/// "water the plants every 3 days": the words before the rule, and the rule.
pub(super) fn ends_with_rule(said: &str) -> Option<(&str, &str)> {
    let lower = said.to_ascii_lowercase();
    let at = lower.find(" every ")?;
    let (rest, rule) = (said[..at].trim_end_matches([',', ' ']), said[at..].trim());
    let rule = rule.trim_end_matches(['.', '!']);
    (!rest.is_empty() && is_rule(rule)).then_some((rest, rule))
}

fn bare<'t>(c: &Captures<'_, 't>, name: &str) -> Option<&'t str> {
    let said = c.get(name)?.trim();
    let said = said.trim_matches([
        '\'', '"', '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}', '.', '!', '?', ':',
    ]);
    Some(said.trim()).filter(|said| !said.is_empty())
}

fn task<'t>(c: &Captures<'_, 't>) -> Option<&'t str> {
    bare(c, "task").filter(|said| is_name(said))
}

fn numbered<'t>(c: &Captures<'_, 't>) -> Option<&'t str> {
    task(c).filter(|said| is_number(said))
}

/// A person or an office: a few words that are no pronoun.
fn who<'t>(c: &Captures<'_, 't>) -> Option<&'t str> {
    const NOBODY: &[&str] = &[
        "nobody",
        "noone",
        "anyone",
        "anybody",
        "someone",
        "somebody",
        "everyone",
        "everybody",
        "none",
        "you",
        "god",
        "people",
        "any",
    ];
    let said = bare(c, "who")?;
    let lower = said.to_lowercase();
    let first = lower.split_whitespace().next()?;
    let denies = ["never", "not", "yet", "hasn't", "hasnt", "still"];
    let fits = lower.split_whitespace().count() <= 3
        && !lower.split_whitespace().any(|word| denies.contains(&word))
        && !said.contains([',', '\n']);
    (fits && is_name(said) && !NOBODY.contains(&first) && !is_number(said)).then_some(said)
}

/// A project's name: a few words that are no day and no common ending of "in ...".
fn project<'t>(c: &Captures<'_, 't>) -> Option<&'t str> {
    const NONE: &[&str] = &[
        "progress",
        "order",
        "total",
        "general",
        "time",
        "list",
        "lists",
        "advance",
        "it",
        "that",
        "this",
        "here",
        "there",
        "mind",
        "my",
        "tasks",
        "the",
        "manager",
        "management",
    ];
    let said = bare(c, "project")?;
    let lower = said.to_lowercase();
    let first = lower.split_whitespace().next()?;
    let fits = lower.split_whitespace().count() <= 4 && !said.contains([',', '\n']);
    (fits && !NONE.contains(&first) && !is_time(said)).then_some(said)
}

pub(super) fn next(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({}))
}

pub(super) fn next_within(c: &Captures<'_, '_>) -> Option<Value> {
    let within = bare(c, "within")?.trim_end_matches(',');
    is_length(within).then(|| json!({"within": within}))
}

pub(super) fn other(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"other": true}))
}

pub(super) fn projects(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"project": "all"}))
}

pub(super) fn in_project(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"project": project(c)?}))
}

pub(super) fn waiting(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"waiting": true}))
}

pub(super) fn steps_of(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"steps_of": task(c)?}))
}

pub(super) fn steps_numbered(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"steps_of": numbered(c)?}))
}

pub(super) fn break_down(c: &Captures<'_, '_>) -> Option<Value> {
    let task = task(c)?;
    // "break down move house: call movers" has its own phrase
    (!c.whole().contains(':') && !task.contains('\n')).then(|| json!({"task": task}))
}

pub(super) fn into(c: &Captures<'_, '_>) -> Option<Value> {
    let task = task(c)?;
    let mut steps = items(c.get("steps")?);
    steps.retain(|step| step.chars().any(char::is_alphanumeric));
    let vague = [
        "steps",
        "pieces",
        "parts",
        "smaller steps",
        "small steps",
        "bits",
    ];
    let fits = !steps.is_empty()
        && !steps
            .iter()
            .any(|s| is_number(s) || vague.contains(&s.as_str()));
    fits.then(|| json!({"task": task, "steps": steps}))
}

pub(super) fn answered(c: &Captures<'_, '_>) -> Option<Value> {
    // "did ana answer?", "has ana replied?" ask
    let asks = c.whole().trim_end().ends_with('?');
    let who = who(c)?;
    (!asks).then(|| json!({"who": who}))
}

pub(super) fn effort(c: &Captures<'_, '_>) -> Option<Value> {
    let effort = bare(c, "effort")?;
    let task = task(c)?;
    is_length(effort).then(|| json!({"task": task, "effort": effort}))
}

pub(super) fn effort_numbered(c: &Captures<'_, '_>) -> Option<Value> {
    numbered(c)?;
    effort(c)
}

pub(super) fn wait(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"task": task(c)?, "waiting_for": who(c)?}))
}

pub(super) fn wait_numbered(c: &Captures<'_, '_>) -> Option<Value> {
    numbered(c)?;
    wait(c)
}

pub(super) fn no_wait(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"task": numbered(c)?, "waiting_for": "none"}))
}

pub(super) fn join_project(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"task": task(c)?, "project": project(c)?}))
}

pub(super) fn join_project_numbered(c: &Captures<'_, '_>) -> Option<Value> {
    numbered(c)?;
    join_project(c)
}

pub(super) fn repeat(c: &Captures<'_, '_>) -> Option<Value> {
    let rule = format!("every {}", bare(c, "rule")?);
    let task = task(c)?;
    is_rule(&rule).then(|| json!({"task": task, "repeat": rule}))
}

pub(super) fn repeat_numbered(c: &Captures<'_, '_>) -> Option<Value> {
    numbered(c)?;
    repeat(c)
}

pub(super) fn no_repeat(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"task": task(c)?, "repeat": "none"}))
}

pub(super) fn into_project(c: &Captures<'_, '_>) -> Option<Value> {
    let project = project(c)?;
    let mut args = titles(c.get("titles")?, true)?;
    args["project"] = json!(project);
    Some(args)
}

/// "add T4 to project kitchen" moves a task, "add tiles to the kitchen project" makes one.
pub(super) fn add_to_project(c: &Captures<'_, '_>) -> Option<Value> {
    if is_number(bare(c, "titles")?) {
        None
    } else {
        into_project(c)
    }
}

/// Verbs of chores: "water plants every 3 days" is one, "I go to the gym every day" is a tale.
const CHORES: &[&str] = &[
    "air",
    "backup",
    "bathe",
    "brush",
    "call",
    "change",
    "check",
    "clean",
    "declutter",
    "deep-clean",
    "defrost",
    "descale",
    "dust",
    "empty",
    "feed",
    "fertilize",
    "groom",
    "inspect",
    "iron",
    "mop",
    "mow",
    "oil",
    "pay",
    "polish",
    "prune",
    "refill",
    "renew",
    "replace",
    "review",
    "rinse",
    "rotate",
    "scrub",
    "service",
    "sharpen",
    "sweep",
    "test",
    "tidy",
    "trim",
    "vacuum",
    "visit",
    "walk",
    "wash",
    "water",
    "weed",
    "wipe",
];

pub(super) fn add_chore(c: &Captures<'_, '_>) -> Option<Value> {
    let what = bare(c, "what")?;
    let lower = what.to_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    let is_chore = match words.as_slice() {
        ["take" | "bring" | "put", "out", _, ..] | ["back", "up", _, ..] => true,
        [first, _, ..] => CHORES.contains(first),
        _ => false,
    };
    let rule = format!("every {}", bare(c, "rule")?);
    let is_plain = words.len() <= 8
        && !what.contains([',', '?', '\n'])
        && !what.contains(|c: char| c.is_ascii_digit());
    let asks = c.whole().trim_end().ends_with('?');
    (is_chore && is_plain && !asks && is_rule(&rule))
        .then(|| json!({"titles": [what], "repeat": rule}))
}
