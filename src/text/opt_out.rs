//! text/opt_out.rs — an opt-out in plain language: "stop texting me", "take me off your list".
//! May import: text/words, text/phrase, this folder. Knows no user, database or provider.
//!
//! It errs on neither side by reading the text to its last word: every word must belong to a wish
//! to hear no more from us, to a reason for it or to politeness. One word that belongs to none
//! ("about the gym", "before 9", "Anna") means that something else is asked, and a model may look
//! at it. Source: 47 CFR 64.1200(a)(10), revocation in any reasonable manner.

mod abroad;
mod english;

use super::phrase::{Part, Phrases};
use super::words;

/// What a piece of a text adds to its meaning.
const WISH: usize = 1;
const BARE_STOP: usize = 2;
const TALK: usize = 4;
const MEANINGS: usize = 8;

/// The patterns of one group of languages.
struct Grammar {
    /// Whether a longer word may be mistyped.
    forgives_slips: bool,
    parts: &'static [Part],
    /// Complete wishes: what is to end and that it is ours to end.
    wishes: &'static [&'static str],
    /// A naked "stop", which is an opt-out only beside politeness ("please stop").
    bare: &'static [&'static str],
    /// Politeness and reasons, which may stand beside either.
    courtesies: &'static [&'static str],
    /// Small talk ("ok", "wait"), which makes a naked "stop" mean what we are doing just now.
    talk: &'static [&'static str],
}

/// Tells whether the text as a whole asks *us*, in plain words, to send nothing more.
///
/// Forgives case, punctuation, politeness, drawn-out letters and small slips of the thumb. Any time,
/// topic, place or other person in the text makes it `false`.
pub fn plain_opt_out(text: &str) -> bool {
    let words = words::words(text);
    [&english::GRAMMAR, &abroad::GRAMMAR]
        .into_iter()
        .any(|grammar| covers(grammar, &words))
}

/// Walks all ways to lay pieces end to end and looks for one that reaches the end of the text.
fn covers(grammar: &Grammar, words: &[String]) -> bool {
    let Some(phrases) = Phrases::new(words, grammar.parts) else {
        return false;
    };
    let phrases = if grammar.forgives_slips {
        phrases
    } else {
        phrases.taken_literally()
    };
    let kinds = [
        (grammar.wishes, WISH),
        (grammar.bare, BARE_STOP),
        (grammar.courtesies, 0),
        (grammar.talk, TALK),
    ];
    // For each combination of meanings, the places reached with it. Pieces only lead forward, so
    // visiting the places in order sees every piece once.
    let mut reached = [0_u64; MEANINGS];
    reached[0] = 1;
    for place in 0..words.len() {
        let here = 1_u64 << place;
        if reached.iter().all(|places| places & here == 0) {
            continue;
        }
        for (patterns, adds) in kinds {
            let ends = patterns
                .iter()
                .fold(0, |all, pattern| all | phrases.ends(pattern, here));
            for meaning in 0..MEANINGS {
                if reached[meaning] & here != 0 {
                    reached[meaning | adds] |= ends & !here;
                }
            }
        }
    }
    (0..MEANINGS).any(|meaning| {
        let meant = meaning & WISH != 0 || (meaning & BARE_STOP != 0 && meaning & TALK == 0);
        meant && reached[meaning] & phrases.end() != 0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_or_politeness_alone_is_no_opt_out() {
        for text in [
            "please",
            "wrong number",
            "who is this?",
            "thank you",
            "ok",
            "no",
            "",
        ] {
            assert!(!plain_opt_out(text), "{text}");
        }
    }

    #[test]
    fn a_naked_stop_is_one_only_when_nothing_else_may_be_meant() {
        assert!(plain_opt_out("please stop, thanks"));
        assert!(plain_opt_out("stop stop stop"));
        assert!(!plain_opt_out("no wait stop"));
        assert!(!plain_opt_out("stop it please"));
    }

    #[test]
    fn a_long_text_is_never_walked() {
        assert!(!plain_opt_out(&"stop texting me ".repeat(40)));
    }
}
