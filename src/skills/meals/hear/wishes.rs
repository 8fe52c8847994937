//! What is wished of a plan, behind "plan dinners": evenings, people, time, money, diets, things to use up. Every word of it must
//! say one of these, or nothing is understood.
//! May import: the readers of the skill.

use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use crate::{
    domain::Money,
    model::offline::things,
    skills::meals::{avoid::Avoid, days, read},
    when::Here,
};

/// Words that begin another clause; the longer ones first.
const BEGIN: &[&str] = &[
    "on a budget of",
    "with a budget of",
    "budget of",
    "budget",
    "for under",
    "for less than",
    "for at most",
    "in under",
    "in less than",
    "under",
    "below",
    "less than",
    "at most",
    "max",
    "maximum",
    "within",
    "that use up",
    "to use up",
    "use up",
    "using up",
    "that use",
    "using",
    "use",
    "with",
    "without",
    "no",
    "for",
];

/// The arguments of a plan; `None`: something of it is no such wish.
pub fn read(said: &str) -> Option<Value> {
    let mut wish = json!({});
    for clause in clauses(said) {
        take(&mut wish, &clause)?;
    }
    // one evening alone is an appointment, or a dish of the user's choice
    let when = wish["when"].as_str();
    let many = match when {
        Some(when) => days::read(when, &anywhere())?.len() > 1 || is_several(when),
        None => true,
    };
    many.then_some(wish)
}

/// A week that has one day left is a week all the same.
fn is_several(when: &str) -> bool {
    ["week", "days", "weekend"]
        .iter()
        .any(|word| when.to_lowercase().ends_with(word))
}

/// Cuts at commas and before words that begin a clause.
fn clauses(said: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for part in said.split([',', ';']) {
        let words: Vec<&str> = part.split_whitespace().collect();
        let (mut from, mut at) = (0, 0);
        while at < words.len() {
            let rest = words[at..].join(" ").to_lowercase();
            let begin = BEGIN.iter().find(|begin| {
                rest == **begin
                    || rest
                        .strip_prefix(**begin)
                        .is_some_and(|rest| rest.starts_with(' '))
            });
            match begin {
                Some(begin) => {
                    if at > from {
                        all.push(words[from..at].join(" "));
                    }
                    from = at;
                    at += begin.split(' ').count();
                }
                None => at += 1,
            }
        }
        if from < words.len() {
            all.push(words[from..].join(" "));
        }
    }
    all
}

/// One clause into the wish; `None`: it says nothing of the kind.
fn take(wish: &mut Value, clause: &str) -> Option<()> {
    let lower = clause
        .trim()
        .trim_end_matches(['.', '!', '?'])
        .to_lowercase();
    let lower = lower.strip_prefix("and ").unwrap_or(&lower);
    let after = |leads: &[&str]| {
        leads
            .iter()
            .find_map(|lead| lower.strip_prefix(lead)?.strip_prefix(' '))
            .map(str::to_owned)
    };
    if let Some(things_said) = after(&[
        "that use up",
        "to use up",
        "use up",
        "using up",
        "that use",
        "using",
        "use",
    ]) {
        return use_up(wish, &things_said);
    }
    if let Some(money) = after(&[
        "on a budget of",
        "with a budget of",
        "budget of",
        "budget",
        "for under",
        "for less than",
        "for at most",
    ]) {
        Money::is_said(&money)?;
        return set(wish, "budget", json!(money));
    }
    if let Some(limit) = after(&[
        "in under",
        "in less than",
        "under",
        "below",
        "less than",
        "at most",
        "max",
        "maximum",
        "within",
    ]) {
        let limit = limit
            .trim_end_matches(" each")
            .trim_end_matches(" per meal");
        if let Some(minutes) = read::minutes(limit) {
            return set(wish, "minutes", json!(minutes));
        }
        // a bare number may be minutes or money
        Money::is_said(limit).filter(|is_named| *is_named)?;
        return set(wish, "budget", json!(limit));
    }
    if let Some(what) = after(&["without", "no"]) {
        return without(wish, &what);
    }
    if let Some(what) = after(&["with"]) {
        return use_up(wish, &what);
    }
    if let Some(count) = read::serves(lower) {
        return set(wish, "people", json!(count));
    }
    if lower == "quick" {
        return set(wish, "minutes", json!(30));
    }
    if days::read(lower, &anywhere()).is_some() {
        let when = lower.strip_prefix("for ").unwrap_or(lower);
        if wish["when"].is_null() {
            return set(wish, "when", json!(when));
        }
        // "mon, wed and fri"
        let both = format!("{}, {when}", wish["when"].as_str()?);
        days::read(&both, &anywhere())?;
        wish["when"] = json!(both);
        return Some(());
    }
    if wish.get("use_up").is_some_and(Value::is_array) {
        let all = things(lower);
        let is_food = |one: &String| Avoid::read(one, false).is_some_and(|avoid| !avoid.is_diet());
        if all.iter().all(is_food) {
            return all.iter().try_for_each(|one| push(wish, "use_up", one));
        }
    }
    diet(wish, lower)
}

/// A diet by name, or "gluten free".
pub fn diet(wish: &mut Value, said: &str) -> Option<()> {
    let avoid = Avoid::read(said, false)?;
    let is_free = said.ends_with("free") || said.ends_with("-free");
    if !avoid.is_diet() && !is_free {
        return None;
    }
    push(wish, "diet", &avoid.name)
}

fn without(wish: &mut Value, said: &str) -> Option<()> {
    for one in things(&said.replace(" or ", " and ")) {
        push(wish, "diet", &Avoid::read(&one, false)?.name)?;
    }
    Some(())
}

fn use_up(wish: &mut Value, said: &str) -> Option<()> {
    let said = said.strip_prefix("up ").unwrap_or(said);
    if said.starts_with("what") || said == "leftovers" {
        return push(wish, "use_up", said);
    }
    for one in things(said) {
        let one = one.strip_prefix("the ").unwrap_or(&one);
        // somebody to eat with is nothing to eat
        Avoid::read(one, false)?;
        push(wish, "use_up", one)?;
    }
    Some(())
}

fn push(wish: &mut Value, field: &str, value: &str) -> Option<()> {
    if wish[field].is_null() {
        wish[field] = json!([]);
    }
    wish[field].as_array_mut()?.push(json!(value));
    Some(())
}

fn set(wish: &mut Value, field: &str, value: Value) -> Option<()> {
    if !wish[field].is_null() {
        return None;
    }
    wish[field] = value;
    Some(())
}

/// Words are read against some day: only whether they name evenings counts.
pub fn anywhere() -> Here {
    // a Monday
    let now = Timestamp::from_second(1_795_435_200).unwrap_or(Timestamp::UNIX_EPOCH);
    Here::new(now, TimeZone::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wished_of_a_plan_is_read_whole_or_not_at_all() {
        for (said, expected) in [
            ("for next week", json!({"when": "next week"})),
            ("next week for 4", json!({"when": "next week", "people": 4})),
            (
                "for monday to friday for 4 people under 30 minutes",
                json!({"when": "monday to friday", "people": 4, "minutes": 30}),
            ),
            (
                "for the week, vegetarian, budget $60",
                json!({"when": "the week", "diet": ["vegetarian"], "budget": "$60"}),
            ),
            (
                "for the week under 60 euros",
                json!({"when": "the week", "budget": "60 euros"}),
            ),
            (
                "for next week using spinach, feta and rice",
                json!({"when": "next week", "use_up": ["spinach", "feta", "rice"]}),
            ),
            ("use up what i have", json!({"use_up": ["what i have"]})),
            (
                "for 5 days without fish or nuts",
                json!({"when": "5 days", "diet": ["fish", "nuts"]}),
            ),
            (
                "for 5 days without fish and nuts",
                json!({"when": "5 days", "diet": ["fish", "nuts"]}),
            ),
            ("for mon, wed and fri", json!({"when": "mon, wed and fri"})),
            ("with sam friday", json!(null)),
            ("with sam for next week", json!(null)),
            ("for friday", json!(null)),
            ("friday at 7pm", json!(null)),
            ("for mom's birthday", json!(null)),
            ("next week under 30", json!(null)),
        ] {
            assert_eq!(read(said).unwrap_or(json!(null)), expected, "{said}");
        }
    }
}
