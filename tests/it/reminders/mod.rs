//! Reminders by text: set, listed, changed, put off, done; what each says, and that each can be taken back.

mod carried;
mod lately;
mod taken_back;

use crate::{
    firing::{all_fired, open_at, turn},
    house::{ANA, BEN, House, OWN, PATIENCE},
};

/// A Monday in New York.
pub const MONDAY: &str = "2026-11-23T10:00:00";

pub async fn monday() -> House {
    open_at(MONDAY).await
}

/// Turns the clock and waits until what came due is said.
pub async fn at(house: &House, wall: &str) {
    turn(&house.clock, wall);
    all_fired(house).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_is_set_listed_said_once_and_done() {
    let house = monday().await;
    let ana = house.resident(ANA).await;
    assert_eq!(
        ana.asks("remind me tomorrow at 5pm to call mom").await,
        "R1 Tue Nov 24, 5:00 PM call mom"
    );
    assert_eq!(
        ana.asks("my reminders").await,
        "Your reminders:\n1. Tue Nov 24, 5:00 PM call mom [R1]"
    );
    at(&house, "2026-11-24T17:00:01").await;
    assert_eq!(ana.hears().await, "Reminder R1: call mom");
    assert_eq!(
        ana.asks("my reminders").await,
        "No reminders. Try \"remind me tomorrow at 9 to call mom\"."
    );
    assert_eq!(ana.asks("done").await, "Done: R1 call mom");
    assert_eq!(ana.asks("done R1").await, "R1 call mom was done already.");
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_in_doubt_is_asked_about_and_the_answer_keeps_the_day() {
    let house = monday().await;
    let ana = house.resident(ANA).await;
    assert_eq!(
        ana.asks("remind me sunday at 1 o'clock to call ana").await,
        "1:00 AM or 1:00 PM?"
    );
    assert_eq!(house.db.count("select count(*) from reminders").await, 0);
    assert_eq!(ana.asks("pm").await, "R1 Sun Nov 29, 1:00 PM call ana");
    // an answer settles a question once
    assert!(ana.asks("am").await.starts_with("I did not understand"));

    assert_eq!(
        ana.asks("remind me to call ben sunday at 1 o'clock").await,
        "1:00 AM or 1:00 PM?"
    );
    assert_eq!(
        ana.asks("in the afternoon").await,
        "R2 Sun Nov 29, 1:00 PM call ben"
    );
    // a new wish drops the question
    ana.asks("remind me sunday at 1 o'clock to call eve").await;
    assert_eq!(ana.asks("add milk to groceries").await, "G1 milk");
    assert!(ana.asks("pm").await.starts_with("I did not understand"));
    assert_eq!(house.db.count("select count(*) from reminders").await, 2);
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_past_is_refused_and_what_is_there_is_not_doubled() {
    let house = monday().await;
    let ana = house.resident(ANA).await;
    let past = ana.asks("remind me today at 9am to call mom").await;
    assert!(past.contains("is past"), "{past}");
    assert_eq!(house.db.count("select count(*) from reminders").await, 0);
    ana.asks("remind me tomorrow at 5pm to call mom").await;
    assert_eq!(
        ana.asks("remind me to Call Mom tomorrow at 17:00").await,
        "Already there: R1 Tue Nov 24, 5:00 PM call mom"
    );
    assert_eq!(
        ana.asks("remind me to call mom").await,
        "When should I remind you: call mom? Try \"remind me tomorrow at 9 to call mom\"."
    );
    assert_eq!(house.db.count("select count(*) from reminders").await, 1);
    assert_eq!(
        house
            .db
            .count("select count(*) from alarms where state = 'planned'")
            .await,
        1
    );
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_without_a_time_is_nine_and_that_is_said() {
    let house = monday().await;
    let ana = house.resident(ANA).await;
    assert_eq!(
        ana.asks("remind me on friday to pay rent").await,
        "R1 Fri Nov 27, 9:00 AM pay rent\nI took it that no time means 9:00 AM."
    );
    assert_eq!(
        house
            .db
            .count("select count(*) from reminders where not exact")
            .await,
        1,
        "the time was ours"
    );
    let shift = ana
        .asks("remind me on march 14 2027 at 2:30am to look at the clock")
        .await;
    assert_eq!(
        shift,
        "R2 Sun Mar 14 2027, 3:00 AM look at the clock\nClocks go forward that day and skip that time: it is 3:00 AM instead."
    );
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_series_goes_on_after_done_and_one_of_it_can_be_left_out() {
    let house = monday().await;
    let ana = house.resident(ANA).await;
    assert_eq!(
        ana.asks("remind me every day at 9am to take pills").await,
        "R1 every day at 9:00 AM take pills (next Tue Nov 24)"
    );
    at(&house, "2026-11-24T09:00:01").await;
    assert_eq!(ana.hears().await, "Reminder R1: take pills");
    assert_eq!(
        ana.asks("done").await,
        "Done: R1 take pills. Next: Wed Nov 25, 9:00 AM"
    );
    let again = ana.asks("done R1").await;
    assert!(again.contains("nothing of it waits for you"), "{again}");
    assert_eq!(
        ana.asks("skip the next R1").await,
        "R1 skips Wed Nov 25, 9:00 AM, next Thu Nov 26, 9:00 AM: take pills"
    );
    at(&house, "2026-11-25T09:00:01").await;
    ana.hears_nothing_more().await;
    at(&house, "2026-11-26T09:00:01").await;
    assert_eq!(ana.hears().await, "Reminder R1: take pills");
    assert_eq!(ana.asks("delete R1").await, "Deleted: R1 take pills");
    at(&house, "2026-11-28T09:00:01").await;
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_keeps_what_was_not_said() {
    let house = monday().await;
    let ana = house.resident(ANA).await;
    ana.asks("remind me friday at 3pm to call mom").await;
    assert_eq!(
        ana.asks("change R1 to 6pm").await,
        "Changed: R1 Fri Nov 27, 6:00 PM call mom"
    );
    assert_eq!(
        ana.asks("move R1 to saturday").await,
        "Changed: R1 Sat Nov 28, 6:00 PM call mom"
    );
    assert_eq!(
        ana.asks("rename R1 to call dad").await,
        "Changed: R1 Sat Nov 28, 6:00 PM call dad"
    );
    assert_eq!(
        ana.asks("move the dad reminder to tomorrow at 9am").await,
        "Changed: R1 Tue Nov 24, 9:00 AM call dad"
    );
    assert_eq!(
        ana.asks("change R1 to every friday at 9am").await,
        "Changed: R1 every Friday at 9:00 AM call dad (next Fri Nov 27)"
    );
    let refused = ana.asks("move R1 to saturday").await;
    assert!(refused.contains("comes again and again"), "{refused}");
    assert_eq!(
        ana.asks("change R1 to 10am").await,
        "Changed: R1 every Friday at 10:00 AM call dad (next Fri Nov 27)"
    );
    assert_eq!(
        house
            .db
            .count("select count(*) from alarms where state = 'planned'")
            .await,
        1
    );
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_nags_until_it_is_done() {
    let house = monday().await;
    let ana = house.resident(ANA).await;
    assert_eq!(
        ana.asks("nag me every 10 minutes to take the bins out until done")
            .await,
        "R1 Mon Nov 23, 10:10 AM take the bins out, again every 10 minutes until done"
    );
    at(&house, "2026-11-23T10:10:30").await;
    assert_eq!(ana.hears().await, "Reminder R1: take the bins out");
    at(&house, "2026-11-23T10:21:00").await;
    assert_eq!(ana.hears().await, "Reminder R1: take the bins out (again)");
    assert_eq!(ana.asks("done").await, "Done: R1 take the bins out");
    at(&house, "2026-11-23T10:41:00").await;
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_silences_until_its_day_and_says_how_to_resume() {
    let house = monday().await;
    let ana = house.resident(ANA).await;
    ana.asks("remind me every day at 9am to take pills").await;
    assert_eq!(
        ana.asks("pause reminders till thursday").await,
        "All reminders are paused until Thu Nov 26. \"resume reminders\" turns them on sooner.\n1 that repeats stays silent until then."
    );
    at(&house, "2026-11-25T09:00:10").await;
    ana.hears_nothing_more().await;
    at(&house, "2026-11-26T09:00:10").await;
    assert_eq!(ana.hears().await, "Reminder R1: take pills");
    let paused = ana.asks("pause R1").await;
    assert_eq!(
        paused,
        "Paused: R1 take pills. \"resume R1\" turns it on again."
    );
    assert_eq!(
        ana.asks("my reminders").await,
        "Your reminders:\n1. every day at 9:00 AM take pills (next Fri Nov 27) (paused) [R1]"
    );
    at(&house, "2026-11-28T09:00:10").await;
    ana.hears_nothing_more().await;
    assert_eq!(
        ana.asks("resume R1").await,
        "On again: R1 every day at 9:00 AM take pills (next Sun Nov 29)"
    );
    at(&house, "2026-11-29T09:00:10").await;
    assert_eq!(ana.hears().await, "Reminder R1: take pills");
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_goes_to_the_number_that_asked_for_it() {
    let house = monday().await;
    let ana = house.resident(ANA).await;
    house.db.add_phone(ana.id, BEN).await;
    house
        .sim
        .text(BEN, OWN, "remind me at 11am to call mom")
        .await;
    let texts = house.sim.wait_for(BEN, 1, PATIENCE).await;
    assert_eq!(texts[0].body, "R1 Mon Nov 23, 11:00 AM call mom");
    at(&house, "2026-11-23T11:00:01").await;
    let texts = house.sim.wait_for(BEN, 2, PATIENCE).await;
    assert_eq!(texts[1].body, "Reminder R1: call mom");
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whether_it_was_sent_is_told_from_the_rows() {
    let house = monday().await;
    let ana = house.resident(ANA).await;
    assert_eq!(
        ana.asks("did it send?").await,
        "Nothing was due in the last 7 days."
    );
    ana.asks("remind me at 11am to call mom").await;
    ana.asks("remind me at 4pm to buy milk").await;
    at(&house, "2026-11-23T11:00:01").await;
    ana.hears().await;
    house.is_at_rest().await;
    let it = ana.asks("did it send?").await;
    assert!(it.starts_with("11:00 AM R1 call mom: sent 11:00:"), "{it}");
    let all = ana.asks("what did you send me today?").await;
    let lines: Vec<_> = all.lines().collect();
    assert_eq!(lines.len(), 2, "{all}");
    assert_eq!(lines[1], "4:00 PM R2 buy milk: planned");
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_once_is_put_off_to_the_end_of_a_pause_and_it_says_so() {
    let house = monday().await;
    let ana = house.resident(ANA).await;
    ana.asks("remind me tomorrow at 5pm to call mom").await;
    ana.asks("remind me every day at 9am to take pills").await;
    assert_eq!(
        ana.asks("pause reminders till thursday").await,
        "All reminders are paused until Thu Nov 26. \"resume reminders\" turns them on sooner.\n\
         1 of them is due before that and comes when the pause ends.\n1 that repeats stays silent until then."
    );
    at(&house, "2026-11-25T12:00:10").await;
    ana.hears_nothing_more().await;
    at(&house, "2026-11-26T00:00:10").await;
    let late = ana.hears().await;
    assert!(late.starts_with("Reminder R1: call mom (was due"), "{late}");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_reminders_are_deleted_after_a_confirmation_and_brought_back() {
    let house = monday().await;
    let ana = house.resident(ANA).await;
    ana.asks("remind me tomorrow at 5pm to call mom").await;
    ana.asks("remind me every day at 9am to take pills").await;
    let question = ana.asks("delete all reminders").await;
    assert!(question.starts_with("Delete 2 reminders ("), "{question}");
    assert_eq!(house.db.count("select count(*) from reminders").await, 2);
    let (_, code) = question.split_once("text ").expect("a code");
    let code: String = code.chars().take_while(char::is_ascii_digit).collect();
    let done = ana.asks(&format!("yes {code}")).await;
    assert_eq!(
        done, "Deleted 2 reminders. \"undo\" brings them back.",
        "{question}"
    );
    assert_eq!(house.db.count("select count(*) from reminders").await, 0);
    ana.asks("undo").await;
    assert_eq!(house.db.count("select count(*) from reminders").await, 2);
    assert_eq!(
        house
            .db
            .count("select count(*) from alarms where state = 'planned'")
            .await,
        2
    );
}
