//! Listing tasks: all of them, of a project, the steps of one, what waits; and the projects themselves.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    find, repeat, say,
    store::{self, Task, Which},
    words,
};
use crate::{
    skills::{Done, Effect, Refusal, Scope, Thing, Tool},
    when::Tone,
};

/// From so many times on, splitting or dropping a task is offered, once.
pub const SLIPPED: usize = 3;

/// Lists tasks, open ones unless told otherwise.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListTasks {
    /// The ones that are done.
    #[serde(default)]
    pub done: bool,
    /// "all" lists the projects.
    #[serde(default)]
    pub project: Option<String>,
    /// A task.
    #[serde(default)]
    pub steps_of: Option<String>,
    /// Only what waits for somebody.
    #[serde(default)]
    pub waiting: bool,
}

impl Tool for ListTasks {
    const NAME: &'static str = "list_tasks";
    const ABOUT: &'static str = "Lists open or done tasks, those of a project, or a task's steps.";
    const EFFECT: Effect = Effect::Read;

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        if let Some(said) = &self.steps_of {
            return steps(scope, said).await;
        }
        let project = self
            .project
            .as_deref()
            .map(words::project)
            .transpose()?
            .flatten();
        if project
            .as_deref()
            .is_some_and(|name| name.eq_ignore_ascii_case("all"))
        {
            return Ok(Done::says(say::projects(
                &store::projects(&mut scope.tx).await?,
            )));
        }
        let which = if self.done { Which::Done } else { Which::Open };
        let most = if self.done && project.is_none() {
            10
        } else {
            200
        };
        let all = store::list(&mut scope.tx, which, most).await?;
        let count = steps_done(scope, &all).await?;
        let (today, has_project) = (scope.today(), project.is_some());
        let is_shown = |task: &Task| {
            // a step stands under its task
            let is_step = task
                .parent_id
                .is_some_and(|id| all.iter().any(|t| t.id == id));
            let is_in = |name: &String| task.project.as_deref().is_some_and(|p| same(p, name));
            project.as_ref().is_none_or(is_in)
                && (!self.waiting || task.waiting_for.is_some())
                && (self.done || self.waiting || has_project || !is_step)
        };
        let tasks: Vec<Task> = all.iter().filter(|t| is_shown(t)).cloned().collect();
        let shown = tasks.iter().map(Task::label).collect();
        let head = match (&project, self.waiting, self.done) {
            (Some(name), _, true) => format!("Done in {name}"),
            (Some(name), ..) => format!("Tasks in {name}"),
            (_, true, _) => "Waiting".to_owned(),
            (_, _, true) => "Done tasks".to_owned(),
            _ => "Your tasks".to_owned(),
        };
        let says = match (&project, tasks.is_empty()) {
            (Some(name), true) => format!(
                "No {} tasks in {name}.",
                if self.done { "done" } else { "open" }
            ),
            (None, true) if self.waiting => "No task waits for anybody.".to_owned(),
            (None, true) => say::list(&[], today, self.done),
            _ => say::headed(&head, &tasks, today, |task| {
                count
                    .get(&task.id)
                    .map(|(done, all)| say::progress(*done, *all))
            }),
        };
        let hint = if self.done {
            None
        } else {
            offer(scope, &tasks).await?
        };
        Ok(Done {
            says: Some(says),
            shown: Some(shown),
            hint,
            ..Done::default()
        })
    }
}

fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// How many steps of each task are done, and how many it has.
async fn steps_done(
    scope: &mut Scope,
    tasks: &[Task],
) -> Result<HashMap<Uuid, (usize, usize)>, sqlx::Error> {
    let mut count = HashMap::new();
    let parents: Vec<Uuid> = tasks
        .iter()
        .filter(|t| t.done_at.is_none())
        .map(|t| t.id)
        .collect();
    for row in store::steps_of_all(&mut scope.tx, &parents).await? {
        count.insert(
            row.parent,
            (
                usize::try_from(row.done).unwrap_or(0),
                usize::try_from(row.all).unwrap_or(0),
            ),
        );
    }
    Ok(count)
}

async fn steps(scope: &mut Scope, said: &str) -> Result<Done, Refusal> {
    let parent = find::one(scope, said, Which::All).await?;
    let steps = store::steps(&mut scope.tx, parent.id).await?;
    if steps.is_empty() {
        let label = parent.label();
        return Ok(Done::says(format!(
            "{label} {} has no steps. {}",
            parent.title,
            say::which_steps(&label)
        )));
    }
    let head = format!("Steps of {} {}", parent.label(), parent.title);
    let says = say::headed(&head, &steps, scope.today(), |step| {
        step.done_at.is_some().then(|| "done".to_owned())
    });
    let shown = steps.iter().map(Task::label).collect();
    Ok(Done {
        says: Some(says),
        shown: Some(shown),
        ..Done::default()
    })
}

/// The offer for the first of these that slipped again and again. Made once for a task, and where a second sentence is said.
pub async fn offer(scope: &mut Scope, tasks: &[Task]) -> Result<Option<String>, sqlx::Error> {
    let today = scope.today();
    let slipped: Vec<(&Task, usize)> = tasks
        .iter()
        .map(|task| (task, repeat::missed(task, today)))
        .filter(|(_, missed)| *missed >= SLIPPED)
        .collect();
    if slipped.is_empty() || scope.turn.is_none() || scope.habits.tone == Tone::Short {
        return Ok(None);
    }
    let ids: Vec<Uuid> = slipped.iter().map(|(task, _)| task.id).collect();
    let offered = store::offer(&mut scope.tx, &ids).await?;
    let found = slipped.iter().find(|(task, _)| Some(task.id) == offered);
    Ok(found.map(|(task, missed)| say::slipped(task, *missed)))
}
