//! Questions on a schedule: a reading tool asked at a time, without a model.

use assistant::clock::Clock;
use jiff::{SignedDuration, Timestamp};

use crate::{
    house::{ANA, House, Plan},
    skills::Bench,
};

async fn monday() -> (House, Clock) {
    let clock = Clock::default();
    let monday: Timestamp = "2026-11-23T14:00:00Z".parse().expect("an instant");
    clock.advance(monday.duration_since(clock.now()));
    (Plan::default().clock(&clock).build().await, clock)
}

#[tokio::test]
async fn a_question_is_asked_every_friday_and_nothing_found_says_nothing() {
    let (house, clock) = monday().await;
    let ana = house.resident(ANA).await;
    let set = ana.asks("every friday at 4pm tell me my open tasks").await;
    assert!(set.contains("R1 every Friday at 4:00 PM"), "{set}");
    ana.asks("add a task: renew passport").await;
    clock.advance(SignedDuration::from_hours(4 * 24 + 8));
    let told = ana.hears().await;
    assert!(told.contains("renew passport"), "{told}");
    ana.asks("done T1").await;
    clock.advance(SignedDuration::from_hours(7 * 24));
    crate::firing::all_fired(&house).await;
    ana.hears_nothing_more().await;
    house.is_at_rest().await;
}

#[tokio::test]
async fn the_day_at_half_past_seven_comes_every_morning_and_only_with_something_in_it() {
    let (house, clock) = monday().await;
    let ana = house.resident(ANA).await;
    let set = ana.asks("send me my day at 7:30").await;
    assert!(set.contains("every day at 7:30 AM"), "{set}");
    ana.asks("add event dentist wednesday at 3pm").await;
    // Tuesday is empty, Wednesday is not
    clock.advance(SignedDuration::from_hours(24));
    crate::firing::all_fired(&house).await;
    ana.hears_nothing_more().await;
    clock.advance(SignedDuration::from_hours(24));
    let day = ana.hears().await;
    assert!(day.contains("dentist"), "{day}");
}

#[tokio::test]
async fn only_what_reads_is_put_on_a_schedule() {
    let bench = Bench::new().await;
    let ask = async |ask: &str, args: Option<&str>| {
        let args = serde_json::json!({"ask": ask, "args": args, "when": "every day at 9"});
        bench.call(bench.ana, "ask_on_schedule", args).await
    };
    for (wish, args) in [
        ("delete all my tasks", None),
        ("clear_tasks", Some("{\"which\": \"open\"}")),
        ("the price of gold", None),
        ("list_tasks", Some("{\"nonsense\": 1}")),
        ("list_tasks", Some("no json")),
    ] {
        assert!(ask(wish, args).await.is_err(), "{wish} {args:?}");
    }
    for (wish, args) in [
        ("my open tasks", None),
        ("list_tasks", Some("{\"done\": true}")),
    ] {
        let set = ask(wish, args).await.expect("kept");
        assert_eq!(set.receipts.len(), 1, "{wish}");
    }
}
