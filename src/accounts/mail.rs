//! Mail about accounts: written in the transaction that makes it true, sealed until it is sent.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};

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
pub fn place(id: uuid::Uuid, user: UserId) -> Place {
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
    let (id, user) = (new_id(), tx.user());
    let words = serde_json::to_vec(mail).expect("a mail is three strings");
    sqlx::query!(
        "insert into mails (id, user_id, kind, sealed, created_at, next_try_at) values ($1, $2, $3, $4, $5, $5)",
        id,
        user.0,
        kind,
        seal.seal(&place(id, user), &words),
        now.to_sqlx() as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
