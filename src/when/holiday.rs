//! Days that have a name: "christmas", "thanksgiving", "mother's day", by date or rule and, where they differ, by country.
//! May import: jiff and `day` beside it. The table is `holiday/days.txt`.

use std::{collections::HashMap, sync::LazyLock};

use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};

use super::day::{read_month, read_weekday};

/// The next such day on or after `from`, as the country with this code (`US`) has it; the commonest meaning for others.
pub fn named(said: &str, country: &str, from: Date) -> Option<Date> {
    let name = fold(said);
    let days = DAYS.get(name.as_str()).or_else(|| {
        let short = name.strip_prefix("the ")?;
        DAYS.get(short)
    })?;
    let here = days
        .iter()
        .find(|day| day.countries.split(',').any(|code| code == country))
        .or_else(|| days.iter().find(|day| day.countries.contains('*')))
        .or_else(|| days.first())?;
    (from.year()..=from.year().saturating_add(1))
        .filter_map(|year| here.rule.of(year))
        .find(|date| *date >= from)
}

/// Most words in a name: "martin luther king jr day".
pub const MOST_WORDS: usize = 5;

struct Day {
    countries: &'static str,
    rule: Rule,
}

#[derive(Clone, Copy)]
struct Rule {
    base: Base,
    ahead: i16,
}

#[derive(Clone, Copy)]
enum Base {
    Date(i8, i8),
    Nth(i8, Weekday, i8),
    Easter,
    UpTo(Weekday, i8, i8),
    From(Weekday, i8, i8),
}

static DAYS: LazyLock<HashMap<&'static str, Vec<Day>>> = LazyLock::new(|| {
    let mut days: HashMap<&'static str, Vec<Day>> = HashMap::new();
    let lines = include_str!("holiday/days.txt").lines();
    for line in lines.filter(|line| !line.starts_with('#')) {
        let Some((rule, names)) = line.split_once(" = ") else {
            continue;
        };
        let Some((countries, rule)) = rule.split_once(' ') else {
            continue;
        };
        let Some(rule) = Rule::read(rule) else {
            continue;
        };
        for name in names.split(", ") {
            let day = Day { countries, rule };
            days.entry(name).or_default().push(day);
        }
    }
    days
});

impl Rule {
    fn read(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split(' ').collect();
        let (base, ahead) = match words.as_slice() {
            [base @ .., ahead]
                if ahead.starts_with('+') || !base.is_empty() && ahead.starts_with('-') =>
            {
                (base, ahead.parse().ok()?)
            }
            base => (base, 0),
        };
        let base = match base {
            ["easter"] => Base::Easter,
            [date] => {
                let (month, day) = month_and_day(date)?;
                Base::Date(month, day)
            }
            [weekday, "<=", date] => {
                let (month, day) = month_and_day(date)?;
                Base::UpTo(read_weekday(weekday).ok()?, month, day)
            }
            [weekday, ">=", date] => {
                let (month, day) = month_and_day(date)?;
                Base::From(read_weekday(weekday).ok()?, month, day)
            }
            [nth, weekday, month] => Base::Nth(
                nth.parse().ok()?,
                read_weekday(weekday).ok()?,
                read_month(month).ok()?,
            ),
            _ => return None,
        };
        Some(Self { base, ahead })
    }

    fn of(self, year: i16) -> Option<Date> {
        let date = match self.base {
            Base::Date(month, day) => Date::new(year, month, day).ok()?,
            Base::Nth(nth, weekday, month) => Date::new(year, month, 1)
                .ok()?
                .nth_weekday_of_month(nth, weekday)
                .ok()?,
            Base::Easter => easter(year)?,
            Base::UpTo(weekday, month, day) => {
                let last = Date::new(year, month, day).ok()?;
                last.checked_sub(i64::from(last.weekday().since(weekday)).days())
                    .ok()?
            }
            Base::From(weekday, month, day) => {
                let first = Date::new(year, month, day).ok()?;
                first
                    .checked_add(i64::from(weekday.since(first.weekday())).days())
                    .ok()?
            }
        };
        date.checked_add(i64::from(self.ahead).days()).ok()
    }
}

fn month_and_day(text: &str) -> Option<(i8, i8)> {
    let (month, day) = text.split_once('-')?;
    Some((month.parse().ok()?, day.parse().ok()?))
}

/// Easter Sunday of the Gregorian calendar (anonymous computus; Meeus, Astronomical Algorithms, chapter 8).
fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let a = y % 19;
    let (b, c) = (y / 100, y % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    let month = i8::try_from(n / 31).ok()?;
    let day = i8::try_from(n % 31 + 1).ok()?;
    Date::new(year, month, day).ok()
}

/// Small letters and straight quotes, words parted by one space.
fn fold(said: &str) -> String {
    let words = said.replace(['\u{2019}', '\u{2018}'], "'").to_lowercase();
    let words: Vec<&str> = words.split_whitespace().collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn easter_falls_where_the_church_put_it() {
        for (year, month, day) in [
            (2000, 4, 23),
            (2008, 3, 23),
            (2011, 4, 24),
            (2019, 4, 21),
            (2024, 3, 31),
            (2025, 4, 20),
            (2026, 4, 5),
            (2027, 3, 28),
            (2030, 4, 21),
            (2038, 4, 25),
        ] {
            assert_eq!(easter(year), Some(date(year, month, day)));
        }
    }

    #[test]
    fn a_holiday_is_its_next_day_in_the_users_country() {
        let today = date(2026, 11, 23);
        for (said, country, expected) in [
            ("christmas", "US", date(2026, 12, 25)),
            ("Xmas Eve", "US", date(2026, 12, 24)),
            ("thanksgiving", "US", date(2026, 11, 26)),
            ("thanksgiving", "CA", date(2027, 10, 11)),
            ("thanksgiving", "DE", date(2026, 11, 26)),
            ("black friday", "US", date(2026, 11, 27)),
            ("easter", "US", date(2027, 3, 28)),
            ("good friday", "GB", date(2027, 3, 26)),
            ("pentecost", "DE", date(2027, 5, 16)),
            ("mother's day", "US", date(2027, 5, 9)),
            ("mother\u{2019}s day", "GB", date(2027, 3, 7)),
            ("father's day", "DE", date(2027, 5, 6)),
            ("labor day", "US", date(2027, 9, 6)),
            ("labour day", "DE", date(2027, 5, 1)),
            ("memorial day", "US", date(2027, 5, 31)),
            ("mlk day", "US", date(2027, 1, 18)),
            ("4th of july", "US", date(2027, 7, 4)),
            ("independence day", "IN", date(2027, 8, 15)),
            ("victoria day", "CA", date(2027, 5, 24)),
            ("first advent", "DE", date(2026, 11, 29)),
            ("midsummer", "SE", date(2027, 6, 26)),
            ("new year's eve", "US", date(2026, 12, 31)),
            ("new years", "US", date(2027, 1, 1)),
            ("the 4th of july", "US", date(2027, 7, 4)),
        ] {
            assert_eq!(
                named(said, country, today),
                Some(expected),
                "{said} {country}"
            );
        }
        assert_eq!(named("friday", "US", today), None);
        assert_eq!(
            named("christmas", "US", date(2026, 12, 25)),
            Some(date(2026, 12, 25))
        );
    }

    #[test]
    fn every_line_of_the_table_is_understood() {
        for line in include_str!("holiday/days.txt").lines() {
            if line.starts_with('#') {
                continue;
            }
            let (rule, names) = line.split_once(" = ").unwrap();
            let rule = Rule::read(rule.split_once(' ').unwrap().1).unwrap();
            assert!(rule.of(2027).is_some(), "{line}");
            for name in names.split(", ") {
                assert_eq!(fold(name), name);
                assert!(name.split(' ').count() <= MOST_WORDS, "{name}");
            }
        }
    }
}
