//! Secrets are sent through every route and every failure, and looked for where they must not be: logs, metrics, errors.

use reqwest::{Method, RequestBuilder};
use serde_json::{Map, Value, json};
use sqlx::{AssertSqlSafe, PgPool};

use crate::{
    edge::operations,
    house::{ANA, OWN, PATIENCE, server_url},
    program::Program,
    wire::{Webhook, plain},
};

/// In every secret that is sent as words.
const CANARY: &str = "qzcanaryqz";
/// In every secret that is sent as digits.
const DIGITS: &str = "7391846250";
const PHONE: &str = "+15557391846";

/// A body as the document wants it, with canaries for strings; with `wrong`, of the wrong types.
fn body_of(document: &Value, operation: &Value, wrong: bool) -> Option<Value> {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let name = schema["$ref"].as_str()?.rsplit('/').next()?;
    let properties = document["components"]["schemas"][name]["properties"].as_object()?;
    let mut body = Map::new();
    for (name, property) in properties {
        let kind = property["type"]
            .as_str()
            .or_else(|| property["type"][0].as_str());
        let value = match (name.as_str(), kind) {
            ("phone" | "number", _) if !wrong => json!(PHONE),
            ("email", _) if !wrong => json!(format!("{CANARY}@example.org")),
            ("method", _) => json!("totp"),
            (_, Some("string")) if wrong => json!(DIGITS.parse::<i64>().expect("digits")),
            (name, Some("string")) => json!(format!("{CANARY} for the {name} {DIGITS}")),
            (_, Some("array")) => json!([format!("{CANARY} in a list")]),
            (_, Some("boolean")) => json!(true),
            _ if wrong => json!({ "inside": format!("{CANARY} deep") }),
            _ => continue,
        };
        body.insert(name.clone(), value);
    }
    Some(Value::Object(body))
}

/// Sends it; whatever an error says must not repeat a secret.
async fn send(request: RequestBuilder, what: &str) {
    let answer = request.send().await.expect("an answer");
    let status = answer.status();
    let text = answer.text().await.expect("a body");
    if status.is_client_error() || status.is_server_error() {
        let names_it = text.contains(CANARY) || text.contains(DIGITS) || text.contains(&PHONE[2..]);
        assert!(!names_it, "{what}: {status}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s62_s63_no_secret_of_any_route_or_failure_reaches_a_log_a_metric_or_an_error() {
    let house = plain().closed().build().await;
    let ana = house.resident(ANA).await;
    let token = ana.token().await;
    let server_secret = format!("{CANARY} of the server, 32 bytes or more");
    let program = Program::of(&house)
        .set("ops.log", "debug")
        .set("auth.jwt_secret", &server_secret)
        .set("auth.sealing_key", &server_secret)
        .set("smtp.url", format!("smtp://user:{CANARY}@127.0.0.1:1"))
        .set("smtp.from", "assistant@example.org")
        .set("model.provider", "openai")
        .set("model.base_url", "http://127.0.0.1:1/v1")
        .set("model.name", "none")
        .set("model.api_key", CANARY)
        .set("model.timeout_seconds", 1)
        .set("limits.auth_per_address", 0)
        .set("limits.auth_per_account", 0);
    let serving = program.serves().await;
    let (http, url) = (house.http(), &serving.url);
    house.sim.set_webhook(&format!("{url}/webhooks/twilio/sms"));
    let document: Value = serde_json::from_str(&assistant::http::openapi()).expect("JSON");
    let walk = async || {
        for (method, path, operation) in operations() {
            // the account is needed to the end
            if method == Method::DELETE && path == "/api/v1/me" {
                continue;
            }
            let what = format!("{method} {path}");
            let ask = |bearer: Option<&str>| {
                let target = format!("{url}{path}?cursor={CANARY}&limit={DIGITS}");
                let request = http.request(method.clone(), target);
                let request = request.header("user-agent", format!("{CANARY}-agent"));
                let request = request.header("x-forwarded-for", CANARY);
                match bearer {
                    Some(bearer) => request.bearer_auth(bearer),
                    None => request,
                }
            };
            let plainly = |bearer| ask(bearer).query(&[("x", "y")]);
            for bearer in [
                None,
                Some(CANARY),
                Some("qzcanaryqz.qzcanaryqz.qzcanaryqz"),
                Some(token.as_str()),
            ] {
                send(plainly(bearer), &what).await;
                for wrong in [false, true] {
                    if let Some(body) = body_of(&document, &operation, wrong) {
                        send(ask(bearer).json(&body), &what).await;
                        // without what a query may not hold the body is looked at too
                        let bare = http.request(method.clone(), format!("{url}{path}"));
                        let bare = bearer.map_or(bare.try_clone().expect("no stream"), |b| {
                            bare.bearer_auth(b)
                        });
                        send(bare.json(&body), &what).await;
                    }
                }
                send(
                    ask(bearer)
                        .header("content-type", "application/json")
                        .body(format!("{{\"name\": {DIGITS}")),
                    &what,
                )
                .await;
            }
        }
    };
    walk().await;
    // by text: understood, not understood by a model that is away, forging lines
    let forged = format!(
        "{CANARY}\r\n{{\"level\":\"ERROR\",\"{CANARY}\":1}}\n\u{1b}[31m{CANARY}\u{202e}\u{2028}"
    );
    for body in [
        format!("add a task: {CANARY}"),
        format!("what do you think of {CANARY} {DIGITS}"),
        forged,
    ] {
        house.sim.text(ANA, OWN, &body).await;
        house.is_at_rest().await;
    }
    assert_eq!(
        Webhook::to(url, CANARY)
            .post_signed(&http, Some(CANARY))
            .await,
        403
    );
    let metrics = http
        .get(format!("{url}/metrics"))
        .send()
        .await
        .expect("metrics")
        .text()
        .await
        .expect("text");
    // once more without a database
    let server = PgPool::connect(&server_url()).await.expect("the server");
    let name = &house.db.name;
    for sql in [
        format!("alter database {name} allow_connections false"),
        format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"),
    ] {
        sqlx::query(AssertSqlSafe(sql))
            .execute(&server)
            .await
            .expect("away");
    }
    walk().await;
    assert_eq!(Webhook::to(url, CANARY).post(&http).await, 503);
    let back = format!("alter database {name} allow_connections true");
    sqlx::query(AssertSqlSafe(back))
        .execute(&server)
        .await
        .expect("back");
    let (code, log) = tokio::time::timeout(PATIENCE, serving.stops())
        .await
        .expect("it stops");
    assert_eq!(code, Some(0));
    for secret in [CANARY, DIGITS, &PHONE[2..], &ANA[2..], token.as_str()] {
        assert!(!metrics.contains(secret), "{secret} in the metrics");
        let found: Vec<&str> = log
            .lines()
            .filter(|line| line.contains(secret))
            .take(3)
            .collect();
        assert!(found.is_empty(), "{secret}: {found:#?}");
    }
    assert!(
        log.lines().count() > 50,
        "{} lines only",
        log.lines().count()
    );
    for line in log.lines() {
        let read: Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("no JSON: {error}: {line}"));
        assert!(
            read["level"].is_string() && read["timestamp"].is_string(),
            "{line}"
        );
        let forges = line.chars().any(|c| {
            c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2028}' | '\u{2029}')
        });
        assert!(!forges, "{line:?}");
    }
}
