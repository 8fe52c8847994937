//! Somebody with a login: what account tests share.

use std::sync::Arc;

use assistant::{
    accounts::{
        Accounts,
        sessions::{self, Opening, Pair},
    },
    config::Config,
    db::{self, UserTx},
    domain::UserId,
};
use reqwest::{Method, Response, StatusCode};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{House, redis_url};

/// What the daemons of `house` share about accounts, in the hands of the test: with Redis, as a further daemon has it.
pub async fn accounts(house: &House) -> Accounts {
    accounts_with(house, house.config()).await
}

/// The same by another configuration.
pub async fn accounts_with(house: &House, config: Config) -> Accounts {
    let url = config.redis.url.expose_secret().to_owned();
    let redis = redis::Client::open(url).expect("an address");
    let redis = redis
        .get_connection_manager_lazy(
            redis::aio::ConnectionManagerConfig::new().set_number_of_retries(0),
        )
        .expect("lazy");
    let pool = db::connect(&config.database).await.expect("a pool");
    Accounts::new(
        pool,
        house.clock.clone(),
        Arc::new(config),
        "http://here".into(),
    )
    .expect("auth.jwt_secret is set")
    .ready(Some(redis))
    .await
    .expect("the keys are read")
}

/// A login of `user` on a device, without the password's detour.
pub async fn log_in(accounts: &Accounts, user: Uuid, device: &str) -> Pair {
    let mut tx = UserTx::begin(&accounts.pool, UserId(user))
        .await
        .expect("begun");
    let opening = Opening {
        device: device.to_owned(),
        address: "192.0.2.7".to_owned(),
        has_mfa: false,
    };
    let pair = sessions::open(accounts, &mut tx, opening)
        .await
        .expect("a session");
    tx.commit().await.expect("kept");
    pair
}

/// A request with a bearer token.
pub async fn ask(
    base: &str,
    method: Method,
    path: &str,
    token: &str,
    body: Option<Value>,
) -> Response {
    let client = assistant::app::http_client(std::time::Duration::from_secs(20)).expect("a client");
    let request = client
        .request(method, format!("{base}{path}"))
        .bearer_auth(token);
    let request = match body {
        Some(body) => request.json(&body),
        None => request,
    };
    request.send().await.expect("an answer")
}

/// The status of reading one's tasks with this token.
pub async fn tasks(base: &str, token: &str) -> StatusCode {
    ask(base, Method::GET, "/api/v1/me/tasks", token, None)
        .await
        .status()
}

/// The answer to a refresh.
pub async fn refresh(base: &str, token: &str) -> Response {
    let client = assistant::app::http_client(std::time::Duration::from_secs(30)).expect("a client");
    client
        .post(format!("{base}/api/v1/auth/refresh"))
        .json(&json!({ "refresh_token": token }))
        .send()
        .await
        .expect("an answer")
}

/// The pair of a refresh that succeeds.
pub async fn refreshed(base: &str, token: &str) -> (String, String) {
    let answer = refresh(base, token).await;
    assert_eq!(answer.status(), 200);
    let body: Value = answer.json().await.expect("JSON");
    let text = |name: &str| body[name].as_str().expect(name).to_owned();
    (text("access_token"), text("refresh_token"))
}

/// Takes everything that this house put into Redis out of it: a flush, as far as the house can see.
pub async fn flush(house: &House) {
    let client = redis::Client::open(redis_url()).expect("an address");
    let mut redis = client
        .get_multiplexed_async_connection()
        .await
        .expect("redis");
    let keys: Vec<String> = redis::cmd("KEYS")
        .arg(format!("{}:*", house.db.name))
        .query_async(&mut redis)
        .await
        .expect("keys");
    for key in keys {
        redis::cmd("DEL")
            .arg(key)
            .query_async::<i64>(&mut redis)
            .await
            .expect("gone");
    }
}
