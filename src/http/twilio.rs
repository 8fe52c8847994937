//! The provider's webhooks: a text arrives, a status changes. Signed over the configured URL; fail closed.

use std::collections::BTreeMap;

use axum::{
    body::Bytes,
    extract::{OriginalUri, Query, State, rejection::QueryRejection},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use secrecy::ExposeSecret;
use serde::Deserialize;
use uuid::Uuid;

use super::Http;
use crate::{
    config::SignatureScheme,
    crash_point,
    domain::PhoneNumber,
    error::Problem,
    mailbox::{Arrival, Kept, accept},
    outbox::{self, Standing},
    sms::{
        signature::{Body, Scheme, Verifier},
        terminal::TERMINAL_ACCOUNT,
    },
};

const EMPTY_TWIML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response></Response>";

/// The parameters of a webhook that is proved to be the provider's.
struct Signed(BTreeMap<String, String>);

impl Signed {
    fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

/// Checks the signature over the configured URL (never Host or X-Forwarded-*) and that the account is ours.
fn verified(
    http: &Http,
    uri: &OriginalUri,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<Signed, Problem> {
    let twilio = &http.config.twilio;
    let refused = || Problem::forbidden("the signature does not fit");
    let path = uri.path_and_query().map_or("/", |p| p.as_str());
    let url = format!("{}{path}", http.public_base);
    let signature = headers
        .get("x-twilio-signature")
        .and_then(|v| v.to_str().ok())
        .ok_or_else(refused)?;
    let (scheme, secrets) = match twilio.signature {
        SignatureScheme::AuthToken => (
            Scheme::AuthToken,
            vec![
                twilio.auth_token.expose_secret(),
                twilio.auth_token_secondary.expose_secret(),
            ],
        ),
        SignatureScheme::SharedKey => (Scheme::SharedKey, vec![twilio.shared_key.expose_secret()]),
    };
    let verifier = Verifier {
        scheme,
        secrets: &secrets,
    };
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    let params: Vec<(String, String)> = if kind.starts_with("application/x-www-form-urlencoded") {
        let params: Vec<_> = form_urlencoded::parse(body).into_owned().collect();
        if !verifier.accepts(&url, Body::Form(&params), signature) {
            return Err(refused());
        }
        params
    } else if kind.starts_with("application/json") {
        if !verifier.accepts(&url, Body::Json(body), signature) {
            return Err(refused());
        }
        let fields: BTreeMap<String, serde_json::Value> = serde_json::from_slice(body)
            .map_err(|_| Problem::bad_request("the body is no JSON object"))?;
        fields
            .into_iter()
            .map(|(name, value)| {
                (
                    name,
                    value
                        .as_str()
                        .map_or_else(|| value.to_string(), str::to_owned),
                )
            })
            .collect()
    } else {
        return Err(Problem::unsupported_media_type(
            "send application/x-www-form-urlencoded",
        ));
    };
    let signed = Signed(params.into_iter().collect());
    let account = if http.config.uses_terminal() {
        TERMINAL_ACCOUNT
    } else {
        twilio.account_sid.as_str()
    };
    if signed.get("AccountSid") != account {
        return Err(Problem::forbidden("AccountSid is not ours"));
    }
    Ok(signed)
}

/// `POST /webhooks/twilio/sms`: keeps the text, then answers 200 with empty TwiML. 503 when it cannot be kept.
pub async fn sms(
    State(http): State<Http>,
    uri: OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let started = std::time::Instant::now();
    let signed = verified(&http, &uri, &headers, &body).inspect_err(|_| count("refused"))?;
    let arrival = arrival(&http, &signed)?;
    let kept = accept(&http.pool, &http.manners, &arrival, http.clock.now()).await;
    let kept = kept.map_err(|error| {
        count("not_kept");
        tracing::error!(%error, "a text could not be kept");
        Problem::unavailable()
    })?;
    crash_point!("accept.before_answer");
    if matches!(kept, Kept::Keyword | Kept::Stranger) {
        http.outbox_bell.notify_one();
    }
    count(match kept {
        Kept::InMailbox => "kept",
        Kept::Duplicate => "duplicate",
        Kept::Keyword => "keyword",
        Kept::Ignored => "ignored",
        Kept::Stranger => "stranger",
    });
    metrics::histogram!("assistant_webhook_seconds").record(started.elapsed().as_secs_f64());
    Ok(twiml())
}

fn arrival(http: &Http, signed: &Signed) -> Result<Arrival, Problem> {
    let sid = signed.get("MessageSid");
    if sid.is_empty() {
        return Err(Problem::bad_request("MessageSid is missing"));
    }
    let to = e164(signed.get("To"));
    let service = &http.config.twilio.messaging_service_sid;
    let by_service = !service.is_empty() && signed.get("MessagingServiceSid") == service;
    if !by_service && !http.own_numbers.contains(&to) {
        return Err(Problem::forbidden("To is not one of our numbers"));
    }
    let count = signed.get("NumMedia").parse::<usize>().unwrap_or(0).min(10);
    let media = (0..count)
        .map(|at| signed.get(&format!("MediaUrl{at}")).to_owned())
        .filter(|u| !u.is_empty());
    Ok(Arrival {
        sid: sid.to_owned(),
        sender: e164(signed.get("From")),
        receiver: to,
        body: signed.get("Body").to_owned(),
        media: media.collect(),
        // the webhook carries no time of its own: the text is as old as its arrival
        sent_at: http.clock.now(),
        opt_out_type: Some(signed.get("OptOutType").to_owned()).filter(|t| !t.is_empty()),
    })
}

/// E.164 where it is a number; a short code or a name stays as it is, and leads to nobody.
fn e164(text: &str) -> String {
    PhoneNumber::parse(text).map_or_else(|_| text.to_owned(), String::from)
}

#[derive(Deserialize)]
pub struct StatusQuery {
    outbox: Option<Uuid>,
}

/// `POST /webhooks/twilio/status?outbox=ID`: moves the row forward; repeated or late callbacks change nothing.
pub async fn status(
    State(http): State<Http>,
    uri: OriginalUri,
    query: Result<Query<StatusQuery>, QueryRejection>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let signed = verified(&http, &uri, &headers, &body).inspect_err(|_| count("refused"))?;
    let sid = match signed.get("MessageSid") {
        "" => signed.get("SmsSid"),
        sid => sid,
    };
    let word = match signed.get("MessageStatus") {
        "" => signed.get("SmsStatus"),
        word => word,
    };
    if sid.is_empty() {
        return Err(Problem::bad_request("MessageSid is missing"));
    }
    if let Some(standing) = Standing::parse(word) {
        let id = query.ok().and_then(|Query(q)| q.outbox);
        let code = signed.get("ErrorCode").parse().ok();
        let moved = outbox::stands(&http.pool, id, sid, standing, code).await?;
        crash_point!("status.committed");
        metrics::counter!("assistant_status_callbacks_total", "status" => word.to_owned(), "moved" => moved).increment(1);
        http.outbox_bell.notify_one();
    }
    Ok(twiml())
}

fn twiml() -> Response {
    (
        [(header::CONTENT_TYPE, "text/xml; charset=utf-8")],
        EMPTY_TWIML,
    )
        .into_response()
}

fn count(outcome: &'static str) {
    metrics::counter!("assistant_webhooks_total", "outcome" => outcome).increment(1);
}
