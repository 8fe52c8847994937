//! The single words that dates are made of: weekdays, months, numbers, spans.
//! May import: jiff and this module's parent.

use std::str::FromStr;

use jiff::civil::Weekday;
use jiff::{Span, ToSpan};

use super::NotADay;

pub(in crate::when) fn read_weekday(word: &str) -> Result<Weekday, NotADay> {
    match word {
        "monday" | "mon" => Ok(Weekday::Monday),
        "tuesday" | "tue" | "tues" => Ok(Weekday::Tuesday),
        "wednesday" | "wed" | "weds" | "wensday" | "wednsday" => Ok(Weekday::Wednesday),
        "thursday" | "thu" | "thur" | "thurs" => Ok(Weekday::Thursday),
        "friday" | "fri" => Ok(Weekday::Friday),
        "saturday" | "sat" => Ok(Weekday::Saturday),
        "sunday" | "sun" => Ok(Weekday::Sunday),
        _ => Err(NotADay::Unknown),
    }
}

pub(in crate::when) fn read_month(word: &str) -> Result<i8, NotADay> {
    Ok(match word {
        "january" | "jan" => 1,
        "february" | "feb" | "febuary" => 2,
        "march" | "mar" => 3,
        "april" | "apr" => 4,
        "may" => 5,
        "june" | "jun" => 6,
        "july" | "jul" => 7,
        "august" | "aug" => 8,
        "september" | "sept" | "sep" => 9,
        "october" | "oct" => 10,
        "november" | "nov" => 11,
        "december" | "dec" => 12,
        _ => return Err(NotADay::Unknown),
    })
}

/// Digits alone: no sign and no space, which `parse` would partly take.
pub(super) fn read_digits<N: FromStr>(word: &str) -> Option<N> {
    word.bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| word.parse().ok())
        .flatten()
}

/// A day of the month, "1" or "1st". Whether the month has it is for the calendar to say.
pub(super) fn read_day(word: &str) -> Result<i8, NotADay> {
    let plain = (word.len() <= 2).then(|| read_digits(word)).flatten();
    plain.or_else(|| read_ordinal(word)).ok_or(NotADay::Unknown)
}

/// A day of the month with its proper ending: "1st", "22nd", "11th".
pub(super) fn read_ordinal(word: &str) -> Option<i8> {
    let (digits, ending) = word.split_at_checked(word.len().checked_sub(2)?)?;
    let day: i8 = read_digits(digits)?;
    let proper = match (day % 10, day) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    (ending == proper).then_some(day)
}

/// A year in four digits, from 1900 on.
pub(super) fn read_year(word: &str) -> Result<i16, NotADay> {
    let year = (word.len() == 4).then(|| read_digits(word)).flatten();
    year.filter(|year| *year >= 1900).ok_or(NotADay::Unknown)
}

/// A number of days, weeks, months or years: "3 days", "a week", "a couple of weeks", "two months".
pub(super) fn read_span(words: &[&str]) -> Result<Span, NotADay> {
    let (count, unit) = match words {
        [count, unit] => (read_count(count)?, *unit),
        ["a", "couple", unit] | ["a", "couple", "of", unit] => (2, *unit),
        _ => return Err(NotADay::Unknown),
    };
    let span = match unit {
        "day" | "days" => Span::new().try_days(count),
        "week" | "weeks" | "wk" | "wks" => Span::new().try_weeks(count),
        "fortnight" => Ok((2 * count).weeks()),
        "month" | "months" => Span::new().try_months(count),
        "year" | "years" => Span::new().try_years(count),
        _ => return Err(NotADay::Unknown),
    };
    span.map_err(|_| NotADay::TooFar)
}

fn read_count(word: &str) -> Result<i64, NotADay> {
    const NAMES: &[&str] = &[
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve",
    ];
    if matches!(word, "a" | "an") {
        return Ok(1);
    }
    if let Some(index) = NAMES.iter().position(|name| *name == word) {
        return Ok(index as i64 + 1);
    }
    let is_number = !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit());
    let too_far = if is_number {
        NotADay::TooFar
    } else {
        NotADay::Unknown
    };
    read_digits::<u16>(word)
        .filter(|_| is_number)
        .map(i64::from)
        .ok_or(too_far)
}
