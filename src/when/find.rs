//! What of a wish is time and what is text.
//!
//! A wrong cut spoils what the user wrote, so words are only taken out when they can be nothing else where they stand; the rules
//! are in [`evidence`]. Several pieces in several places ("dentist tomorrow in town at 3pm") are put together; of two that exclude
//! each other the first one with the better evidence stays a time, and the other stays text.

use jiff::SignedDuration;

use super::{
    Here, Meaning, Reading,
    grammar::{Facts, Ground},
    language::{Half, lexicon},
    read::{Lead, deadline, read_any},
    settle::settle,
    token::{Token, tokens},
};

mod cut;
mod evidence;
mod recurring;
mod runs;

use runs::{Run, runs};

/// A wish with its time taken out.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// What is left, in the user's own words: "call ana".
    pub rest: String,
    pub reading: Reading,
    /// How long it lasts, when that is said apart from the time: "friday 12:30 for 45m".
    pub length: Option<SignedDuration>,
    /// The words for that, "for 45m": neither in `rest` nor in the words of `reading`.
    pub lasting: Option<String>,
    /// The time is behind us though something to come is meant: "today at 3pm" at five.
    pub past: bool,
}

/// No text message is longer.
const LONGEST: usize = 4_000;

/// Finds the one time in `text` that can be nothing else. `None`: there is none, or all of it may as well be text.
pub fn find(text: &str, here: &Here) -> Option<Found> {
    if text.len() > LONGEST {
        return None;
    }
    let all = tokens(text, lexicon());
    let opening = cut::opening(&all);
    let ground = Ground {
        text,
        today: here.today(),
        country: Some(here.habits.country()),
        among_text: true,
        has_day: false,
    };
    if let Some(found) = recurring::find(&all, opening, ground, here) {
        let rest = cut::rest(text, &all, opening, &found.ranges)?;
        return Some(Found {
            rest,
            reading: found.reading,
            length: found.length,
            lasting: found.lasting,
            past: false,
        });
    }
    let (all_runs, is_list) = runs(&all, opening, ground);
    let runs = chosen(all_runs, opening);
    if is_list && runs.first().is_none_or(|run| run.from != opening) {
        return None;
    }
    let mut facts = Facts::default();
    for run in &runs {
        for piece in &run.pieces {
            facts.add(piece.piece.clone());
        }
    }
    let length = facts.length.take();
    let (mut said, lasting) = cut::said(text, &all, &runs);
    if let Some(half) = hint(&facts, &all, &runs) {
        facts.half = Some(half);
        said = format!("{said} {}", lexicon().language.half_name(half));
    }
    let said = without_lead(said);
    let settled = settle(&facts, here).ok()?;
    let ranges: Vec<(usize, usize)> = runs.iter().map(|run| (run.from, run.to)).collect();
    let rest = cut::rest(text, &all, opening, &ranges)?;
    let lead = runs
        .iter()
        .map(|run| run.lead)
        .find(|lead| *lead != Lead::None);
    let meaning = match lead {
        None => settled.meaning,
        Some(lead) => Meaning::By(Box::new(
            deadline(settled.meaning, lead == Lead::Before).ok()?,
        )),
    };
    // what is taken out says the same when it stands alone; else the cut went through the middle of something
    if read_any(&said, here).ok()?.meaning != meaning {
        return None;
    }
    Some(Found {
        rest,
        reading: Reading {
            said,
            meaning,
            assumed: settled.assumed,
            doubt: settled.doubt,
            cannot: Vec::new(),
        },
        length: length.map(|length| SignedDuration::from_secs(length.seconds)),
        lasting,
        past: settled.past,
    })
}

/// What a word beside a bare hour tells: "dinner at 8" is in the evening.
fn hint(facts: &Facts, tokens: &[Token<'_>], runs: &[Run]) -> Option<Half> {
    let clock = facts.clock?;
    let is_open = clock.half.is_none() && !clock.certain && facts.half.is_none();
    if !is_open || facts.part.is_some() || !(4..=11).contains(&clock.hour) {
        return None;
    }
    let hints = lexicon().language.hints;
    tokens
        .iter()
        .enumerate()
        .filter(|(at, _)| !runs.iter().any(|run| (run.from..run.to).contains(at)))
        .find_map(|(_, token)| {
            let hint = |(word, _): &&(&str, Half)| token.raw.eq_ignore_ascii_case(word);
            hints.iter().find(hint).map(|(_, half)| *half)
        })
}

/// The words for a time without the "for", "@" or "to" that led to them, which says nothing about it.
fn without_lead(said: String) -> String {
    let language = lexicon().language;
    let lead = language.led_by.iter().chain(language.joints).find(|lead| {
        said.len() > lead.len()
            && said.is_char_boundary(lead.len())
            && said[..lead.len()].eq_ignore_ascii_case(lead)
            && said[lead.len()..].starts_with(char::is_whitespace)
    });
    match lead {
        Some(lead) => said[lead.len()..].trim_start().to_owned(),
        None => said,
    }
}

/// The runs that go together: the one in front, or else the one that says most, and those that add to it. A length alone is no time.
fn chosen(runs: Vec<Run>, front: usize) -> Vec<Run> {
    let Some(best) = (0..runs.len())
        .filter(|at| !runs[*at].is_length())
        .max_by_key(|at| {
            let run = &runs[*at];
            (run.from == front, run.weight(), std::cmp::Reverse(*at))
        })
    else {
        return Vec::new();
    };
    let mut facts = Facts::default();
    let mut takes = |run: &Run| {
        let mut with = facts.clone();
        let fits = run.pieces.iter().all(|piece| with.add(piece.piece.clone()));
        if fits {
            facts = with;
        }
        fits
    };
    takes(&runs[best]);
    runs.iter()
        .enumerate()
        .filter(|(at, run)| *at == best || takes(run))
        .map(|(_, run)| run.clone())
        .collect()
}

#[cfg(test)]
mod tests;
