//! Changes of events: any number of rows as one act, with one inverse that puts every row back as it was.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{LETTER, event::Event, hangs, say, store};
use crate::skills::{Receipt, Refusal, Scope, Thing, next_number, thing};

/// One row that is to change.
#[derive(Clone, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "a handful of them lives for one call"
)]
pub enum Edit {
    /// Gets its number when it has none.
    Add(Event),
    Save {
        before: Event,
        after: Event,
    },
    Delete(Event),
}

/// A row before and after: how to take one edit back.
#[derive(Serialize, Deserialize)]
struct Row {
    before: Option<Event>,
    /// What the edit left behind; none: it deleted the row.
    after: Option<Left>,
}

#[derive(Serialize, Deserialize)]
struct Left {
    id: Uuid,
    version: i32,
}

#[derive(Serialize, Deserialize)]
struct Inverse {
    op: String,
    label: String,
    /// The row that is spoken of comes first.
    rows: Vec<Row>,
    /// More than one event: "and 11 more".
    #[serde(default)]
    many: bool,
}

const OP: &str = "events";

/// What edits left: the rows that are there now, in their order, and how to take all of it back.
pub struct Applied {
    pub rows: Vec<Event>,
    pub inverse: Value,
    pub label: String,
}

impl Applied {
    /// The one receipt of it all.
    pub fn receipt(self, line: String) -> Receipt {
        Receipt {
            label: self.label,
            line,
            inverse: Some(self.inverse),
        }
    }

    /// As one act on many events.
    #[must_use]
    pub fn of_many(mut self) -> Self {
        self.inverse["many"] = json!(true);
        self
    }
}

/// Makes the edits, the one that is spoken of first.
pub async fn apply(scope: &mut Scope, edits: Vec<Edit>) -> Result<Applied, Refusal> {
    let mut rows = Vec::new();
    let mut undo = Vec::new();
    let mut label = None;
    for edit in edits {
        let (before, after) = match edit {
            Edit::Add(mut event) => {
                if event.number == 0 {
                    event.number = next_number(&mut scope.tx, LETTER, 1).await?;
                }
                if !store::insert(&mut scope.tx, &event, scope.now).await? {
                    let title = say::short_title(&event.title);
                    return Err(Refusal::Tell(format!("\"{title}\" is there already.")));
                }
                (None, Some(event))
            }
            Edit::Save { before, mut after } => {
                after.version = before.version + 1;
                after.sequence = before.sequence + 1;
                let saved = store::update(&mut scope.tx, &after, before.version, scope.now).await?;
                let Some(saved) = saved else {
                    return Err(changed_meanwhile(&before));
                };
                (Some(before), Some(saved))
            }
            Edit::Delete(event) => {
                if !store::delete(&mut scope.tx, event.id, event.version).await? {
                    return Err(changed_meanwhile(&event));
                }
                (Some(event), None)
            }
        };
        if let Some(event) = after.as_ref().or(before.as_ref()) {
            label.get_or_insert_with(|| event.label());
            hangs::follow(scope, event, after.is_some()).await?;
        }
        undo.push(Row {
            before,
            after: after.as_ref().map(|event| Left {
                id: event.id,
                version: event.version,
            }),
        });
        rows.extend(after);
    }
    let label = label.unwrap_or_default();
    let inverse = Inverse {
        op: OP.to_owned(),
        label: label.clone(),
        rows: undo,
        many: false,
    };
    Ok(Applied {
        rows,
        inverse: serde_json::to_value(inverse)
            .expect("an inverse has no keys that JSON cannot hold"),
        label,
    })
}

/// Takes all of one act back, or nothing of it.
pub async fn undo(scope: &mut Scope, inverse: &Value) -> Result<String, Refusal> {
    let inverse: Inverse = serde_json::from_value(inverse.clone())
        .ok()
        .filter(|inverse: &Inverse| inverse.op == OP && !inverse.rows.is_empty())
        .ok_or_else(|| Refusal::Tell("That cannot be undone by this version.".into()))?;
    // nothing is touched before everything is known to be as it was left
    let mut now = Vec::new();
    for row in &inverse.rows {
        now.push(as_left(scope, row, &inverse.label).await?);
    }
    let mut said = None;
    for (row, now) in inverse.rows.iter().zip(now).rev() {
        said = Some(put_back(scope, row, now, &inverse.label).await?);
    }
    let more = if inverse.many && inverse.rows.len() > 1 {
        format!(" and {} more", inverse.rows.len() - 1)
    } else {
        String::new()
    };
    Ok(said.unwrap_or_default() + &more)
}

/// The row as the edit left it; refuses when it has changed since.
async fn as_left(scope: &mut Scope, row: &Row, label: &str) -> Result<Option<Event>, Refusal> {
    let (id, left) = match (&row.before, &row.after) {
        (_, Some(left)) => (left.id, Some(left.version)),
        (Some(before), None) => (before.id, None),
        (None, None) => return Ok(None),
    };
    let there = store::find_by_id(&mut scope.tx, id).await?;
    match (&there, left) {
        (None, Some(_)) => Err(Refusal::Tell(format!("{label} is gone already."))),
        (Some(_), None) => Err(Refusal::Tell(format!("{label} is there already."))),
        (Some(event), Some(version)) if event.version != version => {
            Err(thing::changed_since(label))
        }
        _ => Ok(there),
    }
}

async fn put_back(
    scope: &mut Scope,
    row: &Row,
    now: Option<Event>,
    label: &str,
) -> Result<String, Refusal> {
    let here = scope.here();
    let done = match (&row.before, &now) {
        (None, Some(event)) => {
            let gone = store::delete(&mut scope.tx, event.id, event.version).await?;
            hangs::follow(scope, event, false).await?;
            gone.then(|| format!("removed {}", say::event(event, &here)))
        }
        (Some(before), Some(event)) => {
            let saved = store::update(&mut scope.tx, before, event.version, scope.now).await?;
            hangs::follow(scope, before, true).await?;
            saved.map(|event| format!("back to {}", say::event(&event, &here)))
        }
        (Some(before), None) => {
            let put = store::insert(&mut scope.tx, before, scope.now).await?;
            hangs::follow(scope, before, true).await?;
            put.then(|| format!("put back {}", say::event(before, &here)))
        }
        (None, None) => None,
    };
    // the rows were locked and looked at: only another user's ids, in a forged inverse, lead here
    done.ok_or_else(|| Refusal::Tell(format!("{label} cannot be put back.")))
}

fn changed_meanwhile(event: &Event) -> Refusal {
    Refusal::Tell(format!(
        "{} was changed just now by somebody else.",
        event.label()
    ))
}
