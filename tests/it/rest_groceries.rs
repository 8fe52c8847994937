//! Groceries over REST.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    client::{Client, problem},
    house::{ANA, BEN},
    wire::plain,
};

const GROCERIES: &str = "/api/v1/me/groceries";

fn one(grocery: &Value) -> String {
    format!("{GROCERIES}/{}", grocery["id"].as_str().expect("an id"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grocery_is_created_read_changed_bought_and_deleted() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    let client = Client::of(&ana).await;
    let made = json!({"name": " oat  milk ", "amount": "2 litres"});
    let milk = client.asks(Method::POST, GROCERIES, made, 201).await;
    assert_eq!(
        (
            &milk["label"],
            &milk["name"],
            &milk["amount"],
            &milk["aisle"],
            &milk["got"]
        ),
        (
            &json!("G1"),
            &json!("oat milk"),
            &json!("2 l"),
            &json!("dairy"),
            &json!(false)
        )
    );
    assert_eq!(
        client
            .asks(Method::GET, &one(&milk), Value::Null, 200)
            .await,
        milk
    );
    let change = json!({"amount": null, "aisle": "drinks"});
    let changed = client.asks(Method::PATCH, &one(&milk), change, 200).await;
    assert_eq!(
        (&changed["amount"], &changed["aisle"]),
        (&Value::Null, &json!("drinks"))
    );
    let own = client
        .asks(Method::PATCH, &one(&milk), json!({"aisle": null}), 200)
        .await;
    assert_eq!(own["aisle"], "dairy", "null takes the own aisle away");
    let got = client
        .asks(Method::PATCH, &one(&milk), json!({"got": true}), 200)
        .await;
    assert!(
        got["got"] == true && got["got_at"].as_str().is_some_and(|at| at.ends_with('Z')),
        "{got}"
    );
    let again = client
        .asks(Method::PATCH, &one(&milk), json!({"got": true}), 200)
        .await;
    assert_eq!(again, got, "what is so already changes nothing");
    assert_eq!(
        house.db.count("select count(*) from ledger").await,
        5,
        "one receipt an effect"
    );
    client
        .asks(Method::DELETE, &one(&milk), Value::Null, 204)
        .await;
    client
        .asks(Method::GET, &one(&milk), Value::Null, 404)
        .await;
    assert_eq!(ana.asks("undo").await, "Undone: put back G1 oat milk");
    client
        .asks(Method::GET, &one(&milk), Value::Null, 200)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_on_the_list_already_becomes_more_and_stands_there_once() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    let client = Client::of(&ana).await;
    let add = async |body: Value, status| client.asks(Method::POST, GROCERIES, body, status).await;
    let flour = add(json!({"name": "flour", "amount": "500 g"}), 201).await;
    let more = add(json!({"name": "Flour", "amount": "1 kg"}), 200).await;
    assert_eq!(
        (&more["id"], &more["amount"]),
        (&flour["id"], &json!("1.5 kg"))
    );
    let same = add(json!({"name": "the flour"}), 200).await;
    assert_eq!(same["amount"], "1.5 kg");
    let eggs = add(json!({"name": "eggs"}), 201).await;
    let refused = client
        .send(Method::PATCH, &one(&eggs), Some(&json!({"name": "flours"})))
        .await;
    let refused = problem(refused, 409, "conflict").await;
    assert_eq!(refused["detail"], "G1 1.5 kg flour is on the list already.");
    // added at once from many sides, it is still one line
    let adding = (0..8).map(|_| add_quietly(&client));
    let statuses = futures_util::future::join_all(adding).await;
    assert_eq!(
        statuses.iter().filter(|status| **status == 201).count(),
        1,
        "{statuses:?}"
    );
    let page = client
        .asks(
            Method::GET,
            &format!("{GROCERIES}?limit=2"),
            Value::Null,
            200,
        )
        .await;
    assert_eq!(page["items"][1]["label"], "G2");
    let next = format!(
        "{GROCERIES}?limit=2&cursor={}",
        page["next_cursor"].as_str().expect("more")
    );
    let page = client.asks(Method::GET, &next, Value::Null, 200).await;
    assert_eq!(page["items"][0]["amount"], "8 cans");
    assert!(page["next_cursor"].is_null());
}

async fn add_quietly(client: &Client<'_>) -> u16 {
    let body = json!({"name": "beans", "amount": "1 can"});
    client
        .send(Method::POST, GROCERIES, Some(&body))
        .await
        .status()
        .as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_requests_and_other_peoples_groceries_are_refused() {
    let house = plain().build().await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    let (anas, bens) = (Client::of(&ana).await, Client::of(&ben).await);
    let milk = anas
        .asks(Method::POST, GROCERIES, json!({"name": "milk"}), 201)
        .await;
    for body in [
        json!({}),
        json!({"name": ""}),
        json!({"name": "x".repeat(201)}),
        json!({"name": "x", "amount": "lots"}),
        json!({"name": "x", "amount": "0 g"}),
        json!({"name": "x", "aisle": "roof"}),
        json!({"name": "x", "got": true}),
        json!({"name": "x", "id": milk["id"]}),
        json!([]),
    ] {
        let answer = anas.send(Method::POST, GROCERIES, Some(&body)).await;
        problem(answer, 400, "bad-request").await;
    }
    for (method, body) in [
        (Method::GET, None),
        (Method::PATCH, Some(json!({"name": "his"}))),
        (Method::DELETE, None),
    ] {
        let answer = bens.send(method, &one(&milk), body.as_ref()).await;
        problem(answer, 404, "not-found").await;
    }
    let none = bens.asks(Method::GET, GROCERIES, Value::Null, 200).await;
    assert_eq!(none, json!({"items": []}));
    let answer = house
        .http()
        .get(format!("{}{GROCERIES}", house.url()))
        .send()
        .await;
    problem(answer.expect("an answer"), 401, "unauthorized").await;
    assert_eq!(
        anas.asks(Method::GET, &one(&milk), Value::Null, 200).await,
        milk
    );
}
