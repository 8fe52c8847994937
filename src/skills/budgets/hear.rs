//! The same wishes without a model. It never guesses: an amount must stand there, and a category that is none of the known ones
//! is a short name that can be nothing else; a budget meeting is no budget.

use serde_json::{Value, json};

use crate::{
    domain::{Money, spending},
    model::offline::{Captures, Hearing, Meaning},
    skills::{budgets::LETTER, naming},
};

/// Every way to talk about budgets that is understood offline.
pub fn hearings() -> Vec<Hearing> {
    let set = [
        (
            "[set|make|create|add|start|give me|i have] [a|an|my|the|our|new|a new] [monthly|weekly|yearly|annual|total|overall] budget [of|is|to] {rest*}",
            set as Meaning,
        ),
        (
            "(set|change|make|raise|lower|update|increase|reduce) [the|my|our] {category} budget (to|at|of|is) {amount*}",
            set_named,
        ),
        (
            "[the|my|our] {category} budget (is|to|:) {amount*}",
            set_named,
        ),
        (
            "(limit|cap) [my|the|our] [spending on] {category} (to|at) {amount*}",
            limit,
        ),
        (
            "spend (at most|no more than|max|up to|only) {amount} (on|for) {category*}",
            limit,
        ),
    ];
    let show = [
        (
            "[show|list|see|check|what are|whats|what is] [me] [all] [my|our|the] (budget|budgets)",
            all as Meaning,
        ),
        (
            "how am i doing [with|on] [my|the] [budget|budgets|money|spending|finances]",
            all,
        ),
        (
            "how (is|are) (my|the|our) (budget|budgets) [doing|looking|going]",
            all,
        ),
        ("(hows|how's) (my|the|our) (budget|budgets)", all),
        (
            "am i (over|under|within|on|in) [my|the] (budget|budgets)",
            all,
        ),
        ("how much (budget|of my budget) [do i have|is] [left]", all),
        (
            "(how is|hows) (my|the|our) {category} budget [doing]",
            about,
        ),
        ("[show|check] [me] [my|the|our] {category} budget", about),
        (
            "(how much|what) (is|do i have|have i got) [still] left (for|on|in) [my|the] {category} [budget]",
            about,
        ),
        (
            "how much [budget] [is] [still] left (for|on) {category*}",
            about,
        ),
        (
            "how much (can|may) (i|we) [still] spend on {category*}",
            about,
        ),
    ];
    let delete = [
        (
            "(delete|remove|drop|cancel|stop) [the|my|our] (groceries|grocery|shopping) budget",
            remove_groceries as Meaning,
        ),
        (
            "(delete|remove|drop|cancel|stop) [the|my|our] {category} budget",
            remove,
        ),
        (
            "(delete|remove|drop|cancel|stop) [the|my|our] budget (for|on) {category*}",
            remove,
        ),
        (
            "(delete|remove|erase|drop|cancel) [budget|budgets] {budgets*}",
            numbered,
        ),
    ];
    let of = |tool| move |(phrase, means): (&str, Meaning)| Hearing::new(phrase, tool, means);
    let mut hearings: Vec<_> = set.into_iter().map(of("set_budget")).collect();
    hearings.extend(show.into_iter().map(of("show_budgets")));
    hearings.extend(delete.into_iter().map(of("delete_budgets")));
    hearings
}

/// Words that make it something else than a category.
const NO_CATEGORY: &[&str] = &[
    "at",
    "by",
    "meeting",
    "meetings",
    "call",
    "review",
    "report",
    "deadline",
    "due",
    "planning",
    "talk",
    "approval",
    "is",
    "tomorrow",
    "today",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "with",
    "and",
    "or",
    "until",
    "to",
    "it",
    "that",
    "this",
    "me",
    "us",
    "what",
    "how",
    "why",
    "q1",
    "q2",
    "q3",
    "q4",
    "spreadsheet",
    "people",
    "person",
    "minutes",
    "hours",
    "pm",
    "am",
    "app",
    "airline",
    "hotel",
    "left",
    "much",
    "many",
    "i",
    "you",
    "am",
];

/// The name of a category that `said` is; `Some(None)`: everything.
fn category(said: &str) -> Option<Option<String>> {
    let mut words: Vec<&str> = said.split_whitespace().collect();
    while words.first().is_some_and(|first| {
        ["for", "on", "of", "the", "my", "our", "category"].contains(&&*first.to_lowercase())
    }) {
        words.remove(0);
    }
    let said = words.join(" ");
    let lower = said.to_lowercase();
    if ["", "everything", "all", "total", "overall"].contains(&&*lower) {
        return Some(None);
    }
    if spending::named(&said).is_some() {
        return Some(Some(said));
    }
    let is_name = (1..=3).contains(&words.len())
        && words.iter().all(|word| {
            !NO_CATEGORY.contains(&&*word.to_lowercase())
                && word.chars().all(|c| c.is_alphabetic() || "-'&".contains(c))
        });
    is_name.then_some(Some(said))
}

/// Whether anybody but this user would know it as a category.
fn is_known(category: Option<&str>) -> bool {
    category.is_none_or(|name| spending::named(name).is_some())
}

/// "a week", "monthly", and the text without it.
fn per(said: &str) -> (Option<&'static str>, String) {
    let mut words: Vec<&str> = said.split_whitespace().collect();
    let mut found = None;
    let mut at = 0;
    while at < words.len() {
        let word = words[at].to_lowercase();
        let lead = at > 0
            && ["a", "per", "each", "every", "this"].contains(&&*words[at - 1].to_lowercase());
        let period = match word.trim_end_matches(['.', ',']) {
            "week" | "wk" if lead => Some((true, "week")),
            "month" | "mo" if lead => Some((true, "month")),
            "year" | "yr" if lead => Some((true, "year")),
            "weekly" => Some((false, "week")),
            "monthly" => Some((false, "month")),
            "yearly" | "annual" | "annually" => Some((false, "year")),
            _ => None,
        };
        if let Some((led, period)) = period {
            found = Some(period);
            let from = if led { at - 1 } else { at };
            words.drain(from..=at);
            at = from;
        } else {
            at += 1;
        }
    }
    (found, words.join(" "))
}

/// "with rollover", and the text without it.
fn rollover(said: &str) -> (bool, String) {
    let lower = said.to_lowercase();
    for words in [
        "with rollover",
        "with roll over",
        "rolling over",
        "rollover",
        "roll over",
    ] {
        if let Some(at) = lower.find(words).filter(|_| lower.len() == said.len()) {
            let rest = format!("{} {}", &said[..at], &said[at + words.len()..]);
            return (true, rest.trim().trim_end_matches(',').to_owned());
        }
    }
    (false, said.to_owned())
}

/// The one amount in `said`, and what stands before and behind it.
fn amount(said: &str) -> Option<(String, String, String)> {
    let words: Vec<&str> = said.split_whitespace().collect();
    let mut found = None;
    let mut at = 0;
    while at < words.len() {
        let long = |count: usize| words.get(at..at + count).map(|some| some.join(" "));
        let one = (1..=2)
            .rev()
            .filter_map(|count| Some((count, long(count)?)))
            .find(|(_, some)| Money::is_said(some).is_some());
        if let Some((count, some)) = one {
            if found.is_some() {
                return None;
            }
            found = Some((some, words[..at].join(" "), words[at + count..].join(" ")));
            at += count;
        } else {
            at += 1;
        }
    }
    found
}

fn args(amount: &str, category: Option<String>, per: Option<&str>, rollover: bool) -> Value {
    let mut args = json!({"amount": amount});
    if let Some(category) = category {
        args["category"] = json!(category);
    }
    if let Some(per) = per {
        args["per"] = json!(per);
    }
    if rollover {
        args["rollover"] = json!(true);
    }
    args
}

/// "budget 400 for groceries", "budget for groceries: 100 a week", "weekly budget of $50 for fun".
fn set(c: &Captures<'_, '_>) -> Option<Value> {
    let (rollover, rest) = rollover(c.get("rest")?);
    let (period, rest) = per(&rest);
    let period = period.or_else(|| per(c.whole()).0);
    let (amount, before, behind) = amount(&rest)?;
    let before = before.trim_end_matches([':', '=']).trim_end();
    let before = [" to", " of", " at", " is"]
        .iter()
        .find_map(|lead| before.strip_suffix(lead))
        .unwrap_or(before);
    let named = Money::is_said(&amount) == Some(true);
    let is_first = before.is_empty();
    let about = match (before, behind.as_str()) {
        ("", behind) => behind,
        (before, "") => before,
        _ => return None,
    };
    let category = category(about)?;
    // "budget 2027" names no budget, and "budget trip 3" none of ours
    let is_said = match (&category, is_first) {
        (None, _) => named || period.is_some() || !about.is_empty(),
        (Some(name), true) => {
            about.to_lowercase().starts_with("for ")
                || about.to_lowercase().starts_with("on ")
                || is_known(Some(name))
        }
        (Some(name), false) => is_known(Some(name)),
    };
    is_said.then(|| args(&amount, category, period, rollover))
}

/// "set my grocery budget to 400"
fn set_named(c: &Captures<'_, '_>) -> Option<Value> {
    let (rollover, to) = rollover(c.get("amount")?);
    let (period, to) = per(&to);
    let period = period.or_else(|| per(c.whole()).0);
    Money::is_said(&to)?;
    let (_, about) = per(c.get("category")?);
    let category = category(&about)?;
    Some(args(&to, category, period, rollover))
}

/// "limit eating out to 150 a month"
fn limit(c: &Captures<'_, '_>) -> Option<Value> {
    let (from_amount, to) = per(c.get("amount")?);
    let (from_category, about) = per(c.get("category")?);
    Money::is_said(&to)?;
    let category = category(&about)?.filter(|name| spending::named(name).is_some())?;
    Some(args(
        &to,
        Some(category),
        from_amount.or(from_category),
        false,
    ))
}

fn all(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({}))
}

/// "how much is left for groceries"
fn about(c: &Captures<'_, '_>) -> Option<Value> {
    let (_, said) = per(c.get("category")?);
    match category(&said)? {
        None => Some(json!({})),
        Some(name) => spending::named(&name).map(|_| json!({"category": name})),
    }
}

fn remove(c: &Captures<'_, '_>) -> Option<Value> {
    let (_, said) = per(c.get("category")?);
    let name = category(&said)?.unwrap_or_else(|| "everything".to_owned());
    Some(json!({"budgets": [name]}))
}

/// What the shopping list would take for something on it.
fn remove_groceries(c: &Captures<'_, '_>) -> Option<Value> {
    let is_shopping = c.whole().to_lowercase().contains("shopping");
    let name = if is_shopping { "shopping" } else { "groceries" };
    Some(json!({"budgets": [name]}))
}

/// "delete B2": a label tells whose it is.
fn numbered(c: &Captures<'_, '_>) -> Option<Value> {
    let budgets = naming::numbers(c.get("budgets")?, LETTER)?;
    let ours = |said: &String| naming::label(said).is_some_and(|(letter, _)| letter == LETTER);
    let is_said = c.whole().to_lowercase().contains("budget");
    (is_said || budgets.iter().all(ours)).then(|| json!({"budgets": budgets}))
}
