//! Erasing a person: asked for in one transaction, after which nobody gets in, no turn goes on and the numbers are free; then
//! every row in portions, so that no lock is held for long; then the receipt; then, after a while, a second look and the row
//! in `users`. Each step may run twice and be cut off anywhere: what is left is found by the next round.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use serde_json::json;
use sqlx::{AssertSqlSafe, PgPool};

use super::{
    audit::{self, Event},
    catalogue::{Erased, TABLES, Table},
    mail::{self, Mail},
    seal::Seal,
};
use crate::{crash_point, db::UserTx, domain::UserId, text};

/// After this a person who was erased is looked for once more: what a turn under way could still write is written by then.
pub const AGAIN: SignedDuration = SignedDuration::from_mins(5);
/// How long the last row waits for the receipt's mail to leave.
const MAIL_PATIENCE: f64 = 24.0 * 3600.0;
/// Rows of one portion.
const PORTION: i32 = 1000;

/// The receipt.
pub const RECEIPT: &str = "Your account and everything in it are deleted, and this number is free again. \
    I will not text you any more.";

const RECEIPT_MAIL: &str = "Your account and everything in it are deleted: what you kept, your texts and our answers, your \
numbers, this address, and every way to log in.

Two things stay, because they must: that a number wanted no texts (STOP) holds for whoever has it next, and the log of what \
was done to accounts, which holds numbers of rows and no name.

Your number and your address are free: you can use them for a new account at any time.
";

/// Who wants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Own,
    Operator,
}

/// Asks for the erasure of the transaction's user: from the commit on the account is closed, its turns are fenced off, its
/// numbers and its address are free, and what was to be sent is not. `false`: it was asked for before.
pub async fn ask(
    tx: &mut UserTx,
    by: By,
    address: &str,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let user = tx.user();
    // the lease first, as turns lock it: a turn that is about to commit does so now or never
    sqlx::query!(
        "update leases set epoch = epoch + 1 where user_id = $1",
        user.0
    )
    .execute(&mut **tx)
    .await?;
    let asked = sqlx::query!(
        "insert into erasures (user_id, by, email, numbers, own_number, asked_at)
         select u.id, $2, u.email,
                coalesce((select array_agg(p.number order by p.verified_at) from phones p where p.user_id = u.id and p.verified_at is not null), '{}'),
                coalesce((select o.sender from outbox o where o.user_id = u.id order by o.ordinal desc limit 1),
                         (select n.number from own_numbers n where n.active and (n.dedicated_to is null or n.dedicated_to = u.id) order by n.number limit 1)),
                $3
         from users u where u.id = $1 and u.state <> 'erased'
         on conflict (user_id) do nothing",
        user.0,
        match by {
            By::Own => "own",
            By::Operator => "operator",
        },
        now.to_sqlx() as _,
    )
    .execute(&mut **tx)
    .await?;
    if asked.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!(
        "update users set state = 'erased', name = null, email = null, email_verified_at = null, access_epoch = access_epoch + 1 where id = $1",
        user.0
    )
    .execute(&mut **tx)
    .await?;
    close(tx, now).await?;
    let event = match by {
        By::Own => Event::own(user, "account.erase", address),
        By::Operator => Event {
            actor: None,
            ..Event::own(user, "account.erase", address)
        },
    };
    audit::append(tx, now, &event).await?;
    Ok(true)
}

/// Everything by which somebody gets in or is reached.
async fn close(tx: &mut UserTx, now: Timestamp) -> Result<(), sqlx::Error> {
    let user = tx.user().0;
    sqlx::query!(
        "update sessions set revoked_at = $2, revoked_why = 'erased' where user_id = $1 and revoked_at is null",
        user,
        now.to_sqlx() as _
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "with links as (delete from links where user_id = $1), pending as (delete from pending_logins where user_id = $1),
              refresh as (delete from refresh_tokens where user_id = $1), tokens as (delete from api_tokens where user_id = $1),
              mails as (delete from mails where user_id = $1), feeds as (delete from calendar_feeds where user_id = $1),
              queued as (delete from outbox where user_id = $1 and state = 'queued')
         delete from phones where user_id = $1",
        user
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// How far an erasure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Rows are to be deleted, and then it is told.
    Asked,
    /// To be looked at once more and ended.
    Told,
}

/// Erasures that want a round now.
pub async fn list_due(
    pool: &PgPool,
    now: Timestamp,
    most: i32,
) -> Result<Vec<(UserId, Stage)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select user_id as "user_id!", state as "state!" from erasures_due($1, $2)"#,
        (now - AGAIN).to_sqlx() as _,
        most
    )
    .fetch_all(pool)
    .await?;
    let stage = |state: &str| match state {
        "asked" => Stage::Asked,
        _ => Stage::Told,
    };
    Ok(rows
        .into_iter()
        .map(|row| (UserId(row.user_id), stage(&row.state)))
        .collect())
}

/// Deletes what is there, in portions. `false`: something is in flight and wants another round.
pub async fn rows(pool: &PgPool, user: UserId) -> Result<bool, sqlx::Error> {
    loop {
        let mut tx = UserTx::begin(pool, user).await?;
        let gone = sqlx::query_scalar!(r#"select erase_texts($1, $2) as "gone!""#, user.0, PORTION)
            .fetch_one(&mut *tx)
            .await?;
        tx.commit().await?;
        crash_point!("erase.portion");
        if gone == 0 {
            break;
        }
    }
    for table in TABLES {
        if table.erased == Erased::InPortions {
            while portion(pool, user, table).await? > 0 {
                crash_point!("erase.portion");
            }
        }
    }
    let mut tx = UserTx::begin(pool, user).await?;
    let flying = sqlx::query_scalar!(
        r#"select exists (select 1 from outbox where user_id = $1) as "flying!""#,
        user.0
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(!flying)
}

async fn portion(pool: &PgPool, user: UserId, table: &Table) -> Result<u64, sqlx::Error> {
    let Table { name, whose, .. } = table;
    // names and conditions are constants of the catalogue
    let delete = format!(
        "delete from {name} where ctid = any(array(select t.ctid from {name} t where {whose} limit {PORTION}))"
    );
    let mut tx = UserTx::begin(pool, user).await?;
    let gone = sqlx::query(AssertSqlSafe(delete))
        .bind(user.0)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(gone.rows_affected())
}

/// Writes the receipt, once: by mail when there was an address, and to the first number.
pub async fn tell(
    pool: &PgPool,
    user: UserId,
    seal: Option<&Seal>,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let mut tx = UserTx::begin(pool, user).await?;
    let asked = sqlx::query!(
        "select email from erasures where user_id = $1 and state = 'asked' for update",
        user.0
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(asked) = asked else {
        return tx.rollback().await;
    };
    if let (Some(to), Some(seal)) = (asked.email, seal) {
        let receipt = Mail {
            to,
            subject: "Your account is deleted".to_owned(),
            body: RECEIPT_MAIL.to_owned(),
        };
        mail::write(&mut tx, seal, "erased", &receipt, now).await?;
    }
    let segments = i32::try_from(text::size(RECEIPT).segments).unwrap_or(i32::MAX);
    sqlx::query!(
        "select erase_tell($1, $2, $3, $4)",
        user.0,
        now.to_sqlx() as _,
        RECEIPT,
        segments
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "update erasures set state = 'told', told_at = $2 where user_id = $1",
        user.0,
        now.to_sqlx() as _
    )
    .execute(&mut *tx)
    .await?;
    let event = Event {
        actor: None,
        ..Event::own(user, "account.erased", "")
    };
    audit::append(&mut tx, now, &event.detail(json!({}))).await?;
    tx.commit().await
}

/// The last step; `false`: the receipt's mail has not left yet.
pub async fn end(pool: &PgPool, user: UserId, now: Timestamp) -> Result<bool, sqlx::Error> {
    let mut tx = UserTx::begin(pool, user).await?;
    let ended = sqlx::query_scalar!(
        r#"select erase_end($1, $2, make_interval(secs => $3)) as "ended!""#,
        user.0,
        now.to_sqlx() as _,
        MAIL_PATIENCE
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(ended)
}
