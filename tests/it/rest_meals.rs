//! Recipes, planned dinners and diets over REST.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    client::{Client, problem},
    house::{ANA, BEN},
    wire::plain,
};

const RECIPES: &str = "/api/v1/me/recipes";
const MEALS: &str = "/api/v1/me/meals";
const DIET: &str = "/api/v1/me/diet";

fn at(path: &str, thing: &Value) -> String {
    format!("{path}/{}", thing["id"].as_str().expect("an id"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recipe_is_created_scaled_changed_and_deleted() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    let client = Client::of(&ana).await;
    let made = json!({"name": " chili ", "ingredients": ["500g beef", "2 cans of beans", "salt"], "serves": 4, "minutes": 45, "cost": "12.50"});
    let chili = client.asks(Method::POST, RECIPES, made.clone(), 201).await;
    assert_eq!(
        (
            &chili["label"],
            &chili["name"],
            &chili["cost"],
            &chili["currency"],
            &chili["ingredients"][0]
        ),
        (
            &json!("M1"),
            &json!("chili"),
            &json!("12.50"),
            &json!("USD"),
            &json!({"name": "beef", "amount": "500 g"})
        )
    );
    let scaled = client
        .asks(
            Method::GET,
            &format!("{}?serves=6", at(RECIPES, &chili)),
            Value::Null,
            200,
        )
        .await;
    assert_eq!(
        (&scaled["serves"], &scaled["ingredients"][1]["amount"]),
        (&json!(6), &json!("3 cans"))
    );
    let changed = client
        .asks(
            Method::PATCH,
            &at(RECIPES, &chili),
            json!({"minutes": null, "ingredients": ["rice"]}),
            200,
        )
        .await;
    assert_eq!(
        (&changed["minutes"], &changed["ingredients"]),
        (&Value::Null, &json!([{"name": "rice", "amount": null}]))
    );
    let twice = client.send(Method::POST, RECIPES, Some(&made)).await;
    problem(twice, 409, "conflict").await;
    for (wrong, why) in [
        (json!({"name": "x", "ingredients": []}), "none"),
        (
            json!({"name": "x", "ingredients": ["rice"], "serves": 0}),
            "nobody",
        ),
        (
            json!({"name": "x", "ingredients": ["rice"], "cost": "lots"}),
            "no price",
        ),
        (json!({"name": " ", "ingredients": ["rice"]}), "no name"),
    ] {
        let answer = client.send(Method::POST, RECIPES, Some(&wrong)).await;
        assert_eq!(answer.status(), 400, "{why}");
    }
    client
        .asks(Method::DELETE, &at(RECIPES, &chili), Value::Null, 204)
        .await;
    assert_eq!(ana.asks("undo M1").await, "Undone: put back M1 chili");
    let all = client.asks(Method::GET, RECIPES, Value::Null, 200).await;
    assert_eq!(all["items"].as_array().map(Vec::len), Some(1));
    let ben = house.resident(BEN).await;
    let bens = Client::of(&ben).await;
    let answer = bens.send(Method::GET, &at(RECIPES, &chili), None).await;
    problem(answer, 404, "not-found").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dinners_are_planned_moved_and_removed_and_what_clashes_is_refused() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    let client = Client::of(&ana).await;
    let diet = json!({"avoids": [{"name": "groundnuts", "allergy": true}, {"name": "vegetarian"}]});
    let kept = client.asks(Method::PUT, DIET, diet, 200).await;
    assert_eq!(
        kept,
        json!({"avoids": [{"name": "peanuts", "allergy": true}, {"name": "vegetarian", "allergy": false}]})
    );
    assert_eq!(client.asks(Method::GET, DIET, Value::Null, 200).await, kept);
    let mut made = Vec::new();
    for (name, of) in [
        ("dal", "lentils"),
        ("satay", "peanut sauce"),
        ("steak", "beef"),
        ("mystery", "blorp"),
    ] {
        made.push(
            client
                .asks(
                    Method::POST,
                    RECIPES,
                    json!({"name": name, "ingredients": [of]}),
                    201,
                )
                .await,
        );
    }
    assert_eq!(
        made[1]["clashes"],
        json!([{"avoids": "peanuts", "ingredient": "peanut sauce"}])
    );
    assert_eq!(made[3]["unsure"], json!(["blorp"]));
    let plan = client
        .asks(
            Method::POST,
            &format!("{MEALS}/plan"),
            json!({"from": "2031-12-01", "to": "2031-12-03", "people": 2}),
            200,
        )
        .await;
    let days: Vec<&Value> = plan["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|meal| &meal["name"])
        .collect();
    assert_eq!(days, [&json!("dal"), &json!("mystery")], "{plan}");
    assert!(
        plan["note"]
            .as_str()
            .is_some_and(|note| note.contains("2 clash")),
        "{plan}"
    );
    let clash = json!({"day": "2031-12-03", "recipe_id": made[1]["id"]});
    problem(
        client.send(Method::POST, MEALS, Some(&clash)).await,
        409,
        "conflict",
    )
    .await;
    let first = &plan["items"][0];
    let answer = client
        .send(
            Method::PATCH,
            &at(MEALS, first),
            Some(&json!({"recipe_id": made[2]["id"]})),
        )
        .await;
    problem(answer, 409, "conflict").await;
    let answer = client
        .send(
            Method::PATCH,
            &at(MEALS, first),
            Some(&json!({"day": "2031-12-02"})),
        )
        .await;
    problem(answer, 409, "conflict").await;
    let moved = client
        .asks(
            Method::PATCH,
            &at(MEALS, first),
            json!({"day": "2031-12-05", "people": 6}),
            200,
        )
        .await;
    assert_eq!(
        (&moved["day"], &moved["people"]),
        (&json!("2031-12-05"), &json!(6))
    );
    client
        .asks(Method::DELETE, &at(MEALS, first), Value::Null, 204)
        .await;
    let left = client.asks(Method::GET, MEALS, Value::Null, 200).await;
    assert_eq!(left["items"].as_array().map(Vec::len), Some(1));
    for wrong in [
        json!({"avoids": [{"name": "mondays"}]}),
        json!({"avoids": [{"name": ""}]}),
    ] {
        assert_eq!(
            client.send(Method::PUT, DIET, Some(&wrong)).await.status(),
            400,
            "{wrong}"
        );
    }
    for wrong in [
        json!({"from": "2031-12-05", "to": "2031-12-01"}),
        json!({"from": "2031-12-01", "to": "2032-12-01"}),
    ] {
        let answer = client
            .send(Method::POST, &format!("{MEALS}/plan"), Some(&wrong))
            .await;
        assert_eq!(answer.status(), 400, "{wrong}");
    }
}
