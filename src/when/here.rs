//! Where and when somebody speaks: everything that words for times lean on.

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time, Weekday, time},
    tz::TimeZone,
};
use serde::{Deserialize, Serialize};

use super::DateOrder;

/// How times are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hours {
    /// 5:00 PM
    #[default]
    Twelve,
    /// 17:00
    TwentyFour,
}

/// What a user's days are like, and how they write dates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Habits {
    /// BCP 47, language and region: `en-US`. Decides the order of dates and, with them, whose holidays are meant.
    pub locale: String,
    /// ISO 4217: what an amount without a currency is in.
    pub currency: String,
    pub tone: Tone,
    pub hours: Hours,
    /// Bare hours are taken as the next occurrence within these.
    pub waking: (Time, Time),
    /// Free time is looked for within these.
    pub working: (Time, Time),
    pub working_days: Vec<IsoDay>,
    /// What we start by ourselves waits from the first to the second.
    pub quiet: (Time, Time),
}

/// How much is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    #[default]
    Normal,
    /// The bare answer, no second sentence.
    Short,
}

fn usual_currency() -> String {
    "USD".to_owned()
}

/// A weekday as it is kept: 1 is Monday, 7 Sunday (ISO 8601).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IsoDay(pub i8);

impl Default for Habits {
    fn default() -> Self {
        Self {
            locale: "en-US".to_owned(),
            currency: usual_currency(),
            tone: Tone::Normal,
            hours: Hours::Twelve,
            waking: (time(8, 0, 0, 0), time(21, 0, 0, 0)),
            working: (time(9, 0, 0, 0), time(17, 0, 0, 0)),
            working_days: (1..=5).map(IsoDay).collect(),
            quiet: (time(21, 0, 0, 0), time(8, 0, 0, 0)),
        }
    }
}

impl Habits {
    /// Everybody's habits, with these quiet hours.
    pub fn quiet_between(from: Time, until: Time) -> Self {
        Self {
            quiet: (from, until),
            ..Self::default()
        }
    }

    /// These habits with what a user has set, as the database's function `habits` gives it.
    pub fn overlaid(&self, kept: serde_json::Value) -> Self {
        let mut all = serde_json::json!(self);
        if let (Some(all), serde_json::Value::Object(kept)) = (all.as_object_mut(), kept) {
            all.extend(kept);
        }
        serde_json::from_value(all).unwrap_or_else(|_| self.clone())
    }

    /// The region of the locale, in capitals: `US`.
    pub fn country(&self) -> &str {
        self.locale
            .rsplit_once(['-', '_'])
            .map_or("US", |(_, region)| region)
    }

    /// Which number of "12/1" is the month: the first in the United States and the few countries that write like them.
    /// Source: Unicode CLDR, short date formats.
    pub fn order(&self) -> DateOrder {
        match self.country() {
            "US" | "PH" | "PW" | "FM" | "MH" | "GU" | "AS" | "VI" | "PR" | "UM" => {
                DateOrder::MonthFirst
            }
            _ => DateOrder::DayFirst,
        }
    }

    pub fn works_on(&self, day: Weekday) -> bool {
        self.working_days
            .iter()
            .any(|works| works.0 == day.to_monday_one_offset())
    }

    /// Whether `time` lies in the quiet hours, which may run over midnight. Equal ends: never.
    pub fn is_quiet(&self, time: Time) -> bool {
        let (from, until) = self.quiet;
        match from.cmp(&until) {
            std::cmp::Ordering::Less => from <= time && time < until,
            std::cmp::Ordering::Equal => false,
            std::cmp::Ordering::Greater => time >= from || time < until,
        }
    }
}

/// Now, the user's zone, and the user's habits.
#[derive(Clone, Debug)]
pub struct Here {
    pub now: Timestamp,
    pub zone: TimeZone,
    pub habits: Habits,
}

impl Here {
    /// With the habits of somebody in the United States.
    pub fn new(now: Timestamp, zone: TimeZone) -> Self {
        Self {
            now,
            zone,
            habits: Habits::default(),
        }
    }

    /// The wall clock now.
    pub fn wall(&self) -> DateTime {
        self.zone.to_datetime(self.now)
    }

    pub fn today(&self) -> Date {
        self.wall().date()
    }

    /// The IANA name of the zone.
    pub fn zone_name(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }
}
