//! Rows of `diets`: what a user does not eat.

use super::super::avoid::Avoid;
use crate::db::UserTx;

/// Everything that the user avoids, allergies first.
pub async fn avoided(tx: &mut UserTx) -> Result<Vec<Avoid>, sqlx::Error> {
    let rows = sqlx::query!("select name, allergy from diets order by allergy desc, name")
        .fetch_all(&mut **tx)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| Avoid {
            name: row.name,
            allergy: row.allergy,
        })
        .collect())
}

/// Keeps something out from now on; what was there of that name is as it is now.
pub async fn keep_out(tx: &mut UserTx, avoid: &Avoid) -> Result<(), sqlx::Error> {
    let user = tx.user();
    sqlx::query!(
        "insert into diets (user_id, name, allergy) values ($1, $2, $3) on conflict (user_id, name) do update set allergy = $3",
        user.0,
        avoid.name,
        avoid.allergy
    )
    .execute(&mut **tx)
    .await
    .map(drop)
}

/// Lets it in again.
pub async fn let_in(tx: &mut UserTx, name: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from diets where name = $1", name)
        .execute(&mut **tx)
        .await
        .map(drop)
}
