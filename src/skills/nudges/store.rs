//! The only SQL on `nudged` and `nudges`.

use jiff::{SignedDuration, Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use sqlx::PgPool;

use crate::{db::UserTx, domain::UserId};

/// Whether the transaction's user wants to be nudged.
pub async fn is_on(tx: &mut UserTx) -> Result<bool, sqlx::Error> {
    let user = tx.user();
    sqlx::query_scalar!(
        r#"select exists (select 1 from nudged where user_id = $1) as "on!""#,
        user.0
    )
    .fetch_one(&mut **tx)
    .await
}

/// As [`is_on`], and holds it so to the end of the transaction.
pub async fn hold(tx: &mut UserTx) -> Result<bool, sqlx::Error> {
    let user = tx.user();
    let row = sqlx::query_scalar!(
        "select user_id from nudged where user_id = $1 for update",
        user.0
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.is_some())
}

/// Turns them on or off; whether that changed anything.
pub async fn set(tx: &mut UserTx, on: bool) -> Result<bool, sqlx::Error> {
    let user = tx.user();
    let changed = if on {
        sqlx::query!(
            "insert into nudged (user_id) values ($1) on conflict do nothing",
            user.0
        )
        .execute(&mut **tx)
        .await?
    } else {
        sqlx::query!("delete from nudged where user_id = $1", user.0)
            .execute(&mut **tx)
            .await?
    };
    Ok(changed.rows_affected() == 1)
}

/// Takes users in hand for whom it is to be looked, and plans their next look.
pub async fn claim(
    pool: &PgPool,
    now: Timestamp,
    limit: i32,
    again: SignedDuration,
) -> Result<Vec<UserId>, sqlx::Error> {
    let users = sqlx::query_scalar!(
        r#"select nudges_claim($1, $2, make_interval(secs => $3)) as "user!""#,
        now.to_sqlx() as _,
        limit,
        again.as_secs_f64()
    )
    .fetch_all(pool)
    .await?;
    Ok(users.into_iter().map(UserId).collect())
}

/// Puts the next look off until then.
pub async fn put_off(tx: &mut UserTx, until: Timestamp) -> Result<(), sqlx::Error> {
    let user = tx.user();
    sqlx::query!(
        "update nudged set look_at = $2 where user_id = $1",
        user.0,
        until.to_sqlx() as _
    )
    .execute(&mut **tx)
    .await
    .map(drop)
}

/// Whether something was said on that day, and whether anything ever was.
pub async fn said_on(tx: &mut UserTx, day: Date) -> Result<(bool, bool), sqlx::Error> {
    let row = sqlx::query!(
        r#"select coalesce(bool_or(day = $1), false) as "then!", count(*) > 0 as "ever!" from nudges"#,
        day.to_sqlx() as _
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok((row.then, row.ever))
}

/// Notes what is said today. `false`: it was said before, or something else was today.
pub async fn note(
    tx: &mut UserTx,
    day: Date,
    (rule, subject): (&str, &str),
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let user = tx.user();
    let done = sqlx::query!(
        "insert into nudges (user_id, day, rule, subject, told_at) values ($1, $2, $3, $4, $5) on conflict do nothing",
        user.0,
        day.to_sqlx() as _,
        rule,
        subject,
        now.to_sqlx() as _
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether that was said before.
pub async fn was_said(tx: &mut UserTx, rule: &str, subject: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists (select 1 from nudges where rule = $1 and subject = $2) as "said!""#,
        rule,
        subject
    )
    .fetch_one(&mut **tx)
    .await
}
