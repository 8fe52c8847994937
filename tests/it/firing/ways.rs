//! What a reminder does when all is well: once, again, over clock changes, nagging, paused, in quiet hours.

use serde_json::json;

use super::{
    again, alarms, all_fired, closed_at, count_of, instants, once, open_at, remind, turn, with,
};
use crate::house::ANA;

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_is_said_when_it_is_due_and_never_again() {
    let mut house = open_at("2026-11-24 08:59:58").await;
    let ana = house.db.add_user(ANA, super::NEW_YORK).await;
    let id = remind(&house, ana, once("call mom", "2026-11-24 09:00:00")).await;
    assert!(house.sim.sent_to(ANA).is_empty());
    let texts = house.sim.wait_for(ANA, 1, crate::house::PATIENCE).await;
    assert_eq!(texts[0].body, "Reminder R1: call mom");
    house.is_at_rest().await;
    assert_eq!(
        alarms(&house, id).await,
        ["2026-11-24 09:00 occurrence said"]
    );
    let keyed = house
        .db
        .count("select count(*) from outbox o join alarms a on a.outbox_id = o.id where o.kind = 'push' and o.useful_until = a.due_at + interval '24 hours'")
        .await;
    assert_eq!(keyed, 1);
    house.close().await;
    turn(&house.clock, "2026-11-25 09:00:00");
    house.open().await;
    all_fired(&house).await;
    assert_eq!(house.sim.sent_to(ANA).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nine_in_the_morning_stays_nine_over_a_clock_change() {
    let house = open_at("2026-10-31 08:59:59").await;
    let ana = house.resident(ANA).await;
    let id = remind(
        &house,
        ana.id,
        again("stretch", "2026-10-31 09:00:00", "FREQ=DAILY"),
    )
    .await;
    for day in ["2026-10-31", "2026-11-01", "2026-11-02"] {
        turn(&house.clock, &format!("{day} 09:00:00"));
        assert_eq!(ana.hears().await, "Reminder R1: stretch", "{day}");
        all_fired(&house).await;
    }
    assert_eq!(
        instants(&house, id).await,
        [
            "2026-10-31T13:00:00Z",
            "2026-11-01T14:00:00Z",
            "2026-11-02T14:00:00Z",
            "2026-11-03T14:00:00Z"
        ]
    );
    assert_eq!(
        alarms(&house, id).await,
        [
            "2026-10-31 09:00 occurrence said",
            "2026-11-01 09:00 occurrence said",
            "2026-11-02 09:00 occurrence said",
            "2026-11-03 09:00 occurrence planned"
        ]
    );
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_that_a_clock_change_leaves_out_or_doubles_is_said_once() {
    for (day, time, next, due) in [
        // 2:30 does not exist on March 14, 2027: the first instant after the gap, 3:00 EDT
        ("2027-03-13", "02:30", "2027-03-14", "2027-03-14T07:00:00Z"),
        // 1:30 comes twice on November 1, 2026: the first, EDT
        ("2026-10-31", "01:30", "2026-11-01", "2026-11-01T05:30:00Z"),
    ] {
        let house = open_at(&format!("{day} {time}:00")).await;
        let ana = house.resident(ANA).await;
        let start = format!("{day} {time}:00");
        let id = remind(&house, ana.id, again("stretch", &start, "FREQ=DAILY")).await;
        ana.hears().await;
        all_fired(&house).await;
        assert_eq!(instants(&house, id).await[1], due);
        let at: jiff::Timestamp = due.parse().expect("an instant");
        house.clock.advance(at.duration_since(house.clock.now()));
        assert_eq!(ana.hears().await, "Reminder R1: stretch");
        all_fired(&house).await;
        // the second 1:30
        house.clock.advance(jiff::SignedDuration::from_hours(1));
        tokio::time::sleep(std::time::Duration::from_millis(700)).await;
        ana.hears_nothing_more().await;
        let all = alarms(&house, id).await;
        assert_eq!(all[1], format!("{next} {time} occurrence said"));
        assert_eq!(all.len(), 3, "{all:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nag_comes_again_until_it_is_done() {
    let house = open_at("2026-11-24 09:00:00").await;
    let ana = house.resident(ANA).await;
    let nagging = with(
        once("take the pills", "2026-11-24 09:00:00"),
        json!({"nag_seconds": 600}),
    );
    let id = remind(&house, ana.id, nagging).await;
    assert_eq!(ana.hears().await, "Reminder R1: take the pills");
    for time in ["09:10:01", "09:20:02"] {
        turn(&house.clock, &format!("2026-11-24 {time}"));
        assert_eq!(ana.hears().await, "Reminder R1: take the pills (again)");
        all_fired(&house).await;
    }
    sqlx::query("update alarms set answer = 'done' where reminder_id = $1 and state = 'said'")
        .bind(id)
        .execute(&house.db.admin)
        .await
        .expect("done");
    turn(&house.clock, "2026-11-24 09:31:00");
    all_fired(&house).await;
    ana.hears_nothing_more().await;
    let all = alarms(&house, id).await;
    assert_eq!(
        all[1..],
        [
            "2026-11-24 09:00 nag said",
            "2026-11-24 09:00 nag said",
            "2026-11-24 09:00 nag skipped"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nags_end_where_the_next_occurrence_begins_and_rest_in_quiet_hours() {
    let house = open_at("2026-11-24 20:45:00").await;
    let ana = house.resident(ANA).await;
    let nagging = with(
        again("take the pills", "2026-11-24 20:45:00", "FREQ=DAILY"),
        json!({"nag_seconds": 1200}),
    );
    let id = remind(&house, ana.id, nagging).await;
    ana.hears().await;
    all_fired(&house).await;
    // 21:05 is quiet: the nag waits until eight
    turn(&house.clock, "2026-11-24 21:05:01");
    all_fired(&house).await;
    turn(&house.clock, "2026-11-25 07:59:50");
    tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    ana.hears_nothing_more().await;
    turn(&house.clock, "2026-11-25 08:00:00");
    assert_eq!(ana.hears().await, "Reminder R1: take the pills (again)");
    all_fired(&house).await;
    // the next nag is overtaken by the next occurrence
    house.clock.advance(jiff::SignedDuration::ZERO);
    sqlx::query("update alarms set due_at = '2026-11-26T01:46:00Z' where reminder_id = $1 and kind = 'nag' and state = 'planned'")
        .bind(id)
        .execute(&house.db.admin)
        .await
        .expect("later");
    turn(&house.clock, "2026-11-25 20:45:00");
    assert_eq!(ana.hears().await, "Reminder R1: take the pills");
    all_fired(&house).await;
    turn(&house.clock, "2026-11-25 20:46:10");
    all_fired(&house).await;
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn quiet_hours_hold_back_what_we_chose_the_time_of_and_never_what_the_user_named() {
    let house = open_at("2026-11-24 07:00:00").await;
    let ana = house.resident(ANA).await;
    remind(
        &house,
        ana.id,
        once("the named time", "2026-11-24 07:00:00"),
    )
    .await;
    let ours = with(
        once("our own time", "2026-11-24 07:00:00"),
        json!({"exact": false, "number": 2}),
    );
    let id = remind(&house, ana.id, ours).await;
    assert_eq!(ana.hears().await, "Reminder R1: the named time");
    all_fired(&house).await;
    ana.hears_nothing_more().await;
    assert_eq!(instants(&house, id).await, ["2026-11-24T13:00:00Z"]);
    turn(&house.clock, "2026-11-24 08:00:00");
    assert_eq!(ana.hears().await, "Reminder R2: our own time");

    // a user's own quiet hours count
    sqlx::query("update users set quiet_from = '10:00', quiet_until = '11:00' where id = $1")
        .bind(ana.id)
        .execute(&house.db.admin)
        .await
        .expect("set");
    let ours = with(
        once("our own time", "2026-11-24 10:30:00"),
        json!({"exact": false, "number": 3}),
    );
    let id = remind(&house, ana.id, ours).await;
    turn(&house.clock, "2026-11-24 10:30:00");
    all_fired(&house).await;
    assert_eq!(instants(&house, id).await, ["2026-11-24T16:00:00Z"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_skips_what_comes_again_and_puts_off_what_comes_once() {
    let house = open_at("2026-11-24 08:00:00").await;
    let ana = house.resident(ANA).await;
    sqlx::query("update users set reminders_paused_until = '2026-11-26T05:00:00Z' where id = $1")
        .bind(ana.id)
        .execute(&house.db.admin)
        .await
        .expect("paused");
    let daily = remind(
        &house,
        ana.id,
        again("stretch", "2026-11-24 09:00:00", "FREQ=DAILY"),
    )
    .await;
    let single = remind(
        &house,
        ana.id,
        with(
            once("call mom", "2026-11-24 10:00:00"),
            json!({"number": 2}),
        ),
    )
    .await;
    for wall in [
        "2026-11-24 09:00:00",
        "2026-11-24 10:00:00",
        "2026-11-25 09:00:00",
    ] {
        turn(&house.clock, wall);
        all_fired(&house).await;
    }
    ana.hears_nothing_more().await;
    assert_eq!(instants(&house, single).await, ["2026-11-26T05:00:00Z"]);
    turn(&house.clock, "2026-11-26 00:00:00");
    assert_eq!(
        ana.hears().await,
        "Reminder R2: call mom (was due Tue Nov 24, 10:00 AM)"
    );
    turn(&house.clock, "2026-11-26 09:00:00");
    assert_eq!(ana.hears().await, "Reminder R1: stretch");
    all_fired(&house).await;
    assert_eq!(
        alarms(&house, daily).await,
        [
            "2026-11-24 09:00 occurrence skipped",
            "2026-11-25 09:00 occurrence skipped",
            "2026-11-26 09:00 occurrence said",
            "2026-11-27 09:00 occurrence planned"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_carries_a_reminder_and_is_done_or_gone_silences_it() {
    let mut house = closed_at("2026-11-24 09:00:00").await;
    let ana = house.db.add_user(ANA, super::NEW_YORK).await;
    for (number, state) in [(1, "open"), (2, "done")] {
        let task = assistant::clock::new_id();
        sqlx::query("insert into tasks (id, user_id, number, title, state, created_at, changed_at) values ($1, $2, $3, 'x', $4, now(), now())")
            .bind(task)
            .bind(ana)
            .bind(number)
            .bind(state)
            .execute(&house.db.admin)
            .await
            .expect("a task");
        let carried = with(
            once(state, "2026-11-24 09:00:00"),
            json!({"number": number, "task_id": task}),
        );
        remind(&house, ana, carried).await;
    }
    let gone = with(
        once("gone", "2026-11-24 09:00:00"),
        json!({"number": 3, "task_id": assistant::clock::new_id()}),
    );
    remind(&house, ana, gone).await;
    house.open().await;
    count_of(&house, "skipped", 2).await;
    all_fired(&house).await;
    let bodies: Vec<String> = house
        .sim
        .sent_to(ANA)
        .into_iter()
        .map(|text| text.body)
        .collect();
    assert_eq!(bodies, ["Reminder R1: open"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_goes_to_the_number_that_asked_while_that_is_the_users_and_else_to_the_latest() {
    const OTHER: &str = "+15550100044";
    let house = open_at("2026-11-24 09:00:00").await;
    let ana = house.db.add_user(ANA, super::NEW_YORK).await;
    house.db.add_phone(ana, OTHER).await;
    remind(
        &house,
        ana,
        with(
            once("a", "2026-11-24 09:00:00"),
            json!({"recipient": OTHER}),
        ),
    )
    .await;
    assert_eq!(
        house.sim.wait_for(OTHER, 1, crate::house::PATIENCE).await[0].body,
        "Reminder R1: a"
    );
    sqlx::query("delete from phones where number = $1")
        .bind(OTHER)
        .execute(&house.db.admin)
        .await
        .expect("given up");
    let b = with(
        once("b", "2026-11-24 09:00:01"),
        json!({"recipient": OTHER, "number": 2}),
    );
    remind(&house, ana, b).await;
    assert_eq!(
        house.sim.wait_for(ANA, 1, crate::house::PATIENCE).await[0].body,
        "Reminder R2: b"
    );
    assert_eq!(house.sim.sent_to(OTHER).len(), 1);
}
