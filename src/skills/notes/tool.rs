//! What a model, the offline phrases and REST can ask of notes.

mod edit;
mod show;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    find, say,
    store::{self, Note},
    words,
};
use crate::{
    skills::{
        Does, Done, Effect, Points, Receipt, Refusal, Scope, Thing, Tool, next_number, thing,
    },
    text,
};

pub use edit::EditNote;
pub use show::FindNotes;

/// Keeps a note.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddNote {
    /// As written, "#tags" included.
    pub text: String,
}

impl Tool for AddNote {
    const NAME: &'static str = "add_note";
    const ABOUT: &'static str = "Keeps a note.";
    const EFFECT: Effect = Effect::WriteOwn;

    /// The same note is not kept twice.
    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let text = written(&self.text).map_err(|why| Refusal::Tell(why.into()))?;
        let (body, _) = words::split(&text);
        if let Some(there) = store::find_same(&mut scope.tx, &body).await? {
            return Ok(Done::says(say::already(&there)));
        }
        let (_, receipt) = keep(scope, &text, |_| {}).await?;
        Ok(Done::wrote(vec![receipt]))
    }
}

/// The words of a note as they are kept, or why there are none.
pub fn written(said: &str) -> Result<String, &'static str> {
    let text = text::clean(said).trim().to_owned();
    if text.is_empty() {
        return Err(say::WHAT);
    }
    if text.chars().count() > words::LONGEST {
        return Err(say::TOO_LONG);
    }
    if words::split(&text).1.len() > words::MOST_TAGS {
        return Err(say::TOO_MANY_TAGS);
    }
    Ok(text)
}

/// Keeps what [`written`] let through, and what else is said of it, under the next number.
pub async fn keep(
    scope: &mut Scope,
    text: &str,
    also: impl FnOnce(&mut Note) + Send,
) -> Result<(Note, Receipt), Refusal> {
    let number = next_number(&mut scope.tx, super::LETTER, 1).await?;
    let mut note = Note::new(number, text, scope.now);
    also(&mut note);
    note.put_back(&mut scope.tx, scope.now).await?;
    let receipt = thing::added(&note, say::note(&note));
    Ok((note, receipt))
}

/// Deletes notes.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeleteNotes {
    /// "N12", words of them, or places in the list last shown.
    pub notes: Vec<String>,
}

impl Tool for DeleteNotes {
    const NAME: &'static str = "delete_notes";
    const ABOUT: &'static str = "Deletes notes that are named.";
    const EFFECT: Effect = Effect::WriteOwn;
    const POINTS: Option<Points> =
        Some(Points::list(super::LETTER, "notes", &[(Does::Delete, "")]));

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        if self.notes.is_empty() {
            return Err(Refusal::Tell(say::WHICH.into()));
        }
        let mut notes: Vec<Note> = Vec::new();
        for said in &self.notes {
            let note = find::one(scope, said).await?;
            if !notes.iter().any(|there| there.id == note.id) {
                notes.push(note);
            }
        }
        let mut done = Done::default();
        for note in notes {
            let line = say::deleted(&note);
            done.receipts.push(thing::delete(scope, note, line).await?);
        }
        Ok(done)
    }
}
