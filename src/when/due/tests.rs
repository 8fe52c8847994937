//! How people say when something is due, in tables and properties.

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;

/// A Tuesday.
const TODAY: Date = date(2026, 11, 24);

fn split(text: &str) -> (&str, Option<Day>) {
    split_trailing_day(text, TODAY, DateOrder::MonthFirst)
}

#[test]
fn a_day_at_the_end_is_split_off() {
    for (text, rest, date) in [
        ("renew passport by friday", "renew passport", "2026-11-27"),
        ("renew passport by friday.", "renew passport", "2026-11-27"),
        ("Renew Passport By Friday!", "Renew Passport", "2026-11-27"),
        ("renew passport, by friday", "renew passport", "2026-11-27"),
        ("renew passport - friday", "renew passport", "2026-11-27"),
        ("call mom tomorrow", "call mom", "2026-11-25"),
        ("call mom tmrw", "call mom", "2026-11-25"),
        ("call tomorrow", "call", "2026-11-25"),
        ("call mom today", "call mom", "2026-11-24"),
        (
            "take out the trash tonight",
            "take out the trash",
            "2026-11-24",
        ),
        ("call mom the day after tomorrow", "call mom", "2026-11-26"),
        ("call mom day after tomorrow", "call mom", "2026-11-26"),
        ("gym friday", "gym", "2026-11-27"),
        ("gym fri", "gym", "2026-11-27"),
        ("gym on sat", "gym", "2026-11-28"),
        ("gym next friday", "gym", "2026-12-04"),
        ("gym this friday", "gym", "2026-11-27"),
        ("buy gift by next tuesday", "buy gift", "2026-12-01"),
        ("pay rent due dec 1", "pay rent", "2026-12-01"),
        ("pay rent due on dec 1", "pay rent", "2026-12-01"),
        ("pay rent due by the 1st", "pay rent", "2026-12-01"),
        ("rent is due friday", "rent", "2026-11-27"),
        ("pay rent on the 1st", "pay rent", "2026-12-01"),
        ("pay rent by 12/1", "pay rent", "2026-12-01"),
        ("pay rent on 12/1", "pay rent", "2026-12-01"),
        ("pay rent 12/1/2027", "pay rent", "2027-12-01"),
        ("pay rent 2026-12-01", "pay rent", "2026-12-01"),
        ("pay rent dec 1", "pay rent", "2026-12-01"),
        ("pay rent Dec 1, 2027", "pay rent", "2027-12-01"),
        ("pay rent 1 december", "pay rent", "2026-12-01"),
        ("pay rent by the 1st of december", "pay rent", "2026-12-01"),
        ("pay rent tue dec 1", "pay rent", "2026-12-01"),
        ("renew passport march 5", "renew passport", "2027-03-05"),
        ("pay rent in 3 days", "pay rent", "2026-11-27"),
        ("pay rent in two weeks", "pay rent", "2026-12-08"),
        ("see dentist next week", "see dentist", "2026-11-30"),
        ("pay rent end of month", "pay rent", "2026-11-30"),
        ("pay rent by end of month", "pay rent", "2026-11-30"),
        ("pay rent at the end of the month", "pay rent", "2026-11-30"),
        ("taxes (due 2027-04-15)", "taxes", "2027-04-15"),
        ("taxes (friday)", "taxes", "2026-11-27"),
        ("taxes (by apr 15)", "taxes", "2027-04-15"),
        (
            "meet with Friday by monday",
            "meet with Friday",
            "2026-11-30",
        ),
        ("buy 2 tickets by friday", "buy 2 tickets", "2026-11-27"),
        ("milk\neggs by friday", "milk\neggs", "2026-11-27"),
    ] {
        let (left, day) = split(text);
        assert_eq!(
            (left, day.map(|day| day.date.to_string())),
            (rest, Some(date.into())),
            "{text}"
        );
    }
}

#[test]
fn what_is_no_due_day_is_left_alone() {
    for text in [
        "",
        "  ",
        "friday",
        "by friday",
        "tomorrow",
        "(due friday)",
        "call mom",
        "meet with Friday",
        "call Friday",
        "text Friday",
        "watch Wednesday",
        "read a book about tomorrow",
        "write a song for friday",
        "invite people to friday",
        "shop on black friday",
        "watch freaky friday",
        "watch friday the 13th",
        "watch friday 13th",
        "work monday - friday",
        "watch \"Freaky Friday\"",
        "prepare mom's friday",
        "gym every friday",
        "gym tuesday and friday",
        "gym by tuesday or friday",
        "gym monday, friday",
        "work monday to friday",
        "work from monday until friday",
        "plan next week",
        "plan my friday",
        "thank god it is friday",
        "what i did yesterday",
        "march",
        "practice the march",
        "march on",
        "stand by me",
        "buy 2",
        "buy 2 tickets",
        "read chapter 12/1",
        "mix 1/2",
        "lunch on 5th",
        "finish book the 3rd",
        "king richard the 3rd",
        "sit in the sun",
        "rest for the weekend",
        "where the cat sat",
        "get wed",
        "you may",
        "ask may",
        "not by friday",
        "pay by card",
        "look at tomorrow",
        "pay on feb 30",
        "pay by fri dec 1",
        "milk\nfriday",
        "call mom tomorrow at 5",
        "call mom 5551234",
        "call (555) 0100",
    ] {
        assert_eq!(split(text), (text, None), "{text}");
    }
}

#[test]
fn the_words_for_the_day_are_kept() {
    assert_eq!(
        split("Pay rent Due by Dec 1, 2027").1.unwrap().said,
        "Dec 1, 2027"
    );
}

#[test]
fn the_country_decides_which_number_is_the_month() {
    let (_, day) = split_trailing_day("pay by 12/1", TODAY, DateOrder::DayFirst);
    assert_eq!(day.unwrap().date, date(2027, 1, 12));
}

proptest! {
    #[test]
    fn the_rest_is_a_beginning_of_the_text(
        text in "\\PC{0,30}|([a-z]{1,5} | by|on|due|friday|tomorrow|dec 1|12/1|\\(|\\)|\n| ){0,8}"
    ) {
        let (rest, day) = split(&text);
        prop_assert!(text.starts_with(rest));
        prop_assert_eq!(day.is_none(), rest == text);
        prop_assert!(day.is_none() || !rest.trim().is_empty());
    }
}
