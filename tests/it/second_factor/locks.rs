//! A locked account: what the lock ends, who still gets in, and what opens it.

use assistant::accounts::{codes, guess::Guess};
use serde_json::json;

use super::{CHALLENGE, Person, UNLOCK, address, house, read};

const ATTACKER: &str = "198.51.100.7";
const HOME: &str = "203.0.113.5";

/// Wrong guesses from there until the door is locked.
async fn lock(ana: &Person<'_>, from: &str) {
    for _ in 0..25 {
        drop(Guess::begin(&ana.accounts, ana.user, address(from)).await);
        ana.passes(1000);
    }
    drop(
        Guess::begin(&ana.accounts, ana.user, address(from))
            .await
            .expect_err("locked"),
    );
}

async fn gets_in(ana: &Person<'_>, from: &str) -> bool {
    let Ok(guess) = Guess::begin(&ana.accounts, ana.user, address(from)).await else {
        return false;
    };
    let mut tx = ana.begin().await;
    guess.was_right(&mut tx).await.expect("right");
    tx.commit().await.expect("committed");
    true
}

#[tokio::test(flavor = "multi_thread")]
async fn s11_whoever_guesses_from_elsewhere_does_not_shut_the_owner_out() {
    let house = house(&[]).await;
    let ana = Person::of(&house).await;
    assert!(gets_in(&ana, HOME).await);
    lock(&ana, ATTACKER).await;
    assert!(gets_in(&ana, HOME).await, "from where she got in before");
    assert!(!gets_in(&ana, ATTACKER).await);
    assert!(!gets_in(&ana, "192.0.2.200").await, "a new place, as yet");
}

#[tokio::test(flavor = "multi_thread")]
async fn s11_a_mailed_link_opens_a_new_place_that_the_attacker_cannot_lock_again() {
    let house = house(&[]).await;
    let ana = Person::of(&house).await;
    lock(&ana, ATTACKER).await;
    // the daemon sees this test at 127.0.0.1
    assert!(!gets_in(&ana, "127.0.0.1").await);
    // the link of the lock is an hour old by then: locked again a day later, she is told again
    let mails = ana.mails().await.len();
    ana.passes(3600 * 25);
    assert!(!gets_in(&ana, ATTACKER).await);
    assert!(!gets_in(&ana, ATTACKER).await);
    assert_eq!(
        ana.mails().await.len(),
        mails + 1,
        "once a day, not with each knock"
    );
    let link = json!({"token": ana.unlock_link().await});
    ana.does(UNLOCK, link.clone(), 204).await;
    let again = read(ana.posts(UNLOCK, link).await, 400).await;
    assert_eq!(again["type"], "/problems/link");
    assert!(gets_in(&ana, ATTACKER).await, "open to all again");
    lock(&ana, ATTACKER).await;
    assert!(gets_in(&ana, "127.0.0.1").await, "hers stays open");
    let told = ana.mails().await;
    assert!(
        told.iter().any(|(_, body)| body.contains("unlocked")),
        "{told:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn s11_an_unlock_link_is_good_once_for_an_hour_and_for_nothing_else() {
    let house = house(&[]).await;
    let ana = Person::of(&house).await;
    lock(&ana, ATTACKER).await;
    ana.passes(3600 * 25);
    drop(Guess::begin(&ana.accounts, ana.user, address(ATTACKER)).await);
    let secret = ana.unlock_link().await;
    for wrong in [
        "",
        "x",
        &secret[1..],
        &format!("{secret}x"),
        &"a".repeat(5000),
    ] {
        ana.does(UNLOCK, json!({"token": wrong}), 400).await;
    }
    ana.passes(3601);
    ana.does(UNLOCK, json!({"token": secret}), 400).await;
    assert!(!gets_in(&ana, ATTACKER).await, "still locked");
    // the next day's link is good, and good once
    ana.passes(3600 * 25);
    drop(Guess::begin(&ana.accounts, ana.user, address(ATTACKER)).await);
    let link = json!({"token": ana.unlock_link().await});
    ana.does(UNLOCK, link.clone(), 204).await;
    ana.does(UNLOCK, link, 400).await;
    assert!(gets_in(&ana, ATTACKER).await, "open again");
}

#[tokio::test(flavor = "multi_thread")]
async fn s14_a_lock_ends_half_finished_logins_and_codes_under_way() {
    let house = house(&[]).await;
    let ana = Person::of(&house).await;
    let (app, _) = ana.enrols_app().await;
    ana.enrols_texts().await;
    // the pending login outlives no ten minutes: the lock comes at once
    sqlx::query("insert into guesses (user_id, failures) values ($1, 20) on conflict (user_id, source) do update set failures = 20")
        .bind(ana.user.0)
        .execute(&house.db.admin)
        .await
        .expect("twenty");
    sqlx::query("delete from guesses where source <> ''")
        .execute(&house.db.admin)
        .await
        .expect("no known place");
    let token = ana.half_logs_in().await;
    ana.does(CHALLENGE, json!({"mfa_token": token, "method": "sms"}), 200)
        .await;
    let texted = ana.texted(2).await;
    assert_eq!(
        ana.shows(&token, "totp", &ana.code(&app)).await.status(),
        401
    );
    let left = house.db.count("select count(*) from pending_logins").await;
    assert_eq!(left, 0, "the half login is gone");
    let left = house
        .db
        .count("select count(*) from sms_codes where used_at is null")
        .await;
    assert_eq!(left, 0, "and so is the code");
    // and also after the lock was lifted they are no good
    ana.does(UNLOCK, json!({"token": ana.unlock_link().await}), 204)
        .await;
    assert_eq!(ana.shows(&token, "sms", &texted).await.status(), 401);
    assert_eq!(
        ana.shows(&token, "totp", &ana.code(&app)).await.status(),
        401
    );
    let code = codes::check(
        &ana.accounts,
        ana.user,
        codes::Purpose::Login,
        uuid::Uuid::nil(),
        &texted,
    );
    assert!(code.await.expect("read").is_none());
}
