//! Times on the clock: "5", "5pm", "17:00", "1730", "half past 5", "quarter to nine", "five thirty", and from one to another.

use winnow::{
    Parser,
    combinator::{alt, opt},
    error::EmptyError,
    token::any,
};

use super::{Clock, In, Out, dash, digits, glued, link, links, mark, number, sense, spelled};
use crate::when::{
    language::{Half, Link, Point, Sense, Unit, lexicon},
    token::Token,
};

/// One time.
pub(super) fn clock(input: &mut In<'_>) -> Out<Clock> {
    let told = opt(alt((told, half_hour))).parse_next(input)?;
    match told {
        Some(clock) => ended(clock, input),
        None => untold(input),
    }
}

/// One time, in figures or as a plain number.
fn untold(input: &mut In<'_>) -> Out<Clock> {
    let clock = alt((colon, dotted, with_h, run_together, in_words, bare)).parse_next(input)?;
    ended(clock, input)
}

/// "o'clock" and "pm" behind a time; "ish" adds nothing that a clock could show.
fn ended(mut clock: Clock, input: &mut In<'_>) -> Out<Clock> {
    opt(ish).parse_next(input)?;
    clock.o_clock = opt(o_clock).parse_next(input)?.is_some();
    if clock.half.is_none() {
        clock.half = opt(half).parse_next(input)?;
    }
    opt(alt((ish, o_clock))).parse_next(input)?;
    let _ = opt((owner, link(Link::Time))).parse_next(input)?;
    Ok(clock)
}

/// "o'clock", "o clock"; "sharp" says no more.
fn o_clock(input: &mut In<'_>) -> Out<()> {
    alt((
        link(Link::OClock),
        (link(Link::Oh), link(Link::Clock)).void(),
    ))
    .parse_next(input)
}

/// The "my" of "3pm my time".
fn owner(input: &mut In<'_>) -> Out<()> {
    let owners = lexicon().language.owners;
    any.verify(|token: &Token<'_>| owners.contains(&token.raw.to_lowercase().as_str()))
        .void()
        .parse_next(input)
}

/// "3ish", "3-ish", "3 ish".
fn ish(input: &mut In<'_>) -> Out<()> {
    (opt(glued(dash)), link(Link::Ish)).void().parse_next(input)
}

/// "3-5pm", "from 3 to 5", "between 9 and 11". Hours alone, too.
pub(super) fn between(input: &mut In<'_>) -> Out<(Clock, Clock)> {
    let opened = opt(links(&[Link::From, Link::Between])).parse_next(input)?;
    let joint = |input: &mut In<'_>| match opened {
        Some(()) => alt((
            dash,
            links(&[Link::To, Link::Through, Link::Until, Link::And]),
        ))
        .parse_next(input),
        None => alt((dash, links(&[Link::To, Link::Through, Link::Until]))).parse_next(input),
    };
    // "10 to noon" is ten minutes before it only when no stretch of time can be read
    let (from, (), to) = alt((
        (alt((named, untold)), joint, alt((named, clock))),
        (clock, joint, clock),
    ))
    .parse_next(input)?;
    if from.hour > 24 || to.hour > 24 {
        return Err(EmptyError);
    }
    Ok((from, to))
}

/// "pm", "p.m."; a letter alone only right behind its number.
pub(super) fn half(input: &mut In<'_>) -> Out<Half> {
    any.verify_map(|token: Token<'_>| {
        let is_short = token.raw.len() == 1 && token.spaced;
        token.find(|sense| match sense {
            Sense::Half(half) if !is_short => Some(*half),
            _ => None,
        })
    })
    .parse_next(input)
}

fn plain(hour: i64, minute: i64) -> Clock {
    Clock {
        hour,
        minute,
        second: 0,
        half: None,
        certain: hour > 12 || hour == 0,
        colon: false,
        o_clock: false,
        told: false,
    }
}

/// "half past 5", "a quarter to nine", "20 past 4", "ten to five", "ten minutes before six".
pub(super) fn told(input: &mut In<'_>) -> Out<Clock> {
    let minutes = alt((
        link(Link::Half).value((30, true)),
        (opt(link(Link::A)), link(Link::Quarter)).value((15, true)),
        (spelled, opt(minutes)).map(|(many, _)| (many, true)),
        (digits, opt(minutes)).map(|((many, _), unit)| (many, unit.is_some())),
    ));
    let side = alt((
        links(&[Link::Past, Link::After]).value((1, true)),
        links(&[Link::To, Link::Until]).value((-1, false)),
        links(&[Link::Of, Link::Before]).value((-1, true)),
    ));
    let ((many, is_worded), (side, is_past), hour) = (
        minutes,
        side,
        alt((
            named.map(|named| (named.hour, true)),
            number.map(|hour| (hour, false)),
        )),
    )
        .parse_next(input)?;
    if hour.1 {
        return if (1..60).contains(&many) {
            Ok(beside_named(hour.0, side * many))
        } else {
            Err(EmptyError)
        };
    }
    let hour = hour.0;
    // "9 to 5" and "10 to 12" are ranges; digits need "past", or words beside them
    let is_clock = (1..60).contains(&many)
        && (1..=12).contains(&hour)
        && (is_worded && many <= 30 || is_past)
        && (many % 5 == 0 || is_worded)
        || side < 0 && !is_past && matches!(many, 10 | 20 | 25) && (1..=9).contains(&hour);
    if !is_clock {
        return Err(EmptyError);
    }
    let mut clock = if side > 0 {
        plain(hour, many)
    } else {
        plain(if hour == 1 { 12 } else { hour - 1 }, 60 - many)
    };
    clock.told = true;
    Ok(clock)
}

/// "half eight" is half past eight, as the British say it; "half 7 hours" is none.
fn half_hour(input: &mut In<'_>) -> Out<Clock> {
    let ((), hour) = (
        link(Link::Half),
        number.verify(|hour| (1..=12).contains(hour)),
    )
        .parse_next(input)?;
    let counts = |token: &Token<'_>| {
        token
            .find(|sense| matches!(sense, Sense::Unit(_)).then_some(()))
            .is_some()
    };
    if input.state.among_text || input.input.first().is_some_and(counts) {
        return Err(EmptyError);
    }
    Ok(Clock {
        told: true,
        ..plain(hour, 30)
    })
}

/// Noon and midnight, as an end of a stretch of time.
fn named(input: &mut In<'_>) -> Out<Clock> {
    let hour = sense(|sense| match sense {
        Sense::Point(Point::Noon) => Some(12),
        Sense::Point(Point::Midnight) => Some(0),
        _ => None,
    })
    .parse_next(input)?;
    Ok(beside_named(hour, 0))
}

/// So many minutes from noon or midnight, on the 24-hour clock.
fn beside_named(hour: i64, minutes: i64) -> Clock {
    let minutes = (hour * 60 + minutes).rem_euclid(24 * 60);
    Clock {
        certain: true,
        told: true,
        ..plain(minutes / 60, minutes % 60)
    }
}

fn hours(input: &mut In<'_>) -> Out<()> {
    sense(|sense| matches!(sense, Sense::Unit(Unit::Hour)).then_some(())).parse_next(input)
}

fn minutes(input: &mut In<'_>) -> Out<()> {
    sense(|sense| matches!(sense, Sense::Unit(Unit::Minute)).then_some(())).parse_next(input)
}

/// "17:00", "5:30", "9:15:30".
fn colon(input: &mut In<'_>) -> Out<Clock> {
    let (hour, (), minute, second) = (
        digits,
        glued(mark(':')),
        glued(digits),
        opt((glued(mark(':')), glued(digits))),
    )
        .parse_next(input)?;
    if hour.1 > 2 || minute.1 != 2 {
        return Err(EmptyError);
    }
    let mut clock = plain(hour.0, minute.0);
    clock.second = second.map_or(0, |(_, second)| second.0);
    clock.certain |= hour.1 == 2 && hour.0 < 10;
    clock.colon = true;
    // "14:00 hours"
    if hour.1 == 2 {
        opt(hours).parse_next(input)?;
    }
    Ok(clock)
}

/// "5.30pm"; without am or pm only beside a day and where nothing but a time stands, for 5.30 is a price.
fn dotted(input: &mut In<'_>) -> Out<Clock> {
    let (hour, (), minute, half) =
        (digits, glued(mark('.')), glued(digits), opt(half)).parse_next(input)?;
    let is_time = half.is_some() || input.state.has_day && !input.state.among_text;
    if hour.1 > 2 || minute.1 != 2 || minute.0 > 59 || !is_time {
        return Err(EmptyError);
    }
    let mut clock = plain(hour.0, minute.0);
    clock.half = half;
    Ok(clock)
}

/// "18h30", where no length stands.
fn with_h(input: &mut In<'_>) -> Out<Clock> {
    let h = any.verify(|token: &Token<'_>| matches!(token.raw, "h" | "H"));
    let (hour, _, minute) = (digits, glued(h), glued(digits)).parse_next(input)?;
    if hour.1 > 2 || hour.0 > 23 || minute.1 != 2 || minute.0 > 59 || input.state.among_text {
        return Err(EmptyError);
    }
    Ok(Clock {
        certain: true,
        ..plain(hour.0, minute.0)
    })
}

/// "1730", "0900", "930pm", "1730 hours".
fn run_together(input: &mut In<'_>) -> Out<Clock> {
    let (all, count) = digits(input)?;
    let (hour, minute) = (all / 100, all % 100);
    if !(3..=4).contains(&count) || hour > 23 || minute > 59 || hour == 0 && count == 3 {
        return Err(EmptyError);
    }
    let mut clock = plain(hour, minute);
    clock.certain |= count == 4 && hour < 10;
    clock.colon = count == 4;
    if count == 4 {
        opt(hours).parse_next(input)?;
    }
    Ok(clock)
}

/// "five thirty", "three-thirty", "nine fifteen", "eight oh five".
fn in_words(input: &mut In<'_>) -> Out<Clock> {
    let (hour, minute) = alt((
        (
            spelled,
            link(Link::Oh),
            spelled.verify(|one| (1..10).contains(one)),
        )
            .map(|(hour, (), minute)| (hour, minute + 100)),
        (spelled, opt(glued(dash)), spelled).map(|(hour, _, minute)| (hour, minute)),
    ))
    .parse_next(input)?;
    let (has_oh, minute) = (minute > 100, minute % 100);
    if !(1..=12).contains(&hour) || !has_oh && !(10..60).contains(&minute) {
        return Err(EmptyError);
    }
    Ok(plain(hour, minute))
}

fn bare(input: &mut In<'_>) -> Out<Clock> {
    alt((
        digits.verify_map(|(hour, count)| {
            (count <= 2).then(|| {
                let mut clock = plain(hour, 0);
                clock.certain |= count == 2 && hour < 10;
                clock
            })
        }),
        spelled
            .verify(|hour| (1..=12).contains(hour))
            .map(|hour| plain(hour, 0)),
    ))
    .parse_next(input)
}
