//! text/claims/english.rs — what a sentence of English claims, clause by clause.
//! May import: this folder. The rules stand in `past` ("I added"), `passive` ("has been added", "milk added"), `state`
//! ("it's on your list now") and `promise` ("I'll remind you"); here is what holds for all of them.

mod passive;
mod past;
mod promise;
mod state;
mod verbs;
mod words;

use super::{
    clauses::{Clause, Join},
    pattern,
};

/// A clause without its openers, and what is known about it from those before.
struct Said<'a> {
    words: &'a [&'a str],
    /// The words "ok" or "sure" stood before it: a state behind them is news.
    agreed: bool,
    /// It may go without a subject and still be ours ("Added milk").
    ours: bool,
    /// The clause before it had "I" for a subject and this one has none.
    goes_on: bool,
    /// A colon stands behind it.
    heads: bool,
    /// The effect waits for a word of the user.
    waits: bool,
}

/// Whether one of the clauses claims an effect. The last one of a question asks.
pub(super) fn claims(clauses: &[Clause], asks: bool) -> bool {
    let plain: Vec<Vec<&str>> = clauses
        .iter()
        .map(|clause| {
            clause
                .words
                .iter()
                .map(|word| word.plain.as_str())
                .collect()
        })
        .collect();
    if plain
        .iter()
        .any(|words| pattern::find(words, HEARSAY).is_some())
    {
        return false;
    }
    let waits = waits(&plain);
    let (mut negated, mut agreed, mut ours, mut by_us) = (false, false, true, false);
    for (at, (clause, all)) in clauses.iter().zip(&plain).enumerate() {
        let (words, opener) = without_openers(all);
        agreed = match opener {
            Opener::Agrees => true,
            Opener::Answers => false,
            Opener::None => agreed,
        };
        if words.is_empty() {
            continue;
        }
        let subject = words[0];
        let own_subject = SUBJECTS.contains(&subject) || OTHERS.contains(&subject);
        if clause.join != Join::Comma || own_subject {
            negated = false;
        }
        if !matches!(clause.join, Join::Comma) {
            ours = true;
        }
        let said = Said {
            words,
            agreed,
            ours,
            goes_on: by_us && !own_subject,
            heads: clause.heads,
            waits,
        };
        let asked = asks && (at + 1 == clauses.len() || begins_question(words));
        if asked && begins_question(words) {
            return false;
        }
        if !asked && !negated && said.claims() {
            return true;
        }
        negated = negated || words.iter().any(|word| words::NEGATIONS.contains(word));
        by_us = matches!(subject, "i" | "we") || by_us && !own_subject;
        ours = ours && (words.len() <= 3 || by_us) && !OTHERS.contains(&subject);
    }
    false
}

/// Whether a word can be part of a claim at all: a done-word in any form, or a word of a fixed phrase.
#[cfg(test)]
pub(super) fn is_done_word(word: &str) -> bool {
    verbs::is_done(word)
        || verbs::is_base(word)
        || verbs::is_doing(word)
        || [
            words::SIDE,
            words::SIDE_STARTS,
            state::PHRASES,
            promise::PHRASES,
        ]
        .iter()
        .flat_map(|patterns| patterns.iter())
        .flat_map(|pattern| pattern.split([' ', '|', '?']))
        .any(|part| part == word)
        || matches!(word, "now" | "will" | "on" | "off" | "done")
}

impl Said<'_> {
    fn claims(&self) -> bool {
        past::claims(self) || passive::claims(self) || state::claims(self) || promise::claims(self)
    }

    /// A negation or something that makes it unreal stands before this place.
    fn unreal_before(&self, at: usize) -> bool {
        let before = &self.words[..at];
        let denied = |place: usize| {
            let idiom = ["no longer", "not only", "no doubt", "not just"];
            words::NEGATIONS.contains(&before[place])
                && !pattern::begins(&self.words[place..], &idiom)
        };
        (0..before.len()).any(denied) || before.iter().any(|word| words::UNREAL.contains(word))
    }

    /// Nothing, none: what stands behind a verb can deny it too.
    fn denied_at(&self, at: usize) -> bool {
        let next = self.words.get(at + 1).copied().unwrap_or_default();
        matches!(
            next,
            "nothing" | "none" | "no" | "neither" | "zero" | "nobody" | "my"
        )
    }

    /// Another one did it: "by Bob". Times and measures are nobody.
    fn by_another(&self, at: usize) -> bool {
        let behind = &self.words[at..];
        (1..behind.len().saturating_sub(1)).any(|place| {
            let next = behind[place + 1];
            behind[place] == "by"
                && !next.starts_with(|sign: char| sign.is_ascii_digit())
                && !matches!(
                    next,
                    "me" | "us"
                        | "a"
                        | "an"
                        | "one"
                        | "two"
                        | "half"
                        | "now"
                        | "noon"
                        | "then"
                        | "tomorrow"
                        | "tonight"
                        | "email"
                        | "text"
                        | "mistake"
                        | "request"
                )
                && !DAYS.contains(&next)
        })
    }

    /// It happened some time ago, so this turn does not claim it.
    fn long_ago(&self) -> bool {
        let in_a_year = self.words.windows(2).any(|pair| {
            matches!(pair[0], "in" | "since" | "during")
                && pair[1].len() == 4
                && pair[1]
                    .parse::<u16>()
                    .is_ok_and(|year| (1000..2100).contains(&year))
        });
        in_a_year
            || (0..self.words.len()).any(|at| {
                let before = at.checked_sub(1).map_or("", |before| self.words[before]);
                words::PAST.iter().any(|pattern| {
                    pattern::ends_at(self.words, at, pattern)
                        .is_some_and(|end| self.words.get(end) != Some(&"s"))
                }) && !matches!(
                    before,
                    "from"
                        | "of"
                        | "for"
                        | "than"
                        | "sec"
                        | "secs"
                        | "second"
                        | "seconds"
                        | "min"
                        | "mins"
                        | "minute"
                        | "minutes"
                        | "moment"
                        | "moments"
                )
            })
    }

    /// Whether the words up to a place name something that we keep: a task number, a reminder, a quotation, "it".
    fn names_ours(&self, end: usize) -> bool {
        let Some(last) = self.words[..end].iter().rev().find(|word| **word != "s") else {
            return false;
        };
        words::OURS.contains(last)
            || is_number(last)
            || matches!(
                *last,
                "it" | "that" | "this" | "they" | "these" | "those" | "everything" | "all" | "both"
            )
            || (1..end).any(|at| {
                // the head of "the reminder for Ben"
                words::OURS.contains(&self.words[at - 1])
                    && matches!(
                        self.words[at],
                        "for"
                            | "with"
                            | "about"
                            | "to"
                            | "of"
                            | "from"
                            | "at"
                            | "on"
                            | "in"
                            | "you"
                    )
            })
    }
}

/// A number that we give to what we keep: T12.
fn is_number(word: &str) -> bool {
    let mut signs = word.chars();
    signs.next() == Some('t') && word.len() > 1 && signs.all(|sign| sign.is_ascii_digit())
}

enum Opener {
    None,
    Agrees,
    Answers,
}

/// Cuts agreement, thanks and small talk off the front.
fn without_openers<'a>(words: &'a [&'a str]) -> (&'a [&'a str], Opener) {
    let (mut rest, mut opener) = (words, Opener::None);
    while !rest.is_empty() {
        if words::ANSWERS.contains(&rest[0]) {
            (rest, opener) = (&rest[1..], Opener::Answers);
            continue;
        }
        let ends = words::OPENERS
            .iter()
            .filter_map(|pattern| pattern::ends_at(rest, 0, pattern));
        let Some(end) = ends.max() else {
            break;
        };
        // "got it added", "all set", "just now": an opener that is not one
        if pattern::begins(rest, NO_OPENERS) || words::is_side(rest) {
            break;
        }
        if !matches!(opener, Opener::Answers) {
            opener = Opener::Agrees;
        }
        rest = &rest[end..];
    }
    (rest, opener)
}

const NO_OPENERS: &[&str] = &[
    "got it|that|you all? added|saved|set|booked|done|scheduled|sent|moved|down|noted|logged|sorted|marked|fixed|covered|on|in",
    "got it|that|you all? deleted|removed|cancelled|canceled|cleared|updated|changed|recorded|written",
    "all set|done|sorted|good|of|tables|taken|fixed|yours|booked|my|your|the|our",
    "now on|off|it|that",
    "well done|known|before",
    "also known",
    "right now|after|away",
    "successfully completed",
];

fn begins_question(words: &[&str]) -> bool {
    pattern::begins(
        words,
        &[
            "should|shall|can|could|may|would|will|did|do|does|is|are|was|were|has|have|am i|you|it|that|they|this|the|your|he|she|we|a|any|not",
            "what|which|who|whom|whose|when|where|why|how",
            "want|need me|it|that|this|to",
        ],
    ) && !pattern::begins(
        words,
        &["will do", "have you|it|that down", "which is|has|i"],
    )
}

/// Whether the effect waits for the user: an instruction, or a condition that is theirs to meet.
fn waits(clauses: &[Vec<&str>]) -> bool {
    let first = clauses
        .iter()
        .map(|words| without_openers(words).0)
        .find(|words| !words.is_empty());
    first.is_some_and(|words| pattern::begins(words, INSTRUCTIONS))
        || clauses
            .iter()
            .any(|words| pattern::find(words, CONDITIONS).is_some())
}

const INSTRUCTIONS: &[&str] = &[
    "please|just|simply|then? text|say|tell|send|reply|give|type|write|pick|choose|confirm|answer|share|drop|ask|name|enter|paste|specify|provide",
    "let me know",
    "gimme|lmk|hmu",
    "hit me",
    "to",
    "all you need|have",
    "you can|could|may|just|need|only|have",
];

const CONDITIONS: &[&str] = &[
    "if|once|when|whenever|after|before|until|unless|soon ~ you|u ever? just? say|tell|confirm|want|like|prefer|reply|give|send|text",
    "if|once|when|whenever|after|before|until|unless|soon ~ you|u ever? just? let|share|approve|need|agree|choose|pick|answer|ok|okay|know",
    "if|once|when|whenever|after|before|until|unless|soon ~ you|u ever? just? ask|mention|object|would|decide|wish|do|provide|specify",
    "if|once|when|whenever|after|before|until|unless|soon ~ you|u ever? just? can|could|respond|get_back|still|approve|pay|d",
    "if|once|when|whenever|until|unless you are|re sure|ready|happy|ok|okay|fine|certain|done|good|interested",
    "if so|not|yes|no|needed|necessary|desired|possible|interested",
    "if that|it|this is|s|works|sounds|suits|looks|helps",
    "once|when|if|soon|after|until as? i know|have|get|see|hear|can|am",
    "upon receipt|confirmation|approval|your",
    "on receipt|confirmation|approval",
    "subject to",
    "pending|awaiting your",
    "with your ~ confirmation|approval|permission|consent|ok|okay|consent",
    "whichever|whatever|wherever",
];

/// Words of others, and talk about words.
const HEARSAY: &[&str] = &[
    "according to",
    "the word|phrase|past|verb",
    "for example|instance",
    "as an example",
    "e g",
    "say i|you",
];

const SUBJECTS: &[&str] = &["i", "we", "it", "that", "this", "your", "there"];
const OTHERS: &[&str] = &["you", "he", "she", "they"];

const DAYS: &[&str] = &[
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "today",
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
    "sun",
];
