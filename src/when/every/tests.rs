//! Recurrences against counted-out cases and against clocks that are turned.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

use super::Recurrence;

fn wall(text: &str) -> DateTime {
    text.parse().unwrap()
}

fn slots(rule: &str, start: &str, after: &str, most: usize) -> Vec<String> {
    let rule = Recurrence::new(rule, wall(start), Vec::new()).unwrap();
    let after = TimeZone::UTC.to_timestamp(wall(after)).unwrap();
    rule.upcoming(&TimeZone::UTC, after, most)
        .iter()
        .map(|slot| slot.slot.strftime("%Y-%m-%dT%H:%M").to_string())
        .collect()
}

#[test]
fn a_jump_ahead_gives_what_walking_from_the_start_gives() {
    for rule in [
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=DAILY;INTERVAL=7;BYHOUR=9,21",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH",
        "FREQ=WEEKLY;INTERVAL=3;WKST=SU;BYDAY=SU,TU",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR;BYSETPOS=-1",
        "FREQ=MONTHLY",
        "FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=-1",
        "FREQ=MONTHLY;BYDAY=-1FR",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1",
        "FREQ=YEARLY;INTERVAL=2",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=YEARLY;BYWEEKNO=1,53;BYDAY=MO",
        "FREQ=YEARLY;BYDAY=20MO",
        "FREQ=YEARLY;BYYEARDAY=1,-1",
        "FREQ=HOURLY;INTERVAL=5;BYDAY=MO",
        "FREQ=MINUTELY;INTERVAL=45;BYHOUR=9,10",
        "FREQ=HOURLY;INTERVAL=6",
    ] {
        let start = "2016-01-31T10:20";
        let all = slots(rule, start, "2016-01-01T00:00", 10_000);
        for after in ["2016-12-31T23:00", "2017-03-01T09:00", "2017-08-15T10:20"] {
            let expected: Vec<&String> = all
                .iter()
                .filter(|slot| slot.as_str() > after)
                .take(5)
                .collect();
            if expected.len() == 5 {
                let got = slots(rule, start, after, 5);
                assert_eq!(got.iter().collect::<Vec<_>>(), expected, "{rule} {after}");
            }
        }
    }
}

#[test]
fn a_rule_that_never_comes_is_refused_and_a_wrong_one_says_why() {
    for (rule, why) in [
        (
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
            "no day of the calendar",
        ),
        (
            "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
            "no day of the calendar",
        ),
        (
            "FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=31",
            "no day of the calendar",
        ),
        (
            "FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30",
            "no day of the calendar",
        ),
        ("FREQ=SECONDLY", "too often"),
        ("INTERVAL=2", "FREQ is missing"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL=0"),
        ("FREQ=DAILY;COUNT=1000000", "COUNT=1000000"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20270101", "exclude each other"),
        ("FREQ=DAILY;COUNT=2;COUNT=3", "comes twice"),
        ("FREQ=WEEKLY;BYMONTHDAY=3", "BYMONTHDAY"),
        ("FREQ=WEEKLY;BYDAY=2MO", "numbered BYDAY"),
        ("FREQ=WEEKLY;BYDAY=XX", "no weekday"),
        ("FREQ=DAILY;BYFOO=1", "BYFOO"),
        ("FREQ=DAILY;BYSETPOS=1", "BYSETPOS"),
        ("FREQ=DAILY;UNTIL=soon", "UNTIL"),
    ] {
        let error = Recurrence::new(rule, wall("2026-11-23T09:00"), Vec::new()).unwrap_err();
        assert!(error.0.contains(why), "{rule}: {error}");
    }
    let all = |most: i32| {
        (0..most)
            .map(|n| n.to_string())
            .collect::<Vec<_>>()
            .join(",")
    };
    let flood = format!(
        "FREQ=YEARLY;BYDAY=MO;BYHOUR={};BYMINUTE={}",
        all(24),
        all(60)
    );
    let error = Recurrence::new(&flood, wall("2026-11-23T09:00"), Vec::new()).unwrap_err();
    assert!(error.0.contains("too many"), "{error}");
    let many = format!("FREQ=DAILY;BYHOUR={}", vec!["1"; 400].join(","));
    assert!(Recurrence::new(&many, wall("2026-11-23T09:00"), Vec::new()).is_err());
}

#[test]
fn one_rule_has_one_form() {
    for (said, kept) in [
        (
            "byday=th,mo;freq=weekly;interval=2",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH",
        ),
        ("RRULE:FREQ=DAILY;INTERVAL=1;WKST=MO", "FREQ=DAILY"),
        ("FREQ=MONTHLY;BYDAY=+1MO", "FREQ=MONTHLY;BYDAY=1MO"),
        (
            "FREQ=DAILY;UNTIL=20261224",
            "FREQ=DAILY;UNTIL=20261224T235959",
        ),
        (
            "FREQ=DAILY;UNTIL=20261224T090000Z;BYHOUR=9,8,9",
            "FREQ=DAILY;BYHOUR=8,9;UNTIL=20261224T090000",
        ),
    ] {
        let rule = Recurrence::new(said, wall("2026-11-23T09:00"), Vec::new()).unwrap();
        assert_eq!(rule.rule, kept);
        assert_eq!(Recurrence::new(kept, rule.start, Vec::new()), Ok(rule));
    }
}

#[test]
fn a_minutely_rule_that_began_years_ago_answers_at_once() {
    let after = "2026-11-23T09:00";
    for rule in ["FREQ=MINUTELY", "FREQ=MINUTELY;BYHOUR=9", "FREQ=DAILY"] {
        let start = std::time::Instant::now();
        assert_eq!(slots(rule, "1990-01-01T00:00", after, 3).len(), 3);
        assert!(start.elapsed().as_millis() < 200, "{rule}");
    }
}

#[test]
fn no_rule_runs_on() {
    for rule in [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=31",
        "FREQ=WEEKLY;INTERVAL=9999;BYMONTH=2;BYDAY=MO",
        "FREQ=DAILY;INTERVAL=7;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=YEARLY;BYYEARDAY=366;BYMONTH=1",
        "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6",
        "FREQ=HOURLY;INTERVAL=7;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=1",
    ] {
        let start = std::time::Instant::now();
        if let Ok(rule) = Recurrence::new(rule, wall("2026-11-23T09:00"), Vec::new()) {
            rule.upcoming(&TimeZone::UTC, Timestamp::UNIX_EPOCH, 1_000);
        }
        let took = start.elapsed();
        assert!(took.as_secs() < 3, "{rule}: {took:?}");
    }
}

#[test]
fn counts_dates_and_exceptions_end_or_thin_a_series() {
    let zone = TimeZone::UTC;
    let before = Timestamp::UNIX_EPOCH;
    let left = |rule: &Recurrence| rule.upcoming(&zone, before, 100).len();
    let ten = Recurrence::new("FREQ=DAILY;COUNT=10", wall("2026-11-23T09:00"), Vec::new()).unwrap();
    assert_eq!(left(&ten), 10);
    let nine = ten.without(wall("2026-11-25T09:00"));
    assert_eq!(left(&nine), 9);
    let cut = nine.with_until(wall("2026-11-27T08:59:59"));
    assert_eq!(cut.rule, "FREQ=DAILY;UNTIL=20261126T090000");
    assert_eq!(left(&cut), 3);
    assert!(cut.ended(&zone, "2026-11-26T09:00:00Z".parse().unwrap()));
    let none = ten.with_until(wall("2026-11-01T00:00"));
    assert!(none.ended(&zone, before));
    assert!(Recurrence::new(&none.rule, none.start, Vec::new()).is_ok());
    let hours = Recurrence::new(
        "FREQ=HOURLY;INTERVAL=6;COUNT=4",
        wall("2026-11-23T09:00"),
        vec![],
    )
    .unwrap();
    assert_eq!(
        hours.with_until(wall("2026-11-23T20:00")).rule,
        "FREQ=HOURLY;INTERVAL=6;UNTIL=20261123T150000"
    );
    let span = ten.between(
        &zone,
        (
            "2026-11-24T09:00:00Z".parse().unwrap(),
            "2026-11-26T09:00:00Z".parse().unwrap(),
        ),
        100,
    );
    assert_eq!(span.len(), 2);
}
