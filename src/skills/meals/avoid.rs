//! What a user must not or does not want to eat, and whether a dish carries it. Pure, and decided here alone: neither a model
//! nor a phrase can plan around it.
//! May import: domain. The foods stand in `avoid/table.rs`.
//!
//! A food carries a thing, may carry it, or does not; a food that no row knows may carry anything. What carries it clashes; what
//! may carry it is flagged.

mod table;

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use serde::{Deserialize, Serialize};

use crate::domain::Good;
use table::{AROUND, DISHES, FOODS, WITHOUT};

const GLUTEN: u32 = 1;
const WHEAT: u32 = 1 << 1;
const CRUSTACEAN: u32 = 1 << 2;
const EGG: u32 = 1 << 3;
const FISH: u32 = 1 << 4;
const PEANUT: u32 = 1 << 5;
const SOY: u32 = 1 << 6;
const MILK: u32 = 1 << 7;
const NUT: u32 = 1 << 8;
const CELERY: u32 = 1 << 9;
const MUSTARD: u32 = 1 << 10;
const SESAME: u32 = 1 << 11;
const SULPHITE: u32 = 1 << 12;
const LUPIN: u32 = 1 << 13;
const MOLLUSC: u32 = 1 << 14;
const MEAT: u32 = 1 << 15;
const PORK: u32 = 1 << 16;
const GELATIN: u32 = 1 << 17;
const HONEY: u32 = 1 << 18;
const ALCOHOL: u32 = 1 << 19;
const LACTOSE: u32 = 1 << 20;
const EVERYTHING: u32 = (1 << 21) - 1;

/// What people call what they avoid: the name that is kept, what it stands for, and other words for it. The first fourteen are
/// those of Regulation (EU) 1169/2011, Annex II; with wheat the nine of the United States are among them.
const AVOIDED: &[(&str, u32, &str)] = &[
    (
        "gluten",
        GLUTEN | WHEAT,
        "cereals containing gluten,celiac,coeliac,celiac disease,coeliac disease,gluten free",
    ),
    ("crustaceans", CRUSTACEAN, "crustacean,shrimp,prawn"),
    ("eggs", EGG, "egg,egg free"),
    ("fish", FISH, ""),
    ("peanuts", PEANUT, "peanut,groundnut,peanut free"),
    ("soy", SOY, "soya,soybean,soya bean,soy free"),
    (
        "milk",
        MILK | LACTOSE,
        "dairy,cow milk,milk protein,casein,whey,dairy free,milk free",
    ),
    ("tree nuts", NUT, "tree nut"),
    ("celery", CELERY, "celeriac"),
    ("mustard", MUSTARD, ""),
    ("sesame", SESAME, "sesame seed,tahini"),
    (
        "sulphites",
        SULPHITE,
        "sulphite,sulfite,sulfur dioxide,sulphur dioxide,sulphur dioxide and sulphites",
    ),
    ("lupin", LUPIN, "lupine"),
    ("molluscs", MOLLUSC, "mollusc,mollusk"),
    ("wheat", WHEAT, "wheat free"),
    ("nuts", NUT | PEANUT, "nut,nut free"),
    ("shellfish", CRUSTACEAN | MOLLUSC, ""),
    ("seafood", FISH | CRUSTACEAN | MOLLUSC, ""),
    (
        "lactose",
        LACTOSE,
        "lactose intolerant,lactose intolerance,lactose free",
    ),
    ("meat", MEAT | PORK, "meat free,meatless"),
    ("pork", PORK, "pork free"),
    ("gelatin", GELATIN, "gelatine"),
    ("honey", HONEY, ""),
    ("alcohol", ALCOHOL, "alcohol free"),
    (
        "vegetarian",
        MEAT | PORK | FISH | CRUSTACEAN | MOLLUSC | GELATIN,
        "veggie,a vegetarian",
    ),
    (
        "vegan",
        MEAT | PORK | FISH | CRUSTACEAN | MOLLUSC | GELATIN | MILK | LACTOSE | EGG | HONEY,
        "a vegan,plant based",
    ),
    (
        "pescatarian",
        MEAT | PORK | GELATIN,
        "pescetarian,a pescatarian",
    ),
    ("halal", PORK | ALCOHOL | GELATIN, ""),
];

/// Diets: they are a way to eat, no thing that is left out.
const DIETS: &[&str] = &["vegetarian", "vegan", "pescatarian", "halal"];

/// Something that is not to be eaten.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Avoid {
    /// "peanuts", "vegetarian", "strawberries".
    pub name: String,
    pub allergy: bool,
}

impl Avoid {
    /// What was said as it is kept: "groundnuts" and "peanut" are peanuts, "almonds" tree nuts. Any other word stands for
    /// itself. `None`: it is no food that is known here ("mondays").
    pub fn read(said: &str, allergy: bool) -> Option<Self> {
        let said = said.trim().trim_end_matches(['.', '!']).to_lowercase();
        let key = Good::key(&said);
        let named = |name: &str| Self {
            name: name.to_owned(),
            allergy: allergy && !DIETS.contains(&name),
        };
        if let Some((name, ..)) = avoided(&key) {
            return Some(named(name));
        }
        let food = carried(&key);
        // an allergy to one of a kind is taken for the whole kind
        let group = AVOIDED[..15]
            .iter()
            .find(|(_, bits, _)| food.sure & bits != 0);
        if let Some((name, ..)) =
            group.filter(|_| allergy && food.known && key.split(' ').count() <= 2)
        {
            return Some(named(name));
        }
        let is_one = said
            .split(' ')
            .all(|word| !matches!(word, "or" | "and" | "but"));
        let is_food = is_one && (food.known || Good::is_known(&said));
        (is_food && said.chars().count() <= 100).then(|| named(&said))
    }

    /// Whether it is a way to eat: "vegetarian".
    pub fn is_diet(&self) -> bool {
        DIETS.contains(&self.name.as_str())
    }

    /// What the name stands for, and the word itself when it is in no table.
    fn meant(&self) -> (u32, Option<String>) {
        let key = Good::key(&self.name);
        match avoided(&key) {
            Some((_, bits, _)) => (*bits, None),
            None => (0, Some(key)),
        }
    }
}

fn avoided(key: &str) -> Option<&'static (&'static str, u32, &'static str)> {
    AVOIDED.iter().find(|(name, _, others)| {
        Good::key(name) == key
            || others
                .split(',')
                .any(|other| !other.is_empty() && Good::key(other) == key)
    })
}

/// What is wrong with a dish for somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// What is avoided, and the ingredient that carries it.
    pub clashes: Vec<(String, String)>,
    /// Ingredients that may carry something avoided.
    pub unsure: Vec<String>,
}

impl Verdict {
    pub fn is_clash(&self) -> bool {
        !self.clashes.is_empty()
    }
}

/// Judges a dish by its ingredients; its name counts where it says an allergen plainly.
pub fn judge<'a>(
    avoids: &[Avoid],
    name: &str,
    ingredients: impl Iterator<Item = &'a str>,
) -> Verdict {
    let mut verdict = Verdict::default();
    if avoids.is_empty() {
        return verdict;
    }
    let meant: Vec<_> = avoids.iter().map(|avoid| (avoid, avoid.meant())).collect();
    let mut none = true;
    for said in ingredients {
        none = false;
        let key = Good::key(said);
        let food = carried(&key);
        let mut may = !food.known;
        for (avoid, (bits, word)) in &meant {
            let is_it = word.as_ref().is_some_and(|word| holds(&key, word));
            if food.sure & bits != 0 || is_it {
                verdict.clashes.push((avoid.name.clone(), said.to_owned()));
            }
            may |= food.maybe & bits != 0 && food.sure & bits == 0;
        }
        if may {
            verdict.unsure.push(said.to_owned());
        }
    }
    let key = Good::key(name);
    let food = carried(&key);
    for (avoid, (bits, word)) in meant.iter().filter(|(avoid, _)| avoid.allergy) {
        let is_it = word.as_ref().is_some_and(|word| holds(&key, word));
        let is_said = verdict
            .clashes
            .iter()
            .any(|(known, _)| *known == avoid.name);
        if (food.sure & bits != 0 || is_it) && !is_said {
            verdict
                .clashes
                .push((avoid.name.clone(), "its name".to_owned()));
        }
    }
    if none {
        verdict.unsure.push("what is in it".to_owned());
    }
    verdict
}

/// Whether the words of `part` stand side by side in `key`.
fn holds(key: &str, part: &str) -> bool {
    format!(" {key} ").contains(&format!(" {part} "))
}

/// What a food carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Carried {
    sure: u32,
    maybe: u32,
    /// Whether the table knows what it is.
    known: bool,
}

/// Reads a key (see [`Good::key`]): every row that its words name counts, the longest first; its last word decides whether it
/// is known, for "san marzano tomatoes" are tomatoes.
fn carried(key: &str) -> Carried {
    static BY_KEY: LazyLock<HashMap<String, (u32, u32)>> = LazyLock::new(|| {
        let names = FOODS.iter().flat_map(|(names, sure, maybe)| {
            names
                .split(',')
                .map(|name| (Good::key(name), (*sure, *maybe)))
        });
        // two forms of one name: what either carries
        let mut all: HashMap<String, (u32, u32)> = HashMap::new();
        for (key, (sure, maybe)) in names {
            let there = all.entry(key).or_default();
            *there = (there.0 | sure, there.1 | maybe);
        }
        all
    });
    static AROUND_KEYS: LazyLock<HashSet<String>> =
        LazyLock::new(|| AROUND.split(',').map(Good::key).collect());
    let (key, without, is_vegan) = without(key);
    let words: Vec<&str> = key.split(' ').filter(|word| !word.is_empty()).collect();
    let mut food = Carried::default();
    let (mut at, mut last_known) = (0, false);
    while at < words.len() {
        let longest = (at + 1..=words.len().min(at + 5))
            .rev()
            .find_map(|to| Some((to, BY_KEY.get(&words[at..to].join(" "))?)));
        if let Some((to, (sure, maybe))) = longest {
            (food.sure, food.maybe) = (food.sure | sure, food.maybe | maybe);
            (at, last_known, food.known) = (to, true, true);
        } else {
            if !AROUND_KEYS.contains(words[at]) && words[at].parse::<u32>().is_err() {
                last_known = false;
            }
            at += 1;
        }
    }
    food.known &= last_known;
    food.sure &= !without;
    food.maybe &= !without;
    if is_vegan {
        food.maybe |= NUT | SOY | GLUTEN | WHEAT;
    }
    food
}

/// The key without words that take something out, and what they take out.
fn without(key: &str) -> (String, u32, bool) {
    let mut padded = format!(" {key} ");
    let (mut bits, mut replaced) = (0, false);
    for (words, takes) in WITHOUT {
        let words = format!(" {} ", Good::key(words));
        if padded.trim() != words.trim() && padded.contains(&words) {
            padded = padded.replacen(&words, " ", 1);
            bits |= takes;
            replaced |= takes & MILK != 0 || takes & MEAT != 0;
        }
    }
    (padded.trim().to_owned(), bits, replaced)
}

/// Whether the words can be a dish or a food: what "chili for 6" may be about.
pub fn is_dish(said: &str) -> bool {
    static KEYS: LazyLock<HashSet<String>> =
        LazyLock::new(|| DISHES.split(',').map(Good::key).collect());
    let key = Good::key(said);
    let words: Vec<&str> = key.split(' ').collect();
    let ends_in_dish = (0..words.len()).any(|from| KEYS.contains(&words[from..].join(" ")));
    words.len() <= 5 && (ends_in_dish || carried(&key).known)
}

/// Whether an ingredient is never bought, or always there: water; salt and pepper when no amount of note is wanted.
pub fn is_at_hand(name: &str) -> bool {
    const AT_HAND: &str = "water,hot water,cold water,boiling water,warm water,tap water,ice,ice water,salt,pepper,black pepper,salt and pepper,sea salt";
    let key = Good::key(name);
    AT_HAND.split(',').any(|there| Good::key(there) == key)
}

#[cfg(test)]
mod tests;
