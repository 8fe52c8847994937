//! What can be somebody's name when people talk about one, and what cannot.

use crate::{
    skills::{
        contacts::{LETTER, find, relation},
        naming,
    },
    when::{self, Here},
};

/// Words that are nobody's name.
const NO_NAME: &[&str] = &[
    "a",
    "account",
    "all",
    "an",
    "and",
    "another",
    "any",
    "anyone",
    "are",
    "at",
    "booking",
    "both",
    "but",
    "call",
    "confirmation",
    "customer",
    "did",
    "do",
    "does",
    "each",
    "event",
    "every",
    "everybody",
    "everyone",
    "flight",
    "for",
    "from",
    "gate",
    "grocery",
    "has",
    "have",
    "he",
    "hello",
    "help",
    "her",
    "here",
    "him",
    "his",
    "house",
    "how",
    "i",
    "if",
    "in",
    "invoice",
    "is",
    "it",
    "item",
    "its",
    "last",
    "lets",
    "list",
    "lucky",
    "me",
    "message",
    "my",
    "new",
    "next",
    "no",
    "nobody",
    "not",
    "note",
    "now",
    "of",
    "on",
    "one",
    "or",
    "order",
    "our",
    "page",
    "party",
    "phone",
    "please",
    "reference",
    "reminder",
    "room",
    "serial",
    "she",
    "so",
    "some",
    "somebody",
    "someone",
    "table",
    "task",
    "text",
    "that",
    "the",
    "their",
    "them",
    "there",
    "these",
    "they",
    "this",
    "those",
    "ticket",
    "to",
    "today",
    "tomorrow",
    "tonight",
    "total",
    "tracking",
    "was",
    "we",
    "what",
    "whats",
    "when",
    "where",
    "which",
    "who",
    "whos",
    "whose",
    "why",
    "with",
    "wrong",
    "yes",
    "yesterday",
    "you",
    "your",
    "number",
    "contact",
    "contacts",
    "day",
    "week",
    "birthday",
    "tasks",
    "notes",
    "reminders",
    "events",
    "groceries",
    "emergency",
];

/// A name of somebody: one to four words, none of them a word of another kind; "the plumber" and "my sister" are relations.
pub(super) fn is_name(said: &str) -> bool {
    let lower = said.trim().to_lowercase();
    let led = ["my ", "the ", "our "]
        .iter()
        .find_map(|lead| lower.strip_prefix(lead));
    if let Some(bare) = led {
        return relation::relation(&find::owner(bare)).is_some();
    }
    let words: Vec<&str> = lower.split_whitespace().collect();
    let is_word = |word: &&str| {
        let bare = word.trim_end_matches(['.', ',']);
        let bare = bare
            .strip_suffix("'s")
            .or(bare.strip_suffix("’s"))
            .unwrap_or(bare);
        !NO_NAME.contains(&bare)
            && !bare.is_empty()
            && bare
                .chars()
                .all(|c| c.is_alphabetic() || "'’.-".contains(c))
    };
    (1..=4).contains(&words.len()) && words.iter().all(is_word) && !is_time(&lower)
}

/// "today", "friday": a time and no name. "may", "june" and "april" are people too.
fn is_time(said: &str) -> bool {
    let is_month = ["may", "june", "april", "august", "summer", "jan"].contains(&said);
    !is_month && when::read_any(said, &here()).is_ok()
}

/// Some now, for asking whether words are a time at all.
pub(super) fn here() -> Here {
    let now = jiff::Timestamp::from_second(1_767_780_000).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    Here::new(now, jiff::tz::TimeZone::UTC)
}

pub(super) fn is_label(said: &str) -> bool {
    naming::label(naming::bare(said)).is_some_and(|(letter, _)| letter == LETTER)
}

pub(super) fn is_number(said: &str) -> bool {
    naming::is_number(naming::bare(said), LETTER)
}

/// Whose something is: "ana's", "my sister's", "james'", "C3's". Without the sign of it, nobody's.
pub(super) fn owner(said: &str) -> Option<String> {
    let said = said.trim();
    let lower = said.to_lowercase();
    let is_owner = ["'s", "’s", "s'", "s’"]
        .iter()
        .any(|tail| lower.ends_with(tail));
    let kept = without_sign(said);
    (is_owner && (is_name(&kept) || is_label(&kept))).then_some(kept)
}

/// As [`owner`], and "anas" too: who only asks may leave the sign out.
pub(super) fn asked(said: &str) -> Option<String> {
    owner(said).or_else(|| {
        let said = said.trim();
        let ends = said.to_lowercase().ends_with('s') && said.chars().count() > 2;
        (ends && is_name(said)).then(|| said.to_owned())
    })
}

/// "ana's" without its end; "my" stays.
fn without_sign(said: &str) -> String {
    ["'s", "’s", "'S", "’S"]
        .iter()
        .find_map(|tail| said.strip_suffix(tail))
        .or_else(|| said.strip_suffix(['\'', '’']))
        .unwrap_or(said)
        .to_owned()
}

/// Whether this can be dialled: seven digits or more, and nothing but what stands between digits.
pub(super) fn is_phone(said: &str) -> bool {
    let digits = said.bytes().filter(u8::is_ascii_digit).count();
    (7..=15).contains(&digits)
        && said
            .chars()
            .all(|c| c.is_ascii_digit() || " +-./()\u{a0}".contains(c))
        && said.parse::<jiff::civil::Date>().is_err()
}

pub(super) fn is_email(said: &str) -> bool {
    let said = said.trim();
    said.rsplit_once('@')
        .is_some_and(|(_, domain)| domain.contains('.'))
        && crate::domain::EmailAddress::parse(said).is_ok()
}

/// Whether words are a day that somebody can be born on; which one, the tool reads as this user writes dates.
pub(super) fn is_day(said: &str) -> bool {
    use crate::{skills::contacts::Birthday, when::DateOrder};
    let today = here().today();
    [DateOrder::MonthFirst, DateOrder::DayFirst]
        .iter()
        .any(|order| {
            Birthday::read(said, jiff::civil::date(2100, 1, 1).min(today), *order).is_some()
        })
        || said.parse::<Birthday>().is_ok()
}
