//! The sender against a provider that is slow, busy, away, or says no.

use std::time::Duration;

use assistant::{
    clock::Clock,
    sim::twilio::{Fault, SimOptions, TwilioSim},
};
use jiff::SignedDuration;

use crate::{
    house::{ANA, BEN, House, PATIENCE, Plan},
    rows::{becomes, heard, queue, row},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_provider_is_waited_for_and_the_order_is_kept() {
    for retry_after in [Some("1"), None, Some("soon")] {
        let house = House::new().await;
        let (ana, ben) = (
            house.db.add_user(ANA, "UTC").await,
            house.db.add_user(BEN, "UTC").await,
        );
        house.sim.fail_next(
            2,
            Fault::TooMany {
                retry_after: retry_after.map(str::to_owned),
            },
        );
        let started = std::time::Instant::now();
        for n in 1..=3 {
            queue(&house, ana, ANA, "reply", &format!("a{n}")).await;
        }
        queue(&house, ben, BEN, "reply", "b1").await;
        house.sim.wait_for(ANA, 3, PATIENCE).await;
        house.is_at_rest().await;
        if retry_after == Some("1") {
            assert!(
                started.elapsed() > Duration::from_secs(1),
                "{:?}",
                started.elapsed()
            );
        }
        assert_eq!(heard(&house, ANA), ["a1", "a2", "a3"], "{retry_after:?}");
        assert_eq!(heard(&house, BEN), ["b1"]);
        assert_eq!(house.sim.struck()["too_many"], 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_not_reached_is_tried_again_until_it_is_there() {
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.local_addr().expect("an address")
    };
    let house = Plan::default()
        .set("twilio.api_base", format!("http://{port}"))
        .build()
        .await;
    let ana = house.db.add_user(ANA, "UTC").await;
    let id = queue(&house, ana, ANA, "reply", "a1").await;
    let second = queue(&house, ana, ANA, "reply", "a2").await;
    let until = tokio::time::Instant::now() + PATIENCE;
    while row(&house, id).await.attempts < 2 {
        assert!(tokio::time::Instant::now() < until, "it is not tried again");
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert_eq!(row(&house, second).await.attempts, 0);
    let sim = TwilioSim::listen(port, SimOptions::default())
        .await
        .expect("the port is still free");
    becomes(&house, second, &["sent", "delivered"]).await;
    assert_eq!(
        sim.all_sent()
            .into_iter()
            .map(|text| text.body)
            .collect::<Vec<_>>(),
        ["a1", "a2"]
    );
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_ends_a_text_with_its_code_and_stops_nobody_else() {
    let house = House::new().await;
    let ben = house.db.add_user(BEN, "UTC").await;
    let mut users = Vec::new();
    for (at, code) in [21_211, 21_614, 30_007, 77_777].into_iter().enumerate() {
        let number = format!("+1555010{:04}", 4000 + at);
        house.sim.refuse(&number, code);
        users.push((house.db.add_user(&number, "UTC").await, number, code));
    }
    for (user, number, code) in &users {
        let id = queue(&house, *user, number, "reply", "x").await;
        let failed = becomes(&house, id, &["failed"]).await;
        assert_eq!(
            (failed.error_code, failed.blocking, failed.attempts),
            (Some(*code), false, 1)
        );
    }
    let fine = queue(&house, ben, BEN, "reply", "hello").await;
    becomes(&house, fine, &["sent", "delivered"]).await;
    assert_eq!(
        house
            .db
            .count("select count(*) from recipients where opted_out_at is not null")
            .await,
        0
    );
    // the next text to a number that was refused is tried
    let again = queue(&house, users[0].0, &users[0].1, "reply", "y").await;
    becomes(&house, again, &["failed"]).await;
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_the_provider_calls_opted_out_is_sent_nothing_more() {
    let house = House::new().await;
    let ana = house.db.add_user(ANA, "UTC").await;
    house.sim.refuse(ANA, 21_610);
    let first = queue(&house, ana, ANA, "reply", "x").await;
    let second = queue(&house, ana, ANA, "push", "y").await;
    becomes(&house, first, &["failed"]).await;
    becomes(&house, second, &["suppressed"]).await;
    assert_eq!(
        house
            .db
            .count("select count(*) from recipients where opted_out_at is not null")
            .await,
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_refuses_our_account_loses_no_text() {
    let clock = Clock::default();
    let mut house = Plan::default().clock(&clock).closed().build().await;
    house.settings.push((
        "twilio.auth_token".into(),
        "a-token-that-was-rotated-away".into(),
    ));
    house.open().await;
    let ana = house.db.add_user(ANA, "UTC").await;
    let first = queue(&house, ana, ANA, "reply", "a1").await;
    let second = queue(&house, ana, ANA, "reply", "a2").await;
    let until = tokio::time::Instant::now() + PATIENCE;
    let waits = format!(
        "select count(*) from outbox where id = '{first}' and state = 'queued' and attempts = 1
         and not_before between clock_timestamp() + interval '20 s' and clock_timestamp() + interval '31 s'"
    );
    while house.db.count(&waits).await == 0 {
        assert!(
            tokio::time::Instant::now() < until,
            "{:?}",
            row(&house, first).await
        );
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    house.close().await;
    house.settings.pop();
    // the wait is one of the database's clock: ours may be set back meanwhile
    clock.advance(SignedDuration::from_hours(-2));
    sqlx::query("update outbox set not_before = not_before - interval '31 seconds'")
        .execute(&house.db.admin)
        .await
        .expect("half a minute passes");
    house.open().await;
    becomes(&house, second, &["sent", "delivered"]).await;
    assert_eq!(heard(&house, ANA), ["a1", "a2"]);
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_is_not_ours_any_more_loses_no_text_either() {
    let house = House::new().await;
    let ana = house.db.add_user(ANA, "UTC").await;
    house.sim.refuse(ANA, 21_606);
    let id = queue(&house, ana, ANA, "reply", "a1").await;
    let until = tokio::time::Instant::now() + PATIENCE;
    while house.sim.struck().is_empty() && row(&house, id).await.attempts == 0 {
        assert!(tokio::time::Instant::now() < until);
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let row = becomes(&house, id, &["queued"]).await;
    assert_eq!((row.attempts, row.error_code), (1, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_that_is_no_longer_fresh_is_given_up_before_the_post() {
    let house = Plan::default()
        .set("limits.send_fresh_seconds", 0.000_001)
        .build()
        .await;
    let ana = house.db.add_user(ANA, "UTC").await;
    let id = queue(&house, ana, ANA, "reply", "late").await;
    let until = tokio::time::Instant::now() + PATIENCE;
    while row(&house, id).await.attempts < 3 {
        assert!(
            tokio::time::Instant::now() < until,
            "it is not claimed again"
        );
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert_eq!(heard(&house, ANA), [""; 0]);
    assert!(["queued", "claimed"].contains(&row(&house, id).await.state.as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_replicas_send_each_text_once_and_in_order() {
    const EACH: usize = 15;
    let house = House::new().await;
    let other = house.replica(assistant::app::Role::Worker).await;
    let numbers: Vec<String> = (0..6).map(|n| format!("+1555010{:04}", 4100 + n)).collect();
    let mut users = Vec::new();
    for number in &numbers {
        users.push(house.db.add_user(number, "UTC").await);
    }
    for n in 0..EACH {
        for (user, number) in users.iter().zip(&numbers) {
            queue(
                &house,
                *user,
                number,
                if n % 3 == 0 { "push" } else { "reply" },
                &format!("{n}"),
            )
            .await;
        }
    }
    house.is_at_rest().await;
    for number in &numbers {
        let heard = heard(&house, number);
        assert_eq!(heard.len(), EACH, "{heard:?}");
        for kind in [0, 1] {
            let of_kind: Vec<usize> = heard
                .iter()
                .map(|n| n.parse().expect("a number"))
                .filter(|n| usize::from(n % 3 != 0) == kind)
                .collect();
            assert!(of_kind.is_sorted(), "{heard:?}");
        }
    }
    other.stop().await;
}
