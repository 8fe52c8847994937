//! What a model, the offline phrases and REST can ask of reminders.

mod change;
mod clear;
mod delete;
mod finish;
mod list;
mod pause;
mod remind;
mod schedule;

pub use change::{ChangeReminder, set_time};
pub use clear::ClearReminders;
pub use delete::DeleteReminders;
pub use finish::FinishReminders;
pub use list::ListReminders;
pub use pause::PauseReminders;
pub use remind::Remind;
pub use schedule::AskOnSchedule;

use super::{
    say,
    store::{self, Reminder},
    trace,
};
use crate::{
    skills::{Receipt, Refusal, Scope, Thing, next_number, thing},
    text,
    when::Here,
};

/// The most letters of a reminder.
pub const LONGEST: usize = 500;

/// The words of a reminder as they are kept. `None`: none are left, or too many.
pub fn words(said: &str) -> Option<String> {
    let clean = text::clean(said).trim().to_owned();
    let count = clean.chars().count();
    (1..=LONGEST).contains(&count).then_some(clean)
}

/// Keeps a new reminder under the next number; see [`Reminder`] for what it holds.
pub async fn keep(scope: &mut Scope, mut new: Reminder) -> Result<(Reminder, Receipt), Refusal> {
    new.number = next_number(&mut scope.tx, super::LETTER, 1).await?;
    trace::traced(scope, new.id, async |scope: &mut Scope| {
        let now = scope.now;
        if !store::insert(&mut scope.tx, &new, now).await? {
            return Err(Refusal::Tell("That reminder is there already.".into()));
        }
        let line = say::reminder(&new, &scope.here());
        let receipt = thing::added(&new, line);
        Ok((new, receipt))
    })
    .await
}

/// Writes a changed reminder, its alarm with it.
pub async fn save(
    scope: &mut Scope,
    before: Reminder,
    after: Reminder,
    line: impl FnOnce(&Reminder, &Here) -> String + Send,
) -> Result<(Reminder, Receipt), Refusal> {
    let here = scope.here();
    trace::traced(scope, before.id(), async |scope: &mut Scope| {
        thing::save(scope, before, after, |saved, _| line(saved, &here)).await
    })
    .await
}

/// Deletes a reminder; nothing more of it is said.
pub async fn delete(scope: &mut Scope, reminder: Reminder) -> Result<Receipt, Refusal> {
    let id = reminder.id();
    let ((), receipt) = trace::traced(scope, id, async |scope: &mut Scope| {
        let line = say::deleted(&reminder);
        Ok(((), thing::delete(scope, reminder, line).await?))
    })
    .await?;
    Ok(receipt)
}

/// Reminders as words for several notes: one line each, none twice.
fn notes(all: Vec<String>) -> Option<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in all {
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}
