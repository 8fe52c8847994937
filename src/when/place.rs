//! Where somebody is, from what they say (a city, a country, a postcode) or from their number: only as far as a clock goes. A
//! guess; whoever asks confirms it by the local time. May import: this folder.

use std::{collections::HashMap, sync::LazyLock};

use jiff::{Timestamp, civil::Time, tz::TimeZone};

use super::zone_named;

/// Countries with their zone (the most peopled one where there are several) and currency; area codes and postcodes.
static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(include_str!("place/table.txt")));

struct Table {
    regions: HashMap<&'static str, (&'static str, &'static str)>,
    /// North American area codes that are not Eastern.
    areas: HashMap<&'static str, &'static str>,
    /// Ranges of the first three digits of ZIP codes.
    zips: Vec<(u16, u16, &'static str)>,
    /// First letters of Canadian postcodes.
    letters: HashMap<char, &'static str>,
}

impl Table {
    fn read(text: &'static str) -> Self {
        let mut table = Self {
            regions: HashMap::new(),
            areas: HashMap::new(),
            zips: Vec::new(),
            letters: HashMap::new(),
        };
        for line in text.lines() {
            let mut words = line.split_whitespace();
            let (Some(kind), Some(zone)) = (words.next(), words.next()) else {
                continue;
            };
            for word in words {
                match kind {
                    "region" => {
                        if let Some((region, currency)) = word.split_once(':') {
                            table.regions.insert(region, (zone, currency));
                        }
                    }
                    "area" => {
                        table.areas.insert(word, zone);
                    }
                    "zip" => {
                        let (from, to) = word.split_once('-').unwrap_or((word, word));
                        if let (Ok(from), Ok(to)) = (from.parse(), to.parse()) {
                            table.zips.push((from, to, zone));
                        }
                    }
                    "letter" => table.letters.extend(word.chars().map(|c| (c, zone))),
                    _ => {}
                }
            }
        }
        table
    }
}

/// The zone of what somebody says when they are asked where they are: "chicago", "Portland, OR", "60614", "M5V 2T6",
/// "berlin germany". `region` is the country of their number (`US`).
pub fn zone_at(said: &str, region: Option<&str>) -> Option<TimeZone> {
    let said = said.trim().trim_end_matches(['.', '!', ',', '?']).trim();
    if said.is_empty() || said.len() > 80 {
        return None;
    }
    zone_named(said)
        .or_else(|| by_postcode(said, region))
        .or_else(|| by_parts(said, region))
}

/// "Portland, OR", "berlin germany", "Springfield 62704": by the first part that is a place, then by the last.
fn by_parts(said: &str, region: Option<&str>) -> Option<TimeZone> {
    let words: Vec<&str> = said
        .split([' ', ',', '\n'])
        .filter(|word| !word.is_empty())
        .collect();
    if words.len() < 2 || words.len() > 6 {
        return None;
    }
    let of = |words: &[&str]| {
        let part = words.join(" ");
        zone_named(&part).or_else(|| by_postcode(&part, region))
    };
    (1..words.len())
        .rev()
        .find_map(|end| of(&words[..end]))
        .or_else(|| (1..words.len()).find_map(|from| of(&words[from..])))
}

fn by_postcode(said: &str, region: Option<&str>) -> Option<TimeZone> {
    let code: String = said
        .to_ascii_uppercase()
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    let digits = code.split('-').next().unwrap_or_default();
    let is_number = digits.len() >= 4 && digits.bytes().all(|b| b.is_ascii_digit());
    let signs: Vec<char> = code.chars().collect();
    let zone = match region {
        // a ZIP code: five digits, or nine with a dash
        Some("US" | "CA" | "PR") | None if is_number && digits.len() == 5 => {
            let first: u16 = digits[..3].parse().ok()?;
            let fits = |(from, to, _): &&(u16, u16, &str)| (*from..=*to).contains(&first);
            TABLE.zips.iter().find(fits).map(|(_, _, zone)| *zone)?
        }
        // a Canadian one: M5V 2T6
        Some("US" | "CA") | None
            if matches!(signs.as_slice(), [a, b, c, ..] if a.is_ascii_alphabetic() && b.is_ascii_digit() && c.is_ascii_alphabetic())
                && [3, 6].contains(&signs.len()) =>
        {
            TABLE.letters.get(&signs[0]).copied()?
        }
        // a British one: SW1A 1AA
        Some("GB") if (5..=7).contains(&signs.len()) && signs[0].is_ascii_alphabetic() => {
            let inward: Vec<char> = signs[signs.len() - 3..].to_vec();
            let fits =
                inward[0].is_ascii_digit() && inward[1..].iter().all(char::is_ascii_alphabetic);
            fits.then_some("Europe/London")?
        }
        // elsewhere a postcode only says that they are at home
        Some(region) if is_number && digits.len() <= 7 && digits.len() == code.len() => {
            TABLE.regions.get(region)?.0
        }
        _ => return None,
    };
    TimeZone::get(zone).ok()
}

/// The likely zone of a number: of its area code in North America, else of its country.
pub fn zone_of_number(number: &str, region: Option<&str>) -> TimeZone {
    let zone = match number.strip_prefix("+1").and_then(|rest| rest.get(..3)) {
        Some(area) if matches!(region, Some("US" | "CA" | "PR") | None) => {
            TABLE.areas.get(area).copied().unwrap_or("America/New_York")
        }
        _ => region
            .and_then(|region| TABLE.regions.get(region))
            .map_or("UTC", |(zone, _)| zone),
    };
    TimeZone::get(zone).unwrap_or(TimeZone::UTC)
}

/// The currency of a country, ISO 4217.
pub fn currency_of(region: &str) -> &'static str {
    TABLE
        .regions
        .get(region)
        .map_or("USD", |(_, currency)| currency)
}

/// The zone of `region` in which it is about that time now. `twelve`: the hour was said without am or pm.
pub fn zone_by_clock(
    said: Time,
    twelve: bool,
    now: Timestamp,
    region: Option<&str>,
) -> Option<TimeZone> {
    const NORTH_AMERICA: [&str; 7] = [
        "America/New_York",
        "America/Chicago",
        "America/Denver",
        "America/Los_Angeles",
        "America/Phoenix",
        "America/Anchorage",
        "Pacific/Honolulu",
    ];
    let zones: Vec<&str> = match region {
        Some("US" | "CA") | None => NORTH_AMERICA.to_vec(),
        Some(region) => TABLE
            .regions
            .get(region)
            .map(|(zone, _)| *zone)
            .into_iter()
            .collect(),
    };
    let minutes = |time: Time| i32::from(time.hour()) * 60 + i32::from(time.minute());
    let day = if twelve { 720 } else { 1440 };
    zones
        .into_iter()
        .filter_map(|zone| TimeZone::get(zone).ok())
        .find(|zone| {
            let there = minutes(zone.to_datetime(now).time());
            let apart = (there - minutes(said)).rem_euclid(day);
            apart.min(day - apart) <= 15
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(said: &str, region: &str) -> Option<String> {
        zone_at(said, Some(region)).and_then(|zone| zone.iana_name().map(str::to_owned))
    }

    #[test]
    fn places_are_read_as_people_answer() {
        for (said, region, zone) in [
            ("chicago", "US", "America/Chicago"),
            ("Portland, OR", "US", "America/Los_Angeles"),
            ("Austin TX", "US", "America/Chicago"),
            ("60614", "US", "America/Chicago"),
            ("60614-1234", "US", "America/Chicago"),
            ("10001", "US", "America/New_York"),
            ("85001", "US", "America/Phoenix"),
            ("96815", "US", "Pacific/Honolulu"),
            ("79901", "US", "America/Denver"),
            ("Springfield 62704", "US", "America/Chicago"),
            ("M5V 2T6", "CA", "America/Toronto"),
            ("v6b", "CA", "America/Vancouver"),
            ("berlin germany", "DE", "Europe/Berlin"),
            ("10115", "DE", "Europe/Berlin"),
            ("SW1A 1AA", "GB", "Europe/London"),
            ("japan", "US", "Asia/Tokyo"),
            ("New York City!", "US", "America/New_York"),
        ] {
            assert_eq!(at(said, region).as_deref(), Some(zone), "{said}");
        }
        for said in ["", "my couch", "ana", "42", "add milk and eggs", "A1"] {
            assert_eq!(at(said, "US"), None, "{said}");
        }
    }

    #[test]
    fn a_number_tells_where_it_may_live() {
        for (number, region, zone) in [
            ("+13125550100", "US", "America/Chicago"),
            ("+14155550100", "US", "America/Los_Angeles"),
            ("+12125550100", "US", "America/New_York"),
            ("+16025550100", "US", "America/Phoenix"),
            ("+16045550100", "CA", "America/Vancouver"),
            ("+4930901820", "DE", "Europe/Berlin"),
        ] {
            let found = zone_of_number(number, Some(region));
            assert_eq!(found.iana_name(), Some(zone), "{number}");
        }
        assert_eq!(currency_of("DE"), "EUR");
        assert_eq!(currency_of("GB"), "GBP");
        for (zone, _) in TABLE.regions.values() {
            assert!(TimeZone::get(zone).is_ok(), "{zone}");
        }
        let others = TABLE.areas.values().chain(TABLE.letters.values());
        for zone in others.chain(TABLE.zips.iter().map(|(_, _, zone)| zone)) {
            assert!(TimeZone::get(zone).is_ok(), "{zone}");
        }
    }

    #[test]
    fn a_clock_tells_the_zone() {
        let now: Timestamp = "2026-11-23T15:15:00Z".parse().unwrap();
        let by = |hour, minute, twelve| {
            let said = jiff::civil::time(hour, minute, 0, 0);
            zone_by_clock(said, twelve, now, Some("US"))
                .and_then(|zone| zone.iana_name().map(str::to_owned))
        };
        assert_eq!(by(9, 15, false).as_deref(), Some("America/Chicago"));
        assert_eq!(by(7, 20, true).as_deref(), Some("America/Los_Angeles"));
        assert_eq!(by(3, 0, false), None);
    }
}
