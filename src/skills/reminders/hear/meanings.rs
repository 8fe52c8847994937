//! From what a phrase captured to the arguments of a call; `None` when, said this way, it means nothing.

use serde_json::{Value, json};

use super::split::{Wish, has_time, is_time, wish, without_link};
use crate::{
    model::offline::Captures,
    skills::{naming, reminders::LETTER},
};

/// Front words of a text that are no time and yet may stand before "remind me".
fn lead<'t>(c: &Captures<'_, 't>) -> Option<Option<&'t str>> {
    match c.get("lead") {
        None => Some(None),
        Some(lead) => {
            let lead = lead.trim_end_matches([',', ':']).trim();
            is_time(lead).then_some(Some(lead))
        }
    }
}

fn is_pointing(said: &str) -> bool {
    let bare = said.trim().trim_end_matches(['.', '!', '?']).to_lowercase();
    ["that", "it", "this", "that one", "this one"].contains(&bare.as_str())
}

/// The call of a wish; `None` when there is nothing to be said.
fn call(found: Wish, lead: Option<&str>) -> Option<Value> {
    let when = match (found.when, lead) {
        (Some(when), Some(lead)) => Some(format!("{lead} {when}"))
            .filter(|both| is_time(both))?
            .into(),
        (Some(when), None) => Some(when),
        (None, lead) => lead.map(str::to_owned),
    };
    let what = found.what.trim();
    if what.is_empty() {
        return None;
    }
    let mut args = if is_pointing(what) {
        json!({"what": "that"})
    } else if naming::label(what).is_some() {
        json!({"about": what.to_uppercase()})
    } else {
        json!({"what": what})
    };
    if let Some(when) = when {
        args["when"] = json!(when);
    }
    Some(args)
}

/// Words after "remind me" that make it a question or something else.
const NO_WISH: &[&str] = &[
    "again", "later", "what", "why", "how", "who", "where", "which", "when", "if", "whether",
];

/// "don't let me forget ...": with a time of day a reminder; without, a task.
pub(super) fn remind_at(c: &Captures<'_, '_>) -> Option<Value> {
    let said = c.get("wish")?;
    let timed = wish(said)?.when.filter(|when| has_time(when));
    timed.and_then(|_| call(wish(said)?, None))
}

pub(super) fn remind(c: &Captures<'_, '_>) -> Option<Value> {
    let lead = lead(c)?;
    let said = c.get("wish")?;
    let first = said.split_whitespace().next()?.to_lowercase();
    let lower = said.to_lowercase();
    if NO_WISH.contains(&first.as_str()) || lower.contains(" until done") || is_list(&lower) {
        return nag_in(said, lead).filter(|_| lower.contains("until done"));
    }
    before_in(said).or_else(|| {
        let found = wish(said)?;
        call(found, lead)
    })
}

fn is_list(lower: &str) -> bool {
    lower.starts_with("list") && lower.len() < 6
}

/// "remind me about the dentist tomorrow", "remind me of that at 5".
pub(super) fn about(c: &Captures<'_, '_>) -> Option<Value> {
    let lead = lead(c)?;
    let said = c.get("wish")?;
    before_in(said).or_else(|| {
        let found = wish(said)?;
        call(found, lead)
    })
}

/// "remind me 2 days before christmas to buy gifts".
pub(super) fn remind_before(c: &Captures<'_, '_>) -> Option<Value> {
    before_in(&format!("{} before {}", c.get("ahead")?, c.get("wish")?))
}

/// "2 days before christmas and again on the morning to buy gifts", "to pay rent 2 days before the 1st".
fn before_in(said: &str) -> Option<Value> {
    let lower = said.to_lowercase();
    let at = lower.find(" before ")?;
    let (front, after) = (said[..at].trim(), said[at + " before ".len()..].trim());
    let mut again = None;
    let mut after = after.to_owned();
    for (phrase, ahead) in [
        (" and again on the morning", "morning of"),
        (" and again in the morning", "morning of"),
        (" and again that morning", "morning of"),
        (" and on the morning", "morning of"),
        (" and again on the day", "on the day"),
        (" and on the day", "on the day"),
    ] {
        if let Some(at) = after.to_lowercase().find(phrase) {
            let tail = &after[at + phrase.len()..];
            let tail = tail.strip_prefix(" of").unwrap_or(tail);
            after = format!("{}{tail}", &after[..at]);
            again = Some(ahead);
            break;
        }
    }
    let (what, ahead, anchor) = if is_ahead(front) {
        // "2 days before christmas to buy gifts"
        let Wish { what, when } = wish(&after)?;
        match when {
            Some(when) => (what, front.to_owned(), when),
            None if naming::label(&what).is_some() => (what.clone(), front.to_owned(), what),
            // "30 minutes before the dentist", "2 days before the wedding to buy gifts"
            None => {
                let before: Vec<&str> = [Some(front), again].into_iter().flatten().collect();
                let (about, what) = what.split_once(" to ").unwrap_or((&what, ""));
                return Some(json!({"what": what, "before": before, "about": about}));
            }
        }
    } else {
        // "to buy gifts 2 days before christmas"
        let words: Vec<&str> = front.split_whitespace().collect();
        let from = (1..words.len()).find(|at| is_ahead(&words[*at..].join(" ")))?;
        let what = words[..from].join(" ");
        (
            without_link(&what).to_owned(),
            words[from..].join(" "),
            after.trim().to_owned(),
        )
    };
    // "the day" alone would be the day itself
    let ahead = if ahead.to_lowercase().starts_with("the ") {
        format!("{ahead} before")
    } else {
        ahead
    };
    let before: Vec<&str> = [Some(ahead.as_str()), again]
        .into_iter()
        .flatten()
        .collect();
    let mut args = json!({"before": before});
    if naming::label(&anchor).is_some() {
        args["about"] = json!(anchor.to_uppercase());
        if !what.is_empty() && what != anchor {
            args["what"] = json!(what);
        }
    } else if is_time(&anchor) && !what.is_empty() {
        args["what"] = json!(what);
        args["when"] = json!(anchor);
    } else {
        return None;
    }
    Some(args)
}

/// "2 days", "an hour", "the day".
fn is_ahead(said: &str) -> bool {
    let words: Vec<_> = said.split_whitespace().map(str::to_lowercase).collect();
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    let is_count = |word: &str| {
        [
            "a", "an", "one", "two", "three", "four", "five", "six", "ten",
        ]
        .contains(&word)
            || word.bytes().all(|b| b.is_ascii_digit())
    };
    let is_unit = |word: &str| {
        let unit = word.trim_end_matches('s');
        ["minute", "min", "hour", "hr", "day", "week"].contains(&unit)
    };
    match words.as_slice() {
        [count, unit] if is_count(count) && is_unit(unit) => true,
        ["the", "day" | "evening" | "night" | "week"] => true,
        _ => false,
    }
}

/// "nag me every 10 minutes to take the bins out until done".
pub(super) fn nag(c: &Captures<'_, '_>) -> Option<Value> {
    nag_in(c.get("wish")?, None)
}

pub(super) fn nag_when(c: &Captures<'_, '_>) -> Option<Value> {
    nag_in(c.get("wish")?, lead(c)?)
}

fn nag_in(said: &str, lead: Option<&str>) -> Option<Value> {
    let mut rest = format!(" {} ", said.trim().trim_end_matches(['.', '!']));
    for tail in [
        " until it is done ",
        " until it's done ",
        " until its done ",
        " until i'm done ",
        " until i am done ",
        " until i do it ",
        " until i did it ",
        " until done ",
        " till done ",
        " until i say done ",
    ] {
        if let Some(at) = rest.to_lowercase().find(tail) {
            rest = format!("{} {}", &rest[..at], &rest[at + tail.len()..]);
        }
    }
    let words: Vec<&str> = rest.split_whitespace().collect();
    let lower: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let every = lower.iter().position(|word| word == "every")?;
    // the longest length that "every" introduces: "every 10 minutes", "every half hour", "every hour"
    let (end, often) = (every + 2..=(every + 4).min(words.len()))
        .rev()
        .find_map(|end| {
            let often = lower[every + 1..end].join(" ");
            let often = often.trim_end_matches(',').to_owned();
            is_often(&often).then_some((end, often))
        })?;
    let left: Vec<&str> = words[..every]
        .iter()
        .chain(&words[end..])
        .copied()
        .collect();
    let found = wish(&left.join(" "))?;
    let mut args = call(found, lead)?;
    args["nag"] = json!(often);
    Some(args)
}

fn is_often(said: &str) -> bool {
    let words: Vec<&str> = said.split(' ').collect();
    let is_unit =
        |word: &str| ["minute", "minutes", "min", "mins", "hour", "hours"].contains(&word);
    match words.as_slice() {
        ["minute" | "hour"] | ["half", "hour"] | ["half", "an", "hour"] => true,
        [count, unit] => {
            (count.bytes().all(|b| b.is_ascii_digit()) || *count == "other") && is_unit(unit)
        }
        _ => false,
    }
}

/// "wake me at 7", "set an alarm for 6:30 tomorrow".
pub(super) fn wake(c: &Captures<'_, '_>) -> Option<Value> {
    let said = c.get("wish")?;
    let bare = without_link(said);
    if is_time(bare) {
        return Some(json!({"what": "wake up", "when": bare}));
    }
    let found = wish(bare)?;
    found.when.as_ref()?;
    call(found, None)
}

pub(super) fn list(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({}))
}

pub(super) fn list_about(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"about": c.get("about")?}))
}

pub(super) fn paused(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"which": "paused"}))
}

pub(super) fn finished(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"which": "done"}))
}

pub(super) fn sent(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"which": "sent"}))
}

pub(super) fn sent_it(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"which": "sent", "about": "it"}))
}

/// "did you remind me to call mom?"
pub(super) fn sent_about(c: &Captures<'_, '_>) -> Option<Value> {
    let about = c.get("about")?;
    let about = if is_pointing(about) { "it" } else { about };
    Some(json!({"which": "sent", "about": about}))
}

/// "did R3 send?"; "did the package arrive?" is none of ours.
pub(super) fn sent_named(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"which": "sent", "about": named(c.get("about")?)?}))
}

pub(super) fn snooze(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"snooze": "10"}))
}

/// The time until which, or `None`.
pub(super) fn until(said: &str) -> Option<String> {
    let lower = said.to_lowercase();
    let bare = ["till ", "til ", "until ", "for ", "to ", "in "]
        .iter()
        .find_map(|lead| lower.strip_prefix(lead))
        .unwrap_or(&lower)
        .trim();
    let is_minutes =
        !bare.is_empty() && bare.len() <= 4 && bare.bytes().all(|b| b.is_ascii_digit());
    (is_minutes || is_time(bare)).then(|| bare.to_owned())
}

pub(super) fn snooze_it(c: &Captures<'_, '_>) -> Option<Value> {
    let said = c.get("until")?;
    if let Some(until) = until(said) {
        return Some(json!({"snooze": until}));
    }
    // "snooze R3", "snooze R3 20"
    let (label, rest) = said.split_once(' ').unwrap_or((said, ""));
    naming::label(label).filter(|(letter, _)| *letter == LETTER)?;
    let until = if rest.is_empty() {
        "10".to_owned()
    } else {
        until(rest)?
    };
    Some(json!({"reminder": label, "snooze": until}))
}

pub(super) fn snooze_one(c: &Captures<'_, '_>) -> Option<Value> {
    let reminder = c.get("reminder")?;
    let until = until(c.get("until")?)?;
    if is_pointing(reminder) {
        return Some(json!({"snooze": until}));
    }
    (!is_time(reminder)).then(|| json!({"reminder": reminder, "snooze": until}))
}

/// A reminder by its label, or by words that say that it is one: "the mom reminder".
pub(super) fn named(said: &str) -> Option<&str> {
    if let Some((letter, _)) = naming::label(said) {
        return (letter == LETTER).then_some(said);
    }
    let lower = said.to_lowercase();
    lower
        .strip_suffix(" reminder")
        .map(|words| {
            said[..words.len()]
                .trim_start_matches("the ")
                .trim_start_matches("my ")
        })
        .filter(|words| !words.is_empty())
}

/// "move R3 to friday", "change r3 to 6pm", "change R3 to call dad".
pub(super) fn change(c: &Captures<'_, '_>) -> Option<Value> {
    let reminder = named(c.get("reminder")?)?;
    let to = c.get("when")?;
    let first = to.split_whitespace().next()?.to_lowercase();
    if !is_time(to) && ["every", "each"].contains(&first.as_str()) {
        return None;
    }
    Some(if is_time(to) || is_time(&format!("at {to}")) {
        json!({"reminder": reminder, "when": to})
    } else {
        json!({"reminder": reminder, "what": to})
    })
}

pub(super) fn rename(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"reminder": named(c.get("reminder")?)?, "what": c.get("what")?}))
}

pub(super) fn done_it(c: &Captures<'_, '_>) -> Option<Value> {
    // praise is no report
    let praise = c.whole().to_lowercase().contains("well done");
    (!praise).then(|| json!({}))
}
