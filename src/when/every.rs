//! What comes again: an RFC 5545 rule over wall times, resolved to instants in a zone.
//!
//! The rule runs on the wall clock labelled UTC (crate rrule), and jiff alone knows zones, so that there is one zone database.
//!
//! - Daily rules and coarser keep the wall time. So do hourly and minutely ones that name days or hours of the wall clock.
//! - Plain hourly and minutely rules count elapsed time from their first instant: every 6 hours stays 6 hours over a clock
//!   change. Their slots are what a clock would show that nobody turned since the first.
//! - A slot in a gap is moved to the first valid instant, one in a fold fires once, at the first. Slots that a gap moves onto
//!   one instant are one occurrence: the earliest slot names it.
//! - A rule is never walked from a start that lies years back, unless it counts ("10 times"); counts are bounded. Nothing
//!   further away than [`HORIZON`] years is looked for, so that a rule that never comes is refused and none runs on.

use std::str::FromStr;

use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{Date, DateTime, Time},
    tz::{Offset, TimeZone},
};
use thiserror::Error;

use super::{Resolved, resolve};

mod clauses;
mod hours;
mod rule;
mod say;
mod times;
mod words;

pub use say::every as say;
pub use words::{read_weekdays, read_words};

use rule::{Freq, Rule};

/// Years ahead that are looked at.
const HORIZON: i16 = 100;
/// Wall times that a rule may leave out.
const MOST_EXCEPT: usize = 1_000;
/// Clock changes move a slot by less than this (Samoa left out a whole day).
const MARGIN: SignedDuration = SignedDuration::from_hours(48);

/// A rule that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("not a recurrence rule of RFC 5545: {0}")]
pub struct BadRule(pub String);

/// A recurrence: RRULE, its first wall time (DTSTART), and the wall times left out (EXDATE).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recurrence {
    /// The value of an RRULE property, canonical: `FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH`. UNTIL is a wall time, without "Z".
    pub rule: String,
    pub start: DateTime,
    pub except: Vec<DateTime>,
}

/// One occurrence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The wall time that the rule names: identifies the occurrence, whatever clocks do.
    pub slot: DateTime,
    pub resolved: Resolved,
}

impl Recurrence {
    /// Checks the rule and writes it in its one form.
    ///
    /// # Errors
    /// [`BadRule`] says which part is wrong; a rule that no day of the calendar fits is one too. A rule whose UNTIL lies
    /// before its start is none: it has ended.
    pub fn new(rule: &str, start: DateTime, mut except: Vec<DateTime>) -> Result<Self, BadRule> {
        let rule = Rule::from_str(rule)?;
        if except.len() > MOST_EXCEPT {
            return Err(BadRule(format!(
                "more than {MOST_EXCEPT} times are left out"
            )));
        }
        except.sort_unstable();
        except.dedup();
        let this = Self {
            rule: rule.to_string(),
            start,
            except,
        };
        let endless = Rule {
            count: None,
            until: None,
            ..rule
        };
        if !endless.is_elapsed() && this.walk(&endless, start).next().is_none() {
            return Err(BadRule("no day of the calendar fits it".to_owned()));
        }
        Ok(this)
    }

    /// The first occurrence strictly after `after`; its `slot` is what was asked for, even in a gap.
    pub fn next(&self, zone: &TimeZone, after: Timestamp) -> Option<Slot> {
        self.upcoming(zone, after, 1).into_iter().next()
    }

    /// Up to `most` occurrences strictly after `after`.
    pub fn upcoming(&self, zone: &TimeZone, after: Timestamp, most: usize) -> Vec<Slot> {
        let Ok(rule) = Rule::from_str(&self.rule) else {
            return Vec::new();
        };
        let mut last = after;
        let slots: Box<dyn Iterator<Item = DateTime>> = if rule.is_elapsed() {
            Box::new(self.run(&rule, zone, after))
        } else {
            self.walk(&rule, zone.to_datetime(after).saturating_sub(MARGIN))
        };
        slots
            .filter(|slot| self.except.binary_search(slot).is_err())
            .map(|slot| Slot {
                slot,
                resolved: self.resolve_by(&rule, slot, zone),
            })
            .filter(|slot| {
                let later = slot.resolved.at > last;
                last = last.max(slot.resolved.at);
                later
            })
            .take(most)
            .collect()
    }

    /// Up to `most` occurrences from `from` on and before `to`.
    pub fn between(
        &self,
        zone: &TimeZone,
        (from, to): (Timestamp, Timestamp),
        most: usize,
    ) -> Vec<Slot> {
        let before = from
            .checked_sub(SignedDuration::from_nanos(1))
            .unwrap_or(from);
        let mut found = Vec::new();
        let mut after = before;
        // asked for a few at a time: most spans are short
        while found.len() < most {
            let some = self.upcoming(zone, after, 16.min(most - found.len()));
            let within = some.iter().take_while(|slot| slot.resolved.at < to).count();
            found.extend_from_slice(&some[..within]);
            match some.last() {
                Some(last) if within == some.len() => after = last.resolved.at,
                _ => break,
            }
        }
        found
    }

    /// The instant of an occurrence that [`Recurrence::next`] named: not always [`resolve`] of its slot, for elapsed rules.
    pub fn resolve(&self, slot: DateTime, zone: &TimeZone) -> Resolved {
        match Rule::from_str(&self.rule) {
            Ok(rule) => self.resolve_by(&rule, slot, zone),
            Err(_) => resolve(slot, zone),
        }
    }

    /// Whether it counts elapsed time: "every 6 hours", which no wall clock and no move to another zone changes.
    pub fn is_elapsed(&self) -> bool {
        Rule::from_str(&self.rule).is_ok_and(|rule| rule.is_elapsed())
    }

    /// Whether nothing comes after `after`.
    pub fn ended(&self, zone: &TimeZone, after: Timestamp) -> bool {
        self.next(zone, after).is_none()
    }

    /// The last wall time that may still be one, when a date ends it.
    pub fn until(&self) -> Option<DateTime> {
        Rule::from_str(&self.rule).ok()?.until
    }

    /// How many there are in all, when a number ends it.
    pub fn count(&self) -> Option<u32> {
        Rule::from_str(&self.rule).ok()?.count
    }

    /// The same, ended: nothing comes after the wall time `last`. For "this and all following", `last` is the slot before.
    #[must_use]
    pub fn with_until(&self, last: DateTime) -> Self {
        let Ok(rule) = Rule::from_str(&self.rule) else {
            return self.clone();
        };
        // a count that ends it sooner is turned into its date, because the two exclude each other
        let last = match rule.count {
            Some(_) => self.slots(&rule).take_while(|slot| *slot <= last).last(),
            None => Some(rule.until.map_or(last, |until| until.min(last))),
        };
        let before_all = self.start.saturating_sub(1.second());
        let rule = Rule {
            count: None,
            until: Some(last.unwrap_or(before_all)),
            ..rule
        };
        Self {
            rule: rule.to_string(),
            ..self.clone()
        }
    }

    /// The same without one occurrence, which its slot names.
    #[must_use]
    pub fn without(&self, slot: DateTime) -> Self {
        let mut this = self.clone();
        if let Err(at) = this.except.binary_search(&slot)
            && this.except.len() < MOST_EXCEPT
        {
            this.except.insert(at, slot);
        }
        this
    }

    /// The first day that it falls on.
    pub fn first_day(&self) -> Date {
        self.start.date()
    }

    fn resolve_by(&self, rule: &Rule, slot: DateTime, zone: &TimeZone) -> Resolved {
        if !rule.is_elapsed() || slot == self.start {
            return resolve(slot, zone);
        }
        let first = resolve(self.start, zone).at;
        let at = first
            .checked_add(slot.duration_since(self.start))
            .unwrap_or(Timestamp::MAX);
        Resolved {
            wall: zone.to_datetime(at),
            at,
            shift: None,
        }
    }

    /// All slots from the start on.
    fn slots<'a>(&'a self, rule: &Rule) -> Box<dyn Iterator<Item = DateTime> + 'a> {
        if rule.is_elapsed() {
            Box::new(self.run(rule, &TimeZone::UTC, Timestamp::MIN))
        } else {
            self.walk(rule, self.start)
        }
    }

    /// The slots of an elapsed rule whose instants come after `after`: computed, not walked to.
    fn run<'a>(
        &'a self,
        rule: &Rule,
        zone: &TimeZone,
        after: Timestamp,
    ) -> impl Iterator<Item = DateTime> + use<'a> {
        let unit = match rule.freq {
            Freq::Hourly => 3_600,
            _ => 60,
        };
        let step = unit * i64::from(rule.interval);
        let since = after.duration_since(resolve(self.start, zone).at);
        let skipped = if since.is_negative() {
            0
        } else {
            since.as_secs() / step
        };
        let most = rule.count.map_or(i64::MAX, i64::from);
        let until = rule.until.unwrap_or(DateTime::MAX);
        (skipped..most)
            .map_while(move |steps| {
                let ahead = SignedDuration::from_secs(steps.checked_mul(step)?);
                self.start.checked_add(ahead).ok()
            })
            .take_while(move |slot| *slot <= until)
    }

    /// The slots of a wall rule, from one near `from` on.
    fn walk(&self, rule: &Rule, from: DateTime) -> Box<dyn Iterator<Item = DateTime>> {
        let far = from.max(self.start).saturating_add(HORIZON.years());
        let until = rule.until.map_or(far, |until| until.min(far));
        if rule.freq >= Freq::Hourly {
            let slots = hours::slots(rule, self.start, (from, far));
            return Box::new(slots.take_while(move |slot| *slot <= until));
        }
        let first = self.start;
        let start = self.jump(rule, from);
        let full = Rule {
            until: None,
            ..rule.filled(first)
        };
        let start = start.strftime("%Y%m%dT%H%M%SZ");
        let set = rrule::RRuleSet::from_str(&format!("DTSTART:{start}\nRRULE:{full}"));
        let slots = set
            .map(rrule::RRuleSet::limit)
            .into_iter()
            .flat_map(|set| (&set).into_iter())
            .map_while(|at| Timestamp::from_second(at.timestamp()).ok())
            .map(|at| Offset::UTC.to_datetime(at))
            .skip_while(move |slot| *slot < first)
            .take_while(move |slot| *slot <= until);
        Box::new(slots)
    }

    /// A start at or before `from` that gives the same occurrences from there on: whole steps after the true one, at the
    /// beginning of its year, month, week, day, hour or minute.
    fn jump(&self, rule: &Rule, from: DateTime) -> DateTime {
        let start = self.start;
        if rule.count.is_some() || from <= start {
            return start;
        }
        let step = i64::from(rule.interval);
        let whole = |far: i64| far - far.rem_euclid(step);
        let date = start.date();
        let days = i64::from(from.date().since(date).map_or(0, |far| far.get_days()));
        let months =
            i64::from(from.year() - start.year()) * 12 + i64::from(from.month() - start.month());
        let midnight = |date: Date| date.to_datetime(Time::midnight());
        let jumped = match rule.freq {
            Freq::Yearly => {
                let ahead = whole(i64::from(from.year() - start.year()));
                (ahead > 0).then(|| date.first_of_year().saturating_add(ahead.years()))
            }
            Freq::Monthly => {
                let ahead = whole(months);
                (ahead > 0).then(|| date.first_of_month().saturating_add(ahead.months()))
            }
            Freq::Weekly => {
                let monday = date.weekday().since(rule.week_start);
                let first = date.saturating_sub(i64::from(monday).days());
                let weeks = (days + i64::from(monday)) / 7;
                let ahead = whole(weeks);
                (ahead > 0).then(|| first.saturating_add((ahead * 7).days()))
            }
            Freq::Daily => {
                let ahead = whole(days);
                (ahead > 0).then(|| date.saturating_add(ahead.days()))
            }
            Freq::Hourly | Freq::Minutely => None,
        };
        jumped.map_or(start, midnight)
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod transitions;
#[cfg(test)]
mod words_tests;
