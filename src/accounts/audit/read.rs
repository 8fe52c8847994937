//! Reading the audit log: pages of it, the part that concerns oneself, and whether the chain still holds.

use jiff::Timestamp;
use jiff_sqlx::{Timestamp as Instant, ToSqlx};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::db::{AdminTx, UserTx};

/// One row of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub seq: i64,
    pub at: Timestamp,
    pub actor: Option<Uuid>,
    pub subject: Option<Uuid>,
    pub action: String,
    pub target: String,
    pub address: String,
    pub result: String,
    pub detail: Value,
}

/// Which rows are wanted; what is `None` does not matter.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub actor: Option<Uuid>,
    pub subject: Option<Uuid>,
    /// The whole action, or its beginning with a dot at the end (`role.`).
    pub action: Option<String>,
    pub result: Option<String>,
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
    /// Rows before this number.
    pub before: Option<i64>,
    pub limit: i64,
}

macro_rules! entry {
    ($row:ident) => {
        Entry {
            seq: $row.seq,
            at: $row.at.to_jiff(),
            actor: $row.actor,
            subject: $row.subject,
            action: $row.action,
            target: $row.target,
            address: $row.address,
            result: $row.result,
            detail: $row.detail,
        }
    };
}

/// A page of the log, newest first.
pub async fn list(tx: &mut AdminTx, wanted: &Wanted) -> Result<Vec<Entry>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select seq, at as "at: Instant", actor, subject, action, target, address, result, detail from audit_log
           where ($1::uuid is null or actor = $1) and ($2::uuid is null or subject = $2)
             and ($3::text is null or action = $3 or (right($3, 1) = '.' and starts_with(action, $3)))
             and ($4::text is null or result = $4)
             and ($5::timestamptz is null or at >= $5) and ($6::timestamptz is null or at < $6)
             and ($7::bigint is null or seq < $7)
           order by seq desc limit $8"#,
        wanted.actor,
        wanted.subject,
        wanted.action,
        wanted.result,
        wanted.from.map(|at| at.to_sqlx()) as _,
        wanted.until.map(|at| at.to_sqlx()) as _,
        wanted.before,
        wanted.limit,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| entry!(row)).collect())
}

/// What concerns the transaction's user, newest first.
pub async fn own(
    tx: &mut UserTx,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Entry>, sqlx::Error> {
    let user = tx.user();
    let rows = sqlx::query!(
        r#"select seq, at as "at: Instant", actor, subject, action, target, address, result, detail from audit_log
           where subject = $1 and ($2::bigint is null or seq < $2) order by seq desc limit $3"#,
        user.0,
        before,
        limit,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| entry!(row)).collect())
}

/// What a walk along the chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Walk {
    pub rows: i64,
    /// The number and the hash of the newest row, as the chain's head names them. Kept elsewhere, they prove later that
    /// nothing was cut off.
    pub head: (i64, String),
    /// The first row that is not as it was written, and what is wrong.
    pub broken: Option<(i64, &'static str)>,
}

/// Rows looked at in one statement.
const PAGE: i64 = 2000;

/// Walks the whole chain. The hashes are computed here and not by the database's function, which whoever changes rows could
/// change as well.
pub async fn verify(tx: &mut AdminTx) -> Result<Walk, sqlx::Error> {
    let head = sqlx::query!("select seq, hash from audit_head")
        .fetch_one(&mut **tx)
        .await?;
    let (mut at, mut before, mut rows, mut broken) = (0, vec![0; 32], 0, None);
    'walk: loop {
        let page = sqlx::query!(
            r#"select seq, (extract(epoch from at) * 1000000)::bigint::text as "at!", coalesce(actor::text, '') as "actor!",
                      coalesce(subject::text, '') as "subject!", action, target, address, result, detail::text as "detail!", prev, hash
               from audit_log where seq > $1 and seq <= $2 order by seq limit $3"#,
            at,
            head.seq,
            PAGE,
        )
        .fetch_all(&mut **tx)
        .await?;
        let is_last = page.len() < usize::try_from(PAGE).unwrap_or(usize::MAX);
        for row in page {
            let seq = row.seq.to_string();
            let fields = [
                &seq,
                &row.at,
                &row.actor,
                &row.subject,
                &row.action,
                &row.target,
                &row.address,
                &row.result,
                &row.detail,
            ];
            let why = if row.seq != at + 1 {
                Some("the row before it is missing")
            } else if row.prev != before {
                Some("it does not follow the row before it")
            } else if row.hash != hash(&row.prev, &fields) {
                Some("it was changed")
            } else {
                None
            };
            if let Some(why) = why {
                let first = if row.seq == at + 1 { row.seq } else { at + 1 };
                broken = Some((first, why));
                break 'walk;
            }
            (at, before, rows) = (row.seq, row.hash, rows + 1);
        }
        if is_last {
            break;
        }
    }
    if broken.is_none() && (at != head.seq || before != head.hash) {
        broken = Some((at + 1, "rows at the end are missing"));
    }
    let head = (head.seq, hex(&head.hash));
    Ok(Walk { rows, head, broken })
}

/// As `audit_hash` of migration 0022: the previous hash, then each field with its length in characters in front.
fn hash(prev: &[u8], fields: &[&String]) -> Vec<u8> {
    let fields: Vec<String> = fields
        .iter()
        .map(|field| format!("{}:{field}", field.chars().count()))
        .collect();
    Sha256::new()
        .chain_update(prev)
        .chain_update(fields.join(","))
        .finalize()
        .to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
