//! From what a phrase captured to the arguments of a call; `None` when, said this way, it means nothing.

use serde_json::{Value, json};

use crate::{
    model::offline::Captures,
    skills::{
        naming,
        notes::{LETTER, words},
    },
    when::{self, Here},
};

fn is_number(said: &str) -> bool {
    naming::is_number(naming::bare(said), LETTER)
}

fn is_label(said: &str) -> bool {
    naming::label(naming::bare(said)).is_some_and(|(letter, _)| letter == LETTER)
}

/// Words that point at something else, and are no note by themselves.
fn is_pointing(said: &str) -> bool {
    let bare = said.trim().trim_end_matches(['.', '!', '?']).to_lowercase();
    [
        "it",
        "that",
        "this",
        "down",
        "them",
        "these",
        "those",
        "everything",
        "all",
        "something",
        "one",
        "taken",
        "noted",
    ]
    .contains(&bare.as_str())
}

fn begins(said: &str, with: &[&str]) -> bool {
    let first = said.split_whitespace().next().unwrap_or_default();
    with.contains(&first.to_lowercase().as_str())
}

/// "note: ...": whatever follows the colon.
pub(super) fn add_marked(c: &Captures<'_, '_>) -> Option<Value> {
    let text = c.get("text").filter(|text| !is_pointing(text))?;
    Some(json!({"text": tail(c, text)}))
}

/// "note that ...", "make a note that ...".
pub(super) fn add(c: &Captures<'_, '_>) -> Option<Value> {
    let text = c.get("text")?;
    let other = [
        "about", "on", "for", "of", "in", "down", "how", "why", "whether", "if", "note", "notes",
    ];
    (!is_pointing(text) && !begins(text, &other) && !text.trim_end().ends_with('?'))
        .then(|| json!({"text": tail(c, text)}))
}

/// What was captured with the full stop or question mark that a capture loses, when it ends the text.
fn tail<'t>(c: &Captures<'_, 't>, text: &'t str) -> &'t str {
    let whole = c.whole().trim();
    match whole.rfind(text) {
        Some(at)
            if whole[at + text.len()..]
                .trim_matches(['?', '!', ')'])
                .is_empty() =>
        {
            &whole[at..]
        }
        _ => text,
    }
}

pub(super) fn list(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({}))
}

pub(super) fn pinned(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"pinned": true}))
}

/// "my notes #home": one word.
pub(super) fn tag(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"tag": words::tag(c.get("tag")?)?}))
}

pub(super) fn day(c: &Captures<'_, '_>) -> Option<Value> {
    let day = c.get("day")?;
    is_day(day).then(|| json!({"day": day}))
}

/// Whether words name a day or a week; which one, the tool reads in the user's zone.
fn is_day(said: &str) -> bool {
    let Ok(now) = jiff::civil::date(2026, 1, 7).to_zoned(jiff::tz::TimeZone::UTC) else {
        return false;
    };
    let here = Here::new(now.timestamp(), jiff::tz::TimeZone::UTC);
    when::read_span(said, &here).is_ok()
}

pub(super) fn today(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"day": "today"}))
}

pub(super) fn yesterday(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"day": "yesterday"}))
}

/// "show N3", "note 3".
pub(super) fn one(c: &Captures<'_, '_>) -> Option<Value> {
    let said = c.get("note")?;
    let is_said = c.whole().to_lowercase().contains("note");
    let is_one = if is_said {
        is_number(said)
    } else {
        is_label(said)
    };
    is_one.then(|| json!({"about": said}))
}

pub(super) fn about(c: &Captures<'_, '_>) -> Option<Value> {
    let about = c.get("about")?;
    if is_pointing(about) || begins(about, &["to", "that", "saying"]) {
        return None;
    }
    Some(json!({"about": about}))
}

/// "what's the wifi code?": the whole of it, since the tool leaves out what says nothing.
pub(super) fn ask(c: &Captures<'_, '_>) -> Option<Value> {
    let whole = c.whole().trim();
    // "email address" and "phone number" are asked of the account and of contacts
    let lower = whole.to_lowercase();
    let other = ["email", "e-mail", "ip address"];
    (!other.iter().any(|word| lower.contains(word)))
        .then(|| json!({"about": whole, "answer": true}))
}

/// "where did I put the passport?"
pub(super) fn ask_put(c: &Captures<'_, '_>) -> Option<Value> {
    let is_plain = c.get("q").is_some_and(is_pointing);
    (!is_plain).then(|| json!({"about": c.whole().trim(), "answer": true}))
}

fn note<'t>(c: &Captures<'_, 't>) -> Option<&'t str> {
    c.get("note").filter(|said| !is_pointing(said))
}

pub(super) fn change(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"note": note(c)?, "text": c.get("text")?}))
}

pub(super) fn change_numbered(c: &Captures<'_, '_>) -> Option<Value> {
    change(c).filter(|_| c.get("note").is_some_and(is_label))
}

pub(super) fn append(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"note": note(c)?, "add": c.get("text")?}))
}

pub(super) fn append_to(c: &Captures<'_, '_>) -> Option<Value> {
    append(c).filter(|_| c.get("note").is_some_and(is_label))
}

/// "tag N1 as home": only what is a note by its number.
pub(super) fn tag_note(c: &Captures<'_, '_>) -> Option<Value> {
    let tag = words::tag(c.get("tag")?)?;
    let note = c.get("note").filter(|said| is_number(said))?;
    Some(json!({"note": note, "tag": tag}))
}

pub(super) fn untag_note(c: &Captures<'_, '_>) -> Option<Value> {
    let tag = words::tag(c.get("tag")?)?;
    let note = c.get("note").filter(|said| is_number(said))?;
    Some(json!({"note": note, "untag": tag}))
}

pub(super) fn pin(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"note": note(c)?, "pinned": true}))
}

pub(super) fn unpin(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"note": note(c)?, "pinned": false}))
}

pub(super) fn pin_numbered(c: &Captures<'_, '_>) -> Option<Value> {
    pin(c).filter(|_| c.get("note").is_some_and(is_number))
}

pub(super) fn unpin_numbered(c: &Captures<'_, '_>) -> Option<Value> {
    unpin(c).filter(|_| c.get("note").is_some_and(is_number))
}

pub(super) fn delete(c: &Captures<'_, '_>) -> Option<Value> {
    let said = c.get("notes")?;
    let notes = naming::numbers(said, LETTER).unwrap_or_else(|| vec![said.to_owned()]);
    let all = notes
        .iter()
        .all(|note| !is_pointing(note) && !begins(note, &["all", "every", "to"]));
    all.then(|| json!({"notes": notes}))
}

/// "delete N1 and N2": a label tells whose it is.
pub(super) fn delete_numbered(c: &Captures<'_, '_>) -> Option<Value> {
    let notes = naming::numbers(c.get("notes")?, LETTER)?;
    let all = notes.iter().all(|note| is_label(note));
    all.then(|| json!({"notes": notes}))
}
