//! The routes of second factors, one file each.

pub mod challenge;
pub mod list;
pub mod recovery_codes;
pub mod remove;
pub mod setup;
pub mod verify;

use axum::http::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    accounts::second::{Enroller, Method, NotShown},
    error::Problem,
    http::caller::Caller,
};

/// What can be shown as the second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MethodName {
    Totp,
    Sms,
    RecoveryCode,
}

impl From<MethodName> for Method {
    fn from(name: MethodName) -> Self {
        match name {
            MethodName::Totp => Self::Totp,
            MethodName::Sms => Self::Sms,
            MethodName::RecoveryCode => Self::RecoveryCode,
        }
    }
}

/// A code went out, or would have.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeSent {
    #[schema(example = "sms")]
    pub method: &'static str,
    /// The number's last digits.
    #[schema(example = "…02")]
    pub sent_to: String,
    /// Seconds for which the code is good.
    #[schema(example = 600)]
    pub expires_in: i64,
}

impl From<crate::accounts::codes::Sent> for CodeSent {
    fn from(sent: crate::accounts::codes::Sent) -> Self {
        Self {
            method: "sms",
            sent_to: sent.masked,
            expires_in: sent.expires_in,
        }
    }
}

/// The longest code or token that is looked at, in bytes. Ours have 43 at most.
const MOST_BYTES: usize = 200;

fn short(secret: &SecretString) -> Option<&str> {
    let secret = secret.expose_secret();
    (1..=MOST_BYTES).contains(&secret.len()).then_some(secret)
}

/// Who enrols: a login, not a token that the operator printed.
pub(in crate::http) fn enroller(caller: &Caller) -> Result<Enroller, Problem> {
    let session = caller
        .standing
        .session
        .ok_or_else(|| Problem::forbidden("A printed token cannot do this: log in"))?;
    Ok(Enroller {
        user: caller.standing.user,
        session,
        address: caller.client.address,
    })
}

/// The same for a code or token that is wrong, used or late, and for one guess too many.
fn wrong() -> Problem {
    let problem = Problem::new(
        StatusCode::UNAUTHORIZED,
        "/problems/credentials",
        "That was not right",
    );
    problem.with("The code is wrong, was used, came too late, or was tried too often")
}

impl From<NotShown> for Problem {
    fn from(error: NotShown) -> Self {
        match error {
            NotShown::Wrong => wrong(),
            NotShown::Database(error) => error.into(),
        }
    }
}
