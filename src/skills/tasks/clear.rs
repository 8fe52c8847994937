//! Deleting tasks in bulk: asked about first, with how many and the first ones.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{
    say,
    store::{self, Task, Which},
};
use crate::skills::{Done, Effect, Preview, Refusal, Scope, Tool, thing};

/// More tasks than this are cleared in several goes.
const MOST: i64 = 500;

/// Deletes all tasks of a kind.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClearTasks {
    which: Kind,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Open,
    Done,
    All,
}

impl ClearTasks {
    async fn tasks(self, scope: &mut Scope) -> Result<Vec<Task>, Refusal> {
        let which = match self.which {
            Kind::Open => Which::Open,
            Kind::Done => Which::Done,
            Kind::All => Which::All,
        };
        let tasks = store::list(&mut scope.tx, which, MOST).await?;
        if tasks.is_empty() {
            return Err(Refusal::Tell(match self.which {
                Kind::Open => "There is no open task to delete.".into(),
                Kind::Done => "There is no done task to delete.".into(),
                Kind::All => "There is no task to delete.".into(),
            }));
        }
        Ok(tasks)
    }
}

impl Tool for ClearTasks {
    const NAME: &'static str = "clear_tasks";
    const ABOUT: &'static str = "Deletes all tasks: the open ones, the done ones, or both.";
    const EFFECT: Effect = Effect::Destructive;

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let tasks = self.tasks(scope).await?;
        let mut done = Done {
            summary: Some(say::cleared(tasks.len())),
            hint: Some(say::BACK.into()),
            ..Done::default()
        };
        for task in tasks {
            let line = say::deleted(&task);
            done.receipts.push(thing::delete(scope, task, line).await?);
        }
        Ok(done)
    }

    async fn preview(&self, scope: &mut Scope) -> Result<Preview, Refusal> {
        let tasks = self.tasks(scope).await?;
        Ok(Preview {
            says: say::about_to_clear(&tasks),
            touches: tasks.iter().map(|t| json!([t.id, t.version])).collect(),
        })
    }
}
