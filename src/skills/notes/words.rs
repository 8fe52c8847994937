//! What a note is found by: the stems of its words, and its tags. Pure. May import: text.

use crate::text::{stem, words};

/// The most letters of a note.
pub const LONGEST: usize = 4_000;
/// The most tags of a note, and the most letters of one.
pub const MOST_TAGS: usize = 20;
const LONGEST_TAG: usize = 40;

/// Words that say nothing of what a note is about. Folded as [`words`] folds.
const EMPTY: &[&str] = &[
    "a", "about", "all", "am", "an", "and", "any", "are", "as", "at", "be", "by", "can", "could",
    "did", "do", "does", "for", "from", "give", "had", "has", "have", "he", "her", "hey", "hi",
    "his", "how", "i", "in", "is", "it", "its", "know", "me", "mine", "my", "note", "notes", "of",
    "on", "or", "our", "please", "remember", "say", "she", "show", "so", "tell", "thanks", "that",
    "the", "their", "them", "there", "these", "they", "this", "to", "us", "was", "we", "were",
    "what", "whats", "when", "wheres", "where", "which", "who", "whos", "will", "with", "would",
    "you", "your", "pls", "u", "ok", "again",
];

/// Words that people use for one another, by their stems.
const SAME: &[&[&str]] = &[
    &[
        "code",
        "password",
        "passcode",
        "passphrase",
        "pin",
        "pas",
        "combination",
        "combo",
    ],
    &["wifi", "wlan", "internet"],
    &["number", "no", "nr"],
    &["mom", "mum", "mother"],
    &["dad", "father"],
    &["car", "vehicl"],
    &["doctor", "dr"],
];

/// The stems of a text, in order. "wi-fi" is "wifi".
pub fn stems(text: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for word in words(text) {
        if word == "fi" && all.last().is_some_and(|last| last == "wi") {
            all.pop();
            all.push("wifi".to_owned());
        } else {
            all.push(stem(&word));
        }
    }
    all
}

/// One word that is looked for, and what people also call it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    pub stem: String,
    pub same: Vec<String>,
}

/// What `said` looks for: its words that mean something; when all are empty ones, all of them. None twice.
pub fn terms(said: &str) -> Vec<Term> {
    // "ana's" is "ana"
    let plain = said.replace("'s", "").replace("’s", "");
    let full: Vec<String> = words(&plain)
        .into_iter()
        .filter(|word| !EMPTY.contains(&word.as_str()))
        .collect();
    let text = if full.is_empty() {
        plain
    } else {
        full.join(" ")
    };
    let mut all: Vec<Term> = Vec::new();
    for stem in stems(&text) {
        if all.iter().any(|term| term.stem == stem) {
            continue;
        }
        let group = SAME.iter().find(|group| group.contains(&stem.as_str()));
        let same = group
            .into_iter()
            .flat_map(|group| group.iter())
            .filter(|other| **other != stem)
            .map(|other| (*other).to_owned())
            .collect();
        all.push(Term { stem, same });
    }
    all.truncate(30);
    all
}

/// How well a note with these stems has what is looked for: the share of the terms, 0 to 1. Another word for the same counts
/// only beside one that is there as it was said: "pin" alone is not every code.
pub fn fit(terms: &[Term], there: &[String]) -> f32 {
    let has = |stem: &String| there.contains(stem);
    let exact = terms.iter().filter(|term| has(&term.stem)).count();
    if terms.is_empty() || exact == 0 {
        return 0.0;
    }
    let alike = terms
        .iter()
        .filter(|term| !has(&term.stem) && term.same.iter().any(has))
        .count();
    #[expect(clippy::cast_precision_loss, reason = "at most thirty")]
    let share = (exact + alike) as f32 / terms.len() as f32;
    share
}

/// The tag that `said` names, in small letters and without "#". `None`: it is none.
pub fn tag(said: &str) -> Option<String> {
    let bare = said.trim().trim_start_matches('#').to_lowercase();
    let is_letter = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let begins = bare.chars().next().is_some_and(char::is_alphabetic);
    (begins && bare.chars().all(is_letter) && bare.chars().count() <= LONGEST_TAG).then_some(bare)
}

/// The body and the tags of what was written: tags at its end go from the body, tags within it stay there too. "#3" is none.
pub fn split(text: &str) -> (String, Vec<String>) {
    let marked = |word: &str| {
        let word = word.trim_end_matches([',', '.', ';', '!', '?', ':']);
        word.strip_prefix('#').and_then(tag)
    };
    let mut tags: Vec<String> = Vec::new();
    for found in text.split_whitespace().filter_map(marked) {
        if !tags.contains(&found) {
            tags.push(found);
        }
    }
    let mut body = text.trim();
    while let Some(last) = body.split_whitespace().next_back()
        && marked(last).is_some()
    {
        body = body[..body.len() - last.len()].trim_end();
    }
    let body = if body.is_empty() { text.trim() } else { body };
    (body.to_owned(), tags)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(said: &str, note: &str) -> f32 {
        fit(&terms(said), &stems(note))
    }

    #[test]
    fn a_question_fits_a_note_that_has_all_of_its_words() {
        for (said, note) in [
            ("what's the wifi code?", "wifi code is 4471"),
            ("hey what is the WiFi password please", "Wi-Fi code: 4471"),
            ("whats the wi-fi code", "wifi code is 4471"),
            (
                "where did i put the passports",
                "I put the passport in the blue drawer",
            ),
            ("ana's door code", "Ana door code 12"),
            (
                "what is the combination of the bike lock",
                "bike lock combo 1-2-3",
            ),
        ] {
            assert!(fits(said, note) > 0.99, "{said}: {note}");
        }
        for (said, note) in [
            ("what's the wifi code?", "gate code is 4471"),
            ("what's my pin", "wifi code is 4471"),
            ("what's the wifi code in the office", "wifi code is 4471"),
            ("what's the code", ""),
            ("passport number", "passport is in the drawer"),
        ] {
            assert!(fits(said, note) < 0.99, "{said}: {note}");
        }
    }

    #[test]
    fn tags_are_words_behind_a_hash_and_numbers_are_none() {
        for (text, body, tags) in [
            (
                "wifi code is 4471 #home",
                "wifi code is 4471",
                &["home"][..],
            ),
            (
                "call #Bob about it #work, #x-1",
                "call #Bob about it",
                &["bob", "work", "x-1"],
            ),
            ("ticket #3 and #4a", "ticket #3 and #4a", &[]),
            ("#home", "#home", &["home"]),
            ("a\nb #c", "a\nb", &["c"]),
            ("#a #a x", "#a #a x", &["a"]),
        ] {
            let (found, of) = split(text);
            assert_eq!(found, body, "{text}");
            assert_eq!(of, tags, "{text}");
        }
        assert_eq!(tag("two words"), None);
        assert_eq!(tag(&"x".repeat(41)), None);
    }
}
