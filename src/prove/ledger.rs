//! What the database holds at the end of a run, read from outside as a superuser, past row-level security. Queries are
//! unchecked on purpose: this looks at the schema as a stranger would.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff_sqlx::Timestamp as SqlTimestamp;
use sqlx::{FromRow, PgPool};
use uuid::Uuid;

#[derive(Debug, FromRow)]
pub struct Message {
    pub provider_sid: String,
    pub user_id: Option<Uuid>,
    pub seq: Option<i64>,
    pub kind: String,
    pub state: String,
    pub turn_id: Option<Uuid>,
}

#[derive(Debug, FromRow)]
pub struct Turn {
    pub id: Uuid,
    pub user_id: Uuid,
    pub state: String,
    pub attempts: i32,
    pub outcome: Option<String>,
    ended_at: Option<SqlTimestamp>,
}

impl Turn {
    pub fn ended_at(&self) -> Option<Timestamp> {
        self.ended_at.map(|at| at.to_jiff())
    }
}

#[derive(Debug, FromRow)]
pub struct Row {
    pub id: Uuid,
    pub ordinal: i64,
    pub recipient: String,
    pub kind: String,
    pub turn_id: Option<Uuid>,
    pub part: i32,
    pub body: String,
    pub state: String,
    pub attempts: i32,
    pub provider_sid: Option<String>,
    claimed_at: Option<SqlTimestamp>,
}

impl Row {
    pub fn claimed_at(&self) -> Option<Timestamp> {
        self.claimed_at.map(|at| at.to_jiff())
    }
}

#[derive(Debug, FromRow)]
pub struct Receipt {
    pub user_id: Uuid,
    pub turn_id: Option<Uuid>,
    pub tool: String,
    pub label: String,
    pub line: String,
    pub undone: bool,
}

#[derive(Debug, FromRow)]
pub struct Task {
    pub user_id: Uuid,
    pub number: i32,
    pub title: String,
    pub version: i32,
}

/// Everything that a check needs, in memory.
#[derive(Debug)]
pub struct Ledger {
    pub messages: Vec<Message>,
    pub turns: HashMap<Uuid, Turn>,
    pub outbox: Vec<Row>,
    pub receipts: Vec<Receipt>,
    pub tasks: Vec<Task>,
    /// `wanted` of each mailbox.
    pub wanted: HashMap<Uuid, i64>,
    /// The last task number given to each user.
    pub numbers: HashMap<Uuid, i32>,
}

impl Ledger {
    pub async fn read(pool: &PgPool) -> Result<Self, sqlx::Error> {
        let turns: Vec<Turn> =
            sqlx::query_as("select id, user_id, state, attempts, outcome, ended_at from turns")
                .fetch_all(pool)
                .await?;
        Ok(Self {
            messages: sqlx::query_as(
                "select provider_sid, user_id, seq, kind, state, turn_id from messages order by user_id, seq",
            )
            .fetch_all(pool)
            .await?,
            turns: turns.into_iter().map(|turn| (turn.id, turn)).collect(),
            outbox: sqlx::query_as(
                "select id, ordinal, recipient, kind, turn_id, part, body, state, attempts, provider_sid, claimed_at
                 from outbox order by ordinal",
            )
            .fetch_all(pool)
            .await?,
            receipts: sqlx::query_as(
                "select user_id, turn_id, tool, label, line, undone_at is not null as undone from ledger order by position",
            )
            .fetch_all(pool)
            .await?,
            tasks: sqlx::query_as("select user_id, number, title, version from tasks").fetch_all(pool).await?,
            wanted: sqlx::query_as::<_, (Uuid, i64)>("select user_id, wanted from mailboxes")
                .fetch_all(pool)
                .await?
                .into_iter()
                .collect(),
            numbers: sqlx::query_as::<_, (Uuid, i32)>("select user_id, last from counters where letter = 'T'")
                .fetch_all(pool)
                .await?
                .into_iter()
                .collect(),
        })
    }
}
