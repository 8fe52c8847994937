//! The round trip: a request as the provider would send it, to the public address. Signed it must be taken, unsigned it must be
//! refused. It comes from our own number and is a mere reaction, so nobody acts on it, whichever server hears it.

use std::time::Duration;

use serde::Deserialize;

use super::super::report::Report;
use crate::sms::{signature::sign_form, terminal::new_sid};

/// Largest part of an answer that is read.
const ANSWER_LIMIT: usize = 64 * 1024;

/// What is posted, and where to.
pub(super) struct Knock<'a> {
    pub(super) client: &'a reqwest::Client,
    pub(super) public: &'a str,
    pub(super) account_sid: &'a str,
    pub(super) service: &'a str,
    pub(super) token: &'a str,
    /// One of ours; without one there is nothing to prove.
    pub(super) number: Option<&'a str>,
}

/// What came back.
struct Answer {
    status: u16,
    body: String,
    /// Where a redirect leads to.
    location: Option<String>,
}

#[derive(Deserialize)]
struct Problem {
    detail: Option<String>,
}

/// Proves it, or says which part of the way is wrong.
pub(super) async fn prove(knock: &Knock<'_>, report: &mut Report) {
    let Some(number) = knock.number else { return };
    let sid = new_sid();
    let mut form: Vec<(String, String)> = [
        ("MessageSid", sid.as_str()),
        ("SmsSid", &sid),
        ("AccountSid", knock.account_sid),
        ("From", number),
        ("To", number),
        ("Body", "Liked \u{201c}connection test\u{201d}"),
        ("NumMedia", "0"),
        ("NumSegments", "1"),
        ("ApiVersion", "2010-04-01"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    if !knock.service.is_empty() {
        form.push(("MessagingServiceSid".to_owned(), knock.service.to_owned()));
    }
    let url = format!("{}/webhooks/twilio/sms", knock.public);
    let signature = sign_form(knock.token, &url, &form);
    match post(knock, &url, &form, Some(&signature)).await {
        Err(why) => {
            return report.wrong(
                "round trip",
                &format!("nothing answers at {url}: {why}"),
                "start `assistant serve`, and check that DNS, firewall, TLS certificate and proxy lead to server.listen",
            );
        }
        Ok(answer) => {
            if let Some((words, mend)) = fault(&answer) {
                return report.wrong("round trip", &format!("{url}: {words}"), &mend);
            }
        }
    }
    match post(knock, &url, &form, None).await {
        Ok(answer) if answer.status == 403 => report.fine(
            "round trip",
            "a signed request is taken at the public address, an unsigned one is refused",
        ),
        Ok(answer) => report.wrong(
            "round trip",
            &format!("{url} answers {} to an unsigned request, expected 403", answer.status),
            "something before this server answers or adds a signature: let the proxy pass requests on as they are",
        ),
        Err(why) => report.wrong("round trip", &format!("{url}: {why}"), "try again"),
    }
}

/// What is wrong with the answer to a signed request, and the mend.
fn fault(answer: &Answer) -> Option<(String, String)> {
    let status = answer.status;
    let told = serde_json::from_str::<Problem>(&answer.body).ok();
    let detail = told.and_then(|problem| problem.detail).unwrap_or_default();
    let (words, mend) = match status {
        200 if answer.body.contains("<Response") => return None,
        200 => (
            "200, but no TwiML: another program answers there".to_owned(),
            "let this path lead to server.listen; a parking page or a login of the proxy stands before it".to_owned(),
        ),
        301..=399 => (
            format!(
                "{status}, it leads on to {}",
                answer.location.as_deref().unwrap_or("another address")
            ),
            "set server.public_url to where it ends (https, host, no slash at the end): the provider's signature is made for \
             the address it was told"
                .to_owned(),
        ),
        403 if detail.contains("AccountSid") => (
            "403: the server belongs to another account".to_owned(),
            "give the server the same twilio.account_sid as here, and restart it".to_owned(),
        ),
        403 if detail.contains("To is not") => (
            "403: the server does not know this number".to_owned(),
            "give the server the same twilio.from and messaging_service_sid as here, and restart it".to_owned(),
        ),
        403 if detail.contains("signature") => (
            "403: the server computes another signature".to_owned(),
            "one of three: its server.public_url is not the one set here; its twilio.auth_token is another (a rotation?); or the \
             proxy changes the path on its way (a prefix added or taken away)"
                .to_owned(),
        ),
        401 | 403 => (
            format!("{status}, and not from this server"),
            "let the proxy pass /webhooks/ without a login or a filter".to_owned(),
        ),
        404 | 405 => (
            format!("{status}: another program answers there, or the proxy changes the path or the method"),
            "let /webhooks/twilio/sms pass as it is, by POST".to_owned(),
        ),
        502 | 504 => (
            format!("{status}: the proxy is there, the server behind it is not"),
            "start `assistant serve`, and let the proxy lead to server.listen".to_owned(),
        ),
        503 => (
            "503: the server cannot keep texts".to_owned(),
            "its database is away: `assistant doctor` says why".to_owned(),
        ),
        status => (
            format!("{status}, expected 200"),
            "the server's log names the request (header x-request-id)".to_owned(),
        ),
    };
    Some((words, mend))
}

async fn post(
    knock: &Knock<'_>,
    url: &str,
    form: &[(String, String)],
    signature: Option<&str>,
) -> Result<Answer, String> {
    let mut request = knock
        .client
        .post(url)
        .form(form)
        .timeout(Duration::from_secs(15));
    if let Some(signature) = signature {
        request = request.header("X-Twilio-Signature", signature);
    }
    let mut answer = request.send().await.map_err(|error| innermost(&error))?;
    let location = answer
        .headers()
        .get("location")
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let status = answer.status().as_u16();
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = answer.chunk().await {
        body.extend_from_slice(&chunk);
        if body.len() > ANSWER_LIMIT {
            break;
        }
    }
    Ok(Answer {
        status,
        body: String::from_utf8_lossy(&body).into_owned(),
        location,
    })
}

/// "connection refused" rather than the layers around it.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
