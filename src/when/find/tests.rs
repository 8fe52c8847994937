//! Wishes with a time in them, texts that only look like it, and that what is taken out reads back.

use jiff::{civil::date, tz::TimeZone};
use proptest::prelude::*;

use super::*;
use crate::when::{read_any, say};

/// A Tuesday, at three in the afternoon.
fn here() -> Here {
    let zone = TimeZone::get("America/New_York").unwrap();
    let now = date(2026, 11, 24).at(15, 0, 0, 0).to_zoned(zone.clone());
    Here::new(now.unwrap().timestamp(), zone)
}

fn told(meaning: &Meaning) -> String {
    match meaning {
        Meaning::At(moment) => say::moment(moment, &here()),
        Meaning::Day(day) => say::day(*day, &here()),
        Meaning::Span(span) => say::span(span, &here()),
        Meaning::By(by) => format!("by {}", told(by)),
        Meaning::Every { rule, .. } => rule.rule.clone(),
        Meaning::Length(length) => say::length(*length),
    }
}

fn check(table: &[(&str, &str, &str)]) {
    for (text, rest, expected) in table {
        let found = find(text, &here()).unwrap_or_else(|| panic!("nothing in {text:?}"));
        let got = told(&found.reading.meaning);
        assert_eq!(
            (found.rest.as_str(), got.as_str()),
            (*rest, *expected),
            "{text}"
        );
        let again = read_any(&found.reading.said, &here()).map(|again| again.meaning);
        assert_eq!(
            again,
            Ok(found.reading.meaning),
            "{text}: {}",
            found.reading.said
        );
    }
}

#[test]
fn a_time_is_taken_out_wherever_it_stands() {
    check(&[
        (
            "remind me sunday at 5pm to call ana",
            "call ana",
            "Sun Nov 29, 5:00 PM",
        ),
        ("call ana sunday at 5pm", "call ana", "Sun Nov 29, 5:00 PM"),
        ("sunday at 5pm call ana", "call ana", "Sun Nov 29, 5:00 PM"),
        (
            "call ana sunday at 5pm about the trip",
            "call ana about the trip",
            "Sun Nov 29, 5:00 PM",
        ),
        ("at 5pm, call ana", "call ana", "Tue Nov 24, 5:00 PM"),
        (
            "Call Ana (tomorrow at 5)",
            "Call Ana",
            "Wed Nov 25, 5:00 PM",
        ),
        (
            "call ana!! tomorrow at 5!!",
            "call ana!!",
            "Wed Nov 25, 5:00 PM",
        ),
        (
            "call ana, tomorrow at 5, about the trip",
            "call ana, about the trip",
            "Wed Nov 25, 5:00 PM",
        ),
        (
            "dentist tomorrow in town at 3pm",
            "dentist in town",
            "Wed Nov 25, 3:00 PM",
        ),
        ("call mom in 20 minutes", "call mom", "Tue Nov 24, 3:20 PM"),
        ("pay rent on the 1st", "pay rent", "Tue Dec 1"),
        (
            "remind me at 7 to take out the trash",
            "take out the trash",
            "Tue Nov 24, 7:00 PM",
        ),
        ("call mom in the morning", "call mom", "Wed Nov 25, 9:00 AM"),
        (
            "schedule a 5pm meeting tomorrow",
            "schedule a meeting",
            "Wed Nov 25, 5:00 PM",
        ),
        (
            "call kenji 9am in tokyo",
            "call kenji",
            "Wed Nov 25, 9:00 AM Tokyo",
        ),
        (
            "set an alarm for 7am",
            "set an alarm",
            "Wed Nov 25, 7:00 AM",
        ),
        (
            "remind me 30 minutes before my 3:30pm meeting tomorrow",
            "meeting",
            "Wed Nov 25, 3:00 PM",
        ),
        ("trip dec 20 through 27", "trip", "Sun Dec 20 to Sun Dec 27"),
        (
            "retreat friday 5pm to sunday 8pm",
            "retreat",
            "Fri Nov 27, 5:00 PM to Sun Nov 29, 8:00 PM",
        ),
        (
            "workshop tomorrow from 3 to 5",
            "workshop",
            "Wed Nov 25, 3:00 PM to 5:00 PM",
        ),
        ("leave by 5", "leave", "by Tue Nov 24, 5:00 PM"),
        ("rent is due on the 1st", "rent", "by Tue Dec 1"),
        (
            "wrap gifts 3 days before christmas",
            "wrap gifts",
            "Tue Dec 22",
        ),
    ]);
}

#[test]
fn the_rest_keeps_what_only_looks_like_a_time() {
    check(&[
        (
            "watch the 5 o'clock news at 4:45",
            "watch the 5 o'clock news",
            "Tue Nov 24, 4:45 PM",
        ),
        (
            "call 555-123-4567 at 4",
            "call 555-123-4567",
            "Tue Nov 24, 4:00 PM",
        ),
        (
            "buy 3 eggs and 2 lemons at 6pm",
            "buy 3 eggs and 2 lemons",
            "Tue Nov 24, 6:00 PM",
        ),
        (
            "be at 12 main st at 5",
            "be at 12 main st",
            "Tue Nov 24, 5:00 PM",
        ),
        (
            "flight UA 1730 friday at 9am",
            "flight UA 1730",
            "Fri Nov 27, 9:00 AM",
        ),
        (
            "watch game 7 tonight at 8",
            "watch game 7",
            "Tue Nov 24, 8:00 PM",
        ),
        (
            "get the sunday paper on sunday",
            "get the sunday paper",
            "Sun Nov 29",
        ),
        (
            "watch saturday night live saturday at 11pm",
            "watch saturday night live",
            "Sat Nov 28, 11:00 PM",
        ),
        (
            "take bus 42 tomorrow at 8am",
            "take bus 42",
            "Wed Nov 25, 8:00 AM",
        ),
        ("text may on monday", "text may", "Mon Nov 30"),
        ("march forward tomorrow", "march forward", "Wed Nov 25"),
        ("log in tomorrow", "log in", "Wed Nov 25"),
        (
            "turn the heat on at 5",
            "turn the heat on",
            "Tue Nov 24, 5:00 PM",
        ),
        (
            "team lunch tomorrow at noon at Joe's",
            "team lunch at Joe's",
            "Wed Nov 25, 12:00 PM",
        ),
        (
            "remind me tomorrow that the party is on friday at 8",
            "the party is on friday at 8",
            "Wed Nov 25",
        ),
        (
            "drop off the car at 8am at 500 5th ave",
            "drop off the car at 500 5th ave",
            "Wed Nov 25, 8:00 AM",
        ),
    ]);
}

#[test]
fn text_without_a_time_stays_whole() {
    for text in [
        "",
        "tomorrow",
        "meet with Friday",
        "call Friday",
        "buy 2 tickets",
        "call at&t",
        "you may go",
        "march forward",
        "get a second opinion",
        "see the sun",
        "lunch at 12 main st",
        "lunch at 5 guys",
        "go to 7-eleven",
        "24/7 support",
        "room 1730",
        "version 2.5",
        "5 apples",
        "2% milk",
        "call April",
        "email Augusta",
        "send summer plans",
        "read chapter 3 of may's book",
        "black friday shopping",
        "tuesday's report",
        "the 9 o'clock news",
        "watch friday night lights",
        "sunday school supplies",
        "meet mr. monday",
        "buy christmas presents",
        "work 9 to 5",
        "count from 1 to 10",
        "score was 3-1",
        "choose between 3 and 5",
        "bake at 350 for 45 minutes",
        "nap for 20 minutes",
        "meet at the corner of 3rd and 4th",
        "meet jo friday or saturday",
        "soccer tues & thurs at 5",
        "take 2 pills at 8 and 8",
        "not every day is sunday",
        "read the weekly report",
        "see if friday works",
        "ask sam about friday",
        "what i did yesterday",
        "pay on feb 30",
    ] {
        assert_eq!(find(text, &here()), None, "{text}");
    }
}

#[test]
fn a_length_is_said_apart() {
    let found = find("lunch with sam friday 12:30 at Joe's for 45m", &here()).unwrap();
    assert_eq!(found.rest, "lunch with sam at Joe's");
    assert_eq!(found.reading.said, "friday 12:30");
    assert_eq!(found.length, Some(SignedDuration::from_mins(45)));
    assert_eq!(found.lasting.as_deref(), Some("for 45m"));
    let every = find("standup every weekday at 9:30 for 15m", &here()).unwrap();
    assert_eq!(every.rest, "standup");
    assert_eq!(every.length, Some(SignedDuration::from_mins(15)));
}

#[test]
fn a_recurrence_is_found_with_its_time_wherever_that_stands() {
    check(&[
        ("take pills every day at 9", "take pills", "FREQ=DAILY"),
        (
            "remind me every friday to submit my timesheet",
            "submit my timesheet",
            "FREQ=WEEKLY;BYDAY=FR",
        ),
        (
            "pay rent on the 1st of every month at 9am",
            "pay rent",
            "FREQ=MONTHLY;BYMONTHDAY=1",
        ),
        ("take pills at 9 every day", "take pills", "FREQ=DAILY"),
        ("every day take pills at 9am", "take pills", "FREQ=DAILY"),
    ]);
}

#[test]
fn what_stands_beside_an_hour_tells_its_half() {
    check(&[
        (
            "dinner with jo saturday at 8",
            "dinner with jo",
            "Sat Nov 28, 8:00 PM",
        ),
        (
            "breakfast tomorrow at 7",
            "breakfast",
            "Wed Nov 25, 7:00 AM",
        ),
        ("wake me up at 6:30", "wake me up", "Wed Nov 25, 6:30 AM"),
        ("dinner tonight at 7:30", "dinner", "Tue Nov 24, 7:30 PM"),
        ("party saturday at 9am", "party", "Sat Nov 28, 9:00 AM"),
    ]);
}

#[test]
fn what_must_be_asked_and_what_is_past_are_told() {
    let asked = find("remind me sunday at 1 o'clock to call ana", &here()).unwrap();
    assert_eq!(asked.rest, "call ana");
    assert!(asked.reading.doubt.is_some());
    let settled = read_any(&asked.reading.with("pm"), &here()).unwrap();
    assert_eq!(told(&settled.meaning), "Sun Nov 29, 1:00 PM");
    let past = find("call ana today at 2pm", &here()).unwrap();
    assert!(past.past);
    assert!(!find("call ana today at 4pm", &here()).unwrap().past);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Nothing is invented: every word of the rest is one of the text, in its order.
    #[test]
    fn the_rest_is_made_of_the_texts_words(
        text in "(call ana|at|on|friday|tomorrow|5pm|at 5|every day|to|, |in 20 minutes|for 45m|dec 1|the|remind me|lunch|[a-z]{1,5}|!|\\(|\\)| ){0,9}"
    ) {
        if let Some(found) = find(&text, &here()) {
            let mut left = text.split_whitespace().flat_map(|word| word.split(|c: char| c.is_ascii_punctuation()));
            for word in found.rest.split_whitespace().flat_map(|word| word.split(|c: char| c.is_ascii_punctuation())) {
                prop_assert!(word.is_empty() || left.any(|other| other.contains(word)), "{:?} of {:?}", found.rest, text);
            }
        }
    }
}
