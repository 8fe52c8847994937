//! text/claims/pattern.rs — short word patterns: `a|b` is a choice, `a|b?` may be missing, `_` is any one word, `~` is up to
//! four words. (text/phrase.rs covers whole texts and forgives slips; here a piece of a clause is enough.)
//! May import: nothing.

/// The place after the pattern when it matches from this place on; the shortest way.
pub(super) fn ends_at<W: AsRef<str>>(words: &[W], at: usize, pattern: &str) -> Option<usize> {
    let (slot, rest) = pattern.split_once(' ').unwrap_or((pattern, ""));
    let go_on = |at: usize| {
        if rest.is_empty() {
            Some(at)
        } else {
            ends_at(words, at, rest)
        }
    };
    if slot == "~" {
        return (at..=(at + 4).min(words.len())).find_map(go_on);
    }
    let (choices, optional) = match slot.strip_suffix('?') {
        Some(choices) => (choices, true),
        None => (slot, false),
    };
    let word = words.get(at).map(AsRef::as_ref);
    let fits = word.is_some_and(|word| choices == "_" || choices.split('|').any(|c| c == word));
    let taken = if fits { go_on(at + 1) } else { None };
    taken.or_else(|| if optional { go_on(at) } else { None })
}

/// The first place at which one of the patterns begins.
pub(super) fn find<W: AsRef<str>>(words: &[W], patterns: &[&str]) -> Option<usize> {
    (0..words.len()).find(|&at| {
        patterns
            .iter()
            .any(|pattern| ends_at(words, at, pattern).is_some())
    })
}

/// Whether one of the patterns begins at the first word.
pub(super) fn begins<W: AsRef<str>>(words: &[W], patterns: &[&str]) -> bool {
    patterns
        .iter()
        .any(|pattern| ends_at(words, 0, pattern).is_some())
}

/// Whether one of the patterns is the whole of the words.
pub(super) fn is_all<W: AsRef<str>>(words: &[W], patterns: &[&str]) -> bool {
    patterns
        .iter()
        .any(|pattern| ends_at(words, 0, pattern) == Some(words.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_gaps_and_optional_words_match() {
        let words = ["it", "is", "on", "your", "list", "now"];
        assert_eq!(ends_at(&words, 0, "it|that is|s now? on"), Some(3));
        assert_eq!(ends_at(&words, 0, "it ~ now"), Some(6));
        assert_eq!(ends_at(&words, 0, "it now"), None);
        assert_eq!(ends_at(&words, 3, "_ list"), Some(5));
        assert_eq!(find(&words, &["list now", "never"]), Some(4));
        assert!(begins(&words, &["it"]) && !begins(&words, &["is"]));
        assert!(is_all(&words[3..], &["your list now tomorrow?"]));
        assert_eq!(ends_at(&words, 6, "x?"), Some(6));
    }
}
