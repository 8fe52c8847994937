//! `POST /api/v1/auth/login`

use std::time::Duration;

use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
    http::StatusCode,
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use utoipa::ToSchema;

use super::{Tokens, body, shown};
use crate::{
    accounts::login::{self, Entered, Shown},
    error::Problem,
    http::{Http, caller::accounts, client::Client},
};

/// A refusal comes at a whole multiple of this after the request: what little the reasons differ in does not show.
const STEP: Duration = Duration::from_millis(100);

/// Who wants to get in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// The address, or a verified number of whoever has no address.
    #[schema(example = "ana@example.org", max_length = 254)]
    email: String,
    #[schema(value_type = String, format = Password, example = "a small boat on the wide lake")]
    password: SecretString,
}

/// The password was right; a second factor is still to be shown.
#[derive(Serialize, ToSchema)]
pub struct MfaRequired {
    pub mfa_required: bool,
    /// For `POST /api/v1/auth/mfa/verify`; ten minutes.
    pub mfa_token: String,
    #[schema(example = json!(["totp", "recovery_code"]))]
    pub methods: Vec<&'static str>,
}

#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub enum LoggedIn {
    In(Tokens),
    Half(MfaRequired),
}

/// Logs in. Why somebody may not is not said.
#[utoipa::path(post, path = "/api/v1/auth/login", tag = "auth", request_body = Login, security(()),
    responses((status = 200, body = LoggedIn), (status = 400, body = Problem), (status = 401, body = Problem),
              (status = 415, body = Problem), (status = 429, body = Problem), (status = 503, body = Problem)))]
pub async fn login(
    State(http): State<Http>,
    client: Client,
    asked: Result<Json<Login>, JsonRejection>,
) -> Result<Json<LoggedIn>, Problem> {
    let began = Instant::now();
    let asked = body(asked)?;
    let accounts = accounts(&http)?;
    let shown = Shown {
        name: &asked.email,
        password: shown(&asked.password)?,
        device: &client.device,
        address: client.address,
    };
    match login::login(&accounts, &shown).await? {
        Some(Entered::In(pair)) => Ok(Json(LoggedIn::In(pair.into()))),
        Some(Entered::Half { token, methods }) => Ok(Json(LoggedIn::Half(MfaRequired {
            mfa_required: true,
            mfa_token: token.expose_secret().to_owned(),
            methods,
        }))),
        None => {
            tokio::time::sleep_until(began + step(began.elapsed())).await;
            Err(refused())
        }
    }
}

fn step(elapsed: Duration) -> Duration {
    let steps = elapsed.as_nanos() / STEP.as_nanos() + 1;
    STEP * u32::try_from(steps).unwrap_or(u32::MAX)
}

fn refused() -> Problem {
    let problem = Problem::new(
        StatusCode::UNAUTHORIZED,
        "/problems/login",
        "That did not log you in",
    );
    problem.with(
        "The address or the password is not right, the address is not confirmed yet, or there were too many tries",
    )
}
