//! Tasks over REST: the pattern for every later resource.

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    house::{ANA, BEN, House, Resident},
    wire::{plain, run},
};

const TASKS: &str = "/api/v1/me/tasks";

/// Somebody's REST client.
struct Client<'a> {
    house: &'a House,
    token: String,
}

impl<'a> Client<'a> {
    async fn of(user: &Resident<'a>) -> Self {
        Self {
            house: user.house,
            token: user.token().await,
        }
    }

    async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Response {
        let request = self
            .house
            .http()
            .request(method, format!("{}{path}", self.house.url()))
            .bearer_auth(&self.token);
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        request.send().await.expect("an answer")
    }

    /// Expects this status and returns the body.
    async fn asks(&self, method: Method, path: &str, body: Value, status: u16) -> Value {
        let answer = self
            .send(method.clone(), path, (!body.is_null()).then_some(&body))
            .await;
        let found = answer.status();
        let text = answer.text().await.expect("a body");
        assert_eq!(found, status, "{method} {path} {body}: {text}");
        if text.is_empty() {
            Value::Null
        } else {
            serde_json::from_str(&text).expect("JSON")
        }
    }

    async fn adds(&self, title: &str) -> Value {
        self.asks(Method::POST, TASKS, json!({"title": title}), 201)
            .await
    }
}

fn one(task: &Value) -> String {
    format!("{TASKS}/{}", task["id"].as_str().expect("an id"))
}

/// Checks a problem: status, content type, request id, a stable type; returns its body.
async fn problem(answer: Response, status: u16, kind: &str) -> Value {
    assert_eq!(answer.status(), status);
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let id = answer.headers()["x-request-id"]
        .to_str()
        .expect("text")
        .to_owned();
    assert!(Uuid::parse_str(&id).is_ok(), "{id}");
    let body: Value = answer.json().await.expect("JSON");
    assert_eq!(body["type"], format!("/problems/{kind}"), "{body}");
    assert_eq!(body["status"], status);
    assert!(body["title"].is_string());
    body
}

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

#[tokio::test(flavor = "multi_thread")]
async fn without_a_valid_token_every_route_is_401() {
    let house = plain().build().await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    let client = Client::of(&ana).await;
    let task = client.adds("private").await;
    let expired = ana.token().await;
    run(&house, "update api_tokens set expires_at = now() - interval '1 second' where created_at = (select max(created_at) from api_tokens)").await;
    let revoked = ana.token().await;
    run(&house, "update api_tokens set revoked_at = now() where created_at = (select max(created_at) from api_tokens)").await;
    let of_disabled = ben.token().await;
    run(
        &house,
        &format!(
            "update users set state = 'disabled' where id = '{}'",
            ben.id
        ),
    )
    .await;
    let good = &client.token;
    let headers = [
        None,
        Some(String::new()),
        Some("Bearer".to_owned()),
        Some("Bearer ".to_owned()),
        Some(format!("Basic {good}")),
        Some(good.clone()),
        Some("Bearer wrong".to_owned()),
        Some(format!("Bearer {}", &good[1..])),
        Some(format!("Bearer {good}x")),
        Some(format!("Bearer {expired}")),
        Some(format!("Bearer {revoked}")),
        Some(format!("Bearer {of_disabled}")),
        Some(format!("Bearer {}", ana.id)),
    ];
    for header in headers {
        for (method, path) in [
            (Method::GET, TASKS.to_owned()),
            (Method::POST, TASKS.to_owned()),
            (Method::GET, one(&task)),
            (Method::PATCH, one(&task)),
            (Method::DELETE, one(&task)),
        ] {
            let request = house
                .http()
                .request(method, format!("{}{path}", house.url()))
                .json(&json!({"title": "x"}));
            let request = match &header {
                Some(header) => request.header("authorization", header),
                None => request,
            };
            let answer = request.send().await.expect("an answer");
            assert_eq!(answer.headers()["www-authenticate"], "Bearer", "{header:?}");
            problem(answer, 401, "unauthorized").await;
        }
    }
    let lower = house
        .http()
        .get(format!("{}{TASKS}", house.url()))
        .header("authorization", format!("bearer {good}"));
    assert_eq!(lower.send().await.expect("an answer").status(), 200);
    assert_eq!(
        client.asks(Method::GET, TASKS, Value::Null, 200).await["items"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_users_id_is_the_same_404_as_one_that_is_not_there() {
    let house = plain().build().await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    let (anas, bens) = (Client::of(&ana).await, Client::of(&ben).await);
    let task = anas.adds("hers").await;
    let missing = format!("{TASKS}/{}", Uuid::from_u128(7));
    let malformed = format!("{TASKS}/not-an-id");
    for method in [Method::GET, Method::PATCH, Method::DELETE] {
        let mut answers = Vec::new();
        for path in [&one(&task), &missing, &malformed] {
            let body = json!({"title": "his"});
            let answer = bens.send(method.clone(), path, Some(&body)).await;
            answers.push(problem(answer, 404, "not-found").await);
        }
        assert_eq!(answers[0], answers[1], "{method}");
        assert_eq!(answers[2], answers[1], "{method}");
    }
    assert_eq!(
        bens.asks(Method::GET, TASKS, Value::Null, 200).await,
        json!({"items": []})
    );
    assert_eq!(
        anas.asks(Method::GET, &one(&task), Value::Null, 200).await,
        task,
        "untouched"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_wrong_is_told_what_is_wrong() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    let client = Client::of(&ana).await;
    let task = client.adds("the only one").await;
    for body in [
        json!({"title": "x", "user_id": Uuid::from_u128(1)}),
        json!({"title": "x", "id": Uuid::from_u128(1)}),
        json!({"title": "x", "done": true}),
        json!({"title": ""}),
        json!({"title": " \n "}),
        json!({"title": "x".repeat(501)}),
        json!({"title": 7}),
        json!({}),
        json!([]),
        json!({"title": "x", "due_on": "tomorrow"}),
        json!({"title": "x", "priority": "urgent"}),
    ] {
        problem(
            client.send(Method::POST, TASKS, Some(&body)).await,
            400,
            "bad-request",
        )
        .await;
    }
    for body in [
        json!({"title": null, "number": 3}),
        json!({"label": "T9"}),
        json!({"version": 1}),
        json!({"title": ""}),
    ] {
        problem(
            client.send(Method::PATCH, &one(&task), Some(&body)).await,
            400,
            "bad-request",
        )
        .await;
    }
    for query in [
        "limit=0",
        "limit=201",
        "limit=-1",
        "limit=many",
        "cursor=abc",
        "cursor=",
        "offset=3",
        "limit=1&limit=2",
    ] {
        let answer = client
            .send(Method::GET, &format!("{TASKS}?{query}"), None)
            .await;
        problem(answer, 400, "bad-request").await;
    }
    let raw = |kind: &'static str, body: String| {
        let request = house
            .http()
            .post(format!("{}{TASKS}", house.url()))
            .bearer_auth(&client.token);
        async move {
            request
                .header("content-type", kind)
                .body(body)
                .send()
                .await
                .expect("an answer")
        }
    };
    problem(
        raw("application/json", "{\"title\": ".into()).await,
        400,
        "bad-request",
    )
    .await;
    problem(
        raw("application/json", "[".repeat(5000)).await,
        400,
        "bad-request",
    )
    .await;
    problem(
        raw("text/plain", "{\"title\": \"x\"}".into()).await,
        415,
        "media-type",
    )
    .await;
    problem(
        raw("application/x-www-form-urlencoded", "title=x".into()).await,
        415,
        "media-type",
    )
    .await;
    problem(
        raw(
            "application/json",
            format!("{{\"title\": \"{}\"}}", "x".repeat(70_000)),
        )
        .await,
        413,
        "too-large",
    )
    .await;
    assert_eq!(house.db.count("select count(*) from tasks").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_method_or_an_address_that_is_not_there_is_a_problem_like_any_other() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    let client = Client::of(&ana).await;
    for (method, path) in [
        ("TRACE", TASKS),
        ("BREW", TASKS),
        ("PUT", TASKS),
        ("TRACE", "/health"),
        ("POST", "/health"),
        ("DELETE", "/openapi.json"),
        ("POST", "/docs/"),
    ] {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let answer = client.send(method.clone(), path, None).await;
        assert_eq!(
            answer.status(),
            StatusCode::METHOD_NOT_ALLOWED,
            "{method} {path}"
        );
        assert!(answer.headers().contains_key("allow"), "{method} {path}");
        problem(answer, 405, "method").await;
    }
    for path in [
        "/",
        "/api",
        "/api/v1/me",
        "/api/v1/me/tasks/",
        "/.env",
        "/docs/../../etc/passwd",
        "/terminal/texts",
    ] {
        problem(client.send(Method::GET, path, None).await, 404, "not-found").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_the_security_headers_and_a_request_id_of_ours() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    let client = Client::of(&ana).await;
    let mut ids = std::collections::HashSet::new();
    for path in [
        TASKS,
        "/health",
        "/health/ready",
        "/metrics",
        "/openapi.json",
        "/docs/",
        "/redoc",
        "/nowhere",
        "/webhooks/twilio/sms",
    ] {
        let request = house
            .http()
            .get(format!("{}{path}", house.url()))
            .bearer_auth(&client.token);
        let answer = request
            .header("x-request-id", "chosen-by-a-caller")
            .send()
            .await
            .expect("an answer");
        let headers = answer.headers();
        let text = |name: &str| {
            headers
                .get(name)
                .and_then(|v| v.to_str().ok())
                .unwrap_or_default()
                .to_owned()
        };
        assert_eq!(text("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(text("referrer-policy"), "no-referrer", "{path}");
        assert!(
            text("strict-transport-security").starts_with("max-age="),
            "{path}"
        );
        assert!(
            text("content-security-policy").contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert!(!text("content-type").is_empty(), "{path}");
        assert!(
            !headers.contains_key("access-control-allow-origin"),
            "{path}"
        );
        assert!(
            Uuid::parse_str(&text("x-request-id")).is_ok(),
            "{path}: {}",
            text("x-request-id")
        );
        assert!(ids.insert(text("x-request-id")), "{path}");
        if path == TASKS {
            assert_eq!(text("cache-control"), "no-store");
        }
    }
}
