//! From what the user calls a note to the row: `N12`, a place in the list last shown, or words of it.

use super::{
    say,
    search::search,
    store::{self, Note},
};
use crate::skills::{Refusal, Scope, Thing, naming};

/// The note that `said` names. Asks back when it names several.
pub async fn one(scope: &mut Scope, said: &str) -> Result<Note, Refusal> {
    let said = naming::bare(said);
    if let Some(note) = naming::by_number(scope, said, say::not_found).await? {
        return Ok(note);
    }
    if let Some(exact) = store::find_same(&mut scope.tx, said).await? {
        return Ok(exact);
    }
    let found = search(&mut scope.tx, said, 10).await?;
    let named: Vec<Note> = found
        .into_iter()
        .filter(|found| found.answers())
        .map(|found| found.note)
        .collect();
    let found = match named.as_slice() {
        [] => None,
        [one] => Note::find(&mut scope.tx, one.id).await?,
        several => return Err(say::ambiguous(said, several)),
    };
    found.ok_or_else(|| Refusal::Tell(say::not_found(said)))
}
