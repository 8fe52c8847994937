//! The only SQL on `groceries`, `grocery_aisles` and `grocery_staples`. Every function takes a `UserTx`; row-level security keeps it to that
//! user's rows.

use std::collections::HashMap;

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    say,
    staples::{Kept, Staple},
};
use crate::{
    clock::new_id,
    db::UserTx,
    domain::{Aisle, Amounts, Good},
    skills::Thing,
};

/// A row of `groceries`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Grocery {
    pub id: Uuid,
    /// The `12` of `G12`.
    pub number: i32,
    /// As the user wrote it.
    pub name: String,
    /// Empty: as much as it takes.
    pub amount: Amounts,
    /// Which list it stands on; empty: the usual one.
    #[serde(default)]
    pub list: String,
    /// When it was bought; `None`: it is still to be.
    pub got_at: Option<Timestamp>,
    /// Raised by every change.
    pub version: i32,
    pub created_at: Timestamp,
}

impl Grocery {
    /// What makes two names the same thing.
    pub fn key(&self) -> String {
        Good::key(&self.name)
    }
}

macro_rules! grocery {
    ($row:expr) => {
        Grocery {
            id: $row.id,
            number: $row.number,
            name: $row.name,
            amount: $row
                .amount
                .parse()
                .map_err(|e| sqlx::Error::Decode(Box::new(e)))?,
            list: $row.list,
            got_at: $row.got_at.map(|t| t.to_jiff()),
            version: $row.version,
            created_at: $row.created_at.to_jiff(),
        }
    };
}

impl Thing for Grocery {
    const LETTER: &'static str = super::LETTER;

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
        say::grocery(self)
    }

    fn called(&self) -> Option<&str> {
        Some(&self.name)
    }

    fn restored(&self) -> &'static str {
        if self.got_at.is_some() {
            "got again"
        } else {
            "back to"
        }
    }

    /// The same thing stands on a list once.
    async fn hindrance(&self, tx: &mut UserTx) -> Result<Option<String>, sqlx::Error> {
        if self.got_at.is_some() {
            return Ok(None);
        }
        let there = find_open(tx, &self.list, &self.key()).await?;
        Ok(there
            .filter(|there| there.id != self.id)
            .map(|there| say::is_there(&there)))
    }

    async fn find(tx: &mut UserTx, id: Uuid) -> Result<Option<Self>, sqlx::Error> {
        let row = sqlx::query!(
            "select id, number, name, amount, list, got_at, version, created_at from groceries where id = $1 for update",
            id
        )
        .fetch_optional(&mut **tx)
        .await?;
        row.map(|row| Ok(grocery!(row))).transpose()
    }

    async fn find_by_number(tx: &mut UserTx, number: i32) -> Result<Option<Self>, sqlx::Error> {
        let row = sqlx::query!(
            "select id, number, name, amount, list, got_at, version, created_at from groceries where number = $1 for update",
            number
        )
        .fetch_optional(&mut **tx)
        .await?;
        row.map(|row| Ok(grocery!(row))).transpose()
    }

    async fn page(tx: &mut UserTx, after: i32, limit: i64) -> Result<Vec<Self>, sqlx::Error> {
        let rows = sqlx::query!(
            "select id, number, name, amount, list, got_at, version, created_at from groceries
             where number > $1 order by number limit $2",
            after,
            limit
        )
        .fetch_all(&mut **tx)
        .await?;
        rows.into_iter().map(|row| Ok(grocery!(row))).collect()
    }

    async fn update(
        &self,
        tx: &mut UserTx,
        expected: i32,
        now: Timestamp,
    ) -> Result<Option<Self>, sqlx::Error> {
        let row = sqlx::query!(
            "update groceries set name = $3, key = $4, amount = $5, got_at = $6,
                    state = case when $6::timestamptz is null then 'open' else 'got' end,
                    version = $7, changed_at = $8, list = $9
             where id = $1 and version = $2
             returning id, number, name, amount, list, got_at, version, created_at",
            self.id,
            expected,
            self.name,
            self.key(),
            self.amount.to_string(),
            self.got_at.map(|t| t.to_sqlx()) as _,
            self.version,
            now.to_sqlx() as _,
            self.list,
        )
        .fetch_optional(&mut **tx)
        .await?;
        row.map(|row| Ok(grocery!(row))).transpose()
    }

    async fn remove(tx: &mut UserTx, id: Uuid, version: i32) -> Result<bool, sqlx::Error> {
        let gone = sqlx::query!(
            "delete from groceries where id = $1 and version = $2",
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
            "insert into groceries (id, user_id, number, name, key, amount, state, got_at, version, created_at, changed_at, list)
             values ($1, $2, $3, $4, $5, $6, case when $7::timestamptz is null then 'open' else 'got' end, $7, $8, $9, $10, $11)
             on conflict do nothing",
            self.id,
            user.0,
            self.number,
            self.name,
            self.key(),
            self.amount.to_string(),
            self.got_at.map(|t| t.to_sqlx()) as _,
            self.version,
            self.created_at.to_sqlx() as _,
            now.to_sqlx() as _,
            self.list,
        )
        .execute(&mut **tx)
        .await?;
        Ok(put.rows_affected() == 1)
    }
}

/// Lets one change of a user's list wait for another, so that the same thing added twice at once becomes one. Taken before
/// any row is locked, held to the end of the transaction.
pub async fn lock(tx: &mut UserTx) -> Result<(), sqlx::Error> {
    let user = tx.user();
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('groceries ' || $1::uuid::text, 0))",
        user.0
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A grocery that is new.
pub fn new(number: i32, name: String, amount: Amounts, list: String, now: Timestamp) -> Grocery {
    Grocery {
        id: new_id(),
        number,
        name,
        amount,
        list,
        got_at: None,
        version: 1,
        created_at: now,
    }
}

/// Writes a new row.
pub async fn insert(tx: &mut UserTx, new: &Grocery) -> Result<(), sqlx::Error> {
    if new.put_back(tx, new.created_at).await? {
        Ok(())
    } else {
        // the lock was not taken: never so
        Err(sqlx::Error::RowNotFound)
    }
}

/// The open thing of this key on a list, locked.
pub async fn find_open(
    tx: &mut UserTx,
    list: &str,
    key: &str,
) -> Result<Option<Grocery>, sqlx::Error> {
    let row = sqlx::query!(
        "select id, number, name, amount, list, got_at, version, created_at from groceries
         where state = 'open' and list = $1 and key = $2 for update",
        list,
        key
    )
    .fetch_optional(&mut **tx)
    .await?;
    row.map(|row| Ok(grocery!(row))).transpose()
}

/// The open things of this key, on whatever list, locked; the usual list's first.
pub async fn find_all_open(tx: &mut UserTx, key: &str) -> Result<Vec<Grocery>, sqlx::Error> {
    let rows = sqlx::query!(
        "select id, number, name, amount, list, got_at, version, created_at from groceries
         where state = 'open' and key = $1 order by list, number for update",
        key
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(|row| Ok(grocery!(row))).collect()
}

/// What is to be bought, by number, on one list (`None`: on all).
pub async fn open(tx: &mut UserTx, list: Option<&str>) -> Result<Vec<Grocery>, sqlx::Error> {
    let rows = sqlx::query!(
        "select id, number, name, amount, list, got_at, version, created_at from groceries
         where state = 'open' and ($1::text is null or list = $1) order by number",
        list
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(|row| Ok(grocery!(row))).collect()
}

/// What was bought, newest first, in a stretch of time.
pub async fn bought(
    tx: &mut UserTx,
    list: Option<&str>,
    (from, until): (Timestamp, Timestamp),
    limit: i64,
) -> Result<Vec<Grocery>, sqlx::Error> {
    let rows = sqlx::query!(
        "select id, number, name, amount, list, got_at, version, created_at from groceries
         where state = 'got' and ($1::text is null or list = $1) and got_at >= $2 and got_at < $3
         order by got_at desc, number limit $4",
        list,
        from.to_sqlx() as _,
        until.to_sqlx() as _,
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(|row| Ok(grocery!(row))).collect()
}

/// The named lists that something stands on, with how much.
pub async fn lists(tx: &mut UserTx) -> Result<Vec<(String, i64)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select list, count(*) as "count!" from groceries where state = 'open' and list <> '' group by list order by list"#
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.list, row.count)).collect())
}

/// Where things are for this user: their own word, else the table's.
pub struct Aisles(HashMap<String, Aisle>);

impl Aisles {
    pub async fn of(tx: &mut UserTx) -> Result<Self, sqlx::Error> {
        let rows = sqlx::query!("select key, aisle from grocery_aisles")
            .fetch_all(&mut **tx)
            .await?;
        let own = rows
            .into_iter()
            .filter_map(|row| Some((row.key, row.aisle.parse().ok()?)));
        Ok(Self(own.collect()))
    }

    pub fn aisle(&self, grocery: &Grocery) -> Aisle {
        let key = grocery.key();
        self.0.get(&key).copied().unwrap_or_else(|| Aisle::of(&key))
    }

    /// What the user said about this key.
    pub fn own(&self, key: &str) -> Option<Aisle> {
        self.0.get(key).copied()
    }
}

/// Remembers where the user finds things of this key; `None` forgets it.
pub async fn set_aisle(
    tx: &mut UserTx,
    key: &str,
    aisle: Option<Aisle>,
) -> Result<(), sqlx::Error> {
    let user = tx.user();
    match aisle {
        Some(aisle) => {
            sqlx::query!(
                "insert into grocery_aisles (user_id, key, aisle) values ($1, $2, $3)
                 on conflict (user_id, key) do update set aisle = $3",
                user.0,
                key,
                aisle.name()
            )
            .execute(&mut **tx)
            .await?
        }
        None => {
            sqlx::query!("delete from grocery_aisles where key = $1", key)
                .execute(&mut **tx)
                .await?
        }
    };
    Ok(())
}

/// What the user always needs, by name, with when it was bought last.
pub async fn staples(tx: &mut UserTx) -> Result<Vec<Staple>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select s.name, s.key, s.created_at,
                  array(select * from (select b.got_at from groceries b where b.key = s.key and b.state = 'got'
                                       order by b.got_at desc limit 12) l order by 1) as "bought!: Vec<jiff_sqlx::Timestamp>",
                  exists (select 1 from groceries o where o.key = s.key and o.state = 'open') as "is_listed!"
           from grocery_staples s order by s.key"#
    )
    .fetch_all(&mut **tx)
    .await?;
    let staples = rows.into_iter().map(|row| Staple {
        name: row.name,
        key: row.key,
        created_at: row.created_at.to_jiff(),
        bought: row.bought.into_iter().map(|at| at.to_jiff()).collect(),
        is_listed: row.is_listed,
    });
    Ok(staples.collect())
}

pub async fn count_staples(tx: &mut UserTx) -> Result<i64, sqlx::Error> {
    let count = sqlx::query_scalar!(r#"select count(*) as "count!" from grocery_staples"#);
    count.fetch_one(&mut **tx).await
}

pub async fn find_staple(tx: &mut UserTx, key: &str) -> Result<Option<Kept>, sqlx::Error> {
    let row = sqlx::query!(
        "select name, created_at from grocery_staples where key = $1",
        key
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|row| Kept {
        name: row.name,
        created_at: row.created_at.to_jiff(),
    }))
}

/// Writes a staple that is not there.
pub async fn keep_staple(
    tx: &mut UserTx,
    key: &str,
    name: &str,
    since: Timestamp,
) -> Result<(), sqlx::Error> {
    let user = tx.user();
    sqlx::query!(
        "insert into grocery_staples (user_id, key, name, created_at) values ($1, $2, $3, $4) on conflict do nothing",
        user.0,
        key,
        name,
        since.to_sqlx() as _
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub async fn drop_staple(tx: &mut UserTx, key: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from grocery_staples where key = $1", key)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
