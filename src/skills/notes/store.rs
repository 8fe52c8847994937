//! The only SQL on `notes`. Every function takes a `UserTx`; row-level security keeps it to that user's rows.

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{say, words};
use crate::{clock::new_id, db::UserTx, skills::Thing};

/// A row of `notes`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Note {
    pub id: Uuid,
    /// The `12` of `N12`.
    pub number: i32,
    /// As the user wrote it, without the tags at its end.
    pub body: String,
    /// In small letters, without "#".
    pub tags: Vec<String>,
    pub pinned: bool,
    /// Raised by every change.
    pub version: i32,
    pub created_at: Timestamp,
}

impl Note {
    /// A note that is new, from what was written.
    pub fn new(number: i32, text: &str, now: Timestamp) -> Self {
        let (body, tags) = words::split(text);
        Self {
            id: new_id(),
            number,
            body,
            tags,
            pinned: false,
            version: 1,
            created_at: now,
        }
    }

    /// What it is found by.
    pub fn stems(&self) -> Vec<String> {
        words::stems(&format!("{} {}", self.body, self.tags.join(" ")))
    }
}

macro_rules! note {
    ($row:expr) => {
        Note {
            id: $row.id,
            number: $row.number,
            body: $row.body,
            tags: $row.tags,
            pinned: $row.pinned,
            version: $row.version,
            created_at: $row.created_at.to_jiff(),
        }
    };
}

impl Thing for Note {
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
        say::note(self)
    }

    fn called(&self) -> Option<&str> {
        Some(&self.body)
    }

    fn restored(&self) -> &'static str {
        "back to"
    }

    async fn find(tx: &mut UserTx, id: Uuid) -> Result<Option<Self>, sqlx::Error> {
        let row = sqlx::query!(
            "select id, number, body, tags, pinned, version, created_at from notes where id = $1 for update",
            id
        )
        .fetch_optional(&mut **tx)
        .await?;
        Ok(row.map(|row| note!(row)))
    }

    async fn find_by_number(tx: &mut UserTx, number: i32) -> Result<Option<Self>, sqlx::Error> {
        let row = sqlx::query!(
            "select id, number, body, tags, pinned, version, created_at from notes where number = $1 for update",
            number
        )
        .fetch_optional(&mut **tx)
        .await?;
        Ok(row.map(|row| note!(row)))
    }

    async fn page(tx: &mut UserTx, after: i32, limit: i64) -> Result<Vec<Self>, sqlx::Error> {
        page(tx, None, after, limit).await
    }

    async fn update(
        &self,
        tx: &mut UserTx,
        expected: i32,
        now: Timestamp,
    ) -> Result<Option<Self>, sqlx::Error> {
        let row = sqlx::query!(
            "update notes set body = $3, tags = $4, pinned = $5, words = to_tsvector('simple', $6), version = $7, changed_at = $8
             where id = $1 and version = $2
             returning id, number, body, tags, pinned, version, created_at",
            self.id,
            expected,
            self.body,
            &self.tags,
            self.pinned,
            self.stems().join(" "),
            self.version,
            now.to_sqlx() as _,
        )
        .fetch_optional(&mut **tx)
        .await?;
        Ok(row.map(|row| note!(row)))
    }

    async fn remove(tx: &mut UserTx, id: Uuid, version: i32) -> Result<bool, sqlx::Error> {
        let gone = sqlx::query!(
            "delete from notes where id = $1 and version = $2",
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
            "insert into notes (id, user_id, number, body, tags, pinned, words, version, created_at, changed_at)
             values ($1, $2, $3, $4, $5, $6, to_tsvector('simple', $7), $8, $9, $10)
             on conflict do nothing",
            self.id,
            user.0,
            self.number,
            self.body,
            &self.tags,
            self.pinned,
            self.stems().join(" "),
            self.version,
            self.created_at.to_sqlx() as _,
            now.to_sqlx() as _,
        )
        .execute(&mut **tx)
        .await?;
        Ok(put.rows_affected() == 1)
    }
}

/// Notes by number, after the given one; of one tag, if one is given.
pub async fn page(
    tx: &mut UserTx,
    tag: Option<&str>,
    after: i32,
    limit: i64,
) -> Result<Vec<Note>, sqlx::Error> {
    let rows = sqlx::query!(
        "select id, number, body, tags, pinned, version, created_at from notes
         where number > $1 and ($2::text is null or $2 = any(tags)) order by number limit $3",
        after,
        tag,
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| note!(row)).collect())
}

/// Which notes a list shows; everything that is given must hold.
#[derive(Clone, Debug, Default)]
pub struct Which {
    pub tag: Option<String>,
    /// Written from the first instant on and before the second.
    pub between: Option<(Timestamp, Timestamp)>,
    pub pinned: bool,
}

/// Notes as they are shown: pinned ones first, then the newest.
pub async fn list(tx: &mut UserTx, which: &Which, limit: i64) -> Result<Vec<Note>, sqlx::Error> {
    let rows = sqlx::query!(
        "select id, number, body, tags, pinned, version, created_at from notes
         where ($1::text is null or $1 = any(tags)) and (pinned or not $2)
           and ($3::timestamptz is null or created_at >= $3) and ($4::timestamptz is null or created_at < $4)
         order by pinned desc, created_at desc, number desc limit $5",
        which.tag.as_deref(),
        which.pinned,
        which.between.map(|(from, _)| from.to_sqlx()) as _,
        which.between.map(|(_, to)| to.to_sqlx()) as _,
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| note!(row)).collect())
}

/// The note of exactly this body, if there is one.
pub async fn find_same(tx: &mut UserTx, body: &str) -> Result<Option<Note>, sqlx::Error> {
    let row = sqlx::query!(
        "select id, number, body, tags, pinned, version, created_at from notes
         where lower(body) = lower($1) order by number limit 1 for update",
        body
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|row| note!(row)))
}

/// Notes that have any of the stems in `query` (`wifi | code`), by rank: words that stand near each other and more of them
/// count more; pinned and newer ones come first among equals. `query` holds letters, digits and bars only.
pub(super) async fn with_any(
    tx: &mut UserTx,
    query: &str,
    limit: i64,
) -> Result<Vec<Note>, sqlx::Error> {
    let rows = sqlx::query!(
        "select id, number, body, tags, pinned, version, created_at from notes
         where words @@ to_tsquery('simple', $1)
         order by ts_rank_cd(words, to_tsquery('simple', $1), 1) desc, pinned desc, created_at desc, number desc
         limit $2",
        query,
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| note!(row)).collect())
}
