//! The only SQL on `recipes`, `meals` and `diets`. Every function takes a `UserTx`; row-level security keeps it to that user's
//! rows.

mod diet;
mod meal;
mod recipe;

pub use diet::{avoided, keep_out, let_in};
pub use meal::{Meal, between, eaten, find_on, new_meal, upcoming_of};
pub use recipe::{Recipe, find_named, list_recipes, new_recipe};

use crate::{db::UserTx, skills::Thing};

/// Lets one change of a user's kitchen wait for another. Taken before any row is locked, held to the end of the transaction.
pub async fn lock(tx: &mut UserTx) -> Result<(), sqlx::Error> {
    let user = tx.user();
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('meals ' || $1::uuid::text, 0))",
        user.0
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Writes a new row; the lock is taken and its place is free.
pub async fn insert<T: Thing>(
    tx: &mut UserTx,
    new: &T,
    now: jiff::Timestamp,
) -> Result<(), sqlx::Error> {
    if new.put_back(tx, now).await? {
        Ok(())
    } else {
        // the lock was not taken: never so
        Err(sqlx::Error::RowNotFound)
    }
}
