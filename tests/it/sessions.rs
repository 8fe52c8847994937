//! Sessions: they renew, end, and are refused from then on, on every replica: statements 28 to 33 of the checklist.

use std::collections::HashSet;

use assistant::{
    accounts::{password, token},
    app::{Role, Running},
    db::UserTx,
    domain::UserId,
};
use jiff::SignedDuration;
use reqwest::{Method, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    account::{accounts, ask, log_in, refresh, refreshed, tasks},
    client::problem,
    house::{ANA, BEN},
    wire::plain,
};

fn base(running: &Running) -> String {
    format!("http://{}", running.address)
}

#[tokio::test(flavor = "multi_thread")]
async fn s28_a_refresh_token_is_a_random_secret_that_nobody_keeps() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await.id;
    let accounts = accounts(&house).await;
    let mut seen = HashSet::new();
    for _ in 0..20 {
        let pair = log_in(&accounts, ana, "a phone").await;
        let secret = pair.refresh_token.expose_secret().to_owned();
        assert_eq!(secret.len(), 43, "256 bits in base64url");
        assert!(Uuid::parse_str(&secret).is_err());
        let kept: Vec<u8> =
            sqlx::query_scalar("select token_hash from refresh_tokens where session_id = $1")
                .bind(pair.session)
                .fetch_one(&house.db.admin)
                .await
                .expect("a row");
        assert_eq!(
            kept,
            assistant::accounts::digest(&secret),
            "its SHA-256 and nothing else"
        );
        assert!(
            seen.insert(secret) && seen.insert(pair.session.to_string()),
            "new at each login"
        );
    }
    let all: String = sqlx::query_scalar("select string_agg(t::text, ' ') || (select string_agg(s::text, ' ') from sessions s) from refresh_tokens t")
        .fetch_one(&house.db.admin)
        .await
        .expect("rows");
    assert!(
        seen.iter()
            .filter(|s| s.len() == 43)
            .all(|secret| !all.contains(secret.as_str()))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn s28_a_password_shown_again_makes_a_new_session_and_ends_the_old_one() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await.id;
    let accounts = accounts(&house).await;
    let phc = accounts
        .hasher
        .hash(&SecretString::from("correct horse battery"))
        .await
        .expect("hashed");
    let mut tx = UserTx::begin(&accounts.pool, UserId(ana))
        .await
        .expect("begun");
    let kept = password::Kept {
        phc,
        stands_alone: true,
    };
    password::keep(&mut tx, &kept, house.clock.now())
        .await
        .expect("kept");
    tx.commit().await.expect("kept");
    let pair = log_in(&accounts, ana, "a phone").await;
    let (url, path) = (house.url(), "/api/v1/auth/re-authenticate");
    let access = pair.access_token.expose_secret();
    house.clock.advance(SignedDuration::from_mins(11));
    assert_eq!(tasks(&url, access).await, 200);
    let wrong = ask(
        &url,
        Method::POST,
        path,
        access,
        Some(json!({"password": "not that one"})),
    )
    .await;
    problem(wrong, 403, "credentials").await;
    let right = ask(
        &url,
        Method::POST,
        path,
        access,
        Some(json!({"password": "correct horse battery"})),
    )
    .await;
    assert_eq!(right.status(), 200);
    let fresh: Value = right.json().await.expect("JSON");
    let standing = token::check(&accounts, fresh["access_token"].as_str().expect("a token"))
        .await
        .expect("good");
    assert_ne!(standing.session, Some(pair.session), "another session");
    let age = house.clock.now().duration_since(standing.authenticated_at);
    assert!(age < SignedDuration::from_secs(10), "fresh");
    assert_eq!(tasks(&url, access).await, 401, "the old token is refused");
    let old = refresh(&url, pair.refresh_token.expose_secret()).await;
    problem(old, 401, "refresh-token").await;
    assert_eq!(
        tasks(&url, fresh["access_token"].as_str().expect("a token")).await,
        200
    );
    let printed = house.resident(BEN).await.token().await;
    let printed = ask(
        &url,
        Method::POST,
        path,
        &printed,
        Some(json!({"password": "correct horse battery"})),
    )
    .await;
    problem(printed, 403, "forbidden").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s29_a_refresh_token_that_comes_twice_ends_its_session_everywhere() {
    let house = plain().build().await;
    let second = house.replica(Role::Api).await;
    let ana = house.resident(ANA).await.id;
    sqlx::query(
        "update users set email = 'ana@example.org', email_verified_at = now() where id = $1",
    )
    .bind(ana)
    .execute(&house.db.admin)
    .await
    .expect("an address");
    let accounts = accounts(&house).await;
    let pair = log_in(&accounts, ana, "a phone").await;
    let other = log_in(&accounts, ana, "a laptop").await;
    let (first, second_url) = (house.url(), base(&second));
    let (access, next) = refreshed(&first, pair.refresh_token.expose_secret()).await;
    for url in [&first, &second_url] {
        assert_eq!(tasks(url, &access).await, 200);
        assert_eq!(tasks(url, pair.access_token.expose_secret()).await, 200);
    }
    let again = refresh(&second_url, pair.refresh_token.expose_secret()).await;
    problem(again, 401, "refresh-token").await;
    for url in [&first, &second_url] {
        assert_eq!(
            tasks(url, &access).await,
            401,
            "an access token of the family"
        );
        assert_eq!(tasks(url, pair.access_token.expose_secret()).await, 401);
        assert_eq!(
            tasks(url, other.access_token.expose_secret()).await,
            200,
            "another login stays"
        );
    }
    assert_eq!(
        refresh(&first, &next).await.status(),
        401,
        "nor does the child renew it"
    );
    let told = house
        .db
        .count(
            "select count(*) from audit_log where action = 'session.reused' and result = 'denied'",
        )
        .await;
    assert_eq!(told, 1, "once, though it was tried again");
    let mails = house
        .db
        .count("select count(*) from mails where kind = 'notice'")
        .await;
    assert_eq!(mails, 1, "the user is told");
    second.stop().await;
}

/// 50 at once, half to each daemon: the statuses.
async fn fifty(urls: [&str; 2], token: &str) -> Vec<StatusCode> {
    let tries = (0..50).map(|n| refresh(urls[n % 2], token));
    futures_util::future::join_all(tries)
        .await
        .iter()
        .map(reqwest::Response::status)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn s30_of_fifty_parallel_refreshes_one_at_most_succeeds() {
    let house = plain().build().await;
    let second = house.replica(Role::Api).await;
    let ana = house.resident(ANA).await.id;
    let accounts = accounts(&house).await;
    for _ in 0..3 {
        let pair = log_in(&accounts, ana, "a phone").await;
        let statuses = fifty(
            [&house.url(), &base(&second)],
            pair.refresh_token.expose_secret(),
        )
        .await;
        let good = statuses.iter().filter(|s| **s == 200).count();
        assert_eq!(good, 1, "{statuses:?}");
        assert!(
            statuses.iter().all(|s| *s == 200 || *s == 401),
            "{statuses:?}"
        );
        let tokens: i64 =
            sqlx::query_scalar("select count(*) from refresh_tokens where session_id = $1")
                .bind(pair.session)
                .fetch_one(&house.db.admin)
                .await
                .expect("a count");
        assert_eq!(tokens, 2, "one child");
        let kills: i64 = sqlx::query_scalar(
            "select count(*) from audit_log where action = 'session.reused' and target = $1::text",
        )
        .bind(pair.session)
        .fetch_one(&house.db.admin)
        .await
        .expect("a count");
        assert_eq!(kills, 1, "and one end of the family");
        assert_eq!(
            tasks(&house.url(), pair.access_token.expose_secret()).await,
            401
        );
    }
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s30_within_the_grace_a_second_use_is_taken_and_after_it_is_not() {
    let house = plain().set("auth.refresh_grace_seconds", 20).build().await;
    let second = house.replica(Role::Api).await;
    let ana = house.resident(ANA).await.id;
    let accounts = accounts(&house).await;
    let pair = log_in(&accounts, ana, "a phone").await;
    let statuses = fifty(
        [&house.url(), &base(&second)],
        pair.refresh_token.expose_secret(),
    )
    .await;
    assert!(
        statuses.iter().all(|s| *s == 200),
        "each within the grace: {statuses:?}"
    );
    assert_eq!(
        tasks(&house.url(), pair.access_token.expose_secret()).await,
        200
    );
    house.clock.advance(SignedDuration::from_secs(21));
    let late = refresh(&house.url(), pair.refresh_token.expose_secret()).await;
    problem(late, 401, "refresh-token").await;
    assert_eq!(
        tasks(&base(&second), pair.access_token.expose_secret()).await,
        401,
        "the family has ended"
    );
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s31_renewing_does_not_move_the_end_of_a_session() {
    let house = plain()
        .set("auth.refresh_days", 1)
        .set("auth.session_days", 2)
        .build()
        .await;
    let ana = house.resident(ANA).await.id;
    let accounts = accounts(&house).await;
    let idle = log_in(&accounts, ana, "an idle one").await;
    let pair = log_in(&accounts, ana, "a busy one").await;
    let mut token = pair.refresh_token.expose_secret().to_owned();
    let mut access = String::new();
    for _ in 0..3 {
        house.clock.advance(SignedDuration::from_mins(15 * 60 + 50));
        (access, token) = refreshed(&house.url(), &token).await;
    }
    assert_eq!(
        tasks(&house.url(), &access).await,
        200,
        "47.5 hours: renewed all along"
    );
    let late = house.db.count("select count(*) from refresh_tokens t join sessions s on s.id = t.session_id where t.expires_at > s.expires_at").await;
    assert_eq!(late, 0, "no token outlives its family");
    assert_eq!(
        refresh(&house.url(), idle.refresh_token.expose_secret())
            .await
            .status(),
        401,
        "unused for a day"
    );
    house.clock.advance(SignedDuration::from_mins(31));
    assert_eq!(
        tasks(&house.url(), &access).await,
        401,
        "48 hours: over, though the access token was young"
    );
    problem(refresh(&house.url(), &token).await, 401, "refresh-token").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s33_sessions_are_listed_and_ended_and_those_of_others_are_not_there() {
    let house = plain().build().await;
    let (ana, ben) = (house.resident(ANA).await.id, house.resident(BEN).await.id);
    let accounts = accounts(&house).await;
    let phone = log_in(&accounts, ana, "Phone \u{1F4F1}").await;
    house.clock.advance(SignedDuration::from_secs(5));
    let laptop = log_in(&accounts, ana, "Laptop").await;
    let bens = log_in(&accounts, ben, "Ben's").await;
    let url = house.url();
    let token = laptop.access_token.expose_secret();
    let list = async || -> Vec<Value> {
        let answer = ask(&url, Method::GET, "/api/v1/me/sessions", token, None).await;
        assert_eq!(answer.status(), 200);
        let body: Value = answer.json().await.expect("JSON");
        body["items"].as_array().expect("items").clone()
    };
    let before = list().await;
    assert_eq!(before.len(), 2);
    assert_eq!(
        (&before[0]["device"], &before[0]["is_current"]),
        (&json!("Laptop"), &json!(true))
    );
    assert_eq!(
        (&before[1]["address"], &before[1]["is_current"]),
        (&json!("192.0.2.7"), &json!(false))
    );
    // last seen, to the minute
    house.clock.advance(SignedDuration::from_secs(90));
    assert_eq!(tasks(&url, phone.access_token.expose_secret()).await, 200);
    let seen = list().await;
    let last: jiff::Timestamp = seen[1]["last_seen_at"]
        .as_str()
        .expect("text")
        .parse()
        .expect("a time");
    let ago = house.clock.now().duration_since(last);
    assert!(
        ago < SignedDuration::from_secs(10),
        "it was just here: {ago}"
    );
    house.clock.advance(SignedDuration::from_secs(20));
    assert_eq!(tasks(&url, phone.access_token.expose_secret()).await, 200);
    assert_eq!(
        list().await[1]["last_seen_at"],
        seen[1]["last_seen_at"],
        "at most once a minute"
    );
    // pages
    let page = ask(
        &url,
        Method::GET,
        "/api/v1/me/sessions?limit=1",
        token,
        None,
    )
    .await;
    let page: Value = page.json().await.expect("JSON");
    let next = format!(
        "/api/v1/me/sessions?limit=1&cursor={}",
        page["next_cursor"].as_str().expect("more")
    );
    let page: Value = ask(&url, Method::GET, &next, token, None)
        .await
        .json()
        .await
        .expect("JSON");
    assert_eq!(
        (&page["items"][0]["id"], &page["next_cursor"]),
        (&json!(phone.session), &Value::Null)
    );
    // what is another's is as if it were not
    let missing = ask(
        &url,
        Method::DELETE,
        &format!("/api/v1/me/sessions/{}", assistant::clock::new_id()),
        token,
        None,
    )
    .await;
    let missing = problem(missing, 404, "not-found").await;
    for id in [bens.session.to_string(), "1".to_owned(), "nil".to_owned()] {
        let others = ask(
            &url,
            Method::DELETE,
            &format!("/api/v1/me/sessions/{id}"),
            token,
            None,
        )
        .await;
        assert_eq!(problem(others, 404, "not-found").await, missing, "{id}");
    }
    assert_eq!(tasks(&url, bens.access_token.expose_secret()).await, 200);
    let path = format!("/api/v1/me/sessions/{}", phone.session);
    assert_eq!(
        ask(&url, Method::DELETE, &path, token, None).await.status(),
        204
    );
    problem(
        ask(&url, Method::DELETE, &path, token, None).await,
        404,
        "not-found",
    )
    .await;
    assert_eq!(list().await.len(), 1);
    for _ in 0..3 {
        log_in(&accounts, ana, "more").await;
    }
    let ended: Value = ask(&url, Method::DELETE, "/api/v1/me/sessions", token, None)
        .await
        .json()
        .await
        .expect("JSON");
    assert_eq!(ended["ended"], 3);
    assert_eq!(list().await.len(), 1);
    assert_eq!(tasks(&url, bens.access_token.expose_secret()).await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printed_token_works_on_ones_own_data() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    let token = ana.token().await;
    assert_eq!(tasks(&house.url(), &token).await, 200);
    assert_eq!(
        ask(
            &house.url(),
            Method::GET,
            "/api/v1/me/sessions",
            &token,
            None
        )
        .await
        .status(),
        200
    );
    assert_eq!(tasks(&house.url(), "nonsense").await, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_that_ended_long_ago_are_forgotten_at_the_next_login() {
    let house = plain().build().await;
    let (ana, ben) = (house.resident(ANA).await.id, house.resident(BEN).await.id);
    let accounts = accounts(&house).await;
    for user in [ana, ana, ben] {
        log_in(&accounts, user, "an old one").await;
    }
    house.clock.advance(SignedDuration::from_hours(24 * 61));
    log_in(&accounts, ana, "a new one").await;
    let count = |what: &str| format!("select count(*) from {what} where user_id = '{ana}'");
    assert_eq!(house.db.count(&count("sessions")).await, 1);
    assert_eq!(house.db.count(&count("refresh_tokens")).await, 1);
    assert_eq!(
        house.db.count("select count(*) from sessions").await,
        2,
        "Ben's are his"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logout_that_meets_a_disabling_waits_for_it_and_neither_fails() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await.id;
    let accounts = accounts(&house).await;
    let pair = log_in(&accounts, ana, "a phone").await;
    // as `people::serve` does it, with a rest in the middle
    let mut disabling = house.db.admin.begin().await.expect("begun");
    sqlx::query("update users set state = 'disabled' where id = $1")
        .bind(ana)
        .execute(&mut *disabling)
        .await
        .expect("disabled");
    let goes_on = async {
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        let ended = sqlx::query(
            "update sessions set revoked_at = now(), revoked_why = 'disabled' where user_id = $1 and revoked_at is null",
        );
        ended.bind(ana).execute(&mut *disabling).await?;
        disabling.commit().await
    };
    let secret = pair.refresh_token.expose_secret();
    let (disabled, logged_out) = tokio::join!(
        goes_on,
        assistant::accounts::sessions::logout(&accounts, secret, "192.0.2.1")
    );
    disabled.expect("it is not chosen to fail");
    logged_out.expect("it waits");
    let why = "select count(*) from sessions where revoked_why = 'disabled'";
    assert_eq!(house.db.count(why).await, 1);
}
