//! What REST refuses, and how it says so.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    client::{Client, TASKS, one, problem},
    house::{ANA, BEN},
    wire::{plain, run},
};

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
        "/api/v1/you",
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
