//! Words that point into the list last shown, or to what was done last: "the second one", "both", "all but 3", "that one".
//! Only what the words say; what stands in the list is others' to know. May import: `words` of this folder.

use super::words::{Heard, fold, trim_marks};

/// What is pointed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// These, in the order in which they were said.
    These(Vec<Place>),
    /// The whole list without these.
    AllBut(Vec<Place>),
    FirstFew(usize),
    LastFew(usize),
    Both,
    All,
    /// One thing: what was done last, or the only one listed.
    That,
}

/// One thing of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Counted from 1.
    Number(usize),
    /// Counted from the end, the last is 1.
    FromEnd(usize),
    /// By words of its name.
    Named(String),
}

/// What stands for a reference while a text is heard again: a number that nobody texts.
const STAND_IN: &str = "907153";

/// Ways to say a reference that are heard at most.
const MOST: usize = 8;

impl Reference {
    /// Reads `said`, which must be a reference and nothing else. A bare number or label is none.
    #[must_use]
    pub fn read(said: &str) -> Option<Self> {
        let tokens = tokens(said);
        let words: Vec<&str> = tokens.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["both"] | ["both", "of", "them" | "those" | "these"] | ["them" | "those", "both"] => {
                return Some(Self::Both);
            }
            ["both", "ones" | "items" | "things"] => return Some(Self::Both),
            ["all" | "every" | "each", "of", "them" | "those" | "these"]
            | ["them" | "those" | "these", "all"]
            | ["every" | "each", "one"]
            | ["every" | "each", "one", "of", "them" | "those"]
            | ["the", "whole", "lot"] => return Some(Self::All),
            ["that" | "this" | "it"] | ["that" | "this" | "the", "one"] => return Some(Self::That),
            ["all", count] if number(count).is_some_and(|n| n > 1) => return Some(Self::All),
            ["all", count, "of", "them" | "those"] if number(count).is_some_and(|n| n > 1) => {
                return Some(Self::All);
            }
            _ => {}
        }
        all_but(said, &words)
            .or_else(|| few(&words))
            .or_else(|| these(&words).map(Self::These))
    }
}

/// The same text with a number in the place of words that point, and those words: most words first.
pub(super) fn stand_ins(text: &str) -> Vec<(String, String)> {
    let heard = Heard::new(text);
    let count = heard.words().len();
    let mut found: Vec<(usize, String, String)> = Vec::new();
    for from in 0..count {
        for to in from + 1..=count.min(from + 14) {
            let said = heard.slice(from, to);
            if Reference::read(said).is_some() && is_plain(said, from, &heard) {
                let (begin, end) = heard.range(from, to);
                let with = format!("{}{STAND_IN}{}", &text[..begin], &text[end..]);
                found.push((to - from, with, said.to_owned()));
            }
        }
    }
    found.sort_by_key(|(length, ..)| std::cmp::Reverse(*length));
    found.truncate(MOST);
    found
        .into_iter()
        .map(|(_, with, said)| (with, said))
        .collect()
}

/// `args` with the reference back in its place, if the stand-in is one whole argument there and nowhere a part of one.
pub(super) fn put_back(args: &mut serde_json::Value, said: &str) -> bool {
    let mut places = 0;
    let is_clean = replace(args, said, &mut places);
    is_clean && places == 1
}

fn replace(value: &mut serde_json::Value, said: &str, places: &mut usize) -> bool {
    use serde_json::Value;
    match value {
        Value::String(text) if text.trim_start_matches('#') == STAND_IN => {
            *places += 1;
            said.clone_into(text);
            true
        }
        Value::String(text) => !text.contains(STAND_IN),
        Value::Number(number) => number.to_string() != STAND_IN,
        Value::Array(items) => items.iter_mut().all(|item| replace(item, said, places)),
        Value::Object(fields) => fields.values_mut().all(|item| replace(item, said, places)),
        Value::Null | Value::Bool(_) => true,
    }
}

/// Whether `said` cannot be anything else in a text: "first" may be a part of a name, "the first one" is not; "it" is only
/// meant where the text begins with what is to be done with it.
fn is_plain(said: &str, from: usize, heard: &Heard<'_>) -> bool {
    const DOING: &[&str] = &[
        "delete",
        "remove",
        "erase",
        "move",
        "push",
        "postpone",
        "reschedule",
        "rename",
        "snooze",
        "edit",
        "change",
        "set",
        "mark",
        "reopen",
    ];
    let tokens = tokens(said);
    let words: Vec<&str> = tokens.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["that" | "this" | "it"] => {
            let before = heard.words()[..from].last();
            before.is_some_and(|word| DOING.contains(&word.folded.as_str()))
        }
        ["that" | "this" | "the", "one"] | ["both" | "all" | "every" | "each" | "them", ..] => true,
        ["everything" | "everyone", _, ..] => true,
        _ if words.iter().all(|word| is_digits(word) || is_and(word)) => false,
        ["the" | "my" | "number" | "no" | "numbers", ..] => true,
        _ => words.iter().any(|word| matches!(*word, "one" | "ones")) || words.len() > 2,
    }
}

/// "all but 3", "everything except the milk", "all of them apart from the last one".
fn all_but(said: &str, words: &[&str]) -> Option<Reference> {
    const WHOLE: &[&str] = &[
        "all",
        "everything",
        "of",
        "them",
        "those",
        "these",
        "it",
        "the",
        "my",
        "items",
        "things",
        "tasks",
        "groceries",
        "reminders",
        "events",
        "expenses",
        "notes",
        "every",
        "one",
        "ones",
    ];
    const BUT: &[&str] = &["but", "except", "besides", "excluding", "minus"];
    let at = words.iter().position(|word| !WHOLE.contains(word))?;
    if !matches!(words.first(), Some(&("all" | "everything" | "every"))) || at > 4 {
        return None;
    }
    let skip = match &words[at..] {
        ["except", "for", ..] | ["apart" | "aside", "from", ..] | ["other", "than", ..] => 2,
        [but, ..] if BUT.contains(but) => 1,
        _ => return None,
    };
    let rest = words.get(at + skip..).filter(|rest| !rest.is_empty())?;
    // "all but three"
    let digits = rest.iter().map(|word| match number(word) {
        Some(number) => number.to_string(),
        None => (*word).to_owned(),
    });
    let digits: Vec<String> = digits.collect();
    let digits: Vec<&str> = digits.iter().map(String::as_str).collect();
    if let Some(places) = these_loosely(rest).or_else(|| these_loosely(&digits)) {
        return Some(Reference::AllBut(places));
    }
    // the names as they were written, behind as many words
    let heard = Heard::new(said);
    let count = heard.words().len();
    let from = count.checked_sub(rest.len())?;
    let names = heard.slice(from, count);
    let places: Vec<Place> = names
        .split(',')
        .flat_map(|part| part.split(" and "))
        .map(trim_marks)
        .filter(|name| !name.is_empty())
        .map(|name| {
            let words = tokens(name);
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            match these_loosely(&words).as_deref() {
                Some([one]) => one.clone(),
                _ => Place::Named(name.to_owned()),
            }
        })
        .collect();
    (!places.is_empty() && rest.len() <= 8).then_some(Reference::AllBut(places))
}

/// "the first two", "last 3".
fn few(words: &[&str]) -> Option<Reference> {
    let words = words.strip_prefix(&["the"]).unwrap_or(words);
    let (which, count) = match words {
        [which, count]
        | [
            which,
            count,
            "ones" | "items" | "things" | "tasks" | "reminders" | "events",
        ] => (*which, number(count)?),
        _ => return None,
    };
    match which {
        _ if !(2..=20).contains(&count) => None,
        "first" | "top" => Some(Reference::FirstFew(count)),
        "last" | "bottom" => Some(Reference::LastFew(count)),
        _ => None,
    }
}

/// "1, 3 and 5" and the like. One number alone is no reference: it is a place already.
fn these(words: &[&str]) -> Option<Vec<Place>> {
    if let [one] = words
        && is_digits(one.trim_start_matches('#'))
    {
        return None;
    }
    these_loosely(words)
}

fn these_loosely(words: &[&str]) -> Option<Vec<Place>> {
    const AROUND: &[&str] = &[
        "the", "my", "number", "numbers", "no", "nos", "item", "items", "thing", "things", "one",
        "ones", "task", "tasks",
    ];
    let mut places: Vec<Place> = Vec::new();
    let mut rest = words;
    while let Some((word, after)) = rest.split_first() {
        rest = after;
        if let Some((from, to)) = range(word) {
            places.extend((from..=to).map(Place::Number));
            continue;
        }
        match (*word, after) {
            ("second" | "next", ["to", "last", more @ ..]) | ("second", ["last", more @ ..]) => {
                places.push(Place::FromEnd(2));
                rest = more;
            }
            ("last" | "bottom", _) => places.push(Place::FromEnd(1)),
            ("top", _) => places.push(Place::Number(1)),
            ("to" | "through" | "till" | "until", [end, more @ ..]) => {
                let Some(Place::Number(from)) = places.last() else {
                    return None;
                };
                let (from, to) = (*from, number(end)?);
                if to <= from || to - from > 50 {
                    return None;
                }
                places.extend((from + 1..=to).map(Place::Number));
                rest = more;
            }
            (word, _) if is_and(word) || AROUND.contains(&word) => {}
            (word, _) => {
                let digits = word.trim_start_matches('#');
                let number = match is_digits(digits) {
                    true => digits.parse().ok(),
                    false => ordinal(word),
                };
                places.push(Place::Number(number.filter(|n| (1..=999).contains(n))?));
            }
        }
    }
    (!places.is_empty()).then_some(places)
}

/// "1-3".
fn range(word: &str) -> Option<(usize, usize)> {
    let (from, to) = word.split_once(['-', '\u{2013}'])?;
    let (from, to): (usize, usize) = (from.parse().ok()?, to.parse().ok()?);
    (from >= 1 && from < to && to - from <= 50).then_some((from, to))
}

fn is_and(word: &str) -> bool {
    matches!(word, "and" | "&" | "plus" | "or")
}

fn is_digits(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit())
}

fn number(word: &str) -> Option<usize> {
    const WORDS: &[&str] = &[
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    ];
    let at = || WORDS.iter().position(|one| *one == word).map(|at| at + 1);
    word.parse().ok().or_else(at)
}

fn ordinal(word: &str) -> Option<usize> {
    const WORDS: &[&str] = &[
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
        "tenth",
    ];
    if let Some(at) = WORDS.iter().position(|one| *one == word) {
        return Some(at + 1);
    }
    let digits = word
        .strip_suffix("st")
        .or_else(|| word.strip_suffix("nd"))
        .or_else(|| word.strip_suffix("rd"))
        .or_else(|| word.strip_suffix("th"))?;
    digits.parse().ok()
}

fn tokens(said: &str) -> Vec<String> {
    said.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';'))
        .map(|word| {
            word.trim_matches(|c: char| matches!(c, '.' | '!' | '?' | '"' | ':' | '(' | ')'))
        })
        .filter(|word| !word.is_empty())
        .map(fold)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(of: &[usize]) -> Vec<Place> {
        of.iter().map(|n| Place::Number(*n)).collect()
    }

    #[test]
    fn places_are_read_from_ordinals_lists_and_ranges() {
        for (said, places) in [
            ("the second one", vec![Place::Number(2)]),
            ("second", vec![Place::Number(2)]),
            ("THE 3RD", vec![Place::Number(3)]),
            ("the last one", vec![Place::FromEnd(1)]),
            ("second to last", vec![Place::FromEnd(2)]),
            ("1, 3 and 5", numbers(&[1, 3, 5])),
            ("numbers 1 & 2", numbers(&[1, 2])),
            ("1-3", numbers(&[1, 2, 3])),
            ("2 to 4", numbers(&[2, 3, 4])),
            (
                "the first and the last",
                vec![Place::Number(1), Place::FromEnd(1)],
            ),
        ] {
            assert_eq!(
                Reference::read(said),
                Some(Reference::These(places)),
                "{said}"
            );
        }
    }

    #[test]
    fn the_whole_list_may_have_exceptions() {
        let named = |name: &str| Place::Named(name.to_owned());
        for (said, expected) in [
            ("both", Reference::Both),
            ("Both of them", Reference::Both),
            ("all of them", Reference::All),
            ("all three", Reference::All),
            ("that one", Reference::That),
            ("all but 3", Reference::AllBut(numbers(&[3]))),
            ("ALL BUT THREE", Reference::AllBut(numbers(&[3]))),
            ("all except 1 and 2", Reference::AllBut(numbers(&[1, 2]))),
            (
                "everything except the milk",
                Reference::AllBut(vec![named("the milk")]),
            ),
            (
                "everything but milk and oat flakes",
                Reference::AllBut(vec![named("milk"), named("oat flakes")]),
            ),
            (
                "all of them except for the last one",
                Reference::AllBut(vec![Place::FromEnd(1)]),
            ),
            ("the first two", Reference::FirstFew(2)),
            ("last 3", Reference::LastFew(3)),
        ] {
            assert_eq!(Reference::read(said), Some(expected), "{said}");
        }
    }

    #[test]
    fn names_numbers_and_labels_alone_are_no_references() {
        for said in [
            "",
            "2",
            "#2",
            "T2",
            "milk",
            "all",
            "everything",
            "the milk",
            "second opinion",
            "first aid kit",
            "one",
            "all but",
            "everything I own",
            "0",
            "5-2",
        ] {
            assert_eq!(Reference::read(said), None, "{said}");
        }
    }

    #[test]
    fn a_stand_in_is_put_back_only_where_it_is_a_whole_argument() {
        let first = stand_ins("delete all but 3")[0].clone();
        assert_eq!(first, ("delete 907153".to_owned(), "all but 3".to_owned()));
        let mut args = serde_json::json!({"tasks": ["907153"]});
        assert!(put_back(&mut args, "all but 3"));
        assert_eq!(args, serde_json::json!({"tasks": ["all but 3"]}));
        let mut title = serde_json::json!({"titles": ["call 907153"]});
        assert!(!put_back(&mut title, "the second one"));
        assert!(stand_ins("drop it").is_empty());
        assert!(stand_ins("delete 1 and 2").is_empty());
        assert!(stand_ins("got it").is_empty());
    }
}
