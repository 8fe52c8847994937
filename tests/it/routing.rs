//! Who a text is from, which mailbox it reaches, and from which number the answer comes.

use std::sync::Arc;

use assistant::{
    app::Role,
    clock::Clock,
    model::{Answer, Scripted},
    sim::twilio::{Callbacks, Inbound, SimOptions},
};
use jiff::SignedDuration;

use crate::{
    house::{ANA, BEN, House, OWN, Plan},
    wire::{Webhook, heard, link, nth, plain, plain_sim, run, text},
};

const OTHER: &str = "+15550100010";
const ANAS_SECOND: &str = "+15550100004";
const STRANGER: &str = "+15550100099";

/// A house with two numbers.
async fn with_two_numbers() -> House {
    let sim = SimOptions {
        numbers: vec![OWN.into(), OTHER.into()],
        ..plain_sim()
    };
    Plan::default()
        .sim(sim)
        .set("twilio.from", format!("{OWN}, {OTHER}"))
        .build()
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_speaks_for_its_user_only_once_it_is_verified() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    link(&house, ana.id, ANAS_SECOND, false).await;
    text(&house, ANAS_SECOND, OWN, "add a task: from nobody").await;
    assert!(
        nth(&house, ANAS_SECOND, 1)
            .await
            .1
            .contains("does not know your number")
    );
    assert_eq!(house.db.count("select count(*) from tasks").await, 0);
    run(&house, "update phones set verified_at = now()").await;
    text(&house, ANAS_SECOND, OWN, "add a task: from ana").await;
    assert_eq!(nth(&house, ANAS_SECOND, 2).await.1, "T1 from ana");
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_numbers_of_a_user_share_a_mailbox_and_each_hears_its_own_answer() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    link(&house, ana.id, ANAS_SECOND, true).await;
    assert_eq!(ana.asks("add a task: shared").await, "T1 shared");
    text(&house, ANAS_SECOND, OWN, "done shared").await;
    assert_eq!(
        nth(&house, ANAS_SECOND, 1).await,
        (OWN.to_owned(), "Done: T1 shared".to_owned())
    );
    ana.hears_nothing_more().await;
    assert_eq!(house.db.count("select wanted from mailboxes").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_of_two_numbers_that_wait_together_are_two_turns_in_order() {
    let mut house = plain().closed().build().await;
    let ana = house.resident(ANA).await;
    link(&house, ana.id, ANAS_SECOND, true).await;
    let keeper = house.replica(Role::Api).await;
    let (url, http) = (format!("http://{}", keeper.address), house.http());
    for (from, body) in [
        (ANA, "add a task: one"),
        (ANAS_SECOND, "add a task: two"),
        (ANA, "add a task: three"),
    ] {
        assert_eq!(
            Webhook::to(&url, body).with("From", from).post(&http).await,
            200
        );
    }
    keeper.stop().await;
    house.open().await;
    assert_eq!(nth(&house, ANA, 2).await.1, "T3 three");
    assert_eq!(heard(&house, ANA).await, ["T1 one", "T3 three"]);
    assert_eq!(heard(&house, ANAS_SECOND).await, ["T2 two"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_comes_from_the_number_that_was_texted() {
    let house = with_two_numbers().await;
    house.resident(ANA).await;
    text(&house, ANA, OTHER, "add a task: call the other one").await;
    assert_eq!(
        nth(&house, ANA, 1).await,
        (OTHER.to_owned(), "T1 call the other one".to_owned())
    );
    text(&house, ANA, OWN, "my tasks").await;
    let (from, list) = nth(&house, ANA, 2).await;
    assert_eq!(from, OWN);
    assert!(list.contains("call the other one"), "{list}");
    text(&house, STRANGER, OTHER, "hello?").await;
    assert_eq!(nth(&house, STRANGER, 1).await.0, OTHER);
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_number_that_is_dedicated_to_one_user_others_are_strangers() {
    let house = with_two_numbers().await;
    let ana = house.resident(ANA).await;
    house.resident(BEN).await;
    run(
        &house,
        &format!(
            "update own_numbers set dedicated_to = '{}' where number = '{OTHER}'",
            ana.id
        ),
    )
    .await;
    text(&house, ANA, OTHER, "add a task: hers").await;
    assert_eq!(nth(&house, ANA, 1).await.1, "T1 hers");
    text(&house, BEN, OTHER, "add a task: his").await;
    assert!(
        nth(&house, BEN, 1)
            .await
            .1
            .contains("does not know your number")
    );
    text(&house, BEN, OWN, "add a task: his").await;
    assert_eq!(
        nth(&house, BEN, 2).await.1,
        "T1 his",
        "the shared number serves him"
    );
    text(&house, ANA, OWN, "my tasks").await;
    assert!(
        nth(&house, ANA, 2).await.1.contains("hers"),
        "and her as well"
    );
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_gets_one_polite_text_a_day_and_costs_no_model_call() {
    let model = Arc::new(Scripted::with(|_| Answer::text("a model was asked")));
    let clock = Clock::default();
    let house = plain().model(&model).clock(&clock).build().await;
    for body in [
        "hello?",
        "who is this",
        "delete all tasks",
        "?",
        "are you a bot?",
        "undo",
    ] {
        text(&house, STRANGER, OWN, body).await;
    }
    assert_eq!(
        heard(&house, STRANGER).await,
        [assistant::mailbox::TEXTS[0]]
    );
    clock.advance(SignedDuration::from_hours(24));
    text(&house, STRANGER, OWN, "hello again").await;
    text(&house, STRANGER, OWN, "and again").await;
    assert_eq!(
        heard(&house, STRANGER).await.len(),
        2,
        "the next day it is told once more"
    );
    assert_eq!(house.db.count("select count(*) from turns").await, 0);
    assert!(model.asked().is_empty());
    assert_eq!(
        house
            .db
            .count("select count(*) from messages where kind = 'stranger' and user_id is null")
            .await,
        8
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_that_is_no_phone_number_is_kept_and_not_answered() {
    let house = plain().build().await;
    for sender in ["72345", "YOURBANK", ""] {
        let post = Webhook::to(&house.url(), "Your code is 123456").with("From", sender);
        assert_eq!(post.post(&house.http()).await, 200, "{sender:?}");
    }
    house.is_at_rest().await;
    assert_eq!(house.db.count("select count(*) from messages").await, 3);
    assert_eq!(
        house.db.count("select count(*) from outbox").await,
        0,
        "nothing can be sent there"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_user_is_not_served_until_enabled_again() {
    let mut house = plain().closed().build().await;
    let ana = house.resident(ANA).await;
    let keeper = house.replica(Role::Api).await;
    let waiting = Webhook::to(
        &format!("http://{}", keeper.address),
        "add a task: kept before",
    );
    assert_eq!(waiting.post(&house.http()).await, 200);
    keeper.stop().await;
    let state = |state: &str| format!("update users set state = '{state}' where id = '{}'", ana.id);
    run(&house, &state("disabled")).await;
    house.open().await;
    text(&house, ANA, OWN, "add a task: while disabled").await;
    let told = nth(&house, ANA, 1).await.1;
    assert!(
        told.contains("not in use") && told.contains("the test house"),
        "{told}"
    );
    // once a day, as a stranger is
    text(&house, ANA, OWN, "hello?").await;
    // longer than the sweep needs to find what waits
    tokio::time::sleep(std::time::Duration::from_secs(4)).await;
    assert_eq!(house.db.count("select count(*) from turns").await, 0);
    assert_eq!(house.db.count("select count(*) from tasks").await, 0);
    run(&house, &state("active")).await;
    assert_eq!(nth(&house, ANA, 2).await.1, "T1 kept before");
    assert_eq!(house.sim.sent_to(ANA).len(), 2);
    house.is_at_rest().await;
    assert_eq!(house.db.count("select count(*) from tasks").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_kept_by_its_address_and_answered_sensibly() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    let media = vec![
        "https://api.example/Media/ME1".to_owned(),
        "https://api.example/Media/ME2".to_owned(),
    ];
    let picture = |body: &str| Inbound {
        from: ANA.into(),
        body: body.into(),
        media: media.clone(),
        ..Inbound::default()
    };
    assert_eq!(house.sim.deliver(picture("")).await.status, Some(200));
    let answer = ana.hears().await;
    assert!(answer.contains("cannot look at pictures"), "{answer}");
    assert_eq!(
        house
            .sim
            .deliver(picture("add a task: print this"))
            .await
            .status,
        Some(200)
    );
    assert_eq!(ana.hears().await, "T1 print this", "the words of it count");
    let kept: Vec<serde_json::Value> =
        sqlx::query_scalar("select media from messages order by seq")
            .fetch_all(&house.db.admin)
            .await
            .expect("rows");
    assert_eq!(kept.len(), 2);
    for kept in kept {
        // a text that the list brought before its webhook came has one address for all of its media
        let is_listed = kept[0]
            .as_str()
            .is_some_and(|one| one.ends_with("/Media.json"));
        assert!(is_listed || kept == serde_json::json!(media), "{kept}");
    }
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_through_our_messaging_service_is_answered_from_the_number_it_reached() {
    let service = format!("MG{}", "a".repeat(32));
    let sim = SimOptions {
        messaging_service: Some(service.clone()),
        numbers: vec![OTHER.into()],
        callbacks: Callbacks::Twice,
        ..plain_sim()
    };
    let plan = Plan::default()
        .sim(sim)
        .set("twilio.from", "")
        .set("twilio.messaging_service_sid", &service);
    let house = plan.build().await;
    house.resident(ANA).await;
    text(&house, ANA, OTHER, "add a task: by the pool").await;
    assert_eq!(
        nth(&house, ANA, 1).await,
        (OTHER.to_owned(), "T1 by the pool".to_owned())
    );
    text(&house, ANA, OTHER, "undo").await;
    assert_eq!(
        nth(&house, ANA, 2).await.1,
        "Undone: removed T1 by the pool"
    );
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_polls_with_a_messaging_service_alone_is_texted_before_any_webhook_names_a_number() {
    let service = format!("MG{}", "a".repeat(32));
    let numbers = [OWN, OTHER, "+15550100011"];
    let sim = SimOptions {
        messaging_service: Some(service.clone()),
        numbers: numbers.map(str::to_owned).into(),
        ..plain_sim()
    };
    let plan = Plan::default()
        .sim(sim)
        .set("twilio.from", "")
        .set("twilio.receive", "poll")
        .set("twilio.pull_seconds", "0.2")
        .set("twilio.messaging_service_sid", &service);
    let house = plan.build().await;
    house.resident(ANA).await;
    let known = "select count(*) from own_numbers where active and number like '+%'";
    while house.db.count(known).await < 3 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    // on the second page of the pool
    house
        .sim
        .hold_inbound(ANA, numbers[2], "add a task: by poll");
    assert_eq!(
        nth(&house, ANA, 1).await,
        (numbers[2].to_owned(), "T1 by poll".to_owned())
    );
    house.is_at_rest().await;
}
