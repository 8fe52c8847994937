//! The archive of a person: every table that the catalogue shows, and the calendar and the contacts as files for other programs.

use jiff::{Timestamp, tz::TimeZone};
use sqlx::PgPool;

use crate::{
    accounts::export::{self, ExportError, Extra},
    db::UserTx,
    domain::UserId,
    skills::{
        calendar::{ics, store},
        contacts,
    },
};

/// Writes everything of `user` into one zip; see [`export::write`].
pub async fn archive(
    pool: &PgPool,
    user: UserId,
    now: Timestamp,
) -> Result<std::fs::File, ExportError> {
    let mut tx = UserTx::begin(pool, user).await?;
    let zone = sqlx::query_scalar!("select time_zone from users where id = $1", user.0)
        .fetch_one(&mut *tx)
        .await?;
    let events = store::list(&mut tx, 10 * store::MOST).await?;
    let people = contacts::store::all(&mut tx).await?;
    tx.commit().await?;
    let cards = Extra {
        name: "contacts.vcf",
        bytes: contacts::vcard::write(&people).into(),
    };
    let calendar = Extra {
        name: "calendar.ics",
        bytes: ics::write(&events, &TimeZone::get(&zone).unwrap_or(TimeZone::UTC)).into(),
    };
    export::write(pool, user, vec![calendar, cards], now).await
}
