//! Reads the pattern language of `phrase` into a tree, and asks the tree what a phrase must obey.
//! May import: `words` (to fold literals as texts are folded) and the errors of `phrase`.

use std::collections::BTreeSet;
use std::iter::Peekable;
use std::str::CharIndices;

use super::phrase::PhraseError;
use super::words::{fold, is_edge};

/// A part of a pattern.
#[derive(Debug)]
pub(super) enum Node {
    Word(String),
    Mark(char),
    Capture { name: String, is_greedy: bool },
    Choice(Vec<Vec<Node>>),
    Optional(Vec<Vec<Node>>),
}

/// Reads a whole pattern.
pub(super) fn read(pattern: &str) -> Result<Vec<Node>, PhraseError> {
    let mut reader = Reader {
        pattern,
        rest: pattern.char_indices().peekable(),
    };
    let nodes = reader.sequence()?;
    match reader.rest.peek() {
        Some(&(at, found)) => Err(PhraseError::OutOfPlace { at, found }),
        None => Ok(nodes),
    }
}

/// Whether no reading of `nodes` is without a word of its own.
pub(super) fn must_say_a_word(nodes: &[Node]) -> bool {
    nodes.iter().any(|node| match node {
        Node::Word(_) => true,
        Node::Choice(branches) => branches.iter().all(|branch| must_say_a_word(branch)),
        Node::Mark(_) | Node::Capture { .. } | Node::Optional(_) => false,
    })
}

/// For each word or choice that must be said, the words of which one must occur.
pub(super) fn needs(nodes: &[Node]) -> Vec<Vec<String>> {
    let need = |node: &Node| match node {
        Node::Word(word) => Some(vec![word.clone()]),
        Node::Choice(branches) => {
            let of_branches = branches
                .iter()
                .map(|branch| needs(branch).into_iter().next());
            let words: Option<Vec<_>> = of_branches.collect();
            words.map(|words| words.concat())
        }
        Node::Mark(_) | Node::Capture { .. } | Node::Optional(_) => None,
    };
    nodes.iter().filter_map(need).collect()
}

/// The names that `nodes` can fill, unless one reading fills a name twice or captures touch.
pub(super) fn names_of(nodes: &[Node]) -> Result<BTreeSet<&str>, PhraseError> {
    let mut names = BTreeSet::new();
    let mut follows_capture = false;
    for node in nodes {
        let found = match node {
            Node::Word(_) | Node::Mark(_) => BTreeSet::new(),
            Node::Capture { name, .. } if follows_capture => {
                return Err(PhraseError::Touching { name: name.clone() });
            }
            Node::Capture { name, .. } => BTreeSet::from([name.as_str()]),
            Node::Choice(branches) | Node::Optional(branches) => {
                let mut found = BTreeSet::new();
                for branch in branches {
                    found.append(&mut names_of(branch)?);
                }
                found
            }
        };
        follows_capture = matches!(node, Node::Capture { .. });
        if let Some(name) = found.intersection(&names).next() {
            return Err(PhraseError::TwiceNamed {
                name: (*name).to_owned(),
            });
        }
        names.extend(found);
    }
    Ok(names)
}

struct Reader<'p> {
    pattern: &'p str,
    rest: Peekable<CharIndices<'p>>,
}

impl Reader<'_> {
    fn sequence(&mut self) -> Result<Vec<Node>, PhraseError> {
        let mut nodes = Vec::new();
        while let Some(&(at, c)) = self.rest.peek() {
            match c {
                '|' | ')' | ']' => break,
                '(' | '[' => nodes.push(self.group(at, c)?),
                '{' => nodes.push(self.capture(at)?),
                '}' => return Err(PhraseError::OutOfPlace { at, found: c }),
                c if c.is_whitespace() => drop(self.rest.next()),
                _ => self.literal(at, &mut nodes)?,
            }
        }
        if nodes.is_empty() {
            let at = self.rest.peek().map_or(self.pattern.len(), |&(at, _)| at);
            return Err(PhraseError::Nothing { at });
        }
        Ok(nodes)
    }

    fn group(&mut self, at: usize, open: char) -> Result<Node, PhraseError> {
        self.rest.next();
        let mut branches = vec![self.sequence()?];
        loop {
            match (open, self.rest.next()) {
                (_, Some((_, '|'))) => branches.push(self.sequence()?),
                ('(', Some((_, ')'))) => return Ok(Node::Choice(branches)),
                ('[', Some((_, ']'))) => return Ok(Node::Optional(branches)),
                (_, Some((at, found))) => return Err(PhraseError::OutOfPlace { at, found }),
                (_, None) => return Err(PhraseError::Unclosed { at }),
            }
        }
    }

    fn capture(&mut self, at: usize) -> Result<Node, PhraseError> {
        let inside = &self.pattern[at + 1..];
        let (inside, _) = inside.split_once('}').ok_or(PhraseError::Unclosed { at })?;
        while self
            .rest
            .next_if(|&(next, _)| next <= at + 1 + inside.len())
            .is_some()
        {}
        let name = inside.strip_suffix('*').unwrap_or(inside);
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
            return Err(PhraseError::BadName { at });
        }
        Ok(Node::Capture {
            name: name.to_owned(),
            is_greedy: name.len() < inside.len(),
        })
    }

    fn literal(&mut self, at: usize, nodes: &mut Vec<Node>) -> Result<(), PhraseError> {
        let ends = |c: char| c.is_whitespace() || "()[]{}|".contains(c);
        let length = self.pattern[at..]
            .find(ends)
            .unwrap_or(self.pattern.len() - at);
        while self.rest.next_if(|&(next, _)| next < at + length).is_some() {}
        let word = &self.pattern[at..at + length];
        if word.chars().all(is_edge) {
            nodes.extend(word.chars().map(Node::Mark));
        } else if word.starts_with(is_edge) || word.ends_with(is_edge) {
            return Err(PhraseError::BadWord {
                word: word.to_owned(),
            });
        } else {
            nodes.push(Node::Word(fold(word)));
        }
        Ok(())
    }
}
