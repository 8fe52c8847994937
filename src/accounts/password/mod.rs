//! Passwords: which are good enough, how they are hashed, and where the hash is kept. A password is the caller's bytes as they
//! came: never trimmed, cut or folded (ASVS 6.2.8).

mod hasher;
mod policy;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use secrecy::{ExposeSecret, SecretString};

use crate::db::UserTx;

pub use hasher::{Busy, Cost, Hasher, Verdict};
pub use policy::{MOST_BYTES, TooWeak, check_policy, stands_alone};

/// The stored hash of this transaction's user, in PHC form; `None`: they cannot log in with a password yet.
pub async fn find(tx: &mut UserTx) -> Result<Option<String>, sqlx::Error> {
    let user = tx.user();
    sqlx::query_scalar!("select phc from passwords where user_id = $1", user.0)
        .fetch_optional(&mut **tx)
        .await
}

/// What is kept of a password.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The hash, from [`Hasher::hash`].
    pub phc: String,
    /// Whether it may stand without a second factor: see [`stands_alone`].
    pub stands_alone: bool,
}

/// Hashes a password that was found good enough.
pub async fn hashed(hasher: &Hasher, password: &SecretString) -> Result<Kept, Busy> {
    Ok(Kept {
        phc: hasher.hash(password).await?,
        stands_alone: stands_alone(password.expose_secret()),
    })
}

/// Whether this user's second factor may go: their password is known to stand alone, or there is none to log in with.
pub async fn may_stand_alone(tx: &mut UserTx) -> Result<bool, sqlx::Error> {
    let user = tx.user();
    let stands = sqlx::query_scalar!(
        r#"select coalesce(stands_alone, false) as "stands!" from passwords where user_id = $1"#,
        user.0
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(stands.unwrap_or(true))
}

/// Keeps whether the password whose hash is `phc` stands alone, now that it was shown.
pub async fn note_length(
    tx: &mut UserTx,
    phc: &str,
    password: &SecretString,
) -> Result<(), sqlx::Error> {
    let user = tx.user();
    sqlx::query!(
        "update passwords set stands_alone = $3 where user_id = $1 and phc = $2 and stands_alone is null",
        user.0,
        phc,
        stands_alone(password.expose_secret()),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Whether `phc` is the stored hash still; if so it stays until the transaction ends.
pub async fn is_still(tx: &mut UserTx, phc: &str) -> Result<bool, sqlx::Error> {
    let user = tx.user();
    let now = sqlx::query_scalar!(
        "select phc from passwords where user_id = $1 for update",
        user.0
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(now.as_deref() == Some(phc))
}

/// Keeps this user's password.
pub async fn keep(tx: &mut UserTx, kept: &Kept, now: Timestamp) -> Result<(), sqlx::Error> {
    let user = tx.user();
    sqlx::query!(
        "insert into passwords (user_id, phc, changed_at, stands_alone) values ($1, $2, $3, $4)
         on conflict (user_id) do update set phc = excluded.phc, changed_at = excluded.changed_at, stands_alone = excluded.stands_alone",
        user.0,
        kept.phc,
        now.to_sqlx() as _,
        kept.stands_alone,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Puts a dearer hash of the same password in the place of `old`; does nothing when the password was changed meanwhile.
pub async fn rehash(tx: &mut UserTx, old: &str, new: &str) -> Result<(), sqlx::Error> {
    let user = tx.user();
    sqlx::query!(
        "update passwords set phc = $3 where user_id = $1 and phc = $2",
        user.0,
        old,
        new,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The words that this user's password must not be made of: name, e-mail address and numbers, for [`check_policy`].
pub async fn context(tx: &mut UserTx) -> Result<Vec<String>, sqlx::Error> {
    let user = tx.user();
    let words = sqlx::query_scalar!(
        r#"select unnest(array[u.name, u.email]) as "word" from users u where u.id = $1
           union all select p.number from phones p where p.user_id = $1"#,
        user.0,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(words.into_iter().flatten().collect())
}
