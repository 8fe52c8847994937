//! A day at the end of a wish: "renew passport by friday" is a title and a day.
//! May import: `day` beside it, and jiff.
//!
//! A wrong cut spoils what the user wrote, so words are left alone unless they can only be a day:
//! - In brackets at the end, "(due 2027-04-15)" or "(friday)", any day counts.
//! - After "due", "is due", "by" or "on", any day counts; an ordinal after "on" needs its "the"
//!   ("lunch on 5th" is a street); after "at", only an end ("at the end of the month").
//! - Bare at the end: today, tonight, tomorrow, weekdays, "next week", "in 3 days", "end of month",
//!   a month with a day ("dec 1"), and numbers with a four-digit year. Never a past word
//!   ("yesterday"), an ordinal, "12/1" ("read chapter 12/1"), a month alone ("march"), or "sat",
//!   "sun", "wed", which are words of their own.
//! - Bare, a day does not count after a word that makes it something else: an object ("meet with
//!   friday", "plan next week"), a name ("black friday"), a span or choice ("monday to friday",
//!   "tuesday or friday"), a recurrence ("every friday"). The last two hold after a marker too.
//! - Something must be left, on the same line.

use jiff::civil::Date;

use super::day::{DateOrder, Day, day_ordered, read_month, read_weekday};

/// Longest day in words: "thursday the 1st of december 2027" and its like.
const MOST_WORDS: usize = 7;

/// Before these, no day is split off, with or without a marker.
const NEVER_AFTER: &[&str] = &[
    "&", "+", "and", "between", "each", "every", "except", "not", "or", "than", "through", "thru",
];

/// Before these, a bare day is an object or part of a name.
const NOT_BARE_AFTER: &[&str] = &[
    "a", "about", "after", "an", "around", "as", "ash", "at", "before", "black", "block", "bloody",
    "by", "call", "called", "casual", "clear", "cyber", "during", "easter", "enjoy", "fat",
    "first", "for", "freaky", "from", "good", "her", "his", "in", "into", "is", "its", "last",
    "like", "my", "of", "on", "our", "over", "palm", "past", "per", "plan", "previous", "ruby",
    "second", "since", "super", "survive", "taco", "than", "the", "their", "third", "this", "til",
    "till", "to", "toward", "until", "was", "with", "without", "your",
];

/// Before these, a bare weekday may be a person or a show.
const NO_WEEKDAY_AFTER: &[&str] = &[
    "ask", "email", "feed", "hate", "hug", "love", "meet", "message", "named", "see", "tell",
    "text", "visit", "walk", "watch",
];

/// What introduces a day. Longer ones stand before their ends.
const MARKERS: &[&[&str]] = &[
    &["is", "due", "by"],
    &["is", "due", "on"],
    &["is", "due"],
    &["due", "by"],
    &["due", "on"],
    &["due"],
    &["by"],
    &["on"],
    &["at"],
];

/// Splits the day off the end of `text`, by the rules above; else returns `text` as it is.
#[must_use]
pub fn split_trailing_day(text: &str, today: Date, order: DateOrder) -> (&str, Option<Day>) {
    let end = text
        .trim_end()
        .trim_end_matches(['.', '!', '?', ',', ';'])
        .len();
    let said = &text[..end];
    in_brackets(said, today, order)
        .or_else(|| at_end(said, today, order))
        .map_or((text, None), |(rest, day)| (rest, Some(day)))
}

fn in_brackets(text: &str, today: Date, order: DateOrder) -> Option<(&str, Day)> {
    let (rest, inside) = text.strip_suffix(')')?.rsplit_once('(')?;
    let rest = remaining(rest)?;
    Some((rest, day_ordered(inside, today, order).ok()?))
}

fn at_end(text: &str, today: Date, order: DateOrder) -> Option<(&str, Day)> {
    let line = text.rfind('\n').map_or(0, |at| at + 1);
    let words = words_of(text, line);
    let count = words.len();
    (1..=MOST_WORDS.min(count.saturating_sub(1)))
        .rev()
        .find_map(|length| {
            let first = count - length;
            let day = day_ordered(&text[words[first].0..], today, order).ok()?;
            let said: Vec<&str> = words[first..]
                .iter()
                .map(|(_, word)| word.as_str())
                .collect();
            // A day read with its own "by" is read again without it, as a marked one.
            if matches!(said[0], "by" | "on" | "due") {
                return None;
            }
            let before: Vec<&str> = words[..first]
                .iter()
                .map(|(_, word)| word.as_str())
                .collect();
            let marker = MARKERS.iter().find(|marker| before.ends_with(marker));
            let cut = marker.map_or(first, |marker| first - marker.len());
            let counts = match marker {
                Some(marker) => counts_marked(marker, &said),
                None => counts_bare(&said, before.last().copied().unwrap_or_default()),
            };
            let previous = cut.checked_sub(1).map(|at| words[at].1.as_str())?;
            let follows_day = marker.is_none() && day_ordered(previous, today, order).is_ok();
            if !counts || follows_day || NEVER_AFTER.contains(&previous) {
                return None;
            }
            Some((remaining(&text[..words[cut].0])?, day))
        })
}

fn counts_marked(marker: &[&str], said: &[&str]) -> bool {
    let is_end = said.contains(&"end") || said.contains(&"last");
    match marker {
        ["at"] => is_end,
        ["on"] => {
            !(said.len() == 1 && said[0].starts_with(|c: char| c.is_ascii_digit()))
                || said[0].contains(['/', '-'])
        }
        _ => true,
    }
}

fn counts_bare(said: &[&str], previous: &str) -> bool {
    if NOT_BARE_AFTER.contains(&previous) && !is_plainly_now(said, previous)
        || previous.ends_with("'s")
        || previous.ends_with("’s")
    {
        return false;
    }
    let has_digit = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    match said {
        ["weekend" | "sat" | "sun" | "wed"] | [.., "yesterday"] | ["the", _] => false,
        ["2day" | "2morrow" | "2moro"] => true,
        [word] if has_digit(word) => word.split(['/', '-']).any(|part| part.len() == 4),
        [word] if read_weekday(word).is_ok() => !NO_WEEKDAY_AFTER.contains(&previous),
        // "friday the 13th" is a film.
        [weekday, .., ordinal] if read_weekday(weekday).is_ok() && said.len() <= 3 => {
            !has_digit(ordinal) || said.iter().any(|word| read_month(word).is_ok())
        }
        _ => true,
    }
}

/// "call tomorrow" names no one called Tomorrow.
fn is_plainly_now(said: &[&str], previous: &str) -> bool {
    let is_now = matches!(said, ["today" | "tonight" | "tomorrow" | "tmrw"]);
    is_now && matches!(previous, "call" | "clear" | "over" | "in")
}

/// What is left in front of a day, without the marks that led to it.
fn remaining(text: &str) -> Option<&str> {
    let rest = text.trim_end_matches(|c: char| c.is_whitespace() || ",;:-–—(".contains(c));
    (!rest.trim().is_empty()).then_some(rest)
}

/// Where each word from byte `from` on begins, folded, without the marks behind it.
fn words_of(text: &str, from: usize) -> Vec<(usize, String)> {
    let mut words = Vec::new();
    let mut at = from;
    for run in text[from..].split(char::is_whitespace) {
        // A lone dash only leads on; what stands before it decides.
        if !run.chars().all(|c| matches!(c, '-' | '–' | '—')) {
            words.push((
                at,
                run.trim_end_matches([',', '.', ':', ';']).to_lowercase(),
            ));
        }
        at += run.len()
            + text[at + run.len()..]
                .chars()
                .next()
                .map_or(0, char::len_utf8);
    }
    words
}

#[cfg(test)]
mod tests;
