//! Somebody who forges access tokens: what the tests of tokens share.

use assistant::{
    accounts::token::{KIND, jws},
    clock::new_id,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use sha2::Sha256;
use uuid::Uuid;

use crate::{
    account::{accounts, ask, log_in, tasks},
    house::{ANA, House},
    wire::plain,
};

/// Somebody who knows the secret of the house and forges with it whatever they like.
pub struct Forger {
    pub house: House,
    pub secret: String,
    pub user: Uuid,
    pub session: Uuid,
    pub access: String,
    pub refresh: String,
}

impl Forger {
    /// With a login of Ana's.
    pub async fn new() -> Self {
        let house = plain().build().await;
        let ana = house.resident(ANA).await.id;
        let accounts = accounts(&house).await;
        let pair = log_in(&accounts, ana, "a phone").await;
        let secret = house.config().auth.jwt_secret.expose_secret().to_owned();
        Self {
            secret,
            user: ana,
            session: pair.session,
            access: pair.access_token.expose_secret().to_owned(),
            refresh: pair.refresh_token.expose_secret().to_owned(),
            house,
        }
    }

    pub fn header(&self) -> Value {
        json!({"alg": "HS256", "kid": jws::name(self.secret.as_bytes()), "typ": KIND})
    }

    pub fn claims(&self) -> Value {
        let now = self.house.clock.now().as_second();
        json!({"sub": self.user, "sid": self.session, "jti": new_id(), "iss": "assistant", "aud": "assistant/api",
               "iat": now, "nbf": now, "exp": now + 900})
    }

    /// With some header fields changed; null takes one away.
    pub fn with_header(&self, change: Value) -> String {
        sign(
            &text(&changed(self.header(), change)),
            &text(&self.claims()),
            self.secret.as_bytes(),
        )
    }

    pub fn with_claims(&self, change: Value) -> String {
        sign(
            &text(&self.header()),
            &text(&changed(self.claims(), change)),
            self.secret.as_bytes(),
        )
    }

    pub async fn status(&self, token: &str) -> u16 {
        tasks(&self.house.url(), token).await.as_u16()
    }

    /// Refused with the one answer that tells nothing.
    pub async fn is_refused(&self, token: &str, why: &str) {
        let answer = ask(
            &self.house.url(),
            reqwest::Method::GET,
            "/api/v1/me/tasks",
            token,
            None,
        )
        .await;
        assert_eq!(answer.status(), 401, "{why}: {token}");
        let body: Value = answer.json().await.expect("JSON");
        assert_eq!(body["type"], "/problems/unauthorized", "{why}");
        assert_eq!(
            body["title"], "A valid bearer token is needed",
            "{why}: nothing about why"
        );
        assert!(!body.to_string().contains("kid"), "{why}");
    }
}

pub fn text(value: &Value) -> String {
    value.to_string()
}

pub fn changed(mut value: Value, change: Value) -> Value {
    let into = value.as_object_mut().expect("an object");
    for (name, to) in change.as_object().expect("an object") {
        match to {
            Value::Null => drop(into.remove(name)),
            to => drop(into.insert(name.clone(), to.clone())),
        }
    }
    value
}

pub fn sign(header: &str, payload: &str, secret: &[u8]) -> String {
    let message = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(payload)
    );
    let mac = Hmac::<Sha256>::new_from_slice(secret).expect("any length");
    let tag = mac.chain_update(&message).finalize();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag.as_bytes()))
}
