//! Many users at once, from a table (CSV). All or nothing: a table with one bad line adds nobody, and every bad line is named.

use std::{collections::HashMap, path::Path};

use anyhow::{Context, bail};
use csv::StringRecord;
use jiff::tz::TimeZone;
use sqlx::{PgConnection, PgPool};

use super::{NewUser, insert_user};
use crate::domain::{PhoneNumber, UserId};

/// The columns, in any order; the first is needed.
const COLUMNS: [&str; 5] = ["phone", "email", "name", "time_zone", "verified"];
const SOME_ZONE: &str = "UTC";

/// What became of a table.
#[derive(Debug)]
pub struct Imported {
    /// Those that were added, or would be, in the order of their lines.
    pub users: Vec<(UserId, NewUser)>,
    /// Line number and what is wrong there, in order; when there is one, nobody was added.
    pub wrong: Vec<(u64, String)>,
}

/// Adds every user of `file` in one transaction; with `dry_run` everything is tried and nothing kept.
pub async fn import(pool: &PgPool, file: &Path, dry_run: bool) -> anyhow::Result<Imported> {
    let text = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let (read, mut wrong) = parse(&text)?;
    let mut users = Vec::new();
    let mut tx = pool.begin().await?;
    for (line, new) in read {
        match add(&mut tx, &new).await {
            Ok(id) => users.push((id, new)),
            Err(Taken::Why(why)) => wrong.push((line, why)),
            Err(Taken::Database(error)) => return Err(error.into()),
        }
    }
    wrong.sort_by_key(|(line, _)| *line);
    if wrong.is_empty() && !dry_run {
        tx.commit().await?;
    } else {
        tx.rollback().await?;
    }
    Ok(Imported { users, wrong })
}

enum Taken {
    Why(String),
    Database(sqlx::Error),
}

impl From<sqlx::Error> for Taken {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

/// Adds one user in a transaction of its own within the caller's: a value that is taken ends only that.
async fn add(tx: &mut PgConnection, new: &NewUser) -> Result<UserId, Taken> {
    use sqlx::Connection;
    let owner = sqlx::query_scalar!("select find_user($1)", new.phone.as_str())
        .fetch_one(&mut *tx)
        .await?;
    if owner.is_some() {
        return Err(Taken::Why(format!("phone: another user has {}", new.phone)));
    }
    let mut inner = tx.begin().await?;
    match insert_user(&mut inner, new).await {
        Ok(id) => {
            inner.commit().await?;
            Ok(id)
        }
        Err((column, error)) => {
            inner.rollback().await?;
            let value = match column {
                "email" => new.email.clone().unwrap_or_default(),
                _ => new.phone.to_string(),
            };
            match error.as_database_error() {
                Some(e) if e.is_unique_violation() => {
                    Err(Taken::Why(format!("{column}: another user has {value}")))
                }
                Some(e) if e.is_check_violation() => Err(Taken::Why(format!(
                    "a value that is too long or cannot be kept ({column})"
                ))),
                _ => Err(Taken::Database(error)),
            }
        }
    }
}

type Read = (Vec<(u64, NewUser)>, Vec<(u64, String)>);

/// Reads the table: what each good line says, and what is wrong with each bad one.
fn parse(text: &[u8]) -> anyhow::Result<Read> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let text = std::str::from_utf8(text).map_err(|error| {
        let line = text[..error.valid_up_to()]
            .iter()
            .filter(|b| **b == b'\n')
            .count()
            + 1;
        anyhow::anyhow!("line {line}: not UTF-8; save the table as \"CSV UTF-8\"")
    })?;
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let mut records = reader.records();
    let Some(header) = records.next().transpose()? else {
        bail!(
            "line 1: found nothing, expected the header phone[,email][,name][,time_zone][,verified]"
        );
    };
    let columns = columns(&header, line_of(text, header.position()))?;
    let (mut good, mut wrong) = (Vec::new(), Vec::new());
    let mut seen: HashMap<String, u64> = HashMap::new();
    for record in records {
        let record = record?;
        let line = line_of(text, record.position());
        if record.iter().all(str::is_empty) {
            continue;
        }
        match user(&columns, &record, line, &mut seen) {
            Ok(new) => good.push((line, new)),
            Err(why) => wrong.push((line, why)),
        }
    }
    Ok((good, wrong))
}

/// The line in which a record begins. The reader's own count is one short after blank lines and with Windows' ends.
fn line_of(text: &str, position: Option<&csv::Position>) -> u64 {
    let at = position.and_then(|position| usize::try_from(position.byte()).ok());
    let (before, rest) = text.split_at_checked(at.unwrap_or(0)).unwrap_or((text, ""));
    let blank = rest.bytes().take_while(|b| matches!(b, b'\r' | b'\n'));
    let ends = before.bytes().chain(blank).filter(|b| *b == b'\n').count();
    u64::try_from(ends).unwrap_or(0) + 1
}

/// The place of each column of ours.
fn columns(header: &StringRecord, line: u64) -> anyhow::Result<HashMap<&'static str, usize>> {
    let mut columns = HashMap::new();
    for (at, name) in header.iter().enumerate() {
        let known = COLUMNS
            .into_iter()
            .find(|column| column.eq_ignore_ascii_case(name));
        let Some(known) = known else {
            bail!(
                "line {line}: unknown column \"{name}\", expected {} (separated by commas)",
                COLUMNS.join(", ")
            );
        };
        if columns.insert(known, at).is_some() {
            bail!("line {line}: the column {known} stands there twice");
        }
    }
    if !columns.contains_key("phone") {
        bail!("line {line}: no column phone");
    }
    Ok(columns)
}

fn user(
    columns: &HashMap<&'static str, usize>,
    record: &StringRecord,
    line: u64,
    seen: &mut HashMap<String, u64>,
) -> Result<NewUser, String> {
    if record.len() > columns.len() {
        return Err(format!(
            "{} values for {} columns (a comma in a value needs quotes around it)",
            record.len(),
            columns.len()
        ));
    }
    let value = |column: &str| {
        let at = columns.get(column)?;
        record.get(*at).filter(|value| !value.is_empty())
    };
    let mut why = Vec::new();
    let phone = value("phone").unwrap_or_default();
    let phone = PhoneNumber::parse(phone).map_err(|error| why.push(format!("phone: {error}")));
    let email = value("email");
    if email.is_some_and(|email| !email.contains('@')) {
        why.push(format!(
            "email: found \"{}\", expected an address",
            email.unwrap_or_default()
        ));
    }
    let zone = value("time_zone").unwrap_or(SOME_ZONE);
    if TimeZone::get(zone).is_err() {
        why.push(format!(
            "time_zone: found \"{zone}\", expected an IANA zone like America/New_York"
        ));
    }
    let verified = match value("verified").unwrap_or("no").to_lowercase().as_str() {
        "yes" | "true" | "y" | "1" => true,
        "no" | "false" | "n" | "0" => false,
        other => {
            why.push(format!("verified: found \"{other}\", expected yes or no"));
            false
        }
    };
    let keys = [
        phone
            .as_ref()
            .ok()
            .map(|phone| ("phone", phone.to_string())),
        email.map(|email| ("email", email.to_lowercase())),
    ];
    for (column, key) in keys.into_iter().flatten() {
        match seen.get(&key) {
            Some(first) => why.push(format!("{column}: {key} stands in line {first} already")),
            None => drop(seen.insert(key, line)),
        }
    }
    match (phone, why.is_empty()) {
        (Ok(phone), true) => Ok(NewUser {
            phone,
            email: email.map(str::to_owned),
            name: value("name").map(str::to_owned),
            time_zone: zone.to_owned(),
            verified,
        }),
        _ => Err(why.join("; ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_with_mark_windows_ends_quotes_and_blank_lines() {
        let table = "\u{feff}Name,PHONE, email,time_zone,verified\r\n\"Lee, Ana\",+1 555 010 0002,a@x.org,,yes\r\n\r\n,,,,\r\n\"Ben\n\"\"B\"\"\",+15550100003,,Europe/Berlin,\r\n";
        let (users, wrong) = parse(table.as_bytes()).expect("a table");
        assert!(wrong.is_empty(), "{wrong:?}");
        let said: Vec<_> = users
            .iter()
            .map(|(line, u)| {
                (
                    *line,
                    u.phone.as_str(),
                    u.name.as_deref(),
                    u.time_zone.as_str(),
                    u.verified,
                )
            })
            .collect();
        assert_eq!(
            said,
            [
                (2, "+15550100002", Some("Lee, Ana"), "UTC", true),
                (
                    5,
                    "+15550100003",
                    Some("Ben\n\"B\""),
                    "Europe/Berlin",
                    false
                ),
            ]
        );
    }

    #[test]
    fn every_bad_line_is_named_with_everything_that_is_wrong_with_it() {
        let table = "phone,email,time_zone,verified\n5550100002,,,\n+15550100003,nobody,Mars/Olympus,maybe\n+15550100004,d@x.org,,\n+15550100004,D@X.org,,\n+15550100005,,,,surplus\n";
        let (users, wrong) = parse(table.as_bytes()).expect("a table");
        assert_eq!(users.len(), 1);
        let lines: Vec<u64> = wrong.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [2, 3, 5, 6]);
        for (at, words) in [
            (0, "phone"),
            (1, "email"),
            (1, "Mars/Olympus"),
            (1, "maybe"),
            (2, "line 4"),
            (2, "email"),
            (3, "5 values"),
        ] {
            assert!(wrong[at].1.contains(words), "{words}: {}", wrong[at].1);
        }
    }

    #[test]
    fn a_header_that_is_none_ends_it_at_once() {
        for (table, words) in [
            ("", "expected the header"),
            ("phone,telephone\n", "unknown column \"telephone\""),
            ("phone;email\n", "separated by commas"),
            ("email\n", "no column phone"),
            ("phone,Phone\n", "twice"),
        ] {
            let error = parse(table.as_bytes()).expect_err(table).to_string();
            assert!(
                error.contains("line 1") && error.contains(words),
                "{table}: {error}"
            );
        }
        let error = parse(b"phone\n+15550100002\n\xff")
            .expect_err("bytes")
            .to_string();
        assert!(error.contains("line 3"), "{error}");
    }
}
