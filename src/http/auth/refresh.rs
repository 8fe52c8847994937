//! `POST /api/v1/auth/refresh`: the next pair of tokens of a session.

use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
    http::StatusCode,
};

use super::{RefreshToken, Tokens, body};
use crate::{
    accounts::sessions::{self, NotRenewed},
    error::Problem,
    http::{Http, caller::accounts, client::Client},
};

/// Gives out the next pair for a refresh token, which is then used up.
///
/// A token that comes a second time ends its session: one of the two who have it should not.
#[utoipa::path(post, path = "/api/v1/auth/refresh", tag = "auth", request_body = RefreshToken, security(()),
    responses((status = 200, body = Tokens), (status = 400, body = Problem), (status = 401, body = Problem),
              (status = 415, body = Problem), (status = 503, body = Problem)))]
pub async fn refresh(
    State(http): State<Http>,
    client: Client,
    asked: Result<Json<RefreshToken>, JsonRejection>,
) -> Result<Json<Tokens>, Problem> {
    let accounts = accounts(&http)?;
    let asked = body(asked)?;
    let secret = asked.secret().ok_or_else(not_good)?;
    match sessions::refresh(&accounts, secret, &client.address.to_string()).await {
        Ok(pair) => Ok(Json(pair.into())),
        Err(NotRenewed::Bad | NotRenewed::Reused) => Err(not_good()),
        Err(NotRenewed::Database(error)) => Err(error.into()),
    }
}

/// The same for one that never was, is over, was used, or whose session has ended.
fn not_good() -> Problem {
    let problem = Problem::new(
        StatusCode::UNAUTHORIZED,
        "/problems/refresh-token",
        "The refresh token is not good",
    );
    problem.with("Log in again: POST /api/v1/auth/login")
}
