//! A calendar on its way in: what its events are, in our terms, and what cannot be kept and why.

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use sha2::{Digest, Sha256};

use super::{
    BadFile, MOST_BYTES, MOST_EVENTS,
    lines::{Component, Property, components, short},
    zones,
};
use crate::{
    skills::calendar::{
        event::{Event, Timing},
        series::{stamp, wall},
    },
    text::clean,
    when::Recurrence,
};

/// What a file holds.
#[derive(Debug, Default)]
pub struct File {
    pub events: Vec<Incoming>,
    /// Alarms, which are not taken over.
    pub alarms: usize,
    /// Events that cannot be kept: which, and why.
    pub refused: Vec<String>,
}

/// An event of a file: its times and words; the rest is decided when it is kept.
#[derive(Clone, Debug)]
pub struct Incoming {
    pub event: Event,
    /// One changed occurrence of the series of the same UID.
    pub original_at: Option<DateTime>,
    /// It does not take place: the occurrence is left out, or the event is not kept.
    pub is_cancelled: bool,
}

/// Reads a file; floating times and whole days are taken as those of `theirs`.
pub fn read(bytes: &[u8], theirs: &TimeZone, now: Timestamp) -> Result<File, BadFile> {
    if bytes.len() > MOST_BYTES {
        return Err(BadFile::at(0, format!("more than {MOST_BYTES} bytes")));
    }
    let roots = components(bytes)?;
    if roots.is_empty() || roots.iter().any(|root| root.name != "VCALENDAR") {
        let line = roots
            .iter()
            .find(|root| root.name != "VCALENDAR")
            .map_or(1, |root| root.line);
        return Err(BadFile::at(line, "a calendar begins with BEGIN:VCALENDAR"));
    }
    let mut file = File::default();
    for calendar in &roots {
        let all = &calendar.components;
        let definitions: Vec<_> = all.iter().filter(|c| c.name == "VTIMEZONE").collect();
        let reader = Reader {
            definitions,
            theirs,
            now,
        };
        for component in all.iter().filter(|c| c.name == "VEVENT") {
            if file.events.len() + file.refused.len() >= MOST_EVENTS {
                return Err(BadFile::at(
                    component.line,
                    format!("more than {MOST_EVENTS} events"),
                ));
            }
            file.alarms += component
                .components
                .iter()
                .filter(|c| c.name == "VALARM")
                .count();
            match reader.event(component) {
                Ok(event) => file.events.push(event),
                Err(bad) => {
                    let title = short(&component.text("SUMMARY"));
                    file.refused
                        .push(format!("line {} \"{title}\": {}", bad.line, bad.why));
                }
            }
        }
    }
    Ok(file)
}

struct Reader<'a> {
    definitions: Vec<&'a Component>,
    theirs: &'a TimeZone,
    now: Timestamp,
}

/// A time of a file: on the wall of a zone, or floating.
#[derive(Clone, Debug)]
struct When {
    wall: DateTime,
    is_day: bool,
    /// None: floating.
    zone: Option<TimeZone>,
}

impl Reader<'_> {
    fn event(&self, c: &Component) -> Result<Incoming, BadFile> {
        let start = c
            .find("DTSTART")
            .ok_or_else(|| BadFile::at(c.line, "an event without DTSTART"))?;
        let begins = self.time(start)?;
        let ends_at = self.end(c, &begins)?;
        let rule = self.rule(c, &begins)?;
        let zone = begins.zone.as_ref().unwrap_or(self.theirs);
        let timing = Timing {
            all_day: begins.is_day,
            starts_at: begins.wall,
            ends_at,
            zone: zone.iana_name().unwrap_or("UTC").to_owned(),
            floating: begins.zone.is_none(),
            rule,
        };
        let mut event = Event::new(&title(c), &timing, self.now);
        event.place = one_line(&c.text("LOCATION"), 200);
        event.notes = clean(&c.text("DESCRIPTION"))
            .trim()
            .chars()
            .take(4_000)
            .collect();
        event.attendees = people(c);
        event.busy = c.text("TRANSP").to_uppercase() != "TRANSPARENT";
        event.sequence = c.text("SEQUENCE").trim().parse().unwrap_or(0).max(0);
        let buffer = c.text("X-ASSISTANT-BUFFER").trim().parse().unwrap_or(0);
        event.buffer_minutes = i32::clamp(buffer, 0, 1_440);
        event.uid = uid(c);
        if event.rule.is_some() {
            for dates in c.all("EXDATE") {
                for at in self.times(dates)? {
                    event.except_at.push(on_wall(&at, &begins));
                }
            }
            event.except_at.sort();
            event.except_at.dedup();
        }
        let original_at = match c.find("RECURRENCE-ID") {
            None => None,
            Some(p) if p.param("RANGE").is_some() => {
                return Err(BadFile::at(
                    p.line,
                    "RECURRENCE-ID with a RANGE is not kept",
                ));
            }
            // in the zone of its series, which is found when it is kept; usually its own
            Some(p) => Some(on_wall(&self.time(p)?, &begins)),
        };
        Ok(Incoming {
            event,
            original_at,
            is_cancelled: c.text("STATUS").trim().eq_ignore_ascii_case("CANCELLED"),
        })
    }

    fn end(&self, c: &Component, begins: &When) -> Result<DateTime, BadFile> {
        let day = SignedDuration::from_hours(24);
        let end = match (c.find("DTEND"), c.find("DURATION")) {
            (Some(p), _) => on_wall(&self.time(p)?, begins),
            (None, Some(p)) => begins.wall.saturating_add(duration(p)?),
            (None, None) if begins.is_day => begins.wall.saturating_add(day),
            (None, None) => begins.wall,
        };
        if begins.is_day && end <= begins.wall {
            return Ok(begins.wall.saturating_add(day));
        }
        if end < begins.wall {
            return Err(BadFile::at(c.line, "it ends before it begins"));
        }
        Ok(end)
    }

    fn rule(&self, c: &Component, begins: &When) -> Result<Option<String>, BadFile> {
        if let Some(p) = c.find("RDATE").or_else(|| c.find("EXRULE")) {
            return Err(BadFile::at(p.line, format!("{} is not kept", p.name)));
        }
        let mut rules = c.all("RRULE");
        let Some(p) = rules.next() else {
            return Ok(None);
        };
        if let Some(second) = rules.next() {
            return Err(BadFile::at(second.line, "more than one RRULE is not kept"));
        }
        let parts = p.value.trim().to_uppercase();
        let parts = parts
            .split(';')
            .filter(|part| !part.is_empty())
            .map(|part| {
                let Some(until) = part.strip_prefix("UNTIL=") else {
                    return Some(part.to_owned());
                };
                let mut last = wall(until)?;
                if until.ends_with('Z') {
                    let at = TimeZone::UTC.to_timestamp(last).ok()?;
                    last = begins.zone.as_ref().unwrap_or(self.theirs).to_datetime(at);
                }
                Some(format!("UNTIL={}", stamp(last)))
            });
        let rule: Option<Vec<String>> = parts.collect();
        let rule = rule
            .ok_or_else(|| BadFile::at(p.line, "UNTIL is no time"))?
            .join(";");
        if rule.len() > 480 {
            return Err(BadFile::at(p.line, "its rule is too long"));
        }
        Recurrence::new(&rule, begins.wall, Vec::new())
            .map(|known| Some(known.rule))
            .map_err(|bad| BadFile::at(p.line, bad.0))
    }

    fn time(&self, p: &Property) -> Result<When, BadFile> {
        self.times(p)?
            .into_iter()
            .next()
            .ok_or_else(|| BadFile::at(p.line, format!("{} is no time", p.name)))
    }

    fn times(&self, p: &Property) -> Result<Vec<When>, BadFile> {
        p.value
            .split(',')
            .map(|value| self.read_time(p, value.trim()))
            .collect()
    }

    fn read_time(&self, p: &Property, value: &str) -> Result<When, BadFile> {
        let bad = || BadFile::at(p.line, format!("\"{}\" is no time", short(value)));
        if p.param("VALUE") == Some("DATE") || value.len() == 8 {
            let day = Date::strptime("%Y%m%d", value).map_err(|_| bad())?;
            return Ok(When {
                wall: in_reach(day.at(0, 0, 0, 0)).ok_or_else(bad)?,
                is_day: true,
                zone: None,
            });
        }
        let bare = value.strip_suffix('Z').unwrap_or(value);
        let wall = DateTime::strptime("%Y%m%dT%H%M%S", bare).map_err(|_| bad())?;
        let wall = in_reach(wall).ok_or_else(bad)?;
        let zone = match p.param("TZID") {
            _ if bare != value => Some(TimeZone::UTC),
            None => None,
            Some(id) => Some(zones::known(id, &self.definitions).ok_or_else(|| {
                BadFile::at(p.line, format!("the zone \"{}\" is not known", short(id)))
            })?),
        };
        Ok(When {
            wall,
            is_day: false,
            zone,
        })
    }
}

/// Years that can be counted with.
fn in_reach(wall: DateTime) -> Option<DateTime> {
    (1900..=2200).contains(&wall.year()).then_some(wall)
}

/// A time as the wall shows it where the event begins.
fn on_wall(at: &When, begins: &When) -> DateTime {
    match (&at.zone, &begins.zone) {
        (Some(zone), Some(theirs)) if zone != theirs => zone
            .to_timestamp(at.wall)
            .map_or(at.wall, |instant| theirs.to_datetime(instant)),
        // a day in a list of times means the one of that day
        _ if at.is_day && !begins.is_day => at.wall.date().to_datetime(begins.wall.time()),
        _ => at.wall,
    }
}

/// `PT1H30M`, `P1D`, `P2W` (RFC 5545, 3.3.6).
fn duration(p: &Property) -> Result<SignedDuration, BadFile> {
    let bad = || BadFile::at(p.line, format!("\"{}\" is no length", short(&p.value)));
    let text = p.value.trim().trim_start_matches('+');
    let text = text.strip_prefix('P').ok_or_else(bad)?;
    let mut seconds: i64 = 0;
    let mut digits = String::new();
    for c in text.chars() {
        if c.is_ascii_digit() && digits.len() < 9 {
            digits.push(c);
            continue;
        }
        let unit = match c {
            'T' if digits.is_empty() => continue,
            'W' => 604_800,
            'D' => 86_400,
            'H' => 3_600,
            'M' => 60,
            'S' => 1,
            _ => return Err(bad()),
        };
        let count: i64 = digits.parse().map_err(|_| bad())?;
        seconds += count * unit;
        digits.clear();
    }
    let says_nothing = p.value.trim().ends_with(['P', 'T']);
    if !says_nothing && digits.is_empty() && (0..=10 * 366 * 86_400).contains(&seconds) {
        Ok(SignedDuration::from_secs(seconds))
    } else {
        Err(bad())
    }
}

fn title(c: &Component) -> String {
    let title = one_line(&c.text("SUMMARY"), 200);
    if title.is_empty() {
        "(no title)".to_owned()
    } else {
        title
    }
}

fn one_line(text: &str, most: usize) -> String {
    let line = clean(text);
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(most).collect()
}

/// Names; an address where there is none.
fn people(c: &Component) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for p in c.all("ATTENDEE").take(100) {
        let address = p.value.trim();
        let address = address
            .get(..7)
            .filter(|front| front.eq_ignore_ascii_case("mailto:"))
            .map_or(address, |_| &address[7..]);
        let name = one_line(p.param("CN").unwrap_or(address), 200);
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Its UID; without one, a digest of what makes it itself, so that the same file twice is the same event.
fn uid(c: &Component) -> String {
    let uid = one_line(&c.text("UID"), 400);
    if !uid.is_empty() {
        return uid;
    }
    let start = c
        .find("DTSTART")
        .map(|p| p.value.as_str())
        .unwrap_or_default();
    let digest = Sha256::digest(format!("{}\n{start}", c.text("SUMMARY")));
    let hex: String = digest
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{hex}@import")
}
