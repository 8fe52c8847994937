//! Tasks over REST: the pattern for every later resource.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    client::{Client, TASKS, one},
    house::ANA,
    wire::plain,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_task_is_created_read_changed_and_deleted() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    let client = Client::of(&ana).await;
    let made = json!({"title": "  renew passport ", "priority": "high", "due_on": "2026-12-01"});
    let task = client.asks(Method::POST, TASKS, made, 201).await;
    assert_eq!(task["label"], "T1");
    assert_eq!(task["title"], "renew passport");
    assert_eq!(
        (&task["priority"], &task["due_on"], &task["done"]),
        (&json!("high"), &json!("2026-12-01"), &json!(false))
    );
    assert_eq!(
        client
            .asks(Method::GET, &one(&task), Value::Null, 200)
            .await,
        task
    );
    let change = json!({"title": "renew my passport", "due_on": null});
    let changed = client.asks(Method::PATCH, &one(&task), change, 200).await;
    assert_eq!(changed["title"], "renew my passport");
    assert_eq!(changed["due_on"], Value::Null, "null takes the day away");
    assert_eq!(changed["priority"], "high", "what is absent stays");
    let kept = client
        .asks(
            Method::PATCH,
            &one(&task),
            json!({"priority": "low", "due_on": "2027-01-02"}),
            200,
        )
        .await;
    let kept = client
        .asks(Method::PATCH, &one(&kept), json!({"priority": "none"}), 200)
        .await;
    assert_eq!(
        (&kept["due_on"], &kept["priority"]),
        (&json!("2027-01-02"), &json!("none")),
        "absent is not null"
    );
    let done = client
        .asks(Method::PATCH, &one(&task), json!({"done": true}), 200)
        .await;
    assert!(
        done["done"] == true && done["done_at"].as_str().is_some_and(|at| at.ends_with('Z')),
        "{done}"
    );
    let again = client
        .asks(Method::PATCH, &one(&task), json!({"done": true}), 200)
        .await;
    assert_eq!(again, done, "what is so already changes nothing");
    assert_eq!(
        client
            .asks(Method::PATCH, &one(&task), json!({}), 200)
            .await,
        done
    );
    assert_eq!(
        house.db.count("select count(*) from ledger").await,
        5,
        "one receipt a change"
    );
    client
        .asks(Method::DELETE, &one(&task), Value::Null, 204)
        .await;
    client
        .asks(Method::DELETE, &one(&task), Value::Null, 404)
        .await;
    client
        .asks(Method::GET, &one(&task), Value::Null, 404)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_pages_by_cursor_while_tasks_come_and_go() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    let client = Client::of(&ana).await;
    for at in 1..=7 {
        client.adds(&format!("task {at}")).await;
    }
    let page = client
        .asks(Method::GET, &format!("{TASKS}?limit=3"), Value::Null, 200)
        .await;
    let labels = |page: &Value| -> Vec<String> {
        page["items"]
            .as_array()
            .expect("items")
            .iter()
            .map(|t| t["label"].as_str().expect("a label").to_owned())
            .collect()
    };
    assert_eq!(labels(&page), ["T1", "T2", "T3"]);
    // neither a task that goes nor one that comes shifts what follows
    client
        .asks(Method::DELETE, &one(&page["items"][0]), Value::Null, 204)
        .await;
    client.adds("task 8").await;
    let next = |page: &Value| {
        format!(
            "{TASKS}?limit=3&cursor={}",
            page["next_cursor"].as_str().expect("a cursor")
        )
    };
    let page = client
        .asks(Method::GET, &next(&page), Value::Null, 200)
        .await;
    assert_eq!(labels(&page), ["T4", "T5", "T6"]);
    let page = client
        .asks(Method::GET, &next(&page), Value::Null, 200)
        .await;
    assert_eq!(labels(&page), ["T7", "T8"]);
    assert!(page["next_cursor"].is_null());
    let exact = client
        .asks(Method::GET, &format!("{TASKS}?limit=7"), Value::Null, 200)
        .await;
    assert!(
        exact["next_cursor"].is_null(),
        "a page that is just full is the last"
    );
    assert_eq!(
        labels(&client.asks(Method::GET, TASKS, Value::Null, 200).await).len(),
        7
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_over_rest_is_undone_by_text_and_seen_there() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    let client = Client::of(&ana).await;
    let task = client.adds("water the plants").await;
    assert_eq!(
        ana.asks("my tasks").await,
        "Your tasks:\n1. water the plants [T1]"
    );
    client
        .asks(
            Method::PATCH,
            &one(&task),
            json!({"title": "water the garden"}),
            200,
        )
        .await;
    assert_eq!(
        ana.asks("undo").await,
        "Undone: back to T1 water the plants"
    );
    client
        .asks(Method::DELETE, &one(&task), Value::Null, 204)
        .await;
    assert_eq!(
        ana.asks("undo T1").await,
        "Undone: put back T1 water the plants"
    );
    let back = client
        .asks(Method::GET, &one(&task), Value::Null, 200)
        .await;
    assert_eq!(back["title"], "water the plants");
    assert_eq!(ana.asks("done 1").await, "Done: T1 water the plants");
    assert_eq!(
        client
            .asks(Method::GET, &one(&task), Value::Null, 200)
            .await["done"],
        true
    );
}
