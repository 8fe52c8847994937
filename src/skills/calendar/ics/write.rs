//! A calendar on its way out.

use std::collections::{BTreeMap, HashMap};

use jiff::{Timestamp, ToSpan, civil::DateTime, tz::TimeZone};
use uuid::Uuid;

use super::{
    lines::{Out, param},
    zones,
};
use crate::{
    skills::calendar::{
        event::Event,
        series::{stamp, wall},
    },
    when::resolve,
};

/// Years for which the zone of something without an end is written down.
const YEARS: i64 = 10;

/// All of `events` as one VCALENDAR. The same events give the same bytes.
pub fn write(events: &[Event], theirs: &TimeZone) -> String {
    let mut out = Out::default();
    out.raw("BEGIN", "VCALENDAR");
    out.raw("VERSION", "2.0");
    out.raw("PRODID", "-//Personal Assistant//Calendar//EN");
    out.raw("CALSCALE", "GREGORIAN");
    out.raw("METHOD", "PUBLISH");
    out.raw("X-WR-CALNAME", "Assistant");
    out.raw("REFRESH-INTERVAL;VALUE=DURATION", "PT1H");
    for (name, stretch) in used(events, theirs) {
        zones::define(&mut out, &name, stretch);
    }
    let masters: HashMap<Uuid, &Event> = events.iter().map(|event| (event.id, event)).collect();
    let mut changed: HashMap<Uuid, Vec<DateTime>> = HashMap::new();
    for event in events {
        if let (Some(series), Some(at)) = (event.series_id, event.original_at) {
            changed.entry(series).or_default().push(at);
        }
    }
    for event in events {
        let master = event.series_id.and_then(|id| masters.get(&id).copied());
        let alone = changed.get(&event.id).map_or(&[][..], Vec::as_slice);
        one(&mut out, event, master, alone);
    }
    out.raw("END", "VCALENDAR");
    out.finish()
}

/// The zones that are named, and the time through which each is used.
fn used(events: &[Event], theirs: &TimeZone) -> BTreeMap<String, (Timestamp, Timestamp)> {
    let mut zones: BTreeMap<String, (Timestamp, Timestamp)> = BTreeMap::new();
    for event in events.iter().filter(|event| tzid(event).is_some()) {
        let first = event.first(theirs);
        let last = match event.recurrence() {
            None => first.to,
            Some(rule) => match rule.until() {
                Some(until) => resolve(until, &event.zone_for(theirs)).at,
                None => years_on(first.from),
            },
        };
        let stretch = zones
            .entry(event.zone.clone())
            .or_insert((first.from, last));
        *stretch = (stretch.0.min(first.from), stretch.1.max(last));
    }
    zones
}

fn years_on(at: Timestamp) -> Timestamp {
    at.to_zoned(TimeZone::UTC)
        .checked_add(YEARS.years())
        .map_or(Timestamp::MAX, |later| later.timestamp())
}

/// The TZID that its times need: none for whole days, floating times, and UTC.
fn tzid(event: &Event) -> Option<&str> {
    let plain = event.all_day || event.floating || is_utc(event);
    (!plain).then_some(event.zone.as_str())
}

fn is_utc(event: &Event) -> bool {
    matches!(event.zone.as_str(), "UTC" | "Etc/UTC" | "Etc/GMT" | "GMT")
        || TimeZone::get(&event.zone).is_err()
}

fn one(out: &mut Out, event: &Event, master: Option<&Event>, alone: &[DateTime]) {
    out.raw("BEGIN", "VEVENT");
    out.text("UID", &event.uid);
    let utc = |at: Timestamp| at.strftime("%Y%m%dT%H%M%SZ").to_string();
    out.raw("DTSTAMP", &utc(event.changed_at));
    out.raw("CREATED", &utc(event.created_at));
    out.raw("SEQUENCE", &event.sequence.to_string());
    time(out, "DTSTART", event.starts_at, event);
    if event.ends_at > event.starts_at {
        time(out, "DTEND", event.ends_at, event);
    }
    if let Some(original) = event.original_at {
        // in the form of its series
        time(out, "RECURRENCE-ID", original, master.unwrap_or(event));
    }
    if let Some(rule) = event.recurrence() {
        out.raw("RRULE", &outward(&rule.rule, event));
        // those that were changed alone stand below
        for at in event.except_at.iter().filter(|at| !alone.contains(at)) {
            time(out, "EXDATE", *at, event);
        }
    }
    out.text("SUMMARY", &event.title);
    out.text("LOCATION", &event.place);
    out.text("DESCRIPTION", &event.notes);
    for name in &event.attendees {
        // people are names here: the address is a form that no mail goes to
        let address: String =
            percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC)
                .collect();
        out.raw(
            &format!("ATTENDEE;CN={}", param(name)),
            &format!("invalid:{address}"),
        );
    }
    out.raw("TRANSP", if event.busy { "OPAQUE" } else { "TRANSPARENT" });
    if event.buffer_minutes > 0 {
        out.raw("X-ASSISTANT-BUFFER", &event.buffer_minutes.to_string());
    }
    out.raw("END", "VEVENT");
}

fn time(out: &mut Out, name: &str, at: DateTime, event: &Event) {
    if event.all_day {
        let day = at.date().strftime("%Y%m%d").to_string();
        out.raw(&format!("{name};VALUE=DATE"), &day);
    } else if event.floating {
        out.raw(name, &stamp(at));
    } else if is_utc(event) {
        out.raw(name, &format!("{}Z", stamp(at)));
    } else {
        out.raw(&format!("{name};TZID={}", event.zone), &stamp(at));
    }
}

/// The rule with its UNTIL in the form that DTSTART asks for: a date, a local time, or UTC (RFC 5545, 3.3.10).
fn outward(rule: &str, event: &Event) -> String {
    let parts = rule.split(';').map(|part| {
        let Some(until) = part.strip_prefix("UNTIL=").and_then(wall) else {
            return part.to_owned();
        };
        if event.all_day {
            return format!("UNTIL={}", until.date().strftime("%Y%m%d"));
        }
        if event.floating {
            return format!("UNTIL={}", stamp(until));
        }
        let zone = TimeZone::get(&event.zone).unwrap_or(TimeZone::UTC);
        let at = resolve(until, &zone).at;
        format!("UNTIL={}", at.strftime("%Y%m%dT%H%M%SZ"))
    });
    parts.collect::<Vec<_>>().join(";")
}
