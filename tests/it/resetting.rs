//! A forgotten password and a changed address: what a link is good for, and who hears of it.

use assistant::app::Role;
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    mails::{MailServer, mail_is_done, token},
    visitor::{GOOD, Visitor},
};

const ANA: &str = "ana@example.org";
const NEW: &str = "another boat on another lake";

async fn resets(visitor: &Visitor, link: &str, password: &str) -> u16 {
    let body = json!({"token": link, "password": password});
    visitor.posts("reset-password", body).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn s24_a_link_is_good_once_for_an_hour_for_its_purpose_and_until_there_is_a_newer_one() {
    let server = MailServer::start(&[]).await;
    let house = server.house().build().await;
    let visitor = Visitor::of(&house);
    visitor.registers(ANA).await;
    let proof = token(&server.hears(ANA, 1).await);
    assert_eq!(resets(&visitor, &proof, NEW).await, 400, "another purpose");
    assert_eq!(
        visitor
            .posts("verify-email", json!({"token": proof}))
            .await
            .status,
        200
    );

    let older = visitor.forgets(&server, ANA).await;
    let newer = visitor.forgets(&server, ANA).await;
    assert!(older != newer && newer.len() == 43, "256 bits each");
    assert_eq!(
        visitor
            .posts("verify-email", json!({"token": newer}))
            .await
            .status,
        400,
        "another purpose"
    );
    assert_eq!(
        resets(&visitor, &older, NEW).await,
        400,
        "there is a newer one"
    );
    let stored = "select count(*) from links where token_hash = sha256(convert_to($1, 'UTF8'))";
    let stored: i64 = sqlx::query_scalar(stored)
        .bind(&newer)
        .fetch_one(&house.db.admin)
        .await
        .expect("read");
    assert_eq!(stored, 1, "hashed");
    assert_eq!(resets(&visitor, &newer, NEW).await, 200);
    assert_eq!(resets(&visitor, &newer, GOOD).await, 400, "once");
    visitor.logs_in(ANA, NEW).await;

    mail_is_done(&house).await;
    let late = visitor.forgets(&server, ANA).await;
    house.clock.advance(SignedDuration::from_mins(61));
    assert_eq!(resets(&visitor, &late, GOOD).await, 400, "an hour");
    for forged in ["", "x", &"x".repeat(43), &"x".repeat(5000)] {
        assert_eq!(resets(&visitor, forged, GOOD).await, 400);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s24_of_fifty_uses_of_one_link_at_two_processes_one_wins() {
    let server = MailServer::start(&[]).await;
    let house = server.house().set("auth.hash_queue", 100).build().await;
    let other = house.replica(Role::Api).await;
    let doors = [Visitor::of(&house), Visitor::at(other.address, &house)];
    doors[0].joins(&server, ANA, GOOD).await;
    let link = doors[0].forgets(&server, ANA).await;
    let uses = (0..50).map(async |at: usize| {
        let password = format!("the lake has {at} boats and a mill");
        (resets(&doors[at % 2], &link, &password).await, password)
    });
    let all = futures_util::future::join_all(uses).await;
    let won: Vec<_> = all.iter().filter(|(status, _)| *status == 200).collect();
    assert_eq!(won.len(), 1, "{all:?}");
    doors[1].logs_in(ANA, &won[0].1).await;
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s25_a_reset_ends_sessions_refresh_tokens_and_half_finished_logins_and_tells_the_owner() {
    let server = MailServer::start(&[]).await;
    let house = server.house().build().await;
    let visitor = Visitor::of(&house);
    visitor.joins(&server, ANA, GOOD).await;
    let tokens = visitor.logs_in(ANA, GOOD).await;
    assert_eq!(visitor.may(&tokens).await, 200);
    sqlx::query("insert into pending_logins (id, user_id, token_hash, created_at, expires_at) select gen_random_uuid(), id, sha256('x'), now(), 'infinity' from users")
        .execute(&house.db.admin)
        .await
        .expect("a login that is half done");
    let link = visitor.forgets(&server, ANA).await;
    assert_eq!(resets(&visitor, &link, NEW).await, 200);
    assert_eq!(visitor.may(&tokens).await, 401);
    let refresh = json!({"refresh_token": tokens["refresh_token"]});
    assert_eq!(visitor.posts("refresh", refresh).await.status, 401);
    for left in [
        "sessions where revoked_at is null",
        "pending_logins",
        "links",
    ] {
        assert_eq!(
            house
                .db
                .count(&format!("select count(*) from {left}"))
                .await,
            0,
            "{left}"
        );
    }
    assert_eq!(visitor.tries(ANA, GOOD).await.status, 401);
    visitor.logs_in(ANA, NEW).await;
    let mail = server.says(ANA, "was reset").await;
    assert!(!mail.contains("token="), "{mail}");
    let told = "select count(*) from audit_log where action = 'password.reset' and result = 'ok' and subject is not null";
    assert_eq!(house.db.count(told).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn s27_the_host_of_a_link_is_the_configured_one_whatever_the_request_says() {
    let server = MailServer::start(&[]).await;
    let house = server
        .house()
        .set("server.public_url", "https://sms.example.org")
        .build()
        .await;
    let visitor = Visitor::of(&house);
    visitor.joins(&server, ANA, GOOD).await;
    for (name, value) in [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-server", "evil.example"),
        ("forwarded", "host=evil.example;proto=http"),
        ("x-original-url", "https://evil.example/"),
        ("origin", "https://evil.example"),
    ] {
        // so many links an hour go to one address
        house.clock.advance(SignedDuration::from_mins(15));
        let nth = server.sent_to(ANA).len() + 1;
        let asked = house
            .http()
            .post(format!("{}/api/v1/auth/forgot-password", house.url()))
            .header(name, value);
        let answer = asked
            .json(&json!({"email": ANA}))
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), 202, "{name}");
        let mail = server.hears(ANA, nth).await;
        assert!(
            mail.contains("https://sms.example.org/account/reset-password?token="),
            "{mail}"
        );
        assert!(!mail.contains("evil"), "{name}: {mail}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s23_another_address_needs_a_fresh_login_and_a_link_and_the_old_one_is_told() {
    let server = MailServer::start(&[]).await;
    let house = server.house().build().await;
    let visitor = Visitor::of(&house);
    visitor.joins(&server, ANA, GOOD).await;
    visitor.joins(&server, "ben@example.org", GOOD).await;
    let stale = visitor.logs_in(ANA, GOOD).await;
    house.clock.advance(SignedDuration::from_mins(11));
    let tokens = visitor.logs_in(ANA, GOOD).await;
    let wants = async |tokens: &Value, email: &str| {
        let bearer = tokens["access_token"].as_str();
        visitor
            .sends(
                Method::POST,
                "/api/v1/me/email",
                bearer,
                json!({"email": email}),
            )
            .await
    };
    let said = wants(&stale, "ana@new.example.org").await;
    assert_eq!(
        (said.status, &said.json()["type"]),
        (403, &json!("/problems/re-authenticate"))
    );
    let reset = visitor.forgets(&server, ANA).await;
    // that somebody has an address is not said
    let (taken, free) = (
        wants(&tokens, "ben@example.org").await,
        wants(&tokens, "ana@new.example.org").await,
    );
    assert_eq!((taken.status, &taken.text), (202, &free.text));
    visitor.logs_in(ANA, GOOD).await;
    let link = token(&server.hears("ana@new.example.org", 1).await);
    assert_eq!(
        visitor
            .posts("verify-email", json!({"token": link}))
            .await
            .status,
        200
    );
    assert_eq!(visitor.tries(ANA, GOOD).await.status, 401);
    visitor.logs_in("ana@new.example.org", GOOD).await;
    let mail = server.says(ANA, "was changed").await;
    assert!(
        mail.contains("e-mail address of your account was changed"),
        "{mail}"
    );
    assert_eq!(
        resets(&visitor, &reset, NEW).await,
        400,
        "what was mailed to the old address is void"
    );
    mail_is_done(&house).await;
    assert_eq!(server.sent_to("ben@example.org").len(), 1, "only his own");
}
