//! Texts that were missed, from the provider's own list.

use std::time::Duration;

use assistant::{
    app::Role,
    clock::Clock,
    sim::twilio::{Callbacks, Fault, Plan as FaultPlan, SimOptions},
};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use crate::{
    house::{ANA, House, OWN, Plan},
    wire::{Webhook, heard, nth, plain_sim, text},
};

/// A house and a provider that share a clock.
fn on_one_clock(clock: &Clock) -> Plan {
    let sim = SimOptions {
        clock: clock.clone(),
        ..plain_sim()
    };
    Plan::default().sim(sim).clock(clock)
}

/// A house that was opened once and is closed now, three seconds later.
async fn closed_again(clock: &Clock) -> House {
    let mut house = on_one_clock(clock).build().await;
    house.resident(ANA).await;
    house.close().await;
    clock.advance(SignedDuration::from_secs(3));
    house
}

/// What stands before the answer to a text that was sent at `sent` and taken up at `now`, in New York.
fn remark(sent: Timestamp, now: Timestamp) -> String {
    let zone = TimeZone::get("America/New_York").expect("a zone");
    let (sent, now) = (sent.to_zoned(zone.clone()), now.to_zoned(zone));
    let format = if sent.date() == now.date() {
        "%-I:%M %p"
    } else {
        "%a %-I:%M %p"
    };
    format!("(got this late, sent {}) ", sent.strftime(format))
}

async fn until(house: &House, sql: &str, expected: i64) {
    let reached = async {
        while house.db.count(sql).await != expected {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(crate::house::PATIENCE, reached)
        .await
        .expect(sql);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_missed_while_we_were_closed_is_answered_once_and_says_that_it_is_late() {
    let clock = Clock::default();
    let mut house = closed_again(&clock).await;
    let sent = clock.now();
    let sid = house.sim.hold_inbound(ANA, OWN, "add a task: call back");
    clock.advance(SignedDuration::from_mins(20));
    house.open().await;
    let expected = format!("{}T1 call back", remark(sent, clock.now()));
    assert_eq!(nth(&house, ANA, 1).await.1, expected);
    // the provider tries its webhook after all, and another start pulls the same list
    assert_eq!(
        house
            .sim
            .text_with_sid(&sid, ANA, OWN, "add a task: call back")
            .await
            .status,
        Some(200)
    );
    house.close().await;
    house.open().await;
    text(&house, ANA, OWN, "my tasks").await;
    assert_eq!(
        nth(&house, ANA, 2).await.1,
        "Your tasks:\n1. call back [T1]",
        "in time, so without a remark"
    );
    assert_eq!(heard(&house, ANA).await.len(), 2);
    assert_eq!(house.db.count("select count(*) from messages").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_is_only_minutes_old_gets_no_remark() {
    let clock = Clock::default();
    let mut house = closed_again(&clock).await;
    house.sim.hold_inbound(ANA, OWN, "add a task: call back");
    clock.advance(SignedDuration::from_mins(4));
    house.open().await;
    assert_eq!(nth(&house, ANA, 1).await.1, "T1 call back");
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_older_than_the_first_activation_of_a_number_is_pulled() {
    let clock = Clock::default();
    let mut house = on_one_clock(&clock).closed().build().await;
    house.resident(ANA).await;
    house
        .sim
        .hold_inbound(ANA, OWN, "add a task: before we were here");
    clock.advance(SignedDuration::from_secs(5));
    house.open().await;
    house.close().await;
    clock.advance(SignedDuration::from_secs(5));
    house
        .sim
        .hold_inbound(ANA, OWN, "add a task: while we were here");
    clock.advance(SignedDuration::from_secs(5));
    house.open().await;
    assert_eq!(nth(&house, ANA, 1).await.1, "T1 while we were here");
    house.is_at_rest().await;
    assert_eq!(house.db.count("select count(*) from messages").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_older_than_a_day_is_pulled() {
    let clock = Clock::default();
    let mut house = closed_again(&clock).await;
    house.sim.hold_inbound(ANA, OWN, "add a task: too old");
    clock.advance(SignedDuration::from_mins(70));
    let sent = clock.now();
    house.sim.hold_inbound(ANA, OWN, "add a task: just in time");
    clock.advance(SignedDuration::from_mins(23 * 60));
    house.open().await;
    let expected = format!("{}T1 just in time", remark(sent, clock.now()));
    assert_eq!(nth(&house, ANA, 1).await.1, expected);
    house.is_at_rest().await;
    assert_eq!(house.db.count("select count(*) from messages").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_text_joins_the_end_of_the_queue() {
    let clock = Clock::default();
    let mut house = closed_again(&clock).await;
    house.sim.hold_inbound(ANA, OWN, "add a task: pulled later");
    clock.advance(SignedDuration::from_mins(10));
    let keeper = house.replica(Role::Api).await;
    let post = Webhook::to(
        &format!("http://{}", keeper.address),
        "add a task: kept first",
    );
    assert_eq!(post.post(&house.http()).await, 200);
    keeper.stop().await;
    house.open().await;
    until(&house, "select count(*) from tasks", 2).await;
    house.is_at_rest().await;
    let bodies: Vec<String> = sqlx::query_scalar("select body from messages order by seq")
        .fetch_all(&house.db.admin)
        .await
        .expect("rows");
    assert_eq!(
        bodies,
        ["add a task: kept first", "add a task: pulled later"]
    );
    assert_eq!(
        house
            .db
            .count("select number::int8 from tasks where title = 'kept first'")
            .await,
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn pulls_and_webhooks_that_race_keep_each_text_once() {
    let plan = Plan::default()
        .sim(plain_sim())
        .set("twilio.receive", "poll")
        .set("twilio.pull_seconds", 0.02);
    let house = plan.build().await;
    house.resident(ANA).await;
    let second = house.replica(Role::All).await;
    // the list tells whole seconds, and the number is active since this one
    tokio::time::sleep(Duration::from_millis(1100)).await;
    for round in 0..10 {
        let texts: Vec<String> = (0..4)
            .map(|at| format!("add a task: item {round}.{at}"))
            .collect();
        let posted = join_all(texts.iter().map(|body| house.sim.text(ANA, OWN, body))).await;
        assert!(posted.iter().all(|texted| texted.status == Some(200)));
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
    until(&house, "select count(*) from tasks", 40).await;
    house.is_at_rest().await;
    second.stop().await;
    assert_eq!(house.db.count("select count(*) from messages").await, 40);
    assert_eq!(house.db.count("select count(*) from tasks").await, 40);
    assert_eq!(
        house.db.count("select count(*) from turns").await,
        house.sim.sent_to(ANA).len() as i64
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn with_receive_poll_everything_comes_by_the_pull_alone() {
    let sim = SimOptions {
        callbacks: Callbacks::Off,
        ..plain_sim()
    };
    let plan = Plan::default()
        .sim(sim)
        .set("twilio.receive", "poll")
        .set("twilio.pull_seconds", 0.1);
    let house = plan.build().await;
    house.resident(ANA).await;
    tokio::time::sleep(Duration::from_millis(1100)).await;
    for (at, (says, hears)) in [
        ("add a task: no domain needed", "T1 no domain needed"),
        ("done T1", "Done: T1 no domain needed"),
        ("undo", "Undone: back to T1 no domain needed"),
        (
            "stop texting me",
            "You will get no more texts from this number. Text START to get them again.",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        house.sim.hold_inbound(ANA, OWN, says);
        assert_eq!(nth(&house, ANA, at + 1).await.1, hears);
    }
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pull_that_failed_is_made_up_for_by_the_next() {
    let clock = Clock::default();
    let mut house = closed_again(&clock).await;
    house
        .settings
        .push(("twilio.receive".into(), "poll".into()));
    house
        .settings
        .push(("twilio.pull_seconds".into(), "0.1".into()));
    house.sim.hold_inbound(ANA, OWN, "add a task: patience");
    clock.advance(SignedDuration::from_mins(30));
    house.sim.plan(FaultPlan {
        fault: Fault::ListAway,
        next: Some(3),
        probability: None,
    });
    house.open().await;
    assert!(nth(&house, ANA, 1).await.1.ends_with("T1 patience"));
    assert_eq!(house.sim.struck()["list_away"], 3);
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_a_long_list_is_pulled_and_all_of_it_is_done_in_order() {
    let clock = Clock::default();
    let mut house = closed_again(&clock).await;
    for at in 1..=130 {
        house
            .sim
            .hold_inbound(ANA, OWN, &format!("add a task: item {at}"));
    }
    clock.advance(SignedDuration::from_mins(1));
    house.open().await;
    until(&house, "select count(*) from tasks", 130).await;
    house.is_at_rest().await;
    assert_eq!(
        house
            .db
            .count("select count(*) from tasks where title = 'item ' || number")
            .await,
        130
    );
    assert_eq!(
        house
            .db
            .count("select count(*) from messages where state = 'done'")
            .await,
        130
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_left_the_configuration_is_not_pulled_any_more() {
    let clock = Clock::default();
    let mut house = closed_again(&clock).await;
    let old = "+15550100009";
    sqlx::query("insert into own_numbers (number) values ($1)")
        .bind(old)
        .execute(&house.db.admin)
        .await
        .expect("a number of before");
    house.open().await;
    let active = "select count(*) from own_numbers where active";
    assert_eq!(house.db.count(active).await, 1);
    assert_eq!(
        house
            .db
            .count(&format!("{active} and number = '{OWN}'"))
            .await,
        1
    );
    house.is_at_rest().await;
}
