//! What a model, the offline phrases and REST can ask of tasks.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    find, say,
    store::{self, NewTask, Task, Which},
};
use crate::{
    skills::{
        Does, Done, Effect, Points, Receipt, Refusal, Scope, Thing, Tool, next_number,
        reminders::carried::{self, Anchor},
        thing,
    },
    when,
};

// How urgent a task is.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    None,
    Low,
    Medium,
    High,
}

/// Adds open tasks, one for each title.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddTasks {
    /// In the user's own words.
    pub titles: Vec<String>,
    /// The day as the user said it: "friday".
    #[serde(default)]
    pub due: Option<String>,
    #[serde(default)]
    pub priority: Option<Priority>,
}

impl Tool for AddTasks {
    const NAME: &'static str = "add_tasks";
    const ABOUT: &'static str = "Adds open tasks, one for each title.";
    const EFFECT: Effect = Effect::WriteOwn;

    /// Commits every task or none. A title that is already open is said, not doubled.
    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let due = self
            .due
            .as_deref()
            .map(|said| day(scope, said))
            .transpose()?;
        let titles: Vec<String> = self.titles.iter().map(|t| t.trim().to_owned()).collect();
        if titles.is_empty() || titles.iter().any(String::is_empty) {
            return Err(Refusal::Tell(
                "What is the task? Try \"add a task: renew passport\".".into(),
            ));
        }
        if let Some(long) = titles.iter().find(|t| t.chars().count() > 500) {
            let start: String = long.chars().take(30).collect();
            return Err(Refusal::Tell(format!(
                "\"{start}...\" is too long for a task (500 letters at most)."
            )));
        }
        let mut done = Done::default();
        let mut said = Vec::new();
        let today = scope.today();
        for title in titles {
            if let Some(open) = store::find_open(&mut scope.tx, &title).await? {
                said.push(say::already_open(&open, today));
                continue;
            }
            let number = next_number(&mut scope.tx, super::LETTER, 1).await?;
            let new = NewTask {
                title,
                priority: self.priority.map_or(0, |p| p as i16),
                due_on: due,
            };
            let task = store::insert(&mut scope.tx, number, &new, scope.now).await?;
            done.receipts
                .push(thing::added(&task, say::added(&task, today)));
        }
        if !said.is_empty() {
            done.says = Some(said.join("\n"));
        }
        Ok(done)
    }
}

/// Lists tasks, open ones unless told otherwise.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListTasks {
    /// The ones that are done.
    #[serde(default)]
    pub done: bool,
}

impl Tool for ListTasks {
    const NAME: &'static str = "list_tasks";
    const ABOUT: &'static str = "Lists the open tasks, or the ones that are done.";
    const EFFECT: Effect = Effect::Read;

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let which = if self.done { Which::Done } else { Which::Open };
        let tasks = store::list(&mut scope.tx, which, if self.done { 10 } else { 200 }).await?;
        Ok(Done {
            says: Some(say::list(&tasks, scope.today(), self.done)),
            shown: Some(tasks.iter().map(Task::label).collect()),
            ..Done::default()
        })
    }
}

/// Marks tasks as done.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CompleteTasks {
    /// Names, "T12", or places in the list last shown.
    pub tasks: Vec<String>,
}

impl Tool for CompleteTasks {
    const NAME: &'static str = "complete_tasks";
    const ABOUT: &'static str = "Marks tasks as done.";
    const EFFECT: Effect = Effect::WriteOwn;
    const POINTS: Option<Points> =
        Some(Points::list(super::LETTER, "tasks", &[(Does::Finish, "")]));

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let now = scope.now;
        change_each(
            scope,
            &self.tasks,
            Which::Open,
            |task| {
                if task.done_at.is_some() {
                    return Err(say::was_done(task));
                }
                task.done_at = Some(now);
                Ok(())
            },
            |task, _| say::done(task),
        )
        .await
    }
}

/// Opens done tasks again.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReopenTasks {
    /// Names, "T12", or places in the list last shown.
    pub tasks: Vec<String>,
}

impl Tool for ReopenTasks {
    const NAME: &'static str = "reopen_tasks";
    const ABOUT: &'static str = "Opens tasks again that were done.";
    const EFFECT: Effect = Effect::WriteOwn;
    const POINTS: Option<Points> = Some(Points::list(super::LETTER, "tasks", &[]));

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        change_each(
            scope,
            &self.tasks,
            Which::Done,
            |task| {
                if task.done_at.is_none() {
                    return Err(say::is_open(task));
                }
                task.done_at = None;
                Ok(())
            },
            say::reopened,
        )
        .await
    }
}

/// Changes a task: only what is given.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EditTask {
    /// Its name, "T12", or its place in the list last shown.
    pub task: String,
    /// The new wording.
    #[serde(default)]
    pub title: Option<String>,
    /// The day as the user said it; "none" takes it away.
    #[serde(default)]
    pub due: Option<String>,
    #[serde(default)]
    pub priority: Option<Priority>,
}

impl Tool for EditTask {
    const NAME: &'static str = "edit_task";
    const ABOUT: &'static str = "Changes the wording, day or priority of one task.";
    const EFFECT: Effect = Effect::WriteOwn;
    const POINTS: Option<Points> = Some(Points::one(
        super::LETTER,
        "task",
        &[(Does::Move, "due"), (Does::Rename, "title")],
    ));

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let due = match self.due.as_deref() {
            None => None,
            Some("none" | "never" | "no day") => Some(None),
            Some(said) => Some(Some(day(scope, said)?)),
        };
        let title = self.title.map(|t| t.trim().to_owned());
        if title
            .as_deref()
            .is_some_and(|t| t.is_empty() || t.chars().count() > 500)
        {
            return Err(Refusal::Tell("A task needs 1 to 500 letters.".into()));
        }
        if title.is_none() && due.is_none() && self.priority.is_none() {
            return Err(Refusal::Tell(
                "What should change: the words, the day, or the priority?".into(),
            ));
        }
        change_each(
            scope,
            &[self.task],
            Which::Open,
            |task| {
                if let Some(title) = title.clone() {
                    task.title = title;
                }
                if let Some(due) = due {
                    task.due_on = due;
                }
                if let Some(priority) = self.priority {
                    task.priority = priority as i16;
                }
                Ok(())
            },
            say::changed,
        )
        .await
    }
}

/// Deletes tasks that are named one by one.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeleteTasks {
    /// Names, "T12", or places in the list last shown.
    pub tasks: Vec<String>,
}

impl Tool for DeleteTasks {
    const NAME: &'static str = "delete_tasks";
    const ABOUT: &'static str = "Deletes tasks that are named one by one.";
    const EFFECT: Effect = Effect::WriteOwn;
    const POINTS: Option<Points> =
        Some(Points::list(super::LETTER, "tasks", &[(Does::Delete, "")]));

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let mut done = Done::default();
        for task in named(scope, &self.tasks, Which::All).await? {
            let line = say::deleted(&task);
            done.receipts.push(thing::delete(scope, task, line).await?);
        }
        Ok(done)
    }
}

async fn named(scope: &mut Scope, said: &[String], which: Which) -> Result<Vec<Task>, Refusal> {
    if said.is_empty() {
        return Err(Refusal::Tell("Which task? \"my tasks\" shows them.".into()));
    }
    let mut tasks: Vec<Task> = Vec::new();
    for said in said {
        let task = find::one(scope, said, which).await?;
        if !tasks.iter().any(|t| t.id == task.id) {
            tasks.push(task);
        }
    }
    Ok(tasks)
}

async fn change_each(
    scope: &mut Scope,
    said: &[String],
    which: Which,
    change: impl Fn(&mut Task) -> Result<(), String>,
    line: fn(&Task, Date) -> String,
) -> Result<Done, Refusal> {
    let mut done = Done::default();
    let mut notes = Vec::new();
    for before in named(scope, said, which).await? {
        let mut after = before.clone();
        if let Err(note) = change(&mut after) {
            notes.push(note);
            continue;
        }
        done.receipts
            .extend(save(scope, before, after, line).await?.1);
    }
    if !notes.is_empty() {
        done.says = Some(notes.join("\n"));
    }
    Ok(done)
}

/// Writes a changed task, and moves the reminders that it carries when its day has changed.
pub async fn save(
    scope: &mut Scope,
    before: Task,
    after: Task,
    line: fn(&Task, Date) -> String,
) -> Result<(Task, Vec<Receipt>), Refusal> {
    let was_due_on = before.due_on;
    let (task, receipt) = thing::save(scope, before, after, line).await?;
    let mut receipts = vec![receipt];
    if task.due_on != was_due_on {
        let start = task.due_on.map(Anchor::Day);
        receipts.extend(carried::moved(scope, task.id, start).await?);
    }
    Ok((task, receipts))
}

fn day(scope: &Scope, said: &str) -> Result<Date, Refusal> {
    when::day(said, scope.today())
        .map(|day| day.date)
        .map_err(|_| Refusal::Tell(say::no_such_day(said)))
}
