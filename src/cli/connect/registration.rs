//! What the carriers want to know before they let texts to US numbers pass: a brand and a campaign for local numbers (A2P
//! 10DLC), a verification for toll-free ones; with wording that says what this assistant does and fits the length limits.
//!
//! Sources: Twilio's pages "A2P 10DLC campaign onboarding guide", "UsAppToPerson resource" (lengths) and "Toll-free message
//! verification".

use super::super::report::Report;
use crate::{
    config::{Config, JoinPolicy},
    mailbox::DISCLOSURES,
    sms::twilio::{Twilio, account::OwnNumber},
};

const TOLL_FREE: [&str; 7] = ["800", "833", "844", "855", "866", "877", "888"];

/// Says how far the registration is, and prints the wording when something is missing or when it is wanted.
pub(super) async fn report(
    config: &Config,
    twilio: &Twilio,
    numbers: &[OwnNumber],
    wanted: bool,
    report: &mut Report,
) {
    let us: Vec<&OwnNumber> = numbers
        .iter()
        .filter(|own| own.phone_number.starts_with("+1"))
        .collect();
    let (free, local): (Vec<&OwnNumber>, Vec<&OwnNumber>) = us
        .into_iter()
        .partition(|own| TOLL_FREE.contains(&own.phone_number.get(2..5).unwrap_or_default()));
    let mut missing = false;
    for own in free {
        missing |= toll_free(twilio, own, report).await;
    }
    if !local.is_empty() {
        missing |= local_numbers(config, twilio, report).await;
    }
    if missing || wanted {
        println!("\n{}", wording(config));
    }
}

/// True when something is missing.
async fn toll_free(twilio: &Twilio, own: &OwnNumber, report: &Report) -> bool {
    let number = &own.phone_number;
    match twilio.toll_free(&own.sid).await {
        Ok(found) if found.iter().any(|one| one.status == "TWILIO_APPROVED") => {
            report.fine(number, "toll-free, verified");
            false
        }
        Ok(found) => {
            let stands = found.last().map_or_else(
                || {
                    "not begun: without it every text to the US and Canada is refused (code 30032)"
                        .to_owned()
                },
                |one| format!("it stands at {}", one.status),
            );
            report.note(
                number,
                &format!("toll-free verification: {stands}; console: Phone Numbers, the number, Regulatory"),
            );
            true
        }
        Err(error) => {
            report.note(
                number,
                &format!("toll-free verification is not known: {error}"),
            );
            false
        }
    }
}

async fn local_numbers(config: &Config, twilio: &Twilio, report: &Report) -> bool {
    let part = "A2P 10DLC";
    let service = &config.twilio.messaging_service_sid;
    let mut missing = false;
    match twilio.brands().await {
        Ok(brands) if brands.iter().any(|brand| brand.status == "APPROVED") => {
            report.fine(part, "a brand is approved");
        }
        Ok(brands) => {
            let stands = brands
                .last()
                .map_or("none is registered".to_owned(), |brand| {
                    format!("it stands at {}", brand.status)
                });
            report.note(
                part,
                &format!("brand (who you are): {stands}; console: Messaging, Regulatory compliance, Brands. Without an EIN: sole proprietor"),
            );
            missing = true;
        }
        Err(error) => report.note(part, &format!("brands are not known: {error}")),
    }
    if service.is_empty() {
        report.note(
            part,
            "campaign (what you text): it belongs to a messaging service; make one, add the number, register the campaign \
             there, and set twilio.messaging_service_sid. Until then texts to US numbers are refused (code 30034)",
        );
        return true;
    }
    match twilio.campaigns(service).await {
        Ok(found) => {
            let stands = |status: &str| {
                found
                    .iter()
                    .any(|one| one.campaign_status.as_deref() == Some(status))
            };
            if stands("VERIFIED") {
                report.fine(part, "the campaign is verified");
                return missing;
            }
            let words = match found.last().and_then(|one| one.campaign_status.as_deref()) {
                None => {
                    "none is registered; texts to US numbers are refused (code 30034)".to_owned()
                }
                Some("FAILED") => {
                    "it was refused; the console says why, and it can be edited".to_owned()
                }
                Some(status) => format!("it stands at {status}; a review takes days"),
            };
            report.note(part, &format!("campaign (what you text): {words}"));
            true
        }
        Err(error) => {
            report.note(part, &format!("campaigns are not known: {error}"));
            missing
        }
    }
}

/// One field of the registration form, with the lengths that are accepted.
struct Field {
    name: &'static str,
    text: String,
    longest: usize,
}

fn fields(config: &Config) -> Vec<Field> {
    let operator = &config.ops.operator;
    let [help, stopped, _] = DISCLOSURES;
    let field = |name, longest, text: String| Field {
        name,
        text,
        longest,
    };
    vec![
        field("Use case", 64, "Low Volume Mixed (or Sole Proprietor)".to_owned()),
        field(
            "Campaign description",
            4096,
            format!(
                "A personal assistant run by {operator} for people it knows by name. Each user texts this number to keep tasks, \
                 lists and reminders, and gets the answer to that text. Texts that we start are reminders the user asked for. \
                 No marketing, nothing to people who did not ask for it."
            ),
        ),
        field(
            "Message flow (how people opt in)",
            2048,
            format!(
                "Users are added one by one by {operator} after they asked for it, in person or in writing, and gave their own \
                 number for this purpose. They are told that the number answers texts with texts, that message frequency \
                 varies with use, that message and data rates may apply, that HELP tells who we are and STOP ends all texts, \
                 and that numbers are never shared or sold. The first text of each conversation is the user's own. A number \
                 that is not known is told so once a day and nothing else{}",
                match config.joining.policy {
                    JoinPolicy::Closed => ".",
                    JoinPolicy::Invite =>
                        "; it joins by texting an invitation code that its owner was given, after that text.",
                    JoinPolicy::Open => "; it joins by texting JOIN, after that text.",
                }
            ),
        ),
        field(
            "Sample message 1",
            1024,
            "T12 renew passport, due Fri Nov 27".to_owned(),
        ),
        field(
            "Sample message 2",
            1024,
            "Your tasks:\n1. renew passport, due Fri Nov 27 [T12]\n2. buy milk [T13]".to_owned(),
        ),
        field("Opt-in keywords", 255, "START, UNSTOP".to_owned()),
        field(
            "Opt-in message",
            320,
            "You get texts from your personal assistant again. Frequency varies with use. Msg & data rates may apply. Reply HELP \
             for help, STOP to get no more texts."
                .to_owned(),
        ),
        field(
            "Opt-out keywords",
            255,
            "STOP, STOPALL, UNSUBSCRIBE, CANCEL, END, QUIT, REVOKE, OPTOUT".to_owned(),
        ),
        field("Opt-out message", 320, stopped.to_owned()),
        field("Help keywords", 255, "HELP, INFO".to_owned()),
        field("Help message", 320, help.to_owned()),
        field(
            "Content",
            255,
            "no links, no phone numbers, no age-gated content, no lending".to_owned(),
        ),
    ]
}

/// The form, filled in.
fn wording(config: &Config) -> String {
    let mut text = "Wording for the registration; change what is not so, and name yourself (ops.operator) in it:\n".to_owned();
    for field in fields(config) {
        text.push_str(&format!("\n{} (at most {}):\n", field.name, field.longest));
        for line in field.text.lines() {
            text.push_str(&format!("    {line}\n"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wording_fits_the_limits_of_the_form() {
        let config = Config::load_with(None, &[]).expect("defaults");
        for field in fields(&config) {
            let shortest = match field.name {
                "Campaign description" | "Message flow (how people opt in)" => 40,
                name if name.contains("essage") => 20,
                _ => 1,
            };
            let length = field.text.chars().count();
            assert!(
                (shortest..=field.longest).contains(&length),
                "{}: {length}",
                field.name
            );
        }
    }
}
