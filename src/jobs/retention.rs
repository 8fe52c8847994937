//! Deleting texts, replies, turns and fired alarms that are older than the operator keeps them.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::PgPool;

/// Rows of one kind deleted in one statement, so that no lock is held for long.
const BATCH: i32 = 1000;

/// Deletes what is older than `days`; 0 keeps everything. Returns how many rows went.
pub async fn expire(pool: &PgPool, now: Timestamp, days: u32) -> Result<u64, sqlx::Error> {
    if days == 0 {
        return Ok(0);
    }
    let before = now - SignedDuration::from_hours(24 * i64::from(days));
    let mut all = 0;
    loop {
        let gone = sqlx::query_scalar!("select expire_texts($1, $2)", before.to_sqlx() as _, BATCH)
            .fetch_one(pool)
            .await?
            .unwrap_or(0);
        let alarms =
            sqlx::query_scalar!("select expire_alarms($1, $2)", before.to_sqlx() as _, BATCH)
                .fetch_one(pool)
                .await?
                .unwrap_or(0);
        all += u64::try_from(gone + alarms).unwrap_or(0);
        if gone < BATCH && alarms < BATCH {
            return Ok(all);
        }
    }
}
