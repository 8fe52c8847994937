//! text/phrase.rs — phrases written as short patterns and matched word by word, so that what a
//! recogniser understands can be read as a table.
//! May import: text/words. Knows no user, database or provider.
//!
//! A pattern is a row of items with one space between. `a|b` is either, `a?` may be missing, `a_b`
//! is two words in a row, and a name in capitals stands for every pattern listed under it.

use super::words;

/// A named part of a pattern. A name may be listed several times: each line is another way.
pub type Part = (&'static str, &'static str);

/// Texts longer than this are never matched: nobody dismisses anybody in sixty words, and places
/// in a text then fit the bits of one number.
pub const LONGEST: usize = 60;

/// The words of one text together with the parts that patterns may name.
pub struct Phrases<'a> {
    words: &'a [String],
    parts: &'a [Part],
    forgiving: bool,
}

impl<'a> Phrases<'a> {
    /// Prepares a text; `None` when it is empty or longer than [`LONGEST`] words.
    pub fn new(words: &'a [String], parts: &'a [Part]) -> Option<Self> {
        (1..=LONGEST).contains(&words.len()).then_some(Self {
            words,
            parts,
            forgiving: true,
        })
    }

    /// Takes every word as it is written instead of forgiving slips in longer ones.
    #[must_use]
    pub fn taken_literally(self) -> Self {
        Self {
            forgiving: false,
            ..self
        }
    }

    /// Tells whether the pattern covers the whole text.
    pub fn whole(&self, pattern: &str) -> bool {
        self.ends(pattern, 1) & self.end() != 0
    }

    /// The place after the last word, as a set of places.
    pub fn end(&self) -> u64 {
        1 << self.words.len()
    }

    /// Every place where the pattern can end when it starts at one of the given places.
    ///
    /// A set of places is a number whose bit *n* stands for "before word *n*".
    pub fn ends(&self, pattern: &str, starts: u64) -> u64 {
        let mut places = starts;
        for item in pattern.split(' ') {
            if places == 0 {
                break;
            }
            let (item, kept) = match item.strip_suffix('?') {
                Some(item) => (item, places),
                None => (item, 0),
            };
            let moved = item
                .split('|')
                .fold(0, |all, choice| all | self.ends_of_choice(choice, places));
            places = kept | moved;
        }
        places
    }

    fn ends_of_choice(&self, choice: &str, starts: u64) -> u64 {
        choice.split('_').fold(starts, |places, atom| {
            if !atom.starts_with(|first: char| first.is_ascii_uppercase()) {
                return self.after(atom, places);
            }
            let ways = self.parts.iter().filter(|(name, _)| *name == atom);
            ways.fold(0, |all, (_, way)| all | self.ends(way, places))
        })
    }

    fn after(&self, wanted: &str, places: u64) -> u64 {
        let mut found = 0;
        let mut left = places & (self.end() - 1);
        while left != 0 {
            let index = left.trailing_zeros();
            left &= left - 1;
            let word = self.words[index as usize].as_str();
            if wanted == word || (self.forgiving && words::is_or_nearly(wanted, word)) {
                found |= 1 << (index + 1);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTS: &[Part] = &[("FRUIT", "ripe? apple|pear"), ("FRUIT", "bunch_of grapes")];

    fn matches(pattern: &str, text: &str) -> bool {
        let words = words::words(text);
        Phrases::new(&words, PARTS).is_some_and(|phrases| phrases.whole(pattern))
    }

    #[test]
    fn items_may_be_missing_either_named_or_several_words() {
        for text in [
            "eat apple",
            "eat a ripe pear",
            "eat a bunch of grapes now",
            "eat bunch of grapse!",
        ] {
            assert!(matches("eat a? FRUIT now?", text), "{text}");
        }
        assert!(!matches("eat a? FRUIT", "eat"));
        assert!(!matches("eat a? FRUIT", "eat apple twice"));
        assert!(!matches("eat", ""));
        assert!(!matches("eat a? FRUIT", "eat a of grapes"));
    }

    #[test]
    fn a_very_long_text_is_not_matched() {
        assert!(!matches("a", &"a ".repeat(LONGEST + 1)));
        assert!(matches("a", "a"));
    }
}
