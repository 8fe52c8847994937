//! Dead letters: what was given up for good, and having it tried again. Ids, kinds and times; no words.

use std::str::FromStr;

use jiff::Timestamp;
use jiff_sqlx::{Timestamp as Instant, ToSqlx};
use uuid::Uuid;

use crate::{
    accounts::audit::{self, Actor},
    db::AdminTx,
    domain::UserId,
};

/// Which dead letter: `turn-UUID`, `mail-UUID`, `job-7`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeadId {
    /// Texts that a worker gave up on after several attempts.
    Turn(Uuid),
    /// A mail that could not be sent yet.
    Mail(Uuid),
    /// A job of the queue that has no attempts left.
    Job(i64),
}

/// Not the id of a dead letter.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("expected turn-ID, mail-ID or job-NUMBER")]
pub struct NotAnId;

impl FromStr for DeadId {
    type Err = NotAnId;

    fn from_str(said: &str) -> Result<Self, NotAnId> {
        let (kind, id) = said.split_once('-').ok_or(NotAnId)?;
        match kind {
            "turn" => id.parse().map(Self::Turn).map_err(|_| NotAnId),
            "mail" => id.parse().map(Self::Mail).map_err(|_| NotAnId),
            "job" => id.parse().map(Self::Job).map_err(|_| NotAnId),
            _ => Err(NotAnId),
        }
    }
}

/// One of them.
#[derive(Clone, Debug)]
pub struct DeadLetter {
    /// As [`DeadId`] is written.
    pub id: String,
    pub kind: String,
    pub user_id: Option<Uuid>,
    pub attempts: i32,
    pub last_error: Option<String>,
    pub died_at: Timestamp,
}

/// The newest `limit` that died before `before`.
pub async fn list(
    tx: &mut AdminTx,
    before: Option<Timestamp>,
    limit: i64,
) -> Result<Vec<DeadLetter>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select id as "id!", kind as "kind!", user_id, attempts as "attempts!", last_error, died_at as "died_at!: Instant" from (
               select 'turn-' || t.id as id, 'turn' as kind, t.user_id, t.attempts, t.outcome as last_error,
                      coalesce(t.ended_at, t.started_at) as died_at
               from turns t where t.state = 'dead' and exists (select 1 from messages m where m.turn_id = t.id and m.state = 'dead')
               union all
               select 'mail-' || m.id, 'mail', m.user_id, m.attempts, m.last_error, m.next_try_at from mails m
               where m.attempts >= 5
               union all
               select 'job-' || j.id, k.identifier, null, j.attempts, j.last_error, j.updated_at
               from graphile_worker._private_jobs j join graphile_worker._private_tasks k on k.id = j.task_id
               where j.attempts >= j.max_attempts and j.locked_at is null) dead
           where $1::timestamptz is null or died_at < $1
           order by died_at desc, id limit $2"#,
        before.map(|at| at.to_sqlx()) as _,
        limit,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| DeadLetter {
            id: row.id,
            kind: row.kind,
            user_id: row.user_id,
            attempts: row.attempts,
            last_error: row.last_error,
            died_at: row.died_at.to_jiff(),
        })
        .collect())
}

/// Why a dead letter stays where it is.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("there is no such dead letter")]
    NotThere,
    #[error("it did a part of its work before it died; again would do that twice")]
    HalfDone,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Has it tried again, with all its attempts. A turn that changed something before it died is refused: its texts would do
/// that again.
pub async fn replay(
    tx: &mut AdminTx,
    actor: &Actor,
    id: DeadId,
    now: Timestamp,
) -> Result<(), Refused> {
    let (user, target) = match id {
        DeadId::Turn(id) => (Some(replay_turn(tx, id).await?), format!("turn-{id}")),
        DeadId::Mail(id) => {
            let user = sqlx::query_scalar!(
                "update mails set attempts = 0, next_try_at = $2 where id = $1 returning user_id",
                id,
                now.to_sqlx() as _,
            )
            .fetch_optional(&mut **tx)
            .await?;
            let user = user.ok_or(Refused::NotThere)?;
            (Some(UserId(user)), format!("mail-{id}"))
        }
        DeadId::Job(id) => {
            let replayed = sqlx::query!(
                "update graphile_worker._private_jobs set attempts = 0, run_at = clock_timestamp()
                 where id = $1 and attempts >= max_attempts and locked_at is null",
                id
            )
            .execute(&mut **tx)
            .await?;
            if replayed.rows_affected() == 0 {
                return Err(Refused::NotThere);
            }
            (None, format!("job-{id}"))
        }
    };
    audit::append(tx, now, &actor.event("job.replayed", user).target(target)).await?;
    Ok(())
}

async fn replay_turn(tx: &mut AdminTx, id: Uuid) -> Result<UserId, Refused> {
    let turn = sqlx::query!(
        r#"select user_id, exists (select 1 from ledger l where l.user_id = t.user_id and l.turn_id = t.id) as "did!"
           from turns t where id = $1 and state = 'dead'"#,
        id
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Refused::NotThere)?;
    if turn.did {
        return Err(Refused::HalfDone);
    }
    let texts = sqlx::query!(
        "update messages set state = 'pending', turn_id = null where turn_id = $1 and state = 'dead'",
        id
    )
    .execute(&mut **tx)
    .await?;
    if texts.rows_affected() == 0 {
        return Err(Refused::NotThere);
    }
    sqlx::query!("select wake_mailbox($1, null)", turn.user_id)
        .fetch_one(&mut **tx)
        .await?;
    Ok(UserId(turn.user_id))
}
