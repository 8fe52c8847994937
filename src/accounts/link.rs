//! One-time links: 256 random bits of which the SHA-256 is stored, good once, for one purpose and one user, for a while; a
//! newer one of the same purpose takes the older one's place.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use sqlx::PgPool;

use super::{digest, fresh_secret};
use crate::{clock::new_id, db::UserTx, domain::UserId};

/// What a link is good for, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    VerifyEmail,
    ResetPassword,
    ChangeEmail,
    FirstPassword,
    Unlock,
    /// A dangerous act that was asked for by text.
    Act,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify_email",
            Self::ResetPassword => "reset_password",
            Self::ChangeEmail => "change_email",
            Self::FirstPassword => "first_password",
            Self::Unlock => "unlock",
            Self::Act => "act",
        }
    }

    /// The page that redeems it.
    fn path(self) -> &'static str {
        match self {
            Self::VerifyEmail => "/account/verify-email",
            Self::ResetPassword => "/account/reset-password",
            Self::ChangeEmail => "/account/change-email",
            Self::FirstPassword => "/account/first-password",
            Self::Unlock => "/account/unlock",
            Self::Act => "/account/act",
        }
    }

    /// How long it is good: an hour by mail, except for the first proof of an address (a day); ten minutes by text.
    pub fn life(self) -> SignedDuration {
        match self {
            Self::VerifyEmail => SignedDuration::from_hours(24),
            Self::ResetPassword | Self::ChangeEmail | Self::Unlock => SignedDuration::from_hours(1),
            Self::FirstPassword | Self::Act => SignedDuration::from_mins(10),
        }
    }
}

/// Makes a link's secret; an older one of the same purpose is void.
pub async fn issue(
    tx: &mut UserTx,
    purpose: Purpose,
    data: &Value,
    now: Timestamp,
) -> Result<SecretString, sqlx::Error> {
    let secret = fresh_secret();
    let user = tx.user();
    sqlx::query!(
        "insert into links (id, user_id, purpose, token_hash, data, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (user_id, purpose) do update set id = excluded.id, token_hash = excluded.token_hash, data = excluded.data,
            created_at = excluded.created_at, expires_at = excluded.expires_at",
        new_id(),
        user.0,
        purpose.as_str(),
        digest(secret.expose_secret()),
        data,
        now.to_sqlx() as _,
        (now + purpose.life()).to_sqlx() as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(secret)
}

/// The address to send, `https://sms.example.org/account/reset-password?token=…`: the host is the configured one, whatever the request
/// said (ASVS 4.1.3).
pub fn url(public_base: &str, purpose: Purpose, secret: &SecretString) -> String {
    format!(
        "{public_base}{}?token={}",
        purpose.path(),
        secret.expose_secret()
    )
}

/// Whose link this is, as long as it is there; [`redeem`] decides whether it is good.
pub async fn find_user(
    pool: &PgPool,
    purpose: Purpose,
    secret: &str,
) -> Result<Option<UserId>, sqlx::Error> {
    let user = sqlx::query_scalar!("select link_user($1, $2)", digest(secret), purpose.as_str())
        .fetch_one(pool)
        .await?;
    Ok(user.map(UserId))
}

/// What a good link is about, without using it up.
pub async fn look(
    tx: &mut UserTx,
    purpose: Purpose,
    secret: &str,
    now: Timestamp,
) -> Result<Option<Value>, sqlx::Error> {
    sqlx::query_scalar!(
        "select data from links where token_hash = $1 and purpose = $2 and expires_at > $3",
        digest(secret),
        purpose.as_str(),
        now.to_sqlx() as _,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Uses a link up in the caller's transaction and says what it is about. Of any number of parallel uses one gets it.
pub async fn redeem(
    tx: &mut UserTx,
    purpose: Purpose,
    secret: &str,
    now: Timestamp,
) -> Result<Option<Value>, sqlx::Error> {
    sqlx::query_scalar!(
        "delete from links where token_hash = $1 and purpose = $2 and expires_at > $3 returning data",
        digest(secret),
        purpose.as_str(),
        now.to_sqlx() as _,
    )
    .fetch_optional(&mut **tx)
    .await
}
