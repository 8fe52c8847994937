//! "Ana, Chicago": a name and a place in the words people answer with. Nothing is guessed of a text that may be anything else.

use jiff::tz::TimeZone;

use super::Answer;
use crate::when::place::zone_at;

/// What stands before a name.
const BEFORE: [&str; 19] = [
    "hi",
    "hello",
    "hey",
    "yes",
    "ok",
    "okay",
    "sure",
    "thanks",
    "my name is",
    "the name is",
    "name is",
    "name's",
    "name:",
    "i am",
    "i'm",
    "im",
    "this is",
    "it's",
    "call me",
];
/// What stands between a name and a place.
const BETWEEN: [&str; 13] = [
    "\n",
    ",",
    ";",
    " and i live in ",
    " and i am in ",
    " and i'm in ",
    " and im in ",
    " living in ",
    " live in ",
    " from ",
    " in ",
    " near ",
    " - ",
];
/// Words that are in no name.
const NO_NAME: &[&str] = &[
    "a", "add", "again", "am", "and", "are", "at", "be", "buy", "call", "can", "cancel", "do",
    "dont", "event", "for", "get", "go", "have", "help", "how", "huh", "i", "idk", "in", "is",
    "it", "later", "list", "lol", "maybe", "me", "meeting", "my", "need", "never", "no", "none",
    "not", "nothing", "of", "on", "please", "remind", "remove", "should", "show", "spent", "stop",
    "task", "tasks", "test", "thank", "thanks", "that", "the", "this", "to", "tomorrow", "today",
    "wait", "want", "was", "we", "what", "whats", "when", "where", "which", "who", "why", "will",
    "with", "wrong", "yes", "you", "your",
];

/// The name and the place in an answer; `None`: it is none.
pub(super) fn read(body: &str, region: Option<&str>) -> Option<Answer> {
    let body = body.replace('\u{2019}', "'");
    let said = without_before(body.trim().trim_end_matches(['.', '!']));
    if said.is_empty() || said.len() > 120 || said.contains('?') {
        return None;
    }
    for between in BETWEEN {
        if let Some(at) = said.to_ascii_lowercase().find(between) {
            let (first, second) = (said[..at].trim(), without_in(&said[at + between.len()..]));
            if let Some(answer) = both(first, second, region) {
                return Some(answer);
            }
        }
    }
    let said = without_in(said);
    if let Some(zone) = zone_at_once(said, region) {
        return Some(found(None, Some(zone)));
    }
    let words: Vec<&str> = said.split_whitespace().collect();
    for at in 1..words.len() {
        let (name, place) = (words[..at].join(" "), words[at..].join(" "));
        if let (Some(name), Some(zone)) = (name_of(&name), zone_at_once(&place, region)) {
            return Some(found(Some(name), Some(zone)));
        }
    }
    (words.len() <= 3)
        .then(|| name_of(said))
        .flatten()
        .map(|name| found(Some(name), None))
}

fn both(first: &str, second: &str, region: Option<&str>) -> Option<Answer> {
    let (at_first, at_second) = (zone_at_once(first, region), zone_at(second, region));
    match (at_first, at_second) {
        // "Chicago, Illinois"
        (Some(one), Some(other)) if one == other => Some(found(None, Some(one))),
        (_, Some(zone)) if name_of(first).is_some() => Some(found(name_of(first), Some(zone))),
        (None, Some(zone)) if first.is_empty() => Some(found(None, Some(zone))),
        // "Chicago, Ana", but not "Portland, OR"
        (Some(zone), None) => {
            let is_state = second.len() == 2 && second.bytes().all(|b| b.is_ascii_uppercase());
            Some(found(name_of(second).filter(|_| !is_state), Some(zone)))
        }
        (None, None) => {
            let name = name_of(first)?;
            // a sentence is no place
            let is_short = !second.is_empty() && second.split_whitespace().count() <= 4;
            is_short.then(|| Answer {
                name: Some(name),
                unknown: Some(second.to_owned()),
                ..Answer::default()
            })
        }
        _ => None,
    }
}

/// The place that all of the words name: "Ana Chicago" is none.
fn zone_at_once(said: &str, region: Option<&str>) -> Option<TimeZone> {
    let is_one = crate::when::zone_named(said).is_some()
        || said.split_whitespace().count() == 1
        || said.bytes().any(|b| b.is_ascii_digit());
    // "Ana 60614" holds a postcode, but is more
    let has_word = said
        .split_whitespace()
        .any(|word| word.chars().all(char::is_alphabetic));
    let is_code = said.bytes().any(|b| b.is_ascii_digit());
    (is_one && !(is_code && has_word))
        .then(|| zone_at(said, region))
        .flatten()
}

fn found(name: Option<String>, zone: Option<TimeZone>) -> Answer {
    Answer {
        name,
        zone: zone.and_then(|zone| zone.iana_name().map(str::to_owned)),
        ..Answer::default()
    }
}

fn without_before(said: &str) -> &str {
    let mut said = said.trim();
    loop {
        let lower = said.to_ascii_lowercase();
        let before = BEFORE.iter().find(|before| {
            lower.strip_prefix(**before).is_some_and(|rest| {
                rest.is_empty()
                    || rest.starts_with([' ', ',', '!', '.', '\n'])
                    || before.ends_with(':')
            })
        });
        match before {
            Some(before) => {
                said = said[before.len()..].trim_start_matches([' ', ',', '!', '.', '\n'])
            }
            None => return said,
        }
    }
}

fn without_in(said: &str) -> &str {
    let mut said = said.trim();
    for before in [
        "and ",
        "i live in ",
        "i'm in ",
        "i am in ",
        "im in ",
        "living in ",
        "from ",
        "near ",
        "in ",
        "at ",
    ] {
        if said.len() > before.len()
            && said.is_char_boundary(before.len())
            && said[..before.len()].eq_ignore_ascii_case(before)
        {
            said = said[before.len()..].trim();
        }
    }
    said
}

/// A name as it is kept; `None`: no name looks like this.
fn name_of(said: &str) -> Option<String> {
    let words: Vec<&str> = said.split_whitespace().collect();
    let fits = |word: &&str| {
        word.chars().next().is_some_and(char::is_alphabetic)
            && word.chars().all(|c| c.is_alphabetic() || "-.'".contains(c))
            && !NO_NAME.contains(&word.to_lowercase().replace('\'', "").as_str())
    };
    if words.is_empty() || words.len() > 4 || said.chars().count() > 60 || !words.iter().all(fits) {
        return None;
    }
    let is_plain =
        said == said.to_lowercase() || (said == said.to_uppercase() && said.chars().count() > 2);
    let words: Vec<String> = words
        .into_iter()
        .map(|word| match is_plain {
            false => word.to_owned(),
            true => {
                let mut chars = word.chars();
                let first = chars.next().map(|c| c.to_uppercase().to_string());
                first.unwrap_or_default() + &chars.as_str().to_lowercase()
            }
        })
        .collect();
    Some(words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_places_are_read_as_people_answer() {
        const NY: Option<&str> = Some("America/New_York");
        const CHICAGO: Option<&str> = Some("America/Chicago");
        for (said, name, zone) in [
            ("Ana, Chicago", Some("Ana"), CHICAGO),
            ("ana chicago", Some("Ana"), CHICAGO),
            ("I'm Ana from Chicago", Some("Ana"), CHICAGO),
            ("Hi! My name is Ana and I live in New York", Some("Ana"), NY),
            ("ANA IN NEW YORK", Some("Ana"), NY),
            ("Ana Maria Lopez\nBoston", Some("Ana Maria Lopez"), NY),
            ("Ana 60614", Some("Ana"), CHICAGO),
            (
                "Ana, Portland, OR",
                Some("Ana"),
                Some("America/Los_Angeles"),
            ),
            ("Chicago", None, CHICAGO),
            ("Chicago, Illinois", None, CHICAGO),
            ("Portland, OR", None, Some("America/Los_Angeles")),
            ("10001", None, NY),
            ("new york city", None, NY),
            ("Ana", Some("Ana"), None),
            ("Jean-Luc O'Neil", Some("Jean-Luc O'Neil"), None),
            ("it's ana", Some("Ana"), None),
            ("Zo\u{eb}, berlin", Some("Zo\u{eb}"), Some("Europe/Berlin")),
        ] {
            let read = read(said, Some("US")).unwrap_or_else(|| panic!("{said}"));
            assert_eq!(
                (read.name.as_deref(), read.zone.as_deref()),
                (name, zone),
                "{said}"
            );
            assert_eq!(read.unknown, None, "{said}");
        }
        let odd = read("Ana, Xyzzy", Some("US")).expect("a name");
        assert_eq!(
            (odd.name.as_deref(), odd.unknown.as_deref()),
            (Some("Ana"), Some("Xyzzy"))
        );
    }

    #[test]
    fn other_texts_are_no_answer() {
        for said in [
            "",
            "hello",
            "what is this?",
            "what is this",
            "I need to buy eggs and call the bank",
            "remind me to call mom",
            "not now",
            "no",
            "why do you ask, I wonder what you do with it all",
            "12345678901",
        ] {
            assert!(read(said, Some("US")).is_none(), "{said}");
        }
    }
}
