//! A text that mends what was just done: "no, 4pm", "I meant eggs", "not milk, oat milk", "make it 3". What it is about only
//! the ledger knows; here is only what should be instead. May import: `words` of this folder.

use serde_json::{Value, json};

use super::words::{Heard, trim_marks};

/// The turn's own tool that looks up what was done last and changes that.
pub const CORRECT: &str = "correct";

/// What should be instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    pub to: String,
    /// What was said to be wrong: "not milk".
    pub not: Option<String>,
    /// Plainly a correction, whatever `to` is. Else only a time or an amount is one: "sorry, 4pm".
    pub is_plain: bool,
}

/// Words in front of what should be instead, and whether they leave no doubt. Longer runs stand before their beginnings.
const LEADS: &[(&str, bool)] = &[
    ("no i meant to say", true),
    ("no i meant", true),
    ("i meant to say", true),
    ("i meant to write", true),
    ("i meant", true),
    ("i mean", false),
    ("i said", true),
    ("it should have been", true),
    ("that should have been", true),
    ("should have been", true),
    ("it should be", false),
    ("that should be", false),
    ("that was", false),
    ("should be", false),
    ("it should say", true),
    ("that should say", true),
    ("change it to", true),
    ("change that to", true),
    ("change this to", true),
    ("change it into", true),
    ("correct that to", true),
    ("correct it to", true),
    ("set it to", false),
    ("set that to", false),
    ("make it", false),
    ("make that", false),
    ("make this", false),
    ("lets make it", false),
    ("actually make it", false),
    ("correction", true),
    ("actually", true),
    ("rather", true),
    ("nope", true),
    ("nah", true),
    ("no", true),
    ("wait", false),
    ("hang on", false),
    ("hold on", false),
    ("sorry", false),
    ("oops", false),
    ("whoops", false),
    ("my bad", false),
    ("typo", true),
    ("its", false),
    ("better", false),
    ("oh", false),
    ("um", false),
    ("uh", false),
    ("ok", false),
    ("and", false),
    ("please", false),
];

/// What is no thing and no time: talk.
const TALK: &[&str] = &[
    "i",
    "im",
    "ive",
    "you",
    "youre",
    "he",
    "she",
    "we",
    "they",
    "that",
    "thats",
    "this",
    "there",
    "what",
    "why",
    "how",
    "when",
    "where",
    "who",
    "which",
    "is",
    "are",
    "was",
    "do",
    "does",
    "did",
    "dont",
    "doesnt",
    "didnt",
    "can",
    "cant",
    "could",
    "will",
    "wont",
    "would",
    "should",
    "never",
    "nothing",
    "thanks",
    "thank",
    "problem",
    "worries",
    "idea",
    "need",
    "way",
    "stop",
    "cancel",
    "forget",
    "leave",
    "keep",
    "yes",
    "no",
    "not",
    "nevermind",
    "wrong",
    "ok",
    "okay",
    "fine",
    "good",
    "great",
    "sure",
    "more",
    "just",
    "my",
    "its",
    "it",
    "let",
    "go",
    "please",
    "really",
    "still",
    "about",
    "for",
    "as",
    "whatever",
    "maybe",
    "so",
    "because",
    "but",
    "if",
    "then",
    "one",
    "other",
    "else",
    "undo",
    "help",
    "hello",
    "hi",
    "hey",
    "add",
    "delete",
    "remove",
    "remind",
    "show",
    "tell",
    "move",
];

impl Correction {
    /// Reads a whole text as a correction.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches('*');
        if text.contains(['\n', '?']) || text.chars().count() > 100 {
            return None;
        }
        let heard = Heard::new(text);
        let words = folded(&heard);
        let (from, mut is_plain) = leads(&heard, &words);
        let mut to = words.len();
        let mut is_said = from > 0;
        for ending in ["instead", "please", "sorry"] {
            if to > from + 1 && words[to - 1] == ending {
                to -= 1;
                is_said |= ending == "instead";
                is_plain |= ending == "instead" && from > 0;
            }
        }
        if from >= to {
            return None;
        }
        let contrast = contrast(&heard, &words, (from, to));
        let (said, not) = match contrast {
            Some((said, not)) => {
                is_plain = true;
                (said, Some(not))
            }
            None if is_said => (heard.slice(from, to), None),
            None => return None,
        };
        let said = trim_marks(said);
        let first = Heard::new(said);
        let first = folded(&first);
        let is_talk = first.first().is_none_or(|word| TALK.contains(&&**word));
        (!is_talk && first.len() <= 6).then(|| Self {
            to: said.to_owned(),
            not: not
                .map(|not| trim_marks(not).to_owned())
                .filter(|not| !not.is_empty()),
            is_plain,
        })
    }

    /// As arguments of [`CORRECT`].
    #[must_use]
    pub fn args(&self) -> Value {
        json!({"to": self.to, "not": self.not, "is_plain": self.is_plain})
    }
}

/// What follows a "no", "wait", "sorry" and the like, for a text that is a new wish all the same: "no, remind me at 5 to go".
pub(super) fn behind_leads(text: &str) -> Option<&str> {
    const NEW: &[&str] = &[
        "no", "nope", "actually", "wait", "sorry", "oops", "rather", "oh",
    ];
    let heard = Heard::new(text);
    let words = folded(&heard);
    let from = words.iter().take_while(|w| NEW.contains(&&***w)).count();
    (from > 0 && from + 1 < words.len()).then(|| heard.slice(from, words.len()))
}

fn folded(heard: &Heard<'_>) -> Vec<String> {
    heard.words().iter().map(|w| w.folded.clone()).collect()
}

/// How many words lead, and whether one of the leads leaves no doubt. A "no" counts before a mark only: "no milk today".
fn leads(heard: &Heard<'_>, words: &[String]) -> (usize, bool) {
    let (mut at, mut is_plain) = (0, false);
    while let Some((length, is_sure)) = LEADS.iter().find_map(|(lead, is_sure)| {
        let parts: Vec<&str> = lead.split(' ').collect();
        let there = words.get(at..at + parts.len())?;
        let is_there = there.iter().zip(&parts).all(|(word, part)| word == part);
        is_there.then_some((parts.len(), *is_sure))
    }) {
        let is_bare_no = length == 1 && matches!(words[at].as_str(), "no" | "nah" | "nope");
        at += length;
        let has_mark = [',', '.', '!', ';', '-', '\u{2014}']
            .iter()
            .any(|mark| heard.has_mark_before(at, *mark));
        is_plain |= is_sure && (!is_bare_no || has_mark);
    }
    (at, is_plain)
}

/// "not milk, oat milk", "not milk but eggs", "eggs, not milk", "eggs instead of milk": what should be, and what not.
fn contrast<'t>(
    heard: &Heard<'t>,
    words: &[String],
    (from, to): (usize, usize),
) -> Option<(&'t str, &'t str)> {
    let is = |at: usize, word: &str| words.get(at).is_some_and(|w| w == word);
    if is(from, "not") {
        let at = (from + 2..to).find(|at| {
            heard.has_mark_before(*at, ',') || is(*at, "but") || heard.has_mark_before(*at, '.')
        })?;
        let skip = usize::from(is(at, "but")) + usize::from(is(at, "but") && is(at + 1, "rather"));
        return (at + skip < to).then(|| (heard.slice(at + skip, to), heard.slice(from + 1, at)));
    }
    let at = (from + 1..to).find(|at| {
        (is(*at, "not") && (heard.has_mark_before(*at, ',') || from > 0))
            || (is(*at, "instead") && is(*at + 1, "of"))
            || (is(*at, "rather") && is(*at + 1, "than"))
    })?;
    let skip = if is(at, "not") { 1 } else { 2 };
    (at + skip < to).then(|| (heard.slice(from, at), heard.slice(at + skip, to)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_should_be_instead_is_found_behind_what_people_put_before_it() {
        for (text, to, not, is_plain) in [
            ("no, 4pm", "4pm", None, true),
            ("no 4pm", "4pm", None, false),
            ("NO! 4 PM", "4 PM", None, true),
            ("sorry, friday", "friday", None, false),
            ("actually tomorrow", "tomorrow", None, true),
            ("i meant eggs", "eggs", None, true),
            ("oops, I meant oat milk", "oat milk", None, true),
            ("not milk, oat milk", "oat milk", Some("milk"), true),
            ("no, not milk but eggs", "eggs", Some("milk"), true),
            ("eggs, not milk", "eggs", Some("milk"), true),
            ("eggs instead of milk", "eggs", Some("milk"), true),
            ("make it 3", "3", None, false),
            ("wait, make that 3", "3", None, false),
            ("change it to 5pm please", "5pm", None, true),
            ("4pm instead", "4pm", None, false),
            ("um no, sorry, tuesday at 5", "tuesday at 5", None, true),
            ("*eggs, not milk", "eggs", Some("milk"), true),
            ("it should be 12.50", "12.50", None, false),
        ] {
            let expected = Correction {
                to: to.to_owned(),
                not: not.map(str::to_owned),
                is_plain,
            };
            assert_eq!(Correction::read(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn talk_and_new_wishes_are_no_corrections() {
        for text in [
            "no",
            "no thanks",
            "actually, what's on tomorrow?",
            "no i don't think so",
            "no worries",
            "no, that's wrong",
            "wait",
            "sorry about that",
            "not now",
            "not sure",
            "milk",
            "4pm",
            "add eggs",
            "I mean it",
            "no, add eggs",
            "actually I changed my mind about the whole thing with the bank",
            "make it",
            "",
        ] {
            assert_eq!(Correction::read(text), None, "{text}");
        }
    }
}
