//! From what the user calls a task to the row: `T12`, a place in the list last shown, or words of its title.

use super::{
    say,
    store::{self, Task, Which},
};
use crate::skills::{Refusal, Scope, naming};

/// The task that `said` names. Asks back when it names several.
pub async fn one(scope: &mut Scope, said: &str, which: Which) -> Result<Task, Refusal> {
    let said = naming::bare(said);
    if let Some(task) = naming::by_number(scope, said, say::not_found).await? {
        return Ok(task);
    }
    let all = store::list(&mut scope.tx, which, 1000).await?;
    match naming::by_words(&all, said, |task| &task.title).as_slice() {
        [] => Err(Refusal::Tell(say::not_found(said))),
        [task] => {
            let locked = store::find_by_id(&mut scope.tx, task.id).await?;
            locked.ok_or_else(|| Refusal::Tell(say::not_found(said)))
        }
        several => Err(say::ambiguous(said, several)),
    }
}
