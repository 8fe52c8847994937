//! Which days: "on mon and thu", "the 15th", "the last friday of the month", "may 3", "thanksgiving".
//! May import: `day` and `holiday` for single words and names, and this module's parent.

use jiff::civil::Weekday;

use super::{
    Clauses, is_digit, skip,
    tokens::{ordinal, plural_weekday},
};
use crate::when::{
    Here,
    day::{read_month, read_weekday},
    every::rule::{Freq, Nth},
    holiday,
};

pub(super) const ALL_DAYS: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

impl Clauses {
    /// "on mon and thu", "on the 15th", "the last friday", "on may 3": which of them.
    pub(super) fn on(&mut self, words: &[&str], here: &Here) -> Option<usize> {
        let on = skip(words, &["on"]);
        let rest = &words[on..];
        if let Some(taken) = self.nth(rest, on > 0 || self.freq == Some(Freq::Monthly)) {
            return Some(on + taken);
        }
        if let Some((days, taken)) = weekdays(rest) {
            self.add_days(&days);
            self.ranged |= rest[..taken]
                .iter()
                .any(|word| matches!(*word, "-" | "to" | "through" | "thru"));
            return Some(on + taken);
        }
        if let Some(taken) = self.date(rest, here) {
            return Some(on + taken);
        }
        self.days_of_month(rest)
            .map(|taken| on + taken)
            .or_else(|| match rest {
                ["in", month, ..] if read_month(month).is_ok() => {
                    self.months.push(read_month(month).ok()?.into());
                    Some(on + 2)
                }
                _ => None,
            })
    }

    /// "(the) first monday (of the month | of may)", "the last day of every month". `known`: something else says that it is
    /// about months; without it "of the month" must follow.
    pub(super) fn nth(&mut self, words: &[&str], known: bool) -> Option<usize> {
        let (nths, the) = which(words)?;
        let nth = *nths.first()?;
        let [day, rest @ ..] = &words[the..] else {
            return None;
        };
        if nths.len() > 1 && weekday(day).is_none() {
            return None;
        }
        let taken = the + 1;
        let (of, taken_of) = self.of_month(rest);
        let weekday = weekday(day);
        if let Some(weekday) = weekday {
            // "every second tuesday" is every other week, "monthly on the second tuesday" is not
            let monthly = of || self.freq.is_some_and(|freq| freq <= Freq::Monthly) && known;
            // nor is "every 1st and 3rd monday"
            let plain = nths.len() > 1 || nth == 1 || nth < 0;
            if !(monthly || known && plain) || nths.iter().any(|nth| nth.abs() > 5) {
                return None;
            }
            self.days.extend(nths.iter().map(|nth| Nth(*nth, weekday)));
        } else if *day == "day" && (of || known && nth == -1) {
            self.month_days.push(nth);
        } else if matches!(*day, "weekday" | "workday") && (of || known) && nth.abs() == 1 {
            self.add_days(&ALL_DAYS[..5]);
            self.position = Some(nth);
        } else {
            return None;
        }
        if self.freq.is_none() {
            self.freq = Some(if self.months.is_empty() {
                Freq::Monthly
            } else {
                Freq::Yearly
            });
        }
        // "first monday of may" and "last day of the month" are single days, unless something says that they come again
        self.repeats |= of && *day != "day" && self.months.is_empty();
        Some(taken + taken_of)
    }

    /// "of the month", "of every month", "of may": whether it was there, and its words.
    fn of_month(&mut self, words: &[&str]) -> (bool, usize) {
        match words {
            [
                "of" | "in",
                every @ ("every" | "each" | "the" | "a"),
                "month",
                ..,
            ]
            | ["of" | "in", every @ ("every" | "each"), "months", ..] => {
                self.repeats |= matches!(*every, "every" | "each");
                (true, 3)
            }
            [every @ ("every" | "each"), "month", ..] => {
                self.repeats |= *every == "every" || *every == "each";
                (true, 2)
            }
            ["of" | "in", month, ..] if read_month(month).is_ok() => {
                self.months.extend(read_month(month).ok().map(i16::from));
                (true, 2)
            }
            _ => (false, 0),
        }
    }

    /// "may 3", "3 may", "the 3rd of may", a holiday that has a rule.
    pub(super) fn date(&mut self, words: &[&str], here: &Here) -> Option<usize> {
        let the = skip(words, &["the"]);
        let (month, day, taken) = match &words[the..] {
            [month, "the", day, ..] if read_month(month).is_ok() && day_number(day).is_some() => {
                (read_month(month).ok()?, day_number(day)?, 3)
            }
            [month, day, ..] if read_month(month).is_ok() && day_number(day).is_some() => {
                (read_month(month).ok()?, day_number(day)?, 2)
            }
            [day, "of", month, ..] if read_month(month).is_ok() => {
                (read_month(month).ok()?, day_number(day)?, 3)
            }
            [day, month, ..] if read_month(month).is_ok() && day_number(day).is_some() => {
                (read_month(month).ok()?, day_number(day)?, 2)
            }
            [month, ..]
                if the == 0
                    && self.months.is_empty()
                    && self.freq.is_none()
                    && read_month(month).is_ok()
                    && *month != "may"
                    && *month != "march" =>
            {
                let month = read_month(month).ok()?;
                self.assumed.push("on the 1st".to_owned());
                (month, 1, 1)
            }
            words => return Some(the + self.holiday(words, here)?),
        };
        if self.freq.is_some_and(|freq| freq != Freq::Yearly) {
            return None;
        }
        // "jan 1 and jul 4" is no one rule: it would have jan 4 in it
        if self.month_days.first().is_some_and(|first| *first != day) {
            return None;
        }
        self.freq = Some(Freq::Yearly);
        self.months.push(month.into());
        if self.month_days.is_empty() {
            self.month_days.push(day);
        }
        Some(the + taken)
    }

    fn holiday(&mut self, words: &[&str], here: &Here) -> Option<usize> {
        let most = words.len().min(holiday::MOST_WORDS);
        let (taken, dates) = (1..=most).rev().find_map(|taken| {
            let name = words[..taken].join(" ");
            let mut from = here.today();
            let mut dates = Vec::new();
            for _ in 0..6 {
                let date = holiday::named(&name, here.habits.country(), from)?;
                from = date.tomorrow().ok()?;
                dates.push(date);
            }
            Some((taken, dates))
        })?;
        let first = dates[0];
        let week = (first.day() - 1) / 7;
        if dates
            .iter()
            .all(|date| (date.month(), date.day()) == (first.month(), first.day()))
        {
            self.month_days.push(first.day().into());
        } else if dates.iter().all(|date| {
            (date.month(), date.weekday(), (date.day() - 1) / 7)
                == (first.month(), first.weekday(), week)
        }) {
            self.days.push(Nth(i16::from(week) + 1, first.weekday()));
        } else if dates.iter().all(|date| {
            (date.month(), date.weekday()) == (first.month(), first.weekday())
                && date.day() + 7 > date.days_in_month()
        }) {
            self.days.push(Nth(-1, first.weekday()));
        } else {
            // no rule of this kind: easter and what hangs on it
            return None;
        }
        self.freq = Some(Freq::Yearly);
        self.months.push(first.month().into());
        Some(taken)
    }

    /// "the 1st and 15th (of every month)". Digits with an ending, or "the 15th" in words.
    pub(super) fn days_of_month(&mut self, words: &[&str]) -> Option<usize> {
        let mut taken = 0;
        let mut days = Vec::new();
        let mut only_words = true;
        loop {
            let more = match &words[taken..] {
                _ if days.is_empty() => 0,
                [",", "and", ..] => 2,
                ["," | "and", ..] => 1,
                _ => break,
            };
            let the = skip(&words[taken + more..], &["the"]);
            let Some(word) = words.get(taken + more + the) else {
                break;
            };
            let Some(day) = ordinal(word).filter(|day| (1..=31).contains(day)) else {
                break;
            };
            only_words &= !is_digit(word) && the == 0;
            days.push(day);
            taken += more + the + 1;
        }
        if days.is_empty() || self.freq.is_some_and(|freq| freq != Freq::Monthly) {
            return None;
        }
        let (of, taken_of) = self.of_month(&words[taken..]);
        let day = match &words[taken..] {
            ["day", ..] if !of => 1,
            _ => 0,
        };
        // "every second" is no day of the month
        if !self.months.is_empty() || only_words && !of {
            return None;
        }
        self.month_days.extend(days);
        self.freq = Some(Freq::Monthly);
        Some(taken + taken_of + day)
    }
}

/// "the first", "2nd and 4th", "last": counted from the end below 0.
fn which(words: &[&str]) -> Option<(Vec<i16>, usize)> {
    let mut taken = 0;
    let mut nths = Vec::new();
    loop {
        let more = match &words[taken..] {
            _ if nths.is_empty() => 0,
            [",", "and", ..] => 2,
            ["," | "and", ..] => 1,
            _ => break,
        };
        let the = skip(&words[taken + more..], &["the"]);
        let nth = match words.get(taken + more + the) {
            Some(&"last") => -1,
            Some(&"penultimate") => -2,
            Some(word) => match ordinal(word) {
                Some(nth) => nth,
                None => break,
            },
            None => break,
        };
        nths.push(nth);
        taken += more + the + 1;
    }
    (!nths.is_empty()).then_some((nths, taken))
}

fn day_number(word: &str) -> Option<i16> {
    ordinal(word)
        .or_else(|| {
            word.parse()
                .ok()
                .filter(|_| is_digit(word) && word.len() <= 2)
        })
        .filter(|day| (1..=31).contains(day))
}

/// "mon", "mon and thu", "mon, wed and fri", "mon wed fri", "monday to friday", "weekdays", "weekend".
pub(in crate::when::every) fn weekdays(words: &[&str]) -> Option<(Vec<Weekday>, usize)> {
    let mut days: Vec<Weekday> = Vec::new();
    let mut taken = 0;
    loop {
        let more = match &words[taken..] {
            _ if days.is_empty() => 0,
            [",", "and", ..] => 2,
            ["," | "and" | "/", ..] => 1,
            _ => 0,
        };
        let on = skip(&words[taken + more..], &["on", "every", "each"]);
        let on = if more > 0 { on } else { 0 };
        let rest = &words[taken + more + on..];
        let found = match rest {
            [
                "weekday" | "weekdays" | "wkday" | "wkdays" | "workday" | "workdays",
                ..,
            ] => Some((ALL_DAYS[..5].to_vec(), 1)),
            ["business" | "work" | "working" | "week", "day" | "days", ..] => {
                Some((ALL_DAYS[..5].to_vec(), 2))
            }
            [
                "weekend" | "weekends" | "wkend" | "wkends" | "wknd" | "wknds",
                ..,
            ] => Some((ALL_DAYS[5..].to_vec(), 1)),
            [first, "to" | "through" | "thru" | "until" | "-", last, ..]
                if weekday(first).is_some() && weekday(last).is_some() =>
            {
                let (first, last) = (weekday(first)?, weekday(last)?);
                let many = usize::try_from(last.since(first)).ok()? + 1;
                let from = usize::try_from(first.to_monday_zero_offset()).ok()?;
                Some((
                    (from..from + many).map(|day| ALL_DAYS[day % 7]).collect(),
                    3,
                ))
            }
            [day, ..] => weekday(day).map(|day| (vec![day], 1)),
            [] => None,
        };
        let Some((found, many)) = found else { break };
        for day in found {
            if !days.contains(&day) {
                days.push(day);
            }
        }
        taken += more + on + many;
    }
    (!days.is_empty()).then_some((days, taken))
}

fn weekday(word: &str) -> Option<Weekday> {
    read_weekday(word).ok().or_else(|| plural_weekday(word))
}

/// Days that say by themselves that they repeat: "mondays", "weekdays", "weekends", "mon/wed/fri".
pub(super) fn repeating_days(words: &[&str]) -> Option<(Vec<Weekday>, usize)> {
    let on = skip(words, &["on"]);
    let (days, taken) = weekdays(&words[on..])?;
    let said = &words[on..on + taken];
    let plural = said.iter().any(|word| {
        plural_weekday(word).is_some()
            || matches!(
                *word,
                "weekdays" | "wkdays" | "workdays" | "weekends" | "wkends" | "wknds" | "days" | "/"
            )
    });
    plural.then_some((days, on + taken))
}
