//! What a text may cost, what a lie comes to, and what is said about the model: once.

use std::sync::Arc;

use assistant::model::{Answer, Answerer, Ration, Scripted, Spent};
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    client::Client,
    house::{ANA, House, Plan},
    program::Program,
    scripts::{add, call, calls},
};

fn cost(tokens: u32) -> Vec<Spent> {
    vec![Spent {
        model: "test".into(),
        prompt_tokens: tokens,
        completion_tokens: 0,
    }]
}

async fn house(model: &Arc<Scripted>) -> House {
    Plan::default()
        .model(model)
        .set("budget.user_daily_tokens", 20_000)
        .set("budget.user_daily_usd", 0)
        .build()
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn as_the_day_fills_answers_get_short_then_second_then_offline_and_tomorrow_is_another_day() {
    let model = Arc::new(Scripted::with(|prompt| Answer {
        spent: cost(4_000),
        ..Answer::text(format!("let me think of {}", prompt.texts[0]))
    }));
    let house = house(&model).await;
    let ana = house.resident(ANA).await;
    for about in [
        "tell me of the moon",
        "what do cats dream",
        "why is rust red",
        "who wrote the psalms",
        "how far to Lisbon",
        "when do figs ripen",
    ] {
        ana.asks(about).await;
    }
    let rations: Vec<Ration> = model.asked().iter().map(|p| p.ration).collect();
    let mut sorted = rations.clone();
    sorted.sort();
    assert_eq!(rations, sorted, "the ladder leads down only");
    assert_eq!(rations[0], Ration::Full);
    assert!(
        rations.contains(&Ration::Short) && rations.contains(&Ration::Second),
        "{rations:?}"
    );
    assert_eq!(rations.last(), Some(&Ration::Offline));
    let usage = ana.asks("usage").await;
    let month = house.clock.now().strftime("%B").to_string();
    assert_eq!(
        usage,
        format!(
            "Today: 7 texts from you, 6 text segments from me (200 a day).\nLanguage model: 24000 of 20000 tokens, $0.06.\n\
             {month}: 7 texts, 6 segments, $0.06 for the language model."
        )
    );
    house.clock.advance(SignedDuration::from_hours(24));
    ana.asks("and something about today").await;
    assert_eq!(model.asked().last().expect("asked").ration, Ration::Full);
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_text_may_cost_only_so_much() {
    let model = Arc::new(Scripted::with(|_| Answer {
        spent: cost(1_000),
        ..calls([call("list_tasks", serde_json::json!({"peek": true}))])
    }));
    let house = Plan::default()
        .model(&model)
        .set("budget.text_tokens", 2_500)
        .build()
        .await;
    let ana = house.resident(ANA).await;
    let answer = ana.asks("go round in circles").await;
    assert!(
        answer.starts_with("That was more than I may do"),
        "{answer}"
    );
    assert_eq!(model.asked().len(), 3, "the third answer passed the limit");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_is_told_once_and_again_only_after_it_was_over() {
    let model = Arc::new(Scripted::default());
    let house = Plan::default().model(&model).build().await;
    let ana = house.resident(ANA).await;
    let offline = || Answer {
        by: Answerer::Offline,
        ..Answer::text("I did not understand.")
    };
    model.will(Ok(offline()));
    let told = ana.asks("hello there my friend").await;
    assert!(
        told.contains("Short on wits right now: I still do tasks"),
        "{told}"
    );
    model.will(Ok(offline()));
    assert_eq!(
        ana.asks("hello again my friend").await,
        "I did not understand."
    );
    model.will(Ok(Answer::text("Hello!")));
    assert_eq!(ana.asks("and a third time").await, "Hello!");
    model.will(Ok(offline()));
    let told = ana.asks("a fourth time now").await;
    assert!(told.contains("Short on wits"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn small_talk_ends_with_the_days_texts_and_commands_do_not() {
    let model = Arc::new(Scripted::default());
    let house = Plan::default()
        .model(&model)
        .set("budget.daily_segments", 3)
        .build()
        .await;
    let ana = house.resident(ANA).await;
    for n in ["first", "second", "third"] {
        model.will(Ok(Answer::text(format!("{n} answer"))));
        assert_eq!(
            ana.asks(&format!("talk to me, {n} of all")).await,
            format!("{n} answer")
        );
    }
    let last = ana.asks("and a bit more of it").await;
    assert!(
        last.starts_with("That is all the small talk for today"),
        "{last}"
    );
    ana.texts("anybody there at this hour").await;
    house.is_at_rest().await;
    model.will(Ok(calls([add("milk")])));
    assert_eq!(ana.asks("add milk").await, "T1 milk");
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_without_an_effect_is_asked_for_once_more_and_then_replaced() {
    let model = Arc::new(Scripted::with(|_| {
        Answer::text("Done! I added milk to your tasks.")
    }));
    let house = Plan::default().model(&model).build().await;
    let ana = house.resident(ANA).await;
    let honest = ana.asks("see to it that there is milk, would you").await;
    assert!(
        honest.starts_with("I have to be honest: nothing was done."),
        "{honest}"
    );
    let asked = model.asked();
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0].objection, None);
    assert!(
        asked[1]
            .objection
            .as_deref()
            .is_some_and(|o| o.contains("You called no tool"))
    );
    // the second time it does what it said
    model.will(Ok(Answer::text("I've added milk.")));
    model.will(Ok(calls([add("milk")])));
    assert_eq!(
        ana.asks("milk must be on the list, really").await,
        "T1 milk"
    );
    // beside a receipt, what was not done is not said
    model.will(Ok(Answer {
        text: Some("I added bread and emailed Bob. Anything else?".into()),
        ..calls([add("bread")])
    }));
    assert_eq!(ana.asks("add bread").await, "T2 bread\nAnything else?");
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_user_reads_what_each_day_cost_over_rest() {
    let model = Arc::new(Scripted::with(|_| Answer {
        spent: cost(1_000),
        ..Answer::text("hm")
    }));
    let house = house(&model).await;
    let ana = house.resident(ANA).await;
    ana.asks("tell me of the moon").await;
    house.is_at_rest().await;
    let client = Client::of(&ana).await;
    let usage = client
        .asks(Method::GET, "/api/v1/me/usage?days=2", Value::Null, 200)
        .await;
    let day = &usage["items"][0];
    assert_eq!(usage["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        (&day["messages"], &day["segments"], &day["prompt_tokens"]),
        (&json!(1), &json!(1), &json!(1000))
    );
    assert_eq!(day["price_usd"], json!(0.0025));
    assert_eq!(usage["daily_tokens"], json!(20_000));
    let (code, table, errors) = Program::of(&house)
        .runs(&["admin", "usage", "--days", "2"])
        .await;
    assert_eq!(code, 0, "{errors}");
    let row = table
        .lines()
        .find(|l| l.starts_with(&ana.id.to_string()))
        .expect(&table);
    let row: Vec<&str> = row.split_whitespace().skip(1).collect();
    assert_eq!(row, ["1", "1000", "0", "0.0025"], "{table}");
    let wrong = client
        .asks(Method::GET, "/api/v1/me/usage?days=0", Value::Null, 400)
        .await;
    assert_eq!(wrong["detail"], "days: expected 1 to 366");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_command_that_the_model_only_talks_about_is_done_all_the_same() {
    let model = Arc::new(Scripted::with(|_| Answer::text("Milk it is, my friend.")));
    let house = Plan::default().model(&model).build().await;
    let ana = house.resident(ANA).await;
    assert_eq!(ana.asks("add milk to groceries").await, "G1 milk");
    assert_eq!(model.asked().len(), 2, "it had a second chance");
    // a question back is an answer, and talk is talk
    model.will(Ok(Answer::text("Which kind of milk?")));
    assert_eq!(
        ana.asks("add more milk to groceries").await,
        "Which kind of milk?"
    );
    assert_eq!(
        ana.asks("what do you think of milk").await,
        "Milk it is, my friend."
    );
    // what destroys in bulk still waits for its code
    let asked = ana.asks("clear my groceries").await;
    assert!(asked.starts_with("Remove 1 grocery"), "{asked}");
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_lies_in_every_way_we_know_gets_no_false_confirmation_through() {
    let lies: Vec<&str> = include_str!("../../fixtures/claims.tsv")
        .lines()
        .filter_map(|line| line.strip_prefix("claim\ten\t"))
        .filter(|lie| !lie.contains('\\'))
        .step_by(5)
        .collect();
    assert!(lies.len() >= 40, "{}", lies.len());
    let model = Arc::new(Scripted::default());
    let house = Plan::default()
        .model(&model)
        // the same honest answer over and over is no loop here
        .set("limits.loop_exchanges", 100_000)
        .set("budget.daily_segments", 0)
        .build()
        .await;
    let ana = house.resident(ANA).await;
    for (at, lie) in lies.iter().enumerate() {
        model.will(Ok(Answer::text(*lie)));
        model.will(Ok(Answer::text(*lie)));
        let heard = ana.asks(&format!("see to number {at}, would you")).await;
        assert!(
            heard.starts_with("I have to be honest: nothing was done."),
            "{lie}: {heard}"
        );
    }
    assert_eq!(house.db.count("select count(*) from ledger").await, 0);
    house.is_at_rest().await;
}
