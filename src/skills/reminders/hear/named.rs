//! Wishes about reminders that are named: done, deleted, skipped, paused. Labels are theirs alone; names count only where the
//! word "reminder" was said.

use serde_json::{Value, json};

use super::{
    meanings::{named, until},
    split::without_link,
};
use crate::{
    model::offline::{Captures, items},
    skills::{naming, reminders::LETTER},
};

/// Labels of reminders only: names are tasks' own.
fn labels(said: &str) -> Option<Vec<String>> {
    let all = naming::numbers(said, LETTER)?;
    let are_ours = all
        .iter()
        .all(|one| naming::label(one).is_some_and(|(letter, _)| letter == LETTER));
    are_ours.then_some(all)
}

pub(super) fn done(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"reminders": labels(c.get("reminders")?)?}))
}

/// Reminders by their labels alone.
pub(super) fn delete(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"reminders": labels(c.get("reminders")?)?}))
}

/// Where the word "reminder" was said, places and names count too.
pub(super) fn delete_named(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"reminders": names(c.get("reminders")?)?}))
}

/// All of them, by no name.
pub(super) fn all(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({}))
}

pub(super) fn skip_named(c: &Captures<'_, '_>) -> Option<Value> {
    let reminders = names(c.get("reminders")?)?;
    Some(json!({"reminders": reminders, "only_next": true}))
}

pub(super) fn skip(c: &Captures<'_, '_>) -> Option<Value> {
    let reminders = labels(c.get("reminders")?)?;
    Some(json!({"reminders": reminders, "only_next": true}))
}

pub(super) fn pause_all(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({}))
}

pub(super) fn pause_all_until(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"until": until(c.get("until")?)?}))
}

pub(super) fn pause_one(c: &Captures<'_, '_>) -> Option<Value> {
    let reminder = named(c.get("reminder")?)?;
    Some(match c.get("until") {
        Some(said) => json!({"reminder": reminder, "until": until(said)?}),
        None => json!({"reminder": reminder}),
    })
}

pub(super) fn resume_all(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"resume": true}))
}

pub(super) fn resume_one(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"reminder": named(c.get("reminder")?)?, "resume": true}))
}

/// Names of reminders where the word "reminder" was said.
fn names(said: &str) -> Option<Vec<String>> {
    let said = without_link(said);
    naming::numbers(said, LETTER).or_else(|| {
        let lower = said.to_lowercase();
        let is_vague = [
            "all",
            "all my",
            "all of my",
            "all of the",
            "all the",
            "everything",
            "it all",
            "me",
            "my",
            "our",
            "the",
            "these",
            "those",
            "any",
            "every",
        ]
        .contains(&lower.as_str());
        let names = items(said);
        (!is_vague && !names.is_empty() && !naming::names_others(said, LETTER)).then_some(names)
    })
}
