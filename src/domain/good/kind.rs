//! Whether one name is a kind of another: offers are called "Alpine whole milk 3.5%", and who wants milk means that. By the
//! words alone and with care: a deal that is not found costs less than one for another thing.

use super::{super::aisle, Good};

/// In front of a thing they make another of it: "dog food", "shower gel", "sun cream", "motor oil". As they stand in keys.
const ANOTHER: &[&str] = &[
    "bath", "bodi", "cat", "dog", "doll", "engine", "face", "foot", "hair", "hand", "massage",
    "motor", "nail", "pet", "plastic", "scented", "shower", "sun", "toy",
];

/// Pairs of goods that are a kind of the second all the same.
const STILL: &[(&str, &str)] = &[
    ("cherri", "tomato"),
    ("plum", "tomato"),
    ("lemon", "tea"),
    ("mint", "tea"),
    ("pepper", "salami"),
    ("butter", "cookie"),
    ("milk", "chocolate"),
];

/// Words behind a name that only say which: "milk 3.5% fat", "coffee classic".
const BEHIND: &[&str] = &[
    "classic", "fat", "original", "premium", "value", "pack", "each", "large", "small", "new",
];

impl Good {
    /// Whether what is called `offered` is what is called `wanted`, or a kind of it: "organic whole milk" is milk; "oat milk",
    /// "milk chocolate" and "tomato paste" are neither milk nor tomatoes.
    pub fn is_kind_of(offered: &str, wanted: &str) -> bool {
        Self::is_kind_by_key(&Self::key(offered), &Self::key(wanted))
    }

    /// [`Self::is_kind_of`], of names whose keys are known.
    pub fn is_kind_by_key(offered: &str, wanted: &str) -> bool {
        if wanted == offered {
            return true;
        }
        if !offered.contains(wanted) {
            return false;
        }
        let wants: Vec<&str> = wanted.split(' ').collect();
        let mut words: Vec<&str> = offered.split(' ').collect();
        while words.len() > wants.len()
            && words.last().is_some_and(|last| {
                BEHIND.contains(last) || last.starts_with(|c: char| c.is_ascii_digit())
            })
        {
            words.pop();
        }
        let Some(front) = words.strip_suffix(wants.as_slice()) else {
            return false;
        };
        // "cream cheese" is a thing of its own
        let is_own = (0..front.len()).any(|from| aisle::is_listed(&words[from..].join(" ")));
        let is_another = front.iter().any(|word| ANOTHER.contains(word));
        // "chocolate milk", "peanut sauce": made of the one, and not the other
        let is_made_of = front.last().is_some_and(|last| {
            aisle::is_listed(last) && !aisle::is_around(last) && !STILL.contains(&(*last, wants[0]))
        });
        !(is_own || is_another || is_made_of)
    }
}

#[cfg(test)]
mod tests {
    use super::Good;

    #[test]
    fn a_kind_of_a_thing_is_found_and_another_thing_is_not() {
        for (offered, wanted) in [
            ("Tomatoes", "tomato"),
            ("organic tomatoes", "tomato"),
            ("cherry tomatoes", "tomatoes"),
            ("Alpine whole milk", "milk"),
            ("Alpine milk 3.5%", "milk"),
            ("Jacobs ground coffee", "coffee"),
            ("free range eggs", "eggs"),
            ("red onions", "onion"),
            ("Barilla spaghetti", "spaghetti"),
            ("yoghurt", "yogurt"),
        ] {
            assert!(Good::is_kind_of(offered, wanted), "{offered} is {wanted}");
        }
        for (offered, wanted) in [
            ("tomato paste", "tomato"),
            ("tomato", "tomato paste"),
            ("tomatoes", "cherry tomatoes"),
            ("oat milk", "milk"),
            ("coconut milk", "milk"),
            ("chocolate milk", "milk"),
            ("milk chocolate", "milk"),
            ("body milk", "milk"),
            ("cream cheese", "cheese"),
            ("peanut butter", "butter"),
            ("sweet potatoes", "potatoes"),
            ("coffee creamer", "coffee"),
            ("dog food", "food"),
            ("ice cream", "cream"),
            ("sun cream", "cream"),
            ("eggplant", "eggs"),
            ("butter", "bread and butter"),
            ("", "milk"),
        ] {
            assert!(
                !Good::is_kind_of(offered, wanted),
                "{offered} is no {wanted}"
            );
        }
    }
}
