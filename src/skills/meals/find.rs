//! From what the user calls a recipe or an evening to the row: `M3`, `P2`, a place in the list last shown, words, a day.

use super::{
    days, say,
    store::{self, Meal, Recipe},
};
use crate::{
    domain::Good,
    skills::{Refusal, Scope, Thing, naming},
};

/// The recipe that `said` names. Asks back when it names several.
pub async fn recipe(scope: &mut Scope, said: &str) -> Result<Recipe, Refusal> {
    let said = naming::bare(said);
    if let Some(recipe) = naming::by_number(scope, said, say::not_found).await? {
        return Ok(recipe);
    }
    if let Some(exact) = store::find_named(&mut scope.tx, &Good::key(said)).await? {
        return Ok(exact);
    }
    let all = store::list_recipes(&mut scope.tx).await?;
    let found = match naming::by_words(&all, said, |recipe| &recipe.name).as_slice() {
        [] => None,
        [one] => Recipe::find(&mut scope.tx, one.id).await?,
        several => return Err(say::ambiguous(said, several)),
    };
    found.ok_or_else(|| Refusal::Tell(say::not_found(said)))
}

/// The planned meal that `said` names: its number, its place in the list, its day or its dish.
pub async fn meal(scope: &mut Scope, said: &str) -> Result<Meal, Refusal> {
    let said = naming::bare(said);
    if let Some(meal) = naming::by_number(scope, said, say::no_meal).await? {
        return Ok(meal);
    }
    let here = scope.here();
    let missing = || Refusal::Tell(say::no_meal(said));
    if let Some(day) = days::one(said, &here) {
        let found = store::find_on(&mut scope.tx, day).await?;
        return found.ok_or_else(|| Refusal::Tell(say::nothing_on(&[day], scope.today())));
    }
    let today = scope.today();
    let last = today.checked_add(jiff::ToSpan::days(60)).unwrap_or(today);
    let all = store::between(&mut scope.tx, today, last).await?;
    match naming::by_words(&all, said, |meal| &meal.name).as_slice() {
        [] => Err(missing()),
        [one] => Meal::find(&mut scope.tx, one.id).await?.ok_or_else(missing),
        several => Err(say::which_meal(said, several, today)),
    }
}
