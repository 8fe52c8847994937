//! `POST /api/v1/me/email`: another address.

use axum::{Json, extract::rejection::JsonRejection, http::StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::{
    auth::{Told, body, email},
    caller::Caller,
};
use crate::{
    accounts::change::{self, Who},
    error::Problem,
};

/// The new address.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeEmail {
    #[schema(example = "ana@example.org", max_length = 254)]
    email: String,
}

/// Asks for another address. It counts once the link that is mailed to it was followed (`POST /api/v1/auth/verify-email`); the old
/// one is told then. Needs a fresh login.
#[utoipa::path(post, path = "/api/v1/me/email", tag = "account", request_body = ChangeEmail,
    responses((status = 202, body = Told), (status = 400, body = Problem), (status = 401, body = Problem),
              (status = 403, body = Problem), (status = 415, body = Problem), (status = 503, body = Problem)))]
pub async fn change(
    caller: Caller,
    asked: Result<Json<ChangeEmail>, JsonRejection>,
) -> Result<(StatusCode, Json<Told>), Problem> {
    caller.fresh()?;
    let email = email(&body(asked)?.email)?;
    let who = Who {
        user: caller.standing.user,
        session: caller.standing.session,
        address: caller.client.address,
    };
    change::ask_email(&caller.accounts, &who, &email).await?;
    let message = "If this address can be used, a link to confirm it is on its way.";
    Ok((StatusCode::ACCEPTED, Json(Told { message })))
}
