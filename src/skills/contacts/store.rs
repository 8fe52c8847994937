//! The only SQL on `contacts`. Every function takes a `UserTx`; row-level security keeps it to that user's rows. Rows travel
//! as JSON, so that what an undo keeps is what the table holds.

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{birthday::Birthday, say};
use crate::{clock::new_id, db::UserTx, domain::PhoneNumber, skills::Thing};

/// The most contacts of a user.
pub const MOST: i64 = 5_000;
/// The most numbers, addresses or nicknames of one contact.
pub const MOST_OF_A_KIND: usize = 20;

/// A number, and whose it is: "work"; empty: not said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phone {
    pub number: PhoneNumber,
    #[serde(default)]
    pub kind: String,
}

/// An e-mail address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Email {
    pub address: String,
    #[serde(default)]
    pub kind: String,
}

/// A row of `contacts`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    pub id: Uuid,
    /// The `12` of `C12`.
    pub number: i32,
    pub name: String,
    pub nicknames: Vec<String>,
    pub phones: Vec<Phone>,
    pub emails: Vec<Email>,
    pub birthday: Option<Birthday>,
    /// "sister", "dentist"; empty: not said.
    pub relation: String,
    pub note: String,
    /// The UID of the vCard that it came from.
    pub uid: Option<String>,
    /// Raised by every change.
    pub version: i32,
    pub created_at: Timestamp,
}

impl Contact {
    /// A contact of whom only the name is known.
    pub fn new(number: i32, name: &str, now: Timestamp) -> Self {
        Self {
            id: new_id(),
            number,
            name: name.to_owned(),
            nicknames: Vec::new(),
            phones: Vec::new(),
            emails: Vec::new(),
            birthday: None,
            relation: String::new(),
            note: String::new(),
            uid: None,
            version: 1,
            created_at: now,
        }
    }

    /// Keeps a number; one of the same kind gives way, unless `beside`. `false`: it is there, or there are too many.
    pub fn add_phone(&mut self, phone: Phone, beside: bool) -> bool {
        if self.phones.iter().any(|there| there.number == phone.number) {
            return false;
        }
        if !beside {
            self.phones.retain(|there| there.kind != phone.kind);
        }
        let fits = self.phones.len() < MOST_OF_A_KIND;
        if fits {
            self.phones.push(phone);
        }
        fits
    }

    /// As [`Contact::add_phone`], of an address.
    pub fn add_email(&mut self, email: Email, beside: bool) -> bool {
        let is_there = |there: &Email| there.address.eq_ignore_ascii_case(&email.address);
        if self.emails.iter().any(is_there) {
            return false;
        }
        if !beside {
            self.emails.retain(|there| there.kind != email.kind);
        }
        let fits = self.emails.len() < MOST_OF_A_KIND;
        if fits {
            self.emails.push(email);
        }
        fits
    }

    /// Keeps what else the contact is called. `false`: it is there, or there are too many.
    pub fn add_nickname(&mut self, name: &str) -> bool {
        let is_there = |there: &String| there.to_lowercase() == name.to_lowercase();
        let fits = !self.nicknames.iter().any(is_there)
            && self.name.to_lowercase() != name.to_lowercase()
            && self.nicknames.len() < MOST_OF_A_KIND;
        if fits {
            self.nicknames.push(name.to_owned());
        }
        fits
    }

    /// Takes over what `other` has and this has not; says whether all of it found room.
    pub fn take_over(&mut self, other: &Self) -> bool {
        let mut lost = false;
        for phone in &other.phones {
            let is_there = self.phones.iter().any(|there| there.number == phone.number);
            lost |= !is_there && !self.add_phone(phone.clone(), true);
        }
        for email in &other.emails {
            let is_there = |there: &Email| there.address.eq_ignore_ascii_case(&email.address);
            let is_there = self.emails.iter().any(is_there);
            lost |= !is_there && !self.add_email(email.clone(), true);
        }
        let names = std::iter::once(&other.name).chain(&other.nicknames);
        for name in names {
            self.add_nickname(name);
        }
        self.birthday = match (self.birthday, other.birthday) {
            // the same day, and one of them knows the year
            (Some(mine), Some(theirs))
                if mine.year.is_none() && (mine.month, mine.day) == (theirs.month, theirs.day) =>
            {
                Some(theirs)
            }
            (mine, theirs) => mine.or(theirs),
        };
        if self.relation.is_empty() {
            self.relation.clone_from(&other.relation);
        }
        if !other.note.is_empty() && !self.note.contains(&other.note) {
            let both = [self.note.as_str(), &other.note].join("\n");
            let both = both.trim();
            if both.chars().count() <= 4_000 {
                self.note = both.to_owned();
            } else {
                lost = true;
            }
        }
        !lost
    }
}

impl Thing for Contact {
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
        say::contact(self)
    }

    fn called(&self) -> Option<&str> {
        Some(&self.name)
    }

    fn restored(&self) -> &'static str {
        "back to"
    }

    async fn find(tx: &mut UserTx, id: Uuid) -> Result<Option<Self>, sqlx::Error> {
        let row = sqlx::query_scalar!(
            r#"select to_jsonb(c) as "row!" from contacts c where id = $1 for update"#,
            id
        )
        .fetch_optional(&mut **tx)
        .await?;
        row.map(read).transpose()
    }

    async fn find_by_number(tx: &mut UserTx, number: i32) -> Result<Option<Self>, sqlx::Error> {
        let row = sqlx::query_scalar!(
            r#"select to_jsonb(c) as "row!" from contacts c where number = $1 for update"#,
            number
        )
        .fetch_optional(&mut **tx)
        .await?;
        row.map(read).transpose()
    }

    async fn page(tx: &mut UserTx, after: i32, limit: i64) -> Result<Vec<Self>, sqlx::Error> {
        let rows = sqlx::query_scalar!(
            r#"select to_jsonb(c) as "row!" from contacts c where number > $1 order by number limit $2"#,
            after,
            limit
        )
        .fetch_all(&mut **tx)
        .await?;
        rows.into_iter().map(read).collect()
    }

    async fn update(
        &self,
        tx: &mut UserTx,
        expected: i32,
        now: Timestamp,
    ) -> Result<Option<Self>, sqlx::Error> {
        let row = sqlx::query_scalar!(
            r#"update contacts c set
                 (name, nicknames, phones, emails, birthday, relation, note, uid, version, changed_at) =
                 (select n.name, n.nicknames, n.phones, n.emails, n.birthday, n.relation, n.note, n.uid, n.version, $4::timestamptz
                  from jsonb_populate_record(c, $3) n)
               where id = $1 and version = $2
               returning to_jsonb(c) as "row!""#,
            self.id,
            expected,
            json!(self),
            now.to_sqlx() as _,
        )
        .fetch_optional(&mut **tx)
        .await?;
        row.map(read).transpose()
    }

    async fn remove(tx: &mut UserTx, id: Uuid, version: i32) -> Result<bool, sqlx::Error> {
        let gone = sqlx::query!(
            "delete from contacts where id = $1 and version = $2",
            id,
            version
        )
        .execute(&mut **tx)
        .await?;
        Ok(gone.rows_affected() == 1)
    }

    async fn put_back(&self, tx: &mut UserTx, now: Timestamp) -> Result<bool, sqlx::Error> {
        let mut row = json!(self);
        row["user_id"] = json!(tx.user().0);
        row["changed_at"] = json!(now);
        let put = sqlx::query!(
            "insert into contacts select n.* from jsonb_populate_record(null::contacts, $1) n on conflict do nothing",
            row
        )
        .execute(&mut **tx)
        .await?;
        Ok(put.rows_affected() == 1)
    }
}

fn read(row: Value) -> Result<Contact, sqlx::Error> {
    serde_json::from_value(row).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// All contacts, by name.
pub async fn all(tx: &mut UserTx) -> Result<Vec<Contact>, sqlx::Error> {
    let rows = sqlx::query_scalar!(
        r#"select to_jsonb(c) as "row!" from contacts c order by lower(name), number limit $1"#,
        MOST
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(read).collect()
}

/// How many contacts there are.
pub async fn count(tx: &mut UserTx) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(r#"select count(*) as "count!" from contacts"#)
        .fetch_one(&mut **tx)
        .await
}
