//! The terminal phone as a phone company: texts are kept in a table until the phone asks for them over
//! `/terminal/texts` (see `http/terminal.rs`). It fails on request. May import: provider, clock.

mod faults;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::PgPool;

pub use faults::{Fault, Faults};

use super::provider::{ListError, Listed, Outgoing, Provider, Received, SendError};

/// The account that texts of the terminal phone carry, in the form of Twilio's.
pub const TERMINAL_ACCOUNT: &str = "AC00000000000000000000000000000000";

/// A phone company whose only network is this installation's database.
#[derive(Clone, Debug)]
pub struct Terminal {
    /// Connections in the daemon's role.
    pub pool: PgPool,
    /// What goes wrong with the next posts.
    pub faults: Arc<Faults>,
}

/// An id of a text in the form of Twilio's: `SM` and 32 hexadecimal digits.
pub fn new_sid() -> String {
    format!(
        "SM{:032x}",
        u128::from_le_bytes(crate::clock::random_bytes())
    )
}

#[async_trait]
impl Provider for Terminal {
    fn name(&self) -> &'static str {
        "terminal"
    }

    async fn send(&self, text: &Outgoing) -> Result<String, SendError> {
        let fault = self.faults.draw();
        match fault {
            Some(Fault::Broken) => return Err(SendError::Unknown("HTTP 500".to_owned())),
            Some(Fault::Busy) => {
                return Err(SendError::Busy {
                    retry_after: Some(Duration::from_secs(1)),
                });
            }
            Some(Fault::Slow) => tokio::time::sleep(Duration::from_secs(3)).await,
            Some(Fault::Timeout) | None => {}
        }
        let sid = new_sid();
        sqlx::query("select public.terminal_keep($1, $2, $3, $4)")
            .bind(&sid)
            .bind(&text.from)
            .bind(&text.to)
            .bind(&text.body)
            .execute(&self.pool)
            .await
            .map_err(|error| outcome(&error))?;
        if fault == Some(Fault::Timeout) {
            return Err(SendError::Unknown("the answer is lost".to_owned()));
        }
        Ok(sid)
    }

    async fn list_sent(&self, to: &str, since: Timestamp) -> Result<Vec<Listed>, ListError> {
        type Row = (String, String, String, String, jiff_sqlx::Timestamp);
        let rows: Vec<Row> = sqlx::query_as(
            "select sid, sender, recipient, body, created_at from public.terminal_list($1, $2)",
        )
        .bind(to)
        .bind(jiff_sqlx::Timestamp::from(since))
        .fetch_all(&self.pool)
        .await
        .map_err(|error| ListError(error.to_string()))?;
        let listed = |(sid, from, to, body, created_at): Row| Listed {
            sid,
            to,
            from: Some(from),
            body,
            created_at: created_at.to_jiff(),
            status: "delivered".to_owned(),
            error_code: None,
        };
        Ok(rows.into_iter().map(listed).collect())
    }

    /// Nothing: what this phone sends is posted to the webhook or, when that fails, never sent.
    async fn list_received(&self, _: &str, _: Timestamp) -> Result<Vec<Received>, ListError> {
        Ok(Vec::new())
    }

    async fn service_numbers(&self) -> Result<Vec<String>, ListError> {
        Ok(Vec::new())
    }

    async fn check(&self) -> Result<(), String> {
        sqlx::query("select public.terminal_end('')")
            .execute(&self.pool)
            .await
            .map(drop)
            .map_err(|error| format!("the terminal phone's table does not answer: {error}"))
    }
}

/// Whether a failed statement may have been kept. An error that the server reports undid it, unless the server was
/// being stopped (class 57), which can hide a commit.
fn outcome(error: &sqlx::Error) -> SendError {
    let refused = |error: &dyn sqlx::error::DatabaseError| {
        error.code().is_none_or(|code| !code.starts_with("57"))
    };
    match error {
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => {
            SendError::NotSent(error.to_string())
        }
        sqlx::Error::Database(told) if refused(told.as_ref()) => {
            SendError::NotSent(error.to_string())
        }
        _ => SendError::Unknown(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_form_of_a_phone_companys() {
        for id in [new_sid(), TERMINAL_ACCOUNT.to_owned()] {
            assert_eq!(id.len(), 34);
            assert!(
                id[2..]
                    .bytes()
                    .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
            );
        }
        assert_ne!(new_sid(), new_sid());
    }

    #[test]
    fn a_text_is_unsent_only_when_it_cannot_have_been_kept() {
        assert!(matches!(
            outcome(&sqlx::Error::PoolTimedOut),
            SendError::NotSent(_)
        ));
        let cut = sqlx::Error::Io(std::io::ErrorKind::ConnectionReset.into());
        assert!(matches!(outcome(&cut), SendError::Unknown(_)));
    }
}
