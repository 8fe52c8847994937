//! Lists, staples, prices, alerts and offers over REST.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    client::{Client, problem},
    house::{ANA, BEN},
    wire::plain,
};

const BASE: &str = "/api/v1/me/groceries";

#[tokio::test(flavor = "multi_thread")]
async fn lists_and_staples_are_kept_over_rest() {
    let house = plain().build().await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    let (client, bens) = (Client::of(&ana).await, Client::of(&ben).await);
    let made = json!({"name": "nails", "list": "the Hardware list"});
    let nails = client.asks(Method::POST, BASE, made.clone(), 201).await;
    assert_eq!(nails["list"], "hardware");
    client.asks(Method::POST, BASE, made, 200).await;
    client
        .asks(Method::POST, BASE, json!({"name": "nails"}), 201)
        .await;
    let lists = client
        .asks(Method::GET, &format!("{BASE}/lists"), Value::Null, 200)
        .await;
    assert_eq!(
        lists["items"],
        json!([{"name": null, "open": 1}, {"name": "hardware", "open": 1}])
    );
    let one = format!("{BASE}/{}", nails["id"].as_str().expect("an id"));
    let moved = client
        .send(Method::PATCH, &one, Some(&json!({"list": null})))
        .await;
    problem(moved, 409, "conflict").await;
    let moved = client
        .asks(Method::PATCH, &one, json!({"list": "shed"}), 200)
        .await;
    assert_eq!(moved["list"], "shed");
    let long = json!({"name": "nails", "list": "x".repeat(41)});
    let refused = client.send(Method::POST, BASE, Some(&long)).await;
    problem(refused, 400, "bad-request").await;

    let staples = format!("{BASE}/staples");
    let milk = client
        .asks(Method::POST, &staples, json!({"name": "Milk"}), 201)
        .await;
    assert_eq!(
        (&milk["name"], &milk["is_due"], &milk["every_days"]),
        (&json!("Milk"), &json!(false), &Value::Null)
    );
    client
        .asks(Method::POST, &staples, json!({"name": "milk"}), 200)
        .await;
    let all = client.asks(Method::GET, &staples, Value::Null, 200).await;
    assert_eq!(all["items"].as_array().map(Vec::len), Some(1));
    bens.asks(Method::DELETE, &format!("{staples}/milk"), Value::Null, 404)
        .await;
    client
        .asks(Method::DELETE, &format!("{staples}/milk"), Value::Null, 204)
        .await;
    client
        .asks(Method::DELETE, &format!("{staples}/milk"), Value::Null, 404)
        .await;
    assert_eq!(ana.asks("undo").await, "Undone: Milk is a staple again");
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn prices_alerts_and_offers_are_kept_over_rest() {
    let house = plain().build().await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    let (client, bens) = (Client::of(&ana).await, Client::of(&ben).await);
    let prices = format!("{BASE}/prices");
    let made =
        json!({"name": "coffee", "amount": "500 g", "store": "Aldi", "price": {"amount": "3.49"}});
    let coffee = client.asks(Method::POST, &prices, made, 201).await;
    assert_eq!(
        (
            &coffee["label"],
            &coffee["price"],
            &coffee["unit_price"],
            &coffee["amount"]
        ),
        (
            &json!("O1"),
            &json!({"amount": "3.49", "currency": "USD"}),
            &json!({"amount": "6.98", "currency": "USD", "per": "kg"}),
            &json!("500 g")
        )
    );
    let one = format!("{prices}/{}", coffee["id"].as_str().expect("an id"));
    assert_eq!(
        client.asks(Method::GET, &one, Value::Null, 200).await,
        coffee
    );
    bens.asks(Method::GET, &one, Value::Null, 404).await;
    bens.asks(Method::DELETE, &one, Value::Null, 404).await;
    for wrong in [
        json!({"name": "coffee", "price": {"amount": "-1"}}),
        json!({"name": "coffee", "price": {"amount": "0"}}),
        json!({"name": "coffee", "price": {"amount": "3.499"}}),
        json!({"name": "coffee", "price": {"amount": "3"}, "amount": "lots"}),
        json!({"name": "coffee", "price": {"amount": "3", "currency": "EURO"}}),
        json!({"name": "", "price": {"amount": "3"}}),
        json!({"name": "coffee", "price": {"amount": "3"}, "store": "x".repeat(61)}),
        json!({"name": "coffee"}),
    ] {
        let refused = client.send(Method::POST, &prices, Some(&wrong)).await;
        problem(refused, 400, "bad-request").await;
    }
    let alerts = format!("{BASE}/alerts");
    let wish = json!({"name": "coffee", "below": {"amount": "8", "currency": "USD"}});
    let alert = client.asks(Method::POST, &alerts, wish.clone(), 201).await;
    assert_eq!(
        (&alert["label"], &alert["per"]),
        (&json!("O2"), &json!("kg"))
    );
    client.asks(Method::POST, &alerts, wish, 200).await;
    let listed = client.asks(Method::GET, &alerts, Value::Null, 200).await;
    assert_eq!(listed["items"], json!([alert]));
    let one_alert = format!("{alerts}/{}", alert["id"].as_str().expect("an id"));
    bens.asks(Method::DELETE, &one_alert, Value::Null, 404)
        .await;
    client
        .asks(Method::DELETE, &one_alert, Value::Null, 204)
        .await;
    assert_eq!(
        ana.asks("undo").await,
        "Undone: put back O2 coffee under $8/kg"
    );
    client.asks(Method::DELETE, &one, Value::Null, 204).await;
    assert_eq!(
        ana.asks("undo").await,
        "Undone: put back O1 coffee $3.49 for 500 g at Aldi ($6.98/kg)"
    );
    let offers = client
        .asks(Method::GET, &format!("{BASE}/offers"), Value::Null, 200)
        .await;
    assert_eq!(offers, json!({"items": []}));
    house.is_at_rest().await;
}
