//! From what a phrase captured to the arguments of a call; `None` when, said this way, it means nothing.

use serde_json::{Value, json};

use super::{
    meant::ends_with_rule,
    names::{COMPOUND, is_day, is_good, is_name, is_number, numbers},
};
use crate::{
    model::offline::{Captures, items},
    when,
};

/// Cuts a day that ends the text ("renew passport by friday") and splits the rest into items.
pub(super) fn titles(said: &str, split: bool) -> Option<Value> {
    // "water the plants every 3 days"
    if let Some((rest, rule)) = ends_with_rule(said) {
        let mut args = titles(rest, split)?;
        args["repeat"] = json!(rule);
        return Some(args);
    }
    // the day itself is resolved by the tool, in the user's zone; here only its place in the text is found, for which
    // any day serves as today
    let (rest, day) = when::split_trailing_day(
        said,
        jiff::civil::date(2026, 1, 7),
        when::DateOrder::default(),
    );
    let titles = if split {
        items(rest)
    } else {
        vec![rest.trim().to_owned()]
    };
    if titles.iter().all(|t| t.trim().is_empty()) || titles.iter().any(|t| is_number(t)) {
        return None;
    }
    Some(match day {
        Some(day) => json!({"titles": titles, "due": day.said}),
        None => json!({"titles": titles}),
    })
}

pub(super) fn add(c: &Captures<'_, '_>) -> Option<Value> {
    let said = c.get("titles")?;
    let said = said.strip_prefix("for ").unwrap_or(said);
    let first = said.split_whitespace().next()?.to_lowercase();
    if COMPOUND.contains(&first.trim_end_matches([':', ',', '?', '.'])) {
        None
    } else {
        titles(said, true)
    }
}

/// "add a task for friday: call mom"; what is no day stays in the title.
pub(super) fn add_for(c: &Captures<'_, '_>) -> Option<Value> {
    let (day, said) = (c.get("day")?, c.get("titles")?);
    if !is_day(day) {
        return titles(&format!("{day}: {said}"), false);
    }
    let mut args = titles(said, true)?;
    args["due"] = json!(day);
    Some(args)
}

/// "don't let me forget to call the vet"; with a time of day it is a reminder.
pub(super) fn add_one(c: &Captures<'_, '_>) -> Option<Value> {
    let said = c.get("titles")?;
    let now = jiff::civil::date(2026, 1, 7).to_zoned(jiff::tz::TimeZone::UTC);
    let here = when::Here::new(now.ok()?.timestamp(), jiff::tz::TimeZone::UTC);
    let is_timed = when::find(said, &here).is_some_and(|found| {
        matches!(
            found.reading.meaning,
            when::Meaning::At(_) | when::Meaning::Length(_) | when::Meaning::Every { .. }
        )
    });
    if is_timed { None } else { titles(said, false) }
}

pub(super) fn add_high(c: &Captures<'_, '_>) -> Option<Value> {
    let mut args = add(c)?;
    args["priority"] = json!("high");
    Some(args)
}

pub(super) fn open(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({}))
}

pub(super) fn clear_open(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"which": "open"}))
}

pub(super) fn clear_done(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"which": "done"}))
}

pub(super) fn finished(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"done": true}))
}

/// Several numbers, or names of which each can be a task.
pub(super) fn some(c: &Captures<'_, '_>) -> Option<Value> {
    let said = c.get("tasks")?;
    let tasks = numbers(said).unwrap_or_else(|| items(said));
    tasks
        .iter()
        .all(|task| is_name(task))
        .then(|| json!({"tasks": tasks}))
}

/// As `some`, where no word says that it is about tasks: what can only be something to buy is none.
pub(super) fn some_but_goods(c: &Captures<'_, '_>) -> Option<Value> {
    let said = c.get("tasks")?;
    (!is_good(said)).then(|| some(c)).flatten()
}

pub(super) fn some_numbered(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"tasks": numbers(c.get("tasks")?)?}))
}

/// The one task, by number or by name.
fn task<'t>(c: &Captures<'_, 't>) -> Option<&'t str> {
    c.get("task").filter(|said| is_name(said))
}

pub(super) fn rename(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"task": task(c)?, "title": c.get("title")?}))
}

/// "change task 2 to friday" moves its day; anything that is no day is its new wording.
pub(super) fn change(c: &Captures<'_, '_>) -> Option<Value> {
    let to = c.get("title")?;
    if is_day(to) {
        Some(json!({"task": task(c)?, "due": to}))
    } else {
        rename(c)
    }
}

pub(super) fn change_numbered(c: &Captures<'_, '_>) -> Option<Value> {
    if is_number(c.get("task")?) {
        change(c)
    } else {
        None
    }
}

pub(super) fn due(c: &Captures<'_, '_>) -> Option<Value> {
    let due = c.get("due")?;
    if is_day(due) {
        Some(json!({"task": task(c)?, "due": due}))
    } else {
        None
    }
}

pub(super) fn due_numbered(c: &Captures<'_, '_>) -> Option<Value> {
    if is_number(c.get("task")?) {
        due(c)
    } else {
        None
    }
}

pub(super) fn no_day(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"task": task(c)?, "due": "none"}))
}

pub(super) fn high(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"task": task(c)?, "priority": "high"}))
}

pub(super) fn high_numbered(c: &Captures<'_, '_>) -> Option<Value> {
    if is_number(c.get("task")?) {
        high(c)
    } else {
        None
    }
}

pub(super) fn medium(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"task": task(c)?, "priority": "medium"}))
}

pub(super) fn low(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"task": task(c)?, "priority": "low"}))
}
