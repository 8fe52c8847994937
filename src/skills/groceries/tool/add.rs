//! Putting things on the list.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    super::{LETTER, list, say},
    store::{self, Grocery},
};
use crate::{
    domain::{Amounts, Good},
    skills::{Done, Effect, Receipt, Refusal, Scope, Tool, next_number, thing},
};

/// Adds things to buy.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddGroceries {
    /// One thing each, with its amount if said: "2 l milk", "eggs".
    pub items: Vec<String>,
    #[serde(default)]
    pub list: Option<String>,
}

impl Tool for AddGroceries {
    const NAME: &'static str = "add_groceries";
    const ABOUT: &'static str = "Adds things to buy to the shopping list, or to a named one.";
    const EFFECT: Effect = Effect::WriteOwn;

    /// Commits everything or nothing.
    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        if self.items.is_empty() {
            return Err(Refusal::Tell(say::WHAT.into()));
        }
        let list = list::named(self.list.as_deref())?.unwrap_or_default();
        store::lock(&mut scope.tx).await?;
        let mut done = Done::default();
        let mut said = Vec::new();
        for item in &self.items {
            let good = Good::parse(item).ok_or_else(|| Refusal::Tell(say::no_name(item)))?;
            match put(scope, &list, good.name, good.amount.into()).await? {
                (_, Some(receipt)) => done.receipts.push(receipt),
                (there, None) => said.push(say::already(&there)),
            }
        }
        done.says = (!said.is_empty()).then(|| said.join("\n"));
        Ok(done)
    }
}

/// Puts one thing on a list, or more of it where it stands already. No receipt: it was there, and no amount was said.
pub async fn put(
    scope: &mut Scope,
    list: &str,
    name: String,
    amount: Amounts,
) -> Result<(Grocery, Option<Receipt>), Refusal> {
    let Some(there) = store::find_open(&mut scope.tx, list, &Good::key(&name)).await? else {
        let number = next_number(&mut scope.tx, LETTER, 1).await?;
        let new = store::new(number, name, amount, list.to_owned(), scope.now);
        store::insert(&mut scope.tx, &new).await?;
        let receipt = thing::added(&new, say::grocery(&new));
        return Ok((new, Some(receipt)));
    };
    if amount.is_empty() {
        return Ok((there, None));
    }
    let mut after = there.clone();
    after.amount = there
        .amount
        .plus(&amount)
        .ok_or_else(|| Refusal::Tell(say::too_much(&there)))?;
    // "1 egg" and "2 eggs" are 3 eggs
    if name.chars().count() > there.name.chars().count() {
        after.name = name;
    }
    let (saved, receipt) = thing::save(scope, there, after, |g, _| say::merged(g)).await?;
    Ok((saved, Some(receipt)))
}
