//! Days of what was spent, and stretches of time that are asked about: what is behind us, where the same words for a task or a
//! reminder would mean what is to come. May import: when.

use jiff::{ToSpan, civil::Date};

use crate::when::{self, Here, Meaning, Span};

/// Words that only what is to come is called by.
const AHEAD: &[&str] = &["tomorrow", "next", "in", "coming", "upcoming"];

/// The day that `said` names, today or before: "friday" is the last one, "nov 20" this year's. `None`: it is no day, or it is
/// still to come.
pub fn past(said: &str, here: &Here) -> Option<Date> {
    let today = here.today();
    let day = day_of(&when::read_any(said.trim(), here).ok()?.meaning)?;
    if day <= today {
        return Some(day);
    }
    let lower = said.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    if words.iter().any(|word| AHEAD.contains(word)) {
        return None;
    }
    let backs = [1.week(), 1.month(), 1.year()];
    let fits = |back: &Date| {
        // the same words, read on that day, name that day
        let then = Here {
            now: here
                .zone
                .to_timestamp(back.to_datetime(jiff::civil::time(0, 30, 0, 0)))
                .unwrap_or(here.now)
                - jiff::SignedDuration::from_hours(20),
            ..here.clone()
        };
        *back <= today
            && when::read_any(said.trim(), &then)
                .ok()
                .and_then(|reading| day_of(&reading.meaning))
                == Some(*back)
    };
    backs
        .into_iter()
        .filter_map(|back| day.checked_sub(back).ok())
        .find(fits)
}

fn day_of(meaning: &Meaning) -> Option<Date> {
    match meaning {
        Meaning::Day(day) => Some(*day),
        Meaning::At(moment) => Some(moment.wall.date()),
        Meaning::Span(Span::Days { from, to }) => {
            (to.checked_sub(1.day()).ok()? == *from).then_some(*from)
        }
        Meaning::Span(Span::Times { from, .. }) => Some(from.wall.date()),
        Meaning::By(inner) => day_of(inner),
        Meaning::Length(_) | Meaning::Every { .. } => None,
    }
}

/// Days from the first on, and the one behind the last; `None`: without an end.
pub type Stretch = (Option<Date>, Option<Date>);

/// The stretch of time that `said` names: "this month", "last 30 days", "october" (the last one), "2025", "since june", "ever".
pub fn stretch(said: &str, here: &Here) -> Option<Stretch> {
    let lower = said.trim().to_lowercase();
    let mut bare = lower.trim_end_matches(['?', '.', '!', ',']).trim();
    for tail in [
        " so far",
        " to date",
        " already",
        " overall",
        " in total",
        " altogether",
    ] {
        bare = bare.strip_suffix(tail).unwrap_or(bare);
    }
    for lead in [
        "in ", "during ", "for ", "over ", "within ", "of ", "from ", "on ", "the ",
    ] {
        bare = bare.strip_prefix(lead).unwrap_or(bare);
    }
    let today = here.today();
    let tomorrow = today.tomorrow().ok()?;
    if [
        "ever",
        "all time",
        "in total",
        "total",
        "so far",
        "altogether",
    ]
    .contains(&bare)
    {
        return Some((None, None));
    }
    if let Some(since) = bare.strip_prefix("since ") {
        let (from, _) = stretch(since, here)?;
        return Some((from, Some(tomorrow)));
    }
    if let Some(length) = rolling(bare, today) {
        return Some((Some(length), Some(tomorrow)));
    }
    if let Ok(Span::Days { from, to }) = when::read_span(bare, here) {
        if from <= today {
            return Some((Some(from), Some(to)));
        }
        // what is asked about lies behind us
        let before = |day: Date| day.checked_sub(1.year()).ok();
        let is_ahead = bare.split(' ').any(|word| AHEAD.contains(&word));
        let (from, to) = (before(from)?, before(to)?);
        if !is_ahead && to.checked_sub(1.month()).is_ok_and(|day| day == from) {
            return Some((Some(from), Some(to)));
        }
    }
    let day = past(bare, here)?;
    Some((Some(day), Some(day.tomorrow().ok()?)))
}

/// "last 30 days", "past week": its first day, today being the last.
fn rolling(said: &str, today: Date) -> Option<Date> {
    let words: Vec<&str> = said.split_whitespace().collect();
    let (many, unit) = match words.as_slice() {
        ["last" | "past" | "previous", many, unit] => (many.parse::<i64>().ok()?, *unit),
        ["past", unit] => (1, *unit),
        _ => return None,
    };
    if !(1..=1000).contains(&many) {
        return None;
    }
    let span = match unit.trim_end_matches('s') {
        "day" => many.days(),
        "week" => (many * 7).days(),
        "month" => many.months(),
        "year" => many.years(),
        _ => return None,
    };
    today.checked_sub(span).ok()?.tomorrow().ok()
}

/// What `said` names beside `other`: "the week before" is as long as that and ends where it begins.
pub fn beside(said: &str, other: Stretch, here: &Here) -> Option<Stretch> {
    let lower = said.trim().to_lowercase();
    let bare = lower.trim_end_matches(['?', '.', '!']).trim();
    let is_before = [
        "the week before",
        "week before",
        "the month before",
        "month before",
        "the year before",
        "year before",
        "before",
        "the one before",
        "the period before",
        "the day before",
        "previous",
        "the previous one",
        "the previous week",
        "the previous month",
        "the previous year",
        "the week before that",
        "the month before that",
    ]
    .contains(&bare);
    if !is_before {
        return stretch(said, here);
    }
    let (from, to) = (other.0?, other.1?);
    let is_month = from.day() == 1 && from.checked_add(1.month()).is_ok_and(|day| day == to);
    let is_year = from.checked_add(1.year()).is_ok_and(|day| day == to);
    let begins = if is_year {
        from.checked_sub(1.year())
    } else if is_month {
        from.checked_sub(1.month())
    } else {
        let days = to.since(from).ok()?.get_days();
        from.checked_sub(i64::from(days).days())
    };
    Some((Some(begins.ok()?), Some(from)))
}

#[cfg(test)]
mod tests {
    use jiff::{civil::date, tz::TimeZone};

    use super::*;

    /// Monday, November 23.
    fn here() -> Here {
        let now = date(2026, 11, 23).at(18, 0, 0, 0);
        let zone = TimeZone::get("America/New_York").expect("a zone");
        Here::new(zone.to_timestamp(now).expect("a time"), zone)
    }

    #[test]
    fn days_of_what_was_spent_are_behind_us() {
        for (said, day) in [
            ("today", Some(date(2026, 11, 23))),
            ("yesterday", Some(date(2026, 11, 22))),
            ("friday", Some(date(2026, 11, 20))),
            ("last friday", Some(date(2026, 11, 20))),
            ("on sunday", Some(date(2026, 11, 22))),
            ("nov 20", Some(date(2026, 11, 20))),
            ("12/24", Some(date(2025, 12, 24))),
            ("the 1st", Some(date(2026, 11, 1))),
            ("2 days ago", Some(date(2026, 11, 21))),
            ("2026-11-02", Some(date(2026, 11, 2))),
            ("tomorrow", None),
            ("next friday", None),
            ("in 3 days", None),
            ("lunch", None),
        ] {
            assert_eq!(past(said, &here()), day, "{said}");
        }
    }

    #[test]
    fn stretches_are_asked_about_as_they_were() {
        let days = |from: Date, to: Date| Some((Some(from), Some(to)));
        for (said, expected) in [
            ("this month", days(date(2026, 11, 1), date(2026, 12, 1))),
            (
                "this month so far",
                days(date(2026, 11, 1), date(2026, 12, 1)),
            ),
            ("last month", days(date(2026, 10, 1), date(2026, 11, 1))),
            ("last week", days(date(2026, 11, 16), date(2026, 11, 23))),
            ("this week", days(date(2026, 11, 23), date(2026, 11, 30))),
            ("this year", days(date(2026, 1, 1), date(2027, 1, 1))),
            ("last year", days(date(2025, 1, 1), date(2026, 1, 1))),
            ("2025", days(date(2025, 1, 1), date(2026, 1, 1))),
            ("in october", days(date(2026, 10, 1), date(2026, 11, 1))),
            ("december", days(date(2025, 12, 1), date(2026, 1, 1))),
            (
                "the last 30 days",
                days(date(2026, 10, 25), date(2026, 11, 24)),
            ),
            ("past week", days(date(2026, 11, 17), date(2026, 11, 24))),
            ("since october", days(date(2026, 10, 1), date(2026, 11, 24))),
            ("yesterday", days(date(2026, 11, 22), date(2026, 11, 23))),
            ("today", days(date(2026, 11, 23), date(2026, 11, 24))),
            ("on friday", days(date(2026, 11, 20), date(2026, 11, 21))),
            ("ever", Some((None, None))),
            ("food", None),
        ] {
            assert_eq!(stretch(said, &here()), expected, "{said}");
        }
        let week = stretch("last week", &here()).expect("a week");
        assert_eq!(
            beside("the week before", week, &here()),
            days(date(2026, 11, 9), date(2026, 11, 16))
        );
        let month = stretch("this month", &here()).expect("a month");
        assert_eq!(
            beside("the month before", month, &here()),
            days(date(2026, 10, 1), date(2026, 11, 1))
        );
    }
}
