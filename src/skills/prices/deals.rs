//! Which offers are deals for somebody: matched to what they want by meaning, and held against what they usually pay.
//! May import: the store beside it, groceries (what is on the list), domain.

use std::cmp::Ordering;

use super::{
    known,
    store::{self, Alert, Noted, Offer},
};
use crate::{
    db::UserTx,
    domain::{Good, UnitPrice, price},
    skills::{Scope, Thing, groceries},
};

/// How many of the prices that were noted last say what is usual.
pub const USUAL_OF: usize = 9;
/// Prices read at most.
const MOST_NOTED: i64 = 3_000;

/// An offer for something that is wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct Deal {
    /// How the user calls it, and the label of it on their list.
    pub name: String,
    pub label: Option<String>,
    pub offer: Offer,
    /// What they usually pay for one unit; `None`: not known, or for other units.
    pub usual: Option<UnitPrice>,
}

impl Deal {
    /// How much less than usual it costs, in thousandths of the usual price.
    fn saving(&self) -> i64 {
        let both = self.usual.zip(self.offer.unit_price());
        both.map_or(0, |(usual, now)| {
            let (usual, now) = (usual.money().minor.max(1), now.money().minor);
            (usual - now) * 1000 / usual
        })
    }
}

/// Something that is wanted: its name, and its label on a list.
type Wanted = (String, Option<String>);

/// The deals on what stands on the user's lists, the largest saving first. `None`: nothing stands there.
pub async fn on_list(scope: &mut Scope) -> Result<Option<Vec<Deal>>, sqlx::Error> {
    let all = groceries::store::open(&mut scope.tx, None).await?;
    if all.is_empty() {
        return Ok(None);
    }
    let wanted: Vec<Wanted> = all
        .into_iter()
        .map(|one| (one.name.clone(), Some(one.label())))
        .collect();
    on(scope, &wanted).await.map(Some)
}

/// The deals on these things: the best of each, the largest saving first.
pub async fn on(scope: &mut Scope, wanted: &[Wanted]) -> Result<Vec<Deal>, sqlx::Error> {
    let keys: Vec<String> = wanted.iter().map(|(name, _)| Good::key(name)).collect();
    let currency = scope.habits.currency.clone();
    let today = scope.today();
    let offers = store::find_offers(&mut scope.tx, &keys, &currency, today).await?;
    if offers.is_empty() {
        return Ok(Vec::new());
    }
    let noted = known::prices(scope, &keys, MOST_NOTED).await?;
    let mut deals: Vec<Deal> = wanted
        .iter()
        .zip(&keys)
        .filter_map(|((name, label), key)| {
            let usual = usual_prices(&noted, key);
            let theirs = offers
                .iter()
                .filter(|offer| Good::is_kind_by_key(&offer.key, key));
            let deals = theirs.filter_map(|offer| deal(name, label.as_ref(), offer, &usual));
            deals.reduce(better)
        })
        .collect();
    deals.sort_by_key(|deal| std::cmp::Reverse(deal.saving()));
    Ok(deals)
}

/// What is usually paid for things of this key: one price a unit, the one noted last first.
pub fn usual_prices(noted: &[Noted], key: &str) -> Vec<UnitPrice> {
    let mut groups: Vec<Vec<UnitPrice>> = Vec::new();
    let theirs = noted.iter().filter(|one| one.key() == key);
    for one in theirs.filter_map(Noted::unit_price) {
        match groups
            .iter_mut()
            .find(|group| group[0].compare(one).is_some())
        {
            Some(group) if group.len() < USUAL_OF => group.push(one),
            Some(_) => {}
            None => groups.push(vec![one]),
        }
    }
    groups
        .iter()
        .filter_map(|group| price::usual(group))
        .collect()
}

/// The offer as a deal; `None`: it is no less than what they usually pay.
fn deal(name: &str, label: Option<&String>, offer: &Offer, usual: &[UnitPrice]) -> Option<Deal> {
    let now = offer.unit_price()?;
    let usual = usual
        .iter()
        .copied()
        .find(|usual| usual.compare(now).is_some());
    let is_deal = usual.is_none_or(|usual| now.is_less_than(usual));
    is_deal.then(|| Deal {
        name: name.to_owned(),
        label: label.cloned(),
        offer: offer.clone(),
        usual,
    })
}

/// Of two deals on one thing: the one that is known to save, else the cheaper.
fn better(one: Deal, other: Deal) -> Deal {
    let known = |deal: &Deal| deal.usual.is_some();
    let cheaper = || {
        let prices = one.offer.unit_price().zip(other.offer.unit_price());
        let by_unit = prices.and_then(|(a, b)| a.compare(b));
        by_unit.unwrap_or_else(|| one.offer.price.minor.cmp(&other.offer.price.minor))
    };
    match (known(&one), known(&other)) {
        (true, false) => one,
        (false, true) => other,
        _ if cheaper() == Ordering::Greater => other,
        _ => one,
    }
}

/// The offers that are below what an alert asks for, the cheapest first.
pub async fn below(
    tx: &mut UserTx,
    alert: &Alert,
    today: jiff::civil::Date,
) -> Result<Vec<Offer>, sqlx::Error> {
    let key = alert.key();
    let currency = alert.below.currency.code();
    let mut offers = store::find_offers(tx, std::slice::from_ref(&key), currency, today).await?;
    offers.retain(|offer| Good::is_kind_by_key(&offer.key, &key) && is_below(offer, alert));
    offers.sort_by(|a, b| {
        let both = a.unit_price().zip(b.unit_price());
        let by_unit = both.and_then(|(a, b)| a.compare(b));
        by_unit.unwrap_or_else(|| a.price.minor.cmp(&b.price.minor))
    });
    Ok(offers)
}

fn is_below(offer: &Offer, alert: &Alert) -> bool {
    match alert.limit() {
        Some(limit) => offer
            .unit_price()
            .is_some_and(|now| now.is_less_than(limit)),
        None => alert.per.is_empty() && offer.price.minor < alert.below.minor,
    }
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, civil::date};
    use uuid::Uuid;

    use super::*;
    use crate::domain::{Currency, Money};

    fn offer(name: &str, minor: i64, amount: &str) -> Offer {
        Offer {
            id: Uuid::nil(),
            store: "Aldi".to_owned(),
            name: name.to_owned(),
            key: Good::key(name),
            price: Money::new(minor, Currency::USD),
            amount: amount.to_owned(),
            starts_on: date(2026, 11, 23),
            ends_on: date(2026, 11, 28),
        }
    }

    fn noted(name: &str, minor: i64, amount: &str) -> Noted {
        let price = Money::new(minor, Currency::USD);
        let mut noted = Noted::new(1, name.to_owned(), price, Timestamp::UNIX_EPOCH);
        amount.clone_into(&mut noted.amount);
        noted
    }

    #[test]
    fn an_offer_is_a_deal_when_it_is_less_than_usual_by_the_unit() {
        let noted = [
            noted("coffee", 840, "1 kg"),
            noted("coffee", 450, "500 g"),
            noted("coffee", 399, "500 g"),
            noted("coffee", 300, ""),
        ];
        let usual = usual_prices(&noted, "coffee");
        assert_eq!(usual.len(), 2, "by weight, and by the piece");
        for (offered, amount, is_deal) in [
            (349, "500 g", true),
            (430, "500 g", false),
            (699, "1 kg", true),
        ] {
            let offer = offer("Jacobs ground coffee", offered, amount);
            let found = deal("coffee", None, &offer, &usual);
            assert_eq!(found.is_some(), is_deal, "{offered} {amount}");
            assert!(found.is_none_or(|deal| deal.usual.is_some()));
        }
        // sold otherwise than they buy it: shown, and nothing is claimed
        let pads = offer("coffee", 200, "1 pack");
        assert!(deal("coffee", None, &pads, &usual).is_some_and(|deal| deal.usual.is_none()));
    }

    #[test]
    fn an_alert_by_weight_looks_at_weight_and_one_of_the_pack_at_the_pack() {
        let at = Timestamp::UNIX_EPOCH;
        let eight = Money::new(800, Currency::USD);
        let by_kilo = Alert::new(
            1,
            "coffee".to_owned(),
            eight,
            Some(crate::domain::Per::Kg),
            at,
        );
        let by_pack = Alert::new(1, "coffee".to_owned(), eight, None, at);
        for (minor, amount, kilo, pack) in [
            (349, "500 g", true, true),
            (450, "500 g", false, true),
            (800, "1 kg", false, false),
            (1500, "2 kg", true, false),
            (300, "1 pack", false, true),
        ] {
            let offer = offer("coffee", minor, amount);
            assert_eq!(is_below(&offer, &by_kilo), kilo, "{minor} {amount}");
            assert_eq!(is_below(&offer, &by_pack), pack, "{minor} {amount}");
        }
    }
}
