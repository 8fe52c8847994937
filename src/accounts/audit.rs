//! The audit log: who did what to whom, from where, with which result. Only ever added to (no role of the daemon may change
//! or delete a row), each row carrying the hash of the one before. Ids only, never names, addresses of mail, codes or bodies.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::UserId;

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Ok,
    Failed,
    Denied,
}

impl Outcome {
    fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::Denied => "denied",
        }
    }
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub struct Event {
    /// Who did it; `None`: nobody that we know, or the daemon itself.
    pub actor: Option<UserId>,
    /// Whom it concerns: they may read it.
    pub subject: Option<UserId>,
    /// `login`, `password.changed`, `role.granted` …: small letters, a dot between thing and act.
    pub action: &'static str,
    /// The id or name of the thing, where there is one.
    pub target: String,
    /// The client's address, where there is one.
    pub address: String,
    pub outcome: Outcome,
    pub detail: Value,
}

impl Event {
    /// What `user` did to their own account.
    pub fn own(user: UserId, action: &'static str, address: &str) -> Self {
        Self {
            actor: Some(user),
            subject: Some(user),
            action,
            target: String::new(),
            address: address.to_owned(),
            outcome: Outcome::Ok,
            detail: json!({}),
        }
    }

    #[must_use]
    pub fn outcome(mut self, outcome: Outcome) -> Self {
        self.outcome = outcome;
        self
    }

    #[must_use]
    pub fn target(mut self, target: impl ToString) -> Self {
        self.target = target.to_string();
        self
    }

    #[must_use]
    pub fn detail(mut self, detail: Value) -> Self {
        self.detail = detail;
        self
    }
}

/// Adds `event` in the caller's transaction: it stands if and only if what it tells does. Call it last: the head of the chain
/// stays locked until the commit.
pub async fn append(
    db: &mut PgConnection,
    now: Timestamp,
    event: &Event,
) -> Result<(), sqlx::Error> {
    let id = |user: Option<UserId>| -> Option<Uuid> { user.map(|user| user.0) };
    sqlx::query!(
        "select audit_append($1, $2, $3, $4, $5, $6, $7, $8)",
        now.to_sqlx() as _,
        id(event.actor),
        id(event.subject),
        event.action,
        event.target,
        event.address,
        event.outcome.as_str(),
        event.detail,
    )
    .fetch_one(db)
    .await?;
    Ok(())
}
