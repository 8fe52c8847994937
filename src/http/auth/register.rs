//! `POST /api/v1/auth/register`

use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
    http::StatusCode,
};
use jiff::tz::TimeZone;
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Told, body, email};
use crate::{
    accounts::register::{self, Wish},
    domain::PhoneNumber,
    error::Problem,
    http::{Http, caller::accounts},
};

/// An account that is wanted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Register {
    #[schema(example = "ana@example.org", max_length = 254)]
    email: String,
    /// 15 characters or more, 1024 bytes at most; nothing that is tried first.
    #[schema(value_type = String, format = Password, example = "a small boat on the wide lake")]
    password: SecretString,
    /// At most 200 characters.
    #[serde(default)]
    #[schema(max_length = 200)]
    name: Option<String>,
    /// Works once it is verified.
    #[serde(default)]
    #[schema(example = "+15550100002")]
    phone: Option<String>,
    /// An IANA zone; UTC unless given.
    #[serde(default)]
    #[schema(example = "America/New_York")]
    time_zone: Option<String>,
}

/// Asks for an account. The answer is the same whether or not the address is known; what comes of it stands in a mail.
#[utoipa::path(post, path = "/api/v1/auth/register", tag = "auth", request_body = Register, security(()),
    responses((status = 202, body = Told), (status = 400, body = Problem), (status = 415, body = Problem), (status = 503, body = Problem)))]
pub async fn register(
    State(http): State<Http>,
    asked: Result<Json<Register>, JsonRejection>,
) -> Result<(StatusCode, Json<Told>), Problem> {
    let asked = body(asked)?;
    let accounts = accounts(&http)?;
    register::ask(&accounts, asked.checked()?).await?;
    let message = "If this address can be registered, a link to confirm it is on its way.";
    Ok((StatusCode::ACCEPTED, Json(Told { message })))
}

impl Register {
    fn checked(self) -> Result<Wish, Problem> {
        let name = self.name.filter(|name| !name.is_empty());
        let is_name =
            |name: &String| name.chars().count() <= 200 && !name.chars().any(char::is_control);
        if !name.iter().all(is_name) {
            return Err(Problem::bad_request(
                "name: at most 200 characters, and no control characters",
            ));
        }
        let phone = self.phone.map(|phone| PhoneNumber::parse(&phone));
        let phone = phone.transpose().map_err(|_| {
            Problem::bad_request(
                "phone: expected a number with + and the country code, like +15550100002",
            )
        })?;
        let time_zone = self.time_zone.unwrap_or_else(|| "UTC".to_owned());
        if TimeZone::get(&time_zone).is_err() {
            return Err(Problem::bad_request(
                "time_zone: expected an IANA zone like America/New_York",
            ));
        }
        Ok(Wish {
            email: email(&self.email)?,
            password: self.password,
            name,
            phone,
            time_zone,
        })
    }
}
