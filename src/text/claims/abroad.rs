//! text/claims/abroad.rs — claims in the languages that we know by their done-words: one shape of rules, one table each.
//! May import: this folder.
//!
//! Tables are written as people write, with accents where these part words ("ajouté", "ajoute"); participles without their
//! endings.

mod dutch;
mod french;
mod german;
mod italian;
mod portuguese;
mod spanish;

use super::{
    clauses::{Clause, Join},
    pattern,
};

/// What is known of a language. Patterns are those of `pattern`, over words as written in lower case.
struct Language {
    /// Participles up to their endings.
    participles: &'static [&'static str],
    endings: &'static [&'static str],
    /// "I have", "we have".
    ours: &'static [&'static str],
    /// "has been", "is now".
    passive: &'static [&'static str],
    /// How many words may stand between those and the participle.
    gap: usize,
    /// Finite verbs that say "I added" or "I am adding" in one word.
    finite: &'static [&'static str],
    /// What may stand before a finite verb: pronouns and adverbs.
    before: &'static [&'static str],
    /// Claims that are a whole clause.
    whole: &'static [&'static str],
    /// Claims wherever they stand.
    phrases: &'static [&'static str],
    /// Openers and idioms without weight, some of which look like a negation.
    openers: &'static [&'static str],
    negations: &'static [&'static str],
    /// Conditions, possibilities, questions, other persons.
    unreal: &'static [&'static str],
    /// "by", for another doer.
    by: &'static str,
    past: &'static [&'static str],
    /// What may follow a participle at the front or after its noun.
    follows: &'static [&'static str],
}

const LANGUAGES: [&Language; 6] = [
    &spanish::LANGUAGE,
    &french::LANGUAGE,
    &german::LANGUAGE,
    &portuguese::LANGUAGE,
    &italian::LANGUAGE,
    &dutch::LANGUAGE,
];

/// Whether one of the clauses claims an effect in one of the languages.
pub(super) fn claims(clauses: &[Clause], asks: bool) -> bool {
    let written: Vec<Vec<&str>> = clauses
        .iter()
        .map(|clause| {
            clause
                .words
                .iter()
                .map(|word| word.written.as_str())
                .collect()
        })
        .collect();
    LANGUAGES
        .iter()
        .any(|language| language.claims(clauses, &written, asks))
}

/// Whether a word can be part of a claim in one of the languages.
#[cfg(test)]
pub(super) fn is_done_word(word: &str) -> bool {
    LANGUAGES.iter().any(|language| {
        language.participle(word)
            || [language.finite, language.whole, language.phrases]
                .iter()
                .flat_map(|patterns| patterns.iter())
                .flat_map(|pattern| pattern.split([' ', '|', '?']))
                .any(|part| part == word)
    })
}

impl Language {
    fn claims(&self, clauses: &[Clause], written: &[Vec<&str>], asks: bool) -> bool {
        // a condition anywhere makes the whole sentence wait
        if written.iter().any(|words| {
            let words = self.without_openers(words);
            pattern::find(words, self.unreal).is_some()
        }) {
            return false;
        }
        let mut negated = false;
        for (at, (clause, words)) in clauses.iter().zip(written).enumerate() {
            let words = self.without_openers(words);
            if clause.join != Join::Comma {
                negated = false;
            }
            negated |= words.iter().any(|word| self.negations.contains(word));
            let asked = asks && at + 1 == clauses.len();
            if !words.is_empty() && !asked && !negated && self.said(words) {
                return true;
            }
        }
        false
    }

    fn without_openers<'a>(&self, words: &'a [&'a str]) -> &'a [&'a str] {
        let mut rest = words;
        let praised =
            |rest: &[&str]| PRAISE.contains(&rest[0]) && pattern::is_all(&rest[1..], self.whole);
        while !rest.is_empty() && !pattern::is_all(rest, self.whole) && !praised(rest) {
            let ends = self
                .openers
                .iter()
                .filter_map(|opener| pattern::ends_at(rest, 0, opener));
            match ends.max() {
                Some(end) => rest = &rest[end..],
                None => break,
            }
        }
        rest
    }

    fn said(&self, words: &[&str]) -> bool {
        if pattern::is_all(words, self.whole) {
            return true;
        }
        if self.long_ago(words) {
            return false;
        }
        pattern::find(words, self.phrases).is_some()
            || self.carried(words, self.ours, false)
            || self.carried(words, self.passive, true)
            || self.finite(words)
            || self.headline(words)
    }

    fn participle(&self, word: &str) -> bool {
        self.participles.iter().any(|stem| {
            word.strip_prefix(stem)
                .is_some_and(|ending| self.endings.contains(&ending))
        })
    }

    /// An auxiliary and, not far behind it, a participle.
    fn carried(&self, words: &[&str], auxiliaries: &[&str], by_another: bool) -> bool {
        (0..words.len()).any(|at| {
            let ends = auxiliaries
                .iter()
                .filter_map(|pattern| pattern::ends_at(words, at, pattern));
            ends.max().is_some_and(|end| {
                (end..words.len().min(end + self.gap + 1)).any(|place| {
                    self.participle(words[place]) && !(by_another && self.by_another(words))
                })
            })
        })
    }

    /// One word that says "I added", at the front or behind a pronoun.
    fn finite(&self, words: &[&str]) -> bool {
        (0..words.len()).any(|at| {
            let open = at == 0 || self.before.contains(&words[at - 1]);
            open && pattern::begins(&words[at..], self.finite)
        })
    }

    /// "Añadido", "Milch hinzugefügt", "Recordatorio creado para las 5".
    fn headline(&self, words: &[&str]) -> bool {
        let Some(at) = words.iter().position(|word| self.participle(word)) else {
            return false;
        };
        let busy = (0..at).any(|place| {
            VERBS.contains(&words[place])
                && !(words[place] == "vous" && place > 0 && words[place - 1] == "rendez")
        });
        // "well done" praises
        let busy = busy || at > 0 && PRAISE.contains(&words[at - 1]);
        let next = words.get(at + 1);
        let ends =
            next.is_none_or(|next| self.follows.contains(next) || next.starts_with('\u{fffc}'));
        at <= 5 && !busy && ends && !self.by_another(words)
    }

    /// "by Bob", but not "by five".
    fn by_another(&self, words: &[&str]) -> bool {
        words.windows(2).any(|pair| {
            self.by.split('|').any(|by| by == pair[0])
                && !pair[1].starts_with(|sign: char| sign.is_ascii_digit())
        })
    }

    fn long_ago(&self, words: &[&str]) -> bool {
        pattern::find(words, self.past).is_some()
            || words.iter().any(|word| {
                word.len() == 4
                    && word
                        .parse::<u16>()
                        .is_ok_and(|year| (1000..2000).contains(&year))
            })
    }
}

const PRAISE: &[&str] = &[
    "bien", "gut", "bem", "ben", "goed", "bravo", "muy", "sehr", "très",
];

/// Verbs that make the words before a participle a sentence with a doer of its own, in any of the languages.
const VERBS: &[&str] = &[
    "ha", "has", "han", "hai", "hanno", "hat", "hast", "haben", "hebt", "heeft", "hebben", "a",
    "as", "avez", "ont", "tu", "vous", "du", "sie", "il", "elle", "er", "es", "está", "sono",
    "sei", "sind", "ist", "est", "sont", "zijn", "is", "são", "foi", "fue", "wird", "werden",
    "was", "were", "are", "have", "the", "je", "você", "tem", "wurde", "wurden", "war", "été",
    "stato", "stata", "que", "che", "di", "werd", "werden", "worden", "wordt", "tiene", "hay",
    "c'è", "y", "en", "de",
];
