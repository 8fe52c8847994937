//! The only SQL on `tasks`. Every function takes a `UserTx`; row-level security keeps it to that user's rows. Rows travel as
//! JSON, so that what an undo keeps is what the table holds.

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::say;
use crate::{
    clock::new_id,
    db::UserTx,
    skills::{Thing, next_number},
};

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
    /// Effort.
    #[serde(default)]
    pub minutes: Option<i32>,
    #[serde(default)]
    pub waiting_for: Option<String>,
    #[serde(default)]
    pub project: Option<String>,
    /// The task that it is a step of; one that is gone counts as none.
    #[serde(default)]
    pub parent_id: Option<Uuid>,
    /// The value of an RRULE over days; none: once.
    #[serde(default)]
    pub rule: Option<String>,
    /// The day that the rule counts from; none: from the day on which it is done.
    #[serde(default)]
    pub anchor: Option<Date>,
    /// The task that this is the next occurrence of.
    #[serde(default)]
    pub follows: Option<Uuid>,
    /// How often its day came and it was moved on.
    #[serde(default)]
    pub missed: i16,
    /// Raised by every change.
    pub version: i32,
    pub created_at: Timestamp,
}

impl Task {
    /// An open task that is not kept yet.
    pub fn new(title: impl Into<String>, number: i32, now: Timestamp) -> Self {
        Self {
            id: new_id(),
            number,
            title: title.into(),
            priority: 0,
            due_on: None,
            done_at: None,
            minutes: None,
            waiting_for: None,
            project: None,
            parent_id: None,
            rule: None,
            anchor: None,
            follows: None,
            missed: 0,
            version: 1,
            created_at: now,
        }
    }
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

    fn called(&self) -> Option<&str> {
        Some(&self.title)
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

fn read(row: Value) -> Result<Task, sqlx::Error> {
    serde_json::from_value(row).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// The open task of exactly this title (case ignored).
pub async fn find_open(tx: &mut UserTx, title: &str) -> Result<Option<Task>, sqlx::Error> {
    let row = sqlx::query_scalar!(
        r#"select to_jsonb(t) as "row!" from tasks t
           where state = 'open' and lower(title) = lower($1) order by number limit 1"#,
        title
    )
    .fetch_optional(&mut **tx)
    .await?;
    row.map(read).transpose()
}

/// Looks a task up by its number, and locks it.
pub async fn find_by_number(tx: &mut UserTx, number: i32) -> Result<Option<Task>, sqlx::Error> {
    let row = sqlx::query_scalar!(
        r#"select to_jsonb(t) as "row!" from tasks t where number = $1 for update"#,
        number
    )
    .fetch_optional(&mut **tx)
    .await?;
    row.map(read).transpose()
}

/// Looks a task up by its id, and locks it.
pub async fn find_by_id(tx: &mut UserTx, id: Uuid) -> Result<Option<Task>, sqlx::Error> {
    let row = sqlx::query_scalar!(
        r#"select to_jsonb(t) as "row!" from tasks t where id = $1 for update"#,
        id
    )
    .fetch_optional(&mut **tx)
    .await?;
    row.map(read).transpose()
}

/// The task that comes after this one, if there is one already.
pub async fn find_next(tx: &mut UserTx, id: Uuid) -> Result<Option<Task>, sqlx::Error> {
    let row = sqlx::query_scalar!(
        r#"select to_jsonb(t) as "row!" from tasks t where follows = $1"#,
        id
    )
    .fetch_optional(&mut **tx)
    .await?;
    row.map(read).transpose()
}

/// The steps of a task, done ones too, by number.
pub async fn steps(tx: &mut UserTx, parent: Uuid) -> Result<Vec<Task>, sqlx::Error> {
    let rows = sqlx::query_scalar!(
        r#"select to_jsonb(t) as "row!" from tasks t where parent_id = $1 order by number"#,
        parent
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(read).collect()
}

/// How many steps a task has, and how many of them are done.
pub struct Steps {
    pub parent: Uuid,
    pub all: i64,
    pub done: i64,
}

/// The count of steps of each of these tasks that has any.
pub async fn steps_of_all(tx: &mut UserTx, parents: &[Uuid]) -> Result<Vec<Steps>, sqlx::Error> {
    sqlx::query_as!(
        Steps,
        r#"select parent_id as "parent!", count(*) as "all!", count(*) filter (where state = 'done') as "done!"
           from tasks where parent_id = any($1) group by 1"#,
        parents
    )
    .fetch_all(&mut **tx)
    .await
}

/// Of these tasks the first to which splitting or dropping was not offered yet; from now on it was.
pub async fn offer(tx: &mut UserTx, ids: &[Uuid]) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "update tasks set offered = true where id =
             (select id from tasks where id = any($1) and not offered order by array_position($1, id) limit 1)
         returning id",
        ids
    )
    .fetch_optional(&mut **tx)
    .await
}

/// A project: a name, and how much of it is open and done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    pub name: String,
    pub open: i64,
    pub done: i64,
}

/// Every project that has tasks; those with open ones first, by name.
pub async fn projects(tx: &mut UserTx) -> Result<Vec<Project>, sqlx::Error> {
    sqlx::query_as!(
        Project,
        r#"select min(project) as "name!", count(*) filter (where state = 'open') as "open!",
                  count(*) filter (where state = 'done') as "done!"
           from tasks where project is not null
           group by lower(project) order by (count(*) filter (where state = 'open') = 0), lower(project)"#
    )
    .fetch_all(&mut **tx)
    .await
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
    let rows = sqlx::query_scalar!(
        r#"select to_jsonb(t) as "row!" from tasks t
           where ($1 or state = 'open') and ($2 or state = 'done')
           order by (state = 'done'), case when state = 'open' then due_on end nulls last,
                    case when state = 'open' then -priority end, done_at desc nulls last, number
           limit $3"#,
        which != Which::Open,
        which != Which::Done,
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(read).collect()
}

/// A page of all tasks for REST, by number, after the given one.
pub async fn page(tx: &mut UserTx, after: i32, limit: i64) -> Result<Vec<Task>, sqlx::Error> {
    let rows = sqlx::query_scalar!(
        r#"select to_jsonb(t) as "row!" from tasks t where number > $1 order by number limit $2"#,
        after,
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(read).collect()
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
    let row = sqlx::query_scalar!(
        r#"update tasks t set
             (title, priority, due_on, done_at, state, minutes, waiting_for, project, parent_id, rule, anchor, missed,
              version, changed_at) =
             (select n.title, n.priority, n.due_on, n.done_at, case when n.done_at is null then 'open' else 'done' end,
                     n.minutes, n.waiting_for, n.project, n.parent_id, n.rule, n.anchor, n.missed, n.version, $4::timestamptz
              from jsonb_populate_record(t, $3) n)
           where id = $1 and version = $2
           returning to_jsonb(t) as "row!""#,
        task.id,
        expected,
        json!(task),
        now.to_sqlx() as _,
    )
    .fetch_optional(&mut **tx)
    .await?;
    row.map(read).transpose()
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

/// Writes a row as it is. `None`: its number is taken, or it follows a task that another one follows.
async fn write(tx: &mut UserTx, task: &Task, now: Timestamp) -> Result<Option<Task>, sqlx::Error> {
    let user = tx.user();
    let row = sqlx::query_scalar!(
        r#"insert into tasks as t (id, user_id, number, title, priority, due_on, state, done_at, minutes, waiting_for, project,
                                   parent_id, rule, anchor, follows, missed, version, created_at, changed_at)
           select n.id, $1, n.number, n.title, n.priority, n.due_on, case when n.done_at is null then 'open' else 'done' end,
                  n.done_at, n.minutes, n.waiting_for, n.project, n.parent_id, n.rule, n.anchor, n.follows, n.missed,
                  n.version, n.created_at, $3
           from jsonb_populate_record(null::tasks, $2) n
           on conflict do nothing returning to_jsonb(t) as "row!""#,
        user.0,
        json!(task),
        now.to_sqlx() as _,
    )
    .fetch_optional(&mut **tx)
    .await?;
    row.map(read).transpose()
}

/// Puts a removed row back as it was. `false`: its number is taken.
pub async fn put_back(tx: &mut UserTx, task: &Task, now: Timestamp) -> Result<bool, sqlx::Error> {
    write(tx, task, now).await.map(|put| put.is_some())
}

/// Keeps a new open task under the next free number.
pub async fn add(tx: &mut UserTx, task: Task, now: Timestamp) -> Result<Task, sqlx::Error> {
    let number = next_number(tx, super::LETTER, 1).await?;
    let kept = write(tx, &Task { number, ..task }, now).await?;
    kept.ok_or(sqlx::Error::RowNotFound)
}
