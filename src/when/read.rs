//! Words that are nothing but a time, to what they mean.

use jiff::Timestamp;

use super::{
    Here, Meaning, Moment, NotATime, Reading, Span, every,
    grammar::{Facts, Ground, Period, row},
    language::{Link, lexicon},
    settle::{Settled, settle},
    token::{Kind, Token, tokens},
};

/// Nobody says a time in more bytes.
const LONGEST: usize = 300;

/// Reads the whole of `said`.
///
/// # Errors
/// [`NotATime::Past`] when the words speak of something to come ("today at 3pm" at five); what is plainly behind us
/// ("yesterday at 5", "2 hours ago") reads.
pub fn read(said: &str, here: &Here) -> Result<Reading, NotATime> {
    let (reading, past) = read_with_past(said, here)?;
    if past {
        Err(NotATime::Past)
    } else {
        Ok(reading)
    }
}

/// Like [`read`], and takes what is behind us as it stands: "this morning at 9" in the evening.
///
/// # Errors
/// See [`NotATime`]; never `Past`.
pub fn read_any(said: &str, here: &Here) -> Result<Reading, NotATime> {
    read_with_past(said, here).map(|(reading, _)| reading)
}

/// The stretch of time that `said` names: a day, a part of one ("tuesday afternoon"), a week, a weekend, "3-5pm". What is
/// behind us reads as well.
///
/// # Errors
/// See [`NotATime`]; [`NotATime::Unknown`] for an instant or a length.
pub fn read_span(said: &str, here: &Here) -> Result<Span, NotATime> {
    if let Some(year) = year(said.trim()) {
        let (from, to) = here.calendar().period(Period::Year(year))?;
        return Ok(Span::Days { from, to });
    }
    let (_, settled) = settled(said, here)?;
    settled.span.ok_or(NotATime::Unknown)
}

/// "2027": asked about, a year and no time of day.
fn year(said: &str) -> Option<i16> {
    let is_year = said.len() == 4 && said.bytes().all(|b| b.is_ascii_digit());
    said.parse()
        .ok()
        .filter(|year| is_year && (1900..2100).contains(year))
}

/// "2026-12-15T14:00:00-05:00", as programs write it (RFC 3339). With the user's own offset it is their wall time.
fn instant(said: &str, here: &Here) -> Option<Moment> {
    if said.len() < 17 || !said.is_ascii() || !said[10..].starts_with(['T', 't', ' ']) {
        return None;
    }
    let at: Timestamp = said.parse().ok()?;
    let wall = here.zone.to_datetime(at);
    let is_own = said.get(..16)? == wall.strftime("%Y-%m-%dT%H:%M").to_string();
    Some(if is_own {
        Moment::floating(wall, here)
    } else {
        Moment::elapsed(at, here)
    })
}

fn read_with_past(said: &str, here: &Here) -> Result<(Reading, bool), NotATime> {
    let said = without_thanks(said.trim());
    if said.len() > LONGEST {
        return Err(NotATime::Unknown);
    }
    if let Some(moment) = instant(said, here) {
        return Ok((Reading::plain(said, Meaning::At(moment)), false));
    }
    if let Some(reading) = every::read_words(said, here) {
        return reading.map(|reading| (reading, false));
    }
    let (within, is_latest) = match latest(said) {
        Some(within) => (within, true),
        None => (said, false),
    };
    let (lead, settled) = settled(within, here)?;
    let meaning = match lead {
        Lead::None if is_latest => Meaning::By(Box::new(deadline(settled.meaning, false)?)),
        Lead::None => settled.meaning,
        Lead::By => Meaning::By(Box::new(deadline(settled.meaning, false)?)),
        Lead::Before => Meaning::By(Box::new(deadline(settled.meaning, true)?)),
    };
    Ok((
        Reading {
            said: said.to_owned(),
            meaning,
            assumed: settled.assumed,
            doubt: settled.doubt,
            cannot: Vec::new(),
        },
        settled.past,
    ))
}

/// What stands before "at the latest".
fn latest(said: &str) -> Option<&str> {
    let bare = said.trim_end_matches(['!', '.', '?']);
    let behind = lexicon().language.latest.iter().find(|words| {
        bare.len() > words.len() + 1
            && bare.is_char_boundary(bare.len() - words.len())
            && bare[bare.len() - words.len()..].eq_ignore_ascii_case(words)
    })?;
    let before = &bare[..bare.len() - behind.len()];
    before
        .ends_with(' ')
        .then(|| before.trim_end_matches([' ', ',']))
}

/// "in 10 mins pls"
fn without_thanks(said: &str) -> &str {
    let polite = lexicon().language.polite;
    let is_polite = |word: &str| polite.iter().any(|one| word.eq_ignore_ascii_case(one));
    let mut rest = said;
    while let Some((before, last)) = rest.trim_end_matches(['!', '.', '?']).rsplit_once(' ')
        && is_polite(last)
    {
        rest = before.trim_end_matches([' ', ',']);
    }
    rest
}

/// What stands before a time and makes it a deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lead {
    None,
    By,
    Before,
}

fn settled(said: &str, here: &Here) -> Result<(Lead, Settled), NotATime> {
    if said.len() > LONGEST {
        return Err(NotATime::Unknown);
    }
    let all = tokens(said, lexicon());
    let inside = without_marks(&all);
    let (lead, skipped) = lead(inside);
    let tokens = &inside[skipped..];
    let ground = Ground {
        text: said,
        today: here.today(),
        country: Some(here.habits.country()),
        among_text: false,
        has_day: false,
    };
    let facts = whole(tokens, ground).ok_or(NotATime::Unknown)?;
    Ok((lead, settle(&facts, here)?))
}

/// The pieces, when they are all of the tokens.
pub(super) fn whole(tokens: &[Token<'_>], ground: Ground<'_>) -> Option<Facts> {
    if let Some(length) = super::grammar::whole_length(tokens, ground) {
        return Some(Facts {
            length: Some(length),
            ..Facts::default()
        });
    }
    let placed = row(tokens, ground);
    let mut facts = Facts::default();
    let mut end = 0;
    for placed in placed {
        facts.add(placed.piece);
        end = placed.to;
    }
    (end == tokens.len() && end > 0).then_some(facts)
}

/// Without the marks around.
pub(super) fn without_marks<'a, 't>(tokens: &'a [Token<'t>]) -> &'a [Token<'t>] {
    let is_around = |token: &Token<'_>| {
        token.mark().is_some_and(|mark| {
            matches!(mark, '.' | ',' | '!' | '?' | ';' | '(' | ')' | '"' | '\'')
        })
    };
    let mut inside = tokens;
    let is_dotted = |inside: &[Token<'_>]| {
        matches!(inside, [.., first, dot, second, _] if matches!(first.kind, Kind::Number(..)) && dot.mark() == Some('.')
            && matches!(second.kind, Kind::Number(..)))
    };
    // the last dot of "24.12." is part of it
    while let [rest @ .., last] = inside
        && is_around(last)
        && !(last.mark() == Some('.') && is_dotted(inside))
    {
        inside = rest;
    }
    while let [first, rest @ ..] = inside
        && is_around(first)
    {
        inside = rest;
    }
    inside
}

/// "by", "due by", "before", "on or before", "no later than", "until"; with how many tokens that is.
pub(super) fn lead(tokens: &[Token<'_>]) -> (Lead, usize) {
    let is = |at: usize, link: Link| tokens.get(at).is_some_and(|token| token.is(link));
    let due = usize::from(is(0, Link::Due)) + 2 * usize::from(is(0, Link::Is) && is(1, Link::Due));
    let due = due + usize::from(due > 0 && is(due, Link::On));
    if is(due, Link::By) {
        return (Lead::By, due + 1);
    }
    if is(due, Link::Before) {
        return (Lead::Before, due + 1);
    }
    if is(0, Link::No) && is(1, Link::Later) && is(2, Link::Than) {
        return (Lead::By, 3);
    }
    if is(due, Link::On) && is(due + 1, Link::Or) && is(due + 2, Link::Before) {
        return (Lead::By, due + 3);
    }
    let until = usize::from(due == 0 && is(0, Link::Until));
    if due > 0 {
        return (Lead::By, due);
    }
    (Lead::None, until)
}

/// The last moment or day that a deadline leaves: before friday is thursday.
pub(super) fn deadline(meaning: Meaning, before: bool) -> Result<Meaning, NotATime> {
    let day = match meaning {
        Meaning::Day(day) => day,
        Meaning::Span(Span::Days { from, .. }) => from,
        Meaning::At(_) => return Ok(meaning),
        _ => return Err(NotATime::Unknown),
    };
    if before {
        day.yesterday()
            .map(Meaning::Day)
            .map_err(|_| NotATime::TooFar)
    } else {
        Ok(Meaning::Day(day))
    }
}

#[cfg(test)]
mod tests;
