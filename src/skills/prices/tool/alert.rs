//! Being told when something is offered for less.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{super::LETTER, read_price, say};
use crate::{
    domain::{Good, Money, Per, Quantity, UnitPrice},
    skills::{
        Done, Effect, Receipt, Refusal, Scope, Tool, next_number,
        prices::{
            deals, known,
            store::{self, Alert},
        },
        thing,
    },
};

/// Asks to be told.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AlertPrice {
    pub item: String,
    /// "8", "8/kg"
    pub below: String,
}

/// Alerts of one user at most.
const MOST: usize = 50;

impl Tool for AlertPrice {
    const NAME: &'static str = "alert_price";
    const ABOUT: &'static str = "Tells the user once a shop offers something below a price.";
    const EFFECT: Effect = Effect::WriteOwn;

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let (below, per) = read_price(scope, &self.below)?;
        let good =
            Good::parse(&self.item).ok_or_else(|| Refusal::Tell(say::no_name(&self.item)))?;
        match watch(scope, good.name, below, per).await? {
            (_, Some(receipt)) => Ok(Done::wrote(vec![receipt])),
            (there, None) => Ok(Done::says(say::alert_already(&there, &scope.habits.locale))),
        }
    }
}

/// Writes an alert. `per`: what the price is for; when it is not said, whatever the user notes this thing by ("8" is 8 a kilo to
/// who knows coffee by the kilo), else the pack. No receipt: it is there already.
pub async fn watch(
    scope: &mut Scope,
    name: String,
    below: Money,
    per: Option<Quantity>,
) -> Result<(Alert, Option<Receipt>), Refusal> {
    let key = Good::key(&name);
    let (below, per) = match per {
        Some(amount) => {
            let limit = UnitPrice::of(below, Some(amount))
                .ok_or_else(|| Refusal::Tell(say::no_price(&below.to_string())))?;
            (limit.money(), Some(limit.per))
        }
        None => (below, usual_unit(scope, &key, below).await?),
    };
    let all = store::alerts(&mut scope.tx).await?;
    let new = Alert::new(0, name, below, per, scope.now);
    if let Some(there) = all
        .iter()
        .find(|one| one.key() == key && one.below == new.below && one.per == new.per)
    {
        return Ok((there.clone(), None));
    }
    if all.len() >= MOST {
        return Err(Refusal::Tell(say::TOO_MANY.into()));
    }
    let number = next_number(&mut scope.tx, LETTER, 1).await?;
    let new = Alert { number, ..new };
    store::insert_alert(&mut scope.tx, &new).await?;
    let line = say::alert(&new, &scope.habits.locale);
    let receipt = thing::added(&new, line);
    Ok((new, Some(receipt)))
}

/// The unit by which the user knows this thing, if that is by weight or volume.
async fn usual_unit(scope: &mut Scope, key: &str, price: Money) -> Result<Option<Per>, Refusal> {
    let key = key.to_owned();
    let noted = known::prices(scope, std::slice::from_ref(&key), 100).await?;
    let usual = deals::usual_prices(&noted, &key);
    let by_measure = usual
        .into_iter()
        .find(|one| one.per.is_measure() && one.currency == price.currency);
    Ok(by_measure.map(|one| one.per))
}
