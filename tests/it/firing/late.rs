//! Down over due times: what is said late, what becomes one text, what is told in a summary.

use serde_json::json;

use super::{again, alarms, all_fired, closed_at, count_of, once, remind, turn, with};
use crate::house::{ANA, BEN, PATIENCE};

#[tokio::test(flavor = "multi_thread")]
async fn what_was_due_while_we_were_away_is_said_at_start_with_its_time() {
    let mut house = closed_at("2026-11-24 09:05:00").await;
    let ana = house.db.add_user(ANA, super::NEW_YORK).await;
    let ben = house.db.add_user(BEN, super::NEW_YORK).await;
    sqlx::query("update users set hours_24 = true where id = $1")
        .bind(ben)
        .execute(&house.db.admin)
        .await
        .expect("set");
    remind(&house, ana, once("call mom", "2026-11-24 09:00:00")).await;
    remind(
        &house,
        ana,
        with(once("in time", "2026-11-24 09:04:00"), json!({"number": 2})),
    )
    .await;
    remind(&house, ben, once("sleep", "2026-11-23 23:00:00")).await;
    house.open().await;
    let texts = house.sim.wait_for(ANA, 2, PATIENCE).await;
    let mut bodies: Vec<&str> = texts.iter().map(|text| text.body.as_str()).collect();
    bodies.sort_unstable();
    assert_eq!(
        bodies,
        [
            "Reminder R1: call mom (was due 9:00 AM)",
            "Reminder R2: in time"
        ]
    );
    assert_eq!(
        house.sim.wait_for(BEN, 1, PATIENCE).await[0].body,
        "Reminder R1: sleep (was due Mon Nov 23, 23:00)"
    );
    all_fired(&house).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_missed_occurrences_become_one_text_and_the_series_goes_on() {
    for (wall, rule, said, planned) in [
        (
            "2026-11-27 10:00:00",
            "FREQ=DAILY",
            "2026-11-27 09:00",
            "2026-11-28 09:00",
        ),
        (
            "2026-11-25 11:00:00",
            "FREQ=DAILY",
            "2026-11-25 09:00",
            "2026-11-26 09:00",
        ),
        (
            "2026-11-24 13:30:00",
            "FREQ=DAILY;BYHOUR=9,11,13",
            "2026-11-24 13:00",
            "2026-11-25 09:00",
        ),
    ] {
        let mut house = closed_at(wall).await;
        let ana = house.db.add_user(ANA, super::NEW_YORK).await;
        let id = remind(&house, ana, again("stretch", "2026-11-24 09:00:00", rule)).await;
        house.open().await;
        count_of(&house, "said", 1).await;
        all_fired(&house).await;
        let texts = house.sim.sent_to(ANA);
        assert_eq!(texts.len(), 1, "{wall}: {texts:?}");
        let hour = if said.ends_with("13:00") {
            "1:00 PM"
        } else {
            "9:00 AM"
        };
        assert_eq!(
            texts[0].body,
            format!("Reminder R1: stretch (was due {hour})")
        );
        assert_eq!(
            alarms(&house, id).await,
            [
                "2026-11-24 09:00 occurrence skipped".to_owned(),
                format!("{said} occurrence said"),
                format!("{planned} occurrence planned")
            ]
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_a_day_late_is_told_in_one_summary_after_the_quiet_hours() {
    let mut house = closed_at("2026-11-24 22:00:00").await;
    let ana = house.db.add_user(ANA, super::NEW_YORK).await;
    remind(&house, ana, once("call mom", "2026-11-21 09:00:00")).await;
    remind(
        &house,
        ana,
        with(once("buy ink", "2026-11-22 10:00:00"), json!({"number": 2})),
    )
    .await;
    let weekly = with(
        again("bins", "2026-11-19 07:00:00", "FREQ=WEEKLY"),
        json!({"number": 3}),
    );
    let weekly = remind(&house, ana, weekly).await;
    house.open().await;
    count_of(&house, "missed", 3).await;
    tokio::time::sleep(std::time::Duration::from_millis(2500)).await;
    assert!(house.sim.sent_to(ANA).is_empty(), "these are quiet hours");
    turn(&house.clock, "2026-11-25 08:00:00");
    let texts = house.sim.wait_for(ANA, 1, PATIENCE).await;
    assert_eq!(
        texts[0].body,
        "While I was away: R3 bins (was due Thu Nov 19, 7:00 AM); R1 call mom (was due Sat Nov 21, 9:00 AM); \
         R2 buy ink (was due Sun Nov 22, 10:00 AM)"
    );
    assert_eq!(
        alarms(&house, weekly).await[1],
        "2026-11-26 07:00 occurrence planned"
    );
    tokio::time::sleep(std::time::Duration::from_millis(2500)).await;
    house.is_at_rest().await;
    assert_eq!(house.sim.sent_to(ANA).len(), 1, "once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_away_from_a_reminder_of_every_minute_is_one_text() {
    let mut house = closed_at("2026-11-24 12:00:30").await;
    let ana = house.db.add_user(ANA, super::NEW_YORK).await;
    let id = remind(
        &house,
        ana,
        again("drink", "2026-10-20 09:00:00", "FREQ=MINUTELY"),
    )
    .await;
    house.open().await;
    count_of(&house, "said", 1).await;
    all_fired(&house).await;
    assert_eq!(house.sim.sent_to(ANA).len(), 1);
    let all = alarms(&house, id).await;
    assert_eq!(all.len(), 3, "{all:?}");
}
