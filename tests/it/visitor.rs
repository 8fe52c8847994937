//! Somebody who comes over REST with nothing but an e-mail address and a password.

use reqwest::{Method, header::HeaderMap};
use serde_json::{Value, json};

use crate::{
    house::{House, PATIENCE},
    mails::{MailServer, token},
};

/// A password that is good enough.
pub const GOOD: &str = "a small boat on the wide lake";

pub struct Visitor {
    http: reqwest::Client,
    url: String,
}

/// An answer.
#[derive(Debug)]
pub struct Said {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Said {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).expect("JSON")
    }
}

impl Visitor {
    pub fn of(house: &House) -> Self {
        Self {
            http: house.http(),
            url: house.url(),
        }
    }

    /// Comes to another process.
    pub fn at(address: std::net::SocketAddr, house: &House) -> Self {
        Self {
            http: house.http(),
            url: format!("http://{address}"),
        }
    }

    /// `POST /api/v1/auth/…`
    pub async fn posts(&self, what: &str, body: Value) -> Said {
        self.sends(Method::POST, &format!("/api/v1/auth/{what}"), None, body)
            .await
    }

    /// Any request.
    pub async fn sends(
        &self,
        method: Method,
        path: &str,
        bearer: Option<&str>,
        body: Value,
    ) -> Said {
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        if let Some(bearer) = bearer {
            request = request.bearer_auth(bearer);
        }
        if !body.is_null() {
            request = request.json(&body);
        }
        let answer = request.send().await.expect("an answer");
        Said {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            text: answer.text().await.expect("a body"),
        }
    }

    pub async fn registers(&self, email: &str) {
        let said = self
            .posts("register", json!({"email": email, "password": GOOD}))
            .await;
        assert_eq!(said.status, 202, "{}", said.text);
    }

    /// From nothing to an account: the link of the newest mail is followed.
    pub async fn joins(&self, server: &MailServer, email: &str, password: &str) {
        let nth = server.sent_to(email).len() + 1;
        let said = self
            .posts("register", json!({"email": email, "password": password}))
            .await;
        assert_eq!(said.status, 202, "{}", said.text);
        let mail = server.hears(email, nth).await;
        let said = self
            .posts("verify-email", json!({"token": token(&mail)}))
            .await;
        assert_eq!(said.status, 200, "{}", said.text);
    }

    pub async fn tries(&self, email: &str, password: &str) -> Said {
        self.posts("login", json!({"email": email, "password": password}))
            .await
    }

    /// Logs in and returns the tokens.
    pub async fn logs_in(&self, email: &str, password: &str) -> Value {
        let said = self.tries(email, password).await;
        assert_eq!(said.status, 200, "{}", said.text);
        said.json()
    }

    /// The status of a request with this access token.
    pub async fn may(&self, tokens: &Value) -> u16 {
        let bearer = tokens["access_token"].as_str().expect("a token");
        self.sends(Method::GET, "/api/v1/me/tasks", Some(bearer), Value::Null)
            .await
            .status
    }

    /// Asks for a reset and returns the link's secret.
    pub async fn forgets(&self, server: &MailServer, email: &str) -> String {
        let resets = || -> Vec<String> {
            let all = server.sent_to(email).into_iter();
            all.filter(|mail| mail.contains("/account/reset-password?"))
                .collect()
        };
        let before = resets().len();
        let said = self.posts("forgot-password", json!({"email": email})).await;
        assert_eq!(said.status, 202, "{}", said.text);
        let until = tokio::time::Instant::now() + PATIENCE;
        while resets().len() == before {
            assert!(tokio::time::Instant::now() < until, "no link to reset");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        token(&resets()[before])
    }
}
