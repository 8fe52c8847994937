//! Links that came by mail: an address is proved, a password chosen anew, an account opened again. The same functions as the
//! routes under `/api/v1/auth`.

use axum::{
    extract::{OriginalUri, State},
    http::{StatusCode, Uri},
    response::Response,
};

use super::{
    form::{self, Ours, Token},
    frame,
};
use crate::{
    accounts::{Accounts, change, guess, not_done::NotDone, register, reset},
    error::Problem,
    http::{Http, caller::accounts, client::Client},
};

/// What a link is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    VerifyEmail,
    ResetPassword,
    ChangeEmail,
    Unlock,
}

impl Kind {
    fn of(uri: &Uri) -> Self {
        match uri.path() {
            "/account/reset-password" => Self::ResetPassword,
            "/account/change-email" => Self::ChangeEmail,
            "/account/unlock" => Self::Unlock,
            _ => Self::VerifyEmail,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::VerifyEmail => "Confirm your e-mail address",
            Self::ResetPassword => "Choose a new password",
            Self::ChangeEmail => "Confirm your new e-mail address",
            Self::Unlock => "Open your account again",
        }
    }

    fn done(self) -> &'static str {
        match self {
            Self::VerifyEmail => "Your address is confirmed: you can log in.",
            Self::ResetPassword => "Your new password is set, and you are logged out everywhere.",
            Self::ChangeEmail => "Your new address is confirmed.",
            Self::Unlock => "Your account takes passwords again.",
        }
    }

    fn inner(self) -> String {
        match self {
            Self::ResetPassword => {
                form::field("new_password", "New password", form::NEW_PASSWORD)
                    + &form::button("Set the password")
            }
            Self::Unlock => form::button("Open it"),
            _ => form::button("Confirm"),
        }
    }
}

/// Shows the form. The link is not looked at: programs that open every link of a mail learn and change nothing.
pub async fn open(
    State(http): State<Http>,
    OriginalUri(uri): OriginalUri,
    token: Token,
) -> Response {
    let kind = Kind::of(&uri);
    match (accounts(&http), token.get()) {
        (Ok(accounts), Some(token)) => show(&accounts, kind, (&uri, token), None),
        (Err(problem), _) => frame::problem(&problem),
        _ => frame::gone(),
    }
}

fn show(
    accounts: &Accounts,
    kind: Kind,
    (uri, token): (&Uri, &str),
    why: Option<&str>,
) -> Response {
    let inner = form::form(accounts, uri.path(), token, &kind.inner());
    let (status, wrong) = match why {
        Some(why) => (StatusCode::BAD_REQUEST, form::wrong(why)),
        None => (StatusCode::OK, String::new()),
    };
    frame::page(status, kind.title(), &(wrong + &inner))
}

/// Follows the link.
pub async fn follow(
    State(http): State<Http>,
    OriginalUri(uri): OriginalUri,
    client: Client,
    Ours(fields): Ours,
) -> Response {
    let kind = Kind::of(&uri);
    let accounts = match accounts(&http) {
        Ok(accounts) => accounts,
        Err(problem) => return frame::problem(&problem),
    };
    let (token, address) = (&fields.token, client.address.to_string());
    let done = match kind {
        Kind::VerifyEmail => register::verify(&accounts, token, &address).await.map(drop),
        Kind::ChangeEmail => change::email(&accounts, token, &address).await.map(drop),
        Kind::ResetPassword => {
            let password = fields.new_password.clone().unwrap_or_default();
            let reset = reset::reset(&accounts, token, &password, client.address).await;
            if let Ok(user) = &reset {
                accounts.announce(*user).await;
            }
            reset.map(drop)
        }
        Kind::Unlock => match guess::redeem(&accounts, token, client.address).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(NotDone::Link),
            Err(error) => Err(error.into()),
        },
    };
    match done {
        Ok(()) => frame::says(StatusCode::OK, kind.title(), kind.done()),
        Err(NotDone::Link) => frame::gone(),
        Err(NotDone::Weak(why)) => show(&accounts, kind, (&uri, token), Some(&why.to_string())),
        Err(error) => frame::problem(&Problem::from(error)),
    }
}
