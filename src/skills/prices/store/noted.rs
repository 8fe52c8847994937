//! What something cost once.

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::super::say;
use crate::{
    clock::new_id,
    db::UserTx,
    domain::{Good, Money, Quantity, UnitPrice, money},
    skills::{Thing, expenses},
};

/// A row of `prices`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Noted {
    pub id: Uuid,
    /// The `12` of `O12`.
    pub number: i32,
    /// As the user wrote it.
    pub name: String,
    /// Empty: not said.
    pub store: String,
    pub price: Money,
    /// How much of it that was: "500 g"; empty: one piece.
    pub amount: String,
    pub seen_at: Timestamp,
    /// Raised by every change.
    pub version: i32,
    pub created_at: Timestamp,
    /// It is told by an expense, whose number it has, and is no row of the book.
    #[serde(skip)]
    pub is_expense: bool,
}

impl Noted {
    /// A price that is new.
    pub fn new(number: i32, name: String, price: Money, now: Timestamp) -> Self {
        Self {
            id: new_id(),
            number,
            name,
            store: String::new(),
            price,
            amount: String::new(),
            seen_at: now,
            version: 1,
            created_at: now,
            is_expense: false,
        }
    }

    pub fn key(&self) -> String {
        Good::key(&self.name)
    }

    /// How much it was for.
    pub fn quantity(&self) -> Option<Quantity> {
        self.amount.parse().ok()
    }

    /// Per kilogram, litre or piece.
    pub fn unit_price(&self) -> Option<UnitPrice> {
        UnitPrice::of(self.price, self.quantity())
    }
}

macro_rules! noted {
    ($row:expr) => {
        Noted {
            id: $row.id,
            number: $row.number,
            name: $row.name,
            store: $row.store,
            price: Money::new(
                $row.minor,
                money::currency(&$row.currency)
                    .ok_or_else(|| sqlx::Error::Decode("no currency".into()))?,
            ),
            amount: $row.amount,
            seen_at: $row.seen_at.to_jiff(),
            version: $row.version,
            created_at: $row.created_at.to_jiff(),
            is_expense: false,
        }
    };
}

impl Thing for Noted {
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
        say::noted(self, "en-US")
    }

    fn restored(&self) -> &'static str {
        "back to"
    }

    fn label(&self) -> String {
        let letter = if self.is_expense {
            expenses::LETTER
        } else {
            Self::LETTER
        };
        format!("{letter}{}", self.number)
    }

    async fn find(tx: &mut UserTx, id: Uuid) -> Result<Option<Self>, sqlx::Error> {
        let row = sqlx::query!(
            "select id, number, name, store, minor, currency, amount, seen_at, version, created_at from prices
             where id = $1 for update",
            id
        )
        .fetch_optional(&mut **tx)
        .await?;
        row.map(|row| Ok(noted!(row))).transpose()
    }

    async fn find_by_number(tx: &mut UserTx, number: i32) -> Result<Option<Self>, sqlx::Error> {
        let row = sqlx::query!(
            "select id, number, name, store, minor, currency, amount, seen_at, version, created_at from prices
             where number = $1 for update",
            number
        )
        .fetch_optional(&mut **tx)
        .await?;
        row.map(|row| Ok(noted!(row))).transpose()
    }

    async fn page(tx: &mut UserTx, after: i32, limit: i64) -> Result<Vec<Self>, sqlx::Error> {
        let rows = sqlx::query!(
            "select id, number, name, store, minor, currency, amount, seen_at, version, created_at from prices
             where number > $1 order by number limit $2",
            after,
            limit
        )
        .fetch_all(&mut **tx)
        .await?;
        rows.into_iter().map(|row| Ok(noted!(row))).collect()
    }

    async fn update(
        &self,
        tx: &mut UserTx,
        expected: i32,
        now: Timestamp,
    ) -> Result<Option<Self>, sqlx::Error> {
        let row = sqlx::query!(
            "update prices set name = $3, key = $4, store = $5, minor = $6, currency = $7, amount = $8, seen_at = $9,
                    version = $10, changed_at = $11
             where id = $1 and version = $2
             returning id, number, name, store, minor, currency, amount, seen_at, version, created_at",
            self.id,
            expected,
            self.name,
            self.key(),
            self.store,
            self.price.minor,
            self.price.currency.code(),
            self.amount,
            self.seen_at.to_sqlx() as _,
            self.version,
            now.to_sqlx() as _,
        )
        .fetch_optional(&mut **tx)
        .await?;
        row.map(|row| Ok(noted!(row))).transpose()
    }

    async fn remove(tx: &mut UserTx, id: Uuid, version: i32) -> Result<bool, sqlx::Error> {
        let gone = sqlx::query!(
            "delete from prices where id = $1 and version = $2",
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
            "insert into prices (id, user_id, number, name, key, store, minor, currency, amount, seen_at, version, created_at, changed_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict do nothing",
            self.id,
            user.0,
            self.number,
            self.name,
            self.key(),
            self.store,
            self.price.minor,
            self.price.currency.code(),
            self.amount,
            self.seen_at.to_sqlx() as _,
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
pub async fn insert(tx: &mut UserTx, new: &Noted) -> Result<(), sqlx::Error> {
    new.put_back(tx, new.created_at).await.map(drop)
}

/// What was noted of these keys, newest first.
pub async fn by_key(
    tx: &mut UserTx,
    keys: &[String],
    limit: i64,
) -> Result<Vec<Noted>, sqlx::Error> {
    let rows = sqlx::query!(
        "select id, number, name, store, minor, currency, amount, seen_at, version, created_at from prices
         where key = any($1) order by seen_at desc, number desc limit $2",
        keys,
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(|row| Ok(noted!(row))).collect()
}

/// What was noted last.
pub async fn latest(tx: &mut UserTx, limit: i64) -> Result<Vec<Noted>, sqlx::Error> {
    let rows = sqlx::query!(
        "select id, number, name, store, minor, currency, amount, seen_at, version, created_at from prices
         order by seen_at desc, number desc limit $1",
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(|row| Ok(noted!(row))).collect()
}
