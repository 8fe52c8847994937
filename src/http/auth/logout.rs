//! `POST /api/v1/auth/logout`: the end of a session.

use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
    http::StatusCode,
};

use super::{RefreshToken, body};
use crate::{
    accounts::sessions,
    error::Problem,
    http::{Http, caller::accounts, client::Client},
};

/// Ends the session of a refresh token; its access tokens are refused from now on, everywhere.
///
/// The answer is the same for a token that is over or never was: nothing is open behind it.
#[utoipa::path(post, path = "/api/v1/auth/logout", tag = "auth", request_body = RefreshToken, security(()),
    responses((status = 204), (status = 400, body = Problem), (status = 415, body = Problem), (status = 503, body = Problem)))]
pub async fn logout(
    State(http): State<Http>,
    client: Client,
    asked: Result<Json<RefreshToken>, JsonRejection>,
) -> Result<StatusCode, Problem> {
    let accounts = accounts(&http)?;
    let asked = body(asked)?;
    if let Some(secret) = asked.secret() {
        sessions::logout(&accounts, secret, &client.address.to_string()).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
