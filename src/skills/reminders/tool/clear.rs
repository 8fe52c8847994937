//! Deleting all reminders: asked about first, with how many and the first ones.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::delete;
use crate::skills::{
    Done, Effect, Preview, Refusal, Scope, Tool,
    reminders::{
        say,
        store::{self, Reminder, Which},
    },
};

/// More reminders than this are deleted in several goes.
const MOST: i64 = 500;

/// Deletes all reminders.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClearReminders {}

async fn all(scope: &mut Scope) -> Result<Vec<Reminder>, Refusal> {
    let now = scope.now;
    let open = store::list(&mut scope.tx, Which::Open, now, MOST).await?;
    if open.is_empty() {
        return Err(Refusal::Tell("There is no reminder to delete.".into()));
    }
    Ok(open.into_iter().map(|(reminder, _)| reminder).collect())
}

impl Tool for ClearReminders {
    const NAME: &'static str = "clear_reminders";
    const ABOUT: &'static str = "Deletes all reminders.";
    const EFFECT: Effect = Effect::Destructive;

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let reminders = all(scope).await?;
        let mut done = Done {
            summary: Some(say::cleared(reminders.len())),
            hint: Some("\"undo\" brings them back.".into()),
            ..Done::default()
        };
        for reminder in reminders {
            done.receipts.push(delete(scope, reminder).await?);
        }
        Ok(done)
    }

    async fn preview(&self, scope: &mut Scope) -> Result<Preview, Refusal> {
        let reminders = all(scope).await?;
        Ok(Preview {
            says: say::about_to_clear(&reminders),
            touches: reminders.iter().map(|r| json!([r.id, r.version])).collect(),
        })
    }
}
