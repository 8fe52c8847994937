//! A calendar as a file: read by calendar programs under a secret address that can be revoked, and taken in from a file.

use axum::{
    body::Bytes,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::{
    Http,
    owner::{FeedReader, Owner},
    things,
};
use crate::{
    clock::random_bytes,
    error::Problem,
    skills::calendar::{
        ics::{self, import},
        store,
    },
};

const PATH: &str = "/api/v1/me/calendar.ics";

/// A feed's address, shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct Feed {
    /// For "subscribe by URL" in Apple, Google or Outlook. Whoever has it reads the calendar.
    pub url: String,
}

/// What became of an imported file.
#[derive(Debug, Serialize, ToSchema)]
pub struct Imported {
    pub added: usize,
    pub changed: usize,
    pub unchanged: usize,
    /// Events that could not be kept: which, and why.
    pub refused: Vec<String>,
    /// Alarms in the file: they are not taken over.
    pub alarms_ignored: usize,
}

/// The calendar as iCalendar (RFC 5545). With the bearer token, or with the secret of a feed.
#[utoipa::path(get, path = "/api/v1/me/calendar.ics", tag = "events",
    params(("token" = Option<String>, Query, description = "The secret of a feed; then no bearer token is needed")),
    responses((status = 200, body = String, content_type = "text/calendar"), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn calendar(FeedReader(owner): FeedReader) -> Result<Response, Problem> {
    let mut scope = owner.scope().await?;
    let events = store::list(&mut scope.tx, 10 * store::MOST).await?;
    scope.tx.commit().await?;
    let text = ics::write(&events, &scope.zone);
    let fixed = HeaderValue::from_static;
    let headers = [
        (header::CONTENT_TYPE, fixed("text/calendar; charset=utf-8")),
        (header::CACHE_CONTROL, fixed("private, max-age=300")),
        (
            header::CONTENT_DISPOSITION,
            fixed("attachment; filename=\"calendar.ics\""),
        ),
    ];
    Ok((headers, text).into_response())
}

/// Makes the secret address of one's calendar; one made before holds no longer.
#[utoipa::path(post, path = "/api/v1/me/calendar/feed", tag = "events",
    responses((status = 201, body = Feed), (status = 401, body = Problem)))]
pub async fn open(
    owner: Owner,
    axum::extract::State(http): axum::extract::State<Http>,
) -> Result<(StatusCode, axum::Json<Feed>), Problem> {
    let mut scope = owner.scope().await?;
    let secret = URL_SAFE_NO_PAD.encode(random_bytes::<32>());
    let digest = Sha256::digest(secret.as_bytes());
    store::open_feed(&mut scope.tx, &digest, scope.now).await?;
    scope.tx.commit().await?;
    let url = format!("{}{PATH}?token={secret}", http.public_base);
    Ok((StatusCode::CREATED, axum::Json(Feed { url })))
}

/// Revokes the secret address.
#[utoipa::path(delete, path = "/api/v1/me/calendar/feed", tag = "events",
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn close(owner: Owner) -> Result<StatusCode, Problem> {
    let mut scope = owner.scope().await?;
    let closed = store::close_feeds(&mut scope.tx, scope.now).await?;
    scope.tx.commit().await?;
    if closed == 0 {
        return Err(Problem::not_found());
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Takes in an .ics file: events that are there, by their UID, are brought up to date. One `undo` takes it all back.
#[utoipa::path(post, path = "/api/v1/me/events/import", tag = "events",
    request_body(content = String, content_type = "text/calendar"),
    responses((status = 200, body = Imported), (status = 400, body = Problem), (status = 401, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem)))]
pub async fn import(
    owner: Owner,
    headers: axum::http::HeaderMap,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<axum::Json<Imported>, Problem> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    if !kind.to_ascii_lowercase().starts_with("text/calendar") {
        return Err(Problem::unsupported_media_type("send text/calendar"));
    }
    let body = body.map_err(|_| Problem::too_large())?;
    let mut scope = owner.scope().await?;
    let file = ics::read(&body, &scope.zone, scope.now)
        .map_err(|bad| Problem::bad_request(bad.to_string()))?;
    let mut done = import::keep(&mut scope, file)
        .await
        .map_err(things::refused)?;
    let receipts = std::mem::take(&mut done.receipts);
    things::keep(scope, ("calendar", "import_events"), &receipts).await?;
    Ok(axum::Json(Imported {
        added: done.added,
        changed: done.changed,
        unchanged: done.unchanged,
        refused: done.refused,
        alarms_ignored: done.alarms,
    }))
}
