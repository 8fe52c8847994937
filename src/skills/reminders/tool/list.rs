//! Reminders that are to come, and what became of those that were due.

use jiff::{SignedDuration, ToSpan};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::skills::{
    Done, Effect, Refusal, Scope, Thing, Tool, naming,
    reminders::{
        alarm, find, say,
        store::{self, Which},
    },
};

/// Lists reminders.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListReminders {
    /// Open ones if not said; "sent": what was sent today and when.
    #[serde(default)]
    pub which: Option<Listed>,
    /// Only this one: "R12", words.
    #[serde(default)]
    pub about: Option<String>,
}

// What a list shows.
#[derive(Clone, Copy, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Listed {
    Paused,
    Done,
    Sent,
}

impl Tool for ListReminders {
    const NAME: &'static str = "list_reminders";
    const ABOUT: &'static str = "Lists reminders, or tells whether and when they were sent.";
    const EFFECT: Effect = Effect::Read;

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        if self.which == Some(Listed::Sent) {
            return sent(scope, self.about.as_deref()).await;
        }
        let (which, limit, head) = match self.which {
            Some(Listed::Paused) => (Which::Paused, 200, "Paused reminders:"),
            Some(Listed::Done) => (Which::Over, 10, "Past reminders:"),
            _ => (Which::Open, 200, "Your reminders:"),
        };
        let (now, here) = (scope.now, scope.here());
        let mut all = store::list(&mut scope.tx, which, now, limit).await?;
        if let Some(about) = self.about.as_deref().filter(|a| !a.trim().is_empty()) {
            if let Some((letter, number)) = naming::label(about.trim()) {
                all.retain(|(r, _)| letter == super::super::LETTER && r.number == number);
            } else {
                let rows: Vec<_> = all.iter().map(|(r, _)| r.clone()).collect();
                let named = naming::by_words(&rows, about, |r| &r.what);
                all.retain(|(r, _)| named.iter().any(|n| n.id == r.id));
            }
            if all.is_empty() {
                return Err(Refusal::Tell(say::not_found(about)));
            }
        }
        let paused = store::paused_until(&mut scope.tx).await?;
        let mut says = match (all.is_empty(), which) {
            (false, _) => say::list(&all, head, &here),
            (true, Which::Open) => say::NONE.to_owned(),
            (true, Which::Paused) => "No reminder is paused.".to_owned(),
            (true, _) => "No past reminders.".to_owned(),
        };
        if let Some(until) = paused.filter(|until| *until > now) {
            says = format!("{}\n{says}", say::paused_all(Some(until), &here));
        }
        Ok(Done {
            says: Some(says),
            shown: Some(all.iter().map(|(r, _)| r.label()).collect()),
            ..Done::default()
        })
    }
}

/// From the rows: what was planned, said, sent and delivered.
async fn sent(scope: &mut Scope, about: Option<&str>) -> Result<Done, Refusal> {
    let here = scope.here();
    let about = about.map(str::trim).filter(|about| !about.is_empty());
    let midnight = here.today().to_datetime(jiff::civil::Time::midnight());
    let today = crate::when::resolve(midnight, &here.zone).at;
    let tomorrow = midnight
        .checked_add(1.day())
        .map_or(today, |then| crate::when::resolve(then, &here.zone).at);
    let week = scope.now - SignedDuration::from_hours(24 * 7);
    let rows = match about {
        // the last one, whatever it was
        Some(said) if find::is_it(said) => {
            let range = (week, scope.now + SignedDuration::from_secs(1));
            alarm::log(&mut scope.tx, range, None, 1).await?
        }
        Some(said) => {
            let reminder = find::one(scope, said).await?;
            alarm::log(&mut scope.tx, (week, tomorrow), Some(reminder.id), 5).await?
        }
        None => alarm::log(&mut scope.tx, (today, tomorrow), None, 30).await?,
    };
    let lines: Vec<_> = rows.iter().map(|row| say::logged(row, &here)).collect();
    Ok(Done::says(match (lines.is_empty(), about) {
        (false, _) => lines.join("\n"),
        (true, None) => "Nothing was due today.".to_owned(),
        (true, Some(_)) => "Nothing was due in the last 7 days.".to_owned(),
    }))
}
