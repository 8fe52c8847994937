//! Expenses: what was spent on what, what comes again, and who owes whom. Money is recorded here and never moved.
//! May import: domain, when, budgets, the Skill trait, this folder.
//!
//! The rules: amounts are whole minor units, and currencies are never summed into one. A user's own rule for a category wins
//! over everybody's table and over what a model proposes. The same thing twice within a minute is asked about.

pub mod days;
pub mod debt;
mod find;
mod hear;
pub mod learnt;
pub mod recurring;
pub mod say;
pub mod store;
pub mod tool;

use async_trait::async_trait;
use serde_json::{Value, json};

use super::{Known, Refusal, Scope, Skill, ToolEntry, thing};
use crate::model::offline::Hearing;

/// The letter of the short numbers: `X12`.
pub const LETTER: &str = "X";

pub struct Expenses;

#[async_trait]
impl Skill for Expenses {
    fn name(&self) -> &'static str {
        "expenses"
    }

    fn help(&self) -> &'static str {
        "Expenses: \"spent 12.50 on lunch\", \"how much did I spend this month?\", \"who owes me?\""
    }

    fn about(&self) -> &'static [&'static str] {
        &[
            "expense",
            "expenses",
            "spend",
            "spent",
            "spending",
            "paid",
            "pay",
            "cost",
            "bought",
            "refund",
            "money",
            "bill",
            "rent",
            "split",
            "owe",
            "owes",
            "debt",
            "merchant",
            "subscription",
            "recurring",
            "lunch",
            "dinner",
            "gas",
            "coffee",
            "taxi",
            "uber",
            "dollar",
            "bucks",
            "euro",
            "eur",
            "usd",
            "$",
            "category",
            "groceries",
            "€",
        ]
    }

    fn tools(&self) -> Vec<ToolEntry> {
        vec![
            ToolEntry::of::<tool::RecordSpending>(),
            ToolEntry::of::<tool::ShowSpending>(),
            ToolEntry::of::<tool::EditExpense>(),
            ToolEntry::of::<tool::DeleteExpenses>(),
            ToolEntry::of::<tool::StopRecurring>(),
            ToolEntry::of::<tool::RecordDebt>(),
            ToolEntry::of::<tool::ShowDebts>(),
        ]
    }

    fn hearings(&self) -> Vec<Hearing> {
        hear::hearings()
    }

    fn samples(&self) -> Vec<(&'static str, Value)> {
        vec![
            (
                "record_spending",
                json!({"expenses": [{"amount": "12.50", "what": "lunch", "merchant": "Joe's Diner", "category": "dining"},
                                    {"amount": "$30", "what": "petrol", "day": "yesterday", "category": "transport"}]}),
            ),
            (
                "record_spending",
                json!({"expenses": [{"amount": "20", "merchant": "Amazon", "category": "shopping"}], "refund": true}),
            ),
            (
                "record_spending",
                json!({"expenses": [{"amount": "1,450", "what": "rent", "category": "housing"}], "every": "every month on the 1st"}),
            ),
            (
                "record_spending",
                json!({"expenses": [{"amount": "60 eur", "what": "theatre", "category": "fun"}], "shared_with": ["anabel", "thomas"]}),
            ),
            (
                "edit_expense",
                json!({"expense": "petrol", "amount": "31", "category": "road trips", "what": "petrol for the trip"}),
            ),
            (
                "show_spending",
                json!({"view": "summary", "when": "this year", "about": "housing"}),
            ),
            (
                "show_spending",
                json!({"when": "last week", "versus": "the week before", "about": "petrol for the trip"}),
            ),
            (
                "record_debt",
                json!({"person": "thomas", "kind": "i_owe", "amount": "45 eur", "note": "tickets"}),
            ),
            (
                "record_debt",
                json!({"person": "anabel", "kind": "paid_me"}),
            ),
            ("show_debts", json!({"person": "thomas"})),
            ("stop_recurring", json!({"recurring": ["rent"]})),
            (
                "delete_expenses",
                json!({"expenses": ["lunch at joe's diner", "theatre"]}),
            ),
        ]
    }

    async fn known(&self, scope: &mut Scope, label: &str) -> Result<Option<Known>, sqlx::Error> {
        if let Some(known) = thing::known::<store::Expense>(scope, label).await? {
            return Ok(Some(known));
        }
        if let Some(known) = thing::known::<recurring::Recurring>(scope, label).await? {
            return Ok(Some(known));
        }
        thing::known::<debt::Debt>(scope, label).await
    }

    async fn undo(&self, scope: &mut Scope, inverse: &Value) -> Result<String, Refusal> {
        if learnt::is_ours(inverse) {
            return learnt::undo(scope, inverse).await;
        }
        match letter(inverse) {
            recurring::LETTER => thing::undo::<recurring::Recurring>(scope, inverse).await,
            debt::LETTER => thing::undo::<debt::Debt>(scope, inverse).await,
            _ => thing::undo::<store::Expense>(scope, inverse).await,
        }
    }
}

/// Whose inverse it is: by its label, or by what only such rows have.
fn letter(inverse: &Value) -> &'static str {
    let row = ["before", "thing"]
        .into_iter()
        .map(|name| &inverse[name])
        .find(|row| row.is_object())
        .unwrap_or(&Value::Null);
    let label = inverse["label"].as_str().unwrap_or_default();
    if label.starts_with(recurring::LETTER) || row.get("rule").is_some() {
        recurring::LETTER
    } else if label.starts_with(debt::LETTER) || row.get("person").is_some() {
        debt::LETTER
    } else {
        LETTER
    }
}
