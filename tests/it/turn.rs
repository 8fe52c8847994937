//! One turn: what is asked, what is done, what is said, and where it ends.

use std::{sync::Arc, time::Duration};

use assistant::model::{Answer, ModelError, Scripted};
use serde_json::json;

use crate::{
    house::{ANA, Plan},
    scripts::{add, call, calls, refused},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_command_costs_one_model_call_and_gets_one_reply() {
    let model = Arc::new(Scripted::default());
    let house = Plan::default().model(&model).build().await;
    let ana = house.resident(ANA).await;
    model.will(Ok(calls([add("milk"), add("eggs")])));
    assert_eq!(ana.asks("milk and eggs").await, "T1 milk\nT2 eggs");
    assert_eq!(model.asked().len(), 1);
    model.will(Ok(Answer {
        calls: vec![add("bread")],
        text: Some("Anything else?".into()),
        ..Answer::default()
    }));
    assert_eq!(ana.asks("bread").await, "T3 bread\nAnything else?");
    assert_eq!(model.asked().len(), 2);
    ana.hears_nothing_more().await;
    assert_eq!(
        house
            .db
            .count("select count(*) from outbox where kind = 'reply'")
            .await,
        2
    );
    assert_eq!(house.db.count("select count(*) from ledger").await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_call_goes_back_to_the_model_with_the_reason() {
    let model = Arc::new(Scripted::default());
    let house = Plan::default().model(&model).build().await;
    let ana = house.resident(ANA).await;
    model.will(Ok(calls([add("milk"), refused()])));
    model.will(Ok(Answer::text("There is no T999.")));
    assert_eq!(
        ana.asks("milk, and T999 is done").await,
        "T1 milk\nThere is no T999."
    );
    let asked = model.asked();
    assert_eq!(asked.len(), 2);
    let results: Vec<_> = asked[1]
        .results
        .iter()
        .map(|r| (r.ok, r.text.as_str()))
        .collect();
    assert_eq!(
        results,
        [
            (true, "T1 milk"),
            (false, "I found no task \"T999\". \"my tasks\" shows them.")
        ]
    );
    assert_eq!(
        (&asked[1].now, &asked[1].texts),
        (&asked[0].now, &asked[0].texts)
    );

    // a model that has nothing to add leaves the word to the refusal
    model.will(Ok(calls([refused()])));
    model.will(Ok(Answer::default()));
    assert_eq!(
        ana.asks("T999 is done").await,
        "I found no task \"T999\". \"my tasks\" shows them."
    );
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_tool_and_wrong_arguments_do_nothing_and_are_told_to_the_model() {
    let model = Arc::new(Scripted::default());
    let house = Plan::default().model(&model).build().await;
    let ana = house.resident(ANA).await;
    model.will(Ok(calls([
        call("fly", json!({})),
        call("add_tasks", json!({"title": "milk"})),
        call("add_tasks", json!({"titles": "milk"})),
        call(
            "add_tasks",
            json!({"titles": ["milk"], "priority": "highest"}),
        ),
        call("undo", json!({"everything": true})),
    ])));
    model.will(Ok(Answer::text("I could not do that.")));
    assert_eq!(ana.asks("do things").await, "I could not do that.");
    let results = &model.asked()[1].results;
    assert!(results.iter().all(|r| !r.ok));
    assert_eq!(results[0].text, "There is no tool called fly.");
    assert!(
        results[1].text.contains("unknown field `title`"),
        "{}",
        results[1].text
    );
    assert!(
        results[2].text.contains("expected a sequence"),
        "{}",
        results[2].text
    );
    assert!(results[3].text.contains("highest"), "{}", results[3].text);
    assert_eq!(house.db.count("select count(*) from tasks").await, 0);
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_fails_halfway_leaves_nothing() {
    let model = Arc::new(Scripted::default());
    let house = Plan::default().model(&model).build().await;
    let ana = house.resident(ANA).await;
    ana_has(&model, &ana, &["milk", "eggs"]).await;
    model.will(Ok(calls([call(
        "complete_tasks",
        json!({"tasks": ["T1", "T2", "T3"]}),
    )])));
    model.will(Ok(Answer::default()));
    assert_eq!(
        ana.asks("all three").await,
        "I found no task \"T3\". \"my tasks\" shows them."
    );
    assert_eq!(
        house
            .db
            .count("select count(*) from tasks where state = 'open' and version = 1")
            .await,
        2
    );
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_that_asks_too_often_or_does_too_much_ends_with_an_honest_text() {
    const TOO_MUCH: &str =
        "That was more than I may do for one text, so I stopped. Please try it in smaller steps.";
    let model = Arc::new(Scripted::with(|_| calls([refused()])));
    let house = Plan::default()
        .model(&model)
        .set("limits.turn_steps", 3)
        .set("limits.turn_calls", 4)
        .build()
        .await;
    let ana = house.resident(ANA).await;
    assert_eq!(ana.asks("on and on").await, TOO_MUCH);
    assert_eq!(model.asked().len(), 3, "steps");
    model.will(Ok(calls(["a", "b", "c", "d", "e"].map(add))));
    assert_eq!(
        ana.asks("a b c d e").await,
        format!("T1 a\nT2 b\nT3 c\nT4 d\n{TOO_MUCH}")
    );
    assert_eq!(
        house.db.count("select count(*) from tasks").await,
        4,
        "calls"
    );
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_that_takes_too_long_ends_with_an_honest_text() {
    let model = Arc::new(Scripted::default());
    let house = Plan::default()
        .model(&model)
        .set("limits.turn_seconds", 1)
        .build()
        .await;
    let ana = house.resident(ANA).await;
    model.waits_before_answering();
    let started = std::time::Instant::now();
    let said = ana.asks("think").await;
    assert_eq!(
        said,
        "That took longer than I may think about one text, so I stopped. Please try it in smaller steps."
    );
    assert!(
        started.elapsed() < Duration::from_secs(4),
        "{:?}",
        started.elapsed()
    );
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_fails_is_not_hidden_and_what_was_done_is_said() {
    const FAILED: &str = "I could not think that through just now. Nothing else was done; please try again in a while.";
    let model = Arc::new(Scripted::default());
    let house = Plan::default().model(&model).build().await;
    let ana = house.resident(ANA).await;
    model.will(Err(ModelError::new("overloaded")));
    assert_eq!(ana.asks("milk").await, FAILED);
    model.will(Ok(calls([add("eggs"), refused()])));
    model.will(Err(ModelError::new("overloaded")));
    assert_eq!(ana.asks("eggs").await, format!("T1 eggs\n{FAILED}"));
    model.will(Ok(calls([add("bread")])));
    assert_eq!(
        ana.asks("bread").await,
        "T2 bread",
        "the next text is served"
    );
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_takes_long_is_announced_once() {
    let model = Arc::new(Scripted::default());
    let house = Plan::default()
        .model(&model)
        .set("limits.working_after_seconds", 1)
        .build()
        .await;
    let ana = house.resident(ANA).await;
    model.waits_before_answering();
    model.will(Ok(calls([add("milk")])));
    ana.texts("milk").await;
    assert_eq!(ana.hears().await, "Working on it...");
    tokio::time::sleep(Duration::from_millis(2_200)).await;
    model.goes_on();
    assert_eq!(ana.hears().await, "T1 milk");
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_in_time_is_not_announced() {
    let model = Arc::new(Scripted::default());
    let house = Plan::default()
        .model(&model)
        .set("limits.working_after_seconds", 1)
        .build()
        .await;
    let ana = house.resident(ANA).await;
    model.will(Ok(calls([add("milk")])));
    assert_eq!(ana.asks("milk").await, "T1 milk");
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_answer_comes_in_pages_that_more_brings_one_by_one() {
    let long: Vec<String> = (0..120).map(|n| format!("word{n}")).collect();
    let model = Arc::new(Scripted::default());
    let house = Plan::default().model(&model).build().await;
    let ana = house.resident(ANA).await;
    model.will(Ok(Answer::text(long.join(" "))));
    let mut pages = vec![ana.asks("tell me all").await];
    while pages
        .last()
        .is_some_and(|page| page.ends_with("\nMORE for the rest"))
    {
        pages.push(ana.asks(["MORE", "more", "More."][pages.len() % 3]).await);
    }
    assert_eq!(pages.len(), 3);
    for page in &pages {
        assert!(assistant::text::size(page).segments <= 2, "{page}");
    }
    let words: Vec<_> = pages
        .iter()
        .flat_map(|p| p.trim_end_matches("MORE for the rest").split_whitespace())
        .collect();
    assert_eq!(words, long);
    assert_eq!(ana.asks("more").await, "There is no more.");
    assert_eq!(model.asked().len(), 1, "pages cost no model call");

    // a new answer takes the place of what was left of the old one
    model.will(Ok(Answer::text(long.join(" "))));
    model.will(Ok(Answer::text("short")));
    ana.asks("tell me all again").await;
    ana.asks("something else").await;
    assert_eq!(ana.asks("MORE").await, "There is no more.");
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_end_is_cut_at_the_cap_and_says_so() {
    let model = Arc::new(Scripted::default());
    let house = Plan::default()
        .model(&model)
        .set("limits.reply_pages", 3)
        .build()
        .await;
    let ana = house.resident(ANA).await;
    model.will(Ok(Answer::text("word ".repeat(2_000))));
    ana.asks("tell me all").await;
    ana.asks("more").await;
    assert!(
        ana.asks("more")
            .await
            .ends_with("\nThe rest was too long to text...")
    );
    assert_eq!(ana.asks("more").await, "There is no more.");
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn marks_that_hide_text_are_taken_out_of_a_reply() {
    let model = Arc::new(Scripted::default());
    let house = Plan::default().model(&model).build().await;
    let ana = house.resident(ANA).await;
    model.will(Ok(Answer::text("a\u{202e}b\u{200b}c\u{e0041}d\u{7}e")));
    assert_eq!(ana.asks("hello").await, "abcde");
    house.is_at_rest().await;
}

async fn ana_has(model: &Scripted, ana: &crate::house::Resident<'_>, titles: &[&str]) {
    model.will(Ok(calls(titles.iter().copied().map(add))));
    ana.asks("tasks").await;
}
