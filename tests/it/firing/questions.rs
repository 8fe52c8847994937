//! Scheduled questions: asked as the user, without a model.

use serde_json::json;

use super::{again, alarms, all_fired, count_of, open_at, remind, turn, with};
use crate::house::{ANA, House, PATIENCE};

async fn asked(house: &House, user: uuid::Uuid, call: serde_json::Value) -> uuid::Uuid {
    let question = again("my tasks", "2026-11-24 09:00:00", "FREQ=DAILY");
    remind(house, user, with(question, json!({"call": call}))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_on_a_schedule_says_what_its_tool_finds_and_nothing_when_there_is_nothing() {
    let house = open_at("2026-11-24 08:59:00").await;
    let ana = house.resident(ANA).await;
    let id = asked(&house, ana.id, json!({"tool": "list_tasks", "args": {}})).await;
    turn(&house.clock, "2026-11-24 09:00:00");
    count_of(&house, "skipped", 1).await;
    ana.hears_nothing_more().await;
    ana.asks("add a task: renew passport").await;
    turn(&house.clock, "2026-11-25 09:00:00");
    let heard = ana.hears().await;
    assert!(heard.contains("renew passport"), "{heard}");
    all_fired(&house).await;
    assert_eq!(
        alarms(&house, id).await,
        [
            "2026-11-24 09:00 occurrence skipped",
            "2026-11-25 09:00 occurrence said",
            "2026-11-26 09:00 occurrence planned"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_found_is_said_when_that_was_asked_for() {
    let house = open_at("2026-11-24 09:00:00").await;
    let ana = house.resident(ANA).await;
    asked(
        &house,
        ana.id,
        json!({"tool": "list_tasks", "args": {}, "say_empty": true}),
    )
    .await;
    let heard = ana.hears().await;
    assert!(heard.to_lowercase().contains("no "), "{heard}");
}

#[tokio::test(flavor = "multi_thread")]
async fn s46_a_question_that_would_change_something_or_is_forbidden_is_refused_once_and_goes_on() {
    for call in [
        json!({"tool": "add_tasks", "args": {"titles": ["mischief"]}}),
        json!({"tool": "no_such_tool", "args": {}}),
        json!({"tool": "list_tasks", "args": {"nonsense": 1}}),
        json!({"tool": "list_tasks", "args": {}}),
    ] {
        let house = open_at("2026-11-24 08:59:00").await;
        let ana = house.resident(ANA).await;
        sqlx::query("update users set denied_scopes = '{tasks}'")
            .execute(&house.db.admin)
            .await
            .expect("denied");
        let id = asked(&house, ana.id, call.clone()).await;
        turn(&house.clock, "2026-11-24 09:00:00");
        let heard = ana.hears().await;
        assert!(heard.starts_with("R1 my tasks: "), "{call}: {heard}");
        turn(&house.clock, "2026-11-25 09:00:00");
        count_of(&house, "said", 2).await;
        ana.hears_nothing_more().await;
        assert_eq!(house.db.count("select count(*) from tasks").await, 0);
        assert_eq!(
            alarms(&house, id).await[2],
            "2026-11-26 09:00 occurrence planned"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_answer_is_cut_and_more_brings_the_rest() {
    let house = open_at("2026-11-24 08:59:00").await;
    let ana = house.resident(ANA).await;
    for n in 0..30 {
        sqlx::query("insert into tasks (id, user_id, number, title, created_at, changed_at) values ($1, $2, $3, $4, now(), now())")
            .bind(assistant::clock::new_id())
            .bind(ana.id)
            .bind(n + 1)
            .bind(format!("a task with a rather long name, number {n}"))
            .execute(&house.db.admin)
            .await
            .expect("a task");
    }
    asked(&house, ana.id, json!({"tool": "list_tasks", "args": {}})).await;
    turn(&house.clock, "2026-11-24 09:00:00");
    let first = house.sim.wait_for(ANA, 1, PATIENCE).await[0].body.clone();
    assert!(first.ends_with("MORE for the rest"), "{first}");
    ana.hears().await;
    let second = ana.asks("more").await;
    assert!(
        second.contains("a task with a rather long name"),
        "{second}"
    );
}
