//! What to do next: a score for every open task, with its reason in words. Pure; every weight stands here.
//! May import: when (days to words), this folder.
//!
//! - A day that is near or past weighs most, importance next, and what is quickly done breaks a draw.
//! - What takes long begins early: its day counts as nearer by the days that it takes.
//! - What waits for somebody comes last, whatever else it is.
//! - A task with open steps is not offered: its steps are, with its day and importance.

use jiff::{SignedDuration, civil::Date};
use uuid::Uuid;

use super::store::Task;
use crate::when;

/// Past its day, and for each day past, up to the most.
const OVERDUE: i32 = 60;
const LATE_A_DAY: i32 = 2;
const LATE_MOST: i32 = 20;
/// Days ahead (at most so many) and what they weigh.
const AHEAD: [(i32, i32); 5] = [(0, 50), (1, 40), (3, 25), (7, 15), (i32::MAX, 5)];
/// By importance: none, low, medium, high.
const IMPORTANCE: [i32; 4] = [0, -10, 15, 30];
/// At most so many minutes, and what that weighs.
const QUICK: (i32, i32) = (15, 6);
const SHORT: (i32, i32) = (60, 2);
/// Minutes of one thing that get done in a day.
const MINUTES_A_DAY: i32 = 120;
/// Takes what waits for somebody behind everything else.
const WAITING: i32 = -1_000;

/// A task, what it weighs, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked<'t> {
    pub task: &'t Task,
    pub score: i32,
    /// "due tomorrow, 15 min".
    pub reason: String,
}

impl Ranked<'_> {
    pub fn is_waiting(&self) -> bool {
        self.task.waiting_for.is_some()
    }
}

/// Open tasks, what to do first in front. Of equal weight the one that waits longest.
pub fn rank(open: &[Task], today: Date) -> Vec<Ranked<'_>> {
    let parent = |task: &Task| open.iter().find(|other| Some(other.id) == task.parent_id);
    let has_steps = |id: Uuid| open.iter().any(|other| other.parent_id == Some(id));
    let mut all: Vec<Ranked<'_>> = open
        .iter()
        .filter(|task| task.done_at.is_none() && !has_steps(task.id))
        .map(|task| weigh(task, parent(task), today))
        .collect();
    all.sort_by_key(|ranked| (-ranked.score, ranked.task.number));
    all
}

fn weigh<'t>(task: &'t Task, parent: Option<&Task>, today: Date) -> Ranked<'t> {
    let due = [task.due_on, parent.and_then(|p| p.due_on)]
        .into_iter()
        .flatten()
        .min();
    let importance = task.priority.max(parent.map_or(0, |p| p.priority));
    let mut score = due.map_or(0, |due| by_day(days_until(today, due), task.minutes));
    score += IMPORTANCE[usize::try_from(importance).unwrap_or(0).min(3)];
    score += match task.minutes {
        Some(minutes) if minutes <= QUICK.0 => QUICK.1,
        Some(minutes) if minutes <= SHORT.0 => SHORT.1,
        _ => 0,
    };
    if task.waiting_for.is_some() {
        score += WAITING;
    }
    let reason = reason(task, parent, (due, importance), today);
    Ranked {
        task,
        score,
        reason,
    }
}

fn days_until(today: Date, due: Date) -> i32 {
    today.until(due).map_or(i32::MAX, |span| span.get_days())
}

fn by_day(days: i32, minutes: Option<i32>) -> i32 {
    if days < 0 {
        return OVERDUE + (-days).saturating_mul(LATE_A_DAY).min(LATE_MOST);
    }
    let begins = days
        .saturating_sub(minutes.unwrap_or(0) / MINUTES_A_DAY)
        .max(0);
    AHEAD
        .iter()
        .find(|(most, _)| begins <= *most)
        .map_or(0, |(_, weight)| *weight)
}

fn reason(
    task: &Task,
    parent: Option<&Task>,
    (due, importance): (Option<Date>, i16),
    today: Date,
) -> String {
    let mut why = Vec::new();
    if let Some(who) = &task.waiting_for {
        why.push(format!("waiting for {who}"));
    }
    if let Some(due) = due {
        why.push(match days_until(today, due) {
            0 => "due today".to_owned(),
            1 => "due tomorrow".to_owned(),
            -1 => "1 day late".to_owned(),
            days if days < 0 => format!("{} days late", -days),
            _ => format!("due {}", when::short(due, today)),
        });
    }
    if importance == 3 {
        why.push("important".to_owned());
    }
    if let Some(minutes) = task.minutes {
        why.push(effort(minutes));
    }
    if let Some(parent) = parent {
        why.push(format!("a step of {}", parent.title));
    }
    if why.is_empty() {
        why.push(
            if importance == 1 {
                "nothing presses"
            } else {
                "longest on your list"
            }
            .to_owned(),
        );
    }
    why.join(", ")
}

/// "15 min", "1 h 30 min".
pub fn effort(minutes: i32) -> String {
    when::say::length(SignedDuration::from_mins(i64::from(minutes)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::{Timestamp, civil::date};

    fn task(number: i32, title: &str) -> Task {
        Task::new(title, number, Timestamp::UNIX_EPOCH)
    }

    fn order(tasks: &[Task]) -> Vec<(i32, String)> {
        let ranked = rank(tasks, date(2026, 11, 23));
        ranked
            .into_iter()
            .map(|r| (r.task.number, r.reason))
            .collect()
    }

    #[test]
    fn what_is_near_important_and_quick_comes_first_and_says_why() {
        let due = |number, day| Task {
            due_on: Some(date(2026, 11, day)),
            ..task(number, "x")
        };
        let tasks = [
            task(1, "old"),
            Task {
                priority: 3,
                ..task(2, "important")
            },
            due(3, 30),
            Task {
                minutes: Some(15),
                ..due(4, 24)
            },
            due(5, 24),
            due(6, 20),
            due(7, 23),
            Task {
                priority: 1,
                ..task(8, "low")
            },
            Task {
                waiting_for: Some("ana".into()),
                ..due(9, 22)
            },
            // ten hours of work until Friday begin today
            Task {
                minutes: Some(600),
                ..due(10, 27)
            },
        ];
        let all = order(&tasks);
        let numbers: Vec<i32> = all.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [6, 7, 10, 4, 5, 2, 3, 1, 8, 9]);
        let why: Vec<&str> = all.iter().map(|(_, why)| why.as_str()).collect();
        assert_eq!(
            why,
            [
                "3 days late",
                "due today",
                "due Fri Nov 27, 10 h",
                "due tomorrow, 15 min",
                "due tomorrow",
                "important",
                "due Mon Nov 30",
                "longest on your list",
                "nothing presses",
                "waiting for ana, 1 day late",
            ]
        );
    }

    #[test]
    fn of_a_task_with_open_steps_the_steps_are_offered_with_its_day() {
        let house = Task {
            due_on: Some(date(2026, 11, 24)),
            priority: 3,
            ..task(1, "move house")
        };
        let step = |number, title| Task {
            parent_id: Some(house.id),
            ..task(number, title)
        };
        let tasks = [
            house.clone(),
            step(2, "call movers"),
            step(3, "pack"),
            task(4, "other"),
        ];
        let all = order(&tasks);
        assert_eq!(
            all[0],
            (
                2,
                "due tomorrow, important, a step of move house".to_owned()
            )
        );
        assert_eq!(all.iter().map(|(n, _)| *n).collect::<Vec<_>>(), [2, 3, 4]);
        // steps of what is done or gone stand alone
        let alone = order(&tasks[1..]);
        assert_eq!(alone[0], (2, "longest on your list".to_owned()));
    }
}
