//! `POST …/Messages.json` with its planned faults, a message by its id, and the account.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;

use super::{
    super::serve::cut,
    Fault, Sim,
    check::{KNOWN, Refusal, check, form},
    locked,
};

pub(super) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route("/2010-04-01/Accounts/{account}/Messages.json", post(create))
        .route(
            "/2010-04-01/Accounts/{account}/Messages/{message}",
            get(find),
        )
        .route("/2010-04-01/Accounts/{account}", get(account))
}

/// Checks the credentials first, then that the account in the path is theirs.
pub(super) fn authorize(sim: &Sim, account: &str, headers: &HeaderMap) -> Result<(), Refusal> {
    authenticate(sim, headers)?;
    if account != sim.options.account_sid {
        Err(not_found(account))
    } else {
        Ok(())
    }
}

/// Checks the credentials alone: paths of the messaging API name no account.
pub(super) fn authenticate(sim: &Sim, headers: &HeaderMap) -> Result<(), Refusal> {
    let ours = format!("{}:{}", sim.options.account_sid, sim.options.auth_token);
    let theirs = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Basic "))
        .and_then(|value| STANDARD.decode(value).ok());
    if theirs.as_deref() != Some(ours.as_bytes()) {
        let message = "Authenticate".to_owned();
        return Err(Refusal {
            status: StatusCode::UNAUTHORIZED,
            code: 20003,
            message,
        });
    }
    Ok(())
}

pub(super) fn not_found(what: &str) -> Refusal {
    let message = format!("The requested resource {what} was not found");
    Refusal {
        status: StatusCode::NOT_FOUND,
        code: 20404,
        message,
    }
}

async fn account(
    State(sim): State<Arc<Sim>>,
    Path(account): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let sid = account
        .strip_suffix(".json")
        .ok_or_else(|| not_found(&account))?;
    authorize(&sim, sid, &headers)?;
    let uri = format!("/2010-04-01/Accounts/{sid}.json");
    let kind = if sim.options.trial { "Trial" } else { "Full" };
    let body =
        json!({ "sid": sid, "status": sim.options.account_status, "type": kind, "uri": uri });
    Ok(Json(body).into_response())
}

async fn find(
    State(sim): State<Arc<Sim>>,
    Path((account, message)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    authorize(&sim, &account, &headers)?;
    let sid = message
        .strip_suffix(".json")
        .ok_or_else(|| not_found(&message))?;
    let log = locked(&sim.log);
    let message = log.find(sid).ok_or_else(|| not_found(sid))?;
    Ok(Json(message.wire(&account)).into_response())
}

async fn create(
    State(sim): State<Arc<Sim>>,
    Path(account): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Err(refusal) = authorize(&sim, &account, &headers) {
        return refusal.into_response();
    }
    let fault = locked(&sim.faults).draw(false);
    match &fault {
        Some(Fault::TooMany { retry_after }) => return too_many(retry_after.as_deref()),
        Some(Fault::ErrorBefore) => return broken(),
        Some(Fault::CutBefore) => return cut(),
        Some(Fault::Slow { milliseconds }) => {
            tokio::time::sleep(Duration::from_millis(*milliseconds)).await;
        }
        _ => {}
    }
    let answer = match accept(&sim, &headers, &body) {
        Ok(message) => message,
        Err(refusal) => return refusal.into_response(),
    };
    match fault {
        Some(Fault::ErrorAfter) => broken(),
        Some(Fault::CutAfter) => cut(),
        Some(Fault::Garbled) => (StatusCode::CREATED, "{\"sid\": \"SM").into_response(),
        Some(Fault::SilentAfter { seconds }) => {
            tokio::time::sleep(Duration::from_secs_f64(seconds.clamp(0.0, 3600.0))).await;
            (StatusCode::CREATED, Json(answer)).into_response()
        }
        _ => (StatusCode::CREATED, Json(answer)).into_response(),
    }
}

fn too_many(retry_after: Option<&str>) -> Response {
    let message = "Too Many Requests".to_owned();
    let refusal = Refusal {
        status: StatusCode::TOO_MANY_REQUESTS,
        code: 20429,
        message,
    };
    let mut response = refusal.into_response();
    if let Some(value) = retry_after.and_then(|value| value.parse().ok()) {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response
}

fn broken() -> Response {
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    Refusal {
        status,
        code: 20500,
        message: "Internal Server Error".to_owned(),
    }
    .into_response()
}

/// Checks, keeps and announces one text. The answer shows it as it was when it was accepted.
fn accept(sim: &Arc<Sim>, headers: &HeaderMap, body: &[u8]) -> Result<serde_json::Value, Refusal> {
    let form = form(headers, body, KNOWN)?;
    let message = check(sim, &form)?;
    let answer = message.wire(&sim.options.account_sid);
    let sid = message.sid.clone();
    let mut log = locked(&sim.log);
    log.add(message);
    let outbound = log.outbound();
    drop(log);
    sim.accepted.send_replace(outbound);
    super::callbacks::follow(sim, sid, form.get("StatusCallback").cloned());
    Ok(answer)
}
