//! What comes again: an RFC 5545 rule over wall times, resolved to instants in a zone.
//!
//! The rule runs on the wall clock labelled UTC (crate rrule), and jiff alone knows zones, so that there is one zone database.
//! Hourly and minutely rules count elapsed time: every 6 hours stays 6 hours over a clock change.

use std::str::FromStr;

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use thiserror::Error;

use super::{Resolved, resolve};

/// A rule that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("not a recurrence rule of RFC 5545: {0}")]
pub struct BadRule(pub String);

/// A recurrence: RRULE, its first wall time (DTSTART), and the wall times left out (EXDATE).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recurrence {
    /// The value of an RRULE property, canonical: `FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH`.
    pub rule: String,
    pub start: DateTime,
    pub except: Vec<DateTime>,
}

impl Recurrence {
    /// Checks the rule.
    pub fn new(rule: &str, start: DateTime, except: Vec<DateTime>) -> Result<Self, BadRule> {
        let this = Self {
            rule: rule.to_owned(),
            start,
            except,
        };
        this.set(None)?;
        Ok(this)
    }

    /// The first occurrence strictly after `after`; its `wall` is the slot of the rule (what was asked for), even in a gap.
    pub fn next(&self, zone: &TimeZone, after: Timestamp) -> Option<Slot> {
        self.upcoming(zone, after, 1).into_iter().next()
    }

    /// Up to `most` occurrences strictly after `after`.
    pub fn upcoming(&self, zone: &TimeZone, after: Timestamp, most: usize) -> Vec<Slot> {
        let Ok(set) = self.set(Some(zone.to_datetime(after))) else {
            return Vec::new();
        };
        set.into_iter()
            .take(100_000)
            .filter_map(|at| {
                let slot = DateTime::from_str(&at.format("%Y-%m-%dT%H:%M:%S").to_string()).ok()?;
                let resolved = resolve(slot, zone);
                (resolved.at > after).then_some(Slot { slot, resolved })
            })
            .take(most)
            .collect()
    }

    /// The first day that it falls on.
    pub fn first_day(&self) -> Date {
        self.start.date()
    }

    fn set(&self, _after: Option<DateTime>) -> Result<rrule::RRuleSet, BadRule> {
        let stamp = |at: &DateTime| at.strftime("%Y%m%dT%H%M%SZ").to_string();
        let mut text = format!("DTSTART:{}\nRRULE:{}", stamp(&self.start), self.rule);
        for at in &self.except {
            text.push_str(&format!("\nEXDATE:{}", stamp(at)));
        }
        rrule::RRuleSet::from_str(&text).map_err(|error| BadRule(error.to_string()))
    }
}

/// One occurrence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The wall time that the rule names: identifies the occurrence, whatever clocks do.
    pub slot: DateTime,
    pub resolved: Resolved,
}

/// A recurrence in words. `None`: these are none.
pub fn read_words(said: &str, here: &super::Here) -> Option<Result<super::Reading, super::NotATime>> {
    let rest = said.to_lowercase();
    let time = rest.strip_prefix("every day at ")?;
    let super::Meaning::At(moment) = super::read_any(time, here).ok()?.meaning else {
        return None;
    };
    let start = here.today().to_datetime(moment.wall.time());
    let rule = Recurrence::new("FREQ=DAILY", start, Vec::new()).ok()?;
    Some(Ok(super::Reading::plain(
        said,
        super::Meaning::Every {
            rule,
            zone: None,
            time: true,
        },
    )))
}
