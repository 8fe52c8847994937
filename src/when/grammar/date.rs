//! Days and runs of days: "friday", "next friday", "nov 24", "the 3rd", "first monday of december", "next week".

use winnow::{
    Parser,
    combinator::{alt, not, opt},
    error::EmptyError,
};

use super::{
    DayRef, In, Out, Period, dash, link, links, mark, month, number, sense, the, unit, weekday,
    which,
};
use crate::when::{
    holiday,
    language::{Link, Sense, Unit, Which},
    token::Kind,
};

mod written;

pub(super) use written::year;
use written::{day_number, named_date, numbered, numbers, ordinal, the_nth};

/// One day.
pub(super) fn day(input: &mut In<'_>) -> Out<DayRef> {
    alt((
        near_day,
        nth_weekday,
        end,
        of_week,
        dated,
        named_weekday,
        holiday,
    ))
    .parse_next(input)
}

/// "tomorrow", "tomorrow week".
fn near_day(input: &mut In<'_>) -> Out<DayRef> {
    let week = unit.verify(|unit| *unit == Unit::Week);
    (
        sense(|sense| match sense {
            Sense::Day(offset) => Some(*offset),
            _ => None,
        }),
        opt(week),
    )
        .map(|(offset, week)| DayRef::Offset(offset + if week.is_some() { 7 } else { 0 }))
        .parse_next(input)
}

/// "dec 20 through 27", "monday to friday", "20-27 december": both ends are part of it.
pub(super) fn days(input: &mut In<'_>) -> Out<(DayRef, DayRef)> {
    let opened = opt(links(&[Link::From, Link::Between])).parse_next(input)?;
    let first = alt((front_number, day)).parse_next(input)?;
    match opened {
        Some(()) => alt((
            dash,
            links(&[Link::To, Link::Through, Link::Until, Link::And]),
        ))
        .parse_next(input)?,
        None => alt((dash, links(&[Link::To, Link::Through, Link::Until]))).parse_next(input)?,
    }
    let before = input.input;
    let second = opt(day).parse_next(input)?;
    match (&first, second) {
        // "20-27 december"
        (DayRef::Number(number, None), Some(second @ DayRef::Date { .. })) => match second {
            DayRef::Date { month, year, .. } => Ok((
                DayRef::Date {
                    month,
                    day: *number,
                    year,
                    weekday: None,
                },
                second,
            )),
            _ => Err(EmptyError),
        },
        (_, Some(second)) => Ok((first, second)),
        // "dec 20 through 27"
        (DayRef::Date { month, year, .. }, None) => {
            input.input = before;
            let last = day_number(input)?;
            let year = opt((opt(mark(',')), self::year).map(|(_, year)| year))
                .parse_next(input)?
                .or(*year);
            let date = |day| DayRef::Date {
                month: *month,
                day,
                year,
                weekday: None,
            };
            match &first {
                DayRef::Date { day, .. } => Ok((date(*day), date(last))),
                _ => Err(EmptyError),
            }
        }
        _ => Err(EmptyError),
    }
}

/// The "20" of "20-27 december": only before a dash or "to" and a date.
fn front_number(input: &mut In<'_>) -> Out<DayRef> {
    let before = input.input;
    let number = day_number(input)?;
    let after = input.input;
    let is_range = (
        alt((
            dash,
            links(&[Link::To, Link::Through, Link::Until, Link::And]),
        )),
        day_number,
        opt(link(Link::Of)),
        month,
    )
        .parse_next(input)
        .is_ok();
    input.input = if is_range { after } else { before };
    if is_range {
        Ok(DayRef::Number(number, None))
    } else {
        Err(EmptyError)
    }
}

/// "next week", "this weekend", "the week after next", "december 2027".
pub(super) fn period(input: &mut In<'_>) -> Out<Period> {
    alt((
        after_next,
        (the, next, number.verify(|many| *many > 0), ahead_unit)
            .map(|(_, (), many, unit)| Period::Ahead(unit, many)),
        (the, link(Link::Rest), link(Link::Of), rest_of).map(|(.., unit)| Period::Rest(unit)),
        (the, which, span_unit).map(|(_, which, unit)| {
            Period::Relative(
                unit,
                match which {
                    Which::This | Which::Coming => 0,
                    Which::Next => 1,
                    Which::Last => -1,
                },
            )
        }),
        (the, unit)
            .verify(|((), unit)| *unit == Unit::Weekend)
            .value(Period::Relative(Unit::Weekend, 0)),
        month_of,
    ))
    .parse_next(input)
}

/// "the week after next", which is not the week after next friday.
pub(super) fn after_next(input: &mut In<'_>) -> Out<Period> {
    let (_, unit, ..) = (the, span_unit, link(Link::After), next).parse_next(input)?;
    not(alt((weekday.void(), self::unit.void()))).parse_next(input)?;
    Ok(Period::Relative(unit, 2))
}

fn next(input: &mut In<'_>) -> Out<()> {
    which
        .verify(|which| *which == Which::Next)
        .void()
        .parse_next(input)
}

fn ahead_unit(input: &mut In<'_>) -> Out<Unit> {
    unit.verify(|unit| matches!(unit, Unit::Day | Unit::Week | Unit::Month))
        .parse_next(input)
}

/// "the day", "this week", "today".
fn rest_of(input: &mut In<'_>) -> Out<Unit> {
    let this = which.verify(|which| *which == Which::This).void();
    let today = sense(|sense| match sense {
        Sense::Day(0) => Some(Unit::Day),
        _ => None,
    });
    let unit =
        unit.verify(|unit| matches!(unit, Unit::Day | Unit::Week | Unit::Month | Unit::Year));
    alt((today, (alt((this, the)), unit).map(|(_, unit)| unit))).parse_next(input)
}

fn span_unit(input: &mut In<'_>) -> Out<Unit> {
    unit.verify(|unit| matches!(unit, Unit::Weekend | Unit::Week | Unit::Month | Unit::Year))
        .parse_next(input)
}

/// A month by its name, and perhaps its year: "march", "next march", "march next year".
fn month_of(input: &mut In<'_>) -> Out<Period> {
    let coming = opt(next).parse_next(input)?;
    let month = month(input)?;
    if coming.is_some() {
        return Ok(Period::Month(month, None));
    }
    let year = opt((
        opt(alt((mark(','), link(Link::Of)))),
        alt((year, written::near_year)),
    ))
    .parse_next(input)?;
    Ok(Period::Month(month, year.map(|(_, year)| year)))
}

/// What follows "of": "the month", "next month", "december", "the week", "2027".
fn of_period(input: &mut In<'_>) -> Out<Period> {
    alt((
        period,
        (the, span_unit).map(|(_, unit)| Period::Relative(unit, 0)),
        year.map(Period::Year),
    ))
    .parse_next(input)
}

/// "first monday of december", "last friday of the month".
fn nth_weekday(input: &mut In<'_>) -> Out<DayRef> {
    let (_, nth, day, _, period) =
        (the, nth, weekday, links(&[Link::Of, Link::In]), of_period).parse_next(input)?;
    match period {
        Period::Relative(Unit::Month, _) | Period::Month(..) => Ok(DayRef::Nth(nth, day, period)),
        _ => Err(EmptyError),
    }
}

/// Which of several: 1 to 5, or -1 for the last.
fn nth(input: &mut In<'_>) -> Out<i8> {
    alt((
        which.verify(|which| *which == Which::Last).value(-1),
        sense(|sense| match sense {
            Sense::Ordinal(nth @ 1..=5) => Some(*nth),
            _ => None,
        }),
        ordinal
            .verify(|nth| (1..=5).contains(nth))
            .verify_map(|nth| i8::try_from(nth).ok()),
    ))
    .parse_next(input)
}

/// "end of month", "the last day of december", "start of next week", "eom", "the first of the month".
fn end(input: &mut In<'_>) -> Out<DayRef> {
    let day = || unit.verify(|unit| *unit == Unit::Day).void();
    let last = (which.verify(|which| *which == Which::Last), day()).void();
    let first = (
        sense(|sense| matches!(sense, Sense::Ordinal(1)).then_some(())),
        day(),
    )
        .void();
    alt((
        (
            the,
            alt((link(Link::End), last)),
            opt(link(Link::Of)),
            of_period,
        )
            .map(|(.., period)| DayRef::End(period)),
        (
            the,
            alt((link(Link::Start), first)),
            link(Link::Of),
            of_period,
        )
            .map(|(.., period)| DayRef::Start(period)),
        (
            unit.verify(|unit| matches!(unit, Unit::Month | Unit::Year | Unit::Week)),
            opt(dash),
            link(Link::End),
        )
            .map(|(unit, ..)| DayRef::End(Period::Relative(unit, 0))),
        link(Link::MonthEnd).value(DayRef::End(Period::Relative(Unit::Month, 0))),
        link(Link::WeekEnd).value(DayRef::End(Period::Relative(Unit::Week, 0))),
        (
            the,
            numbered,
            link(Link::Of),
            of_period.verify(|period| matches!(period, Period::Relative(Unit::Month, _))),
        )
            .map(|(_, number, _, period)| DayRef::In(period, number)),
        // "next month on the 5th"
        (
            of_period.verify(|period| matches!(period, Period::Relative(Unit::Month, _))),
            opt(link(Link::On)),
            link(Link::The),
            numbered,
        )
            .map(|(period, _, (), number)| DayRef::In(period, number)),
    ))
    .parse_next(input)
}

/// "friday next week", "next week on friday", "friday of this week".
fn of_week(input: &mut In<'_>) -> Out<DayRef> {
    let week = || (which, unit.verify(|unit| *unit == Unit::Week)).map(|(which, _)| which);
    let (which, day) = alt((
        (weekday, opt(link(Link::Of)), week()).map(|(day, _, which)| (which, day)),
        (week(), opt(link(Link::On)), weekday).map(|(which, _, day)| (which, day)),
    ))
    .parse_next(input)?;
    Ok(match which {
        Which::This | Which::Coming => DayRef::Weekday(None, day, 0),
        Which::Next => DayRef::Weekday(Some(Which::Next), day, 0),
        Which::Last => DayRef::Weekday(Some(Which::Next), day, -2),
    })
}

/// "friday", "this friday", "next friday", "last friday", "friday week", "friday fortnight", "the friday after next".
fn named_weekday(input: &mut In<'_>) -> Out<DayRef> {
    let (_, first, past) = (the, opt(which), opt(link(Link::Past))).parse_next(input)?;
    let second = opt(which).parse_next(input)?;
    let day = weekday(input)?;
    let which = match (first, past, second) {
        (Some(Which::This), Some(()), None) | (None, Some(()), None) => Some(Which::Last),
        (Some(Which::This), None, Some(Which::Coming)) => Some(Which::Coming),
        (which, None, None) => which,
        _ => return Err(EmptyError),
    };
    let weeks = opt(alt((
        (link(Link::After), next).value(1),
        unit.verify(|unit| *unit == Unit::Week).value(1),
        unit.verify(|unit| *unit == Unit::Fortnight).value(2),
    )))
    .parse_next(input)?;
    Ok(DayRef::Weekday(which, day, weeks.unwrap_or(0)))
}

/// A date in the calendar, perhaps with its weekday in front.
fn dated(input: &mut In<'_>) -> Out<DayRef> {
    let day = opt((
        opt(which.verify(|which| *which == Which::This)),
        weekday,
        opt(mark(',')),
    ))
    .parse_next(input)?
    .map(|(_, day, _)| day);
    alt((
        move |input: &mut In<'_>| numbers(input, day),
        move |input: &mut In<'_>| named_date(input, day),
        move |input: &mut In<'_>| the_nth(input, day),
    ))
    .parse_next(input)
}

/// Longest name of a holiday, in tokens.
const LONGEST_NAME: usize = 6;

fn holiday(input: &mut In<'_>) -> Out<DayRef> {
    // "this thanksgiving"
    let _ = opt(which.verify(|which| matches!(which, Which::This | Which::Coming)))
        .parse_next(input)?;
    let ground = input.state;
    let country = ground.country.ok_or(EmptyError)?;
    let first = input
        .input
        .first()
        .filter(|token| token.kind != Kind::Mark('-'))
        .ok_or(EmptyError)?;
    let most = LONGEST_NAME.min(input.input.len());
    for many in (1..=most).rev() {
        let last = &input.input[many - 1];
        if last.kind.is_mark() {
            continue;
        }
        let name = &ground.text[first.start..last.end];
        if holiday::named(name, country, ground.today).is_some() {
            input.input = &input.input[many..];
            return Ok(DayRef::Holiday(name.to_owned()));
        }
    }
    Err(EmptyError)
}
