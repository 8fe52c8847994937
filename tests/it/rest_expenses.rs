//! Expenses and budgets over REST.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    client::{Client, problem},
    house::{ANA, BEN},
    wire::plain,
};

const EXPENSES: &str = "/api/v1/me/expenses";
const BUDGETS: &str = "/api/v1/me/budgets";

fn one(base: &str, thing: &Value) -> String {
    format!("{base}/{}", thing["id"].as_str().expect("an id"))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expense_is_created_read_changed_exported_and_deleted() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    let client = Client::of(&ana).await;
    let body = json!({"amount": "1,450.5", "what": " team  lunch ", "merchant": "=Joe's"});
    let lunch = client.asks(Method::POST, EXPENSES, body, 201).await;
    assert_eq!(
        [
            &lunch["label"],
            &lunch["amount"],
            &lunch["currency"],
            &lunch["what"],
            &lunch["category"]
        ],
        [
            &json!("X1"),
            &json!("1450.50"),
            &json!("USD"),
            &json!("team lunch"),
            &json!("dining")
        ]
    );
    let change = json!({"amount": "18 eur", "category": "model trains", "spent_on": "2026-01-31"});
    let changed = client
        .asks(Method::PATCH, &one(EXPENSES, &lunch), change, 200)
        .await;
    assert_eq!(
        [
            &changed["amount"],
            &changed["currency"],
            &changed["category"],
            &changed["spent_on"]
        ],
        [
            &json!("18.00"),
            &json!("EUR"),
            &json!("model trains"),
            &json!("2026-01-31")
        ]
    );
    let again = json!({"amount": "3", "merchant": "=joe's", "refund": true});
    let again = client.asks(Method::POST, EXPENSES, again, 201).await;
    assert_eq!(
        (&again["category"], &again["refund"]),
        (&json!("model trains"), &json!(true)),
        "the user's own rule"
    );
    let csv = client
        .send(Method::GET, &format!("{EXPENSES}.csv?to=2026-02-01"), None)
        .await;
    assert_eq!(csv.headers()["content-type"], "text/csv; charset=utf-8");
    assert_eq!(
        csv.text().await.expect("text"),
        "date,amount,currency,what,merchant,category,number\r\n2026-01-31,18.00,EUR,team lunch,'=Joe's,model trains,X1\r\n"
    );
    client
        .asks(Method::DELETE, &one(EXPENSES, &lunch), Value::Null, 204)
        .await;
    client
        .asks(Method::GET, &one(EXPENSES, &lunch), Value::Null, 404)
        .await;
    assert!(ana.asks("undo").await.starts_with("Undone: put back X1"));
    let page = client
        .asks(
            Method::GET,
            &format!("{EXPENSES}?limit=1"),
            Value::Null,
            200,
        )
        .await;
    assert_eq!(page["items"][0]["label"], "X1");
    assert!(page["next_cursor"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_budget_is_set_once_and_shows_how_it_stands() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    let client = Client::of(&ana).await;
    let body = json!({"amount": "100", "category": "eating out"});
    let budget = client.asks(Method::POST, BUDGETS, body.clone(), 201).await;
    assert_eq!(
        [&budget["category"], &budget["period"], &budget["left"]],
        [&json!("dining"), &json!("month"), &json!("100.00")]
    );
    client.asks(Method::POST, BUDGETS, body, 200).await;
    let lunch = json!({"amount": "130", "what": "dinner"});
    client.asks(Method::POST, EXPENSES, lunch, 201).await;
    let read = client
        .asks(Method::GET, &one(BUDGETS, &budget), Value::Null, 200)
        .await;
    assert_eq!(
        [&read["spent"], &read["left"], &read["percent"]],
        [&json!("130.00"), &json!("-30.00"), &json!(130)]
    );
    let changed = client
        .asks(
            Method::PATCH,
            &one(BUDGETS, &budget),
            json!({"amount": "260", "rollover": true}),
            200,
        )
        .await;
    assert_eq!(
        (&changed["percent"], &changed["rollover"]),
        (&json!(50), &json!(true))
    );
    client
        .asks(Method::DELETE, &one(BUDGETS, &budget), Value::Null, 204)
        .await;
    let none = client.asks(Method::GET, BUDGETS, Value::Null, 200).await;
    assert_eq!(none, json!({"items": []}));
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_requests_and_other_peoples_money_are_refused() {
    let house = plain().build().await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    let (anas, bens) = (Client::of(&ana).await, Client::of(&ben).await);
    let lunch = anas
        .asks(
            Method::POST,
            EXPENSES,
            json!({"amount": "12", "what": "lunch"}),
            201,
        )
        .await;
    let budget = anas
        .asks(Method::POST, BUDGETS, json!({"amount": "12"}), 201)
        .await;
    for (path, body) in [
        (EXPENSES, json!({})),
        (EXPENSES, json!({"amount": "0"})),
        (EXPENSES, json!({"amount": "-4"})),
        (EXPENSES, json!({"amount": "1.450"})),
        (EXPENSES, json!({"amount": 12.5})),
        (EXPENSES, json!({"amount": "12 eur", "currency": "USD"})),
        (EXPENSES, json!({"amount": "12", "currency": "XXX"})),
        (EXPENSES, json!({"amount": "12", "category": "!"})),
        (EXPENSES, json!({"amount": "12", "spent_on": "2100-01-01"})),
        (EXPENSES, json!({"amount": "12", "what": "x".repeat(201)})),
        (BUDGETS, json!({"category": "food"})),
        (BUDGETS, json!({"amount": "lots"})),
        (BUDGETS, json!({"amount": "5", "period": "day"})),
    ] {
        let answer = anas.send(Method::POST, path, Some(&body)).await;
        problem(answer, 400, "bad-request").await;
    }
    for (method, path, body) in [
        (Method::GET, one(EXPENSES, &lunch), None),
        (
            Method::PATCH,
            one(EXPENSES, &lunch),
            Some(json!({"what": "his"})),
        ),
        (Method::DELETE, one(EXPENSES, &lunch), None),
        (Method::GET, one(BUDGETS, &budget), None),
        (
            Method::PATCH,
            one(BUDGETS, &budget),
            Some(json!({"amount": "1"})),
        ),
        (Method::DELETE, one(BUDGETS, &budget), None),
    ] {
        let answer = bens.send(method, &path, body.as_ref()).await;
        problem(answer, 404, "not-found").await;
    }
    let none = bens.asks(Method::GET, EXPENSES, Value::Null, 200).await;
    assert_eq!(none, json!({"items": []}));
}
