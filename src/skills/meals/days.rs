//! Evenings, as people name several: "next week", "monday to thursday", "mon, wed and fri", "the next 3 days".
//! May import: when.

use jiff::{SignedDuration, ToSpan, civil::Date};

use super::read::number;
use crate::when::{self, Here, Span};

/// The most evenings of one plan.
const MOST: usize = 14;

/// The evenings that the words name, from today on; `None`: they name none. No words: the next seven.
pub fn read(said: &str, here: &Here) -> Option<Vec<Date>> {
    let said = said
        .trim()
        .trim_end_matches(['.', '!', '?', ','])
        .to_lowercase();
    let said = said.strip_prefix("for ").unwrap_or(&said);
    let said = said.strip_prefix("on ").unwrap_or(said).trim();
    let today = here.today();
    let days = match said {
        "" | "week" | "the week" | "a week" | "this coming week" | "the next week" | "one week" => {
            count(today, 7)
        }
        "weekdays" | "the weekdays" | "the work week" | "the workweek" => {
            let monday = when::day("monday", today).ok()?.date;
            count(monday, 5)
        }
        "weekend" | "the weekend" => span("this weekend", here)?,
        "tonight" | "this evening" => vec![today],
        _ => several(said, here)
            .or_else(|| next_days(said, today))
            .or_else(|| from_to(said, here))
            .or_else(|| Some(vec![one(said, here)?]))
            .or_else(|| span(said, here))?,
    };
    let mut days: Vec<Date> = days.into_iter().filter(|day| *day >= today).collect();
    days.sort_unstable();
    days.dedup();
    days.truncate(MOST);
    (!days.is_empty()).then_some(days)
}

/// One evening: "tuesday", "tomorrow", "dec 3".
pub fn one(said: &str, here: &Here) -> Option<Date> {
    let said = said
        .trim()
        .trim_end_matches(['.', '!', '?', ','])
        .to_lowercase();
    if ["tonight", "this evening", "today", "now"].contains(&said.as_str()) {
        return Some(here.today());
    }
    let said = said
        .trim_end_matches("'s")
        .trim_end_matches(" night")
        .trim_end_matches(" evening");
    // a week is no day, though its Monday is meant when something is due "next week"
    if ["week", "month", "weekend", "year"]
        .iter()
        .any(|period| said.ends_with(period))
    {
        return None;
    }
    Some(
        when::day_ordered(said, here.today(), here.habits.order())
            .ok()?
            .date,
    )
}

fn count(from: Date, many: usize) -> Vec<Date> {
    std::iter::successors(Some(from), |day| day.tomorrow().ok())
        .take(many.min(MOST))
        .collect()
}

/// "the next 3 days", "5 days".
fn next_days(said: &str, today: Date) -> Option<Vec<Date>> {
    let rest = said.strip_prefix("the ").unwrap_or(said);
    let rest = rest.strip_prefix("next ").unwrap_or(rest);
    let many = rest
        .strip_suffix(" days")
        .or_else(|| rest.strip_suffix(" nights"))
        .or_else(|| rest.strip_suffix(" evenings"))?;
    let many = usize::try_from(number(many.trim())?).ok()?;
    (1..=MOST).contains(&many).then(|| count(today, many))
}

/// "monday to thursday".
fn from_to(said: &str, here: &Here) -> Option<Vec<Date>> {
    let said = said.strip_prefix("from ").unwrap_or(said);
    let (from, last) = [" to ", " through ", " thru ", " until ", " till ", "-"]
        .iter()
        .find_map(|link| said.split_once(link))?;
    let (from, mut last) = (one(from, here)?, one(last, here)?);
    if last < from {
        last = last.checked_add(7.days()).ok()?;
    }
    let many = usize::try_from((last - from).get_days()).ok()? + 1;
    Some(count(from, many))
}

/// "mon, wed and fri".
fn several(said: &str, here: &Here) -> Option<Vec<Date>> {
    let parts: Vec<&str> = said
        .split([',', '&'])
        .flat_map(|part| part.split(" and "))
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    if parts.len() < 2 {
        return None;
    }
    parts.iter().map(|part| one(part, here)).collect()
}

fn span(said: &str, here: &Here) -> Option<Vec<Date>> {
    let (from, to) = match when::read_span(said, here).ok()? {
        Span::Days { from, to } => (from, to),
        Span::Times { from, .. } => (from.wall.date(), from.wall.date().tomorrow().ok()?),
    };
    let from = from.max(here.today());
    let many = SignedDuration::from_hours(24 * i64::from((to - from).get_days())).as_hours() / 24;
    Some(count(from, usize::try_from(many).ok()?))
}

#[cfg(test)]
mod tests {
    use jiff::{civil::date, tz::TimeZone};

    use super::*;

    fn here() -> Here {
        // a Monday
        let now = date(2026, 11, 23)
            .at(12, 0, 0, 0)
            .in_tz("UTC")
            .expect("a time")
            .timestamp();
        Here::new(now, TimeZone::UTC)
    }

    #[test]
    fn evenings_are_read_as_people_name_them() {
        for (said, first, many) in [
            ("", "2026-11-23", 7),
            ("next week", "2026-11-30", 7),
            ("this week", "2026-11-23", 7),
            ("the week", "2026-11-23", 7),
            ("monday to thursday", "2026-11-30", 4),
            ("friday to monday", "2026-11-27", 4),
            ("tue, thu and fri", "2026-11-24", 3),
            ("the next 3 days", "2026-11-23", 3),
            ("for five days", "2026-11-23", 5),
            ("this weekend", "2026-11-28", 2),
            ("the weekend", "2026-11-28", 2),
            ("tomorrow", "2026-11-24", 1),
            ("tonight", "2026-11-23", 1),
            ("on friday", "2026-11-27", 1),
            ("weekdays", "2026-11-30", 5),
        ] {
            let days = read(said, &here()).unwrap_or_else(|| panic!("{said}"));
            assert_eq!(
                (days[0].to_string().as_str(), days.len()),
                (first, many),
                "{said}"
            );
        }
        for none in [
            "sam",
            "friday with sam",
            "yesterday",
            "6",
            "4 people",
            "dinner",
        ] {
            assert_eq!(read(none, &here()), None, "{none}");
        }
    }
}
