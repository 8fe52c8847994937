//! Every word that nudges put into a text.

use jiff::civil::Date;

use crate::when;

/// Things named in one nudge.
const NAMED: usize = 3;

pub const ON: &str = "Nudges are on: at most one a day, about tomorrow's tasks and bills, birthdays and your shopping list.";
pub const OFF: &str = "Nudges are off.";
/// What the first one says besides.
pub const HOW_TO_END: &str = " (\"no nudges\" ends these.)";

/// Whether they are on.
pub fn state(on: bool) -> &'static str {
    if on { ON } else { OFF }
}

/// "a, b, c and 2 more"
fn named(all: &[String]) -> String {
    let more = all.len().saturating_sub(NAMED);
    let first = all[..all.len().min(NAMED)].join(", ");
    if more > 0 {
        format!("{first} and {more} more")
    } else {
        first
    }
}

/// "Due tomorrow: T3 renew passport."
pub fn tasks(all: &[String]) -> String {
    format!("Due tomorrow: {}.", named(all))
}

/// "Bills tomorrow: Y1 rent $1,450."
pub fn bills(all: &[String]) -> String {
    format!("Bills tomorrow: {}.", named(all))
}

/// "Birthday in 3 days, Fri Nov 27: Ana."
pub fn birthdays(all: &[String], day: Date, today: Date) -> String {
    let noun = if all.len() == 1 {
        "Birthday"
    } else {
        "Birthdays"
    };
    format!(
        "{noun} in 3 days, {}: {}.",
        when::short(day, today),
        named(all)
    )
}

/// "Tomorrow is Saturday, when you usually shop: 5 things are on the list."
pub fn list(day: Date, count: usize) -> String {
    let things = if count == 1 {
        "1 thing is".to_owned()
    } else {
        format!("{count} things are")
    };
    format!(
        "Tomorrow is {}, when you usually shop: {things} on the list. \"groceries\" shows it.",
        day.strftime("%A")
    )
}
