//! The same wishes without a model. One table: phrases, and the call each stands for.
//!
//! It never guesses: "I'm in Berlin" is a change of zone because Berlin is a city of the table, "I'm in trouble" is none.

use serde_json::{Value, json};

use super::{
    hours::{self, Of},
    tool::currency_named,
};
use crate::{
    model::offline::{Captures, Hearing, Meaning},
    when::{day, zone_named},
};

/// Every way to talk about settings that is understood offline.
pub fn hearings() -> Vec<Hearing> {
    let change = CHANGE
        .iter()
        .map(|(phrase, means)| Hearing::new(phrase, "change_settings", *means));
    let show = SHOW
        .iter()
        .map(|phrase| Hearing::new(phrase, "show_settings", |_| Some(json!({}))));
    let about = ABOUT
        .iter()
        .map(|phrase| Hearing::new(phrase, "about_me", |_| Some(json!({}))));
    change.chain(show).chain(about).collect()
}

const ABOUT: &[&str] = &[
    "what [all] do you (know|remember) (about|of) me",
    "what [all] (have you|you have) (stored|kept|saved|learned|learnt) about me",
    "(tell|show) me (what|everything) you know about me",
    "who am i",
    "(what is|what's|whats) my name",
    "do you know (me|my name|who i am)",
];

const SHOW: &[&str] = &[
    "[show|list|see|give] [me] [my|the|all] (settings|preferences)",
    "(what|whats|what's) [is|are] my (settings|preferences|time zone|timezone|quiet hours|working hours|waking hours)",
    "(what|which) (time zone|timezone) (am i in|do i have|do you have|is set|are you using)",
    "[my] (time zone|timezone|quiet hours|working hours|waking hours)",
    "(what|whats|what's) [is] my (currency|tone|locale)",
    "(which|what) currency (do i have|do you use|are you using|is set)",
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
    (
        "[use|write|show|put] [my|the] dates (like|as) {like*}",
        dates_like,
    ),
    (
        "[set|change] [my|the] (locale|country) [is|to] [:] {country*}",
        country,
    ),
    ("(use|switch to) {currency*}", plain_currency),
    ("(use|take) {currency} as (my|the) currency", currency),
    (
        "(my|the|our) [default|home] currency is [now] {currency*}",
        currency,
    ),
    (
        "(set|change|switch|make) [my|the] [default|home] currency (to|as|:) {currency*}",
        currency,
    ),
    ("currency [:] {currency*}", currency),
    ("(i|we) [always|usually] pay in {currency*}", currency),
    (
        "[give me|use|i want|prefer|i prefer] (short|shorter|brief) (answers|replies|texts)",
        short,
    ),
    ("(answer|reply) [me] (briefly|shortly|in short)", short),
    ("be (brief|terse|concise)", short),
    (
        "keep (your|the) (answers|replies|texts) (short|brief)",
        short,
    ),
    (
        "[set|change|use|make] [my|the|a] tone [to|is|:] (short|brief|terse)",
        short,
    ),
    ("[use|set] [a|the] short tone", short),
    (
        "[give me|use|i want] (normal|longer|regular) (answers|replies|texts)",
        normal,
    ),
    (
        "[set|change|use|make] [my|the|a] tone [to|is|:] normal",
        normal,
    ),
    ("[use|set] [a|the] normal tone", normal),
    ("[please] call me {name*}", name),
    ("my name is [now] {name*}", name),
    ("my name's {name*}", name),
    ("(change|set) my name to {name*}", name),
    ("(forget|remove|delete) my name", no_name),
];

fn currency(c: &Captures<'_, '_>) -> Option<Value> {
    let said = bare(c.get("currency")?);
    currency_named(said, "USD").map(|_| json!({"currency": said}))
}

/// "use euros"; "use all" and "USE ALL" are about something else.
fn plain_currency(c: &Captures<'_, '_>) -> Option<Value> {
    let said = bare(c.get("currency")?).to_lowercase();
    currency_named(&said, "USD").and_then(|_| currency(c))
}

/// "dates like 31/12": the number that can be no month is the day.
fn dates_like(c: &Captures<'_, '_>) -> Option<Value> {
    let said = bare(c.get("like")?);
    let mut parts = said.split(['/', '.', '-']).map(str::parse::<u8>);
    let (Some(Ok(first)), Some(Ok(second))) = (parts.next(), parts.next()) else {
        return None;
    };
    match (first, second) {
        (13..=31, 1..=12) => Some(json!({"day_first": true})),
        (1..=12, 13..=31) => Some(json!({"day_first": false})),
        _ => None,
    }
}

/// "my country is DE", "locale en-GB".
fn country(c: &Captures<'_, '_>) -> Option<Value> {
    let said = bare(c.get("country")?);
    let country = said
        .rsplit_once(['-', '_'])
        .map_or(said, |(_, region)| region);
    let fits = country.len() == 2 && country.bytes().all(|b| b.is_ascii_alphabetic());
    fits.then(|| json!({"country": country.to_uppercase()}))
}

fn short(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"tone": "short"}))
}

fn normal(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"tone": "normal"}))
}

/// A name: up to three words, none of which makes it a wish to be rung up ("call me back", "call me an uber").
fn name(c: &Captures<'_, '_>) -> Option<Value> {
    const NO_NAME: &[&str] = &[
        "a", "about", "after", "again", "an", "anytime", "any", "as", "asap", "at", "back",
        "before", "by", "crazy", "daily", "early", "every", "first", "for", "from", "here", "if",
        "in", "it", "later", "maybe", "mon", "my", "next", "not", "now", "on", "once", "or",
        "over", "please", "right", "soon", "sometime", "stupid", "that", "the", "this", "to",
        "today", "tomorrow", "tonight", "until", "up", "what", "whatever", "when", "whenever",
        "with", "your", "is", "dear", "anymore",
    ];
    let said = bare(c.get("name")?).trim_matches(['"', '\'', '\u{201c}', '\u{201d}']);
    let lower = said.to_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    let is_name = (1..=3).contains(&words.len())
        && !words.iter().any(|word| NO_NAME.contains(word))
        && said
            .chars()
            .all(|c| c.is_alphabetic() || " -'.\u{2019}".contains(c))
        && day(said, jiff::civil::date(2026, 1, 7)).is_err();
    is_name.then(|| json!({"name": said}))
}

fn no_name(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"name": "none"}))
}

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
