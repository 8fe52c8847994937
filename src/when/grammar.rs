//! The shapes that words for times take: tokens to pieces, before any calendar or clock is asked.
//!
//! Combinators (crate winnow) over the senses of tokens. A phrase is a row of pieces in any order, each kind at most once:
//! "tomorrow", "at 5pm", "eastern" and "at 5pm eastern tomorrow" alike.
//! May import: winnow, jiff, and the language and tokens beside it.

use jiff::{civil::Weekday, tz::TimeZone};
use winnow::{
    Parser,
    combinator::{alt, opt},
    error::EmptyError,
    stream::Stateful,
    token::any,
};

use super::{
    language::{Half, Link, Part, Point, Sense, Unit, Which},
    token::{Kind, Token},
};

mod clock;
mod date;
mod length;
mod pieces;
mod row;

pub(super) use row::{Facts, Placed, row};

/// What a parser reads, with the few things outside the words that decide what is a name.
pub(super) type In<'a> = Stateful<&'a [Token<'a>], Ground<'a>>;
pub(super) type Out<T> = Result<T, EmptyError>;

/// What the words are said to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ground<'a> {
    /// The whole text that the tokens point into.
    pub text: &'a str,
    pub today: jiff::civil::Date,
    /// Whose holidays have names; none: nobody's.
    pub country: Option<&'a str>,
    /// Whether text stands around: then only what can be nothing else is a zone.
    pub among_text: bool,
    /// Whether a day stands before what is read.
    pub has_day: bool,
}

/// A length of time in its three kinds, which no calendar turns into one another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Length {
    pub months: i64,
    pub days: i64,
    pub seconds: i64,
}

/// A run of days in the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Period {
    /// So many weeks from this one, and so on.
    Relative(Unit, i64),
    /// A month by its name.
    Month(i8, Option<i16>),
    Year(i16),
    /// So many days, weeks or months, from today on: "the next 3 days".
    Ahead(Unit, i64),
    /// From today to the end of this one: "the rest of the week".
    Rest(Unit),
}

/// A day, as words name it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum DayRef {
    /// So many days from today.
    Offset(i64),
    /// With so many weeks added: "friday week".
    Weekday(Option<Which>, Weekday, i64),
    Date {
        month: i8,
        day: i64,
        year: Option<i16>,
        weekday: Option<Weekday>,
    },
    /// "12/1", in whatever order the country writes.
    Numbers {
        first: i64,
        second: i64,
        year: Option<i16>,
        weekday: Option<Weekday>,
    },
    /// "the 31st".
    Number(i64, Option<Weekday>),
    /// "the 15th of next month".
    In(Period, i64),
    /// "first monday of december"; -1 is the last.
    Nth(i8, Weekday, Period),
    Start(Period),
    End(Period),
    Holiday(String),
}

/// A time on the clock, as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clock {
    pub hour: i64,
    pub minute: i64,
    pub second: i64,
    pub half: Option<Half>,
    /// Written in a way that only a 24-hour clock shows: "17:00", "05:30", "1730".
    pub certain: bool,
    pub colon: bool,
    pub o_clock: bool,
    /// In words that only a time of day has: "half past 5".
    pub told: bool,
}

/// One piece of a phrase.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Piece {
    Day(DayRef),
    /// Both ends are part of it.
    Days(DayRef, DayRef),
    Period(Period),
    Clock(Clock),
    Point(Point),
    Part(Part),
    /// "this evening", "last night": a part of a day so far from today.
    PartOf(i64, Part),
    Between(Clock, Clock),
    Half(Half),
    Zone(TimeZone),
    /// "for 45m".
    Length(Length),
    /// "in 20 minutes", "3 days ago".
    Away(Length),
    /// "3 days before": what follows is moved by this.
    Shift(Length),
    Now,
    /// "this time tomorrow".
    SameTime,
    /// "to sunday 8pm": where what was said before ends.
    To(Box<Facts>),
}

impl Length {
    pub(super) fn negated(self) -> Self {
        Self {
            months: -self.months,
            days: -self.days,
            seconds: -self.seconds,
        }
    }
}

fn link<'a>(link: Link) -> impl Parser<In<'a>, (), EmptyError> {
    any.verify(move |token: &Token<'a>| token.is(link)).void()
}

fn links<'a>(of: &'static [Link]) -> impl Parser<In<'a>, (), EmptyError> {
    any.verify(move |token: &Token<'a>| of.iter().any(|link| token.is(*link)))
        .void()
}

fn the(input: &mut In<'_>) -> Out<()> {
    opt(link(Link::The)).void().parse_next(input)
}

/// The one sense that a parser looks for.
fn sense<'a, T>(pick: fn(&Sense) -> Option<T>) -> impl Parser<In<'a>, T, EmptyError> {
    any.verify_map(move |token: Token<'a>| token.find(pick))
}

fn weekday(input: &mut In<'_>) -> Out<Weekday> {
    let day = sense(|sense| match sense {
        Sense::Weekday(day) => Some(*day),
        _ => None,
    })
    .parse_next(input)?;
    full_stop(input)?;
    Ok(day)
}

fn month(input: &mut In<'_>) -> Out<i8> {
    let month = sense(|sense| match sense {
        Sense::Month(month) => Some(*month),
        _ => None,
    })
    .parse_next(input)?;
    full_stop(input)?;
    Ok(month)
}

/// The dot of an abbreviation, when more follows: "Dec. 1".
fn full_stop(input: &mut In<'_>) -> Out<()> {
    if let [dot, next, ..] = *input.input
        && dot.mark() == Some('.')
        && !dot.spaced
        && next.spaced
    {
        any.parse_next(input)?;
    }
    Ok(())
}

fn unit(input: &mut In<'_>) -> Out<Unit> {
    let among_text = input.state.among_text;
    any.verify_map(|token: Token<'_>| {
        // among text, "d", "h", "m", "w" stand right behind their number
        let is_short = token.raw.len() == 1 && token.spaced && among_text;
        token.find(|sense| match sense {
            Sense::Unit(unit) if !is_short => Some(*unit),
            _ => None,
        })
    })
    .parse_next(input)
}

fn which(input: &mut In<'_>) -> Out<Which> {
    sense(|sense| match sense {
        Sense::Which(which) => Some(*which),
        _ => None,
    })
    .parse_next(input)
}

fn part(input: &mut In<'_>) -> Out<Part> {
    sense(|sense| match sense {
        Sense::Part(part) => Some(*part),
        _ => None,
    })
    .parse_next(input)
}

/// Digits, with how many they are.
fn digits(input: &mut In<'_>) -> Out<(i64, usize)> {
    any.verify_map(|token: Token<'_>| match token.kind {
        Kind::Number(number, digits) => Some((number, digits)),
        _ => None,
    })
    .parse_next(input)
}

fn glued<'a, T>(
    mut inner: impl Parser<In<'a>, T, EmptyError>,
) -> impl Parser<In<'a>, T, EmptyError> {
    move |input: &mut In<'a>| {
        if input.input.first().is_none_or(|token| token.spaced) {
            return Err(EmptyError);
        }
        inner.parse_next(input)
    }
}

fn mark<'a>(mark: char) -> impl Parser<In<'a>, (), EmptyError> {
    any.verify(move |token: &Token<'a>| token.mark() == Some(mark))
        .void()
}

fn dash(input: &mut In<'_>) -> Out<()> {
    any.verify(|token: &Token<'_>| matches!(token.mark(), Some('-' | '–' | '—')))
        .void()
        .parse_next(input)
}

/// A number in words: "five", "twenty-one".
fn spelled(input: &mut In<'_>) -> Out<i64> {
    let number = sense(|sense| match sense {
        Sense::Number(number) => Some(*number),
        _ => None,
    })
    .parse_next(input)?;
    if number >= 20 {
        let ones = opt((
            opt(glued(dash)),
            sense(|sense| match sense {
                Sense::Number(ones @ 1..=9) => Some(*ones),
                _ => None,
            }),
        ))
        .parse_next(input)?;
        return Ok(number + ones.map_or(0, |(_, ones)| ones));
    }
    Ok(number)
}

fn number(input: &mut In<'_>) -> Out<i64> {
    alt((digits.map(|(number, _)| number), spelled)).parse_next(input)
}

/// The length that all of `tokens` are.
pub(super) fn whole_length(tokens: &[Token<'_>], ground: Ground<'_>) -> Option<Length> {
    let mut input = Stateful {
        input: tokens,
        state: ground,
    };
    let _ = opt(link(Link::For)).parse_next(&mut input);
    let length = length::length(&mut input).ok()?;
    input.input.is_empty().then_some(length)
}
