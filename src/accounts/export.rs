//! Everything that is kept of a person, as one zip: `data/<table>.json` for each table that the catalogue shows, `csv/<table>.csv`
//! for the things that people keep, `about.json` with what is left out and why, and the files that a caller adds. Read in one
//! snapshot and written to a file without a name as the rows arrive: memory does not grow with the account.

use std::{
    fs::File,
    io::{self, BufWriter, Seek, Write},
};

use futures_util::TryStreamExt;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use sqlx::{AssertSqlSafe, PgPool};
use tokio::sync::{Semaphore, mpsc};
use zip::{ZipWriter, write::SimpleFileOptions};

use super::catalogue::{Shown, TABLES, Table};
use crate::{db::UserTx, domain::UserId};

/// Archives made at once in a process: each holds a connection and a core.
static PLACES: Semaphore = Semaphore::const_new(2);
/// Pieces on their way to the file.
const ON_THE_WAY: usize = 64;

/// Why there is no archive.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Others are being made; again in a moment.
    #[error("other archives are being made")]
    Busy,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error("the archive could not be written: {0}")]
    File(#[from] io::Error),
}

/// A file that goes into the archive beside the tables.
pub struct Extra {
    pub name: &'static str,
    pub bytes: Vec<u8>,
}

enum Piece {
    File(String),
    Bytes(Vec<u8>),
}

/// Writes the archive of `user` and hands it back, to be read from its start. It has no name, and is gone when it is closed.
pub async fn write(
    pool: &PgPool,
    user: UserId,
    extras: Vec<Extra>,
    now: Timestamp,
) -> Result<File, ExportError> {
    let _place = PLACES.try_acquire().map_err(|_| ExportError::Busy)?;
    let (pieces, arriving) = mpsc::channel(ON_THE_WAY);
    let file = tokio::task::spawn_blocking(move || pack(arriving));
    let read = read(pool, user, extras, now, pieces).await;
    let file = file.await.map_err(io::Error::other)?;
    // an archive whose rows were cut off is none
    match read {
        Ok(()) => Ok(file?),
        Err(error) => Err(error),
    }
}

fn pack(mut arriving: mpsc::Receiver<Piece>) -> io::Result<File> {
    fail::fail_point!("export.slow");
    let mut zip = ZipWriter::new(BufWriter::new(tempfile::tempfile()?));
    let options = SimpleFileOptions::default();
    while let Some(piece) = arriving.blocking_recv() {
        match piece {
            // beyond 4 GB a file has to say so beforehand
            Piece::File(name) => zip.start_file(name, options.large_file(true))?,
            Piece::Bytes(bytes) => zip.write_all(&bytes)?,
        }
    }
    let mut file = zip
        .finish()?
        .into_inner()
        .map_err(io::IntoInnerError::into_error)?;
    file.rewind()?;
    Ok(file)
}

type Pieces = mpsc::Sender<Piece>;

async fn read(
    pool: &PgPool,
    user: UserId,
    extras: Vec<Extra>,
    now: Timestamp,
    pieces: Pieces,
) -> Result<(), ExportError> {
    let mut tx = UserTx::begin(pool, user).await?;
    sqlx::query("set transaction isolation level repeatable read, read only")
        .execute(&mut *tx)
        .await?;
    put(&pieces, "about.json", about(user, now)).await?;
    for extra in extras {
        put(&pieces, extra.name, extra.bytes).await?;
    }
    for table in TABLES {
        match table.shown {
            Shown::Not(_) => continue,
            Shown::Rows(_) => {}
            Shown::Things(_) => as_csv(&mut tx, user, table, &pieces).await?,
        }
        as_json(&mut tx, user, table, &pieces).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// What the archive holds and what it leaves out.
fn about(user: UserId, now: Timestamp) -> Vec<u8> {
    let tables: Map<String, Value> = TABLES
        .iter()
        .map(|table| {
            let left_out: Vec<Value> = table
                .left_out()
                .iter()
                .map(|one| json!({"column": one.column, "why": one.why}))
                .collect();
            let about = match table.shown {
                Shown::Not(why) => json!({"not_shown": why}),
                _ => json!({"left_out": left_out}),
            };
            (table.name.to_owned(), about)
        })
        .collect();
    let about = json!({"user": user, "made_at": now, "tables": tables});
    serde_json::to_vec_pretty(&about).expect("a value is plain data")
}

async fn as_json(
    tx: &mut UserTx,
    user: UserId,
    table: &Table,
    pieces: &Pieces,
) -> Result<(), ExportError> {
    send(pieces, Piece::File(format!("data/{}.json", table.name))).await?;
    let mut before = "[\n";
    let mut rows = sqlx::query_scalar::<_, String>(AssertSqlSafe(select(table)))
        .bind(user.0)
        .fetch(&mut **tx);
    while let Some(row) = rows.try_next().await? {
        let line = [before, &row].concat();
        send(pieces, Piece::Bytes(line.into_bytes())).await?;
        before = ",\n";
    }
    let end = if before == "[\n" { "[]\n" } else { "\n]\n" };
    send(pieces, Piece::Bytes(end.into())).await
}

async fn as_csv(
    tx: &mut UserTx,
    user: UserId,
    table: &Table,
    pieces: &Pieces,
) -> Result<(), ExportError> {
    send(pieces, Piece::File(format!("csv/{}.csv", table.name))).await?;
    let mut is_first = true;
    let mut rows = sqlx::query_scalar::<_, Value>(AssertSqlSafe(
        select(table).replace(")::text from", ") from"),
    ))
    .bind(user.0)
    .fetch(&mut **tx);
    while let Some(row) = rows.try_next().await? {
        let Some(fields) = row.as_object() else {
            continue;
        };
        let mut lines = csv::Writer::from_writer(Vec::new());
        if std::mem::take(&mut is_first) {
            lines
                .write_record(fields.keys())
                .map_err(io::Error::other)?;
        }
        lines
            .write_record(fields.values().map(cell))
            .map_err(io::Error::other)?;
        let bytes = lines
            .into_inner()
            .map_err(|e| io::Error::other(e.to_string()))?;
        send(pieces, Piece::Bytes(bytes)).await?;
    }
    Ok(())
}

/// Each row as JSON, without what is left out.
fn select(table: &Table) -> String {
    let always: Vec<&str> = table
        .left_out()
        .iter()
        .filter(|one| one.when.is_none())
        .map(|one| one.column)
        .collect();
    let mut row = format!("to_jsonb(t) - '{{{}}}'::text[]", always.join(","));
    for one in table.left_out() {
        if let Some(when) = one.when {
            let column = one.column;
            row.push_str(&format!(
                " || case when {when} then '{{\"{column}\": null}}'::jsonb else '{{}}'::jsonb end"
            ));
        }
    }
    let Table { name, whose, .. } = table;
    format!("select ({row})::text from {name} t where {whose}")
}

/// A value as a spreadsheet reads it. What would be taken for a formula is quoted: titles of events may be other people's words
/// (OWASP, "CSV Injection").
fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => return String::new(),
        Value::String(text) => text.clone(),
        other => return other.to_string(),
    };
    let is_number = |text: &str| {
        let digits = text.trim_start_matches(['+', '-']);
        !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
    };
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number(&text) {
        return format!("'{text}");
    }
    text
}

async fn put(pieces: &Pieces, name: &str, bytes: Vec<u8>) -> Result<(), ExportError> {
    send(pieces, Piece::File(name.to_owned())).await?;
    send(pieces, Piece::Bytes(bytes)).await
}

async fn send(pieces: &Pieces, piece: Piece) -> Result<(), ExportError> {
    let sent = pieces.send(piece).await;
    sent.map_err(|_| io::Error::other("the archive is not taken any more").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_quoted() {
        for (value, shown) in [
            (
                json!("=HYPERLINK(\"http://x\")"),
                "'=HYPERLINK(\"http://x\")",
            ),
            (json!("@SUM(A1)"), "'@SUM(A1)"),
            (json!("-call mom"), "'-call mom"),
            (json!("+15550100001"), "+15550100001"),
            (json!("-3.5"), "-3.5"),
            (json!("milk"), "milk"),
            (json!(null), ""),
            (json!(["a"]), "[\"a\"]"),
        ] {
            assert_eq!(cell(&value), shown);
        }
    }
}
