//! The only SQL on `events` and `calendar_feeds`. Every function takes a `UserTx`; row-level security keeps it to that user's
//! rows.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{event::Event, say};
use crate::{db::UserTx, skills::Thing};

/// More events than this are not looked at for one answer.
pub const MOST: i64 = 2_000;

impl Thing for Event {
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
        say::plain(self, today)
    }

    fn called(&self) -> Option<&str> {
        Some(&self.title)
    }

    fn restored(&self) -> &'static str {
        "back to"
    }

    async fn find(tx: &mut UserTx, id: Uuid) -> Result<Option<Self>, sqlx::Error> {
        find_by_id(tx, id).await
    }

    async fn find_by_number(tx: &mut UserTx, number: i32) -> Result<Option<Self>, sqlx::Error> {
        find_by_number(tx, number).await
    }

    async fn page(tx: &mut UserTx, after: i32, limit: i64) -> Result<Vec<Self>, sqlx::Error> {
        page(tx, after, limit).await
    }

    async fn update(
        &self,
        tx: &mut UserTx,
        expected: i32,
        now: Timestamp,
    ) -> Result<Option<Self>, sqlx::Error> {
        update(tx, self, expected, now).await
    }

    async fn remove(tx: &mut UserTx, id: Uuid, version: i32) -> Result<bool, sqlx::Error> {
        delete(tx, id, version).await
    }

    async fn put_back(&self, tx: &mut UserTx, now: Timestamp) -> Result<bool, sqlx::Error> {
        insert(tx, self, now).await
    }
}

struct Row {
    id: Uuid,
    number: i32,
    title: String,
    place: String,
    notes: String,
    attendees: Vec<String>,
    all_day: bool,
    starts_at: jiff_sqlx::DateTime,
    ends_at: jiff_sqlx::DateTime,
    zone: String,
    floating: bool,
    rule: Option<String>,
    except_at: Vec<jiff_sqlx::DateTime>,
    series_id: Option<Uuid>,
    original_at: Option<jiff_sqlx::DateTime>,
    uid: String,
    sequence: i32,
    busy: bool,
    buffer_minutes: i32,
    imported: bool,
    version: i32,
    created_at: jiff_sqlx::Timestamp,
    changed_at: jiff_sqlx::Timestamp,
}

impl From<Row> for Event {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            number: row.number,
            title: row.title,
            place: row.place,
            notes: row.notes,
            attendees: row.attendees,
            all_day: row.all_day,
            starts_at: row.starts_at.to_jiff(),
            ends_at: row.ends_at.to_jiff(),
            zone: row.zone,
            floating: row.floating,
            rule: row.rule,
            except_at: row.except_at.into_iter().map(|at| at.to_jiff()).collect(),
            series_id: row.series_id,
            original_at: row.original_at.map(|at| at.to_jiff()),
            uid: row.uid,
            sequence: row.sequence,
            busy: row.busy,
            buffer_minutes: row.buffer_minutes,
            imported: row.imported,
            version: row.version,
            created_at: row.created_at.to_jiff(),
            changed_at: row.changed_at.to_jiff(),
        }
    }
}

/// `select` of whole rows with this tail.
macro_rules! select {
    ($tail:tt $(, $arg:expr)* $(,)?) => {
        sqlx::query_as!(
            Row,
            r#"select id, number, title, place, notes, attendees, all_day, starts_at as "starts_at: jiff_sqlx::DateTime",
                      ends_at as "ends_at: jiff_sqlx::DateTime", zone, floating, rule,
                      except_at as "except_at: Vec<jiff_sqlx::DateTime>", series_id,
                      original_at as "original_at: jiff_sqlx::DateTime", uid, sequence, busy, buffer_minutes,
                      source = 'import' as "imported!", version, created_at, changed_at
               from events "# + $tail
            $(, $arg)*
        )
    };
}

/// Looks an event up by its id, and locks it.
pub async fn find_by_id(tx: &mut UserTx, id: Uuid) -> Result<Option<Event>, sqlx::Error> {
    let row = select!("where id = $1 for update", id);
    Ok(row.fetch_optional(&mut **tx).await?.map(Event::from))
}

/// Looks an event up by its number, and locks it.
pub async fn find_by_number(tx: &mut UserTx, number: i32) -> Result<Option<Event>, sqlx::Error> {
    let row = select!("where number = $1 for update", number);
    Ok(row.fetch_optional(&mut **tx).await?.map(Event::from))
}

/// A page of all events for REST, by number, after the given one.
pub async fn page(tx: &mut UserTx, after: i32, limit: i64) -> Result<Vec<Event>, sqlx::Error> {
    let rows = select!("where number > $1 order by number limit $2", after, limit);
    let rows = rows.fetch_all(&mut **tx).await?;
    Ok(rows.into_iter().map(Event::from).collect())
}

/// What may touch the wall times from `from` to `to`, in whatever zone: single events around them, and every series that
/// has begun by then.
pub async fn around(
    tx: &mut UserTx,
    from: DateTime,
    to: DateTime,
) -> Result<Vec<Event>, sqlx::Error> {
    let rows = select!(
        "where starts_at < $2::timestamp + interval '2 days'
           and (rule is not null or ends_at > $1::timestamp - interval '2 days')
         order by starts_at, number limit $3",
        from.to_sqlx() as _,
        to.to_sqlx() as _,
        MOST,
    );
    let rows = rows.fetch_all(&mut **tx).await?;
    Ok(rows.into_iter().map(Event::from).collect())
}

/// All events in the order of their first times.
pub async fn list(tx: &mut UserTx, most: i64) -> Result<Vec<Event>, sqlx::Error> {
    let rows = select!("order by starts_at, number limit $1", most);
    let rows = rows.fetch_all(&mut **tx).await?;
    Ok(rows.into_iter().map(Event::from).collect())
}

/// The occurrences of a series that were changed alone, locked.
pub async fn changed_of(tx: &mut UserTx, series: Uuid) -> Result<Vec<Event>, sqlx::Error> {
    let rows = select!(
        "where series_id = $1 order by original_at, number for update",
        series
    );
    let rows = rows.fetch_all(&mut **tx).await?;
    Ok(rows.into_iter().map(Event::from).collect())
}

/// The event of that UID (and of that occurrence of it), locked.
pub async fn find_by_uid(
    tx: &mut UserTx,
    uid: &str,
    original: Option<DateTime>,
) -> Result<Option<Event>, sqlx::Error> {
    let row = select!(
        "where uid = $1 and original_at is not distinct from $2 for update",
        uid,
        original.map(|at| at.to_sqlx()) as _,
    );
    Ok(row.fetch_optional(&mut **tx).await?.map(Event::from))
}

/// Writes the row as it is given. `false`: its id, number or UID is taken.
pub async fn insert(tx: &mut UserTx, event: &Event, now: Timestamp) -> Result<bool, sqlx::Error> {
    let user = tx.user();
    let except: Vec<_> = event.except_at.iter().map(|at| at.to_sqlx()).collect();
    let put = sqlx::query!(
        "insert into events (id, user_id, number, title, place, notes, attendees, all_day, starts_at, ends_at, zone, floating,
             rule, except_at, series_id, original_at, uid, sequence, busy, buffer_minutes, source, version, created_at, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
             case when $21 then 'import' else 'own' end, $22, $23, $24)
         on conflict do nothing",
        event.id,
        user.0,
        event.number,
        event.title,
        event.place,
        event.notes,
        &event.attendees,
        event.all_day,
        event.starts_at.to_sqlx() as _,
        event.ends_at.to_sqlx() as _,
        event.zone,
        event.floating,
        event.rule.as_deref(),
        &except as _,
        event.series_id,
        event.original_at.map(|at| at.to_sqlx()) as _,
        event.uid,
        event.sequence,
        event.busy,
        event.buffer_minutes,
        event.imported,
        event.version,
        event.created_at.to_sqlx() as _,
        now.to_sqlx() as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(put.rows_affected() == 1)
}

/// Writes `event` over the row of its id, if that still has the version `expected`. `None`: it has changed.
pub async fn update(
    tx: &mut UserTx,
    event: &Event,
    expected: i32,
    now: Timestamp,
) -> Result<Option<Event>, sqlx::Error> {
    let except: Vec<_> = event.except_at.iter().map(|at| at.to_sqlx()).collect();
    let done = sqlx::query!(
        "update events set title = $3, place = $4, notes = $5, attendees = $6, all_day = $7, starts_at = $8, ends_at = $9,
             zone = $10, floating = $11, rule = $12, except_at = $13, series_id = $14, original_at = $15, sequence = $16,
             busy = $17, buffer_minutes = $18, source = case when $19 then 'import' else 'own' end, version = $20,
             changed_at = $21
         where id = $1 and version = $2",
        event.id,
        expected,
        event.title,
        event.place,
        event.notes,
        &event.attendees,
        event.all_day,
        event.starts_at.to_sqlx() as _,
        event.ends_at.to_sqlx() as _,
        event.zone,
        event.floating,
        event.rule.as_deref(),
        &except as _,
        event.series_id,
        event.original_at.map(|at| at.to_sqlx()) as _,
        event.sequence,
        event.busy,
        event.buffer_minutes,
        event.imported,
        event.version,
        now.to_sqlx() as _,
    )
    .execute(&mut **tx)
    .await?;
    if done.rows_affected() == 1 {
        find_by_id(tx, event.id).await
    } else {
        Ok(None)
    }
}

/// Removes the row, if it still has this version.
pub async fn delete(tx: &mut UserTx, id: Uuid, version: i32) -> Result<bool, sqlx::Error> {
    let gone = sqlx::query!(
        "delete from events where id = $1 and version = $2",
        id,
        version
    )
    .execute(&mut **tx)
    .await?;
    Ok(gone.rows_affected() == 1)
}

/// Makes a feed for the secret of this digest; those made before hold no longer.
pub async fn open_feed(tx: &mut UserTx, digest: &[u8], now: Timestamp) -> Result<(), sqlx::Error> {
    close_feeds(tx, now).await?;
    let user = tx.user();
    sqlx::query!(
        "insert into calendar_feeds (user_id, token_hash, created_at) values ($1, $2, $3)",
        user.0,
        digest,
        now.to_sqlx() as _
    )
    .execute(&mut **tx)
    .await
    .map(drop)
}

/// Revokes every feed; returns how many there were.
pub async fn close_feeds(tx: &mut UserTx, now: Timestamp) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "update calendar_feeds set revoked_at = $1 where revoked_at is null",
        now.to_sqlx() as _
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected())
}

/// What is still to be said until `until`: the reminders planned, with the instants.
pub async fn planned(
    tx: &mut UserTx,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<(Timestamp, String)>, sqlx::Error> {
    let rows = sqlx::query!(
        "select a.due_at, r.what from alarms a join reminders r on r.id = a.reminder_id
         where a.state = 'planned' and a.due_at >= $1 and a.due_at < $2 and r.state = 'active' and r.call is null
         order by a.due_at, r.number limit 20",
        from.to_sqlx() as _,
        until.to_sqlx() as _
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.due_at.to_jiff(), row.what))
        .collect())
}
