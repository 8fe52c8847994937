//! `POST /api/v1/auth/mfa/challenge`: texts a code for the second step of a login, or to be shown again.

use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
};
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{CodeSent, MethodName, enroller, short, wrong};
use crate::{
    accounts::second,
    error::Problem,
    http::{
        Http,
        auth::body,
        caller::{Caller, accounts},
        client::Client,
    },
};

/// Where the code is wanted for. Without `mfa_token`, and with a bearer token, it is one for re-authenticating.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Challenge {
    /// What the login gave out.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub mfa_token: Option<SecretString>,
    /// `sms`: the others need no sending.
    pub method: MethodName,
}

/// Texts a code to the number of the caller's second factor. An older code is void; its wrong tries count on.
#[utoipa::path(post, path = "/api/v1/auth/mfa/challenge", tag = "auth", request_body = Challenge, security((), ("bearer" = [])),
    responses((status = 200, body = CodeSent), (status = 400, body = Problem), (status = 401, body = Problem),
              (status = 403, body = Problem), (status = 409, body = Problem), (status = 415, body = Problem),
              (status = 503, body = Problem)))]
pub async fn challenge(
    State(http): State<Http>,
    client: Client,
    caller: Result<Caller, Problem>,
    asked: Result<Json<Challenge>, JsonRejection>,
) -> Result<Json<CodeSent>, Problem> {
    let asked = body(asked)?;
    if asked.method != MethodName::Sms {
        return Err(Problem::bad_request(
            "method: sms; the others need no sending",
        ));
    }
    let sent = match &asked.mfa_token {
        Some(token) => {
            let token = short(token).ok_or_else(wrong)?;
            second::challenge(&*accounts(&http)?, token, client.address).await?
        }
        None => {
            let caller = caller?;
            let who = enroller(&caller)?;
            second::challenge_again(&caller.accounts, who).await?
        }
    };
    http.outbox_bell.notify_one();
    let sent = sent.ok_or_else(|| Problem::conflict("Codes by text are not set up"))?;
    Ok(Json(sent.into()))
}
