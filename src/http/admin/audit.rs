//! The audit log, read by administrators. Nobody writes it here, and nobody can change it.

use axum::extract::{Query, rejection::QueryRejection};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{Admin, cut, limited, parsed};
use crate::{
    accounts::audit::{self, Entry, Wanted},
    error::Problem,
    http::page::Page,
};

/// One thing that happened.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntryView {
    /// Its number in the chain.
    pub seq: i64,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who did it; null: the operator at the machine, or nobody that is known.
    pub actor: Option<Uuid>,
    /// Whom it concerns.
    pub subject: Option<Uuid>,
    pub action: String,
    pub target: String,
    /// From where.
    pub address: String,
    /// `ok`, `failed` or `denied`.
    pub result: String,
    #[schema(value_type = Object)]
    pub detail: serde_json::Value,
}

impl From<Entry> for EntryView {
    fn from(entry: Entry) -> Self {
        Self {
            seq: entry.seq,
            at: entry.at,
            actor: entry.actor,
            subject: entry.subject,
            action: entry.action,
            target: entry.target,
            address: entry.address,
            result: entry.result,
            detail: entry.detail,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Items on a page, 1 to 200; 50 unless given.
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    actor: Option<Uuid>,
    subject: Option<Uuid>,
    /// A whole action (`role.granted`), or the beginning of one with its dot (`role.`).
    action: Option<String>,
    /// `ok`, `failed` or `denied`.
    result: Option<String>,
    /// RFC 3339; this moment included.
    from: Option<String>,
    /// RFC 3339; this moment not included.
    until: Option<String>,
}

/// Lists what happened, newest first.
#[utoipa::path(get, path = "/api/v1/admin/audit", tag = "administration", params(AuditQuery),
    responses((status = 200, body = Page<EntryView>), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn list(
    admin: Admin,
    query: Result<Query<AuditQuery>, QueryRejection>,
) -> Result<axum::Json<Page<EntryView>>, Problem> {
    let Query(query) = query.map_err(|e| Problem::bad_request(e.body_text()))?;
    let limit = limited(query.limit)?;
    let wanted = Wanted {
        actor: query.actor,
        subject: query.subject,
        action: query.action,
        result: query.result,
        from: parsed("from", query.from.as_deref())?,
        until: parsed("until", query.until.as_deref())?,
        before: parsed("cursor", query.cursor.as_deref())?,
        limit: limit + 1,
    };
    let mut tx = admin.begin().await?;
    let entries = audit::list(&mut tx, &wanted).await?;
    tx.commit().await?;
    let page = cut(entries, limit, |entry| entry.seq.to_string());
    Ok(axum::Json(page.map(EntryView::from)))
}
