//! What a bearer of a good token may do at this moment. PostgreSQL is the truth; Redis keeps answers for a minute, each with
//! the epoch of which it is, and says itself when one is stale (see `cache`).

mod announce;
mod cache;

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use uuid::Uuid;

use super::{
    Accounts,
    roles::{self, Permissions},
    token::Refused,
};
use crate::{db::UserTx, domain::UserId};

pub use cache::{Cache, SETTLED};

/// How often [`Accounts::keep_up`] runs in each process.
pub const ROUND: std::time::Duration = std::time::Duration::from_millis(300);
/// How long an answer is kept, in seconds; `last_seen_at` is written as often.
const KEPT: i64 = 60;

/// Who acts, in which session, proved how and when, and what they may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    pub user: UserId,
    /// `None`: a token that the operator printed.
    pub session: Option<Uuid>,
    /// When the password was last shown in this session.
    pub authenticated_at: Timestamp,
    /// When a second factor was last shown in this session.
    pub mfa_at: Option<Timestamp>,
    /// Whether the user has a second factor in use.
    pub has_factor: bool,
    pub permissions: Permissions,
    /// A role of this user wants a second factor and there is none: nothing but enrolling one is open.
    pub must_enrol_mfa: bool,
}

/// A standing as PostgreSQL has it, with what decides how long it may be kept.
struct Read {
    standing: Standing,
    epoch: i64,
    roles: i64,
    /// When it ends by itself: the session's end, or that of a granted role.
    until: Timestamp,
}

/// The standing of a session, from the cache when that is known to be fresh.
pub(super) async fn of_session(
    accounts: &Accounts,
    user: UserId,
    session: Uuid,
) -> Result<Standing, Refused> {
    let now = accounts.clock.now();
    let life = match accounts.cache.find(session, user, now).await {
        cache::Found::Fresh(standing) => return Ok(standing),
        cache::Found::Nothing { life } => life,
    };
    let read = read(accounts, user, session, now)
        .await?
        .ok_or(Refused::Token)?;
    if let Some(life) = life {
        accounts.cache.keep(&life, session, &read, now).await;
    }
    Ok(read.standing)
}

/// Reads a standing; `None` when the session has ended or the user is not served.
async fn read(
    accounts: &Accounts,
    user: UserId,
    session: Uuid,
    now: Timestamp,
) -> Result<Option<Read>, sqlx::Error> {
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    // the epochs are read first: what comes after them is as new or newer
    let row = sqlx::query!(
        r#"select u.access_epoch, (select epoch from role_epoch) as "roles!",
             s.authenticated_at as "authenticated_at: SqlTimestamp", s.mfa_at as "mfa_at: SqlTimestamp",
             s.expires_at as "until: SqlTimestamp",
             s.last_seen_at <= $4 as "is_to_be_noted!"
           from users u join sessions s on s.user_id = u.id
           where u.id = $1 and s.id = $2 and u.state = 'active' and s.revoked_at is null and s.expires_at > $3"#,
        user.0,
        session,
        now.to_sqlx() as _,
        (now - SignedDuration::from_secs(KEPT)).to_sqlx() as _,
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(row) = row else {
        tx.rollback().await?;
        return Ok(None);
    };
    if row.is_to_be_noted {
        sqlx::query!(
            "update sessions set last_seen_at = greatest(last_seen_at, $2) where id = $1",
            session,
            now.to_sqlx() as _
        )
        .execute(&mut *tx)
        .await?;
    }
    let has_factor = has_factor(&mut tx).await?;
    let permissions = roles::of(&mut tx, now).await?;
    tx.commit().await?;
    let until = row.until.to_jiff();
    let until = permissions.until.map_or(until, |ends| ends.min(until));
    let standing = Standing {
        user,
        session: Some(session),
        authenticated_at: row.authenticated_at.to_jiff(),
        mfa_at: row.mfa_at.map(SqlTimestamp::to_jiff),
        has_factor,
        must_enrol_mfa: permissions.requires_mfa && !has_factor,
        permissions,
    };
    Ok(Some(Read {
        standing,
        epoch: row.access_epoch,
        roles: row.roles,
        until,
    }))
}

/// Whether there is a second factor in use.
async fn has_factor(tx: &mut UserTx) -> Result<bool, sqlx::Error> {
    let user = tx.user();
    sqlx::query_scalar!(
        r#"select exists (select from factors where user_id = $1 and activated_at is not null) as "has!""#,
        user.0
    )
    .fetch_one(&mut **tx)
    .await
}

/// The standing of whoever holds a token that the operator printed: it acts for the user, and proves no password.
pub async fn of_printed(pool: &PgPool, digest: &[u8], now: Timestamp) -> Result<Standing, Refused> {
    // only the digest is stored and looked up: no secret is compared byte by byte
    let user = sqlx::query_scalar!("select token_user($1)", digest)
        .fetch_one(pool)
        .await?
        .map(UserId)
        .ok_or(Refused::Token)?;
    let mut tx = UserTx::begin(pool, user).await?;
    let has_factor = has_factor(&mut tx).await?;
    let permissions = roles::of(&mut tx, now).await?;
    tx.commit().await?;
    Ok(Standing {
        user,
        session: None,
        authenticated_at: Timestamp::UNIX_EPOCH,
        mfa_at: None,
        has_factor,
        permissions,
        must_enrol_mfa: false,
    })
}
