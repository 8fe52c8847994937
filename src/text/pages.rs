//! Splits an answer that is too long for one reply into pages that the user asks for one by one.
//! May import: std, segments, grapheme segmentation.
//!
//! Each page is a text of its own, sized by 3GPP TS 23.040 as `segments` tells; graphemes are those of UAX #29.

use unicode_segmentation::UnicodeSegmentation;

use super::segments::size;

/// The line that ends every page with a next one; the user's "more" brings that.
pub const HINT: &str = "MORE for the rest";
/// The line that ends the last page allowed when the text goes on.
pub const CUT: &str = "The rest was too long to text...";

/// The text in pages of at most `max_segments` segments each, hint included, and at most `max_pages` of them.
///
/// A page ends at a line end if there is one in its last two thirds, else behind a sentence there, else between
/// words, and inside a word only when that alone fills the page. It never ends inside a grapheme, unless one grapheme
/// is larger than a page. White space around a break is dropped. A text of white space has no pages. Limits of zero
/// count as one.
pub fn pages(text: &str, max_segments: u32, max_pages: usize) -> Vec<String> {
    let budget = max_segments.max(1);
    let count = last_number(text);
    let mut rest = trimmed(text);
    let mut pages = Vec::new();
    while !rest.is_empty() {
        if size(rest).segments <= budget {
            pages.push(rest.to_owned());
            break;
        }
        let last = pages.len() + 1 >= max_pages;
        let note = match (last, count) {
            (true, _) => CUT.to_owned(),
            (false, Some(count)) => counted(count, count),
            (false, None) => HINT.to_owned(),
        };
        let end = page_end(rest, &note, budget);
        let body = trimmed(&rest[..end]);
        let note = match (count, last_number(body)) {
            // not the last page: this number has no more digits than the count
            (Some(count), Some(so_far)) if !last => counted(so_far, count),
            _ if last => note,
            _ => HINT.to_owned(),
        };
        pages.push(with_note(body, &note));
        if last {
            break;
        }
        rest = trimmed(&rest[end..]);
    }
    pages
}

/// "7 of 30. MORE for the rest".
fn counted(so_far: u32, count: u32) -> String {
    format!("{so_far} of {count}. {HINT}")
}

/// The number of the last line of a numbered list of three or more.
fn last_number(text: &str) -> Option<u32> {
    let numbers = text.lines().filter_map(|line| {
        let (number, _) = line.trim_start().split_once(". ")?;
        number.parse::<u32>().ok()
    });
    // lines of something else that begin with a number do not count up
    let (mut last, mut count) = (None, 0);
    for number in numbers {
        if last.is_some_and(|last| number != last + 1) {
            return None;
        }
        last = Some(number);
        count += 1;
    }
    last.filter(|_| count >= 3)
}

fn with_note(body: &str, note: &str) -> String {
    format!("{body}\n{note}")
}

/// Where the page ends, in bytes: past the start, and so that the body with its note fits the budget.
fn page_end(text: &str, note: &str, budget: u32) -> usize {
    // No segment holds more graphemes than septets.
    let most = budget as usize * 160 + 1;
    let clusters: Vec<(usize, &str)> = text.grapheme_indices(true).take(most).collect();
    let fits = |end: usize| size(&with_note(trimmed(&text[..end]), note)).segments <= budget;
    // A longer body never takes fewer segments, so the ends that fit come first.
    let fitting = clusters.partition_point(|(at, cluster)| fits(at + cluster.len()));
    let Some((at, cluster)) = fitting.checked_sub(1).map(|last| clusters[last]) else {
        return forced_end(text, fits);
    };
    let limit = at + cluster.len();
    let early = limit / 3;
    // Breaking where white space follows costs nothing, so that white space is looked at too.
    let candidates = &clusters[..clusters.len().min(fitting + 1)];
    let (mut line, mut sentence, mut word) = (None, None, None);
    let mut before = "";
    for &(at, cluster) in candidates {
        if at > 0 && is_space(cluster) {
            word = Some(at);
            if cluster.contains('\n') {
                line = Some(at);
            }
            if before.ends_with(['.', '!', '?', '…', '。']) {
                sentence = Some(at);
            }
        }
        before = cluster;
    }
    let far = |end: &usize| *end > early;
    line.filter(far)
        .or(sentence.filter(far))
        .or(word)
        .unwrap_or(limit)
}

/// The end inside a first grapheme that is larger than a page: as many of its characters as fit, at least one.
fn forced_end(text: &str, fits: impl Fn(usize) -> bool) -> usize {
    let mut ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    let first = ends.next().unwrap_or(text.len());
    ends.take_while(|end| fits(*end)).last().unwrap_or(first)
}

/// The text without white space around it, in whole graphemes: a space that carries an accent is no space.
fn trimmed(text: &str) -> &str {
    let start = text
        .grapheme_indices(true)
        .find(|(_, cluster)| !is_space(cluster));
    let end = text
        .grapheme_indices(true)
        .rfind(|(_, cluster)| !is_space(cluster));
    match (start, end) {
        (Some((start, _)), Some((end, cluster))) => &text[start..end + cluster.len()],
        _ => "",
    }
}

fn is_space(cluster: &str) -> bool {
    cluster.chars().all(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_that_fits_is_one_page_without_a_hint() {
        assert_eq!(
            pages("  3 tasks:\n1. taxes\n", 2, 5),
            ["3 tasks:\n1. taxes"]
        );
        assert_eq!(pages(&"a".repeat(306), 2, 5).len(), 1);
        assert!(pages(" \n", 2, 5).is_empty());
    }

    #[test]
    fn a_list_is_split_at_line_ends() {
        let list: Vec<String> = (1..=30)
            .map(|n| format!("{n}. renew the passport. Soon"))
            .collect();
        let pages = pages(&list.join("\n"), 2, 9);
        assert!(pages.len() > 1);
        for page in &pages {
            assert!(
                page.lines()
                    .all(|line| line.ends_with(HINT) || list.iter().any(|item| item == line)),
                "{page}"
            );
        }
        let end = pages[0].lines().last().unwrap_or_default();
        let shown = pages[0].lines().count() - 1;
        assert_eq!(end, format!("{shown} of 30. {HINT}"));
    }

    #[test]
    fn prose_is_split_behind_a_sentence_and_else_between_words() {
        let prose = "The oven is hot enough now. ".repeat(12);
        assert!(pages(&prose, 1, 9)[0].ends_with("enough now.\nMORE for the rest"));
        let words = "oven ".repeat(90);
        assert!(pages(&words, 1, 9)[0].ends_with("oven\nMORE for the rest"));
        assert!(pages(&"o".repeat(400), 1, 9)[0].ends_with("oo\nMORE for the rest"));
    }

    #[test]
    fn the_last_page_allowed_says_that_it_is_cut() {
        let pages = pages(&"oven ".repeat(900), 1, 3);
        assert_eq!(pages.len(), 3);
        assert!(pages[1].ends_with(HINT) && pages[2].ends_with(CUT));
    }

    #[test]
    fn a_grapheme_larger_than_a_page_still_ends() {
        let pages = pages(&format!("a{}", "\u{301}".repeat(500)), 1, 50);
        assert!(pages.len() > 5);
        assert!(pages.iter().all(|page| size(page).segments == 1));
    }

    const TEXT: &str = "([a-z]{1,12}|[.!?] |[ \n\r\t]|[{}€é“”]|👨\u{200d}👩\u{200d}👧|👍🏽|🇺🇸|e\u{301}| \u{308}|क्षि|中文|\\PC){0,300}";

    fn words(text: &str) -> String {
        text.graphemes(true)
            .filter(|cluster| !is_space(cluster))
            .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_page_fits_and_together_they_are_the_text(text in TEXT, budget in 1u32..5) {
            let pages = pages(&text, budget, usize::MAX);
            let bodies: Vec<&str> = pages
                .iter()
                .map(|page| page.strip_suffix(HINT).and_then(|body| body.strip_suffix('\n')).unwrap_or(page))
                .collect();
            for page in &pages {
                prop_assert!(size(page).segments <= budget, "{page:?}");
            }
            prop_assert_eq!(pages.iter().filter(|page| page.ends_with(HINT)).count(), pages.len().saturating_sub(1));
            prop_assert_eq!(words(&bodies.join("\n")), words(&text));

            let whole: Vec<&str> = text.graphemes(true).filter(|cluster| !is_space(cluster)).collect();
            let split: Vec<&str> =
                bodies.iter().flat_map(|body| body.graphemes(true)).filter(|cluster| !is_space(cluster)).collect();
            prop_assert_eq!(split, whole);
        }

        #[test]
        fn there_are_never_more_pages_than_allowed(text in TEXT, budget in 0u32..3, most in 0usize..4) {
            let pages = pages(&text, budget, most);
            prop_assert!(pages.len() <= most.max(1));
            prop_assert!(pages.iter().all(|page| size(page).segments <= budget.max(1)));
        }
    }
}
