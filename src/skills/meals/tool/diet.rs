//! What a user does not eat.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    kitchen::judge,
    say,
    store::{self, Recipe},
};
use crate::{
    domain::Good,
    skills::{Done, Effect, Receipt, Refusal, Scope, Thing, Tool, meals::avoid::Avoid, thing},
};

use super::day::upcoming;

/// Changes what is not eaten.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetDiet {
    /// "peanuts".
    #[serde(default)]
    pub allergies: Vec<String>,
    /// "vegetarian", "pork".
    #[serde(default)]
    pub diet: Vec<String>,
    /// Eaten again; only if the user says so.
    #[serde(default)]
    pub drop: Vec<String>,
}

impl Tool for SetDiet {
    const NAME: &'static str = "set_diet";
    const ABOUT: &'static str = "Keeps the user's allergies and what they do not eat.";
    const EFFECT: Effect = Effect::WriteOwn;

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        store::lock(&mut scope.tx).await?;
        let mut done = Done::default();
        let mut same = Vec::new();
        for (said, allergy) in self
            .allergies
            .iter()
            .map(|said| (said, true))
            .chain(self.diet.iter().map(|said| (said, false)))
        {
            let avoid =
                Avoid::read(said, allergy).ok_or_else(|| Refusal::Tell(say::no_food(said)))?;
            match change(scope, &avoid.name, Some(avoid.allergy)).await? {
                Some(receipt) => done.receipts.push(receipt),
                None => same.push(say::avoided(&avoid)),
            }
        }
        for said in &self.drop {
            for name in kept_as(scope, said).await? {
                done.receipts.extend(change(scope, &name, None).await?);
            }
        }
        if done.receipts.is_empty() && same.is_empty() {
            return Err(Refusal::Tell(say::WHAT_AVOIDED.into()));
        }
        let adds = done.receipts.len() > self.drop.len()
            || !self.allergies.is_empty()
            || !self.diet.is_empty();
        if adds {
            same.extend(now_clashing(scope).await?);
        }
        done.says = (!same.is_empty()).then(|| same.join("\n"));
        Ok(done)
    }
}

/// The names that are kept for what was said: all of them for "everything".
async fn kept_as(scope: &mut Scope, said: &str) -> Result<Vec<String>, Refusal> {
    let there = store::avoided(&mut scope.tx).await?;
    let read = [false, true].map(|allergy| Avoid::read(said, allergy).map(|avoid| avoid.name));
    let key = Good::key(said);
    let is_it = |avoid: &&Avoid| {
        Good::key(&avoid.name) == key || read.iter().flatten().any(|name| *name == avoid.name)
    };
    let found: Vec<String> = there
        .iter()
        .filter(is_it)
        .map(|avoid| avoid.name.clone())
        .collect();
    if found.is_empty() {
        let named: String = said.chars().take(30).collect();
        return Err(Refusal::Tell(format!(
            "You did not avoid \"{named}\". {}",
            say::diet(&there)
        )));
    }
    Ok(found)
}

/// Dinners on the plan that clash from now on, in words.
async fn now_clashing(scope: &mut Scope) -> Result<Option<String>, Refusal> {
    let avoids = store::avoided(&mut scope.tx).await?;
    let mut clashing = Vec::new();
    for meal in upcoming(scope).await? {
        let recipe = Recipe::find(&mut scope.tx, meal.recipe_id).await?;
        if recipe.is_some_and(|recipe| judge(&avoids, &recipe).is_clash()) {
            clashing.push(meal);
        }
    }
    Ok((!clashing.is_empty()).then(|| say::now_clashing(&clashing, scope.today())))
}

/// How a change is taken back; refused when it was changed again since.
#[derive(Serialize, Deserialize)]
struct Inverse {
    op: String,
    name: String,
    /// Whether it was an allergy; none: it was eaten.
    before: Option<bool>,
    after: Option<bool>,
}

async fn state(scope: &mut Scope, name: &str) -> Result<Option<bool>, Refusal> {
    let all = store::avoided(&mut scope.tx).await?;
    Ok(all
        .into_iter()
        .find(|avoid| avoid.name == name)
        .map(|avoid| avoid.allergy))
}

async fn write(scope: &mut Scope, name: &str, allergy: Option<bool>) -> Result<(), Refusal> {
    match allergy {
        Some(allergy) => {
            store::keep_out(
                &mut scope.tx,
                &Avoid {
                    name: name.to_owned(),
                    allergy,
                },
            )
            .await?
        }
        None => store::let_in(&mut scope.tx, name).await?,
    }
    Ok(())
}

fn line(name: &str, allergy: Option<bool>) -> String {
    let avoid = Avoid {
        name: name.to_owned(),
        allergy: allergy == Some(true),
    };
    match allergy {
        Some(_) => say::avoided(&avoid),
        None => say::let_in(name, avoid.is_diet()),
    }
}

/// Keeps a thing out (as an allergy or not) or lets it in again. No receipt: it is so already.
pub async fn change(
    scope: &mut Scope,
    name: &str,
    after: Option<bool>,
) -> Result<Option<Receipt>, Refusal> {
    let before = state(scope, name).await?;
    // an allergy is not made a mere dislike by saying it again
    if before == after || (before == Some(true) && after == Some(false)) {
        return Ok(None);
    }
    write(scope, name, after).await?;
    let inverse = Inverse {
        op: "diet".to_owned(),
        name: name.to_owned(),
        before,
        after,
    };
    Ok(Some(Receipt {
        label: "Diet".to_owned(),
        line: line(name, after),
        inverse: Some(json!(inverse)),
    }))
}

/// Puts one back to what it was.
pub async fn undo(scope: &mut Scope, inverse: &Value) -> Result<String, Refusal> {
    let inverse: Inverse = serde_json::from_value(inverse.clone())
        .map_err(|_| Refusal::Tell("That cannot be undone by this version.".into()))?;
    if state(scope, &inverse.name).await? != inverse.after {
        return Err(thing::changed_since("Diet"));
    }
    write(scope, &inverse.name, inverse.before).await?;
    Ok(format!("back to {}", line(&inverse.name, inverse.before)))
}

/// Shows what is not eaten.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShowDiet {}

impl Tool for ShowDiet {
    const NAME: &'static str = "show_diet";
    const ABOUT: &'static str = "Shows allergies and what is not eaten.";
    const EFFECT: Effect = Effect::Read;

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let all = store::avoided(&mut scope.tx).await?;
        Ok(Done::says(say::diet(&all)))
    }
}
