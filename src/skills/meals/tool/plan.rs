//! Dinners for several evenings at once.

use jiff::{ToSpan, civil::Date};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    amount,
    kitchen::{self, Kitchen, Wish},
    people, say,
    store::{self, Meal, Recipe},
};
use crate::skills::{
    Done, Effect, Receipt, Refusal, Scope, Thing, Tool,
    meals::{PLAN_LETTER, avoid::Avoid, days, plan},
    next_number, thing,
};

/// Plans dinners.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanMeals {
    /// "next week".
    #[serde(default)]
    pub when: Option<String>,
    #[serde(default)]
    pub people: Option<u32>,
    /// At most, for each.
    #[serde(default)]
    pub minutes: Option<u32>,
    /// At most, for all.
    #[serde(default)]
    pub budget: Option<String>,
    /// Things to use up; "what I have": bought this week.
    #[serde(default)]
    pub use_up: Vec<String>,
    /// For this plan: "vegetarian".
    #[serde(default)]
    pub diet: Vec<String>,
}

impl Tool for PlanMeals {
    const NAME: &'static str = "plan_meals";
    const ABOUT: &'static str =
        "Plans dinners from the saved recipes. Allergies are kept to by themselves.";
    const EFFECT: Effect = Effect::WriteOwn;

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let said = self.when.clone().unwrap_or_default();
        let days = days::read(&said, &scope.here())
            .ok_or_else(|| Refusal::Tell(say::WHICH_DAYS.into()))?;
        let wish = self.wish(scope).await?;
        planned(scope, &days, &wish).await.map(|(done, _)| done)
    }
}

impl PlanMeals {
    pub async fn wish(self, scope: &mut Scope) -> Result<Wish, Refusal> {
        let minutes = self
            .minutes
            .map(|minutes| i32::try_from(minutes).unwrap_or(i32::MAX));
        let read = |said: &String| {
            Avoid::read(said, false).ok_or_else(|| Refusal::Tell(say::no_food(said)))
        };
        let mut use_up = Vec::new();
        for said in &self.use_up {
            if is_everything(said) {
                let bought = kitchen::bought_lately(scope).await?;
                use_up.extend(bought.into_iter().map(|grocery| grocery.name));
            } else {
                use_up.push(said.clone());
            }
        }
        Ok(Wish {
            people: people(self.people)?,
            minutes,
            budget: self
                .budget
                .as_deref()
                .map(|said| amount(scope, said))
                .transpose()?,
            use_up,
            avoids: self.diet.iter().map(read).collect::<Result<_, _>>()?,
        })
    }
}

/// "what I have", "what's in the fridge".
fn is_everything(said: &str) -> bool {
    let said = said.trim().to_lowercase();
    let said = said.strip_prefix("up ").unwrap_or(&said);
    [
        "what i have",
        "what we have",
        "what's there",
        "whats there",
        "leftovers",
        "what i've got",
        "what i bought",
        "what's in the fridge",
        "whats in the fridge",
        "what is in the fridge",
        "what i have at home",
    ]
    .contains(&said)
}

/// Fills the evenings that are open, and says why one stays so.
pub async fn planned(
    scope: &mut Scope,
    days: &[Date],
    wish: &Wish,
) -> Result<(Done, Vec<Meal>), Refusal> {
    store::lock(&mut scope.tx).await?;
    let today = scope.today();
    let (Some(first), Some(last)) = (days.first().copied(), days.last().copied()) else {
        return Err(Refusal::Tell(say::WHICH_DAYS.into()));
    };
    let kept: Vec<Meal> = store::between(&mut scope.tx, first, last)
        .await?
        .into_iter()
        .filter(|meal| days.contains(&meal.day))
        .collect();
    let free: Vec<Date> = days
        .iter()
        .copied()
        .filter(|day| kept.iter().all(|meal| meal.day != *day))
        .collect();
    let kitchen = Kitchen::open(scope, wish, first).await?;
    if kitchen.recipes.is_empty() {
        return Err(Refusal::Tell(say::NO_RECIPES.into()));
    }
    let near = first.checked_sub(plan::APART.days()).unwrap_or(first);
    let eaten = store::eaten(&mut scope.tx, near).await?;
    let chosen = plan::choose(
        &free,
        &eaten,
        &kitchen.candidates,
        wish.budget.map(|budget| budget.minor),
    );
    let (mut done, mut made, mut open) = (Done::default(), Vec::new(), Vec::new());
    for (day, id) in free.iter().zip(chosen) {
        match id.and_then(|id| kitchen.recipe(id)) {
            None => open.push(*day),
            Some(recipe) => {
                let (meal, receipt) = add(scope, &kitchen, recipe, *day, wish.people).await?;
                done.receipts.push(receipt);
                made.push(meal);
            }
        }
    }
    let mut says = Vec::new();
    if !kept.is_empty() {
        says.push(say::kept(&kept, today));
    }
    if !open.is_empty() {
        let out_of_money = wish.budget.is_some() && kitchen.candidates.len() > made.len();
        says.push(say::open(
            &open,
            &kitchen.left,
            kitchen.candidates.len(),
            out_of_money,
            today,
        ));
    }
    if done.receipts.is_empty() && kept.is_empty() {
        return Err(Refusal::Tell(says.join("\n")));
    }
    done.says = (!says.is_empty()).then(|| says.join("\n"));
    done.shown = Some(kept.iter().chain(&made).map(Meal::label).collect());
    Ok((done, made))
}

/// Puts a dish that was let through on a free evening.
pub(super) async fn add(
    scope: &mut Scope,
    kitchen: &Kitchen,
    recipe: &Recipe,
    day: Date,
    people: Option<i32>,
) -> Result<(Meal, Receipt), Refusal> {
    let number = next_number(&mut scope.tx, PLAN_LETTER, 1).await?;
    let meal = store::new_meal(
        number,
        day,
        recipe,
        people.unwrap_or(recipe.serves),
        scope.now,
    );
    store::insert(&mut scope.tx, &meal, scope.now).await?;
    let line = say::planned(
        &meal,
        &kitchen.verdict(recipe),
        recipe.proposed,
        scope.today(),
    );
    let receipt = thing::added(&meal, line);
    Ok((meal, receipt))
}
