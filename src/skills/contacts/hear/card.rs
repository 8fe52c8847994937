//! "ana ruiz, +1 555 010 0001, ana@example.org, birthday june 3": a whole contact in one text.

use serde_json::{Value, json};

use super::names::{is_day, is_email, is_name, is_phone};
use crate::skills::contacts::relation;

/// Words that stand before what they name.
const LEADS: &[&str] = &[
    "birthday", "bday", "born", "born on", "phone", "number", "tel", "cell", "mobile", "email",
    "e-mail", "nickname", "my",
];

/// The arguments that keep it. `None`: a part of it is nothing that a contact has.
pub(super) fn card(said: &str) -> Option<Value> {
    let mut args = json!({});
    let mut name = Vec::new();
    for part in parts(said) {
        let bare = without_lead(&part);
        if is_phone(bare) && args["phone"].is_null() {
            args["phone"] = json!(bare.trim());
        } else if is_email(bare) && args["email"].is_null() {
            args["email"] = json!(bare.trim());
        } else if part.to_lowercase().starts_with('b') && is_day(bare) && bare != part {
            args["birthday"] = json!(bare.trim());
        } else if !name.is_empty() && relation::relation(bare).is_some() {
            args["relation"] = json!(bare.trim());
        } else if name.is_empty() {
            name.push(part);
        } else {
            return None;
        }
    }
    let name = name.pop().filter(|name| is_name(name))?;
    args["who"] = json!(name.trim());
    Some(args)
}

fn without_lead(part: &str) -> &str {
    let lower = part.to_lowercase();
    LEADS
        .iter()
        .filter(|lead| lower.starts_with(**lead))
        .map(|lead| part.get(lead.len()..).unwrap_or(part))
        .filter(|rest| rest.starts_with([' ', ':']))
        .map(|rest| rest.trim_start_matches([' ', ':']))
        .min_by_key(|rest| rest.len())
        .unwrap_or(part)
}

/// Cut at commas and lines, and where a number or an address begins or ends.
fn parts(said: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for piece in said.split([',', ';', '\n']) {
        let mut words: Vec<&str> = Vec::new();
        let mut is_before = None;
        for word in piece.split_whitespace() {
            let of = |word: &str| {
                if word.contains('@') {
                    2
                } else {
                    u8::from(
                        word.chars().any(|c| c.is_ascii_digit())
                            && word
                                .chars()
                                .all(|c| c.is_ascii_digit() || "+-./()".contains(c)),
                    )
                }
            };
            let kind = of(word.trim_end_matches([':', '.']));
            // "june 3" stays whole: a day begins with a word of its own
            let is_lead = words
                .first()
                .is_some_and(|first| LEADS.contains(&first.to_lowercase().trim_end_matches(':')));
            if is_before.is_some_and(|before| before != kind) && !is_lead && !words.is_empty() {
                all.push(words.join(" "));
                words.clear();
            }
            is_before = Some(kind);
            words.push(word);
        }
        if !words.is_empty() {
            all.push(words.join(" "));
        }
    }
    all.retain(|part| !part.trim_matches([':', '-', ' ']).is_empty());
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_in_one_text_is_taken_apart_or_not_at_all() {
        for (said, args) in [
            ("ana", Some(json!({"who": "ana"}))),
            (
                "ana ruiz +1 555 010 0001",
                Some(json!({"who": "ana ruiz", "phone": "+1 555 010 0001"})),
            ),
            (
                "ana, 555-010-0001, ana@example.org, birthday june 3, sister",
                Some(
                    json!({"who": "ana", "phone": "555-010-0001", "email": "ana@example.org",
                            "birthday": "june 3", "relation": "sister"}),
                ),
            ),
            (
                "ana\nphone: 555-010-0001\nemail: ana@example.org",
                Some(json!({"who": "ana", "phone": "555-010-0001", "email": "ana@example.org"})),
            ),
            (
                "ana ana@example.org",
                Some(json!({"who": "ana", "email": "ana@example.org"})),
            ),
            ("milk, eggs", None),
            ("lens solution 12", None),
            ("+15550100001", None),
            ("the landlord about the leak", None),
            ("", None),
        ] {
            assert_eq!(card(said), args, "{said}");
        }
    }
}
