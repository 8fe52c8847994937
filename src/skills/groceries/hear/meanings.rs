//! From what a phrase captured to the arguments of a call; `None` when, said this way, it means nothing.

use serde_json::{Value, json};

use crate::{
    domain::{Aisle, Amounts, Good},
    model::offline::{Captures, things},
    skills::{groceries::LETTER, naming},
};

/// Words that begin no name of something to buy: what follows "add groceries ..." is then about something else.
const NO_NAME: &[&str] = &[
    "about",
    "after",
    "all",
    "am",
    "and",
    "are",
    "as",
    "at",
    "be",
    "because",
    "before",
    "but",
    "by",
    "can",
    "delivery",
    "did",
    "do",
    "does",
    "else",
    "everything",
    "expense",
    "for",
    "from",
    "had",
    "has",
    "have",
    "he",
    "her",
    "him",
    "how",
    "i",
    "if",
    "i'll",
    "i'm",
    "in",
    "into",
    "is",
    "it",
    "item",
    "items",
    "its",
    "it's",
    "list",
    "me",
    "money",
    "my",
    "not",
    "nothing",
    "off",
    "on",
    "or",
    "run",
    "she",
    "shopping",
    "so",
    "something",
    "store",
    "than",
    "that",
    "them",
    "then",
    "there",
    "these",
    "they",
    "things",
    "this",
    "those",
    "to",
    "today",
    "tomorrow",
    "trip",
    "was",
    "we",
    "were",
    "what",
    "when",
    "where",
    "which",
    "who",
    "why",
    "will",
    "with",
    "you",
    "your",
];

/// Several things, or numbers of what the list shows.
pub(super) fn items(c: &Captures<'_, '_>) -> Option<Vec<String>> {
    let said = c.get("items")?;
    let said = naming::numbers(said, LETTER).unwrap_or_else(|| things(said));
    (!said.is_empty()).then_some(said)
}

pub(super) fn is_name(said: &str) -> bool {
    let lower = said.to_lowercase();
    let mut words = lower.split_whitespace();
    let first = words.next().unwrap_or_default();
    let first = first.trim_end_matches([',', ':', ';', '!', '?']);
    // "my list" begins like a name: "delete the milk"
    let second = words.next();
    let begins = match (first, second) {
        ("my", Some("list" | "lists" | "tasks" | "task" | "account" | "data" | "number")) => false,
        ("my" | "all", Some(_)) => first == "my",
        _ => !NO_NAME.contains(&first),
    };
    begins && Good::parse(said).is_some()
}

pub(super) fn is_number(said: &str) -> bool {
    naming::is_number(said, LETTER)
}

fn is_label(said: &str) -> bool {
    naming::label(said).is_some_and(|(letter, _)| letter == LETTER)
}

/// Whatever is named may be meant: the phrase says that it is about the list.
pub(super) fn any(c: &Captures<'_, '_>) -> Option<Value> {
    let items = items(c)?;
    let all = items.iter().all(|item| is_number(item) || is_name(item));
    all.then(|| json!({"items": items}))
}

/// Only what can be nothing else, or a label of ours.
pub(super) fn known(c: &Captures<'_, '_>) -> Option<Value> {
    let items = items(c)?;
    let all = items
        .iter()
        .all(|item| is_label(item) || Good::is_known(item));
    all.then(|| json!({"items": items}))
}

pub(super) fn no_numbers(args: Value) -> Option<Value> {
    let is_bare = |item: &Value| item.as_str().is_some_and(is_number);
    let some = args["items"].as_array()?.iter().any(is_bare);
    (!some).then_some(args)
}

pub(super) fn add(c: &Captures<'_, '_>) -> Option<Value> {
    any(c).and_then(no_numbers)
}

pub(super) fn add_known(c: &Captures<'_, '_>) -> Option<Value> {
    known(c).and_then(no_numbers)
}

/// "add milk to my list": whose list it is, the thing must tell.
pub(super) fn add_listed(c: &Captures<'_, '_>) -> Option<Value> {
    add_known(c)
}

pub(super) fn got(c: &Captures<'_, '_>) -> Option<Value> {
    any(c)
}

/// "got 2" is a place in the list; "got a new job" is none of ours.
pub(super) fn got_known(c: &Captures<'_, '_>) -> Option<Value> {
    let all = items(c)?.iter().all(|item| is_number(item));
    if all { any(c) } else { known(c) }
}

/// "done G2": a label tells whose it is.
pub(super) fn numbered(c: &Captures<'_, '_>) -> Option<Value> {
    let items = items(c)?;
    let all = items.iter().all(|item| is_label(item));
    all.then(|| json!({"items": items}))
}

pub(super) fn remove(c: &Captures<'_, '_>) -> Option<Value> {
    any(c)
}

pub(super) fn remove_known(c: &Captures<'_, '_>) -> Option<Value> {
    known(c)
}

pub(super) fn open(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({}))
}

pub(super) fn by_aisle(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"by_aisle": true}))
}

pub(super) fn bought(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"got": true}))
}

pub(super) fn clear(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({}))
}

pub(super) fn clear_got(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"got": true}))
}

/// The one thing: a label, or a name that can be nothing else.
fn item<'t>(c: &Captures<'_, 't>) -> Option<&'t str> {
    c.get("item")
        .filter(|said| is_label(said) || Good::is_known(said))
}

fn amount_of(c: &Captures<'_, '_>, item: &str) -> Option<Value> {
    let to = c.get("to")?;
    let amount: Amounts = to.parse().ok()?;
    (!amount.is_empty()).then(|| json!({"item": item, "amount": to}))
}

/// "change the amount of charcoal to 3 bags"
pub(super) fn amount(c: &Captures<'_, '_>) -> Option<Value> {
    amount_of(
        c,
        c.get("item")
            .filter(|said| is_number(said) || is_name(said))?,
    )
}

/// "set milk to 3 l"
pub(super) fn amount_known(c: &Captures<'_, '_>) -> Option<Value> {
    amount_of(c, item(c)?)
}

/// "change milk to 3 l" is an amount, "change milk to oat milk" another name.
pub(super) fn change(c: &Captures<'_, '_>) -> Option<Value> {
    amount_known(c).or_else(|| {
        let to = c.get("to").filter(|to| Good::is_known(to))?;
        let good = Good::parse(to)?;
        let mut args = json!({"item": item(c)?, "name": good.name});
        if let Some(amount) = good.amount {
            args["amount"] = json!(amount.to_string());
        }
        Some(args)
    })
}

/// "rename grocery 2 to oat milk"
pub(super) fn rename(c: &Captures<'_, '_>) -> Option<Value> {
    let item = c
        .get("item")
        .filter(|said| is_number(said) || is_name(said))?;
    Some(json!({"item": item, "name": c.get("to")?}))
}

/// "put tofu under dairy"; what is no part of a shop is no wish of this kind.
pub(super) fn move_to(c: &Captures<'_, '_>) -> Option<Value> {
    let item = c
        .get("item")
        .filter(|said| is_label(said) || is_name(said))?;
    let aisle: Aisle = c.get("aisle")?.parse().ok()?;
    Some(json!({"item": item, "aisle": aisle.name()}))
}
