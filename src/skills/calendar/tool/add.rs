//! Putting an event into the calendar.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{asked, conflict, line_of, mark, names_of, note, note_all, notes_of, title_of};
use crate::skills::{
    Done, Effect, Refusal, Scope, Tool,
    calendar::{
        edit::{Edit, apply},
        event::Event,
        say, times,
    },
};

/// Adds an event; `when` takes days, times, ranges and "every monday at 9".
#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddEvent {
    pub title: String,
    /// In the user's words: "friday 12:30", "dec 20 to 27", "every monday at 9".
    pub when: String,
    /// "45m"
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
}

impl Tool for AddEvent {
    const NAME: &'static str = "add_event";
    const ABOUT: &'static str = "Adds an event to the calendar, once or repeated.";
    const EFFECT: Effect = Effect::WriteOwn;

    /// A conflict is said; the event is added all the same.
    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let here = scope.here();
        let title = title_of(&self.title)?;
        let length = self
            .length
            .as_deref()
            .map(|said| times::length(said, &here));
        let timed = times::of_new(&asked(&self), &self.when, length.transpose()?, &here)?;
        let mut event = Event::new(&title, &timed.timing, scope.now);
        event.place = line_of(self.place.as_deref().unwrap_or_default(), "That place")?;
        event.attendees = names_of(self.with.as_deref().unwrap_or_default())?;
        event.notes = notes_of(self.notes.as_deref().unwrap_or_default())?;
        put(scope, event, &timed.notes).await
    }
}

/// Keeps a new event and says what it overlaps.
pub async fn put(scope: &mut Scope, event: Event, notes: &[String]) -> Result<Done, Refusal> {
    let applied = apply(scope, vec![Edit::Add(event)]).await?;
    let kept = applied.rows[0].clone();
    let line = say::event(&kept, &scope.here());
    let mut done = Done::wrote(vec![applied.receipt(line)]);
    note_all(&mut done, notes);
    if let Some(clash) = conflict(scope, &kept).await? {
        note(&mut done, clash.text);
        mark(&mut done, clash.imported);
    }
    Ok(done)
}
