//! Logs carry ids: never a text, a whole number, a token or a password, and nobody forges a line of them.

use std::time::Duration;

use assistant::sim::twilio::Fault;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, PgPool};

use crate::{
    house::{ANA, OWN, PATIENCE, server_url},
    program::Program,
    wire::{Webhook, nth, plain},
};

const STRANGER: &str = "+15550177123";

#[tokio::test(flavor = "multi_thread")]
async fn no_text_number_token_or_password_reaches_the_log_on_any_path() {
    for level in ["info", "debug"] {
        let lines = walk_every_path(level).await;
        assert!(
            lines > 20,
            "at {level} only {lines} lines were logged at all"
        );
    }
}

/// Sends secrets through every path and finds none in the log; returns how many lines that has.
async fn walk_every_path(level: &str) -> usize {
    let house = plain().closed().build().await;
    let ana = house.resident(ANA).await;
    let token = ana.token().await;
    let program = Program::of(&house)
        .set("ops.log", level)
        .set("redis.url", "redis://:canary-password@127.0.0.1:1/");
    let serving = program.serves().await;
    let (http, url) = (house.http(), &serving.url);
    house.sim.set_webhook(&format!("{url}/webhooks/twilio/sms"));
    let text = |from: &'static str, body: &str| {
        let (sim, body) = (&house.sim, body.to_owned());
        async move { sim.text(from, OWN, &body).await.status }
    };
    // texts: done, not understood, by a stranger, a keyword, a tapback, one that would forge a line
    text(ANA, "add a task: canary-task").await;
    nth(&house, ANA, 1).await;
    text(ANA, "canary-nonsense\r\n{\"level\":\"ERROR\",\"canary-forged\":1}\n\u{1b}[31mcanary-red\u{202e}").await;
    nth(&house, ANA, 2).await;
    for body in ["canary-stranger", "Liked “canary-tapback”", "STOP", "START"] {
        assert_eq!(text(STRANGER, body).await, Some(200));
    }
    // webhooks: refused, not right
    let forged = Webhook::to(url, "canary-forgery").with("From", STRANGER);
    assert_eq!(
        forged.post_signed(&http, Some("canary-signature")).await,
        403
    );
    assert_eq!(
        Webhook::to(url, "canary-elsewhere")
            .with("To", "+15550177999")
            .post(&http)
            .await,
        403
    );
    assert_eq!(
        Webhook::to(url, &"canary-long".repeat(9000))
            .post(&http)
            .await,
        413
    );
    // the provider: fails in every way, refuses
    for fault in [
        Fault::ErrorAfter,
        Fault::CutAfter,
        Fault::Garbled,
        Fault::TooMany { retry_after: None },
    ] {
        house.sim.fail_next(1, fault);
        text(ANA, "canary-of-a-fault").await;
        house.is_at_rest().await;
    }
    house.sim.refuse(ANA, 21614);
    text(ANA, "canary-refused").await;
    house.is_at_rest().await;
    // REST: right, wrong, with a bad token
    let tasks = format!("{url}/api/v1/me/tasks");
    for (bearer, body) in [
        (token.as_str(), json!({"title": "canary-rest"})),
        (&token, json!({"title": "canary-rest", "canary-field": 1})),
        ("canary-token", json!({"title": "canary-rest"})),
    ] {
        http.request(Method::POST, &tasks)
            .bearer_auth(bearer)
            .json(&body)
            .send()
            .await
            .expect("an answer");
    }
    // without a database
    let server = PgPool::connect(&server_url()).await.expect("the server");
    let name = &house.db.name;
    let tell = |sql: String| sqlx::query(AssertSqlSafe(sql)).execute(&server);
    tell(format!("alter database {name} allow_connections false"))
        .await
        .expect("closed");
    tell(format!(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"
    ))
    .await
    .expect("cut");
    let mut request_ids = Vec::new();
    for _ in 0..20 {
        assert_eq!(Webhook::to(url, "canary-not-kept").post(&http).await, 503);
        let answer = http
            .get(&tasks)
            .bearer_auth(&token)
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), 503);
        request_ids.push(
            answer.headers()["x-request-id"]
                .to_str()
                .expect("text")
                .to_owned(),
        );
    }
    tell(format!("alter database {name} allow_connections true"))
        .await
        .expect("open");
    tokio::time::sleep(Duration::from_secs(1)).await;
    let (code, log) = tokio::time::timeout(PATIENCE, serving.stops())
        .await
        .expect("it stops");
    assert_eq!(code, Some(0));
    let sim_token = assistant::sim::twilio::SimOptions::default().auth_token;
    let digits = |number: &'static str| &number[2..];
    for secret in [
        "canary",
        token.as_str(),
        &sim_token,
        digits(ANA),
        digits(STRANGER),
        "5550177999",
    ] {
        let found: Vec<&str> = log
            .lines()
            .filter(|line| line.contains(secret))
            .take(3)
            .collect();
        assert!(found.is_empty(), "{secret} at {level}: {found:#?}");
    }
    for line in log.lines() {
        let line: Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("no JSON: {error}: {line}"));
        assert!(
            line["level"].is_string() && line["timestamp"].is_string(),
            "{line}"
        );
    }
    for id in request_ids {
        assert!(log.contains(&id), "the operator finds {id}");
    }
    log.lines().count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_that_fails_does_not_print_the_passwords_it_was_given() {
    let url = "postgres://login:canary-password@127.0.0.1:1/none?sslmode=canary-mode";
    for url in [
        url,
        "postgres://login:canary-password@127.0.0.1:1/none",
        "pg:/canary-password",
    ] {
        let program = Program::on(url).set("redis.url", "redis://:canary-password@127.0.0.1:1/");
        for command in [
            &["serve"][..],
            &["migrate"],
            &["doctor"],
            &["admin", "token", "--user", "x"],
        ] {
            let (code, out, errors) = program.runs(command).await;
            assert_eq!(code, 1, "{command:?}");
            assert!(
                !out.contains("canary-password") && !errors.contains("canary-password"),
                "{command:?}: {out}{errors}"
            );
        }
    }
    let program = Program::on(&server_url()).set("redis.url", "rediss:canary-password");
    let (code, _, errors) = program.runs(&["serve"]).await;
    assert!(code == 1 && !errors.contains("canary-password"), "{errors}");
}
