//! How a task comes again: a rule of days (RFC 5545), counted by the calendar or from the day on which it was done. Pure.
//! May import: when.
//!
//! By the calendar the days stand: "every 3 days" from Monday is Thursday and Sunday, whenever it is done. From completion the
//! next one is so long after it was done: "every 2 weeks after I finish".

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Time},
    tz::TimeZone,
};

use super::store::Task;
use crate::when::{self, Here, Meaning, Recurrence};

/// No more days are counted as missed than this.
const MOST_MISSED: usize = 50;

/// A rule that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Repeat {
    /// The value of an RRULE.
    pub rule: String,
    /// The day that it counts from; none: from the day on which it is done.
    pub anchor: Option<Date>,
    /// The first day, when no other was said.
    pub first: Date,
}

/// Why words are no rule of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoRepeat {
    Unknown,
    /// A time of day, or several times a day: that is a reminder's.
    Timed,
}

/// How people say that it counts from when it is done.
const AFTER_DONE: &[&str] = &[
    " after i finish it",
    " after i finish",
    " after i finished it",
    " after i finished",
    " after i've done it",
    " after i have done it",
    " after i did it",
    " after i do it",
    " after i'm done",
    " after im done",
    " after it's done",
    " after its done",
    " after it is done",
    " after finishing it",
    " after finishing",
    " after doing it",
    " after completing it",
    " after completion",
    " from completion",
    " after the last time",
    " after each time",
    " once i finish",
    " once it's done",
    " once done",
    " when done",
    " after done",
];

/// The words for the rule alone, and whether it counts from completion.
fn split(said: &str) -> (String, bool) {
    let folded = said
        .trim()
        .trim_end_matches(['.', '!'])
        .replace('\u{2019}', "'")
        .to_lowercase();
    let tail = AFTER_DONE.iter().find_map(|tail| folded.strip_suffix(tail));
    match tail {
        Some(rest) => (rest.trim().to_owned(), true),
        None => (folded, false),
    }
}

/// Reads "every 3 days", "every monday", "every 2 weeks after I finish".
pub fn read(said: &str, here: &Here) -> Result<Repeat, NoRepeat> {
    let (words, from_done) = split(said);
    let today = here.today();
    // what comes every day comes today too: the day is not over when it is morning somewhere in it
    let morning = today
        .to_zoned(here.zone.clone())
        .map_err(|_| NoRepeat::Unknown)?;
    let here = Here {
        now: morning.timestamp(),
        ..here.clone()
    };
    let reading = [words.clone(), format!("every {words}")]
        .iter()
        .find_map(|words| {
            when::read(words, &here)
                .ok()
                .filter(|r| matches!(r.meaning, Meaning::Every { .. }))
        })
        .ok_or(NoRepeat::Unknown)?;
    let Meaning::Every { rule, time, .. } = reading.meaning else {
        return Err(NoRepeat::Unknown);
    };
    let is_within_a_day = ["HOURLY", "MINUTELY", "SECONDLY"]
        .iter()
        .any(|f| rule.rule.contains(f));
    if time || is_within_a_day {
        return Err(NoRepeat::Timed);
    }
    let first = rule.start.date();
    if !from_done {
        return Ok(Repeat {
            rule: rule.rule,
            anchor: Some(first),
            first,
        });
    }
    // "every 2 weeks" names no weekday: so long after it was done, whichever day that is
    let named = words
        .split(|c: char| !c.is_ascii_alphanumeric())
        .any(names_a_day);
    let rule = if named { rule.rule } else { plain(&rule.rule) };
    Ok(Repeat {
        rule,
        anchor: None,
        first: if named { first } else { today },
    })
}

/// Whether a word of a rule names a day: "monday", "weekday", "15th".
fn names_a_day(word: &str) -> bool {
    let is_ordinal = ["st", "nd", "rd", "th"].iter().any(|end| {
        word.strip_suffix(end)
            .is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
    });
    is_ordinal || when::read_weekdays(word).is_some()
}

/// The rule without the day that stood in for one.
fn plain(rule: &str) -> String {
    let parts = rule.split(';').filter(|part| !part.starts_with("BY"));
    parts.collect::<Vec<_>>().join(";")
}

/// The value of one part of a rule.
fn part<'r>(rule: &'r str, name: &str) -> Option<&'r str> {
    rule.split(';')
        .find_map(|part| part.strip_prefix(name)?.strip_prefix('='))
}

/// The day of a task after `day`, by its rule; `None`: it comes once, or never again.
fn after(task: &Task, day: Date) -> Option<Date> {
    let rule = task.rule.as_deref()?;
    if task.anchor.is_none() && part(rule, "BYDAY").or(part(rule, "BYMONTHDAY")).is_none() {
        let every: i32 = part(rule, "INTERVAL").unwrap_or("1").parse().ok()?;
        let span = match part(rule, "FREQ")? {
            "DAILY" => every.days(),
            "WEEKLY" => every.weeks(),
            "MONTHLY" => every.months(),
            _ => every.years(),
        };
        return day.checked_add(span).ok();
    }
    let start = task.anchor.unwrap_or(day).to_datetime(Time::midnight());
    let recurrence = Recurrence::new(rule, start, Vec::new()).ok()?;
    let slot = recurrence.next(&TimeZone::UTC, midnight(day)?)?;
    Some(slot.slot.date())
}

fn midnight(day: Date) -> Option<Timestamp> {
    Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

/// When a task that is done on `today` is due next. By the calendar that is a day to come, even when some were missed; done
/// early, it is the one behind the day that is done.
pub fn next(task: &Task, today: Date) -> Option<Date> {
    if task.anchor.is_none() {
        return after(task, today);
    }
    after(task, task.due_on.map_or(today, |due| due.max(today)))
}

/// How often a task's day has come and gone: what it was moved on from, and the days behind us.
pub fn missed(task: &Task, today: Date) -> usize {
    let moved = usize::try_from(task.missed).unwrap_or(0);
    let first = task.due_on.filter(|due| *due < today);
    let gone = std::iter::successors(first, |day| after(task, *day))
        .take_while(|day| *day < today)
        .take(MOST_MISSED)
        .count();
    moved + gone
}

/// "every 3 days", "every 2 weeks after it is done"; `None`: once.
pub fn say(task: &Task, today: Date) -> Option<String> {
    let rule = task.rule.as_deref()?;
    let here = &Here::new(midnight(today)?, TimeZone::UTC);
    let Some(anchor) = task.anchor else {
        let every: u32 = part(rule, "INTERVAL").unwrap_or("1").parse().ok()?;
        let unit = match part(rule, "FREQ")? {
            "DAILY" => "day",
            "WEEKLY" => "week",
            "MONTHLY" => "month",
            _ => "year",
        };
        let often = if rule.contains("BY") {
            words(rule, today, here)
        } else if every == 1 {
            format!("every {unit}")
        } else {
            format!("every {every} {unit}s")
        };
        return Some(format!("{often} after it is done"));
    };
    Some(words(rule, anchor, here))
}

fn words(rule: &str, start: Date, here: &Here) -> String {
    let start = start.to_datetime(Time::midnight());
    let Ok(rule) = Recurrence::new(rule, start, Vec::new()) else {
        return rule.to_owned();
    };
    let said = when::say::every(&rule, here);
    let said = said.replace(
        &format!(" at {}", when::say::time(Time::midnight(), here)),
        "",
    );
    // the day of the first one stands beside it
    match said.split_once(", starting ") {
        Some((said, _)) => said.to_owned(),
        None => said,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    // a Monday
    fn here() -> Here {
        let now = date(2026, 11, 23).at(15, 0, 0, 0).to_zoned(TimeZone::UTC);
        Here::new(now.expect("a time").timestamp(), TimeZone::UTC)
    }

    fn task(said: &str) -> Task {
        let here = here();
        let repeat = read(said, &here).expect(said);
        Task {
            rule: Some(repeat.rule),
            anchor: repeat.anchor,
            due_on: Some(repeat.first),
            ..Task::new("x", 1, here.now)
        }
    }

    #[test]
    fn by_the_calendar_the_days_stand_and_from_completion_they_follow() {
        let day = |d| date(2026, 11, d);
        for (said, first, done, then) in [
            ("every 3 days", day(23), day(23), day(26)),
            ("every 3 days", day(23), day(24), day(26)),
            // missed twice: the next one is to come
            ("every 3 days", day(23), day(27), day(29)),
            // done before its day
            ("every friday", day(27), day(25), date(2026, 12, 4)),
            ("every monday", day(23), day(23), day(30)),
            ("weekly", day(23), day(23), day(30)),
            ("every 3 days after I finish", day(23), day(25), day(28)),
            (
                "every 2 weeks after I finish",
                day(23),
                day(26),
                date(2026, 12, 10),
            ),
            (
                "every month after it's done.",
                day(23),
                day(30),
                date(2026, 12, 30),
            ),
            ("every monday after i finish", day(23), day(24), day(30)),
        ] {
            let task = task(said);
            assert_eq!(task.due_on, Some(first), "{said}");
            assert_eq!(next(&task, done), Some(then), "{said}, done on {done}");
        }
        for timed in ["every day at 5pm", "every 6 hours"] {
            assert_eq!(read(timed, &here()), Err(NoRepeat::Timed), "{timed}");
        }
        for none in ["tomorrow", "often", "", "3pm"] {
            assert_eq!(read(none, &here()), Err(NoRepeat::Unknown), "{none}");
        }
    }

    #[test]
    fn what_was_missed_is_counted_by_days_of_its_rule_and_by_what_was_moved_on() {
        let day = |d| date(2026, 11, d);
        let often = task("every 3 days");
        for (today, count) in [(23, 0), (24, 1), (26, 1), (27, 2), (30, 3)] {
            assert_eq!(missed(&often, day(today)), count, "on {today}");
        }
        let after = task("every 3 days after I finish");
        assert_eq!(missed(&after, day(30)), 3);
        let once = Task {
            rule: None,
            anchor: None,
            missed: 2,
            ..often
        };
        assert_eq!(
            missed(&once, day(30)),
            3,
            "a day that passed is missed once"
        );
        assert_eq!(
            missed(
                &Task {
                    due_on: None,
                    ..once
                },
                day(30)
            ),
            2
        );
    }

    #[test]
    fn a_rule_is_said_without_a_time_of_day() {
        for (said, back) in [
            ("every 3 days", "every 3 days"),
            ("every friday", "every Friday"),
            (
                "every 2 weeks after I finish",
                "every 2 weeks after it is done",
            ),
            ("every day after i finish", "every day after it is done"),
        ] {
            assert_eq!(
                say(&task(said), here().today()).as_deref(),
                Some(back),
                "{said}"
            );
        }
    }
}
