//! What was missed by more than a day: one summary a user, when quiet hours are over, or at the head of the user's digest.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::PgPool;
use uuid::Uuid;

use super::{
    decide::{MISSED_AFTER, quiet_end},
    due, say,
};
use crate::{
    db::UserTx,
    domain::UserId,
    outbox::{self, Kind, Saying},
    when::{Habits, Here},
};

/// The tool behind a digest.
pub const DIGEST: &str = "my_day";
/// How far ahead a digest may be that tells what was missed.
const DIGEST_WITHIN: SignedDuration = SignedDuration::from_hours(24);
/// Users looked at in one go.
const BATCH: i32 = 200;

/// Tells users what they missed. Returns whether anything was said.
pub async fn tell(pool: &PgPool, everybody: &Habits, now: Timestamp) -> Result<bool, sqlx::Error> {
    let users = sqlx::query_scalar!(r#"select alarms_missed($1) as "user!""#, BATCH)
        .fetch_all(pool)
        .await?;
    let mut told = false;
    for user in users {
        let mut tx = UserTx::begin(pool, UserId(user)).await?;
        told |= tell_one(&mut tx, everybody, now).await?;
        tx.commit().await?;
    }
    Ok(told)
}

async fn tell_one(
    tx: &mut UserTx,
    everybody: &Habits,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let user = tx.user();
    let waits = sqlx::query_scalar!(
        r#"select exists (select 1 from alarms a where a.user_id = $1 and a.state = 'planned' and a.due_at < $2
                          and a.held_until < clock_timestamp() + interval '1 minute')
               or exists (select 1 from alarms a join reminders r on r.user_id = a.user_id and r.id = a.reminder_id
                          where a.user_id = $1 and a.state = 'planned' and a.due_at < $3
                            and r.state = 'active' and r.call ->> 'tool' = $4) as "yes!""#,
        user.0,
        (now - MISSED_AFTER).to_sqlx() as _,
        (now + DIGEST_WITHIN).to_sqlx() as _,
        DIGEST,
    )
    .fetch_one(&mut **tx)
    .await?;
    if waits {
        return Ok(false);
    }
    let (ids, missed) = untold(tx).await?;
    let Some(first) = ids.first() else {
        return Ok(false);
    };
    // where to and from, as for any alarm of this user
    let row = sqlx::query_scalar!(
        r#"select alarms_read($1, $2) as "row!""#,
        &[user.0],
        &[*first]
    )
    .fetch_optional(&mut **tx)
    .await?;
    let about: Option<due::Due> = row.and_then(|row| serde_json::from_value(row).ok());
    let Some(about) = about else {
        return Ok(false);
    };
    let here = Here {
        now,
        zone: due::zone(&about.zone),
        habits: everybody.overlaid(about.habits.clone()),
    };
    if about.paused_until > Some(now) || quiet_end(&here).is_some() {
        return Ok(false);
    }
    let (Some(theirs), Some(ours)) = (&about.theirs, &about.ours) else {
        return Ok(false);
    };
    let mut summary = None;
    if !missed.is_empty() {
        let body = say::away(&missed, &here);
        let saying = Saying {
            recipient: theirs,
            sender: ours,
            kind: Kind::Push,
            turn: None,
            part: 0,
            dedupe_key: format!("missed:{user}:{}", here.today()),
            body: &body,
            useful_until: Some(now + DIGEST_WITHIN),
        };
        // what is missed after today's summary waits for tomorrow's
        summary = outbox::say(tx, saying).await?;
        if summary.is_none() {
            return Ok(false);
        }
    }
    told(tx, &ids, now, summary).await?;
    Ok(!missed.is_empty())
}

/// What was missed and not told, for the head of a digest; it counts as told then.
pub async fn for_digest(tx: &mut UserTx, here: &Here) -> Result<Option<String>, sqlx::Error> {
    let (ids, missed) = untold(tx).await?;
    told(tx, &ids, here.now, None).await?;
    Ok((!missed.is_empty()).then(|| say::away(&missed, here)))
}

/// The alarms, and what they were about: `R3 call mom`. One whose reminder is gone is told by nobody.
async fn untold(tx: &mut UserTx) -> Result<(Vec<Uuid>, Vec<(String, Timestamp)>), sqlx::Error> {
    let user = tx.user();
    let rows = sqlx::query!(
        r#"select a.id, a.due_at, r.number as "number?", r.what as "what?"
           from alarms a left join reminders r on r.user_id = a.user_id and r.id = a.reminder_id
           where a.user_id = $1 and a.state = 'missed' and a.told_missed_at is null
           order by a.due_at for update of a"#,
        user.0
    )
    .fetch_all(&mut **tx)
    .await?;
    let ids = rows.iter().map(|row| row.id).collect();
    let missed = rows
        .into_iter()
        .filter_map(|row| {
            Some((
                format!("R{} {}", row.number?, row.what?),
                row.due_at.to_jiff(),
            ))
        })
        .collect();
    Ok((ids, missed))
}

/// `summary`: the row of the outbox that tells it, so that a failure of that is known.
async fn told(
    tx: &mut UserTx,
    ids: &[Uuid],
    now: Timestamp,
    summary: Option<Uuid>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update alarms set told_missed_at = $2, outbox_id = $3 where id = any($1)",
        ids,
        now.to_sqlx() as _,
        summary,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
