//! A new release of the zone database: what is planned is computed again, so that nine stays nine where the rules changed.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::PgPool;
use uuid::Uuid;

use super::due::{self, Due, Kind};
use crate::{
    db::UserTx,
    domain::UserId,
    when::{resolve, zone::RELEASE},
};

/// Alarms looked at in one go.
const BATCH: i32 = 500;
/// What a change of zone rules can amount to: it comes in quarters of an hour, and Samoa once left out a day. Any other
/// difference means that the alarm was not computed from its wall time.
const QUARTER: i64 = 15 * 60;
const MOST: SignedDuration = SignedDuration::from_hours(26);

/// Computes again what was planned with another release than this program's.
pub async fn recompute(pool: &PgPool) -> Result<(), sqlx::Error> {
    loop {
        let alarms: Vec<(Uuid, Uuid)> = sqlx::query!(
            r#"select id as "id!", user_id as "user!" from alarms_of_other_release($1, $2)"#,
            RELEASE,
            BATCH
        )
        .fetch_all(pool)
        .await?
        .into_iter()
        .map(|row| (row.user, row.id))
        .collect();
        for user in alarms.chunk_by(|a, b| a.0 == b.0) {
            of_user(pool, UserId(user[0].0), user).await?;
        }
        if alarms.len() < usize::try_from(BATCH).unwrap_or_default() {
            return Ok(());
        }
    }
}

async fn of_user(pool: &PgPool, user: UserId, alarms: &[(Uuid, Uuid)]) -> Result<(), sqlx::Error> {
    let read = due::read(pool, alarms).await?;
    let (ids, instants): (Vec<Uuid>, Vec<jiff_sqlx::Timestamp>) = read
        .iter()
        .map(|due| (due.id, instant(due).to_sqlx()))
        .unzip();
    let mut tx = UserTx::begin(pool, user).await?;
    let moved = sqlx::query_scalar!(
        r#"with new as (select * from unnest($1::uuid[], $2::timestamptz[]) as n (id, due_at)),
                stamped as (update alarms a set tz_release = $3 where a.id = any($4) and a.state = 'planned'
                            and not exists (select 1 from new n where n.id = a.id and n.due_at <> a.due_at))
           update alarms a set due_at = n.due_at, tz_release = $3 from new n
           where a.id = n.id and a.state = 'planned' and a.due_at <> n.due_at returning a.id"#,
        &ids,
        &instants as _,
        RELEASE,
        &alarms.iter().map(|alarm| alarm.1).collect::<Vec<_>>(),
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    if !moved.is_empty() {
        tracing::info!(%user, alarms = moved.len(), release = RELEASE, "reminders follow new zone rules");
    }
    Ok(())
}

/// When the alarm is due by the rules of this release.
fn instant(due: &Due) -> Timestamp {
    let Some(reminder) = due
        .reminder
        .as_ref()
        .filter(|_| due.kind == Kind::Occurrence)
    else {
        return due.due_at;
    };
    let zone = reminder.zone();
    let at = match reminder.recurrence() {
        // so many hours after the one before, whatever clocks on walls do
        Some(rule) if rule.is_elapsed() => return due.due_at,
        Some(rule) => rule.resolve(due.occurrence, &zone).at,
        None => resolve(due.occurrence, &zone).at,
    };
    let by = at.duration_since(due.due_at);
    if by.abs() <= MOST && by.as_secs() % QUARTER == 0 && by.subsec_nanos() == 0 {
        at
    } else {
        due.due_at
    }
}
