//! Lengths of time: "45m", "1h30", "an hour and a half", "1.5 hours", "a couple of weeks".

use winnow::{
    Parser,
    combinator::{alt, eof, opt},
    error::EmptyError,
};

use super::{In, Length, Out, digits, glued, link, mark, number, unit};
use crate::when::language::{Link, Unit};

/// So many, as a fraction: 3/2 is one and a half.
type Count = (i64, i64);

/// "1 year 2 months 3 weeks 4 days 5 hours 6 minutes 7 seconds".
const MOST_TERMS: usize = 7;

/// The whole length: terms in a row.
pub(super) fn length(input: &mut In<'_>) -> Out<Length> {
    let (count, mut last) = term(input)?;
    let mut total = measure(count, last)?;
    for _ in 1..MOST_TERMS {
        let before = input.input;
        let more = opt(alt((
            (opt(alt((link(Link::And), mark(',')))), term).map(|(_, term)| term),
            // "1h30"
            glued(digits)
                .verify(|(minutes, digits)| last == Unit::Hour && *minutes < 60 && *digits <= 2)
                .map(|(minutes, _)| ((minutes, 1), Unit::Minute)),
            // "one hour and fifteen", and nothing else
            (link(Link::And), number, eof)
                .verify(|(_, minutes, _)| last == Unit::Hour && *minutes < 60)
                .map(|(_, minutes, _)| ((minutes, 1), Unit::Minute)),
            // "an hour and a half"
            (link(Link::And), link(Link::A), link(Link::Half)).map(|_| ((1, 2), last)),
        )))
        .parse_next(input)?;
        let Some((count, unit)) = more.filter(|(_, unit)| *unit as u8 <= last as u8) else {
            input.input = before;
            return Ok(total);
        };
        let more = measure(count, unit)?;
        total.months = total.months.saturating_add(more.months);
        total.days = total.days.saturating_add(more.days);
        total.seconds = total.seconds.saturating_add(more.seconds);
        last = unit;
    }
    Ok(total)
}

fn term(input: &mut In<'_>) -> Out<(Count, Unit)> {
    let a = || opt(link(Link::A));
    let half = (a(), link(Link::Half), a()).map(|_| (1, 2));
    let quarter = (
        opt(alt((number, link(Link::A).value(1)))),
        link(Link::Quarter),
        opt(link(Link::Of)),
        a(),
    )
        .map(|(many, ..)| (many.unwrap_or(1), 4));
    let and_half = (number, link(Link::And), link(Link::A), link(Link::Half))
        .map(|(whole, ..)| (2 * whole + 1, 2));
    let over = alt((
        (digits.map(Some), digits, glued(mark('/'))),
        (digits, glued(mark('/'))).map(|(over, ())| (None, over, ())),
    ));
    let fraction = (over, glued(digits), opt(link(Link::Of)), a()).verify_map(
        |((whole, over, ()), under, ..)| {
            let whole = whole.map_or(0, |(whole, _)| whole);
            (2..=4)
                .contains(&under.0)
                .then(|| (whole * under.0 + over.0, under.0))
        },
    );
    let decimal = (digits, glued(mark('.')), glued(digits)).verify_map(|(whole, (), part)| {
        let under = 10_i64.checked_pow(u32::try_from(part.1).ok()?)?;
        (part.1 <= 3)
            .then(|| (whole.0.checked_mul(under)?.checked_add(part.0)).map(|over| (over, under)))?
    });
    let couple = (a(), link(Link::Couple), opt(link(Link::Of))).map(|_| (2, 1));
    let whole = alt((number, link(Link::A).value(1))).map(|many| (many, 1));
    (
        alt((half, quarter, and_half, fraction, decimal, couple, whole)),
        opt(mark('-')),
        unit,
    )
        .map(|(count, _, unit)| (count, unit))
        .parse_next(input)
}

/// So many of a unit. Parts of months are none; parts of days and weeks are hours.
fn measure((over, under): Count, unit: Unit) -> Out<Length> {
    let whole = |each: i64| {
        over.checked_mul(each)
            .filter(|all| all % under == 0)
            .map(|all| all / under)
    };
    let none = Length::default();
    let length = match unit {
        Unit::Second => whole(1).map(|seconds| Length { seconds, ..none }),
        Unit::Minute => whole(60).map(|seconds| Length { seconds, ..none }),
        Unit::Hour => whole(3_600).map(|seconds| Length { seconds, ..none }),
        Unit::Day => days(whole, 1),
        Unit::Week => days(whole, 7),
        Unit::Fortnight => days(whole, 14),
        Unit::Month => whole(1).map(|months| Length { months, ..none }),
        Unit::Year => whole(12).map(|months| Length { months, ..none }),
        Unit::Weekend => None,
    };
    length.ok_or(EmptyError)
}

fn days(whole: impl Fn(i64) -> Option<i64>, each: i64) -> Option<Length> {
    let none = Length::default();
    match whole(each) {
        Some(days) => Some(Length { days, ..none }),
        None => whole(each * 86_400).map(|seconds| Length { seconds, ..none }),
    }
}
