//! What a phone company does for us: takes texts, and lists what it took and what it got for us.
//! Two of them: Twilio (`twilio.rs`) and the terminal phone (`terminal.rs`). May import: nothing of ours.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use uuid::Uuid;

/// One text that is to leave.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// The outbox row; carried in the status callback.
    pub id: Uuid,
    /// E.164.
    pub to: String,
    /// Our number in E.164, or a messaging service (`MG…`).
    pub from: String,
    pub body: String,
}

/// A text that the provider has in its list, sent by us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub sid: String,
    pub to: String,
    /// Missing when a messaging service has not chosen a number yet.
    pub from: Option<String>,
    pub body: String,
    pub created_at: Timestamp,
    /// The provider's word for where it stands: queued, sending, sent, delivered, undelivered, failed.
    pub status: String,
    pub error_code: Option<i32>,
}

/// A text that reached one of our numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    pub sid: String,
    pub from: String,
    pub to: String,
    pub body: String,
    /// Addresses of pictures and other media; not fetched here.
    pub media: Vec<String>,
    /// The provider's time.
    pub sent_at: Timestamp,
}

/// Why a text was not taken, by what may be done next.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// Nothing was written to the provider: it may be tried again at once.
    #[error("the provider was not reached: {0}")]
    NotSent(String),
    /// The provider refuses for now (429): again after this long.
    #[error("the provider asks to slow down")]
    Busy { retry_after: Option<Duration> },
    /// The provider refuses this text for good.
    #[error("the provider refused the text: HTTP {status}, code {code:?}")]
    Refused { status: u16, code: Option<i32> },
    /// The request was written and the outcome is not known: look before anything is sent again.
    #[error("the outcome is not known: {0}")]
    Unknown(String),
}

/// Why the provider's list could not be read.
#[derive(Debug, thiserror::Error)]
#[error("the provider's list could not be read: {0}")]
pub struct ListError(pub String);

/// A phone company.
#[async_trait]
pub trait Provider: Send + Sync {
    /// For logs and doctor.
    fn name(&self) -> &'static str;

    /// Hands one text over. `Ok` carries the provider's id of it. Never retries by itself.
    async fn send(&self, text: &Outgoing) -> Result<String, SendError>;

    /// Texts that we sent to `to` at or after `since`, newest first, all pages.
    async fn list_sent(&self, to: &str, since: Timestamp) -> Result<Vec<Listed>, ListError>;

    /// Texts that reached our number `own` at or after `since`, oldest first, all pages.
    async fn list_received(&self, own: &str, since: Timestamp) -> Result<Vec<Received>, ListError>;

    /// Our numbers that the provider knows and the configuration does not: those of a messaging service.
    async fn service_numbers(&self) -> Result<Vec<String>, ListError>;

    /// A cheap call that shows whether credentials and address are right; the error is in words.
    async fn check(&self) -> Result<(), String>;
}
