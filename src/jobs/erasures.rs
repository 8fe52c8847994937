//! The rounds of erasures that were asked for. Any process may do them, and any number at once: each step finds what is left.

use sqlx::PgPool;

use crate::{
    accounts::{
        Seal,
        erase::{self, Stage},
    },
    clock::Clock,
    domain::UserId,
    memory::ShortTerm,
};

/// Erasures looked at in one round.
const ROUND: i32 = 20;

/// What the rounds need.
#[derive(Clone)]
pub struct Eraser {
    pub pool: PgPool,
    pub clock: Clock,
    pub memory: ShortTerm,
    /// Without it no mail can be written.
    pub seal: Option<Seal>,
}

/// Goes on with every erasure that is due; one that fails does not hold up the others.
pub async fn erase(eraser: &Eraser) -> Result<(), sqlx::Error> {
    for (user, stage) in erase::list_due(&eraser.pool, eraser.clock.now(), ROUND).await? {
        if let Err(error) = round(eraser, user, stage).await {
            metrics::counter!("assistant_job_failures_total", "job" => "erase").increment(1);
            tracing::warn!(%user, %error, "an erasure waits for its next round");
        }
    }
    Ok(())
}

async fn round(eraser: &Eraser, user: UserId, stage: Stage) -> Result<(), sqlx::Error> {
    let Eraser { pool, clock, .. } = eraser;
    let is_gone = erase::rows(pool, user).await?;
    // after the rows, from which it would be made again
    let is_forgotten = eraser.memory.forget(user).await;
    if !is_gone || !is_forgotten {
        return Ok(());
    }
    match stage {
        Stage::Asked => {
            erase::tell(pool, user, eraser.seal.as_ref(), clock.now()).await?;
            tracing::info!(%user, "erased");
        }
        Stage::Told => {
            if erase::end(pool, user, clock.now()).await? {
                tracing::info!(%user, "erased, and nothing was left on the second look");
            }
        }
    }
    Ok(())
}
