//! Which number of a text is its amount of money, when others are times and quantities.

use crate::domain::Money;

/// An amount, and what stands before and behind it.
#[derive(Clone, Debug, PartialEq)]
pub struct Amount {
    pub said: String,
    pub before: String,
    pub behind: String,
    /// A currency was named.
    pub is_named: bool,
}

/// In front of these a number is a time, a place or a name.
const NOT_AFTER: &[&str] = &[
    "at", "@", "by", "around", "until", "till", "til", "before", "after", "since", "room",
    "number", "no", "bus", "line", "platform", "gate", "flight", "chapter", "page", "step", "day",
    "week", "version", "highway", "route", "exit", "size", "item", "task", "party",
];
/// Behind a number these make it something else.
const NOT_BEFORE: &[&str] = &[
    "am", "pm", "a.m", "p.m", "o'clock", "oclock", "people", "persons", "guests", "min", "mins",
    "minute", "minutes", "hour", "hours", "hr", "hrs", "h", "day", "days", "week", "weeks",
    "month", "months", "year", "years", "night", "nights", "kg", "g", "lb", "lbs", "oz", "l", "ml",
    "km", "mile", "miles", "m", "x", "times", "percent", "%", "th", "st", "nd", "rd", "of",
    "seconds", "sec", "more", "calories", "kcal", "steps", "points", "pages", "visits",
];
/// Behind a bare amount one of these begins what it was for.
const JOINS: &[&str] = &[
    "on",
    "for",
    "at",
    "from",
    "to",
    "in",
    "with",
    "back",
    "today",
    "yesterday",
    "last",
    "this",
    "each",
    "every",
];
/// What ends like several and is one.
const UNCOUNTED: &[&str] = &[
    "gas",
    "groceries",
    "clothes",
    "utilities",
    "taxes",
    "fees",
    "meds",
];
/// In front of a bare amount.
const LEADS: &[&str] = &[
    "for", "of", "=", "was", "is", "cost", "paid", "spent", ":", "total", "only", "just", "about",
    "me", "like",
];

/// The one amount of `said`. `knows`: whether the words around a bare number are something that is paid for. `None`: there is
/// none, or there are several that may be it.
pub fn amount(said: &str, knows: impl Fn(&str) -> bool) -> Option<Amount> {
    let words: Vec<&str> = said.split_whitespace().collect();
    let mut best: Option<(i32, usize, usize, bool)> = None;
    let mut tie = false;
    let mut at = 0;
    while at < words.len() {
        let Some((count, is_named)) = length(&words, at) else {
            at += 1;
            continue;
        };
        let worth = worth(&words, (at, count), is_named, &knows);
        if worth > 0 {
            match best {
                Some((other, ..)) if other == worth => tie = true,
                Some((other, ..)) if other > worth => {}
                _ => {
                    best = Some((worth, at, count, is_named));
                    tie = false;
                }
            }
        }
        at += count;
    }
    let (_, at, count, is_named) = best.filter(|_| !tie)?;
    Some(Amount {
        said: bare(&words[at..at + count].join(" ")).to_owned(),
        before: words[..at].join(" "),
        behind: words[at + count..].join(" "),
        is_named,
    })
}

/// How many words at `at` are an amount, and whether they name a currency.
fn length(words: &[&str], at: usize) -> Option<(usize, bool)> {
    (1..=3).rev().find_map(|count| {
        let some = words.get(at..at + count)?;
        // "5, eur": a mark ends an amount
        let is_cut = some[..count - 1]
            .iter()
            .any(|word| word.ends_with([',', ';', ':']));
        let named = Money::is_said(bare(&some.join(" ")))?;
        (!is_cut).then_some((count, named))
    })
}

fn bare(said: &str) -> &str {
    said.trim_matches(|c| matches!(c, '(' | ')' | '"' | ',' | ';' | ':' | '!' | '?'))
}

fn worth(
    words: &[&str],
    (at, count): (usize, usize),
    is_named: bool,
    knows: impl Fn(&str) -> bool,
) -> i32 {
    let low = |word: &&str| {
        word.to_lowercase()
            .trim_matches([',', '.', ';', '!', '?'])
            .to_owned()
    };
    let before = at
        .checked_sub(1)
        .map(|before| low(&words[before]))
        .unwrap_or_default();
    let behind = words.get(at + count).map(low).unwrap_or_default();
    if is_named {
        // "at $4 each" is a price of one
        return if ["each", "apiece", "per"].contains(&&*behind) {
            0
        } else {
            100
        };
    }
    if NOT_AFTER.contains(&&*before) || NOT_BEFORE.contains(&&*behind) {
        return 0;
    }
    let has_decimals = words[at].contains(['.', ',']);
    let is_last = at + count == words.len();
    let rest = words[..at].join(" ");
    let next = words[(at + count).min(words.len())..].join(" ");
    let mut worth = 0;
    if has_decimals {
        worth += 20;
    }
    if JOINS.contains(&&*behind) {
        worth += 10;
    }
    if LEADS.contains(&&*before) || before.ends_with(':') {
        worth += 8;
    }
    if at == 0 && is_last {
        worth += 8;
    }
    // "2 bills" are two of them
    let is_count = behind.ends_with('s') && !UNCOUNTED.contains(&&*behind);
    let leads = at == 0 && knows(&next) && !is_count && !JOINS.contains(&&*behind);
    if (is_last && knows(&rest)) || leads {
        worth += 9;
    }
    if worth < 8 { 0 } else { worth }
}

#[cfg(test)]
mod tests {
    use super::amount;
    use crate::domain::spending::guess;

    #[test]
    fn an_amount_is_told_from_times_and_quantities() {
        for (said, found) in [
            ("12.50 on lunch", Some("12.50")),
            ("12.50 on 2 coffees at 3pm", Some("12.50")),
            ("2 coffees for 9 at 10", Some("9")),
            ("$40 on gas", Some("$40")),
            ("40 bucks at the bar", Some("40 bucks")),
            ("rent 1450", Some("1450")),
            ("12 lunch", Some("12")),
            ("30 on gas at 5", Some("30")),
            ("18 eur on 3 tickets", Some("18 eur")),
            ("40 minutes on the phone", None),
            ("2 hours at the beach", None),
            ("2 visits", None),
            ("2 bills today", None),
            ("12 gas", Some("12")),
            ("the day at the beach", None),
            ("3 days in rome", None),
            ("5 on lunch 6 on gas", None),
            ("bus 42", None),
        ] {
            let heard = amount(said, |words| guess(words).is_some()).map(|amount| amount.said);
            assert_eq!(heard.as_deref(), found, "{said}");
        }
    }
}
