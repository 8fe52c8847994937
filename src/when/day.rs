//! Words for a day to a plain civil date, and a date back to words.
//! May import: jiff, and the grammar and calendar beside it; never the clock: today is passed in, already in the user's own zone.
//!
//! Rules, where usage differs:
//! - A weekday, bare or with "this" or "coming", is its next occurrence strictly after today; said
//!   on that very weekday it is a week away ("today" is the word for today).
//! - "next friday" is the friday of the following week; weeks begin on Monday. So on a Sunday it is
//!   the same day as "friday".
//! - "next week" is its Monday, "next month" its first day, "this weekend" the coming Saturday
//!   (today, when today is Saturday or Sunday), "next weekend" the Saturday of the following week.
//! - A date without a year is the first such date from today on; Feb 29 waits for a leap year. With
//!   a weekday in front that does not agree, this year's past date is taken when it does agree, and
//!   else nothing: "Tue Mar 3" cannot be another Mar 3.
//! - "the 31st" is the first 31st from today on. A bare number is no day.
//! - "in a month" from the 31st ends on the last day of a shorter month.
//! - 13/12 with the month first is impossible, not December 13: order is never guessed.

use jiff::civil::{Date, Weekday};
use thiserror::Error;

use super::{
    NotATime,
    calendar::{Calendar, moved},
    grammar::{DayRef, Ground, Period, Piece, row},
    language::{Link, Part, Sense, Unit, Which, lexicon},
    token::tokens,
};

/// A day, with the words that named it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// The date in the user's own calendar.
    pub date: Date,
    /// The user's words for it, without "by", "on" or "due".
    pub said: String,
}

/// Which number comes first in "12/1".
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DateOrder {
    /// December 1, as in the United States.
    #[default]
    MonthFirst,
    /// January 12, as in most of the world.
    DayFirst,
}

/// Why words do not name a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NotADay {
    /// The words are none that this module knows.
    #[error("these words do not name a day")]
    Unknown,
    /// The words are a date's, but no calendar has it: "feb 30", "13/12" with the month first.
    #[error("there is no such day")]
    NoSuchDay,
    /// The weekday and the date do not fall together.
    #[error("that date is another weekday")]
    OtherWeekday,
    /// The day lies beyond the years that can be counted.
    #[error("that day is too far away")]
    TooFar,
}

/// The day that the whole of `text` names, seen from `today`, with the month first in "12/1".
///
/// # Errors
/// See [`NotADay`].
pub fn day(text: &str, today: Date) -> Result<Day, NotADay> {
    day_ordered(text, today, DateOrder::MonthFirst)
}

/// Like [`day`], with the order of numbers that the user's country writes.
///
/// # Errors
/// See [`NotADay`].
pub fn day_ordered(text: &str, today: Date, order: DateOrder) -> Result<Day, NotADay> {
    let said = without_preposition(text.trim().trim_end_matches(['.', ',', '!', '?', ';']));
    let date = whole_day(said, today, order)?;
    Ok(Day {
        date,
        said: said.to_owned(),
    })
}

/// The date in a few letters: "Fri Nov 27", with the year when it is not this one.
///
/// [`day`] on the same `today` reads it back as the same date.
#[must_use]
pub fn short(date: Date, today: Date) -> String {
    let form = if date.year() == today.year() {
        "%a %b %-d"
    } else {
        "%a %b %-d %Y"
    };
    date.strftime(form).to_string()
}

fn without_preposition(text: &str) -> &str {
    for preposition in ["due by", "due on", "due", "by", "on"] {
        let front = text.get(..preposition.len());
        if front.is_some_and(|front| front.eq_ignore_ascii_case(preposition)) {
            let rest = &text[preposition.len()..];
            if rest.starts_with(char::is_whitespace) {
                return rest.trim_start();
            }
        }
    }
    text
}

fn whole_day(said: &str, today: Date, order: DateOrder) -> Result<Date, NotATime> {
    let tokens = tokens(said, lexicon());
    let ground = Ground {
        text: said,
        today,
        country: None,
        among_text: false,
        has_day: false,
    };
    let placed = row(&tokens, ground);
    if placed.last().map(|last| last.to) != Some(tokens.len()) {
        return Err(NotATime::Unknown);
    }
    let calendar = Calendar {
        today,
        order,
        country: "",
    };
    let pieces: Vec<&Piece> = placed.iter().map(|placed| &placed.piece).collect();
    let is_led = placed
        .iter()
        .any(|placed| matches!(placed.led, Some(Link::On | Link::At | Link::In)));
    match *pieces {
        [Piece::Away(length)] if length.seconds == 0 && length.days >= 0 && length.months >= 0 => {
            moved(today, *length)
        }
        _ if is_led => Err(NotATime::Unknown),
        [Piece::Day(DayRef::Weekday(Some(Which::Last), ..))] => Err(NotATime::Unknown),
        [Piece::Day(day)] => calendar.date(day),
        [Piece::PartOf(0, Part::Tonight)] => Ok(today),
        [Piece::Shift(length), Piece::Day(day)] if length.seconds == 0 => {
            moved(calendar.date(day)?, *length)
        }
        [Piece::Period(period @ Period::Relative(unit, many))]
            if *many > 0 || *many == 0 && *unit == Unit::Weekend =>
        {
            Ok(calendar.period(*period)?.0.max(today))
        }
        _ => Err(NotATime::Unknown),
    }
}

pub(super) fn read_weekday(word: &str) -> Result<Weekday, NotADay> {
    one(word, |sense| match sense {
        Sense::Weekday(weekday) => Some(*weekday),
        _ => None,
    })
}

pub(super) fn read_month(word: &str) -> Result<i8, NotADay> {
    one(word, |sense| match sense {
        Sense::Month(month) => Some(*month),
        _ => None,
    })
}

/// What a word in small letters means among other things.
fn one<T>(word: &str, pick: impl Fn(&Sense) -> Option<T>) -> Result<T, NotADay> {
    let senses = lexicon().senses(word);
    senses.iter().find_map(pick).ok_or(NotADay::Unknown)
}

impl From<NotATime> for NotADay {
    fn from(error: NotATime) -> Self {
        match error {
            NotATime::NoSuchTime => Self::NoSuchDay,
            NotATime::OtherWeekday => Self::OtherWeekday,
            NotATime::TooFar => Self::TooFar,
            NotATime::Unknown | NotATime::Past => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests;
