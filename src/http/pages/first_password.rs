//! The first password of somebody who joined by text: the link was texted, a code is texted when the button is pressed. An
//! e-mail address may be given along; nothing needs one.

use axum::{extract::State, http::StatusCode, response::Response};

use super::{
    form::{self, Fields, Ours, Token},
    frame,
};
use crate::{
    accounts::{
        Accounts,
        change::{self, Who},
        first,
        not_done::NotDone,
    },
    domain::EmailAddress,
    error::Problem,
    http::{Http, caller::accounts, client::Client},
};

const PATH: &str = "/account/first-password";
const TITLE: &str = "Set a password";

/// Shows the button that has a code texted.
pub async fn open(State(http): State<Http>, token: Token) -> Response {
    match (accounts(&http), token.get()) {
        (Ok(accounts), Some(token)) => {
            let inner = "<p>To be sure that it is you, I text a code to your number.</p>"
                .to_owned()
                + &form::other_button("text", "Text me the code");
            let form = form::form(&accounts, PATH, token, &inner);
            frame::page(StatusCode::OK, TITLE, &form)
        }
        (Err(problem), _) => frame::problem(&problem),
        _ => frame::gone(),
    }
}

/// Texts the code, or sets the password.
pub async fn set(State(http): State<Http>, client: Client, Ours(fields): Ours) -> Response {
    let accounts = match accounts(&http) {
        Ok(accounts) => accounts,
        Err(problem) => return frame::problem(&problem),
    };
    if fields.pressed == "text" {
        return match first::send_code(&accounts, &fields.token, client.address).await {
            Ok(sent) => {
                let note = format!(
                    "<p>A code is on its way to the number that ends in {}.</p>",
                    frame::escape(&sent.masked)
                );
                frame::page(
                    StatusCode::OK,
                    TITLE,
                    &(note + &ask(&accounts, &fields.token)),
                )
            }
            Err(error) => not_done(&accounts, &fields, error),
        };
    }
    match chosen(&accounts, &client, &fields).await {
        Ok(has_email) => {
            let mut says = "Your password is set. Log in with your number and it.".to_owned();
            if has_email {
                says.push_str(
                    " A mail is on its way to your address: follow its link to confirm it.",
                );
            }
            frame::says(StatusCode::OK, TITLE, &says)
        }
        Err(error) => not_done(&accounts, &fields, error),
    }
}

fn ask(accounts: &Accounts, token: &str) -> String {
    let inner = [
        form::field("code", "The code that I texted", form::CODE),
        form::field("new_password", "A password", form::NEW_PASSWORD),
        form::field(
            "email",
            "An e-mail address, if you like",
            "type=\"email\" autocomplete=\"email\" maxlength=\"254\"",
        ),
        form::button("Set the password"),
        form::other_button("text", "Text me another code"),
    ];
    form::form(accounts, PATH, token, &inner.concat())
}

async fn chosen(accounts: &Accounts, client: &Client, fields: &Fields) -> Result<bool, NotDone> {
    let email = match fields.email.trim() {
        "" => None,
        text => Some(EmailAddress::parse(text).map_err(|_| NotDone::Email)?),
    };
    let password = fields.new_password.clone().unwrap_or_default();
    let shown = (fields.code.as_str(), &password);
    let user = first::set(accounts, &fields.token, shown, client.address).await?;
    let Some(email) = email else {
        return Ok(false);
    };
    let who = Who {
        user,
        session: None,
        address: client.address,
    };
    change::ask_email(accounts, &who, &email).await?;
    Ok(true)
}

fn not_done(accounts: &Accounts, fields: &Fields, error: NotDone) -> Response {
    match error {
        NotDone::Link => frame::gone(),
        NotDone::Weak(_) | NotDone::Code | NotDone::Email => {
            let again = form::wrong(&error.to_string()) + &ask(accounts, &fields.token);
            frame::page(StatusCode::BAD_REQUEST, TITLE, &again)
        }
        error => frame::problem(&Problem::from(error)),
    }
}
