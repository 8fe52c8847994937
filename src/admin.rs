//! Accounts from the operator's side: users, their numbers, their tokens. May import: db, domain, clock.

mod import;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, tz::TimeZone};
use jiff_sqlx::ToSqlx;
use sha2::{Digest, Sha256};
use sqlx::{PgConnection, PgPool};

use crate::{
    clock::{Clock, new_id, random_bytes},
    db::UserTx,
    domain::{PhoneNumber, UserId},
};

pub use import::{Imported, import};

/// A user that is to be.
#[derive(Clone, Debug)]
pub struct NewUser {
    pub phone: PhoneNumber,
    pub email: Option<String>,
    pub name: Option<String>,
    pub time_zone: String,
    pub verified: bool,
}

/// Makes a user with a number, a mailbox and a zone; all or nothing.
pub async fn add_user(pool: &PgPool, new: NewUser) -> anyhow::Result<UserId> {
    if TimeZone::get(&new.time_zone).is_err() {
        anyhow::bail!(
            "--time-zone: found \"{}\", expected an IANA zone like America/New_York",
            new.time_zone
        );
    }
    if new.email.as_deref().is_some_and(|e| !e.contains('@')) {
        anyhow::bail!(
            "--email: found \"{}\", expected an address",
            new.email.unwrap_or_default()
        );
    }
    let mut tx = pool.begin().await?;
    let user = insert_user(&mut tx, &new)
        .await
        .map_err(|(column, error)| taken(error, &format!("--{column}")))?;
    tx.commit().await?;
    Ok(user)
}

/// Writes a user that was checked; an error comes with the column that it is about.
async fn insert_user(
    tx: &mut PgConnection,
    new: &NewUser,
) -> Result<UserId, (&'static str, sqlx::Error)> {
    let id = new_id();
    sqlx::query!(
        "select create_user($1, $2, $3, $4)",
        id,
        new.name,
        new.email,
        new.time_zone
    )
    .fetch_one(&mut *tx)
    .await
    .map_err(|error| ("email", error))?;
    sqlx::query!(
        "select link_phone($1, $2, $3, $4)",
        new_id(),
        id,
        new.phone.as_str(),
        new.verified
    )
    .fetch_one(&mut *tx)
    .await
    .map_err(|error| ("phone", error))?;
    Ok(UserId(id))
}

/// A fresh bearer token: 256 bits, of which only the SHA-256 is stored.
pub async fn token(pool: &PgPool, user: UserId, days: u32) -> anyhow::Result<String> {
    let token = URL_SAFE_NO_PAD.encode(random_bytes::<32>());
    let expires = Clock::default().now() + SignedDuration::from_hours(24 * i64::from(days));
    let mut tx = UserTx::begin(pool, user).await?;
    sqlx::query!(
        "insert into api_tokens (id, user_id, token_hash, expires_at) values ($1, $2, $3, $4)",
        new_id(),
        user.0,
        Sha256::digest(token.as_bytes()).to_vec(),
        expires.to_sqlx() as _,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(token)
}

/// A named constraint as words about the option that ran into it.
pub fn taken(error: sqlx::Error, option: &str) -> anyhow::Error {
    match error.as_database_error() {
        Some(e) if e.is_unique_violation() => anyhow::anyhow!("{option}: another user has it"),
        Some(e) if e.is_check_violation() => {
            anyhow::anyhow!("{option}: not a value that can be kept")
        }
        _ => error.into(),
    }
}
