//! How somebody whose number nobody knows comes in by text: what they are told, invitation codes, and the yes to an open door. It
//! happens before any turn and any model. May import: when (where a number lives), db, domain, clock, config.
//!
//! Nobody is told who else is here, whoever opted out is let alone, and what strangers are told is counted: a number once a day
//! and five times in all, alike numbers and all of them only so often a day (limits in `joining.*`; see `codes::guard` for
//! what this is against).

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::PgPool;

use super::{
    codes::{region_of, takes_codes},
    digest,
};
use crate::{
    clock::{new_id, random_bytes},
    config::{Config, JoinPolicy},
    domain::PhoneNumber,
    text,
    when::place,
};

/// Letters and digits that nobody mixes up.
const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Letters of a code: 50 bits, against five tries a number and day.
const LENGTH: usize = 10;

/// What a number without a user hears where nobody can join.
pub const CLOSED: &str = "This is a personal assistant, and it does not know your number yet. \
    Ask whoever runs it to add you.";
/// The same where a code lets people in.
pub const BY_INVITATION: &str = "This is a personal assistant by text; it does not know your number yet. \
    To join, text your invitation code; that agrees to texts. Msg & data rates may apply.";
/// The same where everybody may come in.
pub const OPEN: &str = "This is a personal assistant by text; it does not know your number yet. \
    To join, text JOIN; that agrees to texts from us. Msg & data rates may apply.";
/// To a code that nobody was given, or that was used or is too old; once a day.
pub const WRONG_CODE: &str = "That code does not open this door: it may be used up, too old or mistyped. Ask whoever gave it to you.";
/// To whoever has joined; it tells the way out, as carriers demand.
pub const WELCOME: &str = "Welcome! Msg & data rates may apply; reply STOP to get no more texts. \
    What is your name, and which city or zip code are you in? Like: Ana, Chicago";

/// How people may join, as the operator configured it.
#[derive(Clone, Debug)]
pub struct Joining {
    pub policy: JoinPolicy,
    countries: String,
    own: Vec<String>,
    daily: i32,
    prefix_daily: i32,
}

/// A text that may be somebody's way in, as it arrived.
pub struct JoinText<'a> {
    pub sid: &'a str,
    pub sender: &'a str,
    pub receiver: &'a str,
    pub body: &'a str,
    pub sent_at: Timestamp,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joined {
    /// There is a user now, who was welcomed.
    Joined,
    /// A code that lets nobody in.
    Wrong,
    Duplicate,
    /// It is a text like any other.
    Nothing,
}

impl Joining {
    /// As configured.
    pub fn of(config: &Config) -> Self {
        Self {
            policy: config.joining.policy,
            countries: config.limits.code_countries.clone(),
            own: config.own_numbers(),
            daily: config.joining.daily,
            prefix_daily: config.joining.prefix_daily,
        }
    }

    /// What a number without a user is told.
    pub fn greeting(&self) -> &'static str {
        match self.policy {
            JoinPolicy::Closed => CLOSED,
            JoinPolicy::Invite => BY_INVITATION,
            JoinPolicy::Open => OPEN,
        }
    }

    /// Whether a number is told anything: one that people read texts on, that pays nobody, in a country we text to.
    pub fn tells(&self, number: &str) -> bool {
        number.starts_with('+') && takes_codes(number) && self.is_near(number)
    }

    fn is_near(&self, number: &str) -> bool {
        let list = self.countries.trim();
        if list == "*" {
            return true;
        }
        let Some(region) = region_of(number) else {
            return false;
        };
        if list.is_empty() {
            // the terminal phone's number need not be configured
            return self.own.is_empty()
                || self
                    .own
                    .iter()
                    .any(|own| region_of(own).as_ref() == Some(&region));
        }
        list.split(',')
            .any(|listed| listed.trim().eq_ignore_ascii_case(&region))
    }

    /// Under which names a greeting is counted, and how often each may be counted a day.
    pub fn counted(&self, number: &str) -> (Vec<String>, Vec<i32>) {
        // a sender that is a name may hold anything
        let end = number.len().saturating_sub(4);
        let prefix = number.get(..end).unwrap_or_default();
        (
            vec!["told:all".to_owned(), format!("told_prefix:{prefix}")],
            vec![self.daily, self.prefix_daily],
        )
    }
}

/// Lets the sender of `arrived` in, if it holds a good code, or says yes where the door is open.
pub async fn join(
    pool: &PgPool,
    joining: &Joining,
    arrived: &JoinText<'_>,
    now: Timestamp,
) -> Result<Joined, sqlx::Error> {
    let Some(wish) = wish(joining.policy, arrived.body) else {
        return Ok(Joined::Nothing);
    };
    let Ok(number) = PhoneNumber::parse(arrived.sender) else {
        return Ok(Joined::Nothing);
    };
    if !joining.tells(number.as_str()) {
        return Ok(Joined::Nothing);
    }
    let region = region_of(number.as_str());
    let zone = place::zone_of_number(number.as_str(), region.as_deref());
    let region = region.as_deref().unwrap_or("US");
    let (hash, greeted, answer) = match &wish {
        Wish::Code(code) => (Some(digest(code)), false, "(an invitation code)"),
        Wish::Join => (None, false, "JOIN"),
        Wish::Yes => (None, true, "yes"),
    };
    let outcome = sqlx::query_scalar!(
        "select join_by_text($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
        arrived.sid,
        arrived.sender,
        arrived.receiver,
        hash,
        greeted,
        arrived.sent_at.to_sqlx() as _,
        now.to_sqlx() as _,
        new_id(),
        new_id(),
        new_id(),
        zone.iana_name().unwrap_or("UTC"),
        format!("en-{region}"),
        place::currency_of(region),
        answer,
        joining.greeting(),
        WELCOME,
        segments(WELCOME),
        WRONG_CODE,
        segments(WRONG_CODE),
    )
    .fetch_one(pool)
    .await?;
    let joined = match outcome.as_deref() {
        Some("joined") => Joined::Joined,
        Some("wrong") => Joined::Wrong,
        Some("duplicate") => Joined::Duplicate,
        _ => Joined::Nothing,
    };
    metrics::counter!("assistant_joins_total", "outcome" => outcome.unwrap_or_default())
        .increment(1);
    Ok(joined)
}

/// A way in.
#[derive(Debug, PartialEq, Eq)]
enum Wish {
    /// Holds a code, as it is hashed.
    Code(String),
    /// Says so by itself.
    Join,
    /// Agrees, if it was asked.
    Yes,
}

fn wish(policy: JoinPolicy, body: &str) -> Option<Wish> {
    if policy == JoinPolicy::Closed || body.len() > 300 {
        return None;
    }
    if let Some(code) = code_in(body) {
        return Some(Wish::Code(code));
    }
    if policy != JoinPolicy::Open {
        return None;
    }
    let said = body.to_lowercase();
    let words: Vec<&str> = said
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|word| !["", "please", "pls", "me", "hi", "hello", "hey"].contains(word))
        .collect();
    match words.join(" ").as_str() {
        "join" | "i want to join" | "i'd like to join" | "can i join" | "let in" | "sign up"
        | "i want in" | "join now" | "joining" => Some(Wish::Join),
        "yes" | "y" | "yep" | "yeah" | "ok" | "okay" | "sure" | "ok join" | "yes join" => {
            Some(Wish::Yes)
        }
        _ => None,
    }
}

/// The invitation code in a text: "K7QXM-2PD9T", in any case, with a dash, a space or nothing between.
fn code_in(body: &str) -> Option<String> {
    let words: Vec<String> = body
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .map(|word| word.replace('-', "").to_ascii_uppercase())
        .filter(|word| !word.is_empty())
        .collect();
    let pairs = words.windows(2).map(|pair| match pair {
        [first, second] if first.len() == LENGTH / 2 && second.len() == LENGTH / 2 => {
            format!("{first}{second}")
        }
        _ => String::new(),
    });
    words
        .iter()
        .cloned()
        .chain(pairs)
        .find(|word| is_code(word))
}

/// Each half holds a digit: no two English words do.
fn is_code(word: &str) -> bool {
    let has_digit = |half: &str| half.bytes().any(|b| b.is_ascii_digit());
    let has_letter = word.bytes().any(|b| b.is_ascii_alphabetic());
    word.len() == LENGTH
        && has_letter
        && word.bytes().all(|b| LETTERS.contains(&b))
        && has_digit(&word[..LENGTH / 2])
        && has_digit(&word[LENGTH / 2..])
}

/// Makes an invitation that lets `uses` people in within `days`. Returns its code, which is not kept.
pub async fn invite(
    pool: &PgPool,
    uses: i32,
    days: u32,
    now: Timestamp,
) -> Result<String, sqlx::Error> {
    let code = loop {
        let code: String = random_bytes::<LENGTH>()
            .iter()
            .map(|byte| char::from(LETTERS[usize::from(byte % 32)]))
            .collect();
        if is_code(&code) {
            break code;
        }
    };
    sqlx::query!(
        "select invitation_make($1, $2, $3, $4, $5)",
        new_id(),
        digest(&code),
        uses,
        now.to_sqlx() as _,
        (now + SignedDuration::from_hours(24 * i64::from(days))).to_sqlx() as _,
    )
    .fetch_one(pool)
    .await?;
    let (first, second) = code.split_at(LENGTH / 2);
    Ok(format!("{first}-{second}"))
}

fn segments(body: &str) -> i32 {
    i32::try_from(text::size(body).segments).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_however_it_is_typed_and_no_words_are_one() {
        for body in [
            "K7QXM-2PD9T",
            "k7qxm-2pd9t",
            "k7qxm2pd9t",
            "K7QXM 2PD9T",
            "hi, my code is K7QXM-2PD9T.",
            "code: k7qxm 2pd9t thanks",
        ] {
            assert_eq!(code_in(body).as_deref(), Some("K7QXM2PD9T"), "{body}");
        }
        for body in [
            "hello",
            "March 22222",
            "happy guest",
            "5552223344",
            "call me at 555-222-3344",
            "verify K7QM-2XPA",
            "order 22345-99887",
        ] {
            assert_eq!(code_in(body), None, "{body}");
        }
    }

    #[test]
    fn a_closed_door_opens_for_nothing_and_words_open_an_open_one_only() {
        let open = |body| wish(JoinPolicy::Open, body);
        assert_eq!(open("JOIN"), Some(Wish::Join));
        assert_eq!(open("Hi! I want to join please"), Some(Wish::Join));
        assert_eq!(open("Yes."), Some(Wish::Yes));
        assert_eq!(open("what is this?"), None);
        assert_eq!(open("join the chess club with me tomorrow"), None);
        assert_eq!(wish(JoinPolicy::Invite, "JOIN"), None);
        assert_eq!(wish(JoinPolicy::Closed, "K7QXM-2PD9T"), None);
    }

    #[test]
    fn every_text_is_one_segment() {
        for text in [CLOSED, BY_INVITATION, OPEN, WRONG_CODE, WELCOME] {
            assert_eq!(segments(text), 1, "{text}");
        }
    }
}
