//! What is spent again and again: a rule over the user's own days, booked when each begins. The only SQL on
//! `recurring_expenses`.

use jiff::{
    Timestamp,
    civil::{Date, Time},
    tz::TimeZone,
};
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    say,
    store::{self, Expense, New},
};
use crate::{
    clock::new_id,
    db::UserTx,
    domain::Money,
    skills::{Thing, next_number},
    when::Recurrence,
};

type Sql<T> = Result<T, sqlx::Error>;

/// The letter of the short numbers: `Y3`.
pub const LETTER: &str = "Y";
/// Days of one that are booked at once after downtime, at most.
const MOST_MISSED: usize = 400;

/// A row of `recurring_expenses`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recurring {
    pub id: Uuid,
    /// The `3` of `Y3`.
    pub number: i32,
    pub money: Money,
    pub merchant: String,
    pub category: String,
    pub note: String,
    /// RFC 5545.
    pub rule: String,
    pub starts_on: Date,
    /// The day that is booked next; `None`: it has ended.
    pub next_on: Option<Date>,
    pub version: i32,
    pub created_at: Timestamp,
    /// How its owner writes money; no column of its own.
    pub locale: String,
}

struct Row {
    id: Uuid,
    number: i32,
    minor: i64,
    currency: String,
    merchant: String,
    category: String,
    note: String,
    rule: String,
    starts_on: jiff_sqlx::Date,
    next_on: Option<jiff_sqlx::Date>,
    version: i32,
    created_at: jiff_sqlx::Timestamp,
    locale: String,
}

impl Row {
    fn recurring(self) -> Sql<Recurring> {
        Ok(Recurring {
            id: self.id,
            number: self.number,
            money: store::money(self.minor, &self.currency)?,
            merchant: self.merchant,
            category: self.category,
            note: self.note,
            rule: self.rule,
            starts_on: self.starts_on.to_jiff(),
            next_on: self.next_on.map(|day| day.to_jiff()),
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
            r#"select r.id, r.number, r.minor, r.currency, r.merchant, r.category, r.note, r.rule, r.starts_on, r.next_on,
                      r.version, r.created_at, u.locale as "locale!"
               from recurring_expenses r join users u on u.id = r.user_id "# + $tail
            $(, $arg)*
        )
    };
}

impl Recurring {
    /// A new one; `None`: the rule names no day from `first` on.
    pub fn new(new: New, rule: &Recurrence, number: i32, locale: &str, now: Timestamp) -> Self {
        let mut this = Self {
            id: new_id(),
            number,
            money: new.money,
            merchant: new.merchant,
            category: new.category,
            note: new.note,
            rule: rule.rule.clone(),
            starts_on: rule.first_day(),
            next_on: None,
            version: 1,
            created_at: now,
            locale: locale.to_owned(),
        };
        this.next_on = this.day_from(new.spent_on);
        this
    }

    /// The rule over days.
    pub fn recurrence(&self) -> Option<Recurrence> {
        let start = self.starts_on.to_datetime(Time::midnight());
        Recurrence::new(&self.rule, start, Vec::new()).ok()
    }

    /// Its first day on or after `day`.
    pub fn day_from(&self, day: Date) -> Option<Date> {
        // days have no zone: the rule runs on a clock that nobody turns
        let before = day.yesterday().unwrap_or(day).to_datetime(Time::midnight());
        let after = TimeZone::UTC.to_timestamp(before).ok()?;
        let slot = self.recurrence()?.next(&TimeZone::UTC, after)?;
        Some(slot.slot.date())
    }

    fn booked(&self, slot: Date, number: i32, now: Timestamp) -> Expense {
        let new = New {
            money: self.money,
            merchant: self.merchant.clone(),
            category: self.category.clone(),
            note: self.note.clone(),
            spent_on: slot,
        };
        Expense {
            recurring_id: Some(self.id),
            slot: Some(slot),
            ..new.numbered(number, &self.locale, now)
        }
    }
}

/// Books every day of the user's recurring expenses up to `today`; each once, however often this runs. Returns what was booked.
pub async fn book(tx: &mut UserTx, today: Date, now: Timestamp) -> Sql<Vec<Expense>> {
    let rows = select!(
        "where r.next_on <= $1 order by r.next_on, r.number for update of r",
        today.to_sqlx() as _
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut all = Vec::new();
    for row in rows {
        let recurring = row.recurring()?;
        let mut next = recurring.next_on;
        let mut count = 0;
        while let Some(slot) = next.filter(|slot| *slot <= today && count < MOST_MISSED) {
            count += 1;
            let number = next_number(tx, super::LETTER, 1).await?;
            let expense = recurring.booked(slot, number, now);
            if store::insert(tx, &expense).await? {
                all.push(expense);
            }
            next = slot.tomorrow().ok().and_then(|day| recurring.day_from(day));
        }
        // not a change of the user's: the version stays, so that an undo still fits
        sqlx::query!(
            "update recurring_expenses set next_on = $2 where id = $1",
            recurring.id,
            next.map(|day| day.to_sqlx()) as _,
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(all)
}

/// All that go on, by their next day.
pub async fn list(tx: &mut UserTx) -> Sql<Vec<Recurring>> {
    let rows = select!("where r.next_on is not null order by r.next_on, r.number limit 200")
        .fetch_all(&mut **tx)
        .await?;
    rows.into_iter().map(Row::recurring).collect()
}

/// Writes a new row.
pub async fn insert(tx: &mut UserTx, new: &Recurring) -> Sql<bool> {
    new.put_back(tx, new.created_at).await
}

impl Thing for Recurring {
    const LETTER: &'static str = LETTER;

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
        say::recurring(self, today)
    }

    fn restored(&self) -> &'static str {
        "back to"
    }

    async fn find(tx: &mut UserTx, id: Uuid) -> Sql<Option<Self>> {
        let row = select!("where r.id = $1 for update of r", id)
            .fetch_optional(&mut **tx)
            .await?;
        row.map(Row::recurring).transpose()
    }

    async fn find_by_number(tx: &mut UserTx, number: i32) -> Sql<Option<Self>> {
        let row = select!("where r.number = $1 for update of r", number)
            .fetch_optional(&mut **tx)
            .await?;
        row.map(Row::recurring).transpose()
    }

    async fn page(tx: &mut UserTx, after: i32, limit: i64) -> Sql<Vec<Self>> {
        let rows = select!(
            "where r.number > $1 order by r.number limit $2",
            after,
            limit
        )
        .fetch_all(&mut **tx)
        .await?;
        rows.into_iter().map(Row::recurring).collect()
    }

    async fn update(&self, tx: &mut UserTx, expected: i32, now: Timestamp) -> Sql<Option<Self>> {
        let changed = sqlx::query!(
            "update recurring_expenses set minor = $3, currency = $4, merchant = $5, category = $6, note = $7, rule = $8,
                    starts_on = $9, next_on = $10, version = $11, changed_at = $12
             where id = $1 and version = $2",
            self.id,
            expected,
            self.money.minor,
            self.money.currency.code(),
            self.merchant,
            self.category,
            self.note,
            self.rule,
            self.starts_on.to_sqlx() as _,
            self.next_on.map(|day| day.to_sqlx()) as _,
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
            "delete from recurring_expenses where id = $1 and version = $2",
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
            "insert into recurring_expenses (id, user_id, number, minor, currency, merchant, category, note, rule, starts_on,
                                             next_on, version, created_at, changed_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) on conflict do nothing",
            self.id,
            user.0,
            self.number,
            self.money.minor,
            self.money.currency.code(),
            self.merchant,
            self.category,
            self.note,
            self.rule,
            self.starts_on.to_sqlx() as _,
            self.next_on.map(|day| day.to_sqlx()) as _,
            self.version,
            self.created_at.to_sqlx() as _,
            now.to_sqlx() as _,
        )
        .execute(&mut **tx)
        .await?;
        Ok(put.rows_affected() == 1)
    }
}
