//! Which of the words of a wish are its time and which are what it is about. The words for the time are passed on as they
//! were said: the tool reads them in the user's own zone. May import: when.

use jiff::{civil::date, tz::TimeZone};

use crate::when::{self, Here, Meaning};

/// Some Wednesday morning: only what is time and what is text is looked for, for which any instant serves.
pub fn anywhen() -> Here {
    let noon = date(2026, 1, 7).at(6, 0, 0, 0).to_zoned(TimeZone::UTC);
    Here::new(
        noon.expect("UTC has every wall time").timestamp(),
        TimeZone::UTC,
    )
}

/// Whether the whole of `said` is a time.
pub fn is_time(said: &str) -> bool {
    when::read(said, &anywhen()).is_ok()
}

/// Whether words for a time name a time of day.
pub fn has_time(said: &str) -> bool {
    when::read(said, &anywhen()).is_ok_and(|reading| match reading.meaning {
        Meaning::At(_) | Meaning::Length(_) => true,
        Meaning::Every { time, .. } => time,
        _ => false,
    })
}

/// What is to be said, and when, if that is said.
#[derive(Debug, PartialEq, Eq)]
pub struct Wish {
    pub what: String,
    pub when: Option<String>,
}

/// Words between a time and what it is for: "tomorrow at 5 to call mom", "at 5 that the cake is done".
const LINKS: &[&str] = &["to", "about", "of", "that", "i", "we"];

/// Words that a text does not end with: the time began before them.
const DANGLING: &[&str] = &[
    "at", "before", "by", "every", "from", "in", "of", "on", "the", "till", "to", "until",
];

/// Takes a wish apart: "tomorrow at 5pm to call mom", "to call mom at 5pm", "call mom at 5pm".
pub fn wish(said: &str) -> Option<Wish> {
    let said = said.trim().trim_end_matches(['.', '!', '?', ',']).trim();
    if said.is_empty() {
        return None;
    }
    if is_time(said) {
        return Some(Wish {
            what: String::new(),
            when: Some(said.to_owned()),
        });
    }
    if let Some(wish) = pointed(said).or_else(|| time_first(said)) {
        return Some(wish).filter(|wish| !is_recurring(&wish.what));
    }
    let here = anywhen();
    let text = without_link(said);
    if let Some(found) = when::find(text, &here)
        && !found.rest.trim().is_empty()
    {
        let rest = without_link(found.rest.trim());
        let last = rest.split_whitespace().next_back().unwrap_or_default();
        if DANGLING.contains(&last.to_lowercase().as_str()) {
            return time_last(text);
        }
        let what = rest.trim_matches([',', ';', ':']).trim();
        let wish = Wish {
            // how long it takes is no time to remind at: "nap for 20 minutes"
            what: match &found.lasting {
                Some(lasting) => format!("{what} {lasting}"),
                None => what.to_owned(),
            },
            when: Some(found.reading.said),
        };
        return Some(wish).filter(|wish| !is_recurring(&wish.what));
    }
    let wish = Wish {
        what: text.to_owned(),
        when: None,
    };
    Some(wish).filter(|wish| !is_recurring(&wish.what))
}

/// Whether the words that are left still say how often: a recurrence that was not understood must not come just once.
fn is_recurring(what: &str) -> bool {
    let lower = what.to_lowercase();
    let mut words = lower.split_whitespace();
    let often = [
        "every", "each", "daily", "weekly", "monthly", "yearly", "annually", "hourly",
    ];
    words.next().is_some_and(|first| often.contains(&first))
        || words.next_back().is_some_and(|last| often.contains(&last))
        || lower.contains(" every other")
}

/// "that tomorrow", "it at 5pm".
fn pointed(said: &str) -> Option<Wish> {
    let (first, rest) = said.split_once(' ')?;
    let is_pointing = ["that", "it", "this"].contains(&first.to_lowercase().as_str());
    (is_pointing && is_time(rest)).then(|| Wish {
        what: "that".to_owned(),
        when: Some(rest.trim().to_owned()),
    })
}

/// "tomorrow at 5pm to call mom": a time up to a link. The longest time that is one wins, so that "in the morning to to
/// ..." does not end early.
fn time_first(said: &str) -> Option<Wish> {
    let words: Vec<&str> = said.split_whitespace().collect();
    (1..words.len()).rev().find_map(|at| {
        let link = words[at].to_lowercase();
        let ends_clause = words[at - 1].ends_with([',', ':']);
        if !LINKS.contains(&link.as_str()) && !ends_clause {
            return None;
        }
        let time = words[..at].join(" ");
        let time = time.trim_end_matches([',', ':', ';']).trim();
        if !is_time(time) {
            return None;
        }
        let rest = words[at..].join(" ");
        let what = without_link(&rest);
        (!what.is_empty()).then(|| Wish {
            what: what.to_owned(),
            when: Some(time.to_owned()),
        })
    })
}

/// "pay rent on the 1st of every month": the longest end that is a time.
fn time_last(said: &str) -> Option<Wish> {
    let words: Vec<&str> = said.split_whitespace().collect();
    (1..words.len())
        .map(|at| (words[..at].join(" "), words[at..].join(" ")))
        .find(|(_, time)| is_time(time))
        .map(|(what, when)| Wish {
            what,
            when: Some(when),
        })
}

/// The text without the "to" or "that" that leads to it.
pub fn without_link(said: &str) -> &str {
    let lower = said.to_lowercase();
    for link in ["to ", "that ", "about ", "of ", ": ", "for "] {
        if lower.starts_with(link) {
            return said[link.len()..].trim_start();
        }
    }
    said
}
