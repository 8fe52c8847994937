//! The commands and their exit codes: 0 done, 1 failed, 2 wrong use.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use sqlx::{AssertSqlSafe, PgPool};

use crate::{
    house::{ANA, BEN, House, OWN, PATIENCE, server_url, with_database},
    program::Program,
    wire::{Webhook, nth, plain, run},
};

/// An empty database; its URL.
async fn empty_database() -> String {
    let name = format!(
        "e_{}",
        uuid::Uuid::from_u128(u128::from_le_bytes(assistant::clock::random_bytes())).simple()
    );
    let server = PgPool::connect(&server_url()).await.expect("the server");
    sqlx::query(AssertSqlSafe(format!("create database {name}")))
        .execute(&server)
        .await
        .expect("made");
    with_database(&server_url(), &name)
}

async fn migrations(url: &str) -> i64 {
    let pool = PgPool::connect(url).await.expect("a database");
    sqlx::query_scalar("select count(*) from _sqlx_migrations where success")
        .fetch_one(&pool)
        .await
        .expect("migrations")
}

#[tokio::test(flavor = "multi_thread")]
async fn migrate_may_run_again_and_from_eight_processes_at_once() {
    let url = empty_database().await;
    let program = Program::on(&url);
    let all = join_all((0..8).map(|_| program.runs(&["migrate"]))).await;
    for (code, _, errors) in all {
        assert_eq!(code, 0, "{errors}");
    }
    let made = migrations(&url).await;
    assert!(made >= 8, "{made}");
    let (code, out, errors) = program.runs(&["migrate"]).await;
    assert_eq!((code, out.as_str()), (0, ""), "{errors}");
    assert!(errors.contains("up to date"), "{errors}");
    assert_eq!(migrations(&url).await, made);
    let (code, id, errors) = program
        .runs(&["admin", "user", "add", "--phone", ANA])
        .await;
    assert_eq!(code, 0, "{errors}: the schema is whole");
    assert!(uuid::Uuid::parse_str(id.trim()).is_ok(), "{id}");
}

#[tokio::test(flavor = "multi_thread")]
async fn serve_says_when_it_is_ready_and_stops_on_sigterm_with_nothing_lost() {
    let house = plain().closed().build().await;
    house.resident(ANA).await;
    let program = Program::of(&house);
    let serving = program.serves().await;
    let health = house
        .http()
        .get(format!("{}/health", serving.url))
        .send()
        .await
        .expect("an answer");
    assert_eq!(health.status(), 200);
    for at in 1..=5 {
        let post = Webhook::to(&serving.url, &format!("add a task: item {at}"));
        assert_eq!(post.post(&house.http()).await, 200);
    }
    let started = Instant::now();
    let (code, errors) = serving.stops().await;
    assert_eq!(code, Some(0), "{errors}");
    assert!(
        started.elapsed() < Duration::from_secs(11),
        "{:?}",
        started.elapsed()
    );
    let again = program.serves().await;
    let until = Instant::now() + PATIENCE;
    while house.db.count("select count(*) from tasks").await < 5 {
        assert!(Instant::now() < until, "a text was lost");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    house.is_at_rest().await;
    assert_eq!(again.stops().await.0, Some(0));
    assert_eq!(house.db.count("select count(*) from tasks").await, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn serve_refuses_a_database_that_is_not_ready_and_says_what_to_do() {
    let url = empty_database().await;
    let (code, out, errors) = Program::on(&url)
        .set("server.listen", "127.0.0.1:0")
        .runs(&["serve"])
        .await;
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(errors.contains("assistant migrate"), "{errors}");
    Program::on(&url).runs(&["migrate"]).await;
    let pool = PgPool::connect(&url).await.expect("a database");
    sqlx::query(
        "delete from _sqlx_migrations where version = (select max(version) from _sqlx_migrations)",
    )
    .execute(&pool)
    .await
    .expect("older");
    let (code, _, errors) = Program::on(&url)
        .set("server.listen", "127.0.0.1:0")
        .runs(&["serve"])
        .await;
    assert_eq!(code, 1);
    assert!(
        errors.contains("not up to date") && errors.contains("assistant migrate"),
        "{errors}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn serve_refuses_a_database_in_which_row_level_security_would_not_hold() {
    let house = plain().closed().build().await;
    let program = Program::of(&house);
    for (breaks, mends, words) in [
        (
            "alter table tasks owner to assistant_app",
            "alter table tasks owner to assistant_owner",
            "tasks",
        ),
        (
            "alter table messages disable row level security",
            "alter table messages enable row level security",
            "messages",
        ),
    ] {
        run(&house, breaks).await;
        let (code, out, errors) = program.runs(&["serve"]).await;
        assert_eq!((code, out.as_str()), (1, ""), "{breaks}");
        assert!(
            errors.contains("row-level security would be bypassed") && errors.contains(words),
            "{errors}"
        );
        run(&house, mends).await;
    }
    let serving = program.serves().await;
    assert_eq!(serving.stops().await.0, Some(0), "mended, it serves");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_value_names_the_key_and_what_is_expected_and_ends_with_1() {
    let house = plain().closed().build().await;
    let url = server_url();
    for (key, value, expected) in [
        ("twilio.receive", "pigeon", "webhook or poll"),
        ("server.listen", "everywhere", "an address and port"),
        ("limits.turn_steps", "many", "u32"),
        ("limits.lease_seconds", "-1", "above 0"),
        ("server.header_timeout_seconds", "-3", "above 0"),
        ("twilio.account_sid", "AC1", "32 hexadecimal digits"),
        ("server.public_url", "sms.example.org", "https://"),
        ("auth.jwt_secret", "short", "32 bytes"),
        ("redis.url", "here", "redis://"),
        ("twilio.from", "0100", "+15550100001"),
        ("limits.nonsense", "1", "no such key"),
    ] {
        let (code, out, errors) = Program::of(&house).set(key, value).runs(&["serve"]).await;
        assert_eq!((code, out.as_str()), (1, ""), "{key}: {errors}");
        let name = key.rsplit('.').next().expect("a name");
        assert!(
            errors.contains(name) && errors.contains(expected),
            "{key}: {errors}"
        );
        assert!(!errors.contains("panicked"), "{errors}");
    }
    let (code, _, errors) = Program::on("").runs(&["serve"]).await;
    assert!(
        code == 1 && errors.contains("database.url: found nothing"),
        "{errors}"
    );
    let (code, _, errors) = Program::on(&url)
        .runs(&["serve", "--config", "/nowhere.toml"])
        .await;
    assert!(code == 1 && errors.contains("/nowhere.toml"), "{errors}");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_use_ends_with_2_and_help_with_0() {
    let program = Program::on(&server_url());
    for wrong in [
        &["dance"][..],
        &[],
        &["serve", "--role", "queen"],
        &["admin", "token"],
        &["chat", "--as", "me"],
    ] {
        let (code, out, errors) = program.runs(wrong).await;
        assert_eq!((code, out.as_str()), (2, ""), "{wrong:?}: {errors}");
        assert!(!errors.is_empty(), "{wrong:?}");
    }
    assert_eq!(program.runs(&["--help"]).await.0, 0);
    assert_eq!(program.runs(&["--version"]).await.0, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn admin_makes_users_and_tokens_that_work_and_says_what_is_wrong() {
    let house = plain().closed().build().await;
    let program = Program::of(&house);
    let serving = program.serves().await;
    let add = [
        "admin",
        "user",
        "add",
        "--phone",
        "+1 (555) 010-0002",
        "--email",
        "ana@example.org",
        "--name",
        "Ana",
    ];
    let (code, id, errors) = program
        .runs(&[&add[..], &["--time-zone", "America/New_York", "--verified"]].concat())
        .await;
    assert_eq!(code, 0, "{errors}");
    assert!(
        id.ends_with('\n') && uuid::Uuid::parse_str(id.trim()).is_ok(),
        "{id}"
    );
    assert_eq!(
        Webhook::to(&serving.url, "add a task: by text")
            .post(&house.http())
            .await,
        200
    );
    assert_eq!(nth(&house, ANA, 1).await.1, "T1 by text");
    for who in [id.trim(), "ANA@example.org", ANA] {
        let (code, token, errors) = program.runs(&["admin", "token", "--user", who]).await;
        assert_eq!(code, 0, "{errors}");
        let tasks = house
            .http()
            .get(format!("{}/api/v1/me/tasks", serving.url))
            .bearer_auth(token.trim());
        let page = tasks
            .send()
            .await
            .expect("an answer")
            .text()
            .await
            .expect("text");
        assert!(page.contains("by text"), "{page}");
    }
    for (arguments, words) in [
        (
            &["user", "add", "--phone", "5550100003"][..],
            "+15550100001",
        ),
        (
            &["user", "add", "--phone", BEN, "--time-zone", "Mars/Olympus"],
            "America/New_York",
        ),
        (
            &["user", "add", "--phone", BEN, "--email", "nobody"],
            "--email",
        ),
        (
            &["user", "add", "--phone", BEN, "--email", "ana@EXAMPLE.org"],
            "--email: another user has it",
        ),
        (
            &["user", "add", "--phone", ANA, "--verified"],
            "--phone: another user has it",
        ),
        (&["token", "--user", "nobody@example.org"], "no user"),
        (
            &["number", "dedicate", "+15550109999", ANA],
            "not one of our numbers",
        ),
    ] {
        let (code, out, errors) = program.runs(&[&["admin"], arguments].concat()).await;
        assert_eq!((code, out.as_str()), (1, ""), "{arguments:?}");
        assert!(errors.contains(words), "{arguments:?}: {errors}");
    }
    assert_eq!(
        house.db.count("select count(*) from users").await,
        1,
        "all or nothing"
    );
    assert_eq!(
        program
            .runs(&["admin", "user", "add", "--phone", BEN, "--verified"])
            .await
            .0,
        0
    );
    assert_eq!(
        program
            .runs(&["admin", "number", "dedicate", OWN, ANA])
            .await
            .0,
        0
    );
    let to_ben = Webhook::to(&serving.url, "my tasks").with("From", BEN);
    assert_eq!(to_ben.post(&house.http()).await, 200);
    assert!(
        nth(&house, BEN, 1)
            .await
            .1
            .contains("does not know your number")
    );
    assert_eq!(program.runs(&["admin", "number", "share", OWN]).await.0, 0);
    assert_eq!(program.runs(&["admin", "user", "disable", ANA]).await.0, 0);
    assert_eq!(
        house
            .db
            .count("select count(*) from users where state = 'disabled'")
            .await,
        1
    );
    assert_eq!(program.runs(&["admin", "user", "enable", ANA]).await.0, 0);
    house.is_at_rest().await;
    serving.stops().await;
}

/// What doctor says of a house with this key set, and its exit code.
async fn doctor(house: &House, key: &str, value: &str) -> (i32, String) {
    let program = Program::of(house)
        .set("server.public_url", "https://sms.example.org")
        .set(key, value);
    let (code, out, errors) = program.runs(&["doctor"]).await;
    assert!(!errors.contains("panicked"), "{errors}");
    (code, out)
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_names_what_is_wrong_and_the_mend() {
    let house = plain().build().await;
    let (code, out) = doctor(&house, "ops.log", "info").await;
    assert!(code == 0 && out.ends_with("All is well.\n"), "{out}");
    let away = "postgres://nobody:canarypass@127.0.0.1:1/none";
    let empty = empty_database().await;
    for (key, value, words) in [
        (
            "database.url",
            away,
            &["WRONG PostgreSQL", "start the server"][..],
        ),
        (
            "database.url",
            empty.as_str(),
            &["WRONG schema", "run `assistant migrate`"],
        ),
        (
            "redis.url",
            "redis://:canarypass@127.0.0.1:1/",
            &["WRONG Redis", "check redis.url"],
        ),
        (
            "twilio.auth_token",
            "canarypass",
            &["WRONG Twilio", "do not fit", "twilio.auth_token"],
        ),
        (
            "twilio.api_base",
            "http://127.0.0.1:1",
            &["WRONG Twilio", "is not reached"],
        ),
        (
            "twilio.from",
            "0100",
            &["WRONG twilio.from", "+15550100001"],
        ),
        (
            "server.public_url",
            "",
            &["WRONG server.public_url", "poll"],
        ),
    ] {
        let (code, out) = doctor(&house, key, value).await;
        assert_eq!(code, 1, "{key}: {out}");
        for words in words {
            assert!(out.contains(words), "{key}: {words} is missing in\n{out}");
        }
        assert!(
            out.contains("1 to mend.") && !out.contains("canarypass"),
            "{out}"
        );
    }
}
