//! The audit log: who did what to whom, from where, with which result. Only ever added to (no role of the daemon may change
//! or delete a row), each row carrying the hash of the one before. Ids only, never names, addresses of mail, codes or bodies.

mod read;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::UserId;

pub use read::{Entry, Walk, Wanted, list, own, verify};

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

    /// What more there is to say; the operator's name stays.
    #[must_use]
    pub fn detail(mut self, detail: Value) -> Self {
        let by = self.detail.get("os_user").cloned();
        self.detail = detail;
        if let (Some(by), Some(map)) = (by, self.detail.as_object_mut()) {
            map.insert("os_user".to_owned(), by);
        }
        self
    }

    fn by(mut self, os_user: Option<&str>) -> Self {
        if let Some(name) = os_user {
            let name: String = name.chars().filter(|c| !c.is_control()).take(64).collect();
            self.detail = json!({"os_user": name});
        }
        self
    }
}

/// Who acts: somebody over REST, or the operator at the machine.
#[derive(Clone, Debug, Default)]
pub struct Actor {
    /// `None`: the operator, who holds the database's address and has every right.
    pub user: Option<UserId>,
    pub address: String,
    /// The operator's name at the machine.
    pub os_user: Option<String>,
}

impl Actor {
    /// What this actor did to `subject`; it went well unless said otherwise.
    pub fn event(&self, action: &'static str, subject: Option<UserId>) -> Event {
        Event {
            actor: self.user,
            subject,
            action,
            target: String::new(),
            address: self.address.clone(),
            outcome: Outcome::Ok,
            detail: json!({}),
        }
        .by(self.os_user.as_deref())
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
