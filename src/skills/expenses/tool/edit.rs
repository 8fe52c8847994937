//! Changing what was recorded. A category that the user puts right is remembered for its merchant.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    super::{days, find, learnt, recurring, say, store::Expense},
    record::{amount, of, words},
};
use crate::{
    domain::{Money, spending},
    skills::{
        Does, Done, Effect, Points, Receipt, Refusal, Scope, Tool, budgets::warn, naming, thing,
    },
};

/// Changes an expense: only what is given.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EditExpense {
    /// "X12", its place in the list, its words, or "latest".
    pub expense: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub amount: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub what: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub merchant: Option<String>,
    /// Remembered for the merchant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub category: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub day: Option<String>,
}

impl Tool for EditExpense {
    const NAME: &'static str = "edit_expense";
    const ABOUT: &'static str = "Corrects an expense.";
    const EFFECT: Effect = Effect::WriteOwn;
    const POINTS: Option<Points> = Some(Points::one(
        super::super::LETTER,
        "expense",
        &[
            (Does::Move, "day"),
            (Does::Rename, "what"),
            (Does::Amount, "amount"),
        ],
    ));

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let changes = self.changes(scope)?;
        let is_recurring = naming::label(naming::bare(&self.expense))
            .is_some_and(|(letter, _)| letter == recurring::LETTER);
        if is_recurring {
            return change_recurring(scope, &self.expense, changes).await;
        }
        let before = find::one(scope, &self.expense).await?;
        let (after, receipts) = change(scope, before, changes).await?;
        let mut done = Done::wrote(receipts);
        if done.receipts.is_empty() {
            done.says = Some(format!(
                "It is so already: {}",
                say::expense(&after, scope.today())
            ));
            return Ok(done);
        }
        let when = (scope.today(), scope.now);
        let warnings = warn::crossed(&mut scope.tx, &[of(&after)], when, true).await?;
        done.says = (!warnings.is_empty()).then(|| warnings.join("\n"));
        Ok(done)
    }
}

/// What is to change.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    pub money: Option<Money>,
    pub note: Option<String>,
    pub merchant: Option<String>,
    pub category: Option<String>,
    pub spent_on: Option<jiff::civil::Date>,
}

impl EditExpense {
    fn changes(&self, scope: &Scope) -> Result<Changes, Refusal> {
        let here = scope.here();
        let category = match self.category.as_deref() {
            None => None,
            Some(said) => Some(
                spending::category(said)
                    .map(|name| {
                        if name == "food" {
                            "dining".to_owned()
                        } else {
                            name
                        }
                    })
                    .ok_or_else(|| Refusal::Tell(say::no_name(said)))?,
            ),
        };
        let spent_on = match self.day.as_deref() {
            None => None,
            Some(said) => {
                Some(days::past(said, &here).ok_or_else(|| Refusal::Tell(say::no_day(said)))?)
            }
        };
        let changes = Changes {
            money: self
                .amount
                .as_deref()
                .map(|said| amount(scope, said))
                .transpose()?,
            note: self
                .what
                .as_deref()
                .map(|said| words(Some(said), 200))
                .transpose()?,
            merchant: self
                .merchant
                .as_deref()
                .map(|said| words(Some(said), 100))
                .transpose()?,
            category,
            spent_on,
        };
        let nothing = changes.money.is_none()
            && changes.note.is_none()
            && changes.merchant.is_none()
            && changes.category.is_none()
            && changes.spent_on.is_none();
        if nothing {
            return Err(Refusal::Tell(
                "What should change: the amount, the words, the category, or the day?".into(),
            ));
        }
        Ok(changes)
    }
}

/// Changes an expense. No receipts: it is so already.
pub async fn change(
    scope: &mut Scope,
    before: Expense,
    changes: Changes,
) -> Result<(Expense, Vec<Receipt>), Refusal> {
    let mut after = before.clone();
    if let Some(money) = changes.money {
        // a refund stays one
        after.money = if before.money.minor < 0 {
            Money::new(-money.minor.saturating_abs(), money.currency)
        } else {
            money
        };
    }
    after.note = changes.note.unwrap_or(after.note);
    after.merchant = changes.merchant.unwrap_or(after.merchant);
    after.spent_on = changes.spent_on.unwrap_or(after.spent_on);
    let is_moved = changes.category.is_some();
    after.category = changes.category.unwrap_or(after.category);
    let mut receipts = Vec::new();
    if after != before {
        let (saved, receipt) = thing::save(scope, before, after, say::changed).await?;
        receipts.push(receipt);
        after = saved;
    }
    if is_moved {
        let label = format!("{}{}", super::super::LETTER, after.number);
        let about = (after.merchant.as_str(), after.note.as_str());
        receipts.extend(learnt::learn(scope, &label, about, &after.category).await?);
    }
    Ok((after, receipts))
}

async fn change_recurring(
    scope: &mut Scope,
    said: &str,
    changes: Changes,
) -> Result<Done, Refusal> {
    let before = find::recurring(scope, said).await?;
    let mut after = before.clone();
    after.money = changes.money.unwrap_or(after.money);
    after.note = changes.note.unwrap_or(after.note);
    after.merchant = changes.merchant.unwrap_or(after.merchant);
    after.category = changes.category.unwrap_or(after.category);
    if changes.spent_on.is_some() {
        return Err(Refusal::Tell(
            "For another day, stop it and record it anew.".into(),
        ));
    }
    if after == before {
        return Ok(Done::says(say::recurring(&before, scope.today())));
    }
    let (_, receipt) = thing::save(scope, before, after, say::recurring_changed).await?;
    Ok(Done::wrote(vec![receipt]))
}
