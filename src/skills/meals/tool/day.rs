//! One evening: what there is, another dish, none.

use jiff::{ToSpan, civil::Date};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    find,
    kitchen::{Kitchen, Wish, clashing},
    people,
    plan::add,
    say,
    store::{self, Meal, Recipe},
};
use crate::skills::{
    Does, Done, Effect, Points, Receipt, Refusal, Scope, Thing, Tool,
    meals::{LETTER, PLAN_LETTER, days, plan},
    naming, thing,
};

/// Shows what is planned.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShowMeals {
    /// "tomorrow"; else the next two weeks.
    #[serde(default)]
    pub when: Option<String>,
}

impl Tool for ShowMeals {
    const NAME: &'static str = "show_meals";
    const ABOUT: &'static str = "Shows which dinners are planned.";
    const EFFECT: Effect = Effect::Read;

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let today = scope.today();
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
                let all = planned_on(scope, &days).await?;
                if all.is_empty() {
                    return Ok(Done {
                        says: Some(say::nothing_on(&days, today)),
                        shown: Some(vec![]),
                        ..Done::default()
                    });
                }
                all
            }
        };
        let says = match all.as_slice() {
            [] => say::NOTHING_PLANNED.to_owned(),
            [one] => {
                let recipe = Recipe::find(&mut scope.tx, one.recipe_id).await?;
                let things = recipe.map(|recipe| {
                    let things: Vec<String> = say::scaled(&recipe, one.people)
                        .iter()
                        .map(say::ingredient)
                        .collect();
                    format!(": {}", things.join(", "))
                });
                format!("{}{}", say::meal(one, today), things.unwrap_or_default())
            }
            several => say::meals(several, today),
        };
        Ok(Done {
            says: Some(says),
            shown: Some(all.iter().map(Meal::label).collect()),
            ..Done::default()
        })
    }
}

/// What is planned from today on.
pub(super) async fn upcoming(scope: &mut Scope) -> Result<Vec<Meal>, Refusal> {
    let today = scope.today();
    let last = today.checked_add(14.days()).unwrap_or(today);
    Ok(store::between(&mut scope.tx, today, last).await?)
}

/// What is planned on these evenings.
pub(super) async fn planned_on(scope: &mut Scope, days: &[Date]) -> Result<Vec<Meal>, Refusal> {
    let (Some(first), Some(last)) = (days.first(), days.last()) else {
        return Ok(Vec::new());
    };
    let mut all = store::between(&mut scope.tx, *first, *last).await?;
    all.retain(|meal| days.contains(&meal.day));
    Ok(all)
}

/// Puts a dish on an evening.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetMeal {
    /// "tuesday", "P2".
    pub day: String,
    /// None: another one that fits.
    #[serde(default)]
    pub recipe: Option<String>,
    #[serde(default)]
    pub people: Option<u32>,
}

impl Tool for SetMeal {
    const NAME: &'static str = "set_meal";
    const ABOUT: &'static str = "Puts a recipe on a day, or swaps what is planned there.";
    const EFFECT: Effect = Effect::WriteOwn;
    const POINTS: Option<Points> = Some(Points::one(LETTER, "recipe", &[]));

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        store::lock(&mut scope.tx).await?;
        let people = people(self.people)?;
        let day = evening(scope, &self.day).await?;
        let recipe = match self
            .recipe
            .as_deref()
            .map(str::trim)
            .filter(|said| !said.is_empty())
        {
            Some(said) => Some(find::recipe(scope, said).await?),
            // only the number of people changes
            None if people.is_some() => match store::find_on(&mut scope.tx, day).await? {
                Some(there) => Recipe::find(&mut scope.tx, there.recipe_id).await?,
                None => None,
            },
            None => None,
        };
        let recipe = match recipe {
            Some(recipe) => recipe,
            None => another(scope, day).await?,
        };
        let (_, receipt) = put_on(scope, day, recipe, people).await?;
        Ok(match receipt {
            Some(receipt) => Done::wrote(vec![receipt]),
            None => Done::says("It is planned so already."),
        })
    }
}

/// The evening that is meant: "tuesday", "P2", a place in the list.
async fn evening(scope: &mut Scope, said: &str) -> Result<Date, Refusal> {
    let said = naming::bare(said);
    if let Some(day) = days::one(said, &scope.here()) {
        return Ok(day);
    }
    if naming::is_number(said, PLAN_LETTER) {
        return Ok(find::meal(scope, said).await?.day);
    }
    Err(Refusal::Tell(say::WHICH_DAYS.into()))
}

/// Another dish for the evening than what is planned there.
async fn another(scope: &mut Scope, day: Date) -> Result<Recipe, Refusal> {
    let there = store::find_on(&mut scope.tx, day).await?;
    let wish = Wish {
        people: there.as_ref().map(|meal| meal.people),
        ..Wish::default()
    };
    let mut kitchen = Kitchen::open(scope, &wish, day).await?;
    if kitchen.recipes.is_empty() {
        return Err(Refusal::Tell(say::NO_RECIPES.into()));
    }
    kitchen.candidates.retain(|candidate| {
        there
            .as_ref()
            .is_none_or(|meal| meal.recipe_id != candidate.id)
    });
    let near = day.checked_sub(plan::APART.days()).unwrap_or(day);
    let mut eaten = store::eaten(&mut scope.tx, near).await?;
    eaten.retain(|(other, _)| *other != day);
    let chosen = plan::choose(&[day], &eaten, &kitchen.candidates, None);
    let found = chosen
        .into_iter()
        .flatten()
        .next()
        .and_then(|id| kitchen.recipe(id))
        .cloned();
    let today = scope.today();
    found.ok_or_else(|| {
        Refusal::Tell(say::open(
            &[day],
            &kitchen.left,
            kitchen.candidates.len(),
            false,
            today,
        ))
    })
}

/// Puts a dish on an evening, in place of what is there. What clashes with what the user avoids is refused. No receipt: it is so
/// already.
pub async fn put_on(
    scope: &mut Scope,
    day: Date,
    recipe: Recipe,
    people: Option<i32>,
) -> Result<(Meal, Option<Receipt>), Refusal> {
    let verdict = clashing(&mut scope.tx, &recipe).await?;
    if verdict.is_clash() {
        return Err(Refusal::Tell(say::refuses(&recipe, &verdict)));
    }
    let Some(before) = store::find_on(&mut scope.tx, day).await? else {
        let kitchen = Kitchen::open(scope, &Wish::default(), day).await?;
        let (meal, receipt) = add(scope, &kitchen, &recipe, day, people).await?;
        return Ok((meal, Some(receipt)));
    };
    let mut after = before.clone();
    after.people = people.unwrap_or(before.people);
    if before.recipe_id != recipe.id {
        (after.recipe_id, after.name) = (recipe.id, recipe.name.clone());
        after.shopped_for = 0;
    }
    if after == before {
        return Ok((before, None));
    }
    let line = |meal: &Meal, today: Date| say::planned(meal, &verdict, recipe.proposed, today);
    let (saved, receipt) = thing::save(scope, before, after, line).await?;
    Ok((saved, Some(receipt)))
}

/// Takes dinners off the plan.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveMeals {
    /// "tuesday", "P2".
    pub days: Vec<String>,
}

impl Tool for RemoveMeals {
    const NAME: &'static str = "remove_meals";
    const ABOUT: &'static str = "Takes dinners off the plan.";
    const EFFECT: Effect = Effect::WriteOwn;
    const POINTS: Option<Points> = Some(Points::list(PLAN_LETTER, "days", &[(Does::Delete, "")]));

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        store::lock(&mut scope.tx).await?;
        let today = scope.today();
        let here = scope.here();
        let mut all: Vec<Meal> = Vec::new();
        for said in &self.days {
            let several = days::one(said, &here)
                .is_none()
                .then(|| days::read(said, &here))
                .flatten();
            let found = match several.filter(|_| !said.trim().is_empty()) {
                Some(days) => {
                    let found = planned_on(scope, &days).await?;
                    if found.is_empty() {
                        return Err(Refusal::Tell(say::nothing_on(&days, today)));
                    }
                    found
                }
                None => vec![find::meal(scope, said).await?],
            };
            for meal in found {
                if !all.iter().any(|there| there.id == meal.id) {
                    all.push(meal);
                }
            }
        }
        if all.is_empty() {
            return Err(Refusal::Tell(say::WHICH_DAYS.into()));
        }
        let mut done = Done::default();
        for meal in all {
            let line = say::removed(&meal, today);
            done.receipts.push(thing::delete(scope, meal, line).await?);
        }
        Ok(done)
    }
}
