//! What Twilio answers, read with a limit: messages, pages, errors, waits.

use std::time::Duration;

use jiff::{Timestamp, fmt::rfc2822::DateTimeParser};
use reqwest::{Response, header};
use serde::{Deserialize, de::DeserializeOwned};

use super::super::provider::{ListError, Listed};

/// Longest wait that a 429 can impose on us.
const LONGEST_WAIT: Duration = Duration::from_secs(300);

/// What a post is answered with: a message with its id, or an error with its code.
#[derive(Deserialize)]
pub(super) struct Taken {
    pub sid: Option<String>,
    pub code: Option<i32>,
}

#[derive(Deserialize)]
pub(super) struct Page {
    pub messages: Vec<Wire>,
    pub next_page_uri: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Wire {
    pub sid: String,
    pub to: String,
    pub from: Option<String>,
    pub body: Option<String>,
    /// RFC 2822, whole seconds, GMT.
    pub date_created: String,
    pub direction: String,
    pub status: String,
    pub error_code: Option<i32>,
    pub num_media: Option<String>,
    #[serde(default)]
    pub subresource_uris: Subresources,
}

#[derive(Default, Deserialize)]
pub(super) struct Subresources {
    pub media: Option<String>,
}

impl Wire {
    pub fn created(&self) -> Result<Timestamp, ListError> {
        DateTimeParser::new()
            .parse_timestamp(&self.date_created)
            .map_err(|_| ListError(format!("{} has no readable date", self.sid)))
    }
}

impl TryFrom<Wire> for Listed {
    type Error = ListError;

    fn try_from(wire: Wire) -> Result<Self, ListError> {
        Ok(Self {
            created_at: wire.created()?,
            sid: wire.sid,
            to: wire.to,
            from: wire.from.filter(|from| !from.is_empty()),
            body: wire.body.unwrap_or_default(),
            status: wire.status,
            error_code: wire.error_code,
        })
    }
}

/// Reads at most `limit` bytes, then JSON.
pub(super) async fn read_json<T: DeserializeOwned>(
    mut response: Response,
    limit: usize,
) -> Result<T, String> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(in_words)? {
        if body.len() + chunk.len() > limit {
            return Err(format!("an answer larger than {limit} bytes"));
        }
        body.extend_from_slice(&chunk);
    }
    serde_json::from_slice(&body).map_err(|error| format!("an unreadable answer: {error}"))
}

/// Seconds, or an HTTP date measured from the answer's own `Date`; nothing that cannot be read.
pub(super) fn retry_after(headers: &header::HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name)?.to_str().ok().map(str::trim);
    let value = text(header::RETRY_AFTER)?;
    let wait = if let Ok(seconds) = value.parse::<u64>() {
        Duration::from_secs(seconds)
    } else {
        let instant = |text| DateTimeParser::new().parse_timestamp(text).ok();
        let wait = instant(value)?.duration_since(instant(text(header::DATE)?)?);
        Duration::try_from(wait).unwrap_or_default()
    };
    Some(wait.min(LONGEST_WAIT))
}

pub(super) fn is_message_sid(sid: &str) -> bool {
    let digits = sid.strip_prefix("SM").or_else(|| sid.strip_prefix("MM"));
    digits.is_some_and(|d| d.len() == 32 && d.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The error with its causes, without the URL: a query carries a whole phone number.
pub(super) fn in_words(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut words = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(inner) = cause {
        words.push_str(": ");
        words.push_str(&inner.to_string());
        cause = inner.source();
    }
    words
}
