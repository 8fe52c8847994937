//! A sign of life for a watchdog outside (`ops.heartbeat_url`): called while all is well, and left out when it is not, so that
//! silence is the alarm. It runs where turns and sending run: a process that only keeps texts sends none.

use secrecy::{ExposeSecret, SecretString};
use sqlx::PgPool;

/// The longest that a text may wait for its turn, or a row for its post, before that counts as wrong.
const LONGEST_WAIT: f64 = 300.0;

/// What a beat needs.
#[derive(Clone)]
pub struct Heart {
    pub pool: PgPool,
    pub client: reqwest::Client,
    /// Whoever knows it can keep the watchdog quiet: it is never logged.
    pub url: SecretString,
    /// The longest that the fate of a text may be unknown, in seconds.
    pub longest_doubt: f64,
}

/// Why there was no beat.
#[derive(Debug, thiserror::Error)]
pub enum Missed {
    #[error("the database does not answer: {0}")]
    Database(#[from] sqlx::Error),
    #[error("{what} wait for {seconds:.0} s")]
    Overdue { what: &'static str, seconds: f64 },
    #[error("the heartbeat URL does not answer: {0}")]
    NotHeard(String),
}

/// Looks at how things stand, and calls the URL when all is well.
pub async fn beat(heart: &Heart) -> Result<(), Missed> {
    is_well(heart).await?;
    let url = heart.url.expose_secret();
    let answer = heart.client.get(url).send().await;
    // without the URL: it is a secret of a kind
    let status = answer
        .map_err(|error| Missed::NotHeard(error.without_url().to_string()))?
        .status();
    if status.is_success() {
        Ok(())
    } else {
        Err(Missed::NotHeard(format!("HTTP {}", status.as_u16())))
    }
}

async fn is_well(heart: &Heart) -> Result<(), Missed> {
    let row = sqlx::query!(
        r#"select texts as "texts!", outbox as "outbox!", doubts as "doubts!" from overdue()"#
    )
    .fetch_one(&heart.pool)
    .await?;
    for (what, seconds, limit) in [
        ("texts", row.texts, LONGEST_WAIT),
        ("replies", row.outbox, LONGEST_WAIT),
        ("texts in doubt", row.doubts, heart.longest_doubt),
    ] {
        if seconds > limit {
            return Err(Missed::Overdue { what, seconds });
        }
    }
    Ok(())
}
