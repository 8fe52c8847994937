//! Stretches of a text that are a time.

use super::evidence::{Around, another_follows, counts};
use crate::when::{
    grammar::{Ground, Piece, Placed, row},
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

/// All of them from token `first` on, none over another; and whether one is a choice or a list of times, of which none is meant
/// alone.
pub(super) fn runs(tokens: &[Token<'_>], first: usize, ground: Ground<'_>) -> (Vec<Run>, bool) {
    let mut is_list = false;
    let mut found: Vec<Run> = Vec::new();
    let mut at = first;
    while at < tokens.len() {
        match run(tokens, at, first, ground, &mut is_list) {
            Some(run) => {
                at = run.to;
                found.push(run);
            }
            None => at += 1,
        }
    }
    (found, is_list)
}

fn run(
    tokens: &[Token<'_>],
    from: usize,
    first: usize,
    ground: Ground<'_>,
    is_list: &mut bool,
) -> Option<Run> {
    if !starts(tokens, from) {
        return None;
    }
    let (lead, skipped) = lead(&tokens[from..]);
    if skipped > 0 && lead == Lead::None {
        return None;
    }
    let mut pieces = row(&tokens[from + skipped..], ground);
    for piece in &mut pieces {
        piece.from += from + skipped;
        piece.to += from + skipped;
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
fn starts(tokens: &[Token<'_>], at: usize) -> bool {
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
