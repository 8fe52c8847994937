//! What the user said about where something belongs: their rule wins over everybody's table and over a model.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    db::UserTx,
    domain::spending,
    skills::{Receipt, Refusal, Scope, thing},
};

/// What a rule hangs on: the merchant, or the thing where none was said. `None`: neither was.
pub fn key(merchant: &str, note: &str) -> Option<String> {
    [merchant, note]
        .into_iter()
        .map(spending::key)
        .find(|key| !key.is_empty())
}

/// The category of the user's own rule.
pub async fn of(
    tx: &mut UserTx,
    merchant: &str,
    note: &str,
) -> Result<Option<String>, sqlx::Error> {
    let keys: Vec<String> = [merchant, note]
        .into_iter()
        .map(spending::key)
        .filter(|key| !key.is_empty())
        .collect();
    for key in keys {
        if let Some(found) = read(tx, &key).await? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

async fn read(tx: &mut UserTx, key: &str) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!("select category from expense_rules where key = $1", key)
        .fetch_optional(&mut **tx)
        .await
}

async fn write(tx: &mut UserTx, key: &str, category: Option<&str>) -> Result<(), sqlx::Error> {
    let user = tx.user();
    match category {
        Some(category) => {
            sqlx::query!(
                "insert into expense_rules (user_id, key, category) values ($1, $2, $3)
                 on conflict (user_id, key) do update set category = $3",
                user.0,
                key,
                category
            )
            .execute(&mut **tx)
            .await?
        }
        None => {
            sqlx::query!("delete from expense_rules where key = $1", key)
                .execute(&mut **tx)
                .await?
        }
    };
    Ok(())
}

/// How to take a rule back; refused when it was set again since.
#[derive(Serialize, Deserialize)]
struct RuleInverse {
    op: String,
    key: String,
    label: String,
    before: Option<String>,
    after: String,
}

/// Whether an inverse is a rule's.
pub fn is_ours(inverse: &Value) -> bool {
    inverse["op"] == "expense_rule"
}

/// Remembers it. No receipt: it is so already, or there is nothing to remember it by.
pub async fn learn(
    scope: &mut Scope,
    label: &str,
    (merchant, note): (&str, &str),
    category: &str,
) -> Result<Option<Receipt>, Refusal> {
    let Some(key) = key(merchant, note) else {
        return Ok(None);
    };
    let before = read(&mut scope.tx, &key).await?;
    let usual = before.as_deref().or_else(|| spending::guess(&key));
    if usual == Some(category) {
        return Ok(None);
    }
    write(&mut scope.tx, &key, Some(category)).await?;
    let about = if merchant.is_empty() { note } else { merchant };
    let inverse = RuleInverse {
        op: "expense_rule".to_owned(),
        key,
        label: label.to_owned(),
        before,
        after: category.to_owned(),
    };
    Ok(Some(Receipt {
        label: label.to_owned(),
        line: format!("{label}: {about} is {category} from now on"),
        inverse: serde_json::to_value(inverse).ok(),
    }))
}

/// Puts a rule back to what it was.
pub async fn undo(scope: &mut Scope, inverse: &Value) -> Result<String, Refusal> {
    let inverse: RuleInverse = serde_json::from_value(inverse.clone())
        .map_err(|_| Refusal::Tell("That cannot be undone by this version.".into()))?;
    if read(&mut scope.tx, &inverse.key).await?.as_ref() != Some(&inverse.after) {
        return Err(thing::changed_since(&inverse.label));
    }
    write(&mut scope.tx, &inverse.key, inverse.before.as_deref()).await?;
    Ok(match inverse.before {
        Some(before) => format!("{}: it is {before} again", inverse.label),
        None => format!("{}: forgot that it is {}", inverse.label, inverse.after),
    })
}
