//! What things cost, and what is offered.

use std::cmp::Ordering;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::say;
use crate::{
    domain::{Good, Trust},
    skills::{
        Done, Effect, Refusal, Scope, Thing, Tool,
        prices::{
            deals, known,
            store::{self, Alert, Noted},
        },
    },
};

/// Shows prices.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShowPrices {
    /// One thing; without it deals are those on the shopping list.
    #[serde(default)]
    pub item: Option<String>,
    #[serde(default)]
    pub show: Show,
}

/// What is to be shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Show {
    /// The last price in each store, the cheapest first.
    #[default]
    Cheapest,
    History,
    Deals,
    Alerts,
}

/// Lines of prices at most.
const MOST: usize = 8;

impl Tool for ShowPrices {
    const NAME: &'static str = "show_prices";
    const ABOUT: &'static str =
        "What something costs, where it is cheapest, which offers there are, or the price alerts.";
    const EFFECT: Effect = Effect::Read;

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let name = match self.item.as_deref() {
            None => None,
            Some(said) => {
                let good = Good::parse(said).ok_or_else(|| Refusal::Tell(say::no_name(said)))?;
                Some(good.name)
            }
        };
        match (self.show, name) {
            (Show::Alerts, _) => alerts(scope).await,
            (Show::Deals, name) => offered(scope, name).await,
            (_, None) => book(scope).await,
            (show, Some(name)) => prices(scope, &name, show == Show::History).await,
        }
    }
}

async fn alerts(scope: &mut Scope) -> Result<Done, Refusal> {
    let all = store::alerts(&mut scope.tx).await?;
    let says = if all.is_empty() {
        say::NO_ALERTS.to_owned()
    } else {
        say::alerts(&all, &scope.habits.locale)
    };
    Ok(Done {
        says: Some(says),
        shown: Some(all.iter().map(Alert::label).collect()),
        ..Done::default()
    })
}

async fn book(scope: &mut Scope) -> Result<Done, Refusal> {
    let all = store::latest(&mut scope.tx, MOST as i64).await?;
    let says = if all.is_empty() {
        say::NO_PRICES.to_owned()
    } else {
        say::book(&all, &scope.habits.locale)
    };
    Ok(shown(says, &all))
}

fn shown(says: String, all: &[Noted]) -> Done {
    Done {
        says: Some(says),
        shown: Some(all.iter().map(Noted::label).collect()),
        ..Done::default()
    }
}

async fn prices(scope: &mut Scope, name: &str, history: bool) -> Result<Done, Refusal> {
    let key = Good::key(name);
    let mut all = known::prices(scope, std::slice::from_ref(&key), 200).await?;
    let locale = scope.habits.locale.clone();
    let wanted = [(name.to_owned(), None)];
    let offers = deals::on(scope, &wanted).await?;
    let today = scope.today();
    let offered = offers
        .first()
        .map(|deal| say::offer(&deal.offer, today, &locale));
    let trust = if offered.is_some() {
        Trust::Untrusted
    } else {
        Trust::default()
    };
    if all.is_empty() {
        let says = offered.map_or_else(
            || say::nothing_known(name),
            |line| format!("Offered: {line}"),
        );
        return Ok(Done {
            trust,
            ..Done::says(says)
        });
    }
    let usual = deals::usual_prices(&all, &key);
    if !history {
        all = cheapest(all);
    }
    all.truncate(MOST);
    let mut says = say::prices(name, &usual, &all, (today, &scope.zone), &locale);
    if let Some(line) = offered {
        says += &format!("\nOffered: {line}");
    }
    Ok(Done {
        trust,
        ..shown(says, &all)
    })
}

/// The last price of each store, the cheapest first; what is sold by other units than the last one comes after.
fn cheapest(all: Vec<Noted>) -> Vec<Noted> {
    let mut last: Vec<Noted> = Vec::new();
    for one in all {
        let unit = one.unit_price();
        let is_there = last.iter().any(|there| {
            let both = there.unit_price().zip(unit);
            there.store.eq_ignore_ascii_case(&one.store)
                && both.is_none_or(|(a, b)| a.compare(b).is_some())
        });
        if !is_there {
            last.push(one);
        }
    }
    let first = last.first().and_then(Noted::unit_price);
    let fits = |one: &Noted| {
        let both = first.zip(one.unit_price());
        both.is_some_and(|(first, one)| first.compare(one).is_some())
    };
    last.sort_by(|a, b| {
        let both = a.unit_price().zip(b.unit_price());
        let by_unit = both.and_then(|(a, b)| a.compare(b));
        fits(b)
            .cmp(&fits(a))
            .then(by_unit.unwrap_or(Ordering::Equal))
    });
    last
}

async fn offered(scope: &mut Scope, name: Option<String>) -> Result<Done, Refusal> {
    let today = scope.today();
    if !store::has_offers(&mut scope.tx, today).await? {
        return Ok(Done::says(say::NO_OFFERS));
    }
    let found = match &name {
        Some(name) => deals::on(scope, &[(name.clone(), None)]).await?,
        None => match deals::on_list(scope).await? {
            None => return Ok(Done::says(say::EMPTY_LIST)),
            Some(found) => found,
        },
    };
    let says = match (found.as_slice(), name) {
        ([], Some(name)) => return Ok(Done::says(say::no_offer_on(&name))),
        ([], None) => return Ok(Done::says(say::NO_DEALS)),
        (found, _) => say::deals(found, today, &scope.habits.locale),
    };
    // the words of shops
    Ok(Done {
        trust: Trust::Untrusted,
        ..Done::says(says)
    })
}
