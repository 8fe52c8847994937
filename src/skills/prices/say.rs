//! Every word that prices put into a text: short and GSM-7.

use jiff::{SignedDuration, civil::Date};

use super::{
    deals::Deal,
    store::{Alert, Noted, Offer},
};
use crate::{
    domain::UnitPrice,
    skills::{Refusal, Thing, points},
    text,
    when::short,
};

/// Deals said at most; the others are counted.
const MOST: usize = 8;

/// `O1 coffee $3.49 for 500 g at Aldi ($6.98/kg)`.
pub fn noted(one: &Noted, locale: &str) -> String {
    let mut line = format!("{} {} {}", one.label(), one.name, one.price.say(locale));
    if !one.amount.is_empty() {
        line += &format!(" for {}", one.amount);
    }
    if !one.store.is_empty() {
        line += &format!(" at {}", one.store);
    }
    let unit = one.unit_price().filter(|unit| {
        one.quantity().is_some() && unit.money() != one.price || unit.per.is_measure()
    });
    if let Some(unit) = unit {
        line += &format!(" ({})", unit.say(locale));
    }
    line
}

/// "coffee, usually $7.98/kg:" and a line a price, as it was noted: what each costs by the unit, where and when.
pub fn prices(
    name: &str,
    usual: &[UnitPrice],
    all: &[Noted],
    (today, zone): (Date, &jiff::tz::TimeZone),
    locale: &str,
) -> String {
    let usual: Vec<String> = usual.iter().map(|one| one.say(locale)).collect();
    let mut lines = vec![format!("{name}, usually {}:", usual.join(" or "))];
    for (at, one) in all.iter().enumerate() {
        let unit = one
            .unit_price()
            .map_or_else(|| one.price.say(locale), |unit| unit.say(locale));
        let store = if one.store.is_empty() {
            String::new()
        } else {
            format!(" at {}", one.store)
        };
        let day = short(zone.to_datetime(one.seen_at).date(), today);
        let day = day.split_once(' ').map_or(day.as_str(), |(_, day)| day);
        lines.push(format!(
            "{}. {unit}{store}, {day} [{}]",
            at + 1,
            one.label()
        ));
    }
    lines.join("\n")
}

/// The price book, newest first.
pub fn book(all: &[Noted], locale: &str) -> String {
    let mut lines = vec!["Prices:".to_owned()];
    lines.extend(all.iter().enumerate().map(|(at, one)| {
        let line = noted(one, locale);
        let line = line.split_once(' ').map_or(line.as_str(), |(_, line)| line);
        format!("{}. {line} [{}]", at + 1, one.label())
    }));
    lines.join("\n")
}

/// `coffee $6.99/kg at Aldi until Sat`.
pub fn offer(offer: &Offer, today: Date, locale: &str) -> String {
    let price = offer
        .unit_price()
        .map_or_else(|| offer.price.say(locale), |unit| unit.say(locale));
    let name = text::economical(&offer.name).into_owned();
    let store = text::economical(&offer.store).into_owned();
    format!("{name} {price} at {store} {}", until(offer.ends_on, today))
}

/// "until Sat", "until Dec 5", "today only"
fn until(day: Date, today: Date) -> String {
    if day == today {
        return "until today".to_owned();
    }
    let words = short(day, today);
    let week = today.saturating_add(SignedDuration::from_hours(6 * 24));
    let said = if day <= week {
        words.split(' ').next()
    } else {
        words.split_once(' ').map(|(_, day)| day)
    };
    format!("until {}", said.unwrap_or(&words))
}

/// "Deals:" and a line each: what it costs by the unit, and what they usually pay.
pub fn deals(all: &[Deal], today: Date, locale: &str) -> String {
    let line = |deal: &Deal| {
        let mut line = format!("- {}", offer(&deal.offer, today, locale));
        if let Some(usual) = deal.usual {
            line += &format!(", you usually pay {}", usual.money().say(locale));
        }
        line
    };
    let mut lines: Vec<String> = all.iter().take(MOST).map(line).collect();
    if all.len() > MOST {
        lines.push(format!("and {} more", all.len() - MOST));
    }
    lines.join("\n")
}

/// `O4 coffee under $8/kg`.
pub fn alert(alert: &Alert, locale: &str) -> String {
    let below = alert
        .limit()
        .map_or_else(|| alert.below.say(locale), |limit| limit.say(locale));
    format!("{} {} under {below}", alert.label(), alert.name)
}

/// What somebody is told who asked to be: the cheapest offer first.
pub fn alerted(a: &Alert, offers: &[Offer], today: Date, locale: &str) -> String {
    let all: Vec<String> = offers
        .iter()
        .take(3)
        .map(|one| offer(one, today, locale))
        .collect();
    let more = offers.len().saturating_sub(3);
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    format!(
        "Deal: {}{more}. You asked: {}",
        all.join("; "),
        alert(a, locale)
    )
}

pub fn alerts(all: &[Alert], locale: &str) -> String {
    let mut lines = vec!["I tell you when these are offered:".to_owned()];
    lines.extend(all.iter().enumerate().map(|(at, one)| {
        let line = alert(one, locale);
        let line = line.split_once(' ').map_or(line.as_str(), |(_, line)| line);
        format!("{}. {line} [{}]", at + 1, one.label())
    }));
    lines.join("\n")
}

pub const NO_ALERTS: &str = "You asked for no price alert. Try \"tell me when coffee is under 8\".";
pub const NO_PRICES: &str = "No prices yet. Try \"milk was 2.19 at Aldi\".";
pub const NO_OFFERS: &str = "I know of no offers at the moment.";
pub const NO_DEALS: &str = "No deals on your list right now.";
pub const EMPTY_LIST: &str = "Your list is empty, so there is nothing to look for.";
pub const WHICH: &str = "Which one? \"price alerts\" and \"prices\" show them.";
pub const TOO_MANY: &str = "That is more than 50 price alerts: delete one first.";

pub fn nothing_known(name: &str) -> String {
    format!("I know no price of {name}. Try \"{name} was 2.19 at Aldi\".")
}

pub fn no_offer_on(name: &str) -> String {
    format!("No deal on {name} right now.")
}

pub fn alert_already(there: &Alert, locale: &str) -> String {
    format!("Already there: {}", alert(there, locale))
}

pub fn no_price(said: &str) -> String {
    let start: String = said.chars().take(30).collect();
    format!("I cannot read the price \"{start}\". Try \"3.49\", \"$2\" or \"8/kg\".")
}

pub fn no_name(said: &str) -> String {
    let start: String = said.chars().take(30).collect();
    format!("\"{start}\" is nothing to buy: a name of 1 to 200 letters, please.")
}

pub fn not_found(what: &str) -> String {
    format!("I found no price or alert \"{what}\". \"price alerts\" and \"prices\" show them.")
}

pub fn ambiguous(what: &str, found: &[&Alert]) -> Refusal {
    let named = |a: &&Alert| (a.label(), alert(a, "en-US"), a.name.clone());
    points::which(what, found.iter().map(named))
}
