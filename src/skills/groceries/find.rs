//! From what the user calls a grocery to the row: `G12`, a place in the list last shown, or words of its name.

use super::{
    say,
    store::{self, Grocery},
};
use crate::{
    domain::{Good, Quantity},
    skills::{Refusal, Scope, Thing, naming},
};

/// The grocery that `said` names, and the part of it that was said ("1 l of milk"). Asks back when it names several.
pub async fn one(scope: &mut Scope, said: &str) -> Result<(Grocery, Option<Quantity>), Refusal> {
    let said = naming::bare(said);
    if let Some(grocery) = naming::by_number(scope, said, say::not_found).await? {
        return Ok((grocery, None));
    }
    let Some(good) = Good::parse(said) else {
        return Err(Refusal::Tell(say::not_found(said)));
    };
    match store::find_all_open(&mut scope.tx, &Good::key(&good.name))
        .await?
        .as_slice()
    {
        [] => {}
        [one] => return Ok((one.clone(), good.amount)),
        several => return Err(say::ambiguous(said, &several.iter().collect::<Vec<_>>())),
    }
    let all = store::open(&mut scope.tx, None).await?;
    let found = match naming::by_words(&all, &good.name, |g| &g.name).as_slice() {
        [] => None,
        [one] => Grocery::find(&mut scope.tx, one.id).await?,
        several => return Err(say::ambiguous(said, several)),
    };
    let found = found.map(|grocery| (grocery, good.amount));
    found.ok_or_else(|| Refusal::Tell(say::not_found(said)))
}
