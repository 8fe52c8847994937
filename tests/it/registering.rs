//! From nothing to an account, over REST and by mail.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    mails::{MailServer, mail_is_done, token, until},
    visitor::{GOOD, Visitor},
};

const ANA: &str = "ana@example.org";

#[tokio::test(flavor = "multi_thread")]
async fn whoever_registers_and_follows_the_link_can_log_in_and_work() {
    let server = MailServer::start(&[]).await;
    let house = server.house().build().await;
    let ana = Visitor::of(&house);
    let wish = json!({"email": ANA, "password": GOOD, "name": "Ana", "phone": "+1 555 010 0002", "time_zone": "America/New_York"});
    assert_eq!(ana.posts("register", wish).await.status, 202);
    let mail = server.hears(ANA, 1).await;
    assert!(!mail.contains("Ana"), "nothing that was typed: {mail}");
    assert_eq!(
        ana.tries(ANA, GOOD).await.status,
        401,
        "not before the link is followed"
    );
    let said = ana
        .posts("verify-email", json!({"token": token(&mail)}))
        .await;
    assert_eq!(said.status, 200, "{}", said.text);
    let tokens = ana.logs_in(&ANA.to_uppercase(), GOOD).await;
    assert_eq!(
        (&tokens["token_type"], &tokens["expires_in"]),
        (&json!("Bearer"), &json!(900))
    );
    let bearer = tokens["access_token"].as_str();
    let said = ana
        .sends(
            Method::POST,
            "/api/v1/me/tasks",
            bearer,
            json!({"title": "buy a boat"}),
        )
        .await;
    assert_eq!(said.status, 201, "{}", said.text);
    let is_so = "select count(*) from users u join phones p on p.user_id = u.id where u.name = 'Ana' and u.state = 'active'
                 and u.time_zone = 'America/New_York' and p.number = '+15550100002' and p.verified_at is null";
    assert_eq!(house.db.count(is_so).await, 1);
    let said = ana
        .posts("verify-email", json!({"token": token(&mail)}))
        .await;
    assert_eq!(
        (said.status, said.json()["type"].clone()),
        (400, json!("/problems/link")),
        "once"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn s8_a_known_and_an_unknown_address_get_the_same_answer_and_the_truth_goes_by_mail() {
    let server = MailServer::start(&[]).await;
    let house = server.house().build().await;
    let visitor = Visitor::of(&house);
    visitor.joins(&server, ANA, GOOD).await;
    for what in ["register", "forgot-password"] {
        let ask = async |email: &str| {
            let mut wish = json!({"email": email});
            if what == "register" {
                wish["password"] = json!("another long enough secret");
            }
            let said = visitor.posts(what, wish).await;
            let mut headers: Vec<String> = said.headers.keys().map(ToString::to_string).collect();
            headers.sort();
            (said.status, said.text, headers)
        };
        let (known, unknown) = (ask(ANA).await, ask("nobody@example.org").await);
        assert_eq!(known, unknown, "{what}");
        assert_eq!(known.0, 202);
    }
    mail_is_done(&house).await;
    let already = server
        .says(ANA, "Subject: You already have an account")
        .await;
    assert!(!already.contains("token="), "{already}");
    server.says(ANA, "Subject: Choose a new password").await;
    let nobody = server.sent_to("nobody@example.org");
    assert_eq!(nobody.len(), 1, "no reset where there is no account");
    assert!(
        nobody[0].contains("Subject: Confirm your e-mail address"),
        "{}",
        nobody[0]
    );
    assert_eq!(
        visitor
            .tries(ANA, "another long enough secret")
            .await
            .status,
        401,
        "the password stays"
    );
    visitor.logs_in(ANA, GOOD).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_that_is_not_proved_neither_blocks_an_address_nor_takes_it_over() {
    let server = MailServer::start(&[]).await;
    let house = server.house().build().await;
    let visitor = Visitor::of(&house);
    let theirs = "the password of an attacker";
    let wish = json!({"email": ANA, "password": theirs, "phone": "+15550100009"});
    assert_eq!(visitor.posts("register", wish).await.status, 202);
    let attack = token(&server.hears(ANA, 1).await);
    // the owner registers too, and follows the link of that mail
    visitor.joins(&server, ANA, GOOD).await;
    assert_eq!(visitor.tries(ANA, theirs).await.status, 401);
    visitor.logs_in(ANA, GOOD).await;
    assert_eq!(
        visitor
            .posts("verify-email", json!({"token": attack}))
            .await
            .status,
        400
    );
    assert_eq!(
        house
            .db
            .count("select count(*) from phones where number = '+15550100009'")
            .await,
        0
    );
    assert_eq!(
        house.db.count("select count(*) from users").await,
        1,
        "the other one is gone"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_links_to_one_address_the_first_that_is_followed_counts() {
    let server = MailServer::start(&[]).await;
    let house = server.house().build().await;
    let visitor = Visitor::of(&house);
    for nth in 1..=7 {
        visitor.registers(ANA).await;
        server.hears(ANA, nth.min(5)).await;
    }
    mail_is_done(&house).await;
    let mails = server.sent_to(ANA);
    assert_eq!(mails.len(), 5, "no more than five wait for one address");
    let follow = async |nth: usize| {
        let said = visitor
            .posts("verify-email", json!({"token": token(&mails[nth])}))
            .await;
        said.status
    };
    let all = futures_util::future::join_all((0..5).map(follow)).await;
    assert_eq!(
        all.iter().filter(|status| **status == 200).count(),
        1,
        "{all:?}"
    );
    assert_eq!(house.db.count("select count(*) from users").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_proves_is_deleted_and_its_link_is_good_for_a_day() {
    let server = MailServer::start(&[]).await;
    let house = server.house().build().await;
    let visitor = Visitor::of(&house);
    visitor.registers(ANA).await;
    let link = token(&server.hears(ANA, 1).await);
    house.clock.advance(SignedDuration::from_hours(25));
    assert_eq!(
        visitor
            .posts("verify-email", json!({"token": link}))
            .await
            .status,
        400
    );
    let accounts = &house.config();
    let pool = assistant::db::connect(&accounts.database)
        .await
        .expect("a pool");
    let accounts = assistant::accounts::Accounts::new(
        pool,
        house.clock.clone(),
        std::sync::Arc::new(house.config()),
        "".into(),
    );
    let accounts = accounts.expect("a secret is set");
    let expire = async || {
        assistant::accounts::register::expire(&accounts, house.clock.now())
            .await
            .expect("expired")
    };
    assert_eq!(expire().await, 0, "not yet");
    house.clock.advance(SignedDuration::from_hours(25));
    assert_eq!(expire().await, 1);
    for table in ["users", "links", "passwords", "mailboxes"] {
        until(&house, &format!("select count(*) from {table}"), 0).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_registration_is_said_without_repeating_it() {
    let server = MailServer::start(&[]).await;
    let house = server.house().build().await;
    let visitor = Visitor::of(&house);
    let good = json!({"email": ANA, "password": GOOD});
    for (key, value) in [
        ("email", json!("ana")),
        ("email", json!("ana@example.org\r\nBcc: x@example.org")),
        ("email", json!(7)),
        ("name", json!("a\u{1b}[2J")),
        ("name", json!("x".repeat(201))),
        ("phone", json!("5550100002")),
        ("time_zone", json!("Mars/Olympus")),
        ("role", json!("administrator")),
        ("verified", json!(true)),
        ("id", json!("00000000-0000-0000-0000-000000000000")),
    ] {
        let mut wish = good.clone();
        wish[key] = value.clone();
        let said = visitor.posts("register", wish).await;
        assert_eq!(said.status, 400, "{key} {value}: {}", said.text);
        assert!(!said.text.contains(GOOD), "{}", said.text);
    }
    assert_eq!(visitor.posts("register", Value::Null).await.status, 415);
    assert_eq!(
        house
            .db
            .count("select count(*) from account_requests")
            .await,
        0
    );
}
