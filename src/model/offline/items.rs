//! Several things said in one breath, cut into items: "milk, eggs and bread" is three.
//! May import: `words` of this folder.
//!
//! The first rule that fits decides, and what it cuts is not cut again:
//! 1. Several lines: each line is an item; its bullet ("-", "*", "•", "1.", "1)", "[ ]") goes. A
//!    first line that ends in ":" above a bulleted list is its heading, not an item.
//! 2. Numbers that count up from 1 within one line ("1. milk 2. eggs") begin items.
//! 3. Semicolons separate; commas between them stay.
//! 4. Commas separate, except inside a number ("1,000") and before a word that only goes on with
//!    the thought ("but", "because", "not", ...). "and", "or", "then" in front of an item go. Only in
//!    such a list of commas or semicolons does an "and" within the last item separate too, at its
//!    last place, unless the words around it are a known pair ("salt and pepper", "mom and dad").
//! 5. Otherwise it is one item: "call mom and dad", "salt and pepper".
//!
//! Double quotes and round brackets protect what they hold; quotes around a whole item go. Marks
//! at an item's end go, and empty items are dropped.

use super::words::{fold, trim_marks};

/// Words after a comma that go on with the item before it.
const GOES_ON: &[&str] = &[
    "because",
    "but",
    "eg",
    "especially",
    "except",
    "ideally",
    "if",
    "ie",
    "including",
    "maybe",
    "not",
    "preferably",
    "since",
    "so",
    "though",
    "unless",
    "when",
    "where",
    "which",
    "while",
    "who",
];

/// Words that may lead an item of a list and are not part of it.
const LEADS: &[&str] = &[
    "and then", "and also", "and", "&", "then", "also", "plus", "or",
];

/// Pairs that are one thing, or at least one errand.
const PAIRS: &[(&str, &str)] = &[
    ("salt", "pepper"),
    ("oil", "vinegar"),
    ("mac", "cheese"),
    ("macaroni", "cheese"),
    ("ham", "cheese"),
    ("ham", "eggs"),
    ("bacon", "eggs"),
    ("bread", "butter"),
    ("butter", "jelly"),
    ("butter", "jam"),
    ("fish", "chips"),
    ("chips", "salsa"),
    ("chips", "dip"),
    ("rice", "beans"),
    ("cookies", "cream"),
    ("milk", "cookies"),
    ("gin", "tonic"),
    ("half", "half"),
    ("sweet", "sour"),
    ("surf", "turf"),
    ("pros", "cons"),
    ("terms", "conditions"),
    ("mom", "dad"),
    ("mum", "dad"),
    ("mother", "father"),
    ("grandma", "grandpa"),
    ("bed", "breakfast"),
    ("black", "white"),
    ("arts", "crafts"),
    ("nuts", "bolts"),
    ("research", "development"),
    ("back", "forth"),
    ("up", "down"),
    ("lost", "found"),
    ("question", "answer"),
    ("q", "a"),
    ("r", "b"),
    ("profit", "loss"),
    ("knife", "fork"),
    ("cup", "saucer"),
    ("soap", "water"),
    ("track", "field"),
    ("wash", "dry"),
    ("wash", "fold"),
    ("copy", "paste"),
    ("cut", "paste"),
    ("pick", "choose"),
    ("meet", "greet"),
];

/// Pairs that lie in a shop as one thing.
const SOLD_AS_ONE: &[(&str, &str)] = &[
    ("salt", "pepper"),
    ("salt", "vinegar"),
    ("mac", "cheese"),
    ("macaroni", "cheese"),
    ("half", "half"),
    ("fish", "chips"),
    ("cookies", "cream"),
    ("sweet", "sour"),
    ("pork", "beans"),
    ("cheese", "onion"),
    ("cream", "onion"),
    ("surf", "turf"),
    ("black", "white"),
];

/// Cuts what was said into its items, in order, by the rules above.
#[must_use]
pub fn items(text: &str) -> Vec<String> {
    let items = pieces(text).into_iter().map(finished);
    items.filter(|item| !item.is_empty()).collect()
}

/// The items as they were written, their quotes and end marks on.
fn pieces(text: &str) -> Vec<&str> {
    let lines: Vec<&str> = cut(text, |_, c| c == '\n');
    let lines: Vec<&str> = lines
        .into_iter()
        .filter(|line| !line.trim().is_empty())
        .collect();
    if lines.len() > 1 {
        let lines = if is_heading(lines[0], lines[1]) {
            &lines[1..]
        } else {
            &lines[..]
        };
        lines.iter().map(|line| without_bullet(line)).collect()
    } else {
        in_one_line(lines.first().copied().unwrap_or_default().trim())
    }
}

/// Cuts like [`items`], and at every "and" too: of things to buy, "milk and eggs" are two. What is sold as one stays one:
/// "mac and cheese".
#[must_use]
pub fn things(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    for item in pieces(text) {
        let mut from = 0;
        for (at, length) in ands(item) {
            if at >= from && !is_pair(SOLD_AS_ONE, &item[..at], &item[at + length..]) {
                all.push(finished(without_lead(&item[from..at])));
                from = at + length;
            }
        }
        all.push(finished(without_lead(&item[from..])));
    }
    all.retain(|item| !item.is_empty());
    all
}

fn in_one_line(line: &str) -> Vec<&str> {
    let numbered = at_numbers(line);
    if numbered.len() > 1 {
        return numbered;
    }
    let line = without_bullet(line);
    let mut pieces = cut(line, |_, c| c == ';');
    if pieces.len() == 1 {
        pieces = cut(line, |at, c| {
            c == ',' && !is_in_number(line, at) && !goes_on(line, at)
        });
    }
    pieces.retain(|piece| !trim_marks(piece).is_empty());
    if pieces.len() < 2 {
        return pieces;
    }
    let last_leads = pieces
        .last()
        .is_some_and(|last| without_lead(last) != last.trim());
    let mut pieces: Vec<&str> = pieces.into_iter().map(without_lead).collect();
    if !last_leads && let Some(last) = pieces.pop() {
        match last_and(last) {
            Some((left, right)) => pieces.extend([left, right]),
            None => pieces.push(last),
        }
    }
    pieces
}

/// Cuts `text` at the characters that `separates` names, outside quotes and brackets.
fn cut(text: &str, separates: impl Fn(usize, char) -> bool) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut from = 0;
    let mut guarded_to = 0;
    for (at, c) in text.char_indices() {
        if at < guarded_to {
            continue;
        }
        if let Some(end) = guard_end(text, at, c) {
            guarded_to = end;
        } else if separates(at, c) {
            pieces.push(&text[from..at]);
            from = at + c.len_utf8();
        }
    }
    pieces.push(&text[from..]);
    pieces
}

/// Where the quote or bracket that opens at `at` ends; `None` when nothing opens or it never ends.
fn guard_end(text: &str, at: usize, c: char) -> Option<usize> {
    let inside = at + c.len_utf8();
    let close = match c {
        '(' => ')',
        '“' => '”',
        '«' => '»',
        '"' => '"',
        _ => return None,
    };
    // A mark of inches (2" nails) follows its number and opens nothing.
    if c == '"' && text[..at].ends_with(|before: char| before.is_alphanumeric()) {
        return None;
    }
    text[inside..]
        .find(close)
        .map(|length| inside + length + close.len_utf8())
}

fn is_in_number(line: &str, at: usize) -> bool {
    let is_digit = |c: char| c.is_ascii_digit();
    line[..at].ends_with(is_digit) && line[at + 1..].starts_with(is_digit)
}

fn goes_on(line: &str, at: usize) -> bool {
    let next = line[at + 1..].split_whitespace().next().unwrap_or_default();
    GOES_ON.contains(&fold(&next.replace(['.', ','], "")).as_str())
}

/// The pieces behind "1.", "2.", … or "1)", "2)", … when the line begins with the first of them.
fn at_numbers(line: &str) -> Vec<&str> {
    let Some(mut rest) = line
        .strip_prefix("1. ")
        .or_else(|| line.strip_prefix("1) "))
    else {
        return Vec::new();
    };
    let mut pieces = Vec::new();
    for number in 2..100 {
        let next = [format!(" {number}. "), format!(" {number}) ")];
        let found = next
            .iter()
            .filter_map(|mark| Some((rest.find(mark)?, mark.len())))
            .min();
        let Some((at, length)) = found else { break };
        pieces.push(&rest[..at]);
        rest = &rest[at + length..];
    }
    pieces.push(rest);
    pieces
}

fn is_heading(first: &str, second: &str) -> bool {
    first.trim_end().ends_with(':') && without_bullet(second) != second.trim()
}

/// The line without the bullet or number that begins it.
fn without_bullet(line: &str) -> &str {
    let line = line.trim();
    let plain = line
        .strip_prefix(['-', '*', '•', '–', '—', '+'])
        .filter(|rest| rest.starts_with(char::is_whitespace));
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let numbered = (1..=2)
        .contains(&digits)
        .then(|| line[digits..].strip_prefix(['.', ')']))
        .flatten()
        .filter(|rest| rest.starts_with(char::is_whitespace));
    let rest = plain.or(numbered).unwrap_or(line).trim_start();
    let boxed = ["[ ]", "[]", "[x]"]
        .iter()
        .find_map(|empty| rest.strip_prefix(empty));
    boxed.unwrap_or(rest).trim_start()
}

fn without_lead(piece: &str) -> &str {
    let piece = piece.trim();
    let lead = LEADS.iter().find(|lead| {
        piece
            .get(..lead.len())
            .is_some_and(|front| front.eq_ignore_ascii_case(lead))
            && piece[lead.len()..].starts_with(char::is_whitespace)
    });
    lead.map_or(piece, |lead| piece[lead.len()..].trim_start())
}

/// Both sides of the last "and" of a list's last item, unless they are a pair.
fn last_and(piece: &str) -> Option<(&str, &str)> {
    let (at, length) = ands(piece).pop()?;
    let (left, right) = (&piece[..at], &piece[at + length..]);
    (!is_pair(PAIRS, left, right)).then_some((left, right))
}

/// Where each "and" outside quotes and brackets is, and how long.
fn ands(piece: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut guarded_to = 0;
    for (at, c) in piece.char_indices() {
        if at < guarded_to {
            continue;
        }
        if let Some(end) = guard_end(piece, at, c) {
            guarded_to = end;
        } else if let Some(length) = found_and(piece, at) {
            found.push((at, length));
        }
    }
    found
}

fn found_and(piece: &str, at: usize) -> Option<usize> {
    [" and ", " & "].iter().find_map(|and| {
        let here = piece.get(at..at + and.len())?;
        here.eq_ignore_ascii_case(and).then_some(and.len())
    })
}

fn is_pair(pairs: &[(&str, &str)], left: &str, right: &str) -> bool {
    let left = left
        .split_whitespace()
        .next_back()
        .map(fold)
        .unwrap_or_default();
    let right = right
        .split_whitespace()
        .next()
        .map(fold)
        .unwrap_or_default();
    pairs.contains(&(left.as_str(), trim_marks(&right)))
}

/// The item as it is kept: trimmed, and without quotes around the whole of it.
fn finished(piece: &str) -> String {
    let item = trim_marks(piece);
    let quotes = [('"', '"'), ('“', '”'), ('«', '»')];
    let bare = quotes.iter().find_map(|(open, close)| {
        let inside = item.strip_prefix(*open)?.strip_suffix(*close)?;
        (!inside.contains([*open, *close])).then_some(inside)
    });
    bare.map_or(item, str::trim).to_owned()
}

#[cfg(test)]
mod tests;
