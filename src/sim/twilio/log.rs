//! What the simulated provider holds: every message in the order of arrival, and its form on the wire.

use std::collections::HashMap;

use jiff::{Timestamp, fmt::rfc2822::DateTimePrinter};
use serde::Serialize;
use serde_json::{Value, json};

/// A text that was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SentText {
    pub sid: String,
    pub to: String,
    /// Our number; the one chosen when a messaging service was named.
    pub from: String,
    pub body: String,
    /// When it was accepted.
    pub at: Timestamp,
}

/// One message, in or out.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub sid: String,
    pub to: String,
    pub from: String,
    pub body: String,
    pub inbound: bool,
    pub messaging_service: Option<String>,
    pub status: &'static str,
    pub error_code: Option<i32>,
    pub media: usize,
    pub created: Timestamp,
    pub sent: Option<Timestamp>,
}

#[derive(Default)]
pub(super) struct Log {
    messages: Vec<Message>,
    by_sid: HashMap<String, usize>,
    by_to: HashMap<String, Vec<usize>>,
    outbound: usize,
}

impl Log {
    /// Adds a message; `false` when its id is there already.
    pub fn add(&mut self, message: Message) -> bool {
        if self.by_sid.contains_key(&message.sid) {
            return false;
        }
        let index = self.messages.len();
        self.by_sid.insert(message.sid.clone(), index);
        self.by_to
            .entry(message.to.clone())
            .or_default()
            .push(index);
        self.outbound += usize::from(!message.inbound);
        self.messages.push(message);
        true
    }

    pub fn outbound(&self) -> usize {
        self.outbound
    }

    pub fn find(&self, sid: &str) -> Option<&Message> {
        self.by_sid.get(sid).map(|index| &self.messages[*index])
    }

    /// Sets where a message stands.
    pub fn advance(&mut self, sid: &str, status: &'static str, code: Option<i32>, now: Timestamp) {
        if let Some(index) = self.by_sid.get(sid) {
            let message = &mut self.messages[*index];
            message.status = status;
            message.error_code = code;
            message.sent.get_or_insert(now);
        }
    }

    /// Newest first, those to `to` alone when given, those older than `after` alone when given.
    pub fn newest<'a>(
        &'a self,
        to: Option<&str>,
        after: Option<&str>,
    ) -> Box<dyn Iterator<Item = &'a Message> + 'a> {
        let end = after
            .and_then(|sid| self.by_sid.get(sid))
            .copied()
            .unwrap_or(usize::MAX);
        match to {
            None => {
                let end = end.min(self.messages.len());
                Box::new(self.messages[..end].iter().rev())
            }
            Some(to) => {
                let indexes = self.by_to.get(to).map_or(&[][..], Vec::as_slice);
                let end = indexes.partition_point(|index| *index < end);
                Box::new(
                    indexes[..end]
                        .iter()
                        .rev()
                        .map(|index| &self.messages[*index]),
                )
            }
        }
    }

    pub fn sent_count(&self, to: &str) -> usize {
        let indexes = self.by_to.get(to).map_or(&[][..], Vec::as_slice);
        indexes
            .iter()
            .filter(|index| !self.messages[**index].inbound)
            .count()
    }

    pub fn sent_to(&self, to: &str) -> Vec<SentText> {
        let indexes = self.by_to.get(to).map_or(&[][..], Vec::as_slice);
        let messages = indexes.iter().map(|index| &self.messages[*index]);
        messages
            .filter(|message| !message.inbound)
            .map(Message::text)
            .collect()
    }

    pub fn all_sent(&self) -> Vec<SentText> {
        self.messages
            .iter()
            .filter(|message| !message.inbound)
            .map(Message::text)
            .collect()
    }
}

impl Message {
    fn text(&self) -> SentText {
        SentText {
            sid: self.sid.clone(),
            to: self.to.clone(),
            from: self.from.clone(),
            body: self.body.clone(),
            at: self.created,
        }
    }

    /// A messaging service has not chosen a number before the message leaves.
    fn is_unassigned(&self) -> bool {
        self.messaging_service.is_some() && self.sent.is_none() && !self.inbound
    }

    /// The Message resource in JSON.
    pub fn wire(&self, account_sid: &str) -> Value {
        let path = format!("/2010-04-01/Accounts/{account_sid}/Messages/{}", self.sid);
        let segments = if self.is_unassigned() {
            0
        } else {
            segments(&self.body)
        };
        let reason = self
            .error_code
            .map(|code| format!("simulated error {code}"));
        json!({
            "account_sid": account_sid,
            "api_version": "2010-04-01",
            "body": self.body,
            "date_created": rfc2822(self.created),
            "date_sent": self.sent.map(rfc2822),
            "date_updated": rfc2822(self.sent.unwrap_or(self.created)),
            "direction": if self.inbound { "inbound" } else { "outbound-api" },
            "error_code": self.error_code,
            "error_message": reason,
            "from": (!self.is_unassigned()).then_some(&self.from),
            "messaging_service_sid": self.messaging_service,
            "num_media": self.media.to_string(),
            "num_segments": segments.to_string(),
            "price": null,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": { "media": format!("{path}/Media.json") },
            "to": self.to,
            "uri": format!("{path}.json"),
        })
    }
}

/// Whole seconds, as the provider writes them.
fn rfc2822(instant: Timestamp) -> String {
    DateTimePrinter::new()
        .timestamp_to_string(&instant)
        .expect("an instant of this clock has a four-digit year")
        .replace("-0000", "+0000")
}

/// Segments by GSM 03.38 and UCS-2; kept apart from the daemon's own count on purpose.
pub(super) fn segments(body: &str) -> usize {
    const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡\
        ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    let septets = body.chars().try_fold(0, |sum, character| match character {
        _ if BASIC.contains(character) => Some(sum + 1),
        '^' | '{' | '}' | '\\' | '[' | '~' | ']' | '|' | '€' | '\u{c}' => Some(sum + 2),
        _ => None,
    });
    let (length, single, part): (usize, usize, usize) = match septets {
        Some(septets) => (septets, 160, 153),
        None => (body.encode_utf16().count(), 70, 67),
    };
    if length <= single {
        1
    } else {
        length.div_ceil(part)
    }
}
