//! The only SQL that writes `expenses`. Every function takes a `UserTx`; row-level security keeps it to that user's rows.

use jiff::{SignedDuration, Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::say;
use crate::{
    clock::new_id,
    db::UserTx,
    domain::{Money, money::currency},
    skills::Thing,
};

type Sql<T> = Result<T, sqlx::Error>;

/// A row of `expenses`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Expense {
    pub id: Uuid,
    /// The `12` of `X12`.
    pub number: i32,
    /// Less than nothing: it came back.
    pub money: Money,
    /// Where; empty: not said.
    pub merchant: String,
    pub category: String,
    /// What for, in the user's own words.
    pub note: String,
    pub spent_on: Date,
    /// What booked it, and for which of its days.
    pub recurring_id: Option<Uuid>,
    pub slot: Option<Date>,
    /// Raised by every change.
    pub version: i32,
    pub created_at: Timestamp,
    /// How its owner writes money and dates; no column of its own.
    pub locale: String,
}

/// A row as the database gives it.
struct Row {
    id: Uuid,
    number: i32,
    minor: i64,
    currency: String,
    merchant: String,
    category: String,
    note: String,
    spent_on: jiff_sqlx::Date,
    recurring_id: Option<Uuid>,
    slot: Option<jiff_sqlx::Date>,
    version: i32,
    created_at: jiff_sqlx::Timestamp,
    locale: String,
}

impl Row {
    fn expense(self) -> Sql<Expense> {
        Ok(Expense {
            id: self.id,
            number: self.number,
            money: money(self.minor, &self.currency)?,
            merchant: self.merchant,
            category: self.category,
            note: self.note,
            spent_on: self.spent_on.to_jiff(),
            recurring_id: self.recurring_id,
            slot: self.slot.map(|day| day.to_jiff()),
            version: self.version,
            created_at: self.created_at.to_jiff(),
            locale: self.locale,
        })
    }
}

/// An amount as it is kept.
pub fn money(minor: i64, code: &str) -> Sql<Money> {
    let found = currency(code).ok_or_else(|| sqlx::Error::Decode("no currency".into()))?;
    Ok(Money::new(minor, found))
}

macro_rules! select {
    ($tail:tt $(, $arg:expr)* $(,)?) => {
        sqlx::query_as!(
            Row,
            r#"select e.id, e.number, e.minor, e.currency, e.merchant, e.category, e.note, e.spent_on, e.recurring_id, e.slot,
                      e.version, e.created_at, u.locale as "locale!"
               from expenses e join users u on u.id = e.user_id "# + $tail
            $(, $arg)*
        )
    };
}

impl Thing for Expense {
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

    fn line(&self, today: Date) -> String {
        say::expense(self, today)
    }

    fn called(&self) -> Option<&str> {
        Some(&self.note)
    }

    fn restored(&self) -> &'static str {
        "back to"
    }

    async fn find(tx: &mut UserTx, id: Uuid) -> Sql<Option<Self>> {
        let row = select!("where e.id = $1 for update of e", id)
            .fetch_optional(&mut **tx)
            .await?;
        row.map(Row::expense).transpose()
    }

    async fn find_by_number(tx: &mut UserTx, number: i32) -> Sql<Option<Self>> {
        let row = select!("where e.number = $1 for update of e", number)
            .fetch_optional(&mut **tx)
            .await?;
        row.map(Row::expense).transpose()
    }

    async fn page(tx: &mut UserTx, after: i32, limit: i64) -> Sql<Vec<Self>> {
        let rows = select!(
            "where e.number > $1 order by e.number limit $2",
            after,
            limit
        )
        .fetch_all(&mut **tx)
        .await?;
        rows.into_iter().map(Row::expense).collect()
    }

    async fn update(&self, tx: &mut UserTx, expected: i32, now: Timestamp) -> Sql<Option<Self>> {
        let changed = sqlx::query!(
            "update expenses set minor = $3, currency = $4, merchant = $5, category = $6, note = $7, spent_on = $8,
                    version = $9, changed_at = $10
             where id = $1 and version = $2",
            self.id,
            expected,
            self.money.minor,
            self.money.currency.code(),
            self.merchant,
            self.category,
            self.note,
            self.spent_on.to_sqlx() as _,
            self.version,
            now.to_sqlx() as _,
        )
        .execute(&mut **tx)
        .await?;
        match changed.rows_affected() {
            0 => Ok(None),
            _ => Self::find(tx, self.id).await,
        }
    }

    async fn remove(tx: &mut UserTx, id: Uuid, version: i32) -> Sql<bool> {
        let gone = sqlx::query!(
            "delete from expenses where id = $1 and version = $2",
            id,
            version
        )
        .execute(&mut **tx)
        .await?;
        Ok(gone.rows_affected() == 1)
    }

    async fn put_back(&self, tx: &mut UserTx, now: Timestamp) -> Sql<bool> {
        let user = tx.user();
        let put = sqlx::query!(
            "insert into expenses (id, user_id, number, minor, currency, merchant, category, note, spent_on, recurring_id, slot,
                                   version, created_at, changed_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, (select r.id from recurring_expenses r where r.id = $10), $11, $12, $13, $14)
             on conflict do nothing",
            self.id,
            user.0,
            self.number,
            self.money.minor,
            self.money.currency.code(),
            self.merchant,
            self.category,
            self.note,
            self.spent_on.to_sqlx() as _,
            self.recurring_id,
            self.slot.map(|day| day.to_sqlx()) as _,
            self.version,
            self.created_at.to_sqlx() as _,
            now.to_sqlx() as _,
        )
        .execute(&mut **tx)
        .await?;
        Ok(put.rows_affected() == 1)
    }
}

/// What is to be recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct New {
    pub money: Money,
    pub merchant: String,
    pub category: String,
    pub note: String,
    pub spent_on: Date,
}

impl New {
    /// As a row of that number.
    pub fn numbered(self, number: i32, locale: &str, now: Timestamp) -> Expense {
        Expense {
            id: new_id(),
            number,
            money: self.money,
            merchant: self.merchant,
            category: self.category,
            note: self.note,
            spent_on: self.spent_on,
            recurring_id: None,
            slot: None,
            version: 1,
            created_at: now,
            locale: locale.to_owned(),
        }
    }
}

/// Lets what one user records wait for what they record elsewhere, so that the same thing said twice at once is seen. Held to
/// the end of the transaction.
pub async fn lock(tx: &mut UserTx) -> Sql<()> {
    let user = tx.user();
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('expenses ' || $1::uuid::text, 0))",
        user.0
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Writes a new row; `false`: it was booked already.
pub async fn insert(tx: &mut UserTx, new: &Expense) -> Sql<bool> {
    new.put_back(tx, new.created_at).await
}

/// The same thing, recorded less than `within` ago.
pub async fn twin(
    tx: &mut UserTx,
    new: &New,
    now: Timestamp,
    within: SignedDuration,
) -> Sql<Option<Expense>> {
    let row = select!(
        "where e.minor = $1 and e.currency = $2 and lower(e.merchant) = lower($3) and lower(e.note) = lower($4)
           and e.spent_on = $5 and e.created_at > $6 and e.recurring_id is null order by e.number desc limit 1",
        new.money.minor,
        new.money.currency.code(),
        new.merchant,
        new.note,
        new.spent_on.to_sqlx() as _,
        now.saturating_sub(within).unwrap_or(Timestamp::MIN).to_sqlx() as _,
    )
    .fetch_optional(&mut **tx)
    .await?;
    row.map(Row::expense).transpose()
}

/// The one that was recorded last.
pub async fn last(tx: &mut UserTx) -> Sql<Option<Expense>> {
    let row = select!("order by e.created_at desc, e.number desc limit 1 for update of e")
        .fetch_optional(&mut **tx)
        .await?;
    row.map(Row::expense).transpose()
}

/// What is asked about: days, categories, and words of merchant and note. Empty: all.
#[derive(Clone, Debug, Default)]
pub struct Sought {
    pub from: Option<Date>,
    /// The day behind the last.
    pub to: Option<Date>,
    pub categories: Vec<String>,
    /// In the merchant or in the note, as it is written.
    pub words: Option<String>,
}

impl Sought {
    fn like(&self) -> Option<String> {
        let words = self.words.as_deref()?;
        let plain: String = words
            .chars()
            .flat_map(|c| {
                let escaped = matches!(c, '%' | '_' | '\\').then_some('\\');
                escaped.into_iter().chain([c])
            })
            .collect();
        Some(format!("%{plain}%"))
    }
}

/// Expenses, the newest first.
pub async fn list(tx: &mut UserTx, sought: &Sought, limit: i64) -> Sql<Vec<Expense>> {
    let rows = select!(
        "where ($1::date is null or e.spent_on >= $1) and ($2::date is null or e.spent_on < $2)
           and (cardinality($3::text[]) = 0 or e.category = any($3))
           and ($4::text is null or e.merchant ilike $4 or e.note ilike $4)
         order by e.spent_on desc, e.number desc limit $5",
        sought.from.map(|day| day.to_sqlx()) as _,
        sought.to.map(|day| day.to_sqlx()) as _,
        &sought.categories,
        sought.like(),
        limit,
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(Row::expense).collect()
}

/// What a sum is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Nothing,
    Category,
    Merchant,
}

/// A sum in one currency.
#[derive(Clone, Debug, PartialEq)]
pub struct Sum {
    /// The category or merchant; empty for the whole.
    pub of: String,
    pub money: Money,
    pub count: i64,
}

/// Sums, one for each currency, the largest first.
pub async fn sums(tx: &mut UserTx, sought: &Sought, by: By) -> Sql<Vec<Sum>> {
    let by = match by {
        By::Nothing => "",
        By::Category => "category",
        By::Merchant => "merchant",
    };
    let rows = sqlx::query!(
        r#"select min(k.shown) as "of!", k.currency as "currency!", sum(k.minor)::bigint as "minor!", count(*) as "count!"
           from (select e.currency, e.minor,
                        case $5 when 'category' then e.category when 'merchant' then e.merchant else '' end as shown
                 from expenses e
                 where ($1::date is null or e.spent_on >= $1) and ($2::date is null or e.spent_on < $2)
                   and (cardinality($3::text[]) = 0 or e.category = any($3))
                   and ($4::text is null or e.merchant ilike $4 or e.note ilike $4)
                   and ($5 <> 'merchant' or e.merchant <> '')) k
           group by k.currency, lower(k.shown) order by sum(k.minor) desc, 1"#,
        sought.from.map(|day| day.to_sqlx()) as _,
        sought.to.map(|day| day.to_sqlx()) as _,
        &sought.categories,
        sought.like(),
        by,
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Sum {
                of: row.of,
                money: money(row.minor, &row.currency)?,
                count: row.count,
            })
        })
        .collect()
}

/// Whether the user has a category of that name, their own or a starter that they used.
pub async fn has_category(tx: &mut UserTx, name: &str) -> Sql<bool> {
    sqlx::query_scalar!(
        r#"select (exists (select 1 from expenses where category = $1)
                   or exists (select 1 from expense_rules where category = $1)
                   or exists (select 1 from budgets where category = $1)) as "is!""#,
        name
    )
    .fetch_one(&mut **tx)
    .await
}
