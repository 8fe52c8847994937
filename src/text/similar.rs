//! text/similar.rs — are two texts the same but for trifles? Two machines that answer each other
//! repeat themselves; five near-identical exchanges in two minutes silence us for that number.
//! May import: text/words. Knows no user, database or provider.

use super::words;

/// Of a hundred characters, how many may differ in texts that still count as the same.
const DIFFERENT_IN_A_HUNDRED: usize = 10;

/// Tells whether two texts are at least nine tenths the same, case, spaces and punctuation aside.
///
/// The measure is one minus edits over the length of the longer text. Texts without any letter or
/// digit (emoji, punctuation) are the same only when they are equal.
pub fn near_identical(a: &str, b: &str) -> bool {
    let (left, right) = (words::words(a).concat(), words::words(b).concat());
    if left.is_empty() || right.is_empty() {
        return left == right && a.trim() == b.trim();
    }
    let (short, long) = {
        let (left, right) = (left.chars().count(), right.chars().count());
        (left.min(right), left.max(right))
    };
    let allowed = long * DIFFERENT_IN_A_HUNDRED / 100;
    // The difference in length alone is a lower bound on the edits, and costs nothing.
    long - short <= allowed && words::edits(&left, &right) <= allowed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trifles_do_not_make_a_text_another_one() {
        for (a, b) in [
            ("", ""),
            ("Ok", "ok!"),
            ("👍", "👍 "),
            ("I'm driving. Talk later", "im driving, talk LATER!!"),
            (
                "We are closed. Ticket 10441 was opened.",
                "We are closed. Ticket 10442 was opened.",
            ),
            ("Sorry, I did not get that", "sorry I didnt  get that."),
            (
                "Thanks for your message, we reply soon",
                "Thanks for your mesage, we reply soon",
            ),
        ] {
            assert!(near_identical(a, b), "{a} / {b}");
            assert!(near_identical(b, a), "{b} / {a}");
        }
    }

    #[test]
    fn different_texts_are_different() {
        for (a, b) in [
            ("", "ok"),
            ("👍", "👎"),
            ("ok", "no"),
            ("done 2", "done 3"),
            ("add milk", "add silk"),
            ("add milk", "add milk and eggs"),
            ("what are my tasks?", "what are my reminders?"),
            (
                "remind me at 5 to call",
                "remind me at 5 to call Anna back about the car",
            ),
        ] {
            assert!(!near_identical(a, b), "{a} / {b}");
            assert!(!near_identical(b, a), "{b} / {a}");
        }
    }
}
