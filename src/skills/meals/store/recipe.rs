//! Rows of `recipes`.

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::{read::Ingredient, say};
use crate::{
    clock::new_id,
    db::UserTx,
    domain::{Good, Money, money},
    skills::Thing,
};

/// A row of `recipes`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    pub id: Uuid,
    /// The `3` of `M3`.
    pub number: i32,
    /// As the user wrote it.
    pub name: String,
    pub ingredients: Vec<Ingredient>,
    pub serves: i32,
    pub minutes: Option<i32>,
    /// For all servings.
    pub cost: Option<Money>,
    /// Empty: none was given.
    pub method: String,
    /// Thought up by a model, and not yet taken on.
    pub proposed: bool,
    /// Raised by every change.
    pub version: i32,
    pub created_at: Timestamp,
}

impl Recipe {
    /// What makes two names the same dish.
    pub fn key(&self) -> String {
        Good::key(&self.name)
    }
}

/// A recipe that is new.
pub fn new_recipe(number: i32, name: String, now: Timestamp) -> Recipe {
    Recipe {
        id: new_id(),
        number,
        name,
        ingredients: Vec::new(),
        serves: 4,
        minutes: None,
        cost: None,
        method: String::new(),
        proposed: false,
        version: 1,
        created_at: now,
    }
}

/// As the column holds them, and back.
fn ingredients(value: Value) -> Result<Vec<Ingredient>, sqlx::Error> {
    serde_json::from_value(value).map_err(|error| sqlx::Error::Decode(error.into()))
}

macro_rules! recipe {
    ($row:expr) => {
        Recipe {
            id: $row.id,
            number: $row.number,
            name: $row.name,
            ingredients: ingredients($row.ingredients)?,
            serves: $row.serves,
            minutes: $row.minutes,
            cost: $row
                .cost_minor
                .zip($row.cost_currency)
                .and_then(|(minor, code)| Some(Money::new(minor, money::currency(&code)?))),
            method: $row.method,
            proposed: $row.proposed,
            version: $row.version,
            created_at: $row.created_at.to_jiff(),
        }
    };
}

impl Thing for Recipe {
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
        say::recipe(self)
    }

    fn called(&self) -> Option<&str> {
        Some(&self.name)
    }

    fn restored(&self) -> &'static str {
        "back to"
    }

    /// One dish has one name.
    async fn hindrance(&self, tx: &mut UserTx) -> Result<Option<String>, sqlx::Error> {
        let there = find_named(tx, &self.key()).await?;
        Ok(there
            .filter(|there| there.id != self.id)
            .map(|there| say::is_there(&there)))
    }

    async fn find(tx: &mut UserTx, id: Uuid) -> Result<Option<Self>, sqlx::Error> {
        let row = sqlx::query!(
            "select id, number, name, ingredients, serves, minutes, cost_minor, cost_currency, method, proposed, version, created_at
             from recipes where id = $1 for update",
            id
        )
        .fetch_optional(&mut **tx)
        .await?;
        row.map(|row| Ok(recipe!(row))).transpose()
    }

    async fn find_by_number(tx: &mut UserTx, number: i32) -> Result<Option<Self>, sqlx::Error> {
        let row = sqlx::query!(
            "select id, number, name, ingredients, serves, minutes, cost_minor, cost_currency, method, proposed, version, created_at
             from recipes where number = $1 for update",
            number
        )
        .fetch_optional(&mut **tx)
        .await?;
        row.map(|row| Ok(recipe!(row))).transpose()
    }

    async fn page(tx: &mut UserTx, after: i32, limit: i64) -> Result<Vec<Self>, sqlx::Error> {
        let rows = sqlx::query!(
            "select id, number, name, ingredients, serves, minutes, cost_minor, cost_currency, method, proposed, version, created_at
             from recipes where number > $1 order by number limit $2",
            after,
            limit
        )
        .fetch_all(&mut **tx)
        .await?;
        rows.into_iter().map(|row| Ok(recipe!(row))).collect()
    }

    async fn update(
        &self,
        tx: &mut UserTx,
        expected: i32,
        now: Timestamp,
    ) -> Result<Option<Self>, sqlx::Error> {
        let row = sqlx::query!(
            "update recipes set name = $3, key = $4, ingredients = $5, serves = $6, minutes = $7, cost_minor = $8,
                    cost_currency = $9, method = $10, proposed = $11, version = $12, changed_at = $13
             where id = $1 and version = $2
             returning id, number, name, ingredients, serves, minutes, cost_minor, cost_currency, method, proposed, version, created_at",
            self.id,
            expected,
            self.name,
            self.key(),
            json!(self.ingredients),
            self.serves,
            self.minutes,
            self.cost.map(|cost| cost.minor),
            self.cost.map(|cost| cost.currency.code()),
            self.method,
            self.proposed,
            self.version,
            now.to_sqlx() as _,
        )
        .fetch_optional(&mut **tx)
        .await?;
        row.map(|row| Ok(recipe!(row))).transpose()
    }

    async fn remove(tx: &mut UserTx, id: Uuid, version: i32) -> Result<bool, sqlx::Error> {
        let gone = sqlx::query!(
            "delete from recipes where id = $1 and version = $2",
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
            "insert into recipes (id, user_id, number, name, key, ingredients, serves, minutes, cost_minor, cost_currency, method,
                                  proposed, version, created_at, changed_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) on conflict do nothing",
            self.id,
            user.0,
            self.number,
            self.name,
            self.key(),
            json!(self.ingredients),
            self.serves,
            self.minutes,
            self.cost.map(|cost| cost.minor),
            self.cost.map(|cost| cost.currency.code()),
            self.method,
            self.proposed,
            self.version,
            self.created_at.to_sqlx() as _,
            now.to_sqlx() as _,
        )
        .execute(&mut **tx)
        .await?;
        Ok(put.rows_affected() == 1)
    }
}

/// The recipe of this key, locked.
pub async fn find_named(tx: &mut UserTx, key: &str) -> Result<Option<Recipe>, sqlx::Error> {
    let row = sqlx::query!(
        "select id, number, name, ingredients, serves, minutes, cost_minor, cost_currency, method, proposed, version, created_at
         from recipes where key = $1 for update",
        key
    )
    .fetch_optional(&mut **tx)
    .await?;
    row.map(|row| Ok(recipe!(row))).transpose()
}

/// Every recipe, the user's own before those that were proposed.
pub async fn list_recipes(tx: &mut UserTx) -> Result<Vec<Recipe>, sqlx::Error> {
    let rows = sqlx::query!(
        "select id, number, name, ingredients, serves, minutes, cost_minor, cost_currency, method, proposed, version, created_at
         from recipes order by proposed, number limit 1000"
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(|row| Ok(recipe!(row))).collect()
}
