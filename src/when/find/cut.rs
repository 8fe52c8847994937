//! Taking the time out of a wish, and leaving the rest tidy: the words of the rest stay as they were written.

use crate::when::{
    language::{Sense, lexicon},
    token::Token,
};

/// How many tokens the opening of a wish takes: "remind me" of "remind me to call ana".
pub(super) fn opening(tokens: &[Token<'_>]) -> usize {
    let says = |words: &&&[&str]| {
        words.len() < tokens.len()
            && words
                .iter()
                .zip(tokens)
                .all(|(word, token)| token.raw.eq_ignore_ascii_case(word))
    };
    let mut taken = lexicon()
        .language
        .openings
        .iter()
        .find(says)
        .map_or(0, |words| words.len());
    while taken > 0 && tokens.get(taken).is_some_and(is_joint) {
        taken += 1;
    }
    taken
}

fn is_joint(token: &Token<'_>) -> bool {
    matches!(token.mark(), Some(',' | ':' | '-'))
        || lexicon()
            .language
            .joints
            .iter()
            .any(|joint| token.raw.eq_ignore_ascii_case(joint))
}

/// "monday and wednesday", "friday or saturday": no one of them is meant alone.
pub(super) fn is_choice(tokens: &[Token<'_>]) -> bool {
    let is_day = |token: &Token<'_>| {
        token
            .find(|sense| matches!(sense, Sense::Weekday(_) | Sense::Day(_)).then_some(()))
            .is_some()
    };
    let joins = |token: &Token<'_>| {
        matches!(token.mark(), Some('&' | '+'))
            || ["and", "or"]
                .iter()
                .any(|word| token.raw.eq_ignore_ascii_case(word))
    };
    tokens
        .windows(3)
        .any(|near| is_day(&near[0]) && joins(&near[1]) && is_day(&near[2]))
}

/// What is left of `text` without its opening and the given runs of tokens, and the words of those runs. `None`: nothing is left.
pub(super) fn rest(
    text: &str,
    tokens: &[Token<'_>],
    opening: usize,
    runs: &[(usize, usize)],
) -> Option<(String, String)> {
    let mut kept: Vec<&str> = Vec::new();
    let mut said: Vec<&str> = Vec::new();
    let mut at = opening;
    for (from, to) in runs {
        kept.push(between(text, tokens, at, *from));
        said.push(&text[tokens[*from].start..tokens[to - 1].end]);
        at = *to;
        // what joined the time to the wish goes with it: only in front, where nothing else was said before it
        if kept.iter().all(|part| part.trim().is_empty()) {
            while tokens.get(at).is_some_and(is_joint) {
                at += 1;
            }
        }
    }
    kept.push(between(text, tokens, at, tokens.len()));
    let mut rest = String::new();
    for part in kept {
        let part = part.trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '('));
        let part = part.strip_prefix(')').unwrap_or(part).trim_start();
        let part = part.trim_end_matches(" -").trim_end_matches([':']);
        if part.is_empty() {
            continue;
        }
        // what closed the time in front: "tomorrow. call ana"
        let part = match rest.is_empty() {
            true => part.trim_start_matches(['.', '!', '?', ' ']),
            false => part,
        };
        let is_closing = part.chars().all(|c| c.is_ascii_punctuation());
        if !rest.is_empty() && !part.starts_with(['.', '!', '?', ')']) {
            rest.push(' ');
        }
        if !(rest.is_empty() && is_closing) {
            rest.push_str(part);
        }
    }
    (!rest.is_empty()).then(|| (rest, said.join(" ")))
}

fn between<'t>(text: &'t str, tokens: &[Token<'_>], from: usize, to: usize) -> &'t str {
    let start = tokens.get(from).map_or(text.len(), |token| token.start);
    let end = if to == tokens.len() {
        text.len()
    } else {
        tokens[to].start
    };
    text.get(start..end).unwrap_or_default()
}
