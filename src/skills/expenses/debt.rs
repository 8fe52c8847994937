//! Who owes whom, as the user tells it: entries that sum to a balance a person and currency. The only SQL on `debts`.

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{say, store};
use crate::{clock::new_id, db::UserTx, domain::Money, skills::Thing};

type Sql<T> = Result<T, sqlx::Error>;

/// The letter of the short numbers: `D3`.
pub const LETTER: &str = "D";

/// A row of `debts`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Debt {
    pub id: Uuid,
    /// The `3` of `D3`.
    pub number: i32,
    /// As the user wrote the name.
    pub person: String,
    /// More than nothing: owed to the user.
    pub money: Money,
    pub note: String,
    /// What was shared.
    pub expense_id: Option<Uuid>,
    pub happened_on: Date,
    pub version: i32,
    pub created_at: Timestamp,
    /// How its owner writes money; no column of its own.
    pub locale: String,
}

/// What makes two spellings of a name one person.
pub fn person_key(person: &str) -> String {
    let words = crate::text::words(&person.to_lowercase());
    words.join(" ").chars().take(120).collect()
}

impl Debt {
    pub fn new(
        number: i32,
        (person, note): (&str, &str),
        money: Money,
        day: Date,
        (locale, now): (&str, Timestamp),
    ) -> Self {
        Self {
            id: new_id(),
            number,
            person: person.to_owned(),
            money,
            note: note.to_owned(),
            expense_id: None,
            happened_on: day,
            version: 1,
            created_at: now,
            locale: locale.to_owned(),
        }
    }
}

macro_rules! select {
    ($tail:tt $(, $arg:expr)* $(,)?) => {
        sqlx::query_as!(
            Row,
            r#"select d.id, d.number, d.person, d.minor, d.currency, d.note, d.expense_id, d.happened_on, d.version, d.created_at,
                      u.locale as "locale!"
               from debts d join users u on u.id = d.user_id "# + $tail
            $(, $arg)*
        )
    };
}

/// What one person owes (or is owed, below nothing) in one currency.
#[derive(Clone, Debug, PartialEq)]
pub struct Balance {
    pub person: String,
    pub money: Money,
}

/// Every balance that is not nothing, the largest first; of one person, if named.
pub async fn balances(tx: &mut UserTx, person: Option<&str>) -> Sql<Vec<Balance>> {
    let key = person.map(person_key);
    let rows = sqlx::query!(
        r#"select (array_agg(person order by number desc))[1] as "person!", currency, sum(minor)::bigint as "minor!"
           from debts where $1::text is null or person_key = $1
           group by person_key, currency having sum(minor) <> 0 order by sum(minor) desc, 1"#,
        key
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Balance {
                person: row.person,
                money: store::money(row.minor, &row.currency)?,
            })
        })
        .collect()
}

/// The entries of a shared expense.
pub async fn of_expense(tx: &mut UserTx, expense: Uuid) -> Sql<Vec<Debt>> {
    let rows = select!(
        "where d.expense_id = $1 order by d.number for update of d",
        expense
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(Row::debt).collect()
}

struct Row {
    id: Uuid,
    number: i32,
    person: String,
    minor: i64,
    currency: String,
    note: String,
    expense_id: Option<Uuid>,
    happened_on: jiff_sqlx::Date,
    version: i32,
    created_at: jiff_sqlx::Timestamp,
    locale: String,
}

impl Row {
    fn debt(self) -> Sql<Debt> {
        Ok(Debt {
            id: self.id,
            number: self.number,
            person: self.person,
            money: store::money(self.minor, &self.currency)?,
            note: self.note,
            expense_id: self.expense_id,
            happened_on: self.happened_on.to_jiff(),
            version: self.version,
            created_at: self.created_at.to_jiff(),
            locale: self.locale,
        })
    }
}

impl Thing for Debt {
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

    fn line(&self, _: Date) -> String {
        say::debt(self)
    }

    fn restored(&self) -> &'static str {
        "back to"
    }

    async fn find(tx: &mut UserTx, id: Uuid) -> Sql<Option<Self>> {
        let row = select!("where d.id = $1 for update of d", id)
            .fetch_optional(&mut **tx)
            .await?;
        row.map(Row::debt).transpose()
    }

    async fn find_by_number(tx: &mut UserTx, number: i32) -> Sql<Option<Self>> {
        let row = select!("where d.number = $1 for update of d", number)
            .fetch_optional(&mut **tx)
            .await?;
        row.map(Row::debt).transpose()
    }

    async fn page(tx: &mut UserTx, after: i32, limit: i64) -> Sql<Vec<Self>> {
        let rows = select!(
            "where d.number > $1 order by d.number limit $2",
            after,
            limit
        )
        .fetch_all(&mut **tx)
        .await?;
        rows.into_iter().map(Row::debt).collect()
    }

    async fn update(&self, tx: &mut UserTx, expected: i32, now: Timestamp) -> Sql<Option<Self>> {
        let changed = sqlx::query!(
            "update debts set person = $3, person_key = $4, minor = $5, currency = $6, note = $7, happened_on = $8,
                    version = $9, changed_at = $10
             where id = $1 and version = $2",
            self.id,
            expected,
            self.person,
            person_key(&self.person),
            self.money.minor,
            self.money.currency.code(),
            self.note,
            self.happened_on.to_sqlx() as _,
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
            "delete from debts where id = $1 and version = $2",
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
            "insert into debts (id, user_id, number, person, person_key, minor, currency, note, expense_id, happened_on,
                                version, created_at, changed_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, (select e.id from expenses e where e.id = $9), $10, $11, $12, $13)
             on conflict do nothing",
            self.id,
            user.0,
            self.number,
            self.person,
            person_key(&self.person),
            self.money.minor,
            self.money.currency.code(),
            self.note,
            self.expense_id,
            self.happened_on.to_sqlx() as _,
            self.version,
            self.created_at.to_sqlx() as _,
            now.to_sqlx() as _,
        )
        .execute(&mut **tx)
        .await?;
        Ok(put.rows_affected() == 1)
    }
}
