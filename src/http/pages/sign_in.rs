//! Showing who one is, on a page: the password first, then a code where there is a second factor. It opens no session.

use axum::{http::StatusCode, response::Response};
use secrecy::{ExposeSecret, SecretString};

use super::{
    form::{self, Fields},
    frame,
};
use crate::{
    accounts::{
        Accounts,
        second::{self, Half, NotHalf, NotShown, Person},
    },
    domain::UserId,
    error::Problem,
    http::client::Client,
};

/// How far somebody is.
pub enum Step {
    /// The second step is to be shown, with this note above it.
    Second { half: Half, note: String },
    /// They have shown what is needed.
    Shown(Person),
}

/// What is answered in place of a step.
pub enum Stopped {
    /// The first step again: it was not right.
    Wrong,
    Page(Response),
}

impl From<Problem> for Stopped {
    fn from(problem: Problem) -> Self {
        Self::Page(frame::problem(&problem))
    }
}

impl From<sqlx::Error> for Stopped {
    fn from(error: sqlx::Error) -> Self {
        Problem::from(error).into()
    }
}

/// Takes the step that the form is at. `user`: whose password it must be.
pub async fn step(
    accounts: &Accounts,
    client: &Client,
    user: Option<UserId>,
    fields: &Fields,
) -> Result<Step, Stopped> {
    let Some(pending) = fields.pending() else {
        let password = fields.password.clone().unwrap_or_default();
        let half = first(accounts, client, user, &password).await?;
        return Ok(Step::Second {
            half,
            note: String::new(),
        });
    };
    if fields.pressed == "text" {
        let note = match second::challenge(accounts, pending, client.address).await {
            Ok(_) => "<p>A code is on its way.</p>".to_owned(),
            Err(NotShown::Wrong) => return Err(Stopped::Wrong),
            Err(NotShown::Database(error)) => return Err(error.into()),
        };
        return second(accounts, pending, note).await;
    }
    match second::person(accounts, pending, &fields.code, client.address).await {
        Ok(person) if user.is_none_or(|user| user == person.user) => Ok(Step::Shown(person)),
        Ok(_) => Err(Stopped::Wrong),
        Err(NotShown::Wrong) => {
            second(accounts, pending, form::wrong("The code is not right.")).await
        }
        Err(NotShown::Database(error)) => Err(error.into()),
    }
}

async fn first(
    accounts: &Accounts,
    client: &Client,
    user: Option<UserId>,
    password: &SecretString,
) -> Result<Half, Stopped> {
    let from = (client.address, client.device.as_str());
    match second::by_password(accounts, user, password, from).await {
        Ok(half) => Ok(half),
        Err(NotHalf::Wrong) => Err(Stopped::Wrong),
        Err(NotHalf::MustEnrol) => Err(Problem::forbidden(
            "Your role asks for a second factor: set one up first (POST /api/v1/auth/mfa/setup)",
        )
        .into()),
        Err(NotHalf::Busy(busy)) => Err(Problem::from(busy).into()),
        Err(NotHalf::Database(error)) => Err(error.into()),
    }
}

/// The second step once more, with the same pending login.
pub async fn second(accounts: &Accounts, pending: &str, note: String) -> Result<Step, Stopped> {
    let methods = second::waits_for(accounts, pending).await?;
    let methods = methods.ok_or(Stopped::Wrong)?;
    let token = SecretString::from(pending);
    Ok(Step::Second {
        half: Half { token, methods },
        note,
    })
}

/// The fields of the first step.
pub fn ask_password() -> String {
    form::field(
        "password",
        "Your password",
        "type=\"password\" autocomplete=\"current-password\" required maxlength=\"1024\"",
    ) + &form::button("Go on")
}

/// The fields of the second step around `extras`, with the button `label`.
pub fn ask_second(half: &Half, extras: &str, label: &str) -> String {
    let mut inner = form::hidden("pending", half.token.expose_secret());
    if !half.methods.is_empty() {
        let label = match half.methods.contains(&"totp") {
            true => "The code of your authenticator app, or a recovery code",
            false => "The code that was texted, or a recovery code",
        };
        inner.push_str(&form::field("code", label, form::CODE));
    }
    inner.push_str(extras);
    inner.push_str(&form::button(label));
    if half.methods.contains(&"sms") {
        inner.push_str(&form::other_button("text", "Text me a code"));
    }
    inner
}

/// The first step again, after something that was not right.
pub const NOT_RIGHT: &str = "That was not right, or was tried too often.";

pub const STATUS_OF_WRONG: StatusCode = StatusCode::FORBIDDEN;
