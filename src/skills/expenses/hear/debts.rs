//! Who owes whom, and who paid back.

use serde_json::{Value, json};

use crate::{domain::Money, model::offline::Captures};

/// Words that are no name of somebody.
#[rustfmt::skip]
const NOBODY: &[&str] = &[
    "he", "she", "it", "they", "who", "nobody", "noone", "somebody", "someone", "anyone", "anybody", "everyone", "everybody", "that", "this",
    "what", "which", "you", "i", "we", "me", "us", "them", "him", "her", "one", "the", "if", "when", "how", "does", "do", "did", "still", "not",
    "never", "always", "life", "nothing", "and", "remind", "tell", "ask", "has", "have", "paid", "to", "for", "back", "people", "an", "a",
    "universe", "work", "because", "much", "money", "add", "note", "says", "said", "thinks", "can", "will", "should", "would", "may",
];

/// A name: up to three words, none of them one that is no name.
fn person(said: &str) -> Option<&str> {
    let said = said.trim().trim_end_matches(['?', '.', '!', ',']);
    let said = said.strip_suffix("'s").unwrap_or(said);
    let mut words = said.split_whitespace().peekable();
    let is_my = words
        .peek()
        .is_some_and(|first| ["my", "the"].contains(&&*first.to_lowercase()));
    let count = said.split_whitespace().count();
    let is_name = said
        .split_whitespace()
        .skip(usize::from(is_my))
        .all(|word| {
            !NOBODY.contains(&&*word.to_lowercase())
                && word.chars().all(|c| c.is_alphabetic() || "-'.".contains(c))
        });
    ((1..=3).contains(&count) && count > usize::from(is_my) && is_name).then_some(said)
}

/// "20 for lunch": an amount, and what for.
fn owed(said: &str) -> Option<(String, Option<String>)> {
    let said = said.trim().trim_end_matches(['.', '!']);
    let words: Vec<&str> = said.split_whitespace().collect();
    let to = (1..=words.len().min(3))
        .rev()
        .find(|to| Money::is_said(&words[..*to].join(" ")).is_some())?;
    let note = words[to..].join(" ");
    let note = ["for ", "from ", "because of "]
        .iter()
        .find_map(|lead| note.strip_prefix(lead))
        .map(str::to_owned)
        .or_else(|| note.is_empty().then(String::new))?;
    Some((
        words[..to].join(" "),
        Some(note).filter(|note| !note.is_empty()),
    ))
}

fn args(person: &str, kind: &str, amount: Option<(String, Option<String>)>) -> Value {
    let mut args = json!({"person": person, "kind": kind});
    if let Some((amount, note)) = amount {
        args["amount"] = json!(amount);
        if let Some(note) = note {
            args["note"] = json!(note);
        }
    }
    args
}

/// "ana owes me 20 for lunch"
pub fn owes_me(c: &Captures<'_, '_>) -> Option<Value> {
    let (person, owed) = (person(c.get("person")?)?, owed(c.get("rest")?)?);
    (!c.whole().trim().ends_with('?')).then(|| args(person, "owes_me", Some(owed)))
}

/// "i owe tom 15 for tickets", "i owe 15 to tom"
pub fn i_owe(c: &Captures<'_, '_>) -> Option<Value> {
    let rest = c.get("rest")?;
    let words: Vec<&str> = rest.split_whitespace().collect();
    if c.whole().trim().ends_with('?') {
        return None;
    }
    let named = (1..words.len().min(4)).find_map(|to| {
        let name = person_owned(&words[..to])?;
        Some((name, owed(&words[to..].join(" "))?))
    });
    let (name, owed) = named.or_else(|| {
        let (amount, who) = rest.split_once(" to ")?;
        let (who, note) = who.split_once(" for ").unwrap_or((who, ""));
        let (amount, _) = owed(amount)?;
        let note = Some(note.to_owned()).filter(|note| !note.is_empty());
        Some((person(who)?.to_owned(), (amount, note)))
    })?;
    Some(args(&name, "i_owe", Some(owed)))
}

fn person_owned(words: &[&str]) -> Option<String> {
    person(&words.join(" ")).map(str::to_owned)
}

/// "ana paid me back", "ana paid me 10"
pub fn paid_me(c: &Captures<'_, '_>) -> Option<Value> {
    let person = person(c.get("person")?)?;
    if c.whole().trim().ends_with('?') {
        return None;
    }
    match c.get("amount") {
        None => Some(args(person, "paid_me", None)),
        Some(said) => Some(args(person, "paid_me", Some((owed(said)?.0, None)))),
    }
}

/// "ana gave me 10": with a currency, or back
pub fn gave_me(c: &Captures<'_, '_>) -> Option<Value> {
    let said = c.get("amount")?;
    let is_back = c.whole().to_lowercase().contains(" back");
    let is_money = Money::is_said(said) == Some(true);
    (is_back || is_money).then(|| paid_me(c))?
}

/// "i paid tom back 15"
pub fn i_paid(c: &Captures<'_, '_>) -> Option<Value> {
    let person = person(c.get("person")?)?;
    match c.get("amount") {
        None => Some(args(person, "i_paid", None)),
        Some(said) => Some(args(person, "i_paid", Some((owed(said)?.0, None)))),
    }
}

/// "ana and i are even"
pub fn even(c: &Captures<'_, '_>) -> Option<Value> {
    let person = person(c.get("person")?)?;
    (!c.whole().trim().ends_with('?')).then(|| args(person, "even", None))
}

pub fn all(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({}))
}

/// "what does ana owe me?"
pub fn of(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"person": person(c.get("person")?)?}))
}
