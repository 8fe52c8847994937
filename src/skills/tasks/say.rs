//! Every word that tasks put into a text: short, GSM-7, local dates.

use jiff::civil::Date;

use super::{
    rank::effort,
    repeat,
    store::{Project, Task},
};
use crate::{
    skills::{Refusal, Thing, points},
    when,
};

/// `T12 renew passport, due Fri Nov 27 (high), every 3 days, 15 min, in travel, waiting for ana`.
pub fn task(task: &Task, today: Date) -> String {
    let mut line = format!("{} {}", task.label(), details(task, today));
    let effort = task.minutes.map(effort);
    let project = task.project.as_ref().map(|name| format!("in {name}"));
    for more in [repeat::say(task, today), effort, project, waiting(task)]
        .into_iter()
        .flatten()
    {
        line.push_str(", ");
        line.push_str(&more);
    }
    line
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

fn waiting(task: &Task) -> Option<String> {
    let who = task.waiting_for.as_ref()?;
    Some(format!("waiting for {who}"))
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
    let head = if done { "Done tasks" } else { "Your tasks" };
    headed(head, tasks, today, |_| None)
}

/// A list under a heading; `more` says what else is to be said of a task.
pub fn headed(
    head: &str,
    tasks: &[Task],
    today: Date,
    more: impl Fn(&Task) -> Option<String>,
) -> String {
    let mut lines = vec![format!("{head}:")];
    lines.extend(tasks.iter().enumerate().map(|(at, t)| {
        let mut line = format!("{}. {}", at + 1, details(t, today));
        for more in [waiting(t).filter(|_| t.done_at.is_none()), more(t)]
            .into_iter()
            .flatten()
        {
            line.push_str(", ");
            line.push_str(&more);
        }
        format!("{line} [{}]", t.label())
    }));
    lines.join("\n")
}

/// "1 of 3 steps done".
pub fn progress(done: usize, all: usize) -> String {
    match all {
        1 => "1 step".to_owned(),
        all if done == 0 => format!("{all} steps"),
        all => format!("{done} of {all} steps done"),
    }
}

/// "kitchen: 3 open, 1 done".
pub fn projects(all: &[Project]) -> String {
    if all.is_empty() {
        return "No projects yet. \"project kitchen: call plumber, buy tiles\" begins one."
            .to_owned();
    }
    let line = |p: &Project| match (p.open, p.done) {
        (0, done) => format!("{}: all {done} done", p.name),
        (open, 0) => format!("{}: {open} open", p.name),
        (open, done) => format!("{}: {open} open, {done} done", p.name),
    };
    let lines: Vec<String> = all.iter().map(line).collect();
    format!("Projects:\n{}", lines.join("\n"))
}

/// What to do next, and why.
pub fn next(task: &Task, reason: &str) -> String {
    format!("{} {}: {reason}", task.label(), task.title)
}

/// After the next one, how to see more.
pub fn and_more(count: usize) -> String {
    format!("{count} more: \"what else?\"")
}

/// Nothing can be done: everything waits for somebody.
pub fn all_wait(task: &Task, reason: &str) -> String {
    format!(
        "Everything open waits for somebody. First to ask about: {}",
        next(task, reason)
    )
}

/// A task that was missed again and again.
pub fn slipped(task: &Task, count: usize) -> String {
    let label = task.label();
    format!(
        "{label} has slipped {count} times: \"break down {label}\" or \"drop {label}\", if you like."
    )
}

/// All its steps are done.
pub fn steps_done(parent: &Task) -> String {
    let label = parent.label();
    format!(
        "That was the last step of {label} {}: \"done {label}\"?",
        parent.title
    )
}

/// "Done: T4 water plants. Next: T9, due Thu Nov 26".
pub fn done_again(t: &Task, next: &Task, today: Date) -> String {
    let due = next.due_on.map_or_else(String::new, |due| {
        format!(", due {}", when::short(due, today))
    });
    format!("{}. Next: {}{due}", done(t), next.label())
}

/// Done with its open steps.
pub fn done_with_steps(t: &Task, steps: usize) -> String {
    let steps = if steps == 1 {
        "1 step".to_owned()
    } else {
        format!("{steps} steps")
    };
    format!("{}, with {steps}", done(t))
}

/// "T1 move house: T2 call movers, T3 pack".
pub fn broken_down(parent: &Task, steps: &[Task]) -> String {
    let steps: Vec<String> = steps
        .iter()
        .map(|s| format!("{} {}", s.label(), s.title))
        .collect();
    format!("{} {}: {}", parent.label(), parent.title, steps.join(", "))
}

/// Asked for the steps.
pub fn which_steps(name: &str) -> String {
    format!("What are the steps? Try \"break down {name}: first step, second step\".")
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
    format!("Deleted {}.", counted(count))
}

/// How a bulk deletion is taken back.
pub const BACK: &str = "\"undo\" brings them back.";

fn counted(count: usize) -> String {
    match count {
        1 => "1 task".to_owned(),
        many => format!("{many} tasks"),
    }
}

pub const TIMED: &str =
    "A task comes again by the day. For a time of day try \"remind me every day at 9 to stretch\".";

pub fn no_rule(said: &str) -> String {
    let said: String = said.chars().take(40).collect();
    format!("I do not know how often \"{said}\" is. Try \"every 3 days\" or \"every monday\".")
}

pub fn no_effort(said: &str) -> String {
    let said: String = said.chars().take(40).collect();
    format!("I do not know how long \"{said}\" is. Try \"T4 takes 2 hours\".")
}

pub fn nobody_waits(who: &str) -> String {
    let who: String = who.chars().take(40).collect();
    format!("No task waits for {who}.")
}

pub fn goes_on(t: &Task, today: Date) -> String {
    format!("Goes on: {}", task(t, today))
}
