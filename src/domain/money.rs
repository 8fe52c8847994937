//! Money: whole minor units (cents) of one ISO 4217 currency. Nothing is a float, and two currencies are never one sum.
//!
//! Currencies, their minor units and the countries that use them are those of the crate `iso_currency` (ISO 4217:2015).
//! May import: `iso_currency`, serde.

mod named;
mod read;
mod say;

use std::{fmt, iter};

pub use iso_currency::Currency;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// An amount of one currency.
///
/// Printed as `12.50 EUR` and read back as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    /// Minor units: cents of a dollar, yen of a yen.
    pub minor: i64,
    pub currency: Currency,
}

/// What [`Money::read`] found at the start of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found<'t> {
    pub money: Money,
    /// Whether a currency was said, and not only a number.
    pub is_named: bool,
    /// What stands behind it, without the spaces in front.
    pub rest: &'t str,
}

impl Money {
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// The amount that the whole of `text` says: "$40", "12.50", "18 eur", "€1.450,00", "1,450", "40 bucks", "2k".
    ///
    /// `default` is the currency where none is said, and decides what "$", "kr" or "pesos" are. `None`: it is no amount, is
    /// ambiguous ("1.450", "5,00,0"), has more decimals than the currency, or is negative.
    pub fn parse(text: &str, default: Currency) -> Option<Self> {
        let found = Self::read(text.trim().trim_end_matches(['.', '!', '?', ',']), default)?;
        found.rest.is_empty().then_some(found.money)
    }

    /// The amount at the start of `text`, as [`Self::parse`] reads it, and what follows.
    pub fn read(text: &str, default: Currency) -> Option<Found<'_>> {
        read::read(text, default)
    }

    /// Whether `text` says an amount in any currency. `Some(true)`: it names the currency.
    pub fn is_said(text: &str) -> Option<bool> {
        let text = text.trim().trim_end_matches(['.', '!', '?', ',']);
        // what is no amount of cents may still be one of yen or dinars
        [Currency::USD, Currency::SEK, Currency::MXN, Currency::KWD]
            .into_iter()
            .filter_map(|default| Self::read(text, default))
            .find(|found| found.rest.is_empty())
            .map(|found| found.is_named)
    }

    /// How people of `locale` (BCP 47) write it, in GSM-7 letters: `$12.50`, `12,50 €`, `CHF 1'450`. Whole amounts have no
    /// decimals.
    pub fn say(&self, locale: &str) -> String {
        say::say(*self, locale)
    }

    /// The bare number with a point and all decimals: `1450.00`.
    pub fn decimal(&self) -> String {
        let digits = exponent(self.currency);
        let below = 10_u64.pow(digits);
        let minor = self.minor.unsigned_abs();
        let sign = if self.minor < 0 { "-" } else { "" };
        if digits == 0 {
            return format!("{sign}{minor}");
        }
        let width = digits as usize;
        format!("{sign}{}.{:0width$}", minor / below, minor % below)
    }

    /// Both together. `None`: two currencies, or too much.
    pub fn plus(self, other: Self) -> Option<Self> {
        let minor = self.minor.checked_add(other.minor)?;
        (self.currency == other.currency).then(|| Self::new(minor, self.currency))
    }

    /// So many shares that differ by one minor unit at most and sum to the whole, the larger ones first.
    pub fn shares(self, count: u32) -> Vec<Self> {
        let Some(parts) = i64::from(count).checked_abs().filter(|parts| *parts > 0) else {
            return Vec::new();
        };
        let (each, over) = (self.minor.div_euclid(parts), self.minor.rem_euclid(parts));
        iter::repeat_n(each + 1, usize::try_from(over).unwrap_or_default())
            .chain(iter::repeat_n(
                each,
                usize::try_from(parts - over).unwrap_or_default(),
            ))
            .map(|minor| Self::new(minor, self.currency))
            .collect()
    }
}

/// The currency of that ISO 4217 code in any case, if people pay with it: no funds, metals and test codes.
pub fn currency(code: &str) -> Option<Currency> {
    Currency::from_code(&code.trim().to_ascii_uppercase())
        .filter(|found| found.exponent().is_some() && !found.is_fund() && !found.is_special())
}

/// The number of decimals.
fn exponent(currency: Currency) -> u32 {
    currency.exponent().map_or(2, u32::from)
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.decimal(), self.currency.code())
    }
}

/// As it is kept: minor units and the code.
#[derive(Serialize, Deserialize)]
struct Kept {
    minor: i64,
    currency: String,
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let currency = self.currency.code().to_owned();
        let minor = self.minor;
        Kept { minor, currency }.serialize(to)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let kept = Kept::deserialize(from)?;
        let currency = currency(&kept.currency).ok_or_else(|| D::Error::custom("no currency"))?;
        Ok(Self::new(kept.minor, currency))
    }
}

#[cfg(test)]
mod tests;
