//! Events over REST: the same rules, receipts and undo as by text; occurrences; the feed.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    calendar::clock_at,
    client::{Client, problem},
    house::{ANA, BEN, House, Plan},
};

const EVENTS: &str = "/api/v1/me/events";
const FEED: &str = "/api/v1/me/calendar/feed";

async fn house() -> House {
    Plan::default()
        .clock(&clock_at("2026-11-23T10:15:00-05:00"))
        .build()
        .await
}

fn one(event: &Value) -> String {
    format!("{EVENTS}/{}", event["id"].as_str().expect("an id"))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_created_read_changed_and_deleted() {
    let house = house().await;
    let ana = house.resident(ANA).await;
    let client = Client::of(&ana).await;
    let made = json!({"title": " lunch  with sam ", "place": "Joe's", "attendees": ["sam"],
        "starts_at": "2026-11-27T12:30:00", "ends_at": "2026-11-27T13:15:00", "buffer_minutes": 15});
    let event = client.asks(Method::POST, EVENTS, made, 201).await;
    assert_eq!(
        (&event["label"], &event["title"]),
        (&json!("E1"), &json!("lunch with sam"))
    );
    assert_eq!(
        (&event["zone"], &event["starts"], &event["floating"]),
        (
            &json!("America/New_York"),
            &json!("2026-11-27T17:30:00Z"),
            &json!(false)
        )
    );
    assert_eq!(
        client
            .asks(Method::GET, &one(&event), Value::Null, 200)
            .await,
        event
    );
    let moved = json!({"starts_at": "2026-11-27T13:00:00", "place": null});
    let changed = client.asks(Method::PATCH, &one(&event), moved, 200).await;
    assert_eq!(
        (&changed["ends_at"], &changed["place"], &changed["title"]),
        (
            &json!("2026-11-27T13:45:00"),
            &Value::Null,
            &json!("lunch with sam")
        ),
        "it keeps its length, and null takes the place away"
    );
    let same = json!({"title": "lunch with sam"});
    let again = client.asks(Method::PATCH, &one(&event), same, 200).await;
    assert_eq!(again, changed);
    assert_eq!(
        house.db.count("select count(*) from ledger").await,
        2,
        "one receipt a change"
    );
    client
        .asks(Method::DELETE, &one(&event), Value::Null, 204)
        .await;
    client
        .asks(Method::GET, &one(&event), Value::Null, 404)
        .await;
    assert_eq!(
        ana.asks("undo").await,
        "Undone: put back E1 Fri Nov 27, 1:00-1:45 PM lunch with sam"
    );
    assert_eq!(
        client
            .asks(Method::GET, &one(&event), Value::Null, 200)
            .await,
        changed
    );
    // nobody else's
    let ben = house.resident(BEN).await;
    let other = Client::of(&ben).await;
    other
        .asks(Method::GET, &one(&event), Value::Null, 404)
        .await;
    other
        .asks(Method::DELETE, &one(&event), Value::Null, 404)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_a_400_that_names_the_field() {
    let house = house().await;
    let ana = house.resident(ANA).await;
    let client = Client::of(&ana).await;
    for (body, field) in [
        (
            json!({"title": "", "starts_at": "2026-11-27T12:30:00"}),
            "title",
        ),
        (
            json!({"title": "x", "starts_at": "2026-11-27T12:30:00", "ends_at": "2026-11-27T12:00:00"}),
            "ends_at",
        ),
        (
            json!({"title": "x", "starts_at": "2026-11-27T12:30:00", "all_day": true}),
            "all_day",
        ),
        (
            json!({"title": "x", "starts_at": "2026-11-27T12:30:00", "zone": "Mars/Olympus"}),
            "zone",
        ),
        (
            json!({"title": "x", "starts_at": "2026-11-27T12:30:00", "rule": "FREQ=SOMETIMES"}),
            "rule",
        ),
        (
            json!({"title": "x", "starts_at": "2026-11-27T12:30:00", "buffer_minutes": -1}),
            "buffer_minutes",
        ),
        (
            json!({"title": "x", "starts_at": "9999-11-27T12:30:00"}),
            "starts_at",
        ),
        (json!({"title": "x", "starts_at": "nonsense"}), "starts_at"),
    ] {
        let answer = client.send(Method::POST, EVENTS, Some(&body)).await;
        let said = problem(answer, 400, "bad-request").await;
        assert!(
            said["detail"].as_str().expect("detail").contains(field),
            "{body}: {said}"
        );
    }
    for query in [
        "?from=2026-11-23",
        "?from=x&to=y",
        "?limit=0",
        "?nonsense=1",
    ] {
        client
            .asks(Method::GET, &format!("{EVENTS}{query}"), Value::Null, 400)
            .await;
    }
    assert_eq!(house.db.count("select count(*) from events").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stretch_of_time_lists_occurrences_and_one_of_them_can_be_changed() {
    let house = house().await;
    let ana = house.resident(ANA).await;
    let client = Client::of(&ana).await;
    let made = json!({"title": "standup", "starts_at": "2026-11-23T09:00:00", "ends_at": "2026-11-23T09:15:00",
        "rule": "FREQ=DAILY"});
    let event = client.asks(Method::POST, EVENTS, made, 201).await;
    let week = format!("{EVENTS}?from=2026-11-23&to=2026-11-26");
    let listed = client.asks(Method::GET, &week, Value::Null, 200).await;
    let slots = |page: &Value| -> Vec<String> {
        let items = page["items"].as_array().expect("items");
        items
            .iter()
            .map(|e| e["starts_at"].as_str().expect("a time").to_owned())
            .collect()
    };
    assert_eq!(
        slots(&listed),
        [
            "2026-11-23T09:00:00",
            "2026-11-24T09:00:00",
            "2026-11-25T09:00:00"
        ]
    );
    let second = listed["items"][1]["occurrence"]
        .as_str()
        .expect("an occurrence");
    let part = format!("{}?which=this&occurrence={second}", one(&event));
    let alone = client
        .asks(
            Method::PATCH,
            &part,
            json!({"starts_at": "2026-11-24T11:00:00"}),
            200,
        )
        .await;
    assert_eq!(
        (&alone["series_id"], &alone["label"]),
        (&event["id"], &json!("E2"))
    );
    assert_eq!(alone["original_at"], json!(second));
    let listed = client.asks(Method::GET, &week, Value::Null, 200).await;
    assert_eq!(
        slots(&listed),
        [
            "2026-11-23T09:00:00",
            "2026-11-24T11:00:00",
            "2026-11-25T09:00:00"
        ]
    );
    client
        .asks(
            Method::DELETE,
            &format!("{}?which=this", one(&event)),
            Value::Null,
            400,
        )
        .await;
    let wrong = format!("{}?which=this&occurrence=2026-11-24T10:00:00", one(&event));
    client.asks(Method::DELETE, &wrong, Value::Null, 400).await;
    let from = format!(
        "{}?which=following&occurrence=2026-11-24T09:00:00",
        one(&event)
    );
    client.asks(Method::DELETE, &from, Value::Null, 204).await;
    let listed = client.asks(Method::GET, &week, Value::Null, 200).await;
    assert_eq!(
        slots(&listed),
        ["2026-11-23T09:00:00"],
        "what was changed alone goes with it"
    );
    ana.asks("undo").await;
    let listed = client.asks(Method::GET, &week, Value::Null, 200).await;
    assert_eq!(slots(&listed).len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_is_read_with_its_secret_alone_until_it_is_revoked() {
    let house = house().await;
    let ana = house.resident(ANA).await;
    let client = Client::of(&ana).await;
    ana.asks("dentist tomorrow at 3pm for 1 hour").await;
    let feed = client.asks(Method::POST, FEED, Value::Null, 201).await;
    let url = feed["url"].as_str().expect("a url");
    let path = |url: &str| url[url.find("/api/").expect("a path")..].to_owned();
    let get = async |path: &str| {
        let url = format!("{}{path}", house.url());
        house.http().get(url).send().await.expect("an answer")
    };
    let first = path(url);
    let answer = get(&first).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(
        answer.headers()["content-type"],
        "text/calendar; charset=utf-8"
    );
    assert!(
        answer.headers()["cache-control"]
            .to_str()
            .expect("text")
            .starts_with("private")
    );
    let text = answer.text().await.expect("text");
    assert!(
        text.contains("SUMMARY:dentist") && text.contains("TZID:America/New_York"),
        "{text}"
    );
    // the secret opens nothing else, and is not kept
    let secret = first.rsplit('=').next().expect("a secret");
    assert!(secret.len() >= 43, "256 bits: {secret}");
    let elsewhere = get(&format!("{EVENTS}?token={secret}")).await;
    assert_eq!(elsewhere.status(), 401);
    let as_bearer = house
        .http()
        .get(format!("{}{EVENTS}", house.url()))
        .bearer_auth(secret);
    assert_eq!(as_bearer.send().await.expect("an answer").status(), 401);
    let kept = house
        .db
        .count("select count(*) from calendar_feeds where octet_length(token_hash) = 32")
        .await;
    assert_eq!(kept, 1);
    problem(
        get("/api/v1/me/calendar.ics?token=wrong").await,
        404,
        "not-found",
    )
    .await;
    problem(get("/api/v1/me/calendar.ics").await, 401, "unauthorized").await;
    // a second address replaces the first
    let again = client.asks(Method::POST, FEED, Value::Null, 201).await;
    let second = path(again["url"].as_str().expect("a url"));
    assert_eq!(get(&first).await.status(), 404);
    assert_eq!(get(&second).await.status(), 200);
    client.asks(Method::DELETE, FEED, Value::Null, 204).await;
    problem(get(&second).await, 404, "not-found").await;
    client.asks(Method::DELETE, FEED, Value::Null, 404).await;
    // with the bearer token as well
    let own = client
        .send(Method::GET, "/api/v1/me/calendar.ics", None)
        .await;
    assert_eq!(own.status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_taken_in_once_brought_up_to_date_and_undone() {
    let house = house().await;
    let ana = house.resident(ANA).await;
    let client = Client::of(&ana).await;
    let import = async |kind: &str, text: String| {
        let url = format!("{}{EVENTS}/import", house.url());
        let request = house.http().post(url).bearer_auth(&client.token);
        let request = request.header("content-type", kind.to_owned()).body(text);
        request.send().await.expect("an answer")
    };
    let file = |summary: &str, start: &str| {
        format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:a@x\r\nDTSTAMP:20261101T000000Z\r\n\
             DTSTART;TZID=Eastern Standard Time:{start}\r\nDURATION:PT45M\r\nSUMMARY:{summary}\r\nBEGIN:VALARM\r\n\
             TRIGGER:-PT5M\r\nACTION:DISPLAY\r\nEND:VALARM\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:b@x\r\n\
             DTSTART;VALUE=DATE:20261224\r\nSUMMARY:holiday\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:c@x\r\n\
             DTSTART:20261124T090000\r\nRRULE:FREQ=FORTNIGHTLY\r\nSUMMARY:odd\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        )
    };
    let answer = import("text/calendar", file("dentist", "20261127T090000")).await;
    assert_eq!(answer.status(), 200);
    let done: Value = answer.json().await.expect("JSON");
    assert_eq!(
        (&done["added"], &done["changed"], &done["alarms_ignored"]),
        (&json!(2), &json!(0), &json!(1))
    );
    let refused = done["refused"][0].as_str().expect("a refusal");
    assert!(
        refused.contains("\"odd\"") && refused.starts_with("line 23"),
        "{refused}"
    );
    assert_eq!(
        ana.asks("when is the dentist?").await,
        "1. Fri Nov 27, 9:00-9:45 AM dentist [E1]"
    );
    let again: Value = import("text/calendar", file("dentist", "20261127T090000"))
        .await
        .json()
        .await
        .expect("JSON");
    assert_eq!(
        (&again["added"], &again["changed"], &again["unchanged"]),
        (&json!(0), &json!(0), &json!(2))
    );
    let moved: Value = import(
        "text/calendar; charset=utf-8",
        file("dentist", "20261127T100000"),
    )
    .await
    .json()
    .await
    .expect("JSON");
    assert_eq!((&moved["added"], &moved["changed"]), (&json!(0), &json!(1)));
    assert_eq!(house.db.count("select count(*) from events").await, 2);
    ana.asks("undo").await;
    assert_eq!(
        ana.asks("when is the dentist?").await,
        "1. Fri Nov 27, 9:00-9:45 AM dentist [E1]"
    );
    let undone = ana.asks("undo").await;
    assert!(undone.ends_with("and 1 more"), "{undone}");
    assert_eq!(house.db.count("select count(*) from events").await, 0);
    // what is wrong is told, with its line, and nothing is kept
    let broken = file("x", "20261127T090000").replace("END:VALARM", "END:VALRM");
    let said = problem(import("text/calendar", broken).await, 400, "bad-request").await;
    assert!(
        said["detail"]
            .as_str()
            .expect("detail")
            .starts_with("line 13"),
        "{said}"
    );
    problem(
        import("application/json", "{}".into()).await,
        415,
        "media-type",
    )
    .await;
    let large = format!("BEGIN:VCALENDAR\r\n{}", "X:y\r\n".repeat(300_000));
    problem(import("text/calendar", large).await, 413, "too-large").await;
    assert_eq!(house.db.count("select count(*) from events").await, 0);
}
