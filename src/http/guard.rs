//! The door in front of every handler: finds the route's rule, learns who calls, and lets in or not. What was learned goes
//! along with the request, so that extractors need not ask again.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use axum::{
    extract::{FromRequestParts, MatchedPath, Request, State},
    http::{HeaderValue, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{
    Http,
    caller::{bearer, must_enrol},
    client::Client,
    limit,
    rules::{self, Rule, Said},
};
use crate::{
    accounts::{
        audit::{self, Event, Outcome},
        digest,
        standing::{self, Standing},
        token,
    },
    db::{UserTx, Vouched},
    domain::UserId,
    error::Problem,
};

/// A denial of the same person at the same route is written into the audit log this rarely.
const QUIET: SignedDuration = SignedDuration::from_mins(1);
/// The most denials remembered; with more, the memory begins anew.
const REMEMBERED: usize = 4096;

/// What the door needs.
#[derive(Clone)]
pub struct Door {
    pub http: Http,
    denials: Arc<Mutex<HashMap<(UserId, &'static str), Timestamp>>>,
}

impl Door {
    pub fn of(http: Http) -> Self {
        Self {
            http,
            denials: Arc::default(),
        }
    }

    /// Whether this denial is to be written down: the first of a minute.
    fn is_news(&self, user: UserId, permission: &'static str, now: Timestamp) -> bool {
        let mut denials = self
            .denials
            .lock()
            .expect("no panic happens under this lock");
        let known = denials.get(&(user, permission));
        if known.is_some_and(|at| now.duration_since(*at).abs() < QUIET) {
            return false;
        }
        if denials.len() >= REMEMBERED {
            denials.clear();
        }
        denials.insert((user, permission), now);
        true
    }
}

/// Proof that the caller has the permission of an administrator's route; only the door makes one.
#[derive(Clone, Copy)]
pub struct Admitted(Vouched);

impl Admitted {
    pub fn vouched(self) -> Vouched {
        self.0
    }
}

/// Lets a request in, or answers it.
pub async fn guard(State(door): State<Door>, request: Request, next: Next) -> Response {
    let Some(path) = request.extensions().get::<MatchedPath>().cloned() else {
        // no route at all: the fallback says so
        return next.run(request).await;
    };
    let rule = match rules::find(request.method().as_str(), path.as_str()) {
        Said::Rule(rule) => rule,
        Said::OtherMethods(allowed) => return other_method(&allowed),
        Said::Nothing => {
            tracing::error!(
                path = path.as_str(),
                "a route has no rule and is not served"
            );
            return Problem::internal().into_response();
        }
    };
    let (mut parts, body) = request.into_parts();
    if let Err(problem) = check(&door, &mut parts, rule, path.as_str()).await {
        return problem.into_response();
    }
    next.run(Request::from_parts(parts, body)).await
}

async fn check(door: &Door, parts: &mut Parts, rule: Rule, path: &str) -> Result<(), Problem> {
    let permission = match rule {
        Rule::Public | Rule::Provider | Rule::Proof => return Ok(()),
        // the extractor looks at the secret, and at what its owner may do
        Rule::Feed(_) if has_secret(parts) => return Ok(()),
        Rule::Known => None,
        Rule::Own(permission) | Rule::Feed(permission) | Rule::Admin(permission) => {
            Some(permission)
        }
    };
    let standing = who(parts, &door.http).await?;
    limit::account(parts, &door.http, standing.user).await?;
    if let Some(permission) = permission {
        if standing.must_enrol_mfa {
            return Err(must_enrol());
        }
        if !standing.permissions.has(permission) {
            deny(door, parts, (&standing, permission, path)).await?;
            let says = format!("This needs the permission {permission}");
            return Err(Problem::forbidden(says));
        }
        if let Some(vouched) = standing.permissions.vouch(permission) {
            parts.extensions.insert(Admitted(vouched));
        }
    }
    parts.extensions.insert(standing);
    Ok(())
}

/// Who calls, by their bearer token: an access token, or one that the operator printed.
pub async fn who(parts: &Parts, http: &Http) -> Result<Standing, Problem> {
    let token = bearer(parts)?;
    match &http.accounts {
        Some(accounts) => Ok(token::check(accounts, token).await?),
        None if !token.contains('.') => {
            Ok(standing::of_printed(&http.pool, &digest(token), http.clock.now()).await?)
        }
        None => Err(Problem::unauthorized()),
    }
}

/// Writes down that somebody asked for what they may not, at most once a minute for each of both.
async fn deny(
    door: &Door,
    parts: &mut Parts,
    (standing, permission, path): (&Standing, &'static str, &str),
) -> Result<(), Problem> {
    let now = door.http.clock.now();
    metrics::counter!("assistant_http_denied_total").increment(1);
    if !door.is_news(standing.user, permission, now) {
        return Ok(());
    }
    let Ok(client) = Client::from_request_parts(parts, &door.http).await;
    let event = Event::own(standing.user, "access.denied", &client.address.to_string())
        .outcome(Outcome::Denied)
        .target(format!("{} {path}", parts.method))
        .detail(json!({"permission": permission, "session": standing.session}));
    let mut tx = UserTx::begin(&door.http.pool, standing.user).await?;
    audit::append(&mut tx, now, &event).await?;
    tx.commit().await?;
    Ok(())
}

fn has_secret(parts: &Parts) -> bool {
    let query = parts.uri.query().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "token")
}

/// 405 with what is allowed (RFC 9110, section 15.5.6).
fn other_method(allowed: &str) -> Response {
    let mut response = method_not_allowed().into_response();
    if let Ok(allowed) = HeaderValue::from_str(allowed) {
        response.headers_mut().insert(header::ALLOW, allowed);
    }
    response
}

/// This method is not for this address.
pub fn method_not_allowed() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "/problems/method",
        "This method is not for this address",
    )
}
