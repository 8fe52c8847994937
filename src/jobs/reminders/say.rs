//! Every word that firing puts into a text.

use jiff::{SignedDuration, Timestamp};

use super::due::{Due, Kind, Reminder};
use crate::when::{self, Here, resolve};

/// Later than this is said.
const LATE: SignedDuration = SignedDuration::from_mins(2);
/// Reminders named in a summary.
const NAMED: usize = 6;

/// "Reminder R12: call mom (was due 9:00 AM)"
pub fn reminder(due: &Due, reminder: &Reminder, here: &Here) -> String {
    let mut text = format!("Reminder {}: {}", reminder.label(), reminder.what);
    if due.kind == Kind::Nag {
        text.push_str(" (again)");
    } else if let Some(late) = late(due, reminder, here) {
        text.push_str(&late);
    }
    text
}

/// " (was due Sat Nov 21, 9:00 AM)", with the day when it is another one.
pub fn late(due: &Due, reminder: &Reminder, here: &Here) -> Option<String> {
    let asked = asked_for(due, reminder);
    (here.now.duration_since(asked) > LATE).then(|| format!(" (was due {})", moment(asked, here)))
}

/// When the user wanted it: what comes once may have been put off by a pause.
fn asked_for(due: &Due, reminder: &Reminder) -> Timestamp {
    if due.kind == Kind::Occurrence && reminder.rule.is_none() && reminder.exact {
        resolve(due.occurrence, &reminder.zone()).at.min(due.due_at)
    } else {
        due.due_at
    }
}

fn moment(at: Timestamp, here: &Here) -> String {
    let wall = here.zone.to_datetime(at);
    let time = when::say::time(wall.time(), here);
    if wall.date() == here.today() {
        time
    } else {
        format!("{}, {time}", when::say::day(wall.date(), here))
    }
}

/// "While I was away: R3 call mom (was due Sat Nov 21, 9:00 AM); R4 ...": what was missed, the first first.
pub fn away(missed: &[(String, Timestamp)], here: &Here) -> String {
    let mut named: Vec<String> = missed
        .iter()
        .take(NAMED)
        .map(|(what, at)| format!("{what} (was due {})", moment(*at, here)))
        .collect();
    if missed.len() > NAMED {
        named.push(format!("and {} more", missed.len() - NAMED));
    }
    format!("While I was away: {}", named.join("; "))
}

/// A scheduled question that cannot be answered.
pub fn unanswered(reminder: &Reminder, why: &str) -> String {
    format!("{} {}: {why}", reminder.label(), reminder.what)
}
