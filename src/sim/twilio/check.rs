//! What the real one checks before it accepts a text, and how it words a refusal.

use std::collections::HashMap;

use axum::{
    Json,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;
use url::Url;

use super::{Script, Sim, locked, log::Message, new_sid};

/// Parameters of the documented request; all others are refused.
pub(super) const KNOWN: &[&str] = &[
    "To",
    "From",
    "MessagingServiceSid",
    "Body",
    "StatusCallback",
    "ApplicationSid",
    "MaxPrice",
    "ProvideFeedback",
    "Attempt",
    "ValidityPeriod",
    "ForceDelivery",
    "ContentRetention",
    "AddressRetention",
    "SmartEncoded",
    "PersistentAction",
    "TrafficType",
    "ShortenUrls",
    "ScheduleType",
    "SendAt",
    "SendAsMms",
    "ContentVariables",
    "RiskCheck",
];

/// A refusal as the provider words it.
#[derive(Debug)]
pub(super) struct Refusal {
    pub status: StatusCode,
    pub code: i32,
    pub message: String,
}

impl Refusal {
    pub fn bad(code: i32, message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            code,
            message: message.into(),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({
            "code": self.code,
            "message": self.message,
            "more_info": format!("https://www.twilio.com/docs/errors/{}", self.code),
            "status": self.status.as_u16(),
        });
        (self.status, Json(body)).into_response()
    }
}

/// The decoded form; any other body, and a parameter that is unknown or repeated, is refused.
pub(super) fn form(
    headers: &HeaderMap,
    body: &[u8],
    known: &[&str],
) -> Result<HashMap<String, String>, Refusal> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).map(str::trim);
    if kind != Some("application/x-www-form-urlencoded") {
        let message = "Unsupported Media Type".to_owned();
        return Err(Refusal {
            status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
            code: 20415,
            message,
        });
    }
    let mut form = HashMap::new();
    for (name, value) in form_urlencoded::parse(body) {
        let twice = form
            .insert(name.clone().into_owned(), value.into_owned())
            .is_some();
        if twice || !known.contains(&&*name) {
            return Err(Refusal::bad(
                20001,
                format!("Unknown or repeated parameter {name}"),
            ));
        }
    }
    Ok(form)
}

/// Every check of the real one that a text can meet, in its order: recipient, sender, body, callback, consent.
pub(super) fn check(sim: &Sim, form: &HashMap<String, String>) -> Result<Message, Refusal> {
    let value = |name: &str| {
        form.get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    };
    let to = value("To").ok_or_else(|| Refusal::bad(21604, "A 'To' phone number is required."))?;
    if !is_e164(to) {
        return Err(Refusal::bad(
            21211,
            format!("Invalid 'To' Phone Number: {to}"),
        ));
    }
    let (from, service) = sender(sim, value("From"), value("MessagingServiceSid"))?;
    let body = value("Body").ok_or_else(|| Refusal::bad(21602, "Message body is required."))?;
    if body.chars().count() > 1600 {
        let message = "The concatenated message body exceeds the 1600 character limit";
        return Err(Refusal::bad(21617, message));
    }
    if value("StatusCallback").is_some_and(|url| !is_callback(url)) {
        return Err(Refusal::bad(
            21609,
            "The StatusCallback URL is not a valid URL.",
        ));
    }
    if to == from {
        return Err(Refusal::bad(
            21266,
            "'To' and 'From' number cannot be the same",
        ));
    }
    if let Some(Script::Refused(code)) = locked(&sim.scripts).get(to) {
        return Err(Refusal::bad(*code, format!("'To' number {to} is refused")));
    }
    if locked(&sim.opted_out).contains(&(from.to_owned(), to.to_owned())) {
        return Err(Refusal::bad(
            21610,
            "Attempt to send to unsubscribed recipient",
        ));
    }
    Ok(Message {
        sid: new_sid("SM"),
        to: to.to_owned(),
        from: from.to_owned(),
        body: body.to_owned(),
        inbound: false,
        messaging_service: service.map(str::to_owned),
        status: if service.is_some() {
            "accepted"
        } else {
            "queued"
        },
        error_code: None,
        media: 0,
        created: sim.options.clock.now(),
        sent: None,
    })
}

/// Our number and, when named, the service that it is taken from.
fn sender<'a>(
    sim: &'a Sim,
    from: Option<&'a str>,
    service: Option<&'a str>,
) -> Result<(&'a str, Option<&'a str>), Refusal> {
    let owns = |number: &str| sim.options.numbers.iter().any(|own| own == number);
    match (from, service) {
        (None, None) => Err(Refusal::bad(21603, "A 'From' phone number is required.")),
        (_, Some(service)) if sim.options.messaging_service.as_deref() != Some(service) => {
            Err(Refusal::bad(21701, "The Messaging Service does not exist"))
        }
        (Some(from), _) if !is_e164(from) => Err(Refusal::bad(
            21212,
            format!("Invalid 'From' Phone Number: {from}"),
        )),
        (Some(from), _) if !owns(from) => Err(Refusal::bad(
            21659,
            format!("{from} is not a Twilio phone number"),
        )),
        (Some(from), service) => Ok((from, service)),
        (None, service) => {
            let chosen = sim.options.numbers.first().map(String::as_str);
            let empty =
                || Refusal::bad(21703, "The Messaging Service does not have a phone number");
            Ok((chosen.ok_or_else(empty)?, service))
        }
    }
}

fn is_e164(number: &str) -> bool {
    number.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0')
    })
}

/// The provider calls http and https, and no host with an underscore.
pub(super) fn is_callback(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url
                .host_str()
                .is_some_and(|host| !host.is_empty() && !host.contains('_'))
    })
}
