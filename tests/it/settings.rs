//! Settings by text and by call: what is heard, what it changes, how reminders go along to another zone, and the way back.

use assistant::skills;
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use serde_json::{Value, json};
use sqlx::Row;

use crate::{
    house::{ANA, House},
    skills::Bench,
};

#[test]
fn what_is_plainly_a_setting_is_heard_without_a_model() {
    for (said, args) in [
        ("my time zone is tokyo", json!({"time_zone": "tokyo"})),
        (
            "My timezone is now Europe/Berlin",
            json!({"time_zone": "Europe/Berlin"}),
        ),
        ("I'm in Berlin now", json!({"time_zone": "Berlin"})),
        (
            "set my timezone to america/chicago",
            json!({"time_zone": "america/chicago"}),
        ),
        ("time zone: new york", json!({"time_zone": "new york"})),
        (
            "i just landed in new york",
            json!({"time_zone": "new york"}),
        ),
        ("i moved to arizona", json!({"time_zone": "arizona"})),
        ("quiet hours 22 to 7", json!({"quiet": "22 to 7"})),
        (
            "set my quiet hours to 10pm-7am",
            json!({"quiet": "10pm-7am"}),
        ),
        ("no quiet hours", json!({"quiet": "none"})),
        ("turn off quiet hours", json!({"quiet": "none"})),
        ("quiet hours off", json!({"quiet": "none"})),
        ("working hours 9-5", json!({"working": "9-5"})),
        ("I work mon-thu 8-16", json!({"working": "mon-thu 8-16"})),
        ("my waking hours are 7 to 23", json!({"waking": "7 to 23"})),
        ("waking hours 7 to 23", json!({"waking": "7 to 23"})),
        ("use 24h", json!({"clock": 24})),
        ("24 hour clock", json!({"clock": 24})),
        ("use 12h", json!({"clock": 12})),
        ("dates day first", json!({"day_first": true})),
        ("month first", json!({"day_first": false})),
    ] {
        let heard = skills::heard(said).map(|(call, _)| (call.tool, call.args));
        assert_eq!(heard, Some(("change_settings".to_owned(), args)), "{said}");
    }
    for said in [
        "settings",
        "my settings",
        "what's my time zone?",
        "quiet hours",
        "show my settings",
    ] {
        let heard = skills::heard(said).map(|(call, _)| call.tool);
        assert_eq!(heard.as_deref(), Some("show_settings"), "{said}");
    }
    for said in [
        "i'm in trouble",
        "i'm in a meeting now",
        "i work hard",
        "i work at the office",
        "my time zone is mordor",
        "quiet please",
        "i moved to the couch",
        "i'm in it now",
        "use the 24 eggs",
    ] {
        let heard = skills::heard(said).map(|(call, _)| call.tool);
        assert!(
            !heard.is_some_and(|tool| tool.ends_with("_settings")),
            "{said}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_shown_changed_and_undone_by_text() {
    let house = House::new().await;
    let ana = house.resident_in(ANA, "America/New_York").await;
    let shown = ana.asks("settings").await;
    assert!(
        shown.starts_with("Settings:\nTime zone America/New_York: it is "),
        "{shown}"
    );
    assert!(
        shown.contains("\nWorking hours Mon-Fri 9:00 AM to 5:00 PM\n"),
        "{shown}"
    );
    assert_eq!(
        ana.asks("quiet hours 22 to 7").await,
        "Quiet hours 10:00 PM to 7:00 AM"
    );
    assert_eq!(ana.asks("use 24h").await, "Clock: 24 hours, like 17:00");
    assert_eq!(
        ana.asks("I work mon-thu 8-16").await,
        "Working hours Mon-Thu 08:00 to 16:00"
    );
    assert_eq!(
        ana.asks("undo").await,
        "Undone: back to Working hours Mon-Fri 09:00 to 17:00"
    );
    assert_eq!(ana.asks("no quiet hours").await, "Quiet hours: none");
    assert_eq!(
        ana.asks("undo").await,
        "Undone: back to Quiet hours 22:00 to 07:00"
    );
    let zone = ana.asks("I'm in Berlin now").await;
    assert!(
        zone.starts_with("Time zone Europe/Berlin: it is "),
        "{zone}"
    );
    let back = ana.asks("undo").await;
    assert!(
        back.starts_with("Undone: back to Time zone America/New_York: it is "),
        "{back}"
    );
    ana.hears_nothing_more().await;
}

/// The planned occurrences of the user: number, wall time, instant.
async fn planned(bench: &Bench) -> Vec<(i32, DateTime, Timestamp, String)> {
    sqlx::query(
        "select r.number, to_char(a.occurrence, 'YYYY-MM-DD\"T\"HH24:MI:SS') as wall,
                to_char(a.due_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') as due, r.zone
         from alarms a join reminders r on r.id = a.reminder_id where a.state = 'planned' order by r.number",
    )
    .fetch_all(&bench.house.db.admin)
    .await
    .expect("rows")
    .into_iter()
    .map(|row| {
        let wall: String = row.get("wall");
        let due: String = row.get("due");
        (
            row.get("number"),
            wall.parse().expect("a wall time"),
            due.parse().expect("an instant"),
            row.get("zone"),
        )
    })
    .collect()
}

async fn remind(bench: &Bench, what: &str, when: &str) {
    bench
        .call(bench.ana, "remind", json!({"what": what, "when": when}))
        .await
        .expect("a reminder");
}

async fn undo(bench: &Bench, inverse: &Value) -> Result<String, String> {
    let mut scope = bench.scope(bench.ana).await;
    let all = skills::all();
    let said = all
        .find("settings")
        .expect("the skill")
        .undo(&mut scope, inverse)
        .await
        .map_err(|why| why.to_string());
    scope.tx.commit().await.expect("committed");
    said
}

#[tokio::test]
async fn a_change_of_zone_takes_floating_reminders_along_and_leaves_fixed_ones() {
    let bench = Bench::new().await;
    remind(&bench, "take pills", "every day at 9am").await;
    remind(&bench, "standup", "every day at 9am tokyo time").await;
    remind(&bench, "drink water", "every 6 hours").await;
    let before = planned(&bench).await;
    let rows = bench.rows(bench.ana).await;

    let done = bench
        .call(
            bench.ana,
            "change_settings",
            json!({"time_zone": "new york"}),
        )
        .await
        .expect("changed");
    assert!(
        done.text().contains("1 reminder moves along, "),
        "{}",
        done.text()
    );

    let after = planned(&bench).await;
    let new_york = TimeZone::get("America/New_York").expect("a zone");
    let (_, wall, due, zone) = &after[0];
    assert_eq!(zone, "America/New_York");
    assert_eq!(new_york.to_timestamp(*wall).expect("an instant"), *due);
    assert_eq!(wall.hour(), 9);
    assert_eq!(after[1], before[1], "nine in Tokyo stays there");
    assert_eq!(after[2], before[2], "six hours stay six hours");

    let inverse = done.receipts[0].inverse.clone().expect("an inverse");
    let said = undo(&bench, &inverse).await.expect("undone");
    assert!(said.contains("1 reminder moves along"), "{said}");
    assert_eq!(planned(&bench).await, before);
    assert_eq!(bench.rows(bench.ana).await, rows);
}

#[tokio::test]
async fn what_was_said_at_nine_is_not_said_again_to_whom_flies_west() {
    let bench = Bench::new().await;
    // due in an hour on the wall of UTC
    let soon = assistant::clock::Clock::default().now() + jiff::SignedDuration::from_hours(1);
    let wall = TimeZone::UTC
        .to_datetime(soon)
        .strftime("%H:%M")
        .to_string();
    remind(&bench, "take pills", &format!("every day at {wall}")).await;
    let (_, said, _, _) = planned(&bench).await[0].clone();
    // it fires: said, and the next one planned
    sqlx::query(
        "with said as (update alarms set state = 'said', fired_at = now() returning *)
         insert into alarms (user_id, reminder_id, occurrence, kind, due_at)
         select user_id, reminder_id, occurrence + interval '1 day', 'occurrence', due_at + interval '1 day' from said",
    )
    .execute(&bench.house.db.admin)
    .await
    .expect("fired");
    bench
        .call(bench.ana, "change_settings", json!({"time_zone": "utc-6"}))
        .await
        .expect("changed");
    let now = planned(&bench).await;
    assert_eq!(now.len(), 1, "the series goes on");
    assert_eq!(
        now[0].1,
        said.checked_add(jiff::Span::new().days(1)).expect("a day")
    );
}

#[tokio::test]
async fn settings_that_make_no_sense_are_refused_and_change_nothing() {
    let bench = Bench::new().await;
    let before = bench.rows(bench.ana).await;
    for args in [
        json!({}),
        json!({"time_zone": "mordor"}),
        json!({"quiet": "late"}),
        json!({"working": "10pm-6am"}),
        json!({"waking": "x"}),
        json!({"clock": 13}),
        json!({"country": "Germany"}),
        json!({"clock": 24, "quiet": "25 to 26"}),
    ] {
        let refused = bench.call(bench.ana, "change_settings", args.clone()).await;
        assert!(refused.is_err(), "{args}");
        assert_eq!(bench.rows(bench.ana).await, before, "{args}");
    }
    let same = bench
        .call(bench.ana, "change_settings", json!({"clock": 12}))
        .await
        .expect("said");
    assert!(same.receipts.is_empty());
    assert!(same.text().contains("so already"), "{}", same.text());
}

#[tokio::test]
async fn an_undo_of_a_setting_leaves_a_later_change_alone() {
    let bench = Bench::new().await;
    let change = |args: Value| bench.call(bench.ana, "change_settings", args);
    let first = change(json!({"quiet": "22 to 7"})).await.expect("changed");
    change(json!({"clock": 24})).await.expect("changed");
    let inverse = first.receipts[0].inverse.clone().expect("an inverse");
    change(json!({"quiet": "23 to 6"})).await.expect("changed");
    let why = undo(&bench, &inverse).await.expect_err("changed since");
    assert!(why.contains("has changed since"), "{why}");
    change(json!({"quiet": "22 to 7"})).await.expect("changed");
    undo(&bench, &inverse).await.expect("as it was left");
    let shown = bench
        .call(bench.ana, "show_settings", json!({}))
        .await
        .expect("shown");
    assert!(shown.text().contains("\n24-hour clock"), "{}", shown.text());
}

#[test]
fn currency_tone_and_name_are_heard_where_they_are_meant() {
    for (said, args) in [
        ("use euros", json!({"currency": "euros"})),
        ("my currency is GBP", json!({"currency": "GBP"})),
        ("set my currency to dollars", json!({"currency": "dollars"})),
        ("switch to yen", json!({"currency": "yen"})),
        ("currency: chf", json!({"currency": "chf"})),
        ("I always pay in pounds", json!({"currency": "pounds"})),
        ("short answers please", json!({"tone": "short"})),
        ("keep your answers short", json!({"tone": "short"})),
        ("be brief", json!({"tone": "short"})),
        ("normal answers", json!({"tone": "normal"})),
        ("tone: normal", json!({"tone": "normal"})),
        ("call me Sam", json!({"name": "Sam"})),
        ("my name is Ana Maria", json!({"name": "Ana Maria"})),
        ("change my name to sam", json!({"name": "sam"})),
        ("forget my name", json!({"name": "none"})),
        ("dates like 31/12", json!({"day_first": true})),
        ("write dates like 12/31", json!({"day_first": false})),
        ("my country is de", json!({"country": "DE"})),
        ("my locale is en-GB", json!({"country": "GB"})),
    ] {
        let heard = skills::heard(said).map(|(call, _)| (call.tool, call.args));
        assert_eq!(heard, Some(("change_settings".to_owned(), args)), "{said}");
    }
    for said in ["what do you know about me?", "who am i", "what's my name?"] {
        let heard = skills::heard(said).map(|(call, _)| call.tool);
        assert_eq!(heard.as_deref(), Some("about_me"), "{said}");
    }
    for said in [
        "call me back",
        "call me tomorrow",
        "call me at 5",
        "call me an uber",
        "call me maybe",
        "call me friday",
        "call me when you land",
        "use the car",
        "use eggs",
        "switch to plan b",
        "my name is on the list",
        "dates like these",
        "dates like 3/4",
        "short on cash",
        "be there at 5",
        "my country is at war",
    ] {
        let heard = skills::heard(said).map(|(call, _)| call.tool);
        assert!(
            !heard.is_some_and(|tool| tool.ends_with("_settings") || tool == "about_me"),
            "{said}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn currency_tone_and_name_are_set_shown_and_undone_by_text() {
    let house = House::new().await;
    let ana = house.resident_in(ANA, "America/New_York").await;
    assert_eq!(ana.asks("use euros").await, "Currency: EUR");
    assert_eq!(ana.asks("call me Sam").await, "Name: Sam");
    assert_eq!(
        ana.asks("use euros").await,
        "Currency: EUR. It was so already."
    );
    assert_eq!(
        ana.asks("use florins of old").await.split(' ').next(),
        Some("I")
    );
    let known = ana.asks("what do you know about me?").await;
    assert!(
        known.starts_with(
            "You are Sam, number ending 0002. America/New_York, en-US, EUR. Working hours Mon-Fri 9:00 AM to 5:00 PM. I keep nothing yet."
        ),
        "{known}"
    );
    ana.asks("add tasks: milk, eggs").await;
    ana.asks("send me my day every day at 7:30").await;
    let known = ana.asks("what do you know about me?").await;
    assert!(known.contains("I keep 1 reminder, 2 tasks."), "{known}");
    assert!(
        known.ends_with("\"who can read this?\" tells who sees your texts."),
        "{known}"
    );
    let settings = ana.asks("settings").await;
    assert!(
        settings.starts_with("Settings:\nName: Sam\nTime zone"),
        "{settings}"
    );
    assert!(
        settings.ends_with("12-hour clock, 3/4 is Mar 4, holidays of US, EUR, normal tone\nDigest: every day at 7:30 AM"),
        "{settings}"
    );
    assert!(
        settings.len() <= 2 * 153,
        "two segments: {}",
        settings.len()
    );
    assert_eq!(ana.asks("short answers").await, "Tone: short");
    let known = ana.asks("what do you know about me?").await;
    assert!(known.ends_with("2 tasks."), "no second sentence: {known}");
    assert_eq!(ana.asks("undo").await, "Undone: back to Tone: normal");
    ana.asks("undo").await;
    ana.asks("undo").await;
    assert_eq!(ana.asks("undo").await, "Undone: back to Name: not set");
    assert_eq!(ana.asks("undo").await, "Undone: back to Currency: USD");
    house.is_at_rest().await;
}
