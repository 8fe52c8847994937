//! Hours of the day from one to another, as people write them: "22 to 7", "9-5", "from 8:30am until 5pm".
//! May import: jiff and when.

use jiff::civil::{Time, Weekday};

use crate::when::read_weekdays;

/// What the hours are for, because bare numbers mean other things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// "9-5" is a day.
    Day,
    /// "10-7" is a night.
    Night,
}

/// The two ends; `None`: the words are none.
pub fn read(said: &str, of: Of) -> Option<(Time, Time)> {
    let said = said.trim().to_lowercase();
    let said = said.strip_prefix("from ").unwrap_or(&said);
    let said = said.strip_prefix("between ").unwrap_or(said);
    let (from, until) = [
        " to ", " until ", " till ", " til ", " and ", "-", "\u{2013}",
    ]
    .iter()
    .find_map(|link| said.split_once(link))?;
    let (from, until) = (Clock::read(from)?, Clock::read(until)?);
    let from = match of {
        // whoever sleeps from 11 to 7 sleeps at night
        Of::Night if from.is_open() && from.hour >= 6 => from.later(),
        _ => from.plain(),
    }?;
    let until = match of {
        Of::Day if until.is_open() && until.plain()? <= from => until.later(),
        _ => until.plain(),
    }?;
    (from != until).then_some((from, until))
}

/// Which days, and from when to when on each; what is not said stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Week {
    pub days: Option<Vec<Weekday>>,
    pub hours: Option<(Time, Time)>,
}

/// Days and hours, either of them: "mon-thu 8-16", "weekdays", "9 to 5".
pub fn read_week(said: &str) -> Option<Week> {
    let said = said.trim().to_lowercase();
    if let Some(hours) = read(&said, Of::Day) {
        return Some(Week {
            days: None,
            hours: Some(hours),
        });
    }
    if let Some(days) = read_weekdays(&said) {
        return Some(Week {
            days: Some(days),
            hours: None,
        });
    }
    let at = said.find(|c: char| c.is_ascii_digit())?;
    let (days, hours) = said.split_at(at);
    let days = days.trim().trim_end_matches([',', ':']).trim();
    let days = ["from", "at", "between"]
        .iter()
        .find_map(|link| days.strip_suffix(link))
        .unwrap_or(days);
    Some(Week {
        days: Some(read_weekdays(days)?),
        hours: Some(read(hours, Of::Day)?),
    })
}

struct Clock {
    hour: i8,
    minute: i8,
    /// Whether am or pm was said.
    later: Option<bool>,
    colon: bool,
}

impl Clock {
    fn read(said: &str) -> Option<Self> {
        let said = said.trim().replace("p.m.", "pm").replace("a.m.", "am");
        match said.as_str() {
            "noon" => return Some(Self::exact(12)),
            "midnight" => return Some(Self::exact(0)),
            _ => {}
        }
        let (digits, later) = if let Some(digits) = said.strip_suffix("pm") {
            (digits, Some(true))
        } else if let Some(digits) = said.strip_suffix("am") {
            (digits, Some(false))
        } else {
            (said.trim_end_matches(" o'clock"), None)
        };
        let digits = digits.trim().trim_end_matches('h');
        let (hour, minute) = digits.split_once(':').unwrap_or((digits, "00"));
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !is_number(hour) || hour.len() > 2 || !is_number(minute) || minute.len() != 2 {
            return None;
        }
        let (hour, minute) = (hour.parse().ok()?, minute.parse().ok()?);
        let fits = match later {
            Some(_) => (1..=12).contains(&hour),
            None => (0..=24).contains(&hour),
        };
        (fits && minute < 60).then_some(Self {
            hour,
            minute,
            later,
            colon: digits.starts_with('0'),
        })
    }

    fn exact(hour: i8) -> Self {
        Self {
            hour,
            minute: 0,
            later: None,
            colon: true,
        }
    }

    /// Whether it may be either half of the day.
    fn is_open(&self) -> bool {
        self.later.is_none() && !self.colon && (1..=12).contains(&self.hour)
    }

    fn plain(&self) -> Option<Time> {
        let hour = match self.later {
            Some(later) => self.hour % 12 + if later { 12 } else { 0 },
            None => self.hour % 24,
        };
        Time::new(hour, self.minute, 0, 0).ok()
    }

    fn later(&self) -> Option<Time> {
        Time::new((self.hour + 12) % 24, self.minute, 0, 0).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(found: Option<(Time, Time)>) -> Option<String> {
        found.map(|(from, until)| format!("{}-{}", from.strftime("%H:%M"), until.strftime("%H:%M")))
    }

    #[test]
    fn hours_of_a_night_are_read_as_people_write_them() {
        for (said, expected) in [
            ("22 to 7", Some("22:00-07:00")),
            ("10 to 7", Some("22:00-07:00")),
            ("from 10pm until 7am", Some("22:00-07:00")),
            ("9-8", Some("21:00-08:00")),
            ("23:30-06:15", Some("23:30-06:15")),
            ("12 to 8", Some("00:00-08:00")),
            ("midnight to 8", Some("00:00-08:00")),
            ("1am-9am", Some("01:00-09:00")),
            ("13 to 15", Some("13:00-15:00")),
            ("7 to 7am", Some("19:00-07:00")),
            ("25 to 7", None),
            ("late", None),
        ] {
            assert_eq!(plain(read(said, Of::Night)).as_deref(), expected, "{said}");
        }
    }

    #[test]
    fn hours_of_a_day_may_come_with_its_days() {
        for (said, expected) in [
            ("9-5", Some("09:00-17:00")),
            ("8-16", Some("08:00-16:00")),
            ("8:30 to 5", Some("08:30-17:00")),
            ("7 to 11", Some("07:00-11:00")),
            ("9am-6pm", Some("09:00-18:00")),
            ("noon to 8", Some("12:00-20:00")),
        ] {
            assert_eq!(plain(read(said, Of::Day)).as_deref(), expected, "{said}");
        }
        for (said, days, hours) in [
            ("mon-thu 8-16", Some(4), Some("08:00-16:00")),
            ("weekdays from 9 to 5", Some(5), Some("09:00-17:00")),
            ("mon, wed and fri", Some(3), None),
            ("9 to 5", None, Some("09:00-17:00")),
        ] {
            let week = read_week(said).unwrap();
            assert_eq!(week.days.map(|days| days.len()), days, "{said}");
            assert_eq!(plain(week.hours).as_deref(), hours, "{said}");
        }
        for said in ["at the office", "hard", "for 3 hours", "8", "with 2 people"] {
            assert_eq!(read_week(said), None, "{said}");
        }
    }
}
