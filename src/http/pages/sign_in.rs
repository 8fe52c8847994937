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
    Second { half: Half, note: Note },
    /// They have shown what is needed.
    Shown(Person),
}

/// What stands above a step, and the status that goes with it.
pub struct Note {
    pub html: String,
    pub status: StatusCode,
}

impl Note {
    fn says(html: &str) -> Self {
        Self {
            html: html.to_owned(),
            status: StatusCode::OK,
        }
    }

    /// The code was wrong, or was used before.
    pub fn not_right() -> Self {
        Self::wrong(STATUS_OF_WRONG, "The code is not right.")
    }

    /// Something was not right.
    pub fn wrong(status: StatusCode, why: &str) -> Self {
        Self {
            html: form::wrong(why),
            status,
        }
    }
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
            note: Note::says(""),
        });
    };
    if fields.pressed == "text" {
        let note = match second::challenge(accounts, pending, client.address).await {
            Ok(_) => Note::says("<p>A code is on its way.</p>"),
            Err(NotShown::Wrong) => return Err(Stopped::Wrong),
            Err(NotShown::Database(error)) => return Err(error.into()),
        };
        return second(accounts, pending, note).await;
    }
    match second::person(accounts, pending, &fields.code, client.address).await {
        Ok(person) if user.is_none_or(|user| user == person.user) => Ok(Step::Shown(person)),
        Ok(_) => Err(Stopped::Wrong),
        Err(NotShown::Wrong) => second(accounts, pending, Note::not_right()).await,
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
pub async fn second(accounts: &Accounts, pending: &str, note: Note) -> Result<Step, Stopped> {
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
        inner.push_str(&form::field("code", &code_label(&half.methods), form::CODE));
    }
    inner.push_str(extras);
    inner.push_str(&form::button(label));
    if half.methods.contains(&"sms") {
        inner.push_str(&form::other_button("text", "Text me a code"));
    }
    inner
}

/// Which codes do: those that there are.
fn code_label(methods: &[&str]) -> String {
    let words = [
        ("totp", "the code of your authenticator app"),
        ("sms", "a code that I text you"),
        ("recovery_code", "a recovery code"),
    ];
    let words = words.iter().filter(|(name, _)| methods.contains(name));
    let words: Vec<&str> = words.map(|(_, words)| *words).collect();
    let label = words.join(", or ");
    label[..1].to_uppercase() + &label[1..]
}

/// The first step again, after something that was not right.
pub const NOT_RIGHT: &str = "That was not right, or was tried too often.";

pub const STATUS_OF_WRONG: StatusCode = StatusCode::FORBIDDEN;
