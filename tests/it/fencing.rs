//! Who may work on a mailbox: leases, epochs, wake-ups, the sweep. Each rule of waking and fencing, broken on purpose.

use std::{sync::Arc, time::Duration};

use assistant::{
    agent::{self, TurnError},
    app::Role,
    db::{self, UserTx},
    domain::UserId,
    mailbox,
    model::Scripted,
};
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    house::{ANA, House, PATIENCE, Plan},
    scripts::{add, adds_what_it_reads, asked, calls},
};

/// Another worker takes the mailbox, for so long.
async fn steal(house: &House, user: Uuid, seconds: f64) {
    sqlx::query("update leases set epoch = epoch + 1, holder = 'a thief' where user_id = $1")
        .bind(user)
        .execute(&house.db.admin)
        .await
        .expect("stolen");
    sqlx::query("update beats set epoch = epoch + 1, until = clock_timestamp() + make_interval(secs => $2) where user_id = $1")
        .bind(user)
        .bind(seconds)
        .execute(&house.db.admin)
        .await
        .expect("stolen");
}

async fn pool(house: &House) -> PgPool {
    db::connect(&house.config().database).await.expect("a pool")
}

/// A house without worker, and what takes its texts.
async fn waiting_house(model: &Arc<Scripted>) -> (House, assistant::app::Running) {
    let house = Plan::default().model(model).closed().build().await;
    let api = house.replica(Role::Api).await;
    house.sim.set_webhook(&format!("http://{}/webhooks/twilio/sms", api.address));
    (house, api)
}

async fn jobs(house: &House) -> i64 {
    house.db.count("select count(*) from graphile_worker._private_jobs where key like 'mailbox:%'").await
}

async fn execute(house: &House, sql: &'static str) {
    sqlx::query(sql).execute(&house.db.admin).await.expect(sql);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_whose_lease_was_taken_commits_nothing() {
    let model = adds_what_it_reads();
    // beats are far apart here: nothing but the fence tells the worker
    let house = Plan::default().model(&model).set("limits.lease_seconds", 60).build().await;
    let ana = house.resident(ANA).await;
    model.waits_before_answering();
    ana.texts("milk").await;
    asked(&model, 1).await;
    steal(&house, ana.id, 3.0).await;
    model.goes_on();
    tokio::time::sleep(Duration::from_millis(800)).await;
    assert_eq!(house.db.count("select count(*) from tasks").await, 0);
    assert_eq!(house.db.count("select count(*) from turn_steps").await, 0);
    assert_eq!(house.db.count("select count(*) from outbox").await, 0);
    assert_eq!(house.db.count("select count(*) from turns where state = 'running'").await, 1);
    assert_eq!(house.db.count("select count(*) from leases where holder = 'a thief'").await, 1, "nor did it take it back");
    // the thief dies; the sweep finds the text and the turn goes on
    assert_eq!(ana.hears().await, "T1 milk");
    ana.hears_nothing_more().await;
    assert_eq!(house.db.count("select attempts::bigint from turns").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_lost_its_lease_says_no_working_on_it_and_no_reply() {
    let model = Arc::new(Scripted::with(|_| assistant::model::Answer::text("late")));
    let house =
        Plan::default().model(&model).set("limits.lease_seconds", 60).set("limits.working_after_seconds", 1).build().await;
    let ana = house.resident(ANA).await;
    model.waits_before_answering();
    ana.texts("hello").await;
    asked(&model, 1).await;
    steal(&house, ana.id, 600.0).await;
    tokio::time::sleep(Duration::from_millis(1_300)).await;
    model.goes_on();
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(house.db.count("select count(*) from outbox").await, 0);
    assert_eq!(house.sim.sent_to(ANA), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_beat_notices_the_theft_and_the_wait_for_the_model_ends() {
    let model = adds_what_it_reads();
    let house = Plan::default().model(&model).set("limits.lease_seconds", 0.6).build().await;
    let ana = house.resident(ANA).await;
    model.waits_before_answering();
    ana.texts("milk").await;
    asked(&model, 1).await;
    let running = "select count(*) from graphile_worker._private_jobs where locked_at is not null";
    assert_eq!(house.db.count(running).await, 1);
    steal(&house, ana.id, 600.0).await;
    let until = tokio::time::Instant::now() + PATIENCE;
    while house.db.count(running).await > 0 {
        assert!(tokio::time::Instant::now() < until, "the drain still waits for the model");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn the_fence_holds_for_the_epoch_alone_and_keeps_thieves_out_until_the_commit() {
    let house = Plan::default().closed().build().await;
    let user = house.db.add_user(ANA, "UTC").await;
    let pool = pool(&house).await;
    let mut tx = UserTx::begin(&pool, UserId(user)).await.expect("begun");
    let (epoch,): (Option<i64>,) = sqlx::query_as("select epoch from lease_claim($1, 'me', interval '1 minute')")
        .bind(user)
        .fetch_one(&mut *tx)
        .await
        .expect("claimed");
    tx.commit().await.expect("committed");
    let epoch = epoch.expect("the first claim is held");

    let mut tx = UserTx::begin(&pool, UserId(user)).await.expect("begun");
    agent::fence(&mut tx, epoch).await.expect("ours");
    let theft = sqlx::query("update leases set epoch = epoch + 1 where user_id = $1").bind(user);
    let mut thief = house.db.admin.begin().await.expect("begun");
    sqlx::query("set local lock_timeout = '200ms'").execute(&mut *thief).await.expect("set");
    theft.execute(&mut *thief).await.expect_err("the row is locked until the turn's transaction ends");
    thief.rollback().await.expect("rolled back");
    // a beat does not wait for the turn's transaction
    sqlx::query("update beats set until = until where user_id = $1").bind(user).execute(&house.db.admin).await.expect("beaten");
    tx.commit().await.expect("committed");

    for other in [epoch - 1, epoch + 1] {
        let mut tx = UserTx::begin(&pool, UserId(user)).await.expect("begun");
        let fenced = agent::fence(&mut tx, other).await;
        assert!(matches!(fenced, Err(TurnError::Fenced)), "{other}");
    }
    pool.close().await;
}

#[tokio::test]
async fn a_release_holds_only_for_its_epoch_and_only_when_nothing_came_in() {
    let house = Plan::default().closed().build().await;
    let user = house.db.add_user(ANA, "UTC").await;
    let pool = pool(&house).await;
    execute(&house, "update mailboxes set wanted = 7, woken = true").await;
    let mut tx = UserTx::begin(&pool, UserId(user)).await.expect("begun");
    let epoch: i64 = sqlx::query_scalar("select epoch from lease_claim($1, 'me', interval '1 minute')")
        .bind(user)
        .fetch_one(&mut *tx)
        .await
        .expect("claimed");
    tx.commit().await.expect("committed");
    let still_held = "select count(*) from beats b, mailboxes m where b.until > clock_timestamp() and m.woken";
    for (epoch, seen, released) in
        [(epoch, 6, false), (epoch + 1, 7, false), (epoch - 1, 7, false), (epoch, 8, false), (epoch, 7, true), (epoch, 7, true)]
    {
        let mut tx = UserTx::begin(&pool, UserId(user)).await.expect("begun");
        let done: bool = sqlx::query_scalar("select lease_release($1, $2, $3)")
            .bind(user)
            .bind(epoch)
            .bind(seen)
            .fetch_one(&mut *tx)
            .await
            .expect("answered");
        tx.commit().await.expect("committed");
        assert_eq!(done, released, "epoch {epoch}, seen {seen}");
        assert_eq!(house.db.count(still_held).await, i64::from(!released));
    }
    pool.close().await;
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
    for woken in ["update mailboxes set woken = true", "update mailboxes set woken = false"] {
        execute(&house, "delete from graphile_worker._private_jobs").await;
        execute(&house, woken).await;
        assert_eq!(mailbox::sweep(&pool, Duration::from_secs(60)).await.expect("swept"), 0, "young texts have their own");
        assert_eq!(sweep().await, 1, "{woken}");
        assert_eq!(sweep().await, 0, "{woken}, woken now");
        assert_eq!(jobs(&house).await, 1);
    }
    execute(&house, "delete from graphile_worker._private_jobs").await;
    execute(&house, "update beats set until = clock_timestamp() + interval '1 minute'").await;
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
    assert_eq!(house.db.count("select count(*) from mailboxes where not woken").await, 1);
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
        assert!(tokio::time::Instant::now() < until, "the job was not put to the lease's end");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(model.asked().is_empty());
    let lease_ends: jiff_sqlx::Timestamp =
        sqlx::query_scalar("select until from beats").fetch_one(&house.db.admin).await.expect("an instant");
    house.is_at_rest().await;
    assert_eq!(house.sim.sent_to(ANA).len(), 1);
    let early = sqlx::query_scalar::<_, bool>("select created_at < $1 from outbox").bind(lease_ends);
    assert!(!early.fetch_one(&house.db.admin).await.expect("an answer"), "before the lease ended");
    api.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_stops_inside_a_transaction_does_not_hold_the_mailbox_for_long() {
    let model = adds_what_it_reads();
    let house = Plan::default().model(&model).build().await;
    let ana = house.resident(ANA).await;
    let pool = pool(&house).await;
    let mut stopped = UserTx::begin(&pool, UserId(ana.id)).await.expect("begun");
    sqlx::query("select * from lease_claim($1, 'stopped', interval '1 second')")
        .bind(ana.id)
        .fetch_one(&mut *stopped)
        .await
        .expect("claimed");
    let started = std::time::Instant::now();
    ana.texts("milk").await;
    assert!(started.elapsed() < Duration::from_secs(2), "the webhook does not wait for the lease row");
    assert_eq!(ana.hears().await, "T1 milk");
    let took = started.elapsed();
    assert!(took > Duration::from_secs(1) && took < Duration::from_secs(9), "{took:?}");
    stopped.commit().await.expect_err("the server ended its session");
    ana.hears_nothing_more().await;
    pool.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wake_ups_that_a_dead_worker_left_behind_are_removed() {
    let model = adds_what_it_reads();
    let (house, api) = waiting_house(&model).await;
    house.db.add_user(ANA, "UTC").await;
    let pool = pool(&house).await;
    house.sim.text(ANA, "", "milk").await;
    execute(&house, "update graphile_worker._private_jobs set attempts = max_attempts").await;
    mailbox::sweep(&pool, Duration::ZERO).await.expect("swept");
    assert_eq!(jobs(&house).await, 1);
    assert_eq!(house.db.count("select count(*) from graphile_worker._private_jobs where attempts >= max_attempts").await, 0);
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

#[tokio::test]
async fn two_turns_of_one_user_cannot_run_whatever_a_worker_believes() {
    let house = Plan::default().closed().build().await;
    let user = house.db.add_user(ANA, "UTC").await;
    let insert = "insert into turns (id, user_id, state, inputs, own_number, their_number, last_seq, heard_at, started_at)
                  values (gen_random_uuid(), $1, 'running', '{}', '+1', '+2', 1, now(), now())";
    sqlx::query(insert).bind(user).execute(&house.db.admin).await.expect("the first");
    let error = sqlx::query(insert).bind(user).execute(&house.db.admin).await.expect_err("a second");
    assert_eq!(error.as_database_error().and_then(|e| e.constraint()), Some("turns_one_running"));
}
