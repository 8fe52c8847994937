//! Redeeming the link of a step-up: whoever logs in on the page is shown the code to text.

use axum::{
    extract::{OriginalUri, State},
    http::StatusCode,
    response::Response,
};

use super::{
    form::{self, Fields, Ours},
    frame,
    sign_in::{self, Step, Stopped},
};
use crate::{
    accounts::Accounts,
    agent::confirm,
    db::UserTx,
    domain::{PhoneNumber, UserId},
    http::{Http, caller::accounts, client::Client},
};

const TITLE: &str = "Confirm what you asked for by text";

/// Shows the login; the link is not looked at.
pub async fn open(State(http): State<Http>, OriginalUri(uri): OriginalUri) -> Response {
    match accounts(&http) {
        Ok(accounts) => first(&accounts, uri.path(), StatusCode::OK, ""),
        Err(problem) => frame::problem(&problem),
    }
}

fn first(accounts: &Accounts, path: &str, status: StatusCode, note: &str) -> Response {
    let who = form::field(
        "who",
        "Your number or e-mail address",
        "autocomplete=\"username\" required maxlength=\"254\"",
    );
    let form = form::form(
        accounts,
        path,
        token(path),
        &(who + &sign_in::ask_password()),
    );
    frame::page(status, TITLE, &format!("{note}{form}"))
}

/// The token stands in the address: a form goes back to where it came from.
fn token(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// Logs in, and shows the code.
pub async fn redeem(
    State(http): State<Http>,
    OriginalUri(uri): OriginalUri,
    client: Client,
    Ours(fields): Ours,
) -> Response {
    let accounts = match accounts(&http) {
        Ok(accounts) => accounts,
        Err(problem) => return frame::problem(&problem),
    };
    match shown(&accounts, &client, uri.path(), &fields).await {
        Ok(response) | Err(Stopped::Page(response)) => response,
        Err(Stopped::Wrong) => {
            let note = form::wrong(sign_in::NOT_RIGHT);
            first(&accounts, uri.path(), sign_in::STATUS_OF_WRONG, &note)
        }
    }
}

async fn shown(
    accounts: &Accounts,
    client: &Client,
    path: &str,
    fields: &Fields,
) -> Result<Response, Stopped> {
    let user = match fields.pending() {
        // whose it is says the pending login
        Some(_) => None,
        None => find(accounts, &fields.who).await?,
    };
    let mut step = sign_in::step(accounts, client, user, fields).await?;
    if let Step::Second { half, note } = step {
        if !half.methods.is_empty() {
            let inner = sign_in::ask_second(&half, "", "Show the code");
            let form = form::form(accounts, path, token(path), &inner);
            return Ok(frame::page(note.status, TITLE, &(note.html + &form)));
        }
        // nothing more has to be shown
        let fields = Fields::of_pending(half.token);
        step = sign_in::step(accounts, client, user, &fields).await?;
    }
    let Step::Shown(person) = step else {
        return Err(Stopped::Wrong);
    };
    let user = person.user;
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    if !person.redeem(accounts, &mut tx, "step_up").await? {
        return Err(Stopped::Wrong);
    }
    tx.commit().await?;
    let redeemed = confirm::redeem(&accounts.pool, user, token(path), accounts.clock.now()).await?;
    let Some(redeemed) = redeemed else {
        return Ok(frame::gone());
    };
    let inner = format!(
        "<p>{}?</p><p>To go ahead, text me this code:</p><p class=\"code\">{}</p>",
        frame::escape(&redeemed.says),
        frame::escape(&redeemed.code)
    );
    Ok(frame::page(StatusCode::OK, TITLE, &inner))
}

/// Whom an e-mail address or a verified number leads to.
async fn find(accounts: &Accounts, who: &str) -> Result<Option<UserId>, sqlx::Error> {
    let who = who.trim();
    let found = match PhoneNumber::parse(who) {
        Ok(number) => {
            sqlx::query_scalar!("select user_by_number($1)", number.as_str())
                .fetch_one(&accounts.pool)
                .await?
        }
        Err(_) => {
            sqlx::query_scalar!("select user_by_email($1)", who)
                .fetch_one(&accounts.pool)
                .await?
        }
    };
    Ok(found.map(UserId))
}
