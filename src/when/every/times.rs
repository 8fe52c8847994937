//! The times of day of a recurrence: "at 9 and 21", "from 9 to 5", and "at 7" of every day.
//! May import: `read` for the words, and this module's parent.

use jiff::{
    SignedDuration,
    civil::{Time, date, time},
    tz::TimeZone,
};

use super::clauses::{self, Clauses};
use crate::when::{Binding, Doubt, Here, Meaning, Reading, Span, read, say};

/// The times of day that were said.
pub(super) struct TimesOfDay {
    pub times: Vec<Time>,
    /// Until when on each day, for hours and minutes.
    pub to: Option<Time>,
    pub zone: Option<TimeZone>,
    pub assumed: Vec<String>,
    pub doubt: Option<Doubt>,
}

impl TimesOfDay {
    /// `None`: what is left of the words is no time of day.
    pub(super) fn read(clauses: &Clauses, here: &Here) -> Option<Self> {
        let mut this = Self {
            times: Vec::new(),
            to: None,
            zone: None,
            assumed: Vec::new(),
            doubt: None,
        };
        let said: Vec<&str> = clauses
            .time
            .iter()
            .map(String::as_str)
            .skip_while(|word| matches!(*word, "," | "and"))
            .collect();
        let part = clauses.part.unwrap_or_default();
        if said.is_empty() && part.is_empty() {
            return Some(this);
        }
        let is_daily = clauses.is_daily();
        if this.add((part, is_daily), &said, here).is_some() {
            return Some(this);
        }
        if said.is_empty() {
            return None;
        }
        // "at 9 and 21"
        for one in said.split(|word| matches!(*word, "and" | ",")) {
            if !one.is_empty() {
                this.add((part, is_daily), one, here)?;
            }
        }
        Some(this)
    }

    fn add(&mut self, (part, is_daily): (&str, bool), said: &[&str], here: &Here) -> Option<()> {
        let said: Vec<&str> = said.iter().copied().filter(|word| *word != ",").collect();
        // read on a day without clock changes, so that 2:30 stays 2:30
        let day = date(here.today().year(), 1, 14).to_datetime(time(12, 0, 0, 0));
        let quiet = Here {
            now: here.zone.to_timestamp(day).ok()?,
            ..here.clone()
        };
        let morning = (part.is_empty() && is_daily)
            .then(|| morning(&said, &quiet))
            .flatten();
        let said = format!("tomorrow {part} {}", said.join(" "));
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        let reading = match morning {
            Some(reading) => reading,
            None => read(&said, &quiet).ok()?,
        };
        let moment = match reading.meaning {
            Meaning::At(moment) => moment,
            Meaning::Span(Span::Times { from, to }) => {
                self.to = Some(to.wall.time());
                from
            }
            _ => return None,
        };
        match moment.binding {
            Binding::Fixed => self.zone = Some(moment.zone),
            Binding::Floating => {}
            Binding::Elapsed => return None,
        }
        let time = moment.wall.time();
        if !self.times.contains(&time) {
            self.times.push(time);
        }
        self.assumed.extend(reading.assumed);
        self.doubt = self.doubt.take().or(reading.doubt);
        Some(())
    }
}

/// "at 7" of every day, as the hour before waking hours that people mean; `None`: it is something else.
fn morning(said: &[&str], here: &Here) -> Option<Reading> {
    let [hour] = said.strip_prefix(&["at"]).unwrap_or(said) else {
        return None;
    };
    let is_bare = clauses::number(hour).is_some()
        || hour.len() > 2 && hour.chars().all(|c| c.is_ascii_digit() || c == ':');
    if !is_bare {
        return None;
    }
    let mut reading = read(&format!("tomorrow {hour} am"), here).ok()?;
    let Meaning::At(moment) = &reading.meaning else {
        return None;
    };
    let time = moment.wall.time();
    let ahead = here.habits.waking.0.duration_since(time);
    if ahead <= SignedDuration::ZERO || ahead > SignedDuration::from_hours(2) {
        return None;
    }
    reading.assumed = vec![format!("{hour} is {}", say::hour(time, here))];
    Some(reading)
}
