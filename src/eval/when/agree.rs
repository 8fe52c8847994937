//! Whether what came out is what was expected, and what came out in the terms of the file.
//! May import: when.

use jiff::{Timestamp, civil::Date};

use super::case::{Case, Expect, Failure, Open, Outcome, Shifted};
use crate::when::{Doubt, Here, Meaning, NotATime, Reading, Shift, Span};

/// Whether every field of the expectation agrees. A doubt, or something that cannot be done, must be expected.
pub(crate) fn agrees(case: &Case, outcome: &Outcome, here: &Here) -> bool {
    let expect = &case.expect;
    match outcome {
        Outcome::Found(None) => expect.none,
        Outcome::Read(Err(error)) => expect.error == Some(failure(error)),
        _ if expect.none || expect.error.is_some() => false,
        Outcome::Read(Ok(reading)) => reads(case, reading, here),
        Outcome::Found(Some(found)) => {
            let rest = expect.rest.as_ref();
            rest.is_none_or(|rest| *rest == found.rest) && reads(case, &found.reading, here)
        }
    }
}

fn reads(case: &Case, reading: &Reading, here: &Here) -> bool {
    let expect = &case.expect;
    let cannot = expect.cannot.as_deref().unwrap_or_default();
    expect.doubt == reading.doubt.as_ref().map(open)
        && cannot.len() == reading.cannot.len()
        && cannot
            .iter()
            .zip(&reading.cannot)
            .all(|(expected, got)| got.to_lowercase().contains(&expected.to_lowercase()))
        && means(expect, &reading.meaning, here)
}

fn means(expect: &Expect, meaning: &Meaning, here: &Here) -> bool {
    let got = shown(meaning, here, expect);
    if let Some(by) = &expect.by {
        return matches!(meaning, Meaning::By(inner) if means(by, inner, here));
    }
    // a meaning that the expectation does not speak of is another one
    let same_kind = match meaning {
        Meaning::At(_) => expect.at.is_some(),
        Meaning::Day(_) => expect.day.is_some(),
        Meaning::Span(_) => expect.days.is_some() || expect.times.is_some(),
        Meaning::Length(_) => expect.length.is_some(),
        Meaning::By(_) => false,
        Meaning::Every { .. } => expect.rule.is_some() || expect.next.is_some(),
    };
    same_kind
        && agree(&expect.at, &got.at)
        && agree(&expect.zone, &got.zone)
        && agree(&expect.day, &got.day)
        && agree(&expect.days, &got.days)
        && agree(&expect.times, &got.times)
        && agree(&expect.length, &got.length)
        && agree(&expect.rule, &got.rule)
        && agree(&expect.start, &got.start)
        && agree(&expect.next, &got.next)
        && agree(&expect.ends, &got.ends)
        && agree(&expect.shift, &got.shift)
}

fn agree<T: PartialEq>(expected: &Option<T>, got: &Option<T>) -> bool {
    expected.is_none() || expected == got
}

/// What came out, as the line of a file would say it.
pub(crate) fn told(outcome: &Outcome, here: &Here, expect: &Expect) -> Expect {
    match outcome {
        Outcome::Found(None) => Expect {
            none: true,
            ..Expect::default()
        },
        Outcome::Read(Err(error)) => Expect {
            error: Some(failure(error)),
            ..Expect::default()
        },
        Outcome::Read(Ok(reading)) => of(reading, here, expect),
        Outcome::Found(Some(found)) => Expect {
            rest: Some(found.rest.clone()),
            ..of(&found.reading, here, expect)
        },
    }
}

fn of(reading: &Reading, here: &Here, expect: &Expect) -> Expect {
    Expect {
        doubt: reading.doubt.as_ref().map(open),
        cannot: (!reading.cannot.is_empty()).then(|| reading.cannot.clone()),
        ..shown(&reading.meaning, here, expect)
    }
}

/// A meaning in the terms of the file; a recurrence with as many occurrences as are expected.
fn shown(meaning: &Meaning, here: &Here, expect: &Expect) -> Expect {
    let mut it = Expect::default();
    match meaning {
        Meaning::At(moment) => {
            it.at = Some(moment.at);
            it.zone = moment.zone.iana_name().map(str::to_owned);
            it.shift = moment.shift.map(shifted);
        }
        Meaning::Day(day) => it.day = Some(*day),
        Meaning::Span(Span::Days { from, to }) => it.days = Some([*from, *to] as [Date; 2]),
        Meaning::Span(Span::Times { from, to }) => it.times = Some([from.at, to.at]),
        Meaning::Length(length) => it.length = Some(*length),
        Meaning::By(inner) => {
            let within = expect.by.as_deref().unwrap_or(expect);
            it.by = Some(Box::new(shown(inner, here, within)));
        }
        Meaning::Every { rule, zone, .. } => {
            let zone = zone.as_ref().unwrap_or(&here.zone);
            let most = expect.next.as_ref().map_or(3, Vec::len);
            let mut next: Vec<Timestamp> = rule
                .upcoming(zone, here.now, most + 1)
                .iter()
                .map(|slot| slot.resolved.at)
                .collect();
            it.ends = Some(next.len() <= most);
            next.truncate(most);
            it.zone = zone.iana_name().map(str::to_owned);
            it.rule = Some(rule.rule.clone());
            it.start = Some(rule.start);
            it.next = Some(next);
        }
    }
    it
}

fn open(doubt: &Doubt) -> Open {
    match doubt {
        Doubt::AmOrPm { .. } => Open::AmOrPm,
    }
}

fn shifted(shift: Shift) -> Shifted {
    match shift {
        Shift::Gap => Shifted::Gap,
        Shift::Fold => Shifted::Fold,
    }
}

fn failure(error: &NotATime) -> Failure {
    match error {
        NotATime::Unknown => Failure::Unknown,
        NotATime::NoSuchTime => Failure::NoSuchTime,
        NotATime::OtherWeekday => Failure::OtherWeekday,
        NotATime::TooFar => Failure::TooFar,
        NotATime::Past => Failure::Past,
    }
}
