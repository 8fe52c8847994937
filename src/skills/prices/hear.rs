//! The same wishes without a model. It never guesses: whatever has a price here must be something to buy that can be nothing
//! else ("milk was 2.19 at Aldi"; "the meeting was at 2.30" is none of ours), and what was paid is an expense unless a weight, a
//! volume or a pack is named ("paid 3.49 for 500 g coffee").

use serde_json::{Value, json};

use crate::{
    domain::{Currency, Good, quantity::Unit},
    model::offline::{Captures, Hearing, Meaning, NOT_MINE, things},
    skills::{
        naming,
        prices::{LETTER, tool::split_price},
    },
};

/// Every way to talk about prices that is understood offline.
pub fn hearings() -> Vec<Hearing> {
    let table = noting().into_iter().chain(asking()).chain(alerts());
    table
        .map(|(phrase, tool, means)| Hearing::new(&phrase.replace("WHEN", NOW), tool, means))
        .collect()
}

/// Offers that hold now are the only ones there are.
const NOW: &str = "today|this week|right now|now|at the moment|currently";

type Row = (&'static str, &'static str, Meaning);

fn noting() -> Vec<Row> {
    vec![
        (
            "{item} (was|is|were|are) {price} (at|in|from) {store*}",
            "note_price",
            note as Meaning,
        ),
        (
            "{item} (costs|cost) [me|us] {price} (at|in|from) {store*}",
            "note_price",
            note,
        ),
        ("{item} (costs|cost) [me|us] {price*}", "note_price", note),
        (
            "[the] price of {item} (is|was) {price} (at|in|from) {store*}",
            "note_price",
            note,
        ),
        (
            "[the] price of {item} (is|was) {price*}",
            "note_price",
            note,
        ),
        (
            "[i|we] paid {price} for {item} (at|in|from) {store*}",
            "note_price",
            paid,
        ),
        ("[i|we] paid {price} for {item*}", "note_price", paid),
    ]
}

fn asking() -> Vec<Row> {
    vec![
        (
            "(what|whats|what's) (does|do|did) {item} [usually|normally] cost",
            "show_prices",
            cheapest as Meaning,
        ),
        (
            "how much (does|do|did) {item} [usually|normally] cost",
            "show_prices",
            cheapest,
        ),
        (
            "how much (is|are|was|were) {item*}",
            "show_prices",
            cheapest,
        ),
        (
            "(what|whats|what's) [is|are] [the|my] [usual] (price|prices) (of|for) {item*}",
            "show_prices",
            cheapest,
        ),
        (
            "[the] (price|prices) (of|for) {item*}",
            "show_prices",
            cheapest,
        ),
        (
            "where (is|are) {item} [the] (cheapest|cheap|cheaper)",
            "show_prices",
            cheapest,
        ),
        (
            "where (is|are) the cheapest {item*}",
            "show_prices",
            cheapest,
        ),
        (
            "where (can|should|do) (i|we) (buy|get) {item} [the] (cheapest|cheap|cheaply)",
            "show_prices",
            cheapest,
        ),
        (
            "where (can|should|do) (i|we) (buy|get) [the] (cheapest|cheap) {item*}",
            "show_prices",
            cheapest,
        ),
        (
            "(who|which store|which shop|what store) (has|sells) the cheapest {item*}",
            "show_prices",
            cheapest,
        ),
        ("[the] cheapest {item*}", "show_prices", cheapest),
        (
            "what (did|do) (i|we) [usually|normally] pay for {item} [last|last time|before]",
            "show_prices",
            history,
        ),
        (
            "[show|list] [me] [the] price history (of|for) {item*}",
            "show_prices",
            history,
        ),
        ("{item} price history", "show_prices", history),
        (
            "how (did|has|have) the (price|prices) of {item} (change|changed|developed)",
            "show_prices",
            history,
        ),
        (
            "[show|list] [me] [my|the|our] (prices|price book|noted prices)",
            "show_prices",
            book,
        ),
        (
            "[are there|is there] (any|some) (deals|offers|bargains|discounts|specials) [WHEN]",
            "show_prices",
            deals,
        ),
        (
            "[are there|is there] [any|some|what|which|the] (deals|offers|bargains|discounts|specials) (on|for|from) [my|the|our] [shopping|grocery] (list|groceries) [WHEN]",
            "show_prices",
            deals,
        ),
        (
            "(what|which) (deals|offers|bargains) (are there|are on|do you know|do you have) [WHEN]",
            "show_prices",
            deals,
        ),
        (
            "[show|list|give] [me] [my|the|todays] (deals|offers|bargains) [WHEN]",
            "show_prices",
            deals,
        ),
        (
            "(what|whats|what's) [is] on (sale|offer|special) [WHEN]",
            "show_prices",
            deals,
        ),
        (
            "(is|are) anything on my list on (sale|offer|special) [WHEN]",
            "show_prices",
            deals,
        ),
        (
            "(is|are) {item} on (sale|offer|special) [WHEN]",
            "show_prices",
            deals_on,
        ),
        (
            "[are there|is there] [any|some] (deals|offers|deal|offer|bargains|discounts) (on|for) {item*}",
            "show_prices",
            deals_on,
        ),
    ]
}

fn alerts() -> Vec<Row> {
    vec![
        (
            "(tell|alert|notify|text|ping|message|warn) me (when|if|once|whenever) {item} (is|are|gets|goes|go|drops|falls|costs|cost|drop|fall) (under|below|less than|cheaper than|for less than|for under) {price*}",
            "alert_price",
            alert as Meaning,
        ),
        (
            "let me know (when|if|once|whenever) {item} (is|are|gets|goes|go|drops|falls|costs|cost|drop|fall) (under|below|less than|cheaper than|for less than|for under) {price*}",
            "alert_price",
            alert,
        ),
        (
            "[set|add|make|create] [a|new] price alert (for|on) {item} (under|below|at) {price*}",
            "alert_price",
            alert,
        ),
        (
            "[show|list] [me] [my|the|all|all my] (price|deal) alerts",
            "show_prices",
            list_alerts,
        ),
        (
            "(what|which) (price|deal) alerts (do i have|have i|are there|did i set)",
            "show_prices",
            list_alerts,
        ),
        (
            "(stop|delete|remove|cancel|end|drop) [the|my] {items} [price|deal] (alert|alerts)",
            "forget_prices",
            forget_known,
        ),
        (
            "(stop|delete|remove|cancel|end|drop) [the|my] (price|deal) (alert|alerts) (for|on|about) {items*}",
            "forget_prices",
            forget_known,
        ),
        (
            "(stop|delete|remove|cancel|end|drop) [the|my] price (alert|alerts) {items*}",
            "forget_prices",
            forget_numbers,
        ),
        (
            "(forget|delete|remove) [the|noted] (price|prices) {items*}",
            "forget_prices",
            forget_numbers,
        ),
        (
            "(forget|delete|remove|cancel|stop|drop) {items*}",
            "forget_prices",
            forget_labels,
        ),
        (
            "(no more|stop) price alerts (for|on|about) {items*}",
            "forget_prices",
            forget_known,
        ),
    ]
}

/// Something to buy that can be nothing else, however much of it.
fn good<'t>(c: &Captures<'_, 't>) -> Option<&'t str> {
    let said = c.get("item")?;
    let bare = said.strip_suffix('?').unwrap_or(said).trim();
    Good::is_known(bare).then_some(bare)
}

/// A price, alone or for a unit: "2.19", "$2 each", "8/kg", "1.99 per 100 g".
fn price<'t>(c: &Captures<'_, 't>) -> Option<&'t str> {
    let said = c.get("price")?;
    split_price(said, Currency::USD).map(|_| said)
}

/// Words at which a time or another place begins, and no shop.
const NO_STORE: &[&str] = &[
    "am",
    "breakfast",
    "dinner",
    "first",
    "five",
    "four",
    "home",
    "last",
    "least",
    "lunch",
    "midnight",
    "most",
    "night",
    "noon",
    "once",
    "one",
    "room",
    "school",
    "six",
    "the moment",
    "three",
    "two",
    "work",
];

fn store<'t>(c: &Captures<'_, 't>) -> Option<&'t str> {
    let said = c.get("store")?;
    let lower = said.to_lowercase();
    let first = lower.split_whitespace().next()?;
    let is_name = said.chars().any(char::is_alphabetic)
        && !first.starts_with(|c: char| c.is_ascii_digit())
        && !NO_STORE.contains(&first)
        && lower.split_whitespace().count() <= 3;
    is_name.then_some(said)
}

fn noted(c: &Captures<'_, '_>, item: &str) -> Option<Value> {
    let mut args = json!({"item": item, "price": price(c)?});
    if c.get("store").is_some() {
        args["store"] = json!(store(c)?);
    }
    Some(args)
}

fn note(c: &Captures<'_, '_>) -> Option<Value> {
    note_of(c).or(Some(NOT_MINE))
}

fn note_of(c: &Captures<'_, '_>) -> Option<Value> {
    // a question is none, and neither is a guess
    if c.whole().trim_end().ends_with('?') {
        return None;
    }
    noted(c, good(c)?)
}

/// "paid 3.49 for 500 g coffee at rewe"; "paid 12 for lunch" and "paid 5 for 2 coffees" are expenses.
fn paid(c: &Captures<'_, '_>) -> Option<Value> {
    paid_of(c).or(Some(NOT_MINE))
}

fn paid_of(c: &Captures<'_, '_>) -> Option<Value> {
    let item = good(c)?;
    let amount = Good::parse(item)?.amount?;
    let is_pack = !matches!(amount.unit(), Unit::Piece | Unit::Dozen);
    if is_pack { noted(c, item) } else { None }
}

fn cheapest(c: &Captures<'_, '_>) -> Option<Value> {
    cheapest_of(c).or(Some(NOT_MINE))
}

fn cheapest_of(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"item": good(c)?}))
}

fn history(c: &Captures<'_, '_>) -> Option<Value> {
    history_of(c).or(Some(NOT_MINE))
}

fn history_of(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"item": good(c)?, "show": "history"}))
}

fn book(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({}))
}

fn deals(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"show": "deals"}))
}

fn deals_on(c: &Captures<'_, '_>) -> Option<Value> {
    deals_on_of(c).or(Some(NOT_MINE))
}

fn deals_on_of(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"item": good(c)?, "show": "deals"}))
}

fn alert(c: &Captures<'_, '_>) -> Option<Value> {
    alert_of(c).or(Some(NOT_MINE))
}

fn alert_of(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"item": good(c)?, "below": price(c)?}))
}

fn list_alerts(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"show": "alerts"}))
}

fn forget_known(c: &Captures<'_, '_>) -> Option<Value> {
    forget_known_of(c).or(Some(NOT_MINE))
}

fn forget_known_of(c: &Captures<'_, '_>) -> Option<Value> {
    let items = things(c.get("items")?);
    let all = !items.is_empty() && items.iter().all(|item| Good::is_known(item));
    all.then(|| json!({"items": items}))
}

fn forget_numbers(c: &Captures<'_, '_>) -> Option<Value> {
    forget_numbers_of(c).or(Some(NOT_MINE))
}

fn forget_numbers_of(c: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"items": naming::numbers(c.get("items")?, LETTER)?}))
}

/// "delete O2": a label tells whose it is.
fn forget_labels(c: &Captures<'_, '_>) -> Option<Value> {
    forget_labels_of(c).or(Some(NOT_MINE))
}

fn forget_labels_of(c: &Captures<'_, '_>) -> Option<Value> {
    let items = naming::numbers(c.get("items")?, LETTER)?;
    let all = items
        .iter()
        .all(|item| naming::label(item).is_some_and(|(letter, _)| letter == LETTER));
    all.then(|| json!({"items": items}))
}
