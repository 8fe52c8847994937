//! The clauses of a recurrence in words, in whatever order they come: how often, on which days, from when, until when, how
//! many times, what not. Words that are none of these are left for the reader of times.
//! May import: `day` and `holiday` for single words and names, and this module's parent.

use jiff::civil::Weekday;

use super::rule::{Freq, Nth};
use crate::when::{Here, day::read_weekday};

mod days;
mod tokens;

pub(super) use days::weekdays;
use days::{ALL_DAYS, repeating_days};
use tokens::{is_boundary, length, ordinal, part_of_day, unit};
pub(super) use tokens::{may_recur, number, words};

/// What the clauses said.
#[derive(Debug, Default)]
pub(super) struct Clauses {
    pub freq: Option<Freq>,
    pub interval: Option<u32>,
    /// Something said that it repeats: "every", "mondays", "daily".
    pub repeats: bool,
    pub days: Vec<Nth>,
    pub month_days: Vec<i16>,
    pub months: Vec<i16>,
    /// Which of the days of a month: the first or the last weekday.
    pub position: Option<i16>,
    /// "morning", of "every morning".
    pub part: Option<&'static str>,
    pub count: Option<u32>,
    /// "for two weeks": so many days, or so many months, or seconds.
    pub span: Option<Length>,
    /// "for the next five days": says by itself that it repeats.
    coming: bool,
    /// "mon-fri": with one time of day it repeats, alone it is a span of days.
    pub ranged: bool,
    pub from: Option<String>,
    /// With whether the day itself is part of it when a month or week is meant ("through june").
    pub until: Option<(String, bool)>,
    pub not_days: Vec<Weekday>,
    /// Other words behind "except".
    pub except: Vec<String>,
    pub cannot: Vec<String>,
    pub assumed: Vec<String>,
    /// What is left: a time of day.
    pub time: Vec<String>,
}

/// So long it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Length {
    Days(i64),
    Months(i64),
    Seconds(i64),
}

/// Reads all clauses. `None`: two of them contradict each other.
pub(super) fn read(words: &[String], here: &Here) -> Option<Clauses> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut found = Clauses::default();
    let mut rest = words.as_slice();
    let (mut days, mut days_between) = (0, false);
    while !rest.is_empty() {
        let taken = found
            .limit(rest)
            .or_else(|| found.often(rest, here))
            .or_else(|| found.on(rest, here));
        let hours = found.time.last().is_some_and(|word| is_digit(word));
        match taken {
            // "3 work days from now" counts days
            Some(_) if hours && matches!(rest[0], "work" | "working" | "business") => return None,
            Some(taken) => {
                // "monday at 9 and friday at 3" are two recurrences
                let more_days = !found.time.is_empty() && found.days.len() > days;
                if more_days && days > 0 {
                    return None;
                }
                days_between |= more_days;
                days = found.days.len();
                rest = &rest[taken..];
            }
            None if days_between && is_digit(rest[0]) => return None,
            None => {
                found.time.push(rest[0].to_owned());
                rest = &rest[1..];
            }
        }
    }
    found.join()
}

impl Clauses {
    /// "10 times", "for two weeks", "until june", "starting monday", "except holidays".
    fn limit(&mut self, words: &[&str]) -> Option<usize> {
        match words {
            [
                count,
                "times" | "x",
                "a" | "per" | "each" | "every",
                unit,
                ..,
            ] if number(count).is_some() => {
                self.several(&format!("{count} times a {unit}"), unit)?;
                Some(4)
            }
            [
                twice @ ("twice" | "thrice"),
                "a" | "per" | "each" | "every",
                unit,
                ..,
            ] => {
                self.several(&format!("{twice} a {unit}"), unit)?;
                Some(3)
            }
            ["once", "a" | "per" | "every" | "each", word, ..] if unit(word).is_some() => {
                let (freq, times) = unit(word)?;
                self.set_freq(freq, times)?;
                Some(3)
            }
            ["x", count, ..] | [count, "times", ..] => {
                self.count = Some(number(count)?);
                Some(2)
            }
            [
                twice @ ("twice" | "thrice"),
                often @ ("daily" | "weekly" | "monthly"),
                ..,
            ] => {
                let unit = match *often {
                    "daily" => "day",
                    "weekly" => "week",
                    _ => "month",
                };
                self.several(&format!("{twice} {often}"), unit)?;
                Some(2)
            }
            [
                "once",
                "every" | "each" | "daily" | "weekly" | "monthly" | "yearly",
                ..,
            ] => Some(1),
            ["for" | "over", rest @ ..] => {
                let skipped = skip(rest, &["the", "next", "coming", "following"]);
                let (length, taken) = length(&rest[skipped..])?;
                if self.span.replace(length).is_some() {
                    return None;
                }
                self.coming |= rest[..skipped].contains(&"next");
                Some(1 + skipped + taken)
            }
            ["until" | "till" | "til" | "untill" | "ending", rest @ ..] => {
                let rest_taken = clause(rest);
                self.until = Some((rest[..rest_taken].join(" "), false));
                (rest_taken > 0).then_some(1 + rest_taken)
            }
            ["through" | "thru", rest @ ..] if !rest.is_empty() => {
                let taken = clause(rest);
                self.until = Some((rest[..taken].join(" "), true));
                (taken > 0).then_some(1 + taken)
            }
            [
                "starting" | "beginning" | "start" | "from" | "effective",
                rest @ ..,
            ]
            | ["as", "of", rest @ ..] => {
                let head = words.len() - rest.len();
                let on = skip(rest, &["on", "from"]);
                let taken = clause(&rest[on..]);
                let said = &rest[on..on + taken];
                if said
                    .iter()
                    .any(|word| matches!(*word, "to" | "until" | "-"))
                {
                    return None;
                }
                if taken == 0 {
                    // "starting at 9": the time of day follows
                    return (words[0] != "from").then_some(head);
                }
                self.from = Some(said.join(" "));
                Some(head + on + taken)
            }
            ["except" | "excluding" | "besides" | "excl", rest @ ..]
            | ["but", "not", rest @ ..]
            | ["apart", "from", rest @ ..] => self.leave_out(words, rest),
            _ => None,
        }
    }

    /// Several times in a unit without saying which: only the unit can be kept.
    fn several(&mut self, said: &str, word: &str) -> Option<()> {
        let (freq, times) = unit(word)?;
        self.set_freq(freq, times)?;
        self.cannot.push(said.to_owned());
        Some(())
    }

    fn leave_out(&mut self, words: &[&str], rest: &[&str]) -> Option<usize> {
        let head = words.len() - rest.len();
        let on = skip(rest, &["on", "for", "the"]);
        let mut taken = clause(&rest[on..]);
        if let Some((days, list)) = weekdays(&rest[on..]) {
            self.not_days.extend(days);
            taken = list;
        } else if taken > 0 {
            self.except.push(rest[on..on + taken].join(" "));
        }
        (taken > 0).then_some(head + on + taken)
    }

    /// "every 2 weeks", "each morning", "daily", "weekdays", "every other tuesday".
    fn often(&mut self, words: &[&str], here: &Here) -> Option<usize> {
        match words {
            ["every" | "each" | "evry" | "evrey" | "ever", rest @ ..] => {
                let skipped = skip(rest, &["single", "and", "every"]);
                let taken = self.every(&rest[skipped..], here)?;
                self.repeats = true;
                Some(1 + skipped + taken)
            }
            ["everyday" | "evryday" | "evreyday", ..] => self.adverb(Freq::Daily, 1),
            ["daily" | "dayly", ..] => self.adverb(Freq::Daily, 1),
            ["nightly", ..] => {
                self.part = Some("night");
                self.adverb(Freq::Daily, 1)
            }
            ["mornings" | "evenings" | "nights" | "afternoons", ..] => {
                self.part = part_of_day(words[0].strip_suffix('s')?);
                self.adverb(Freq::Daily, 1)
            }
            ["hourly", ..] => self.adverb(Freq::Hourly, 1),
            ["weekly", ..] => self.adverb(Freq::Weekly, 1),
            ["fortnightly" | "biweekly" | "bi-weekly", ..] => {
                if words[0] != "fortnightly" {
                    self.assumed.push("biweekly is every 2 weeks".to_owned());
                }
                self.adverb(Freq::Weekly, 2)
            }
            ["monthly", ..] => self.adverb(Freq::Monthly, 1),
            ["bimonthly" | "bi-monthly", ..] => {
                self.assumed.push("bimonthly is every 2 months".to_owned());
                self.adverb(Freq::Monthly, 2)
            }
            ["quarterly", ..] => self.adverb(Freq::Monthly, 3),
            ["yearly" | "annually" | "anually", ..] => self.adverb(Freq::Yearly, 1),
            _ => {
                let (days, taken) = repeating_days(words)?;
                self.add_days(&days);
                self.repeats = true;
                Some(taken)
            }
        }
    }

    fn adverb(&mut self, freq: Freq, interval: u32) -> Option<usize> {
        self.set_freq(freq, interval)?;
        Some(1)
    }

    fn set_freq(&mut self, freq: Freq, interval: u32) -> Option<()> {
        let again = self.freq == Some(freq) && interval == 1;
        if self.freq.is_some() && !again {
            return None;
        }
        self.freq = Some(freq);
        if !again {
            self.interval = Some(interval * self.interval.unwrap_or(1));
        }
        self.repeats = true;
        Some(())
    }

    /// What stands behind "every".
    fn every(&mut self, words: &[&str], here: &Here) -> Option<usize> {
        match words {
            ["half", "hour", ..] => return self.step(Freq::Minutely, 30, 2),
            ["half", "an", "hour", ..] => return self.step(Freq::Minutely, 30, 3),
            ["hour", "and", "a", "half", ..] => return self.step(Freq::Minutely, 90, 4),
            ["quarter", "of", "an", "hour", ..] => return self.step(Freq::Minutely, 15, 4),
            ["quarter", "hour", ..] => return self.step(Freq::Minutely, 15, 2),
            ["quarter", ..] => return self.step(Freq::Monthly, 3, 1),
            ["few" | "several", ..] => return None,
            _ => {}
        }
        // "every first monday of the month", "every second saturday of the month", "every last day of the month"
        if let Some(taken) = self.nth(words, true) {
            return Some(taken);
        }
        let (interval, counted) = match words {
            ["other", ..] => (2, 1),
            ["couple", "of", ..] => (2, 2),
            ["couple", ..] => (2, 1),
            [nth, next, ..] if ordinal(nth).is_some() && !is_digit(nth) => {
                let nth = u32::try_from(ordinal(nth)?).ok()?;
                (
                    nth,
                    usize::from(unit(next).is_some() || read_weekday(next).is_ok()),
                )
            }
            [nth, next, ..] if ordinal(nth).is_some() && unit(next).is_some() => {
                (u32::try_from(ordinal(nth)?).ok()?, 1)
            }
            [count, next, ..]
                if number(count).is_some()
                    && (unit(next).is_some() || read_weekday(next).is_ok()) =>
            {
                (number(count)?, 1)
            }
            _ => (1, 0),
        };
        let interval = if counted == 0 { 1 } else { interval };
        let rest = &words[counted..];
        if let Some(part) = rest.first().and_then(|word| part_of_day(word)) {
            self.part = Some(part);
            self.set_freq(Freq::Daily, interval)?;
            return Some(counted + 1);
        }
        if let Some((days, taken)) = weekdays(rest) {
            self.add_days(&days);
            self.set_freq(Freq::Weekly, interval)?;
            return Some(counted + taken);
        }
        if let Some((freq, times)) = rest.first().and_then(|word| unit(word)) {
            self.set_freq(freq, interval * times)?;
            return Some(counted + 1);
        }
        if counted > 0 {
            return None;
        }
        self.date(rest, here).or_else(|| self.days_of_month(rest))
    }

    fn step(&mut self, freq: Freq, interval: u32, taken: usize) -> Option<usize> {
        self.set_freq(freq, interval)?;
        Some(taken)
    }

    fn add_days(&mut self, days: &[Weekday]) {
        for day in days {
            if !self.days.contains(&Nth(0, *day)) {
                self.days.push(Nth(0, *day));
            }
        }
    }

    /// Every day, or on all weekdays.
    pub(super) fn is_daily(&self) -> bool {
        let is_single = self.interval.unwrap_or(1) == 1;
        let all = |days: &[Weekday]| days.iter().all(|day| self.days.contains(&Nth(0, *day)));
        is_single
            && match self.freq {
                Some(Freq::Daily) => true,
                Some(Freq::Weekly) => all(&ALL_DAYS[..5]),
                _ => false,
            }
    }

    /// Clauses that go together become one rule's parts; `None` where they do not.
    fn join(mut self) -> Option<Self> {
        if self.freq.is_none() && self.coming && self.days.is_empty() {
            self.freq = Some(Freq::Daily);
            self.repeats = true;
        }
        self.ranged &= !self.repeats && !self.time.is_empty();
        if !self.repeats && !self.ranged {
            return None;
        }
        // "for 2 hours" of something daily is how long it takes
        if matches!(self.span, Some(Length::Seconds(_))) && self.freq < Some(Freq::Hourly) {
            return None;
        }
        let numbered = self.days.iter().any(|day| day.0 != 0);
        let plain = self.position.is_none() && self.days.iter().any(|day| day.0 == 0);
        let freq = self.freq.unwrap_or(Freq::Weekly);
        let interval = self.interval.unwrap_or(1);
        self.freq = Some(match freq {
            Freq::Daily if plain && interval == 1 => Freq::Weekly,
            Freq::Daily if plain => return None,
            Freq::Monthly if !self.months.is_empty() && interval == 1 => Freq::Yearly,
            freq => freq,
        });
        if !self.not_days.is_empty() {
            if numbered || !self.month_days.is_empty() || interval != 1 && freq != Freq::Daily {
                return None;
            }
            if self.days.is_empty() {
                self.add_days(&ALL_DAYS);
            }
            let not = std::mem::take(&mut self.not_days);
            self.days.retain(|day| !not.contains(&day.1));
            if freq == Freq::Daily && interval == 1 {
                self.freq = Some(Freq::Weekly);
            }
        }
        let fits = match self.freq? {
            Freq::Weekly | Freq::Daily => {
                !numbered && self.month_days.is_empty() && self.months.is_empty()
            }
            Freq::Monthly => !plain && self.months.is_empty(),
            Freq::Yearly => {
                !plain
                    && (self.months.is_empty() == (self.month_days.is_empty() && !numbered)
                        || self.month_days.is_empty())
            }
            Freq::Hourly | Freq::Minutely => {
                !numbered && self.month_days.is_empty() && self.months.is_empty()
            }
        };
        let one_way = self.month_days.is_empty() || self.days.is_empty();
        (fits && one_way).then_some(self)
    }
}

fn is_digit(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_digit())
}

fn skip(words: &[&str], fillers: &[&str]) -> usize {
    words
        .iter()
        .take_while(|word| fillers.contains(word))
        .count()
}

/// How many words belong to a date behind "until" or "starting".
fn clause(words: &[&str]) -> usize {
    words.iter().take_while(|word| !is_boundary(word)).count()
}
