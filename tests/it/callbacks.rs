//! Status callbacks move a row forward: twice, out of order, early, or with a wrong id.

use assistant::{
    clock::Clock,
    outbox::{self, Outcome, Standing},
    sim::twilio::{Callbacks, SimOptions},
};
use std::time::Duration;

use crate::{
    house::{ANA, BEN, OWN, Plan},
    rows::{becomes, heard, pool, queue, row},
};

#[tokio::test(flavor = "multi_thread")]
async fn callbacks_that_come_once_twice_or_out_of_order_end_in_delivered() {
    for callbacks in [Callbacks::Once, Callbacks::Twice, Callbacks::OutOfOrder] {
        let sim = SimOptions {
            callbacks,
            pace: Duration::from_millis(30),
            ..SimOptions::default()
        };
        let house = Plan::default().sim(sim).build().await;
        let ana = house.resident(ANA).await;
        for n in 1..=4 {
            ana.asks(&format!("add a task: thing {n}")).await;
        }
        ana.hears_nothing_more().await;
        let until = tokio::time::Instant::now() + crate::house::PATIENCE;
        while house
            .db
            .count("select count(*) from outbox where state = 'delivered'")
            .await
            < 4
        {
            assert!(tokio::time::Instant::now() < until, "{callbacks:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        // whatever still comes in changes nothing
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(
            house
                .db
                .count("select count(*) from outbox where state = 'delivered'")
                .await,
            4,
            "{callbacks:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_is_not_delivered_carries_the_providers_code() {
    let house = Plan::default().build().await;
    let ana = house.db.add_user(ANA, "UTC").await;
    house.sim.undeliverable(ANA, 30_007);
    let id = queue(&house, ana, ANA, "reply", "T1 milk").await;
    let filtered = becomes(&house, id, &["undelivered"]).await;
    assert_eq!(
        (filtered.error_code, filtered.blocking),
        (Some(30_007), false)
    );
    house.is_at_rest().await;
    assert_eq!(heard(&house, ANA).len(), 1, "it is not sent again");
}

#[tokio::test]
async fn a_row_only_moves_forward() {
    let house = Plan::default().closed().build().await;
    let pool = pool(&house).await;
    let ana = house.db.add_user(ANA, "UTC").await;
    let states = ["sent", "delivered", "undelivered", "failed"];
    let words = [
        Standing::Sent,
        Standing::Delivered,
        Standing::Undelivered,
        Standing::Failed,
    ];
    for (first, first_word) in states.iter().zip(words) {
        for second in words {
            let id = queue(&house, ana, ANA, "reply", "x").await;
            let sid = format!("SM{}", id.simple());
            assert_eq!(
                outbox::stands(&pool, Some(id), &sid, first_word, None)
                    .await
                    .expect("told"),
                "moved"
            );
            let told = outbox::stands(&pool, Some(id), &sid, second, Some(30_003))
                .await
                .expect("told");
            let forward = *first == "sent" && second != Standing::Sent;
            assert_eq!(
                told,
                if forward { "moved" } else { "same" },
                "{first} then {second:?}"
            );
            let found = row(&house, id).await;
            assert_eq!(found.state == *first, !forward);
            assert_eq!(
                found.error_code,
                forward.then_some(30_003),
                "what changes nothing leaves no code"
            );
        }
    }
    pool.close().await;
}

#[tokio::test]
async fn a_callback_that_is_faster_than_the_answer_to_the_post_is_kept() {
    let house = Plan::default().closed().build().await;
    let pool = pool(&house).await;
    let ana = house.db.add_user(ANA, "UTC").await;
    let id = queue(&house, ana, ANA, "reply", "x").await;
    let next = queue(&house, ana, ANA, "reply", "y").await;
    let sid = format!("SM{}", id.simple());
    let claim = outbox::claim(&pool, Clock::default().now(), 1, Duration::from_secs(20))
        .await
        .expect("claimed")
        .remove(0);
    assert_eq!(
        outbox::stands(&pool, Some(id), &sid, Standing::Delivered, None)
            .await
            .expect("told"),
        "moved"
    );
    assert!(!row(&house, id).await.blocking, "the next one may leave");
    // whatever the sender believes afterwards
    for outcome in [
        Outcome::Unknown,
        Outcome::Retry {
            wait: None,
            prefix: None,
        },
        Outcome::Failed { code: Some(20_003) },
        Outcome::Sent { sid: sid.clone() },
    ] {
        outbox::settle(&pool, &claim, outcome)
            .await
            .expect("answered");
        let found = row(&house, id).await;
        assert_eq!(
            (found.state.as_str(), found.blocking, found.error_code),
            ("delivered", false, None)
        );
        assert_eq!(found.provider_sid.as_deref(), Some(&*sid));
    }
    let claims = outbox::claim(&pool, Clock::default().now(), 9, Duration::from_secs(20))
        .await
        .expect("claimed");
    assert_eq!(claims.iter().map(|c| c.id).collect::<Vec<_>>(), [next]);
    pool.close().await;
}

#[tokio::test]
async fn a_callback_with_the_wrong_id_changes_nothing() {
    let house = Plan::default().closed().build().await;
    let pool = pool(&house).await;
    let (ana, ben) = (
        house.db.add_user(ANA, "UTC").await,
        house.db.add_user(BEN, "UTC").await,
    );
    let mine = queue(&house, ana, ANA, "reply", "x").await;
    let theirs = queue(&house, ben, BEN, "reply", "x").await;
    let sid = format!("SM{}", mine.simple());
    outbox::stands(&pool, Some(mine), &sid, Standing::Sent, None)
        .await
        .expect("told");
    let before = row(&house, mine).await;
    let told = |id, sid| outbox::stands(&pool, id, sid, Standing::Failed, Some(30_003));
    assert_eq!(
        told(Some(mine), "SM00000000000000000000000000000000")
            .await
            .expect("told"),
        "other"
    );
    assert_eq!(
        told(Some(uuid::Uuid::nil()), &sid).await.expect("told"),
        "unknown"
    );
    assert_eq!(
        told(None, "SM00000000000000000000000000000000")
            .await
            .expect("told"),
        "unknown"
    );
    // a message that another row owns
    assert_eq!(told(Some(theirs), &sid).await.expect("told"), "other");
    assert_eq!(row(&house, theirs).await.state, "queued");
    assert_eq!(row(&house, mine).await, before);
    // without an id of ours the provider's id leads to the row
    assert_eq!(told(None, &sid).await.expect("told"), "moved");
    pool.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_that_says_opted_out_is_consent_withdrawn() {
    let house = Plan::default().build().await;
    let ana = house.db.add_user(ANA, "UTC").await;
    house.sim.undeliverable(ANA, 21_610);
    let first = queue(&house, ana, ANA, "reply", "x").await;
    becomes(&house, first, &["undelivered"]).await;
    assert_eq!(
        house
            .db
            .count("select count(*) from recipients where opted_out_at is not null")
            .await,
        1
    );
    let second = queue(&house, ana, ANA, "push", "y").await;
    becomes(&house, second, &["suppressed"]).await;
    assert_eq!(heard(&house, ANA), ["x"]);
    assert_ne!(OWN, ANA);
}
