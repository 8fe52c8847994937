//! What a model, the offline phrases and REST can ask of meals.

mod day;
mod diet;
mod plan;
mod recipe;
mod shop;

pub use day::{RemoveMeals, SetMeal, ShowMeals, put_on};
pub use diet::{SetDiet, ShowDiet, change as change_diet, undo as undo_diet};
pub use plan::{PlanMeals, planned};
pub use recipe::{DeleteRecipes, SaveRecipe, ShowRecipes, delete_all, ingredients_of};
pub use shop::ShopMeals;

use super::{find, kitchen, say, store};
use crate::{
    domain::{Currency, Money, money},
    skills::{Refusal, Scope},
};

/// What an amount without a currency is in.
pub fn currency(scope: &Scope) -> Currency {
    money::currency(&scope.habits.currency).unwrap_or(Currency::USD)
}

/// An amount as it was said.
fn amount(scope: &Scope, said: &str) -> Result<Money, Refusal> {
    Money::parse(said, currency(scope)).ok_or_else(|| Refusal::Tell(say::no_amount(said)))
}

/// How many eat, 1 to 100.
fn people(said: Option<u32>) -> Result<Option<i32>, Refusal> {
    let checked = |count: u32| {
        i32::try_from(count)
            .ok()
            .filter(|count| (1..=100).contains(count))
    };
    said.map(|count| {
        checked(count).ok_or_else(|| Refusal::Tell("For how many: 1 to 100, please.".into()))
    })
    .transpose()
}
