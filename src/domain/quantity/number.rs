//! The number at the start of what was said: "2", "1,5", "1,000", "1 1/2", "½", "half a", "two", "a".

use super::Ratio;

const WORDS: &[(&str, i128, i128)] = &[
    ("a couple of", 2, 1),
    ("couple of", 2, 1),
    ("a couple", 2, 1),
    ("half a", 1, 2),
    ("half of a", 1, 2),
    ("a half", 1, 2),
    ("half", 1, 2),
    ("a quarter of a", 1, 4),
    ("quarter of a", 1, 4),
    ("a quarter", 1, 4),
    ("quarter", 1, 4),
    ("one", 1, 1),
    ("two", 2, 1),
    ("three", 3, 1),
    ("four", 4, 1),
    ("five", 5, 1),
    ("six", 6, 1),
    ("seven", 7, 1),
    ("eight", 8, 1),
    ("nine", 9, 1),
    ("ten", 10, 1),
    ("eleven", 11, 1),
    ("twelve", 12, 1),
];

const ARTICLES: &[&str] = &["another", "an", "a"];

const VULGAR: &[(char, i128, i128)] = &[
    ('½', 1, 2),
    ('⅓', 1, 3),
    ('⅔', 2, 3),
    ('¼', 1, 4),
    ('¾', 3, 4),
    ('⅛', 1, 8),
    ('⅜', 3, 8),
    ('⅝', 5, 8),
    ('⅞', 7, 8),
];

/// The number, what follows it, and whether it was only an article.
///
/// A comma before exactly three digits that end there, behind one to three digits of which the first is no 0, groups
/// thousands ("1,000"); any other comma is a decimal one ("1,5", "0,500").
pub fn read_number(text: &str) -> Option<(Ratio, &str, bool)> {
    let text = text.trim_start();
    let word = |word: &str| {
        let (front, rest) = text.split_at_checked(word.len())?;
        let ends = rest.is_empty() || rest.starts_with(char::is_whitespace);
        (ends && front.eq_ignore_ascii_case(word)).then_some(rest)
    };
    if let Some((rest, (num, den))) = WORDS
        .iter()
        .find_map(|(said, num, den)| Some((word(said)?, (*num, *den))))
    {
        return Some((Ratio::exact(num, den)?, rest, false));
    }
    if let Some(rest) = ARTICLES
        .iter()
        .find_map(|article| word(article).filter(|rest| !rest.is_empty()))
    {
        return Some((Ratio::whole(1)?, rest, true));
    }
    let (num, den, rest) = digits(text)?;
    let ratio = Ratio::exact(num, den)?;
    // "2x", "2 x", "2×": as many
    Some((ratio, times(rest), false))
}

/// Without the "x" of "2x tomatoes" and "2 x 500 g".
fn times(rest: &str) -> &str {
    let after = rest.trim_start();
    let stripped = after.strip_prefix(['x', 'X', '×']).filter(|behind| {
        behind.is_empty()
            || behind.starts_with(char::is_whitespace)
            || (after.len() == rest.len() && behind.starts_with(|c: char| c.is_ascii_digit()))
    });
    stripped.unwrap_or(rest)
}

fn digits(text: &str) -> Option<(i128, i128, &str)> {
    if let Some((num, den, rest)) = vulgar(text) {
        return Some((num, den, rest));
    }
    let (whole, rest) = run(text);
    if whole.is_empty() || whole.len() > 9 {
        return None;
    }
    let mut num: i128 = whole.parse().ok()?;
    if let Some(below) = rest.strip_prefix('/') {
        return fraction(num, below);
    }
    if let Some((add, den, rest)) = vulgar(rest.trim_start()) {
        return Some((num * den + add, den, rest));
    }
    let mut den = 1;
    let mut rest = rest;
    let mut groups = !whole.starts_with('0') && whole.len() <= 3;
    while let Some(behind) = rest.strip_prefix(',').filter(|_| groups) {
        let (three, after) = run(behind);
        if three.len() != 3 {
            break;
        }
        num = num * 1000 + three.parse::<i128>().ok()?;
        rest = after;
    }
    groups = rest.len() < text.len() - whole.len();
    let mark = if groups { &['.'][..] } else { &['.', ','][..] };
    if let Some(behind) = rest.strip_prefix(mark) {
        let (below, after) = run(behind);
        if below.len() > 3 {
            return None;
        }
        if !below.is_empty() {
            den = 10_i128.pow(u32::try_from(below.len()).ok()?);
            num = num * den + below.parse::<i128>().ok()?;
            rest = after;
        }
    }
    // "1 1/2"
    if den == 1 && rest.starts_with(' ') {
        let (above, after) = run(rest.trim_start());
        let part = after.strip_prefix('/').and_then(|below| {
            let above: i128 = above.parse().ok().filter(|_| above.len() <= 3)?;
            fraction(above, below)
        });
        if let Some((above, below, after)) = part {
            return Some((num * below + above, below, after));
        }
    }
    // "2.", "2%", "7-up", "5:30" are no amounts of anything
    let next = rest.chars().next();
    if next.is_some_and(|c| !c.is_alphanumeric() && !c.is_whitespace() && c != '×') {
        return None;
    }
    Some((num, den, rest))
}

/// "1/2" of which the 1 and the stroke are read; only less than one, so that "80/20" and "24/7" stay names.
fn fraction(above: i128, below: &str) -> Option<(i128, i128, &str)> {
    let (den, rest) = run(below);
    let den: i128 = den.parse().ok().filter(|_| den.len() <= 4)?;
    let ends = rest
        .chars()
        .next()
        .is_none_or(|c| c.is_alphabetic() || c.is_whitespace());
    (0 < above && above < den && den <= 1000 && ends).then_some((above, den, rest))
}

fn vulgar(text: &str) -> Option<(i128, i128, &str)> {
    let c = text.chars().next()?;
    let (_, num, den) = VULGAR.iter().find(|(sign, ..)| *sign == c)?;
    Some((*num, *den, &text[c.len_utf8()..]))
}

/// The ASCII digits at the start, and the rest.
fn run(text: &str) -> (&str, &str) {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text.split_at(end)
}
