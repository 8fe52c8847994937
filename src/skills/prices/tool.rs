//! What a model, the offline phrases and REST can ask of prices.

mod alert;
mod forget;
mod note;
mod show;

pub use alert::{AlertPrice, watch};
pub use forget::ForgetPrices;
pub use note::{NotePrice, note};
pub use show::{Show, ShowPrices};

use super::say;
use crate::{
    domain::{Currency, Money, Quantity, money},
    skills::{Refusal, Scope},
};

/// The user's own currency.
pub fn own_currency(scope: &Scope) -> Currency {
    money::currency(&scope.habits.currency).unwrap_or(Currency::USD)
}

/// A price as it is said, and what it is for.
fn read_price(scope: &Scope, said: &str) -> Result<(Money, Option<Quantity>), Refusal> {
    split_price(said, own_currency(scope))
        .filter(|(money, _)| money.minor > 0)
        .ok_or_else(|| Refusal::Tell(say::no_price(said)))
}

/// "3.49", "$2 each", "8/kg", "1.99 per 100 g": the price, and what it is for if that is said.
pub fn split_price(said: &str, default: Currency) -> Option<(Money, Option<Quantity>)> {
    let said = said.trim().trim_end_matches(['.', '!', '?']);
    let (money, rest) = match said.split_once('/') {
        Some((money, unit)) => (Money::parse(money, default)?, unit.trim()),
        None => {
            let found = Money::read(said, default)?;
            (found.money, found.rest.trim())
        }
    };
    let rest = rest.to_lowercase();
    let rest = ["per ", "for ", "a ", "an "]
        .iter()
        .find_map(|lead| rest.strip_prefix(lead))
        .unwrap_or(&rest);
    let per = match rest {
        "" => return Some((money, None)),
        "each" | "piece" | "one" => "1".to_owned(),
        other if other.starts_with(|c: char| c.is_ascii_digit()) => other.to_owned(),
        other => format!("1 {other}"),
    };
    Some((money, Some(per.parse().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_read_with_what_it_is_for() {
        for (said, minor, per) in [
            ("3.49", 349, ""),
            ("$2 each", 200, "1"),
            ("8/kg", 800, "1 kg"),
            ("8.40/kg", 840, "1 kg"),
            ("$8.40 / kg", 840, "1 kg"),
            ("7 a kilo", 700, "1 kg"),
            ("1.99 per 100 g", 199, "100 g"),
            ("2 dollars a can", 200, "1 can"),
        ] {
            let (money, found) = split_price(said, Currency::USD).expect(said);
            let found = found.map_or(String::new(), |per| per.to_string());
            assert_eq!((money.minor, found.as_str()), (minor, per), "{said}");
        }
        for nothing in [
            "",
            "cheap",
            "8/week",
            "2 to go",
            "kg",
            "5 minutes from home",
        ] {
            assert_eq!(split_price(nothing, Currency::USD), None, "{nothing}");
        }
    }
}
