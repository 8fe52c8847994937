//! What people call a thing: `T12`, a place in the list last shown, or words of its name.
//! May import: db, text, the Skill trait.

use super::{Refusal, Scope, shown_labels, thing::Thing};
use crate::text::{stem, words};

/// Every letter of short numbers, and whose it is.
pub const LETTERS: &[(&str, &str)] = &[
    ("T", "task"),
    ("G", "grocery"),
    ("R", "reminder"),
    ("E", "event"),
    ("X", "expense"),
    ("Y", "recurring expense"),
    ("B", "budget"),
    ("D", "debt"),
    ("N", "note"),
    ("C", "contact"),
    ("M", "recipe"),
    ("P", "meal"),
    ("O", "price"),
];

/// The letter and number of `T12`, `t12`, `#T12`.
pub fn label(said: &str) -> Option<(&'static str, i32)> {
    let said = said.trim_start_matches('#');
    // `E5@2026-11-27T09:00:00` in a list that was shown: one occurrence of what comes again
    let said = said.split_once('@').map_or(said, |(label, _)| label);
    let letters = said.trim_end_matches(|c: char| c.is_ascii_digit());
    let (letter, _) = LETTERS
        .iter()
        .find(|(letter, _)| letter.eq_ignore_ascii_case(letters))?;
    let number = said[letters.len()..].parse().ok()?;
    Some((letter, number))
}

/// Whether `word` is `2`, `#3`, or a label of this letter.
pub fn is_number(word: &str, letter: &str) -> bool {
    let digits = word.trim_start_matches('#');
    (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
        || label(word).is_some_and(|(of, _)| of == letter)
}

/// The numbers of "2 and 3", "1, 4", "T12"; `None` when it holds anything else.
pub fn numbers(said: &str, letter: &str) -> Option<Vec<String>> {
    let words = said
        .split([' ', ',', '&'])
        .filter(|w| !w.is_empty() && !w.eq_ignore_ascii_case("and"));
    let words: Vec<_> = words.map(str::to_owned).collect();
    let all = words.iter().all(|word| is_number(word, letter));
    (!words.is_empty() && all).then_some(words)
}

/// Whether only labels are named, and not all of them of this letter: "G2 and G3" are no tasks.
pub fn names_others(said: &str, letter: &str) -> bool {
    let mut words = said
        .split([' ', ',', '&'])
        .filter(|w| !w.is_empty() && !w.eq_ignore_ascii_case("and"))
        .peekable();
    let mut others = false;
    words.peek().is_some()
        && words.all(|word| {
            label(word).is_some_and(|(of, _)| {
                others |= of != letter;
                true
            })
        })
        && others
}

/// Whether somebody says what kind of thing they mean: "task 2".
pub fn says_a_kind(said: &str) -> bool {
    words(&said.to_lowercase()).iter().any(|word| {
        let one = word.strip_suffix('s').unwrap_or(word);
        LETTERS.iter().any(|(_, kind)| one == *kind)
            || one == "groceries"
            || one == "grocerie"
            || one == "todo"
    })
}

/// What was said without quotes, spaces and `#`.
pub fn bare(said: &str) -> &str {
    said.trim().trim_matches('"').trim_start_matches('#')
}

/// The row that a label or a place leads to. `Ok(None)`: `said` is words. A number that leads nowhere is refused with
/// `missing`; one that leads to a thing of another letter, with what it is.
pub async fn by_number<T: Thing>(
    scope: &mut Scope,
    said: &str,
    missing: impl Fn(&str) -> String,
) -> Result<Option<T>, Refusal> {
    let refused = || Refusal::Tell(missing(said));
    let number = if let Some((letter, number)) = label(said) {
        if letter != T::LETTER {
            return Err(Refusal::Tell(another::<T>(said, letter)));
        }
        number
    } else if !said.is_empty() && said.bytes().all(|b| b.is_ascii_digit()) {
        let place: usize = said.parse().map_err(|_| refused())?;
        let shown = shown_labels(&mut scope.tx).await?;
        let at = place.checked_sub(1).and_then(|at| shown.get(at));
        match at.and_then(|there| label(there)) {
            Some((letter, number)) if letter == T::LETTER => number,
            Some((letter, number)) => {
                let there = format!("{said} is {letter}{number}");
                return Err(Refusal::Tell(another::<T>(&there, letter)));
            }
            None => return Err(refused()),
        }
    } else {
        return Ok(None);
    };
    let found = T::find_by_number(&mut scope.tx, number).await?;
    found.map(Some).ok_or_else(refused)
}

/// "2 is G3, a grocery and not a task."
fn another<T: Thing>(said: &str, letter: &str) -> String {
    let kind = |letter: &str| {
        LETTERS
            .iter()
            .find(|(of, _)| *of == letter)
            .map_or("thing", |(_, kind)| kind)
    };
    format!(
        "{said}{} {} {} and not a {}.",
        if said.contains(" is ") { "," } else { " is" },
        if kind(letter).starts_with(['a', 'e', 'i', 'o']) {
            "an"
        } else {
            "a"
        },
        kind(letter),
        kind(T::LETTER)
    )
}

/// The things that words name: those of exactly this name, else those that have all its words ("the passport").
pub fn by_words<'a, T>(all: &'a [T], said: &str, name: impl Fn(&T) -> &str) -> Vec<&'a T> {
    let strip = |t: &str| {
        t.to_lowercase()
            .trim_start_matches("the ")
            .trim_start_matches("my ")
            .to_owned()
    };
    let wanted = strip(said);
    let exact: Vec<_> = all.iter().filter(|t| strip(name(t)) == wanted).collect();
    let stems = |t: &str| words(t).iter().map(|word| stem(word)).collect::<Vec<_>>();
    let named = stems(&wanted);
    if !exact.is_empty() || named.is_empty() {
        return exact;
    }
    // whole words: "all" is not in "call mom"
    let has_all = |t: &&T| {
        let there = stems(name(t));
        named.iter().all(|word| there.contains(word))
    };
    all.iter().filter(has_all).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_a_known_letter_and_a_number() {
        assert_eq!(label("T12"), Some(("T", 12)));
        assert_eq!(label("#g3"), Some(("G", 3)));
        for none in [
            "",
            "T",
            "12",
            "A4",
            "T-1",
            "T1x",
            "TT1",
            "T99999999999",
            "tomato",
        ] {
            assert_eq!(label(none), None, "{none}");
        }
        assert_eq!(numbers("1, T3 and 4", "T").map(|n| n.len()), Some(3));
        assert_eq!(numbers("1 and G3", "T"), None);
        assert_eq!(numbers("and", "T"), None);
    }
}
