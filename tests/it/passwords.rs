//! Passwords over REST: which are taken, and that nothing of one is lost on the way.

use assistant::accounts::password::{Cost, Hasher};
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::json;

use crate::{
    mails::{MailServer, mail_is_done},
    visitor::{GOOD, Visitor},
};

const ANA: &str = "ana.ruiz@example.org";

#[tokio::test(flavor = "multi_thread")]
async fn s1_s2_s4_a_weak_password_is_refused_with_the_reason_wherever_one_is_chosen() {
    let server = MailServer::start(&[]).await;
    let house = server.house().build().await;
    let visitor = Visitor::of(&house);
    visitor.joins(&server, ANA, GOOD).await;
    let link = visitor.forgets(&server, ANA).await;
    let tokens = visitor.logs_in(ANA, GOOD).await;
    let bearer = tokens["access_token"].as_str();
    let long = "x1y".repeat(400);
    for (password, why) in [
        ("kx3Vbq!wkx3Lbq", "14 characters; it needs 15"),
        ("password", "most used"),
        ("Password123456789", "most used"),
        ("PersonalAssistant", "name of this service"),
        ("ana.ruiz ana.ruiz", "e-mail address"),
        ("abcabcabcabcabcabc", "repeats"),
        (&long, "longer than 1024 bytes"),
    ] {
        let wish = json!({"email": ANA, "password": password});
        let registered = visitor.posts("register", wish).await;
        let reset = visitor
            .posts(
                "reset-password",
                json!({"token": link, "password": password}),
            )
            .await;
        let change = json!({"current_password": GOOD, "new_password": password});
        let changed = visitor
            .sends(Method::POST, "/api/v1/me/password", bearer, change)
            .await;
        for said in [registered, reset, changed] {
            assert_eq!(
                (said.status, &said.json()["type"]),
                (400, &json!("/problems/password")),
                "{password}"
            );
            let detail = said.json()["detail"].as_str().expect("a reason").to_owned();
            assert!(detail.contains(why), "{password}: {detail}");
        }
    }
    // one that is too long is refused before it is hashed, where it is only shown, too
    let said = visitor.tries(ANA, &long).await;
    assert_eq!(
        (said.status, &said.json()["type"]),
        (400, &json!("/problems/bad-request"))
    );
    // a refused password did not use the link up
    let said = visitor
        .posts(
            "reset-password",
            json!({"token": link, "password": "🐈🐕🦊🐼🐨🐯🦁🐮🐷🐸🐵🐔🐧🐦🐤"}),
        )
        .await;
    assert_eq!(said.status, 200, "{}", said.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn s1_eight_characters_are_enough_beside_a_second_factor() {
    let server = MailServer::start(&[]).await;
    let house = server.house().build().await;
    let visitor = Visitor::of(&house);
    visitor.joins(&server, ANA, GOOD).await;
    let reset = async |password: &str| {
        let link = visitor.forgets(&server, ANA).await;
        let said = visitor
            .posts(
                "reset-password",
                json!({"token": link, "password": password}),
            )
            .await;
        mail_is_done(&house).await;
        said.status
    };
    assert_eq!(reset("kx3Vbq!w").await, 400);
    sqlx::query("insert into factors (id, user_id, kind, sealed, created_at, activated_at) select gen_random_uuid(), id, 'totp', 'x', now(), now() from users")
        .execute(&house.db.admin)
        .await
        .expect("a factor");
    assert_eq!(reset("kx3Vbq!").await, 400);
    assert_eq!(reset("kx3Vbq!w").await, 200);
    // and the reset did not skip the second factor
    let said = visitor.logs_in(ANA, "kx3Vbq!w").await;
    assert_eq!(said["mfa_required"], json!(true));
    assert!(
        said["mfa_token"].is_string() && said["access_token"].is_null(),
        "{said}"
    );
    assert_eq!(said["methods"][0], json!("totp"));
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_each_character_of_a_password_counts_over_rest_too() {
    let server = MailServer::start(&[]).await;
    let house = server.house().build().await;
    let visitor = Visitor::of(&house);
    let long = format!(
        "  {}Ünd ein Zug nach Süden🚂 ",
        "The old oak by the mill. ".repeat(5)
    );
    visitor.joins(&server, ANA, &long).await;
    visitor.logs_in(ANA, &long).await;
    for (how, other) in [
        ("trimmed", long.trim().to_owned()),
        ("in small letters", long.to_lowercase()),
        ("cut", long.chars().take(128).collect()),
    ] {
        assert_eq!(visitor.tries(ANA, &other).await.status, 401, "{how}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s5_a_change_needs_the_current_password_and_no_password_gets_too_old() {
    let server = MailServer::start(&[]).await;
    let house = server.house().build().await;
    let visitor = Visitor::of(&house);
    visitor.joins(&server, ANA, GOOD).await;
    let (here, elsewhere) = (
        visitor.logs_in(ANA, GOOD).await,
        visitor.logs_in(ANA, GOOD).await,
    );
    let change = async |current: &str, new: &str| {
        let body = json!({"current_password": current, "new_password": new});
        let bearer = here["access_token"].as_str();
        visitor
            .sends(Method::POST, "/api/v1/me/password", bearer, body)
            .await
            .status
    };
    let new = "another boat on another lake";
    assert_eq!(change("a small boat on the wide sea", new).await, 403);
    visitor.logs_in(ANA, GOOD).await;
    assert_eq!(change(GOOD, new).await, 200);
    assert_eq!(visitor.tries(ANA, GOOD).await.status, 401);
    assert_eq!(
        (visitor.may(&here).await, visitor.may(&elsewhere).await),
        (200, 401),
        "the other sessions end"
    );
    let mail = server.hears(ANA, 2).await;
    assert!(
        mail.contains("The password of your account was changed."),
        "s23: {mail}"
    );
    house.clock.advance(SignedDuration::from_hours(24 * 400));
    visitor.logs_in(ANA, new).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s6_an_older_hash_is_made_anew_at_the_next_login() {
    let server = MailServer::start(&[]).await;
    let house = server.house().build().await;
    let visitor = Visitor::of(&house);
    visitor.joins(&server, ANA, GOOD).await;
    let phc = async || -> String {
        sqlx::query_scalar("select phc from passwords")
            .fetch_one(&house.db.admin)
            .await
            .expect("a hash")
    };
    let today = "$argon2id$v=19$m=19456,t=2,p=1$";
    assert!(phc().await.starts_with(today));
    let cheap = Cost {
        memory_kib: 4096,
        passes: 1,
        lanes: 1,
    };
    let older = Hasher::with(cheap, 1, 8)
        .hash(&GOOD.to_owned().into())
        .await
        .expect("a hash");
    sqlx::query("update passwords set phc = $1")
        .bind(&older)
        .execute(&house.db.admin)
        .await
        .expect("older");
    assert_eq!(
        visitor.tries(ANA, "wrong and long enough").await.status,
        401
    );
    assert_eq!(phc().await, older, "a wrong one changes nothing");
    visitor.logs_in(ANA, GOOD).await;
    let newer = phc().await;
    assert!(newer.starts_with(today), "{newer}");
    visitor.logs_in(ANA, GOOD).await;
    assert_eq!(phc().await, newer);
}
