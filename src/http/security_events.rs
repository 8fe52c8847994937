//! What happened to one's own account, as the audit log has it.

use axum::extract::{Query, State, rejection::QueryRejection};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Http,
    caller::Caller,
    page::{Page, PageQuery},
};
use crate::{
    accounts::audit::{self, Entry},
    domain::UserId,
    error::Problem,
};

/// One thing that happened to the account.
#[derive(Debug, Serialize, ToSchema)]
pub struct SecurityEvent {
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// `login`, `password.changed`, `role.granted` …
    pub action: String,
    /// `you`, `administrator`, or `service`: the daemon or its operator.
    pub by: &'static str,
    pub target: String,
    /// From where; of one's own acts, and of attempts by nobody who is known.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// `ok`, `failed` or `denied`.
    pub result: String,
    #[schema(value_type = Object)]
    pub detail: serde_json::Value,
}

fn view(entry: Entry, user: UserId) -> SecurityEvent {
    let (by, address) = match entry.actor {
        Some(actor) if actor == user.0 => ("you", entry.address),
        // where an administrator works is not for everyone
        Some(_) => ("administrator", String::new()),
        None => ("service", entry.address),
    };
    SecurityEvent {
        at: entry.at,
        action: entry.action,
        by,
        target: entry.target,
        address,
        result: entry.result,
        detail: entry.detail,
    }
}

/// Lists what happened to one's own account, newest first.
#[utoipa::path(get, path = "/api/v1/me/security-events", tag = "account", params(PageQuery),
    responses((status = 200, body = Page<SecurityEvent>), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn list(
    State(http): State<Http>,
    caller: Caller,
    query: Result<Query<PageQuery>, QueryRejection>,
) -> Result<axum::Json<Page<SecurityEvent>>, Problem> {
    let Query(query) = query.map_err(|e| Problem::bad_request(e.body_text()))?;
    let limit = query.limit()?;
    let before = query.cursor.as_deref().map(str::parse).transpose();
    let before =
        before.map_err(|_| Problem::bad_request("cursor: use next_cursor of the page before"))?;
    let user = caller.standing.user;
    let mut tx = crate::db::UserTx::begin(&http.pool, user).await?;
    let mut entries = audit::own(&mut tx, before, limit + 1).await?;
    tx.commit().await?;
    let more = entries.len() as i64 > limit;
    entries.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let last = entries.last().filter(|_| more);
    let next_cursor = last.map(|entry| entry.seq.to_string());
    let items = entries.into_iter().map(|entry| view(entry, user)).collect();
    Ok(axum::Json(Page { items, next_cursor }))
}
