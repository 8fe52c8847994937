//! What people call a currency: codes, signs and words.

use iso_currency::Currency;

use super::currency;

/// Signs, longest first where one begins another. `None` stands for what several currencies share.
const SIGNS: &[(&str, Shared)] = &[
    ("US$", Shared::One(Currency::USD)),
    ("CA$", Shared::One(Currency::CAD)),
    ("C$", Shared::One(Currency::CAD)),
    ("AU$", Shared::One(Currency::AUD)),
    ("A$", Shared::One(Currency::AUD)),
    ("NZ$", Shared::One(Currency::NZD)),
    ("HK$", Shared::One(Currency::HKD)),
    ("S$", Shared::One(Currency::SGD)),
    ("MX$", Shared::One(Currency::MXN)),
    ("R$", Shared::One(Currency::BRL)),
    ("$", Shared::Dollars),
    ("€", Shared::One(Currency::EUR)),
    ("£", Shared::Pounds),
    ("¥", Shared::Yen),
    ("₹", Shared::One(Currency::INR)),
    ("₺", Shared::One(Currency::TRY)),
    ("₽", Shared::One(Currency::RUB)),
    ("₴", Shared::One(Currency::UAH)),
    ("₩", Shared::One(Currency::KRW)),
    ("₪", Shared::One(Currency::ILS)),
    ("₫", Shared::One(Currency::VND)),
    ("₱", Shared::One(Currency::PHP)),
    ("zł", Shared::One(Currency::PLN)),
    ("Kč", Shared::One(Currency::CZK)),
];

const WORDS: &[(&[&str], Shared)] = &[
    (&["dollar", "dollars", "buck", "bucks"], Shared::Dollars),
    (&["euro", "euros"], Shared::One(Currency::EUR)),
    (&["quid", "sterling"], Shared::One(Currency::GBP)),
    (&["pound", "pounds"], Shared::Pounds),
    (&["franc", "francs"], Shared::Francs),
    (&["yen"], Shared::One(Currency::JPY)),
    (&["yuan", "rmb"], Shared::One(Currency::CNY)),
    (&["rupee", "rupees", "rs"], Shared::Rupees),
    (&["peso", "pesos"], Shared::Pesos),
    (
        &["krona", "kronor", "krone", "kroner", "crowns", "kr"],
        Shared::Crowns,
    ),
    (&["koruna", "korun", "kc"], Shared::One(Currency::CZK)),
    (
        &["zloty", "zlotys", "zlotych", "zl"],
        Shared::One(Currency::PLN),
    ),
    (&["reais", "real"], Shared::One(Currency::BRL)),
    (&["rand", "rands"], Shared::One(Currency::ZAR)),
    (&["forint", "forints"], Shared::One(Currency::HUF)),
    (&["lira", "liras"], Shared::One(Currency::TRY)),
    (&["shekel", "shekels"], Shared::One(Currency::ILS)),
    (&["dirham", "dirhams"], Shared::One(Currency::AED)),
    (&["rubles", "roubles"], Shared::One(Currency::RUB)),
    (&["hryvnia", "hryvnias"], Shared::One(Currency::UAH)),
    (&["won"], Shared::One(Currency::KRW)),
    (&["baht"], Shared::One(Currency::THB)),
];

/// Codes that are words too: small letters mean them only where they are the user's own.
const WORDY: &[Currency] = &[
    Currency::ALL,
    Currency::BAM,
    Currency::BOB,
    Currency::COP,
    Currency::CUP,
    Currency::DOP,
    Currency::GEL,
    Currency::LAK,
    Currency::MAD,
    Currency::MOP,
    Currency::PEN,
    Currency::RON,
    Currency::SOS,
    Currency::TOP,
    Currency::TRY,
];

#[derive(Clone, Copy)]
enum Shared {
    One(Currency),
    Dollars,
    Pounds,
    Yen,
    Francs,
    Rupees,
    Pesos,
    Crowns,
}

impl Shared {
    /// The user's own, where that is one of them; else the best known, if there is one.
    fn settle(self, default: Currency) -> Option<Currency> {
        use Currency::*;
        let (all, known): (&[Currency], _) = match self {
            Self::One(one) => return Some(one),
            Self::Dollars => (
                &[
                    USD, CAD, AUD, NZD, HKD, SGD, TWD, MXN, ARS, CLP, COP, UYU, JMD, TTD, BBD, BSD,
                    BZD, FJD, NAD, BND, XCD,
                ],
                Some(USD),
            ),
            Self::Pounds => (&[GBP, EGP, GIP, FKP, LBP, SYP], Some(GBP)),
            Self::Yen => (&[JPY, CNY], Some(JPY)),
            Self::Francs => (&[CHF, XOF, XAF, XPF], Some(CHF)),
            Self::Rupees => (&[INR, PKR, LKR, NPR, MUR], Some(INR)),
            Self::Pesos => (&[MXN, ARS, CLP, COP, UYU, PHP, DOP, CUP], None),
            Self::Crowns => (&[SEK, NOK, DKK, ISK, CZK], None),
        };
        all.contains(&default).then_some(default).or(known)
    }
}

/// The currency that `text` begins with, and what follows it. `Err`: it names one that cannot be told.
pub fn strip(text: &str, default: Currency) -> Result<Option<(Currency, &str)>, Unclear> {
    for (sign, shared) in SIGNS {
        let Some((front, rest)) = text.split_at_checked(sign.len()) else {
            continue;
        };
        if front.to_lowercase() == sign.to_lowercase() {
            return Ok(Some((shared.settle(default).ok_or(Unclear)?, rest)));
        }
    }
    let end = text
        .find(|c: char| !c.is_alphabetic())
        .unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    // "eur2go" is a name; "eur 20" and "EUR20" are not, and "CAD$" is both
    let rest = rest.strip_prefix('$').unwrap_or(rest);
    let lower = word.to_lowercase();
    if let Some((_, shared)) = WORDS.iter().find(|(words, _)| words.contains(&&*lower)) {
        return Ok(Some((shared.settle(default).ok_or(Unclear)?, rest)));
    }
    let code = currency(word)
        .filter(|code| word == code.code() || *code == default || !WORDY.contains(code));
    Ok(code.filter(|_| word.len() == 3).map(|code| (code, rest)))
}

/// A word for money that several countries share, none of them the user's.
#[derive(Debug)]
pub struct Unclear;
