//! Keeping a text: one transaction, nothing slow.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::PgPool;

use crate::{
    accounts::{
        joining::{self, JoinText, Joined, Joining},
        phones::{self, Proof, ProofText},
    },
    config::{Config, Keywords},
    text::{self, Keyword, Noise},
};

/// A text as the provider hands it over, checked: numbers in E.164, its signature verified.
#[derive(Clone, Debug)]
pub struct Arrival {
    pub sid: String,
    pub sender: String,
    pub receiver: String,
    pub body: String,
    pub media: Vec<String>,
    /// The provider's time of the text.
    pub sent_at: Timestamp,
    /// What the provider did about STOP, START and HELP by itself (`OptOutType`).
    pub opt_out_type: Option<String>,
}

/// What is said without a turn, as the operator configured it.
#[derive(Clone, Debug)]
pub struct Manners {
    /// Who answers STOP, START and HELP.
    pub keywords: Keywords,
    /// Whom to ask when an account is switched off.
    pub operator: Arc<str>,
    /// How people come in whose number nobody knows.
    pub joining: Joining,
}

impl Manners {
    /// As configured.
    pub fn of(config: &Config) -> Self {
        Self {
            keywords: config.twilio.keywords,
            operator: config.ops.operator.as_str().into(),
            joining: Joining::of(config),
        }
    }
}

/// What became of an arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It stands in the mailbox of its user.
    InMailbox,
    /// This SID was kept before.
    Duplicate,
    /// Consent changed, help was asked for, or a number was proved: settled, no turn.
    Keyword,
    /// A tapback, an auto-reply, our own number, or a number that has opted out: kept, settled, no turn.
    Ignored,
    /// The number leads to no user that is served.
    Stranger,
}

/// A text that is this much older than its arrival is answered with a remark.
pub const LATE: SignedDuration = SignedDuration::from_mins(5);

const STOPPED: &str = "You will get no more texts from this number. Text START to get them again.";
const STARTED: &str =
    "Welcome back: texts from this number are on again. Text ? to see what I can do.";
const HELP: &str = "This is a personal assistant: it keeps tasks and more by text. Text ? to see what it can do. \
    Msg & data rates may apply. Reply STOP to get no more texts.";

/// The one text a day to someone whose account is switched off.
pub fn switched_off(operator: &str) -> String {
    format!(
        "Your account is not in use here, so nothing happens. {operator} can switch it on again."
    )
}

/// Every text that is said here; a test reads them with the lint for reserved words. First what a stranger hears by default.
pub const TEXTS: [&str; 5] = [
    joining::BY_INVITATION,
    joining::OPEN,
    joining::CLOSED,
    joining::WRONG_CODE,
    STARTED,
];
/// The texts in which carriers demand that we name a reserved word: the way out in HELP and to whoever joins, the way back after
/// STOP.
pub const DISCLOSURES: [&str; 3] = [HELP, STOPPED, joining::WELCOME];

/// Keeps `arrival`: unique by SID, routed, in order, with a wake-up. `Err` means that nothing was kept.
pub async fn accept(
    pool: &PgPool,
    manners: &Manners,
    arrival: &Arrival,
    now: Timestamp,
) -> Result<Kept, sqlx::Error> {
    crate::crash_point!("accept.before");
    if let Some(code) = phones::proof_in(&arrival.body) {
        let text = ProofText {
            sid: &arrival.sid,
            sender: &arrival.sender,
            receiver: &arrival.receiver,
            sent_at: arrival.sent_at,
        };
        match phones::prove(pool, &text, &code, now).await? {
            Proof::Proved => return Ok(Kept::Keyword),
            Proof::Duplicate => return Ok(Kept::Duplicate),
            Proof::Nothing => {}
        }
    }
    let (kind, confirmation) = classify(arrival, manners.keywords);
    if kind == "text" || kind == "yes" {
        let text = JoinText {
            sid: &arrival.sid,
            sender: &arrival.sender,
            receiver: &arrival.receiver,
            body: &arrival.body,
            sent_at: arrival.sent_at,
        };
        match joining::join(pool, &manners.joining, &text, now).await? {
            Joined::Joined => return Ok(Kept::Keyword),
            Joined::Wrong => return Ok(Kept::Stranger),
            Joined::Duplicate => return Ok(Kept::Duplicate),
            Joined::Nothing => {}
        }
    }
    let late = now.duration_since(arrival.sent_at) > LATE;
    let body = text::clean(&arrival.body);
    // a short code or a name cannot be texted
    let answerable = arrival.sender.starts_with('+');
    let confirmation = confirmation.filter(|_| answerable).map(text::economical);
    let joining = &manners.joining;
    let stranger = joining.tells(&arrival.sender).then(|| joining.greeting());
    let (told_keys, told_most) = joining.counted(&arrival.sender);
    let switched_off = switched_off(&manners.operator);
    let switched_off = answerable.then(|| text::economical(&switched_off));
    let outcome = sqlx::query_scalar!(
        "select accept_message($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        arrival.sid,
        arrival.sender,
        arrival.receiver,
        body,
        serde_json::json!(arrival.media),
        kind,
        arrival.sent_at.to_sqlx() as _,
        now.to_sqlx() as _,
        late,
        confirmation.as_deref(),
        confirmation.as_deref().map(segments),
        stranger,
        stranger.map(segments),
        switched_off.as_deref(),
        switched_off.as_deref().map(segments),
        &told_keys,
        &told_most,
    )
    .fetch_one(pool)
    .await?;
    crate::crash_point!("accept.committed");
    Ok(match outcome.as_deref() {
        Some("kept") => Kept::InMailbox,
        Some("duplicate") => Kept::Duplicate,
        Some("stopped" | "started" | "helped") => Kept::Keyword,
        Some("stranger") => Kept::Stranger,
        _ => Kept::Ignored,
    })
}

/// What kind of text this is, and what we say to it ourselves. Runs before any model sees the text.
fn classify(arrival: &Arrival, keywords: Keywords) -> (&'static str, Option<&'static str>) {
    // the provider's word first: it has acted on it already, and has said so
    let unspoken = arrival.opt_out_type.is_none();
    let ours = unspoken && (keywords == Keywords::Ours || !provider_hears(&arrival.body));
    let told = match arrival.opt_out_type.as_deref() {
        Some("STOP") => Some(Keyword::Stop),
        Some("START") => Some(Keyword::Start),
        Some("HELP") => Some(Keyword::Help),
        _ => None,
    };
    if told == Some(Keyword::Start) && text::keyword(&arrival.body) != told {
        // YES: a START only from who has opted out, which the database knows
        return ("yes", None);
    }
    match told.or_else(|| text::keyword(&arrival.body)) {
        Some(Keyword::Stop) => return ("stop", ours.then_some(STOPPED)),
        Some(Keyword::Start) => return ("start", ours.then_some(STARTED)),
        Some(Keyword::Help) => return ("help", ours.then_some(HELP)),
        None => {}
    }
    // before plain language: a tapback quotes our own words, an auto-reply may hold anything
    if let Some(Noise::Tapback | Noise::AutoReply) = text::noise(&arrival.body) {
        return ("ignored", None);
    }
    if text::plain_opt_out(&arrival.body) {
        // the provider does not know plain language: the one confirmation is ours
        return ("stop", Some(STOPPED));
    }
    ("text", None)
}

/// Whether the provider answers this text itself: one of its own words, alone, in any case. Any other way of saying the
/// same ("S.T.O.P.", "stop!") passes it by, and the confirmation is ours.
/// Source: Twilio, "Twilio support for opt-out keywords (SMS STOP filtering)".
fn provider_hears(body: &str) -> bool {
    const WORDS: [&str; 13] = [
        "STOP",
        "STOPALL",
        "UNSUBSCRIBE",
        "CANCEL",
        "END",
        "QUIT",
        "REVOKE",
        "OPTOUT",
        "START",
        "YES",
        "UNSTOP",
        "HELP",
        "INFO",
    ];
    WORDS
        .iter()
        .any(|word| body.trim().eq_ignore_ascii_case(word))
}

fn segments(body: &str) -> i32 {
    i32::try_from(text::size(body).segments)
        .unwrap_or(i32::MAX)
        .max(1)
}
