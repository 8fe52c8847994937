//! `POST /api/v1/auth/re-authenticate`: the password (and the second factor) shown again, before a dangerous act.

use axum::{Json, extract::rejection::JsonRejection, http::StatusCode};
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Tokens, body};
use crate::{
    accounts::{
        audit::{self, Event, Outcome},
        password, sessions,
    },
    error::Problem,
    http::caller::Caller,
};

/// What is shown again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    #[schema(value_type = String)]
    pub password: SecretString,
    /// Of the authenticator app, or a recovery code; needed for dangerous acts by whoever has a second factor.
    #[schema(value_type = Option<String>)]
    pub code: Option<SecretString>,
}

/// Makes the caller's login fresh for ten minutes and gives out new tokens; the old ones are refused from now on.
#[utoipa::path(post, path = "/api/v1/auth/re-authenticate", tag = "auth", request_body = Shown,
    responses((status = 200, body = Tokens), (status = 400, body = Problem), (status = 401, body = Problem),
              (status = 403, body = Problem), (status = 415, body = Problem), (status = 503, body = Problem)))]
pub async fn reauthenticate(
    caller: Caller,
    asked: Result<Json<Shown>, JsonRejection>,
) -> Result<Json<Tokens>, Problem> {
    let shown = body(asked)?;
    let session = caller.standing.session.ok_or_else(no_session)?;
    let accounts = &caller.accounts;
    let mut tx = caller.begin().await?;
    let phc = password::find(&mut tx).await?;
    tx.commit().await?;
    let verdict = accounts
        .hasher
        .verify(phc.as_deref(), &shown.password)
        .await;
    let is_right = verdict.map_err(|_| Problem::unavailable())?.is_right && phc.is_some();
    let mut tx = caller.begin().await?;
    let now = accounts.clock.now();
    let event = Event::own(
        caller.standing.user,
        "session.reauthenticated",
        &caller.address(),
    );
    if !is_right {
        audit::append(
            &mut tx,
            now,
            &event.outcome(Outcome::Failed).target(session),
        )
        .await?;
        tx.commit().await?;
        return Err(wrong());
    }
    let opening = sessions::Opening {
        device: caller.client.device.clone(),
        address: caller.address(),
        has_mfa: false,
    };
    let pair = sessions::replace(accounts, &mut tx, session, opening)
        .await?
        .ok_or_else(Problem::unauthorized)?;
    audit::append(&mut tx, now, &event.target(pair.session)).await?;
    tx.commit().await?;
    accounts.announce(caller.standing.user).await;
    Ok(Json(pair.into()))
}

/// The same for a wrong password, a wrong code, and too many of either.
fn wrong() -> Problem {
    let problem = Problem::new(
        StatusCode::FORBIDDEN,
        "/problems/credentials",
        "That was not right",
    );
    problem.with("The password or the code is wrong, or it was tried too often")
}

fn no_session() -> Problem {
    Problem::forbidden("A printed token has no login to renew: POST /api/v1/auth/login")
}
