//! The login that waits for its second factor. Its token is 256 random bits, stored as their SHA-256, and opens nothing but
//! the second step; a lock of the account ends it.

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use secrecy::{ExposeSecret, SecretString};
use sqlx::PgPool;
use uuid::Uuid;

use super::{NotShown, methods};
use crate::{
    accounts::{
        Accounts,
        codes::{self, Ask, Purpose, Sent},
        digest, fresh_secret,
    },
    clock::new_id,
    db::UserTx,
    domain::UserId,
};

/// How long a login waits for its second factor.
const LIFE: SignedDuration = SignedDuration::from_mins(10);
/// Logins of one user that may wait at once; an older one gives way.
const MOST_WAITING: i64 = 5;

/// Begins to wait for the second factor: the token that the second step needs, and what can be shown there.
pub async fn begin(
    accounts: &Accounts,
    tx: &mut UserTx,
    device: &str,
    address: &str,
) -> Result<(SecretString, Vec<&'static str>), sqlx::Error> {
    let (user, now) = (tx.user(), accounts.clock.now());
    let secret = fresh_secret();
    sqlx::query!(
        "insert into pending_logins (id, user_id, token_hash, device, address, created_at, expires_at)
         values ($1, $2, $3, left($4, 300), left($5, 64), $6, $7)",
        new_id(),
        user.0,
        digest(secret.expose_secret()),
        device,
        address,
        now.to_sqlx() as _,
        (now + LIFE).to_sqlx() as _,
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "delete from pending_logins where user_id = $1 and (expires_at <= $2 or id not in
            (select id from pending_logins where user_id = $1 order by created_at desc, id desc limit $3))",
        user.0,
        now.to_sqlx() as _,
        MOST_WAITING,
    )
    .execute(&mut **tx)
    .await?;
    Ok((secret, methods(tx).await?))
}

/// Texts a code for the second step to the number of the user's `sms` factor. `None`: there is no such factor.
pub async fn challenge(
    accounts: &Accounts,
    token: &str,
    address: IpAddr,
) -> Result<Option<Sent>, NotShown> {
    let user = find_user(&accounts.pool, token)
        .await?
        .ok_or(NotShown::Wrong)?;
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    let pending = find(&mut tx, token, accounts.clock.now())
        .await?
        .ok_or(NotShown::Wrong)?;
    let ask = |phone_id| Ask {
        purpose: Purpose::Login,
        subject: pending,
        phone_id,
        address: Some(address),
    };
    let sent = match texts_to(&mut tx).await? {
        Some(phone) => codes::send(accounts, &mut tx, ask(phone)).await?,
        None => None,
    };
    tx.commit().await?;
    Ok(sent)
}

/// The number of the active `sms` factor, as long as it is verified.
pub(super) async fn texts_to(tx: &mut UserTx) -> Result<Option<Uuid>, sqlx::Error> {
    let user = tx.user();
    sqlx::query_scalar!(
        "select p.id from factors f join phones p on p.user_id = f.user_id and p.id = f.phone_id
         where f.user_id = $1 and f.kind = 'sms' and f.activated_at is not null and p.verified_at is not null",
        user.0
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Whose pending login this token is of.
pub(super) async fn find_user(pool: &PgPool, token: &str) -> Result<Option<UserId>, sqlx::Error> {
    let user = sqlx::query_scalar!("select pending_login_user($1)", digest(token))
        .fetch_one(pool)
        .await?;
    Ok(user.map(UserId))
}

/// The pending login of this token, as long as it waits and its user is served.
pub(super) async fn find(
    tx: &mut UserTx,
    token: &str,
    now: Timestamp,
) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "select l.id from pending_logins l join users u on u.id = l.user_id
         where l.token_hash = $1 and l.expires_at > $2 and u.state = 'active'",
        digest(token),
        now.to_sqlx() as _,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Uses a pending login up. Of any number of parallel uses one gets `true`.
pub(super) async fn finish(tx: &mut UserTx, pending: Uuid) -> Result<bool, sqlx::Error> {
    let gone = sqlx::query!("delete from pending_logins where id = $1", pending)
        .execute(&mut **tx)
        .await?;
    Ok(gone.rows_affected() == 1)
}

/// Texts a code for being asked again in a session, bound to it. `None`: there is no `sms` factor.
pub async fn challenge_again(
    accounts: &Accounts,
    who: super::Enroller,
) -> Result<Option<Sent>, sqlx::Error> {
    let mut tx = UserTx::begin(&accounts.pool, who.user).await?;
    let Some(phone_id) = texts_to(&mut tx).await? else {
        return Ok(None);
    };
    let ask = Ask {
        purpose: Purpose::Act,
        subject: who.session,
        phone_id,
        address: Some(who.address),
    };
    let sent = codes::send(accounts, &mut tx, ask).await?;
    tx.commit().await?;
    Ok(sent)
}
