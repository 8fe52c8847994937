//! A text cut into words, numbers and marks, each with its place and the senses that it can have.

use super::language::{Half, Lexicon, Link, Sense};

/// What a token is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    /// With the count of its digits.
    Number(i64, usize),
    Mark(char),
}

impl Kind {
    pub(super) fn is_mark(self) -> bool {
        matches!(self, Self::Mark(_))
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'t> {
    pub kind: Kind,
    /// Its first byte, and the one behind its last.
    pub start: usize,
    pub end: usize,
    /// Whether white space stands before it. The first token counts as spaced.
    pub spaced: bool,
    pub raw: &'t str,
    pub senses: &'static [Sense],
}

impl Token<'_> {
    pub(super) fn is(&self, link: Link) -> bool {
        self.senses.contains(&Sense::Link(link))
    }

    pub(super) fn mark(&self) -> Option<char> {
        match self.kind {
            Kind::Mark(mark) => Some(mark),
            _ => None,
        }
    }

    pub(super) fn find<T>(&self, pick: impl Fn(&Sense) -> Option<T>) -> Option<T> {
        self.senses.iter().find_map(pick)
    }
}

/// Longer runs of digits are no number of a time.
const MOST_DIGITS: usize = 9;

/// Cuts `text`. Words are runs of letters with the apostrophes inside them, numbers are runs of ASCII digits.
pub(super) fn tokens<'t>(text: &'t str, lexicon: &'static Lexicon) -> Vec<Token<'t>> {
    let mut found: Vec<Token<'t>> = Vec::with_capacity(text.len() / 4 + 2);
    let mut spaced = true;
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let start = at;
        if first.is_whitespace() {
            at += first.len_utf8();
            spaced = true;
            continue;
        }
        let kind = if first.is_ascii_digit() {
            at += run(&text[at..], |c| c.is_ascii_digit());
            let digits = &text[start..at];
            if let Some(word) = with_digits(&text[start..], lexicon) {
                at = start + word;
                Kind::Word
            } else if digits.len() > MOST_DIGITS {
                Kind::Word
            } else {
                Kind::Number(digits.parse().unwrap_or(0), digits.len())
            }
        } else if first.is_alphabetic() {
            at += word_length(&text[at..]);
            Kind::Word
        } else {
            at += first.len_utf8();
            Kind::Mark(first)
        };
        let raw = &text[start..at];
        let senses = match kind {
            Kind::Word => senses(raw, lexicon),
            _ => &[],
        };
        found.push(Token {
            kind,
            start,
            end: at,
            spaced: std::mem::take(&mut spaced),
            raw,
            senses,
        });
    }
    join_dotted(text, &mut found);
    found
}

fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

/// Letters, and an apostrophe with a letter behind it.
fn word_length(text: &str) -> usize {
    let mut length = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let is_inside = matches!(c, '\'' | '\u{2019}')
            && chars.peek().is_some_and(|(_, next)| next.is_alphabetic());
        if !c.is_alphabetic() && !is_inside {
            break;
        }
        length = at + c.len_utf8();
    }
    length
}

/// "2moro", "2day": words with a digit in front.
fn with_digits(text: &str, lexicon: &'static Lexicon) -> Option<usize> {
    let end = 1 + run(text.get(1..)?, char::is_alphabetic);
    if end == 1 || end > 8 {
        return None;
    }
    let word = text.get(..end)?.to_lowercase();
    lexicon.knows(&word).then_some(end)
}

fn senses(raw: &str, lexicon: &'static Lexicon) -> &'static [Sense] {
    if raw.len() > 16 {
        return &[];
    }
    if raw.bytes().all(|b| b.is_ascii_lowercase()) {
        return lexicon.senses(raw);
    }
    lexicon.senses(&raw.to_lowercase().replace('\u{2019}', "'"))
}

/// "p.m." becomes one token, and the "p m" of a dictated time too.
fn join_dotted<'t>(text: &'t str, tokens: &mut Vec<Token<'t>>) {
    let mut at = 0;
    while at + 1 < tokens.len() {
        let [first, dot] = [tokens[at], tokens[at + 1]];
        let last = tokens.get(at + 2).copied().unwrap_or(dot);
        let half = match first.raw {
            "a" | "A" => Some(&HALF_AM),
            "p" | "P" => Some(&HALF_PM),
            _ => None,
        };
        if let Some(half) = half
            && at > 0
            && found_hour(tokens[at - 1])
            && matches!(dot.raw, "m" | "M")
        {
            tokens[at] = Token {
                end: dot.end,
                raw: &text[first.start..dot.end],
                senses: half,
                ..first
            };
            tokens.remove(at + 1);
        } else if let Some(half) = half
            && dot.mark() == Some('.')
            && !dot.spaced
            && matches!(last.raw, "m" | "M")
            && !last.spaced
        {
            let dotted = tokens
                .get(at + 3)
                .filter(|next| next.mark() == Some('.') && !next.spaced);
            let end = dotted.map_or(last.end, |dot| dot.end);
            let many = if dotted.is_some() { 4 } else { 3 };
            tokens[at] = Token {
                end,
                raw: &text[first.start..end],
                senses: half,
                ..first
            };
            tokens.drain(at + 1..at + many);
        }
        at += 1;
    }
}

/// Whether a token is a number, in digits or in words.
fn found_hour(token: Token<'_>) -> bool {
    let is_number = |sense: &Sense| matches!(sense, Sense::Number(_));
    matches!(token.kind, Kind::Number(..)) || token.senses.iter().any(is_number)
}

static HALF_AM: [Sense; 1] = [Sense::Half(Half::Am)];
static HALF_PM: [Sense; 1] = [Sense::Half(Half::Pm)];
