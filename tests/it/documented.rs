//! The document says what the routes do.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    client::Client,
    edge::{at, operations},
    house::ANA,
    wire::plain,
};

#[test]
fn every_route_says_who_may_call_it_what_it_does_how_it_fails_and_where_it_belongs() {
    let document: Value = serde_json::from_str(&assistant::http::openapi()).expect("JSON");
    let tags: BTreeSet<&str> = document["tags"]
        .as_array()
        .expect("tags")
        .iter()
        .filter_map(|tag| tag["name"].as_str())
        .collect();
    let mut names = BTreeSet::new();
    for (method, path, operation) in operations() {
        let what = format!("{method} {path}");
        assert!(operation["security"].is_array(), "{what}: security");
        assert!(
            operation["summary"].as_str().is_some_and(|s| s.len() > 5),
            "{what}: summary"
        );
        let tag = operation["tags"][0].as_str().expect(&what);
        assert!(tags.contains(tag), "{what}: the tag {tag} is not explained");
        let name = operation["operationId"].as_str().expect(&what);
        assert!(
            names.insert(name.to_owned()),
            "{what}: {name} is the name of two"
        );
        let responses = operation["responses"].as_object().expect(&what);
        let wants_bearer = operation["security"]
            .as_array()
            .is_some_and(|all| all.iter().any(|one| one["bearer"].is_array()));
        let has_body = operation["requestBody"].is_object();
        let mut expected = Vec::new();
        if path.starts_with("/api/") {
            expected.extend(["429", "503"]);
        }
        if wants_bearer {
            expected.extend(["401", "403"]);
        }
        if has_body {
            expected.extend(["400", "413", "415"]);
        }
        if path.contains("00000000-0000-7000") {
            expected.push("404");
        }
        for status in expected {
            assert!(responses.contains_key(status), "{what}: {status}");
        }
        assert!(
            responses.keys().any(|status| status.starts_with('2')),
            "{what}: no good end"
        );
        for (status, response) in responses {
            let response = match response["$ref"].as_str() {
                Some(name) => {
                    &document["components"]["responses"][name.rsplit('/').next().expect("a name")]
                }
                None => response,
            };
            assert!(
                response["description"]
                    .as_str()
                    .is_some_and(|d| !d.is_empty()),
                "{what} {status}"
            );
            if status.starts_with('4') || status.starts_with('5') {
                assert!(
                    response["content"]["application/problem+json"].is_object(),
                    "{what} {status}"
                );
            }
        }
        let content = &operation["requestBody"]["content"]["application/json"];
        assert!(
            content.is_null() || content["example"].is_object(),
            "{what}: an example of its body"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_call_a_route_is_as_the_document_has_it() {
    let house = plain().build().await;
    for (method, path, operation) in operations() {
        let security = operation["security"].as_array().expect("stated");
        let needs_bearer =
            !security.is_empty() && security.iter().all(|one| one["bearer"].is_array());
        let content = operation["requestBody"]["content"].as_object();
        let request = house.http().request(method.clone(), at(&house, &path));
        let request = match content.and_then(|content| content.keys().next()) {
            Some(kind) => request.header("content-type", kind).body("{}"),
            None => request,
        };
        let status = request.send().await.expect("an answer").status().as_u16();
        if needs_bearer {
            assert_eq!(status, 401, "{method} {path} is called without a token");
        } else if security.is_empty() {
            assert!(status != 401 && status != 403, "{method} {path}: {status}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_examples_of_the_document_are_taken() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    let client = Client::of(&ana).await;
    let of = |wanted: &Method, path: &str| {
        let found = operations()
            .into_iter()
            .find(|(m, p, _)| m == wanted && p == path);
        found.expect(path).2["requestBody"]["content"]["application/json"]["example"].clone()
    };
    for kind in ["tasks", "groceries", "reminders", "events"] {
        let path = format!("/api/v1/me/{kind}");
        let made = client
            .asks(Method::POST, &path, of(&Method::POST, &path), 201)
            .await;
        let change = of(
            &Method::PATCH,
            &format!("{path}/00000000-0000-7000-8000-000000000009"),
        );
        let one = format!("{path}/{}", made["id"].as_str().expect("an id"));
        client.asks(Method::PATCH, &one, change, 200).await;
    }
    client
        .asks(
            Method::PATCH,
            "/api/v1/me",
            of(&Method::PATCH, "/api/v1/me"),
            200,
        )
        .await;
    let register = house.http().post(at(&house, "/api/v1/auth/register"));
    let body = of(&Method::POST, "/api/v1/auth/register");
    let answer = register.json(&body).send().await.expect("an answer");
    assert_eq!(
        answer.status(),
        202,
        "{}",
        answer.text().await.expect("text")
    );
    let forgot = house
        .http()
        .post(at(&house, "/api/v1/auth/forgot-password"));
    assert_eq!(
        forgot
            .json(&json!({"email": "ana@example.org"}))
            .send()
            .await
            .expect("an answer")
            .status(),
        202
    );
}
