//! Meals: recipes, what is cooked on which evening, and what a user does not eat.
//! May import: domain, when, the Skill trait, groceries (what is missing goes on their list), this folder.
//!
//! The rules: what clashes with an allergy or a diet is never planned nor put on a day, whoever asks; what may clash is
//! flagged. A plan is made of the user's own recipes first, then of those that a model proposed; no dish comes twice within a
//! week, and an evening without a dish says why. Groceries of a dinner are put on the list once.

pub mod avoid;
mod days;
mod find;
mod hear;
mod kitchen;
pub mod plan;
pub mod read;
pub mod say;
pub mod store;
pub mod tool;

use async_trait::async_trait;
use serde_json::{Value, json};

use super::{Known, Refusal, Scope, Skill, ToolEntry, groceries, thing};
use crate::model::offline::Hearing;

pub use kitchen::Kitchen;

/// The letter of recipes: `M3`.
pub const LETTER: &str = "M";
/// The letter of planned meals: `P2`.
pub const PLAN_LETTER: &str = "P";

pub struct Meals;

#[async_trait]
impl Skill for Meals {
    fn name(&self) -> &'static str {
        "meals"
    }

    fn help(&self) -> &'static str {
        "Meals: \"save recipe: chili: 500g beef, beans; serves 4\", \"plan dinners for next week\""
    }

    fn about(&self) -> &'static [&'static str] {
        &[
            "meal",
            "dinner",
            "supper",
            "recipe",
            "cook",
            "cookbook",
            "eat",
            "dish",
            "menu",
            "ingredient",
            "serves",
            "servings",
            "allergic",
            "allergy",
            "diet",
            "vegetarian",
            "vegan",
            "pescatarian",
            "halal",
            "gluten",
            "lactose",
            "celiac",
            "leftovers",
            "use up",
            "meal plan",
            "lunch",
            "plan",
            "swap",
            "leftover",
            "missing",
        ]
    }

    fn tools(&self) -> Vec<ToolEntry> {
        vec![
            ToolEntry::of::<tool::SaveRecipe>(),
            ToolEntry::of::<tool::ShowRecipes>(),
            ToolEntry::of::<tool::DeleteRecipes>(),
            ToolEntry::of::<tool::PlanMeals>(),
            ToolEntry::of::<tool::ShowMeals>(),
            ToolEntry::of::<tool::SetMeal>(),
            ToolEntry::of::<tool::RemoveMeals>(),
            ToolEntry::of::<tool::ShopMeals>(),
            ToolEntry::of::<tool::SetDiet>(),
            ToolEntry::of::<tool::ShowDiet>(),
        ]
    }

    fn hearings(&self) -> Vec<Hearing> {
        hear::hearings()
    }

    fn samples(&self) -> Vec<(&'static str, Value)> {
        let dish = |name: &str, of: &[&str]| json!({"name": name, "ingredients": of, "serves": 4, "minutes": 30});
        vec![
            (
                "set_diet",
                json!({"allergies": ["peanuts"], "diet": ["pork"]}),
            ),
            (
                "save_recipe",
                dish(
                    "lentil dal",
                    &["400 g lentils", "1 onion", "2 cans tomatoes"],
                ),
            ),
            (
                "save_recipe",
                dish("garden chili", &["2 cans kidney beans", "1 onion", "rice"]),
            ),
            (
                "save_recipe",
                dish("salmon bake", &["600 g salmon", "potatoes"]),
            ),
            (
                "save_recipe",
                json!({"name": "garden chili", "add": ["corn"], "serves": 6}),
            ),
            (
                "show_recipes",
                json!({"recipe": "garden chili", "people": 3}),
            ),
            ("plan_meals", json!({"when": "tomorrow", "people": 2})),
            ("show_meals", json!({"when": "tomorrow"})),
            (
                "set_meal",
                json!({"day": "tomorrow", "recipe": "salmon bake"}),
            ),
            ("shop_meals", json!({"when": "tomorrow"})),
            ("remove_meals", json!({"days": ["tomorrow"]})),
            ("delete_recipes", json!({"recipes": ["salmon bake"]})),
            ("set_diet", json!({"drop": ["pork"]})),
            ("show_diet", json!({})),
        ]
    }

    async fn known(&self, scope: &mut Scope, label: &str) -> Result<Option<Known>, sqlx::Error> {
        if let Some(known) = thing::known::<store::Recipe>(scope, label).await? {
            return Ok(Some(known));
        }
        thing::known::<store::Meal>(scope, label).await
    }

    async fn undo(&self, scope: &mut Scope, inverse: &Value) -> Result<String, Refusal> {
        if inverse["op"] == "diet" {
            store::lock(&mut scope.tx).await?;
            return tool::undo_diet(scope, inverse).await;
        }
        let row = if inverse["thing"].is_object() {
            &inverse["thing"]
        } else {
            &inverse["before"]
        };
        let is_of = |letter: &str, field: &str| {
            inverse["label"]
                .as_str()
                .is_some_and(|label| label.starts_with(letter))
                || row.get(field).is_some()
        };
        if is_of(groceries::LETTER, "got_at") {
            // put on the list for a dinner
            return groceries::Groceries.undo(scope, inverse).await;
        }
        store::lock(&mut scope.tx).await?;
        if is_of(PLAN_LETTER, "day") {
            thing::undo::<store::Meal>(scope, inverse).await
        } else {
            thing::undo::<store::Recipe>(scope, inverse).await
        }
    }
}
