//! Renewing a session: each refresh token is good once (RFC 9700, section 4.14.2). One that comes a second time was copied by
//! somebody, and nobody can tell who is who: the session ends.

use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;
use secrecy::ExposeSecret;
use sqlx::PgPool;
use uuid::Uuid;

use super::{Pair, revoke, sliding};
use crate::{
    accounts::{
        Accounts,
        audit::{self, Event, Outcome},
        digest, fresh_secret,
        notice::{self, Notice},
        token,
    },
    db::UserTx,
    domain::UserId,
};

/// Why a session is not renewed. A caller learns no more than that it is not.
#[derive(Debug, thiserror::Error)]
pub enum NotRenewed {
    #[error("the refresh token is not good")]
    Bad,
    /// It was used before: the session has ended, and its user was told.
    #[error("the refresh token was used before")]
    Reused,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Whose refresh token this is, used or not.
pub async fn find_user(pool: &PgPool, secret: &str) -> Result<Option<UserId>, sqlx::Error> {
    let user = sqlx::query_scalar!("select refresh_token_user($1)", digest(secret))
        .fetch_one(pool)
        .await?;
    Ok(user.map(UserId))
}

/// Uses `secret` up and gives out the next pair of its session. Of any number of parallel uses one succeeds; the others are
/// a second use.
pub async fn refresh(accounts: &Accounts, secret: &str, address: &str) -> Result<Pair, NotRenewed> {
    let user = find_user(&accounts.pool, secret)
        .await?
        .ok_or(NotRenewed::Bad)?;
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    let hash = digest(secret);
    let next = fresh_secret();
    let next_hash = digest(next.expose_secret());
    let mut session = spend(accounts, &mut tx, (&hash, &next_hash), address).await?;
    if session.is_none() {
        session = again(accounts, &mut tx, (&hash, &next_hash), address).await?;
    }
    let Some(session) = session else {
        return end_of_family(accounts, tx, &hash, address).await;
    };
    tx.commit().await?;
    let (access_token, expires_in) = token::issue(accounts, user, session);
    Ok(Pair {
        access_token,
        refresh_token: next,
        expires_in,
        session,
    })
}

/// Marks the token used and puts its child in, in one statement: both or neither. The end of the family does not move.
async fn spend(
    accounts: &Accounts,
    tx: &mut UserTx,
    (hash, next): (&[u8], &[u8]),
    address: &str,
) -> Result<Option<Uuid>, sqlx::Error> {
    let now = accounts.clock.now();
    sqlx::query_scalar!(
        r#"with spent as (
             update refresh_tokens t set used_at = $3 from sessions s, users u
             where t.token_hash = $1 and t.used_at is null and t.expires_at > $3 and s.id = t.session_id and u.id = t.user_id
               and u.state = 'active' and s.revoked_at is null and s.expires_at > $3
             returning t.user_id, t.session_id, s.expires_at),
           child as (
             insert into refresh_tokens (token_hash, user_id, session_id, created_at, expires_at)
             select $2, user_id, session_id, $3, least($4, expires_at) from spent)
           update sessions s set last_seen_at = greatest(last_seen_at, $3), last_address = $5
           from spent where s.id = spent.session_id and s.revoked_at is null returning s.id"#,
        hash,
        next,
        now.to_sqlx() as _,
        (now + sliding(accounts)).to_sqlx() as _,
        address,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Within `auth.refresh_grace_seconds` of its first use a token is taken once more: a client whose answer was lost.
async fn again(
    accounts: &Accounts,
    tx: &mut UserTx,
    (hash, next): (&[u8], &[u8]),
    address: &str,
) -> Result<Option<Uuid>, sqlx::Error> {
    let now = accounts.clock.now();
    let grace = i64::from(accounts.config.auth.refresh_grace_seconds);
    if grace == 0 {
        return Ok(None);
    }
    sqlx::query_scalar!(
        r#"with child as (
             insert into refresh_tokens (token_hash, user_id, session_id, created_at, expires_at)
             select $2, t.user_id, t.session_id, $3, least($4, s.expires_at)
             from refresh_tokens t join sessions s on s.id = t.session_id join users u on u.id = t.user_id
             where t.token_hash = $1 and t.used_at > $6 and t.expires_at > $3 and u.state = 'active'
               and s.revoked_at is null and s.expires_at > $3
             returning session_id)
           update sessions s set last_seen_at = greatest(last_seen_at, $3), last_address = $5
           from child where s.id = child.session_id and s.revoked_at is null returning s.id"#,
        hash,
        next,
        now.to_sqlx() as _,
        (now + sliding(accounts)).to_sqlx() as _,
        address,
        (now - SignedDuration::from_secs(grace)).to_sqlx() as _,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// The token was not good. If that is because it was used before, its session ends, once; that stands in the audit log and
/// the user is told.
async fn end_of_family(
    accounts: &Accounts,
    mut tx: UserTx,
    hash: &[u8],
    address: &str,
) -> Result<Pair, NotRenewed> {
    let user = tx.user();
    let reused = sqlx::query_scalar!(
        "select session_id from refresh_tokens where token_hash = $1 and used_at is not null",
        hash
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(session) = reused else {
        tx.rollback().await?;
        return Err(NotRenewed::Bad);
    };
    if revoke(accounts, &mut tx, session, "refresh token reused").await? {
        let event = Event::own(user, Notice::SessionEnded.action(), address)
            .target(session)
            .outcome(Outcome::Denied);
        notice::tell_of(accounts, &mut tx, Notice::SessionEnded, event).await?;
        tx.commit().await?;
        metrics::counter!("assistant_refresh_reuse_total").increment(1);
        accounts.announce(user).await;
    } else {
        tx.rollback().await?;
    }
    Err(NotRenewed::Reused)
}

/// Ends the session of `secret`, used or not, if it is open.
pub async fn logout(accounts: &Accounts, secret: &str, address: &str) -> Result<(), sqlx::Error> {
    let Some(user) = find_user(&accounts.pool, secret).await? else {
        return Ok(());
    };
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    let session = sqlx::query_scalar!(
        "select session_id from refresh_tokens where token_hash = $1",
        digest(secret)
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(session) = session else {
        return tx.rollback().await;
    };
    if revoke(accounts, &mut tx, session, "logout").await? {
        let event = Event::own(user, "session.logout", address).target(session);
        audit::append(&mut tx, accounts.clock.now(), &event).await?;
    }
    tx.commit().await?;
    // also when it had ended before: that may not have been announced yet
    accounts.announce(user).await;
    Ok(())
}
