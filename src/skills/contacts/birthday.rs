//! A birthday: a day and a month, and a year where it is known. May import: when.

use std::{fmt, str::FromStr};

use jiff::{
    ToSpan,
    civil::{Date, date},
};
use serde::{Deserialize, Serialize};

use crate::when::{DateOrder, day_ordered};

/// A day of the year that exists in some year. Written `1990-06-03`, or `--06-03` without a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Birthday {
    pub year: Option<i16>,
    pub month: i8,
    pub day: i8,
}

/// What is no birthday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a day like 1990-06-03, or --06-03 without a year")]
pub struct NotABirthday;

/// Nobody who is texted about was born before.
const FIRST_YEAR: i16 = 1850;
/// The longest that a reminder comes before a birthday, in days: within the month before, whatever its length.
pub const MOST_AHEAD: i8 = 27;

impl Birthday {
    /// Checks that the day exists in the year, or without one in a leap year.
    pub fn new(year: Option<i16>, month: i8, day: i8) -> Option<Self> {
        Date::new(year.unwrap_or(2000), month, day).ok()?;
        let is_near = year.is_none_or(|year| (FIRST_YEAR..2200).contains(&year));
        is_near.then_some(Self { year, month, day })
    }

    /// Reads a day as people say it: "june 3", "3 june 1990", "6/3/1990". A year is taken only where one is said, and must
    /// not lie ahead.
    pub fn read(said: &str, today: Date, order: DateOrder) -> Option<Self> {
        let said = said.trim().trim_end_matches(['.', '!']);
        if let Ok(written) = said.parse::<Self>() {
            return Some(written).filter(|b| b.year.is_none_or(|year| year <= today.year()));
        }
        let seen_from = |from| day_ordered(said, from, order).ok().map(|day| day.date);
        // a date with its year is the same one from everywhere
        let (early, late) = (seen_from(date(1900, 1, 1)), seen_from(date(2000, 1, 1)));
        if let (Some(early), Some(late)) = (early, late)
            && early == late
        {
            return (early <= today)
                .then(|| Self::new(Some(early.year()), early.month(), early.day()))
                .flatten();
        }
        let day = seen_from(today)?;
        Self::new(None, day.month(), day.day())
    }

    /// The next one from `today` on. Where there is no February 29, it is the 28th.
    pub fn next(self, today: Date) -> Date {
        let this = self.within(today.year());
        if this >= today {
            this
        } else {
            self.within(today.year().saturating_add(1))
        }
    }

    fn within(self, year: i16) -> Date {
        Date::new(year, self.month, self.day)
            .or_else(|_| Date::new(year, self.month, 28))
            .unwrap_or(Date::MAX)
    }

    /// How old somebody becomes on that day.
    pub fn age_on(self, day: Date) -> Option<i16> {
        self.year
            .map(|year| day.year() - year)
            .filter(|age| *age >= 0)
    }

    /// The rule (RFC 5545) of the day so many days before every birthday, at most [`MOST_AHEAD`]: counted from the end of
    /// the month where February's length matters, so that it comes every year.
    pub fn yearly(self, ahead: i8) -> String {
        let (month, day) = match self.day - ahead {
            _ if (self.month, self.day) == (2, 29) => (2, -1 - ahead),
            within if within >= 1 => (self.month, within),
            before => (
                if self.month == 1 { 12 } else { self.month - 1 },
                before - 1,
            ),
        };
        format!("FREQ=YEARLY;BYMONTH={month};BYMONTHDAY={day}")
    }

    /// The first day of that rule that is not before `from`.
    pub fn next_ahead(self, ahead: i8, from: Date) -> Date {
        let span = i64::from(ahead).days();
        let later = from.checked_add(span).unwrap_or(Date::MAX);
        let next = self.next(later);
        next.checked_sub(span).unwrap_or(next)
    }
}

impl fmt::Display for Birthday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.year {
            Some(year) => write!(f, "{year:04}-{:02}-{:02}", self.month, self.day),
            None => write!(f, "--{:02}-{:02}", self.month, self.day),
        }
    }
}

impl FromStr for Birthday {
    type Err = NotABirthday;

    fn from_str(text: &str) -> Result<Self, NotABirthday> {
        let (year, rest) = match text.strip_prefix("--") {
            Some(rest) => (None, rest),
            None => {
                let (year, rest) = text.split_once('-').ok_or(NotABirthday)?;
                let year = (year.len() == 4).then(|| year.parse().ok()).flatten();
                (Some(year.ok_or(NotABirthday)?), rest)
            }
        };
        let (month, day) = rest.split_once('-').ok_or(NotABirthday)?;
        let two = |text: &str| (text.len() == 2).then(|| text.parse().ok()).flatten();
        let (month, day) = (
            two(month).ok_or(NotABirthday)?,
            two(day).ok_or(NotABirthday)?,
        );
        Self::new(year, month, day).ok_or(NotABirthday)
    }
}

impl TryFrom<String> for Birthday {
    type Error = NotABirthday;
    fn try_from(text: String) -> Result<Self, NotABirthday> {
        text.parse()
    }
}

impl From<Birthday> for String {
    fn from(birthday: Birthday) -> Self {
        birthday.to_string()
    }
}

#[cfg(test)]
mod tests {
    use jiff::{civil::time, tz::TimeZone};

    use super::*;
    use crate::when::Recurrence;

    const TODAY: Date = date(2026, 11, 23);

    #[test]
    fn a_birthday_is_read_as_it_is_said_and_a_year_only_where_one_is() {
        for (said, order, expected) in [
            ("june 3", DateOrder::MonthFirst, Some("--06-03")),
            ("June 3rd", DateOrder::MonthFirst, Some("--06-03")),
            ("3 june", DateOrder::MonthFirst, Some("--06-03")),
            ("the 3rd of june", DateOrder::MonthFirst, Some("--06-03")),
            ("june 3 1990", DateOrder::MonthFirst, Some("1990-06-03")),
            ("june 3, 1990", DateOrder::MonthFirst, Some("1990-06-03")),
            ("3 june 1990", DateOrder::MonthFirst, Some("1990-06-03")),
            ("6/3/1990", DateOrder::MonthFirst, Some("1990-06-03")),
            ("6/3/1990", DateOrder::DayFirst, Some("1990-03-06")),
            ("6/3", DateOrder::DayFirst, Some("--03-06")),
            ("1990-06-03", DateOrder::MonthFirst, Some("1990-06-03")),
            ("--02-29", DateOrder::MonthFirst, Some("--02-29")),
            ("feb 29", DateOrder::MonthFirst, Some("--02-29")),
            ("feb 29 1996", DateOrder::MonthFirst, Some("1996-02-29")),
            ("today", DateOrder::MonthFirst, Some("--11-23")),
            ("tomorrow", DateOrder::MonthFirst, Some("--11-24")),
            ("feb 30", DateOrder::MonthFirst, None),
            ("june 3 2035", DateOrder::MonthFirst, None),
            ("great", DateOrder::MonthFirst, None),
            ("", DateOrder::MonthFirst, None),
        ] {
            let read = Birthday::read(said, TODAY, order).map(|b| b.to_string());
            assert_eq!(read.as_deref(), expected, "{said}");
        }
    }

    #[test]
    fn a_leap_day_is_kept_on_the_28th_between_and_an_age_is_counted() {
        let leap = Birthday::new(Some(1996), 2, 29).unwrap();
        assert_eq!(leap.next(TODAY), date(2027, 2, 28));
        assert_eq!(leap.next(date(2028, 1, 1)), date(2028, 2, 29));
        assert_eq!(leap.next(date(2027, 2, 28)), date(2027, 2, 28));
        assert_eq!(leap.next(date(2027, 3, 1)), date(2028, 2, 29));
        assert_eq!(leap.age_on(date(2027, 2, 28)), Some(31));
    }

    #[test]
    fn the_rule_of_a_reminder_falls_so_many_days_before_the_day_in_every_year() {
        let mut wrong = Vec::new();
        for (month, day) in [
            (1, 1),
            (1, 31),
            (2, 28),
            (2, 29),
            (3, 1),
            (3, 27),
            (5, 31),
            (6, 3),
            (12, 31),
        ] {
            let birthday = Birthday::new(None, month, day).unwrap();
            for ahead in [0, 1, 3, 7, 14, 27] {
                let nine = time(9, 0, 0, 0);
                let mut from = date(2026, 12, 31);
                let start = birthday.next_ahead(ahead, from);
                let rule =
                    Recurrence::new(&birthday.yearly(ahead), start.to_datetime(nine), Vec::new())
                        .unwrap();
                let before = start.yesterday().unwrap().to_datetime(nine);
                let after = before.to_zoned(TimeZone::UTC).unwrap().timestamp();
                for slot in rule.upcoming(&TimeZone::UTC, after, 6) {
                    let expected = birthday.next_ahead(ahead, from);
                    if slot.slot.date() != expected {
                        wrong.push(format!("{birthday} -{ahead}: {} for {expected}", slot.slot));
                    }
                    from = expected.tomorrow().unwrap();
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
