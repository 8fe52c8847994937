//! Pieces in a row, and what they say together.

use jiff::tz::TimeZone;
use winnow::{Parser, combinator::opt, stream::Stateful};

use super::{Clock, DayRef, Ground, In, Length, Period, Piece, mark, pieces::piece};
use crate::when::{
    language::{Half, Link, Part, Point},
    token::Token,
};

/// A piece, and the tokens that it was read from.
#[derive(Clone, Debug)]
pub(in crate::when) struct Placed {
    pub led: Option<Link>,
    pub piece: Piece,
    pub from: usize,
    /// The one behind its last.
    pub to: usize,
}

/// What pieces say together; each kind at most once.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::when) struct Facts {
    pub away: Option<Length>,
    pub shift: Option<Length>,
    pub day: Option<DayRef>,
    pub days: Option<(DayRef, DayRef)>,
    pub period: Option<Period>,
    pub clock: Option<Clock>,
    pub between: Option<(Clock, Clock)>,
    pub point: Option<Point>,
    pub part: Option<Part>,
    pub half: Option<Half>,
    pub zone: Option<TimeZone>,
    pub length: Option<Length>,
    pub now: bool,
    pub same_time: bool,
    pub to: Option<Box<Facts>>,
}

impl Facts {
    /// Takes a piece in, unless one of its kind is there.
    pub(in crate::when) fn add(&mut self, piece: Piece) -> bool {
        fn put<T>(place: &mut Option<T>, value: T) -> bool {
            let is_free = place.is_none();
            if is_free {
                *place = Some(value);
            }
            is_free
        }
        let has_days = self.day.is_some() || self.days.is_some() || self.period.is_some();
        let has_clock =
            self.clock.is_some() || self.between.is_some() || self.now || self.same_time;
        match piece {
            Piece::Day(_) | Piece::Days(..) | Piece::Period(_) | Piece::PartOf(..) if has_days => {
                false
            }
            Piece::Clock(_) | Piece::Between(..) | Piece::Now | Piece::SameTime if has_clock => {
                false
            }
            Piece::Day(day) => put(&mut self.day, day),
            Piece::Days(from, to) => put(&mut self.days, (from, to)),
            Piece::Period(period) => put(&mut self.period, period),
            // "first thing tomorrow at 8"
            Piece::Clock(clock) if self.point == Some(Point::FirstThing) => {
                self.point = None;
                put(&mut self.clock, clock)
            }
            Piece::Clock(clock) => self.point.is_none() && put(&mut self.clock, clock),
            Piece::Between(from, to) => self.point.is_none() && put(&mut self.between, (from, to)),
            Piece::Point(point) => !has_clock && put(&mut self.point, point),
            Piece::Part(part) => put(&mut self.part, part),
            Piece::PartOf(day, part) => {
                put(&mut self.part, part) && put(&mut self.day, DayRef::Offset(day))
            }
            Piece::Half(half) => {
                let is_open = self.clock.is_some_and(|clock| clock.half.is_none())
                    || self.between.is_some_and(|(_, to)| to.half.is_none());
                is_open && put(&mut self.half, half)
            }
            Piece::Zone(zone) => put(&mut self.zone, zone),
            Piece::Length(length) => put(&mut self.length, length),
            Piece::Away(length) => self.shift.is_none() && put(&mut self.away, length),
            Piece::Shift(length) => self.away.is_none() && put(&mut self.shift, length),
            Piece::Now => !std::mem::replace(&mut self.now, true),
            Piece::To(to) => put(&mut self.to, to),
            Piece::SameTime => !std::mem::replace(&mut self.same_time, true),
        }
    }

    pub(in crate::when) fn has_time(&self) -> bool {
        self.clock.is_some()
            || self.between.is_some()
            || self.point.is_some()
            || self.part.is_some()
    }
}

/// As many pieces as stand in a row from the first token on.
pub(in crate::when) fn row(tokens: &[Token<'_>], ground: Ground<'_>) -> Vec<Placed> {
    pieces_in_a_row(tokens, ground, true)
}

/// `ends`: whether "to sunday 8pm" may follow; it does so once.
fn pieces_in_a_row(tokens: &[Token<'_>], ground: Ground<'_>, ends: bool) -> Vec<Placed> {
    let mut input = Stateful {
        input: tokens,
        state: ground,
    };
    let mut facts = Facts::default();
    let mut found: Vec<Placed> = Vec::new();
    loop {
        if !found.is_empty() {
            if ends && let Some(to) = end(&input, &facts) {
                facts.add(to.piece.clone());
                found.push(Placed {
                    from: to.from + tokens.len() - input.input.len(),
                    to: to.to + tokens.len() - input.input.len(),
                    ..to
                });
                return found;
            }
            between_pieces(&mut input);
        }
        let from = tokens.len() - input.input.len();
        input.state.has_day = facts.day.is_some();
        let placed = piece(&mut input, facts.has_time())
            .ok()
            .and_then(|(led, piece)| {
                facts.add(piece.clone()).then_some(Placed {
                    led,
                    piece,
                    from,
                    to: tokens.len() - input.input.len(),
                })
            });
        match placed {
            Some(placed) => found.push(placed),
            None => return without_open_from(found),
        }
    }
}

/// "to sunday 8pm" behind a day and a time: another day and time, to which the first lasts.
fn end(input: &In<'_>, facts: &Facts) -> Option<Placed> {
    let [joint, rest @ ..] = input.input else {
        return None;
    };
    let joins = joint.is(Link::To)
        || joint.is(Link::Until)
        || joint.is(Link::Through)
        || matches!(joint.mark(), Some('-' | '–' | '—'));
    let is_moment = |facts: &Facts| facts.day.is_some() && facts.has_time();
    if !joins || !is_moment(facts) || facts.between.is_some() {
        return None;
    }
    let placed = pieces_in_a_row(rest, input.state, false);
    let mut to = Facts::default();
    for piece in &placed {
        to.add(piece.piece.clone());
    }
    (is_moment(&to) && to.between.is_none()).then(|| Placed {
        led: None,
        piece: Piece::To(Box::new(to)),
        from: 0,
        to: 1 + placed.last().map_or(0, |last| last.to),
    })
}

/// "from friday" alone is no time: it only begins one that ends.
fn without_open_from(mut found: Vec<Placed>) -> Vec<Placed> {
    if let Some(open) = found
        .iter()
        .position(|placed| placed.led == Some(Link::From) && matches!(placed.piece, Piece::Day(_)))
    {
        found.truncate(open);
    }
    found
}

/// A comma, or the T of ISO 8601.
fn between_pieces(input: &mut In<'_>) {
    if let [t, next, ..] = *input.input
        && matches!(t.raw, "T" | "t")
        && !t.spaced
        && !next.spaced
    {
        input.input = &input.input[1..];
        return;
    }
    let _ = opt(mark(',')).parse_next(input);
}
