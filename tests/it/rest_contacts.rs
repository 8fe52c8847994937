//! Contacts over REST, and files of cards.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    client::{Client, problem},
    house::{ANA, BEN, House},
    wire::plain,
};

const CONTACTS: &str = "/api/v1/me/contacts";

fn one(contact: &Value) -> String {
    format!("{CONTACTS}/{}", contact["id"].as_str().expect("an id"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_is_created_found_read_changed_and_deleted() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    let client = Client::of(&ana).await;
    let made = json!({"name": " Tom  Ruiz ", "nicknames": ["Tommy"], "phones": [{"number": "(555) 010-0077", "kind": "Cell"}],
        "emails": [{"address": "tom@example.org"}], "birthday": "--06-03", "relation": "bro", "note": "likes tea"});
    let tom = client.asks(Method::POST, CONTACTS, made, 201).await;
    assert_eq!(
        (
            &tom["label"],
            &tom["name"],
            &tom["phones"],
            &tom["birthday"],
            &tom["relation"]
        ),
        (
            &json!("C1"),
            &json!("Tom Ruiz"),
            &json!([{"number": "+15550100077", "kind": "mobile"}]),
            &json!("--06-03"),
            &json!("brother")
        )
    );
    assert_eq!(
        client.asks(Method::GET, &one(&tom), Value::Null, 200).await,
        tom
    );
    for (query, count) in [
        ("?q=tommy", 1),
        ("?q=my%20brother", 1),
        ("?q=eva", 0),
        ("", 1),
    ] {
        let page = client
            .asks(Method::GET, &format!("{CONTACTS}{query}"), Value::Null, 200)
            .await;
        assert_eq!(
            page["items"].as_array().map(Vec::len),
            Some(count),
            "{query}"
        );
    }
    let change = json!({"birthday": "1990-06-03", "note": null, "phones": []});
    let changed = client.asks(Method::PATCH, &one(&tom), change, 200).await;
    assert_eq!(
        (
            &changed["birthday"],
            &changed["note"],
            &changed["phones"],
            &changed["nicknames"]
        ),
        (
            &json!("1990-06-03"),
            &Value::Null,
            &json!([]),
            &json!(["Tommy"])
        )
    );
    let same = client
        .asks(
            Method::PATCH,
            &one(&tom),
            json!({"relation": "brother"}),
            200,
        )
        .await;
    assert_eq!(same, changed);
    assert_eq!(
        house.db.count("select count(*) from ledger").await,
        2,
        "one receipt an effect"
    );
    client
        .asks(Method::DELETE, &one(&tom), Value::Null, 204)
        .await;
    client.asks(Method::GET, &one(&tom), Value::Null, 404).await;
    assert!(
        ana.asks("undo")
            .await
            .starts_with("Undone: put back C1 Tom Ruiz")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_requests_and_other_peoples_contacts_are_refused() {
    let house = plain().build().await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    let (anas, bens) = (Client::of(&ana).await, Client::of(&ben).await);
    let tom = anas
        .asks(Method::POST, CONTACTS, json!({"name": "Tom"}), 201)
        .await;
    for body in [
        json!({}),
        json!({"name": ""}),
        json!({"name": "x".repeat(201)}),
        json!({"name": "x", "phones": [{"number": "12"}]}),
        json!({"name": "x", "phones": ["+15550100077"]}),
        json!({"name": "x", "emails": [{"address": "nowhere"}]}),
        json!({"name": "x", "birthday": "june 3"}),
        json!({"name": "x", "birthday": "--02-30"}),
        json!({"name": "x", "relation": "x".repeat(61)}),
        json!({"name": "x", "note": "x".repeat(4001)}),
        json!({"name": "x", "nicknames": vec!["n"; 21]}),
        json!({"name": "x", "uid": "u"}),
        json!([]),
    ] {
        let answer = anas.send(Method::POST, CONTACTS, Some(&body)).await;
        problem(answer, 400, "bad-request").await;
    }
    for (method, body) in [
        (Method::GET, None),
        (Method::PATCH, Some(json!({"name": "his"}))),
        (Method::DELETE, None),
    ] {
        let answer = bens.send(method, &one(&tom), body.as_ref()).await;
        problem(answer, 404, "not-found").await;
    }
    let none = bens
        .asks(Method::GET, &format!("{CONTACTS}?q=tom"), Value::Null, 200)
        .await;
    assert_eq!(none, json!({"items": []}));
}

async fn import(house: &House, token: &str, kind: &str, body: Vec<u8>) -> reqwest::Response {
    house
        .http()
        .post(format!("{}{CONTACTS}/import", house.url()))
        .bearer_auth(token)
        .header("content-type", kind)
        .body(body)
        .send()
        .await
        .expect("an answer")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_cards_is_taken_in_reported_and_taken_back_at_once() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    let token = ana.token().await;
    let mut cards = String::new();
    for n in 0..30 {
        cards += &format!(
            "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:u{n}\r\nFN:Friend {n}\r\nTEL:+1555010{n:04}\r\nPHOTO:data:image/png;base64,AAAA\r\nEND:VCARD\r\n"
        );
    }
    cards += "BEGIN:VCARD\r\nVERSION:4.0\r\nTEL:12\r\nEND:VCARD\r\n";
    let answer = import(
        &house,
        &token,
        "text/vcard; charset=utf-8",
        cards.clone().into(),
    )
    .await;
    assert_eq!(answer.status(), 200);
    let done: Value = answer.json().await.expect("JSON");
    assert_eq!(
        (&done["added"], &done["changed"]),
        (&json!(31), &json!(0)),
        "{done}"
    );
    assert_eq!(done["skipped"][1], json!("PHOTO: 30"), "{done}");
    let again: Value = import(&house, &token, "text/vcard", cards.into())
        .await
        .json()
        .await
        .expect("JSON");
    assert_eq!(
        (&again["added"], &again["unchanged"]),
        (&json!(0), &json!(31)),
        "{again}"
    );
    assert_eq!(house.db.count("select count(*) from contacts").await, 31);
    assert!(
        ana.asks("undo")
            .await
            .starts_with("Undone: removed C1 Friend 0")
    );
    assert_eq!(house.db.count("select count(*) from contacts").await, 0);
    for (kind, body, status) in [
        ("application/json", b"{}".to_vec(), 415),
        ("text/vcard", b"hello".to_vec(), 400),
        ("text/vcard", Vec::new(), 400),
        ("text/vcard", vec![b'x'; 5_000_001], 413),
    ] {
        let answer = import(&house, &token, kind, body).await;
        assert_eq!(answer.status(), status, "{kind}");
    }
    house.is_at_rest().await;
}
