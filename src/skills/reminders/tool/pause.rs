//! Silence for all reminders or for one, and its end.

use jiff::{Timestamp, civil::Time};
use schemars::JsonSchema;
use serde::Deserialize;

use super::save;
use crate::skills::{
    Done, Effect, Refusal, Scope, Tool,
    reminders::{alarm, find, say, store, store::Reminder, timing, trace},
};

/// Pauses reminders.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PauseReminders {
    /// As the user said it; without it, until resumed.
    #[serde(default)]
    pub until: Option<String>,
    /// One; all if not given.
    #[serde(default)]
    pub reminder: Option<String>,
    #[serde(default)]
    pub resume: bool,
}

impl Tool for PauseReminders {
    const NAME: &'static str = "pause_reminders";
    const ABOUT: &'static str = "Pauses or resumes all reminders, or one.";
    const EFFECT: Effect = Effect::WriteOwn;

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let until = match self.until.as_deref().filter(|u| !u.trim().is_empty()) {
            _ if self.resume => None,
            Some(said) => Some(timing::until(scope, said, Time::midnight())?),
            None => Some(say::FOREVER),
        };
        match self.reminder.as_deref() {
            Some(said) if !["all", "reminders", "all reminders", ""].contains(&said.trim()) => {
                let reminder = if find::is_it(said) {
                    find::touched(scope).await?
                } else {
                    find::one(scope, said).await?
                };
                pause_one(scope, reminder, until).await
            }
            _ => pause_all(scope, until).await,
        }
    }
}

async fn pause_one(
    scope: &mut Scope,
    before: Reminder,
    until: Option<Timestamp>,
) -> Result<Done, Refusal> {
    let here = scope.here();
    if until.is_none() && !before.is_paused(scope.now) {
        return Ok(Done::says(format!(
            "It is not paused: {}",
            say::reminder(&before, &here)
        )));
    }
    let after = Reminder {
        paused_until: until,
        ..before.clone()
    };
    if after == before {
        return Ok(Done::says(say::paused(&before, &here)));
    }
    let (id, now) = (before.id, scope.now);
    let ((), receipt) = trace::traced(scope, id, async |scope: &mut Scope| {
        let (_, receipt) = save(scope, before, after, say::paused).await?;
        if until.is_none() {
            alarm::release(&mut scope.tx, Some(id), now).await?;
        }
        Ok(((), receipt))
    })
    .await?;
    Ok(Done::wrote(vec![receipt]))
}

async fn pause_all(scope: &mut Scope, until: Option<Timestamp>) -> Result<Done, Refusal> {
    let (now, here) = (scope.now, scope.here());
    let before = store::paused_until(&mut scope.tx).await?;
    let line = say::paused_all(until, &here);
    let was_paused = before.is_some_and(|before| before > now);
    if before == until || until.is_none() && !was_paused {
        return Ok(Done::says(line));
    }
    store::pause_all(&mut scope.tx, until).await?;
    let within = match until {
        None => {
            alarm::release(&mut scope.tx, None, now).await?;
            (0, 0)
        }
        Some(until) if until < say::FOREVER => alarm::count_before(&mut scope.tx, until).await?,
        _ => (0, 0),
    };
    Ok(Done {
        says: say::fall_into_it(within),
        ..Done::wrote(vec![trace::of_pause(before, until, line)])
    })
}
