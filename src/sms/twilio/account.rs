//! What an operator asks of the account: whose it is, where its numbers and its messaging service post texts, and how far the
//! registration with the carriers is. Only `assistant connect` changes anything here.
//!
//! Sources: Twilio's pages "Accounts resource", "IncomingPhoneNumbers resource", "Services resource", "Services PhoneNumbers
//! subresource", "A2P 10DLC – UsAppToPerson resource", "BrandRegistrations resource", "Tollfree Verifications resource".

use reqwest::{RequestBuilder, Response};
use serde::{Deserialize, de::DeserializeOwned};
use url::Url;

use super::{
    PAGE_LIMIT, Twilio,
    wire::{in_words, read_json},
};

/// More pages of a pool than this are a provider that turns in circles.
const MOST_PAGES: usize = 50;

/// Why a question was not answered.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    #[error("{base} is not reached: {why}")]
    Away { base: String, why: String },
    #[error("HTTP {status}{}: {message}", code.map(|code| format!(", code {code}")).unwrap_or_default())]
    Refused {
        status: u16,
        code: Option<i32>,
        message: String,
    },
    #[error("{0}")]
    Unreadable(String),
}

#[derive(Deserialize)]
struct Refusal {
    code: Option<i32>,
    message: Option<String>,
}

/// The account of the credentials.
#[derive(Debug, Deserialize)]
pub struct AccountSaid {
    /// active, suspended or closed.
    pub status: String,
    /// Trial or Full.
    #[serde(rename = "type", default)]
    pub kind: String,
}

/// One number of the account, and where texts to it are posted.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct OwnNumber {
    /// `PN…`
    pub sid: String,
    /// E.164.
    pub phone_number: String,
    pub capabilities: Capabilities,
    #[serde(default)]
    pub sms_url: Option<String>,
    #[serde(default)]
    pub sms_method: Option<String>,
    #[serde(default)]
    pub sms_fallback_url: Option<String>,
    /// An application whose addresses win over those of the number.
    #[serde(default)]
    pub sms_application_sid: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Capabilities {
    /// The console writes it in capitals, and so do older answers.
    #[serde(default, alias = "SMS")]
    pub sms: bool,
}

/// A messaging service, and where texts to its numbers are posted.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Service {
    pub sid: String,
    #[serde(default)]
    pub inbound_request_url: Option<String>,
    #[serde(default)]
    pub inbound_method: Option<String>,
    #[serde(default)]
    pub fallback_url: Option<String>,
    #[serde(default)]
    pub status_callback: Option<String>,
    /// Then the addresses of each number count, not those of the service.
    #[serde(default)]
    pub use_inbound_webhook_on_number: bool,
}

/// A campaign of the messaging service.
#[derive(Debug, Deserialize)]
pub struct Campaign {
    pub brand_registration_sid: Option<String>,
    /// PENDING, IN_PROGRESS, VERIFIED, FAILED or SUSPENDED.
    pub campaign_status: Option<String>,
}

/// Something that has a status: a brand, or the verification of a toll-free number.
#[derive(Debug, Deserialize)]
pub struct Registered {
    #[serde(default)]
    pub sid: String,
    pub status: String,
}

#[derive(Deserialize)]
struct Numbers {
    incoming_phone_numbers: Vec<OwnNumber>,
}

#[derive(Deserialize)]
struct Pool {
    phone_numbers: Vec<PoolNumber>,
    #[serde(default)]
    meta: Meta,
}

#[derive(Deserialize)]
struct PoolNumber {
    phone_number: String,
}

#[derive(Default, Deserialize)]
struct Meta {
    next_page_url: Option<String>,
}

#[derive(Deserialize)]
struct Compliance {
    #[serde(default)]
    compliance: Vec<Campaign>,
}

#[derive(Deserialize)]
struct Brands {
    #[serde(default)]
    data: Vec<Registered>,
}

#[derive(Deserialize)]
struct Verifications {
    #[serde(default)]
    verifications: Vec<Registered>,
}

/// Where the messaging API lives when the main one is at `api_base`: another host of the provider, with its region; at a
/// simulator the same.
pub fn messaging_base(api_base: &str) -> String {
    let base = api_base.trim_end_matches('/');
    match base.strip_prefix("https://api.") {
        Some(rest) if rest == "twilio.com" || rest.ends_with(".twilio.com") => {
            format!("https://messaging.{rest}")
        }
        _ => base.to_owned(),
    }
}

impl Twilio {
    /// The account itself.
    pub async fn account(&self) -> Result<AccountSaid, AskError> {
        let url = format!("{}.json", self.account_url());
        self.answer(self.client.get(url)).await
    }

    /// The number `number` (E.164) of the account; `None` when the account does not have it.
    pub async fn own_number(&self, number: &str) -> Result<Option<OwnNumber>, AskError> {
        let url = format!("{}/IncomingPhoneNumbers.json", self.account_url());
        let found: Numbers = self
            .answer(self.client.get(url).query(&[("PhoneNumber", number)]))
            .await?;
        // the filter matches parts of a number as well
        Ok(found
            .incoming_phone_numbers
            .into_iter()
            .find(|own| own.phone_number == number))
    }

    /// Changes where texts to a number are posted.
    pub async fn set_number(
        &self,
        sid: &str,
        changes: &[(&str, String)],
    ) -> Result<OwnNumber, AskError> {
        let url = format!("{}/IncomingPhoneNumbers/{sid}.json", self.account_url());
        self.answer(self.client.post(url).form(changes)).await
    }

    /// The messaging service `sid`.
    pub async fn service(&self, sid: &str) -> Result<Service, AskError> {
        self.answer(self.client.get(self.service_url(sid))).await
    }

    /// Changes where texts to the service's numbers are posted.
    pub async fn set_service(
        &self,
        sid: &str,
        changes: &[(&str, String)],
    ) -> Result<Service, AskError> {
        self.answer(self.client.post(self.service_url(sid)).form(changes))
            .await
    }

    /// The numbers of the messaging service, all pages.
    pub async fn numbers_of(&self, service: &str) -> Result<Vec<String>, AskError> {
        let mut url = format!("{}/PhoneNumbers?PageSize=100", self.service_url(service));
        let mut numbers = Vec::new();
        for _ in 0..MOST_PAGES {
            let page: Pool = self.answer(self.client.get(&url)).await?;
            numbers.extend(page.phone_numbers.into_iter().map(|own| own.phone_number));
            let Some(next) = page.meta.next_page_url.filter(|next| !next.is_empty()) else {
                return Ok(numbers);
            };
            let origin = |url: &str| Url::parse(url).ok().map(|url| url.origin());
            if origin(&next).is_none() || origin(&next) != origin(&url) {
                return Err(AskError::Unreadable(
                    "a page that leads elsewhere".to_owned(),
                ));
            }
            url = next;
        }
        Err(AskError::Unreadable(format!(
            "more than {MOST_PAGES} pages"
        )))
    }

    /// Campaigns registered for the messaging service.
    pub async fn campaigns(&self, service: &str) -> Result<Vec<Campaign>, AskError> {
        let url = format!("{}/Compliance/Usa2p", self.service_url(service));
        let found: Compliance = self.answer(self.client.get(url)).await?;
        Ok(found.compliance)
    }

    /// Brands registered by this account.
    pub async fn brands(&self) -> Result<Vec<Registered>, AskError> {
        let url = format!(
            "{}/v1/a2p/BrandRegistrations",
            messaging_base(&self.api_base)
        );
        let found: Brands = self.answer(self.client.get(url)).await?;
        Ok(found.data)
    }

    /// Verifications of the toll-free number with this `PN…`.
    pub async fn toll_free(&self, number_sid: &str) -> Result<Vec<Registered>, AskError> {
        let url = format!(
            "{}/v1/Tollfree/Verifications",
            messaging_base(&self.api_base)
        );
        let request = self.client.get(url);
        let found: Verifications = self
            .answer(request.query(&[("TollfreePhoneNumberSid", number_sid)]))
            .await?;
        Ok(found.verifications)
    }

    fn account_url(&self) -> String {
        format!("{}/2010-04-01/Accounts/{}", self.api_base, self.account_sid)
    }

    fn service_url(&self, sid: &str) -> String {
        format!("{}/v1/Services/{sid}", messaging_base(&self.api_base))
    }

    async fn answer<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, AskError> {
        let response = self.signed(request).send().await;
        let response: Response = response.map_err(|error| AskError::Away {
            base: self.api_base.clone(),
            why: in_words(error),
        })?;
        let status = response.status();
        if status.is_success() {
            return read_json(response, PAGE_LIMIT)
                .await
                .map_err(AskError::Unreadable);
        }
        let refusal: Option<Refusal> = read_json(response, PAGE_LIMIT).await.ok();
        Err(AskError::Refused {
            status: status.as_u16(),
            code: refusal.as_ref().and_then(|refusal| refusal.code),
            message: refusal
                .and_then(|refusal| refusal.message)
                .unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::messaging_base;

    #[test]
    fn the_messaging_api_is_on_its_own_host_at_the_provider_and_beside_the_other_elsewhere() {
        for (api, messaging) in [
            ("https://api.twilio.com", "https://messaging.twilio.com"),
            (
                "https://api.dublin.ie1.twilio.com/",
                "https://messaging.dublin.ie1.twilio.com",
            ),
            ("http://127.0.0.1:9800", "http://127.0.0.1:9800"),
            ("https://api.eviltwilio.com", "https://api.eviltwilio.com"),
        ] {
            assert_eq!(messaging_base(api), messaging);
        }
    }
}
