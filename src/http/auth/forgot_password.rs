//! `POST /api/v1/auth/forgot-password`

use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
    http::StatusCode,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Told, body, email};
use crate::{
    accounts::reset,
    error::Problem,
    http::{Http, caller::accounts},
};

/// Whose password was forgotten.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForgotPassword {
    #[schema(example = "ana@example.org", max_length = 254)]
    email: String,
}

/// Asks for a link to choose a new password. The answer is the same whether or not the address is known.
#[utoipa::path(post, path = "/api/v1/auth/forgot-password", tag = "auth", request_body = ForgotPassword, security(()),
    responses((status = 202, body = Told), (status = 400, body = Problem), (status = 415, body = Problem), (status = 503, body = Problem)))]
pub async fn forgot(
    State(http): State<Http>,
    asked: Result<Json<ForgotPassword>, JsonRejection>,
) -> Result<(StatusCode, Json<Told>), Problem> {
    let asked = body(asked)?;
    let accounts = accounts(&http)?;
    reset::ask(&accounts, &email(&asked.email)?).await?;
    let message = "If there is an account with this address, a link is on its way.";
    Ok((StatusCode::ACCEPTED, Json(Told { message })))
}
