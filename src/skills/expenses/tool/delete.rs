//! Deleting what was recorded, and stopping what comes again.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::{
    debt, find,
    recurring::{self, Recurring},
    say,
    store::{self, Expense},
};
use crate::skills::{Does, Done, Effect, Points, Receipt, Refusal, Scope, Tool, thing};

/// Deletes expenses.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeleteExpenses {
    /// As in edit_expense.
    pub expenses: Vec<String>,
}

impl Tool for DeleteExpenses {
    const NAME: &'static str = "delete_expenses";
    const ABOUT: &'static str = "Deletes expenses named one by one.";
    const EFFECT: Effect = Effect::WriteOwn;
    const POINTS: Option<Points> = Some(Points::list(
        super::super::LETTER,
        "expenses",
        &[(Does::Delete, "")],
    ));

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        if self.expenses.is_empty() {
            return Err(Refusal::Tell(say::WHICH.into()));
        }
        store::lock(&mut scope.tx).await?;
        let mut named: Vec<Expense> = Vec::new();
        for said in &self.expenses {
            let expense = find::one(scope, said).await?;
            if !named.iter().any(|there| there.id == expense.id) {
                named.push(expense);
            }
        }
        let mut done = Done::default();
        for expense in named {
            done.receipts.extend(delete(scope, expense).await?);
        }
        Ok(done)
    }
}

/// Deletes an expense, with what others owe for their shares of it.
pub async fn delete(scope: &mut Scope, expense: Expense) -> Result<Vec<Receipt>, Refusal> {
    let mut receipts = Vec::new();
    for owed in debt::of_expense(&mut scope.tx, expense.id).await? {
        let line = say::debt_deleted(&owed);
        receipts.push(thing::delete(scope, owed, line).await?);
    }
    let line = say::deleted(&expense, scope.today());
    receipts.push(thing::delete(scope, expense, line).await?);
    Ok(receipts)
}

/// Stops what comes again.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StopRecurring {
    /// Names, "Y1", or places in the list last shown.
    pub recurring: Vec<String>,
}

impl Tool for StopRecurring {
    const NAME: &'static str = "stop_recurring";
    const ABOUT: &'static str = "Stops recurring expenses; what was booked stays.";
    const EFFECT: Effect = Effect::WriteOwn;
    const POINTS: Option<Points> = Some(Points::list(
        recurring::LETTER,
        "recurring",
        &[(Does::Delete, "")],
    ));

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        if self.recurring.is_empty() {
            return Err(Refusal::Tell(say::no_recurring("")));
        }
        let mut named: Vec<Recurring> = Vec::new();
        for said in &self.recurring {
            let one = find::recurring(scope, said).await?;
            if !named.iter().any(|there| there.id == one.id) {
                named.push(one);
            }
        }
        let mut done = Done::default();
        for one in named {
            let line = say::stopped(&one, scope.today());
            done.receipts.push(thing::delete(scope, one, line).await?);
        }
        Ok(done)
    }
}
