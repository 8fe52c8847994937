//! What a model, the offline phrases and REST can ask of tasks.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    find,
    repeat::Repeat,
    say,
    store::{self, Task, Which},
    words::{is_none, minutes, name, project, rule, titles},
};
use crate::{
    skills::{
        Does, Done, Effect, Points, Receipt, Refusal, Scope, Tool,
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
    #[serde(default)]
    pub project: Option<String>,
    /// "every 3 days", "every 2 weeks after I finish".
    #[serde(default)]
    pub repeat: Option<String>,
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
        let titles = titles(&self.titles)?;
        let project = self.project.as_deref().map(project).transpose()?.flatten();
        let repeat = match self.repeat.as_deref() {
            Some(said) => rule(scope, said)?,
            None => None,
        };
        let mut done = Done::default();
        let mut said = Vec::new();
        let today = scope.today();
        for title in titles {
            if let Some(open) = store::find_open(&mut scope.tx, &title).await? {
                said.push(say::already_open(&open, today));
                continue;
            }
            let new = Task {
                priority: self.priority.map_or(0, |p| p as i16),
                due_on: due.or(repeat.as_ref().map(|r| r.first)),
                project: project.clone(),
                anchor: repeat
                    .as_ref()
                    .and_then(|r| r.anchor.map(|day| due.unwrap_or(day))),
                rule: repeat.as_ref().map(|r| r.rule.clone()),
                ..Task::new(title, 0, scope.now)
            };
            let task = store::add(&mut scope.tx, new, scope.now).await?;
            done.receipts
                .push(thing::added(&task, say::added(&task, today)));
        }
        if !said.is_empty() {
            done.says = Some(said.join("\n"));
        }
        Ok(done)
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
    /// "2 hours". This and what follows: "none" takes it away.
    #[serde(default)]
    pub effort: Option<String>,
    /// Who has to answer first.
    #[serde(default)]
    pub waiting_for: Option<String>,
    #[serde(default)]
    pub project: Option<String>,
    #[serde(default)]
    pub repeat: Option<String>,
}

impl Tool for EditTask {
    const NAME: &'static str = "edit_task";
    const ABOUT: &'static str = "Changes one task.";
    const EFFECT: Effect = Effect::WriteOwn;
    const POINTS: Option<Points> = Some(Points::one(
        super::LETTER,
        "task",
        &[(Does::Move, "due"), (Does::Rename, "title")],
    ));

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let change = self.read(scope)?;
        change_each(
            scope,
            &[self.task],
            Which::Open,
            |task| {
                change.apply(task);
                Ok(())
            },
            say::changed,
        )
        .await
    }
}

impl EditTask {
    fn read(&self, scope: &Scope) -> Result<Change, Refusal> {
        let title = match self.title.as_deref() {
            Some(title) => titles(&[title.to_owned()])?.pop(),
            None => None,
        };
        let change = Change {
            title,
            due_on: given(self.due.as_deref(), |said| day(scope, said))?,
            priority: self.priority.map(|p| p as i16),
            minutes: given(self.effort.as_deref(), |said| minutes(scope, said))?,
            waiting_for: given(self.waiting_for.as_deref(), name)?,
            project: self.project.as_deref().map(project).transpose()?,
            repeat: self
                .repeat
                .as_deref()
                .map(|said| rule(scope, said))
                .transpose()?,
        };
        if change == Change::default() {
            return Err(Refusal::Tell(
                "What should change: the words, the day, or the priority?".into(),
            ));
        }
        Ok(change)
    }
}

/// What is to change; inside, `None` takes away.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Change {
    pub title: Option<String>,
    pub due_on: Option<Option<Date>>,
    pub priority: Option<i16>,
    pub minutes: Option<Option<i32>>,
    pub waiting_for: Option<Option<String>>,
    pub project: Option<Option<String>>,
    pub repeat: Option<Option<Repeat>>,
}

impl Change {
    /// Makes the change; a rule brings its first day when there is none.
    pub fn apply(&self, task: &mut Task) {
        fn put<T: Clone>(place: &mut T, new: Option<&T>) {
            if let Some(new) = new {
                place.clone_from(new);
            }
        }
        put(&mut task.title, self.title.as_ref());
        put(&mut task.due_on, self.due_on.as_ref());
        put(&mut task.priority, self.priority.as_ref());
        put(&mut task.minutes, self.minutes.as_ref());
        put(&mut task.waiting_for, self.waiting_for.as_ref());
        put(&mut task.project, self.project.as_ref());
        if let Some(repeat) = &self.repeat {
            task.rule = repeat.as_ref().map(|r| r.rule.clone());
            task.due_on = task.due_on.or(repeat.as_ref().map(|r| r.first));
            let by_calendar = repeat.as_ref().is_some_and(|r| r.anchor.is_some());
            task.anchor = task.due_on.filter(|_| by_calendar);
        }
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
            done.receipts.extend(delete(scope, task).await?);
        }
        if done.receipts.len() > self.tasks.len().max(3) {
            done.summary = Some(say::cleared(done.receipts.len()));
            done.hint = Some(say::BACK.into());
        }
        Ok(done)
    }
}

/// Deletes a task and, before it, its open steps; what is done stays on record.
pub async fn delete(scope: &mut Scope, task: Task) -> Result<Vec<Receipt>, Refusal> {
    let mut receipts = Vec::new();
    if task.done_at.is_none() {
        for step in store::steps(&mut scope.tx, task.id).await? {
            if step.done_at.is_none() {
                let line = say::deleted(&step);
                receipts.push(thing::delete(scope, step, line).await?);
            }
        }
    }
    let line = say::deleted(&task);
    receipts.push(thing::delete(scope, task, line).await?);
    Ok(receipts)
}

pub async fn named(scope: &mut Scope, said: &[String], which: Which) -> Result<Vec<Task>, Refusal> {
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
    mut after: Task,
    line: fn(&Task, Date) -> String,
) -> Result<(Task, Vec<Receipt>), Refusal> {
    let was_due_on = before.due_on;
    // its day came, and it is moved on
    if was_due_on.is_some_and(|was| was <= scope.today() && after.due_on > Some(was)) {
        after.missed = (after.missed + 1).min(1_000);
    }
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

/// `None`: nothing was said; inside, `None`: "none" was.
fn given<T>(
    said: Option<&str>,
    read: impl FnOnce(&str) -> Result<T, Refusal>,
) -> Result<Option<Option<T>>, Refusal> {
    match said {
        None => Ok(None),
        Some(said) if is_none(said) => Ok(Some(None)),
        Some(said) => read(said).map(|read| Some(Some(read))),
    }
}
