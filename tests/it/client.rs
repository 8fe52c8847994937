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

    /// With a login that has just shown its password: what dangerous acts want.
    pub async fn logged_in(user: &Resident<'a>) -> Self {
        use secrecy::ExposeSecret;
        let accounts = accounts(user.house).await;
        let user_id = assistant::domain::UserId(user.id);
        let mut tx = assistant::db::UserTx::begin(&accounts.pool, user_id)
            .await
            .expect("begun");
        let opening = assistant::accounts::sessions::Opening {
            device: "a test".into(),
            address: "127.0.0.1".into(),
            has_mfa: false,
        };
        let pair = assistant::accounts::sessions::open(&accounts, &mut tx, opening)
            .await
            .expect("a session");
        tx.commit().await.expect("committed");
        Self {
            house: user.house,
            token: pair.access_token.expose_secret().to_owned(),
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

/// The accounts of this house, as its daemon has them.
pub async fn accounts(house: &House) -> assistant::accounts::Accounts {
    let config = std::sync::Arc::new(house.config());
    let pool = assistant::db::connect(&config.database)
        .await
        .expect("a pool");
    let base = house.url();
    let accounts =
        assistant::accounts::Accounts::new(pool, house.clock.clone(), config, base.as_str().into());
    accounts
        .expect("a secret is set")
        .ready(None)
        .await
        .expect("keys")
}

/// Sets a password, as if it had been set long ago.
pub async fn set_password(user: &Resident<'_>, password: &str) {
    let accounts = accounts(user.house).await;
    let phc = accounts
        .hasher
        .hash(&password.into())
        .await
        .expect("hashed");
    sqlx::query("insert into passwords (user_id, phc, changed_at) values ($1, $2, now())")
        .bind(user.id)
        .bind(phc)
        .execute(&user.house.db.admin)
        .await
        .expect("kept");
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
