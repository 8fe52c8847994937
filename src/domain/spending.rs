//! What money is spent on: starter categories, everybody's words for them, and the merchants that many know.
//! May import: text, and the table beside it.

mod table;

use std::{collections::HashMap, sync::LazyLock};

use crate::text::{stem, words};
use table::{ALSO, BRANDS, WORDS};

/// What is spent without a known kind.
pub const OTHER: &str = "other";
/// A budget over everything.
pub const ALL: &str = "all";
/// The longest name of a category.
pub const LONGEST: usize = 40;

/// The starter categories. A user may name others.
pub const STARTERS: [&str; 17] = [
    "groceries",
    "dining",
    "transport",
    "housing",
    "utilities",
    "health",
    "shopping",
    "fun",
    "travel",
    "education",
    "kids",
    "pets",
    "gifts",
    "subscriptions",
    "personal",
    "fees",
    OTHER,
];

/// Names that stand for several categories.
const GROUPS: &[(&str, &[&str])] = &[("food", &["food", "groceries", "dining"])];

/// The category behind what people call it ("eating out" is dining); `None`: nobody calls one so.
pub fn named(said: &str) -> Option<&'static str> {
    let said = key(said);
    let by_name = |(names, name): &(&[&str], &'static str)| {
        names.iter().any(|one| key(one) == said).then_some(*name)
    };
    STARTERS
        .iter()
        .chain(GROUPS.iter().map(|(name, _)| name))
        .find(|name| key(name) == said)
        .copied()
        .or_else(|| ALSO.iter().find_map(by_name))
}

/// The category of that name: a starter, or the user's own word in small letters. `None`: it is no name.
pub fn category(said: &str) -> Option<String> {
    if let Some(known) = named(said) {
        return Some(known.to_owned());
    }
    let own = words(&said.to_lowercase()).join(" ");
    let is_name = own.chars().any(char::is_alphabetic) && own.chars().count() <= LONGEST;
    is_name.then_some(own)
}

/// The categories that a question or a budget about `name` takes in.
pub fn members(name: &str) -> Vec<String> {
    let group = GROUPS.iter().find(|(group, _)| *group == name);
    match group {
        Some((_, members)) => members.iter().map(|&one| one.to_owned()).collect(),
        None => vec![name.to_owned()],
    }
}

/// Whether a budget of `budget` counts what is spent in `category`.
pub fn counts(budget: &str, category: &str) -> bool {
    budget == ALL || members(budget).iter().any(|one| one == category)
}

/// The category that the words for a thing or a merchant point to, by everybody's table: the longest known run of words, the
/// last one of those.
pub fn guess(said: &str) -> Option<&'static str> {
    longest(said, &TABLE)
}

/// The merchant that many know, when `said` begins with one.
pub fn brand(said: &str) -> Option<&'static str> {
    let said = key(said);
    let begins = |brand: &&str| {
        said.strip_prefix(&key(brand))
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    let all = BRANDS.iter().flat_map(|(_, brands)| brands.iter());
    all.copied().filter(begins).max_by_key(|brand| brand.len())
}

/// What makes two wordings the same: no case, articles, marks or plurals. At most 200 characters.
pub fn key(said: &str) -> String {
    let all = words(&said.to_lowercase());
    let kept = all
        .iter()
        .filter(|word| !["the", "a", "an", "my", "our", "some"].contains(&word.as_str()));
    let stems: Vec<String> = kept.map(|word| stem(word)).collect();
    stems.join(" ").chars().take(200).collect()
}

static TABLE: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let all = WORDS.iter().chain(BRANDS);
    all.flat_map(|(category, words)| words.iter().map(|word| (key(word), *category)))
        .collect()
});

fn longest(said: &str, table: &HashMap<String, &'static str>) -> Option<&'static str> {
    let key = key(said);
    let all: Vec<&str> = key.split(' ').collect();
    (1..=all.len().min(4)).rev().find_map(|length| {
        all.windows(length)
            .rev()
            .find_map(|run| table.get(&run.join(" ")).copied())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_and_merchants_are_put_where_most_people_would() {
        for (said, category) in [
            ("lunch", Some("dining")),
            ("two coffees", Some("dining")),
            ("gas", Some("transport")),
            ("Uber", Some("transport")),
            ("uber eats", Some("dining")),
            ("rent", Some("housing")),
            ("Trader Joe's", Some("groceries")),
            ("whole foods", Some("groceries")),
            ("car insurance", Some("transport")),
            ("health insurance", Some("health")),
            ("gift card for ana", Some("gifts")),
            ("dog food", Some("pets")),
            ("phone bill", Some("utilities")),
            ("netflix", Some("subscriptions")),
            ("quux", None),
        ] {
            assert_eq!(guess(said), category, "{said}");
        }
    }

    #[test]
    fn a_category_has_several_names_and_food_is_two_of_them() {
        assert_eq!(named("eating out"), Some("dining"));
        assert_eq!(named("Restaurants"), Some("dining"));
        assert_eq!(named("the grocery"), Some("groceries"));
        assert_eq!(named("food"), Some("food"));
        assert_eq!(named("beach"), None);
        assert_eq!(category("Model trains"), Some("model trains".to_owned()));
        assert_eq!(category("!!"), None);
        assert!(counts("food", "dining") && counts(ALL, "pets") && !counts("food", "pets"));
        assert_eq!(brand("uber eats with tom"), Some("Uber Eats"));
        assert_eq!(brand("uberous"), None);
        assert!(STARTERS.iter().all(|one| named(one) == Some(one)));
    }
}
