//! Alarms that are due, with all that is needed to say them: claimed across users by ids only, read as each user.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::PgPool;
use uuid::Uuid;

use crate::{crash_point, domain::UserId, when::Recurrence};

/// How long claimed alarms are in one dispatcher's hands: far longer than a round takes.
const HOLD_SECONDS: f64 = 10.0;

/// What an alarm is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// What the user asked for.
    Occurrence,
    /// Put off by the user.
    Snooze,
    /// Again, since it is not done.
    Nag,
}

impl Kind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Occurrence => "occurrence",
            Self::Snooze => "snooze",
            Self::Nag => "nag",
        }
    }
}

/// One alarm as `alarms_read` gives it.
#[derive(Clone, Debug, Deserialize)]
pub struct Due {
    pub id: Uuid,
    pub user: UserId,
    pub reminder_id: Uuid,
    pub occurrence: DateTime,
    pub kind: Kind,
    pub nth: i32,
    pub due_at: Timestamp,
    /// How often it could not be said.
    pub tries: i32,
    /// The user's own zone, and what of their habits they have set.
    pub zone: String,
    pub habits: Value,
    /// All reminders of the user.
    pub paused_until: Option<Timestamp>,
    /// What the user's account may not do.
    pub denied: Vec<String>,
    /// `None`: deleted.
    pub reminder: Option<Reminder>,
    /// The task or event that carries it is there and open; true when nothing carries it.
    pub carrier: bool,
    /// What became of this occurrence so far.
    pub done: bool,
    pub snoozed: bool,
    pub nags: i64,
    pub last_nth: i32,
    /// A later occurrence was said.
    pub overtaken: bool,
    /// Where to, and from which of our numbers.
    pub theirs: Option<String>,
    pub ours: Option<String>,
}

/// The reminder of an alarm.
#[derive(Clone, Debug, Deserialize)]
pub struct Reminder {
    pub number: i32,
    pub what: String,
    pub starts_at: DateTime,
    pub zone: String,
    pub rule: Option<String>,
    pub except_at: Vec<DateTime>,
    pub nag_seconds: Option<i64>,
    pub exact: bool,
    pub call: Option<Value>,
    pub state: String,
    pub paused_until: Option<Timestamp>,
    pub version: i32,
}

impl Reminder {
    /// Its rule, when it comes again.
    pub fn recurrence(&self) -> Option<Recurrence> {
        let rule = self.rule.as_deref()?;
        Recurrence::new(rule, self.starts_at, self.except_at.clone()).ok()
    }

    /// The zone that its wall times are in.
    pub fn zone(&self) -> TimeZone {
        zone(&self.zone)
    }

    /// `R12`.
    pub fn label(&self) -> String {
        format!("R{}", self.number)
    }
}

/// The zone of that name. A name that the bundled database no longer knows is UTC: late or early is better than never.
pub fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or_else(|_| {
        tracing::error!(zone = name, "the zone of a user or reminder is not known");
        TimeZone::UTC
    })
}

/// The instant of the next alarm that nobody has in hand.
pub async fn next(pool: &PgPool) -> Result<Option<Timestamp>, sqlx::Error> {
    let next = sqlx::query_scalar!("select alarms_next()")
        .fetch_one(pool)
        .await?;
    Ok(next.map(jiff_sqlx::Timestamp::to_jiff))
}

/// Takes up to `limit` alarms that are due in hand and reads them.
pub async fn take(pool: &PgPool, now: Timestamp, limit: usize) -> Result<Vec<Due>, sqlx::Error> {
    let mut claimed: Vec<(Uuid, Uuid)> = sqlx::query!(
        r#"select id as "id!", user_id as "user!" from alarms_claim($1, $2, make_interval(secs => $3))"#,
        now.to_sqlx() as _,
        i32::try_from(limit).unwrap_or(i32::MAX),
        HOLD_SECONDS,
    )
    .fetch_all(pool)
    .await?
    .into_iter()
    .map(|row| (row.user, row.id))
    .collect();
    if claimed.is_empty() {
        return Ok(Vec::new());
    }
    crash_point!("fire.claimed");
    // one change of the setting a user, and the same order of locks in every dispatcher
    claimed.sort_unstable();
    let due = read(pool, &claimed).await?;
    crash_point!("fire.read");
    Ok(due)
}

/// Reads alarms, given with their users, as each of these users.
pub async fn read(pool: &PgPool, alarms: &[(Uuid, Uuid)]) -> Result<Vec<Due>, sqlx::Error> {
    let (users, ids): (Vec<Uuid>, Vec<Uuid>) = alarms.iter().copied().unzip();
    let rows = sqlx::query_scalar!(r#"select alarms_read($1, $2) as "row!""#, &users, &ids)
        .fetch_all(pool)
        .await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        match serde_json::from_value(row) {
            Ok(due) => all.push(due),
            // in hand until the hold ends, and tried again: none of the others waits for it
            Err(error) => tracing::error!(%error, "an alarm cannot be read"),
        }
    }
    Ok(all)
}
