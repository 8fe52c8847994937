//! The pattern language in which a skill says, as data, what people text it without a model.
//! May import: `pattern` of this folder, which reads the language.
//!
//! | written | means |
//! |---|---|
//! | `task` | that word, in any case, perhaps misspelt by one slip |
//! | `:` | that mark stands between the words around it |
//! | `(a\|b c)` | one of these |
//! | `[x\|y z]` | one of these or nothing |
//! | `{title}` | one word or more, kept as written; as few as the rest of the phrase allows |
//! | `{title*}` | the same, as many as the rest of the phrase allows |
//!
//! A phrase must contain a word that cannot be left out, two captures may not touch, and one
//! reading may not fill a name twice (two alternatives may use the same name).

use std::collections::BTreeSet;
use std::str::FromStr;

use thiserror::Error;

use super::pattern::{Node, must_say_a_word, names_of, needs, read};

/// Why a pattern is not a phrase. `at` is a byte offset into the pattern.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PhraseError {
    /// There is nothing between two bars or brackets, or in the whole pattern.
    #[error("nothing to say at byte {at}")]
    Nothing { at: usize },
    /// A bracket that opened does not close.
    #[error("the bracket at byte {at} is not closed")]
    Unclosed { at: usize },
    /// A character stands where it means nothing.
    #[error("{found:?} at byte {at} is out of place")]
    OutOfPlace { at: usize, found: char },
    /// A capture's name is not made of lower-case letters and underscores.
    #[error("the capture at byte {at} has no proper name")]
    BadName { at: usize },
    /// A word has punctuation at its edge, which texts lose before they are compared.
    #[error("the word {word:?} has punctuation at its edge")]
    BadWord { word: String },
    /// One reading of the phrase would fill this capture twice.
    #[error("{{{name}}} can be filled twice")]
    TwiceNamed { name: String },
    /// Two captures stand side by side, so nothing says where one ends.
    #[error("nothing stands between {{{name}}} and the capture before it")]
    Touching { name: String },
    /// The phrase can be heard without any word of its own.
    #[error("the phrase has no word that must be said")]
    NoWord,
}

/// A wish as people text it, ready to be tried on a text.
#[derive(Debug, Clone)]
pub struct Phrase {
    pub(super) steps: Vec<Step>,
    pub(super) names: Vec<String>,
    /// Words of which the text must begin with one, or `None` when a capture may come first.
    pub(super) first: Option<Vec<String>>,
    /// Of each of these sets, the text must contain a word.
    pub(super) needs: Vec<Vec<String>>,
}

/// One instruction of a compiled phrase. Steps that consume no word lead forward only, except the
/// way back from a capture's end to its `Take`.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Word(String),
    Mark(char),
    /// Go on at either place; at equal worth the first is chosen.
    Either(usize, usize),
    Begin(usize),
    Take,
    End,
    Done,
}

impl Phrase {
    /// Reads a pattern of this module's language.
    ///
    /// # Errors
    /// Says what is wrong with the pattern and where.
    pub fn parse(pattern: &str) -> Result<Phrase, PhraseError> {
        let nodes = read(pattern)?;
        names_of(&nodes)?;
        if !must_say_a_word(&nodes) {
            return Err(PhraseError::NoWord);
        }
        let mut phrase = Phrase {
            steps: Vec::new(),
            names: Vec::new(),
            first: None,
            needs: needs(&nodes),
        };
        phrase.compile(&nodes);
        phrase.steps.push(Step::Done);
        phrase.first = phrase.first_words();
        Ok(phrase)
    }

    /// Reads a pattern that is part of the program.
    ///
    /// # Panics
    /// When the pattern is not a phrase; a test that builds the table finds it.
    #[must_use]
    pub fn new(pattern: &str) -> Phrase {
        match Phrase::parse(pattern) {
            Ok(phrase) => phrase,
            Err(error) => panic!("{pattern:?} is not a phrase: {error}"),
        }
    }

    /// The whole wish under `name`, whatever its words: any phrase with a word of its own is heard before this one. For what
    /// people text without any word that is always the same: "uber 18 eur".
    #[must_use]
    pub fn anything(name: &str) -> Phrase {
        let mut phrase = Phrase {
            steps: Vec::new(),
            names: Vec::new(),
            first: None,
            needs: Vec::new(),
        };
        phrase.compile(&[Node::Capture {
            name: name.to_owned(),
            is_greedy: true,
        }]);
        phrase.steps.push(Step::Done);
        phrase
    }

    fn compile(&mut self, nodes: &[Node]) {
        for node in nodes {
            match node {
                Node::Word(word) => self.steps.push(Step::Word(word.clone())),
                Node::Mark(mark) => self.steps.push(Step::Mark(*mark)),
                Node::Capture { name, is_greedy } => {
                    self.steps.push(Step::Begin(self.names.len()));
                    self.names.push(name.clone());
                    let take = self.steps.len();
                    self.steps.push(Step::Take);
                    let (again, on) = (take, take + 2);
                    let (first, second) = if *is_greedy { (again, on) } else { (on, again) };
                    self.steps.push(Step::Either(first, second));
                    self.steps.push(Step::End);
                }
                Node::Choice(branches) => self.compile_branches(branches, false),
                Node::Optional(branches) => self.compile_branches(branches, true),
            }
        }
    }

    /// Lays the branches one behind the other; a branch that ends jumps behind the last.
    fn compile_branches(&mut self, branches: &[Vec<Node>], is_optional: bool) {
        let mut jumps = Vec::new();
        for (index, branch) in branches.iter().enumerate() {
            let has_other = is_optional || index + 1 < branches.len();
            let fork = self.steps.len();
            if has_other {
                self.steps.push(Step::Either(fork + 1, fork + 1));
            }
            self.compile(branch);
            if index + 1 < branches.len() {
                jumps.push(self.steps.len());
                self.steps.push(Step::Either(0, 0));
            }
            if has_other {
                self.steps[fork] = Step::Either(fork + 1, self.steps.len());
            }
        }
        let behind = self.steps.len();
        for jump in jumps {
            self.steps[jump] = Step::Either(behind, behind);
        }
    }

    fn first_words(&self) -> Option<Vec<String>> {
        let mut words = BTreeSet::new();
        let mut ways = vec![0];
        while let Some(at) = ways.pop() {
            match &self.steps[at] {
                Step::Word(word) => {
                    words.insert(word.clone());
                }
                Step::Mark(_) => ways.push(at + 1),
                Step::Either(first, second) => ways.extend([*first, *second]),
                Step::Begin(_) | Step::Take | Step::End | Step::Done => return None,
            }
        }
        Some(words.into_iter().collect())
    }
}

impl FromStr for Phrase {
    type Err = PhraseError;

    fn from_str(pattern: &str) -> Result<Self, Self::Err> {
        Phrase::parse(pattern)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_phrase_says_why() {
        let twice = |name: &str| PhraseError::TwiceNamed {
            name: name.to_owned(),
        };
        for (pattern, error) in [
            ("", PhraseError::Nothing { at: 0 }),
            ("   ", PhraseError::Nothing { at: 3 }),
            ("add (a|)", PhraseError::Nothing { at: 7 }),
            ("add []", PhraseError::Nothing { at: 5 }),
            ("add (a|b", PhraseError::Unclosed { at: 4 }),
            ("add [a", PhraseError::Unclosed { at: 4 }),
            ("add {a", PhraseError::Unclosed { at: 4 }),
            ("add (a]", PhraseError::OutOfPlace { at: 6, found: ']' }),
            ("add )", PhraseError::OutOfPlace { at: 4, found: ')' }),
            ("a | b", PhraseError::OutOfPlace { at: 2, found: '|' }),
            ("add }", PhraseError::OutOfPlace { at: 4, found: '}' }),
            ("add {}", PhraseError::BadName { at: 4 }),
            ("add {Title}", PhraseError::BadName { at: 4 }),
            (
                "task: {x}",
                PhraseError::BadWord {
                    word: "task:".to_owned(),
                },
            ),
            ("add {x} to {x}", twice("x")),
            ("add {x} [to {x}]", twice("x")),
            (
                "add {x} {y}",
                PhraseError::Touching {
                    name: "y".to_owned(),
                },
            ),
            ("{x}", PhraseError::NoWord),
            ("[add] {x}", PhraseError::NoWord),
            ("(add|{x})", PhraseError::NoWord),
        ] {
            assert_eq!(Phrase::parse(pattern).unwrap_err(), error, "{pattern:?}");
        }
    }

    #[test]
    fn two_alternatives_may_fill_the_same_name() {
        assert!(Phrase::parse("({what} is done|done {what})").is_ok());
    }

    #[test]
    fn a_phrase_knows_how_it_begins_and_what_it_needs() {
        let phrase = Phrase::new("[show|list] (my tasks|the list) {x}");
        assert_eq!(phrase.first.unwrap(), ["list", "my", "show", "the"]);
        assert_eq!(phrase.needs, [["my", "the"]]);
        assert_eq!(Phrase::new("{x} is done").first, None);
    }
}
