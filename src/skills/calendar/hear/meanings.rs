//! From what a phrase captured to the arguments of a call; `None` when, said this way, it means nothing.

use serde_json::{Value, json};

use super::split::{
    Parts, any_here, is_length, is_new_time, is_when, split, tidy, trailing_when, without_length,
};
use crate::{
    model::offline::{Captures, items},
    skills::{calendar::LETTER, naming},
    when,
};

/// Words that make a text a tale, a question or a thought about an appointment.
const TALE: &[&str] = &[
    "am",
    "are",
    "be",
    "been",
    "but",
    "can",
    "canceled",
    "cancelled",
    "could",
    "did",
    "didn't",
    "didnt",
    "do",
    "does",
    "doesn't",
    "don't",
    "dont",
    "ended",
    "enjoyed",
    "felt",
    "forgot",
    "go",
    "going",
    "gone",
    "got",
    "had",
    "happened",
    "has",
    "have",
    "hope",
    "how",
    "i",
    "if",
    "instead",
    "is",
    "isn't",
    "isnt",
    "it",
    "it's",
    "its",
    "lasted",
    "let's",
    "lets",
    "like",
    "made",
    "maybe",
    "might",
    "moved",
    "never",
    "no",
    "not",
    "or",
    "perhaps",
    "probably",
    "ran",
    "said",
    "she",
    "he",
    "should",
    "sounds",
    "started",
    "starts",
    "that",
    "they",
    "think",
    "thought",
    "until",
    "was",
    "wasn't",
    "we",
    "went",
    "were",
    "what",
    "when",
    "where",
    "who",
    "why",
    "will",
    "with?",
    "won't",
    "wont",
    "works",
    "would",
    "you",
    "your",
    "yesterday",
    "ago",
    "last",
];

fn tells(said: &str) -> bool {
    said.split_whitespace().any(|word| {
        let bare = word.trim_matches([',', '.', '!', ';', ':']).to_lowercase();
        bare.contains('?') || TALE.contains(&bare.replace('\u{2019}', "'").as_str())
    })
}

/// "lunch with sam friday 12:30 at Joe's": only with a day and a time, and when nothing makes it anything else.
pub(super) fn by_noun(c: &Captures<'_, '_>, noun: &str) -> Option<Value> {
    let rest = c.get("rest")?;
    if tells(rest) || proposes(c.whole()) || is_heading(c.whole(), noun) {
        return None;
    }
    let parts = split(&format!("{noun} {rest}"))?;
    let title = parts.title.to_lowercase();
    let short = title.split_whitespace().count() <= 10;
    // "dinner friday at 7pm?" asks, and "to my calendar" in the middle was not understood
    let is_plain = !c.whole().trim_end().ends_with('?') && !title.contains(" calendar");
    (parts.is_definite && short && is_plain).then(|| parts.args())
}

/// "ana's birthday party friday 6pm": nothing but whose it is stands in front ("cancel ana's ..." is another wish).
pub(super) fn party_of(c: &Captures<'_, '_>) -> Option<Value> {
    let (whose, rest) = (c.get("whose")?, c.get("rest")?);
    let lower = whose.to_lowercase().replace('\u{2019}', "'");
    let words: Vec<&str> = lower.split_whitespace().collect();
    let is_theirs = match words.as_slice() {
        [who, "birthday"] | ["my", who, "birthday"] => who.ends_with("'s"),
        _ => false,
    };
    if !is_theirs || tells(rest) || proposes(c.whole()) {
        return None;
    }
    let parts = split(&format!("{whose} party {rest}"))?;
    let asks = c.whole().trim_end().ends_with('?');
    (parts.is_definite && !asks).then(|| parts.args())
}

/// "let's have lunch friday at noon" is said to somebody; "let's schedule lunch" is a wish.
fn proposes(whole: &str) -> bool {
    let lower = whole.to_lowercase().replace('\u{2019}', "'");
    let says = |one: &[&str]| lower.split_whitespace().any(|word| one.contains(&word));
    (says(&["let's", "lets"]) || lower.contains("let us "))
        && !says(&["schedule", "book", "set", "arrange", "plan", "add", "put"])
}

/// "appointment: dentist tomorrow at 3pm": the noun only says what follows.
fn is_heading(whole: &str, noun: &str) -> bool {
    noun == "appointment" && whole.to_lowercase().contains("appointment:")
}

/// What was put into the calendar by name: any time does.
pub(super) fn add_marked(c: &Captures<'_, '_>) -> Option<Value> {
    parts(c.get("what")?).map(Parts::args)
}

/// "schedule ...": a day and a time of day.
pub(super) fn add(c: &Captures<'_, '_>) -> Option<Value> {
    let said = c.get("what")?;
    parts(said)
        .filter(|parts| parts.is_definite && !tells(said))
        .map(Parts::args)
}

fn parts(said: &str) -> Option<Parts> {
    let parts = split(said)?;
    let first = parts.title.split_whitespace().next()?.to_lowercase();
    let nameless = ["it", "that", "this", "something", "them", "one"];
    (!nameless.contains(&first.as_str())).then_some(parts)
}

/// "block friday 2-4pm for deep work"
pub(super) fn add_blocked(c: &Captures<'_, '_>) -> Option<Value> {
    let said = c.get("what")?;
    let parts = parts(said)?;
    if !parts.is_definite || tells(said) || parts.title.split_whitespace().count() > 6 {
        return None;
    }
    Some(parts.args())
}

pub(super) fn bare_agenda(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({}))
}

pub(super) fn show(c: &Captures<'_, '_>) -> Option<Value> {
    let when = c.get("when")?;
    is_when(when).then(|| json!({"when": when}))
}

pub(super) fn show_today(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"when": "today"}))
}

pub(super) fn day(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"say_empty": true}))
}

/// "when is the dentist?": not a day of everybody's calendar, and nothing else that has a time.
pub(super) fn when_is(c: &Captures<'_, '_>) -> Option<Value> {
    let find = c.get("find")?;
    let first = find.split_whitespace().next()?.to_lowercase();
    let others = [
        "it", "that", "this", "he", "she", "they", "your", "you", "due", "rent", "task",
        "reminder", "i", "there", "a", "sunset", "sunrise", "daylight", "dst", "clock", "best",
        "good", "full", "new",
    ];
    let asks_else = find.split_whitespace().any(|word| {
        [
            "due",
            "task",
            "reminder",
            "reminders",
            "open",
            "opening",
            "closed",
            "free",
        ]
        .contains(&word.to_lowercase().as_str())
    });
    let is_day = when::read(find, &any_here()).is_ok();
    (!others.contains(&first.as_str())
        && !asks_else
        && !is_day
        && find.split_whitespace().count() <= 6)
        .then(|| json!({"find": find}))
}

pub(super) fn find(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"find": c.get("find")?}))
}

/// "am I free friday at 3?", "am I free friday at 3 for 2 hours"
pub(super) fn free_at(c: &Captures<'_, '_>) -> Option<Value> {
    let (when, length) = without_length(c.get("when")?, &any_here());
    if !is_when(&when) {
        return None;
    }
    Some(match length {
        Some(length) => json!({"when": when, "length": length}),
        None => json!({"when": when}),
    })
}

/// "when am I free for 90 minutes next week?"
pub(super) fn free_when(c: &Captures<'_, '_>) -> Option<Value> {
    let (rest, length) = without_length(c.get("rest").unwrap_or_default(), &any_here());
    let (front, when) = trailing_when(&rest);
    if !front.trim().is_empty() && front != rest || when.is_none() && !rest.trim().is_empty() {
        return None;
    }
    let mut args = json!({});
    if let Some(length) = length {
        args["length"] = json!(length);
    }
    if let Some(when) = when {
        args["when"] = json!(when);
    }
    Some(args)
}

/// "find a time for a 1 h call with ana before thursday"
pub(super) fn find_time(c: &Captures<'_, '_>) -> Option<Value> {
    titled(c.get("rest")?, "title")
}

/// "find 2 hours for the tax papers this week", "find an hour tomorrow"
pub(super) fn length(c: &Captures<'_, '_>) -> Option<Value> {
    let rest = c.get("rest")?;
    let args = titled(rest, "title")?;
    args.get("length").is_some().then_some(args)
}

/// "the tax papers this week, 2 h"
pub(super) fn plan(c: &Captures<'_, '_>) -> Option<Value> {
    let rest = c.get("rest")?;
    if tells(rest) {
        return None;
    }
    let args = match numbered(c.whole(), rest) {
        Some((number, rest)) => {
            let mut args = titled(rest, "title")?;
            if args.get("title").is_some() {
                return None;
            }
            args["task"] = json!(number);
            args
        }
        None => titled(rest, "task")?,
    };
    let is_named = args
        .get("task")
        .and_then(Value::as_str)
        .is_some_and(|task| !task.is_empty());
    let is_timed = args.get("when").is_some() || args.get("length").is_some();
    (is_named && is_timed).then_some(args)
}

/// "3" of "plan task 3 tomorrow", where it is no hour.
fn numbered<'t>(whole: &str, rest: &'t str) -> Option<(&'t str, &'t str)> {
    let (number, rest) = rest.split_once(' ')?;
    let is_number = number.bytes().all(|b| b.is_ascii_digit());
    let said = format!("task {number} ");
    (is_number && whole.to_lowercase().contains(&said)).then_some((number, rest))
}

/// A thing, how long and within which time: "a 1 h call with ana before thursday", "the tax papers this week, 2 h".
fn titled(said: &str, name: &str) -> Option<Value> {
    let here = any_here();
    let mut said = tidy(said).to_owned();
    let mut length = None;
    // ", 2 h" behind everything
    if let Some((front, end)) = said.rsplit_once(',')
        && is_length(end.trim(), &here)
    {
        length = Some(end.trim().to_owned());
        said = front.to_owned();
    }
    let (rest, for_length) = without_length(&said, &here);
    let (front, when) = trailing_when(&rest);
    length = length.or(for_length);
    let mut title = tidy(&front).to_owned();
    let words: Vec<&str> = title.split_whitespace().collect();
    for end in (1..=words.len().min(4)).rev() {
        let front = words[..end].join(" ");
        let bare = front.replace('-', " ");
        let one = format!("an {bare}");
        let bare = if bare.eq_ignore_ascii_case("hour") {
            one
        } else {
            bare
        };
        if length.is_none() && is_length(&bare, &here) {
            length = Some(bare);
            title = tidy(&words[end..].join(" ")).to_owned();
            break;
        }
    }
    if title.is_empty() && length.is_none() && when.is_none() {
        return None;
    }
    let mut args = json!({});
    if !title.is_empty() {
        args[name] = json!(title);
    }
    if let Some(length) = length {
        args["length"] = json!(length);
    }
    if let Some(when) = when {
        args["when"] = json!(when);
    }
    Some(args)
}

/// "move the dentist to 4pm"
pub(super) fn move_noun(c: &Captures<'_, '_>, noun: &str) -> Option<Value> {
    let when = c.get("when")?;
    let event = match c.get("more") {
        Some(more) => format!("{noun} {more}"),
        None => noun.to_owned(),
    };
    is_new_time(when).then(|| json!({"event": event, "when": when}))
}

/// "move E3 to friday", "move 2 to 4pm".
pub(super) fn move_number(c: &Captures<'_, '_>) -> Option<Value> {
    let (event, when) = (c.get("event")?, c.get("when")?);
    // a place in the list last shown counts with a time of day alone: a day may be a task's
    let is_timed = || {
        let today = any_here().today();
        naming::is_number(event, LETTER) && when::day(when, today).is_err()
    };
    ((is_event(event) || is_timed()) && is_new_time(when))
        .then(|| json!({"event": event, "when": when}))
}

pub(super) fn move_back(c: &Captures<'_, '_>) -> Option<Value> {
    let event = c.get("event").filter(|said| is_event(said))?;
    let (by, way) = match (c.get("back"), c.get("forward")) {
        (Some(by), _) => (by, "later"),
        (None, Some(by)) => (by, "earlier"),
        (None, None) => return None,
    };
    is_length(by, &any_here()).then(|| json!({"event": event, "when": format!("{by} {way}")}))
}

pub(super) fn rename(c: &Captures<'_, '_>) -> Option<Value> {
    let event = c.get("event").filter(|said| is_event(said))?;
    Some(json!({"event": event, "title": c.get("title")?}))
}

pub(super) fn place(c: &Captures<'_, '_>) -> Option<Value> {
    let event = c.get("event").filter(|said| is_event(said))?;
    Some(json!({"event": event, "place": c.get("place")?}))
}

/// "cancel lunch with sam", "cancel the dentist on friday"
pub(super) fn cancel_named(c: &Captures<'_, '_>, noun: &str) -> Option<Value> {
    let event = match c.get("more") {
        Some(more) if tells(more) || more.contains(" and ") => return None,
        // "cancel my dentist reminder"
        Some(more) if more.to_lowercase().starts_with("reminder") => return None,
        Some(more) => format!("{noun} {more}"),
        None => noun.to_owned(),
    };
    Some(json!({"events": [event]}))
}

/// "delete the dentist appointment": no task is called so.
pub(super) fn cancel_kind(c: &Captures<'_, '_>, kind: &str) -> Option<Value> {
    let event = c.get("event")?;
    let is_other = event.contains(" and ") || event.to_lowercase().starts_with("task");
    (!is_other && !tells(event)).then(|| json!({"events": [format!("{event} {kind}")]}))
}

/// "cancel E3 and E4"
pub(super) fn cancel(c: &Captures<'_, '_>) -> Option<Value> {
    let said = c.get("events")?;
    let events = naming::numbers(said, LETTER).unwrap_or_else(|| items(said));
    let plain = events.iter().all(|said| is_event(said));
    plain.then(|| json!({"events": events}))
}

/// "cancel 2": a place in the list last shown; it is said if something else stands there.
pub(super) fn cancel_numbered(c: &Captures<'_, '_>) -> Option<Value> {
    let events = naming::numbers(c.get("events")?, LETTER)?;
    Some(json!({"events": events}))
}

/// `E3`: what can be nothing but an event.
fn is_event(said: &str) -> bool {
    naming::label(said).is_some_and(|(letter, _)| letter == LETTER)
}
