//! Codes by text: to a verified number, for one purpose, for ten minutes, three tries.

use assistant::accounts::codes::{self, Ask, Purpose};
use reqwest::Method;
use serde_json::json;

use super::{CHALLENGE, FACTORS, Person, SETUP, VERIFY, another, house, read};
use crate::{client::problem, house::ANA};

/// The texted code of a login that waits, and its token.
async fn challenged(ana: &Person<'_>, texts: usize) -> (String, String) {
    let token = ana.half_logs_in().await;
    ana.does(CHALLENGE, json!({"mfa_token": token, "method": "sms"}), 200)
        .await;
    let code = ana.texted(texts).await;
    (token, code)
}

#[tokio::test(flavor = "multi_thread")]
async fn s21_codes_by_text_go_to_a_verified_number_and_the_answer_names_what_is_safer() {
    let house = house(&[]).await;
    let ana = Person::of(&house).await;
    let other = assistant::clock::new_id();
    sqlx::query("insert into phones (id, user_id, number) values ($1, $2, '+15550100077')")
        .bind(other)
        .bind(ana.user.0)
        .execute(&house.db.admin)
        .await
        .expect("a number");
    problem(
        ana.posts(SETUP, json!({"method": "sms", "phone_id": other}))
            .await,
        409,
        "conflict",
    )
    .await;
    let begun = ana
        .does(SETUP, json!({"method": "sms", "phone_id": ana.phone}), 200)
        .await;
    assert_eq!(begun["safer"], "totp");
    assert!(
        begun["advice"]
            .as_str()
            .is_some_and(|a| a.contains("safer"))
    );
    assert_eq!(
        (&begun["sent_to"], &begun["expires_in"]),
        (&json!("…02"), &json!(600))
    );
    assert!(house.sim.sent_to("+15550100077").is_empty());
    let code = ana.texted(1).await;
    let counts = ana
        .does(VERIFY, json!({"method": "sms", "code": code}), 200)
        .await;
    assert_eq!(counts["recovery_codes"].as_array().map(Vec::len), Some(10));
    let listed = read(ana.asks(Method::GET, FACTORS, None).await, 200).await;
    assert_eq!(listed["items"][0]["number"], "…02");
}

#[tokio::test(flavor = "multi_thread")]
async fn s20_a_texted_code_logs_in_once_within_ten_minutes() {
    let house = house(&[]).await;
    let ana = Person::of(&house).await;
    ana.enrols_texts().await;
    let (token, code) = challenged(&ana, 2).await;
    assert_eq!(ana.shows(&token, "sms", &code).await.status(), 200);
    assert_eq!(ana.shows(&token, "sms", &code).await.status(), 401);
    let (token, code) = challenged(&ana, 3).await;
    ana.passes(590);
    assert_eq!(ana.shows(&token, "sms", &code).await.status(), 200);
    let (token, code) = challenged(&ana, 4).await;
    ana.passes(601);
    assert_eq!(ana.shows(&token, "sms", &code).await.status(), 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn s20_a_code_is_good_for_its_purpose_and_subject_only() {
    let house = house(&[]).await;
    let ana = Person::of(&house).await;
    let subject = assistant::clock::new_id();
    let ask = Ask {
        purpose: Purpose::VerifyPhone,
        subject,
        phone_id: ana.phone,
        address: None,
    };
    let mut tx = ana.begin().await;
    codes::send(&ana.accounts, &mut tx, ask)
        .await
        .expect("sent")
        .expect("a number");
    tx.commit().await.expect("committed");
    let code = ana.texted(1).await;
    let check = async |purpose, subject| {
        let found = codes::check(&ana.accounts, ana.user, purpose, subject, &code).await;
        found.expect("read").is_some()
    };
    for purpose in [
        Purpose::Login,
        Purpose::Enrol,
        Purpose::FirstPassword,
        Purpose::Act,
    ] {
        assert!(!check(purpose, subject).await, "{purpose:?}");
    }
    assert!(!check(Purpose::VerifyPhone, assistant::clock::new_id()).await);
    assert!(check(Purpose::VerifyPhone, subject).await);
    let (hash, length): (Vec<u8>, i32) =
        sqlx::query_as("select code_hash, octet_length(code_hash) from sms_codes")
            .fetch_one(&house.db.admin)
            .await
            .expect("one");
    assert!(length == 32 && !hash.windows(6).any(|part| part == code.as_bytes()));
}

#[tokio::test(flavor = "multi_thread")]
async fn s20_after_three_tries_the_right_code_is_no_good_either() {
    let house = house(&[]).await;
    let ana = Person::of(&house).await;
    ana.enrols_texts().await;
    let (token, code) = challenged(&ana, 2).await;
    for _ in 0..3 {
        assert_eq!(
            ana.shows(&token, "sms", &another(&code)).await.status(),
            401
        );
    }
    assert_eq!(ana.shows(&token, "sms", &code).await.status(), 401);
    let counted = house
        .db
        .count("select tries::bigint from sms_codes where purpose = 'login'")
        .await;
    assert_eq!(counted, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn s13_a_new_code_kills_the_old_one_and_keeps_the_count() {
    let house = house(&[]).await;
    let ana = Person::of(&house).await;
    ana.enrols_texts().await;
    let (token, first) = challenged(&ana, 2).await;
    assert_eq!(
        ana.shows(&token, "sms", &another(&first)).await.status(),
        401
    );
    ana.does(CHALLENGE, json!({"mfa_token": token, "method": "sms"}), 200)
        .await;
    let second = ana.texted(3).await;
    assert_ne!(first, second, "once in a million this fails by chance");
    assert_eq!(
        ana.shows(&token, "sms", &first).await.status(),
        401,
        "the old one"
    );
    let failures = ana.failures().await;
    assert_eq!(failures, 2, "asking anew took no failure back");
    ana.does(CHALLENGE, json!({"mfa_token": token, "method": "sms"}), 200)
        .await;
    let third = ana.texted(4).await;
    assert_eq!(
        ana.shows(&token, "sms", &another(&third)).await.status(),
        401
    );
    assert_eq!(
        ana.shows(&token, "sms", &third).await.status(),
        401,
        "three tries were made"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_leaves_no_words_in_the_outbox_and_none_after_its_time() {
    let house = house(&[]).await;
    let ana = Person::of(&house).await;
    ana.enrols_texts().await;
    house.is_at_rest().await;
    let kept: Vec<(String, String)> =
        sqlx::query_as("select kind, body from outbox where kind = 'code'")
            .fetch_all(&house.db.admin)
            .await
            .expect("rows");
    assert_eq!(kept, [("code".to_owned(), "(a code)".to_owned())]);

    // the sender is away until the code is too old: it dies unsent
    sqlx::query("update own_numbers set next_free_at = 'infinity'")
        .execute(&house.db.admin)
        .await
        .expect("held up");
    let token = ana.half_logs_in().await;
    ana.does(CHALLENGE, json!({"mfa_token": token, "method": "sms"}), 200)
        .await;
    ana.passes(601);
    sqlx::query("update own_numbers set next_free_at = '-infinity'")
        .execute(&house.db.admin)
        .await
        .expect("goes on");
    house.is_at_rest().await;
    assert_eq!(house.sim.sent_to(ANA).len(), 1);
    let expired = "select count(*) from outbox where state = 'expired' and body = '(a code)'";
    assert_eq!(house.db.count(expired).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_wants_a_login_that_waits_and_a_number() {
    let house = house(&[]).await;
    let ana = Person::of(&house).await;
    ana.enrols_app().await;
    let body = json!({"mfa_token": "nobody's", "method": "sms"});
    problem(ana.posts(CHALLENGE, body).await, 401, "credentials").await;
    let token = ana.half_logs_in().await;
    let body = json!({"mfa_token": token, "method": "sms"});
    problem(ana.posts(CHALLENGE, body).await, 409, "conflict").await;
    let body = json!({"mfa_token": token, "method": "totp"});
    problem(ana.posts(CHALLENGE, body).await, 400, "bad-request").await;
    let codes = "select count(*) from outbox where kind = 'code'";
    assert_eq!(house.db.count(codes).await, 0, "nothing was texted");
}
