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

/// "3.49", "$2 each", "8/kg", "1.99 per 100 g": the price, and what it is for if that is said.
fn read_price(scope: &Scope, said: &str) -> Result<(Money, Option<Quantity>), Refusal> {
    let no_price = || Refusal::Tell(say::no_price(said));
    let said = said.trim().trim_end_matches(['.', '!', '?']);
    let found = Money::read(said, own_currency(scope)).ok_or_else(no_price)?;
    if found.money.minor <= 0 {
        return Err(no_price());
    }
    let rest = found.rest.trim().trim_start_matches('/').trim();
    let rest = ["per ", "for ", "a ", "an "]
        .iter()
        .find_map(|lead| rest.strip_prefix(lead))
        .unwrap_or(rest);
    let per = match rest {
        "" => None,
        "each" | "piece" | "one" => Some("1".to_owned()),
        other if other.starts_with(|c: char| c.is_ascii_digit()) => Some(other.to_owned()),
        other => Some(format!("1 {other}")),
    };
    let per = per
        .map(|per| per.parse().map_err(|_| no_price()))
        .transpose()?;
    Ok((found.money, per))
}
