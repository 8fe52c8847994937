//! The routes under `/api/v1/auth`, one file each. What is asked with an e-mail address alone is answered the same, in the same
//! time, whether or not the address is known.

pub mod forgot_password;
pub mod login;
pub mod logout;
pub mod mfa;
pub mod reauthenticate;
pub mod refresh;
pub mod register;
pub mod reset_password;
pub mod unlock;
pub mod verify_email;

use axum::{Json, extract::rejection::JsonRejection};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    accounts::{password::MOST_BYTES, sessions::Pair},
    domain::EmailAddress,
    error::Problem,
};

/// What a login is given: shown once, kept nowhere in clear.
#[derive(Serialize, ToSchema)]
pub struct Tokens {
    /// A JWT; send it as `Authorization: Bearer …`.
    pub access_token: String,
    /// Good once, for the next pair.
    pub refresh_token: String,
    #[schema(example = "Bearer")]
    pub token_type: &'static str,
    /// Seconds until the access token is over.
    #[schema(example = 900)]
    pub expires_in: i64,
}

impl From<Pair> for Tokens {
    fn from(pair: Pair) -> Self {
        Self {
            access_token: pair.access_token.expose_secret().to_owned(),
            refresh_token: pair.refresh_token.expose_secret().to_owned(),
            token_type: "Bearer",
            expires_in: pair.expires_in,
        }
    }
}

/// A refresh token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshToken {
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    pub refresh_token: secrecy::SecretString,
}

impl RefreshToken {
    /// The secret; one that is longer than any of ours is not looked up.
    pub fn secret(&self) -> Option<&str> {
        let secret = self.refresh_token.expose_secret();
        (1..=200).contains(&secret.len()).then_some(secret)
    }
}

/// The body of a request, or 415 or 400 that repeats nothing of it: it may hold secrets.
pub fn body<T>(body: Result<Json<T>, JsonRejection>) -> Result<T, Problem> {
    match body {
        Ok(Json(body)) => Ok(body),
        Err(JsonRejection::MissingJsonContentType(_)) => Err(Problem::unsupported_media_type(
            "Send Content-Type: application/json",
        )),
        Err(rejection) => Err(problem(&rejection)),
    }
}

fn problem(rejection: &JsonRejection) -> Problem {
    match rejection.status().as_u16() {
        413 => Problem::new(
            axum::http::StatusCode::PAYLOAD_TOO_LARGE,
            "/problems/too-large",
            "The request is too large",
        ),
        408 => Problem::new(
            axum::http::StatusCode::REQUEST_TIMEOUT,
            "/problems/slow",
            "The request came too slowly",
        ),
        _ => Problem::bad_request("The body is not the JSON that this route expects"),
    }
}

/// What was done, in a sentence.
#[derive(Debug, Serialize, ToSchema)]
pub struct Told {
    pub message: &'static str,
}

/// An address, checked.
pub fn email(text: &str) -> Result<EmailAddress, Problem> {
    EmailAddress::parse(text).map_err(|error| Problem::bad_request(error.to_string()))
}

/// A password that is shown, not chosen: one that is too long to be any is refused before it is hashed.
pub fn shown(password: &SecretString) -> Result<&SecretString, Problem> {
    match password.expose_secret().len() {
        0..=MOST_BYTES => Ok(password),
        _ => Err(Problem::bad_request(format!(
            "password: at most {MOST_BYTES} bytes"
        ))),
    }
}
