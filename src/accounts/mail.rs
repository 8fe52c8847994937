//! Mail about accounts: written in the transaction that makes it true, sealed until it is sent.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use uuid::Uuid;

use super::seal::{Place, Seal};
use crate::{clock::new_id, db::UserTx, domain::UserId};

/// One mail: plain text, one recipient.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub body: String,
}

/// Where the words of mail `id` to `user` are sealed.
pub fn place(id: Uuid, user: UserId) -> Place {
    Place {
        table: "mails",
        column: "sealed",
        row: id,
        user: Some(user),
    }
}

/// Puts a mail to this user into the transaction; it goes out after the commit. `kind` is for operators: `verify_email` …
pub async fn write(
    tx: &mut UserTx,
    seal: &Seal,
    kind: &str,
    mail: &Mail,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    write_until(tx, seal, kind, mail, now, Timestamp::MAX).await
}

/// As [`write()`]; after `until` it is not sent any more.
pub async fn write_until(
    tx: &mut UserTx,
    seal: &Seal,
    kind: &str,
    mail: &Mail,
    now: Timestamp,
    until: Timestamp,
) -> Result<(), sqlx::Error> {
    let (id, user) = (new_id(), tx.user());
    let words = serde_json::to_vec(mail).expect("a mail is three strings");
    sqlx::query!(
        "insert into mails (id, user_id, kind, sealed, created_at, next_try_at, useful_until)
         values ($1, $2, $3, $4, $5, $5, coalesce($6, 'infinity'::timestamptz))",
        id,
        user.0,
        kind,
        seal.seal(&place(id, user), &words),
        now.to_sqlx() as _,
        (until < Timestamp::MAX).then(|| until.to_sqlx()) as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Mails of one kind that strangers can have sent to somebody within [`CAPPED_FOR`]. A link to reset is good as long: whoever is
/// sent none has one that works.
const MOST_ASKED: i64 = 5;
const CAPPED_FOR: SignedDuration = SignedDuration::from_hours(1);

/// Whether one more mail that anybody can ask for goes to the transaction's user: `action` is what the audit log calls asking,
/// and the caller writes it there, as denied where this says no. Those who ask at once come one after the other.
pub(super) async fn has_room(
    tx: &mut UserTx,
    action: &str,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let user = tx.user();
    sqlx::query!("select from users where id = $1 for no key update", user.0)
        .execute(&mut **tx)
        .await?;
    let asked = sqlx::query_scalar!(
        r#"select count(*) as "count!" from audit_log where subject = $1 and action = $2 and result = 'ok' and at > $3"#,
        user.0,
        action,
        (now - CAPPED_FOR).to_sqlx() as _,
    )
    .fetch_one(&mut **tx)
    .await?;
    let has_room = asked < MOST_ASKED;
    if !has_room {
        metrics::counter!("assistant_mails_total", "outcome" => "too_many").increment(1);
    }
    Ok(has_room)
}

/// A mail that this process may send now.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    pub id: Uuid,
    pub user: UserId,
}

/// What is to be sent.
pub struct Claimed {
    pub mail: Mail,
    pub kind: String,
    /// Claims so far, this one included.
    pub attempts: i32,
}

/// Claims up to `limit` mails that are due; no other process touches them for `hold`.
pub async fn claim(
    pool: &PgPool,
    now: Timestamp,
    limit: i32,
    hold: std::time::Duration,
) -> Result<Vec<Claim>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select id as "id!", user_id as "user_id!" from mail_claim($1, $2, make_interval(secs => $3))"#,
        now.to_sqlx() as _,
        limit,
        hold.as_secs_f64(),
    )
    .fetch_all(pool)
    .await?;
    let claims = rows.into_iter().map(|row| Claim {
        id: row.id,
        user: UserId(row.user_id),
    });
    Ok(claims.collect())
}

/// Opens a claimed mail as its user. `None`: it is gone, or it does not open with today's keys and is deleted.
pub async fn open(
    pool: &PgPool,
    seal: &Seal,
    claim: Claim,
) -> Result<Option<Claimed>, sqlx::Error> {
    let mut tx = UserTx::begin(pool, claim.user).await?;
    let row = sqlx::query!(
        "select sealed, kind, attempts from mails where id = $1",
        claim.id
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(row) = row else {
        tx.commit().await?;
        return Ok(None);
    };
    let opened = seal.open(&place(claim.id, claim.user), &row.sealed).ok();
    let mail = opened.and_then(|words| serde_json::from_slice(&words).ok());
    if mail.is_none() {
        tracing::error!(mail = %claim.id, "a mail does not open with today's keys: it is dropped");
        delete(&mut tx, claim.id).await?;
    }
    tx.commit().await?;
    Ok(mail.map(|mail| Claimed {
        mail,
        kind: row.kind,
        attempts: row.attempts,
    }))
}

async fn delete(tx: &mut UserTx, id: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from mails where id = $1", id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// It was taken, or will never be: the row goes.
pub async fn settle(pool: &PgPool, claim: Claim) -> Result<(), sqlx::Error> {
    let mut tx = UserTx::begin(pool, claim.user).await?;
    delete(&mut tx, claim.id).await?;
    tx.commit().await
}

/// It was not taken: again after `pause`. `why` is kept for operators and names no address.
pub async fn put_off(
    pool: &PgPool,
    claim: Claim,
    why: &str,
    now: Timestamp,
    pause: SignedDuration,
) -> Result<(), sqlx::Error> {
    let mut tx = UserTx::begin(pool, claim.user).await?;
    sqlx::query!(
        "update mails set next_try_at = $2, last_error = $3 where id = $1",
        claim.id,
        (now + pause).to_sqlx() as _,
        why,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}
