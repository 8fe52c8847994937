//! text/claims.rs — does a reply say that something was done? A language model may write "Done, I've added milk!" in a
//! turn in which nothing was committed; whoever knows what was committed asks here before such a text leaves.
//! May import: text/words, text/transliterate, this folder. Knows no user, database or model.
//!
//! What counts: an effect said to be done, under way or promised ("added", "it's off your list", "I'll remind you at 5",
//! "✅ milk"), by us or by nobody named. What does not: questions, offers, negations, conditions that wait for the user,
//! instructions, quotations, what the user or another person did, what lies in the past, and a plain state ("milk is on
//! your list"; only "now", "back" or an agreement before it make that news). A bare "got it" is an acknowledgement, and
//! "already" alone makes no news. In doubt between "it is set for 5" as news and as state, a pronoun or a reminder is
//! news, an appointment is state.
//!
//! English is read closely; Spanish, French, German, Portuguese, Italian and Dutch by their done-words. All words and
//! rules are our own; `assistant eval claims` measures them.

mod abroad;
mod clauses;
mod english;
mod pattern;
mod sentences;

use std::ops::Range;

use super::transliterate::clean;

/// Whether the text claims that an effect was done, is under way or will come.
pub fn claims(text: &str) -> bool {
    claiming(&clean(text)).into_iter().any(|(_, claims)| claims)
}

/// The text without the sentences that claim an effect, trimmed; what is left never claims. Empty when nothing is left.
pub fn without_claims(text: &str) -> String {
    let mut text = clean(text).trim().to_owned();
    loop {
        let sentences = claiming(&text);
        if sentences.iter().all(|(_, claims)| !claims) {
            return text;
        }
        // What is left is read again: a sentence may have stood in the light of one that went.
        let kept: String = sentences
            .into_iter()
            .filter(|(_, claims)| !claims)
            .map(|(range, _)| &text[range])
            .collect();
        text = kept.trim().to_owned();
    }
}

/// The sentences of a clean text, and which of them claim.
fn claiming(text: &str) -> Vec<(Range<usize>, bool)> {
    let list = text.chars().any(sentences::is_box);
    let mut found = Vec::new();
    let (mut hearsay, mut below_header) = (false, false);
    for range in sentences::sentences(text) {
        let sentence = &text[range.clone()];
        let clauses = clauses::clauses(sentence, sentence.len() == text.len());
        let asks = asks(sentence);
        let reported = hearsay;
        let own = reported_from(&clauses);
        hearsay |= own < clauses.len();
        let clauses = &clauses[..own];
        let checked =
            clauses.iter().any(|clause| clause.checked) && !asks && !list && !below_header;
        let claims = !reported
            && (checked || english::claims(clauses, asks) || abroad::claims(clauses, asks));
        // "Your tasks:" above lines with check marks: they are a list of what is done
        if clauses.last().is_some_and(|clause| clause.heads) {
            below_header = !claims;
        }
        // what somebody wrote goes on to the end of its line
        if sentence.contains('\n') {
            hearsay = false;
            below_header &= !sentence.trim().is_empty();
        }
        found.push((range, claims));
    }
    found
}

fn asks(sentence: &str) -> bool {
    let marks = sentence.trim_end_matches(|sign: char| {
        !sign.is_alphanumeric() && !matches!(sign, '?' | '？' | '.' | '!')
    });
    marks.ends_with(['?', '？'])
        || marks.ends_with("?!")
        || marks.trim_end_matches('.').ends_with('?')
}

/// The place from which the clauses are somebody else's words: behind "Bob wrote:".
fn reported_from(clauses: &[clauses::Clause]) -> usize {
    const SAYING: &[&str] = &[
        "says|said|wrote|writes|replied|replies|asked|asks|texted|reads|quote|subject|answered|adds",
        "email|message|text|note|mail|voicemail|reply|letter from",
        "he|she|they|mom|dad|you sent|say|write",
        "dice|dijo|escribio|dit|ecrit|sagt|schreibt|schrieb|disse|escreveu|dice|scrive|zegt|schreef",
    ];
    let reports = |clause: &clauses::Clause| {
        let words: Vec<&str> = clause
            .words
            .iter()
            .map(|word| word.plain.as_str())
            .collect();
        let own = matches!(words.first(), Some(&"i" | &"we"));
        let name_sent = words.len() <= 2 && words.last() == Some(&"sent") && words.len() == 2;
        let name_sent = name_sent
            && !matches!(
                words[0],
                "email" | "message" | "text" | "note" | "reply" | "just" | "now"
            );
        clause.heads && !own && (pattern::find(&words, SAYING).is_some() || name_sent)
    };
    clauses
        .iter()
        .position(reports)
        .map_or(clauses.len(), |at| at + 1)
}

#[cfg(test)]
mod tests;
