//! Corrections: the last one's category or amount, and what a number names.

use serde_json::{Value, json};

use super::{
    super::{LETTER, days, recurring},
    dayish::{anywhere, is_day},
};
use crate::{
    domain::{Money, spending},
    model::offline::Captures,
    skills::naming,
};

/// Categories that are also said about anything: "no, that was fun".
const ALSO_SAID: &[&str] = &[
    "fun", "personal", "other", "home", "house", "others", "car", "school", "present", "presents",
    "eating", "bars", "trip", "misc",
];

/// A category that everybody knows by this name.
fn known(said: &str) -> Option<&str> {
    let said = said.trim().trim_end_matches(['.', '!']);
    let plain = !ALSO_SAID.contains(&&*said.to_lowercase());
    (plain && spending::named(said).is_some()).then_some(said)
}

fn is_ours(said: &str) -> bool {
    naming::label(said).is_some_and(|(letter, _)| [LETTER, recurring::LETTER].contains(&letter))
}

/// "no, that's groceries"
pub fn category(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"expense": "latest", "category": known(c.get("category")?)?}))
}

/// "no, it was 13.50": a bare whole number may be anything.
pub fn amount(c: &Captures<'_, '_>) -> Option<Value> {
    let said = c.get("amount")?;
    let is_plain = Money::is_said(said)? || said.contains(['.', ',']);
    let is_named = c.whole().to_lowercase().contains("expense");
    (is_plain || is_named).then(|| json!({"expense": "latest", "amount": said}))
}

fn to(expense: &str, to: &str) -> Option<Value> {
    let mut args = json!({"expense": expense});
    if Money::is_said(to).is_some() {
        args["amount"] = json!(to);
    } else if let Some(name) = known(to) {
        args["category"] = json!(name);
    } else if is_day(to) && days::past(to, &anywhere()).is_some() {
        args["day"] = json!(to);
    } else {
        return None;
    }
    Some(args)
}

/// "change X3 to 15", "change expense 2 to transport"
pub fn changed(c: &Captures<'_, '_>) -> Option<Value> {
    let expense = c.get("expense")?;
    let says_kind = c.whole().to_lowercase().contains(" expense");
    let is_one = is_ours(expense)
        || says_kind
            && (naming::is_number(expense, LETTER) || expense.eq_ignore_ascii_case("last"));
    let expense = if expense.eq_ignore_ascii_case("last") {
        "latest"
    } else {
        expense
    };
    is_one.then(|| to(expense, c.get("to")?))?
}

/// "X3 is groceries"
pub fn labelled(c: &Captures<'_, '_>) -> Option<Value> {
    let expense = c.get("expense").filter(|said| is_ours(said))?;
    to(expense, c.get("to")?)
}

/// "rename X3 to team lunch"
pub fn renamed(c: &Captures<'_, '_>) -> Option<Value> {
    let expense = c.get("expense")?;
    let says_kind = c.whole().to_lowercase().contains(" expense");
    (is_ours(expense) || says_kind && naming::is_number(expense, LETTER))
        .then(|| json!({"expense": expense, "what": c.get("what")}))
}

pub fn delete_last(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"expenses": ["latest"]}))
}

/// "delete X3", "delete expenses 2 and 3"
pub fn delete(c: &Captures<'_, '_>) -> Option<Value> {
    let expenses = naming::numbers(c.get("expenses")?, LETTER)?;
    let whole = c.whole().to_lowercase();
    let says_kind = whole.contains(" expense") && !whole.contains("recurring");
    let labels = expenses
        .iter()
        .all(|said| naming::label(said).is_some_and(|(letter, _)| letter == LETTER));
    (says_kind || labels).then(|| json!({"expenses": expenses}))
}

/// "delete the lunch expense"
pub fn delete_named(c: &Captures<'_, '_>) -> Option<Value> {
    let said = c.get("expense")?;
    let is_name = said.split_whitespace().count() <= 4
        && !["all", "every", "recurring", "last", "whole"].contains(&&*said.to_lowercase());
    is_name.then(|| json!({"expenses": [said]}))
}

/// "stop the recurring rent"
pub fn stop(c: &Captures<'_, '_>) -> Option<Value> {
    let said = c.get("recurring")?;
    let kinds = [
        "expense",
        "expenses",
        "payment",
        "payments",
        "events",
        "event",
        "meeting",
        "reminder",
        "reminders",
        "task",
        "tasks",
    ];
    let is_name = said.split_whitespace().count() <= 4
        && !said
            .to_lowercase()
            .split_whitespace()
            .any(|word| kinds.contains(&word));
    let said = naming::numbers(said, recurring::LETTER).unwrap_or_else(|| vec![said.to_owned()]);
    is_name.then(|| json!({"recurring": said}))
}

/// "stop Y1"
pub fn stop_numbered(c: &Captures<'_, '_>) -> Option<Value> {
    let said = naming::numbers(c.get("recurring")?, recurring::LETTER)?;
    let ours =
        |one: &String| naming::label(one).is_some_and(|(letter, _)| letter == recurring::LETTER);
    said.iter().all(ours).then(|| json!({"recurring": said}))
}
