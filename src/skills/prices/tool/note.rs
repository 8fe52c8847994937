//! Noting what something cost.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{super::LETTER, read_price, say};
use crate::{
    domain::{Good, Money, Quantity},
    skills::{
        Done, Effect, Receipt, Refusal, Scope, Tool, next_number,
        prices::store::{self, Noted},
        thing,
    },
    text,
};

/// Notes a price.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotePrice {
    /// With its amount if said: "500 g coffee".
    pub item: String,
    /// "3.49", "8/kg"
    pub price: String,
    #[serde(default)]
    pub store: Option<String>,
}

/// Characters of a store's name.
const STORE: usize = 60;

impl Tool for NotePrice {
    const NAME: &'static str = "note_price";
    const ABOUT: &'static str = "Remembers what something costs in a shop. No expense.";
    const EFFECT: Effect = Effect::WriteOwn;

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let (price, per) = read_price(scope, &self.price)?;
        let good =
            Good::parse(&self.item).ok_or_else(|| Refusal::Tell(say::no_name(&self.item)))?;
        let amount = per.or(good.amount);
        let store = self.store.as_deref();
        let (_, receipt) = note(scope, good.name, amount, price, store).await?;
        Ok(Done::wrote(vec![receipt]))
    }
}

/// Writes a price into the book: for `amount` of it, or for one piece.
pub async fn note(
    scope: &mut Scope,
    name: String,
    amount: Option<Quantity>,
    price: Money,
    store: Option<&str>,
) -> Result<(Noted, Receipt), Refusal> {
    let number = next_number(&mut scope.tx, LETTER, 1).await?;
    let mut new = Noted::new(number, name, price, scope.now);
    new.amount = amount.map_or_else(String::new, |amount| amount.to_string());
    new.store = text::clean(store.unwrap_or_default())
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .take(STORE)
        .collect();
    store::insert(&mut scope.tx, &new).await?;
    let line = say::noted(&new, &scope.habits.locale);
    let receipt = thing::added(&new, line);
    Ok((new, receipt))
}
