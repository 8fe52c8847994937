//! The words of a recurrence: cutting them apart, numbers, units, parts of the day.
//! May import: `day` for single words, and the rule's frequencies.

use jiff::civil::Weekday;

use super::Length;
use crate::when::{
    day::{read_month, read_weekday},
    every::rule::Freq,
};

/// Longer texts are no recurrence.
const MOST_WORDS: usize = 40;

/// Cheap: whether any of these could be a recurrence at all.
pub(in crate::when::every) fn may_recur(said: &str) -> bool {
    const SIGNS: &[&str] = &[
        "ever",
        "evr",
        "each",
        "ly",
        "weekday",
        "wkday",
        "workday",
        "days",
        "weekend",
        "wkend",
        "wknd",
        "times",
        "twice",
        "thrice",
        "once a",
        "once per",
        "for the next",
        "for ",
        "of the month",
        "mornings",
        "evenings",
        "nights",
        "afternoons",
        "freq=",
        "/",
        // "mon-fri at 6pm"
        "-",
        "\u{2013}",
        " to ",
        " through ",
        " thru ",
        "mondays",
        "mons",
        "tues",
        "weds",
        "thurs",
        "fris",
        "sats",
        "suns",
    ];
    SIGNS.iter().any(|sign| said.contains(sign))
}

/// Small words and single commas; "mon/wed", "mon-fri", "6h" and "&" taken apart. `None`: too many.
pub(in crate::when::every) fn words(said: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    for raw in said.split_whitespace() {
        let mut word = raw.trim_end_matches(['!', '?', ';']);
        let comma = word.ends_with(',');
        word = word.trim_end_matches(',');
        if word.len() > 2 && !word.ends_with("m.") {
            word = word.trim_end_matches('.');
        }
        match word {
            "" => {}
            "&" | "+" => words.push("and".to_owned()),
            word => cut(word, &mut words),
        }
        if comma && words.last().is_some_and(|last| last != ",") {
            words.push(",".to_owned());
        }
        if words.len() > MOST_WORDS {
            return None;
        }
    }
    while words.last().is_some_and(|last| last == ",") {
        words.pop();
    }
    Some(words)
}

fn cut(word: &str, words: &mut Vec<String>) {
    let is_day = |part: &str| read_weekday(part).is_ok() || plural_weekday(part).is_some();
    for mark in ['/', '-', '\u{2013}'] {
        let parts: Vec<&str> = word.split(mark).collect();
        if parts.len() > 1 && parts.iter().all(|part| is_day(part)) {
            let mark = if mark == '/' { "/" } else { "-" };
            for (index, part) in parts.iter().enumerate() {
                if index > 0 {
                    words.push(mark.to_owned());
                }
                words.push((*part).to_owned());
            }
            return;
        }
    }
    // "6h", "30min", "10x": a number with its unit
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = word.split_at(digits);
    let is_unit = matches!(
        rest,
        "h" | "hr"
            | "hrs"
            | "hour"
            | "hours"
            | "m"
            | "min"
            | "mins"
            | "minutes"
            | "d"
            | "days"
            | "w"
            | "wk"
            | "wks"
            | "weeks"
            | "mo"
            | "x"
    );
    if digits > 0 && is_unit {
        words.push(number.to_owned());
        words.push(match rest {
            "m" => "min".to_owned(),
            rest => rest.to_owned(),
        });
        return;
    }
    words.push(word.to_owned());
}

/// A whole number from 1 on, in digits or words.
pub(in crate::when::every) fn number(word: &str) -> Option<u32> {
    const NAMES: &[&str] = &[
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
        "twenty",
    ];
    const TENS: &[(&str, u32)] = &[
        ("thirty", 30),
        ("forty", 40),
        ("forty-five", 45),
        ("fifty", 50),
        ("sixty", 60),
        ("ninety", 90),
    ];
    let named = NAMES.iter().zip(1..).find(|(name, _)| **name == word);
    named
        .map(|(_, number)| number)
        .or_else(|| {
            TENS.iter()
                .find(|(name, _)| *name == word)
                .map(|(_, ten)| *ten)
        })
        .or_else(|| {
            let digits = word.len() <= 4 && word.bytes().all(|b| b.is_ascii_digit());
            digits.then(|| word.parse().ok()).flatten()
        })
        .filter(|number| *number > 0)
}

/// "15th", "first", "second".
pub(super) fn ordinal(word: &str) -> Option<i16> {
    const NAMES: &[&str] = &[
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
        "tenth", "eleventh", "twelfth",
    ];
    if let Some(at) = NAMES.iter().position(|name| *name == word) {
        return i16::try_from(at + 1).ok();
    }
    let (digits, ending) = word.split_at_checked(word.len().checked_sub(2)?)?;
    let is_number = (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    (is_number && matches!(ending, "st" | "nd" | "rd" | "th"))
        .then(|| digits.parse().ok())
        .flatten()
}

/// A unit of time as a frequency, and how many of them: a fortnight is two weeks.
pub(super) fn unit(word: &str) -> Option<(Freq, u32)> {
    Some(match word {
        "minute" | "minutes" | "min" | "mins" | "minuts" => (Freq::Minutely, 1),
        "hour" | "hours" | "hr" | "hrs" | "h" => (Freq::Hourly, 1),
        "day" | "days" | "d" => (Freq::Daily, 1),
        "week" | "weeks" | "wk" | "wks" | "w" => (Freq::Weekly, 1),
        "fortnight" | "fortnights" => (Freq::Weekly, 2),
        "month" | "months" | "mth" | "mths" => (Freq::Monthly, 1),
        "quarter" | "quarters" => (Freq::Monthly, 3),
        "year" | "years" | "yr" | "yrs" => (Freq::Yearly, 1),
        _ => return None,
    })
}

pub(super) fn part_of_day(word: &str) -> Option<&'static str> {
    Some(match word {
        "morning" | "mornin" | "morn" => "morning",
        "afternoon" | "arvo" => "afternoon",
        "evening" | "eve" => "evening",
        "night" | "nite" => "night",
        "noon" | "midday" => "noon",
        "midnight" => "midnight",
        "lunchtime" => "lunchtime",
        "dinnertime" => "dinnertime",
        "bedtime" => "bedtime",
        _ => return None,
    })
}

/// "mondays", "tues" is none: it is one Tuesday.
pub(super) fn plural_weekday(word: &str) -> Option<Weekday> {
    let day = word.strip_suffix('s')?;
    (!matches!(word, "tues" | "weds" | "thurs"))
        .then(|| read_weekday(day).ok())
        .flatten()
}

/// Words that end a date behind "until" or "starting".
pub(super) fn is_boundary(word: &str) -> bool {
    matches!(
        word,
        "," | "at"
            | "every"
            | "each"
            | "everyday"
            | "daily"
            | "weekly"
            | "monthly"
            | "yearly"
            | "annually"
            | "hourly"
            | "nightly"
            | "weekdays"
            | "weekends"
            | "starting"
            | "beginning"
            | "except"
            | "excluding"
            | "but"
            | "until"
            | "till"
            | "til"
            | "ending"
            | "for"
            | "through"
            | "thru"
    ) || plural_weekday(word).is_some() && read_month(word).is_err()
}

/// "two weeks", "a month", "5 days", "2 hours".
pub(super) fn length(words: &[&str]) -> Option<(Length, usize)> {
    let (count, taken) = match words {
        ["a", "couple", "of", ..] => (2, 3),
        ["a", "couple", ..] => (2, 2),
        ["a" | "an", ..] => (1, 1),
        [count, ..] if number(count).is_some() => (i64::from(number(count)?), 1),
        [..] => (1, 0),
    };
    let word = words.get(taken)?;
    if taken == 0 && !matches!(*word, "day" | "week" | "month" | "year") {
        return None;
    }
    let (freq, times) = unit(word)?;
    let many = count * i64::from(times);
    let length = match freq {
        Freq::Daily => Length::Days(many),
        Freq::Weekly => Length::Days(many * 7),
        Freq::Monthly => Length::Months(many),
        Freq::Yearly => Length::Months(many * 12),
        Freq::Hourly => Length::Seconds(many * 3_600),
        Freq::Minutely => Length::Seconds(many * 60),
    };
    Some((length, taken + 1))
}
