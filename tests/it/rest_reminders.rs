//! Reminders over REST.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    client::Client,
    house::{ANA, BEN},
    reminders::{at, monday},
};

const REMINDERS: &str = "/api/v1/me/reminders";

fn one(reminder: &Value) -> String {
    format!("{REMINDERS}/{}", reminder["id"].as_str().expect("an id"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_is_created_read_changed_said_and_deleted() {
    let house = monday().await;
    let ana = house.resident(ANA).await;
    let client = Client::of(&ana).await;
    let made = json!({"what": " call mom ", "when": "tomorrow at 5pm", "nag_seconds": 600});
    let reminder = client.asks(Method::POST, REMINDERS, made, 201).await;
    assert_eq!(
        (
            &reminder["label"],
            &reminder["what"],
            &reminder["starts_at"]
        ),
        (
            &json!("R1"),
            &json!("call mom"),
            &json!("2026-11-24T17:00:00")
        )
    );
    assert_eq!(reminder["zone"], "America/New_York");
    assert_eq!(reminder["next_due_at"], "2026-11-24T22:00:00Z");
    let read = client
        .asks(Method::GET, &one(&reminder), Value::Null, 200)
        .await;
    assert_eq!(read, reminder);
    let change = json!({"starts_at": "2026-11-23T11:00:00", "nag_seconds": null});
    let changed = client
        .asks(Method::PATCH, &one(&reminder), change, 200)
        .await;
    assert_eq!(changed["next_due_at"], "2026-11-23T16:00:00Z");
    assert_eq!(changed["nag_seconds"], Value::Null);
    assert_eq!(changed["what"], "call mom", "what is absent stays");
    at(&house, "2026-11-23T11:00:01").await;
    assert_eq!(ana.hears().await, "Reminder R1: call mom");
    let said = client
        .asks(Method::GET, &one(&reminder), Value::Null, 200)
        .await;
    assert_eq!(said["next_due_at"], Value::Null);
    assert!(said["last_said_at"].is_string(), "{said}");
    let done = client
        .asks(Method::PATCH, &one(&reminder), json!({"done": true}), 200)
        .await;
    assert_eq!(done["state"], "done");
    client
        .asks(Method::DELETE, &one(&reminder), Value::Null, 204)
        .await;
    client
        .asks(Method::GET, &one(&reminder), Value::Null, 404)
        .await;
    assert_eq!(
        ana.asks("undo R1").await,
        "Undone: put back R1 Mon Nov 23, 11:00 AM call mom"
    );
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_in_a_zone_is_kept_as_it_is_and_an_undo_by_text_takes_a_change_back() {
    let house = monday().await;
    let ana = house.resident(ANA).await;
    let client = Client::of(&ana).await;
    let made = json!({"what": "call the office", "starts_at": "2026-11-24T09:00:00", "zone": "Asia/Tokyo", "rule": "FREQ=WEEKLY;BYDAY=TU"});
    let reminder = client.asks(Method::POST, REMINDERS, made, 201).await;
    assert_eq!(reminder["floating"], false);
    assert_eq!(reminder["next_due_at"], "2026-11-24T00:00:00Z");
    let paused = client
        .asks(
            Method::PATCH,
            &one(&reminder),
            json!({"paused_until": "2026-12-01T00:00:00Z"}),
            200,
        )
        .await;
    assert_eq!(paused["paused_until"], "2026-12-01T00:00:00Z");
    let once = client
        .asks(Method::PATCH, &one(&reminder), json!({"rule": null}), 200)
        .await;
    assert_eq!(
        (&once["rule"], &once["zone"]),
        (&Value::Null, &json!("Asia/Tokyo"))
    );
    let undone = ana.asks("undo").await;
    assert!(
        undone.starts_with("Undone: back to R1 every Tuesday at 9:00 AM Tokyo"),
        "{undone}"
    );
    let back = client
        .asks(Method::GET, &one(&reminder), Value::Null, 200)
        .await;
    assert_eq!(back, paused);
    let list = client
        .asks(
            Method::GET,
            &format!("{REMINDERS}?limit=1"),
            Value::Null,
            200,
        )
        .await;
    assert_eq!(list["items"], json!([back]));
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_is_refused_with_what_is_wrong() {
    let house = monday().await;
    let ana = house.resident(ANA).await;
    let client = Client::of(&ana).await;
    for (body, why) in [
        (json!({"what": "x"}), "when"),
        (json!({"what": "", "when": "tomorrow at 5pm"}), "what"),
        (json!({"what": "x", "when": "blorp"}), "when"),
        (json!({"what": "x", "when": "sunday at 1 o'clock"}), "when"),
        (json!({"what": "x", "when": "today at 9am"}), "when"),
        (
            json!({"what": "x", "starts_at": "2026-11-23T09:00:00"}),
            "starts_at",
        ),
        (
            json!({"what": "x", "when": "tomorrow at 5pm", "zone": "Asia/Tokyo"}),
            "when",
        ),
        (
            json!({"what": "x", "starts_at": "2026-11-24T09:00:00", "zone": "Mars/Base"}),
            "zone",
        ),
        (
            json!({"what": "x", "starts_at": "2026-11-24T09:00:00", "rule": "FREQ=SOMETIMES"}),
            "rule",
        ),
        (
            json!({"what": "x", "starts_at": "2026-11-24T09:00:00", "rule": "FREQ=SECONDLY"}),
            "rule",
        ),
        (
            json!({"what": "x", "starts_at": "2026-11-24T09:00:00", "rule": "FREQ=DAILY\nEXDATE:20261125T090000Z"}),
            "rule",
        ),
        (
            json!({"what": "x", "when": "tomorrow at 5pm", "nag_seconds": 5}),
            "nag_seconds",
        ),
        (
            json!({"what": "x", "starts_at": "2026-11-24T09:00:00Z"}),
            "starts_at",
        ),
        (json!({"what": "x", "when": "tomorrow", "more": 1}), "more"),
    ] {
        let answer = client.send(Method::POST, REMINDERS, Some(&body)).await;
        assert_eq!(answer.status(), 400, "{body}");
        let said = answer.text().await.expect("a body");
        assert!(said.contains(why), "{body}: {said}");
    }
    assert_eq!(house.db.count("select count(*) from reminders").await, 0);
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_reaches_anothers_reminder() {
    let house = monday().await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    let (anas, bens) = (Client::of(&ana).await, Client::of(&ben).await);
    let made = json!({"what": "call mom", "when": "tomorrow at 5pm"});
    let reminder = anas.asks(Method::POST, REMINDERS, made, 201).await;
    for (method, body) in [
        (Method::GET, Value::Null),
        (Method::PATCH, json!({"what": "mine"})),
        (Method::DELETE, Value::Null),
    ] {
        bens.asks(method, &one(&reminder), body, 404).await;
    }
    let list = bens.asks(Method::GET, REMINDERS, Value::Null, 200).await;
    assert_eq!(list["items"], json!([]));
    house.is_at_rest().await;
}
