//! Reading an amount: the number with its separators, and the currency in front of it or behind it.

use iso_currency::Currency;

use super::{Found, Money, exponent, named};

/// More digits than this are no amount that anybody spends.
const MOST_DIGITS: usize = 12;

/// See [`Money::read`].
pub fn read(text: &str, default: Currency) -> Option<Found<'_>> {
    let text = text.trim_start();
    let front = named::strip(text, default).ok()?;
    let number = front.map_or(text, |(_, rest)| rest.trim_start());
    let is_named = front.is_some();
    let number = Number::read(number, is_named)?;
    // "2k": thousands
    let (kilo, behind) = match number.rest.strip_prefix(['k', 'K']) {
        Some(rest) if ends(rest) => (true, rest),
        _ => (false, number.rest),
    };
    let back = named::strip(behind.trim_start(), default)
        .ok()?
        .filter(|(_, rest)| ends(rest));
    let (currency, rest) = match (front, back) {
        // "$40 usd" is one thing said twice; "$40 eur" is nothing
        (Some((front, _)), Some((back, rest))) => (same(front, back, text)?, rest),
        (Some((front, _)), None) => (front, behind),
        (None, Some((back, rest))) => (back, rest),
        (None, None) => cents(behind).map_or((default, behind), |rest| (default, rest)),
    };
    if !ends(rest) {
        return None;
    }
    let minor = if front.is_none() && back.is_none() && cents(behind).is_some() {
        (number.decimals.is_empty() && exponent(currency) == 2).then_some(number.whole)?
    } else {
        number.minor(exponent(currency), kilo)?
    };
    Some(Found {
        money: Money::new(minor, currency),
        is_named: is_named || back.is_some() || cents(behind).is_some(),
        rest: rest.trim_start(),
    })
}

/// "$40 CAD" are Canadian: a bare sign gives way to a code.
fn same(front: Currency, back: Currency, text: &str) -> Option<Currency> {
    let dollars = text.starts_with('$') && named::strip("$", back).ok()??.0 == back;
    (front == back || dollars).then_some(back)
}

fn cents(behind: &str) -> Option<&str> {
    let behind = behind.trim_start();
    let end = behind
        .find(|c: char| !c.is_alphabetic() && c != '¢')
        .unwrap_or(behind.len());
    let (word, rest) = behind.split_at(end);
    let lower = word.to_lowercase();
    ["cent", "cents", "¢", "pence"]
        .contains(&&*lower)
        .then_some(rest)
}

/// Whether a number or a currency may end before `rest`.
fn ends(rest: &str) -> bool {
    let mut after = rest.chars();
    match after.next() {
        None => true,
        Some(c) if c.is_whitespace() => true,
        // "12:30", "3-4", "50%", "1/2", "12.30.40" are no amounts
        Some('.' | ',' | ';' | '!' | '?' | ')') => after.next().is_none_or(|c| !c.is_ascii_digit()),
        Some(_) => false,
    }
}

struct Number<'t> {
    whole: i64,
    decimals: &'t str,
    /// A mark and three digits behind it: "1,450".
    is_grouped_once: bool,
    rest: &'t str,
}

impl<'t> Number<'t> {
    /// `is_named`: a currency stands in front, so that "1 450" can be one number.
    fn read(text: &'t str, is_named: bool) -> Option<Self> {
        let end = Self::end(text, is_named);
        let (said, rest) = text.split_at(end);
        // "40,-" and "40.-"
        let rest = rest.strip_prefix(",-").or(rest.strip_prefix(".-"));
        let rest = rest.or_else(|| text.get(end..))?;
        let marks: Vec<(usize, char)> = said
            .char_indices()
            .filter(|(_, c)| !c.is_ascii_digit())
            .collect();
        let (whole, decimals) = match marks.last() {
            None => (said, ""),
            Some((at, mark)) => {
                let behind = &said[at + mark.len_utf8()..];
                let alone = marks.iter().filter(|(_, other)| other == mark).count() == 1;
                let is_decimal = matches!(mark, '.' | ',')
                    && alone
                    && (behind.len() < 3 || marks.len() > 1 || *at == 0 || *mark == '.');
                if is_decimal {
                    (&said[..*at], behind)
                } else {
                    (said, "")
                }
            }
        };
        let grouped = whole.contains(|c: char| !c.is_ascii_digit());
        let digits = ungrouped(whole)?;
        // "1.450" may be a thousand and more, or one and a half with three decimals
        if digits.len() > MOST_DIGITS || (digits.is_empty() && decimals.is_empty()) {
            return None;
        }
        Some(Self {
            whole: if digits.is_empty() {
                0
            } else {
                digits.parse().ok()?
            },
            decimals,
            is_grouped_once: grouped && marks.len() == 1 && matches!(marks[0].1, ',' | '.'),
            rest,
        })
    }

    /// Where the digits and the marks between them end.
    fn end(text: &str, is_named: bool) -> usize {
        let mut end = 0;
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let digit_follows = chars.peek().is_some_and(|(_, c)| c.is_ascii_digit());
            let three = || {
                let behind = &text[at + c.len_utf8()..];
                let run = behind
                    .find(|c: char| !c.is_ascii_digit())
                    .unwrap_or(behind.len());
                run == 3
            };
            let goes_on = match c {
                '0'..='9' => true,
                '.' | ',' => digit_follows,
                '\'' | '\u{2019}' | '\u{a0}' | '\u{202f}' => at > 0 && three(),
                ' ' => is_named && at > 0 && three(),
                _ => false,
            };
            if !goes_on {
                break;
            }
            end = at + c.len_utf8();
        }
        end
    }

    fn minor(&self, exponent: u32, kilo: bool) -> Option<i64> {
        let shift = if kilo { exponent + 3 } else { exponent };
        let below = u32::try_from(self.decimals.len()).ok()?;
        // three decimals of a currency that has three, or a thousand: "1,450 KWD"
        if below > shift || (exponent == 3 && self.is_grouped_once && !kilo) {
            return None;
        }
        let decimals: i64 = if self.decimals.is_empty() {
            0
        } else {
            self.decimals.parse().ok()?
        };
        let whole = self.whole.checked_mul(10_i64.pow(shift))?;
        whole.checked_add(decimals * 10_i64.pow(shift - below))
    }
}

/// The digits of a whole number whose groups, if it has any, are of three behind a first of one to three that is no 0, all
/// with one mark; or as they are grouped in India (1,45,000).
fn ungrouped(whole: &str) -> Option<String> {
    let marks: Vec<char> = whole.chars().filter(|c| !c.is_ascii_digit()).collect();
    let Some(first) = marks.first() else {
        return Some(whole.to_owned());
    };
    if marks.iter().any(|mark| mark != first) {
        return None;
    }
    let groups: Vec<&str> = whole.split(*first).collect();
    let (head, tail) = groups.split_first()?;
    let (last, middle) = tail.split_last()?;
    let led = (1..=3).contains(&head.len()) && !head.starts_with('0');
    let western = middle.iter().all(|group| group.len() == 3);
    let indian = *first == ',' && head.len() < 3 && middle.iter().all(|group| group.len() == 2);
    (led && last.len() == 3 && (western || indian)).then(|| groups.concat())
}
