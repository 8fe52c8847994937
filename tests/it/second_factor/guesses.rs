//! Guesses: counted together, before the secret is looked at, slower and slower, then not at all.

use assistant::accounts::guess::{self, Guess, Held};
use futures_util::future::join_all;
use serde_json::json;

use super::{CHALLENGE, Person, accounts, address, another, house};

const ELSEWHERE: &str = "198.51.100.7";

#[tokio::test(flavor = "multi_thread")]
async fn s10_wrong_passwords_app_codes_texted_codes_and_recovery_codes_count_together() {
    let house = house(&[]).await;
    let ana = Person::of(&house).await;
    let (app, _) = ana.enrols_app().await;
    ana.enrols_texts().await;
    let token = ana.half_logs_in().await;
    let body = json!({"mfa_token": token, "method": "sms"});
    ana.does(CHALLENGE, body, 200).await;
    let texted = ana.texted(2).await;

    // a password, as the login and the reset count it
    drop(
        Guess::begin(&ana.accounts, ana.user, address("127.0.0.1"))
            .await
            .expect("counted"),
    );
    let wrong = another(&ana.code(&app));
    for (method, code) in [
        ("totp", wrong.as_str()),
        ("sms", &another(&texted)),
        ("recovery_code", "0000-0000-0000-0000"),
    ] {
        assert_eq!(
            ana.shows(&token, method, code).await.status(),
            401,
            "{method}"
        );
    }
    assert_eq!(ana.failures().await, 4);
    let rows = house
        .db
        .count("select count(*) from guesses where failures > 0")
        .await;
    assert_eq!(rows, 1, "one count for all of them");
    let pair = ana.shows(&token, "totp", &ana.code(&app)).await;
    assert_eq!(pair.status(), 200);
    assert_eq!(ana.failures().await, 0, "who gets in starts anew");
}

#[tokio::test(flavor = "multi_thread")]
async fn s10_from_the_fifth_failure_on_each_makes_the_next_wait_longer_until_nothing_helps() {
    let house = house(&[]).await;
    let ana = Person::of(&house).await;
    let tries = async || {
        Guess::begin(&ana.accounts, ana.user, address(ELSEWHERE))
            .await
            .is_ok()
    };
    for _ in 0..5 {
        assert!(tries().await);
    }
    let mut waits = Vec::new();
    for _ in 5..20 {
        let mut waited = 0;
        while !tries().await {
            let step = (waited / 2).max(1);
            ana.passes(step);
            waited += step;
            assert!(waited < 3600, "{waits:?}");
        }
        waits.push(waited);
    }
    assert!(waits.iter().all(|wait| *wait >= 1), "{waits:?}");
    assert!(waits[0] <= 2 && waits[14] > 300, "{waits:?}");
    assert!(
        waits.windows(2).all(|two| two[0] <= two[1] + 1),
        "{waits:?}"
    );
    ana.passes(3600 * 24 * 30);
    assert!(!tries().await, "twenty in a row: locked");
    assert_eq!(ana.failures().await, 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn s10_all_places_together_let_at_most_a_hundred_failures_through() {
    let house = house(&[]).await;
    let ana = Person::of(&house).await;
    for n in 0..30 {
        let place = address(&format!("203.0.113.{n}"));
        let guess = Guess::begin(&ana.accounts, ana.user, place)
            .await
            .expect("counted");
        let mut tx = ana.begin().await;
        guess.was_right(&mut tx).await.expect("right");
        tx.commit().await.expect("committed");
        ana.passes(1);
    }
    let mut let_through = 0;
    for n in 0..40 {
        let place = address(&format!("203.0.113.{n}"));
        for _ in 0..25 {
            let counted = Guess::begin(&ana.accounts, ana.user, place).await;
            let_through += i32::from(counted.is_ok());
            ana.passes(1000);
        }
    }
    assert!((20..=100).contains(&let_through), "{let_through}");
}

#[tokio::test(flavor = "multi_thread")]
async fn s12_a_thousand_parallel_guesses_count_as_that_many() {
    let house = house(&[]).await;
    let ana = Person::of(&house).await;
    let other = accounts(&house).await;
    let guesses = join_all((0..1000).map(|n| {
        let accounts = if n % 2 == 0 { &ana.accounts } else { &other };
        Guess::begin(accounts, ana.user, address(ELSEWHERE))
    }))
    .await;
    let (mut let_through, mut held) = (0, 0);
    for guess in guesses {
        match guess {
            Ok(guess) => {
                drop(guess);
                let_through += 1;
            }
            Err(Held::TooMany) => held += 1,
            // a pool of sixteen may be asked too much: then the secret is not looked at either
            Err(Held::Uncounted(_)) => {}
        }
    }
    // five at once, and those that waited out the first seconds while the thousand were counted
    assert!((5..=9).contains(&let_through), "{let_through}");
    assert_eq!(ana.failures().await, let_through);
    assert!(held > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn s12_of_fifty_parallel_guesses_at_the_last_one_exactly_one_is_made_on_two_replicas() {
    let house = house(&[]).await;
    let ana = Person::of(&house).await;
    let other = accounts(&house).await;
    sqlx::query("insert into guesses (user_id, failures) values ($1, 19)")
        .bind(ana.user.0)
        .execute(&house.db.admin)
        .await
        .expect("nineteen");
    let guesses = join_all((0..50).map(|n| {
        let accounts = if n % 2 == 0 { &ana.accounts } else { &other };
        Guess::begin(accounts, ana.user, address(ELSEWHERE))
    }))
    .await;
    assert_eq!(guesses.iter().filter(|guess| guess.is_ok()).count(), 1);
    assert_eq!(ana.failures().await, 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn s14_a_right_password_does_not_start_the_count_of_the_second_factor_again() {
    let house = house(&[]).await;
    let ana = Person::of(&house).await;
    let (app, _) = ana.enrols_app().await;
    for round in 1..=4 {
        let password = Guess::begin(&ana.accounts, ana.user, address("127.0.0.1"))
            .await
            .expect("let through");
        let mut tx = ana.begin().await;
        password.was_half_right(&mut tx).await.expect("half right");
        tx.commit().await.expect("committed");
        let token = ana.half_logs_in().await;
        let wrong = another(&ana.code(&app));
        assert_eq!(ana.shows(&token, "totp", &wrong).await.status(), 401);
        assert_eq!(ana.failures().await, round);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guess_at_nobody_writes_as_much_as_one_at_somebody() {
    let house = house(&[]).await;
    let ana = Person::of(&house).await;
    guess::decoy(&ana.accounts).await.expect("written");
    let held = house
        .db
        .count("select sum(held)::bigint from guess_decoys")
        .await;
    assert_eq!(held, 1);
}
