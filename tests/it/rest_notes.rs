//! Notes over REST.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    client::{Client, problem},
    house::{ANA, BEN},
    wire::plain,
};

const NOTES: &str = "/api/v1/me/notes";

fn one(note: &Value) -> String {
    format!("{NOTES}/{}", note["id"].as_str().expect("an id"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_is_created_found_read_changed_and_deleted() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    let client = Client::of(&ana).await;
    let made = json!({"text": "wifi code is 4471 #home", "tags": ["Guests", "#home"]});
    let note = client.asks(Method::POST, NOTES, made, 201).await;
    assert_eq!(
        (
            &note["label"],
            &note["text"],
            &note["tags"],
            &note["pinned"]
        ),
        (
            &json!("N1"),
            &json!("wifi code is 4471"),
            &json!(["home", "guests"]),
            &json!(false)
        )
    );
    client
        .asks(
            Method::POST,
            NOTES,
            json!({"text": "gate code is 0001", "pinned": true}),
            201,
        )
        .await;
    for (query, found) in [
        ("?q=wifi%20password", vec!["N1"]),
        ("?q=the%20code", vec!["N2", "N1"]),
        ("?q=code&tag=home", vec!["N1"]),
        ("?q=boiler", vec![]),
        ("?tag=%23Home", vec!["N1"]),
        ("?tag=none", vec![]),
        ("", vec!["N1", "N2"]),
        ("?limit=1", vec!["N1"]),
    ] {
        let page = client
            .asks(Method::GET, &format!("{NOTES}{query}"), Value::Null, 200)
            .await;
        let items = page["items"].as_array().expect("items");
        let labels: Vec<_> = items.iter().filter_map(|n| n["label"].as_str()).collect();
        assert_eq!(labels, found, "{query}");
    }
    assert_eq!(
        ana.asks("what's the wifi code?").await,
        "wifi code is 4471 #home #guests [N1]"
    );
    let changed = client
        .asks(
            Method::PATCH,
            &one(&note),
            json!({"text": "wifi code is 8812", "tags": [], "pinned": true}),
            200,
        )
        .await;
    assert_eq!(
        (&changed["text"], &changed["tags"], &changed["pinned"]),
        (&json!("wifi code is 8812"), &json!([]), &json!(true))
    );
    let same = client
        .asks(Method::PATCH, &one(&note), json!({"pinned": true}), 200)
        .await;
    assert_eq!(same, changed, "what is so already changes nothing");
    assert_eq!(
        house.db.count("select count(*) from ledger").await,
        3,
        "one receipt an effect"
    );
    client
        .asks(Method::DELETE, &one(&note), Value::Null, 204)
        .await;
    client
        .asks(Method::GET, &one(&note), Value::Null, 404)
        .await;
    assert_eq!(
        ana.asks("undo").await,
        "Undone: put back N1 wifi code is 8812"
    );
    client
        .asks(Method::GET, &one(&note), Value::Null, 200)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_requests_and_other_peoples_notes_are_refused() {
    let house = plain().build().await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    let (anas, bens) = (Client::of(&ana).await, Client::of(&ben).await);
    let note = anas
        .asks(Method::POST, NOTES, json!({"text": "secret plan"}), 201)
        .await;
    let many: Vec<String> = (0..21).map(|n| format!("t{n}")).collect();
    for body in [
        json!({}),
        json!({"text": " "}),
        json!({"text": "x".repeat(4001)}),
        json!({"text": "x", "tags": ["two words"]}),
        json!({"text": "x", "tags": ["1"]}),
        json!({"text": "x", "tags": many}),
        json!({"text": "x", "id": note["id"]}),
        json!([]),
    ] {
        let answer = anas.send(Method::POST, NOTES, Some(&body)).await;
        problem(answer, 400, "bad-request").await;
    }
    for query in [
        "?limit=0",
        "?cursor=x",
        "?tag=a%20b",
        "?q=plan&cursor=1",
        "?x=1",
    ] {
        let answer = anas
            .send(Method::GET, &format!("{NOTES}{query}"), None)
            .await;
        problem(answer, 400, "bad-request").await;
    }
    for (method, body) in [
        (Method::GET, None),
        (Method::PATCH, Some(json!({"text": "his"}))),
        (Method::DELETE, None),
    ] {
        let answer = bens.send(method, &one(&note), body.as_ref()).await;
        problem(answer, 404, "not-found").await;
    }
    let none = bens
        .asks(
            Method::GET,
            &format!("{NOTES}?q=secret%20plan"),
            Value::Null,
            200,
        )
        .await;
    assert_eq!(none, json!({"items": []}));
}
