//! Questions about what was spent: on what, when, compared with what.

use serde_json::{Value, json};

use super::{super::days, dayish::anywhere};
use crate::model::offline::Captures;

/// A text without its question mark and politeness.
fn bare(said: &str) -> &str {
    said.trim().trim_end_matches(['?', '.', '!', ',']).trim()
}

/// What stands before a time, and the time: "on food", "this month".
fn cut_time(said: &str) -> (String, Option<String>) {
    let said = bare(said);
    let words: Vec<&str> = said.split_whitespace().collect();
    let here = anywhere();
    let is_time = |words: &[&str]| days::stretch(&words.join(" "), &here).is_some();
    // "this month on food" and "on food this month"
    if let Some(from) = (0..words.len()).find(|from| is_time(&words[*from..])) {
        return (words[..from].join(" "), Some(words[from..].join(" ")));
    }
    if let Some(to) = (1..words.len()).rev().find(|to| is_time(&words[..*to])) {
        return (words[to..].join(" "), Some(words[..to].join(" ")));
    }
    (words.join(" "), None)
}

/// "last week" and "the week before" of "last week vs the week before".
fn cut_versus(said: &str) -> (String, Option<String>) {
    let lower = said.to_lowercase();
    if lower.len() != said.len() {
        return (said.to_owned(), None);
    }
    for mark in [
        " vs. ",
        " vs ",
        " versus ",
        " compared to ",
        " compared with ",
        " against ",
        " and then ",
    ] {
        if let Some(at) = lower.find(mark) {
            let versus = bare(&said[at + mark.len()..]).to_owned();
            return (said[..at].to_owned(), Some(versus));
        }
    }
    (said.to_owned(), None)
}

/// "on eating out", "at Aldi"; empty: nothing was named. `None`: a story.
fn about(said: &str) -> Option<String> {
    let mut words: Vec<&str> = said.split_whitespace().collect();
    while words.first().is_some_and(|first| {
        [
            "on", "at", "for", "in", "of", "my", "the", "so", "far", "already", "from", "money",
            "total",
        ]
        .contains(&&*first.to_lowercase())
    }) {
        words.remove(0);
    }
    while words.last().is_some_and(|last| {
        ["so", "far", "already", "total", "in", "on"].contains(&&*last.to_lowercase())
    }) {
        words.pop();
    }
    let is_story = |word: &&str| {
        [
            "i", "you", "he", "she", "they", "because", "if", "when", "that", "which", "and",
        ]
        .contains(&&*word.to_lowercase())
    };
    (words.len() <= 5 && !words.iter().any(is_story)).then(|| words.join(" "))
}

fn question(view: Option<&str>, rest: &str) -> Option<Value> {
    let (rest, versus) = cut_versus(rest);
    let (rest, when) = cut_time(&rest);
    let about = about(&rest)?;
    let mut args = json!({});
    if let Some(view) = view {
        args["view"] = json!(view);
    }
    if !about.is_empty() {
        args["about"] = json!(about);
    }
    if let Some(when) = when {
        args["when"] = json!(when);
    }
    if let Some(versus) = versus {
        let here = anywhere();
        let known = days::stretch(&versus, &here).is_some()
            || days::beside(&versus, days::stretch("last week", &here)?, &here).is_some();
        args["versus"] = json!(versus);
        return known.then_some(args);
    }
    Some(args)
}

/// "how much did I spend on food this month?"
pub fn asked(c: &Captures<'_, '_>) -> Option<Value> {
    question(None, c.get("rest")?)
}

/// "compare last week and the week before"
pub fn compared(c: &Captures<'_, '_>) -> Option<Value> {
    let rest = c.get("rest")?;
    let rest = [" and ", " with ", " to "]
        .iter()
        .find_map(|mark| rest.split_once(mark))
        .map_or_else(
            || rest.to_owned(),
            |(one, other)| format!("{one} vs {other}"),
        );
    let args = question(None, &rest)?;
    (args.get("versus").is_some() && args.get("when").is_some()).then_some(args)
}

pub fn total(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({}))
}

/// "top 5 merchants this year"
pub fn top(c: &Captures<'_, '_>) -> Option<Value> {
    let rest = bare(c.get("rest")?);
    let mut words: Vec<&str> = rest.split_whitespace().collect();
    let most: Option<u8> = words
        .first()
        .and_then(|first| match first.to_lowercase().as_str() {
            "three" => Some(3),
            "five" => Some(5),
            "ten" => Some(10),
            digits => digits.parse().ok(),
        });
    if most.is_some() {
        words.remove(0);
    }
    let kind = words.first()?.to_lowercase();
    let view = match kind.as_str() {
        "merchants" | "merchant" | "shops" | "stores" | "places" | "vendors" => "merchants",
        "categories" | "category" => "summary",
        "expenses" | "spendings" if most.is_none() => "summary",
        _ => return None,
    };
    let mut args = question(Some(view), &words[1..].join(" "))?;
    if let Some(most) = most.filter(|_| view == "merchants") {
        args["most"] = json!(most);
    }
    Some(args)
}

/// "where did I spend the most this year?"
pub fn most(c: &Captures<'_, '_>) -> Option<Value> {
    question(Some("merchants"), c.get("rest").unwrap_or_default())
}

/// "spending summary for october"
pub fn summary(c: &Captures<'_, '_>) -> Option<Value> {
    let when = c.get("when").unwrap_or_default();
    let args = question(Some("summary"), when)?;
    args.get("about").is_none().then_some(args)
}

/// "weekly summary"
pub fn periodical(c: &Captures<'_, '_>) -> Option<Value> {
    let whole = c.whole().to_lowercase();
    let is_ours = ["spending", "expense"]
        .iter()
        .any(|word| whole.contains(word));
    let when = if whole.contains("weekly") {
        "this week"
    } else {
        "this year"
    };
    is_ours.then(|| json!({"view": "summary", "when": when}))
}

pub fn list(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"view": "list"}))
}

/// "my expenses last week"
pub fn listed(c: &Captures<'_, '_>) -> Option<Value> {
    question(Some("list"), c.get("rest")?)
}

/// "last 5 expenses"
pub fn last(c: &Captures<'_, '_>) -> Option<Value> {
    let most: u8 = c.get("most")?.parse().ok()?;
    Some(json!({"view": "list", "when": "ever", "most": most}))
}

pub fn recurring(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"view": "recurring"}))
}
