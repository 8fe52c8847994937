//! From what the user calls an expense to the row: `X12`, a place in the list last shown, "last", or words of it.

use jiff::SignedDuration;

use super::{
    recurring::{self, Recurring},
    say,
    store::{self, Expense, Sought},
};
use crate::skills::{Refusal, Scope, Thing, naming};

/// "That one" is the last that was recorded, as long as nobody forgot it.
const LAST_WITHIN: SignedDuration = SignedDuration::from_hours(24);

/// The expense that `said` names. Asks back when it names several.
pub async fn one(scope: &mut Scope, said: &str) -> Result<Expense, Refusal> {
    let said = naming::bare(said);
    let lower = said.to_lowercase();
    if [
        "latest",
        "last",
        "that",
        "it",
        "this",
        "the last one",
        "that one",
        "the last",
        "last one",
    ]
    .contains(&&*lower)
    {
        return last(scope).await;
    }
    if let Some(found) = naming::by_number(scope, said, say::not_found).await? {
        return Ok(found);
    }
    let recent = store::list(&mut scope.tx, &Sought::default(), 500).await?;
    let names: Vec<(String, Expense)> = recent
        .into_iter()
        .map(|expense| (say::what(&expense), expense))
        .collect();
    let found = naming::by_words(&names, said, |(name, _)| name);
    match found.as_slice() {
        [] => Err(Refusal::Tell(say::not_found(said))),
        [(_, one)] => Expense::find(&mut scope.tx, one.id)
            .await?
            .ok_or_else(|| Refusal::Tell(say::not_found(said))),
        several => Err(say::ambiguous(
            said,
            several.iter().map(|(_, expense)| expense),
            scope.today(),
        )),
    }
}

async fn last(scope: &mut Scope) -> Result<Expense, Refusal> {
    let found = store::last(&mut scope.tx).await?;
    found
        .filter(|last| scope.now.duration_since(last.created_at) < LAST_WITHIN)
        .ok_or_else(|| Refusal::Tell(say::WHICH.into()))
}

/// The recurring expense that `said` names.
pub async fn recurring(scope: &mut Scope, said: &str) -> Result<Recurring, Refusal> {
    let said = naming::bare(said);
    if let Some(found) = naming::by_number(scope, said, say::no_recurring).await? {
        return Ok(found);
    }
    let all = recurring::list(&mut scope.tx).await?;
    let names: Vec<(String, Recurring)> = all
        .into_iter()
        .map(|one| (say::named(&one.merchant, &one.note, &one.category), one))
        .collect();
    let found = naming::by_words(&names, said, |(name, _)| name);
    match found.as_slice() {
        [] => Err(Refusal::Tell(say::no_recurring(said))),
        [(_, one)] => Recurring::find(&mut scope.tx, one.id)
            .await?
            .ok_or_else(|| Refusal::Tell(say::no_recurring(said))),
        several => {
            let today = scope.today();
            let named = several
                .iter()
                .map(|(name, one)| (one.label(), say::recurring(one, today), name.clone()));
            Err(crate::skills::points::which(said, named))
        }
    }
}
