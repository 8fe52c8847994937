//! What is to be said: rows, order, states. Rows are written in the transaction of what they tell about; the sender
//! (`sms/sender.rs`) claims and settles them through the functions of `migrations/0007_dispatch.sql`.
//! May import: db, domain, text.

mod ends;

pub use ends::ends;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    db::UserTx,
    domain::{TurnId, UserId},
    text,
};

/// What a row is for; decides priority and what happens when its fate is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The answer to a text.
    Reply,
    /// "Working on it".
    Working,
    /// Something that we start: goes after replies.
    Push,
    /// A one-time code: never sent twice.
    Code,
}

impl Kind {
    /// The word in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::Working => "working",
            Self::Push => "push",
            Self::Code => "code",
        }
    }
}

/// One text that is to be said to a user.
#[derive(Clone, Debug)]
pub struct Saying<'a> {
    pub recipient: &'a str,
    pub sender: &'a str,
    pub kind: Kind,
    pub turn: Option<TurnId>,
    pub part: i32,
    /// The thing said; a second row with the same key is not written.
    pub dedupe_key: String,
    pub body: &'a str,
    /// After this it is not sent any more.
    pub useful_until: Option<Timestamp>,
}

/// Queues `saying` in the caller's transaction and returns its id, or `None` when the same thing was said already.
/// Control and bidi characters are taken out, look-alikes transliterated when that saves segments.
pub async fn say(tx: &mut UserTx, saying: Saying<'_>) -> Result<Option<Uuid>, sqlx::Error> {
    let clean = text::clean(saying.body);
    let body = text::economical(&clean);
    let segments = i32::try_from(text::size(&body).segments)
        .unwrap_or(i32::MAX)
        .max(1);
    let user = tx.user();
    sqlx::query_scalar!(
        "insert into outbox (user_id, recipient, sender, kind, turn_id, part, dedupe_key, body, segments, useful_until)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, coalesce($10, 'infinity'::timestamptz))
         on conflict on constraint outbox_said_once do nothing returning id",
        user.0,
        saying.recipient,
        saying.sender,
        saying.kind.as_str(),
        saying.turn.map(|turn| turn.0),
        saying.part,
        saying.dedupe_key,
        &*body,
        segments,
        saying.useful_until.map(|at| at.to_sqlx()) as _,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Takes a queued row back before it is sent. `false`: it is in flight or gone, and cannot be taken back.
pub async fn take_back(tx: &mut UserTx, id: Uuid) -> Result<bool, sqlx::Error> {
    let gone = sqlx::query!("delete from outbox where id = $1 and state = 'queued'", id)
        .execute(&mut **tx)
        .await?;
    Ok(gone.rows_affected() == 1)
}

/// A row that this process may post now.
#[derive(Clone, Debug)]
pub struct Claim {
    pub id: Uuid,
    pub user: Option<UserId>,
    pub token: Uuid,
}

/// What a claimed row says. Read as its user, so that no function hands bodies across users.
#[derive(Clone, Debug)]
pub struct Claimed {
    pub recipient: String,
    pub sender: String,
    pub body: String,
    pub kind: String,
    /// Claims so far, this one included.
    pub attempts: i32,
}

/// Claims up to `limit` rows that may leave now; `hold` is how long a claim may stay without outcome.
pub async fn claim(
    pool: &PgPool,
    now: Timestamp,
    limit: usize,
    hold: std::time::Duration,
) -> Result<Vec<Claim>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select id as "id!", user_id, claim as "claim!" from outbox_claim($1, $2, make_interval(secs => $3))"#,
        now.to_sqlx() as _,
        i32::try_from(limit).unwrap_or(i32::MAX),
        hold.as_secs_f64(),
    )
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Claim {
            id: row.id,
            user: row.user_id.map(UserId),
            token: row.claim,
        })
        .collect())
}

/// Reads a claimed row; `None` when it is gone.
pub async fn read(pool: &PgPool, claim: &Claim) -> Result<Option<Claimed>, sqlx::Error> {
    let Some(user) = claim.user else {
        return sqlx::query_as!(
            Claimed,
            r#"select recipient as "recipient!", sender as "sender!", body as "body!", kind as "kind!", attempts as "attempts!"
               from outbox_read_unowned($1)"#,
            claim.id
        )
        .fetch_optional(pool)
        .await;
    };
    sqlx::query_as!(
        Claimed,
        r#"select recipient as "recipient!", sender as "sender!", body as "body!", kind as "kind!", attempts as "attempts!"
           from outbox_read_owned($1, $2)"#,
        user.0,
        claim.id
    )
    .fetch_optional(pool)
    .await
}

/// What became of a claim.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The provider has it under this id.
    Sent { sid: String },
    /// It was not taken; again after this wait, by the database's clock.
    Retry {
        wait: Option<std::time::Duration>,
        prefix: Option<String>,
    },
    /// It will not be taken.
    Failed { code: Option<i32> },
    /// It may or may not have been taken.
    Unknown,
}

/// Records `outcome`; only the holder of the claim may. `false`: a callback or someone else settled it before.
pub async fn settle(pool: &PgPool, claim: &Claim, outcome: Outcome) -> Result<bool, sqlx::Error> {
    let (word, sid, code, wait, prefix) = match outcome {
        Outcome::Sent { sid } => ("sent", Some(sid), None, None, None),
        Outcome::Retry { wait, prefix } => ("retry", None, None, wait, prefix),
        Outcome::Failed { code } => ("failed", None, code, None, None),
        Outcome::Unknown => ("unknown", None, None, None, None),
    };
    let done = sqlx::query_scalar!(
        "select outbox_settle($1, $2, $3, $4, $5, clock_timestamp() + make_interval(secs => $6), $7)",
        claim.id,
        claim.token,
        word,
        sid,
        code,
        wait.map(|wait| wait.as_secs_f64()) as _,
        prefix,
    )
    .fetch_one(pool)
    .await?;
    Ok(done.unwrap_or(false))
}

/// A row whose fate is not known.
#[derive(Clone, Debug)]
pub struct Doubt {
    pub claim: Claim,
    pub claimed_at: Timestamp,
    /// Since the claim, by the database's clock, which set `claimed_at`: replicas with other clocks agree.
    pub age: std::time::Duration,
}

/// Rows in doubt that are due for a look at the provider's list. Claims without outcome become doubts here, and a
/// recipient is blocked for `block` at most.
pub async fn doubtful(
    pool: &PgPool,
    limit: i32,
    block: std::time::Duration,
) -> Result<Vec<Doubt>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select id as "id!", user_id, claim as "claim!", claimed_at as "claimed_at!",
                  extract(epoch from clock_timestamp() - claimed_at)::double precision as "age!"
           from outbox_doubtful($1, make_interval(secs => $2))"#,
        limit,
        block.as_secs_f64()
    )
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Doubt {
            claim: Claim {
                id: row.id,
                user: row.user_id.map(UserId),
                token: row.claim,
            },
            claimed_at: row.claimed_at.to_jiff(),
            age: std::time::Duration::try_from_secs_f64(row.age).unwrap_or_default(),
        })
        .collect())
}

/// Whether some row owns this message of the provider.
pub async fn owns(pool: &PgPool, sid: &str) -> Result<bool, sqlx::Error> {
    let owned = sqlx::query_scalar!("select outbox_owns($1)", sid)
        .fetch_one(pool)
        .await?;
    Ok(owned.unwrap_or(false))
}

/// Where the provider says a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Sent,
    Delivered,
    Undelivered,
    Failed,
}

impl Standing {
    /// Twilio's words; `None` for one that says nothing new.
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "accepted" | "scheduled" | "queued" | "sending" | "sent" => Self::Sent,
            "delivered" | "read" => Self::Delivered,
            "undelivered" => Self::Undelivered,
            "failed" | "canceled" => Self::Failed,
            _ => return None,
        })
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Undelivered => "undelivered",
            Self::Failed => "failed",
        }
    }
}

/// Moves a row forward to what the provider says; never back. The word says whether it moved.
pub async fn stands(
    pool: &PgPool,
    id: Option<Uuid>,
    sid: &str,
    standing: Standing,
    code: Option<i32>,
) -> Result<String, sqlx::Error> {
    let moved = sqlx::query_scalar!(
        "select outbox_status($1, $2, $3, $4)",
        id,
        sid,
        standing.as_str(),
        code
    )
    .fetch_one(pool)
    .await?;
    Ok(moved.unwrap_or_default())
}
