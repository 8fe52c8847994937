//! Do and undo leave no trace, in `alarms` neither.

use serde_json::Value;

use super::{at, monday};
use crate::house::{ANA, House};

/// Both tables, without what only bookkeeping sees.
async fn rows(house: &House) -> Vec<Value> {
    sqlx::query_scalar(
        "select to_jsonb(r) - 'changed_at' from reminders r
         union all select to_jsonb(a) - 'held_until' from alarms a where true order by 1",
    )
    .fetch_all(&house.db.admin)
    .await
    .expect("rows")
}

#[tokio::test(flavor = "multi_thread")]
async fn each_change_is_taken_back_with_its_alarms() {
    let house = monday().await;
    let ana = house.resident(ANA).await;
    ana.asks("remind me every day at 9am to take pills").await;
    ana.asks("remind me at 11am to call mom").await;
    ana.asks("nag me every 30 minutes to do the dishes").await;
    at(&house, "2026-11-23T10:30:30").await;
    assert_eq!(ana.hears().await, "Reminder R3: do the dishes");
    at(&house, "2026-11-23T11:00:40").await;
    let mut said = vec![ana.hears().await, ana.hears().await];
    said.sort();
    assert_eq!(
        said,
        [
            "Reminder R2: call mom",
            "Reminder R3: do the dishes (again)"
        ]
    );
    for wish in [
        "remind me tomorrow at 5pm to buy milk",
        "change R1 to every day at 8am",
        "change R1 to 10am",
        "rename R2 to call dad",
        "move R2 to friday at 5pm",
        "snooze R2 20",
        "snooze R3 till tomorrow",
        "done R2",
        "done R3",
        "skip the next R1",
        "pause R1 till friday",
        "delete R1",
        "delete R2",
        "delete R3",
        "delete R1 and R3",
    ] {
        let before = rows(&house).await;
        let did = ana.asks(wish).await;
        assert_ne!(rows(&house).await, before, "{wish}: {did}");
        let undone = ana.asks("undo").await;
        assert!(undone.starts_with("Undone: "), "{wish}: {undone}");
        assert!(!undone.contains("Not undone"), "{wish}: {undone}");
        assert_eq!(rows(&house).await, before, "{wish}: {did}: {undone}");
    }
    // a pause of all stands with the user
    let paused = "select count(*) from users where reminders_paused_until is not null";
    ana.asks("pause reminders").await;
    assert_eq!(house.db.count(paused).await, 1);
    assert_eq!(ana.asks("undo").await, "Undone: All reminders are on.");
    assert_eq!(house.db.count(paused).await, 0);
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_in_between_is_not_said_again() {
    let house = monday().await;
    let ana = house.resident(ANA).await;
    ana.asks("remind me at 11am to call mom").await;
    ana.asks("rename R1 to call dad").await;
    at(&house, "2026-11-23T11:00:01").await;
    assert_eq!(ana.hears().await, "Reminder R1: call dad");
    assert_eq!(
        ana.asks("undo").await,
        "Undone: back to R1 Mon Nov 23, 11:00 AM call mom"
    );
    at(&house, "2026-11-23T12:00:00").await;
    ana.hears_nothing_more().await;
    // a series that was changed and changed back goes on with what is next, and says nothing late
    ana.asks("remind me every day at 1pm to take pills").await;
    ana.asks("change R2 to every day at 3pm").await;
    at(&house, "2026-11-23T14:00:00").await;
    assert_eq!(
        ana.asks("undo").await,
        "Undone: back to R2 every day at 1:00 PM take pills (next Tue Nov 24)"
    );
    at(&house, "2026-11-23T16:00:00").await;
    ana.hears_nothing_more().await;
    at(&house, "2026-11-24T13:00:01").await;
    assert_eq!(ana.hears().await, "Reminder R2: take pills");
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_that_is_put_back_after_its_time_is_said_late() {
    let house = monday().await;
    let ana = house.resident(ANA).await;
    ana.asks("remind me at 11am to call mom").await;
    ana.asks("delete R1").await;
    at(&house, "2026-11-23T11:30:00").await;
    ana.hears_nothing_more().await;
    assert_eq!(
        ana.asks("undo").await,
        "Undone: put back R1 Mon Nov 23, 11:00 AM call mom"
    );
    assert_eq!(
        ana.hears().await,
        "Reminder R1: call mom (was due 11:00 AM)"
    );
    ana.hears_nothing_more().await;
}
