//! Which texts make one turn.

use std::sync::Arc;

use assistant::{app::Role, model::Scripted};

use crate::{
    house::{ANA, House, OWN, Plan},
    scripts::{add, adds_what_it_reads, asked, calls, refused, stepped},
};

#[tokio::test(flavor = "multi_thread")]
async fn texts_that_wait_when_a_turn_starts_join_it() {
    let model = adds_what_it_reads();
    let mut house = Plan::default().model(&model).closed().build().await;
    let api = house.replica(Role::Api).await;
    house
        .sim
        .set_webhook(&format!("http://{}/webhooks/twilio/sms", api.address));
    house.db.add_user(ANA, "UTC").await;
    for body in ["milk", "eggs", "bread"] {
        assert_eq!(house.sim.text(ANA, OWN, body).await.status, Some(200));
    }
    assert!(
        model.asked().is_empty(),
        "a replica for HTTP alone runs no turn"
    );
    house.open().await;
    house.is_at_rest().await;
    assert_eq!(
        model
            .asked()
            .iter()
            .map(|p| p.texts.clone())
            .collect::<Vec<_>>(),
        [["milk", "eggs", "bread"]]
    );
    assert_eq!(said(&house), ["T1 milk + eggs + bread"]);
    api.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_text_that_arrives_before_the_first_effect_joins_the_turn() {
    let (model, step) = stepped(|prompt| calls([add(&prompt.texts.join(" + "))]));
    let house = Plan::default().model(&model).build().await;
    let ana = house.resident(ANA).await;
    ana.texts("2 lemons").await;
    asked(&model, 1).await;
    ana.texts("wait, make that 3").await;
    step.answer();
    assert_eq!(
        asked(&model, 2).await.texts,
        ["2 lemons", "wait, make that 3"]
    );
    step.answer();
    assert_eq!(ana.hears().await, "T1 2 lemons + wait, make that 3");
    ana.hears_nothing_more().await;
    assert_eq!(
        house.db.count("select count(*) from tasks").await,
        1,
        "the voided answer did nothing"
    );
    assert_eq!(house.db.count("select count(*) from turns").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_text_joins_before_a_reply_without_effect_too() {
    let (model, step) = stepped(|prompt| assistant::model::Answer::text(prompt.texts.join(" + ")));
    let house = Plan::default().model(&model).build().await;
    let ana = house.resident(ANA).await;
    ana.texts("one").await;
    asked(&model, 1).await;
    ana.texts("two").await;
    step.answer();
    asked(&model, 2).await;
    step.answer();
    assert_eq!(ana.hears().await, "one + two");
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_answer_is_voided_twice_at_most() {
    let (model, step) = stepped(|prompt| calls([add(&prompt.texts.join(" + "))]));
    let house = Plan::default().model(&model).build().await;
    let ana = house.resident(ANA).await;
    for (at, body) in ["one", "two", "three", "four"].into_iter().enumerate() {
        if at > 0 {
            asked(&model, at).await;
        }
        ana.texts(body).await;
        if at > 0 {
            step.answer();
        }
    }
    // the third answer was asked for with three texts and holds, though the fourth text had come
    assert_eq!(ana.hears().await, "T1 one + two + three");
    assert_eq!(asked(&model, 4).await.texts, ["four"]);
    step.answer();
    assert_eq!(ana.hears().await, "T2 four");
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_text_that_arrives_after_the_first_effect_is_the_next_turn() {
    let (model, step) = stepped(|prompt| match prompt.results.as_slice() {
        [] => calls([add(&prompt.texts.join(" + ")), refused()]),
        _ => assistant::model::Answer::text("That is all."),
    });
    let house = Plan::default().model(&model).build().await;
    let ana = house.resident(ANA).await;
    ana.texts("milk").await;
    asked(&model, 1).await;
    step.answer();
    let second = asked(&model, 2).await;
    assert_eq!(
        second.results.len(),
        2,
        "asked again with what came of its calls"
    );
    ana.texts("eggs").await;
    step.answer();
    assert_eq!(ana.hears().await, "T1 milk\nThat is all.");
    assert_eq!(asked(&model, 3).await.texts, ["eggs"]);
    step.answer();
    asked(&model, 4).await;
    step.answer();
    assert_eq!(ana.hears().await, "T2 eggs\nThat is all.");
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_text_that_code_answers_does_not_join_and_is_not_joined() {
    let (model, step) = stepped(|prompt| calls([add(&prompt.texts.join(" + "))]));
    let house = Plan::default().model(&model).build().await;
    let ana = house.resident(ANA).await;
    ana.texts("milk").await;
    asked(&model, 1).await;
    ana.texts("undo").await;
    ana.texts("eggs").await;
    step.answer();
    assert_eq!(ana.hears().await, "T1 milk");
    assert_eq!(ana.hears().await, "Undone: removed T1 milk");
    step.answer();
    assert_eq!(ana.hears().await, "T2 eggs");
    ana.hears_nothing_more().await;
    assert_eq!(model.asked().len(), 2, "undo cost no model call");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn texts_from_another_phone_of_the_same_user_are_a_turn_of_their_own_in_the_same_order() {
    const SECOND: &str = "+15550100012";
    let (model, step) = stepped(|prompt| calls([add(&prompt.texts.join(" + "))]));
    let house = Plan::default().model(&model).build().await;
    let ana = house.resident(ANA).await;
    house.db.add_phone(ana.id, SECOND).await;
    ana.texts("from the first").await;
    asked(&model, 1).await;
    assert_eq!(
        house.sim.text(SECOND, OWN, "from the second").await.status,
        Some(200)
    );
    ana.texts("from the first again").await;
    step.answer();
    assert_eq!(ana.hears().await, "T1 from the first");
    step.answer();
    step.answer();
    assert_eq!(ana.hears().await, "T3 from the first again");
    house.is_at_rest().await;
    let to_second: Vec<_> = house
        .sim
        .sent_to(SECOND)
        .into_iter()
        .map(|text| text.body)
        .collect();
    assert_eq!(
        to_second,
        ["T2 from the second"],
        "the answer goes to the phone that asked"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_texts_at_once_are_each_in_exactly_one_turn_in_order() {
    let model: Arc<Scripted> = adds_what_it_reads();
    let house = Plan::default().model(&model).build().await;
    let ana = house.resident(ANA).await;
    for n in 0..10 {
        ana.texts(&format!("n{n}")).await;
    }
    house.is_at_rest().await;
    let mut all: Vec<String> = Vec::new();
    for body in said(&house) {
        let (_, titles) = body.split_once(' ').expect("a label");
        all.extend(titles.split(" + ").map(str::to_owned));
    }
    assert_eq!(all, (0..10).map(|n| format!("n{n}")).collect::<Vec<_>>());
    let orphans = "select count(*) from messages m left join turns t on t.id = m.turn_id
                   where m.state <> 'done' or t.state is distinct from 'done'";
    assert_eq!(house.db.count(orphans).await, 0);
}

fn said(house: &House) -> Vec<String> {
    house
        .sim
        .sent_to(ANA)
        .into_iter()
        .map(|text| text.body)
        .collect()
}
