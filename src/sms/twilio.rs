//! Twilio's REST client, one of the two phone companies. It sorts every outcome of a post by what may be done next, and
//! reads the provider's list. May import: config, the provider trait, reqwest. Knows no database and never retries.
//!
//! Sources: Twilio's pages "Messages resource", "Twilio API responses" (paging) and "Error and warning dictionary". The
//! client that is passed in brings the connect time-out (3 s) and follows no redirects; the total time-out is set here.

pub mod account;
mod wire;

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use reqwest::{Client, RequestBuilder, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use self::account::AskError;
use self::wire::{Page, Taken, Wire, in_words, is_message_sid, read_json, retry_after};
use super::provider::{ListError, Listed, Outgoing, Provider, Received, SendError};

/// Largest answer to a post that is read; the real ones stay near 1 KB.
const ANSWER_LIMIT: usize = 256 * 1024;
/// Largest page of a list that is read: [`PAGE_SIZE`] full texts, each character escaped, fit.
const PAGE_LIMIT: usize = 2 * 1024 * 1024;
const PAGE_SIZE: &str = "100";
/// More pages than this are a provider that turns in circles.
const MOST_PAGES: usize = 1_000;

/// An account at Twilio, or at a simulator that speaks the same.
pub struct Twilio {
    client: Client,
    account_sid: String,
    auth_token: SecretString,
    api_base: String,
    public_base: String,
    /// Our messaging service, when there is one.
    service: Option<String>,
    timeout: Duration,
}

impl Twilio {
    /// An account as configured. `public_base` is where the provider reaches us, without a slash at the end.
    pub fn new(client: Client, config: &crate::config::Twilio, public_base: String) -> Self {
        Self {
            client,
            account_sid: config.account_sid.clone(),
            auth_token: config.auth_token.clone(),
            api_base: config.api_base.trim_end_matches('/').to_owned(),
            public_base: public_base.trim_end_matches('/').to_owned(),
            service: Some(config.messaging_service_sid.clone()).filter(|sid| !sid.is_empty()),
            timeout: Duration::try_from_secs_f64(config.timeout_seconds)
                .unwrap_or(Duration::from_secs(10)),
        }
    }

    fn messages_url(&self) -> String {
        format!(
            "{}/2010-04-01/Accounts/{}/Messages.json",
            self.api_base, self.account_sid
        )
    }

    /// Adds credentials and the total time-out. Only for URLs that begin with `api_base`.
    fn signed(&self, request: RequestBuilder) -> RequestBuilder {
        request
            .basic_auth(&self.account_sid, Some(self.auth_token.expose_secret()))
            .timeout(self.timeout)
    }

    /// A path from the provider's answer below `api_base`; another host in it is refused, so that credentials stay here.
    fn below_base(&self, path: &str) -> Result<String, ListError> {
        let joined = format!("{}{path}", self.api_base);
        let origin = |url: &str| Url::parse(url).ok().map(|url| url.origin());
        let stays = path.starts_with('/')
            && !path.starts_with("//")
            && origin(&joined).is_some_and(|found| Some(found) == origin(&self.api_base));
        if stays {
            Ok(joined)
        } else {
            Err(ListError("a page that leads elsewhere".to_owned()))
        }
    }

    async fn page(&self, url: &str) -> Result<Page, ListError> {
        let response = self
            .signed(self.client.get(url))
            .send()
            .await
            .map_err(|error| ListError(in_words(error)))?;
        if response.status() != StatusCode::OK {
            return Err(ListError(format!("HTTP {}", response.status().as_u16())));
        }
        read_json(response, PAGE_LIMIT).await.map_err(ListError)
    }

    /// Messages to `to` created at or after `since`, as the provider orders them: newest first.
    ///
    /// The provider's own date filter is not used: it acts on `date_sent`, which queued messages do not have yet, and by
    /// whole days. Pages are sorted by `date_sent`, never earlier than `date_created`: after a page of which all is older
    /// than `since`, nothing newer follows.
    async fn list(&self, to: &str, since: Timestamp) -> Result<Vec<Wire>, ListError> {
        let query = [("To", to), ("PageSize", PAGE_SIZE)];
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(query)
            .finish();
        let mut url = format!("{}?{query}", self.messages_url());
        let mut found = Vec::new();
        for _ in 0..MOST_PAGES {
            let page = self.page(&url).await?;
            let mut all_older = !page.messages.is_empty();
            for message in page.messages {
                let created = message.created()?;
                all_older &= created < since;
                if created >= since && message.to == to {
                    found.push(message);
                }
            }
            match page.next_page_uri.filter(|path| !path.is_empty()) {
                Some(path) if !all_older => url = self.below_base(&path)?,
                _ => return Ok(found),
            }
        }
        Err(ListError(format!("more than {MOST_PAGES} pages")))
    }
}

#[async_trait]
impl Provider for Twilio {
    fn name(&self) -> &'static str {
        "twilio"
    }

    async fn send(&self, text: &Outgoing) -> Result<String, SendError> {
        let sender = if text.from.starts_with("MG") {
            "MessagingServiceSid"
        } else {
            "From"
        };
        let callback = format!(
            "{}/webhooks/twilio/status?outbox={}",
            self.public_base, text.id
        );
        let form = [
            ("To", text.to.as_str()),
            (sender, text.from.as_str()),
            ("Body", text.body.as_str()),
            ("StatusCallback", callback.as_str()),
        ];
        let request = self
            .signed(self.client.post(self.messages_url()))
            .form(&form);
        let response = match request.send().await {
            Ok(response) => response,
            // A connection that never stood carried nothing; so did a request that could not be built.
            Err(error) if error.is_connect() || error.is_builder() => {
                return Err(SendError::NotSent(in_words(error)));
            }
            Err(error) => return Err(SendError::Unknown(in_words(error))),
        };
        let status = response.status();
        if status == StatusCode::TOO_MANY_REQUESTS {
            return Err(SendError::Busy {
                retry_after: retry_after(response.headers()),
            });
        }
        if status.is_success() {
            let taken: Taken = read_json(response, ANSWER_LIMIT)
                .await
                .map_err(SendError::Unknown)?;
            return match taken.sid {
                Some(sid) if is_message_sid(&sid) => Ok(sid),
                _ => Err(SendError::Unknown(
                    "taken, but no message id in the answer".to_owned(),
                )),
            };
        }
        // 408 says that something between here and there gave up waiting, not what became of the text.
        if status.is_client_error() && status != StatusCode::REQUEST_TIMEOUT {
            let refusal: Option<Taken> = read_json(response, ANSWER_LIMIT).await.ok();
            let code = refusal.and_then(|refusal| refusal.code);
            return Err(SendError::Refused {
                status: status.as_u16(),
                code,
            });
        }
        Err(SendError::Unknown(format!("HTTP {}", status.as_u16())))
    }

    async fn list_sent(&self, to: &str, since: Timestamp) -> Result<Vec<Listed>, ListError> {
        let outbound = |message: &Wire| message.direction.starts_with("outbound");
        let found = self.list(to, since).await?.into_iter().filter(outbound);
        let mut sent: Vec<Listed> = found.map(Listed::try_from).collect::<Result<_, _>>()?;
        sent.sort_by_key(|listed| std::cmp::Reverse(listed.created_at));
        Ok(sent)
    }

    async fn list_received(&self, own: &str, since: Timestamp) -> Result<Vec<Received>, ListError> {
        let mut received = Vec::new();
        // Turned around first: the sort is stable and the provider's instants are whole seconds.
        for message in self.list(own, since).await?.into_iter().rev() {
            if message.direction != "inbound" {
                continue;
            }
            let mut media = Vec::new();
            if message
                .num_media
                .as_deref()
                .is_some_and(|count| count != "0")
            {
                let path = message.subresource_uris.media.as_deref();
                media.extend(path.map(|path| self.below_base(path)).transpose()?);
            }
            received.push(Received {
                sent_at: message.created()?,
                from: message.from.unwrap_or_default(),
                sid: message.sid,
                to: message.to,
                body: message.body.unwrap_or_default(),
                media,
            });
        }
        received.sort_by_key(|text| text.sent_at);
        Ok(received)
    }

    async fn service_numbers(&self) -> Result<Vec<String>, ListError> {
        match &self.service {
            Some(service) => self
                .numbers_of(service)
                .await
                .map_err(|error| ListError(error.to_string())),
            None => Ok(Vec::new()),
        }
    }

    async fn check(&self) -> Result<(), String> {
        let account = self.account().await.map_err(|error| match error {
            AskError::Refused {
                status: 401 | 403, ..
            } => "twilio.account_sid and twilio.auth_token do not fit".to_owned(),
            AskError::Refused { status: 404, .. } => {
                "twilio.account_sid is not known there".to_owned()
            }
            AskError::Refused { status, .. } => format!("the provider answers HTTP {status}"),
            other => other.to_string(),
        })?;
        match account.status.as_str() {
            "active" => Ok(()),
            other => Err(format!("the account is {other}, not active")),
        }
    }
}
