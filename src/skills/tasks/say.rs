//! Every word that tasks put into a text: short, GSM-7, local dates.

use jiff::civil::Date;

use super::store::Task;
use crate::{
    skills::{Refusal, Thing, points},
    when,
};

/// `T12 renew passport, due Fri Nov 27 (high)`.
pub fn task(task: &Task, today: Date) -> String {
    format!("{} {}", task.label(), details(task, today))
}

fn details(task: &Task, today: Date) -> String {
    let mut line = task.title.clone();
    if let Some(due) = task.due_on {
        line.push_str(", due ");
        line.push_str(&when::short(due, today));
    }
    line.push_str(match task.priority {
        1 => " (low)",
        2 => " (medium)",
        3 => " (high)",
        _ => "",
    });
    line
}

pub fn added(t: &Task, today: Date) -> String {
    task(t, today)
}

pub fn already_open(t: &Task, today: Date) -> String {
    format!("Already there: {}", task(t, today))
}

pub fn done(t: &Task) -> String {
    format!("Done: {} {}", t.label(), t.title)
}

pub fn was_done(t: &Task) -> String {
    format!("{} {} was done already.", t.label(), t.title)
}

pub fn reopened(t: &Task, today: Date) -> String {
    format!("Open again: {}", task(t, today))
}

pub fn is_open(t: &Task) -> String {
    format!("{} {} is open.", t.label(), t.title)
}

pub fn changed(t: &Task, today: Date) -> String {
    format!("Changed: {}", task(t, today))
}

pub fn deleted(t: &Task) -> String {
    format!("Deleted: {} {}", t.label(), t.title)
}

/// The list as it is texted: the position is what a bare number means from now on.
pub fn list(tasks: &[Task], today: Date, done: bool) -> String {
    if tasks.is_empty() {
        return if done {
            "Nothing done yet."
        } else {
            "No open tasks."
        }
        .to_owned();
    }
    let head = if done { "Done tasks:" } else { "Your tasks:" };
    let mut lines = vec![head.to_owned()];
    lines.extend(
        tasks
            .iter()
            .enumerate()
            .map(|(at, t)| format!("{}. {} [{}]", at + 1, details(t, today), t.label())),
    );
    lines.join("\n")
}

pub fn not_found(what: &str) -> String {
    format!("I found no task \"{what}\". \"my tasks\" shows them.")
}

pub fn ambiguous(what: &str, found: &[&Task]) -> Refusal {
    let named = |t: &&Task| {
        (
            t.label(),
            format!("{} {}", t.label(), t.title),
            t.title.clone(),
        )
    };
    points::which(what, found.iter().map(named))
}

pub fn no_such_day(said: &str) -> String {
    format!("I do not know which day \"{said}\" is. Try \"friday\" or \"dec 1\".")
}

/// Before a bulk deletion: how many, and the first ones.
pub fn about_to_clear(tasks: &[Task]) -> String {
    let some: Vec<_> = tasks.iter().take(3).map(|t| t.title.as_str()).collect();
    let more = if tasks.len() > some.len() {
        ", ..."
    } else {
        ""
    };
    format!(
        "Delete {} ({}{more})",
        counted(tasks.len()),
        some.join(", ")
    )
}

/// After it.
pub fn cleared(count: usize) -> String {
    format!("Deleted {}. \"undo\" brings them back.", counted(count))
}

fn counted(count: usize) -> String {
    match count {
        1 => "1 task".to_owned(),
        many => format!("{many} tasks"),
    }
}
