//! The only SQL on `tasks`. Every function takes a `UserTx`; row-level security keeps it to that user's rows.

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::say;
use crate::{clock::new_id, db::UserTx, skills::Thing};

/// A row of `tasks`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Task {
    pub id: Uuid,
    /// The `12` of `T12`.
    pub number: i32,
    pub title: String,
    /// 0 none, 1 low, 2 medium, 3 high.
    pub priority: i16,
    pub due_on: Option<Date>,
    pub done_at: Option<Timestamp>,
    /// Raised by every change.
    pub version: i32,
    pub created_at: Timestamp,
}

impl Thing for Task {
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
        say::task(self, today)
    }

    fn restored(&self) -> &'static str {
        if self.done_at.is_some() {
            "done again"
        } else {
            "back to"
        }
    }

    async fn find(tx: &mut UserTx, id: Uuid) -> Result<Option<Self>, sqlx::Error> {
        find_by_id(tx, id).await
    }

    async fn find_by_number(tx: &mut UserTx, number: i32) -> Result<Option<Self>, sqlx::Error> {
        find_by_number(tx, number).await
    }

    async fn page(tx: &mut UserTx, after: i32, limit: i64) -> Result<Vec<Self>, sqlx::Error> {
        page(tx, after, limit).await
    }

    async fn update(
        &self,
        tx: &mut UserTx,
        expected: i32,
        now: Timestamp,
    ) -> Result<Option<Self>, sqlx::Error> {
        update(tx, self, expected, now).await
    }

    async fn remove(tx: &mut UserTx, id: Uuid, version: i32) -> Result<bool, sqlx::Error> {
        delete(tx, id, version).await
    }

    async fn put_back(&self, tx: &mut UserTx, now: Timestamp) -> Result<bool, sqlx::Error> {
        put_back(tx, self, now).await
    }
}

/// A task that is to be.
#[derive(Clone, Debug, Default)]
pub struct NewTask {
    pub title: String,
    pub priority: i16,
    pub due_on: Option<Date>,
}

macro_rules! task {
    ($row:expr) => {
        Task {
            id: $row.id,
            number: $row.number,
            title: $row.title,
            priority: $row.priority,
            due_on: $row.due_on.map(|d| d.to_jiff()),
            done_at: $row.done_at.map(|t| t.to_jiff()),
            version: $row.version,
            created_at: $row.created_at.to_jiff(),
        }
    };
}

/// Adds an open task under the given number.
pub async fn insert(
    tx: &mut UserTx,
    number: i32,
    new: &NewTask,
    now: Timestamp,
) -> Result<Task, sqlx::Error> {
    let user = tx.user();
    let row = sqlx::query!(
        "insert into tasks (id, user_id, number, title, priority, due_on, created_at, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7)
         returning id, number, title, priority, due_on, done_at, version, created_at",
        new_id(),
        user.0,
        number,
        new.title,
        new.priority,
        new.due_on.map(|d| d.to_sqlx()) as _,
        now.to_sqlx() as _,
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(task!(row))
}

/// The open task of exactly this title (case ignored).
pub async fn find_open(tx: &mut UserTx, title: &str) -> Result<Option<Task>, sqlx::Error> {
    let row = sqlx::query!(
        "select id, number, title, priority, due_on, done_at, version, created_at from tasks
         where state = 'open' and lower(title) = lower($1) order by number limit 1",
        title
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|row| task!(row)))
}

/// Looks a task up by its number, and locks it.
pub async fn find_by_number(tx: &mut UserTx, number: i32) -> Result<Option<Task>, sqlx::Error> {
    let row = sqlx::query!(
        "select id, number, title, priority, due_on, done_at, version, created_at from tasks where number = $1 for update",
        number
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|row| task!(row)))
}

/// Looks a task up by its id, and locks it.
pub async fn find_by_id(tx: &mut UserTx, id: Uuid) -> Result<Option<Task>, sqlx::Error> {
    let row = sqlx::query!(
        "select id, number, title, priority, due_on, done_at, version, created_at from tasks where id = $1 for update",
        id
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|row| task!(row)))
}

/// Which tasks a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Open,
    Done,
    All,
}

/// Tasks in the order in which they are shown: open ones by day, then priority, then number; done ones newest first.
pub async fn list(tx: &mut UserTx, which: Which, limit: i64) -> Result<Vec<Task>, sqlx::Error> {
    let rows = sqlx::query!(
        "select id, number, title, priority, due_on, done_at, version, created_at from tasks
         where ($1 or state = 'open') and ($2 or state = 'done')
         order by (state = 'done'), case when state = 'open' then due_on end nulls last,
                  case when state = 'open' then -priority end, done_at desc nulls last, number
         limit $3",
        which != Which::Open,
        which != Which::Done,
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| task!(row)).collect())
}

/// A page of all tasks for REST, by number, after the given one.
pub async fn page(tx: &mut UserTx, after: i32, limit: i64) -> Result<Vec<Task>, sqlx::Error> {
    let rows = sqlx::query!(
        "select id, number, title, priority, due_on, done_at, version, created_at from tasks
         where number > $1 order by number limit $2",
        after,
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| task!(row)).collect())
}

/// Writes `task` over the row of its id, if that still has the version `expected`. `None`: it has changed.
///
/// A change raises the version (`task.version = expected + 1`); taking a change back restores the version before it, so
/// that what was done earlier can still be taken back too.
pub async fn update(
    tx: &mut UserTx,
    task: &Task,
    expected: i32,
    now: Timestamp,
) -> Result<Option<Task>, sqlx::Error> {
    let row = sqlx::query!(
        "update tasks set title = $3, priority = $4, due_on = $5, done_at = $6,
                state = case when $6::timestamptz is null then 'open' else 'done' end,
                version = $8, changed_at = $7
         where id = $1 and version = $2
         returning id, number, title, priority, due_on, done_at, version, created_at",
        task.id,
        expected,
        task.title,
        task.priority,
        task.due_on.map(|d| d.to_sqlx()) as _,
        task.done_at.map(|t| t.to_sqlx()) as _,
        now.to_sqlx() as _,
        task.version,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|row| task!(row)))
}

/// Removes the row, if it still has this version.
pub async fn delete(tx: &mut UserTx, id: Uuid, version: i32) -> Result<bool, sqlx::Error> {
    let gone = sqlx::query!(
        "delete from tasks where id = $1 and version = $2",
        id,
        version
    )
    .execute(&mut **tx)
    .await?;
    Ok(gone.rows_affected() == 1)
}

/// Puts a removed row back as it was. `false`: its number is taken.
pub async fn put_back(tx: &mut UserTx, task: &Task, now: Timestamp) -> Result<bool, sqlx::Error> {
    let user = tx.user();
    let put = sqlx::query!(
        "insert into tasks (id, user_id, number, title, priority, due_on, state, done_at, version, created_at, changed_at)
         values ($1, $2, $3, $4, $5, $6, case when $7::timestamptz is null then 'open' else 'done' end, $7, $8, $9, $10)
         on conflict do nothing",
        task.id,
        user.0,
        task.number,
        task.title,
        task.priority,
        task.due_on.map(|d| d.to_sqlx()) as _,
        task.done_at.map(|t| t.to_sqlx()) as _,
        task.version,
        task.created_at.to_sqlx() as _,
        now.to_sqlx() as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(put.rows_affected() == 1)
}
