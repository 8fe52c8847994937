//! How much is kept of a person: a count for every table of things, for "what do you know about me?". May import: db, the
//! catalogue.

use sqlx::AssertSqlSafe;

use super::catalogue::{Shown, TABLES, Table};
use crate::db::UserTx;

/// What was said is no thing that somebody keeps.
const TALK: [&str; 2] = ["messages", "outbox"];

/// The tables of things with how many rows of the transaction's user each has; none without.
pub async fn count(tx: &mut UserTx) -> Result<Vec<(&'static str, i64)>, sqlx::Error> {
    let is_counted =
        |table: &&Table| matches!(table.shown, Shown::Things(_)) && !TALK.contains(&table.name);
    let tables: Vec<&Table> = TABLES.iter().filter(is_counted).collect();
    // names and conditions are constants of the catalogue
    let each: Vec<String> = tables
        .iter()
        .map(|table| {
            format!(
                "(select count(*) from {} t where {})",
                table.name, table.whose
            )
        })
        .collect();
    let user = tx.user();
    let counts: Vec<i64> =
        sqlx::query_scalar(AssertSqlSafe(format!("select array[{}]", each.join(", "))))
            .bind(user.0)
            .fetch_one(&mut **tx)
            .await?;
    let names = tables.iter().map(|table| table.name);
    Ok(names.zip(counts).filter(|(_, count)| *count > 0).collect())
}
