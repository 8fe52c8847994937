//! Every word that notes put into a text: short and GSM-7.

use std::fmt::Write;

use jiff::civil::Date;

use super::store::Note;
use crate::skills::{Refusal, Thing, points};

/// Letters of a note in a list or a receipt.
const SHORT: usize = 70;
/// Letters of a note that is the answer.
const LONG: usize = 600;

/// `N12 wifi code is 4471 #home`
pub fn note(n: &Note) -> String {
    format!("{} {}", n.label(), text(n, SHORT))
}

/// The note in one line, cut at `most` letters, with the tags that its body does not show.
fn text(n: &Note, most: usize) -> String {
    let one_line = n
        .body
        .lines()
        .map(str::trim)
        .collect::<Vec<_>>()
        .join(" / ");
    tagged(n, cut(&one_line, most))
}

fn tagged(n: &Note, mut said: String) -> String {
    let lower = n.body.to_lowercase();
    for tag in n
        .tags
        .iter()
        .filter(|tag| !lower.contains(&format!("#{tag}")))
    {
        let _ = write!(said, " #{tag}");
    }
    said
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let start: String = text.chars().take(most - 3).collect();
    format!("{}...", start.trim_end())
}

/// The whole note, as an answer.
pub fn whole(n: &Note) -> String {
    format!("{} [{}]", tagged(n, cut(&n.body, LONG)), n.label())
}

/// Several notes; the position is what a bare number means from now on.
pub fn list(all: &[Note], head: &str) -> String {
    let mut lines = vec![head.to_owned()];
    for (at, n) in all.iter().enumerate() {
        let pin = if n.pinned { " (pinned)" } else { "" };
        lines.push(format!(
            "{}. {}{pin} [{}]",
            at + 1,
            text(n, SHORT),
            n.label()
        ));
    }
    lines.join("\n")
}

pub fn changed(n: &Note, _: Date) -> String {
    format!("Changed: {}", note(n))
}

pub fn pinned(n: &Note, _: Date) -> String {
    let done = if n.pinned {
        "Pinned"
    } else {
        "No longer pinned"
    };
    format!("{done}: {}", note(n))
}

pub fn deleted(n: &Note) -> String {
    format!("Deleted: {}", note(n))
}

pub fn already(n: &Note) -> String {
    format!("Already there: {}", note(n))
}

pub const NO_NOTES: &str = "You have no notes. \"note: wifi code is 4471 #home\" keeps one.";
pub const WHICH: &str = "Which note? \"my notes\" shows them.";
pub const WHAT: &str = "What should I note? Try \"note: wifi code is 4471 #home\".";
pub const NOTHING_TO_CHANGE: &str = "What should change: the words, a tag, or the pin?";
pub const TOO_LONG: &str = "That is too long for a note (4000 letters at most).";
pub const TOO_MANY_TAGS: &str = "A note has 20 tags at most.";
pub const NO_SUCH: &str = "There are no such notes.";

/// That nothing answers: never a guess.
pub fn unknown(about: &str) -> String {
    format!("I have no note about \"{}\".", start(about))
}

pub fn no_tag(said: &str) -> String {
    format!("\"{}\" is no tag: one word, like #home.", start(said))
}

pub fn no_day(said: &str) -> String {
    format!("I know no day \"{}\".", start(said))
}

pub fn not_found(said: &str) -> String {
    format!(
        "I found no note \"{}\". \"my notes\" shows them.",
        start(said)
    )
}

fn start(said: &str) -> String {
    cut(said.trim().trim_end_matches(['?', '.', '!']), 40)
}

pub fn ambiguous(said: &str, found: &[Note]) -> Refusal {
    let named = |n: &Note| (n.label(), note(n), cut(&n.body, SHORT));
    points::which(said, found.iter().map(named))
}
