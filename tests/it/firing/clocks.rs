//! Clocks that are set, and zone rules that change.

use super::{again, alarms, all_fired, closed_at, instants, once, open_at, remind};
use crate::house::{ANA, PATIENCE};
use jiff::SignedDuration;

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_steps_two_hours_ahead_and_back_says_everything_once() {
    let house = open_at("2026-11-24 09:00:00").await;
    let ana = house.db.add_user(ANA, super::NEW_YORK).await;
    let id = remind(
        &house,
        ana,
        again(
            "stretch",
            "2026-11-24 10:00:00",
            "FREQ=DAILY;BYHOUR=10,12,14;COUNT=4",
        ),
    )
    .await;
    let hours = SignedDuration::from_hours(2);
    // 11:00: ten is said, late by an hour; back at 9:00 and again at 11:00 there is nothing to say
    house.clock.advance(hours);
    house.sim.wait_for(ANA, 1, PATIENCE).await;
    all_fired(&house).await;
    house.clock.advance(-hours);
    tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    house.clock.advance(hours);
    tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    all_fired(&house).await;
    assert_eq!(house.sim.sent_to(ANA).len(), 1);
    // 12:30
    house.clock.advance(SignedDuration::from_mins(90));
    house.sim.wait_for(ANA, 2, PATIENCE).await;
    all_fired(&house).await;
    assert_eq!(
        alarms(&house, id).await,
        [
            "2026-11-24 10:00 occurrence said",
            "2026-11-24 12:00 occurrence said",
            "2026-11-24 14:00 occurrence planned"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_release_of_the_zone_database_moves_what_is_planned() {
    let mut house = closed_at("2026-11-24 08:00:00").await;
    let ana = house.db.add_user(ANA, super::NEW_YORK).await;
    let floating = remind(&house, ana, once("call mom", "2026-12-24 09:00:00")).await;
    let snoozed = remind(
        &house,
        ana,
        super::with(
            once("x", "2026-12-24 10:00:00"),
            serde_json::json!({"number": 2}),
        ),
    )
    .await;
    // as an older release had it, which knew of another offset; and an alarm that was never computed from its wall time
    for (id, due) in [
        (floating, "2026-12-24T13:00:00Z"),
        (snoozed, "2026-12-24T15:17:00Z"),
    ] {
        sqlx::query("update alarms set due_at = $2::timestamptz, tz_release = '1999a' where reminder_id = $1")
            .bind(id)
            .bind(due)
            .execute(&house.db.admin)
            .await
            .expect("an old instant");
    }
    house.open().await;
    let until = tokio::time::Instant::now() + PATIENCE;
    while house
        .db
        .count("select count(*) from alarms where tz_release = '1999a'")
        .await
        > 0
    {
        assert!(tokio::time::Instant::now() < until, "not computed again");
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    assert_eq!(instants(&house, floating).await, ["2026-12-24T14:00:00Z"]);
    assert_eq!(instants(&house, snoozed).await, ["2026-12-24T15:17:00Z"]);
}
