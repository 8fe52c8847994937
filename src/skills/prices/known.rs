//! What is known of prices: what the user noted, and what their expenses tell ("3.49 on 500 g coffee at Rewe").
//! May import: the store beside it, expenses, domain.

use jiff::SignedDuration;

use super::store::{self, Noted};
use crate::{
    domain::{Good, quantity::Unit},
    skills::{Scope, expenses::store as expenses},
};

/// Expenses older than this tell nothing any more, and of the others so many are looked at.
const DAYS: i64 = 400;
const MOST: i64 = 1_000;

/// The prices of things of these keys, the newest first.
pub async fn prices(
    scope: &mut Scope,
    keys: &[String],
    limit: i64,
) -> Result<Vec<Noted>, sqlx::Error> {
    let mut all = store::by_key(&mut scope.tx, keys, limit).await?;
    let since = scope
        .today()
        .saturating_sub(SignedDuration::from_hours(24 * DAYS));
    let sought = expenses::Sought {
        from: Some(since),
        ..expenses::Sought::default()
    };
    let spent = expenses::list(&mut scope.tx, &sought, MOST).await?;
    let told = spent.into_iter().filter_map(|one| price(one, scope));
    all.extend(told.filter(|one| keys.contains(&one.key())));
    all.sort_by_key(|one| std::cmp::Reverse((one.seen_at, one.number)));
    Ok(all)
}

/// The price that an expense tells: one that names a weight, a volume or a pack. "2 coffees" may have been cups at a table.
fn price(one: expenses::Expense, scope: &Scope) -> Option<Noted> {
    let good = Good::parse(&one.note)?;
    let amount = good
        .amount
        .filter(|amount| !matches!(amount.unit(), Unit::Piece | Unit::Dozen))?;
    let noon = one
        .spent_on
        .at(12, 0, 0, 0)
        .to_zoned(scope.zone.clone())
        .ok()?;
    let mut noted = Noted::new(one.number, good.name, one.money, noon.timestamp());
    noted.store = one.merchant;
    noted.amount = amount.to_string();
    noted.is_expense = true;
    (one.money.minor > 0).then_some(noted)
}
