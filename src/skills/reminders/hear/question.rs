//! Questions on a schedule: "every friday at 4 tell me my open tasks", "send me my day at 7:30". Understood only when what is
//! asked is, taken alone, a question that some skill hears and that changes nothing.

use serde_json::{Value, json};

use super::split::anywhen;
use crate::{
    model::offline::Captures,
    skills::{self, Effect},
    when::{self, Meaning},
};

/// What people put before the thing that they want to be told.
const TELL: &[&str] = &[
    "tell me",
    "send me",
    "text me",
    "show me",
    "give me",
    "read me",
    "let me know",
    "message me",
];

/// "tell me my open tasks every friday at 4", "at 4 every friday tell me my open tasks".
pub(super) fn ask(c: &Captures<'_, '_>) -> Option<Value> {
    let asked = c.get("asked")?;
    scheduled(&match c.get("lead") {
        Some(lead) => format!("{lead} {asked}"),
        None => asked.to_owned(),
    })
}

/// "every friday at 4 my open tasks", "each morning tell me my open tasks".
pub(super) fn ask_every(c: &Captures<'_, '_>) -> Option<Value> {
    scheduled(&format!("every {}", c.get("asked")?))
}

/// "my open tasks every friday at 4".
pub(super) fn ask_either(c: &Captures<'_, '_>) -> Option<Value> {
    scheduled(&format!("{} every {}", c.get("lead")?, c.get("asked")?))
}

fn scheduled(said: &str) -> Option<Value> {
    let said = said.trim().trim_end_matches(['.', '!', '?']);
    let found = when::find(said, &anywhen())?;
    let asked = question(&found.rest)?;
    let (call, effect) = skills::heard(asked)?;
    if effect != Effect::Read {
        return None;
    }
    // "show me my tasks on friday" asks now; only what comes again, or the day at a time, is a schedule
    let is_daily = call.tool == "my_day" && matches!(found.reading.meaning, Meaning::At(_));
    let is_every = matches!(found.reading.meaning, Meaning::Every { .. });
    (is_every || is_daily).then(|| json!({"ask": asked, "when": found.reading.said}))
}

/// What is asked, without the words that ask for it.
fn question(rest: &str) -> Option<&str> {
    let mut rest = rest.trim_matches(|c: char| c.is_whitespace() || ",:;".contains(c));
    for tell in TELL.iter().chain(&["please", "also", "to", "about"]) {
        // ASCII, so that places in the small letters are places in the text
        if rest.len() > tell.len()
            && rest.is_char_boundary(tell.len())
            && rest[..tell.len()].eq_ignore_ascii_case(tell)
            && rest[tell.len()..].starts_with(' ')
        {
            rest = rest[tell.len()..].trim_start();
        }
    }
    (!rest.is_empty()).then_some(rest)
}
