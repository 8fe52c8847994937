//! Words for a day to a plain civil date, and a date back to words.
//! May import: jiff and the standard library; never the clock: today is passed in, already in the
//! user's own zone.
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
use jiff::{Span, ToSpan};
use thiserror::Error;

mod vocabulary;

use vocabulary::{read_day, read_digits, read_ordinal, read_span, read_year};
pub(super) use vocabulary::{read_month, read_weekday};

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
    let folded = said.to_lowercase().replace(',', " ");
    let words: Vec<&str> = folded
        .split_whitespace()
        .map(|word| word.trim_end_matches('.'))
        .collect();
    let date = Reader { today, order }.read(&words)?;
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

struct Reader {
    today: Date,
    order: DateOrder,
}

impl Reader {
    fn read(&self, words: &[&str]) -> Result<Date, NotADay> {
        let today = self.today;
        match words {
            ["today" | "tonight" | "2day" | "tonite"] => Ok(today),
            [
                "tomorrow" | "tmrw" | "tmr" | "tmw" | "tomorow" | "tommorow" | "tommorrow"
                | "2morrow" | "2moro",
            ] => self.after(1.day()),
            ["yesterday"] => self.after(-1.day()),
            ["day", "after", "tomorrow"] | ["the", "day", "after", "tomorrow"] => {
                self.after(2.days())
            }
            ["day", "before", "yesterday"] | ["the", "day", "before", "yesterday"] => {
                self.after(-2.days())
            }
            ["in", span @ ..] | [span @ .., "from", "now" | "today"] => {
                self.after(read_span(span)?)
            }
            [span @ .., "from", start] => {
                let start = Reader {
                    today: self.read(&[start])?,
                    order: self.order,
                };
                start.after(read_span(span)?)
            }
            ["next", "week"] => self.in_next_week(Weekday::Monday),
            ["this", "weekend"] | ["weekend"] | ["the", "weekend"] => match today.weekday() {
                Weekday::Saturday | Weekday::Sunday => Ok(today),
                _ => self.next(Weekday::Saturday),
            },
            ["next", "weekend"] => self.in_next_week(Weekday::Saturday),
            ["next", "month"] => Ok(self.after(1.month())?.first_of_month()),
            ["the", end @ ("end" | "last"), rest @ ..] | [end @ ("end" | "last"), rest @ ..] => {
                self.read_end(end, rest)
            }
            ["month", "end"] | ["month-end" | "eom"] => Ok(today.last_of_month()),
            ["next", name] => self.in_next_week(read_weekday(name)?),
            ["this" | "coming", name] | ["this", "coming", name] => self.next(read_weekday(name)?),
            [name, "next", "week"] | ["next", "week", name] => {
                self.in_next_week(read_weekday(name)?)
            }
            [name] if let Ok(weekday) = read_weekday(name) => self.next(weekday),
            [name, date @ ..] if let Ok(weekday) = read_weekday(name) => {
                self.read_date(date, Some(weekday))
            }
            date => self.read_date(date, None),
        }
    }

    /// What follows "end" or "last": "of the month", "of next month", "day of the month", "of year".
    fn read_end(&self, end: &str, rest: &[&str]) -> Result<Date, NotADay> {
        let of = match (end, rest) {
            ("end", of) | ("last", ["day", of @ ..]) => of,
            _ => return Err(NotADay::Unknown),
        };
        match of {
            ["of", "month"] | ["of", "the" | "this", "month"] => Ok(self.today.last_of_month()),
            ["of", "next", "month"] => Ok(self.after(1.month())?.last_of_month()),
            ["of", "year"] | ["of", "the" | "this", "year"] => Ok(self.today.last_of_year()),
            _ => Err(NotADay::Unknown),
        }
    }

    /// A date in the calendar, as numbers or with a month's name.
    fn read_date(&self, words: &[&str], weekday: Option<Weekday>) -> Result<Date, NotADay> {
        let (month, day, year) = match words {
            [numbers] if numbers.contains(['/', '-']) => self.read_numbers(numbers)?,
            ["the", day] | [day] => {
                return self.read_day_of_month(read_ordinal(day).ok_or(NotADay::Unknown)?, weekday);
            }
            [month, "the", day] => (read_month(month)?, read_day(day)?, None),
            ["the", day, "of", month] | ["the", day, month] | [day, "of", month] => {
                (read_month(month)?, read_day(day)?, None)
            }
            [month, day] if let Ok(month) = read_month(month) => (month, read_day(day)?, None),
            [day, month] => (read_month(month)?, read_day(day)?, None),
            [month, day, year] if let Ok(month) = read_month(month) => {
                (month, read_day(day)?, Some(read_year(year)?))
            }
            [day, month, year]
            | [day, "of", month, year]
            | ["the", day, "of", month, year]
            | [month, "the", day, year] => {
                (read_month(month)?, read_day(day)?, Some(read_year(year)?))
            }
            _ => return Err(NotADay::Unknown),
        };
        match year {
            Some(year) => {
                let date = Date::new(year, month, day).map_err(|_| NotADay::NoSuchDay)?;
                agrees(date, weekday)
                    .then_some(date)
                    .ok_or(NotADay::OtherWeekday)
            }
            None => self.first_from_today(month, day, weekday),
        }
    }

    fn first_from_today(
        &self,
        month: i8,
        day: i8,
        weekday: Option<Weekday>,
    ) -> Result<Date, NotADay> {
        // Two leap years can be eight years apart (1896, 1904).
        let this_year = self.today.year();
        let mut dates = (this_year..=this_year.saturating_add(8))
            .filter_map(|year| Date::new(year, month, day).ok());
        let first = dates
            .clone()
            .find(|date| *date >= self.today)
            .ok_or(NotADay::NoSuchDay)?;
        if agrees(first, weekday) {
            return Ok(first);
        }
        dates
            .next()
            .filter(|date| date.year() == this_year && agrees(*date, weekday))
            .ok_or(NotADay::OtherWeekday)
    }

    /// The first day with this number from today on, skipping months that are too short.
    fn read_day_of_month(&self, day: i8, weekday: Option<Weekday>) -> Result<Date, NotADay> {
        let month = self.today.first_of_month();
        let date = (0..4)
            .filter_map(|ahead| month.checked_add(ahead.months()).ok())
            .filter_map(|month| Date::new(month.year(), month.month(), day).ok())
            .find(|date| *date >= self.today)
            .ok_or(NotADay::NoSuchDay)?;
        agrees(date, weekday)
            .then_some(date)
            .ok_or(NotADay::OtherWeekday)
    }

    /// "2026-12-01", "2026/12/01", "12/1", "12/1/27", "12/1/2027".
    fn read_numbers(&self, text: &str) -> Result<(i8, i8, Option<i16>), NotADay> {
        let mark = if text.contains('/') { '/' } else { '-' };
        let parts: Vec<&str> = text.split(mark).collect();
        let number = |part: &str| match part.len() {
            1..=2 => read_digits::<i8>(part),
            _ => None,
        };
        let (first, second, year) = match (parts.as_slice(), mark) {
            ([year, month, day], _) if year.len() == 4 => {
                let date = number(month).zip(number(day)).ok_or(NotADay::Unknown)?;
                return Ok((date.0, date.1, Some(read_year(year)?)));
            }
            ([first, second], '/') => (first, second, None),
            ([first, second, year], '/') if year.len() == 2 => {
                let year = read_digits::<i16>(year).ok_or(NotADay::Unknown)?;
                (first, second, Some(2000 + year))
            }
            ([first, second, year], '/') => (first, second, Some(read_year(year)?)),
            _ => return Err(NotADay::Unknown),
        };
        let (first, second) = number(first).zip(number(second)).ok_or(NotADay::Unknown)?;
        match self.order {
            DateOrder::MonthFirst => Ok((first, second, year)),
            DateOrder::DayFirst => Ok((second, first, year)),
        }
    }

    fn after(&self, span: Span) -> Result<Date, NotADay> {
        self.today.checked_add(span).map_err(|_| NotADay::TooFar)
    }

    fn next(&self, weekday: Weekday) -> Result<Date, NotADay> {
        self.today
            .nth_weekday(1, weekday)
            .map_err(|_| NotADay::TooFar)
    }

    fn in_next_week(&self, weekday: Weekday) -> Result<Date, NotADay> {
        let monday = i64::from(self.today.weekday().to_monday_zero_offset());
        let ahead = 7 - monday + i64::from(weekday.to_monday_zero_offset());
        self.after(ahead.days())
    }
}

fn agrees(date: Date, weekday: Option<Weekday>) -> bool {
    weekday.is_none_or(|weekday| date.weekday() == weekday)
}

#[cfg(test)]
mod tests;
