//! Draining a mailbox: its texts in arrival order, one turn at a time, one worker at a time.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

use super::lease::{self, Lease};
use crate::{
    agent::{self, Agent, Begun, Ended, Turn, TurnError},
    crash_point,
    db::UserTx,
    domain::UserId,
    switches::{Switch, Switches},
};

/// How a drain ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drained {
    /// Everything is answered and the mailbox given back.
    Empty,
    /// Another worker has it until then; the wake-up was put there.
    Busy { until: Timestamp },
    /// Something went wrong, the process stops, or turns are paused; what is pending waits for the next wake-up.
    Later,
    /// There is no such mailbox, or its user is not served any more.
    Gone,
}

/// Stops: `quiet` asks for no new turn, `abort` cuts waits short. The operator's switch pauses turns without a stop.
#[derive(Clone, Debug, Default)]
pub struct Stops {
    pub quiet: CancellationToken,
    pub abort: CancellationToken,
    pub switches: Arc<Switches>,
}

impl Stops {
    fn no_new_turn(&self) -> bool {
        self.quiet.is_cancelled() || self.switches.is_off(Switch::Turns)
    }
}

/// Drains the mailbox of `user`. Safe to call any number of times, from any number of workers.
pub async fn drain(
    agent: &Agent,
    holder: &str,
    user: UserId,
    stops: &Stops,
) -> Result<Drained, sqlx::Error> {
    if stops.switches.is_off(Switch::Turns) {
        // untouched: no lease, no attempt; the sweep finds the texts when turns go on
        return Ok(Drained::Later);
    }
    let ttl = Duration::from_secs_f64(agent.limits.lease_seconds);
    let mut tx = UserTx::begin(&agent.pool, user).await?;
    let epoch = match lease::claim(&mut tx, holder, ttl).await? {
        Lease::Held { epoch } => epoch,
        Lease::Gone => return Ok(Drained::Gone),
        Lease::Busy { until } => {
            lease::wake(&mut tx, until).await?;
            tx.commit().await?;
            return Ok(Drained::Busy { until });
        }
    };
    let beats = lease::beat(agent.pool.clone(), user, epoch, ttl);
    let turns = turns(agent, tx, epoch, stops);
    tokio::pin!(beats, turns);
    let ended = tokio::select! {
        ended = &mut turns => ended,
        // the epoch is no longer ours: whatever still runs will be fenced, but there is no use in going on
        () = &mut beats => Err(TurnError::Fenced),
    };
    match ended {
        Ok(drained) => Ok(drained),
        Err(TurnError::Fenced) => Ok(Drained::Later),
        Err(TurnError::Stopped) => {
            lease::step_back(&agent.pool, user, epoch, Timestamp::UNIX_EPOCH).await?;
            Ok(Drained::Later)
        }
        Err(TurnError::Database(error)) => {
            tracing::warn!(%user, %error, "a mailbox is put back");
            let again = agent.clock.now() + SignedDuration::from_secs(1);
            lease::step_back(&agent.pool, user, epoch, again).await?;
            Ok(Drained::Later)
        }
    }
}

async fn turns(
    agent: &Agent,
    first: UserTx,
    epoch: i64,
    stops: &Stops,
) -> Result<Drained, TurnError> {
    let user = first.user();
    let mut next = Some(first);
    loop {
        let mut tx = match next.take() {
            Some(tx) => tx,
            None if stops.no_new_turn() => return Err(TurnError::Stopped),
            None => {
                let mut tx = UserTx::begin(&agent.pool, user).await?;
                agent::fence(&mut tx, epoch).await?;
                tx
            }
        };
        match agent::begin(agent, &mut tx, epoch).await? {
            Begun::NoUser => {
                tx.rollback().await?;
                return Ok(Drained::Gone);
            }
            Begun::Nothing { seen } => {
                let user_id = user.0;
                let released = sqlx::query_scalar!(
                    r#"select lease_release($1, $2, $3) as "released!""#,
                    user_id,
                    epoch,
                    seen
                )
                .fetch_one(&mut *tx)
                .await?;
                tx.commit().await?;
                if released {
                    return Ok(Drained::Empty);
                }
            }
            Begun::Spent(mut turn) => {
                tx.commit().await?;
                if agent.give_up(&mut turn).await? == Ended::Released {
                    return Ok(Drained::Empty);
                }
            }
            Begun::Turn(mut turn) => {
                crash_point!("begin.before_commit");
                tx.commit().await?;
                crash_point!("begin.committed");
                if run(agent, &mut turn, stops).await? == Ended::Released {
                    return Ok(Drained::Empty);
                }
            }
        }
    }
}

async fn run(agent: &Agent, turn: &mut Turn, stops: &Stops) -> Result<Ended, TurnError> {
    match AssertUnwindSafe(agent.run(turn, &stops.abort))
        .catch_unwind()
        .await
    {
        Ok(Err(TurnError::Stopped)) => {
            // a graceful release gives no attempt away
            agent::give_back(agent, turn).await?;
            Err(TurnError::Stopped)
        }
        Ok(Err(TurnError::Database(error))) => {
            // not the text's fault, so it does not count
            if is_of_the_database(&error) {
                give_back_in_time(agent, turn, stops).await?;
            }
            Err(TurnError::Database(error))
        }
        Ok(ended) => ended,
        Err(_) => {
            metrics::counter!("assistant_turn_panics_total").increment(1);
            tracing::error!(turn = %turn.id, user = %turn.user, "a turn panicked");
            Err(TurnError::Database(sqlx::Error::WorkerCrashed))
        }
    }
}

/// Gives an attempt back as soon as the database takes it: what kept the turn from its end (a full disk) keeps this from being
/// written too, for as long. Ends with the lease, whose beats need the database as well, and when the process stops.
async fn give_back_in_time(agent: &Agent, turn: &Turn, stops: &Stops) -> Result<(), sqlx::Error> {
    loop {
        match agent::give_back(agent, turn).await {
            Err(error) if is_of_the_database(&error) && !stops.no_new_turn() => {
                tokio::time::sleep(std::time::Duration::from_millis(250)).await;
            }
            ended => return ended,
        }
    }
}

/// The database was away, full, stopping, or gave way to another transaction; or the pool was empty.
/// Source: PostgreSQL, "Error Codes": classes 08, 40, 53, 55, 57, 58.
fn is_of_the_database(error: &sqlx::Error) -> bool {
    use sqlx::Error::{Database, Io, PoolClosed, PoolTimedOut};
    match error {
        Io(_) | PoolTimedOut | PoolClosed => true,
        Database(error) => error.code().is_some_and(|code| {
            ["08", "40", "53", "55", "57", "58"]
                .iter()
                .any(|class| code.starts_with(class))
        }),
        _ => false,
    }
}
