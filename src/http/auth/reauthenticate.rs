//! `POST /api/v1/auth/re-authenticate`: the password (and the second factor) shown again, before a dangerous act.

use axum::{Json, extract::rejection::JsonRejection, http::StatusCode};
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Tokens, body};
use crate::{
    accounts::sessions::{self, Again, NotAgain},
    error::Problem,
    http::caller::Caller,
};

/// What is shown again.
#[derive(Deserialize, ToSchema)]
#[schema(as = ShownAgain)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    #[schema(value_type = String)]
    pub password: SecretString,
    /// Of the authenticator app, by text, or a recovery code; needed for dangerous acts by whoever has a second factor.
    #[schema(value_type = Option<String>)]
    pub code: Option<SecretString>,
}

/// Makes the caller's login fresh for ten minutes and gives out new tokens; the old ones are refused from now on.
#[utoipa::path(post, path = "/api/v1/auth/re-authenticate", tag = "auth", request_body = Shown,
    responses((status = 200, body = Tokens), (status = 400, body = Problem), (status = 401, body = Problem),
              (status = 403, body = Problem), (status = 415, body = Problem), (status = 503, body = Problem)))]
pub async fn reauthenticate(
    caller: Caller,
    asked: Result<Json<Shown>, JsonRejection>,
) -> Result<Json<Tokens>, Problem> {
    let shown = body(asked)?;
    let session = caller.standing.session.ok_or_else(no_session)?;
    let again = Again {
        user: caller.standing.user,
        session,
        password: &shown.password,
        code: shown.code.as_ref(),
        device: &caller.client.device,
        address: caller.client.address,
    };
    match sessions::again(&caller.accounts, again).await {
        Ok(pair) => Ok(Json(pair.into())),
        Err(NotAgain::Wrong) => Err(wrong()),
        Err(NotAgain::Ended) => Err(Problem::unauthorized()),
        Err(NotAgain::Busy) => Err(Problem::unavailable()),
        Err(NotAgain::Database(error)) => Err(error.into()),
    }
}

/// The same for a wrong password, a wrong code, and too many of either.
fn wrong() -> Problem {
    let problem = Problem::new(
        StatusCode::FORBIDDEN,
        "/problems/credentials",
        "That was not right",
    );
    problem.with("The password or the code is wrong, or it was tried too often")
}

fn no_session() -> Problem {
    Problem::forbidden("A printed token has no login to renew: POST /api/v1/auth/login")
}
