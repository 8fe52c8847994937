//! Several dispatchers, and changes while an alarm is fired.

use std::time::Duration;

use assistant::app::Role;
use serde_json::json;
use sqlx::Connection;

use super::{again, alarms, all_fired, closed_at, count_of, once, open_at, remind, with};
use crate::house::{ANA, House, PATIENCE};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_dispatchers_write_each_of_many_alarms_once() {
    let mut house = closed_at("2026-11-24 09:00:00").await;
    let ana = house.db.add_user(ANA, super::NEW_YORK).await;
    // more than a batch, so that each of the two dispatchers has two under way
    herd(&house, ana, 900).await;
    house.open().await;
    let second = house.replica(Role::Worker).await;
    count_of(&house, "said", 900).await;
    all_fired(&house).await;
    assert_eq!(house.db.count("select count(*) from outbox").await, 900);
    assert_eq!(
        house
            .db
            .count("select count(*) from alarms where state = 'planned'")
            .await,
        900,
        "the next ones"
    );
    assert_eq!(
        house
            .db
            .count("select count(distinct outbox_id) from alarms where state = 'said'")
            .await,
        900
    );
    assert_eq!(house.sim.sent_to(ANA).len(), 900);
    second.stop().await;
}

/// That many daily reminders at nine.
async fn herd(house: &House, user: uuid::Uuid, count: i32) {
    let first = again("a thing", "2026-11-24 09:00:00", "FREQ=DAILY");
    let first = remind(house, user, first).await;
    sqlx::query(
        "insert into reminders (id, user_id, number, what, starts_at, zone, floating, rule, created_at, changed_at)
         select gen_random_uuid(), user_id, n, what || n, starts_at, zone, floating, rule, now(), now()
         from reminders, generate_series(2, $2) n where id = $1",
    )
    .bind(first)
    .bind(count)
    .execute(&house.db.admin)
    .await
    .expect("a herd");
    sqlx::query(
        "insert into alarms (user_id, reminder_id, occurrence, kind, due_at)
         select r.user_id, r.id, r.starts_at, 'occurrence', a.due_at from reminders r, alarms a where r.id <> $1 and a.reminder_id = $1",
    )
    .bind(first)
    .execute(&house.db.admin)
    .await
    .expect("their alarms");
}

/// Somebody changes the reminder in a transaction that is open when its time comes.
async fn changed_meanwhile(change: &str) -> (House, uuid::Uuid) {
    let house = open_at("2026-11-24 09:00:00").await;
    let ana = house.db.add_user(ANA, super::NEW_YORK).await;
    let mut connection = sqlx::PgConnection::connect(&house.db.url)
        .await
        .expect("connected");
    let other = with(once("another", "2026-11-24 09:00:03"), json!({"number": 2}));
    let id = remind(&house, ana, once("call mom", "2026-11-24 09:00:03")).await;
    remind(&house, ana, other).await;
    let mut tx = connection.begin().await.expect("begun");
    sqlx::query("select 1 from reminders where id = $1 for update")
        .bind(id)
        .execute(&mut *tx)
        .await
        .expect("locked");
    // nobody else waits for it
    let texts = house.sim.wait_for(ANA, 1, PATIENCE).await;
    assert_eq!(texts[0].body, "Reminder R2: another");
    for statement in change.split(';') {
        sqlx::query(sqlx::AssertSqlSafe(statement.to_owned()))
            .bind(id)
            .execute(&mut *tx)
            .await
            .expect(statement);
    }
    tx.commit().await.expect("committed");
    all_fired(&house).await;
    (house, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_that_is_deleted_while_it_is_fired_is_not_said() {
    let (house, _) = changed_meanwhile("delete from reminders where id = $1").await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    all_fired(&house).await;
    assert_eq!(house.sim.sent_to(ANA).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_that_is_reworded_while_it_is_fired_is_said_in_the_new_words() {
    let (house, _) =
        changed_meanwhile("update reminders set what = 'call dad', version = 2 where id = $1")
            .await;
    let texts = house.sim.wait_for(ANA, 2, PATIENCE).await;
    assert_eq!(texts[1].body, "Reminder R1: call dad");
    all_fired(&house).await;
    assert_eq!(house.sim.sent_to(ANA).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_that_is_put_off_while_it_is_fired_is_said_at_its_new_time_only() {
    let (house, id) = changed_meanwhile(
        "update reminders set starts_at = '2026-11-24 11:00', version = 2 where id = $1;
         update alarms set occurrence = '2026-11-24 11:00', due_at = '2026-11-24T16:00:00Z' where reminder_id = $1",
    )
    .await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(house.sim.sent_to(ANA).len(), 1);
    super::turn(&house.clock, "2026-11-24 11:00:00");
    assert_eq!(
        house.sim.wait_for(ANA, 2, PATIENCE).await[1].body,
        "Reminder R1: call mom"
    );
    all_fired(&house).await;
    assert_eq!(
        alarms(&house, id).await,
        ["2026-11-24 11:00 occurrence said"]
    );
}
