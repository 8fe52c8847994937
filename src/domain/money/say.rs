//! Writing an amount as people of a locale do, after the CLDR's patterns, in letters that a text holds in seven bits.

use std::str::FromStr;

use iso_currency::{Country, Currency};

use super::{Money, exponent};

/// Languages that write 1.450,00.
const COMMA: &[&str] = &[
    "de", "es", "it", "nl", "pt", "id", "tr", "da", "el", "ca", "hr", "sl", "sr", "ro", "vi", "is",
];
/// Languages that write 1 450,00.
const SPACE: &[&str] = &[
    "fr", "ru", "pl", "cs", "sv", "fi", "nb", "no", "uk", "bg", "hu", "sk", "lt", "lv", "et",
];
/// Spanish that writes as English does.
const POINTED: &[&str] = &["MX", "US", "PR", "GT", "HN", "NI", "SV", "PA", "DO"];

struct Way {
    thousands: &'static str,
    point: char,
    /// Sign or code in front, and what stands between a sign and the number.
    front: bool,
    gap: &'static str,
}

pub fn say(money: Money, locale: &str) -> String {
    let (language, region) = parts(locale);
    let way = way(&language, &region);
    let number = number(money, &way);
    let sign = sign(money.currency, &language, &region);
    let minus = if money.minor < 0 { "-" } else { "" };
    match sign {
        Some(sign) if way.front => format!("{minus}{sign}{}{number}", way.gap),
        Some(sign) => format!("{minus}{number} {sign}"),
        None if way.front => format!("{minus}{} {number}", money.currency.code()),
        None => format!("{minus}{number} {}", money.currency.code()),
    }
}

/// "en-US" is ("en", "US"); scripts between them are passed over.
fn parts(locale: &str) -> (String, String) {
    let mut subtags = locale.split(['-', '_']);
    let language = subtags.next().unwrap_or("en").to_lowercase();
    let region = subtags.find(|tag| tag.len() == 2);
    (language, region.unwrap_or_default().to_uppercase())
}

fn way(language: &str, region: &str) -> Way {
    let of = |thousands, point, front, gap| Way {
        thousands,
        point,
        front,
        gap,
    };
    match (language, region) {
        ("de" | "it" | "fr" | "en", "CH" | "LI") => of("'", '.', true, " "),
        ("es", region) if POINTED.contains(&region) => of(",", '.', true, ""),
        ("nl", _) | ("pt", "BR") | ("de", "AT") => of(".", ',', true, " "),
        ("tr", _) => of(".", ',', true, ""),
        _ if COMMA.contains(&language) => of(".", ',', false, " "),
        _ if SPACE.contains(&language) => of(" ", ',', false, " "),
        _ => of(",", '.', true, ""),
    }
}

fn number(money: Money, way: &Way) -> String {
    let digits = exponent(money.currency);
    let below = 10_u64.pow(digits);
    let minor = money.minor.unsigned_abs();
    let whole = (minor / below).to_string();
    let mut said = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            said.push_str(way.thousands);
        }
        said.push(digit);
    }
    let width = digits as usize;
    match minor % below {
        0 => said,
        rest => format!("{said}{}{rest:0width$}", way.point),
    }
}

/// The sign, where it is in GSM-7 and nobody there takes it for another currency.
fn sign(currency: Currency, language: &str, region: &str) -> Option<&'static str> {
    let at_home = || match Country::from_str(region) {
        Ok(country) if !region.is_empty() => currency.used_by().contains(&country),
        _ => language == "en" && currency == Currency::USD,
    };
    match currency {
        Currency::EUR => Some("€"),
        Currency::GBP => Some("£"),
        Currency::JPY => Some("¥"),
        Currency::BRL => Some("R$"),
        _ if currency.symbol().symbol == "$" && at_home() => Some("$"),
        Currency::USD => Some("US$"),
        Currency::CAD => Some("CA$"),
        Currency::AUD => Some("A$"),
        Currency::NZD => Some("NZ$"),
        Currency::SEK | Currency::NOK | Currency::DKK if at_home() => Some("kr"),
        _ => None,
    }
}
