//! Values to words: short, in the user's zone and way of writing, and such that `read` reads them back.

use jiff::{
    SignedDuration,
    civil::{Date, Time},
    tz::TimeZone,
};

use super::{Here, Hours, Moment, Recurrence, Shift, Span, zone::label};

/// "5:00 PM" or "17:00".
pub fn time(time: Time, here: &Here) -> String {
    match here.habits.hours {
        Hours::Twelve => time.strftime("%-I:%M %p").to_string(),
        Hours::TwentyFour => time.strftime("%H:%M").to_string(),
    }
}

/// "9 AM" or "9:00": full hours are short.
pub(super) fn hour(at: Time, here: &Here) -> String {
    match here.habits.hours {
        Hours::Twelve if at.minute() == 0 => at.strftime("%-I %p").to_string(),
        _ => time(at, here),
    }
}

/// "Tue Nov 24", with the year when it is not this one.
pub fn day(date: Date, here: &Here) -> String {
    super::short(date, here.today())
}

/// "Tue Nov 24, 5:00 PM"; in another zone than the user's with its name: "Tue Nov 24, 9:00 AM Tokyo".
pub fn moment(moment: &Moment, here: &Here) -> String {
    format!(
        "{}, {}{}",
        day(moment.wall.date(), here),
        time(moment.wall.time(), here),
        zone_suffix(&moment.zone, here)
    )
}

fn zone_suffix(zone: &TimeZone, here: &Here) -> String {
    if *zone == here.zone {
        String::new()
    } else {
        format!(" {}", self::zone(zone))
    }
}

/// A zone by its city where that is clear: "Tokyo".
pub fn zone(zone: &TimeZone) -> String {
    label(zone)
}

/// "Sat Nov 28 to Sun Nov 29"; "Tue Nov 24, 3:00 PM to 5:00 PM". The last day is said, not the one behind it.
pub fn span(span: &Span, here: &Here) -> String {
    match span {
        Span::Days { from, to } => {
            let last = to.yesterday().unwrap_or(*from).max(*from);
            if last == *from {
                day(*from, here)
            } else {
                let (from, last) = both(*from, last, here);
                format!("{from} to {last}")
            }
        }
        Span::Times { from, to } => {
            let zone = zone_suffix(&from.zone, here);
            let (begins, ends) = (time(from.wall.time(), here), time(to.wall.time(), here));
            let is_near = to.wall.date() == from.wall.date()
                || to.wall.date().yesterday().ok() == Some(from.wall.date())
                    && to.wall.time() <= from.wall.time();
            if is_near {
                let starts = day(from.wall.date(), here);
                format!("{starts}, {begins} to {ends}{zone}")
            } else {
                let (starts, stops) = both(from.wall.date(), to.wall.date(), here);
                format!("{starts}, {begins} to {stops}, {ends}{zone}")
            }
        }
    }
}

/// Two days, both with their year when one of them needs it.
fn both(from: Date, to: Date, here: &Here) -> (String, String) {
    let this = here.today().year();
    if from.year() == this && to.year() == this {
        (day(from, here), day(to, here))
    } else {
        let whole = |date: Date| date.strftime("%a %b %-d %Y").to_string();
        (whole(from), whole(to))
    }
}

/// "1 h 30 min", "45 min", "2 days".
pub fn length(length: SignedDuration) -> String {
    let all = length.as_secs();
    let (days, hours, minutes, seconds) = (all / 86_400, all / 3_600 % 24, all / 60 % 60, all % 60);
    let mut parts = Vec::new();
    match days {
        0 => {}
        1 => parts.push("1 day".to_owned()),
        days => parts.push(format!("{days} days")),
    }
    for (many, unit) in [(hours, "h"), (minutes, "min"), (seconds, "sec")] {
        if many != 0 {
            parts.push(format!("{many} {unit}"));
        }
    }
    if parts.is_empty() {
        "0 min".to_owned()
    } else {
        parts.join(" ")
    }
}

/// What a clock change did to a moment, to be said back. `None`: nothing.
pub fn shifted(moment: &Moment, here: &Here) -> Option<String> {
    Some(match moment.shift? {
        Shift::Gap => format!(
            "There is no {} that day (clocks go forward), so I took {}.",
            time(moment.asked.time(), here),
            time(moment.wall.time(), here)
        ),
        Shift::Fold => format!(
            "{} comes twice that day; I took the first.",
            time(moment.wall.time(), here)
        ),
    })
}

/// "every weekday at 9:00 AM".
pub fn every(rule: &Recurrence, here: &Here) -> String {
    super::every::say(rule, here)
}

#[cfg(test)]
mod tests;
