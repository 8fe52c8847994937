//! Tasks, deeper: what to do next and why, effort, waiting, steps, projects, repetition, and what slips; by text and by REST.

use std::sync::Arc;

use assistant::model::{Answer, Scripted};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    client::{Client, TASKS, one},
    house::{ANA, BEN, House, Plan},
    scripts::{call, calls},
    wire::plain,
};

fn today(house: &House) -> Date {
    TimeZone::UTC.to_datetime(house.clock.now()).date()
}

fn said(day: Date) -> String {
    day.strftime("%a %b %-d").to_string()
}

/// A house whose clock stands at ten in the morning of a Monday, so that no day ends within a test.
async fn house() -> House {
    let clock = assistant::clock::Clock::default();
    let now = clock.now();
    let monday: Timestamp = "2027-03-01T10:00:00Z".parse().expect("a time");
    clock.advance(monday.duration_since(now));
    Plan::default().clock(&clock).build().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_to_do_next_is_one_task_with_its_reason_and_what_else_the_one_behind_it() {
    let house = house().await;
    let ana = house.resident(ANA).await;
    assert_eq!(ana.asks("what should I do next?").await, "No open tasks.");
    ana.asks("add a task: renew passport by tomorrow").await;
    ana.asks("add a task: read the report").await;
    ana.asks("add an urgent task: fix the sink").await;
    assert_eq!(
        ana.asks("T1 takes 15 min").await,
        "Changed: T1 renew passport, due Tue Mar 2, 15 min"
    );
    assert_eq!(
        ana.asks("what should I do next?").await,
        "T1 renew passport: due tomorrow, 15 min\n2 more: \"what else?\""
    );
    assert_eq!(ana.asks("what else?").await, "T3 fix the sink: important");
    assert_eq!(
        ana.asks("what else?").await,
        "T2 read the report: longest on your list"
    );
    assert_eq!(ana.asks("what else?").await, "That is all there is to do.");
    ana.asks("what should i do next").await;
    ana.asks("done 1").await;
    assert_eq!(
        ana.asks("what else?").await,
        "T3 fix the sink: important\n1 more: \"what else?\"",
        "what was done is no longer in front"
    );
    assert_eq!(
        ana.asks("what can i do in 20 minutes").await,
        "I know of no task that takes 20 min or less."
    );
    ana.asks("T2 takes a quarter of an hour").await;
    ana.asks("T2 takes 10 minutes").await;
    assert_eq!(
        ana.asks("what can i do in 20 minutes").await,
        "T2 read the report: 10 min"
    );
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_somebody_is_not_offered_until_they_answer() {
    let house = house().await;
    let ana = house.resident(ANA).await;
    ana.asks("add a task: sign the lease by today").await;
    ana.asks("add a task: sweep").await;
    assert_eq!(
        ana.asks("waiting for Tom on T1").await,
        "Changed: T1 sign the lease, due Mon Mar 1, waiting for Tom"
    );
    assert_eq!(
        ana.asks("what should i do next").await,
        "T2 sweep: longest on your list"
    );
    assert_eq!(
        ana.asks("my tasks").await,
        "Your tasks:\n1. sign the lease, due Mon Mar 1, waiting for Tom [T1]\n2. sweep [T2]"
    );
    ana.asks("done T2").await;
    assert_eq!(
        ana.asks("what should i do next").await,
        "Everything open waits for somebody. First to ask about: T1 sign the lease: waiting for Tom, due today"
    );
    assert_eq!(
        ana.asks("what am i waiting for").await,
        "Waiting:\n1. sign the lease, due Mon Mar 1, waiting for Tom [T1]"
    );
    assert_eq!(ana.asks("ana answered").await, "No task waits for ana.");
    assert_eq!(
        ana.asks("tom answered").await,
        "Goes on: T1 sign the lease, due Mon Mar 1"
    );
    assert_eq!(
        ana.asks("undo").await,
        "Undone: back to T1 sign the lease, due Mon Mar 1, waiting for Tom"
    );
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_is_broken_down_into_steps_and_the_last_one_offers_the_whole() {
    let house = house().await;
    let ana = house.resident(ANA).await;
    assert_eq!(
        ana.asks("break down 'move house'").await,
        "What are the steps? Try \"break down move house: first step, second step\"."
    );
    ana.asks("add an urgent task: move house by friday").await;
    assert_eq!(
        ana.asks("break down move house").await,
        "What are the steps? Try \"break down T1: first step, second step\"."
    );
    assert_eq!(
        ana.asks("break down move house: call movers, pack, clean")
            .await,
        "T1 move house: T2 call movers, T3 pack, T4 clean\n\"drop T4\" takes one out."
    );
    assert_eq!(ana.asks("drop 3").await, "Deleted: T4 clean");
    assert_eq!(
        ana.asks("my tasks").await,
        "Your tasks:\n1. move house, due Fri Mar 5 (high), 2 steps [T1]"
    );
    assert_eq!(
        ana.asks("what should i do next").await,
        "T2 call movers: due Fri Mar 5, important, a step of move house\n1 more: \"what else?\""
    );
    assert_eq!(ana.asks("done T2").await, "Done: T2 call movers");
    assert_eq!(
        ana.asks("steps of T1").await,
        "Steps of T1 move house:\n1. call movers, done [T2]\n2. pack [T3]"
    );
    assert_eq!(
        ana.asks("my tasks").await,
        "Your tasks:\n1. move house, due Fri Mar 5 (high), 1 of 2 steps done [T1]"
    );
    assert_eq!(
        ana.asks("done T3").await,
        "Done: T3 pack\nThat was the last step of T1 move house: \"done T1\"?"
    );
    assert_eq!(ana.asks("done T1").await, "Done: T1 move house");
    ana.asks("undo 2").await;
    assert_eq!(
        ana.asks("done T1").await,
        "Done: T3\nDone: T1 move house, with 1 step",
        "what is done is done with its steps"
    );
    ana.asks("undo").await;
    ana.asks("delete T1").await;
    assert_eq!(ana.asks("my tasks").await, "No open tasks.");
    ana.asks("undo").await;
    assert_eq!(
        ana.asks("break down T3: more").await,
        "T3 pack is a step itself."
    );
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_proposes_steps_by_calling_the_tool_and_an_undo_drops_them_all() {
    let model = Arc::new(Scripted::with(|prompt| match prompt.results.len() {
        0 => calls([call(
            "break_down",
            json!({"task": "plan a party", "steps": ["pick a day", "invite people", "order food"]}),
        )]),
        _ => Answer::default(),
    }));
    let house = Plan::default().model(&model).build().await;
    let ana = house.resident(ANA).await;
    assert_eq!(
        ana.asks("help me get going with the party").await,
        "T1 plan a party: T2 pick a day, T3 invite people, T4 order food\n\"drop T4\" takes one out."
    );
    assert_eq!(
        house
            .db
            .count("select count(*) from tasks where parent_id is not null")
            .await,
        3
    );
    ana.asks("undo").await;
    assert_eq!(house.db.count("select count(*) from tasks").await, 0);
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_of_a_project_are_added_moved_and_listed_by_its_name() {
    let house = house().await;
    let ana = house.resident(ANA).await;
    assert_eq!(
        ana.asks("project kitchen: call plumber, buy tiles").await,
        "T1 call plumber, in kitchen\nT2 buy tiles, in kitchen"
    );
    ana.asks("add a task: paint").await;
    assert_eq!(
        ana.asks("move T3 to project Kitchen").await,
        "Changed: T3 paint, in Kitchen"
    );
    assert_eq!(
        ana.asks("tasks in kitchen").await,
        "Tasks in kitchen:\n1. call plumber [T1]\n2. buy tiles [T2]\n3. paint [T3]"
    );
    ana.asks("done 2").await;
    assert_eq!(
        ana.asks("my projects").await,
        "Projects:\nKitchen: 2 open, 1 done"
    );
    assert_eq!(
        ana.asks("tasks in garden").await,
        "No open tasks in garden."
    );
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn done_brings_the_next_one_exactly_once_and_undo_takes_it_back() {
    let house = house().await;
    let ana = house.resident(ANA).await;
    assert_eq!(
        ana.asks("water plants every 3 days").await,
        "T1 water plants, due Mon Mar 1, every 3 days"
    );
    ana.asks("remind me on the morning of T1 to water").await;
    assert_eq!(
        ana.asks("done T1").await,
        "Done: T1 water plants. Next: T2, due Thu Mar 4"
    );
    assert_eq!(
        ana.asks("done T1").await,
        "T1 water plants was done already."
    );
    assert_eq!(
        ana.asks("undo").await,
        "Undone: back to T1 water plants, due Mon Mar 1, every 3 days, T2 is gone"
    );
    assert_eq!(
        ana.asks("done T1").await,
        "Done: T1 water plants. Next: T3, due Thu Mar 4"
    );
    ana.asks("reopen T1").await;
    assert_eq!(
        ana.asks("done T1").await,
        "Done: T1 water plants",
        "the next one is there already"
    );
    ana.asks("rename T3 to water the plants").await;
    ana.asks("undo T3").await;
    house.clock.advance(SignedDuration::from_hours(24 * 4));
    // a day late: by the calendar the days stand
    assert_eq!(
        ana.asks("done T3").await,
        "Done: T3 water plants. Next: T4, due Sun Mar 7"
    );
    assert_eq!(
        ana.asks("clean the oven every 2 weeks after I finish")
            .await,
        "T5 clean the oven, due Fri Mar 5, every 2 weeks after it is done"
    );
    house.clock.advance(SignedDuration::from_hours(24 * 2));
    assert_eq!(
        ana.asks("done T5").await,
        "Done: T5 clean the oven. Next: T6, due Sun Mar 21"
    );
    assert_eq!(
        ana.asks("stop repeating T6").await,
        "Changed: T6 clean the oven, due Sun Mar 21"
    );
    assert_eq!(ana.asks("done T6").await, "Done: T6 clean the oven");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_slipped_three_times_is_offered_to_be_split_or_dropped_once() {
    let house = house().await;
    let ana = house.resident(ANA).await;
    ana.asks("add a task: taxes by today").await;
    for day in ["tomorrow", "wednesday", "thursday"] {
        ana.asks(&format!("move T1 to {day}")).await;
        house.clock.advance(SignedDuration::from_hours(24));
    }
    assert_eq!(
        ana.asks("my tasks").await,
        "Your tasks:\n1. taxes, due Thu Mar 4 [T1]\nT1 has slipped 3 times: \"break down T1\" or \"drop T1\", if you like."
    );
    assert_eq!(
        ana.asks("my tasks").await,
        "Your tasks:\n1. taxes, due Thu Mar 4 [T1]",
        "nobody is nagged twice for the same"
    );
    ana.asks("walk the dog every day").await;
    house.clock.advance(SignedDuration::from_hours(24 * 3));
    assert_eq!(
        ana.asks("done T2").await,
        "Done: T2 walk the dog. Next: T3, due Mon Mar 8\nT3 has slipped 3 times: \"break down T3\" or \"drop T3\", if you like."
    );
    house.clock.advance(SignedDuration::from_hours(24 * 5));
    assert_eq!(
        ana.asks("done T3").await,
        "Done: T3 walk the dog. Next: T4, due Sat Mar 13",
        "nor for what comes again"
    );
    let ben = house.resident(BEN).await;
    ben.asks("short answers").await;
    ben.asks("walk the dog every day").await;
    house.clock.advance(SignedDuration::from_hours(24 * 4));
    assert!(
        !ben.asks("my tasks").await.contains("slipped"),
        "short is short"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_new_fields_are_read_and_written_over_rest() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    let ben = house.resident(BEN).await;
    let (client, bens) = (Client::of(&ana).await, Client::of(&ben).await);
    let day = today(&house);
    let made = json!({"title": "water plants", "minutes": 15, "waiting_for": " the rain ", "project": "balcony",
        "due_on": day, "repeat": {"rule": "FREQ=DAILY;INTERVAL=3"}});
    let task = client.asks(Method::POST, TASKS, made, 201).await;
    assert_eq!(
        (
            &task["minutes"],
            &task["waiting_for"],
            &task["project"],
            &task["missed"]
        ),
        (&json!(15), &json!("the rain"), &json!("balcony"), &json!(0))
    );
    assert_eq!(
        task["repeat"],
        json!({"rule": "FREQ=DAILY;INTERVAL=3", "from_completion": false})
    );
    assert_eq!(
        client
            .asks(Method::GET, &one(&task), Value::Null, 200)
            .await,
        task
    );
    let step = json!({"title": "fill the can", "parent_id": task["id"]});
    let step = client.asks(Method::POST, TASKS, step, 201).await;
    assert_eq!(step["parent_id"], task["id"]);
    let next = client
        .asks(Method::GET, "/api/v1/me/next-tasks", Value::Null, 200)
        .await;
    assert_eq!(next["items"][0]["task"]["label"], "T2");
    assert_eq!(
        next["items"][0]["reason"],
        "due today, a step of water plants"
    );
    let projects = client
        .asks(Method::GET, "/api/v1/me/projects", Value::Null, 200)
        .await;
    assert_eq!(
        projects["items"],
        json!([{"name": "balcony", "open": 1, "done": 0}])
    );
    let change = json!({"minutes": null, "waiting_for": null, "done": true});
    let done = client
        .asks(Method::PATCH, &one(&task), change.clone(), 200)
        .await;
    assert_eq!(
        (&done["done"], &done["minutes"]),
        (&json!(true), &Value::Null)
    );
    client.asks(Method::PATCH, &one(&task), change, 200).await;
    let all = client.asks(Method::GET, TASKS, Value::Null, 200).await;
    let all = all["items"].as_array().expect("items");
    assert_eq!(all.len(), 3, "the next one came once: {all:#?}");
    assert_eq!(all[1]["done"], true, "with its steps");
    assert_eq!(
        all[2]["due_on"],
        json!(day.saturating_add(3.days())),
        "{}",
        said(day)
    );
    for wrong in [
        json!({"minutes": 0}),
        json!({"project": ""}),
        json!({"waiting_for": "x".repeat(101)}),
        json!({"repeat": {"rule": "FREQ=HOURLY"}}),
        json!({"repeat": {"rule": "often"}}),
        json!({"parent_id": all[2]["id"]}),
    ] {
        client.asks(Method::PATCH, &one(&all[2]), wrong, 400).await;
    }
    // another one's task is no parent
    let theirs = json!({"title": "x", "parent_id": all[2]["id"]});
    bens.asks(Method::POST, TASKS, theirs, 400).await;
    let none = bens
        .asks(Method::GET, "/api/v1/me/projects", Value::Null, 200)
        .await;
    assert_eq!(none["items"], json!([]));
}
