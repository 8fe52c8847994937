//! Every word that settings put into a text.

use jiff::civil::Weekday;

use super::store::Kept;
use crate::when::{DateOrder, Habits, Here, Hours, IsoDay, Tone, say};

/// One setting: the name in front of its line, and the columns that it is kept in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    Zone,
    Quiet,
    Working,
    Waking,
    Clock,
    Dates,
    Currency,
    Tone,
    Name,
}

pub const ALL: [Setting; 9] = [
    Setting::Zone,
    Setting::Quiet,
    Setting::Working,
    Setting::Waking,
    Setting::Clock,
    Setting::Dates,
    Setting::Currency,
    Setting::Tone,
    Setting::Name,
];

/// Nothing is set.
pub const QUIET_OF_ALL: &str = "Quiet hours as for everybody here";

impl Setting {
    pub fn name(self) -> &'static str {
        match self {
            Self::Zone => "Time zone",
            Self::Quiet => "Quiet hours",
            Self::Working => "Working hours",
            Self::Waking => "Waking hours",
            Self::Clock => "Clock",
            Self::Dates => "Dates",
            Self::Currency => "Currency",
            Self::Tone => "Tone",
            Self::Name => "Name",
        }
    }

    /// `other` with this setting as `kept` has it.
    pub fn taken_from(self, kept: &Kept, other: &Kept) -> Kept {
        let mut one = other.clone();
        match self {
            Self::Zone => one.time_zone.clone_from(&kept.time_zone),
            Self::Quiet => (one.quiet_from, one.quiet_until) = (kept.quiet_from, kept.quiet_until),
            Self::Working => {
                (one.working_from, one.working_until) = (kept.working_from, kept.working_until);
                one.working_days.clone_from(&kept.working_days);
            }
            Self::Waking => {
                (one.waking_from, one.waking_until) = (kept.waking_from, kept.waking_until);
            }
            Self::Clock => one.hours_24 = kept.hours_24,
            Self::Dates => one.locale.clone_from(&kept.locale),
            Self::Currency => one.currency.clone_from(&kept.currency),
            Self::Tone => one.tone = kept.tone,
            Self::Name => one.name.clone_from(&kept.name),
        }
        one
    }

    /// "Quiet hours 10:00 PM to 7:00 AM".
    pub fn line(self, kept: &Kept, here: &Here) -> String {
        let habits = &here.habits;
        let hours =
            |(from, until)| format!("{} to {}", say::time(from, here), say::time(until, here));
        let name = self.name();
        match self {
            Self::Zone => {
                let now = kept.zone().to_datetime(here.now).time();
                let now = now.with().second(0).subsec_nanosecond(0).build();
                let now = now.map_or_else(|_| String::new(), |now| say::time(now, here));
                format!("{name} {}: it is {now} there", kept.time_zone)
            }
            Self::Quiet if habits.quiet.0 == habits.quiet.1 => format!("{name}: none"),
            Self::Quiet => format!("{name} {}", hours(habits.quiet)),
            Self::Working => format!("{name} {} {}", days(habits), hours(habits.working)),
            Self::Waking => format!("{name} {}", hours(habits.waking)),
            Self::Clock => match habits.hours {
                Hours::Twelve => format!("{name}: 12 hours, like 5:00 PM"),
                Hours::TwentyFour => format!("{name}: 24 hours, like 17:00"),
            },
            Self::Dates => match habits.order() {
                DateOrder::MonthFirst => {
                    format!("{name}: 3/4 is Mar 4, holidays of {}", habits.country())
                }
                DateOrder::DayFirst => {
                    format!("{name}: 3/4 is Apr 3, holidays of {}", habits.country())
                }
            },
            Self::Currency => format!("{name}: {}", kept.currency),
            Self::Tone => format!("{name}: {}", tone(kept.tone)),
            Self::Name => format!("{name}: {}", kept.name.as_deref().unwrap_or("not set")),
        }
    }
}

fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Short => "short",
        Tone::Normal => "normal",
    }
}

/// All settings in two texts at most: what is short stands on one line.
pub fn overview(kept: &Kept, digest: Option<&str>, here: &Here) -> String {
    let habits = &here.habits;
    let mut lines = vec!["Settings:".to_owned()];
    lines.extend(kept.name.as_ref().map(|name| format!("Name: {name}")));
    let hours = [
        Setting::Zone,
        Setting::Quiet,
        Setting::Working,
        Setting::Waking,
    ];
    lines.extend(hours.iter().map(|one| one.line(kept, here)));
    let clock = match habits.hours {
        Hours::Twelve => "12-hour clock",
        Hours::TwentyFour => "24-hour clock",
    };
    let order = match habits.order() {
        DateOrder::MonthFirst => "3/4 is Mar 4",
        DateOrder::DayFirst => "3/4 is Apr 3",
    };
    lines.push(format!(
        "{clock}, {order}, holidays of {}, {}, {} tone",
        habits.country(),
        kept.currency,
        tone(kept.tone)
    ));
    lines.push(format!("Digest: {}", digest.unwrap_or("off")));
    lines.join("\n")
}

/// Who somebody is here, and how much is kept.
pub fn about(kept: &Kept, numbers: &[String], counts: &[(&str, i64)], here: &Here) -> String {
    let who = match &kept.name {
        Some(name) => format!("You are {name}"),
        None => "I do not know your name".to_owned(),
    };
    let ends: Vec<&str> = numbers
        .iter()
        .filter_map(|number| number.get(number.len().checked_sub(4)?..))
        .collect();
    let numbers = match ends.as_slice() {
        [] => String::new(),
        [one] => format!(", number ending {one}"),
        many => format!(", numbers ending {}", many.join(", ")),
    };
    let working = Setting::Working.line(kept, here);
    let things: Vec<String> = counts
        .iter()
        .map(|(table, count)| counted(table, *count))
        .collect();
    let things = if things.is_empty() {
        "nothing yet".to_owned()
    } else {
        things.join(", ")
    };
    format!(
        "{who}{numbers}. {}, {}, {}. {working}. I keep {things}.",
        kept.time_zone, kept.locale, kept.currency
    )
}

/// "1 task", "3 groceries", of a table's name.
fn counted(table: &str, count: i64) -> String {
    let words = table.replace('_', " ");
    let one = match words.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => words.strip_suffix('s').unwrap_or(&words).to_owned(),
    };
    format!("{count} {}", if count == 1 { one } else { words })
}

/// "Mon-Fri", "Mon, Wed, Fri".
fn days(habits: &Habits) -> String {
    let mut all: Vec<i8> = habits.working_days.iter().map(|IsoDay(day)| *day).collect();
    all.sort_unstable();
    let name = |day: i8| match Weekday::from_monday_one_offset(day) {
        Ok(Weekday::Monday) => "Mon",
        Ok(Weekday::Tuesday) => "Tue",
        Ok(Weekday::Wednesday) => "Wed",
        Ok(Weekday::Thursday) => "Thu",
        Ok(Weekday::Friday) => "Fri",
        Ok(Weekday::Saturday) => "Sat",
        _ => "Sun",
    };
    match all.as_slice() {
        [first, .., last]
            if all.len() > 2 && usize::try_from(last - first).ok() == Some(all.len() - 1) =>
        {
            format!("{}-{}", name(*first), name(*last))
        }
        days => {
            let names: Vec<&str> = days.iter().map(|day| name(*day)).collect();
            names.join(", ")
        }
    }
}

/// What became of reminders when their user went to another zone: empty when there is nothing to say.
pub fn moved(along: usize, stayed: i64) -> String {
    let many = |count: i64, verb: &str| match count {
        1 => format!("1 reminder {verb}s"),
        count => format!("{count} reminders {verb}"),
    };
    let along = i64::try_from(along).unwrap_or(i64::MAX);
    match (along, stayed) {
        (0, 0) => String::new(),
        (along, 0) => format!(" {} along.", many(along, "move")),
        (0, stayed) => format!(" {} in another zone, as set.", many(stayed, "stay")),
        (along, 1) => format!(" {} along, 1 stays at its own zone.", many(along, "move")),
        (along, stayed) => {
            format!(
                " {} along, {stayed} stay at their own zones.",
                many(along, "move")
            )
        }
    }
}

pub fn unknown_zone(said: &str) -> String {
    let said: String = said.chars().take(40).collect();
    format!(
        "I know no time zone or city \"{said}\". Try a big city near you: \"my time zone is chicago\"."
    )
}

pub fn unknown_currency(said: &str) -> String {
    let said: String = said.chars().take(40).collect();
    format!("I know no currency \"{said}\". Try its three letters: \"my currency is EUR\".")
}
