//! Taking back: by turn, by label, within a day, only what is still as it was left; and what bare numbers mean.

use std::sync::Arc;

use assistant::{
    clock::Clock,
    model::{Answer, Scripted},
};
use jiff::SignedDuration;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    house::{ANA, BEN, House, Plan},
    scripts::{call, calls, with_trouble},
};

async fn execute(house: &House, sql: &'static str) {
    sqlx::query(sql).execute(&house.db.admin).await.expect(sql);
}

#[tokio::test(flavor = "multi_thread")]
async fn undo_takes_back_the_last_turn_with_effects_and_then_the_one_before() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    ana.asks("add tasks: milk, eggs").await;
    ana.asks("done T1").await;
    ana.asks("my tasks").await;
    ana.asks("who can read this?").await;
    assert_eq!(ana.asks("undo").await, "Undone: back to T1 milk");
    assert_eq!(
        ana.asks("undo").await,
        "Undone: removed T2 eggs\nUndone: removed T1 milk"
    );
    assert_eq!(
        ana.asks("undo").await,
        "Nothing to undo from the last 24 hours."
    );
    ana.asks("add a task: bread").await;
    assert_eq!(
        ana.asks("my tasks").await,
        "Your tasks:\n1. bread [T3]",
        "a number is never given twice"
    );
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn undo_with_a_count_takes_back_so_many_turns_newest_first() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    ana.asks("add a task: milk").await;
    ana.asks("rename T1 to oat milk").await;
    ana.asks("T1 is due dec 1").await;
    let said = ana.asks("undo 2").await;
    assert_eq!(said, "Undone: back to T1 oat milk\nUndone: back to T1 milk");
    assert_eq!(ana.asks("undo 5").await, "Undone: removed T1 milk");
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn undo_with_a_label_takes_back_the_last_change_to_that_and_nothing_else() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    ana.asks("add tasks: milk, eggs").await;
    ana.asks("delete T1").await;
    ana.asks("done T2").await;
    assert_eq!(ana.asks("undo t1").await, "Undone: put back T1 milk");
    assert_eq!(ana.asks("undo T1").await, "Undone: removed T1 milk");
    assert_eq!(
        ana.asks("undo T1").await,
        "Nothing of T1 to undo from the last 24 hours."
    );
    assert_eq!(
        ana.asks("undo T9").await,
        "Nothing of T9 to undo from the last 24 hours."
    );
    assert_eq!(ana.asks("undo").await, "Undone: back to T2 eggs");
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_a_day_ago_stays() {
    let clock = Clock::default();
    let house = Plan::default().clock(&clock).build().await;
    let ana = house.resident(ANA).await;
    ana.asks("add a task: milk").await;
    clock.advance(SignedDuration::from_mins(30));
    ana.asks("add a task: eggs").await;
    clock.advance(SignedDuration::from_hours(24) - SignedDuration::from_mins(10));
    assert_eq!(
        ana.asks("undo T1").await,
        "Nothing of T1 to undo from the last 24 hours."
    );
    assert_eq!(ana.asks("undo 2").await, "Undone: removed T2 eggs");
    assert_eq!(
        ana.asks("undo").await,
        "Nothing to undo from the last 24 hours."
    );
    assert_eq!(house.db.count("select count(*) from tasks").await, 1);
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_changed_since_is_left_and_the_reason_is_said() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    ana.asks("add a task: milk").await;
    ana.asks("add a task: eggs").await;
    execute(
        &house,
        "update tasks set title = 'goat milk', version = version + 1 where number = 1",
    )
    .await;
    assert_eq!(
        ana.asks("undo T1").await,
        "Not undone: T1 has changed since, so I left it as it is."
    );
    assert_eq!(
        ana.asks("undo 2").await,
        "Undone: removed T2 eggs\nNot undone: T1 has changed since, so I left it as it is."
    );
    assert_eq!(
        house
            .db
            .count("select count(*) from tasks where title = 'goat milk'")
            .await,
        1
    );
    execute(&house, "delete from tasks").await;
    assert_eq!(ana.asks("undo").await, "Not undone: T1 is gone already.");
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_change_is_not_taken_back_over_a_later_one() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    ana.asks("add a task: milk").await;
    ana.asks("add a task: eggs").await;
    ana.asks("done T1").await;
    // the newest receipt of T1 is "done": its label leads there first, and only then to the adding
    assert_eq!(ana.asks("undo T1").await, "Undone: back to T1 milk");
    ana.asks("done T1").await;
    assert_eq!(
        ana.asks("undo 3").await,
        "Undone: back to T1 milk\nUndone: removed T2 eggs\nUndone: removed T1 milk"
    );
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_over_rest_is_undone_by_text() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    let (url, token) = (
        format!("{}/api/v1/me/tasks", house.url()),
        ana.token().await,
    );
    let created = house
        .http()
        .post(&url)
        .bearer_auth(&token)
        .json(&json!({"title": "milk"}))
        .send()
        .await
        .expect("an answer");
    assert_eq!(created.status(), 201);
    let id: Value = created.json().await.expect("JSON");
    let id = id["id"].as_str().expect("an id").to_owned();
    let deleted = house
        .http()
        .delete(format!("{url}/{id}"))
        .bearer_auth(&token)
        .send()
        .await
        .expect("an answer");
    assert_eq!(deleted.status(), 204);
    assert_eq!(ana.asks("undo").await, "Undone: put back T1 milk");
    assert_eq!(ana.asks("undo").await, "Undone: removed T1 milk");
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_waits_is_taken_back_and_one_in_flight_is_not() {
    let model = Arc::new(Scripted::default());
    let house = Plan::default()
        .model(&model)
        .skills(with_trouble())
        .build()
        .await;
    let ana = house.resident(ANA).await;
    house.resident(BEN).await;
    let row = async |state: &str| -> Uuid {
        sqlx::query_scalar(
            "insert into outbox (user_id, recipient, sender, kind, dedupe_key, body, segments, state, blocking, claim,
                                 claimed_at, claim_until, not_before)
             values ($1, $2, '+15550100000', 'push', gen_random_uuid()::text, 'hello', 1, $3, $3 = 'claimed', gen_random_uuid(),
                     clock_timestamp(), 'infinity', 'infinity') returning id",
        )
        .bind(ana.id)
        .bind(BEN)
        .bind(state)
        .fetch_one(&house.db.admin)
        .await
        .expect("a row")
    };
    let queued = row("queued").await;
    let claimed = row("claimed").await;
    for id in [queued, claimed] {
        model.will(Ok(calls([call("queue", json!({"outbox": id}))])));
        assert_eq!(ana.asks("text Ben").await, "Q1 a text to Ben");
    }
    assert_eq!(
        ana.asks("undo").await,
        "Not undone: Q1 has left already: Q1 a text to Ben"
    );
    assert_eq!(
        ana.asks("undo 2").await,
        "Not undone: Q1 has left already: Q1 a text to Ben\nUndone: Q1 was not sent"
    );
    let left: Vec<Uuid> = sqlx::query_scalar("select id from outbox where kind = 'push'")
        .fetch_all(&house.db.admin)
        .await
        .expect("rows");
    assert_eq!(left, [claimed]);
    execute(&house, "delete from outbox where kind = 'push'").await;
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bare_numbers_are_places_in_the_list_last_shown_and_a_push_does_not_change_them() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    ana.asks("add tasks: milk, eggs, bread").await;
    assert_eq!(
        ana.asks("done 2").await,
        "I found no task \"2\". \"my tasks\" shows them.",
        "no list was shown yet"
    );
    ana.asks("done T1").await;
    assert_eq!(
        ana.asks("my tasks").await,
        "Your tasks:\n1. eggs [T2]\n2. bread [T3]"
    );
    sqlx::query(
        "insert into outbox (user_id, recipient, sender, kind, dedupe_key, body, segments)
         values ($1, $2, '+15550100000', 'push', 'a push', 'Today: 1. dentist 2. gym', 1)",
    )
    .bind(ana.id)
    .bind(ANA)
    .execute(&house.db.admin)
    .await
    .expect("a push");
    assert_eq!(ana.hears().await, "Today: 1. dentist 2. gym");
    ana.asks("add a task due today: water").await;
    ana.asks("add a task: aaa").await;
    assert_eq!(ana.asks("done 2").await, "Done: T3 bread");
    assert_eq!(
        ana.asks("done 2").await,
        "T3 bread was done already.",
        "the place does not move on"
    );
    assert_eq!(
        ana.asks("done 3").await,
        "I found no task \"3\". \"my tasks\" shows them."
    );
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_can_undo_too_and_says_what_code_says() {
    let model = Arc::new(Scripted::default());
    let house = Plan::default().model(&model).build().await;
    let ana = house.resident(ANA).await;
    model.will(Ok(calls([call("add_tasks", json!({"titles": ["milk"]}))])));
    ana.asks("milk").await;
    model.will(Ok(calls([call("undo", json!({"turns": 1}))])));
    assert_eq!(
        ana.asks("no, take that back").await,
        "Undone: removed T1 milk"
    );
    model.will(Ok(calls([call("undo", json!({"turns": 1}))])));
    model.will(Ok(Answer::default()));
    assert_eq!(
        ana.asks("and that").await,
        "Nothing to undo from the last 24 hours."
    );
    house.is_at_rest().await;
}
