//! What was bought: all of a thing, or a part of it.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    super::{LETTER, find, say},
    store::{self, Grocery},
};
use crate::{
    domain::{Amounts, Quantity},
    skills::{Does, Done, Effect, Points, Receipt, Refusal, Scope, Tool, next_number, thing},
};

/// Marks things as bought.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GotGroceries {
    /// Names, "G12", or places in the list last shown; "1 l milk" of 2 l leaves 1 l.
    pub items: Vec<String>,
}

impl Tool for GotGroceries {
    const NAME: &'static str = "got_groceries";
    const ABOUT: &'static str = "Marks named things on the list as bought.";
    const EFFECT: Effect = Effect::WriteOwn;
    const POINTS: Option<Points> = Some(Points::list(
        crate::skills::groceries::LETTER,
        "items",
        &[(Does::Finish, "")],
    ));

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        if self.items.is_empty() {
            return Err(Refusal::Tell(say::WHICH.into()));
        }
        store::lock(&mut scope.tx).await?;
        // numbers are places in the list as it was shown: everything is found before anything changes
        let mut found: Vec<(Grocery, Option<Quantity>)> = Vec::new();
        for said in &self.items {
            let (grocery, part) = find::one(scope, said).await?;
            if !found.iter().any(|(there, _)| there.id == grocery.id) {
                found.push((grocery, part));
            }
        }
        let mut done = Done::default();
        let mut said = Vec::new();
        for (grocery, part) in found {
            if grocery.got_at.is_some() {
                said.push(say::was_got(&grocery));
                continue;
            }
            done.receipts.extend(take(scope, grocery, part).await?);
        }
        done.says = (!said.is_empty()).then(|| said.join("\n"));
        Ok(done)
    }
}

/// Marks as bought; a part becomes a row of its own, and the rest stays on the list.
async fn take(
    scope: &mut Scope,
    grocery: Grocery,
    part: Option<Quantity>,
) -> Result<Vec<Receipt>, Refusal> {
    let part: Amounts = part.into();
    let rest = if part.is_empty() || grocery.amount.is_empty() {
        Amounts::default()
    } else {
        let rest = grocery.amount.minus(&part);
        rest.ok_or_else(|| Refusal::Tell(say::other_units(&grocery, &part.to_string())))?
    };
    if rest.is_empty() {
        return Ok(vec![mark(scope, grocery).await?]);
    }
    let number = next_number(&mut scope.tx, LETTER, 1).await?;
    let mut bought = store::new(
        number,
        grocery.name.clone(),
        part,
        grocery.list.clone(),
        scope.now,
    );
    bought.got_at = Some(scope.now);
    store::insert(&mut scope.tx, &bought).await?;
    let mut after = grocery.clone();
    after.amount = rest;
    let (_, left) = thing::save(scope, grocery, after, |g, _| say::left(g)).await?;
    Ok(vec![thing::added(&bought, say::got(&bought)), left])
}

/// Marks all of it as bought.
pub(super) async fn mark(scope: &mut Scope, grocery: Grocery) -> Result<Receipt, Refusal> {
    let mut after = grocery.clone();
    after.got_at = Some(scope.now);
    let (_, receipt) = thing::save(scope, grocery, after, |g, _| say::got(g)).await?;
    Ok(receipt)
}
