//! What the lists are called: "hardware", "costco"; the usual one has no name.

use super::say;
use crate::skills::Refusal;

/// The longest name.
pub const LONGEST: usize = 40;

/// Words in front of and behind a name.
const FRONT: &[&str] = &["my ", "our ", "the "];
const BACK: &[&str] = &[" list", " shopping", " grocery", " groceries"];
/// How the usual list is called.
const USUAL: &[&str] = &[
    "",
    "list",
    "usual",
    "default",
    "main",
    "normal",
    "groceries",
    "grocery",
    "shopping",
    "food",
];

/// The list that `said` names, as it is kept: in small letters, "" for the usual one.
pub fn name(said: &str) -> Result<String, Refusal> {
    let clean = crate::text::clean(said).to_lowercase();
    let words: Vec<&str> = clean.split_whitespace().collect();
    let joined = words.join(" ");
    let mut name = joined.trim_matches(['"', '.', '!', '?', ',']);
    while let Some(rest) = FRONT.iter().find_map(|front| name.strip_prefix(front)) {
        name = rest;
    }
    while let Some(rest) = BACK.iter().find_map(|back| name.strip_suffix(back)) {
        name = rest;
    }
    if USUAL.contains(&name) {
        return Ok(String::new());
    }
    if name.chars().count() > LONGEST {
        return Err(Refusal::Tell(say::no_list(name)));
    }
    Ok(name.to_owned())
}

/// [`name`], where one is said.
pub fn named(said: Option<&str>) -> Result<Option<String>, Refusal> {
    said.map(name).transpose()
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn a_list_is_kept_under_its_bare_name() {
        for (said, kept) in [
            ("Hardware", "hardware"),
            ("my hardware list", "hardware"),
            ("the Costco shopping list", "costco"),
            ("usual", ""),
            ("my grocery list", ""),
            ("shopping list", ""),
            (" ", ""),
        ] {
            assert_eq!(name(said).ok().as_deref(), Some(kept), "{said}");
        }
        assert!(name(&"x".repeat(41)).is_err());
    }
}
