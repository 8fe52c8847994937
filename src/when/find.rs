//! What of a wish is time and what is text.
//!
//! A wrong cut spoils what the user wrote, so words are only taken out when they can be nothing else where they stand; the rules
//! are in [`evidence`]. Several pieces in several places ("dentist tomorrow in town at 3pm") are put together; of two that exclude
//! each other the first one with the better evidence stays a time, and the other stays text.

use jiff::SignedDuration;

use super::{
    Here, Meaning, Reading,
    grammar::{Facts, Ground},
    language::lexicon,
    read::{Lead, deadline},
    settle::settle,
    token::tokens,
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
    };
    if let Some(found) = recurring::find(&all, opening, ground, here) {
        let (rest, said) = cut::rest(text, &all, opening, &found.ranges)?;
        return Some(Found {
            rest,
            reading: Reading {
                said,
                ..found.reading
            },
            length: found.length,
            past: false,
        });
    }
    if cut::is_choice(&all[opening..]) {
        return None;
    }
    let runs = chosen(runs(&all, opening, ground));
    let mut facts = Facts::default();
    for run in &runs {
        for piece in &run.pieces {
            facts.add(piece.piece.clone());
        }
    }
    let length = facts.length.take();
    let settled = settle(&facts, here).ok()?;
    let ranges: Vec<(usize, usize)> = runs.iter().map(|run| (run.from, run.to)).collect();
    let (rest, said) = cut::rest(text, &all, opening, &ranges)?;
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
        past: settled.past,
    })
}

/// The runs that go together: the best one, and those that add to it. A length alone is no time.
fn chosen(runs: Vec<Run>) -> Vec<Run> {
    let Some(best) = (0..runs.len())
        .filter(|at| !runs[*at].is_length())
        .max_by_key(|at| (runs[*at].weight(), std::cmp::Reverse(*at)))
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
