//! Warnings: at 80 and at 100 percent, once each a period. Whoever records an expense says them with it; what is booked without
//! anybody there leaves them to be told when the quiet hours are over.

use jiff::{Timestamp, civil::Date};

use super::{say, store};
use crate::{
    db::UserTx,
    domain::{Currency, spending},
};

/// Where it is warned.
const LIMITS: [i16; 2] = [100, 80];

/// What was spent, as far as budgets care.
#[derive(Clone, Debug)]
pub struct Spent {
    pub category: String,
    pub currency: Currency,
    pub on: Date,
}

/// The warnings that `spent` leads to. `now_told`: they are said at once; else they wait in the table.
pub async fn crossed(
    tx: &mut UserTx,
    spent: &[Spent],
    (today, now): (Date, Timestamp),
    now_told: bool,
) -> Result<Vec<String>, sqlx::Error> {
    let mut said = Vec::new();
    for budget in store::list(tx).await? {
        let (from, to) = budget.period.around(today);
        let concerns = spent.iter().any(|one| {
            one.currency == budget.money.currency
                && (from..to).contains(&one.on)
                && spending::counts(&budget.category, &one.category)
        });
        if !concerns {
            continue;
        }
        let standing = store::standing(tx, budget, today).await?;
        let mut is_new = false;
        // the higher one says it all; the lower one is marked with it
        for limit in LIMITS {
            if standing.percent() >= i64::from(limit) {
                is_new |= store::mark(tx, &standing, limit, (now, now_told)).await?;
            }
        }
        if is_new {
            said.push(say::warning(&standing));
        }
    }
    Ok(said)
}

/// What waits to be told, as it stands now. Warnings of a period that is over are told by nobody.
pub async fn waiting(tx: &mut UserTx, today: Date) -> Result<Vec<String>, sqlx::Error> {
    let untold = store::untold(tx).await?;
    let mut said = Vec::new();
    for budget in store::list(tx).await? {
        let (from, _) = budget.period.around(today);
        if !untold.contains(&(budget.id, from)) {
            continue;
        }
        let standing = store::standing(tx, budget, today).await?;
        if standing.percent() >= 80 {
            said.push(say::warning(&standing));
        }
    }
    Ok(said)
}
