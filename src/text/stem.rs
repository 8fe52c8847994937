//! text/stem.rs — one form for a word and its plural, so that "tomatoes" names "tomato". Not a dictionary: a stem is
//! compared with stems and never shown.
//! May import: std.

/// Cuts a lower-case word to the stem that it shares with its plural.
///
/// By spelling alone: "berries" and "berry", "loaves" and "loaf", "peaches" and "peach", "cookies" and "cookie", "eggs"
/// and "egg" meet; "hummus", "asparagus" and "swiss" stay whole.
pub fn stem(word: &str) -> String {
    let fits = |ending: &&(&str, &str)| {
        word.strip_suffix(ending.0)
            .is_some_and(|front| front.chars().count() + ending.1.len() >= 2)
    };
    match ENDINGS.iter().find(fits) {
        Some((ending, becomes)) => {
            let front = word.strip_suffix(ending).unwrap_or(word);
            format!("{front}{becomes}")
        }
        None => word.to_owned(),
    }
}

/// An ending and what it becomes; the first that fits.
const ENDINGS: &[(&str, &str)] = &[
    ("ies", "i"),
    ("ie", "i"),
    ("oes", "o"),
    ("oe", "o"),
    ("ches", "ch"),
    ("che", "ch"),
    ("shes", "sh"),
    ("sses", "ss"),
    ("xes", "x"),
    ("zzes", "zz"),
    ("ves", "v"),
    ("ve", "v"),
    ("fe", "v"),
    ("lf", "lv"),
    ("af", "av"),
    ("ss", "ss"),
    ("us", "us"),
    ("is", "is"),
    ("gas", "gas"),
    ("s", ""),
    ("ay", "ay"),
    ("ey", "ey"),
    ("oy", "oy"),
    ("y", "i"),
];

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn a_word_and_its_plural_meet() {
        for (one, many) in [
            ("tomato", "tomatoes"),
            ("avocado", "avocados"),
            ("egg", "eggs"),
            ("berry", "berries"),
            ("cookie", "cookies"),
            ("pie", "pies"),
            ("loaf", "loaves"),
            ("leaf", "leaves"),
            ("knife", "knives"),
            ("half", "halves"),
            ("olive", "olives"),
            ("clove", "cloves"),
            ("peach", "peaches"),
            ("quiche", "quiches"),
            ("radish", "radishes"),
            ("box", "boxes"),
            ("glass", "glasses"),
            ("cheese", "cheeses"),
            ("orange", "oranges"),
            ("turkey", "turkeys"),
            ("anchovy", "anchovies"),
            ("letter", "letters"),
            ("bus", "bus"),
        ] {
            assert_eq!(stem(one), stem(many), "{one} {many}");
        }
    }

    #[test]
    fn what_only_looks_like_a_plural_stays_apart() {
        for (one, other) in [
            ("hummus", "hummu"),
            ("swiss", "swi"),
            ("pea", "pear"),
            ("bean", "beat"),
            ("oil", "oily"),
            ("rice", "ric"),
            ("as", "a"),
        ] {
            assert_ne!(stem(one), stem(other), "{one} {other}");
        }
    }

    #[test]
    fn nothing_vanishes() {
        for word in ["", "s", "as", "ie", "es", "ß", "ves", "ies"] {
            assert!(!stem(word).is_empty() || word.is_empty(), "{word}");
        }
    }
}
