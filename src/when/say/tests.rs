//! What is said reads back as the same value: moments, days, spans and lengths, in many zones and ways of writing.

use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{DateTime, date},
    tz::TimeZone,
};
use proptest::prelude::*;

use super::*;
use crate::when::{Habits, Meaning, read, read_any, read_span};

const ZONES: &[&str] = &[
    "America/New_York",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "America/St_Johns",
    "America/Argentina/Buenos_Aires",
    "America/Indiana/Knox",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Lisbon",
    "Africa/Cairo",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Apia",
    "Pacific/Chatham",
    "UTC",
];

fn zone_named(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn here_at(now: DateTime, zone: &str) -> Here {
    let zone = zone_named(zone);
    let now = now.to_zoned(zone.clone()).unwrap().timestamp();
    Here::new(now, zone)
}

fn any_here() -> impl Strategy<Value = Here> {
    let now = 1_577_836_800..2_208_988_800_i64;
    (
        now,
        prop::sample::select(ZONES),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(now, zone, is_british, long)| {
            let mut here = Here::new(Timestamp::from_second(now).unwrap(), zone_named(zone));
            here.habits = Habits {
                locale: if is_british { "en-GB" } else { "en-US" }.to_owned(),
                hours: if long {
                    Hours::TwentyFour
                } else {
                    Hours::Twelve
                },
                ..Habits::default()
            };
            here
        })
}

/// Minutes from now that a wall time lies: mostly near, some years at most.
fn any_distance() -> impl Strategy<Value = i64> {
    prop_oneof![
        -3_000..3_000_i64,
        -600_000..600_000_i64,
        -2_000_000..2_000_000_i64
    ]
}

fn wall_near(here: &Here, minutes: i64) -> DateTime {
    let now = here.wall().with().second(0).subsec_nanosecond(0).build();
    now.unwrap().saturating_add(minutes.minutes())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_moment_reads_back(here in any_here(), minutes in any_distance(), named in prop::option::of(prop::sample::select(ZONES))) {
        let wall = wall_near(&here, minutes);
        let said = match named.filter(|name| zone_named(name) != here.zone) {
            Some(name) => Moment::fixed(wall, zone_named(name)),
            None => Moment::floating(wall, &here),
        };
        let words = moment(&said, &here);
        let reading = read_any(&words, &here);
        let Ok(Meaning::At(read)) = reading.as_ref().map(|reading| &reading.meaning) else {
            return Err(TestCaseError::fail(format!("{words:?}: {reading:?}")));
        };
        prop_assert_eq!((read.at, read.wall, &read.zone, read.binding), (said.at, said.wall, &said.zone, said.binding), "{}", words);
        prop_assert!(reading.unwrap().doubt.is_none());
    }

    #[test]
    fn a_day_reads_back(here in any_here(), days in -40_000..40_000_i64) {
        let said = here.today().saturating_add(days.days());
        let words = day(said, &here);
        prop_assert_eq!(read(&words, &here).map(|reading| reading.meaning), Ok(Meaning::Day(said)), "{}", words);
    }

    #[test]
    fn days_in_a_row_read_back(here in any_here(), days in -800..800_i64, many in 1..400_i64) {
        let from = here.today().saturating_add(days.days());
        let said = Span::Days { from, to: from.saturating_add(many.days()) };
        let words = span(&said, &here);
        prop_assert_eq!(read_span(&words, &here), Ok(said), "{}", words);
    }

    #[test]
    fn a_stretch_of_time_reads_back(here in any_here(), minutes in any_distance(), many in 1..20_000_i64, named in prop::option::of(prop::sample::select(ZONES))) {
        let wall = wall_near(&here, minutes);
        let ends = |wall| match named.filter(|name| zone_named(name) != here.zone) {
            Some(name) => Moment::fixed(wall, zone_named(name)),
            None => Moment::floating(wall, &here),
        };
        let (from, to) = (ends(wall), ends(wall.saturating_add(many.minutes())));
        prop_assume!(from.at < to.at && from.wall < to.wall);
        let words = span(&Span::Times { from: from.clone(), to: to.clone() }, &here);
        let read = read_span(&words, &here);
        let Ok(Span::Times { from: began, to: ended }) = &read else {
            return Err(TestCaseError::fail(format!("{words:?}: {read:?}")));
        };
        prop_assert_eq!((began.at, ended.at, &began.zone), (from.at, to.at, &from.zone), "{}", words);
    }

    #[test]
    fn a_length_reads_back(here in any_here(), seconds in prop_oneof![1..8_000_000_i64, (1..100_000_i64).prop_map(|minutes| minutes * 60)]) {
        let said = SignedDuration::from_secs(seconds);
        let words = length(said);
        prop_assert_eq!(read(&words, &here).map(|reading| reading.meaning), Ok(Meaning::Length(said)), "{}", words);
    }
}

#[test]
fn values_are_said_shortly() {
    let mut here = here_at(date(2026, 11, 24).at(15, 0, 0, 0), "America/New_York");
    let at = |zone: &str, wall: DateTime| Moment::fixed(wall, zone_named(zone));
    let five = date(2026, 11, 24).at(17, 0, 0, 0);
    assert_eq!(
        moment(&Moment::floating(five, &here), &here),
        "Tue Nov 24, 5:00 PM"
    );
    assert_eq!(
        moment(&at("Asia/Tokyo", date(2026, 11, 24).at(9, 0, 0, 0)), &here),
        "Tue Nov 24, 9:00 AM Tokyo"
    );
    assert_eq!(
        moment(
            &Moment::floating(date(2027, 1, 5).at(17, 0, 0, 0), &here),
            &here
        ),
        "Tue Jan 5 2027, 5:00 PM"
    );
    assert_eq!(length(SignedDuration::from_mins(90)), "1 h 30 min");
    let days = |from, to| span(&Span::Days { from, to }, &here);
    assert_eq!(
        days(date(2026, 11, 28), date(2026, 11, 30)),
        "Sat Nov 28 to Sun Nov 29"
    );
    assert_eq!(days(date(2026, 11, 28), date(2026, 11, 29)), "Sat Nov 28");
    here.habits.hours = Hours::TwentyFour;
    assert_eq!(
        moment(&Moment::floating(five, &here), &here),
        "Tue Nov 24, 17:00"
    );
}

#[test]
fn a_clock_change_is_said() {
    let here = here_at(date(2027, 3, 1).at(9, 0, 0, 0), "America/New_York");
    let said = |wall| shifted(&Moment::floating(wall, &here), &here);
    assert_eq!(
        said(date(2027, 3, 14).at(2, 30, 0, 0)).as_deref(),
        Some("There is no 2:30 AM that day (clocks go forward), so I took 3:00 AM.")
    );
    assert_eq!(
        said(date(2027, 11, 7).at(1, 30, 0, 0)).as_deref(),
        Some("1:30 AM comes twice that day; I took the first.")
    );
    assert_eq!(said(date(2027, 11, 7).at(9, 0, 0, 0)), None);
}
