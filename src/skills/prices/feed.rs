//! A feed of offers, as shops' programs write it: JSON, over HTTP or from a file.
//!
//! ```json
//! {"version": 1, "offers": [
//!   {"id": "aldi-48-17", "store": "Aldi", "name": "ground coffee", "amount": "500 g",
//!    "price": "3.49", "currency": "EUR", "from": "2026-11-23", "until": "2026-11-28"}]}
//! ```
//!
//! `id` is the offer's own within its feed, 1 to 100 characters: nobody is told of the same one twice. `amount` is what `price`
//! buys ("500 g", "6 cans"), one piece if it is left out. `price` is a decimal number as text with a point, `currency` its ISO 4217
//! code. `from` and `until` are days (ISO 8601), both included; without `from` it holds already. Each read replaces all that the
//! feed offered before. A bad offer is left out and told of; the others count.
//! May import: domain, text.

use std::collections::HashSet;

use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    domain::{Currency, Good, Money, Quantity, money},
    text,
};

/// Offers of one feed at most.
pub const MOST: usize = 5_000;
/// An offer longer than this is none.
const LONGEST_DAYS: i32 = 400;
/// Characters of a name, a store and an id.
const NAME: usize = 120;
const STORE: usize = 40;
const ID: usize = 100;

/// What a feed holds.
#[derive(Debug, Default, PartialEq)]
pub struct Feed {
    pub offers: Vec<NewOffer>,
    /// What was left out: its place in the feed from 1 on, and why.
    pub bad: Vec<(usize, String)>,
}

/// The feed as a whole cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum NotAFeed {
    #[error("it is no JSON of the form {{\"version\": 1, \"offers\": [...]}}: {0}")]
    Json(String),
    #[error("version {0} is not known; this is version 1")]
    Version(u32),
    #[error("{0} offers are more than {MOST}")]
    TooMany(usize),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whole {
    version: u32,
    offers: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct One {
    id: String,
    store: String,
    name: String,
    #[serde(default)]
    amount: Option<String>,
    price: String,
    currency: String,
    #[serde(default)]
    from: Option<String>,
    until: String,
}

/// An offer that was read and is right.
#[derive(Clone, Debug, PartialEq)]
pub struct NewOffer {
    pub id: String,
    pub store: String,
    pub name: String,
    pub amount: Option<Quantity>,
    pub price: Money,
    pub from: Date,
    pub until: Date,
}

impl NewOffer {
    /// As the database takes it.
    pub fn row(&self) -> Value {
        json!({
            "ref": self.id, "store": self.store, "name": self.name, "key": Good::key(&self.name),
            "amount": self.amount.map_or_else(String::new, |amount| amount.to_string()),
            "minor": self.price.minor, "currency": self.price.currency.code(),
            "starts_on": self.from.to_string(), "ends_on": self.until.to_string(),
        })
    }
}

/// Reads a feed; `today` is the day from which an offer without a beginning holds.
pub fn read(bytes: &[u8], today: Date) -> Result<Feed, NotAFeed> {
    let whole: Whole =
        serde_json::from_slice(bytes).map_err(|error| NotAFeed::Json(place(&error)))?;
    if whole.version != 1 {
        return Err(NotAFeed::Version(whole.version));
    }
    if whole.offers.len() > MOST {
        return Err(NotAFeed::TooMany(whole.offers.len()));
    }
    let mut feed = Feed::default();
    let mut ids = HashSet::new();
    for (at, value) in whole.offers.into_iter().enumerate() {
        match one(value, today) {
            Ok(offer) if ids.insert(offer.id.clone()) => feed.offers.push(offer),
            Ok(_) => feed
                .bad
                .push((at + 1, "id: it stands there twice".to_owned())),
            Err(why) => feed.bad.push((at + 1, why)),
        }
    }
    Ok(feed)
}

/// What kind of error it is and where, without what was found there.
fn place(error: &serde_json::Error) -> String {
    let kind = match error.classify() {
        serde_json::error::Category::Eof => "it ends too early",
        serde_json::error::Category::Syntax => "a syntax error",
        _ => "another form",
    };
    format!("{kind} in line {}", error.line())
}

fn one(value: Value, today: Date) -> Result<NewOffer, String> {
    let said: One = serde_json::from_value(value).map_err(|error| error.to_string())?;
    let id = words("id", &said.id, ID)?;
    let store = words("store", &said.store, STORE)?;
    let name = words("name", &said.name, NAME)?;
    if !name.chars().any(char::is_alphanumeric) {
        return Err("name: it has no letters".to_owned());
    }
    let amount = said.amount.as_deref().map(str::parse).transpose();
    let amount: Option<Quantity> =
        amount.map_err(|_| "amount: not like \"500 g\" or \"6 cans\"".to_owned())?;
    let currency =
        money::currency(&said.currency).ok_or("currency: not an ISO 4217 code".to_owned())?;
    let price = minor(&said.price, currency)
        .map(|minor| Money::new(minor, currency))
        .ok_or("price: not a decimal number like \"3.49\", more than 0 and less than a million")?;
    let day = |field: &str, said: &str| -> Result<Date, String> {
        let day = (said.len() == 10).then(|| said.parse().ok()).flatten();
        day.ok_or(format!("{field}: not a day like \"2026-11-28\""))
    };
    let until = day("until", &said.until)?;
    let from = said
        .from
        .as_deref()
        .map(|from| day("from", from))
        .transpose()?;
    let from = from.unwrap_or(today.min(until));
    let days = from.until(until).map_or(-1, |span| span.get_days());
    if !(0..=LONGEST_DAYS).contains(&days) {
        return Err("until: before \"from\", or more than 400 days after it".to_owned());
    }
    Ok(NewOffer {
        id,
        store,
        name,
        amount,
        price,
        from,
        until,
    })
}

/// One line of words without control characters.
fn words(field: &str, said: &str, most: usize) -> Result<String, String> {
    let clean = text::clean(said);
    let words = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() || words.chars().count() > most {
        return Err(format!("{field}: 1 to {most} characters"));
    }
    Ok(words)
}

/// "3.49" in minor units; more decimals than the currency has are wrong.
fn minor(said: &str, currency: Currency) -> Option<i64> {
    let digits = usize::from(currency.exponent()?);
    let (whole, fraction) = said.split_once('.').unwrap_or((said, ""));
    let is_number = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let ends = said.ends_with('.') || whole.is_empty() || whole.len() > 6;
    if ends || fraction.len() > digits || !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let minor: i64 = format!("{whole}{fraction:0<digits$}").parse().ok()?;
    (minor > 0).then_some(minor)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn good() -> Value {
        json!({"id": "a1", "store": "Aldi", "name": "ground coffee", "amount": "500 g", "price": "3.49", "currency": "EUR",
               "from": "2026-11-23", "until": "2026-11-28"})
    }

    fn with(field: &str, value: Value) -> Value {
        let mut offer = good();
        offer[field] = value;
        offer
    }

    fn read_all(offers: &[Value]) -> Feed {
        let whole = json!({"version": 1, "offers": offers}).to_string();
        read(whole.as_bytes(), date(2026, 11, 23)).expect("a feed")
    }

    #[test]
    fn one_bad_offer_does_not_drop_the_others() {
        let bad = [
            with("price", json!("-1")),
            with("price", json!("3.499")),
            with("price", json!("0")),
            with("price", json!("1e3")),
            with("price", json!(3.49)),
            with("price", json!("9999999")),
            with("currency", json!("EURO")),
            with("amount", json!("lots")),
            with("name", json!("")),
            with("name", json!("x".repeat(121))),
            with("store", json!(" \u{202e} ")),
            with("until", json!("2026-11-22")),
            with("until", json!("2029-11-28")),
            with("until", json!("soon")),
            with("from", json!("2026-02-30")),
            with("link", json!("https://evil.example")),
            with("id", json!(7)),
            json!("coffee"),
            Value::Null,
        ];
        let mut all = bad.to_vec();
        all.push(good());
        all.push(good());
        let feed = read_all(&all);
        assert_eq!(feed.offers.len(), 1);
        assert_eq!(feed.offers[0].price, Money::new(349, Currency::EUR));
        let places: Vec<usize> = feed.bad.iter().map(|(at, _)| *at).collect();
        let expected: Vec<usize> = (1..=bad.len()).chain([bad.len() + 2]).collect();
        assert_eq!(places, expected, "{:?}", feed.bad);
        assert!(
            feed.bad.iter().all(|(_, why)| !why.contains("evil")),
            "{:?}",
            feed.bad
        );
    }

    #[test]
    fn what_may_be_left_out_may_be_left_out() {
        let mut offer = good();
        for field in ["amount", "from"] {
            offer.as_object_mut().expect("an object").remove(field);
        }
        let feed = read_all(&[offer, with("id", json!("a2")), {
            let mut yen = with("id", json!("a3"));
            (yen["price"], yen["currency"]) = (json!("349"), json!("JPY"));
            yen
        }]);
        assert_eq!(feed.bad, []);
        assert_eq!(feed.offers[0].from, date(2026, 11, 23));
        assert_eq!(feed.offers[0].amount, None);
        assert_eq!(feed.offers[2].price.minor, 349);
    }

    #[test]
    fn what_is_no_feed_is_refused_as_a_whole() {
        let today = date(2026, 11, 23);
        for nothing in [
            "",
            "[]",
            "{\"version\": 1}",
            "{\"version\": 2, \"offers\": []}",
            "<html>",
        ] {
            assert!(read(nothing.as_bytes(), today).is_err(), "{nothing}");
        }
        let many = json!({"version": 1, "offers": vec![0; MOST + 1]}).to_string();
        assert!(matches!(
            read(many.as_bytes(), today),
            Err(NotAFeed::TooMany(_))
        ));
        let deep = "[".repeat(100_000);
        assert!(read(deep.as_bytes(), today).is_err());
    }
}
