//! What administrators do, one file per resource. A handler takes [`Admin`], which exists only behind the rule of its route;
//! its transaction sees everyone's rows and no words, secrets or hashes of them.

mod audit;
mod jobs;
mod messages;
mod metrics;
mod phones;
mod roles;
mod usage;
mod user_roles;
mod users;

use axum::{extract::FromRequestParts, http::request::Parts};
use jiff::Timestamp;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Http, caller, client::Client, guard::Admitted};
use crate::{
    accounts::{audit::Actor, notice, notice::Notice, people, standing::Standing},
    db::{AdminTx, UserTx},
    domain::UserId,
    error::Problem,
};

/// The routes, documented.
pub fn routes() -> OpenApiRouter<Http> {
    OpenApiRouter::new()
        .routes(routes!(users::list))
        .routes(routes!(users::read, users::change, users::erase))
        .routes(routes!(users::password_reset))
        .routes(routes!(user_roles::list))
        .routes(routes!(user_roles::grant, user_roles::revoke))
        .routes(routes!(roles::list, roles::create))
        .routes(routes!(roles::read, roles::change, roles::delete))
        .routes(routes!(roles::permissions))
        .routes(routes!(phones::list))
        .routes(routes!(phones::verify))
        .routes(routes!(phones::unlink))
        .routes(routes!(messages::list))
        .routes(routes!(messages::unseal))
        .routes(routes!(jobs::list))
        .routes(routes!(jobs::replay))
        .routes(routes!(usage::list))
        .routes(routes!(metrics::read))
        .routes(routes!(audit::list))
}

/// Whoever has the permission that the route's rule names.
pub struct Admin {
    pub http: Http,
    standing: Standing,
    client: Client,
    admitted: Admitted,
}

impl Admin {
    /// A transaction across users.
    async fn begin(&self) -> Result<AdminTx, Problem> {
        Ok(AdminTx::begin(&self.http.pool, self.admitted.vouched()).await?)
    }

    /// Whether the login is fresh: what gives power or takes somebody's account away asks for that.
    fn fresh(&self) -> Result<(), Problem> {
        caller::fresh(&self.standing, self.now())
    }

    /// As the audit log names them.
    fn actor(&self) -> Actor {
        Actor {
            user: Some(self.standing.user),
            address: self.client.address.to_string(),
            os_user: None,
        }
    }

    fn now(&self) -> Timestamp {
        self.http.clock.now()
    }

    /// Commits what changes what `user` may do; when this returns, every replica knows.
    async fn settle(&self, tx: AdminTx, user: UserId) -> Result<(), Problem> {
        tx.commit().await?;
        if let Some(accounts) = &self.http.accounts {
            accounts.announce(user).await;
        }
        Ok(())
    }

    /// Commits what changes what roles grant; when this returns, every replica knows.
    async fn settle_roles(&self, tx: AdminTx) -> Result<(), Problem> {
        tx.commit().await?;
        if let Some(accounts) = &self.http.accounts {
            accounts.announce_roles().await;
        }
        Ok(())
    }

    /// Tells a person what was done to their account, after it was: the act stands whether or not they can be reached.
    async fn tell(&self, user: UserId, told: Notice) {
        let Some(accounts) = &self.http.accounts else {
            return;
        };
        let telling = async {
            let mut tx = UserTx::begin(&self.http.pool, user).await?;
            notice::send(accounts, &mut tx, told, self.now()).await?;
            tx.commit().await
        };
        if let Err(error) = telling.await {
            tracing::warn!(%user, %error, "a notice could not be written");
        }
        self.http.outbox_bell.notify_one();
    }
}

impl FromRequestParts<Http> for Admin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, http: &Http) -> Result<Self, Problem> {
        // behind any other rule there is nothing here, and nobody gets in
        let admitted = parts.extensions.get::<Admitted>().copied();
        let standing = parts.extensions.get::<Standing>().cloned();
        let (admitted, standing) = admitted.zip(standing).ok_or_else(Problem::internal)?;
        let Ok(client) = Client::from_request_parts(parts, http).await;
        Ok(Self {
            http: http.clone(),
            standing,
            client,
            admitted,
        })
    }
}

impl From<people::Refused> for Problem {
    fn from(refused: people::Refused) -> Self {
        match refused {
            people::Refused::NotThere => Self::not_found(),
            people::Refused::Outranked => Self::forbidden(refused.to_string()),
            people::Refused::PasswordIsShort => Self::conflict(refused.to_string()),
            people::Refused::Database(error) => error.into(),
        }
    }
}

/// What follows a page of which `more` says whether anything does.
fn cut<T>(mut items: Vec<T>, limit: i64, cursor: impl Fn(&T) -> String) -> super::page::Page<T> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = items.len() > limit;
    items.truncate(limit);
    let next_cursor = items.last().filter(|_| more).map(cursor);
    super::page::Page { items, next_cursor }
}

/// A query parameter that is a moment, a number or an id; what is wrong with it is said with its name.
fn parsed<T: std::str::FromStr>(name: &str, given: Option<&str>) -> Result<Option<T>, Problem> {
    given
        .map(|text| text.parse())
        .transpose()
        .map_err(|_| Problem::bad_request(format!("{name}: not understood")))
}

/// `limit`, 1 to 200; 50 unless given.
fn limited(limit: Option<i64>) -> Result<i64, Problem> {
    let limit = limit.unwrap_or(50);
    match (1..=200).contains(&limit) {
        true => Ok(limit),
        false => Err(Problem::bad_request("limit: 1 to 200")),
    }
}
