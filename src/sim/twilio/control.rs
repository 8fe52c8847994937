//! The simulator's own endpoints under `/_sim/`, for hands and scripts. No credentials: it is bound where its owner says.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Json, Router,
    extract::{Query, State},
    http::StatusCode,
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Inbound, Plan, Script, SentText, Sim, Texted, locked};

pub(super) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route("/_sim/sent", get(sent))
        .route("/_sim/text", post(text))
        .route("/_sim/hold", post(hold))
        .route("/_sim/webhook", post(webhook))
        .route("/_sim/numbers", post(script))
        .route("/_sim/faults", get(faults).post(plan).delete(clear))
}

/// Accepted texts in the order of arrival; `?to=` for one number.
async fn sent(
    State(sim): State<Arc<Sim>>,
    Query(query): Query<HashMap<String, String>>,
) -> Json<Vec<SentText>> {
    let log = locked(&sim.log);
    Json(
        query
            .get("to")
            .map_or_else(|| log.all_sent(), |to| log.sent_to(to)),
    )
}

/// `{from, to?, body, media?, sid?}`: texts the webhook.
async fn text(State(sim): State<Arc<Sim>>, Json(inbound): Json<Inbound>) -> Json<Texted> {
    Json(sim.deliver(inbound).await)
}

/// The same without a webhook, for the pull.
async fn hold(State(sim): State<Arc<Sim>>, Json(inbound): Json<Inbound>) -> Json<Value> {
    Json(json!({ "sid": sim.keep(&inbound) }))
}

#[derive(Deserialize)]
struct Webhook {
    url: String,
}

async fn webhook(State(sim): State<Arc<Sim>>, Json(webhook): Json<Webhook>) -> StatusCode {
    *locked(&sim.webhook) = Some(webhook.url);
    StatusCode::NO_CONTENT
}

/// `refused`: the code of a 400. `undelivered`: the code with which an accepted text ends.
#[derive(Deserialize)]
struct Scripted {
    number: String,
    refused: Option<i32>,
    undelivered: Option<i32>,
}

async fn script(State(sim): State<Arc<Sim>>, Json(scripted): Json<Scripted>) -> StatusCode {
    let script = match (scripted.refused, scripted.undelivered) {
        (Some(code), _) => Some(Script::Refused(code)),
        (None, Some(code)) => Some(Script::Ends {
            status: "undelivered",
            code,
        }),
        (None, None) => None,
    };
    let mut scripts = locked(&sim.scripts);
    match script {
        Some(script) => drop(scripts.insert(scripted.number, script)),
        None => drop(scripts.remove(&scripted.number)),
    }
    StatusCode::NO_CONTENT
}

/// `{"fault": "too_many", "retry_after": "2", "next": 3}`, `{"fault": "slow", "milliseconds": 50, "probability": 0.1}` …
async fn plan(State(sim): State<Arc<Sim>>, Json(plan): Json<Plan>) -> StatusCode {
    locked(&sim.faults).plan(plan);
    StatusCode::NO_CONTENT
}

async fn faults(State(sim): State<Arc<Sim>>) -> Json<Value> {
    let faults = locked(&sim.faults);
    Json(json!({ "planned": faults.plans(), "struck": faults.struck }))
}

async fn clear(State(sim): State<Arc<Sim>>) -> StatusCode {
    locked(&sim.faults).clear();
    StatusCode::NO_CONTENT
}
