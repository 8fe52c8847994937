//! The pieces of a phrase, with the small words that lead to them.

use jiff::tz::TimeZone;
use winnow::{
    Parser,
    combinator::{alt, opt, peek},
    error::EmptyError,
    token::any,
};

use super::{
    DayRef, In, Length, Out, Period, Piece,
    clock::{between, clock, half, told},
    date::{after_next, day, days, period, year},
    digits,
    length::length,
    link, links, mark, part, sense, spelled, the, unit, which,
};
use crate::when::{
    language::{Link, Part, Point, Sense, Unit, Which, lexicon},
    token::{Kind, Token},
    zone,
};

/// A piece, with the word that led to it.
pub(super) type Led = (Option<Link>, Piece);

/// The next piece. A zone and "pm" alone only count behind a time.
pub(super) fn piece(input: &mut In<'_>, has_time: bool) -> Out<Led> {
    if has_time
        && let Some(found) =
            opt(alt((half.map(Piece::Half), zone.map(Piece::Zone)))).parse_next(input)?
    {
        return Ok((None, found));
    }
    alt((
        (opt(link(Link::Right)), link(Link::Now)).map(|_| (None, Piece::Now)),
        (the, alt((link(Link::Same), this)), link(Link::Time)).map(|_| (None, Piece::SameTime)),
        away,
        after_next.map(|period| (None, Piece::Period(period))),
        (link(Link::In), year).map(|(_, year)| (Some(Link::In), Piece::Period(Period::Year(year)))),
        shift,
        led_range,
        point,
        led_days,
        led_clock,
        parts,
        (opt(links(&[Link::In, Link::On, Link::At])), period)
            .map(|(led, period)| (led.map(|()| Link::In), Piece::Period(period))),
        (link(Link::For), length).map(|((), length)| (Some(Link::For), Piece::Length(length))),
    ))
    .parse_next(input)
}

fn this(input: &mut In<'_>) -> Out<()> {
    which
        .verify(|which| *which == Which::This)
        .void()
        .parse_next(input)
}

/// "in 20 minutes", "3 days from now", "2 hours ago".
fn away(input: &mut In<'_>) -> Out<Led> {
    alt((
        (
            link(Link::In),
            opt(links(&[Link::Around, Link::Like])),
            length,
            opt(alt((
                (opt(mark('\'')), link(Link::Time)).void(),
                (link(Link::Or), link(Link::So)).void(),
            ))),
        )
            .map(|(_, _, length, _)| (Some(Link::In), Piece::Away(length))),
        in_bare,
        (
            length,
            link(Link::From),
            opt(link(Link::Right)),
            link(Link::Now),
        )
            .map(|(length, ..)| (Some(Link::In), Piece::Away(length))),
        (length, link(Link::Later)).map(|(length, ..)| (Some(Link::In), Piece::Away(length))),
        (length, link(Link::Ago))
            .map(|(length, ())| (Some(Link::Ago), Piece::Away(length.negated()))),
    ))
    .parse_next(input)
}

/// "in 30", and nothing else: minutes.
fn in_bare(input: &mut In<'_>) -> Out<Led> {
    let ((), (minutes, _)) = (
        link(Link::In),
        digits.verify(|(many, _)| (5..=90).contains(many)),
    )
        .parse_next(input)?;
    if input.state.among_text || !input.input.is_empty() {
        return Err(EmptyError);
    }
    let length = Length {
        seconds: minutes * 60,
        ..Length::default()
    };
    Ok((Some(Link::In), Piece::Away(length)))
}

/// "3 days before", "a week from", "the day after", the "a week" of "a week today".
fn shift(input: &mut In<'_>) -> Out<Led> {
    let one = (the, unit).verify_map(|((), unit)| {
        let none = Length::default();
        match unit {
            Unit::Day => Some(Length { days: 1, ..none }),
            Unit::Week => Some(Length { days: 7, ..none }),
            Unit::Month => Some(Length { months: 1, ..none }),
            Unit::Hour => Some(Length {
                seconds: 3_600,
                ..none
            }),
            _ => None,
        }
    });
    let length = alt((length, one)).parse_next(input)?;
    let is_weeks = length.seconds == 0 && length.months == 0 && length.days % 7 == 0;
    let weeks = if is_weeks { length.days / 7 } else { 0 };
    // "two weeks today"
    let near = sense(|sense| matches!(sense, Sense::Day(0..=2)).then_some(()));
    let before = alt((
        (link(Link::Before), opt(link(Link::To))).value(true),
        links(&[Link::After, Link::From]).value(false),
        // "a week on friday"
        link(Link::On).verify(|_| length.seconds == 0).value(false),
        peek(near).verify(|()| weeks > 0).value(false),
    ))
    .parse_next(input)?;
    // nothing is moved when nothing follows
    peek(any).parse_next(input)?;
    // "30 minutes before my 3pm meeting"
    let mut owned = *input;
    if input.input.first().is_some_and(is_owner) {
        owned.input = &owned.input[1..];
        if clock(&mut owned.clone()).is_ok_and(|clock| clock.half.is_some() || clock.colon) {
            *input = owned;
        }
    }
    let length = if before { length.negated() } else { length };
    Ok((Some(Link::From), Piece::Shift(length)))
}

fn is_owner(token: &Token<'_>) -> bool {
    let owners = lexicon().language.owners;
    owners.contains(&token.raw.to_lowercase().as_str())
}

/// "noon", "at lunch", "end of day", "first thing", "after work".
fn point(input: &mut In<'_>) -> Out<Led> {
    let named = || {
        sense(|sense| match sense {
            Sense::Point(point) => Some(*point),
            _ => None,
        })
    };
    let first = sense(|sense| matches!(sense, Sense::Ordinal(1)).then_some(()));
    let a_day = (the, unit.verify(|unit| *unit == Unit::Day)).void();
    let led = opt((alt((link(Link::At), mark('@'))), the)).parse_next(input)?;
    // "12 noon"
    let twelve = alt((digits.map(|(number, _)| number), spelled)).verify(|number| *number == 12);
    // among text, a meal is what is eaten
    let is_meal = |point: &Point, word: &str| {
        matches!(point, Point::Breakfast | Point::Lunch | Point::Dinner)
            && !word.to_lowercase().ends_with("time")
    };
    if input.state.among_text
        && led.is_none()
        && let [first, rest @ ..] = input.input
        && first
            .find(|sense| match sense {
                Sense::Point(point) => Some(is_meal(point, first.raw)),
                _ => None,
            })
            .unwrap_or(false)
        && !rest.first().is_some_and(|next| next.is(Link::Time))
    {
        return Err(EmptyError);
    }
    let point = alt((
        (
            twelve,
            named().verify(|point| matches!(point, Point::Noon | Point::Midnight)),
        )
            .map(|(_, point)| point),
        (named(), opt(link(Link::Time))).map(|(point, _)| point),
        (the, first, link(Link::Thing)).value(Point::FirstThing),
        (the, link(Link::End), link(Link::Of), a_day).value(Point::EndOfDay),
        (the, link(Link::Close), link(Link::Of), link(Link::Business)).value(Point::EndOfDay),
        (link(Link::After), link(Link::Work)).value(Point::AfterWork),
        (
            link(Link::After),
            named().verify(|point| *point == Point::Lunch),
        )
            .value(Point::AfterLunch),
    ))
    .parse_next(input)?;
    // "lunch tomorrow with ana" is a lunch
    let is_meal = matches!(point, Point::Breakfast | Point::Lunch | Point::Dinner);
    if is_meal && led.is_none() && input.state.among_text {
        return Err(EmptyError);
    }
    Ok((led.map(|_| Link::At), Piece::Point(point)))
}

/// "at", "@", "at about", "around".
fn at(input: &mut In<'_>) -> Out<()> {
    alt((
        (
            alt((link(Link::At), mark('@'))),
            opt(links(&[Link::Around, Link::Like])),
            opt(link(Link::The)),
        )
            .void(),
        link(Link::Around),
        said,
    ))
    .parse_next(input)
}

/// The "say" of "tomorrow, say 8am".
fn said(input: &mut In<'_>) -> Out<()> {
    if input.state.among_text {
        return Err(EmptyError);
    }
    link(Link::Like).parse_next(input)
}

fn led_days(input: &mut In<'_>) -> Out<Led> {
    let led = opt(alt((
        link(Link::On).value(Link::On),
        link(Link::At).value(Link::At),
        link(Link::In).value(Link::In),
    )))
    .parse_next(input)?;
    let starts_range = input
        .input
        .first()
        .is_some_and(|token| token.is(Link::From) || token.is(Link::Between));
    let is_dotted = is_dotted(input.input);
    let found: Piece = alt((
        days.map(|(from, to)| Piece::Days(from, to)),
        (opt(link(Link::From)), day).map(|(_, day)| Piece::Day(day)),
    ))
    .parse_next(input)?;
    // "turn it on tomorrow", "log in friday": the small word belongs to the text
    let belongs = match (&found, led) {
        (_, None) | (Piece::Days(..), Some(_)) => true,
        (Piece::Day(DayRef::Offset(_)), Some(_)) => false,
        (Piece::Day(DayRef::Start(_) | DayRef::End(_)), Some(_)) => true,
        (_, Some(led)) => led == Link::On,
    };
    // "lunch was 24.12." is a price
    let is_price =
        is_dotted && led.is_none() && input.input.first().is_none_or(|next| !next.is(Link::At));
    if input.state.among_text && (!belongs || is_price) {
        return Err(EmptyError);
    }
    Ok((led.or(starts_range.then_some(Link::From)), found))
}

/// "24.12." without a year.
fn is_dotted(tokens: &[Token<'_>]) -> bool {
    let is_date = |part: &[Token<'_>]| {
        matches!(part, [first, dot, second, end] if matches!(first.kind, Kind::Number(..)) && dot.mark() == Some('.')
            && matches!(second.kind, Kind::Number(..)) && end.mark() == Some('.'))
    };
    tokens.get(..4).is_some_and(is_date)
        && tokens
            .get(4)
            .is_none_or(|next| next.spaced || next.kind.is_mark())
}

fn led_range(input: &mut In<'_>) -> Out<Led> {
    let led = opt(at).parse_next(input)?.map(|()| Link::At);
    let starts_range = input
        .input
        .first()
        .is_some_and(|token| token.is(Link::From) || token.is(Link::Between));
    let mut whole = *input;
    let (from, to) = between(input)?;
    // "10 to 5" is one time unless "from" opens it; "20-27 december" are days
    if !starts_range && told(&mut whole.clone()).is_ok()
        || days(&mut whole.clone()).is_ok()
        || day(&mut whole).is_ok()
    {
        return Err(EmptyError);
    }
    Ok((
        led.or(starts_range.then_some(Link::From)),
        Piece::Between(from, to),
    ))
}

fn led_clock(input: &mut In<'_>) -> Out<Led> {
    let led = opt(at).parse_next(input)?.map(|()| Link::At);
    // "from 10am for 2 hours"
    let from = opt(link(Link::From)).parse_next(input)?;
    let clock = clock(input)?;
    if from.is_some() && !input.input.first().is_some_and(|next| next.is(Link::For)) {
        return Err(EmptyError);
    }
    Ok((led, Piece::Clock(clock)))
}

/// "morning", "in the evening", "this afternoon", "last night", "tonight", "the morning of".
fn parts(input: &mut In<'_>) -> Out<Led> {
    let near =
        opt(which.verify(|which| matches!(which, Which::This | Which::Last))).parse_next(input)?;
    if let Some(which) = near {
        let part = part(input)?;
        let day = if which == Which::This { 0 } else { -1 };
        return Ok((None, Piece::PartOf(day, part)));
    }
    let led = opt(links(&[Link::In, Link::At, Link::On])).parse_next(input)?;
    the(input)?;
    let part = part(input)?;
    let before = input.input;
    if link(Link::Of).parse_next(input).is_ok() {
        let behind = input.input;
        let leads_on = day(input).is_ok();
        input.input = if leads_on { behind } else { before };
    } else {
        input.input = before;
    }
    let piece = match part {
        Part::Tonight => Piece::PartOf(0, Part::Tonight),
        part => Piece::Part(part),
    };
    Ok((led.map(|()| Link::In), piece))
}

/// Longest name of a zone, in tokens: "America/Argentina/Buenos_Aires".
const LONGEST_NAME: usize = 7;

/// "eastern", "in tokyo", "tokyo time", "UTC", "(UTC)".
fn zone(input: &mut In<'_>) -> Out<TimeZone> {
    let led = opt(link(Link::In)).parse_next(input)?;
    let first = *input.input.first().ok_or(EmptyError)?;
    if first.kind != Kind::Word || first.is(Link::To) || first.is(Link::The) {
        return Err(EmptyError);
    }
    let ground = input.state;
    for many in (1..=LONGEST_NAME.min(input.input.len())).rev() {
        let last = &input.input[many - 1];
        if last.kind.is_mark() {
            continue;
        }
        let name = &ground.text[first.start..last.end];
        let behind = &input.input[many..];
        let is_time = behind.first().is_some_and(|token| token.is(Link::Time));
        let is_marked = led.is_some() || is_time || !ground.among_text;
        if !is_marked
            && !is_plain_zone(
                name,
                behind
                    .first()
                    .is_none_or(|next| !next.senses.is_empty() || next.kind.is_mark()),
            )
        {
            continue;
        }
        if let Some(zone) = zone::zone_named(name) {
            input.input = behind;
            opt(link(Link::Time)).parse_next(input)?;
            return Ok(zone);
        }
    }
    Err(EmptyError)
}

/// Among text: an abbreviation or a nickname, which nothing goes on with unless it is in capitals.
fn is_plain_zone(name: &str, ends: bool) -> bool {
    let known = lexicon()
        .language
        .zones
        .iter()
        .any(|zone| zone.eq_ignore_ascii_case(name));
    // "Europe/London" is nothing else; "pst" is no word, as "central" is one
    let is_word = name.len() < 3 || name.len() > 4;
    let is_capital = name.bytes().all(|b| b.is_ascii_uppercase());
    name.contains('/') || known && (ends || is_capital || !is_word)
}
