//! A task in steps: what is too big to begin is broken down, and each step is a task of its own.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    find, say,
    store::{self, Task, Which},
    words,
};
use crate::skills::{Done, Effect, Points, Refusal, Scope, Thing, Tool, naming, thing};

/// More steps than this are no help.
const MOST: usize = 20;

/// Breaks a task down into steps.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BreakDown {
    pub task: String,
    /// 3 to 6 short ones, unless the user names them.
    #[serde(default)]
    pub steps: Vec<String>,
}

impl Tool for BreakDown {
    const NAME: &'static str = "break_down";
    const ABOUT: &'static str =
        "Breaks a task down into steps; propose them yourself, the user drops what does not fit.";
    const EFFECT: Effect = Effect::WriteOwn;
    const POINTS: Option<Points> = Some(Points::one(super::LETTER, "task", &[]));

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let said = naming::bare(&self.task);
        let found = match find::one(scope, said, Which::Open).await {
            Ok(task) => Some(task),
            // words that are no task yet become one, with their steps
            Err(Refusal::Tell(_))
                if !naming::is_number(said, super::LETTER) && naming::label(said).is_none() =>
            {
                None
            }
            Err(refusal) => return Err(refusal),
        };
        if self.steps.is_empty() {
            let name = found.map_or_else(|| said.to_owned(), |task| task.label());
            return Err(Refusal::Tell(say::which_steps(&name)));
        }
        let steps = words::titles(&self.steps)?;
        if steps.len() > MOST {
            return Err(Refusal::Tell(format!(
                "That is too much at once: {MOST} steps at most."
            )));
        }
        let mut done = Done::default();
        let today = scope.today();
        let parent = match found {
            Some(task) if task.done_at.is_some() => {
                return Err(Refusal::Tell(say::was_done(&task)));
            }
            Some(task) if task.parent_id.is_some() => {
                return Err(Refusal::Tell(format!(
                    "{} {} is a step itself.",
                    task.label(),
                    task.title
                )));
            }
            Some(task) => task,
            None => {
                let title = words::titles(&[said.to_owned()])?.swap_remove(0);
                let task =
                    store::add(&mut scope.tx, Task::new(title, 0, scope.now), scope.now).await?;
                done.receipts
                    .push(thing::added(&task, say::added(&task, today)));
                task
            }
        };
        let there = store::steps(&mut scope.tx, parent.id).await?;
        let mut added = Vec::new();
        for title in steps {
            let is_there = there
                .iter()
                .chain(&added)
                .any(|step: &Task| step.title.eq_ignore_ascii_case(&title));
            if is_there {
                continue;
            }
            let new = Task {
                parent_id: Some(parent.id),
                project: parent.project.clone(),
                ..Task::new(title, 0, scope.now)
            };
            let step = store::add(&mut scope.tx, new, scope.now).await?;
            done.receipts
                .push(thing::added(&step, say::added(&step, today)));
            added.push(step);
        }
        let Some(last) = added.last() else {
            return Ok(Done::says(format!(
                "{} has these steps already.",
                parent.label()
            )));
        };
        done.summary = Some(say::broken_down(&parent, &added));
        done.hint = Some(format!("\"drop {}\" takes one out.", last.label()));
        done.shown = Some(added.iter().map(Task::label).collect());
        Ok(done)
    }
}
