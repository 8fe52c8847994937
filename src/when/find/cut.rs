//! Taking the time out of a wish, and leaving the rest tidy: the words of the rest stay as they were written.

use super::runs::Run;
use crate::when::{grammar::Piece, language::lexicon, token::Token};

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

/// The words for a time, and those for how long it lasts.
pub(super) fn said(text: &str, tokens: &[Token<'_>], runs: &[Run]) -> (String, Option<String>) {
    let words = |from: usize, to: usize| &text[tokens[from].start..tokens[to - 1].end];
    let mut said: Vec<&str> = Vec::new();
    let mut lasting = None;
    for run in runs {
        let mut from = run.from;
        for placed in &run.pieces {
            if matches!(placed.piece, Piece::Length(_)) {
                if placed.from > from {
                    said.push(words(from, placed.from));
                }
                lasting = Some(words(placed.from, placed.to).to_owned());
                from = placed.to;
            }
        }
        if run.to > from {
            said.push(words(from, run.to));
        }
    }
    (said.join(" "), lasting)
}

/// What is left of `text` without its opening and the given runs of tokens. `None`: nothing is left.
pub(super) fn rest(
    text: &str,
    tokens: &[Token<'_>],
    opening: usize,
    runs: &[(usize, usize)],
) -> Option<String> {
    let mut rest = String::new();
    let mut at = opening;
    for (from, to) in runs {
        join(&mut rest, between(text, tokens, at, *from));
        at = *to;
        // what joined the time to the wish goes with it: only in front, where nothing else was said before it
        while rest.is_empty() && tokens.get(at).is_some_and(is_joint) {
            at += 1;
        }
        without_lead(&mut rest);
    }
    join(&mut rest, between(text, tokens, at, tokens.len()));
    let tidy = rest.trim_end_matches([',', ';', ':', '(']).trim_end();
    let tidy = tidy.strip_suffix(" -").unwrap_or(tidy);
    (!tidy.is_empty()).then(|| tidy.to_owned())
}

/// Adds what stood behind a time to what stood before it.
fn join(rest: &mut String, part: &str) {
    let part = part.trim();
    if part.is_empty() {
        return;
    }
    let is_only_marks = part.chars().all(|c| c.is_ascii_punctuation());
    if rest.is_empty() {
        let part = part
            .trim_start_matches([',', ';', ')', ':', '.'])
            .trim_start();
        if !is_only_marks {
            rest.push_str(part);
        }
        return;
    }
    let opened = rest.ends_with('(') || rest.ends_with('[');
    if opened {
        rest.pop();
        rest.truncate(rest.trim_end().len());
    }
    let part = if opened {
        part.trim_start_matches([')', ']']).trim_start()
    } else {
        part
    };
    if is_only_marks && rest.ends_with(|c: char| c.is_ascii_punctuation()) || part.is_empty() {
        return;
    }
    if part.starts_with([',', '.', '!', '?', ';', ':', ')']) {
        let kept = rest.trim_end_matches([',', ';', ':']).len();
        rest.truncate(kept);
    } else {
        rest.push(' ');
    }
    rest.push_str(part);
}

/// "set an alarm for" without what led to the time.
fn without_lead(rest: &mut String) {
    let kept = rest
        .trim_end_matches(|c: char| c.is_whitespace() || c == '-')
        .len();
    let lead = rest[..kept].rsplit_once(' ');
    let is_lead = |word: &str| {
        lexicon()
            .language
            .led_by
            .iter()
            .any(|lead| lead.eq_ignore_ascii_case(word))
    };
    let kept = match lead {
        Some((before, last)) if is_lead(last) => before.len(),
        _ => kept,
    };
    rest.truncate(kept);
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
