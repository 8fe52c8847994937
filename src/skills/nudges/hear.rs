//! The same wishes without a model. "Nudge me at 5 to call mom" is a reminder and none of these.

use serde_json::{Value, json};

use crate::model::offline::{Captures, Hearing, Meaning};

/// Every way to talk about nudges that is understood offline.
pub fn hearings() -> Vec<Hearing> {
    TABLE
        .iter()
        .map(|(phrase, means)| Hearing::new(phrase, "set_nudges", *means))
        .collect()
}

const TABLE: &[(&str, Meaning)] = &[
    (
        "[you can|you may] nudge me [once a day|every day|daily]",
        on,
    ),
    (
        "(turn on|switch on|enable|start|send me|give me|i want) [the|some|daily] nudges",
        on,
    ),
    ("turn [the|my] nudges on", on),
    ("nudges on", on),
    ("no [more] nudges", off),
    (
        "(turn off|switch off|disable|stop|end) [the|my|all] nudges",
        off,
    ),
    ("turn [the|my] nudges off", off),
    ("nudges off", off),
    (
        "(don't|dont|do not|stop|never) (nudge|nudging) me [anymore|any more|again]",
        off,
    ),
    ("(are|do) [my] nudges on", shown),
    ("[show] [me] [my] nudges", shown),
    ("(do|will) you nudge me", shown),
];

fn on(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"on": true}))
}

fn off(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({"on": false}))
}

fn shown(_: &Captures<'_, '_>) -> Option<Value> {
    Some(json!({}))
}
