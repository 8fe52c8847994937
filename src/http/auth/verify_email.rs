//! `POST /api/v1/auth/verify-email`

use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Told, body};
use crate::{
    accounts::{change, not_done::NotDone, register},
    error::Problem,
    http::{Http, caller::accounts, client::Client},
};

/// What stands in the link of the mail.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyEmail {
    #[schema(value_type = String)]
    token: SecretString,
}

/// Proves an address by the link that was mailed to it: that of a new account, or the new one of an account.
#[utoipa::path(post, path = "/api/v1/auth/verify-email", tag = "auth", request_body = VerifyEmail, security(()),
    responses((status = 200, body = Told), (status = 400, body = Problem), (status = 415, body = Problem), (status = 503, body = Problem)))]
pub async fn verify(
    State(http): State<Http>,
    client: Client,
    asked: Result<Json<VerifyEmail>, JsonRejection>,
) -> Result<Json<Told>, Problem> {
    let asked = body(asked)?;
    let accounts = accounts(&http)?;
    let (token, address) = (asked.token.expose_secret(), client.address.to_string());
    match register::verify(&accounts, token, &address).await {
        Ok(_) => Ok(Json(Told {
            message: "The address is confirmed: you can log in.",
        })),
        Err(NotDone::Link) => {
            change::email(&accounts, token, &address).await?;
            Ok(Json(Told {
                message: "The new address is confirmed.",
            }))
        }
        Err(error) => Err(error.into()),
    }
}
