//! Second factors: which a user has, and the login that waits for one. Its token opens nothing but the second step.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use secrecy::{ExposeSecret, SecretString};
use sqlx::PgPool;
use uuid::Uuid;

use super::{Accounts, digest, fresh_secret};
use crate::{clock::new_id, db::UserTx, domain::UserId};

/// How long a login waits for its second factor.
const LIFE: SignedDuration = SignedDuration::from_mins(10);
/// Logins of one user that may wait at once; an older one gives way.
const MOST_WAITING: i64 = 5;

/// A second factor of a user.
#[derive(Clone, Debug)]
pub struct Factor {
    pub id: Uuid,
    /// `totp` or `sms`.
    pub kind: String,
    /// Where an `sms` factor's codes go.
    pub number: Option<String>,
    pub created_at: Timestamp,
    /// `None`: set up, but no good code was shown yet. It does not count.
    pub activated_at: Option<Timestamp>,
}

/// Whether this transaction's user has a second factor that counts: then no password alone lets them in.
pub async fn has_factor(tx: &mut UserTx) -> Result<bool, sqlx::Error> {
    let user = tx.user();
    let has = sqlx::query_scalar!(
        "select exists (select 1 from factors where user_id = $1 and activated_at is not null)",
        user.0
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(has.unwrap_or(false))
}

/// What this user can show as the second factor: `totp`, `sms`, `recovery_code`; the safer first.
pub async fn methods(tx: &mut UserTx) -> Result<Vec<&'static str>, sqlx::Error> {
    let user = tx.user();
    let has = sqlx::query!(
        r#"select coalesce(bool_or(kind = 'totp'), false) as "totp!", coalesce(bool_or(kind = 'sms'), false) as "sms!",
                  exists (select 1 from recovery_codes where user_id = $1 and used_at is null) as "recovery!"
           from factors where user_id = $1 and activated_at is not null"#,
        user.0
    )
    .fetch_one(&mut **tx)
    .await?;
    let all = [
        ("totp", has.totp),
        ("sms", has.sms),
        ("recovery_code", has.recovery),
    ];
    Ok(all
        .into_iter()
        .filter_map(|(name, is_there)| is_there.then_some(name))
        .collect())
}

/// The second factors of this user, those that are not active yet included.
pub async fn list(tx: &mut UserTx) -> Result<Vec<Factor>, sqlx::Error> {
    let user = tx.user();
    let rows = sqlx::query!(
        r#"select f.id, f.kind, p.number as "number?", f.created_at, f.activated_at
           from factors f left join phones p on p.user_id = f.user_id and p.id = f.phone_id
           where f.user_id = $1 order by f.created_at, f.id"#,
        user.0
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Factor {
            id: row.id,
            kind: row.kind,
            number: row.number,
            created_at: row.created_at.to_jiff(),
            activated_at: row.activated_at.map(|at| at.to_jiff()),
        })
        .collect())
}

/// Takes a factor off. With the last one the recovery codes go: there is nothing left to recover. `None`: there is none
/// with this id; else whether it counted.
pub async fn remove(tx: &mut UserTx, id: Uuid) -> Result<Option<bool>, sqlx::Error> {
    let user = tx.user();
    let gone = sqlx::query_scalar!(
        r#"delete from factors where user_id = $1 and id = $2 returning activated_at is not null as "was_active!""#,
        user.0,
        id
    )
    .fetch_optional(&mut **tx)
    .await?;
    if gone.is_some() && !has_factor(tx).await? {
        sqlx::query!("delete from recovery_codes where user_id = $1", user.0)
            .execute(&mut **tx)
            .await?;
    }
    Ok(gone)
}

/// A login whose password was right and whose second factor is awaited.
#[derive(Clone, Debug)]
pub struct Pending {
    pub id: Uuid,
    pub device: String,
}

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

/// Whose pending login this token is of.
pub async fn find_user(pool: &PgPool, token: &str) -> Result<Option<UserId>, sqlx::Error> {
    let user = sqlx::query_scalar!("select pending_login_user($1)", digest(token))
        .fetch_one(pool)
        .await?;
    Ok(user.map(UserId))
}

/// The pending login of this token, locked until the transaction ends; it stays.
pub async fn find(
    tx: &mut UserTx,
    token: &str,
    now: Timestamp,
) -> Result<Option<Pending>, sqlx::Error> {
    sqlx::query_as!(
        Pending,
        "select id, device from pending_logins where token_hash = $1 and expires_at > $2 for update",
        digest(token),
        now.to_sqlx() as _,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Uses a pending login up. Of any number of parallel uses one gets `true`.
pub async fn finish(tx: &mut UserTx, pending: &Pending) -> Result<bool, sqlx::Error> {
    let gone = sqlx::query!("delete from pending_logins where id = $1", pending.id)
        .execute(&mut **tx)
        .await?;
    Ok(gone.rows_affected() == 1)
}
