//! The parts of an RFC 5545 rule: read strictly, written in one order.
//! May import: jiff and this module's parent.

use std::{fmt, str::FromStr};

use jiff::civil::{DateTime, Weekday};

use super::BadRule;

/// Longer rules are refused before they are read.
const MOST_BYTES: usize = 500;
/// Larger steps than this are no habit of anybody's.
const MOST_INTERVAL: u32 = 9_999;
/// A counted rule is walked from its start, so its length is bounded.
pub(super) const MOST_COUNT: u32 = 10_000;
/// Times on one day that BYHOUR, BYMINUTE and BYSECOND may make: all of a year are in memory at once.
const MOST_TIMES: usize = 288;

/// How often, the coarsest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Freq {
    Yearly,
    Monthly,
    Weekly,
    Daily,
    Hourly,
    Minutely,
}

const FREQS: [(&str, Freq); 6] = [
    ("YEARLY", Freq::Yearly),
    ("MONTHLY", Freq::Monthly),
    ("WEEKLY", Freq::Weekly),
    ("DAILY", Freq::Daily),
    ("HOURLY", Freq::Hourly),
    ("MINUTELY", Freq::Minutely),
];

const DAYS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Monday),
    ("TU", Weekday::Tuesday),
    ("WE", Weekday::Wednesday),
    ("TH", Weekday::Thursday),
    ("FR", Weekday::Friday),
    ("SA", Weekday::Saturday),
    ("SU", Weekday::Sunday),
];

/// One of the weekday's days: each (0), the first (1), the last (-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Nth(pub(crate) i16, pub(crate) Weekday);

/// A rule taken apart. Lists are sorted and hold nothing twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) freq: Freq,
    pub(crate) interval: u32,
    pub(crate) week_start: Weekday,
    pub(crate) months: Vec<i16>,
    pub(crate) weeks: Vec<i16>,
    pub(crate) year_days: Vec<i16>,
    pub(crate) month_days: Vec<i16>,
    pub(crate) days: Vec<Nth>,
    pub(crate) hours: Vec<i16>,
    pub(crate) minutes: Vec<i16>,
    pub(crate) seconds: Vec<i16>,
    pub(crate) positions: Vec<i16>,
    pub(crate) count: Option<u32>,
    /// The last wall time that may still be one.
    pub(crate) until: Option<DateTime>,
}

impl Rule {
    pub(crate) fn new(freq: Freq) -> Self {
        Self {
            freq,
            interval: 1,
            week_start: Weekday::Monday,
            months: Vec::new(),
            weeks: Vec::new(),
            year_days: Vec::new(),
            month_days: Vec::new(),
            days: Vec::new(),
            hours: Vec::new(),
            minutes: Vec::new(),
            seconds: Vec::new(),
            positions: Vec::new(),
            count: None,
            until: None,
        }
    }

    /// Whether a part picks days, so that the start's own day does not count.
    fn picks_days(&self) -> bool {
        !(self.weeks.is_empty()
            && self.year_days.is_empty()
            && self.month_days.is_empty()
            && self.days.is_empty())
    }

    fn picks_times(&self) -> bool {
        !(self.hours.is_empty() && self.minutes.is_empty() && self.seconds.is_empty())
    }

    /// Hours and minutes that run on, whatever clocks on walls do. With parts that pick days or times of the wall
    /// ("every hour from 9 to 5") the wall clock decides.
    pub(crate) fn is_elapsed(&self) -> bool {
        self.freq >= Freq::Hourly
            && !self.picks_days()
            && !self.picks_times()
            && self.months.is_empty()
    }

    /// The same rule with what the start implies written out, so that it may be run from another start.
    pub(super) fn filled(&self, start: DateTime) -> Self {
        let mut full = self.clone();
        if !self.picks_days() {
            match self.freq {
                Freq::Yearly => {
                    if full.months.is_empty() {
                        full.months = vec![i16::from(start.month())];
                    }
                    full.month_days = vec![i16::from(start.day())];
                }
                Freq::Monthly => full.month_days = vec![i16::from(start.day())],
                Freq::Weekly => full.days = vec![Nth(0, start.date().weekday())],
                _ => {}
            }
        }
        if full.hours.is_empty() && self.freq < Freq::Hourly {
            full.hours = vec![i16::from(start.hour())];
        }
        if full.minutes.is_empty() && self.freq < Freq::Minutely {
            full.minutes = vec![i16::from(start.minute())];
        }
        if full.seconds.is_empty() {
            full.seconds = vec![i16::from(start.second())];
        }
        full
    }

    fn read_part(&mut self, name: &str, value: &str) -> Result<(), BadRule> {
        match name {
            "FREQ" => {}
            "INTERVAL" => self.interval = number(name, value, 1, MOST_INTERVAL)?,
            "COUNT" => self.count = Some(number(name, value, 1, MOST_COUNT)?),
            "UNTIL" => self.until = Some(read_until(value)?),
            "WKST" => self.week_start = read_weekday(value)?,
            "BYMONTH" => self.months = numbers(name, value, 1, 12)?,
            "BYWEEKNO" => self.weeks = numbers(name, value, -53, 53)?,
            "BYYEARDAY" => self.year_days = numbers(name, value, -366, 366)?,
            "BYMONTHDAY" => self.month_days = numbers(name, value, -31, 31)?,
            "BYDAY" => self.days = read_days(value)?,
            "BYHOUR" => self.hours = numbers(name, value, 0, 23)?,
            "BYMINUTE" => self.minutes = numbers(name, value, 0, 59)?,
            "BYSECOND" => self.seconds = numbers(name, value, 0, 59)?,
            "BYSETPOS" => self.positions = numbers(name, value, -366, 366)?,
            _ => return Err(bad(format!("{name} is no part of a rule"))),
        }
        Ok(())
    }

    /// What RFC 5545 does not let stand together.
    fn check(&self) -> Result<(), BadRule> {
        let times = [&self.hours, &self.minutes, &self.seconds]
            .iter()
            .map(|list| list.len().max(1))
            .product::<usize>();
        let wrong = if times > MOST_TIMES {
            "too many times on one day"
        } else if self.count.is_some() && self.until.is_some() {
            "COUNT and UNTIL exclude each other"
        } else if self.freq != Freq::Yearly && !self.weeks.is_empty() {
            "BYWEEKNO needs FREQ=YEARLY"
        } else if self.freq == Freq::Weekly && !self.month_days.is_empty() {
            "BYMONTHDAY does not go with FREQ=WEEKLY"
        } else if matches!(self.freq, Freq::Monthly | Freq::Weekly | Freq::Daily)
            && !self.year_days.is_empty()
        {
            "BYYEARDAY goes with FREQ=YEARLY, HOURLY or MINUTELY"
        } else if self.days.iter().any(|day| day.0 != 0)
            && (self.freq > Freq::Monthly || !self.weeks.is_empty())
        {
            "a numbered BYDAY needs FREQ=MONTHLY or YEARLY without BYWEEKNO"
        } else if !self.positions.is_empty() && self.freq >= Freq::Hourly {
            "BYSETPOS goes with days, weeks, months and years"
        } else if !self.positions.is_empty()
            && !self.picks_days()
            && !self.picks_times()
            && self.months.is_empty()
        {
            "BYSETPOS needs another BY part"
        } else {
            return Ok(());
        };
        Err(bad(wrong))
    }
}

impl FromStr for Rule {
    type Err = BadRule;

    fn from_str(text: &str) -> Result<Self, BadRule> {
        if text.len() > MOST_BYTES {
            return Err(bad(format!("longer than {MOST_BYTES} characters")));
        }
        let text = text.trim().to_ascii_uppercase();
        let text = text.strip_prefix("RRULE:").unwrap_or(&text);
        let mut parts: Vec<(&str, &str)> = Vec::new();
        for part in text.split(';').filter(|part| !part.is_empty()) {
            let (name, value) = part
                .split_once('=')
                .ok_or_else(|| bad(format!("{part} has no value")))?;
            if parts.iter().any(|(known, _)| *known == name) {
                return Err(bad(format!("{name} comes twice")));
            }
            parts.push((name, value));
        }
        let freq = parts
            .iter()
            .find_map(|(name, value)| (*name == "FREQ").then_some(*value))
            .ok_or_else(|| bad("FREQ is missing"))?;
        let freq = match FREQS.iter().find(|(name, _)| *name == freq) {
            Some((_, freq)) => *freq,
            None if freq == "SECONDLY" => return Err(bad("every second is too often")),
            None => return Err(bad(format!("FREQ={freq} is unknown"))),
        };
        let mut rule = Self::new(freq);
        for (name, value) in parts {
            rule.read_part(name, value)?;
        }
        rule.check()?;
        Ok(rule)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let freq = FREQS.iter().find(|(_, freq)| *freq == self.freq);
        write!(f, "FREQ={}", freq.map_or("DAILY", |(name, _)| *name))?;
        if self.interval != 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        if self.week_start != Weekday::Monday {
            write!(f, ";WKST={}", short(self.week_start))?;
        }
        let days: Vec<String> = self
            .days
            .iter()
            .map(|Nth(nth, day)| match nth {
                0 => short(*day).to_owned(),
                nth => format!("{nth}{}", short(*day)),
            })
            .collect();
        write_list(f, "BYMONTH", &self.months)?;
        write_list(f, "BYWEEKNO", &self.weeks)?;
        write_list(f, "BYYEARDAY", &self.year_days)?;
        write_list(f, "BYMONTHDAY", &self.month_days)?;
        write_list(f, "BYDAY", &days)?;
        write_list(f, "BYHOUR", &self.hours)?;
        write_list(f, "BYMINUTE", &self.minutes)?;
        write_list(f, "BYSECOND", &self.seconds)?;
        write_list(f, "BYSETPOS", &self.positions)?;
        if let Some(count) = self.count {
            write!(f, ";COUNT={count}")?;
        }
        if let Some(until) = self.until {
            write!(f, ";UNTIL={}", until.strftime("%Y%m%dT%H%M%S"))?;
        }
        Ok(())
    }
}

fn write_list<T: ToString>(f: &mut fmt::Formatter<'_>, name: &str, list: &[T]) -> fmt::Result {
    if list.is_empty() {
        return Ok(());
    }
    let list: Vec<String> = list.iter().map(T::to_string).collect();
    write!(f, ";{name}={}", list.join(","))
}

fn bad(why: impl Into<String>) -> BadRule {
    BadRule(why.into())
}

fn short(day: Weekday) -> &'static str {
    DAYS.iter()
        .find(|(_, known)| *known == day)
        .map_or("MO", |(name, _)| *name)
}

fn number(name: &str, value: &str, least: u32, most: u32) -> Result<u32, BadRule> {
    value
        .parse()
        .ok()
        .filter(|number| (least..=most).contains(number))
        .ok_or_else(|| bad(format!("{name}={value} is not from {least} to {most}")))
}

/// A sorted list; 0 is never one where negative numbers count from the end.
fn numbers(name: &str, value: &str, least: i16, most: i16) -> Result<Vec<i16>, BadRule> {
    let mut list = value
        .split(',')
        .map(|item| {
            item.parse()
                .ok()
                .filter(|number| (least..=most).contains(number) && (least >= 0 || *number != 0))
                .ok_or_else(|| bad(format!("{name}={item} is not from {least} to {most}")))
        })
        .collect::<Result<Vec<i16>, BadRule>>()?;
    list.sort_unstable();
    list.dedup();
    Ok(list)
}

fn read_weekday(value: &str) -> Result<Weekday, BadRule> {
    DAYS.iter()
        .find(|(name, _)| *name == value)
        .map(|(_, day)| *day)
        .ok_or_else(|| bad(format!("{value} is no weekday")))
}

fn read_days(value: &str) -> Result<Vec<Nth>, BadRule> {
    let mut days = value
        .split(',')
        .map(|item| {
            let at = item.len().saturating_sub(2);
            let (nth, day) = item
                .split_at_checked(at)
                .ok_or_else(|| bad(format!("{item} is no weekday")))?;
            let nth = match nth {
                "" => 0,
                nth => numbers("BYDAY", nth, -53, 53)?[0],
            };
            Ok(Nth(nth, read_weekday(day)?))
        })
        .collect::<Result<Vec<Nth>, BadRule>>()?;
    days.sort_unstable_by_key(|Nth(nth, day)| (*nth, day.to_monday_zero_offset()));
    days.dedup();
    Ok(days)
}

/// A wall time, with or without the "Z" that labels it; a date alone is its whole day.
fn read_until(value: &str) -> Result<DateTime, BadRule> {
    let wall = value.strip_suffix('Z').unwrap_or(value);
    let read = if wall.contains('T') {
        DateTime::strptime("%Y%m%dT%H%M%S", wall)
    } else {
        DateTime::strptime("%Y%m%dT%H%M%S", format!("{wall}T235959"))
    };
    read.map_err(|_| bad(format!("UNTIL={value} is no date or time")))
}
