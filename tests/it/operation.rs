//! What an operator sees: documentation pages, health, metrics.

use serde_json::{Value, json};

use crate::{
    house::{ANA, House},
    wire::{metric, plain},
};

async fn get(house: &House, path: &str) -> (u16, String) {
    let answer = house
        .http()
        .get(format!("{}{path}", house.url()))
        .send()
        .await
        .expect("an answer");
    (
        answer.status().as_u16(),
        answer.text().await.expect("a body"),
    )
}

/// Addresses that a page loads.
fn loaded(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    for attribute in ["src=\"", "href=\"", "spec-url=\""] {
        found.extend(
            page.split(attribute)
                .skip(1)
                .filter_map(|rest| rest.split('"').next())
                .map(str::to_owned),
        );
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn the_documentation_is_served_whole_and_loads_nothing_from_outside() {
    let house = plain().build().await;
    for page in ["/docs/", "/redoc"] {
        let (status, html) = get(&house, page).await;
        assert_eq!(status, 200, "{page}");
        let parts = loaded(&html);
        assert!(parts.len() >= 2, "{page}: {parts:?}");
        for part in parts {
            assert!(!part.contains("//"), "{page} loads {part}");
            let path = if part.starts_with('/') {
                part
            } else {
                format!("/docs/{}", part.trim_start_matches("./"))
            };
            let (status, body) = get(&house, &path).await;
            assert!(
                status == 200 && !body.is_empty(),
                "{page} loads {path}: {status}"
            );
        }
        let answer = house
            .http()
            .get(format!("{}{page}", house.url()))
            .send()
            .await
            .expect("an answer");
        let policy = answer.headers()["content-security-policy"]
            .to_str()
            .expect("text")
            .to_owned();
        assert!(
            policy.contains("default-src 'self'") && !policy.contains("http"),
            "{policy}"
        );
    }
    let (_, start) = get(&house, "/docs/swagger-initializer.js").await;
    assert!(start.contains("/openapi.json"), "{start}");
    let answer = house
        .http()
        .get(format!("{}/docs", house.url()))
        .send()
        .await
        .expect("an answer");
    assert!(
        answer.status().is_redirection() || answer.status() == 200,
        "{}",
        answer.status()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_committed_openapi_document_is_the_one_that_is_served() {
    let committed = include_str!("../../openapi.json");
    assert_eq!(
        committed,
        assistant::http::openapi(),
        "run `assistant openapi > openapi.json`"
    );
    let house = plain().build().await;
    let (status, served) = get(&house, "/openapi.json").await;
    assert_eq!(status, 200);
    let (served, committed): (Value, Value) = (
        serde_json::from_str(&served).expect("JSON"),
        serde_json::from_str(committed).expect("JSON"),
    );
    assert_eq!(served, committed);
    let mut paths: Vec<&str> = committed["paths"]
        .as_object()
        .expect("paths")
        .keys()
        .map(String::as_str)
        .collect();
    paths.sort_unstable();
    assert_eq!(
        paths,
        [
            "/api/v1/admin/audit",
            "/api/v1/admin/jobs",
            "/api/v1/admin/jobs/{id}/replay",
            "/api/v1/admin/messages",
            "/api/v1/admin/messages/{id}/unseal",
            "/api/v1/admin/metrics",
            "/api/v1/admin/permissions",
            "/api/v1/admin/phones",
            "/api/v1/admin/phones/{id}",
            "/api/v1/admin/phones/{id}/verify",
            "/api/v1/admin/roles",
            "/api/v1/admin/roles/{role}",
            "/api/v1/admin/usage",
            "/api/v1/admin/users",
            "/api/v1/admin/users/{id}",
            "/api/v1/admin/users/{id}/password-reset",
            "/api/v1/admin/users/{id}/roles",
            "/api/v1/admin/users/{id}/roles/{role}",
            "/api/v1/auth/forgot-password",
            "/api/v1/auth/login",
            "/api/v1/auth/logout",
            "/api/v1/auth/mfa",
            "/api/v1/auth/mfa/challenge",
            "/api/v1/auth/mfa/recovery-codes",
            "/api/v1/auth/mfa/setup",
            "/api/v1/auth/mfa/verify",
            "/api/v1/auth/mfa/{id}",
            "/api/v1/auth/re-authenticate",
            "/api/v1/auth/refresh",
            "/api/v1/auth/register",
            "/api/v1/auth/reset-password",
            "/api/v1/auth/unlock",
            "/api/v1/auth/verify-email",
            "/api/v1/me",
            "/api/v1/me/budgets",
            "/api/v1/me/budgets/{id}",
            "/api/v1/me/calendar.ics",
            "/api/v1/me/calendar/feed",
            "/api/v1/me/contacts",
            "/api/v1/me/contacts/import",
            "/api/v1/me/contacts/{id}",
            "/api/v1/me/debts",
            "/api/v1/me/debts/{id}",
            "/api/v1/me/diet",
            "/api/v1/me/email",
            "/api/v1/me/events",
            "/api/v1/me/events/import",
            "/api/v1/me/events/{id}",
            "/api/v1/me/expenses",
            "/api/v1/me/expenses.csv",
            "/api/v1/me/expenses/{id}",
            "/api/v1/me/export",
            "/api/v1/me/groceries",
            "/api/v1/me/groceries/alerts",
            "/api/v1/me/groceries/alerts/{id}",
            "/api/v1/me/groceries/lists",
            "/api/v1/me/groceries/offers",
            "/api/v1/me/groceries/prices",
            "/api/v1/me/groceries/prices/{id}",
            "/api/v1/me/groceries/staples",
            "/api/v1/me/groceries/staples/{name}",
            "/api/v1/me/groceries/{id}",
            "/api/v1/me/meals",
            "/api/v1/me/meals/plan",
            "/api/v1/me/meals/{id}",
            "/api/v1/me/next-tasks",
            "/api/v1/me/notes",
            "/api/v1/me/notes/{id}",
            "/api/v1/me/password",
            "/api/v1/me/phones",
            "/api/v1/me/phones/{id}",
            "/api/v1/me/phones/{id}/verify",
            "/api/v1/me/projects",
            "/api/v1/me/recipes",
            "/api/v1/me/recipes/{id}",
            "/api/v1/me/recurring-expenses",
            "/api/v1/me/recurring-expenses/{id}",
            "/api/v1/me/reminders",
            "/api/v1/me/reminders/{id}",
            "/api/v1/me/security-events",
            "/api/v1/me/sessions",
            "/api/v1/me/sessions/{id}",
            "/api/v1/me/tasks",
            "/api/v1/me/tasks/{id}",
            "/api/v1/me/usage",
            "/health",
            "/health/ready",
            "/metrics",
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_redis_we_are_ready_degraded_and_texts_are_answered() {
    let house = plain()
        .set("redis.url", "redis://127.0.0.1:1/")
        .build()
        .await;
    let (status, body) = get(&house, "/health/ready").await;
    assert_eq!(status, 200);
    assert_eq!(
        serde_json::from_str::<Value>(&body).expect("JSON"),
        json!({"status": "ready", "degraded": ["redis"]})
    );
    let ana = house.resident(ANA).await;
    assert_eq!(ana.asks("add a task: go on").await, "T1 go on");
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_postgresql_we_are_alive_but_not_ready_and_rest_is_503() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    let token = ana.token().await;
    let (status, body) = get(&house, "/health/ready").await;
    assert_eq!(
        (status, body.as_str()),
        (200, "{\"status\":\"ready\",\"degraded\":[]}")
    );
    let server = sqlx::PgPool::connect(&crate::house::server_url())
        .await
        .expect("the server");
    let name = &house.db.name;
    for sql in [
        format!("alter database {name} allow_connections false"),
        format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"),
    ] {
        sqlx::query(sqlx::AssertSqlSafe(sql))
            .execute(&server)
            .await
            .expect("away");
    }
    for _ in 0..20 {
        let (status, body) = get(&house, "/health/ready").await;
        assert_eq!(status, 503, "{body}");
        let tasks = house
            .http()
            .get(format!("{}/api/v1/me/tasks", house.url()))
            .bearer_auth(&token);
        let answer = tasks.send().await.expect("an answer");
        assert_eq!(
            answer.status(),
            503,
            "no path opens, and it is not the caller's fault"
        );
        assert!(answer.headers().contains_key("retry-after"));
    }
    assert_eq!(
        get(&house, "/health").await,
        (200, "{\"status\":\"ok\"}".to_owned())
    );
    assert_eq!(get(&house, "/metrics").await.0, 200);
    let sql = format!("alter database {name} allow_connections true");
    sqlx::query(sqlx::AssertSqlSafe(sql))
        .execute(&server)
        .await
        .expect("back");
    let back = async {
        while get(&house, "/health/ready").await.0 != 200 {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(crate::house::PATIENCE, back)
        .await
        .expect("it comes back by itself");
    assert_eq!(ana.asks("my tasks").await, "No open tasks.");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_metrics_have_the_names_that_the_readme_promises() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    ana.asks("add a task: measure").await;
    ana.asks("my tasks").await;
    house.is_at_rest().await;
    let (_, page) = get(&house, "/metrics").await;
    for name in [
        "assistant_webhook_seconds_bucket",
        "assistant_turn_seconds_bucket",
        "assistant_provider_seconds_bucket",
        "assistant_webhooks_total{outcome=\"kept\"}",
        "assistant_segments_total",
        "assistant_posts_total{outcome=\"sent\"}",
        "assistant_status_callbacks_total",
        "assistant_tool_calls_total",
        "assistant_outbox_rows{state=\"queued\"}",
        "assistant_outbox_rows{state=\"claimed\"}",
        "assistant_outbox_rows{state=\"unknown\"}",
        "assistant_mailbox_depth",
        "assistant_mailbox_oldest_seconds",
        "assistant_turns_running",
        "assistant_texts_dead",
        "assistant_jobs_failed",
    ] {
        assert!(page.contains(name), "{name} is missing in\n{page}");
    }
    assert!(metric(&house, "assistant_webhooks_total{outcome=\"kept\"}").await >= 2.0);
    assert!(metric(&house, "assistant_segments_total").await >= 2.0);
    assert!(
        !page.contains("measure") && !page.contains(&ANA[1..]),
        "no text and no number in a label"
    );
}
