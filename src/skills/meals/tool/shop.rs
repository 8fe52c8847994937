//! What is missing for planned dinners goes on the shopping list, once for each.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    day::{planned_on, upcoming},
    find,
    kitchen::{bought_lately, clashing},
    people, say,
    store::{self, Meal, Recipe},
};
use crate::{
    domain::{Amounts, Good},
    skills::{
        Done, Effect, Points, Receipt, Refusal, Scope, Thing, Tool, groceries,
        meals::{LETTER, avoid, days, read},
        thing,
    },
};

/// Puts on the shopping list what planned dinners need.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShopMeals {
    /// Which dinners: "next week"; else all to come.
    #[serde(default)]
    pub when: Option<String>,
    /// One recipe instead.
    #[serde(default)]
    pub recipe: Option<String>,
    #[serde(default)]
    pub people: Option<u32>,
}

impl Tool for ShopMeals {
    const NAME: &'static str = "shop_meals";
    const ABOUT: &'static str =
        "Adds what planned dinners (or one recipe) need and is missing to the shopping list.";
    const EFFECT: Effect = Effect::WriteOwn;
    const POINTS: Option<Points> = Some(Points::one(LETTER, "recipe", &[]));

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        // in this order everywhere
        groceries::store::lock(&mut scope.tx).await?;
        store::lock(&mut scope.tx).await?;
        let people = people(self.people)?;
        if let Some(said) = &self.recipe {
            let recipe = find::recipe(scope, said).await?;
            let mut basket = Basket::default();
            basket.put(&recipe, people.unwrap_or(recipe.serves))?;
            return basket.buy(scope, Vec::new()).await;
        }
        let all = match self
            .when
            .as_deref()
            .map(str::trim)
            .filter(|said| !said.is_empty())
        {
            None => upcoming(scope).await?,
            Some(said) => {
                let days = days::read(said, &scope.here())
                    .ok_or_else(|| Refusal::Tell(say::WHICH_DAYS.into()))?;
                planned_on(scope, &days).await?
            }
        };
        if all.is_empty() {
            return Err(Refusal::Tell(say::NOTHING_PLANNED.into()));
        }
        let open: Vec<Meal> = all
            .into_iter()
            .filter(|meal| meal.shopped_for == 0)
            .collect();
        if open.is_empty() {
            return Ok(Done::says(say::SHOPPED));
        }
        let (mut basket, mut dinners, mut clash) = (Basket::default(), Vec::new(), None);
        for meal in open {
            let Some(recipe) = Recipe::find(&mut scope.tx, meal.recipe_id).await? else {
                continue;
            };
            let verdict = clashing(&mut scope.tx, &recipe).await?;
            if verdict.is_clash() {
                clash = Some(say::now_clashing(
                    std::slice::from_ref(&meal),
                    scope.today(),
                ));
                continue;
            }
            basket.put(&recipe, meal.people)?;
            dinners.push(meal);
        }
        if dinners.is_empty() {
            return Err(Refusal::Tell(
                clash.unwrap_or_else(|| say::NOTHING_PLANNED.to_owned()),
            ));
        }
        let mut done = basket.buy(scope, dinners).await?;
        done.says = clash;
        Ok(done)
    }
}

/// What is needed, each thing once.
#[derive(Default)]
struct Basket(Vec<(String, Amounts)>);

impl Basket {
    /// What a dish for so many needs.
    fn put(&mut self, recipe: &Recipe, people: i32) -> Result<(), Refusal> {
        for one in say::scaled(recipe, people) {
            let name = read::bought(&one.name).to_owned();
            let key = Good::key(&name);
            match self.0.iter_mut().find(|(there, _)| Good::key(there) == key) {
                None => self.0.push((name, one.amount)),
                Some((there, amount)) => {
                    let sum = amount.plus(&one.amount);
                    *amount = sum.ok_or_else(|| {
                        Refusal::Tell(format!("That is more {there} than I can count."))
                    })?;
                }
            }
        }
        Ok(())
    }

    /// Puts on the list what is not at hand, and notes it with the dinners.
    async fn buy(self, scope: &mut Scope, dinners: Vec<Meal>) -> Result<Done, Refusal> {
        let lately = bought_lately(scope).await?;
        // a staple that is not due yet is there
        let mut staples = groceries::store::staples(&mut scope.tx).await?;
        staples.retain(|one| !one.is_listed && one.due_on(scope) > scope.today());
        let (mut receipts, mut added, mut at_hand) = (Vec::new(), Vec::new(), Vec::new());
        for (name, needed) in self.0 {
            let is_staple = staples.iter().any(|one| one.key == Good::key(&name));
            let missing = missing(&name, needed, &lately).filter(|_| !is_staple);
            let Some(missing) = missing else {
                at_hand.push(name);
                continue;
            };
            let (grocery, receipt) = groceries::tool::put(scope, "", name, missing.whole()).await?;
            added.push(groceries::say::grocery(&grocery));
            receipts.extend(receipt);
        }
        let count = dinners.len();
        receipts.extend(note(scope, dinners).await?);
        Ok(Done {
            summary: Some(say::shopping(&added, &at_hand, count)),
            receipts,
            ..Done::default()
        })
    }
}

/// The dinners whose groceries are on the list from now on.
async fn note(scope: &mut Scope, dinners: Vec<Meal>) -> Result<Vec<Receipt>, Refusal> {
    let mut receipts = Vec::new();
    for before in dinners {
        let mut after = before.clone();
        after.shopped_for = after.people;
        let (_, receipt) = thing::save(scope, before, after, say::shopped).await?;
        receipts.push(receipt);
    }
    Ok(receipts)
}

/// What is still missing of a thing; `None`: it is at hand, as far as is known.
fn missing(name: &str, needed: Amounts, lately: &[groceries::store::Grocery]) -> Option<Amounts> {
    if avoid::is_at_hand(name) {
        return None;
    }
    let key = Good::key(name);
    let mut left = needed.clone();
    for bought in lately.iter().filter(|bought| bought.key() == key) {
        if bought.amount.is_empty() || needed.is_empty() {
            return None;
        }
        match left.minus(&bought.amount) {
            Some(rest) if rest.is_empty() => return None,
            Some(rest) => left = rest,
            // counted otherwise: nothing is known
            None => {}
        }
    }
    Some(left)
}
