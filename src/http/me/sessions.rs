//! `/api/v1/me/sessions`: where somebody is logged in, and ending that.

use axum::{
    Json,
    extract::{
        Path, Query,
        rejection::{PathRejection, QueryRejection},
    },
    http::StatusCode,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::http::caller::Caller;
use crate::{
    accounts::{
        audit::{self, Event},
        sessions,
    },
    error::Problem,
};

/// One place where somebody is logged in.
#[derive(Serialize, ToSchema)]
pub struct Session {
    pub id: Uuid,
    /// Whether it is the one that asks.
    pub is_current: bool,
    /// What the client called itself when it logged in.
    pub device: String,
    /// From where it logged in.
    pub address: String,
    pub created_at: Timestamp,
    /// To the minute.
    pub last_seen_at: Timestamp,
    pub last_address: String,
    pub expires_at: Timestamp,
    /// Whether a second factor was shown.
    pub has_mfa: bool,
}

/// A page of sessions.
#[derive(Serialize, ToSchema)]
pub struct Sessions {
    pub items: Vec<Session>,
    pub next_cursor: Option<Uuid>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct SessionsQuery {
    /// How many, 1 to 100; 50 if not given.
    limit: Option<u8>,
    /// `next_cursor` of the page before.
    cursor: Option<Uuid>,
}

/// How many sessions were ended.
#[derive(Serialize, ToSchema)]
pub struct Ended {
    pub ended: u64,
}

/// Lists where you are logged in, newest first.
#[utoipa::path(get, path = "/api/v1/me/sessions", tag = "account", params(SessionsQuery),
    responses((status = 200, body = Sessions), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn list(
    caller: Caller,
    query: Result<Query<SessionsQuery>, QueryRejection>,
) -> Result<Json<Sessions>, Problem> {
    let Query(query) = query.map_err(|e| Problem::bad_request(e.body_text()))?;
    let most = i64::from(query.limit.unwrap_or(50));
    if !(1..=100).contains(&most) {
        return Err(Problem::bad_request("limit: expected 1 to 100"));
    }
    let now = caller.accounts.clock.now();
    let mut tx = caller.begin().await?;
    let mut found = sessions::list(&mut tx, now, query.cursor, most + 1).await?;
    tx.commit().await?;
    let has_more = found.len() as i64 > most;
    found.truncate(most as usize);
    let next_cursor = has_more.then(|| found.last().map(|last| last.id)).flatten();
    let items = found.into_iter().map(|session| Session {
        id: session.id,
        is_current: caller.standing.session == Some(session.id),
        device: session.device,
        address: session.address,
        created_at: session.created_at,
        last_seen_at: session.last_seen_at,
        last_address: session.last_address,
        expires_at: session.expires_at,
        has_mfa: session.has_mfa,
    });
    Ok(Json(Sessions {
        items: items.collect(),
        next_cursor,
    }))
}

/// Ends every other login of yours; this one stays.
#[utoipa::path(delete, path = "/api/v1/me/sessions", tag = "account",
    responses((status = 200, body = Ended), (status = 401, body = Problem)))]
pub async fn end_others(caller: Caller) -> Result<Json<Ended>, Problem> {
    let user = caller.standing.user;
    let mut tx = caller.begin().await?;
    let except = caller.standing.session;
    let ended =
        sessions::revoke_all(&caller.accounts, &mut tx, except, "ended by the user").await?;
    let event = Event::own(user, "session.others_ended", &caller.address());
    let event = event.detail(serde_json::json!({ "ended": ended }));
    audit::append(&mut tx, caller.accounts.clock.now(), &event).await?;
    tx.commit().await?;
    caller.accounts.announce(user).await;
    Ok(Json(Ended { ended }))
}

/// Ends one login of yours.
#[utoipa::path(delete, path = "/api/v1/me/sessions/{id}", tag = "account", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn end(
    caller: Caller,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<StatusCode, Problem> {
    // whatever is no id of an open session of this user is the same: not there
    let Path(id) = id.map_err(|_| Problem::not_found())?;
    let user = caller.standing.user;
    let mut tx = caller.begin().await?;
    if !sessions::revoke(&caller.accounts, &mut tx, id, "ended by the user").await? {
        return Err(Problem::not_found());
    }
    let event = Event::own(user, "session.ended", &caller.address()).target(id);
    audit::append(&mut tx, caller.accounts.clock.now(), &event).await?;
    tx.commit().await?;
    caller.accounts.announce(user).await;
    Ok(StatusCode::NO_CONTENT)
}
