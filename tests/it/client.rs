//! Somebody who uses the REST API, and what every problem must look like.

use reqwest::{Method, Response};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{House, Resident};

/// Where one's own tasks are.
pub const TASKS: &str = "/api/v1/me/tasks";

/// Somebody's REST client.
pub struct Client<'a> {
    house: &'a House,
    pub token: String,
}

impl<'a> Client<'a> {
    /// With a fresh token.
    pub async fn of(user: &Resident<'a>) -> Self {
        Self {
            house: user.house,
            token: user.token().await,
        }
    }

    /// Any request.
    pub async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Response {
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
    pub async fn asks(&self, method: Method, path: &str, body: Value, status: u16) -> Value {
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

    /// Adds a task.
    pub async fn adds(&self, title: &str) -> Value {
        self.asks(Method::POST, TASKS, json!({"title": title}), 201)
            .await
    }
}

/// The address of this task.
pub fn one(task: &Value) -> String {
    format!("{TASKS}/{}", task["id"].as_str().expect("an id"))
}

/// Checks a problem: status, content type, request id, a stable type; returns its body.
pub async fn problem(answer: Response, status: u16, kind: &str) -> Value {
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
