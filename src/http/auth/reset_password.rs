//! `POST /api/v1/auth/reset-password`

use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Told, body};
use crate::{
    accounts::reset,
    error::Problem,
    http::{Http, caller::accounts, client::Client},
};

/// A new password, by the link of the mail.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetPassword {
    #[schema(value_type = String)]
    token: SecretString,
    /// 15 characters or more, 8 with a second factor; 1024 bytes at most.
    #[schema(value_type = String, format = Password, example = "a small boat on the wide lake")]
    password: SecretString,
}

/// Sets a new password and ends every session. A second factor is asked for at the next login as ever.
#[utoipa::path(post, path = "/api/v1/auth/reset-password", tag = "auth", request_body = ResetPassword, security(()),
    responses((status = 200, body = Told), (status = 400, body = Problem), (status = 415, body = Problem), (status = 503, body = Problem)))]
pub async fn reset(
    State(http): State<Http>,
    client: Client,
    asked: Result<Json<ResetPassword>, JsonRejection>,
) -> Result<Json<Told>, Problem> {
    let asked = body(asked)?;
    let accounts = accounts(&http)?;
    let token = asked.token.expose_secret();
    reset::reset(&accounts, token, &asked.password, client.address).await?;
    Ok(Json(Told {
        message: "The password is changed, and everyone is logged out: log in with it.",
    }))
}
