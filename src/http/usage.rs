//! What the user has used, day by day.

use axum::extract::{Query, State, rejection::QueryRejection};
use jiff::{SignedDuration, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Http, owner::Owner};
use crate::{agent::budget, error::Problem};

/// One day, in the user's zone.
#[derive(Debug, Serialize, ToSchema)]
pub struct UsageDay {
    pub day: Date,
    /// Texts from the user.
    pub messages: i64,
    /// Segments to the user.
    pub segments: i64,
    pub prompt_tokens: i64,
    pub completion_tokens: i64,
    /// What the language models cost, in US dollars, by the operator's price table at the time.
    pub price_usd: f64,
}

/// The days with any use, newest first, and what a day may cost.
#[derive(Debug, Serialize, ToSchema)]
pub struct Usage {
    pub items: Vec<UsageDay>,
    /// Always null: at most a year is listed.
    pub next_cursor: Option<String>,
    /// Tokens that a day may cost; 0: no limit.
    pub daily_tokens: u64,
    /// US dollars that a day may cost; 0: no limit.
    pub daily_usd: f64,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct UsageQuery {
    /// How many days back, 1 to 366; 30 if not given.
    #[serde(default)]
    days: Option<u16>,
}

/// Lists messages, segments, tokens and price by day.
#[utoipa::path(get, path = "/api/v1/me/usage", tag = "account", params(UsageQuery),
    responses((status = 200, body = Usage), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn list(
    State(http): State<Http>,
    owner: Owner,
    query: Result<Query<UsageQuery>, QueryRejection>,
) -> Result<axum::Json<Usage>, Problem> {
    let Query(query) = query.map_err(|e| Problem::bad_request(e.body_text()))?;
    let days = query.days.unwrap_or(30);
    if !(1..=366).contains(&days) {
        return Err(Problem::bad_request("days: expected 1 to 366"));
    }
    let mut scope = owner.scope().await?;
    let back = SignedDuration::from_hours(24 * (i64::from(days) - 1));
    let since = budget::midnight(&scope.zone, scope.now - back);
    let rows = budget::used::days_since(&mut scope.tx, &scope.zone, since).await?;
    scope.tx.commit().await?;
    Ok(axum::Json(Usage {
        items: rows
            .into_iter()
            .map(|day| UsageDay {
                day: day.day,
                messages: day.texts,
                segments: day.segments,
                prompt_tokens: day.prompt_tokens,
                completion_tokens: day.completion_tokens,
                price_usd: day.micro_usd as f64 / 1e6,
            })
            .collect(),
        next_cursor: None,
        daily_tokens: http.config.budget.user_daily_tokens,
        daily_usd: http.config.budget.user_daily_usd,
    }))
}
