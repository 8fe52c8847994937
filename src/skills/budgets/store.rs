//! The only SQL on `budgets` and `budget_warnings`; of `expenses` it reads sums. Every function takes a `UserTx`.

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    period::{self, Period},
    say,
};
use crate::{
    clock::new_id,
    db::UserTx,
    domain::{Money, money::currency, spending},
    skills::Thing,
};

type Sql<T> = Result<T, sqlx::Error>;

/// A row of `budgets`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Budget {
    pub id: Uuid,
    /// The `3` of `B3`.
    pub number: i32,
    /// A category, a group of them, or [`spending::ALL`].
    pub category: String,
    pub money: Money,
    pub period: Period,
    /// What was left of a period is added to the next.
    pub rollover: bool,
    /// The day it was made: what came before does not roll over.
    pub starts_on: Date,
    pub version: i32,
    pub created_at: Timestamp,
    /// How its owner writes money; no column of its own.
    pub locale: String,
}

impl Budget {
    /// A new one.
    pub fn new(
        number: i32,
        (category, money): (String, Money),
        (period, rollover): (Period, bool),
        (today, now): (Date, Timestamp),
        locale: &str,
    ) -> Self {
        Self {
            id: new_id(),
            number,
            category,
            money,
            period,
            rollover,
            starts_on: today,
            version: 1,
            created_at: now,
            locale: locale.to_owned(),
        }
    }
}

struct Row {
    id: Uuid,
    number: i32,
    category: String,
    minor: i64,
    currency: String,
    period: String,
    rollover: bool,
    starts_on: jiff_sqlx::Date,
    version: i32,
    created_at: jiff_sqlx::Timestamp,
    locale: String,
}

impl Row {
    fn budget(self) -> Sql<Budget> {
        let unknown = |what: &'static str| sqlx::Error::Decode(what.into());
        let currency = currency(&self.currency).ok_or_else(|| unknown("no currency"))?;
        Ok(Budget {
            id: self.id,
            number: self.number,
            category: self.category,
            money: Money::new(self.minor, currency),
            period: Period::named(&self.period).ok_or_else(|| unknown("no period"))?,
            rollover: self.rollover,
            starts_on: self.starts_on.to_jiff(),
            version: self.version,
            created_at: self.created_at.to_jiff(),
            locale: self.locale,
        })
    }
}

macro_rules! select {
    ($tail:tt $(, $arg:expr)* $(,)?) => {
        sqlx::query_as!(
            Row,
            r#"select b.id, b.number, b.category, b.minor, b.currency, b.period, b.rollover, b.starts_on, b.version, b.created_at,
                      u.locale as "locale!"
               from budgets b join users u on u.id = b.user_id "# + $tail
            $(, $arg)*
        )
    };
}

impl Thing for Budget {
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
        say::budget(self)
    }

    fn restored(&self) -> &'static str {
        "back to"
    }

    /// One budget for a category, period and currency.
    async fn hindrance(&self, tx: &mut UserTx) -> Sql<Option<String>> {
        let there = find_alike(tx, &self.category, self.period, self.money).await?;
        Ok(there
            .filter(|there| there.id != self.id)
            .map(|there| say::is_there(&there)))
    }

    async fn find(tx: &mut UserTx, id: Uuid) -> Sql<Option<Self>> {
        let row = select!("where b.id = $1 for update of b", id)
            .fetch_optional(&mut **tx)
            .await?;
        row.map(Row::budget).transpose()
    }

    async fn find_by_number(tx: &mut UserTx, number: i32) -> Sql<Option<Self>> {
        let row = select!("where b.number = $1 for update of b", number)
            .fetch_optional(&mut **tx)
            .await?;
        row.map(Row::budget).transpose()
    }

    async fn page(tx: &mut UserTx, after: i32, limit: i64) -> Sql<Vec<Self>> {
        let rows = select!(
            "where b.number > $1 order by b.number limit $2",
            after,
            limit
        )
        .fetch_all(&mut **tx)
        .await?;
        rows.into_iter().map(Row::budget).collect()
    }

    async fn update(&self, tx: &mut UserTx, expected: i32, now: Timestamp) -> Sql<Option<Self>> {
        let changed = sqlx::query!(
            "update budgets set category = $3, minor = $4, currency = $5, period = $6, rollover = $7, version = $8, changed_at = $9
             where id = $1 and version = $2",
            self.id,
            expected,
            self.category,
            self.money.minor,
            self.money.currency.code(),
            self.period.as_str(),
            self.rollover,
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
            "delete from budgets where id = $1 and version = $2",
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
            "insert into budgets (id, user_id, number, category, minor, currency, period, rollover, starts_on, version, created_at,
                                  changed_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing",
            self.id,
            user.0,
            self.number,
            self.category,
            self.money.minor,
            self.money.currency.code(),
            self.period.as_str(),
            self.rollover,
            self.starts_on.to_sqlx() as _,
            self.version,
            self.created_at.to_sqlx() as _,
            now.to_sqlx() as _,
        )
        .execute(&mut **tx)
        .await?;
        Ok(put.rows_affected() == 1)
    }
}

/// Lets one change of a user's budgets wait for another. Held to the end of the transaction.
pub async fn lock(tx: &mut UserTx) -> Sql<()> {
    let user = tx.user();
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('budgets ' || $1::uuid::text, 0))",
        user.0
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// All, by number.
pub async fn list(tx: &mut UserTx) -> Sql<Vec<Budget>> {
    Budget::page(tx, 0, 200).await
}

/// The budget of that category, period and currency.
pub async fn find_alike(
    tx: &mut UserTx,
    category: &str,
    period: Period,
    money: Money,
) -> Sql<Option<Budget>> {
    let row = select!(
        "where b.category = $1 and b.period = $2 and b.currency = $3 for update of b",
        category,
        period.as_str(),
        money.currency.code(),
    )
    .fetch_optional(&mut **tx)
    .await?;
    row.map(Row::budget).transpose()
}

/// How a budget stands in one period.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    pub budget: Budget,
    pub from: Date,
    /// The day behind the last.
    pub to: Date,
    pub spent: Money,
    /// The budget itself, with what rolled over.
    pub limit: Money,
}

impl Standing {
    /// Spent in whole percents of the limit.
    pub fn percent(&self) -> i64 {
        let percent = i128::from(self.spent.minor) * 100 / i128::from(self.limit.minor.max(1));
        i64::try_from(percent).unwrap_or(i64::MAX)
    }

    /// Below nothing: it is overspent.
    pub fn left(&self) -> Money {
        Money::new(
            self.limit.minor.saturating_sub(self.spent.minor),
            self.limit.currency,
        )
    }
}

/// How `budget` stands on `today`; other currencies than its own are no part of it.
pub async fn standing(tx: &mut UserTx, budget: Budget, today: Date) -> Sql<Standing> {
    let (from, to) = budget.period.around(today);
    let first = if budget.rollover {
        budget.period.around(budget.starts_on).0.min(from)
    } else {
        from
    };
    let members = match budget.category.as_str() {
        spending::ALL => Vec::new(),
        name => spending::members(name),
    };
    let rows = sqlx::query!(
        r#"select date_trunc($1, spent_on::timestamp)::date as "begins!", sum(minor)::bigint as "minor!"
           from expenses
           where currency = $2 and spent_on >= $3 and spent_on < $4 and (cardinality($5::text[]) = 0 or category = any($5))
           group by 1"#,
        budget.period.as_str(),
        budget.money.currency.code(),
        first.to_sqlx() as _,
        to.to_sqlx() as _,
        &members,
    )
    .fetch_all(&mut **tx)
    .await?;
    let spent: Vec<(Date, i64)> = rows
        .into_iter()
        .map(|row| (row.begins.to_jiff(), row.minor))
        .collect();
    let (now, limit) = period::carried(&budget, first, from, &spent);
    Ok(Standing {
        from,
        to,
        spent: Money::new(now, budget.money.currency),
        limit: Money::new(limit, budget.money.currency),
        budget,
    })
}

/// Marks a warning as given, or as to be given; `false`: it was, this period.
pub async fn mark(
    tx: &mut UserTx,
    standing: &Standing,
    percent: i16,
    (now, told): (Timestamp, bool),
) -> Sql<bool> {
    let user = tx.user();
    let marked = sqlx::query!(
        "insert into budget_warnings (user_id, budget_id, period_from, percent, crossed_at, told_at)
         values ($1, $2, $3, $4, $5::timestamptz, case when $6 then $5::timestamptz end) on conflict do nothing",
        user.0,
        standing.budget.id,
        standing.from.to_sqlx() as _,
        percent,
        now.to_sqlx() as _,
        told,
    )
    .execute(&mut **tx)
    .await?;
    Ok(marked.rows_affected() == 1)
}

/// The budgets with a warning that nobody told yet, and the beginning of its period.
pub async fn untold(tx: &mut UserTx) -> Sql<Vec<(Uuid, Date)>> {
    let rows = sqlx::query!(
        "select budget_id, period_from from budget_warnings where told_at is null order by crossed_at, percent desc"
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.budget_id, row.period_from.to_jiff()))
        .collect())
}

/// All of them are told.
pub async fn told(tx: &mut UserTx, now: Timestamp) -> Sql<()> {
    sqlx::query!(
        "update budget_warnings set told_at = $1 where told_at is null",
        now.to_sqlx() as _
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
