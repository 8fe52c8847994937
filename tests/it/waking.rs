//! Wake-ups and the sweep: no text is forgotten, whatever became of the wake-up.

use std::{sync::Arc, time::Duration};

use assistant::{app::Role, mailbox, model::Scripted};

use crate::{
    fencing::steal,
    house::{ANA, House, PATIENCE, Plan},
    rows::pool,
    scripts::{add, adds_what_it_reads, calls},
};

/// A house without worker, and what takes its texts.
async fn waiting_house(model: &Arc<Scripted>) -> (House, assistant::app::Running) {
    let house = Plan::default().model(model).closed().build().await;
    let api = house.replica(Role::Api).await;
    house
        .sim
        .set_webhook(&format!("http://{}/webhooks/twilio/sms", api.address));
    (house, api)
}

async fn jobs(house: &House) -> i64 {
    house
        .db
        .count("select count(*) from graphile_worker._private_jobs where key like 'mailbox:%'")
        .await
}

async fn execute(house: &House, sql: &'static str) {
    sqlx::query(sql).execute(&house.db.admin).await.expect(sql);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sweep_looks_at_the_texts_whatever_the_flag_says() {
    let model = adds_what_it_reads();
    let (house, api) = waiting_house(&model).await;
    house.db.add_user(ANA, "UTC").await;
    let pool = pool(&house).await;
    house.sim.text(ANA, "", "milk").await;
    assert_eq!(jobs(&house).await, 1, "the webhook woke it");
    let sweep = async || mailbox::sweep(&pool, Duration::ZERO).await.expect("swept");
    assert_eq!(sweep().await, 0, "a wake-up is due already");
    for woken in [
        "update mailboxes set woken = true",
        "update mailboxes set woken = false",
    ] {
        execute(&house, "delete from graphile_worker._private_jobs").await;
        execute(&house, woken).await;
        assert_eq!(
            mailbox::sweep(&pool, Duration::from_secs(60))
                .await
                .expect("swept"),
            0,
            "young texts have their own"
        );
        assert_eq!(sweep().await, 1, "{woken}");
        assert_eq!(sweep().await, 0, "{woken}, woken now");
        assert_eq!(jobs(&house).await, 1);
    }
    execute(&house, "delete from graphile_worker._private_jobs").await;
    execute(
        &house,
        "update beats set until = clock_timestamp() + interval '1 minute'",
    )
    .await;
    assert_eq!(sweep().await, 0, "someone beats on it");
    execute(&house, "update beats set until = '-infinity'").await;
    execute(&house, "update users set state = 'disabled'").await;
    assert_eq!(sweep().await, 0, "a user who is not served");
    pool.close().await;
    api.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_wake_up_is_made_good() {
    let model = adds_what_it_reads();
    let (mut house, api) = waiting_house(&model).await;
    house.db.add_user(ANA, "UTC").await;
    house.sim.text(ANA, "", "milk").await;
    execute(&house, "delete from graphile_worker._private_jobs").await;
    house.open().await;
    house.is_at_rest().await;
    assert_eq!(house.sim.sent_to(ANA).len(), 1);
    api.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_text_does_not_enqueue_a_second_wake_up_and_the_flag_is_cleared_at_rest() {
    let model = adds_what_it_reads();
    let (mut house, api) = waiting_house(&model).await;
    house.db.add_user(ANA, "UTC").await;
    for n in 0..5 {
        house.sim.text(ANA, "", &format!("n{n}")).await;
    }
    assert_eq!(jobs(&house).await, 1);
    assert_eq!(house.db.count("select wanted from mailboxes").await, 5);
    house.open().await;
    house.is_at_rest().await;
    assert_eq!(
        house
            .db
            .count("select count(*) from mailboxes where not woken")
            .await,
        1
    );
    api.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wake_up_that_meets_a_live_lease_comes_again_when_that_ends() {
    let model = adds_what_it_reads();
    let (mut house, api) = waiting_house(&model).await;
    let user = house.db.add_user(ANA, "UTC").await;
    house.sim.text(ANA, "", "milk").await;
    steal(&house, user, 2.5).await;
    house.open().await;
    let moved = "select count(*) from graphile_worker._private_jobs j, beats b
                 where j.key like 'mailbox:%' and abs(extract(epoch from j.run_at - b.until)) < 0.01";
    let until = tokio::time::Instant::now() + PATIENCE;
    while house.db.count(moved).await == 0 {
        assert!(
            tokio::time::Instant::now() < until,
            "the job was not put to the lease's end"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(model.asked().is_empty());
    let lease_ends: jiff_sqlx::Timestamp = sqlx::query_scalar("select until from beats")
        .fetch_one(&house.db.admin)
        .await
        .expect("an instant");
    house.is_at_rest().await;
    assert_eq!(house.sim.sent_to(ANA).len(), 1);
    let early =
        sqlx::query_scalar::<_, bool>("select created_at < $1 from outbox").bind(lease_ends);
    assert!(
        !early.fetch_one(&house.db.admin).await.expect("an answer"),
        "before the lease ended"
    );
    api.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wake_ups_that_a_dead_worker_left_behind_are_removed() {
    let model = adds_what_it_reads();
    let (house, api) = waiting_house(&model).await;
    house.db.add_user(ANA, "UTC").await;
    let pool = pool(&house).await;
    house.sim.text(ANA, "", "milk").await;
    execute(
        &house,
        "update graphile_worker._private_jobs set attempts = max_attempts",
    )
    .await;
    mailbox::sweep(&pool, Duration::ZERO).await.expect("swept");
    assert_eq!(jobs(&house).await, 1);
    assert_eq!(
        house
            .db
            .count(
                "select count(*) from graphile_worker._private_jobs where attempts >= max_attempts"
            )
            .await,
        0
    );
    pool.close().await;
    api.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_texts_of_a_disabled_user_start_no_turn() {
    let model = Arc::new(Scripted::with(|_| calls([add("never")])));
    let (mut house, api) = waiting_house(&model).await;
    house.db.add_user(ANA, "UTC").await;
    house.sim.text(ANA, "", "milk").await;
    execute(&house, "update users set state = 'disabled'").await;
    house.open().await;
    let until = tokio::time::Instant::now() + PATIENCE;
    while jobs(&house).await > 0 {
        assert!(tokio::time::Instant::now() < until, "the wake-up stays");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(model.asked().is_empty());
    assert_eq!(house.db.count("select count(*) from turns").await, 0);
    api.stop().await;
}
