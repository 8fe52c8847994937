//! Requests a minute: by address and by account, shared by replicas, believed hops only, closed where secrets are guessed.

use std::time::Duration;

use assistant::app::Role;
use reqwest::{Method, Response};
use serde_json::json;
use tokio::time::Instant;

use crate::{
    client::{Client, TASKS, problem},
    edge::at,
    house::{ANA, BEN, House},
    wire::{Webhook, plain},
};

/// How many of these a limit of `per_minute` may have let through since `began`.
fn most(per_minute: u32, began: Instant) -> usize {
    let back = began.elapsed().as_secs_f64() / 60.0 * f64::from(per_minute);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a small count"
    )]
    let back = back.ceil() as usize;
    per_minute as usize + back
}

async fn get(house: &House, path: &str, forwarded: Option<&str>) -> Response {
    let request = house.http().get(at(house, path));
    let request = match forwarded {
        Some(chain) => request.header("x-forwarded-for", chain),
        None => request,
    };
    request.send().await.expect("an answer")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_asks_too_often_is_told_when_to_come_back() {
    let house = plain().set("limits.api_per_address", 4).build().await;
    for left in (0..4).rev() {
        let answer = get(&house, TASKS, None).await;
        assert_eq!(answer.status(), 401);
        assert_eq!(answer.headers()["ratelimit-policy"], "\"api\";q=4;w=60");
        let standing = answer.headers()["ratelimit"].to_str().expect("text");
        assert!(
            standing.starts_with(&format!("\"api\";r={left};t=")),
            "{standing}"
        );
    }
    let answer = get(&house, TASKS, None).await;
    let wait: u64 = answer.headers()["retry-after"]
        .to_str()
        .expect("text")
        .parse()
        .expect("seconds");
    assert!((1..=15).contains(&wait), "{wait}");
    problem(answer, 429, "too-many-requests").await;
    // how the daemon is, and the provider's webhooks, are never limited by address
    for _ in 0..10 {
        assert_eq!(get(&house, "/health", None).await.status(), 200);
    }
    house.resident(ANA).await;
    for text in 0..8 {
        let webhook = Webhook::to(&house.url(), &format!("add a task: {text}"));
        assert_eq!(webhook.post(&house.http()).await, 200);
    }
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn replicas_share_what_is_left_also_of_requests_that_come_together() {
    let mut house = plain().set("limits.api_per_address", 10).build().await;
    let other = house.replica(Role::Api).await;
    let urls = [house.url(), format!("http://{}", other.address)];
    let began = Instant::now();
    let asked = (0..60usize).map(|n| house.http().get(format!("{}{TASKS}", urls[n % 2])).send());
    let answers = futures_util::future::join_all(asked).await;
    let served = answers
        .iter()
        .filter(|a| a.as_ref().expect("an answer").status() == 401)
        .count();
    assert!(served >= 10 && served <= most(10, began), "{served}");
    other.stop().await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_limited_over_all_its_tokens_and_no_other_account_with_it() {
    let house = plain().set("limits.api_per_account", 4).build().await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    let (one, two, his) = (
        Client::of(&ana).await,
        Client::of(&ana).await,
        Client::of(&ben).await,
    );
    for client in [&one, &two, &one, &two] {
        client.asks(Method::GET, TASKS, json!(null), 200).await;
    }
    for client in [&one, &two] {
        problem(
            client.send(Method::GET, TASKS, None).await,
            429,
            "too-many-requests",
        )
        .await;
    }
    his.asks(Method::GET, TASKS, json!(null), 200).await;
    // a wrong token takes nothing from anybody
    assert_eq!(get(&house, TASKS, None).await.status(), 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn s51_a_forged_forwarded_address_does_not_change_who_pays() {
    let house = plain().set("limits.api_per_address", 4).build().await;
    let mut refused = 0;
    for n in 0..12 {
        let answer = get(&house, TASKS, Some(&format!("203.0.113.{n}"))).await;
        refused += usize::from(answer.status() == 429);
    }
    assert!(
        refused >= 6,
        "{refused}: nobody is between, so nothing of it is believed"
    );
    let proxied = plain()
        .set("limits.api_per_address", 4)
        .set("server.trusted_proxies", "127.0.0.1")
        .build()
        .await;
    for n in 0..12 {
        let answer = get(&proxied, TASKS, Some(&format!("1.2.3.4, 203.0.113.{n}"))).await;
        assert_eq!(
            answer.status(),
            401,
            "each client behind the proxy pays for itself"
        );
    }
    let mut refused = 0;
    for n in 0..12 {
        let answer = get(
            &proxied,
            TASKS,
            Some(&format!("1.2.3.{n}, 127.0.0.1, 198.51.100.7")),
        )
        .await;
        refused += usize::from(answer.status() == 429);
    }
    assert!(
        refused >= 6,
        "{refused}: what the client wrote itself changes nothing"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn s64_without_redis_nobody_logs_in_and_everything_else_goes_on() {
    for url in ["redis://127.0.0.1:1/", ""] {
        let house = plain()
            .set("redis.url", url)
            .set("limits.auth_per_address", 60)
            .set("limits.auth_per_account", 60)
            .build()
            .await;
        let ana = house.resident(ANA).await;
        let client = Client::of(&ana).await;
        for path in [
            "register",
            "login",
            "forgot-password",
            "reset-password",
            "refresh",
            "mfa/verify",
            "mfa/challenge",
        ] {
            let request = house
                .http()
                .post(at(&house, &format!("/api/v1/auth/{path}")));
            let answer = request
                .json(&json!({"email": "a@example.org"}))
                .send()
                .await
                .expect("an answer");
            assert!(answer.headers().contains_key("retry-after"), "{path}");
            problem(answer, 503, "unavailable").await;
        }
        let logout = house.http().post(at(&house, "/api/v1/auth/logout"));
        let logout = logout
            .json(&json!({"refresh_token": "x"}))
            .send()
            .await
            .expect("an answer");
        assert!(
            logout.status().as_u16() < 500 && logout.status() != 429,
            "{}",
            logout.status()
        );
        let began = Instant::now();
        for n in 0..20 {
            client.adds(&format!("task {n}")).await;
        }
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "nobody waits for it again and again"
        );
        assert_eq!(ana.asks("add a task: by text").await, "T21 by text");
        house.is_at_rest().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s64_without_redis_a_page_is_shown_and_its_form_is_answered_by_a_page_that_says_why() {
    let house = plain()
        .set("redis.url", "redis://127.0.0.1:1/")
        .set("limits.auth_per_address", 60)
        .set("limits.auth_per_account", 60)
        .build()
        .await;
    let ana = house.resident(ANA).await;
    for path in [
        "/account/verify-email?token=x",
        "/account/reset-password?token=x",
        "/account/change-email?token=x",
        "/account/unlock?token=x",
        "/account/first-password?token=x",
        "/step-up/x",
    ] {
        let shown = get(&house, path, None).await;
        assert_eq!(shown.status(), 200, "{path}");
        let sent = house.http().post(at(&house, path)).form(&[("token", "x")]);
        let sent = sent.send().await.expect("an answer");
        assert_eq!(sent.status(), 503, "{path}");
        assert!(sent.headers().contains_key("retry-after"), "{path}");
        assert_eq!(sent.headers()["content-type"], "text/html; charset=utf-8");
        let html = sent.text().await.expect("a page");
        assert!(html.contains("try again in a minute"), "{html}");
    }
    // nor is a text sent for somebody who adds a number
    let client = Client::logged_in(&ana).await;
    let number = json!({"number": "+15550100077"});
    let answer = client
        .send(Method::POST, "/api/v1/me/phones", Some(&number))
        .await;
    problem(answer, 503, "unavailable").await;
    client
        .asks(Method::GET, "/api/v1/me/phones", json!(null), 200)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn adding_numbers_is_limited_like_what_sends_texts() {
    let house = plain().set("limits.auth_per_account", 3).build().await;
    let ana = house.resident(ANA).await;
    let client = Client::logged_in(&ana).await;
    let mut refused = 0;
    for n in 0..6 {
        let number = json!({"number": format!("+1555010007{n}")});
        let answer = client
            .send(Method::POST, "/api/v1/me/phones", Some(&number))
            .await;
        refused += usize::from(answer.status() == 429);
    }
    assert!(refused >= 2, "{refused}");
    client
        .asks(Method::GET, "/api/v1/me/phones", json!(null), 200)
        .await;
}
