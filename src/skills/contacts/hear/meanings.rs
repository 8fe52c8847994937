//! From what a phrase captured to the arguments of a call; `None` when, said this way, it means nothing.

use serde_json::{Value, json};

use super::{
    card::card,
    names::{asked, here, is_day, is_email, is_label, is_name, is_number, is_phone, owner},
};
use crate::{
    model::offline::Captures,
    skills::{
        contacts::{LETTER, find, relation as relations},
        naming,
    },
    when,
};

fn whose(c: &Captures<'_, '_>) -> Option<String> {
    owner(c.get("who")?)
}

/// "work", when the text says so before the number.
fn kind(c: &Captures<'_, '_>, mut args: Value) -> Value {
    let whole = c.whole().to_lowercase();
    let words: Vec<&str> = whole.split_whitespace().collect();
    let kind = ["work", "home", "office", "mobile", "cell", "private"]
        .into_iter()
        .find(|kind| words.contains(kind));
    if let Some(kind) = kind {
        args["kind"] = json!(kind);
    }
    args
}

pub(super) fn phone(c: &Captures<'_, '_>) -> Option<Value> {
    let phone = c.get("phone").filter(|said| is_phone(said))?;
    Some(kind(c, json!({"who": whose(c)?, "phone": phone})))
}

pub(super) fn change_phone(c: &Captures<'_, '_>) -> Option<Value> {
    phone(c)
}

pub(super) fn email(c: &Captures<'_, '_>) -> Option<Value> {
    let email = c.get("email").filter(|said| is_email(said))?;
    Some(kind(c, json!({"who": whose(c)?, "email": email})))
}

/// "tom's birthday is june 3", "tom was born on june 3".
pub(super) fn birthday(c: &Captures<'_, '_>) -> Option<Value> {
    let day = c.get("day").filter(|day| is_day(day))?;
    let who = c.get("who")?;
    let is_born = c.whole().to_lowercase().contains(" born ");
    let who = if is_born && is_name(who) {
        who.to_owned()
    } else {
        owner(who)?
    };
    Some(json!({"who": who, "birthday": day}))
}

pub(super) fn birthday_today(c: &Captures<'_, '_>) -> Option<Value> {
    let asks = c.whole().trim_end().ends_with('?');
    let who = whose(c).filter(|_| !asks)?;
    Some(json!({"who": who, "birthday": "today"}))
}

/// "ana is my sister"; "today is my day off" is none.
pub(super) fn relation(c: &Captures<'_, '_>) -> Option<Value> {
    let who = c.get("who").filter(|who| is_name(who) || is_label(who))?;
    let said = c.get("relation")?;
    let asks = c.whole().trim_end().ends_with('?');
    relations::relation(said).filter(|_| !asks)?;
    let is_relation = relations::relation(who).is_some();
    (!is_relation).then(|| json!({"who": who, "relation": said}))
}

/// "my sister's name is ana": she may be kept as "sister" already.
pub(super) fn my_relation_is(c: &Captures<'_, '_>) -> Option<Value> {
    let said = find::owner(c.get("relation")?);
    relations::relation(&said)?;
    let name = c.get("name").filter(|name| is_name(name))?;
    let asks = c.whole().trim_end().ends_with('?');
    (!asks).then(|| json!({"who": format!("my {said}"), "name": name}))
}

pub(super) fn nickname(c: &Captures<'_, '_>) -> Option<Value> {
    let who = c.get("who")?;
    let who = owner(who).or_else(|| is_name(who).then(|| who.to_owned()))?;
    let nick = c.get("nick")?.trim_matches('"');
    is_name(nick).then(|| json!({"who": who, "nickname": nick}))
}

/// "call my mother mum", "call my sister \"bee\""; "call my mother tomorrow" is no name.
pub(super) fn call_my(c: &Captures<'_, '_>) -> Option<Value> {
    let said = c.get("call")?;
    let (who, nick) = said.trim().rsplit_once(' ')?;
    relations::relation(who)?;
    let quoted = nick.trim_matches(['"', '“', '”']);
    let is_nick = (quoted != nick && is_name(quoted)) || relations::is_pet_name(nick);
    is_nick.then(|| json!({"who": format!("my {who}"), "nickname": quoted}))
}

/// "add contact ana, +1 555 010 0001": a new one, unless the name is there.
pub(super) fn add_card(c: &Captures<'_, '_>) -> Option<Value> {
    let said = c.get("card")?;
    match c.get("more") {
        Some(more) => card(&format!("{said}, {more}")),
        None => card(said),
    }
}

/// Whoever is named by name or number.
fn named(said: &str) -> Option<String> {
    let said = said.trim();
    owner(said).or_else(|| (is_name(said) || is_number(said)).then(|| said.to_owned()))
}

pub(super) fn rename(c: &Captures<'_, '_>) -> Option<Value> {
    let name = c.get("name").filter(|name| is_name(name))?;
    Some(json!({"who": named(c.get("who")?)?, "name": name}))
}

pub(super) fn rename_numbered(c: &Captures<'_, '_>) -> Option<Value> {
    rename(c).filter(|_| c.get("who").is_some_and(is_label))
}

pub(super) fn without_phone(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"who": whose(c)?, "without": ["phone"]}))
}

pub(super) fn without_email(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"who": whose(c)?, "without": ["email"]}))
}

pub(super) fn without_birthday(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"who": whose(c)?, "without": ["birthday"]}))
}

pub(super) fn without_nickname(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"who": whose(c)?, "without": ["nickname"]}))
}

/// "what's ana's number?", "whats anas number", "the phone number of ana".
fn ask(c: &Captures<'_, '_>, what: &str) -> Option<Value> {
    let who = c.get("who")?;
    let lower = c.whole().to_lowercase();
    let is_of = [" of ", " for "].iter().any(|link| lower.contains(link));
    let who = asked(who).or_else(|| (is_of && is_name(who)).then(|| who.to_owned()))?;
    Some(json!({"who": who, "what": what}))
}

pub(super) fn ask_phone(c: &Captures<'_, '_>) -> Option<Value> {
    ask(c, "phone")
}

pub(super) fn ask_email(c: &Captures<'_, '_>) -> Option<Value> {
    ask(c, "email")
}

/// "when is my birthday" may stand in the calendar: the tool looks there too.
pub(super) fn ask_birthday(c: &Captures<'_, '_>) -> Option<Value> {
    let said = match (c.get("who"), c.get("mine")) {
        (Some(who), _) => who.to_owned(),
        (None, Some(mine)) => format!("my {mine}"),
        (None, None) => "my".to_owned(),
    };
    let who = said.as_str();
    if who.eq_ignore_ascii_case("my") {
        return Some(json!({"who": "my", "what": "birthday"}));
    }
    let is_born = c.whole().to_lowercase().contains(" born");
    let who = asked(who).or_else(|| (is_born && is_name(who)).then(|| who.to_owned()))?;
    Some(json!({"who": who, "what": "birthday"}))
}

pub(super) fn ask_relation(c: &Captures<'_, '_>) -> Option<Value> {
    let said = c.get("relation")?;
    relations::relation(said)?;
    Some(json!({"who": format!("my {said}"), "what": "relation"}))
}

pub(super) fn ask_relation_name(c: &Captures<'_, '_>) -> Option<Value> {
    let said = find::owner(c.get("relation")?);
    relations::relation(&said)?;
    Some(json!({"who": format!("my {said}"), "what": "relation"}))
}

pub(super) fn birthdays(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"birthdays": "next"}))
}

pub(super) fn birthdays_when(c: &Captures<'_, '_>) -> Option<Value> {
    let said = c.get("when")?.to_lowercase();
    let bare = said
        .strip_prefix("in ")
        .or(said.strip_prefix("on "))
        .unwrap_or(&said);
    if ["next", "coming up", "soon"].contains(&bare) {
        return Some(json!({"birthdays": "next"}));
    }
    when::read_span(bare, &here()).ok()?;
    Some(json!({"birthdays": bare}))
}

pub(super) fn list(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({}))
}

pub(super) fn whole(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"who": named(c.get("who")?)?}))
}

pub(super) fn show(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"who": asked(c.get("who")?)?}))
}

pub(super) fn show_numbered(c: &Captures<'_, '_>) -> Option<Value> {
    let who = c.get("who").filter(|who| is_label(who))?;
    Some(json!({"who": who}))
}

pub(super) fn merge(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"who": named(c.get("a")?)?, "with": named(c.get("b")?)?}))
}

pub(super) fn merge_into(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"who": named(c.get("b")?)?, "with": named(c.get("a")?)?}))
}

/// "merge contact ana": the two of that name; "merge contacts C1, C2".
pub(super) fn merge_named(c: &Captures<'_, '_>) -> Option<Value> {
    let said = c.get("a")?;
    match naming::numbers(said, LETTER).as_deref() {
        Some([into, from]) => Some(json!({"who": into, "with": from})),
        Some(_) => None,
        None => Some(json!({"who": named(said)?})),
    }
}

pub(super) fn merge_numbered(c: &Captures<'_, '_>) -> Option<Value> {
    let (a, b) = (c.get("a")?, c.get("b")?);
    let is_into = c.whole().to_lowercase().contains(" into ");
    let (who, with) = if is_into { (b, a) } else { (a, b) };
    (is_label(a) && is_label(b)).then(|| json!({"who": who, "with": with}))
}

pub(super) fn delete(c: &Captures<'_, '_>) -> Option<Value> {
    let said = c.get("contacts")?;
    let contacts = naming::numbers(said, LETTER).or_else(|| Some(vec![named(said)?]))?;
    Some(json!({"contacts": contacts}))
}

/// "delete C1 and C2": a label tells whose it is.
pub(super) fn delete_numbered(c: &Captures<'_, '_>) -> Option<Value> {
    let contacts = naming::numbers(c.get("contacts")?, LETTER)?;
    let all = contacts.iter().all(|said| is_label(said));
    all.then(|| json!({"contacts": contacts}))
}

/// Whose birthday: "tom's"; one's own may be an event, which the tool finds out.
fn celebrated(c: &Captures<'_, '_>) -> Option<String> {
    let who = c.get("who")?;
    if who.eq_ignore_ascii_case("my") {
        return Some("my".to_owned());
    }
    asked(who)
}

/// "3 days", as a list. `None`: no length of time.
fn ahead(c: &Captures<'_, '_>) -> Option<Vec<String>> {
    let said = c.get("before")?.to_lowercase();
    let bare = said.strip_prefix("the ").unwrap_or(&said);
    let is_length = matches!(when::read(bare, &here()), Ok(reading) if matches!(reading.meaning, when::Meaning::Length(_)));
    let is_ahead =
        is_length || ["day", "a day", "one day", "week", "a week", "two weeks"].contains(&bare);
    let kept = if bare == "day" { "1 day" } else { bare };
    is_ahead.then(|| vec![kept.to_owned()])
}

pub(super) fn remind_before(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"who": celebrated(c)?, "before": ahead(c)?}))
}

pub(super) fn remind_of(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"who": celebrated(c)?}))
}

pub(super) fn remind_all(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({}))
}

pub(super) fn remind_all_before(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"before": ahead(c)?}))
}
