//! What skills keep: rows with a short number and a version, how each change of one becomes a receipt, and how it is taken
//! back. A skill says how its rows are read and written; everything here is the same for all of them.
//! May import: db, the Skill trait.

use std::future::Future;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use uuid::Uuid;

use super::{Receipt, Refusal, Scope, naming};
use crate::db::UserTx;

type Sql<T> = Result<T, sqlx::Error>;

/// A row that a user owns and can name: `T12`.
pub trait Thing: Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + Sized {
    /// The letter of the short numbers.
    const LETTER: &'static str;

    fn id(&self) -> Uuid;
    /// The `12` of `T12`.
    fn number(&self) -> i32;
    fn version(&self) -> i32;
    fn set_version(&mut self, version: i32);
    /// The row in one line, its label first.
    fn line(&self, today: Date) -> String;
    /// What it is called, where that is one text.
    fn called(&self) -> Option<&str> {
        None
    }
    /// What a restored row is introduced by: "back to", "done again".
    fn restored(&self) -> &'static str;

    /// The row of that id or number, locked.
    fn find(tx: &mut UserTx, id: Uuid) -> impl Future<Output = Sql<Option<Self>>> + Send;
    fn find_by_number(
        tx: &mut UserTx,
        number: i32,
    ) -> impl Future<Output = Sql<Option<Self>>> + Send;
    /// All rows by number, after the given one.
    fn page(tx: &mut UserTx, after: i32, limit: i64)
    -> impl Future<Output = Sql<Vec<Self>>> + Send;
    /// Writes the row over the one of its id, if that still has the version `expected`. `None`: it has changed.
    ///
    /// A change raises the version; taking a change back restores the version before it, so that what was done earlier
    /// can still be taken back too.
    fn update(
        &self,
        tx: &mut UserTx,
        expected: i32,
        now: Timestamp,
    ) -> impl Future<Output = Sql<Option<Self>>> + Send;
    /// Removes the row, if it still has this version.
    fn remove(tx: &mut UserTx, id: Uuid, version: i32) -> impl Future<Output = Sql<bool>> + Send;
    /// Puts a removed row back as it was. `false`: its number is taken.
    fn put_back(&self, tx: &mut UserTx, now: Timestamp) -> impl Future<Output = Sql<bool>> + Send;
    /// Why the row cannot be as it is now beside the others, in words.
    fn hindrance(&self, _tx: &mut UserTx) -> impl Future<Output = Sql<Option<String>>> + Send {
        async { Ok(None) }
    }

    /// `T12`.
    fn label(&self) -> String {
        format!("{}{}", Self::LETTER, self.number())
    }
}

/// What is known of the row with that label, if it is a `T` and there.
pub async fn known<T: Thing>(scope: &mut Scope, label: &str) -> Result<Option<Known>, sqlx::Error> {
    let Some((letter, number)) = naming::label(label) else {
        return Ok(None);
    };
    if letter != T::LETTER {
        return Ok(None);
    }
    let today = scope.today();
    let thing = T::find_by_number(&mut scope.tx, number).await?;
    Ok(thing.map(|thing| Known {
        line: thing.line(today),
        name: thing.called().map(str::to_owned),
    }))
}

/// A thing in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// In one line, its label first.
    pub line: String,
    /// What it is called, where that is one text.
    pub name: Option<String>,
}

/// How to take an effect back. Every inverse carries the version that the effect left behind: when the row has changed
/// since, nothing is touched and the reason is said.
#[derive(Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Inverse<T> {
    Delete {
        id: Uuid,
        version: i32,
        label: String,
    },
    Restore {
        version: i32,
        before: T,
    },
    PutBack {
        // as tasks wrote it before there was anything else
        #[serde(alias = "task")]
        thing: T,
    },
}

fn receipt<T: Thing>(label: String, line: String, inverse: &Inverse<T>) -> Receipt {
    let inverse =
        serde_json::to_value(inverse).expect("an inverse has no keys that JSON cannot hold");
    Receipt {
        label,
        line,
        inverse: Some(inverse),
    }
}

/// The receipt of a new row.
pub fn added<T: Thing>(thing: &T, line: String) -> Receipt {
    let inverse = Inverse::<T>::Delete {
        id: thing.id(),
        version: thing.version(),
        label: thing.label(),
    };
    receipt(thing.label(), line, &inverse)
}

/// Deletes a row that was just read in this transaction.
pub async fn delete<T: Thing>(
    scope: &mut Scope,
    thing: T,
    line: String,
) -> Result<Receipt, Refusal> {
    if !T::remove(&mut scope.tx, thing.id(), thing.version()).await? {
        return Err(changed_meanwhile(&thing.label()));
    }
    Ok(receipt(thing.label(), line, &Inverse::PutBack { thing }))
}

/// Writes a changed row and returns it with its receipt; `before` is the row as it was read.
pub async fn save<T: Thing>(
    scope: &mut Scope,
    before: T,
    mut after: T,
    line: impl FnOnce(&T, Date) -> String,
) -> Result<(T, Receipt), Refusal> {
    if let Some(why) = after.hindrance(&mut scope.tx).await? {
        return Err(Refusal::Tell(why));
    }
    after.set_version(before.version() + 1);
    let saved = after
        .update(&mut scope.tx, before.version(), scope.now)
        .await?;
    let Some(saved) = saved else {
        return Err(changed_meanwhile(&before.label()));
    };
    let line = line(&saved, scope.today());
    let inverse = Inverse::Restore {
        version: saved.version(),
        before,
    };
    let receipt = receipt(saved.label(), line, &inverse);
    Ok((saved, receipt))
}

/// Takes one effect on a `T` back.
pub async fn undo<T: Thing>(scope: &mut Scope, inverse: &Value) -> Result<String, Refusal> {
    let today = scope.today();
    let inverse: Inverse<T> = serde_json::from_value(inverse.clone())
        .map_err(|_| Refusal::Tell("That cannot be undone by this version.".into()))?;
    match inverse {
        Inverse::Delete { id, version, label } => {
            let Some(thing) = T::find(&mut scope.tx, id).await? else {
                return Err(Refusal::Tell(format!("{label} is gone already.")));
            };
            if T::remove(&mut scope.tx, id, version).await? {
                Ok(format!("removed {}", thing.line(today)))
            } else {
                Err(changed_since(&label))
            }
        }
        Inverse::Restore { version, before } => {
            fits(scope, &before).await?;
            match before.update(&mut scope.tx, version, scope.now).await? {
                Some(thing) => Ok(format!("{} {}", thing.restored(), thing.line(today))),
                None => Err(changed_since(&before.label())),
            }
        }
        Inverse::PutBack { thing } => {
            fits(scope, &thing).await?;
            if thing.put_back(&mut scope.tx, scope.now).await? {
                Ok(format!("put back {}", thing.line(today)))
            } else {
                Err(Refusal::Tell(format!(
                    "{} is there already.",
                    thing.label()
                )))
            }
        }
    }
}

async fn fits<T: Thing>(scope: &mut Scope, thing: &T) -> Result<(), Refusal> {
    match thing.hindrance(&mut scope.tx).await? {
        Some(why) => Err(Refusal::Tell(why)),
        None => Ok(()),
    }
}

/// The refusal of an undo over a later change.
pub fn changed_since(label: &str) -> Refusal {
    Refusal::Tell(format!("{label} has changed since, so I left it as it is."))
}

fn changed_meanwhile(label: &str) -> Refusal {
    Refusal::Tell(format!("{label} was changed just now by somebody else."))
}
