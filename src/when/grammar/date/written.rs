//! Dates as they are written: "2026-12-01", "12/1", "dec 1st, 2027", "the 3rd".

use jiff::civil::Weekday;
use winnow::{
    Parser,
    combinator::{alt, opt},
    error::EmptyError,
};

use crate::when::{
    grammar::{
        DayRef, In, Out, dash, digits, glued, link, mark, month, sense, spelled, the, unit, which,
    },
    language::{Link, Sense, Unit, Which, lexicon},
    token::Kind,
};

/// "2026-12-01", "12/1", "12/1/27", "1.12.2026".
pub(super) fn numbers(input: &mut In<'_>, weekday: Option<Weekday>) -> Out<DayRef> {
    let first = digits(input)?;
    let separator = glued(alt((
        mark('/').value('/'),
        mark('-').value('-'),
        mark('.').value('.'),
    )))
    .parse_next(input)?;
    let second = glued(digits).parse_next(input)?;
    let third =
        opt((glued(mark(separator)), glued(digits)).map(|(_, third)| third)).parse_next(input)?;
    if second.1 > 2 {
        return Err(EmptyError);
    }
    let short = |(number, digits): (i64, usize)| (digits <= 2).then_some(number);
    let (first, second, year) = match (separator, third) {
        ('/' | '-', Some(third)) if first.1 == 4 => {
            // the T of ISO 8601 stays: it parts the date from the time
            let (month, day) = (second.0, short(third).ok_or(EmptyError)?);
            return Ok(DayRef::Date {
                month: i8::try_from(month).map_err(|_| EmptyError)?,
                day,
                year: Some(checked_year(first).ok_or(EmptyError)?),
                weekday,
            });
        }
        ('/', None) => (short(first), short(second), None),
        // "24.12.": its last dot parts it from a price
        ('.', None) => {
            glued(mark('.')).parse_next(input)?;
            (short(first), short(second), None)
        }
        // "24-12-26" could be anything
        ('-', Some((_, digits))) if digits != 4 => return Err(EmptyError),
        (_, Some(year)) => {
            let year = match year {
                (year, 2) => i16::try_from(2000 + year).ok(),
                year => checked_year(year),
            };
            (short(first), short(second), Some(year.ok_or(EmptyError)?))
        }
        _ => return Err(EmptyError),
    };
    let (first, second) = first.zip(second).ok_or(EmptyError)?;
    // wherever dots part a date, the day comes first
    if separator == '.' {
        return Ok(DayRef::Date {
            month: i8::try_from(second).map_err(|_| EmptyError)?,
            day: first,
            year,
            weekday,
        });
    }
    Ok(DayRef::Numbers {
        first,
        second,
        year,
        weekday,
    })
}

/// "dec 1", "december the 1st 2027", "1 december", "the 1st of december".
pub(super) fn named_date(input: &mut In<'_>, weekday: Option<Weekday>) -> Out<DayRef> {
    let (month, day) = alt((
        (month, the, numbered_or_plain).map(|(month, _, day)| (month, day)),
        (month, dictated),
        (the, numbered_or_plain, opt(link(Link::Of)), month).map(|(_, day, _, month)| (month, day)),
    ))
    .parse_next(input)?;
    let year = opt((opt(mark(',')), alt((year, near_year)))).parse_next(input)?;
    Ok(DayRef::Date {
        month,
        day,
        year: year.map(|(_, year)| year),
        weekday,
    })
}

/// The "twelve" of "december twelve", where nothing follows that it would count: "in december ten people come".
fn dictated(input: &mut In<'_>) -> Out<i64> {
    let day = spelled
        .verify(|day| (1..=31).contains(day))
        .parse_next(input)?;
    let counts = input.input.first().is_some_and(|next| {
        next.kind == Kind::Word
            && (next.senses.is_empty()
                || next
                    .find(|sense| match sense {
                        Sense::Number(_) | Sense::Unit(_) | Sense::Half(_) => Some(()),
                        _ => None,
                    })
                    .is_some())
    });
    if counts { Err(EmptyError) } else { Ok(day) }
}

/// "the 3rd", "3rd", "the third"; "friday the 27th", "friday 27th".
pub(super) fn the_nth(input: &mut In<'_>, weekday: Option<Weekday>) -> Out<DayRef> {
    let number = alt((
        (the, ordinal).map(|(_, number)| number),
        (link(Link::The), spelled_ordinal).map(|(_, number)| number),
    ))
    .parse_next(input)?;
    Ok(DayRef::Number(number, weekday))
}

/// "3rd" or "third".
pub(super) fn numbered(input: &mut In<'_>) -> Out<i64> {
    alt((ordinal, spelled_ordinal)).parse_next(input)
}

pub(super) fn numbered_or_plain(input: &mut In<'_>) -> Out<i64> {
    alt((ordinal, spelled_ordinal, plain_number)).parse_next(input)
}

/// "3rd" or "3".
pub(super) fn day_number(input: &mut In<'_>) -> Out<i64> {
    alt((ordinal, plain_number)).parse_next(input)
}

/// One or two digits that no clock or fraction goes on with: the "5" of "nov 5:30" is no day.
pub(super) fn plain_number(input: &mut In<'_>) -> Out<i64> {
    let (number, count) = digits(input)?;
    let goes_on = input.input.first().is_some_and(|next| {
        !next.spaced && (matches!(next.mark(), Some(':' | '/')) || next.kind == Kind::Word)
    });
    if count > 2 || goes_on {
        return Err(EmptyError);
    }
    Ok(number)
}

/// "1st", "22nd", "11th", with the proper ending.
pub(super) fn ordinal(input: &mut In<'_>) -> Out<i64> {
    let (number, count) = digits(input)?;
    let ending = input.input.first().filter(|next| !next.spaced);
    let is_proper = ending.is_some_and(|ending| {
        ending
            .raw
            .eq_ignore_ascii_case((lexicon().language.ordinal_ending)(number))
    });
    if count > 2 || !is_proper {
        return Err(EmptyError);
    }
    winnow::token::any.parse_next(input)?;
    Ok(number)
}

/// "third", "twenty-first".
fn spelled_ordinal(input: &mut In<'_>) -> Out<i64> {
    let ones = || {
        sense(|sense| match sense {
            Sense::Ordinal(number) => Some(i64::from(*number)),
            _ => None,
        })
    };
    let tens = sense(|sense| match sense {
        Sense::Number(tens @ (20 | 30)) => Some(*tens),
        _ => None,
    });
    alt((
        (tens, opt(glued(dash)), ones().verify(|ones| *ones < 10))
            .map(|(tens, _, ones)| tens + ones),
        ones(),
    ))
    .parse_next(input)
}

/// A year in four digits, from 1900 on.
pub(in crate::when::grammar) fn year(input: &mut In<'_>) -> Out<i16> {
    let year = digits.verify_map(checked_year).parse_next(input)?;
    // "1930pm", "2026-12-01"
    if input.input.first().is_some_and(|next| {
        !next.spaced && (next.kind == Kind::Word || matches!(next.mark(), Some('-' | ':' | '/')))
    }) {
        return Err(EmptyError);
    }
    Ok(year)
}

/// "this year", "next year", "last year".
pub(super) fn near_year(input: &mut In<'_>) -> Out<i16> {
    let today = input.state.today;
    let which = which(input)?;
    unit.verify(|unit| *unit == Unit::Year).parse_next(input)?;
    Ok(today.year()
        + match which {
            Which::This | Which::Coming => 0,
            Which::Next => 1,
            Which::Last => -1,
        })
}

pub(super) fn checked_year((year, digits): (i64, usize)) -> Option<i16> {
    (digits == 4 && year >= 1900)
        .then(|| i16::try_from(year).ok())
        .flatten()
}
