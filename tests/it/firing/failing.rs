//! What cannot be written, cannot be sent, or has nowhere to go.

use serde_json::json;

use super::{again, alarms, all_fired, count_of, once, open_at, remind, turn, with};
use crate::house::{ANA, House, PATIENCE};

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_cannot_be_written_holds_up_no_other_and_ends_no_series() {
    let house = open_at("2026-11-24 09:00:00").await;
    let ana = house.db.add_user(ANA, super::NEW_YORK).await;
    sqlx::raw_sql(
        "alter table outbox add constraint no_poison check (body not like '%poisonous%')",
    )
    .execute(&house.db.admin)
    .await
    .expect("a constraint");
    let poisonous = remind(
        &house,
        ana,
        again("poisonous", "2026-11-24 09:00:02", "FREQ=DAILY"),
    )
    .await;
    for number in 2..=5 {
        let fine = with(
            once("fine", "2026-11-24 09:00:02"),
            json!({"number": number}),
        );
        remind(&house, ana, fine).await;
    }
    assert_eq!(house.sim.wait_for(ANA, 4, PATIENCE).await.len(), 4);
    // tried three times, five seconds apart
    count_of(&house, "skipped", 1).await;
    assert_eq!(
        alarms(&house, poisonous).await,
        [
            "2026-11-24 09:00 occurrence skipped",
            "2026-11-25 09:00 occurrence planned"
        ]
    );
    all_fired(&house).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_that_did_not_arrive_is_told_once_at_the_next_contact() {
    let house = open_at("2026-11-24 09:00:00").await;
    let ana = house.resident(ANA).await;
    remind(&house, ana.id, once("call mom", "2026-11-24 09:00:00")).await;
    ana.hears().await;
    house.is_at_rest().await;
    sqlx::query("update outbox set state = 'undelivered' where kind = 'push'")
        .execute(&house.db.admin)
        .await
        .expect("lost");
    let answer = ana.asks("my tasks").await;
    assert!(
        answer.ends_with("\nNot delivered: R1 call mom (Tue 9:00 AM)."),
        "{answer}"
    );
    let answer = ana.asks("my tasks").await;
    assert!(!answer.contains("Not delivered"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_did_not_arrive_is_told_on_the_first_page_of_a_long_answer() {
    let house = open_at("2026-11-24 08:59:59").await;
    let ana = house.resident(ANA).await;
    let long: Vec<String> = (0..20)
        .map(|at| {
            format!(
                "write the very long chapter number {at} of the book about long lists of things"
            )
        })
        .collect();
    for some in long.chunks(5) {
        ana.asks(&format!("add tasks: {}", some.join("; "))).await;
    }
    remind(&house, ana.id, once("call mom", "2026-11-24 09:00:00")).await;
    turn(&house.clock, "2026-11-24 09:00:01");
    ana.hears().await;
    lost(&house).await;
    let answer = ana.asks("my tasks").await;
    assert!(
        answer.starts_with("Not delivered: R1 call mom (Tue 9:00 AM).\n"),
        "{answer}"
    );
    assert!(answer.contains("MORE"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_summary_of_what_was_missed_that_did_not_arrive_is_told_too() {
    let house = open_at("2026-11-24 12:00:00").await;
    let ana = house.resident(ANA).await;
    remind(&house, ana.id, once("call mom", "2026-11-21 09:00:00")).await;
    assert!(
        ana.hears()
            .await
            .starts_with("While I was away: R1 call mom")
    );
    lost(&house).await;
    let answer = ana.asks("my tasks").await;
    assert!(
        answer.ends_with("\nNot delivered: R1 call mom (Sat 9:00 AM)."),
        "{answer}"
    );
    assert!(!ana.asks("my tasks").await.contains("Not delivered"));
}

/// What was sent by us is said to be lost.
async fn lost(house: &House) {
    house.is_at_rest().await;
    sqlx::query("update outbox set state = 'undelivered' where kind = 'push'")
        .execute(&house.db.admin)
        .await
        .expect("lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_number_or_is_switched_off_hears_it_when_that_is_over() {
    let house = open_at("2026-11-24 09:00:00").await;
    let ana = house.db.add_user(ANA, super::NEW_YORK).await;
    sqlx::query("update users set state = 'disabled' where id = $1")
        .bind(ana)
        .execute(&house.db.admin)
        .await
        .expect("switched off");
    let id = remind(&house, ana, once("call mom", "2026-11-24 09:00:01")).await;
    turn(&house.clock, "2026-11-24 09:30:00");
    tokio::time::sleep(std::time::Duration::from_millis(800)).await;
    assert_eq!(
        alarms(&house, id).await,
        ["2026-11-24 09:00 occurrence planned"]
    );
    sqlx::raw_sql("update phones set verified_at = null; update users set state = 'active'")
        .execute(&house.db.admin)
        .await
        .expect("on again, without a number");
    tokio::time::sleep(std::time::Duration::from_millis(800)).await;
    assert_eq!(
        alarms(&house, id).await,
        ["2026-11-24 09:00 occurrence planned"]
    );
    sqlx::raw_sql(
        "update phones set verified_at = now(); update alarms set held_until = '-infinity'",
    )
    .execute(&house.db.admin)
    .await
    .expect("ten minutes later");
    let texts = house.sim.wait_for(ANA, 1, PATIENCE).await;
    assert_eq!(texts[0].body, "Reminder R1: call mom (was due 9:00 AM)");
    all_fired(&house).await;
}
