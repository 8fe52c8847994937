//! The sessions that are open, as their user sees them.

use jiff::Timestamp;
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx};
use uuid::Uuid;

use crate::db::UserTx;

/// One open session.
#[derive(Clone, Debug)]
pub struct Listed {
    pub id: Uuid,
    pub device: String,
    pub address: String,
    pub created_at: Timestamp,
    /// To the minute.
    pub last_seen_at: Timestamp,
    pub last_address: String,
    pub expires_at: Timestamp,
    pub has_mfa: bool,
}

/// The open sessions of the user of `tx`, newest first, older than `before` (an id of this list), at most `most`.
pub async fn list(
    tx: &mut UserTx,
    now: Timestamp,
    before: Option<Uuid>,
    most: i64,
) -> Result<Vec<Listed>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select id, device, address, created_at as "created_at: SqlTimestamp", last_seen_at as "last_seen_at: SqlTimestamp",
             last_address, expires_at as "expires_at: SqlTimestamp", mfa_at is not null as "has_mfa!"
           from sessions where revoked_at is null and expires_at > $1 and ($2::uuid is null or id < $2)
           order by id desc limit $3"#,
        now.to_sqlx() as _,
        before,
        most,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Listed {
            id: row.id,
            device: row.device,
            address: row.address,
            created_at: row.created_at.to_jiff(),
            last_seen_at: row.last_seen_at.to_jiff(),
            last_address: row.last_address,
            expires_at: row.expires_at.to_jiff(),
            has_mfa: row.has_mfa,
        })
        .collect())
}
