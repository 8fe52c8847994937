//! The simulator's own endpoints under `/_sim/`, for hands and scripts. No credentials: it is bound where its owner says.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    routing::{get, post},
};
use serde_json::{Value, json};

use super::{Asked, Plan, Reply, Sim, locked};

pub(super) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route("/_sim/asked", get(asked))
        .route("/_sim/replies", post(reply))
        .route("/_sim/faults", get(faults).post(plan).delete(clear))
}

/// Every request so far, in the order of arrival.
async fn asked(State(sim): State<Arc<Sim>>) -> Json<Vec<Asked>> {
    Json(locked(&sim.asked).clone())
}

/// `{"says": "Hi"}`, `{"calls": [["add_tasks", "{\"titles\":[\"milk\"]}"]]}`, `{"raw": {…}}`: the next answer.
async fn reply(State(sim): State<Arc<Sim>>, Json(reply): Json<Reply>) -> StatusCode {
    locked(&sim.replies).push_back(reply);
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
