//! Opening an account, getting in, and getting in again without the password. One endpoint a file. What is asked with an e-mail
//! address alone is answered the same, in the same time, whether or not the address is known.

pub mod forgot_password;
pub mod register;
pub mod reset_password;
pub mod verify_email;

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use utoipa::ToSchema;

use super::Http;
use crate::{
    accounts::{Accounts, password::MOST_BYTES},
    domain::EmailAddress,
    error::Problem,
};

/// What was done, in a sentence.
#[derive(Debug, Serialize, ToSchema)]
pub struct Told {
    pub message: &'static str,
}

/// The accounts of this daemon; 503 while `auth.jwt_secret` is not set.
pub fn accounts(http: &Http) -> Result<&Arc<Accounts>, Problem> {
    http.accounts.as_ref().ok_or_else(|| {
        Problem::unavailable()
            .with("auth.jwt_secret is not set on this server: nobody can log in over REST")
    })
}

/// An address, checked.
fn email(text: &str) -> Result<EmailAddress, Problem> {
    EmailAddress::parse(text).map_err(|error| Problem::bad_request(error.to_string()))
}

/// A password that is shown, not chosen: too long to be one is said before it is hashed.
fn shown(password: &SecretString) -> Result<(), Problem> {
    if password.expose_secret().len() > MOST_BYTES {
        return Err(Problem::bad_request(format!(
            "password: at most {MOST_BYTES} bytes"
        )));
    }
    Ok(())
}
