//! Texts that nobody typed for us to act on, and two machines that answer each other.

use std::sync::Arc;

use assistant::{
    clock::Clock,
    model::{Answer, Scripted},
};
use jiff::SignedDuration;
use serde_json::json;

use crate::{
    house::{ANA, BEN, House, OWN, Plan},
    wire::{metric, plain, plain_sim, text},
};

/// A house whose model would do anything it is asked.
async fn with_an_eager_model() -> (House, Arc<Scripted>) {
    let model = Arc::new(Scripted::with(|_| Answer::text("a model was asked")));
    (plain().model(&model).build().await, model)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tapback_on_one_of_our_texts_is_never_acted_on() {
    let (house, model) = with_an_eager_model().await;
    let ana = house.resident(ANA).await;
    for tapback in [
        "Liked \"delete all\"",
        "Liked “delete all”",
        "Loved \"undo\"",
        "Disliked “STOP”",
        "Laughed at \"add a task: rob a bank\"",
        "Emphasized “my tasks”",
        "Questioned \"T1 renew passport\"",
        "Removed a like from “delete all”",
        "👍 to “delete all”",
        "Reacted 😂 to “undo”",
    ] {
        ana.texts(tapback).await;
    }
    ana.hears_nothing_more().await;
    assert!(model.asked().is_empty());
    assert_eq!(house.db.count("select count(*) from turns").await, 0);
    assert_eq!(
        house
            .db
            .count("select count(*) from messages where kind = 'ignored' and state = 'ignored'")
            .await,
        10
    );
    assert_eq!(
        house
            .db
            .count("select count(*) from recipients where opted_out_at is not null")
            .await,
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_auto_reply_is_never_answered() {
    let (house, model) = with_an_eager_model().await;
    let ana = house.resident(ANA).await;
    for auto in [
        "I'm driving with Do Not Disturb While Driving turned on. I'll see your message when I get where I'm going.",
        "(I'm not receiving notifications. If this is urgent, reply \"urgent\" to send a notification through with your original message.)",
        "Auto-reply: I am out of the office until Monday.",
        "This is an automated message. Please do not reply.",
    ] {
        ana.texts(auto).await;
    }
    // a stranger's machine as well: the one text a day would be the first step of a dance
    text(
        &house,
        BEN,
        OWN,
        "Auto-reply: I am out of the office until Monday.",
    )
    .await;
    ana.hears_nothing_more().await;
    assert!(house.sim.all_sent().is_empty());
    assert!(model.asked().is_empty());
    assert_eq!(house.db.count("select count(*) from turns").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_from_our_own_number_is_never_acted_on() {
    let other = "+15550100010";
    let sim = assistant::sim::twilio::SimOptions {
        numbers: vec![OWN.into(), other.into()],
        ..plain_sim()
    };
    let house = Plan::default()
        .sim(sim)
        .set("twilio.from", format!("{OWN},{other}"))
        .build()
        .await;
    // even when somebody has linked it
    house.resident(OWN).await;
    text(&house, OWN, OWN, "add a task: talk to myself").await;
    text(&house, OWN, other, "add a task: talk to my other self").await;
    text(&house, other, OWN, "STOP").await;
    house.is_at_rest().await;
    assert!(house.sim.all_sent().is_empty());
    assert_eq!(house.db.count("select count(*) from turns").await, 0);
    assert_eq!(house.db.count("select count(*) from tasks").await, 0);
    assert_eq!(
        house
            .db
            .count("select count(*) from messages where state = 'ignored'")
            .await,
        3
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn bare_thanks_get_no_reply_and_cost_no_model_call() {
    let (house, model) = with_an_eager_model().await;
    let ana = house.resident(ANA).await;
    for thanks in [
        "thanks",
        "Thank you!",
        "ok",
        "OK 👍",
        "👍",
        "great, thanks",
        "cool",
    ] {
        ana.texts(thanks).await;
        house.is_at_rest().await;
    }
    ana.hears_nothing_more().await;
    assert!(model.asked().is_empty());
    assert_eq!(
        ana.asks("thanks for nothing, what is due?").await,
        "a model was asked"
    );
    assert_eq!(
        house
            .db
            .count("select count(*) from turns where outcome = 'silent'")
            .await,
        7
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn five_near_identical_exchanges_silence_us_and_are_counted() {
    let house = plain().build().await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    for at in 0..5 {
        let answer = ana
            .asks(&format!("Your ticket 1044{at} was received, we are on it"))
            .await;
        assert!(answer.starts_with("I did not understand"), "{answer}");
    }
    for at in 5..9 {
        ana.texts(&format!("Your ticket 1044{at} was received, we are on it"))
            .await;
        house.is_at_rest().await;
    }
    ana.hears_nothing_more().await;
    assert_eq!(house.db.count("select count(*) from recipients where number = '+15550100002' and silenced_count = 1").await, 1);
    assert_eq!(
        house
            .db
            .count("select count(*) from turns where outcome = 'silenced'")
            .await,
        4
    );
    assert!(metric(&house, "assistant_silenced_total").await >= 4.0);
    assert_eq!(
        ben.asks("my tasks").await,
        "No open tasks.",
        "others are served"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_different_text_ends_the_silence() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    for _ in 0..5 {
        ana.asks("bleep bloop").await;
    }
    ana.texts("bleep bloop").await;
    ana.hears_nothing_more().await;
    assert_eq!(ana.asks("my tasks").await, "No open tasks.");
    assert_eq!(
        ana.asks("my tasks").await,
        "No open tasks.",
        "the silence is over, not only interrupted"
    );
    assert!(
        ana.asks("bleep bloop")
            .await
            .starts_with("I did not understand"),
        "for the first text as well"
    );
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silence_ends_by_itself() {
    let clock = Clock::default();
    let house = plain()
        .clock(&clock)
        .set("limits.silence_minutes", 10)
        .build()
        .await;
    let ana = house.resident(ANA).await;
    for _ in 0..5 {
        ana.asks("bleep bloop").await;
    }
    ana.texts("bleep bloop").await;
    ana.hears_nothing_more().await;
    clock.advance(SignedDuration::from_mins(9));
    ana.texts("bleep bloop").await;
    ana.hears_nothing_more().await;
    clock.advance(SignedDuration::from_mins(2));
    assert!(
        ana.asks("bleep bloop")
            .await
            .starts_with("I did not understand")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn exchanges_that_are_spread_out_are_no_loop() {
    let clock = Clock::default();
    let house = plain().clock(&clock).build().await;
    let ana = house.resident(ANA).await;
    for _ in 0..8 {
        assert_eq!(ana.asks("my tasks").await, "No open tasks.");
        clock.advance(SignedDuration::from_secs(40));
    }
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_with_effects_are_no_loop() {
    let model = Arc::new(Scripted::with(|prompt| {
        let title = format!("glass of water at {}", prompt.now);
        Answer::call("add_tasks", json!({"titles": [title]}))
    }));
    let house = plain().model(&model).build().await;
    let ana = house.resident(ANA).await;
    for at in 1..=8 {
        let answer = ana.asks("log a glass of water").await;
        assert!(
            answer.starts_with(&format!("T{at} glass of water")),
            "{answer}"
        );
    }
    for at in (1..=8).rev() {
        let answer = ana.asks("undo").await;
        assert!(
            answer.starts_with(&format!("Undone: removed T{at} ")),
            "{answer}"
        );
    }
    ana.hears_nothing_more().await;
    assert_eq!(
        house
            .db
            .count("select count(*) from turns where outcome = 'silenced'")
            .await,
        0
    );
}
