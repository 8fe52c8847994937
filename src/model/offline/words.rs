//! What a text says, cut into words once, so that two hundred phrases can be tried on it cheaply.
//! May import: `filler` of this folder.
//!
//! Matching looks at folded words (lower case, no apostrophes, no punctuation at the edges); what a
//! phrase captures is cut from the original text, so spelling, case and line breaks survive.

use super::filler;

/// One word of a text: its folded form and where it stands.
#[derive(Debug)]
pub(super) struct Word {
    pub(super) folded: String,
    /// Bytes of the word without the punctuation at its edges.
    pub(super) core: (usize, usize),
    /// Bytes of the word with that punctuation: what a capture takes.
    pub(super) whole: (usize, usize),
}

/// A text cut into words, with every place where the wish itself may begin and end.
///
/// Position 0 and the full length are always among those places, so a phrase made of filler words
/// ("can you {what}") can still be heard; filler is never stripped until nothing is left.
#[derive(Debug)]
pub struct Heard<'t> {
    text: &'t str,
    words: Vec<Word>,
    starts: Vec<usize>,
    ends: Vec<usize>,
}

impl<'t> Heard<'t> {
    /// Cuts `text` into words, once.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        let mut words = Vec::new();
        for run in runs(text) {
            words.extend(word(text, run));
        }
        if let Some(last) = words.last_mut() {
            last.whole.1 = text.trim_end().len();
        }
        let starts = filler::starts(&words);
        let ends = filler::ends(text, &words);
        Heard {
            text,
            words,
            starts,
            ends,
        }
    }

    pub(super) fn words(&self) -> &[Word] {
        &self.words
    }

    /// Word positions at which a wish may begin, ascending.
    pub(super) fn starts(&self) -> &[usize] {
        &self.starts
    }

    /// What was said, as it was written.
    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    /// Word positions (exclusive) at which a wish may end, descending.
    pub(super) fn ends(&self) -> &[usize] {
        &self.ends
    }

    /// Whether `mark` stands between the word before `position` and the word at it.
    pub(super) fn has_mark_before(&self, position: usize, mark: char) -> bool {
        let from = position
            .checked_sub(1)
            .map_or(0, |before| self.words[before].core.1);
        let to = self
            .words
            .get(position)
            .map_or(self.text.len(), |word| word.core.0);
        self.text[from..to].contains(mark)
    }

    /// Where the words `from..to` stand in the text, without the marks at their edges.
    pub(super) fn range(&self, from: usize, to: usize) -> (usize, usize) {
        (self.words[from].core.0, self.words[to - 1].core.1)
    }

    /// The original text of the words `from..to`, without list and sentence marks at its edges.
    pub(super) fn slice(&self, from: usize, to: usize) -> &'t str {
        trim_marks(&self.text[self.words[from].whole.0..self.words[to - 1].whole.1])
    }
}

/// Trims white space and list or sentence marks from the edges of what a user said.
///
/// Quotes and brackets stay, since they carry meaning; so does the full stop of "5 p.m.". A text
/// of marks alone becomes empty.
#[must_use]
pub fn trim_marks(text: &str) -> &str {
    let is_mark = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':');
    let front = text.trim_start_matches(is_mark);
    let trimmed =
        front.trim_end_matches(|c: char| is_mark(c) || matches!(c, '.' | '!' | '?' | '…'));
    let last = trimmed
        .rsplit(char::is_whitespace)
        .next()
        .unwrap_or(trimmed);
    let is_abbreviation = last.len() < 6
        && last.contains('.')
        && last.chars().all(|c| c.is_alphabetic() || c == '.')
        && front[trimmed.len()..].starts_with('.');
    if is_abbreviation {
        &front[..=trimmed.len()]
    } else {
        trimmed
    }
}

/// Lower case without apostrophes: "What’s" and "whats" are one word.
pub(super) fn fold(word: &str) -> String {
    word.chars()
        .filter(|c| !matches!(c, '\'' | '’' | '‘' | '`' | '\u{fe0f}'))
        .map(|c| if matches!(c, '‐' | '‑') { '-' } else { c })
        .flat_map(char::to_lowercase)
        .collect()
}

/// Whether a character at the edge of a word is not part of it. Emoji are words.
pub(super) fn is_edge(c: char) -> bool {
    c.is_ascii_punctuation()
        || matches!(
            c,
            '‘' | '’' | '“' | '”' | '„' | '«' | '»' | '…' | '–' | '—' | '•' | '·' | '¿'
        )
        || matches!(c, '¡' | '\u{fe0f}' | '\u{200b}' | '\u{200d}')
}

/// Byte ranges between white space, cut again behind a mark that lacks its space ("task:renew").
fn runs(text: &str) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    let mut start = None;
    let mut before = ' ';
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        if c.is_whitespace() {
            runs.extend(start.take().map(|from| (from, at)));
        } else {
            let from = *start.get_or_insert(at);
            let is_mark = matches!(c, ':' | ',' | ';' | '!' | '?' | '—' | '…');
            let follows = characters
                .peek()
                .is_some_and(|&(_, next)| next.is_alphanumeric());
            if is_mark && before.is_alphabetic() && follows {
                runs.push((from, at + c.len_utf8()));
                start = None;
            }
        }
        before = c;
    }
    runs.extend(start.map(|from| (from, text.len())));
    runs
}

fn word(text: &str, (from, to): (usize, usize)) -> Option<Word> {
    let whole = &text[from..to];
    let tail = whole.trim_start_matches(is_edge);
    let core = tail.trim_end_matches(is_edge);
    if core.is_empty() {
        return None;
    }
    let begin = from + whole.len() - tail.len();
    Some(Word {
        folded: fold(core),
        core: (begin, begin + core.len()),
        whole: (from, to),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded_and_keep_their_place() {
        let heard = Heard::new("  What’s  on my To-Do list?!");
        let folded: Vec<_> = heard
            .words()
            .iter()
            .map(|word| word.folded.as_str())
            .collect();
        assert_eq!(folded, ["whats", "on", "my", "to-do", "list"]);
        assert_eq!(heard.slice(0, 5), "What’s  on my To-Do list");
    }

    #[test]
    fn a_mark_without_its_space_still_ends_a_word() {
        let heard = Heard::new("task:renew at 5:30 https://a.b");
        let folded: Vec<_> = heard
            .words()
            .iter()
            .map(|word| word.folded.as_str())
            .collect();
        assert_eq!(folded, ["task", "renew", "at", "5:30", "https://a.b"]);
        assert!(heard.has_mark_before(1, ':'));
        assert!(!heard.has_mark_before(2, ':'));
    }

    #[test]
    fn filler_opens_new_beginnings_and_ends_but_never_eats_the_whole_text() {
        let heard = Heard::new("Hey, could you please add milk, thanks!");
        assert_eq!(heard.starts(), [0, 1, 3, 4]);
        assert_eq!(heard.ends(), [7, 6]);
        assert_eq!(Heard::new("ok").starts(), [0]);
        assert_eq!(Heard::new("thanks").ends(), [1]);
        assert_eq!(Heard::new("").ends(), [0]);
    }

    #[test]
    fn thanks_that_belong_to_the_wish_stay() {
        assert_eq!(Heard::new("add a task: say thanks").ends(), [5]);
        assert_eq!(Heard::new("add \"write thank you\"").ends(), [4]);
        assert_eq!(Heard::new("note \"big thanks\"").ends(), [3]);
    }

    #[test]
    fn marks_at_the_edges_go_and_meaning_stays() {
        for (said, kept) in [
            (": renew passport.", "renew passport"),
            ("call mom!!", "call mom"),
            ("taxes (due friday)", "taxes (due friday)"),
            ("\"eggs, milk\".", "\"eggs, milk\""),
            ("at 5 p.m.", "at 5 p.m."),
            ("call mom :)", "call mom :)"),
            ("?!", ""),
            ("", ""),
        ] {
            assert_eq!(trim_marks(said), kept, "{said}");
        }
    }
}
