//! Deleting reminders, or leaving out one occurrence of a series.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{delete, notes, save};
use crate::skills::{
    Does, Done, Effect, Points, Refusal, Scope, Tool,
    reminders::{alarm, find, say, store::Reminder},
};

/// Deletes reminders that are named.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeleteReminders {
    /// "R12", words, or places.
    pub reminders: Vec<String>,
    /// Only leaves out the next time of a repeating one.
    #[serde(default)]
    pub only_next: bool,
}

impl Tool for DeleteReminders {
    const NAME: &'static str = "delete_reminders";
    const ABOUT: &'static str = "Deletes named reminders.";
    const EFFECT: Effect = Effect::WriteOwn;
    const POINTS: Option<Points> = Some(Points::list(
        crate::skills::reminders::LETTER,
        "reminders",
        &[(Does::Delete, "")],
    ));

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        if self.reminders.is_empty() {
            return Err(Refusal::Tell(
                "Which reminder? \"my reminders\" shows them.".into(),
            ));
        }
        let extra = json!({"only_next": self.only_next});
        let mut done = Done::default();
        let mut said = Vec::new();
        for reminder in find::named(scope, &self.reminders, Self::NAME, &extra).await? {
            if !self.only_next {
                done.receipts.push(delete(scope, reminder).await?);
            } else if reminder.rule.is_none() {
                said.push(say::comes_once(&reminder));
            } else {
                skip(scope, reminder, &mut done, &mut said).await?;
            }
        }
        done.says = notes(said);
        Ok(done)
    }
}

/// Leaves the next occurrence out.
async fn skip(
    scope: &mut Scope,
    before: Reminder,
    done: &mut Done,
    said: &mut Vec<String>,
) -> Result<(), Refusal> {
    let here = scope.here();
    let Some(next) = alarm::next(&before, scope.now) else {
        said.push(say::goes_on(&before, &here));
        return Ok(());
    };
    let mut after = before.clone();
    after.except_at.push(next.slot);
    let skipped = say::instant(next.resolved.at, &before.time_zone(), &here);
    let (_, receipt) = save(scope, before, after, |saved, here| {
        say::skipped(saved, &skipped, here)
    })
    .await?;
    done.receipts.push(receipt);
    Ok(())
}
