//! The same wishes without a model. One table: phrases, and the call each stands for.
//!
//! It never guesses: "I'm in Berlin" is a change of zone because Berlin is a city of the table, "I'm in trouble" is none.

use serde_json::{Value, json};

use super::hours::{self, Of};
use crate::{
    model::offline::{Captures, Hearing, Meaning},
    when::zone_named,
};

/// Every way to talk about settings that is understood offline.
pub fn hearings() -> Vec<Hearing> {
    let change = CHANGE
        .iter()
        .map(|(phrase, means)| Hearing::new(phrase, "change_settings", *means));
    let show = SHOW
        .iter()
        .map(|phrase| Hearing::new(phrase, "show_settings", |_| Some(json!({}))));
    change.chain(show).collect()
}

const SHOW: &[&str] = &[
    "[show|list|see|give] [me] [my|the|all] (settings|preferences)",
    "(what|whats|what's) [is|are] my (settings|preferences|time zone|timezone|quiet hours|working hours|waking hours)",
    "(what|which) (time zone|timezone) (am i in|do i have|do you have|is set|are you using)",
    "[my] (time zone|timezone|quiet hours|working hours|waking hours)",
];

const CHANGE: &[(&str, Meaning)] = &[
    (
        "(my|the|our) (time zone|timezone|tz) is [now] {zone*}",
        zone,
    ),
    (
        "(set|change|switch|update|make) [my|the] (time zone|timezone|tz) (to|as|:) {zone*}",
        zone,
    ),
    ("(time zone|timezone) [:] {zone*}", zone),
    ("(use|switch to) {zone} (time|time zone|timezone)", zone),
    ("(i'm|im|i am) [now|currently|back] in {zone*}", city),
    (
        "(i'm|im|i am) in {zone} (now|today|this week|at the moment)",
        city,
    ),
    ("i [just|have|have just] (landed|arrived) in {zone*}", city),
    ("(i|i've|ive|i have) [just] moved to {zone*}", city),
    (
        "[set|change|make] [my|the] quiet hours [to|are|:] {hours*}",
        quiet,
    ),
    ("(no|without) [more] quiet hours", no_quiet),
    (
        "(turn off|switch off|disable|remove|delete|stop) [my|the] quiet hours",
        no_quiet,
    ),
    ("turn [my|the] quiet hours off", no_quiet),
    (
        "[set|change|make] [my|the] (working|work|office) hours [to|are|:] {hours*}",
        working,
    ),
    (
        "[set|change] [my|the] (working|work) days [to|are|:] {hours*}",
        working,
    ),
    ("i [only|usually|always] work [on|from] {hours*}", working),
    (
        "[set|change|make] [my|the] waking hours [to|are|:] {hours*}",
        waking,
    ),
    ("(i'm|im|i am) awake [from] {hours*}", waking),
    (
        "[use|set|show] [the|a] (24h|24-hour|24 hour|24 hours) [clock|time|format|times]",
        h24,
    ),
    (
        "(use|set|show|write) times in (24h|24-hour|24 hour) [format]",
        h24,
    ),
    (
        "[use|set|show] [the|a] (12h|12-hour|12 hour|12 hours) [clock|time|format|times]",
        h12,
    ),
    ("(use|set|show) (am and pm|am pm|am or pm)", h12),
    (
        "[use|set|write|show|put] [my|the] dates [with] [the] day first",
        day_first,
    ),
    ("[use|write|put] [the] day first [in dates]", day_first),
    (
        "[use|set|write|show|put] [my|the] dates [with] [the] month first",
        month_first,
    ),
    ("[use|write|put] [the] month first [in dates]", month_first),
];

fn zone(c: &Captures<'_, '_>) -> Option<Value> {
    let said = bare(c.get("zone")?);
    zone_named(said)
        .is_some()
        .then(|| json!({"time_zone": said}))
}

/// A place where somebody can be: an abbreviation is none.
fn city(c: &Captures<'_, '_>) -> Option<Value> {
    let said = bare(c.get("zone")?);
    let said = said.strip_suffix(" now").unwrap_or(said);
    let place = said.len() > 4
        || [
            "nyc", "la", "dc", "uk", "sf", "rome", "oslo", "peru", "cuba", "bali",
        ]
        .contains(&said.to_lowercase().as_str());
    (place && zone_named(said).is_some()).then(|| json!({"time_zone": said}))
}

fn quiet(c: &Captures<'_, '_>) -> Option<Value> {
    let said = bare(c.get("hours")?);
    if ["off", "none"].contains(&said.to_lowercase().as_str()) {
        return no_quiet(c);
    }
    hours::read(said, Of::Night).map(|_| json!({"quiet": said}))
}

fn no_quiet(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"quiet": "none"}))
}

fn working(c: &Captures<'_, '_>) -> Option<Value> {
    let said = bare(c.get("hours")?);
    hours::read_week(said).map(|_| json!({"working": said}))
}

fn waking(c: &Captures<'_, '_>) -> Option<Value> {
    let said = bare(c.get("hours")?);
    hours::read(said, Of::Day).map(|_| json!({"waking": said}))
}

fn h24(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"clock": 24}))
}

fn h12(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"clock": 12}))
}

fn day_first(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"day_first": true}))
}

fn month_first(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"day_first": false}))
}

fn bare(said: &str) -> &str {
    said.trim().trim_end_matches(['.', '!', ',', '?']).trim()
}
