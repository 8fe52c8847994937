//! `assistant connect twilio`: from an account to a number that works. It checks credentials and numbers, sets where texts are
//! posted, proves the way there with a signed request that changes nothing, and says what registration is missing.

mod proof;
mod registration;

use std::time::Duration;

use clap::Subcommand;
use secrecy::ExposeSecret;

use super::report::Report;
use crate::{
    app::http_client,
    config::{Config, Receive, SignatureScheme},
    domain::PhoneNumber,
    sms::twilio::{
        Twilio,
        account::{AskError, OwnNumber, Service},
    },
};

#[derive(Subcommand)]
pub enum Company {
    /// Checks the account and its numbers, sets their webhook, proves that it works, and says what registration is missing.
    Twilio {
        /// Changes nothing at the provider: prints what would be set.
        #[arg(long)]
        dry_run: bool,
        /// Prints the wording for the registration even when nothing is missing.
        #[arg(long)]
        wording: bool,
    },
}

/// What an address of ours is set to, and what stood there.
struct Change {
    name: &'static str,
    from: String,
    to: String,
}

/// Runs it; 1 when something is wrong.
pub async fn run(config: &Config, company: Company) -> anyhow::Result<i32> {
    let Company::Twilio { dry_run, wording } = company;
    let mut report = Report::default();
    if config.uses_terminal() {
        report.wrong(
            "twilio.account_sid",
            "not set, so texts go to the terminal phone",
            "set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN (both stand on the first page of the console) and twilio.from",
        );
        return Ok(report.end());
    }
    let client = http_client(Duration::from_secs_f64(config.twilio.timeout_seconds))?;
    let twilio = Twilio::new(client.clone(), &config.twilio, String::new());
    if !account(&twilio, &mut report).await {
        return Ok(report.end());
    }
    let numbers = numbers(config, &twilio, &mut report).await;
    if config.twilio.receive == Receive::Poll {
        report.note(
            "webhook",
            "not needed: twilio.receive is \"poll\", texts are read from the provider's list",
        );
    } else if let Some(public) = address(config, &mut report) {
        let ready = point(config, &twilio, &numbers, &public, dry_run, &mut report).await;
        if ready && config.twilio.signature == SignatureScheme::AuthToken {
            let token = config.twilio.auth_token.expose_secret();
            let knock = proof::Knock {
                client: &client,
                public: &public,
                account_sid: &config.twilio.account_sid,
                service: &config.twilio.messaging_service_sid,
                token,
                number: numbers.first().map(|own| own.phone_number.as_str()),
            };
            proof::prove(&knock, &mut report).await;
        } else if ready {
            report.note(
                "signature",
                "shared_key: the round trip is proved by a text of yours alone",
            );
        }
    }
    registration::report(config, &twilio, &numbers, wording, &mut report).await;
    Ok(report.end())
}

/// Whether the credentials open an account that works.
async fn account(twilio: &Twilio, report: &mut Report) -> bool {
    match twilio.account().await {
        Ok(account) if account.status != "active" => {
            report.wrong(
                "account",
                &format!("it is {}, not active", account.status),
                "the console says why; a closed account cannot be opened again",
            );
            false
        }
        Ok(account) => {
            report.fine("account", "credentials are right, the account is active");
            if account.kind.eq_ignore_ascii_case("trial") {
                report.note(
                    "account",
                    "a trial: it texts only numbers that are verified in the console, and adds a line to each text (code \
                     21608 says so); upgrade it before others use it",
                );
            }
            true
        }
        Err(error) => {
            let mend = match &error {
                AskError::Refused {
                    status: 401 | 403, ..
                } => {
                    "copy both from the console's first page again; a test token, the token of another account and an API key \
                     all fail here"
                }
                AskError::Refused { status: 404, .. } => {
                    "copy twilio.account_sid from the console again"
                }
                _ => "check twilio.api_base, this machine's DNS and its way out (port 443)",
            };
            report.wrong("account", &error.to_string(), mend);
            false
        }
    }
}

/// The configured numbers that are the account's and can text.
async fn numbers(config: &Config, twilio: &Twilio, report: &mut Report) -> Vec<OwnNumber> {
    let mut wanted = config.own_numbers();
    let service = &config.twilio.messaging_service_sid;
    if !service.is_empty() {
        match twilio.numbers_of(service).await {
            Ok(pool) if pool.is_empty() && wanted.is_empty() => report.wrong(
                "messaging service",
                "it has no number",
                "add one in the console: Messaging, Services, Sender Pool",
            ),
            Ok(pool) => {
                report.fine("messaging service", &format!("{} numbers", pool.len()));
                wanted.extend(pool);
            }
            Err(error) => report.wrong(
                "messaging service",
                &error.to_string(),
                "copy twilio.messaging_service_sid (MG…) from Messaging, Services; it must be of the same account",
            ),
        }
    }
    let mut found: Vec<OwnNumber> = Vec::new();
    for number in wanted {
        let number = match PhoneNumber::parse(&number) {
            Ok(number) => String::from(number),
            Err(error) => {
                report.wrong(
                    "twilio.from",
                    &error.to_string(),
                    "write it as +15550100001",
                );
                continue;
            }
        };
        if found.iter().any(|own| own.phone_number == number) {
            continue;
        }
        match twilio.own_number(&number).await {
            Ok(Some(own)) if own.capabilities.sms => {
                report.fine(&number, "ours, and it can text");
                found.push(own);
            }
            Ok(Some(_)) => report.wrong(
                &number,
                "ours, but it cannot text (no SMS capability)",
                "take a number with SMS in the console: Phone Numbers, Buy a number, Capabilities",
            ),
            Ok(None) => report.wrong(
                &number,
                "not a number of this account",
                "buy it there, or set twilio.from to one that stands under Phone Numbers, Active numbers",
            ),
            Err(error) => report.wrong(&number, &error.to_string(), "try again in a minute"),
        }
    }
    found
}

/// The public address, without a slash at its end.
fn address(config: &Config, report: &mut Report) -> Option<String> {
    let public = config.server.public_url.trim_end_matches('/');
    if public.is_empty() {
        report.wrong(
            "server.public_url",
            "not set, so the provider has nowhere to post to",
            "set it to the https address that leads to this server, or twilio.receive = \"poll\" to do without",
        );
        return None;
    }
    if public.starts_with("http://") {
        report.note(
            "server.public_url",
            "http: texts travel unsealed between the provider and here; put TLS in front",
        );
    }
    Some(public.to_owned())
}

/// Sets where texts are posted, on the service or on each number. False when something could not be set.
async fn point(
    config: &Config,
    twilio: &Twilio,
    numbers: &[OwnNumber],
    public: &str,
    dry_run: bool,
    report: &mut Report,
) -> bool {
    let mut fine = true;
    let service = &config.twilio.messaging_service_sid;
    if service.is_empty() {
        for own in numbers {
            let changes = of_number(own, public);
            let told = say(&own.phone_number, &changes, dry_run, report);
            if told && let Err(error) = twilio.set_number(&own.sid, &form(&changes)).await {
                fine = refused(&own.phone_number, &error, report);
            }
        }
        return fine && !numbers.is_empty();
    }
    match twilio.service(service).await {
        Ok(found) => {
            let changes = of_service(&found, public);
            let told = say("messaging service", &changes, dry_run, report);
            if told && let Err(error) = twilio.set_service(service, &form(&changes)).await {
                fine = refused("messaging service", &error, report);
            }
        }
        // said before
        Err(_) => fine = false,
    }
    fine
}

/// Twilio retries nothing by itself: `rc` asks for three more tries, `rp=all` on any failure.
fn webhook(public: &str) -> String {
    format!("{public}/webhooks/twilio/sms#rc=3&rp=all")
}

/// What a number must be set to. Its `StatusCallback` is about calls; each text that we send names its own.
fn of_number(own: &OwnNumber, public: &str) -> Vec<Change> {
    let fallback = own.sms_fallback_url.clone().unwrap_or_default();
    changes([
        ("SmsUrl", own.sms_url.clone(), webhook(public)),
        ("SmsMethod", own.sms_method.clone(), "POST".to_owned()),
        // another replica's address stays
        (
            "SmsFallbackUrl",
            own.sms_fallback_url.clone(),
            or(fallback, public),
        ),
        // an application's addresses would win
        (
            "SmsApplicationSid",
            own.sms_application_sid.clone(),
            String::new(),
        ),
    ])
}

fn of_service(service: &Service, public: &str) -> Vec<Change> {
    let fallback = service.fallback_url.clone().unwrap_or_default();
    let on_number = service.use_inbound_webhook_on_number.to_string();
    changes([
        (
            "InboundRequestUrl",
            service.inbound_request_url.clone(),
            webhook(public),
        ),
        (
            "InboundMethod",
            service.inbound_method.clone(),
            "POST".to_owned(),
        ),
        (
            "FallbackUrl",
            service.fallback_url.clone(),
            or(fallback, public),
        ),
        (
            "StatusCallback",
            service.status_callback.clone(),
            format!("{public}/webhooks/twilio/status"),
        ),
        (
            "UseInboundWebhookOnNumber",
            Some(on_number),
            "false".to_owned(),
        ),
    ])
}

fn or(there: String, public: &str) -> String {
    if there.is_empty() {
        format!("{public}/webhooks/twilio/sms")
    } else {
        there
    }
}

fn changes<const N: usize>(wanted: [(&'static str, Option<String>, String); N]) -> Vec<Change> {
    let all = wanted.into_iter().map(|(name, from, to)| Change {
        name,
        from: from.unwrap_or_default(),
        to,
    });
    all.filter(|change| change.from != change.to).collect()
}

fn form(changes: &[Change]) -> Vec<(&'static str, String)> {
    changes
        .iter()
        .map(|change| (change.name, change.to.clone()))
        .collect()
}

/// Prints the changes; true when they are to be made.
fn say(part: &str, changes: &[Change], dry_run: bool, report: &Report) -> bool {
    if changes.is_empty() {
        report.fine(part, "texts are posted here already");
        return false;
    }
    let verb = if dry_run { "would set" } else { "set" };
    for change in changes {
        let shown = |value: &str| {
            if value.is_empty() {
                "nothing".to_owned()
            } else {
                value.to_owned()
            }
        };
        report.fine(
            part,
            &format!(
                "{verb} {} to {} (was {})",
                change.name,
                shown(&change.to),
                shown(&change.from)
            ),
        );
    }
    !dry_run
}

fn refused(part: &str, error: &AskError, report: &mut Report) -> bool {
    let mend = match error {
        AskError::Refused {
            code: Some(21402 | 21502 | 11100),
            ..
        } => {
            "server.public_url must be an address on the public internet, with a host name and no underscore in it"
        }
        AskError::Refused {
            status: 401 | 403, ..
        } => "this token may read but not change: use the account's auth token",
        _ => "set it by hand in the console, or try again in a minute",
    };
    report.wrong(part, &format!("it could not be set: {error}"), mend);
    false
}
