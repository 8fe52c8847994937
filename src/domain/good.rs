//! Something to buy, as people write it: "2 l milk", "a dozen eggs", "eggs x2", "3 cans of chickpeas", "7up".
//! May import: text, quantity and aisle beside it.

mod kind;

use super::{
    aisle::{Aisle, key_of},
    quantity::{Dimension, Quantity, Ratio, read_number},
};

/// A name, and how much of it if that was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Good {
    pub name: String,
    pub amount: Option<Quantity>,
}

/// The longest name.
pub const LONGEST_NAME: usize = 200;

/// Names that begin like an amount.
const NUMBERED: &[&str] = &[
    "7 up",
    "5 spice",
    "five spice",
    "seven up",
    "three musketeers",
    "3 musketeers",
    "half and half",
    "half & half",
    "half n half",
    "half-and-half",
    "4 cheese",
    "four cheese",
    "3 in 1",
    "7 grain",
    "nine grain",
    "half fat",
];

/// Words in front that say nothing about the thing.
const LEADS: &[&str] = &[
    "a few", "a little", "a bit of", "a lot of", "lots of", "some", "more", "the", "my", "our",
    "a", "an", "another",
];

impl Good {
    /// Reads one thing. `None`: there is no name in it, or a longer one than 200 characters.
    ///
    /// The amount stands in front ("2 l of milk", "2 x 500 g flour") or behind ("flour 500g", "eggs x2", "milk (2 l)"). A
    /// bare number behind ("omega 3") is part of the name, and so is a number that something hangs on ("7up", "2% milk").
    pub fn parse(said: &str) -> Option<Self> {
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        let said =
            said.trim_matches(|c: char| matches!(c, ',' | ';' | '"' | '“' | '”' | '.' | '!' | '?'));
        let is_amount_alone = said.parse().is_ok_and(|alone: Quantity| {
            !matches!(alone.unit().dimension(), Dimension::Containers(_))
        });
        if is_amount_alone {
            return None;
        }
        let lower = said.to_lowercase();
        let is_numbered = NUMBERED.iter().any(|name| {
            lower
                .strip_prefix(name)
                .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
        });
        let found = if is_numbered {
            None
        } else {
            in_front(said)
                .or_else(|| in_front(without_leads(said)))
                .or_else(|| behind(said))
        };
        let (name, amount) = match found {
            Some((name, amount)) => (without_leads(name), Some(amount)),
            None => (without_leads(said), None),
        };
        let name = name
            .trim()
            .trim_end_matches([',', ':', '-'])
            .trim()
            .to_owned();
        let is_name = name.chars().any(char::is_alphanumeric) || !name.is_ascii();
        (is_name && name.chars().count() <= LONGEST_NAME).then_some(Self { name, amount })
    }

    /// What makes two names the same thing: no case, accents, articles or plurals, one word for what has two. Never empty.
    pub fn key(name: &str) -> String {
        let key = one_word(&key_of(name));
        if key.is_empty() {
            name.trim().to_lowercase()
        } else {
            key
        }
    }

    /// Whether a text that is only this can only mean something to buy; see [`Aisle::knows`].
    pub fn is_known(said: &str) -> bool {
        Self::parse(said).is_some_and(|good| Aisle::knows(&key_of(&good.name)))
    }
}

/// Words that mean the same in two countries or spellings; stems.
const SAME: &[(&str, &str)] = &[
    ("aubergine", "eggplant"),
    ("catsup", "ketchup"),
    ("chilli", "chili"),
    ("courgette", "zucchini"),
    ("doughnut", "donut"),
    ("mayo", "mayonnaise"),
    ("soya", "soy"),
    ("whiski", "whiskey"),
    ("yoghurt", "yogurt"),
];

fn one_word(key: &str) -> String {
    let same = |word| {
        let found = SAME.iter().find(|(from, _)| *from == word);
        found.map_or(word, |(_, to)| *to)
    };
    key.split(' ').map(same).collect::<Vec<_>>().join(" ")
}

fn in_front(said: &str) -> Option<(&str, Quantity)> {
    // "2 x 500 g flour" is a kilo of flour
    if let Some((count, rest, false)) = read_number(said)
        && let Some(inner) = Quantity::read(rest.trim_start())
        && inner.quantity.unit().is_measure()
        && is_times(said, rest)
        && let Some(amount) = times(count, inner.quantity)
    {
        return Some((inner.rest, amount));
    }
    let read = Quantity::read(said)?;
    if !read.rest.trim().is_empty() {
        return Some((read.rest, read.quantity));
    }
    // "2 bags": the bags are what is to be bought
    let bare = read.bare.filter(|_| !read.quantity.unit().is_measure())?;
    Some((bare, Quantity::pieces(read.quantity.amount())))
}

/// Whether the number before `rest` ended in "x".
fn is_times(said: &str, rest: &str) -> bool {
    said[..said.len() - rest.len()]
        .trim_end()
        .ends_with(['x', 'X', '×'])
}

fn times(count: Ratio, each: Quantity) -> Option<Quantity> {
    let all = Quantity::new(each.amount().times(count)?, each.unit());
    Some(all.promoted())
}

fn behind(said: &str) -> Option<(&str, Quantity)> {
    // "milk (2 l)"
    if let Some(open) = said.strip_suffix(')').and_then(|inside| inside.rfind('(')) {
        let amount = said[open + 1..said.len() - 1].parse().ok()?;
        return Some((&said[..open], amount)).filter(|(name, _)| !name.trim().is_empty());
    }
    let cuts = said.char_indices().filter(|(_, c)| c.is_whitespace());
    for (at, _) in cuts {
        let (name, tail) = (&said[..at], said[at..].trim_start());
        let counted = tail
            .strip_prefix(['x', 'X', '×'])
            .and_then(|count| count.trim_start().parse::<Quantity>().ok());
        let measured = || {
            let quantity: Quantity = tail.parse().ok()?;
            let begins = tail.starts_with(|c: char| c.is_ascii_digit() || "½¼¾⅓⅔".contains(c));
            let is_bare = tail.chars().all(|c| !c.is_alphabetic());
            (begins && !is_bare).then_some(quantity)
        };
        if let Some(amount) = counted.or_else(measured) {
            return Some((name, amount));
        }
    }
    None
}

fn without_leads(said: &str) -> &str {
    let mut said = said.trim();
    while let Some(rest) = LEADS.iter().find_map(|lead| {
        let (front, rest) = said.split_at_checked(lead.len())?;
        let is_lead = front.eq_ignore_ascii_case(lead) && rest.starts_with(' ');
        is_lead.then(|| rest.trim_start())
    }) {
        said = rest;
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_is_read_with_its_amount() {
        for (said, amount, name) in [
            ("2 l milk", "2 l", "milk"),
            ("2 l of milk", "2 l", "milk"),
            ("eggs", "", "eggs"),
            ("500g flour", "500 g", "flour"),
            ("a dozen eggs", "1 dozen", "eggs"),
            ("half a pound of butter", "1/2 lb", "butter"),
            ("1 1/2 cups sugar", "1 1/2 cups", "sugar"),
            ("2x tomatoes", "2", "tomatoes"),
            ("2 x tomatoes", "2", "tomatoes"),
            ("3 cans of chickpeas", "3 cans", "chickpeas"),
            ("a bag of rice", "1 bag", "rice"),
            ("1.5kg potatoes", "1.5 kg", "potatoes"),
            ("1,5 kg potatoes", "1.5 kg", "potatoes"),
            ("1,000 g flour", "1000 g", "flour"),
            ("250 ml cream", "250 ml", "cream"),
            ("2 x 500 g flour", "1 kg", "flour"),
            ("6x330ml coke", "1.98 l", "coke"),
            ("no. 1: 7up", "", "no. 1: 7up"),
            ("7up", "", "7up"),
            ("7 up", "", "7 up"),
            ("2 7up", "2", "7up"),
            ("2% milk", "", "2% milk"),
            ("80/20 beef", "", "80/20 beef"),
            ("half and half", "", "half and half"),
            ("00 flour", "", "00 flour"),
            ("omega 3", "", "omega 3"),
            ("vitamin b 12", "", "vitamin b 12"),
            ("the milk", "", "milk"),
            ("a lemon", "", "lemon"),
            ("one lemon", "1", "lemon"),
            ("some more milk", "", "milk"),
            ("2 more eggs", "2", "eggs"),
            ("a couple of lemons", "2", "lemons"),
            ("a few lemons", "", "lemons"),
            ("a loaf of bread", "1 loaf", "bread"),
            ("bunch of bananas", "", "bunch of bananas"),
            ("flour 500g", "500 g", "flour"),
            ("flour, 500 g", "500 g", "flour"),
            ("eggs x2", "2", "eggs"),
            ("eggs x 12", "12", "eggs"),
            ("milk (2 l)", "2 l", "milk"),
            ("milk - 2 l", "2 l", "milk"),
            ("milk: 2 l", "2 l", "milk"),
            ("2 bags", "2", "bags"),
            ("1 can opener", "1", "can opener"),
            ("a can opener", "", "can opener"),
            ("a bar stool", "", "bar stool"),
            ("6 pack of beer", "6", "pack of beer"),
            ("🍎", "", "🍎"),
            ("3 🍎", "3", "🍎"),
            ("jalapeños", "", "jalapeños"),
        ] {
            let good = Good::parse(said).unwrap_or_else(|| panic!("{said:?} is nothing"));
            let found = good
                .amount
                .map_or(String::new(), |amount| amount.to_string());
            assert_eq!(
                (found.as_str(), good.name.as_str()),
                (amount, name),
                "{said}"
            );
        }
        for nothing in [
            "",
            " ",
            "2 l",
            "3",
            "a dozen",
            "?!",
            "...",
            &"x".repeat(201),
        ] {
            assert_eq!(Good::parse(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn names_that_differ_in_case_articles_or_number_are_the_same() {
        for (a, b) in [
            ("Tomatoes", "tomato"),
            ("the eggs", "egg"),
            ("Crème fraîche", "creme fraiche"),
            ("7-up", "7 UP"),
            ("green beans", "green bean"),
            ("loaf of bread", "loaves bread"),
        ] {
            assert_eq!(Good::key(a), Good::key(b), "{a} {b}");
        }
        for (a, b) in [("1% milk", "2% milk"), ("oat milk", "milk"), ("🍎", "🍏")] {
            assert_ne!(Good::key(a), Good::key(b), "{a} {b}");
        }
    }
}
