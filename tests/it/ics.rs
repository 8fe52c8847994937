//! iCalendar against an implementation that is not ours (PyPI `icalendar` and `recurring-ical-events`): what it reads in our
//! file is what we meant, and what we read in its file is what it meant. See fixtures/make_ics.py.

use assistant::{
    clock::Clock,
    skills::calendar::{
        event::{Event, Timing, expand},
        ics::{self, import},
        store,
    },
};
use jiff::{
    Timestamp,
    civil::{DateTime, datetime},
    tz::TimeZone,
};
use serde_json::{Value, json};

use crate::skills::Bench;

const OURS: &str = include_str!("../../fixtures/ics/export.ics");
const OURS_READ: &str = include_str!("../../fixtures/ics/export.json");
const THEIRS: &str = include_str!("../../fixtures/ics/python.ics");
const THEIRS_READ: &str = include_str!("../../fixtures/ics/python.json");

const YORK: &str = "America/New_York";

fn york() -> TimeZone {
    TimeZone::get(YORK).expect("a zone")
}

fn event(uid: &str, title: &str, zone: &str, (from, to): (DateTime, DateTime)) -> Event {
    let time = Timing {
        all_day: false,
        starts_at: from,
        ends_at: to,
        zone: zone.into(),
        floating: false,
        rule: None,
    };
    let now: Timestamp = "2026-11-23T15:15:00Z".parse().expect("an instant");
    let mut event = Event::new(title, &time, now);
    event.uid = format!("{uid}@ours");
    event
}

fn days(uid: &str, title: &str, (from, to): (DateTime, DateTime)) -> Event {
    let mut event = event(uid, title, YORK, (from, to));
    event.all_day = true;
    event.floating = true;
    event
}

fn at(month: i8, day: i8, hour: i8, minute: i8) -> DateTime {
    let year = if month >= 10 { 2026 } else { 2027 };
    datetime(year, month, day, hour, minute, 0, 0)
}

/// Something of everything that an event can be.
fn some_events() -> Vec<Event> {
    let mut lunch = event(
        "lunch",
        "Lunch, with; \"Sam\" \\ and Zo\u{eb} \u{1f382}",
        YORK,
        (at(11, 27, 12, 30), at(11, 27, 13, 15)),
    );
    lunch.place = "Joe's; back room, left".into();
    lunch.notes = format!(
        "line one\nline two, {}",
        "\u{e4}\u{f6}\u{fc} long ".repeat(30)
    );
    lunch.attendees = vec![
        "Sam O'Neil".into(),
        "Ana \"the\" Boss ^^n".into(),
        "Bob, Jr: II; x".into(),
    ];
    lunch.buffer_minutes = 15;
    let mut standup = event(
        "standup",
        "standup",
        YORK,
        (at(10, 26, 9, 0), at(10, 26, 9, 15)),
    );
    standup.rule = Some("FREQ=WEEKLY;BYDAY=MO,WE,FR".into());
    standup.except_at = vec![at(11, 4, 9, 0), at(11, 25, 9, 0)];
    let mut late = event(
        "standup",
        "late standup",
        YORK,
        (at(11, 25, 11, 0), at(11, 25, 11, 30)),
    );
    late.series_id = Some(standup.id);
    late.original_at = Some(at(11, 25, 9, 0));
    let mut until = event(
        "until",
        "until",
        YORK,
        (at(11, 28, 22, 0), at(11, 29, 1, 0)),
    );
    until.rule = Some("FREQ=DAILY;UNTIL=20261204T220000".into());
    let mut counted = event(
        "counted",
        "counted",
        "Asia/Tokyo",
        (at(11, 28, 9, 0), at(11, 28, 10, 0)),
    );
    counted.rule = Some("FREQ=DAILY;INTERVAL=2;COUNT=5".into());
    counted.except_at = vec![at(11, 30, 9, 0)];
    let mut vacation = days("vacation", "vacation", (at(12, 20, 0, 0), at(12, 28, 0, 0)));
    vacation.busy = false;
    let mut birthday = days(
        "birthday",
        "birthday",
        (
            datetime(2000, 12, 5, 0, 0, 0, 0),
            datetime(2000, 12, 6, 0, 0, 0, 0),
        ),
    );
    birthday.rule = Some("FREQ=YEARLY".into());
    let mut weeks = days("weeks", "week by week", (at(12, 7, 0, 0), at(12, 9, 0, 0)));
    weeks.rule = Some("FREQ=WEEKLY;UNTIL=20261221T235959".into());
    let mut floating = event(
        "floating",
        "floating",
        YORK,
        (at(12, 2, 9, 0), at(12, 2, 9, 30)),
    );
    floating.floating = true;
    let moment = event(
        "moment",
        "moment",
        "Europe/Berlin",
        (at(12, 3, 9, 0), at(12, 3, 9, 0)),
    );
    let utc = event("utc", "utc", "UTC", (at(1, 5, 15, 0), at(1, 5, 16, 30)));
    vec![
        lunch, standup, late, until, counted, vacation, birthday, weeks, floating, moment, utc,
    ]
}

/// A time as the script writes it: a date, a local time, or an instant.
fn said(event: &Event, wall: DateTime, instant: Timestamp) -> String {
    if event.all_day {
        wall.date().to_string()
    } else if event.floating {
        wall.to_string()
    } else {
        instant.to_string()
    }
}

/// What the script says about an event, said by us.
fn seen(event: &Event, zone: &TimeZone) -> Value {
    let first = event.at(event.starts_at, zone);
    json!({
        "uid": event.uid,
        "summary": event.title,
        "location": event.place,
        "description": event.notes,
        "attendees": event.attendees,
        "start": said(event, event.starts_at, first.from),
        "end": said(event, event.ends_at, first.to),
        "original": event.original_at.map(|slot| said(event, slot, event.at(slot, zone).from)),
        "busy": event.busy,
        "sequence": event.sequence,
        "again": event.rule.is_some(),
    })
}

/// Every time from November to January, as the script lists them.
fn times(events: &[Event], zone: &TimeZone) -> Vec<Value> {
    let midnight = |day: DateTime| assistant::when::resolve(day, zone).at;
    let (from, to) = (midnight(at(11, 1, 0, 0)), midnight(at(2, 1, 0, 0)));
    let mut found: Vec<[String; 3]> = expand(events, zone, from, to)
        .into_iter()
        .map(|(event, o)| {
            let long = event.starts_at.duration_until(event.ends_at);
            [
                said(event, o.slot, o.from),
                said(event, o.slot.saturating_add(long), o.to),
                event.title.clone(),
            ]
        })
        .collect();
    found.sort();
    found.into_iter().map(|row| json!(row)).collect()
}

fn compare(events: &[Event], zone: &TimeZone, read: &str) {
    let read: Value = serde_json::from_str(read).expect("JSON");
    let listed = read["events"].as_array().expect("events");
    assert_eq!(listed.len(), events.len());
    for theirs in listed {
        let mut theirs = theirs.clone();
        let again = !theirs["rule"].is_null();
        let fields = theirs.as_object_mut().expect("an object");
        fields.remove("rule");
        fields.insert("again".into(), json!(again));
        let ours = events
            .iter()
            .map(|event| seen(event, zone))
            .find(|ours| ours["uid"] == theirs["uid"] && ours["original"] == theirs["original"])
            .unwrap_or_else(|| panic!("{theirs} is missing"));
        assert_eq!(ours, theirs);
    }
    let found = times(events, zone);
    let expected = read["times"].as_array().expect("times");
    for (ours, theirs) in found.iter().zip(expected) {
        assert_eq!(ours, theirs);
    }
    assert_eq!(found.len(), expected.len());
    assert!(found.len() > 25, "{}", found.len());
}

#[test]
fn what_we_write_is_read_by_another_program_as_we_meant_it() {
    let events = some_events();
    let written = ics::write(&events, &york());
    if crate::house::env("WRITE_FIXTURES").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/ics/export.ics");
        std::fs::write(path, &written).expect("written");
    }
    assert_eq!(
        written, OURS,
        "make fixtures/ics/export.ics anew: WRITE_FIXTURES=1, then fixtures/make_ics.py"
    );
    assert!(written.split("\r\n").all(|line| line.len() <= 75));
    compare(&events, &york(), OURS_READ);
    let zones: Value = serde_json::from_str(OURS_READ).expect("JSON");
    assert_eq!(
        zones["zones"],
        json!(["America/New_York", "Asia/Tokyo", "Europe/Berlin"]),
        "each zone is defined once"
    );
}

#[tokio::test]
async fn what_another_program_writes_is_read_as_it_meant_it() {
    let bench = Bench::new().await;
    let mut scope = bench.scope(bench.ana).await;
    scope.zone = york();
    let file = ics::read(THEIRS.as_bytes(), &scope.zone, scope.now).expect("a calendar");
    assert_eq!(
        (file.alarms, file.refused.len()),
        (1, 0),
        "{:?}",
        file.refused
    );
    let done = import::keep(&mut scope, file).await.expect("kept");
    assert_eq!((done.changed, done.unchanged), (0, 0));
    let events = store::list(&mut scope.tx, 100).await.expect("events");
    assert_eq!(done.added, events.len());
    compare(&events, &york(), THEIRS_READ);
    // the same file again changes nothing
    let file = ics::read(THEIRS.as_bytes(), &scope.zone, scope.now).expect("a calendar");
    let again = import::keep(&mut scope, file).await.expect("kept");
    assert_eq!(
        (again.added, again.changed, again.unchanged),
        (0, 0, events.len())
    );
    scope.tx.commit().await.expect("committed");
}

#[tokio::test]
async fn what_we_write_we_read_back_the_same() {
    let bench = Bench::new().await;
    let mut scope = bench.scope(bench.ana).await;
    scope.zone = york();
    for text in [OURS, THEIRS] {
        let file = ics::read(text.as_bytes(), &scope.zone, scope.now).expect("a calendar");
        import::keep(&mut scope, file).await.expect("kept");
    }
    let kept = store::list(&mut scope.tx, 100).await.expect("events");
    let out = ics::write(&kept, &scope.zone);
    let file = ics::read(out.as_bytes(), &scope.zone, scope.now).expect("a calendar");
    assert!(file.refused.is_empty(), "{:?}", file.refused);
    let again = import::keep(&mut scope, file).await.expect("kept");
    assert_eq!(
        (again.added, again.changed, again.unchanged),
        (0, 0, kept.len())
    );
    scope.tx.commit().await.expect("committed");
}

#[test]
fn zones_of_outlook_and_others_are_known_and_what_is_not_kept_is_told() {
    let now = Clock::default().now();
    let read = |event: &str| {
        let text = format!(
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:x\nSUMMARY:x\n{event}\nEND:VEVENT\nEND:VCALENDAR\n"
        );
        ics::read(text.as_bytes(), &york(), now).expect("a calendar")
    };
    for (start, zone) in [
        (
            "DTSTART;TZID=W. Europe Standard Time:20261127T090000",
            "Europe/Berlin",
        ),
        (
            "DTSTART;TZID=\"Pacific Standard Time\":20261127T090000",
            "America/Los_Angeles",
        ),
        (
            "DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Paris:20261127T090000",
            "Europe/Paris",
        ),
        ("DTSTART:20261127T090000Z", "UTC"),
        ("DTSTART:20261127T090000", YORK),
    ] {
        let file = read(start);
        assert!(file.refused.is_empty(), "{start}: {:?}", file.refused);
        assert_eq!(file.events[0].event.zone, zone, "{start}");
    }
    for (event, why) in [
        ("DTSTART;TZID=Mars:20261127T090000", "line 5"),
        ("DTSTART:20261327T090000", "line 5"),
        ("SUMMARY:no start", "line 2"),
        ("DTSTART:20261127T090000\nDTEND:20261127T080000", "line 2"),
        ("DTSTART:20261127T090000\nRRULE:FREQ=SECONDLY", "line 6"),
        ("DTSTART:20261127T090000\nRDATE:20261128T090000", "line 6"),
        ("DTSTART:20261127T090000\nDURATION:PT", "line 6"),
        ("DTSTART:20261127T090000\nDURATION:-PT1H", "line 6"),
    ] {
        let file = read(event);
        assert_eq!(file.events.len(), 0, "{event}");
        assert!(
            file.refused[0].starts_with(why),
            "{event}: {:?}",
            file.refused
        );
    }
}
