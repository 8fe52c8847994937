//! Recurrences in words: what each phrase means, and that rules said back are read as the same rules.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use proptest::prelude::*;

use super::{Recurrence, read_words, say};
use crate::when::{Here, Meaning, NotATime, Reading};

fn here() -> Here {
    let now: Timestamp = "2026-11-23T15:15:42Z".parse().unwrap();
    Here::new(now, TimeZone::get("America/New_York").unwrap())
}

fn reading(said: &str) -> Reading {
    read_words(said, &here())
        .unwrap_or_else(|| panic!("{said} is no recurrence"))
        .unwrap_or_else(|why| panic!("{said}: {why}"))
}

fn rule(said: &str) -> Recurrence {
    match reading(said).meaning {
        Meaning::Every { rule, .. } => rule,
        other => panic!("{said}: {other:?}"),
    }
}

#[test]
fn a_recurrence_in_words_is_a_rule_and_its_first_slot() {
    for (said, expected, start) in [
        ("every day at 9am", "FREQ=DAILY", "2026-11-24T09:00"),
        ("daily at 11am", "FREQ=DAILY", "2026-11-23T11:00"),
        ("evry day at 9am", "FREQ=DAILY", "2026-11-24T09:00"),
        (
            "every weekday",
            "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
            "2026-11-24T00:00",
        ),
        (
            "wkdays at 9am",
            "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
            "2026-11-24T09:00",
        ),
        (
            "every mon-fri at 9am",
            "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
            "2026-11-24T09:00",
        ),
        ("weekends", "FREQ=WEEKLY;BYDAY=SA,SU", "2026-11-28T00:00"),
        (
            "every other tuesday",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
            "2026-11-24T00:00",
        ),
        (
            "every second tues",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
            "2026-11-24T00:00",
        ),
        ("every 3 days", "FREQ=DAILY;INTERVAL=3", "2026-11-24T00:00"),
        (
            "every 2 weeks on mon and thu",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH",
            "2026-11-26T00:00",
        ),
        (
            "mondays and wednesdays at 6pm",
            "FREQ=WEEKLY;BYDAY=MO,WE",
            "2026-11-23T18:00",
        ),
        (
            "monthly on the 15th",
            "FREQ=MONTHLY;BYMONTHDAY=15",
            "2026-12-15T00:00",
        ),
        (
            "the 1st and 15th of every month",
            "FREQ=MONTHLY;BYMONTHDAY=1,15",
            "2026-12-01T00:00",
        ),
        (
            "every month on the last day",
            "FREQ=MONTHLY;BYMONTHDAY=-1",
            "2026-11-30T00:00",
        ),
        (
            "last friday of the month",
            "FREQ=MONTHLY;BYDAY=-1FR",
            "2026-11-27T00:00",
        ),
        (
            "first monday of every month",
            "FREQ=MONTHLY;BYDAY=1MO",
            "2026-12-07T00:00",
        ),
        (
            "last weekday of the month",
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            "2026-11-30T00:00",
        ),
        (
            "every year on may 3",
            "FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=3",
            "2027-05-03T00:00",
        ),
        (
            "yearly on christmas",
            "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25",
            "2026-12-25T00:00",
        ),
        (
            "every thanksgiving",
            "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
            "2026-11-26T00:00",
        ),
        (
            "every feb 29",
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
            "2028-02-29T00:00",
        ),
        (
            "every 6 hours",
            "FREQ=HOURLY;INTERVAL=6",
            "2026-11-23T16:15",
        ),
        ("hourly", "FREQ=HOURLY", "2026-11-23T11:15"),
        (
            "every half an hour",
            "FREQ=MINUTELY;INTERVAL=30",
            "2026-11-23T10:45",
        ),
        (
            "every 10 minutes for 2 hours",
            "FREQ=MINUTELY;INTERVAL=10;COUNT=12",
            "2026-11-23T10:25",
        ),
        (
            "every day at 9am, 10 times",
            "FREQ=DAILY;COUNT=10",
            "2026-11-24T09:00",
        ),
        (
            "for the next five days",
            "FREQ=DAILY;UNTIL=20261128T235959",
            "2026-11-24T00:00",
        ),
        (
            "every day for two weeks",
            "FREQ=DAILY;UNTIL=20261207T235959",
            "2026-11-24T00:00",
        ),
        (
            "every friday until dec 24",
            "FREQ=WEEKLY;BYDAY=FR;UNTIL=20261224T235959",
            "2026-11-27T00:00",
        ),
        (
            "every friday at 4pm starting dec 10",
            "FREQ=WEEKLY;BYDAY=FR",
            "2026-12-11T16:00",
        ),
        (
            "every day except sunday",
            "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA",
            "2026-11-24T00:00",
        ),
        (
            "every day at 9am and 9pm",
            "FREQ=DAILY;BYHOUR=9,21",
            "2026-11-23T21:00",
        ),
        (
            "once every 2 days",
            "FREQ=DAILY;INTERVAL=2",
            "2026-11-24T00:00",
        ),
        (
            "first and third monday of every month",
            "FREQ=MONTHLY;BYDAY=1MO,3MO",
            "2026-12-07T00:00",
        ),
        (
            "every jan 1 and jul 1",
            "FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=1",
            "2027-01-01T00:00",
        ),
        (
            "every 12 hours from 8am",
            "FREQ=HOURLY;INTERVAL=12",
            "2026-11-24T08:00",
        ),
        (
            "weekday mornings at 8",
            "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
            "2026-11-24T08:00",
        ),
        (
            "every 30 minutes from 9am to 5pm",
            "FREQ=MINUTELY;INTERVAL=30;BYHOUR=9,10,11,12,13,14,15,16",
            "2026-11-23T10:30",
        ),
        (
            "FREQ=WEEKLY;BYDAY=MO",
            "FREQ=WEEKLY;BYDAY=MO",
            "2026-11-30T10:15",
        ),
    ] {
        let rule = rule(said);
        assert_eq!(rule.rule, expected, "{said}");
        assert_eq!(rule.start, start.parse().unwrap(), "{said}");
    }
}

#[test]
fn what_cannot_be_done_and_what_was_assumed_is_said() {
    for (said, cannot) in [
        ("weekdays at 9am except holidays", "except holidays"),
        ("twice a day", "twice a day"),
        ("3 times a week", "3 times a week"),
        ("every day at 8am and 8:30pm", "at 8:30 PM too"),
    ] {
        assert_eq!(reading(said).cannot, [cannot], "{said}");
    }
    for (said, assumed) in [
        ("every 31st", "months without a 31st are left out"),
        ("every feb 29", "only in leap years"),
        ("every month", "on the 23rd"),
        ("weekly", "on Mondays"),
        ("biweekly on friday", "biweekly is every 2 weeks"),
    ] {
        assert_eq!(reading(said).assumed, [assumed], "{said}");
    }
    assert_eq!(
        rule("every day except dec 25 at 9am").except,
        ["2026-12-25T09:00".parse::<DateTime>().unwrap()]
    );
}

#[test]
fn other_words_are_no_recurrence() {
    for said in [
        "friday",
        "every",
        "ever",
        "every banana",
        "every second",
        "every 5 seconds",
        "every 0 days",
        "every 32nd",
        "call mom every day",
        "each of them",
        "the 15th of the month",
        "first monday of september",
        "last day of the month",
        "10 times",
        "for 2 hours",
        "daily planner",
        "every easter",
        "every few days",
        "monday to friday",
        "mon and tue",
        "every friday on the 3rd",
        "every day weekly",
        "every jan 1 and jul 4",
        "weekdays at 7 except holidays take pills",
        "every day except when away",
        "",
    ] {
        assert_eq!(read_words(said, &here()), None, "{said}");
    }
    assert_eq!(
        read_words("every feb 30", &here()),
        Some(Err(NotATime::NoSuchTime))
    );
    assert_eq!(
        read_words("every day until yesterday", &here()),
        Some(Err(NotATime::Past))
    );
}

#[test]
fn a_rule_is_said_in_a_few_words() {
    for (rule, start, said) in [
        (
            "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
            "2026-11-24T09:00",
            "every weekday at 9:00 AM",
        ),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
            "2026-11-24T17:00",
            "every other Tuesday at 5:00 PM",
        ),
        (
            "FREQ=MONTHLY;BYMONTHDAY=15",
            "2026-12-15T09:00",
            "monthly on the 15th at 9:00 AM",
        ),
        (
            "FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=3",
            "2027-05-03T00:00",
            "every year on May 3",
        ),
        (
            "FREQ=MONTHLY;BYDAY=-1FR",
            "2026-11-27T00:00",
            "last Friday of the month",
        ),
        (
            "FREQ=HOURLY;INTERVAL=6",
            "2026-11-23T16:15",
            "every 6 hours",
        ),
        (
            "FREQ=DAILY;UNTIL=20261224T235959",
            "2026-11-24T09:00",
            "every day at 9:00 AM, until Thu Dec 24",
        ),
        (
            "FREQ=DAILY;COUNT=10",
            "2026-11-24T09:00",
            "every day at 9:00 AM, 10 times",
        ),
        (
            "FREQ=DAILY",
            "2026-12-01T09:00",
            "every day at 9:00 AM, starting Tue Dec 1",
        ),
        (
            "FREQ=YEARLY;BYWEEKNO=3",
            "2027-01-18T09:00",
            "FREQ=YEARLY;BYWEEKNO=3",
        ),
    ] {
        let rule = Recurrence::new(rule, start.parse().unwrap(), Vec::new()).unwrap();
        assert_eq!(say(&rule, &here()), said);
    }
}

fn often() -> impl Strategy<Value = String> {
    let day =
        prop::sample::subsequence(vec!["mon", "tue", "wed", "thu", "fri", "sat", "sun"], 1..7)
            .prop_map(|days| days.join(" and "));
    let nth = prop::sample::select(vec!["first", "second", "third", "fourth", "last"]);
    let weekday = prop::sample::select(vec!["monday", "friday", "sunday"]);
    let month = prop::sample::select(vec!["jan", "feb", "june", "december"]);
    prop_oneof![
        (1..40u8).prop_map(|n| format!("every {n} days")),
        (1..9u8, day).prop_map(|(n, days)| format!("every {n} weeks on {days}")),
        (1..7u8, 1..=31u8).prop_map(|(n, day)| format!("every {n} months on the {day}th")),
        (nth.clone(), weekday.clone()).prop_map(|(nth, day)| format!("{nth} {day} of every month")),
        (1..4u8, nth, weekday, month.clone()).prop_map(|(n, nth, day, month)| format!(
            "every {n} years on the {nth} {day} of {month}"
        )),
        (1..4u8, month, 1..=28u8)
            .prop_map(|(n, month, day)| format!("every {n} years on {month} {day}")),
        Just("last weekday of the month".to_owned()),
        Just("last day of every month".to_owned()),
        Just("every weekday".to_owned()),
        Just("weekends".to_owned()),
    ]
}

fn phrase() -> impl Strategy<Value = String> {
    let time = prop_oneof![
        Just(String::new()),
        (1..=12u8, 0..60u8).prop_map(|(hour, minute)| format!(" at {hour}:{minute:02}am")),
        (1..=12u8).prop_map(|hour| format!(" at {hour}pm")),
        Just(" at 9am and 9pm".to_owned()),
    ];
    let end = prop_oneof![
        Just(String::new()),
        (1..90u8).prop_map(|count| format!(", {count} times")),
        (1..90u8).prop_map(|days| format!(", for {days} days")),
        Just(", until dec 24 2040".to_owned()),
        Just(", starting dec 10".to_owned()),
    ];
    let wall = (often(), time, end.clone()).prop_map(|(often, time, end)| often + &time + &end);
    let runs = (1..90u8, end).prop_map(|(n, end)| match end.contains("times") {
        true => format!("every {n} minutes{end}"),
        false => format!("every {n} hours"),
    });
    prop_oneof![8 => wall, 1 => runs]
}

proptest! {
    #[test]
    fn a_rule_said_back_is_the_same_rule(said in phrase()) {
        if let Some(Ok(Reading { meaning: Meaning::Every { rule, .. }, .. })) = read_words(&said, &here()) {
            let words = say(&rule, &here());
            let again = read_words(&words, &here());
            prop_assert!(
                matches!(&again, Some(Ok(Reading { meaning: Meaning::Every { rule: same, .. }, .. })) if *same == rule),
                "{said} -> {words} -> {again:?}, not {rule:?}"
            );
        } else {
            prop_assert!(said.contains("every") && !said.starts_with("last"), "unread: {}", said);
        }
    }

    #[test]
    fn no_words_break_it(said in "(every|each|daily|on|the|mon|1st|of|month|at|9|for|until|,| |-|/){0,12}") {
        let _ = read_words(&said, &here());
    }
}
