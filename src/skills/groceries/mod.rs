//! Groceries: what is to be bought, how much of it, and where in the shop it is.
//! May import: domain, the Skill trait, this folder.
//!
//! The rules: there is a usual list, and others by name. A thing stands on a list once, whatever its case, article or plural. Added again, its amounts are summed
//! where their units convert, and else stand side by side ("2 cans + 500 g"); added without an amount it is said to be
//! there. What was bought is kept, and a part of an amount that was bought leaves the rest.

mod find;
mod hear;
pub mod list;
pub mod say;
pub mod staples;
pub mod store;
pub mod tool;

use async_trait::async_trait;
use serde_json::{Value, json};

use super::{Known, Refusal, Scope, Skill, ToolEntry, thing};
use crate::model::offline::Hearing;

/// The letter of the short numbers: `G12`.
pub const LETTER: &str = "G";

pub struct Groceries;

#[async_trait]
impl Skill for Groceries {
    fn name(&self) -> &'static str {
        "groceries"
    }

    fn help(&self) -> &'static str {
        "Groceries: \"add 2 l milk and eggs to groceries\", \"groceries\", \"got the milk\""
    }

    fn about(&self) -> &'static [&'static str] {
        &[
            "grocery",
            "shopping",
            "shop",
            "list",
            "buy",
            "bought",
            "got",
            "store",
            "supermarket",
            "aisle",
            "cart",
            "milk",
            "eggs",
            "bread",
            "butter",
            "cheese",
            "fruit",
            "vegetables",
            "meat",
            "aldi",
            "dairy",
            "produce",
            "staple",
            "hardware",
            "costco",
        ]
    }

    fn tools(&self) -> Vec<ToolEntry> {
        vec![
            ToolEntry::of::<tool::AddGroceries>(),
            ToolEntry::of::<tool::ListGroceries>(),
            ToolEntry::of::<tool::GotGroceries>(),
            ToolEntry::of::<tool::RemoveGroceries>(),
            ToolEntry::of::<tool::EditGrocery>(),
            ToolEntry::of::<tool::ClearGroceries>(),
            ToolEntry::of::<tool::SetStaples>(),
        ]
    }

    fn hearings(&self) -> Vec<Hearing> {
        hear::hearings()
    }

    fn samples(&self) -> Vec<(&'static str, Value)> {
        vec![
            (
                "add_groceries",
                json!({"items": ["2 l milk", "eggs", "2 kg flour", "tofu"]}),
            ),
            ("add_groceries", json!({"items": ["1 kg flour"]})),
            ("list_groceries", json!({"by_aisle": true})),
            ("got_groceries", json!({"items": ["1 l milk", "eggs"]})),
            ("list_groceries", json!({"got": true, "when": "today"})),
            ("set_staples", json!({"items": ["tofu", "oat milk"]})),
            ("set_staples", json!({"items": ["tofu"], "stop": true})),
            ("list_groceries", json!({"staples": true})),
            (
                "add_groceries",
                json!({"items": ["nails", "2 brushes"], "list": "hardware"}),
            ),
            ("list_groceries", json!({"list": "hardware"})),
            ("edit_grocery", json!({"item": "brushes", "list": "usual"})),
            ("clear_groceries", json!({"list": "hardware"})),
            (
                "edit_grocery",
                json!({"item": "tofu", "amount": "2 packs", "name": "silken tofu", "aisle": "produce"}),
            ),
            ("remove_groceries", json!({"items": ["silken tofu"]})),
            ("clear_groceries", json!({"got": true})),
            (
                "add_groceries",
                json!({"items": ["rice", "salt and pepper"]}),
            ),
            ("clear_groceries", json!({})),
        ]
    }

    async fn known(&self, scope: &mut Scope, label: &str) -> Result<Option<Known>, sqlx::Error> {
        thing::known::<store::Grocery>(scope, label).await
    }

    async fn undo(&self, scope: &mut Scope, inverse: &Value) -> Result<String, Refusal> {
        store::lock(&mut scope.tx).await?;
        match inverse["op"].as_str() {
            Some("aisle") => return tool::undo_aisle(scope, inverse).await,
            Some("staple") => return staples::undo(scope, inverse).await,
            _ => {}
        }
        thing::undo::<store::Grocery>(scope, inverse).await
    }
}
