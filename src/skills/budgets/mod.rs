//! Budgets: how much may be spent on what, in which time, and warnings when that is nearly or wholly used up.
//! May import: domain, the Skill trait, this folder. Expenses come here with what was spent, never the other way round.

mod hear;
mod period;
pub mod say;
pub mod store;
pub mod tool;
pub mod warn;

use async_trait::async_trait;
use serde_json::{Value, json};

use super::{Known, Refusal, Scope, Skill, ToolEntry, thing};
use crate::model::offline::Hearing;

pub use period::Period;

/// The letter of the short numbers: `B1`.
pub const LETTER: &str = "B";

pub struct Budgets;

#[async_trait]
impl Skill for Budgets {
    fn name(&self) -> &'static str {
        "budgets"
    }

    fn help(&self) -> &'static str {
        "Budgets: \"budget 400 for groceries\", \"how am I doing?\""
    }

    fn about(&self) -> &'static [&'static str] {
        &[
            "budget",
            "budgets",
            "limit",
            "spend",
            "spending",
            "left",
            "doing",
            "overspent",
            "money",
            "rollover",
            "month",
        ]
    }

    fn tools(&self) -> Vec<ToolEntry> {
        vec![
            ToolEntry::of::<tool::SetBudget>(),
            ToolEntry::of::<tool::ShowBudgets>(),
            ToolEntry::of::<tool::DeleteBudgets>(),
        ]
    }

    fn hearings(&self) -> Vec<Hearing> {
        hear::hearings()
    }

    fn samples(&self) -> Vec<(&'static str, Value)> {
        vec![
            (
                "set_budget",
                json!({"amount": "400", "category": "groceries", "per": "month"}),
            ),
            (
                "set_budget",
                json!({"amount": "90 eur", "category": "model trains", "per": "week", "rollover": true}),
            ),
            (
                "set_budget",
                json!({"amount": "450", "category": "groceries", "per": "month"}),
            ),
            ("show_budgets", json!({"category": "groceries"})),
            ("delete_budgets", json!({"budgets": ["model trains"]})),
        ]
    }

    async fn known(&self, scope: &mut Scope, label: &str) -> Result<Option<Known>, sqlx::Error> {
        thing::known::<store::Budget>(scope, label).await
    }

    async fn undo(&self, scope: &mut Scope, inverse: &Value) -> Result<String, Refusal> {
        store::lock(&mut scope.tx).await?;
        thing::undo::<store::Budget>(scope, inverse).await
    }
}
