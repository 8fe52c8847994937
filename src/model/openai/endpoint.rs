//! The way to the endpoint and back: one request, one answer of at most a megabyte.
//!
//! `async-openai` builds the request; the service below it sends it. The service reads the answer itself, so that the body
//! has a cap, `Retry-After` is seen, the crate's own retries are out of the way, and nothing unreadable reaches the crate,
//! which would log it word for word.

use std::time::Duration;

use async_openai::{Client, config::Config, error::OpenAIError, middleware::HttpRequestFactory};
use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::header::{AUTHORIZATION, DATE, HeaderMap, HeaderValue, RETRY_AFTER};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::wire::{Completion, Refused};

/// Largest answer that is read; real ones stay below 100 KB.
const ANSWER_LIMIT: usize = 1024 * 1024;
/// Largest error page that is read.
const ERROR_LIMIT: usize = 64 * 1024;

/// Why a request brought no completion. Holds no text of a user.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum Failed {
    /// No connection stood.
    #[error("not reached: {0}")]
    NotReached(String),
    /// The connection broke after it stood.
    #[error("lost: {0}")]
    Lost(String),
    #[error("an answer larger than {ANSWER_LIMIT} bytes")]
    TooLarge,
    #[error("an answer that is no JSON")]
    Unreadable,
    #[error("{0}")]
    Refused(Refused),
}

impl Failed {
    /// Whether the provider may have worked, and counted, all the same.
    pub fn may_have_cost(&self) -> bool {
        matches!(self, Self::Lost(_) | Self::TooLarge | Self::Unreadable)
    }
}

pub(super) struct Endpoint {
    client: Client<Reach>,
}

impl Endpoint {
    pub fn new(client: reqwest::Client, base_url: &str, key: &SecretString) -> Self {
        let reach = Reach {
            base_url: base_url.trim_end_matches('/').to_owned(),
            key: key.expose_secret().trim().into(),
        };
        let service = {
            let client = client.clone();
            tower::service_fn(move |request: HttpRequestFactory| {
                let client = client.clone();
                async move {
                    let request = request.build().await?;
                    exchange(&client, request)
                        .await
                        .map_err(|failed| OpenAIError::Boxed(Box::new(failed)))
                }
            })
        };
        Self {
            client: Client::build(client, reach).with_http_service(service),
        }
    }

    /// Posts `body` to `/chat/completions`.
    pub async fn complete(&self, body: &Value) -> Result<Completion, Failed> {
        let answer: Result<Value, OpenAIError> = self.client.chat().create_byot(body).await;
        match answer {
            Ok(answer) => Ok(Completion::read(answer)),
            Err(OpenAIError::Boxed(error)) => Err(error
                .downcast::<Failed>()
                .map_or_else(|other| Failed::Lost(other.to_string()), |failed| *failed)),
            Err(OpenAIError::Reqwest(error)) => Err(Failed::NotReached(in_words(error))),
            Err(_) => Err(Failed::Unreadable),
        }
    }
}

/// The address and the key, and nothing from the environment.
struct Reach {
    base_url: String,
    key: SecretString,
}

impl Config for Reach {
    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let key = self.key.expose_secret();
        if !key.is_empty()
            && let Ok(mut value) = HeaderValue::from_str(&format!("Bearer {key}"))
        {
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        headers
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    fn query(&self) -> Vec<(&str, &str)> {
        Vec::new()
    }

    fn api_base(&self) -> &str {
        &self.base_url
    }

    fn api_key(&self) -> &SecretString {
        &self.key
    }
}

/// Sends, and reads the whole answer. `Ok` carries JSON and status 200.
async fn exchange(
    client: &reqwest::Client,
    request: reqwest::Request,
) -> Result<reqwest::Response, Failed> {
    let response = client.execute(request).await.map_err(|error| {
        if error.is_connect() || error.is_builder() {
            Failed::NotReached(in_words(error))
        } else {
            Failed::Lost(in_words(error))
        }
    })?;
    let status = response.status();
    if !status.is_success() {
        let wait = retry_after(response.headers());
        // an error page that cannot be read says as much as an empty one
        let page = body(response, ERROR_LIMIT).await.unwrap_or_default();
        return Err(Failed::Refused(Refused::read(status.as_u16(), wait, &page)));
    }
    let bytes = body(response, ANSWER_LIMIT).await?;
    if serde_json::from_slice::<Value>(&bytes).is_err() {
        return Err(Failed::Unreadable);
    }
    Ok(http::Response::new(reqwest::Body::from(bytes)).into())
}

async fn body(mut response: reqwest::Response, limit: usize) -> Result<Vec<u8>, Failed> {
    let mut body = Vec::new();
    let lost = |error| Failed::Lost(in_words(error));
    while let Some(chunk) = response.chunk().await.map_err(lost)? {
        if body.len() + chunk.len() > limit {
            return Err(Failed::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Seconds, or an HTTP date measured from the answer's own `Date`; nothing that cannot be read.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name)?.to_str().ok().map(str::trim);
    let value = text(RETRY_AFTER)?;
    if let Ok(seconds) = value.parse::<f64>() {
        // longer than any total time is long enough
        return Duration::try_from_secs_f64(seconds.min(1e9)).ok();
    }
    let instant = |text| DateTimeParser::new().parse_timestamp(text).ok();
    let wait = instant(value)?.duration_since(instant(text(DATE)?)?);
    Some(Duration::try_from(wait).unwrap_or_default())
}

/// The error with its causes, without the URL.
fn in_words(error: reqwest::Error) -> String {
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
