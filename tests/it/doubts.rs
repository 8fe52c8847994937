//! A text whose fate is not known: looked up before anything is sent again.

use std::time::Duration;

use assistant::sim::twilio::{Fault, Plan as Faults, SimOptions};

use crate::{
    house::{ANA, BEN, House, PATIENCE, Plan},
    rows::{becomes, heard, queue, row},
};

fn always(fault: Fault) -> Faults {
    Faults {
        fault,
        next: None,
        probability: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_was_taken_without_an_answer_is_found_and_not_sent_again() {
    for fault in [
        Fault::ErrorAfter,
        Fault::CutAfter,
        Fault::Garbled,
        Fault::SilentAfter { seconds: 6.0 },
    ] {
        let house = Plan::default()
            .set("twilio.timeout_seconds", 1)
            .build()
            .await;
        let ana = house.db.add_user(ANA, "UTC").await;
        house.sim.fail_next(1, fault.clone());
        let id = queue(&house, ana, ANA, "reply", "T1 milk").await;
        let next = queue(&house, ana, ANA, "reply", "T2 eggs").await;
        becomes(&house, next, &["sent", "delivered"]).await;
        house.is_at_rest().await;
        assert_eq!(heard(&house, ANA), ["T1 milk", "T2 eggs"], "{fault:?}");
        let found = becomes(&house, id, &["sent", "delivered"]).await;
        assert_eq!(
            found.provider_sid,
            Some(house.sim.sent_to(ANA)[0].sid.clone())
        );
        assert_eq!((found.attempts, found.body.as_str()), (1, "T1 milk"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_was_not_taken_is_sent_again_once_after_a_while() {
    for fault in [Fault::ErrorBefore, Fault::CutBefore] {
        let house = Plan::default()
            .set("limits.settle_seconds", 2)
            .build()
            .await;
        let ana = house.db.add_user(ANA, "UTC").await;
        house.sim.fail_next(1, fault.clone());
        let started = std::time::Instant::now();
        let id = queue(&house, ana, ANA, "reply", "T1 milk").await;
        let next = queue(&house, ana, ANA, "reply", "T2 eggs").await;
        becomes(&house, next, &["sent", "delivered"]).await;
        assert!(
            started.elapsed() > Duration::from_secs(2),
            "the list was given no time: {:?}",
            started.elapsed()
        );
        house.is_at_rest().await;
        assert_eq!(heard(&house, ANA), ["T1 milk", "T2 eggs"], "{fault:?}");
        assert_eq!(row(&house, id).await.attempts, 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_lags_behind_doubles_nothing() {
    let sim = SimOptions {
        list_lag: Duration::from_millis(2_500),
        ..SimOptions::default()
    };
    let house = Plan::default()
        .sim(sim)
        .set("limits.settle_seconds", 5)
        .build()
        .await;
    let ana = house.db.add_user(ANA, "UTC").await;
    // no callback either: the list alone must tell
    house.sim.fail_next(1, Fault::CutAfter);
    let id = queue(&house, ana, ANA, "reply", "T1 milk").await;
    becomes(&house, id, &["sent", "delivered"]).await;
    house.is_at_rest().await;
    assert_eq!(heard(&house, ANA), ["T1 milk"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_clears_a_doubt_before_the_list_does() {
    let house = Plan::default()
        .set("limits.settle_seconds", 300)
        .build()
        .await;
    house.sim.plan(always(Fault::ListAway));
    let ana = house.db.add_user(ANA, "UTC").await;
    house.sim.fail_next(1, Fault::ErrorAfter);
    let id = queue(&house, ana, ANA, "reply", "T1 milk").await;
    becomes(&house, id, &["delivered"]).await;
    house.is_at_rest().await;
    assert_eq!(heard(&house, ANA), ["T1 milk"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn when_nothing_can_be_looked_up_a_push_is_repeated_and_says_so_and_a_code_is_not() {
    let house = Plan::default()
        .set("limits.doubt_minutes", 0.05)
        .build()
        .await;
    let (ana, ben) = (
        house.db.add_user(ANA, "UTC").await,
        house.db.add_user(BEN, "UTC").await,
    );
    house.sim.plan(always(Fault::ListAway));
    house.sim.fail_next(2, Fault::ErrorBefore);
    let started = std::time::Instant::now();
    let push = queue(&house, ana, ANA, "push", "Dentist at 5 PM").await;
    let code = queue(&house, ben, BEN, "code", "Your code is 471199").await;
    becomes(&house, code, &["failed"]).await;
    becomes(&house, push, &["sent", "delivered"]).await;
    assert!(
        started.elapsed() > Duration::from_millis(2_900),
        "{:?}",
        started.elapsed()
    );
    house.is_at_rest().await;
    assert_eq!(heard(&house, ANA), ["(may repeat) Dentist at 5 PM"]);
    assert_eq!(heard(&house, BEN), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_the_list_does_not_show_is_not_sent_again_either() {
    let house = Plan::default()
        .set("limits.settle_seconds", 1)
        .build()
        .await;
    let ana = house.db.add_user(ANA, "UTC").await;
    house.sim.fail_next(1, Fault::ErrorBefore);
    let code = queue(&house, ana, ANA, "code", "Your code is 471199").await;
    becomes(&house, code, &["failed"]).await;
    house.is_at_rest().await;
    assert_eq!(heard(&house, ANA), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_another_row_owns_is_not_taken_for_this_one() {
    let house = Plan::default()
        .set("limits.settle_seconds", 2)
        .build()
        .await;
    let ana = house.db.add_user(ANA, "UTC").await;
    // the same words three times in a row: the first is taken, the second is not and comes into doubt
    let first = queue(&house, ana, ANA, "reply", "No open tasks.").await;
    becomes(&house, first, &["sent", "delivered"]).await;
    house.sim.fail_next(1, Fault::ErrorBefore);
    let second = queue(&house, ana, ANA, "reply", "No open tasks.").await;
    becomes(&house, second, &["sent", "delivered"]).await;
    // the third is taken, and only it
    house.sim.fail_next(1, Fault::CutAfter);
    let third = queue(&house, ana, ANA, "reply", "No open tasks.").await;
    becomes(&house, third, &["sent", "delivered"]).await;
    house.is_at_rest().await;
    assert_eq!(heard(&house, ANA).len(), 3);
    let mut owned = Vec::new();
    for id in [first, second, third] {
        owned.push(row(&house, id).await.provider_sid.expect("owned"));
    }
    let sids: Vec<String> = house
        .sim
        .sent_to(ANA)
        .into_iter()
        .map(|text| text.sid)
        .collect();
    assert_eq!(owned, sids, "each row owns its own message");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_in_doubt_holds_up_its_recipient_for_a_while_and_nobody_else() {
    let house = Plan::default()
        .set("limits.block_seconds", 3)
        .set("limits.settle_seconds", 300)
        .build()
        .await;
    let (ana, ben) = (
        house.db.add_user(ANA, "UTC").await,
        house.db.add_user(BEN, "UTC").await,
    );
    house.sim.fail_next(1, Fault::ErrorBefore);
    let started = std::time::Instant::now();
    let doubtful = queue(&house, ana, ANA, "reply", "a1").await;
    becomes(&house, doubtful, &["unknown"]).await;
    let next = queue(&house, ana, ANA, "reply", "a2").await;
    let bens = queue(&house, ben, BEN, "reply", "b1").await;
    becomes(&house, bens, &["sent", "delivered"]).await;
    assert!(
        started.elapsed() < Duration::from_secs(3),
        "Ben waited for Ana"
    );
    assert_eq!(row(&house, next).await.state, "queued");
    becomes(&house, next, &["sent", "delivered"]).await;
    let waited = started.elapsed();
    assert!(
        waited > Duration::from_millis(2_900) && waited < Duration::from_secs(8),
        "{waited:?}"
    );
    let row = row(&house, doubtful).await;
    assert_eq!(
        (row.state.as_str(), row.blocking),
        ("unknown", false),
        "it is still looked for"
    );
    assert_eq!(heard(&house, ANA), ["a2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_dies_between_claim_and_post_leaves_a_doubt_that_is_cleared() {
    let mut house = Plan::default()
        .set("limits.settle_seconds", 1)
        .closed()
        .build()
        .await;
    let ana = house.db.add_user(ANA, "UTC").await;
    let id = queue(&house, ana, ANA, "reply", "T1 milk").await;
    let pool = crate::rows::pool(&house).await;
    let claimed = assistant::outbox::claim(&pool, house.clock.now(), 1, Duration::from_secs(1))
        .await
        .expect("claimed");
    assert_eq!(claimed.len(), 1);
    pool.close().await;
    house.open().await;
    becomes(&house, id, &["sent", "delivered"]).await;
    house.is_at_rest().await;
    assert_eq!(heard(&house, ANA), ["T1 milk"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_of_faults_sends_each_text_once_and_in_order() {
    const TEXTS: usize = 25;
    let house: House = Plan::default()
        .set("limits.settle_seconds", 2)
        .set("twilio.timeout_seconds", 1)
        .build()
        .await;
    let numbers: Vec<String> = (0..4).map(|n| format!("+1555010{:04}", 4200 + n)).collect();
    for (fault, probability) in [
        (Fault::ErrorAfter, 0.08),
        (Fault::CutAfter, 0.05),
        (Fault::ErrorBefore, 0.05),
        (Fault::CutBefore, 0.04),
        (Fault::TooMany { retry_after: None }, 0.08),
        (Fault::ListAway, 0.1),
        (Fault::Slow { milliseconds: 60 }, 0.2),
    ] {
        house.sim.plan(Faults {
            fault,
            next: None,
            probability: Some(probability),
        });
    }
    for number in &numbers {
        let user = house.db.add_user(number, "UTC").await;
        for n in 0..TEXTS {
            queue(&house, user, number, "reply", &format!("{n}")).await;
        }
    }
    let expected: Vec<String> = (0..TEXTS).map(|n| n.to_string()).collect();
    for number in &numbers {
        let until = tokio::time::Instant::now() + 4 * PATIENCE;
        while heard(&house, number).len() < TEXTS && tokio::time::Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert_eq!(
            heard(&house, number),
            expected,
            "{number}; struck: {:?}",
            house.sim.struck()
        );
    }
    house.sim.clear_faults();
    house.is_at_rest().await;
    assert_eq!(house.sim.all_sent().len(), TEXTS * numbers.len());
}
