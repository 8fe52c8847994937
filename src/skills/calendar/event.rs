//! An event: a row of `events`, and the times at which it happens.

use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    clock::new_id,
    when::{Recurrence, resolve},
};

/// More occurrences than this are not counted in one window.
pub const MOST_OCCURRENCES: usize = 500;

/// A row of `events`.
///
/// `starts_at` and `ends_at` are what the wall shows in `zone`, or wherever the user is when it floats: whole days float, and
/// what was imported without a zone. What is said with a time of day is kept in the zone in which it was said: an appointment
/// stays where it is when its owner travels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    pub id: Uuid,
    /// The `5` of `E5`.
    pub number: i32,
    pub title: String,
    /// Empty: none.
    pub place: String,
    pub notes: String,
    pub attendees: Vec<String>,
    pub all_day: bool,
    pub starts_at: DateTime,
    /// Not part of it.
    pub ends_at: DateTime,
    /// An IANA name.
    pub zone: String,
    pub floating: bool,
    /// The value of an RRULE; the first occurrence is at `starts_at`.
    pub rule: Option<String>,
    /// Occurrences that are left out, or stand as rows of their own.
    pub except_at: Vec<DateTime>,
    /// The series of which this is one changed occurrence, and where it stood in it.
    pub series_id: Option<Uuid>,
    pub original_at: Option<DateTime>,
    pub uid: String,
    /// Raised by every change (RFC 5545).
    pub sequence: i32,
    /// Takes up time.
    pub busy: bool,
    /// To be kept free before and behind.
    pub buffer_minutes: i32,
    /// The words are somebody else's.
    pub imported: bool,
    pub version: i32,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
}

impl Event {
    /// A new event of the user, not yet kept: number 0.
    pub fn new(title: &str, time: &Timing, now: Timestamp) -> Self {
        let id = new_id();
        let mut event = Self {
            id,
            number: 0,
            title: title.to_owned(),
            place: String::new(),
            notes: String::new(),
            attendees: Vec::new(),
            all_day: false,
            starts_at: time.starts_at,
            ends_at: time.ends_at,
            zone: String::new(),
            floating: false,
            rule: None,
            except_at: Vec::new(),
            series_id: None,
            original_at: None,
            uid: format!("{id}@assistant"),
            sequence: 0,
            busy: true,
            buffer_minutes: 0,
            imported: false,
            version: 1,
            created_at: now,
            changed_at: now,
        };
        event.set_timing(time);
        event
    }

    /// When it is.
    pub fn timing(&self) -> Timing {
        Timing {
            all_day: self.all_day,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            zone: self.zone.clone(),
            floating: self.floating,
            rule: self.rule.clone(),
        }
    }

    /// Moves it; a rule is replaced only by a rule.
    pub fn set_timing(&mut self, time: &Timing) {
        self.all_day = time.all_day;
        self.starts_at = time.starts_at;
        self.ends_at = time.ends_at;
        self.zone.clone_from(&time.zone);
        self.floating = time.floating;
        if time.rule.is_some() {
            self.rule.clone_from(&time.rule);
        }
    }

    /// The zone in which its wall times hold for somebody in `theirs`.
    pub fn zone_for(&self, theirs: &TimeZone) -> TimeZone {
        if self.floating {
            return theirs.clone();
        }
        TimeZone::get(&self.zone).unwrap_or(TimeZone::UTC)
    }

    /// The rule with its first time, if it comes again.
    pub fn recurrence(&self) -> Option<Recurrence> {
        let rule = self.rule.as_deref()?;
        Recurrence::new(rule, self.starts_at, self.except_at.clone()).ok()
    }

    /// One occurrence, by the wall time that the rule (or the row) names.
    pub fn at(&self, slot: DateTime, theirs: &TimeZone) -> Occurrence {
        let zone = self.zone_for(theirs);
        let from = match self.recurrence() {
            Some(rule) => rule.resolve(slot, &zone).at,
            None => resolve(slot, &zone).at,
        };
        self.lasting(slot, from, &zone)
    }

    /// The occurrence of `slot`, which is at `from`.
    fn lasting(&self, slot: DateTime, from: Timestamp, zone: &TimeZone) -> Occurrence {
        let wall = self.starts_at.duration_until(self.ends_at);
        let to = if self.all_day {
            resolve(slot.saturating_add(wall), zone).at
        } else {
            // the same exact length each time (RFC 5545, 3.8.5.3)
            let exact = resolve(self.starts_at, zone)
                .at
                .duration_until(resolve(self.ends_at, zone).at);
            // both ends may fall into one gap
            from.saturating_add(if exact.is_positive() { exact } else { wall })
                .unwrap_or(Timestamp::MAX)
        };
        Occurrence { slot, from, to }
    }

    /// The first occurrence.
    pub fn first(&self, theirs: &TimeZone) -> Occurrence {
        match self.recurrence() {
            None => self.at(self.starts_at, theirs),
            Some(rule) => rule
                .next(&self.zone_for(theirs), Timestamp::MIN)
                .map_or_else(
                    || self.at(self.starts_at, theirs),
                    |next| self.at(next.slot, theirs),
                ),
        }
    }

    /// What is on or to come: the occurrence that ends after `now`, if there is one.
    pub fn next(&self, theirs: &TimeZone, now: Timestamp) -> Option<Occurrence> {
        self.within(theirs, now, Timestamp::MAX, 1)
            .into_iter()
            .next()
    }

    /// Up to `most` occurrences that overlap `from..to`; an empty one counts where it begins.
    pub fn within(
        &self,
        theirs: &TimeZone,
        from: Timestamp,
        to: Timestamp,
        most: usize,
    ) -> Vec<Occurrence> {
        let overlaps =
            |o: &Occurrence| o.from < to && (o.to > from || o.from == o.to && o.from >= from);
        let Some(rule) = self.recurrence() else {
            return Some(self.at(self.starts_at, theirs))
                .filter(|o| self.rule.is_none() && overlaps(o))
                .into_iter()
                .collect();
        };
        // those that reach into the window begin before it
        let reach = self.starts_at.duration_until(self.ends_at) + SignedDuration::from_hours(26);
        let first = from.saturating_sub(reach).unwrap_or(Timestamp::MIN);
        let zone = self.zone_for(theirs);
        let spare = usize::try_from(reach.as_hours() + 1).unwrap_or(most);
        rule.between(
            &zone,
            (first, to),
            most.saturating_add(spare.min(MOST_OCCURRENCES)),
        )
        .into_iter()
        .map(|next| self.lasting(next.slot, next.resolved.at, &zone))
        .filter(overlaps)
        .take(most)
        .collect()
    }
}

/// When an event is.
#[derive(Clone, Debug, PartialEq)]
pub struct Timing {
    pub all_day: bool,
    pub starts_at: DateTime,
    pub ends_at: DateTime,
    pub zone: String,
    pub floating: bool,
    pub rule: Option<String>,
}

/// One time at which an event happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// The wall time in the event's zone that names it.
    pub slot: DateTime,
    pub from: Timestamp,
    /// Not part of it.
    pub to: Timestamp,
}

/// Every occurrence of `events` that overlaps `from..to`, in order: at most [`MOST_OCCURRENCES`].
pub fn expand<'e>(
    events: &'e [Event],
    theirs: &TimeZone,
    from: Timestamp,
    to: Timestamp,
) -> Vec<(&'e Event, Occurrence)> {
    let mut found: Vec<_> = events
        .iter()
        .flat_map(|event| {
            event
                .within(theirs, from, to, MOST_OCCURRENCES)
                .into_iter()
                .map(move |o| (event, o))
        })
        .collect();
    // whole days first, as they stand above the hours of a day
    found.sort_by_key(|(event, o)| (o.from, !event.all_day, event.number));
    found.truncate(MOST_OCCURRENCES);
    found
}
