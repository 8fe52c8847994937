//! Passwords: which are good enough, how they are hashed, and where the hash is kept. A password is the caller's bytes as they
//! came: never trimmed, cut or folded (ASVS 6.2.8).

mod hasher;
mod policy;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;

use crate::db::UserTx;

pub use hasher::{Busy, Cost, Hasher, Verdict};
pub use policy::{MOST_BYTES, TooWeak, check_policy};

/// The stored hash of this transaction's user, in PHC form; `None`: they cannot log in with a password yet.
pub async fn find(tx: &mut UserTx) -> Result<Option<String>, sqlx::Error> {
    let user = tx.user();
    sqlx::query_scalar!("select phc from passwords where user_id = $1", user.0)
        .fetch_optional(&mut **tx)
        .await
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

/// Keeps `phc` (from [`Hasher::hash`]) as the hash of this user's password.
pub async fn keep(tx: &mut UserTx, phc: &str, now: Timestamp) -> Result<(), sqlx::Error> {
    let user = tx.user();
    sqlx::query!(
        "insert into passwords (user_id, phc, changed_at) values ($1, $2, $3)
         on conflict (user_id) do update set phc = excluded.phc, changed_at = excluded.changed_at",
        user.0,
        phc,
        now.to_sqlx() as _,
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
