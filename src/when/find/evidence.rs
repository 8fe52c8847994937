//! Whether words that can be a time are one where they stand.
//!
//! - A time with am or pm, a colon, "o'clock", or told ("half past 5") is one; "at 5" is one when nothing goes on that would make
//!   it an address or a count ("at 12 main st"). "1730" needs its "at".
//! - "today", "tonight", "tomorrow" are; so are "in 20 minutes", a date with its month, "next friday", "on friday", "by friday".
//! - A bare weekday is one at an end of the text, or before a word that goes on ("with", "to"): not behind an object's verb
//!   ("meet friday"), a name ("black friday") or an article.
//! - "the 3rd" and "12/1" need "on" or "by" before them or a time beside them; a part of the day needs a day or its "in the".
//! - Holidays need "on", "by", "before", or a length before them.
//! - Nothing counts behind a choice, a recurrence, "until" or "not".

use crate::when::{
    grammar::{DayRef, Period, Piece, Placed},
    language::{Language, Link, Point, Sense, Which, lexicon},
    read::Lead,
    token::{Kind, Token},
};

/// Where words stand.
pub(super) struct Around<'a> {
    pub tokens: &'a [Token<'a>],
    /// The first token behind the opening.
    pub first: usize,
    pub from: usize,
    pub to: usize,
    pub lead: Lead,
}

impl Around<'_> {
    fn language(&self) -> &'static Language {
        lexicon().language
    }

    /// The word before, in small letters.
    fn previous(&self) -> String {
        let before = |at: usize| at.checked_sub(1).filter(|at| *at >= self.first);
        let Some(mut at) = before(self.from) else {
            return String::new();
        };
        // "mr. monday"
        if self.tokens[at].mark() == Some('.')
            && let Some(word) = before(at)
        {
            at = word;
        }
        self.tokens[at].raw.to_lowercase()
    }

    fn is_front(&self) -> bool {
        self.from == self.first
    }

    /// Whether the words are part of a name that has a day in it: "sunday school".
    fn is_name(&self) -> bool {
        let says = |at: usize, name: &[&str]| {
            name.iter().enumerate().all(|(ahead, word)| {
                self.tokens
                    .get(at + ahead)
                    .is_some_and(|token| token.raw.eq_ignore_ascii_case(word))
            })
        };
        self.language().names.iter().any(|name| {
            (self.from.saturating_sub(name.len())..self.to)
                .any(|at| at + name.len() > self.from && says(at, name))
        })
    }

    fn goes_on(&self) -> bool {
        goes_on_at(self.tokens, self.to)
    }
}

/// Whether nothing follows at a token that would make the words before it part of a name or a count.
pub(super) fn goes_on_at(tokens: &[Token<'_>], at: usize) -> bool {
    tokens.get(at).is_none_or(|next| match next.kind {
        Kind::Mark(mark) => mark != '%' && mark != '$',
        Kind::Number(..) => false,
        Kind::Word => {
            let word = next.raw.to_lowercase();
            lexicon().language.goes_on.contains(&word.as_str())
        }
    })
}

fn has(list: &[&str], word: &str) -> bool {
    list.contains(&word)
}

/// Whether a row of pieces is a time where it stands.
pub(super) fn counts(pieces: &[Placed], around: &Around<'_>) -> bool {
    let language = around.language();
    let previous = around.previous();
    if around.is_name()
        || pieces
            .iter()
            .enumerate()
            .any(|(at, _)| is_bare_number(pieces, at, around))
    {
        return false;
    }
    if has(language.never_after, &previous) || matches!(previous.as_str(), "&" | "+") {
        return false;
    }
    if around.lead != Lead::None {
        return pieces
            .iter()
            .all(|piece| !matches!(piece.piece, Piece::Length(_)))
            && (around.is_front()
                || around.goes_on()
                || pieces.len() > 1
                || is_plain(&pieces[0].piece));
    }
    let sure = pieces.iter().any(|piece| is_sure(piece, pieces, around));
    let led = pieces[0].led.is_some();
    if !sure {
        return false;
    }
    // "at Joe's friday 12:30" is a place and a time, "tuesday's friday" is neither
    let is_owned =
        !led && pieces.len() == 1 && (previous.ends_with("'s") || previous.ends_with("\u{2019}s"));
    let is_object = !led
        && has(language.not_bare_after, &previous)
        && !is_plain(&pieces[0].piece)
        && !is_attribute(pieces, &previous);
    let is_person = !led
        && pieces.len() == 1
        && matches!(pieces[0].piece, Piece::Day(DayRef::Weekday(None, ..)))
        && has(language.no_weekday_after, &previous);
    !is_owned && !is_object && !is_person
}

/// Whether a clock is written with its colon.
fn is_written(placed: &Placed, around: &Around<'_>) -> bool {
    around.tokens[placed.from..placed.to]
        .iter()
        .any(|token| token.mark() == Some(':'))
}

/// Whether another time follows as a choice or in a list: "friday or saturday", "tues & thurs".
pub(super) fn another_follows(around: &Around<'_>) -> bool {
    let Some([joint, rest @ ..]) = around.tokens.get(around.to..) else {
        return false;
    };
    let joins = matches!(joint.mark(), Some('&' | '+' | '/' | ','))
        || ["and", "or"]
            .iter()
            .any(|word| joint.raw.eq_ignore_ascii_case(word));
    let Some(next) = rest.first().filter(|_| joins) else {
        return false;
    };
    let is_day = next
        .find(|sense| matches!(sense, Sense::Weekday(_) | Sense::Day(_)).then_some(()))
        .is_some();
    let is_timed = rest.get(1).is_some_and(|next| {
        next.mark() == Some(':') && !next.spaced
            || next
                .find(|sense| matches!(sense, Sense::Half(_)).then_some(()))
                .is_some()
    });
    let is_listed = rest
        .get(1)
        .is_none_or(|next| next.mark() == Some(',') || next.is(Link::And));
    let is_hour = matches!(next.kind, Kind::Number(..))
        && (is_timed || is_listed || joint.mark().is_none() && goes_on_at(rest, 1));
    is_day && (joint.mark().is_none() || goes_on_at(rest, 1)) || is_hour
}

/// A number that no word makes a time: the "42" of "take bus 42 tomorrow", the "12" of "friday 12 people".
fn is_bare_number(pieces: &[Placed], at: usize, around: &Around<'_>) -> bool {
    let placed = &pieces[at];
    if let Piece::Day(DayRef::Number(_, None)) = placed.piece {
        // "at 3 5th ave": a street, unless an article makes it a date
        return placed.led != Some(Link::On)
            && around.lead == Lead::None
            && !around.tokens[placed.from].is(Link::The);
    }
    let Piece::Clock(clock) = &placed.piece else {
        return false;
    };
    let is_bare = placed.led.is_none()
        && clock.half.is_none()
        && !(clock.o_clock || clock.told)
        && !is_written(placed, around);
    let is_short = clock.colon || clock.minute == 0;
    if around.lead != Lead::None && is_short {
        return clock.hour > 24;
    }
    let is_numbered = at == 0 && has(around.language().no_number_after, &around.previous());
    if clock.half.is_none() && !is_short && !clock.told && !is_written(placed, around) {
        // "bake at 350", "room 204 tomorrow", but "tomorrow at 930"
        return is_numbered && placed.led.is_none()
            || !pieces.iter().any(|piece| {
                matches!(
                    piece.piece,
                    Piece::Part(_)
                        | Piece::PartOf(..)
                        | Piece::Day(DayRef::Offset(_) | DayRef::Weekday(..))
                )
            });
    }
    let part_follows = pieces[at + 1..]
        .iter()
        .any(|piece| matches!(piece.piece, Piece::Part(_) | Piece::PartOf(..)));
    let is_last = placed.to == around.to;
    is_bare
        && (clock.hour > 24
            || is_numbered
            || at == 0 && !part_follows
            || is_last && !around.goes_on())
}

/// "a 5pm meeting": the time is said in passing.
fn is_attribute(pieces: &[Placed], previous: &str) -> bool {
    matches!(previous, "a" | "an" | "my" | "our" | "for")
        && matches!(&pieces[0].piece, Piece::Clock(clock) if clock.half.is_some())
}

/// Words that are nothing but a time anywhere: "tomorrow".
fn is_plain(piece: &Piece) -> bool {
    match piece {
        Piece::Day(DayRef::Offset(days)) => *days >= 0,
        Piece::PartOf(days, _) => *days >= 0,
        Piece::Clock(clock) => clock.half.is_some() || clock.colon && clock.hour < 24,
        Piece::Away(_) => true,
        _ => false,
    }
}

fn is_sure(placed: &Placed, pieces: &[Placed], around: &Around<'_>) -> bool {
    let beside = pieces.len() > 1;
    let beside_time = pieces.iter().any(|piece| {
        matches!(
            piece.piece,
            Piece::Clock(_) | Piece::Between(..) | Piece::Point(_)
        )
    });
    let front_or_goes_on = around.is_front() || around.goes_on();
    let led = placed.led;
    let first = around.tokens[placed.from..placed.to].iter().find(|token| {
        token.kind == Kind::Word && !token.is(Link::The) && led.is_none_or(|link| !token.is(link))
    });
    let is_ambiguous =
        first.is_some_and(|token| has(around.language().ambiguous, &token.raw.to_lowercase()));
    match &placed.piece {
        Piece::Clock(clock) if clock.half.is_some() || clock.told => true,
        Piece::Clock(clock) if clock.o_clock => front_or_goes_on || beside,
        Piece::Clock(clock) => {
            let is_numbered =
                led != Some(Link::At) && has(around.language().no_number_after, &around.previous());
            let is_written = clock.colon
                && around.tokens[placed.from..placed.to]
                    .iter()
                    .any(|token| token.mark() == Some(':'));
            !is_numbered
                && (is_written || led == Some(Link::At))
                && (front_or_goes_on || beside || is_written)
        }
        Piece::Between(from, to) => {
            let is_written = from.half.is_some() || to.half.is_some() || from.colon || to.colon;
            is_written
                || beside
                || led == Some(Link::From)
                    && around.tokens[placed.from].is(Link::From)
                    && front_or_goes_on
                    && !has(around.language().no_number_after, &around.previous())
        }
        Piece::Day(day) => is_sure_day(
            day,
            led,
            beside,
            beside_time,
            is_ambiguous,
            front_or_goes_on,
        ),
        Piece::Days(from, to) => {
            let dated = |day: &DayRef| {
                matches!(
                    day,
                    DayRef::Date { .. } | DayRef::Numbers { year: Some(_), .. }
                )
            };
            dated(from) || dated(to) || led == Some(Link::From) && front_or_goes_on
        }
        Piece::Period(Period::Relative(_, many)) => {
            let is_bare_weekend = *many == 0 && placed.to - placed.from < 2;
            *many >= 0 && !is_bare_weekend && front_or_goes_on
        }
        Piece::Period(_) => false,
        Piece::Point(Point::Noon | Point::Midnight) if around.goes_on() => {
            !has(&["high", "every"], &around.previous())
        }
        Piece::Point(_) => led == Some(Link::At) && front_or_goes_on || beside,
        Piece::Part(_) => front_or_goes_on && (led == Some(Link::In) || beside),
        Piece::PartOf(days, _) => *days >= 0,
        Piece::Away(length) => {
            led == Some(Link::In) && (length.seconds != 0 || length.days != 0 || length.months != 0)
        }
        Piece::SameTime => beside,
        Piece::Length(length) => {
            led == Some(Link::For)
                && length.days == 0
                && length.months == 0
                && (beside || around.goes_on())
        }
        Piece::Shift(_) | Piece::To(_) | Piece::Half(_) | Piece::Zone(_) | Piece::Now => false,
    }
}

fn is_sure_day(
    day: &DayRef,
    led: Option<Link>,
    beside: bool,
    beside_time: bool,
    is_ambiguous: bool,
    goes_on: bool,
) -> bool {
    match day {
        DayRef::Offset(days) => *days >= 0,
        DayRef::Weekday(Some(Which::Last), ..) => false,
        DayRef::Weekday(Some(_), ..) => true,
        DayRef::Weekday(None, ..) => {
            (led == Some(Link::On) && (goes_on || !is_ambiguous))
                || beside_time
                || goes_on && !is_ambiguous
        }
        DayRef::Date { .. } | DayRef::Numbers { year: Some(_), .. } => true,
        DayRef::Numbers { .. } => led == Some(Link::On) || beside,
        DayRef::Number(..) => led == Some(Link::On) && goes_on || beside,
        DayRef::In(..) | DayRef::Nth(..) => led.is_some() || goes_on,
        DayRef::Start(_) | DayRef::End(_) => goes_on,
        DayRef::Holiday(_) => beside || led == Some(Link::On) && goes_on,
    }
}
