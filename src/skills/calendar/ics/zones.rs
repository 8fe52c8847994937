//! Zones in iCalendar: a VTIMEZONE for each that is used, and the IANA zone behind what other programs call one.

use jiff::{Timestamp, ToSpan, tz::TimeZone};

use super::{
    lines::{Component, Out},
    windows,
};

/// Transitions of one zone at most.
const MOST: usize = 400;

/// Writes the definition of a zone: each offset that holds between `from` and `to`, from the bundled database.
pub fn define(out: &mut Out, name: &str, (from, to): (Timestamp, Timestamp)) {
    let Ok(zone) = TimeZone::get(name) else {
        return;
    };
    out.raw("BEGIN", "VTIMEZONE");
    out.raw("TZID", name);
    // what holds at the beginning has begun at the change before
    let before = zone.preceding(from).next();
    let first = before
        .as_ref()
        .map_or(Timestamp::UNIX_EPOCH, |t| t.timestamp());
    if before.is_none() {
        section(out, &zone, first);
    }
    let changes = before
        .into_iter()
        .chain(zone.following(from))
        .take_while(|change| change.timestamp() < to)
        .take(MOST);
    for change in changes {
        section(out, &zone, change.timestamp());
    }
    out.raw("END", "VTIMEZONE");
}

/// One STANDARD or DAYLIGHT, which holds from `at` on.
fn section(out: &mut Out, zone: &TimeZone, at: Timestamp) {
    let now = zone.to_offset_info(at);
    let moment = at.checked_sub(1.nanosecond()).unwrap_or(at);
    let before = zone.to_offset_info(moment).offset();
    let name = if now.dst().is_dst() {
        "DAYLIGHT"
    } else {
        "STANDARD"
    };
    out.raw("BEGIN", name);
    let wall = before.to_datetime(at);
    out.raw("DTSTART", &wall.strftime("%Y%m%dT%H%M%S").to_string());
    out.raw("TZOFFSETFROM", &offset(before.seconds()));
    out.raw("TZOFFSETTO", &offset(now.offset().seconds()));
    out.text("TZNAME", now.abbreviation());
    out.raw("END", name);
}

fn offset(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let (hours, minutes, left) = (
        seconds.abs() / 3_600,
        seconds.abs() / 60 % 60,
        seconds.abs() % 60,
    );
    if left == 0 {
        format!("{sign}{hours:02}{minutes:02}")
    } else {
        format!("{sign}{hours:02}{minutes:02}{left:02}")
    }
}

/// The IANA zone that a TZID means: its own name, a Windows name, a name behind a prefix
/// ("/freeassociation.sourceforge.net/Europe/Berlin"), or what the file's own definition says that it is.
pub fn known(id: &str, definitions: &[&Component]) -> Option<TimeZone> {
    let id = id.trim().trim_matches('"');
    if let Some(zone) = named(id) {
        return Some(zone);
    }
    let parts: Vec<&str> = id.split('/').filter(|part| !part.is_empty()).collect();
    let behind = (1..parts.len()).find_map(|at| named(&parts[at..].join("/")));
    behind.or_else(|| {
        let definition = definitions
            .iter()
            .find(|zone| zone.find("TZID").is_some_and(|p| p.value.trim() == id))?;
        let location = definition
            .find("X-LIC-LOCATION")
            .and_then(|p| named(p.value.trim()));
        location.or_else(|| fixed(definition))
    })
}

fn named(id: &str) -> Option<TimeZone> {
    let id = windows::iana(id).unwrap_or(id);
    if matches!(
        id.to_ascii_uppercase().as_str(),
        "UTC" | "GMT" | "Z" | "ETC/UTC"
    ) {
        return Some(TimeZone::UTC);
    }
    // "EST" and the like are names of old, with rules of their own; only places are taken
    id.contains('/').then(|| TimeZone::get(id).ok())?
}

/// A definition with one offset for ever, in whole hours, is a zone of the database.
fn fixed(definition: &Component) -> Option<TimeZone> {
    let mut offsets = definition
        .components
        .iter()
        .filter_map(|section| section.find("TZOFFSETTO"))
        .map(|p| p.value.trim());
    let first = offsets.next()?;
    if offsets.any(|other| other != first) {
        return None;
    }
    let hours: i32 = first.get(..3)?.parse().ok()?;
    let is_whole = first
        .get(3..)
        .is_some_and(|rest| rest.bytes().all(|b| b == b'0'));
    match hours {
        _ if !is_whole => None,
        0 => Some(TimeZone::UTC),
        // its signs are turned round
        hours => TimeZone::get(&format!("Etc/GMT{:+}", -hours)).ok(),
    }
}
