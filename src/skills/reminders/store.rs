//! The only SQL on `reminders`. Every function takes a `UserTx`; every write brings the planned alarm into line, in the same
//! transaction. Rows travel as JSON, so that what an undo keeps is what the table holds.

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{alarm, say};
use crate::{
    db::UserTx,
    skills::Thing,
    when::{Here, Recurrence, resolve},
};

/// Whether a reminder still has something to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Active,
    Done,
}

/// A row of `reminders`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reminder {
    pub id: Uuid,
    /// The `12` of `R12`.
    pub number: i32,
    pub what: String,
    /// The first occurrence on the wall of `zone`.
    pub starts_at: DateTime,
    pub zone: String,
    /// Moves along when the user changes zones.
    pub floating: bool,
    /// The value of an RRULE; none: once.
    pub rule: Option<String>,
    pub except_at: Vec<DateTime>,
    pub nag_seconds: Option<i32>,
    /// The user named the time.
    pub exact: bool,
    /// A scheduled question: the reading call whose answer is said.
    pub call: Option<Value>,
    pub task_id: Option<Uuid>,
    pub event_id: Option<Uuid>,
    /// How long before its task or event it comes: seconds, or whole days with a time of day.
    pub ahead_seconds: Option<i32>,
    #[serde(default)]
    pub ahead_at: Option<Time>,
    pub state: State,
    pub paused_until: Option<Timestamp>,
    /// The number that asked for it.
    pub recipient: Option<String>,
    /// Raised by every change.
    pub version: i32,
    pub created_at: Timestamp,
}

impl Reminder {
    /// Its zone; one that this program does not know is read as UTC.
    pub fn time_zone(&self) -> TimeZone {
        TimeZone::get(&self.zone).unwrap_or(TimeZone::UTC)
    }

    /// Its rule, if it comes again.
    pub fn recurrence(&self) -> Option<Recurrence> {
        let rule = self.rule.as_deref()?;
        Recurrence::new(rule, self.starts_at, self.except_at.clone()).ok()
    }

    /// The instant of the first occurrence.
    pub fn first_at(&self) -> Timestamp {
        resolve(self.starts_at, &self.time_zone()).at
    }

    /// Whether it is silent now.
    pub fn is_paused(&self, now: Timestamp) -> bool {
        self.paused_until.is_some_and(|until| until > now)
    }
}

impl Thing for Reminder {
    const LETTER: &'static str = super::LETTER;

    fn id(&self) -> Uuid {
        self.id
    }

    fn number(&self) -> i32 {
        self.number
    }

    fn version(&self) -> i32 {
        self.version
    }

    fn set_version(&mut self, version: i32) {
        self.version = version;
    }

    fn line(&self, today: Date) -> String {
        say::reminder(self, &plain_here(today, self.time_zone()))
    }

    fn called(&self) -> Option<&str> {
        Some(&self.what)
    }

    fn restored(&self) -> &'static str {
        match self.state {
            State::Done => "done again",
            State::Active => "back to",
        }
    }

    async fn find(tx: &mut UserTx, id: Uuid) -> Result<Option<Self>, sqlx::Error> {
        let row = sqlx::query_scalar!(
            r#"select to_jsonb(r) as "row!" from reminders r where id = $1 for update"#,
            id
        )
        .fetch_optional(&mut **tx)
        .await?;
        row.map(read).transpose()
    }

    async fn find_by_number(tx: &mut UserTx, number: i32) -> Result<Option<Self>, sqlx::Error> {
        let row = sqlx::query_scalar!(
            r#"select to_jsonb(r) as "row!" from reminders r where number = $1 for update"#,
            number
        )
        .fetch_optional(&mut **tx)
        .await?;
        row.map(read).transpose()
    }

    async fn page(tx: &mut UserTx, after: i32, limit: i64) -> Result<Vec<Self>, sqlx::Error> {
        let rows = sqlx::query_scalar!(
            r#"select to_jsonb(r) as "row!" from reminders r where number > $1 order by number limit $2"#,
            after,
            limit
        )
        .fetch_all(&mut **tx)
        .await?;
        rows.into_iter().map(read).collect()
    }

    async fn update(
        &self,
        tx: &mut UserTx,
        expected: i32,
        now: Timestamp,
    ) -> Result<Option<Self>, sqlx::Error> {
        let row = sqlx::query_scalar!(
            r#"update reminders r set
                 (what, starts_at, zone, floating, rule, except_at, nag_seconds, exact, call, task_id, event_id,
                  ahead_seconds, ahead_at, state, paused_until, recipient, version, changed_at) =
                 (select n.what, n.starts_at, n.zone, n.floating, n.rule, n.except_at, n.nag_seconds, n.exact, n.call,
                         n.task_id, n.event_id, n.ahead_seconds, n.ahead_at, n.state, n.paused_until, n.recipient,
                         n.version, $4::timestamptz
                  from jsonb_populate_record(r, $3) n)
               where id = $1 and version = $2
               returning to_jsonb(r) as "row!""#,
            self.id,
            expected,
            json!(self),
            now.to_sqlx() as _,
        )
        .fetch_optional(&mut **tx)
        .await?;
        let saved: Option<Self> = row.map(read).transpose()?;
        if let Some(saved) = &saved {
            alarm::plan(tx, saved, now).await?;
        }
        Ok(saved)
    }

    async fn remove(tx: &mut UserTx, id: Uuid, version: i32) -> Result<bool, sqlx::Error> {
        let gone = sqlx::query!(
            "delete from reminders where id = $1 and version = $2",
            id,
            version
        )
        .execute(&mut **tx)
        .await?;
        let gone = gone.rows_affected() == 1;
        if gone {
            alarm::skip_all(tx, id).await?;
        }
        Ok(gone)
    }

    async fn put_back(&self, tx: &mut UserTx, now: Timestamp) -> Result<bool, sqlx::Error> {
        insert(tx, self, now).await
    }
}

/// What [`Thing::line`] can know of its reader; `trace` says an undo in the user's own way.
fn plain_here(today: Date, zone: TimeZone) -> Here {
    let noon = today.at(12, 0, 0, 0).to_zoned(zone.clone());
    let now = noon.map_or(Timestamp::UNIX_EPOCH, |noon| noon.timestamp());
    Here::new(now, zone)
}

fn read(row: Value) -> Result<Reminder, sqlx::Error> {
    serde_json::from_value(row).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// Those of the reminders with these ids that are there, locked.
pub async fn among(tx: &mut UserTx, ids: &[Uuid]) -> Result<Vec<Reminder>, sqlx::Error> {
    let rows = sqlx::query_scalar!(
        r#"select to_jsonb(r) as "row!" from reminders r where id = any($1) order by number for update"#,
        ids
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(read).collect()
}

/// Writes a new row and plans its alarm. `false`: its number is taken.
pub async fn insert(
    tx: &mut UserTx,
    reminder: &Reminder,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let user = tx.user();
    let mut row = json!(reminder);
    row["user_id"] = json!(user.0);
    row["changed_at"] = json!(now);
    let put = sqlx::query!(
        "insert into reminders select n.* from jsonb_populate_record(null::reminders, $1) n on conflict do nothing",
        row
    )
    .execute(&mut **tx)
    .await?;
    let put = put.rows_affected() == 1;
    if put {
        alarm::plan(tx, reminder, now).await?;
    }
    Ok(put)
}

/// Which reminders a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Something of them is still to come.
    Open,
    /// Nothing more is to come, or they are done.
    Over,
    /// Silent now.
    Paused,
    All,
}

/// Reminders with the instant at which each is due next; open ones by that, over ones newest first.
pub async fn list(
    tx: &mut UserTx,
    which: Which,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<(Reminder, Option<Timestamp>)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"with due as (select reminder_id, min(due_at) as at from alarms where state = 'planned' group by 1)
           select to_jsonb(r) as "row!", d.at as "at?" from reminders r left join due d on d.reminder_id = r.id
           where case $1 when 'open' then d.at is not null
                         when 'over' then d.at is null
                         when 'paused' then r.paused_until > $2 else true end
           order by d.at nulls last, r.number desc limit $3"#,
        match which {
            Which::Open => "open",
            Which::Over => "over",
            Which::Paused => "paused",
            Which::All => "all",
        },
        now.to_sqlx() as _,
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter()
        .map(|row| Ok((read(row.row)?, row.at.map(|at| at.to_jiff()))))
        .collect()
}

/// The open reminder that already says the same at the same time.
pub async fn find_same(tx: &mut UserTx, like: &Reminder) -> Result<Option<Reminder>, sqlx::Error> {
    let row = sqlx::query_scalar!(
        r#"select to_jsonb(r) as "row!" from reminders r
           where state = 'active' and lower(what) = lower($1) and starts_at = $2 and zone = $3
             and rule is not distinct from $4
             and exists (select 1 from alarms a where a.reminder_id = r.id and a.state = 'planned')
           order by number limit 1"#,
        like.what,
        like.starts_at.to_sqlx() as _,
        like.zone,
        like.rule,
    )
    .fetch_optional(&mut **tx)
    .await?;
    row.map(read).transpose()
}

/// The reminders that a task or an event carries along, locked.
pub async fn carried_by(tx: &mut UserTx, id: Uuid) -> Result<Vec<Reminder>, sqlx::Error> {
    let rows = sqlx::query_scalar!(
        r#"select to_jsonb(r) as "row!" from reminders r
           where (task_id = $1 or event_id = $1) and ahead_seconds is not null and state = 'active'
           order by number for update"#,
        id
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(read).collect()
}

/// Open reminders that move along to another zone, locked.
pub async fn floating(tx: &mut UserTx, zone: &str) -> Result<Vec<Reminder>, sqlx::Error> {
    let rows = sqlx::query_scalar!(
        r#"select to_jsonb(r) as "row!" from reminders r
           where floating and state = 'active' and zone <> $1
             and exists (select 1 from alarms a where a.reminder_id = r.id and a.state = 'planned')
           order by number for update"#,
        zone
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(read).collect()
}

/// How many open reminders keep another zone than this, because they are fixed to it.
pub async fn count_fixed(tx: &mut UserTx, zone: &str) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from reminders r
           where not floating and state = 'active' and zone <> $1 and rule is not null
             and exists (select 1 from alarms a where a.reminder_id = r.id and a.state = 'planned')"#,
        zone
    )
    .fetch_one(&mut **tx)
    .await
}

/// Until when all reminders of the user are silent.
pub async fn paused_until(tx: &mut UserTx) -> Result<Option<Timestamp>, sqlx::Error> {
    let user = tx.user();
    let until = sqlx::query_scalar!(
        "select reminders_paused_until from users where id = $1 for no key update",
        user.0
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(until.map(|at| at.to_jiff()))
}

/// Silences all reminders of the user, or lets them speak again.
pub async fn pause_all(tx: &mut UserTx, until: Option<Timestamp>) -> Result<(), sqlx::Error> {
    let user = tx.user();
    sqlx::query!(
        "update users set reminders_paused_until = $2 where id = $1",
        user.0,
        until.map(|at| at.to_sqlx()) as _
    )
    .execute(&mut **tx)
    .await
    .map(drop)
}

/// The digest that a user has on a schedule, the first of several.
pub async fn digest(tx: &mut UserTx) -> Result<Option<Reminder>, sqlx::Error> {
    let row = sqlx::query_scalar!(
        r#"select to_jsonb(r) as "row!" from reminders r
           where state = 'active' and call ->> 'tool' = 'my_day' order by (rule is null), number limit 1"#
    )
    .fetch_optional(&mut **tx)
    .await?;
    row.map(read).transpose()
}
