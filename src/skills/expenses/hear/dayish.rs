//! What of a text is a day, a time or a rule, and what is text.

use jiff::{Timestamp, tz::TimeZone};

use super::super::days;
use crate::when::{self, Here, Meaning};

/// Some day in whose light words for days are told from other words; the tool reads them in the user's own.
pub fn anywhere() -> Here {
    // a Wednesday in the middle of a month
    let now = Timestamp::from_second(1_768_404_600).unwrap_or(Timestamp::UNIX_EPOCH);
    Here::new(now, TimeZone::UTC)
}

/// "every month on the 1st", and the text without it.
pub fn every(said: &str) -> (Option<String>, String) {
    let words: Vec<&str> = said.split_whitespace().collect();
    let starts = |word: &str| {
        [
            "every", "each", "monthly", "weekly", "yearly", "annually", "daily", "biweekly",
        ]
        .contains(&word.to_lowercase().as_str())
    };
    let Some(from) = words.iter().position(|word| starts(word)) else {
        return (None, said.to_owned());
    };
    // the longest run from there that is a rule: an amount may stand behind it
    let rule = (from + 1..=words.len()).rev().find_map(|to| {
        let said = words[from..to].join(" ");
        let reading = when::read(&said, &anywhere()).ok()?;
        matches!(reading.meaning, Meaning::Every { .. }).then_some((said, to))
    });
    match rule {
        // "a monthly pass" is a thing
        Some((rule, to)) if to == words.len() || rule.contains(' ') => {
            let rest = [&words[..from], &words[to..]].concat().join(" ");
            (Some(rule), rest)
        }
        _ => (None, said.to_owned()),
    }
}

/// Words of which one must stand in what is taken for a day or a time.
const DAYISH: &[&str] = &[
    "today",
    "tonight",
    "yesterday",
    "tomorrow",
    "ago",
    "morning",
    "afternoon",
    "evening",
    "night",
    "noon",
    "midnight",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "mon",
    "tue",
    "tues",
    "wed",
    "thu",
    "thurs",
    "fri",
    "lunchtime",
    "jan",
    "january",
    "feb",
    "february",
    "mar",
    "march",
    "apr",
    "april",
    "may",
    "jun",
    "june",
    "jul",
    "july",
    "aug",
    "august",
    "sep",
    "sept",
    "september",
    "oct",
    "october",
    "nov",
    "november",
    "dec",
    "december",
    "week",
    "next",
];

pub fn is_dayish(said: &str) -> bool {
    let lower = said.to_lowercase();
    lower.split_whitespace().any(|word| {
        let bare = word.trim_matches([',', '.', '!']);
        let digits = bare.trim_end_matches(|c: char| c.is_alphabetic());
        let tail = &bare[digits.len()..];
        let is_number = !digits.is_empty() && digits.starts_with(|c: char| c.is_ascii_digit());
        DAYISH.contains(&bare)
            || (is_number && ["am", "pm", "st", "nd", "rd", "th"].contains(&tail))
            || (is_number && tail.is_empty() && bare.contains(['/', ':']))
            || (is_number && tail.is_empty() && bare.matches('-').count() == 2)
    })
}

pub fn is_day(said: &str) -> bool {
    let lower = said.to_lowercase();
    let mut bare = lower.as_str();
    for lead in ["on ", "at ", "around "] {
        bare = bare.strip_prefix(lead).unwrap_or(bare);
    }
    // a month or a weekday alone may be somebody's name or a thing
    let is_word = [
        "may", "mar", "march", "jun", "june", "april", "august", "week", "next", "night",
        "morning", "evening", "noon",
    ]
    .contains(&bare);
    // "on dinner yesterday": what was eaten, then when
    let is_meal = ["breakfast", "brunch", "lunch", "dinner"]
        .iter()
        .any(|meal| bare.split_whitespace().next() == Some(meal));
    is_dayish(bare)
        && !is_meal
        && (!is_word || bare.len() < lower.len() && bare == "noon")
        && when::read_any(bare, &anywhere()).is_ok_and(|reading| {
            matches!(
                reading.meaning,
                Meaning::Day(_) | Meaning::At(_) | Meaning::Span(_)
            )
        })
}

pub fn is_ahead(said: &str) -> bool {
    days::past(strip_on(said), &anywhere()).is_none() && !is_time_only(said)
}

pub fn strip_on(said: &str) -> &str {
    said.strip_prefix("on ")
        .or(said.strip_prefix("On "))
        .unwrap_or(said)
}

/// "at 3pm", "noon": no day is named.
pub fn is_time_only(said: &str) -> bool {
    let lower = said.to_lowercase();
    let mut words = lower
        .split_whitespace()
        .filter(|word| !["at", "around"].contains(word));
    words.all(|word| {
        let digits = word.trim_end_matches(|c: char| c.is_alphabetic());
        ["noon", "midnight", "lunchtime"].contains(&word)
            || (!digits.is_empty()
                && digits.bytes().all(|b| b.is_ascii_digit() || b == b':')
                && ["am", "pm", ""].contains(&&word[digits.len()..]))
            || ["am", "pm"].contains(&word)
    })
}

/// A day at the end of `said`, and the rest.
pub fn day_behind(said: &str) -> (Option<String>, String) {
    let words: Vec<&str> = said.split_whitespace().collect();
    let found = (0..words.len())
        .filter(|from| words.len() - from <= 6)
        .find(|from| is_day(&words[*from..].join(" ")));
    match found {
        Some(from) => {
            let day = words[from..].join(" ");
            (Some(strip_on(&day).to_owned()), words[..from].join(" "))
        }
        None => day_before(said),
    }
}

/// A day at the beginning of `said`, and the rest.
pub fn day_before(said: &str) -> (Option<String>, String) {
    let words: Vec<&str> = said.split_whitespace().collect();
    let found = (1..=words.len().min(6))
        .rev()
        .find(|to| is_day(&words[..*to].join(" ")));
    match found {
        Some(to) => {
            let day = words[..to].join(" ");
            let day = strip_on(&day).trim_end_matches(',').to_owned();
            (Some(day), words[to..].join(" "))
        }
        None => (None, said.to_owned()),
    }
}
