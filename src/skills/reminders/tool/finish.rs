//! Done: a reminder that came once is over; of a series, the occurrence that was said is answered.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{notes, save};
use crate::skills::{
    Does, Done, Effect, Points, Receipt, Refusal, Scope, Thing, Tool,
    reminders::{
        alarm::{self, Answer},
        find, say,
        store::{Reminder, State},
        trace,
    },
    tasks,
};

/// Marks reminders as done.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FinishReminders {
    /// "R12", words, places; none: the last one sent.
    #[serde(default)]
    pub reminders: Vec<String>,
}

impl Tool for FinishReminders {
    const NAME: &'static str = "finish_reminders";
    const ABOUT: &'static str = "Marks reminders as done.";
    const EFFECT: Effect = Effect::WriteOwn;
    const POINTS: Option<Points> = Some(Points::list(
        crate::skills::reminders::LETTER,
        "reminders",
        &[(Does::Finish, "")],
    ));

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let mut done = Done::default();
        let mut said = Vec::new();
        for reminder in find::named(scope, &self.reminders, Self::NAME, &json!({})).await? {
            let task = reminder.task_id;
            if reminder.rule.is_some() {
                finish_once(scope, reminder, &mut done, &mut said).await?;
            } else if reminder.state == State::Done {
                said.push(say::was_done(&reminder));
            } else {
                done.receipts.push(finish(scope, reminder).await?);
            }
            if let Some(task) = task
                && let Some(task) = tasks::store::find_by_id(&mut scope.tx, task).await?
                && task.done_at.is_none()
            {
                said.push(format!("{} {} is still open.", task.label(), task.title));
            }
        }
        done.says = notes(said);
        Ok(done)
    }
}

/// A reminder that comes once is over.
pub async fn finish(scope: &mut Scope, before: Reminder) -> Result<Receipt, Refusal> {
    let id = before.id();
    let ((), receipt) = trace::traced(scope, id, async |scope: &mut Scope| {
        if let Some(occurrence) = alarm::said_last(&mut scope.tx, id).await? {
            alarm::answer(&mut scope.tx, id, occurrence, Answer::Done).await?;
        }
        let after = Reminder {
            state: State::Done,
            ..before.clone()
        };
        let (_, receipt) = save(scope, before, after, |saved, _| say::done(saved)).await?;
        Ok(((), receipt))
    })
    .await?;
    Ok(receipt)
}

/// Of a series, what was said last is answered.
async fn finish_once(
    scope: &mut Scope,
    reminder: Reminder,
    done: &mut Done,
    said: &mut Vec<String>,
) -> Result<(), Refusal> {
    let here = scope.here();
    let id = reminder.id();
    let Some(occurrence) = alarm::said_last(&mut scope.tx, id).await? else {
        said.push(say::goes_on(&reminder, &here));
        return Ok(());
    };
    let ((), receipt) = trace::traced(scope, id, async |scope: &mut Scope| {
        alarm::answer(&mut scope.tx, id, occurrence, Answer::Done).await?;
        let line = say::done_once(&reminder, &here);
        Ok(((), trace::of_alarms(&reminder, line)))
    })
    .await?;
    done.receipts.push(receipt);
    Ok(())
}
