//! Recurrences among text: "take pills every day at 9", and "every day take pills at 9" as well.

use jiff::SignedDuration;

use super::{
    evidence::goes_on_at,
    runs::{Run, runs, starts},
};
use crate::when::{
    Here, Meaning, Reading, every,
    grammar::{Ground, Piece},
    language::{Half, Link, Point, Sense, lexicon},
    token::{Kind, Token},
};

/// Longest recurrence before and behind its first word, in tokens.
const BEFORE: usize = 7;
const BEHIND: usize = 18;

/// Words that recur in one text; more of them are not looked at.
const MOST: usize = 3;

/// A recurrence, the tokens that it takes, and how long each time lasts.
pub(super) struct Recurs {
    pub ranges: Vec<(usize, usize)>,
    pub reading: Reading,
    pub length: Option<SignedDuration>,
    pub lasting: Option<String>,
}

/// The first recurrence in a text.
pub(super) fn find(
    tokens: &[Token<'_>],
    first: usize,
    ground: Ground<'_>,
    here: &Here,
) -> Option<Recurs> {
    let recurs = lexicon().language.recurs;
    let (range, reading) = (first..tokens.len())
        .filter(|at| {
            let word = &tokens[*at];
            word.kind == Kind::Word
                && (recurs.contains(&word.raw.to_lowercase().as_str())
                    || is_list(tokens, *at)
                    || is_range(tokens, *at, first))
        })
        .take(MOST)
        .find_map(|at| around(tokens, first, at, ground, here))?;
    let reading = in_the_evening(tokens, range, &reading, here).unwrap_or(reading);
    let mut found = Recurs {
        ranges: vec![range],
        reading,
        length: None,
        lasting: None,
    };
    let (before, _) = runs(&tokens[..range.0], first, ground);
    let (behind, _) = runs(tokens, range.1, ground);
    for run in before.into_iter().chain(behind) {
        found.add(&run, tokens, ground, here);
    }
    found.ranges.sort_unstable();
    Some(found)
}

impl Recurs {
    /// A time of day, or how long it lasts, that is said elsewhere.
    fn add(&mut self, run: &Run, tokens: &[Token<'_>], ground: Ground<'_>, here: &Here) {
        if let [only] = run.pieces.as_slice()
            && let Piece::Length(length) = only.piece
        {
            self.length = Some(SignedDuration::from_secs(length.seconds));
            let words = &ground.text[tokens[run.from].start..tokens[run.to - 1].end];
            self.lasting = Some(words.to_owned());
            self.ranges.push((run.from, run.to));
            return;
        }
        let is_open = matches!(self.reading.meaning, Meaning::Every { time: false, .. });
        let is_time = run.pieces.iter().all(|piece| {
            matches!(
                piece.piece,
                Piece::Clock(_)
                    | Piece::Point(_)
                    | Piece::Part(_)
                    | Piece::Half(_)
                    | Piece::Zone(_)
            )
        });
        if !is_open || !is_time {
            return;
        }
        let time = &ground.text[tokens[run.from].start..tokens[run.to - 1].end];
        let both = format!("{} {time}", self.reading.said);
        if let Some(Ok(reading)) = every::read_words(&both, here) {
            self.reading = reading;
            self.ranges.push((run.from, run.to));
        }
    }
}

/// The longest recurrence around the word at `at`: what stands before it belongs to it when all of that can be a time ("on the
/// 1st of every month", "at 9 every day").
fn around(
    tokens: &[Token<'_>],
    first: usize,
    at: usize,
    ground: Ground<'_>,
    here: &Here,
) -> Option<((usize, usize), Reading)> {
    let can_belong = |token: &Token<'_>| {
        !token.senses.is_empty()
            || is_named(lexicon().language.starts_at, token)
            || matches!(token.kind, Kind::Number(..) | Kind::Mark(':'))
            || !token.spaced
    };
    let earliest = (first.max(at.saturating_sub(BEFORE))..at)
        .rev()
        .take_while(|before| can_belong(&tokens[*before]))
        .last()
        .unwrap_or(at);
    let language = lexicon().language;
    let word_before = |from: usize| {
        from.checked_sub(1)
            .filter(|before| *before >= first)
            .map(|before| tokens[before].raw.to_lowercase())
            .unwrap_or_default()
    };
    let may_start = |start: usize| {
        starts(tokens, start)
            && (start == at || !is_bare_number(tokens, start, first) && !is_meal(&tokens[start]))
    };
    for start in (earliest..=at).filter(|start| may_start(*start)) {
        let before = word_before(start);
        if language.never_after.contains(&before.as_str()) {
            continue;
        }
        for end in (at + 1..=(at + BEHIND).min(tokens.len())).rev() {
            let is_inside = tokens
                .get(end)
                .is_some_and(|next| !next.spaced && !next.kind.is_mark());
            if is_inside || tokens[end - 1].kind.is_mark() {
                continue;
            }
            let said = &ground.text[tokens[start].start..tokens[end - 1].end];
            // "the weekly report", "monthly budget"
            let is_one_word = end == start + 1;
            let is_front_days = start == first && is_named(language.on_days, &tokens[start]);
            if is_one_word
                && !is_front_days
                && (language.not_bare_after.contains(&before.as_str())
                    || !goes_on_at(tokens, end) && !is_sole_time(tokens, end))
            {
                continue;
            }
            if let Some(Ok(reading)) = every::read_words(said, here) {
                let range = (start, end);
                return Some(
                    without_wish(tokens, range, at, ground, here).unwrap_or((range, reading)),
                );
            }
        }
    }
    None
}

/// Whether nothing but marks follows.
fn is_sole_time(tokens: &[Token<'_>], end: usize) -> bool {
    tokens[end..].iter().all(|token| token.kind.is_mark())
}

fn is_named(words: &[&str], token: &Token<'_>) -> bool {
    words
        .iter()
        .any(|word| token.raw.eq_ignore_ascii_case(word))
}

/// "dinner every day at 7": the hour that would be in the morning is in the evening when a word beside it tells so.
fn in_the_evening(
    tokens: &[Token<'_>],
    range: (usize, usize),
    reading: &Reading,
    here: &Here,
) -> Option<Reading> {
    let hints = lexicon().language.hints;
    let tells = |(at, token): (usize, &Token<'_>)| {
        !(range.0..range.1).contains(&at)
            && hints
                .iter()
                .any(|(word, half)| *half == Half::Pm && token.raw.eq_ignore_ascii_case(word))
    };
    let is_assumed = reading
        .assumed
        .iter()
        .any(|assumed| assumed.ends_with("AM"));
    if !is_assumed || !tokens.iter().enumerate().any(tells) {
        return None;
    }
    let said = format!("{} pm", reading.said);
    every::read_words(&said, here)?.ok()
}

fn is_weekday(tokens: &[Token<'_>], at: usize) -> bool {
    let weekday = |sense: &Sense| matches!(sense, Sense::Weekday(_)).then_some(());
    tokens
        .get(at)
        .is_some_and(|day| day.find(weekday).is_some())
}

/// "mon/wed/fri"
fn is_list(tokens: &[Token<'_>], at: usize) -> bool {
    is_weekday(tokens, at)
        && tokens.get(at + 1).and_then(Token::mark) == Some('/')
        && is_weekday(tokens, at + 2)
}

/// "mon-fri", "monday through friday"; "to" as well, unless something is moved from the one to the other.
fn is_range(tokens: &[Token<'_>], at: usize, first: usize) -> bool {
    let language = lexicon().language;
    let joins = |joint: &Token<'_>| {
        let is_move = || {
            is_named(language.moves, &tokens[first]) || at > first && tokens[at - 1].is(Link::From)
        };
        joint.mark() == Some('-') || joint.is(Link::Through) || joint.is(Link::To) && !is_move()
    };
    is_weekday(tokens, at) && tokens.get(at + 1).is_some_and(joins) && is_weekday(tokens, at + 2)
}

/// The "1" of "dec 1 every day", which is no hour.
fn is_bare_number(tokens: &[Token<'_>], at: usize, first: usize) -> bool {
    let is_timed = tokens.get(at + 1).is_some_and(|next| {
        next.mark() == Some(':')
            || next
                .find(|sense| matches!(sense, Sense::Half(_)).then_some(()))
                .is_some()
    });
    at > first && matches!(tokens[at].kind, Kind::Number(..)) && !is_timed
}

/// What is left out of a recurrence may be anything, and so takes the wish with it: its first word is enough.
fn without_wish(
    tokens: &[Token<'_>],
    (start, end): (usize, usize),
    at: usize,
    ground: Ground<'_>,
    here: &Here,
) -> Option<((usize, usize), Reading)> {
    (at + 1..end).find_map(|end| {
        let said = &ground.text[tokens[start].start..tokens[end - 1].end];
        let reading = every::read_words(said, here)?.ok()?;
        (!reading.cannot.is_empty()).then_some(((start, end), reading))
    })
}

/// "lunch every friday" is a lunch.
fn is_meal(token: &Token<'_>) -> bool {
    let meal = |sense: &Sense| {
        matches!(
            sense,
            Sense::Point(Point::Breakfast | Point::Lunch | Point::Dinner)
        )
    };
    token.senses.iter().any(meal)
}
