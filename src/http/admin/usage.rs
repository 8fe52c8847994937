//! What everyone used and what it cost.

use axum::extract::{Query, rejection::QueryRejection};
use jiff::{SignedDuration, tz::TimeZone};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::Admin;
use crate::{
    agent::budget::{midnight, used},
    error::Problem,
};

/// Calls, tokens and price; of a user or of all.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct SpentView {
    /// Null: all users together.
    pub user_id: Option<Uuid>,
    pub calls: i64,
    pub prompt_tokens: i64,
    pub completion_tokens: i64,
    /// What the language models cost, in US dollars, by the operator's price table at the time.
    pub price_usd: f64,
}

/// Who spent what, dearest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpendersView {
    pub items: Vec<SpentView>,
    pub total: SpentView,
    /// Always null: the dearest thousand are listed.
    pub next_cursor: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SpendersQuery {
    /// How many days back, today included (UTC), 1 to 366; 30 if not given.
    days: Option<u16>,
}

/// Lists what every user cost.
#[utoipa::path(get, path = "/api/v1/admin/usage", tag = "administration", params(SpendersQuery),
    responses((status = 200, body = SpendersView), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn list(
    admin: Admin,
    query: Result<Query<SpendersQuery>, QueryRejection>,
) -> Result<axum::Json<SpendersView>, Problem> {
    let Query(query) = query.map_err(|e| Problem::bad_request(e.body_text()))?;
    let days = query.days.unwrap_or(30);
    if !(1..=366).contains(&days) {
        return Err(Problem::bad_request("days: expected 1 to 366"));
    }
    let back = SignedDuration::from_hours(24 * (i64::from(days) - 1));
    let since = midnight(&TimeZone::UTC, admin.now() - back);
    let spenders = used::spenders(&admin.http.pool, since).await?;
    let mut total = SpentView::default();
    let mut items = Vec::new();
    for s in spenders {
        let price_usd = s.micro_usd as f64 / 1e6;
        total.calls += s.calls;
        total.prompt_tokens += s.prompt_tokens;
        total.completion_tokens += s.completion_tokens;
        total.price_usd += price_usd;
        items.push(SpentView {
            user_id: Some(s.user.0),
            calls: s.calls,
            prompt_tokens: s.prompt_tokens,
            completion_tokens: s.completion_tokens,
            price_usd,
        });
    }
    items.truncate(1000);
    let next_cursor = None;
    Ok(axum::Json(SpendersView {
        items,
        total,
        next_cursor,
    }))
}
