//! Reminders before something: several of one wish, and those that a task carries along.

use super::monday;
use crate::house::{ANA, House};

async fn walls(house: &House) -> Vec<String> {
    sqlx::query_scalar(
        "select to_char(r.starts_at, 'MM-DD HH24:MI') || ' ' || to_char(a.due_at at time zone 'America/New_York', 'MM-DD HH24:MI')
         from reminders r join alarms a on a.reminder_id = r.id and a.state = 'planned' order by r.number",
    )
    .fetch_all(&house.db.admin)
    .await
    .expect("rows")
}

#[tokio::test(flavor = "multi_thread")]
async fn so_long_before_a_day_and_again_on_its_morning_are_two_of_one_wish() {
    let house = monday().await;
    let ana = house.resident(ANA).await;
    assert_eq!(
        ana.asks("remind me 2 days before christmas and again on the morning to buy gifts")
            .await,
        "R1 Wed Dec 23, 9:00 AM buy gifts\nR2 Fri Dec 25, 9:00 AM buy gifts"
    );
    assert_eq!(
        ana.asks("remind me an hour before 3pm tomorrow to pack")
            .await,
        "R3 Tue Nov 24, 2:00 PM pack"
    );
    let past = ana.asks("remind me 3 days before wednesday to pack").await;
    assert_eq!(
        past,
        "Left out, as it is past: 3 days (Sun Nov 22, 9:00 AM)."
    );
    assert_eq!(
        ana.asks("undo 2").await,
        "Undone: removed R3 Tue Nov 24, 2:00 PM pack\nUndone: removed R2 Fri Dec 25, 9:00 AM buy gifts\nUndone: removed R1 Wed Dec 23, 9:00 AM buy gifts"
    );
    assert_eq!(house.db.count("select count(*) from alarms").await, 0);
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_moves_takes_its_reminders_along_and_an_undo_brings_all_back() {
    let house = monday().await;
    let ana = house.resident(ANA).await;
    ana.asks("add a task: renew passport by friday").await;
    assert_eq!(
        ana.asks("remind me the day before T1 and on the morning")
            .await,
        "R1 Thu Nov 26, 9:00 AM renew passport\nR2 Fri Nov 27, 9:00 AM renew passport"
    );
    let before = walls(&house).await;
    assert_eq!(
        before,
        ["11-26 09:00 11-26 09:00", "11-27 09:00 11-27 09:00"]
    );
    assert_eq!(
        ana.asks("T1 is due dec 1").await,
        "Changed: T1 renew passport, due Tue Dec 1\nMoved: R1 Mon Nov 30, 9:00 AM renew passport\nMoved: R2 Tue Dec 1, 9:00 AM renew passport"
    );
    assert_eq!(
        walls(&house).await,
        ["11-30 09:00 11-30 09:00", "12-01 09:00 12-01 09:00"]
    );
    let undone = ana.asks("undo").await;
    assert_eq!(
        undone,
        "Undone: back to R2 Fri Nov 27, 9:00 AM renew passport\nUndone: back to R1 Thu Nov 26, 9:00 AM renew passport\nUndone: back to T1 renew passport, due Fri Nov 27"
    );
    assert_eq!(walls(&house).await, before);
    // one that the user moved stays where it was put
    ana.asks("move R1 to wednesday").await;
    ana.asks("T1 is due dec 1").await;
    assert_eq!(
        walls(&house).await,
        ["11-25 09:00 11-25 09:00", "12-01 09:00 12-01 09:00"]
    );
    ana.hears_nothing_more().await;
}
