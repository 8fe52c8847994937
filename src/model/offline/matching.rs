//! Which phrase a text says, and with which words: the part of the grammar model that chooses.
//! May import: `phrase`, `words` and `typo` of this folder.
//!
//! One phrase is tried by dynamic programming over (step, word), so time is bounded by their
//! product and no text can make it blow up. Among phrases the most specific wins:
//! 1. one that is heard word for word, before any that needs a slip forgiven;
//! 2. more words of its own said; 3. fewer slips; 4. fewer words captured.
//!
//! Phrases that are equal in all of this and mean different things are a tie, and a tie is not
//! understood: the grammar never guesses. One that means nothing, said this way, is no part of it.

use std::cmp::Reverse;

use super::phrase::{Phrase, Step};
use super::typo::is_slip;
use super::words::Heard;

/// What a phrase captured, in the user's own spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Captures<'p, 't> {
    found: Vec<(&'p str, &'t str)>,
    whole: &'t str,
}

impl<'t> Captures<'_, 't> {
    /// The whole text, fillers and marks included: "dinner friday at 7pm?" asks, "well done" praises.
    #[must_use]
    pub fn whole(&self) -> &'t str {
        self.whole
    }

    /// The text captured under `name`, without marks at its edges; `None` when that part of the
    /// phrase was not said.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'t str> {
        self.found
            .iter()
            .find(|(found, _)| *found == name)
            .map(|(_, text)| *text)
    }
}

/// How specific a reading is. Greater is better; parts add up along a reading.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Worth {
    literals: u32,
    slips: Reverse<u32>,
    captured: Reverse<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spelling {
    Exact,
    Forgiving,
}

impl Spelling {
    fn accepts(self, said: &str, meant: &str) -> bool {
        said == meant || (self == Spelling::Forgiving && is_slip(said, meant))
    }
}

impl Phrase {
    /// Hears this phrase in a text: word for word if possible, else with slips forgiven.
    #[must_use]
    pub fn hear<'t>(&self, heard: &Heard<'t>) -> Option<Captures<'_, 't>> {
        let reading = self
            .read(heard, Spelling::Exact)
            .or_else(|| self.read(heard, Spelling::Forgiving));
        reading.map(|(_, captures)| captures)
    }

    fn read<'t>(&self, heard: &Heard<'t>, spelling: Spelling) -> Option<(Worth, Captures<'_, 't>)> {
        if !self.may_be_said(heard, spelling) {
            return None;
        }
        let table = Table::fill(self, heard, spelling);
        // At a draw the latest beginning wins: what it leaves out was only filler.
        let starts = heard.starts().iter().copied();
        let (worth, start) = starts
            .filter_map(|start| Some((table.at(0, start)?, start)))
            .max()?;
        Some((
            worth,
            Captures {
                found: table.captures(start),
                whole: heard.text(),
            },
        ))
    }

    /// A cheap look that turns most phrases away.
    fn may_be_said(&self, heard: &Heard<'_>, spelling: Spelling) -> bool {
        let words = heard.words();
        let begins = self.first.as_ref().is_none_or(|first| {
            let said = heard.starts().iter().filter_map(|start| words.get(*start));
            said.into_iter().any(|said| {
                first
                    .iter()
                    .any(|word| spelling.accepts(&said.folded, word))
            })
        });
        begins
            && self.needs.iter().all(|need| {
                let is_said = |word: &String| {
                    words
                        .iter()
                        .any(|said| spelling.accepts(&said.folded, word))
                };
                need.iter().any(is_said)
            })
    }
}

/// The worth of the best reading from each step at each word to an end of the text.
struct Table<'a, 'p, 't> {
    phrase: &'p Phrase,
    heard: &'a Heard<'t>,
    spelling: Spelling,
    width: usize,
    cells: Vec<Option<Worth>>,
}

impl<'a, 'p, 't> Table<'a, 'p, 't> {
    fn fill(phrase: &'p Phrase, heard: &'a Heard<'t>, spelling: Spelling) -> Self {
        let width = phrase.steps.len();
        let length = heard.words().len();
        let cells = vec![None; width * (length + 1)];
        let mut table = Table {
            phrase,
            heard,
            spelling,
            width,
            cells,
        };
        for position in (0..=length).rev() {
            // Steps that take a word look only at later words, so they come first; the others
            // then find every step they lead to already filled in.
            for takes_word in [true, false] {
                for step in (0..width).rev() {
                    let is_taking = matches!(phrase.steps[step], Step::Word(_) | Step::Take);
                    if is_taking == takes_word {
                        table.cells[position * width + step] = table.worth(step, position);
                    }
                }
            }
        }
        table
    }

    fn at(&self, step: usize, position: usize) -> Option<Worth> {
        self.cells[position * self.width + step]
    }

    fn worth(&self, step: usize, position: usize) -> Option<Worth> {
        match &self.phrase.steps[step] {
            Step::Done => self.heard.ends().contains(&position).then(Worth::default),
            Step::Word(meant) => {
                let said = &self.heard.words().get(position)?.folded;
                if !self.spelling.accepts(said, meant) {
                    return None;
                }
                let mut worth = self.at(step + 1, position + 1)?;
                worth.literals += 1;
                worth.slips.0 += u32::from(said != meant);
                Some(worth)
            }
            Step::Take => {
                self.heard.words().get(position)?;
                let mut worth = self.at(step + 1, position + 1)?;
                worth.captured.0 += 1;
                Some(worth)
            }
            Step::Mark(mark) if !self.heard.has_mark_before(position, *mark) => None,
            Step::Mark(_) | Step::Begin(_) | Step::End => self.at(step + 1, position),
            Step::Either(first, second) => {
                self.at(*first, position).max(self.at(*second, position))
            }
        }
    }

    /// Walks the best reading from `start` and cuts out what it captured.
    fn captures(&self, start: usize) -> Vec<(&'p str, &'t str)> {
        let mut found = Vec::new();
        let mut open = None;
        let (mut step, mut position) = (0, start);
        loop {
            match &self.phrase.steps[step] {
                Step::Done => return found,
                Step::Either(first, second) => {
                    let is_first = self.at(*first, position) >= self.at(*second, position);
                    step = if is_first { *first } else { *second };
                    continue;
                }
                Step::Begin(name) => open = Some((*name, position)),
                Step::End => {
                    if let Some((name, from)) = open.take() {
                        let name = self.phrase.names[name].as_str();
                        found.push((name, self.heard.slice(from, position)));
                    }
                }
                Step::Word(_) | Step::Take => position += 1,
                Step::Mark(_) => {}
            }
            step += 1;
        }
    }
}

/// The phrase that `text` says, by its index, with what it captured.
///
/// `None` when no phrase is heard, or when two tie: see the rules above.
#[must_use]
pub fn best<'p, 't>(phrases: &'p [Phrase], text: &'t str) -> Option<(usize, Captures<'p, 't>)> {
    best_by(phrases, text, |index, captures| {
        Some((index, captures.clone()))
    })
    .map(|(_, found)| found)
}

/// Like [`best`], for tables in which phrases have a `meaning`: of those that tie, the ones that mean nothing drop out,
/// and the others must mean the same. Slips are forgiven when nothing that was said word for word has a meaning. Returns
/// the first of the phrases, and what it means.
pub fn best_by<'p, 't, M: PartialEq>(
    phrases: &'p [Phrase],
    text: &'t str,
    meaning: impl Fn(usize, &Captures<'p, 't>) -> Option<M>,
) -> Option<(usize, M)> {
    best_but(phrases, text, |_, _| false, meaning)
}

/// Like [`best_by`], as if a phrase whose words `pass` were not in the table: what is said is for others then, however wide it
/// is.
pub fn best_but<'p, 't, M: PartialEq>(
    phrases: &'p [Phrase],
    text: &'t str,
    passes: impl Fn(usize, &Captures<'p, 't>) -> bool,
    meaning: impl Fn(usize, &Captures<'p, 't>) -> Option<M>,
) -> Option<(usize, M)> {
    let heard = Heard::new(text);
    [Spelling::Exact, Spelling::Forgiving]
        .into_iter()
        .map(|spelling| {
            most_specific(phrases, &heard, spelling, &passes)
                .into_iter()
                .filter_map(|(index, captures)| Some((index, meaning(index, &captures)?)))
                .collect::<Vec<_>>()
        })
        .find(|meant| !meant.is_empty())
        .and_then(|meant| {
            let mut meant = meant.into_iter();
            let first = meant.next()?;
            meant.all(|(_, other)| other == first.1).then_some(first)
        })
}

/// Every phrase that hears `text` and has a meaning there, by its index: whether word for word, and how many of its own words
/// are said.
pub fn readings<'p, 't>(
    phrases: &'p [Phrase],
    text: &'t str,
    means: impl Fn(usize, &Captures<'p, 't>) -> bool,
) -> Vec<(usize, bool, u32)> {
    let heard = Heard::new(text);
    let read = |(index, phrase): (usize, &'p Phrase)| {
        [Spelling::Exact, Spelling::Forgiving]
            .into_iter()
            .find_map(|spelling| {
                let (worth, captures) = phrase.read(&heard, spelling)?;
                means(index, &captures).then_some((
                    index,
                    spelling == Spelling::Exact,
                    worth.literals,
                ))
            })
    };
    phrases.iter().enumerate().filter_map(read).collect()
}

/// The phrases of greatest worth, with what they captured.
fn most_specific<'p, 't>(
    phrases: &'p [Phrase],
    heard: &Heard<'t>,
    spelling: Spelling,
    passes: impl Fn(usize, &Captures<'p, 't>) -> bool,
) -> Vec<(usize, Captures<'p, 't>)> {
    let mut greatest = None;
    let mut readings = Vec::new();
    for (index, phrase) in phrases.iter().enumerate() {
        let Some((worth, captures)) = phrase.read(heard, spelling) else {
            continue;
        };
        if greatest > Some(worth) || passes(index, &captures) {
            continue;
        }
        if greatest < Some(worth) {
            greatest = Some(worth);
            readings.clear();
        }
        if greatest == Some(worth) {
            readings.push((index, captures));
        }
    }
    readings
}

#[cfg(test)]
mod tests;
