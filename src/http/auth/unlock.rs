//! `POST /api/v1/auth/unlock`: opens an account that wrong guesses locked, by the link that was mailed.

use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
    http::StatusCode,
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use utoipa::ToSchema;

use super::body;
use crate::{
    accounts::guess,
    error::Problem,
    http::{Http, caller::accounts, client::Client},
};

/// What stands in the link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Unlock {
    #[schema(value_type = String)]
    pub token: SecretString,
}

/// Opens the account; the address from which this is asked counts its guesses by itself from now on.
#[utoipa::path(post, path = "/api/v1/auth/unlock", tag = "auth", request_body = Unlock, security(()),
    responses((status = 204), (status = 400, body = Problem), (status = 415, body = Problem), (status = 503, body = Problem)))]
pub async fn unlock(
    State(http): State<Http>,
    client: Client,
    asked: Result<Json<Unlock>, JsonRejection>,
) -> Result<StatusCode, Problem> {
    let asked = body(asked)?;
    let secret = asked.token.expose_secret();
    let is_ours = (1..=200).contains(&secret.len());
    if !is_ours || !guess::redeem(&*accounts(&http)?, secret, client.address).await? {
        let problem = Problem::new(
            StatusCode::BAD_REQUEST,
            "/problems/link",
            "The link is not good",
        );
        return Err(problem.with("It was used, is too old, or a newer one took its place"));
    }
    Ok(StatusCode::NO_CONTENT)
}
