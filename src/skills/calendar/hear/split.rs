//! Cutting a wish into its title, time, length and place. The time is found by `when`, wherever it stands; here only its
//! place in the text matters, so any day serves as today, and the words are passed on as they were said.

use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Map, Value, json};

use crate::when::{self, Here, Meaning, Span};

/// A Wednesday noon in a zone with clock changes.
pub(super) fn any_here() -> Here {
    Here::new(
        Timestamp::from_second(1_767_805_200).unwrap_or(Timestamp::UNIX_EPOCH),
        TimeZone::get("America/New_York").unwrap_or(TimeZone::UTC),
    )
}

/// A wish in parts.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub title: String,
    pub when: String,
    pub length: Option<String>,
    pub place: Option<String>,
    /// A time of day was said, and a day or a repetition.
    pub is_definite: bool,
}

impl Parts {
    /// As the arguments of `add_event`.
    pub fn args(self) -> Value {
        let mut args = Map::new();
        args.insert("title".into(), json!(self.title));
        args.insert("when".into(), json!(self.when));
        if let Some(length) = self.length {
            args.insert("length".into(), json!(length));
        }
        if let Some(place) = self.place {
            args.insert("place".into(), json!(place));
        }
        Value::Object(args)
    }
}

/// `None`: there is no time in it, or nothing but time.
pub(super) fn split(said: &str) -> Option<Parts> {
    let here = any_here();
    let (said, length) = without_length(said, &here);
    let found = when::find(&said, &here)?;
    let is_definite = is_definite(&found.reading.meaning);
    let (title, place) = without_place(tidy(&found.rest));
    let title = tidy(&title).to_owned();
    if title.is_empty() {
        return None;
    }
    let minutes = found.length.map(|length| length.as_mins());
    Some(Parts {
        title,
        when: found.reading.said,
        length: length.or(minutes.map(|minutes| format!("{minutes} minutes"))),
        place,
        is_definite,
    })
}

fn is_definite(meaning: &Meaning) -> bool {
    match meaning {
        Meaning::At(_) | Meaning::Span(Span::Times { .. }) => true,
        Meaning::Every { time, .. } => *time,
        Meaning::Day(_)
        | Meaning::Span(Span::Days { .. })
        | Meaning::Length(_)
        | Meaning::By(_) => false,
    }
}

/// Takes "for 45m" out, wherever it stands.
pub(super) fn without_length(said: &str, here: &Here) -> (String, Option<String>) {
    let words: Vec<&str> = said.split_whitespace().collect();
    for at in 0..words.len() {
        if !words[at].eq_ignore_ascii_case("for") {
            continue;
        }
        for end in (at + 2..=words.len().min(at + 7)).rev() {
            let length = words[at + 1..end].join(" ");
            let length = length.trim_end_matches([',', '.', '?', '!']);
            if is_length(length, here) {
                let rest = [&words[..at], &words[end..]].concat().join(" ");
                return (rest, Some(length.to_owned()));
            }
        }
    }
    (said.to_owned(), None)
}

/// "90 minutes", "a 1 h" without its article.
pub(super) fn is_length(said: &str, here: &Here) -> bool {
    matches!(
        when::read(said, here).map(|reading| reading.meaning),
        Ok(Meaning::Length(_))
    )
}

/// Whether all of it names a stretch of time that can be looked at.
pub(super) fn is_when(said: &str) -> bool {
    let here = any_here();
    let lower = said.trim().to_lowercase();
    let bare = lower.strip_prefix("after ").unwrap_or(&lower);
    when::read_span(bare, &here).is_ok()
        || when::read_any(bare, &here).is_ok_and(|reading| {
            !matches!(reading.meaning, Meaning::Length(_) | Meaning::Every { .. })
        })
}

/// Whether all of it can be a new time: a time, or "an hour later".
pub(super) fn is_new_time(said: &str) -> bool {
    let here = any_here();
    let lower = said.trim().to_lowercase();
    let shifts = [" later", " earlier"]
        .iter()
        .find_map(|end| lower.strip_suffix(end))
        .is_some_and(|length| is_length(length, &here));
    shifts
        || when::read(said, &here)
            .is_ok_and(|reading| !matches!(reading.meaning, Meaning::Length(_) | Meaning::By(_)))
}

/// The longest end of `said` that names a stretch of time, and what stands before it.
pub(super) fn trailing_when(said: &str) -> (String, Option<String>) {
    let words: Vec<&str> = said.split_whitespace().collect();
    for at in 0..words.len() {
        let end = words[at..].join(" ");
        let end = end.trim_end_matches(['?', '!', '.', ',']);
        let bare = end.strip_prefix("on ").unwrap_or(end);
        if is_when(bare) {
            let front = words[..at].join(" ");
            return (tidy(&front).to_owned(), Some(bare.to_owned()));
        }
    }
    (said.to_owned(), None)
}

/// "lunch with sam @ Joe's", "lunch at Joe's with sam": the place apart.
fn without_place(title: &str) -> (String, Option<String>) {
    let lower = title.to_ascii_lowercase();
    let mark = [" @ ", " @", " at "]
        .iter()
        .find_map(|mark| Some((lower.rfind(mark)?, mark.len())));
    let Some((at, length)) = mark else {
        return (title.to_owned(), None);
    };
    let (front, place) = (&title[..at], &title[at + length..]);
    let last = front.rsplit(' ').next().unwrap_or_default().to_lowercase();
    if ["look", "looking", "laugh", "arrive", "good", "not", "work"].contains(&last.as_str()) {
        return (title.to_owned(), None);
    }
    // "at Joe's with sam": the people belong to the title
    let (place, with) = match place.to_ascii_lowercase().find(" with ") {
        Some(with) => (&place[..with], &place[with..]),
        None => (place, ""),
    };
    let place = tidy(place);
    if place.is_empty() {
        return (format!("{front}{with}"), None);
    }
    (format!("{front}{with}"), Some(place.to_owned()))
}

/// Without the words and marks that led to what was taken out.
pub(super) fn tidy(said: &str) -> &str {
    let mut left = said;
    loop {
        let mut next = left.trim().trim_matches([',', ';', ':', '-', '.']).trim();
        for word in ["on", "at", "for", "from", "in", "is", "to"] {
            let bare = next
                .strip_suffix(word)
                .filter(|front| front.ends_with(char::is_whitespace) || front.is_empty());
            next = bare.map_or(next, str::trim_end);
        }
        for word in ["a ", "an ", "the ", "my ", "for ", "to "] {
            let bare = next
                .get(..word.len())
                .filter(|front| front.eq_ignore_ascii_case(word));
            if bare.is_some() {
                next = &next[word.len()..];
            }
        }
        if next == left {
            return left;
        }
        left = next;
    }
}
