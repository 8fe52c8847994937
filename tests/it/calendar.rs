//! The calendar through texts: adding, agendas, conflicts, series and their surgery, free time, the day at a glance.

use assistant::clock::Clock;
use jiff::Timestamp;

use crate::house::{ANA, BEN, House, Plan, Resident};

/// A clock that stands at this instant, and goes on from there.
pub fn clock_at(instant: &str) -> Clock {
    let clock = Clock::default();
    let to: Timestamp = instant.parse().expect("an instant");
    clock.advance(to.duration_since(clock.now()));
    clock
}

/// Monday, Nov 23 2026, 10:15 in New York.
async fn house() -> House {
    Plan::default()
        .clock(&clock_at("2026-11-23T10:15:00-05:00"))
        .build()
        .await
}

/// Every row of the calendar but for when it was changed.
async fn rows(house: &House) -> Vec<String> {
    let sql = "select (to_jsonb(e) - 'changed_at')::text from events e order by number, id";
    sqlx::query_scalar(sql)
        .fetch_all(&house.db.admin)
        .await
        .expect("rows")
}

/// Says `texts` one after the other, each undone and said again: what an undo leaves is what was there.
async fn each_undone(ana: &Resident<'_>, texts: &[(&str, &str)]) {
    for (text, answer) in texts {
        let before = rows(ana.house).await;
        assert_eq!(ana.asks(text).await, *answer, "{text}");
        assert_ne!(rows(ana.house).await, before, "{text} changed nothing");
        let undone = ana.asks("undo").await;
        assert!(undone.starts_with("Undone: "), "{text}: {undone}");
        assert_eq!(rows(ana.house).await, before, "{text}, undone");
        ana.asks(text).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appointment_is_added_found_moved_and_cancelled_and_each_is_undone() {
    let house = house().await;
    let ana = house.resident(ANA).await;
    assert_eq!(
        ana.asks("lunch with sam friday 12:30 at Joe's for 45m")
            .await,
        "E1 Fri Nov 27, 12:30-1:15 PM lunch with sam @ Joe's"
    );
    assert_eq!(
        ana.asks("what's on friday?").await,
        "Fri Nov 27:\n1. 12:30-1:15 PM lunch with sam @ Joe's [E1]"
    );
    assert_eq!(
        ana.asks("when is lunch with sam?").await,
        "1. Fri Nov 27, 12:30-1:15 PM lunch with sam @ Joe's [E1]"
    );
    assert_eq!(
        ana.asks("when is the opera?").await,
        "I found no event \"opera\". \"agenda\" shows what is coming."
    );
    each_undone(
        &ana,
        &[
            (
                "move lunch to 1pm",
                "Changed: E1 Fri Nov 27, 1:00-1:45 PM lunch with sam @ Joe's",
            ),
            (
                "move E1 to saturday",
                "Changed: E1 Sat Nov 28, 1:00-1:45 PM lunch with sam @ Joe's",
            ),
            (
                "push E1 back 30 minutes",
                "Changed: E1 Sat Nov 28, 1:30-2:15 PM lunch with sam @ Joe's",
            ),
            (
                "rename E1 to late lunch",
                "Changed: E1 Sat Nov 28, 1:30-2:15 PM late lunch @ Joe's",
            ),
            (
                "E1 is at Ann's",
                "Changed: E1 Sat Nov 28, 1:30-2:15 PM late lunch @ Ann's",
            ),
            (
                "cancel lunch",
                "Deleted: E1 Sat Nov 28, 1:30-2:15 PM late lunch @ Ann's",
            ),
        ],
    )
    .await;
    assert_eq!(
        ana.asks("agenda").await,
        "Nothing planned from Mon Nov 23 to Sun Nov 29."
    );
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_for_granted_is_said_and_what_is_open_is_asked() {
    let house = house().await;
    let ana = house.resident(ANA).await;
    assert_eq!(
        ana.asks("dentist tomorrow at 3pm").await,
        "E1 Tue Nov 24, 3:00-4:00 PM dentist\n1 h long."
    );
    assert_eq!(
        ana.asks("add event brunch with ana sunday at 1 o'clock for 90 minutes")
            .await,
        "1:00 AM or 1:00 PM?"
    );
    assert_eq!(
        ana.asks("pm").await,
        "E2 Sun Nov 29, 1:00-2:30 PM brunch with ana"
    );
    assert_eq!(
        ana.asks("new event: vacation dec 20 through 27").await,
        "E3 Sun Dec 20 to Sun Dec 27 vacation"
    );
    assert_eq!(
        ana.asks("add company holiday dec 24 to my calendar").await,
        "E4 Thu Dec 24 (all day) company holiday"
    );
    assert_eq!(
        ana.asks("what's on dec 24?").await,
        "Thu Dec 24:\n1. until Sun Dec 27 vacation [E3]\n2. all day company holiday [E4]"
    );
    // one that names a list's place
    assert_eq!(
        ana.asks("cancel 2").await,
        "Deleted: E4 Thu Dec 24 (all day) company holiday"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_is_said_with_free_times_nearby_and_the_event_is_added_all_the_same() {
    let house = house().await;
    let ana = house.resident(ANA).await;
    ana.asks("dentist friday at 12pm for 1 hour").await;
    assert_eq!(
        ana.asks("lunch with sam friday 12:30pm for 45m").await,
        "E2 Fri Nov 27, 12:30-1:15 PM lunch with sam\nOverlaps E1 dentist 12:00-1:00 PM. Free nearby: 11:00 AM, 1:00 PM."
    );
    assert_eq!(
        ana.asks("undo").await,
        "Undone: removed E2 Fri Nov 27, 12:30-1:15 PM lunch with sam"
    );
    // side by side is no conflict, and neither is a whole day
    assert_eq!(
        ana.asks("lunch with sam friday 1pm for 45m").await,
        "E3 Fri Nov 27, 1:00-1:45 PM lunch with sam"
    );
    ana.asks("add day off friday to my calendar").await;
    assert_eq!(
        ana.asks("move lunch to 12:45pm").await,
        "Changed: E3 Fri Nov 27, 12:45-1:30 PM lunch with sam\nOverlaps E1 dentist 12:00-1:00 PM. Free nearby: 11:00 AM, 1:00 PM."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_series_asks_how_much_of_it_is_meant_and_every_answer_can_be_undone() {
    let house = house().await;
    let ana = house.resident(ANA).await;
    assert_eq!(
        ana.asks("standup every weekday at 9am for 15 minutes")
            .await,
        "E1 Tue Nov 24, 9:00-9:15 AM standup, every weekday"
    );
    let before = rows(&house).await;
    let question = "E1 standup is every weekday. Change 1 only Tue Nov 24, 2 that and the following, or 3 all?";
    for (answer, agenda) in [
        (
            "1",
            "Tue Nov 24:\n1. 10:00-10:15 AM standup [E2]\nWed Nov 25:\n2. 9:00-9:15 AM standup [E1]",
        ),
        (
            "this and following",
            "Tue Nov 24:\n1. 10:00-10:15 AM standup [E1]\nWed Nov 25:\n2. 10:00-10:15 AM standup [E1]",
        ),
        (
            "all",
            "Tue Nov 24:\n1. 10:00-10:15 AM standup [E1]\nWed Nov 25:\n2. 10:00-10:15 AM standup [E1]",
        ),
    ] {
        assert_eq!(ana.asks("move the standup to 10am").await, question);
        let said = ana.asks(answer).await;
        assert!(said.starts_with("Changed: E"), "{answer}: {said}");
        assert_eq!(
            ana.asks("what's on from tomorrow to wednesday").await,
            agenda,
            "{answer}"
        );
        let undone = ana.asks("undo").await;
        assert!(undone.starts_with("Undone: "), "{undone}");
        assert_eq!(rows(&house).await, before, "{answer}, undone");
    }
    let question = "E1 standup is every weekday. Delete 1 only Tue Nov 24, 2 that and the following, or 3 all?";
    for (answer, said) in [
        (
            "only this one",
            "Deleted: E1 Tue Nov 24, 9:00-9:15 AM standup",
        ),
        ("2", "Deleted: E1 standup from Tue Nov 24, 9:00-9:15 AM on"),
        (
            "3",
            "Deleted: E1 Tue Nov 24, 9:00-9:15 AM standup, every weekday",
        ),
    ] {
        assert_eq!(ana.asks("cancel the standup").await, question);
        assert_eq!(ana.asks(answer).await, said);
        let undone = ana.asks("undo").await;
        assert!(undone.starts_with("Undone: "), "{undone}");
        assert_eq!(rows(&house).await, before, "{answer}, undone");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_that_is_named_means_that_occurrence() {
    let house = house().await;
    let ana = house.resident(ANA).await;
    ana.asks("standup every weekday at 9am for 15 minutes")
        .await;
    assert_eq!(
        ana.asks("cancel the standup on friday").await,
        "Deleted: E1 Fri Nov 27, 9:00-9:15 AM standup"
    );
    assert_eq!(
        ana.asks("what's on friday?").await,
        "Nothing planned on Fri Nov 27."
    );
    ana.asks("what's on wednesday?").await;
    assert_eq!(
        ana.asks("cancel 1").await,
        "Deleted: E1 Wed Nov 25, 9:00-9:15 AM standup"
    );
    assert_eq!(
        ana.asks("what's on this week?").await,
        "Tue Nov 24:\n1. 9:00-9:15 AM standup [E1]\nThu Nov 26:\n2. 9:00-9:15 AM standup [E1]"
    );
    ana.asks("undo").await;
    assert_eq!(
        ana.asks("what's on wednesday?").await,
        "Wed Nov 25:\n1. 9:00-9:15 AM standup [E1]"
    );
    assert_eq!(
        ana.asks("cancel the standup on saturday").await,
        "I found no event \"standup on saturday\". \"agenda\" shows what is coming."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn following_ends_the_old_series_and_keeps_what_was_changed_alone() {
    let house = house().await;
    let ana = house.resident(ANA).await;
    ana.asks("standup every weekday at 9am for 15 minutes")
        .await;
    // Thursday was changed alone; from Wednesday on the series moves
    ana.asks("what's on thursday?").await;
    let renamed = ana.asks("rename 1 to long standup").await;
    assert!(
        renamed.starts_with("Changed: E2 Thu Nov 26, 9:00-9:15 AM long standup"),
        "{renamed}"
    );
    crate::firing::turn(&house.clock, "2026-11-25T08:00:00");
    assert_eq!(
        ana.asks("move E1 to 10am").await,
        "E1 standup is every weekday. Change 1 only Wed Nov 25, 2 that and the following, or 3 all?"
    );
    let moved = ana.asks("this and following").await;
    assert!(moved.starts_with("Changed: E"), "{moved}");
    assert_eq!(
        ana.asks("what's on from today to friday").await,
        "Wed Nov 25:\n1. 10:00-10:15 AM standup [E3]\n\
         Thu Nov 26:\n2. 9:00-9:15 AM long standup [E2]\nFri Nov 27:\n3. 10:00-10:15 AM standup [E3]"
    );
    let ended = "select count(*) from events where number = 1 and rule like '%UNTIL=2026112%'";
    assert_eq!(
        house.db.count(ended).await,
        1,
        "the old series ends on Tuesday"
    );
    let undone = ana.asks("undo").await;
    assert!(undone.starts_with("Undone: "), "{undone}");
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn free_time_is_found_within_working_hours_beside_what_is_busy() {
    let house = house().await;
    let ana = house.resident(ANA).await;
    ana.asks("workshop tomorrow 9am-12pm").await;
    ana.asks("interview tomorrow at 2pm for 1 hour").await;
    assert_eq!(
        ana.asks("am I free tomorrow at 10am?").await,
        "No: E1 Tue Nov 24, 9:00 AM-12:00 PM workshop."
    );
    assert_eq!(
        ana.asks("am I free tomorrow at 4pm?").await,
        "Yes, free Tue Nov 24, 4:00-5:00 PM."
    );
    assert_eq!(
        ana.asks("am I free tomorrow?").await,
        "Free on Tue Nov 24: 12:00-2:00 PM, 3:00-5:00 PM."
    );
    assert_eq!(
        ana.asks("when am I free for 90 minutes tomorrow?").await,
        "Free for 1 h 30 min:\n1. Tue Nov 24, 12:00-1:30 PM\n2. Tue Nov 24, 3:00-4:30 PM"
    );
    assert_eq!(
        ana.asks("find a time for a 1 h call with ana before wednesday")
            .await,
        "For call with ana (1 h):\n1. Mon Nov 23, 10:30-11:30 AM\n2. Mon Nov 23, 12:30-1:30 PM\n\
         3. Tue Nov 24, 12:00-1:00 PM\n4. Tue Nov 24, 3:00-4:00 PM\nWhich one?"
    );
    assert_eq!(
        ana.asks("3").await,
        "E3 Tue Nov 24, 12:00-1:00 PM call with ana"
    );
    ana.asks("add a task: tax papers").await;
    assert_eq!(
        ana.asks("plan the tax papers tomorrow, 2 h").await,
        "E4 Tue Nov 24, 3:00-5:00 PM tax papers"
    );
    assert_eq!(
        ana.asks("plan the tax papers tomorrow, 2 h").await,
        "No 2 h are free on Tue Nov 24."
    );
    // another user's events are another's
    let ben = house.resident(BEN).await;
    assert_eq!(
        ben.asks("am I free tomorrow at 10am?").await,
        "Yes, free Tue Nov 24, 10:00-11:00 AM."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appointment_in_another_zone_is_shown_in_both_and_stays_there() {
    let house = house().await;
    let ana = house.resident(ANA).await;
    assert_eq!(
        ana.asks("add event call kenji friday at 9am in tokyo for 30 minutes")
            .await,
        "E1 Thu Nov 26, 7:00-7:30 PM call kenji (9:00 AM Tokyo)"
    );
    ana.asks("dentist friday at 3pm for 1 hour").await;
    let sql = "update users set time_zone = 'America/Los_Angeles' where id = $1";
    sqlx::query(sql)
        .bind(ana.id)
        .execute(&house.db.admin)
        .await
        .expect("moved");
    // the dentist stays in New York
    assert_eq!(
        ana.asks("when is the dentist?").await,
        "1. Fri Nov 27, 12:00-1:00 PM dentist (3:00 PM New York) [E2]"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_series_keeps_its_time_on_the_wall_and_its_length_over_a_clock_change() {
    // Friday before clocks go back in New York
    let house = Plan::default()
        .clock(&clock_at("2026-10-30T10:00:00-04:00"))
        .build()
        .await;
    let ana = house.resident(ANA).await;
    ana.asks("add event feeding every day at 9am for 1 hour")
        .await;
    ana.asks("add event night shift every day at 11pm for 4 hours")
        .await;
    assert_eq!(
        ana.asks("what's on sunday?").await,
        "Sun Nov 1:\n1. Sat Oct 31, 11:00 PM to Sun Nov 1, 2:00 AM night shift [E2]\n2. 9:00-10:00 AM feeding [E1]\n\
         3. Sun Nov 1, 11:00 PM to Mon Nov 2, 3:00 AM night shift [E2]"
    );
    let answer = ana.asks("am I free sunday at 9:30am?").await;
    assert!(answer.starts_with("No: E1"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_day_at_a_glance_holds_events_tasks_that_are_due_and_reminders() {
    let house = house().await;
    let ana = house.resident(ANA).await;
    assert_eq!(ana.asks("my day").await, "Nothing on today.");
    ana.asks("dentist today at 3pm for 1 hour").await;
    ana.asks("breakfast with ana today at 8am for 1 hour").await;
    ana.asks("add a task: renew passport by today").await;
    ana.asks("add a task: someday").await;
    ana.asks("remind me at 5pm to call mom").await;
    assert_eq!(
        ana.asks("my day").await,
        "Mon Nov 23:\n3:00-4:00 PM dentist [E1]\nDue renew passport [T1]\n5:00 PM reminder: call mom"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn imported_words_are_marked_as_somebody_elses() {
    use assistant::{domain::Trust, skills};
    use serde_json::json;

    let bench = crate::skills::Bench::new().await;
    let sample = json!({"title": "dentist", "when": "tomorrow at 3pm", "length": "1 h"});
    bench
        .call(bench.ana, "add_event", sample)
        .await
        .expect("added");
    let shown = bench
        .call(bench.ana, "show_events", json!({}))
        .await
        .expect("shown");
    assert_eq!(shown.trust, Trust::default());
    sqlx::query("update events set source = 'import'")
        .execute(&bench.house.db.admin)
        .await
        .expect("as if it came with a file");
    for (tool, args) in [
        ("show_events", json!({})),
        ("show_events", json!({"find": "dentist"})),
        ("find_time", json!({"when": "tomorrow at 3pm"})),
        (
            "add_event",
            json!({"title": "clash", "when": "tomorrow at 3pm"}),
        ),
        ("change_event", json!({"event": "dentist", "place": "x"})),
    ] {
        let done = bench.call(bench.ana, tool, args).await.expect(tool);
        assert_eq!(done.trust, Trust::Untrusted, "{tool}");
    }
    drop(skills::all());
}

#[tokio::test]
async fn an_undo_over_a_later_change_leaves_everything_as_it_is() {
    use assistant::skills::{self, Refusal};
    use serde_json::json;

    let bench = crate::skills::Bench::new().await;
    let sample = json!({"title": "standup", "when": "every day at 9am", "length": "15 min"});
    bench
        .call(bench.ana, "add_event", sample)
        .await
        .expect("added");
    let args = json!({"event": "standup", "when": "10am", "which": "following"});
    let done = bench
        .call(bench.ana, "change_event", args)
        .await
        .expect("changed");
    let later = json!({"event": done.receipts[0].label, "title": "other", "which": "all"});
    bench
        .call(bench.ana, "change_event", later)
        .await
        .expect("changed");
    let before = bench.rows(bench.ana).await;
    let all = skills::all();
    let skill = all.find("calendar").expect("the calendar");
    let mut scope = bench.scope(bench.ana).await;
    let inverse = done.receipts[0].inverse.clone().expect("an inverse");
    let refused = skill.undo(&mut scope, &inverse).await;
    assert!(matches!(refused, Err(Refusal::Tell(_))));
    scope.tx.commit().await.expect("committed");
    assert_eq!(
        bench.rows(bench.ana).await,
        before,
        "nothing of it was touched"
    );
}
