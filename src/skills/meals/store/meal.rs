//! Rows of `meals`: which dish on which evening.

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{super::say, recipe::Recipe};
use crate::{clock::new_id, db::UserTx, skills::Thing};

/// A row of `meals`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Meal {
    pub id: Uuid,
    /// The `2` of `P2`.
    pub number: i32,
    /// The evening, in the user's calendar.
    pub day: Date,
    pub recipe_id: Uuid,
    /// The dish, as it was called when it was planned.
    pub name: String,
    pub people: i32,
    /// For how many its groceries are on the list; 0: not yet.
    pub shopped_for: i32,
    /// Raised by every change.
    pub version: i32,
    pub created_at: Timestamp,
}

/// A meal that is new.
pub fn new_meal(number: i32, day: Date, recipe: &Recipe, people: i32, now: Timestamp) -> Meal {
    Meal {
        id: new_id(),
        number,
        day,
        recipe_id: recipe.id,
        name: recipe.name.clone(),
        people,
        shopped_for: 0,
        version: 1,
        created_at: now,
    }
}

macro_rules! meal {
    ($row:expr) => {
        Meal {
            id: $row.id,
            number: $row.number,
            day: $row.day.to_jiff(),
            recipe_id: $row.recipe_id,
            name: $row.name,
            people: $row.people,
            shopped_for: $row.shopped_for,
            version: $row.version,
            created_at: $row.created_at.to_jiff(),
        }
    };
}

impl Thing for Meal {
    const LETTER: &'static str = super::super::PLAN_LETTER;

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

    fn line(&self, today: Date) -> String {
        say::meal(self, today)
    }

    fn restored(&self) -> &'static str {
        "back to"
    }

    /// One dinner an evening, of a dish that is there.
    async fn hindrance(&self, tx: &mut UserTx) -> Result<Option<String>, sqlx::Error> {
        if Recipe::find(tx, self.recipe_id).await?.is_none() {
            return Ok(Some(say::no_dish(&self.name)));
        }
        let there = find_on(tx, self.day).await?;
        Ok(there
            .filter(|there| there.id != self.id)
            .map(|there| say::is_planned(&there)))
    }

    async fn find(tx: &mut UserTx, id: Uuid) -> Result<Option<Self>, sqlx::Error> {
        let row = sqlx::query!(
            "select id, number, day, recipe_id, name, people, shopped_for, version, created_at from meals where id = $1 for update",
            id
        )
        .fetch_optional(&mut **tx)
        .await?;
        Ok(row.map(|row| meal!(row)))
    }

    async fn find_by_number(tx: &mut UserTx, number: i32) -> Result<Option<Self>, sqlx::Error> {
        let row = sqlx::query!(
            "select id, number, day, recipe_id, name, people, shopped_for, version, created_at from meals where number = $1 for update",
            number
        )
        .fetch_optional(&mut **tx)
        .await?;
        Ok(row.map(|row| meal!(row)))
    }

    async fn page(tx: &mut UserTx, after: i32, limit: i64) -> Result<Vec<Self>, sqlx::Error> {
        let rows = sqlx::query!(
            "select id, number, day, recipe_id, name, people, shopped_for, version, created_at from meals
             where number > $1 order by number limit $2",
            after,
            limit
        )
        .fetch_all(&mut **tx)
        .await?;
        Ok(rows.into_iter().map(|row| meal!(row)).collect())
    }

    async fn update(
        &self,
        tx: &mut UserTx,
        expected: i32,
        now: Timestamp,
    ) -> Result<Option<Self>, sqlx::Error> {
        let row = sqlx::query!(
            "update meals set day = $3, recipe_id = $4, name = $5, people = $6, shopped_for = $7, version = $8, changed_at = $9
             where id = $1 and version = $2
             returning id, number, day, recipe_id, name, people, shopped_for, version, created_at",
            self.id,
            expected,
            self.day.to_sqlx() as _,
            self.recipe_id,
            self.name,
            self.people,
            self.shopped_for,
            self.version,
            now.to_sqlx() as _,
        )
        .fetch_optional(&mut **tx)
        .await?;
        Ok(row.map(|row| meal!(row)))
    }

    async fn remove(tx: &mut UserTx, id: Uuid, version: i32) -> Result<bool, sqlx::Error> {
        let gone = sqlx::query!(
            "delete from meals where id = $1 and version = $2",
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
            "insert into meals (id, user_id, number, day, recipe_id, name, people, shopped_for, version, created_at, changed_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing",
            self.id,
            user.0,
            self.number,
            self.day.to_sqlx() as _,
            self.recipe_id,
            self.name,
            self.people,
            self.shopped_for,
            self.version,
            self.created_at.to_sqlx() as _,
            now.to_sqlx() as _,
        )
        .execute(&mut **tx)
        .await?;
        Ok(put.rows_affected() == 1)
    }
}

/// What is planned on that evening, locked.
pub async fn find_on(tx: &mut UserTx, day: Date) -> Result<Option<Meal>, sqlx::Error> {
    Ok(between(tx, day, day).await?.pop())
}

/// What is planned from one evening through another, in their order, locked.
pub async fn between(tx: &mut UserTx, from: Date, last: Date) -> Result<Vec<Meal>, sqlx::Error> {
    let rows = sqlx::query!(
        "select id, number, day, recipe_id, name, people, shopped_for, version, created_at from meals
         where day between $1 and $2 order by day limit 100 for update",
        from.to_sqlx() as _,
        last.to_sqlx() as _,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| meal!(row)).collect())
}

/// What is planned of a dish from that evening on, locked.
pub async fn upcoming_of(
    tx: &mut UserTx,
    recipe: Uuid,
    from: Date,
) -> Result<Vec<Meal>, sqlx::Error> {
    let rows = sqlx::query!(
        "select id, number, day, recipe_id, name, people, shopped_for, version, created_at from meals
         where recipe_id = $1 and day >= $2 order by day for update",
        recipe,
        from.to_sqlx() as _,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| meal!(row)).collect())
}

/// When each dish was or will be eaten, from that evening on.
pub async fn eaten(tx: &mut UserTx, since: Date) -> Result<Vec<(Date, Uuid)>, sqlx::Error> {
    let rows = sqlx::query!(
        "select day, recipe_id from meals where day >= $1 order by day",
        since.to_sqlx() as _
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.day.to_jiff(), row.recipe_id))
        .collect())
}
