//! Who may work on a mailbox: leases and epochs. Each rule of fencing, broken on purpose.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use assistant::{
    agent::{self, TurnError},
    db::{self, UserTx},
    domain::UserId,
    model::Scripted,
};
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    house::{ANA, House, Plan},
    scripts::{add, adds_what_it_reads, asked, calls},
};

/// Another worker takes the mailbox, for so long.
pub async fn steal(house: &House, user: Uuid, seconds: f64) {
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

async fn execute(house: &House, sql: &'static str) {
    sqlx::query(sql).execute(&house.db.admin).await.expect(sql);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_whose_lease_was_taken_commits_nothing() {
    let model = adds_what_it_reads();
    // beats are far apart here: nothing but the fence tells the worker
    let house = Plan::default()
        .model(&model)
        .set("limits.lease_seconds", 60)
        .build()
        .await;
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
    assert_eq!(
        house
            .db
            .count("select count(*) from turns where state = 'running'")
            .await,
        1
    );
    assert_eq!(
        house
            .db
            .count("select count(*) from leases where holder = 'a thief'")
            .await,
        1,
        "nor did it take it back"
    );
    // the thief dies; the sweep finds the text and the turn goes on
    assert_eq!(ana.hears().await, "T1 milk");
    ana.hears_nothing_more().await;
    assert_eq!(
        house.db.count("select attempts::bigint from turns").await,
        2
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_lost_its_lease_says_no_working_on_it_and_no_reply() {
    let model = Arc::new(Scripted::with(|_| assistant::model::Answer::text("late")));
    let house = Plan::default()
        .model(&model)
        .set("limits.lease_seconds", 60)
        .set("limits.working_after_seconds", 1)
        .build()
        .await;
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
    let answered = Arc::new(AtomicUsize::new(0));
    let count = answered.clone();
    let model = Arc::new(Scripted::with(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        calls([add("milk")])
    }));
    let house = Plan::default()
        .model(&model)
        .set("limits.lease_seconds", 0.6)
        .build()
        .await;
    let ana = house.resident(ANA).await;
    model.waits_before_answering();
    ana.texts("milk").await;
    asked(&model, 1).await;
    steal(&house, ana.id, 600.0).await;
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    model.goes_on();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(
        answered.load(Ordering::SeqCst),
        0,
        "nobody waits for the answer any more"
    );
}

#[tokio::test]
async fn the_fence_holds_for_the_epoch_alone_and_keeps_thieves_out_until_the_commit() {
    let house = Plan::default().closed().build().await;
    let user = house.db.add_user(ANA, "UTC").await;
    let pool = pool(&house).await;
    let mut tx = UserTx::begin(&pool, UserId(user)).await.expect("begun");
    let (epoch,): (Option<i64>,) =
        sqlx::query_as("select epoch from lease_claim($1, 'me', interval '1 minute')")
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
    sqlx::query("set local lock_timeout = '200ms'")
        .execute(&mut *thief)
        .await
        .expect("set");
    theft
        .execute(&mut *thief)
        .await
        .expect_err("the row is locked until the turn's transaction ends");
    thief.rollback().await.expect("rolled back");
    // a beat does not wait for the turn's transaction
    sqlx::query("update beats set until = until where user_id = $1")
        .bind(user)
        .execute(&house.db.admin)
        .await
        .expect("beaten");
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
    let epoch: i64 =
        sqlx::query_scalar("select epoch from lease_claim($1, 'me', interval '1 minute')")
            .bind(user)
            .fetch_one(&mut *tx)
            .await
            .expect("claimed");
    tx.commit().await.expect("committed");
    let still_held =
        "select count(*) from beats b, mailboxes m where b.until > clock_timestamp() and m.woken";
    for (epoch, seen, released) in [
        (epoch, 6, false),
        (epoch + 1, 7, false),
        (epoch - 1, 7, false),
        (epoch, 8, false),
        (epoch, 7, true),
        (epoch, 7, true),
    ] {
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
    assert!(
        started.elapsed() < Duration::from_secs(2),
        "the webhook does not wait for the lease row"
    );
    assert_eq!(ana.hears().await, "T1 milk");
    let took = started.elapsed();
    assert!(
        took > Duration::from_secs(1) && took < Duration::from_secs(9),
        "{took:?}"
    );
    stopped
        .commit()
        .await
        .expect_err("the server ended its session");
    ana.hears_nothing_more().await;
    pool.close().await;
}

#[tokio::test]
async fn two_turns_of_one_user_cannot_run_whatever_a_worker_believes() {
    let house = Plan::default().closed().build().await;
    let user = house.db.add_user(ANA, "UTC").await;
    let insert = "insert into turns (id, user_id, state, inputs, own_number, their_number, last_seq, heard_at, started_at)
                  values (gen_random_uuid(), $1, 'running', '{}', '+1', '+2', 1, now(), now())";
    sqlx::query(insert)
        .bind(user)
        .execute(&house.db.admin)
        .await
        .expect("the first");
    let error = sqlx::query(insert)
        .bind(user)
        .execute(&house.db.admin)
        .await
        .expect_err("a second");
    assert_eq!(
        error.as_database_error().and_then(|e| e.constraint()),
        Some("turns_one_running")
    );
}
