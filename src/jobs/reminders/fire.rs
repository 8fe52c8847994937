//! Decisions written down: the outbox row, what became of the alarm and what is planned next, in one transaction.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{
    decide::{Decision, Next, What},
    due::Due,
};
use crate::{crash_point, db::UserTx, domain::UserId, text};

/// After so many errors that are this alarm's own, its text is given up and its series goes on.
const TRIES: i32 = 3;

/// A row of `alarms_fire`.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    pub id: Uuid,
    pub user: UserId,
    reminder_id: Uuid,
    version: Option<i32>,
    due_at: Timestamp,
    now: Timestamp,
    #[serde(rename = "do")]
    what: &'static str,
    next: Vec<Next>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
    #[serde(flatten)]
    words: Option<Words>,
    #[serde(skip)]
    tries: i32,
}

/// What is said, where to, from whom.
#[derive(Clone, Debug, Serialize)]
struct Words {
    theirs: String,
    ours: String,
    key: String,
    body: String,
    segments: usize,
    useful_until: Timestamp,
}

impl Row {
    /// The row of a decision; a question's answer is `What::Say` by now.
    pub fn new(due: &Due, decision: Decision, now: Timestamp) -> Self {
        let key = format!(
            "reminder:{}:{}:{}:{}",
            due.reminder_id,
            due.occurrence,
            due.kind.as_str(),
            due.nth
        );
        Self::keyed(due, decision, now, key)
    }

    /// The same, with another name for what is said.
    pub fn keyed(due: &Due, decision: Decision, now: Timestamp, key: String) -> Self {
        let (mut until, mut words) = (None, None);
        let what = match decision.what {
            What::Say(body) => {
                let clean = text::clean(&body);
                let body = text::economical(&clean).into_owned();
                words = Some(Words {
                    theirs: due.theirs.clone().unwrap_or_default(),
                    ours: due.ours.clone().unwrap_or_default(),
                    key,
                    segments: text::size(&body).segments.max(1) as usize,
                    body,
                    useful_until: due
                        .due_at
                        .saturating_add(SignedDuration::from_hours(24))
                        .unwrap_or(Timestamp::MAX),
                });
                "say"
            }
            What::Ask | What::Skip => "skip",
            What::Drop => "drop",
            What::Miss => "miss",
            What::Move(at) => {
                until = Some(at);
                "move"
            }
            What::Wait => "wait",
        };
        Self {
            id: due.id,
            user: due.user,
            reminder_id: due.reminder_id,
            version: due.reminder.as_ref().map(|reminder| reminder.version),
            due_at: due.due_at,
            now,
            what,
            next: decision.next,
            until,
            words,
            tries: due.tries,
        }
    }

    /// The same without its words.
    fn silent(&self) -> Self {
        Self {
            what: "skip",
            words: None,
            ..self.clone()
        }
    }
}

/// Writes `rows` in one transaction; what somebody changes right now, or a row that hinders the others, is written by
/// itself.
pub async fn fire(pool: &PgPool, rows: Vec<Row>) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let left: Vec<Row> = match together(pool, &rows).await {
        Ok(busy) => rows
            .into_iter()
            .filter(|row| busy.contains(&row.id))
            .collect(),
        // whatever it was, it is found row by row
        Err(error) if error.as_database_error().is_some() => {
            tracing::warn!(%error, "alarms cannot be written together");
            rows
        }
        Err(error) => return Err(error),
    };
    for row in left {
        match alone(pool, &row).await {
            Ok(()) => {}
            Err(error) if is_its_own(&error) => failed(pool, &row, &error).await?,
            Err(error) if error.as_database_error().is_some() => {
                tracing::warn!(alarm = %row.id, %error, "an alarm is tried again");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Returns what was busy.
async fn together(pool: &PgPool, rows: &[Row]) -> Result<Vec<Uuid>, sqlx::Error> {
    let mut tx = pool.begin().await?;
    let busy = write(&mut tx, rows, false).await?;
    crash_point!("fire.before_commit");
    tx.commit().await?;
    crash_point!("fire.committed");
    Ok(busy)
}

async fn alone(pool: &PgPool, row: &Row) -> Result<(), sqlx::Error> {
    let mut tx = pool.begin().await?;
    write(&mut tx, std::slice::from_ref(row), true).await?;
    crash_point!("fire.before_commit");
    tx.commit().await?;
    crash_point!("fire.committed");
    Ok(())
}

/// Writes `rows` in the caller's transaction and returns those that were busy.
pub async fn write(
    tx: &mut PgConnection,
    rows: &[Row],
    wait: bool,
) -> Result<Vec<Uuid>, sqlx::Error> {
    let outcomes = sqlx::query!(
        r#"select alarm as "alarm!", outcome as "outcome!" from alarms_fire($1, $2)"#,
        serde_json::json!(rows),
        wait,
    )
    .fetch_all(&mut *tx)
    .await?;
    let busy = outcomes.into_iter().filter(|row| row.outcome == "busy");
    Ok(busy.map(|row| row.alarm).collect())
}

/// Whether an error comes from what the row says: data and constraints, not locks, limits or the server.
pub fn is_its_own(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.is_some_and(|code| code.starts_with("22") || code.starts_with("23"))
}

/// Counts a failure; after the last the alarm is skipped, with its series going on if that is possible.
pub async fn failed(
    pool: &PgPool,
    row: &Row,
    error: &(dyn std::fmt::Display + Sync),
) -> Result<(), sqlx::Error> {
    let last = row.tries + 1 >= TRIES;
    tracing::error!(alarm = %row.id, user = %row.user, %error, given_up = last, "an alarm cannot be written");
    metrics::counter!("assistant_job_failures_total", "job" => "reminders").increment(1);
    if last && alone(pool, &row.silent()).await.is_ok() {
        return Ok(());
    }
    let mut tx = UserTx::begin(pool, row.user).await?;
    sqlx::query!(
        "update alarms set tries = tries + 1, held_until = clock_timestamp() + interval '5 seconds',
                state = case when $2 then 'skipped' else state end
         where id = $1 and state = 'planned'",
        row.id,
        last,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}
