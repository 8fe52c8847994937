//! Changing one thing: how much, what it is called, where it is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    super::{find, list, say},
    store::{self, Aisles, Grocery},
};
use crate::{
    domain::{Aisle, Amounts, LONGEST_NAME},
    skills::{Does, Done, Effect, Points, Receipt, Refusal, Scope, Thing, Tool, thing},
};

/// Changes a thing on the list: only what is given.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EditGrocery {
    /// Its name, "G12", or its place in the list last shown.
    pub item: String,
    /// The new amount ("3 l"); "none" takes it away.
    #[serde(default)]
    pub amount: Option<String>,
    #[serde(default)]
    pub name: Option<String>,
    /// produce, bakery, dairy, meat, frozen, pantry, drinks, household, other.
    #[serde(default)]
    pub aisle: Option<String>,
    /// The list to move it to; "usual" is the shopping list.
    #[serde(default)]
    pub list: Option<String>,
}

impl Tool for EditGrocery {
    const NAME: &'static str = "edit_grocery";
    const ABOUT: &'static str = "Changes one thing on a list, or moves it.";
    const EFFECT: Effect = Effect::WriteOwn;
    const POINTS: Option<Points> = Some(Points::one(
        crate::skills::groceries::LETTER,
        "item",
        &[(Does::Rename, "name"), (Does::Amount, "amount")],
    ));

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let amount: Option<Amounts> = match self.amount.as_deref().map(str::trim) {
            None => None,
            Some("none") => Some(Amounts::default()),
            Some(said) => {
                let amount: Amounts = said
                    .parse()
                    .map_err(|_| Refusal::Tell(say::no_amount(said)))?;
                Some(amount).filter(|amount| !amount.is_empty())
            }
        };
        let name = self.name.map(|name| name.trim().to_owned());
        if let Some(name) = name
            .as_deref()
            .filter(|n| n.is_empty() || n.chars().count() > LONGEST_NAME)
        {
            return Err(Refusal::Tell(say::no_name(name)));
        }
        let aisle: Option<Aisle> = match self.aisle.as_deref() {
            None => None,
            Some(said) => Some(
                said.parse()
                    .map_err(|_| Refusal::Tell(say::no_aisle(said)))?,
            ),
        };
        let list = list::named(self.list.as_deref())?;
        if amount.is_none() && name.is_none() && aisle.is_none() && list.is_none() {
            return Err(Refusal::Tell(
                "What should change: the amount, the name, the aisle or the list?".into(),
            ));
        }
        store::lock(&mut scope.tx).await?;
        let (before, _) = find::one(scope, &self.item).await?;
        let mut after = before.clone();
        after.name = name.unwrap_or(after.name);
        after.amount = amount.unwrap_or(after.amount);
        after.list = list.unwrap_or(after.list);
        let mut done = Done::default();
        let mut there = before.clone();
        if after != before {
            let (saved, receipt) = thing::save(scope, before, after, say::changed).await?;
            done.receipts.push(receipt);
            there = saved;
        }
        if let Some(aisle) = aisle {
            done.receipts
                .extend(set_aisle(scope, &there, Some(aisle)).await?);
        }
        if done.receipts.is_empty() {
            done.says = Some(say::already(&there));
        }
        Ok(done)
    }
}

/// How to take an own aisle back; refused when it was set again since.
#[derive(Serialize, Deserialize)]
struct AisleInverse {
    op: String,
    key: String,
    label: String,
    name: String,
    before: Option<Aisle>,
    after: Option<Aisle>,
}

/// Remembers where this user finds the thing. No receipt: it is so already.
pub async fn set_aisle(
    scope: &mut Scope,
    grocery: &Grocery,
    aisle: Option<Aisle>,
) -> Result<Option<Receipt>, Refusal> {
    let key = grocery.key();
    let before = Aisles::of(&mut scope.tx).await?.own(&key);
    if before == aisle {
        return Ok(None);
    }
    store::set_aisle(&mut scope.tx, &key, aisle).await?;
    let now = aisle.unwrap_or_else(|| Aisle::of(&key));
    let inverse = AisleInverse {
        op: "aisle".to_owned(),
        key,
        label: grocery.label(),
        name: grocery.name.clone(),
        before,
        after: aisle,
    };
    Ok(Some(Receipt {
        label: grocery.label(),
        line: say::is_in(grocery, now),
        inverse: serde_json::to_value(inverse).ok(),
    }))
}

/// Puts an own aisle back to what it was.
pub async fn undo_aisle(scope: &mut Scope, inverse: &Value) -> Result<String, Refusal> {
    let inverse: AisleInverse = serde_json::from_value(inverse.clone())
        .map_err(|_| Refusal::Tell("That cannot be undone by this version.".into()))?;
    if Aisles::of(&mut scope.tx).await?.own(&inverse.key) != inverse.after {
        return Err(thing::changed_since(&inverse.label));
    }
    store::set_aisle(&mut scope.tx, &inverse.key, inverse.before).await?;
    let aisle = inverse.before.unwrap_or_else(|| Aisle::of(&inverse.key));
    Ok(format!(
        "{} {} is under {} again",
        inverse.label,
        inverse.name,
        aisle.name()
    ))
}
