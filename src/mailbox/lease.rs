//! Who may work on a mailbox: a lease with a fencing epoch, kept alive by beats.

use std::time::Duration;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgPool;

use crate::{db::UserTx, domain::UserId};

/// The outcome of asking for a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lease {
    /// Ours, under this epoch.
    Held { epoch: i64 },
    /// Someone beats on it until then.
    Busy { until: Timestamp },
    /// There is no such mailbox.
    Gone,
}

/// Asks for the mailbox of the transaction's user.
pub async fn claim(tx: &mut UserTx, holder: &str, ttl: Duration) -> Result<Lease, sqlx::Error> {
    let user = tx.user();
    let row = sqlx::query!(
        "select epoch, busy_until from lease_claim($1, $2, make_interval(secs => $3))",
        user.0,
        holder,
        ttl.as_secs_f64(),
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(match (row.epoch, row.busy_until) {
        (Some(epoch), _) => Lease::Held { epoch },
        (None, Some(until)) => Lease::Busy {
            until: until.to_jiff(),
        },
        (None, None) => Lease::Gone,
    })
}

/// Beats until dropped: every third of `ttl`. Ends by itself when the epoch is no longer ours.
pub async fn beat(pool: PgPool, user: UserId, epoch: i64, ttl: Duration) {
    loop {
        tokio::time::sleep(ttl / 3).await;
        match beat_once(&pool, user, epoch, ttl).await {
            Ok(true) => {}
            Ok(false) => return,
            // the database is away: the lease runs out by itself, and fencing holds
            Err(error) => tracing::warn!(%user, %error, "no beat"),
        }
    }
}

async fn beat_once(
    pool: &PgPool,
    user: UserId,
    epoch: i64,
    ttl: Duration,
) -> Result<bool, sqlx::Error> {
    let mut tx = UserTx::begin(pool, user).await?;
    let beaten = sqlx::query!(
        "update beats set until = clock_timestamp() + make_interval(secs => $3) where user_id = $1 and epoch = $2",
        user.0,
        epoch,
        ttl.as_secs_f64(),
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(beaten.rows_affected() == 1)
}

/// Ends our beats and wakes the mailbox again at `again`: what is pending stays pending.
pub async fn step_back(
    pool: &PgPool,
    user: UserId,
    epoch: i64,
    again: Timestamp,
) -> Result<(), sqlx::Error> {
    let mut tx = UserTx::begin(pool, user).await?;
    let ours = sqlx::query!(
        "update beats set until = '-infinity' where user_id = $1 and epoch = $2",
        user.0,
        epoch
    )
    .execute(&mut *tx)
    .await?;
    if ours.rows_affected() == 1 {
        wake(&mut tx, again).await?;
    }
    tx.commit().await
}

/// Enqueues the one wake-up of this mailbox for `at`.
pub async fn wake(tx: &mut UserTx, at: Timestamp) -> Result<(), sqlx::Error> {
    let user = tx.user();
    sqlx::query!("select wake_mailbox($1, $2)", user.0, at.to_sqlx() as _)
        .fetch_one(&mut **tx)
        .await?;
    Ok(())
}

/// Wakes mailboxes that hold pending texts older than `older_than` and that nobody beats on; returns how many.
pub async fn sweep(pool: &PgPool, older_than: Duration) -> Result<i32, sqlx::Error> {
    let woken = sqlx::query_scalar!(
        "select sweep_mailboxes(make_interval(secs => $1), 500)",
        older_than.as_secs_f64()
    )
    .fetch_one(pool)
    .await?;
    Ok(woken.unwrap_or(0))
}
