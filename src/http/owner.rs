//! The permission to work on one's own data, as an extractor: a handler that takes it cannot reach anyone else's.

use axum::{extract::FromRequestParts, http::request::Parts};
use sha2::{Digest, Sha256};

use super::{Http, limit};
use crate::{
    accounts::{roles, standing::Standing},
    db::UserTx,
    domain::UserId,
    error::Problem,
    skills::Scope,
    when::Habits,
};
use jiff::tz::TimeZone;

/// Whoever holds a valid bearer token, acting on their own data.
pub struct Owner {
    user: UserId,
    http: Http,
}

impl Owner {
    /// A transaction over the owner's rows, with now and zone, as skills want it.
    pub async fn scope(&self) -> Result<Scope, Problem> {
        let mut tx = UserTx::begin(&self.http.pool, self.user).await?;
        let user = sqlx::query!(
            r#"select time_zone, habits(u) as "habits!" from users u where id = $1"#,
            self.user.0
        )
        .fetch_one(&mut *tx)
        .await?;
        let quiet = &self.http.config.quiet_hours;
        Ok(Scope {
            tx,
            now: self.http.clock.now(),
            zone: TimeZone::get(&user.time_zone).unwrap_or(TimeZone::UTC),
            habits: Habits::quiet_between(quiet.from, quiet.until).overlaid(user.habits),
            numbers: None,
            turn: None,
            undo_hours: self.http.config.limits.undo_hours,
        })
    }
}

impl FromRequestParts<Http> for Owner {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, http: &Http) -> Result<Self, Problem> {
        // the door has let somebody in who has the route's permission; without one nobody works on anything
        let standing = parts
            .extensions
            .get::<Standing>()
            .ok_or_else(Problem::internal)?;
        let user = standing.user;
        Ok(Self {
            user,
            http: http.clone(),
        })
    }
}

/// Whoever may read one calendar: the bearer of a token, or of the secret in a feed's address (`?token=`), who may read that
/// and nothing else.
pub struct FeedReader(pub(super) Owner);

impl FromRequestParts<Http> for FeedReader {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, http: &Http) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        let secret = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "token");
        let Some((_, secret)) = secret else {
            return Owner::from_request_parts(parts, http).await.map(Self);
        };
        let digest = Sha256::digest(secret.as_bytes()).to_vec();
        let user = sqlx::query_scalar!("select feed_user($1)", digest)
            .fetch_one(&http.pool)
            .await?;
        // an address that was revoked and one that never was are the same to a caller
        let user = user.map(UserId).ok_or_else(Problem::not_found)?;
        let mut tx = UserTx::begin(&http.pool, user).await?;
        let permissions = roles::of(&mut tx, http.clock.now()).await?;
        tx.commit().await?;
        if !permissions.has("events:read:own") {
            return Err(Problem::not_found());
        }
        limit::account(parts, http, user).await?;
        Ok(Self(Owner {
            user,
            http: http.clone(),
        }))
    }
}
