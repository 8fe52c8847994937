//! Recurrences among text: "take pills every day at 9".

use crate::when::{
    Here, Reading, every,
    grammar::{Ground, row},
    language::lexicon,
    token::{Kind, Token},
};

/// Longest recurrence behind its first word, in tokens.
const LONGEST: usize = 18;

/// The first recurrence, with the tokens that it takes.
pub(super) fn find(
    tokens: &[Token<'_>],
    first: usize,
    ground: Ground<'_>,
    here: &Here,
) -> Option<((usize, usize), Reading)> {
    let recurs = lexicon().language.recurs;
    let mut tries = 0;
    for at in first..tokens.len() {
        let is_one = tokens[at].kind == Kind::Word
            && recurs.contains(&tokens[at].raw.to_lowercase().as_str());
        if !is_one || tries > 3 {
            continue;
        }
        tries += 1;
        // a time right before it belongs to it: "at 9 every day"
        let earliest = (first.max(at.saturating_sub(6))..at).find(|start| {
            tokens[*start].spaced
                && row(&tokens[*start..at], ground)
                    .last()
                    .is_some_and(|last| *start + last.to == at)
        });
        for start in earliest.into_iter().chain([at]) {
            for end in (at + 1..=(at + LONGEST).min(tokens.len())).rev() {
                if tokens
                    .get(end)
                    .is_some_and(|next| !next.spaced && !next.kind.is_mark())
                {
                    continue;
                }
                let said = &ground.text[tokens[start].start..tokens[end - 1].end];
                if tokens[end - 1].kind.is_mark() {
                    continue;
                }
                if let Some(Ok(reading)) = every::read_words(said, here) {
                    return Some(((start, end), reading));
                }
            }
        }
    }
    None
}
