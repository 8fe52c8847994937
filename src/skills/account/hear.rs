//! The same wishes without a model. One table: phrases, and the page that each asks for.

use serde_json::json;

use crate::model::offline::{Hearing, Meaning};

/// Every way to ask for a page of the account that is understood offline.
pub fn hearings() -> Vec<Hearing> {
    let all = PHRASES.iter().flat_map(|(page, phrases)| {
        phrases
            .iter()
            .map(|phrase| Hearing::new(phrase, super::TOOL, *page))
    });
    all.collect()
}

const PHRASES: &[(Meaning, &[&str])] = &[
    (
        |_| Some(json!({"wish": "delete"})),
        &[
            "[please] (delete|erase|remove|close) my [whole|entire] account",
            "(delete|erase|remove|forget) (everything|all) [that] [you know|you have|you keep] about me",
            "(delete|erase) all [of] my data",
            "(delete|erase) my data",
        ],
    ),
    (
        |_| Some(json!({"wish": "export"})),
        &[
            "(export|download) [all] [of] my data",
            "(export|download) (everything|my account)",
            "(send|give) me [all] [of] my data",
            "(i want|i'd like|can i have|can i get) [a copy of] [all] [of] my data",
        ],
    ),
    (
        |_| Some(json!({"wish": "password"})),
        &[
            "(set|choose|make|create|add) (a|my|the) [new|first] password",
            "(set|choose|make|create) password",
            "(change|reset|renew|update) [my|the] password",
            "[i|i've|i have] (forgot|forgotten|lost) my password",
            "(i want|i need|can i have) a [new] password",
        ],
    ),
    (
        |_| Some(json!({"wish": "number"})),
        &[
            "(change|update|replace) my [phone|mobile|cell] number",
            "(add|link) (a|another|my) [new|second] [phone|mobile|cell] number",
            "(i have|i've got|i got) a new [phone|mobile|cell] number",
            "my [phone|mobile|cell] number (changed|has changed|will change|is changing)",
        ],
    ),
    (
        |_| Some(json!({"wish": "email"})),
        &[
            "(change|update|replace|set) my (email|e-mail|mail) [address]",
            "(add|link) (an|my) (email|e-mail) [address]",
            "(i have|i've got|i got) a new (email|e-mail) [address]",
        ],
    ),
    (
        |_| Some(json!({"wish": "log_out"})),
        &[
            "(log|sign) [me] out everywhere",
            "(log|sign) [me] out (of|on|from) (all|every|all my) (devices|device|sessions)",
            "(log|sign) out (all|all my) (devices|sessions)",
            "(end|close|revoke) (all|all my) sessions",
        ],
    ),
];
