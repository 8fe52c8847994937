//! Stretches of a text that are a time.

use super::evidence::{Around, another_follows, counts};
use crate::when::{
    grammar::{Ground, Piece, Placed, row},
    language::{Link, lexicon},
    read::{Lead, lead},
    token::Token,
};

/// A stretch of tokens that is a time, with what leads to it.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub from: usize,
    pub to: usize,
    pub lead: Lead,
    pub pieces: Vec<Placed>,
}

impl Run {
    /// "for 45m" alone.
    pub(super) fn is_length(&self) -> bool {
        self.pieces
            .iter()
            .all(|piece| matches!(piece.piece, Piece::Length(_)))
    }

    /// How much it says.
    pub(super) fn weight(&self) -> usize {
        self.pieces
            .iter()
            .filter(|piece| !matches!(piece.piece, Piece::Length(_)))
            .count()
    }
}

/// No time is longer, in tokens; what lies further away is not looked at.
const LONGEST: usize = 40;

/// All of them from token `first` on, none over another; and whether one is a choice or a list of times, of which none is meant
/// alone.
pub(super) fn runs(tokens: &[Token<'_>], first: usize, ground: Ground<'_>) -> (Vec<Run>, bool) {
    let mut is_list = false;
    let mut found: Vec<Run> = Vec::new();
    let mut at = first;
    while at < tokens.len() {
        let joint = usize::from(is_joint(tokens, at, first));
        let joined = (joint > 0).then(|| run(tokens, at, joint, first, ground, &mut is_list));
        match joined
            .flatten()
            .or_else(|| run(tokens, at, 0, first, ground, &mut is_list))
        {
            Some(run) => {
                at = run.to;
                found.push(run);
            }
            // the "friday" of a "next friday" that does not count is none either
            None => {
                let near = &tokens[at..tokens.len().min(at + LONGEST)];
                let first = row(near, ground).first().map(|piece| piece.to);
                at += first.unwrap_or(1).max(1);
            }
        }
    }
    (found, is_list)
}

/// The "for" of "book dentist for friday", and the "to" of "move lunch to friday": they go with the time.
fn is_joint(tokens: &[Token<'_>], at: usize, first: usize) -> bool {
    let moves = || {
        lexicon()
            .language
            .moves
            .iter()
            .any(|verb| tokens[first].raw.eq_ignore_ascii_case(verb))
    };
    at > first && (tokens[at].is(Link::For) || tokens[at].is(Link::To) && moves())
}

/// The run from a token on, behind `joint` tokens that lead to it.
fn run(
    tokens: &[Token<'_>],
    from: usize,
    joint: usize,
    first: usize,
    ground: Ground<'_>,
    is_list: &mut bool,
) -> Option<Run> {
    if !starts(tokens, from) {
        return None;
    }
    let (lead, skipped) = lead(tokens.get(from + joint..)?);
    if skipped > 0 && (lead == Lead::None || joint > 0) {
        return None;
    }
    let start = from + joint + skipped;
    let mut pieces = row(&tokens[start..tokens.len().min(start + LONGEST)], ground);
    for piece in &mut pieces {
        piece.from += start;
        piece.to += start;
    }
    // "plan meals for next week" is about that week
    let is_topic = |piece: &Placed| matches!(piece.piece, Piece::Period(_) | Piece::Length(_));
    if joint > 0 && pieces.first().is_none_or(is_topic) {
        return None;
    }
    while let Some(last) = pieces.last() {
        let to = last.to;
        let around = Around {
            tokens,
            first,
            from,
            to,
            lead,
        };
        let counts = ends(tokens, to) && counts(&pieces, &around);
        if counts && another_follows(&around) {
            *is_list = true;
            return None;
        }
        if counts {
            return Some(Run {
                from,
                to,
                lead,
                pieces,
            });
        }
        pieces.pop();
    }
    None
}

/// Whether a time may begin at a token: behind white space or an opening mark.
pub(super) fn starts(tokens: &[Token<'_>], at: usize) -> bool {
    tokens[at].spaced
        || at
            .checked_sub(1)
            .is_some_and(|before| matches!(tokens[before].mark(), Some('(' | '[')))
}

/// Whether a time may end before a token: white space follows, or a mark that white space follows.
fn ends(tokens: &[Token<'_>], at: usize) -> bool {
    let Some(next) = tokens.get(at) else {
        return true;
    };
    let closes = |mark| matches!(mark, '.' | ',' | '!' | '?' | ';' | ':' | ')' | ']');
    next.spaced && next.mark() != Some('%')
        || next.mark().is_some_and(closes)
            && tokens
                .get(at + 1)
                .is_none_or(|after| after.spaced || after.mark().is_some_and(closes))
}
