//! Taking back what tasks did. Every inverse carries the version that the effect left behind: when the row has changed
//! since, nothing is touched and the reason is said.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{
    say,
    store::{self, Task},
};
use crate::skills::{Refusal, Scope};

/// How to take an effect back.
#[derive(Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Inverse {
    Delete {
        id: Uuid,
        version: i32,
        label: String,
    },
    Restore {
        version: i32,
        before: Task,
    },
    PutBack {
        task: Task,
    },
}

impl Inverse {
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).expect("an inverse has no keys that JSON cannot hold")
    }
}

pub async fn undo(scope: &mut Scope, inverse: &Value) -> Result<String, Refusal> {
    let today = scope.today();
    let inverse: Inverse = serde_json::from_value(inverse.clone())
        .map_err(|_| Refusal::Tell("That cannot be undone by this version.".into()))?;
    match inverse {
        Inverse::Delete { id, version, label } => {
            let Some(task) = store::find_by_id(&mut scope.tx, id).await? else {
                return Err(Refusal::Tell(format!("{label} is gone already.")));
            };
            if store::delete(&mut scope.tx, id, version).await? {
                Ok(format!("removed {}", say::task(&task, today)))
            } else {
                Err(changed_since(&label))
            }
        }
        Inverse::Restore { version, before } => {
            let label = before.label();
            match store::update(&mut scope.tx, &before, version, scope.now).await? {
                Some(task) => {
                    let state = if task.done_at.is_some() {
                        "done again"
                    } else {
                        "back to"
                    };
                    Ok(format!("{state} {}", say::task(&task, today)))
                }
                None => Err(changed_since(&label)),
            }
        }
        Inverse::PutBack { task } => {
            if store::put_back(&mut scope.tx, &task, scope.now).await? {
                Ok(format!("put back {}", say::task(&task, today)))
            } else {
                Err(Refusal::Tell(format!("{} is there already.", task.label())))
            }
        }
    }
}

fn changed_since(label: &str) -> Refusal {
    Refusal::Tell(format!("{label} has changed since, so I left it as it is."))
}
