//! Moving and changing an event; of one that comes again, one occurrence, the following, or all.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{asked, conflict, line_of, mark, names_of, note, note_all, notes_of, title_of};
use crate::skills::{
    Does, Done, Effect, Points, Refusal, Scope, Tool,
    calendar::{
        edit::{Applied, Edit, apply},
        event::{Event, Timing},
        find::{self, Named},
        say, series, store,
        times::{self, Timed},
    },
};
use jiff::civil::DateTime;

// Which occurrences of an event that comes again.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Which {
    This,
    Following,
    All,
}

/// Changes an event: only what is given.
#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeEvent {
    /// Its words, "E3", or its place in the list last shown; with the day of one occurrence: "standup on friday".
    pub event: String,
    /// The new time: "4pm", "friday", "an hour later".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// "none" takes it away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// Of a repeated one; asked if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub which: Option<Which>,
}

impl Tool for ChangeEvent {
    const NAME: &'static str = "change_event";
    const ABOUT: &'static str = "Moves or changes an event.";
    const EFFECT: Effect = Effect::WriteOwn;
    const POINTS: Option<Points> = Some(Points::one(
        crate::skills::calendar::LETTER,
        "event",
        &[(Does::Move, "when"), (Does::Rename, "title")],
    ));

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let here = scope.here();
        let named = find::one(scope, &self.event).await?;
        let (event, old) = (&named.event, named.occurrence(&here));
        let asked = asked(&self);
        let length = self
            .length
            .as_deref()
            .map(|said| times::length(said, &here));
        let length = length.transpose()?;
        let timed = match (&self.when, length) {
            (Some(said), length) => Some(times::of_moved(
                &asked,
                said,
                (event, old),
                (length, &here),
            )?),
            (None, Some(length)) => Some(Timed {
                timing: times::of_length(event, old, length)?,
                notes: Vec::new(),
            }),
            (None, None) => None,
        };
        let words = self.words()?;
        if timed.is_none() && words.is_empty() {
            return Err(Refusal::Tell(
                "What should change: the time, the words, or the place?".into(),
            ));
        }
        let which = match (event.rule.is_some(), self.which, named.slot) {
            (false, ..) => Which::All,
            (true, Some(which), _) => which,
            (true, None, Some(_)) => Which::This,
            (true, None, None) => return Err(asked.which("Change", event, old, &here)),
        };
        let (timing, notes) = timed.map_or((None, Vec::new()), |t| (Some(t.timing), t.notes));
        let change = Change { timing, words };
        let applied = change_series(scope, event, (old.slot, which), &change).await?;
        said(scope, applied, &notes, &named).await
    }
}

impl ChangeEvent {
    fn words(&self) -> Result<Words, Refusal> {
        let none = |said: &str| {
            if said == "none" {
                String::new()
            } else {
                said.to_owned()
            }
        };
        Ok(Words {
            title: self.title.as_deref().map(title_of).transpose()?,
            place: self
                .place
                .as_deref()
                .map(|said| line_of(&none(said), "That place"))
                .transpose()?,
            attendees: self.with.as_deref().map(names_of).transpose()?,
            notes: self
                .notes
                .as_deref()
                .map(|said| notes_of(&none(said)))
                .transpose()?,
            busy: None,
            buffer_minutes: None,
        })
    }
}

async fn said(
    scope: &mut Scope,
    applied: Applied,
    notes: &[String],
    named: &Named,
) -> Result<Done, Refusal> {
    let here = scope.here();
    let kept = applied.rows[0].clone();
    let moved = kept.timing() != named.event.timing();
    let mut done = Done::wrote(vec![applied.receipt(say::changed(&kept, &here))]);
    note_all(&mut done, notes);
    mark(&mut done, kept.imported);
    if moved && let Some(clash) = conflict(scope, &kept).await? {
        note(&mut done, clash.text);
        mark(&mut done, clash.imported);
    }
    Ok(done)
}

/// What is to be different.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub timing: Option<Timing>,
    pub words: Words,
}

/// The words of an event that are to be different.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Words {
    pub title: Option<String>,
    pub place: Option<String>,
    pub attendees: Option<Vec<String>>,
    pub notes: Option<String>,
    pub busy: Option<bool>,
    pub buffer_minutes: Option<i32>,
}

impl Change {
    /// Whether the event would be as it is.
    pub fn is_nothing_for(&self, event: &Event) -> bool {
        let mut after = event.clone();
        self.words.put_into(&mut after);
        let moves = self.timing.as_ref().is_some_and(|time| {
            let mut moved = event.clone();
            moved.set_timing(time);
            moved != *event
        });
        after == *event && !moves
    }
}

impl Words {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn put_into(&self, event: &mut Event) {
        let Self {
            title,
            place,
            attendees,
            notes,
            busy,
            buffer_minutes,
        } = self.clone();
        event.busy = busy.unwrap_or(event.busy);
        event.buffer_minutes = buffer_minutes.unwrap_or(event.buffer_minutes);
        event.title = title.unwrap_or_else(|| event.title.clone());
        event.place = place.unwrap_or_else(|| event.place.clone());
        event.attendees = attendees.unwrap_or_else(|| event.attendees.clone());
        event.notes = notes.unwrap_or_else(|| event.notes.clone());
    }
}

/// Changes one occurrence, it and the following, or all of a series; a single event as a whole. The row that is spoken of
/// comes first.
pub async fn change_series(
    scope: &mut Scope,
    event: &Event,
    (slot, which): (DateTime, Which),
    change: &Change,
) -> Result<Applied, Refusal> {
    let first = event.rule.is_some() && slot <= event.starts_at;
    let edits = match which {
        _ if event.rule.is_none() => {
            let mut after = event.clone();
            change.words.put_into(&mut after);
            if let Some(time) = &change.timing {
                after.set_timing(time);
                // one occurrence stays one
                if after.series_id.is_some() {
                    after.rule = None;
                }
            }
            vec![Edit::Save {
                before: event.clone(),
                after,
            }]
        }
        Which::This => {
            let mut one = series::alone(event, slot, scope.now);
            change.words.put_into(&mut one);
            if let Some(time) = &change.timing {
                one.set_timing(time);
                one.rule = None;
            }
            let after = series::without(event, slot);
            vec![
                Edit::Add(one),
                Edit::Save {
                    before: event.clone(),
                    after,
                },
            ]
        }
        Which::Following if !first => following(scope, event, slot, change).await?,
        Which::Following | Which::All => {
            let mut after = event.clone();
            change.words.put_into(&mut after);
            let changed = store::changed_of(&mut scope.tx, event.id).await?;
            let with = match &change.timing {
                Some(time) => {
                    series::retimed(&mut after, slot, time, changed).ok_or_else(no_such_move)?
                }
                None => reworded(&change.words, changed),
            };
            let mut edits = vec![Edit::Save {
                before: event.clone(),
                after,
            }];
            edits.extend(with);
            edits
        }
    };
    apply(scope, edits).await
}

/// New words hold for the occurrences that were changed alone, too.
fn reworded(words: &Words, changed: Vec<Event>) -> Vec<Edit> {
    let edits = changed.into_iter().filter_map(|before| {
        let mut after = before.clone();
        words.put_into(&mut after);
        (after != before).then_some(Edit::Save { before, after })
    });
    edits.collect()
}

async fn following(
    scope: &mut Scope,
    event: &Event,
    slot: DateTime,
    change: &Change,
) -> Result<Vec<Edit>, Refusal> {
    let mut tail = series::tail(event, slot, scope.now)
        .ok_or_else(|| Refusal::Tell("There is none from then on.".into()))?;
    change.words.put_into(&mut tail);
    let changed = store::changed_of(&mut scope.tx, event.id).await?;
    let behind: Vec<Event> = changed
        .into_iter()
        .filter(|one| one.original_at.is_some_and(|at| at >= slot))
        .collect();
    // those changed alone belong to the new series from now on
    let moved = match &change.timing {
        Some(time) => series::retimed(&mut tail, slot, time, behind).ok_or_else(no_such_move)?,
        None => behind
            .into_iter()
            .map(|before| Edit::Save {
                after: before.clone(),
                before,
            })
            .collect(),
    };
    let tail_id = tail.id;
    let mut edits = vec![Edit::Add(tail)];
    edits.push(Edit::Save {
        before: event.clone(),
        after: series::head(event, slot),
    });
    edits.extend(moved.into_iter().map(|edit| match edit {
        Edit::Save { before, mut after } => {
            after.series_id = Some(tail_id);
            change.words.put_into(&mut after);
            Edit::Save { before, after }
        }
        other => other,
    }));
    Ok(edits)
}

fn no_such_move() -> Refusal {
    Refusal::Tell("It falls on several days: say all of its new times, like \"every tuesday and thursday at 10\".".into())
}
