//! `POST /v1/chat/completions` with its planned faults, and the list of models.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use futures_util::stream;
use serde_json::{Value, json};

use super::{
    super::serve::cut,
    Asked, Fault, Sim, answer,
    check::{Refusal, authorize, check, json as read},
    locked,
};
use crate::model::count_tokens;

pub(super) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route("/v1/chat/completions", post(complete))
        .route("/v1/models", get(models))
}

async fn models(State(sim): State<Arc<Sim>>, headers: HeaderMap) -> Result<Json<Value>, Refusal> {
    authorize(&sim, &headers)?;
    let models = sim.options.models.iter();
    let models: Value = models
        .map(|id| json!({ "id": id, "object": "model" }))
        .collect();
    Ok(Json(json!({ "object": "list", "data": models })))
}

/// Credentials first, then the checks, then the fault: a request that is wrong is refused whatever is planned.
async fn complete(State(sim): State<Arc<Sim>>, headers: HeaderMap, bytes: Bytes) -> Response {
    let body = authorize(&sim, &headers).and_then(|()| read(&headers, &bytes));
    let body = match body {
        Ok(body) => body,
        Err(refusal) => return heard(&sim, Value::Null, 0, refusal.into_response()),
    };
    let tools = body
        .get("tools")
        .map_or(0, |tools| count_tokens(&tools.to_string()));
    let prompt = count_tokens(&body["messages"].to_string()) + tools;
    if let Err(refusal) = check(&sim, &body).and_then(|()| fits(&sim, prompt)) {
        return heard(&sim, body, prompt, refusal.into_response());
    }
    tokio::time::sleep(sim.options.latency).await;
    let fault = locked(&sim.faults).draw();
    if let Some(refused) = fault.as_ref().and_then(refused) {
        return heard(&sim, body, prompt, refused);
    }
    let reply = locked(&sim.replies).pop_front();
    let reply = reply.unwrap_or_else(|| answer::unscripted(&sim.offline, &body));
    let completion = answer::completion(&body, &reply, fault.as_ref(), prompt).to_string();
    // before the answer leaves: who has it must find the request in the log
    drop(heard(&sim, body, prompt, Response::default()));
    sent(completion, fault).await
}

fn heard(sim: &Sim, body: Value, prompt_tokens: usize, response: Response) -> Response {
    locked(&sim.asked).push(Asked {
        status: response.status().as_u16(),
        body,
        prompt_tokens,
    });
    response
}

fn fits(sim: &Sim, prompt: usize) -> Result<(), Refusal> {
    if prompt <= sim.options.context_tokens {
        Ok(())
    } else {
        Err(overflow(sim.options.context_tokens))
    }
}

fn overflow(limit: usize) -> Refusal {
    let message = format!("This model's maximum context length is {limit} tokens.");
    Refusal {
        param: Some("messages".to_owned()),
        ..Refusal::new(StatusCode::BAD_REQUEST, "context_length_exceeded", message)
    }
}

/// The faults that bring no completion.
fn refused(fault: &Fault) -> Option<Response> {
    Some(match fault {
        Fault::Status { status, code } => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            Refusal::new(status, code, "It failed as planned.").into_response()
        }
        Fault::TooMany { retry_after } => {
            let status = StatusCode::TOO_MANY_REQUESTS;
            let refusal = Refusal::new(status, "rate_limit_exceeded", "Rate limit reached.");
            let mut response = refusal.into_response();
            let wait = retry_after.as_ref().and_then(|wait| wait.parse().ok());
            if let Some(wait) = wait {
                response.headers_mut().insert(header::RETRY_AFTER, wait);
            }
            response
        }
        Fault::Overflow => overflow(1).into_response(),
        Fault::Redirect { to } => (
            StatusCode::TEMPORARY_REDIRECT,
            [(header::LOCATION, to.clone())],
        )
            .into_response(),
        Fault::Cut => cut(),
        _ => return None,
    })
}

/// A completion on its way, with what happens to it there.
async fn sent(completion: String, fault: Option<Fault>) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json")];
    match fault {
        Some(Fault::Slow { milliseconds }) => {
            tokio::time::sleep(Duration::from_millis(milliseconds)).await;
        }
        Some(Fault::NotJson) => return Html("<h1>Welcome</h1>").into_response(),
        Some(Fault::Huge { megabytes }) => {
            let padded = format!("{completion}{}", " ".repeat(megabytes * 1024 * 1024));
            return (kind, padded).into_response();
        }
        Some(Fault::CutHalf) => {
            let half = Bytes::from(completion.into_bytes()).slice(..20);
            let parts = [Ok(half), Err(std::io::Error::other("cut as planned"))];
            let slowly = stream::unfold(parts.into_iter(), |mut parts| async {
                tokio::time::sleep(Duration::from_millis(20)).await;
                parts.next().map(|part| (part, parts))
            });
            return (kind, Body::from_stream(slowly)).into_response();
        }
        Some(Fault::Drip { milliseconds }) => {
            let bytes = completion.into_bytes().into_iter();
            let drops = stream::unfold(bytes, move |mut bytes| async move {
                tokio::time::sleep(Duration::from_millis(milliseconds)).await;
                let byte = bytes.next()?;
                Some((Ok::<_, std::io::Error>(Bytes::from(vec![byte])), bytes))
            });
            return (kind, Body::from_stream(drops)).into_response();
        }
        _ => {}
    }
    (kind, completion).into_response()
}
