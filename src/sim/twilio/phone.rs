//! People who text the account's numbers.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    SentText, Sim, TwilioSim,
    callbacks::post_signed,
    locked,
    log::{Message, segments},
    new_sid,
};

/// A text on its way to one of the account's numbers.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Inbound {
    pub from: String,
    /// The account's first number when empty.
    #[serde(default)]
    pub to: String,
    #[serde(default)]
    pub body: String,
    /// Addresses of pictures.
    #[serde(default)]
    pub media: Vec<String>,
    /// A fresh one when missing; one that is known is posted again but not listed twice.
    #[serde(default)]
    pub sid: Option<String>,
}

/// What became of an inbound text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Texted {
    pub sid: String,
    /// The webhook's HTTP status; `None` when nothing answered or no webhook is set.
    pub status: Option<u16>,
}

/// One person's phone.
#[derive(Clone)]
pub struct Phone<'a> {
    sim: &'a TwilioSim,
    /// E.164.
    pub number: String,
}

impl Phone<'_> {
    /// Texts the account's first number.
    pub async fn text(&self, body: &str) -> Texted {
        self.sim.text(&self.number, "", body).await
    }

    /// What this phone has received so far.
    pub fn received(&self) -> Vec<SentText> {
        self.sim.sent_to(&self.number)
    }

    /// Waits until `count` texts in all have come, or `timeout`.
    pub async fn wait_for(&self, count: usize, timeout: Duration) -> Vec<SentText> {
        self.sim.wait_for(&self.number, count, timeout).await
    }
}

impl TwilioSim {
    /// The phone with that number.
    pub fn phone(&self, number: &str) -> Phone<'_> {
        Phone {
            sim: self,
            number: number.to_owned(),
        }
    }

    /// Lists a text and posts its signed webhook once.
    pub async fn text(&self, from: &str, to: &str, body: &str) -> Texted {
        let (from, to, body) = (from.to_owned(), to.to_owned(), body.to_owned());
        self.deliver(Inbound {
            from,
            to,
            body,
            ..Inbound::default()
        })
        .await
    }

    /// Like [`TwilioSim::text`] with an id of the caller's: to send the same again.
    pub async fn text_with_sid(&self, sid: &str, from: &str, to: &str, body: &str) -> Texted {
        let (from, to, body) = (from.to_owned(), to.to_owned(), body.to_owned());
        let sid = Some(sid.to_owned());
        self.deliver(Inbound {
            from,
            to,
            body,
            sid,
            ..Inbound::default()
        })
        .await
    }

    /// Lists `inbound` and posts its signed webhook once.
    pub async fn deliver(&self, inbound: Inbound) -> Texted {
        self.sim.deliver(inbound).await
    }

    /// Like [`TwilioSim::hold_inbound`] with an id of the caller's.
    pub fn hold_inbound_as(&self, sid: &str, from: &str, to: &str, body: &str) {
        let (from, to, body) = (from.to_owned(), to.to_owned(), body.to_owned());
        let sid = Some(sid.to_owned());
        self.sim.keep(&Inbound {
            from,
            to,
            body,
            sid,
            ..Inbound::default()
        });
    }

    /// Lists a text whose webhook was missed, and returns its id.
    pub fn hold_inbound(&self, from: &str, to: &str, body: &str) -> String {
        let (from, to, body) = (from.to_owned(), to.to_owned(), body.to_owned());
        self.sim.keep(&Inbound {
            from,
            to,
            body,
            ..Inbound::default()
        })
    }
}

impl Sim {
    fn own<'a>(&'a self, to: &'a str) -> &'a str {
        let first = self.options.numbers.first().map_or("", String::as_str);
        if to.is_empty() { first } else { to }
    }

    /// Puts an inbound text into the list, unless its id is there already, and acts on keywords.
    pub(super) fn keep(&self, inbound: &Inbound) -> String {
        let to = self.own(&inbound.to);
        let prefix = if inbound.media.is_empty() { "SM" } else { "MM" };
        let sid = inbound.sid.clone().unwrap_or_else(|| new_sid(prefix));
        let now = self.options.clock.now();
        let new = locked(&self.log).add(Message {
            sid: sid.clone(),
            to: to.to_owned(),
            from: inbound.from.clone(),
            body: inbound.body.clone(),
            inbound: true,
            messaging_service: self.options.messaging_service.clone(),
            status: "received",
            error_code: None,
            media: inbound.media.len(),
            created: now,
            sent: Some(now),
        });
        let pair = (to.to_owned(), inbound.from.clone());
        match self.keyword(&inbound.body) {
            Some("STOP") if new => drop(locked(&self.opted_out).insert(pair)),
            Some("START") if new => drop(locked(&self.opted_out).remove(&pair)),
            _ => {}
        }
        sid
    }

    pub(super) async fn deliver(&self, inbound: Inbound) -> Texted {
        let sid = self.keep(&inbound);
        let webhook = locked(&self.webhook).clone();
        let status = match webhook {
            Some(url) => post_signed(self, &url, &self.webhook_params(&sid, &inbound)).await,
            None => None,
        };
        Texted { sid, status }
    }

    /// The parameters of the real request, those that concern texts.
    fn webhook_params(&self, sid: &str, inbound: &Inbound) -> Vec<(String, String)> {
        let mut params: Vec<(String, String)> = [
            ("ToCountry", "US"),
            ("ToState", ""),
            ("ToCity", ""),
            ("ToZip", ""),
            ("FromCountry", "US"),
            ("FromState", ""),
            ("FromCity", ""),
            ("FromZip", ""),
            ("SmsMessageSid", sid),
            ("SmsSid", sid),
            ("MessageSid", sid),
            ("SmsStatus", "received"),
            ("AccountSid", &self.options.account_sid),
            ("ApiVersion", "2010-04-01"),
            ("From", &inbound.from),
            ("To", self.own(&inbound.to)),
            ("Body", &inbound.body),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        let mut add = |name: String, value: String| params.push((name, value));
        add("NumMedia".to_owned(), inbound.media.len().to_string());
        add(
            "NumSegments".to_owned(),
            segments(&inbound.body).to_string(),
        );
        for (index, url) in inbound.media.iter().enumerate() {
            add(format!("MediaUrl{index}"), url.clone());
            add(format!("MediaContentType{index}"), "image/jpeg".to_owned());
        }
        if let Some(service) = &self.options.messaging_service {
            add("MessagingServiceSid".to_owned(), service.clone());
        }
        if let Some(kind) = self.keyword(&inbound.body) {
            add("OptOutType".to_owned(), kind.to_owned());
        }
        params
    }

    /// Which of the provider's default keywords a text is, if they are handled here.
    fn keyword(&self, body: &str) -> Option<&'static str> {
        if !self.options.keywords {
            return None;
        }
        match body.trim().to_ascii_uppercase().as_str() {
            "STOP" | "STOPALL" | "UNSUBSCRIBE" | "CANCEL" | "END" | "QUIT" | "REVOKE"
            | "OPTOUT" => Some("STOP"),
            "START" | "YES" | "UNSTOP" => Some("START"),
            "HELP" | "INFO" => Some("HELP"),
            _ => None,
        }
    }
}
