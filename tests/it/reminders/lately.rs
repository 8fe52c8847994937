//! "done", "snooze" and "that" without a name: what was said or done just now, and a question when that is not one.

use super::{at, monday};
use crate::house::ANA;

#[tokio::test(flavor = "multi_thread")]
async fn a_bare_snooze_is_of_the_one_reminder_said_lately() {
    let house = monday().await;
    let ana = house.resident(ANA).await;
    let none =
        "No reminder came in the last 2 hours that waits for you. \"my reminders\" shows them all.";
    assert_eq!(ana.asks("snooze").await, none);
    assert_eq!(ana.asks("done").await, none);
    ana.asks("remind me at 11am to call mom").await;
    let early = ana.asks("snooze R1 20").await;
    assert!(early.contains("was not due yet"), "{early}");
    at(&house, "2026-11-23T11:00:01").await;
    assert_eq!(ana.hears().await, "Reminder R1: call mom");
    assert_eq!(
        ana.asks("snooze 20").await,
        "R1 again Mon Nov 23, 11:20 AM: call mom"
    );
    assert_eq!(
        ana.asks("snooze").await,
        none,
        "what was put off waits for no answer"
    );
    at(&house, "2026-11-23T11:20:30").await;
    assert_eq!(ana.hears().await, "Reminder R1: call mom");
    let tomorrow = ana.asks("snooze till tomorrow").await;
    assert_eq!(tomorrow, "R1 again Tue Nov 24, 11:00 AM: call mom");
    at(&house, "2026-11-24T11:00:30").await;
    assert_eq!(ana.hears().await, "Reminder R1: call mom");
    at(&house, "2026-11-24T13:30:00").await;
    assert_eq!(ana.asks("done").await, none, "two hours are over");
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn among_several_it_is_asked_which_and_place_label_or_words_answer() {
    let house = monday().await;
    let ana = house.resident(ANA).await;
    for (answer, line) in [
        ("2", "Done: R1 call mom"),
        ("r4", "Done: R4 take pills"),
        ("Call mom", "Done: R5 call mom"),
    ] {
        ana.asks("remind me in 10 minutes to call mom").await;
        ana.asks("remind me in 11 minutes to take pills").await;
        house
            .clock
            .advance(jiff::SignedDuration::from_secs(11 * 60 + 15));
        crate::firing::all_fired(&house).await;
        let mut said = vec![ana.hears().await, ana.hears().await];
        said.sort();
        assert!(
            said[0].ends_with("call mom") && said[1].ends_with("take pills"),
            "{said:?}"
        );
        let question = ana.asks("done").await;
        assert!(question.starts_with("Which one?\n1. R"), "{question}");
        assert!(
            question.contains("take pills\n2. R"),
            "the latest first: {question}"
        );
        assert_eq!(ana.asks(answer).await, line);
        // the other one is the only one now
        assert!(ana.asks("done").await.starts_with("Done: R"));
    }
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn that_is_what_was_done_or_said_last() {
    let house = monday().await;
    let ana = house.resident(ANA).await;
    ana.asks("add a task: renew passport by friday").await;
    assert_eq!(
        ana.asks("remind me about that tomorrow at 9am").await,
        "R1 Tue Nov 24, 9:00 AM renew passport"
    );
    ana.asks("add milk to groceries").await;
    assert_eq!(
        ana.asks("remind me about that at 5pm").await,
        "R2 Mon Nov 23, 5:00 PM milk"
    );
    // a task that is done is not reminded of
    assert_eq!(ana.asks("done T1").await, "Done: T1 renew passport");
    at(&house, "2026-11-23T17:00:01").await;
    assert_eq!(ana.hears().await, "Reminder R2: milk");
    assert_eq!(
        ana.asks("remind me of that on wednesday at 8am").await,
        "R3 Wed Nov 25, 8:00 AM milk"
    );
    at(&house, "2026-11-24T09:00:01").await;
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_is_there_that_is_asked_about() {
    let house = monday().await;
    let ana = house.resident(ANA).await;
    assert_eq!(
        ana.asks("remind me about that tomorrow").await,
        "What should I remind you of? Try \"remind me tomorrow at 9 to call mom\"."
    );
    assert_eq!(
        ana.asks("remind me about T7 tomorrow").await,
        "There is no T7."
    );
    assert_eq!(
        ana.asks("delete the dentist reminder").await,
        "I found no reminder \"dentist\". \"my reminders\" shows them."
    );
    assert_eq!(house.db.count("select count(*) from reminders").await, 0);
    ana.hears_nothing_more().await;
}
