//! `POST /api/v1/auth/mfa/verify`: a code is shown, to finish a login or to make a factor count.

use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{MethodName, enroller, short, wrong};
use crate::{
    accounts::second::{self, Login},
    error::Problem,
    http::{
        Http,
        auth::{Tokens, body},
        caller::{Caller, accounts},
        client::Client,
    },
};

/// A code. With `mfa_token` it finishes a login; without, and with a bearer token, it makes the factor count that was set up.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    /// What the login gave out.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub mfa_token: Option<SecretString>,
    pub method: MethodName,
    #[schema(value_type = String, example = "123456")]
    pub code: SecretString,
}

/// The factor counts from now on. The recovery codes are shown this once; there are none with a further factor.
#[derive(Serialize, ToSchema)]
pub struct Counts {
    #[schema(example = json!(["k7m2-9xqd-4tzn-w0r5"]))]
    pub recovery_codes: Vec<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub enum Verified {
    Login(Tokens),
    Enrolled(Counts),
}

/// Finishes a login, or makes a factor count.
#[utoipa::path(post, path = "/api/v1/auth/mfa/verify", tag = "auth", request_body = Shown, security((), ("bearer" = [])),
    responses((status = 200, body = Verified), (status = 400, body = Problem), (status = 401, body = Problem),
              (status = 403, body = Problem), (status = 415, body = Problem), (status = 503, body = Problem)))]
pub async fn verify(
    State(http): State<Http>,
    client: Client,
    caller: Result<Caller, Problem>,
    asked: Result<Json<Shown>, JsonRejection>,
) -> Result<Json<Verified>, Problem> {
    let shown = body(asked)?;
    let code = short(&shown.code).ok_or_else(wrong)?;
    let Some(token) = &shown.mfa_token else {
        return enrol(&caller?, shown.method, code).await;
    };
    let login = Login {
        token: short(token).ok_or_else(wrong)?,
        method: shown.method.into(),
        code,
        device: &client.device,
        address: client.address,
    };
    let pair = second::complete(&*accounts(&http)?, login).await?;
    Ok(Json(Verified::Login(pair.into())))
}

async fn enrol(caller: &Caller, method: MethodName, code: &str) -> Result<Json<Verified>, Problem> {
    caller.fresh()?;
    let who = enroller(caller)?;
    let enrolled = second::activate(&caller.accounts, who, method.into(), code).await?;
    caller.accounts.announce(who.user).await;
    let shown = enrolled.recovery_codes.iter();
    Ok(Json(Verified::Enrolled(Counts {
        recovery_codes: shown.map(|code| code.expose_secret().to_owned()).collect(),
    })))
}
