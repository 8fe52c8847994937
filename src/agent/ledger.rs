//! The ledger: what was done, under which short number, and how to take it back.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    db::UserTx,
    domain::TurnId,
    outbox,
    skills::{Receipt, Refusal, Scope, Skills},
};

/// Where in a turn an effect happened; REST has none.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place {
    pub turn: Option<TurnId>,
    pub step: i32,
    pub call: i32,
}

/// Writes the receipts of one call, in the transaction of their effect.
pub async fn record(
    scope: &mut Scope,
    at: Place,
    (skill, tool): (&str, &str),
    receipts: &[Receipt],
) -> Result<(), sqlx::Error> {
    if receipts.is_empty() {
        return Ok(());
    }
    let user = scope.tx.user();
    let labels: Vec<&str> = receipts.iter().map(|r| r.label.as_str()).collect();
    let lines: Vec<&str> = receipts.iter().map(|r| r.line.as_str()).collect();
    let inverses: Vec<Option<Value>> = receipts.iter().map(|r| r.inverse.clone()).collect();
    sqlx::query!(
        "insert into ledger (user_id, turn_id, step, call, skill, tool, created_at, place, label, line, inverse)
         select $1, $2, $3, $4, $5, $6, $7, r.place - 1, r.label, r.line, r.inverse
         from unnest($8::text[], $9::text[], $10::jsonb[]) with ordinality r (label, line, inverse, place)
         order by r.place",
        user.0,
        at.turn.map(|t| t.0),
        at.step,
        at.call,
        skill,
        tool,
        scope.now.to_sqlx() as _,
        &labels as _,
        &lines as _,
        &inverses as _,
    )
    .execute(&mut *scope.tx)
    .await?;
    Ok(())
}

/// The skills of the last things done, of the last hours.
pub async fn last_skills(tx: &mut UserTx, now: Timestamp) -> Result<Vec<String>, sqlx::Error> {
    let user = tx.user();
    sqlx::query_scalar!(
        "select skill from ledger where user_id = $1 and created_at > $2 order by position desc limit 3",
        user.0,
        (now - SignedDuration::from_hours(2)).to_sqlx() as _,
    )
    .fetch_all(&mut **tx)
    .await
}

/// What is to be taken back: the last turns that had effects, or the last effect under a label.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Undo {
    /// How many of the last turns; one if nothing is said.
    #[serde(default)]
    turns: Option<i64>,
    /// In place of turns: `T12`.
    #[serde(default)]
    label: Option<String>,
}

impl Undo {
    /// The last effect on one thing.
    pub fn of(label: &str) -> Self {
        Self {
            turns: None,
            label: Some(label.to_owned()),
        }
    }
}

struct Row {
    id: Uuid,
    skill: String,
    label: String,
    line: String,
    inverse: Option<Value>,
}

/// Takes effects back, newest first, each by its skill. What has changed since, or left the house, stays, and why is said.
pub async fn undo(scope: &mut Scope, skills: &Skills, what: Undo) -> Result<String, Refusal> {
    let hours = scope.undo_hours;
    let rows = match &what.label {
        None => last_turns(scope, what.turns.unwrap_or(1).clamp(1, 20)).await?,
        Some(label) => by_label(scope, &label.trim().to_uppercase()).await?,
    };
    if rows.is_empty() {
        return Err(Refusal::Tell(match what.label {
            None => format!("Nothing to undo from the last {hours} hours."),
            Some(label) => {
                format!("Nothing of {label} to undo from the last {hours} hours.")
            }
        }));
    }
    let mut lines = Vec::new();
    let mut undone = false;
    for row in rows {
        let outcome = match &row.inverse {
            None => Err(Refusal::Tell(format!("cannot be undone: {}", row.line))),
            Some(inverse) => take_back(scope, skills, &row, inverse).await,
        };
        match outcome {
            Ok(line) => {
                undone = true;
                sqlx::query!(
                    "update ledger set undone_at = $2 where id = $1",
                    row.id,
                    scope.now.to_sqlx() as _
                )
                .execute(&mut *scope.tx)
                .await?;
                lines.push(format!("Undone: {line}"));
            }
            Err(Refusal::Tell(why)) => lines.push(format!("Not undone: {why}")),
            Err(refusal) => return Err(refusal),
        }
    }
    let text = shortened(&lines);
    if undone {
        Ok(text)
    } else {
        Err(Refusal::Tell(text))
    }
}

/// More lines than this are counted, not said.
const SAID: usize = 6;

/// The first lines, and how many there were in all; what was not undone is always said.
fn shortened(lines: &[String]) -> String {
    if lines.len() <= SAID {
        return lines.join("\n");
    }
    let (undone, not): (Vec<_>, Vec<_>) = lines.iter().partition(|l| l.starts_with("Undone: "));
    let mut said = vec![format!("Undone: {} changes, such as:", undone.len())];
    let some = undone
        .iter()
        .take(3)
        .filter_map(|l| l.strip_prefix("Undone: "));
    said.extend(some.map(str::to_owned));
    said.extend(not.into_iter().cloned());
    said.join("\n")
}

async fn take_back(
    scope: &mut Scope,
    skills: &Skills,
    row: &Row,
    inverse: &Value,
) -> Result<String, Refusal> {
    // a text that is queued but not sent: the row is deleted; one in flight stays
    if let Some(id) = inverse
        .get("outbox")
        .and_then(Value::as_str)
        .and_then(|id| id.parse().ok())
    {
        return if outbox::take_back(&mut scope.tx, id).await? {
            Ok(format!("{} was not sent", row.label))
        } else {
            Err(Refusal::Tell(format!(
                "{} has left already: {}",
                row.label, row.line
            )))
        };
    }
    match skills.find(&row.skill) {
        Some(skill) => skill.undo(scope, inverse).await,
        None => Err(Refusal::Tell(format!(
            "{} belongs to something that is switched off",
            row.label
        ))),
    }
}

async fn last_turns(scope: &mut Scope, turns: i64) -> Result<Vec<Row>, sqlx::Error> {
    let user = scope.tx.user();
    let since = scope.now - SignedDuration::from_hours(i64::from(scope.undo_hours));
    sqlx::query_as!(
        Row,
        r#"with act as (
             select coalesce(turn_id, id) as act, max(position) as last from ledger
             where user_id = $1 and undone_at is null and created_at > $2
             group by 1 order by 2 desc limit $3)
           select l.id, l.skill, l.label, l.line, l.inverse from ledger l
           join act on act.act = coalesce(l.turn_id, l.id)
           where l.user_id = $1 and l.undone_at is null order by l.position desc"#,
        user.0,
        since.to_sqlx() as _,
        turns,
    )
    .fetch_all(&mut *scope.tx)
    .await
}

async fn by_label(scope: &mut Scope, label: &str) -> Result<Vec<Row>, sqlx::Error> {
    let user = scope.tx.user();
    let since = scope.now - SignedDuration::from_hours(i64::from(scope.undo_hours));
    sqlx::query_as!(
        Row,
        "select id, skill, label, line, inverse from ledger
         where user_id = $1 and label = $2 and undone_at is null and created_at > $3
         order by position desc limit 1",
        user.0,
        label,
        since.to_sqlx() as _,
    )
    .fetch_all(&mut *scope.tx)
    .await
}
