//! Values to words: short, in the user's zone and way of writing, and such that `read` reads them back.

use jiff::civil::{Date, Time};

use super::{Here, Hours, Moment, Recurrence};

/// "5:00 PM" or "17:00".
pub fn time(time: Time, here: &Here) -> String {
    match here.habits.hours {
        Hours::Twelve => time.strftime("%-I:%M %p").to_string(),
        Hours::TwentyFour => time.strftime("%H:%M").to_string(),
    }
}

/// "Tue Nov 24", with the year when it is not this one.
pub fn day(date: Date, here: &Here) -> String {
    super::short(date, here.today())
}

/// "Tue Nov 24, 5:00 PM"; in another zone than the user's with its name: "Tue Nov 24, 9:00 AM Tokyo".
pub fn moment(moment: &Moment, here: &Here) -> String {
    format!(
        "{}, {}",
        day(moment.wall.date(), here),
        time(moment.wall.time(), here)
    )
}

/// "every weekday at 9:00 AM".
pub fn every(rule: &Recurrence, here: &Here) -> String {
    super::every::say(rule, here)
}
