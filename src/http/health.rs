//! How the daemon is: alive, ready, measured.

use axum::{Json, extract::State, http::header, response::IntoResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::Http;
use crate::{error::Problem, switches::Switch};

#[derive(Serialize, ToSchema)]
pub struct Alive {
    #[schema(example = "ok")]
    status: &'static str,
}

/// The process runs.
#[utoipa::path(get, path = "/health", tag = "operation", responses((status = 200, body = Alive)))]
pub async fn alive() -> Json<Alive> {
    Json(Alive { status: "ok" })
}

#[derive(Serialize, ToSchema)]
pub struct Ready {
    #[schema(example = "ready")]
    status: &'static str,
    /// Parts that are away and without which it goes on (`redis`), and what the operator paused (`sending paused`, `turns
    /// paused`, `model paused`).
    degraded: Vec<&'static str>,
}

/// Texts can be kept. 503 only without PostgreSQL; parts that are away but not needed are named.
#[utoipa::path(get, path = "/health/ready", tag = "operation",
    responses((status = 200, body = Ready), (status = 503, body = Problem)))]
pub async fn ready(State(http): State<Http>) -> Result<Json<Ready>, Problem> {
    let asked = sqlx::query_scalar!(r#"select 1 as "one!""#).fetch_one(&http.pool);
    match tokio::time::timeout(std::time::Duration::from_secs(2), asked).await {
        Ok(Ok(_)) => {}
        _ => return Err(Problem::unavailable().with("PostgreSQL does not answer")),
    }
    let mut degraded = Vec::new();
    if !http.memory.answers().await {
        degraded.push("redis");
    }
    degraded.extend(http.switches.off().map(Switch::paused));
    Ok(Json(Ready {
        status: "ready",
        degraded,
    }))
}

/// Counters and histograms, as Prometheus reads them.
#[utoipa::path(get, path = "/metrics", tag = "operation", responses((status = 200, body = String, content_type = "text/plain")))]
pub async fn metrics(State(http): State<Http>) -> impl IntoResponse {
    crate::telemetry::gauge_standing(&http.pool).await;
    (
        [(
            header::CONTENT_TYPE,
            "text/plain; version=0.0.4; charset=utf-8",
        )],
        http.metrics.render(),
    )
}
