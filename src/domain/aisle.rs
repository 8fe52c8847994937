//! Where a shop keeps things: a small table of words, for lists in the order of the shop, and for knowing that a bare word
//! means something to buy.
//! May import: text.

mod table;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use self::table::{AROUND, TABLE};
use crate::text::{stem, words};

/// A part of the shop, in the order in which one walks through it.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Aisle {
    Produce,
    Bakery,
    Dairy,
    Meat,
    Frozen,
    Pantry,
    Drinks,
    Household,
    Other,
}

impl Aisle {
    pub const ALL: [Self; 9] = [
        Self::Produce,
        Self::Bakery,
        Self::Dairy,
        Self::Meat,
        Self::Frozen,
        Self::Pantry,
        Self::Drinks,
        Self::Household,
        Self::Other,
    ];

    /// `dairy`: as it is kept.
    pub fn name(self) -> &'static str {
        match self {
            Self::Produce => "produce",
            Self::Bakery => "bakery",
            Self::Dairy => "dairy",
            Self::Meat => "meat",
            Self::Frozen => "frozen",
            Self::Pantry => "pantry",
            Self::Drinks => "drinks",
            Self::Household => "household",
            Self::Other => "other",
        }
    }

    /// `Dairy`: as a heading of a list.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Produce => "Produce",
            Self::Bakery => "Bakery",
            Self::Dairy => "Dairy",
            Self::Meat => "Meat & fish",
            Self::Frozen => "Frozen",
            Self::Pantry => "Pantry",
            Self::Drinks => "Drinks",
            Self::Household => "Household",
            Self::Other => "Other",
        }
    }

    /// Where things of this key (see [`super::Good::key`]) usually are. The longest end of the name that the table knows
    /// decides: "orange juice" is a drink; else its beginning: "frozen peas".
    pub fn of(key: &str) -> Self {
        let words: Vec<&str> = key.split(' ').collect();
        if words.first() == Some(&"frozen") {
            return Self::Frozen;
        }
        let ends = (0..words.len()).map(|from| words[from..].join(" "));
        let starts = (1..words.len()).rev().map(|to| words[..to].join(" "));
        ends.chain(starts)
            .find_map(|part| look_up(&part))
            .unwrap_or(Self::Other)
    }

    /// Whether a bare name can only mean something to buy: the table knows it, and whatever else stands in it is a word of
    /// the table or says what kind ("red onions", "whole milk").
    pub fn knows(key: &str) -> bool {
        let words: Vec<&str> = key.split(' ').collect();
        let is_around = |word: &&str| AROUND.contains(word);
        look_up(key).is_some()
            || (words.len() <= 4
                && words.iter().any(|word| !is_around(word))
                && ends_known(&words, is_around))
    }
}

/// Whether `words` are covered by entries of the table and by words around them.
fn ends_known(words: &[&str], is_around: impl Fn(&&str) -> bool + Copy) -> bool {
    words.is_empty()
        || (1..=words.len()).any(|to| {
            let is_one =
                look_up(&words[..to].join(" ")).is_some() || (to == 1 && is_around(&words[0]));
            is_one && ends_known(&words[to..], is_around)
        })
}

/// Whether the table names exactly this.
pub(super) fn is_listed(key: &str) -> bool {
    look_up(key).is_some()
}

/// Whether a stem only says which kind.
pub(super) fn is_around(word: &str) -> bool {
    AROUND.contains(&word)
}

fn look_up(key: &str) -> Option<Aisle> {
    use std::{collections::HashMap, sync::LazyLock};
    static BY_KEY: LazyLock<HashMap<String, Aisle>> = LazyLock::new(|| {
        let entries = TABLE
            .iter()
            .flat_map(|(aisle, names)| names.split(',').map(|name| (key_of(name), *aisle)));
        entries.collect()
    });
    BY_KEY.get(key).copied()
}

/// Stems of the words of a name, without articles.
pub(super) fn key_of(name: &str) -> String {
    let words = words(name);
    let stems: Vec<String> = words
        .iter()
        .filter(|word| !["a", "an", "the", "some", "my", "of"].contains(&word.as_str()))
        .map(|word| stem(word))
        .collect();
    stems.join(" ")
}

impl fmt::Display for Aisle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// There is no such part of the shop.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such aisle")]
pub struct NoSuchAisle;

impl FromStr for Aisle {
    type Err = NoSuchAisle;

    /// Reads "dairy", "the dairy aisle", "meat & fish", "fruit and veg".
    fn from_str(said: &str) -> Result<Self, NoSuchAisle> {
        let lower = said.to_lowercase();
        let words: Vec<&str> = lower
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| {
                ![
                    "",
                    "the",
                    "aisle",
                    "section",
                    "and",
                    "department",
                    "shelf",
                    "foods",
                    "food",
                    "goods",
                ]
                .contains(w)
            })
            .collect();
        Ok(match words.join(" ").as_str() {
            "produce" | "fruit" | "fruits" | "veg" | "vegetables" | "veggies" | "fruit veg"
            | "fruit vegetables" | "fruits vegetables" | "fruits veggies" | "greens" => {
                Self::Produce
            }
            "bakery" | "bread" | "breads" => Self::Bakery,
            "dairy" | "cheese" | "dairy eggs" => Self::Dairy,
            "meat" | "fish" | "meat fish" | "butcher" | "deli" | "seafood" | "meat seafood" => {
                Self::Meat
            }
            "frozen" | "freezer" => Self::Frozen,
            "pantry" | "dry" | "canned" | "baking" | "spices" | "snacks" => Self::Pantry,
            "drinks" | "beverages" | "drink" => Self::Drinks,
            "household" | "cleaning" | "toiletries" | "hygiene" => Self::Household,
            "other" | "misc" | "none" | "anything else" => Self::Other,
            _ => return Err(NoSuchAisle),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_is_where_the_end_of_its_name_says() {
        for (name, aisle) in [
            ("Tomatoes", Aisle::Produce),
            ("cherry tomato", Aisle::Produce),
            ("milk", Aisle::Dairy),
            ("oat milk", Aisle::Dairy),
            ("coconut milk", Aisle::Pantry),
            ("eggs", Aisle::Dairy),
            ("bread", Aisle::Bakery),
            ("minced beef", Aisle::Meat),
            ("frozen peas", Aisle::Frozen),
            ("ice cream", Aisle::Frozen),
            ("peanut butter", Aisle::Pantry),
            ("butter", Aisle::Dairy),
            ("orange juice", Aisle::Drinks),
            ("milk semi skimmed", Aisle::Dairy),
            ("toilet paper", Aisle::Household),
            ("widget", Aisle::Other),
        ] {
            assert_eq!(Aisle::of(&key_of(name)), aisle, "{name}");
        }
    }

    #[test]
    fn only_what_can_be_nothing_else_is_known() {
        for name in [
            "milk",
            "whole milk",
            "Red Onions",
            "7up",
            "mac and cheese",
            "salt and pepper",
            "extra virgin olive oil",
            "frozen peas",
        ] {
            assert!(Aisle::knows(&key_of(name)), "{name}");
        }
        for name in [
            "",
            "the",
            "red",
            "fresh",
            "a note about milk",
            "milk to my calendar",
            "chicken dance",
            "date",
            "paper",
            "water damage claim",
            "eggs tomorrow",
        ] {
            assert!(!Aisle::knows(&key_of(name)), "{name}");
        }
    }

    #[test]
    fn every_name_of_the_table_stands_in_it_once() {
        let mut seen = std::collections::HashMap::new();
        for (aisle, names) in TABLE {
            for name in names.split(',') {
                assert_eq!(name, name.trim(), "{name:?}");
                assert!(!key_of(name).is_empty(), "{name:?}");
                if let Some(other) = seen.insert(key_of(name), (name, aisle)) {
                    panic!("{name:?} and {other:?}");
                }
            }
        }
    }

    #[test]
    fn an_aisle_is_called_by_its_name_or_another() {
        for aisle in Aisle::ALL {
            assert_eq!(aisle.name().parse(), Ok(aisle));
            assert_eq!(aisle.heading().parse(), Ok(aisle));
        }
        assert_eq!("the dairy aisle".parse(), Ok(Aisle::Dairy));
        assert_eq!("Fruit & Veg".parse(), Ok(Aisle::Produce));
        assert_eq!("the fridge".parse::<Aisle>(), Err(NoSuchAisle));
    }
}
