//! Against toll fraud: people who have us text numbers that pay them (ASVS 6.6.3, "SMS pumping"). What is counted stands in
//! PostgreSQL, in the transaction that writes the text: it holds across replicas and a Redis that lost everything, and a text
//! that is rolled back is not counted. A day is the last 24 hours.

use std::net::IpAddr;

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use phonenumber::{Type, metadata::DATABASE};
use sha2::Sha256;

use crate::{accounts::Accounts, config::Limits, db::UserTx};

/// Why a code is not sent. Metrics and the log know; the one who asked does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Not in `limits.code_countries`.
    Country,
    /// Premium, shared-cost, personal (070), toll-free, satellite, a landline, or no number that exists.
    KindOfNumber,
    Number,
    Prefix,
    Address,
    User,
    /// `limits.code_daily_usd` is spent.
    Spent,
    /// Too few of the prefix's codes came back.
    Ratio,
    /// The phone company says that the number is gone: it may be somebody else's next.
    Doubted,
}

impl Refusal {
    /// The word in metrics and logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Country => "country",
            Self::KindOfNumber => "kind_of_number",
            Self::Number => "number",
            Self::Prefix => "prefix",
            Self::Address => "address",
            Self::User => "user",
            Self::Spent => "spent",
            Self::Ratio => "ratio",
            Self::Doubted => "doubted",
        }
    }
}

/// Whether a number is of a kind that takes codes: one that a person reads texts on and that pays nobody.
pub fn takes_codes(number: &str) -> bool {
    if is_fiction(number) {
        return true;
    }
    let Ok(parsed) = phonenumber::parse(None, number) else {
        return false;
    };
    // satellites and networks of no country, and numbers that no plan knows, are what pumping likes best
    parsed.country().id().is_some()
        && matches!(
            parsed.number_type(&DATABASE),
            Type::Mobile | Type::FixedLineOrMobile | Type::Voip
        )
}

/// The region of a number, like `US`; `None`: no numbering plan knows it.
pub fn region_of(number: &str) -> Option<String> {
    if is_fiction(number) {
        return Some("US".to_owned());
    }
    let parsed = phonenumber::parse(None, number).ok()?;
    parsed.country().id().map(|id| id.as_ref().to_owned())
}

/// Area code 555 is nobody's: the terminal phone and the examples use it, and it costs nothing.
fn is_fiction(number: &str) -> bool {
    number.starts_with("+1555") && number.len() == 12
}

/// Whether the operator lets codes go to this number's country.
fn is_allowed(limits: &Limits, own: &[String], number: &str) -> bool {
    let list = limits.code_countries.trim();
    if list == "*" {
        return true;
    }
    let Some(region) = region_of(number) else {
        return false;
    };
    if list.is_empty() {
        return own
            .iter()
            .any(|own| region_of(own).as_ref() == Some(&region));
    }
    list.split(',')
        .any(|listed| listed.trim().eq_ignore_ascii_case(&region))
}

/// Lets one code to `number` pass and counts it, in the caller's transaction.
pub(super) async fn pass(
    accounts: &Accounts,
    tx: &mut UserTx,
    number: &str,
    address: Option<IpAddr>,
    now: Timestamp,
) -> Result<Result<(), Refusal>, sqlx::Error> {
    let limits = &accounts.config.limits;
    let own = own(accounts);
    if !is_allowed(limits, &own, number) {
        return Ok(Err(Refusal::Country));
    }
    if !takes_codes(number) {
        return Ok(Err(Refusal::KindOfNumber));
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a float's cast to an integer saturates"
    )]
    let total = (limits.code_daily_usd / limits.code_price_usd).floor() as i32;
    let prefix = prefix(number);
    let user = hashed(accounts, &tx.user().to_string());
    let mut keys = vec![
        ("all:".to_owned(), total),
        (
            format!("number:{}", hashed(accounts, number)),
            limits.code_number_daily,
        ),
        (prefix.clone(), limits.code_prefix_daily),
        (format!("user:{user}"), limits.code_user_daily),
    ];
    if let Some(address) = address {
        let place = crate::accounts::guess::place(address);
        keys.push((
            format!("address:{}", hashed(accounts, &place)),
            limits.code_address_daily,
        ));
    }
    // one order for everybody: the locks of two that count at once do not cross
    keys.sort();
    let (names, most): (Vec<String>, Vec<i32>) = keys.into_iter().unzip();
    let stopped = sqlx::query_scalar!(
        "select code_spend($1, $2, $3, $4, $5, $6)",
        now.to_sqlx() as _,
        &names,
        &most,
        prefix,
        limits.code_verified_from,
        limits.code_verified_floor,
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(match stopped.as_deref() {
        None => Ok(()),
        Some("all") => {
            tracing::error!("limits.code_daily_usd is spent: no more codes are texted today");
            Err(Refusal::Spent)
        }
        Some("number") => Err(Refusal::Number),
        Some("prefix") => Err(Refusal::Prefix),
        Some("address") => Err(Refusal::Address),
        Some("user") => Err(Refusal::User),
        Some(_) => Err(Refusal::Ratio),
    })
}

/// A code that was sent to `number` came back: its prefix is one that people read.
pub(super) async fn came_back(
    accounts: &Accounts,
    tx: &mut UserTx,
    number: &str,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let mut keys = vec![
        prefix(number),
        format!("number:{}", hashed(accounts, number)),
    ];
    keys.sort();
    sqlx::query!("select code_verified($1, $2)", now.to_sqlx() as _, &keys)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

fn own(accounts: &Accounts) -> Vec<String> {
    let mut own = accounts.config.own_numbers();
    if accounts.config.uses_terminal() && own.is_empty() {
        // the terminal phone's
        own.push("+15550100000".to_owned());
    }
    own
}

/// The number without its last four digits.
fn prefix(number: &str) -> String {
    format!("prefix:{}", &number[..number.len().saturating_sub(4)])
}

/// Numbers, people and addresses are counted without being kept.
fn hashed(accounts: &Accounts, value: &str) -> String {
    let key = super::key(accounts);
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("HMAC takes a key of any length");
    mac.update(b"counted|");
    mac.update(value.as_bytes());
    let mac = mac.finalize().into_bytes();
    mac[..12].iter().map(|byte| format!("{byte:02x}")).collect()
}
