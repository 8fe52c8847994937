//! Who wants to be told when something is offered for less.

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::super::say;
use crate::{
    clock::new_id,
    db::UserTx,
    domain::{Good, Money, Per, UnitPrice, money},
    skills::Thing,
};

/// A row of `price_alerts`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    pub id: Uuid,
    /// The `12` of `O12`.
    pub number: i32,
    pub name: String,
    /// Told when it is offered for less than this ...
    pub below: Money,
    /// ... for one of these ("kg"); empty: whatever the pack holds.
    pub per: String,
    /// Raised by every change.
    pub version: i32,
    pub created_at: Timestamp,
}

impl Alert {
    /// An alert that is new.
    pub fn new(number: i32, name: String, below: Money, per: Option<Per>, now: Timestamp) -> Self {
        Self {
            id: new_id(),
            number,
            name,
            below,
            per: per.map_or_else(String::new, |per| per.to_string()),
            version: 1,
            created_at: now,
        }
    }

    pub fn key(&self) -> String {
        Good::key(&self.name)
    }

    /// The limit per kilogram, litre or piece; `None`: it is one of the pack.
    pub fn limit(&self) -> Option<UnitPrice> {
        let per = Some(self.per.as_str()).filter(|per| !per.is_empty())?;
        Some(UnitPrice::per(self.below, per.parse().ok()?))
    }
}

macro_rules! alert {
    ($row:expr) => {
        Alert {
            id: $row.id,
            number: $row.number,
            name: $row.name,
            below: Money::new(
                $row.minor,
                money::currency(&$row.currency)
                    .ok_or_else(|| sqlx::Error::Decode("no currency".into()))?,
            ),
            per: $row.per,
            version: $row.version,
            created_at: $row.created_at.to_jiff(),
        }
    };
}

impl Thing for Alert {
    const LETTER: &'static str = super::super::LETTER;

    fn id(&self) -> Uuid {
        self.id
    }

    fn number(&self) -> i32 {
        self.number
    }

    fn version(&self) -> i32 {
        self.version
    }

    fn set_version(&mut self, version: i32) {
        self.version = version;
    }

    fn line(&self, _: Date) -> String {
        say::alert(self, "en-US")
    }

    fn restored(&self) -> &'static str {
        "back to"
    }

    async fn find(tx: &mut UserTx, id: Uuid) -> Result<Option<Self>, sqlx::Error> {
        let row = sqlx::query!(
            "select id, number, name, minor, currency, per, version, created_at from price_alerts where id = $1 for update",
            id
        )
        .fetch_optional(&mut **tx)
        .await?;
        row.map(|row| Ok(alert!(row))).transpose()
    }

    async fn find_by_number(tx: &mut UserTx, number: i32) -> Result<Option<Self>, sqlx::Error> {
        let row = sqlx::query!(
            "select id, number, name, minor, currency, per, version, created_at from price_alerts where number = $1 for update",
            number
        )
        .fetch_optional(&mut **tx)
        .await?;
        row.map(|row| Ok(alert!(row))).transpose()
    }

    async fn page(tx: &mut UserTx, after: i32, limit: i64) -> Result<Vec<Self>, sqlx::Error> {
        let rows = sqlx::query!(
            "select id, number, name, minor, currency, per, version, created_at from price_alerts
             where number > $1 order by number limit $2",
            after,
            limit
        )
        .fetch_all(&mut **tx)
        .await?;
        rows.into_iter().map(|row| Ok(alert!(row))).collect()
    }

    async fn update(
        &self,
        tx: &mut UserTx,
        expected: i32,
        now: Timestamp,
    ) -> Result<Option<Self>, sqlx::Error> {
        let row = sqlx::query!(
            "update price_alerts set name = $3, key = $4, minor = $5, currency = $6, per = $7, version = $8, changed_at = $9,
                    look_at = '-infinity'
             where id = $1 and version = $2
             returning id, number, name, minor, currency, per, version, created_at",
            self.id,
            expected,
            self.name,
            self.key(),
            self.below.minor,
            self.below.currency.code(),
            self.per,
            self.version,
            now.to_sqlx() as _,
        )
        .fetch_optional(&mut **tx)
        .await?;
        row.map(|row| Ok(alert!(row))).transpose()
    }

    async fn remove(tx: &mut UserTx, id: Uuid, version: i32) -> Result<bool, sqlx::Error> {
        let gone = sqlx::query!(
            "delete from price_alerts where id = $1 and version = $2",
            id,
            version
        )
        .execute(&mut **tx)
        .await?;
        Ok(gone.rows_affected() == 1)
    }

    async fn put_back(&self, tx: &mut UserTx, now: Timestamp) -> Result<bool, sqlx::Error> {
        let user = tx.user();
        let put = sqlx::query!(
            "insert into price_alerts (id, user_id, number, name, key, minor, currency, per, version, created_at, changed_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing",
            self.id,
            user.0,
            self.number,
            self.name,
            self.key(),
            self.below.minor,
            self.below.currency.code(),
            self.per,
            self.version,
            self.created_at.to_sqlx() as _,
            now.to_sqlx() as _,
        )
        .execute(&mut **tx)
        .await?;
        Ok(put.rows_affected() == 1)
    }
}

/// Writes a new row.
pub async fn insert_alert(tx: &mut UserTx, new: &Alert) -> Result<(), sqlx::Error> {
    new.put_back(tx, new.created_at).await.map(drop)
}

/// All alerts, by number.
pub async fn alerts(tx: &mut UserTx) -> Result<Vec<Alert>, sqlx::Error> {
    Alert::page(tx, 0, i64::MAX).await
}

/// Puts the next look off, if no new offers came meanwhile.
pub async fn put_off(
    tx: &mut UserTx,
    id: Uuid,
    claimed: Timestamp,
    until: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update price_alerts set look_at = $3 where id = $1 and look_at = $2",
        id,
        claimed.to_sqlx() as _,
        until.to_sqlx() as _
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Writes down that these offers are told, and returns those that were not before. Somebody else who tells one of them at the
/// same time waits here, and finds it told.
pub async fn told(
    tx: &mut UserTx,
    alert: Uuid,
    offers: &[Uuid],
    now: Timestamp,
) -> Result<Vec<Uuid>, sqlx::Error> {
    let user = tx.user();
    sqlx::query_scalar!(
        "insert into price_alerts_told (user_id, alert_id, offer_id, told_at)
         select $1, $2, o, $4 from unnest($3::uuid[]) o order by o
         on conflict do nothing returning offer_id",
        user.0,
        alert,
        offers,
        now.to_sqlx() as _
    )
    .fetch_all(&mut **tx)
    .await
}
