//! Who calls a route about accounts: proved by a bearer token, with what that grants at this moment.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{StatusCode, header, request::Parts},
};
use jiff::{SignedDuration, Timestamp};

use super::{Http, client::Client, limit};
use crate::{
    accounts::{Accounts, standing::Standing, token},
    db::UserTx,
    error::Problem,
};

/// How long a shown password (and second factor) counts as just shown.
const FRESH: SignedDuration = SignedDuration::from_mins(10);

/// Whoever holds a valid bearer token, for the routes of their own account.
pub struct Caller {
    pub standing: Standing,
    pub client: Client,
    pub accounts: Arc<Accounts>,
}

impl Caller {
    /// See [`fresh`].
    pub fn fresh(&self) -> Result<(), Problem> {
        fresh(&self.standing, self.accounts.clock.now())
    }

    /// A transaction over the caller's own rows.
    pub async fn begin(&self) -> Result<UserTx, Problem> {
        Ok(UserTx::begin(&self.accounts.pool, self.standing.user).await?)
    }

    /// The client's address, as sessions and the audit log write it.
    pub fn address(&self) -> String {
        self.client.address.to_string()
    }
}

impl FromRequestParts<Http> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, http: &Http) -> Result<Self, Problem> {
        let accounts = accounts(http)?;
        // the door has asked already, but where a route leaves it to the handler
        let standing = match parts.extensions.get::<Standing>() {
            Some(standing) => standing.clone(),
            None => token::check(&accounts, bearer(parts)?).await?,
        };
        limit::account(parts, http, standing.user).await?;
        let Ok(client) = Client::from_request_parts(parts, http).await;
        Ok(Self {
            standing,
            client,
            accounts,
        })
    }
}

/// Whether the password was shown in this session within ten minutes, and the second factor too if the user has one.
/// Otherwise 403 `/problems/re-authenticate`.
pub fn fresh(standing: &Standing, now: Timestamp) -> Result<(), Problem> {
    let is_recent = |at: Timestamp| now.duration_since(at) < FRESH;
    let has_shown = standing.session.is_some() && is_recent(standing.authenticated_at);
    let has_shown_factor = !standing.has_factor || standing.mfa_at.is_some_and(is_recent);
    if has_shown && has_shown_factor {
        return Ok(());
    }
    let wanted = match standing.has_factor {
        true => "Show your password and a code again: POST /api/v1/auth/re-authenticate",
        false => "Show your password again: POST /api/v1/auth/re-authenticate",
    };
    let problem = Problem::new(
        StatusCode::FORBIDDEN,
        "/problems/re-authenticate",
        "This needs a fresh login",
    );
    Err(problem.with(wanted))
}

/// The accounts of this daemon, or 503 that says what is missing.
pub fn accounts(http: &Http) -> Result<Arc<Accounts>, Problem> {
    http.accounts.clone().ok_or_else(|| {
        Problem::unavailable()
            .with("Nobody can log in here yet: the operator has to set auth.jwt_secret")
    })
}

/// The bearer token of a request (RFC 6750, section 2.1); one, in its header, nowhere else.
pub fn bearer(parts: &Parts) -> Result<&str, Problem> {
    let mut values = parts.headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next().filter(|_| values.next().is_none());
    value
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or_else(Problem::unauthorized)
}

/// The answer while a role wants a second factor and there is none.
pub fn must_enrol() -> Problem {
    let problem = Problem::new(
        StatusCode::FORBIDDEN,
        "/problems/mfa-needed",
        "A second factor is needed first",
    );
    problem.with("Your role asks for a second factor: POST /api/v1/auth/mfa/setup")
}

impl From<token::Refused> for Problem {
    fn from(refused: token::Refused) -> Self {
        match refused {
            token::Refused::Token => Self::unauthorized(),
            token::Refused::Database(error) => error.into(),
        }
    }
}
