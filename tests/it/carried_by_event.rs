//! Reminders that an event carries: before each of its times, wherever it is moved.

use assistant::clock::Clock;
use jiff::Timestamp;

use crate::house::{ANA, House, Plan};

/// Monday, nine in the morning in New York.
async fn monday() -> House {
    let clock = Clock::default();
    let monday: Timestamp = "2026-11-23T14:00:00Z".parse().expect("an instant");
    clock.advance(monday.duration_since(clock.now()));
    Plan::default().clock(&clock).build().await
}

async fn planned(house: &House) -> Vec<String> {
    sqlx::query_scalar(
        "select to_char(a.due_at at time zone 'America/New_York', 'MM-DD HH24:MI') || ' ' || r.what
         from alarms a join reminders r on r.id = a.reminder_id where a.state = 'planned' order by a.due_at",
    )
    .fetch_all(&house.db.admin)
    .await
    .expect("alarms")
}

#[tokio::test]
async fn a_reminder_before_an_event_moves_with_it_and_an_undo_brings_both_back() {
    let house = monday().await;
    let ana = house.resident(ANA).await;
    ana.asks("add event dentist friday at 3pm").await;
    let set = ana.asks("remind me 30 minutes before the dentist").await;
    assert!(set.contains("Fri Nov 27, 2:30 PM dentist"), "{set}");
    assert_eq!(planned(&house).await, ["11-27 14:30 dentist"]);
    ana.asks("move the dentist to saturday at 10am").await;
    assert_eq!(planned(&house).await, ["11-28 09:30 dentist"]);
    ana.asks("undo").await;
    assert_eq!(planned(&house).await, ["11-27 14:30 dentist"]);
    // the undo of the reminder itself is not spoiled by the move and its undo
    let gone = ana.asks("undo R1").await;
    assert!(gone.starts_with("Undone"), "{gone}");
    assert!(planned(&house).await.is_empty());
}

#[tokio::test]
async fn a_reminder_before_a_series_comes_each_time_and_one_moved_occurrence_takes_its_own_along() {
    let house = monday().await;
    let ana = house.resident(ANA).await;
    ana.asks("add event yoga every tuesday at 6pm").await;
    let set = ana.asks("remind me 1 hour before E1").await;
    assert!(set.contains("every Tuesday at 5:00 PM"), "{set}");
    assert_eq!(planned(&house).await, ["11-24 17:00 yoga"]);
    ana.asks("move E1 to wednesday at 7pm").await;
    let moved = ana.asks("this").await;
    assert!(moved.contains("Wed Nov 25"), "{moved}");
    assert_eq!(
        planned(&house).await,
        ["11-25 18:00 yoga", "12-01 17:00 yoga"]
    );
    ana.asks("undo").await;
    assert_eq!(planned(&house).await, ["11-24 17:00 yoga"]);
}
