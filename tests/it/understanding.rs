//! More than one plain wish in a text: what it points to, what it mends, several wishes in one breath. Without a model.

use assistant::{
    model::{
        Call,
        offline::{CORRECT, Offline},
    },
    skills::{self, Skill},
};
use serde_json::Value;

fn model() -> Offline {
    let hearings = skills::all().iter().flat_map(Skill::hearings).collect();
    Offline::new(hearings, Vec::new())
}

/// `tool {args} | tool {args} | ? what is not understood`.
fn told(model: &Offline, text: &str) -> String {
    let understood = model.understand(text);
    let calls = understood
        .calls
        .iter()
        .map(|call| format!("{} {}", call.tool, call.args));
    let unheard = understood.unheard.iter().map(|text| format!("? {text}"));
    calls.chain(unheard).collect::<Vec<_>>().join(" | ")
}

fn rows() -> impl Iterator<Item = (String, &'static str)> {
    include_str!("../../fixtures/wishes.txt")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let (text, expected) = line
                .split_once(" => ")
                .unwrap_or_else(|| panic!("no => in {line}"));
            (text.replace("\\n", "\n"), expected)
        })
}

#[test]
fn each_text_of_the_table_is_understood_as_it_says() {
    let model = model();
    let mut wrong = Vec::new();
    let mut count = 0;
    for (text, expected) in rows() {
        count += 1;
        let found = told(&model, &text);
        let found = if expected == "?" && found.starts_with("? ") {
            "?"
        } else {
            &found
        };
        if found != expected {
            wrong.push(format!(
                "{text:?}\n  expected {expected}\n  found    {found}"
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count >= 60, "only {count} texts");
}

/// A text that one phrase hears whole is not cut.
#[test]
fn what_is_heard_whole_is_one_wish() {
    let model = model();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(folder).expect("fixtures").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with("offline_") {
            continue;
        }
        let table = std::fs::read_to_string(entry.path()).expect("a table");
        for line in table.lines().filter(|line| !line.starts_with('#')) {
            let Some((text, expected)) = line.split_once(" => ") else {
                continue;
            };
            let text = text.replace("\\n", "\n");
            let heard: Vec<Call> = model.hear(&text).into_iter().collect();
            let understood = model.understand(&text);
            if expected != "?" && understood.calls != heard {
                wrong.push(format!("{name}: {text:?}: {}", told(&model, &text)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

/// What no phrase may hear is not done either when it is cut, pointed or corrected; a correction alone may be looked at, since
/// it does nothing where nothing was done.
#[test]
fn what_must_not_be_heard_is_not_understood_in_pieces() {
    let model = model();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");
    let mut wrong = Vec::new();
    let mut count = 0;
    for entry in std::fs::read_dir(folder).expect("fixtures").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with("offline_") {
            continue;
        }
        let table = std::fs::read_to_string(entry.path()).expect("a table");
        for line in table.lines().filter(|line| line.ends_with(" => ?")) {
            let text = line.trim_end_matches(" => ?").replace("\\n", "\n");
            // what one skill does not mean may be another's
            if model.hear(&text).is_some() {
                continue;
            }
            let understood = model.understand(&text);
            count += 1;
            // "it" is looked up, and asked about where there is nothing that it could be
            let is_looked_up = |args: &Value| args.to_string().contains("\"it\"");
            let acts = |call: &Call| call.tool != CORRECT && !is_looked_up(&call.args);
            if understood.calls.iter().any(acts) {
                wrong.push(format!("{name}: {text:?}: {}", told(&model, &text)));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
