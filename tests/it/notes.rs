//! Notes: kept, asked about, listed, changed and deleted by text.

use assistant::skills::{
    self, Skill, Thing,
    notes::{search, store::Note},
};
use serde_json::{Value, json};

use crate::{
    calendar::clock_at,
    house::{ANA, BEN, House, Plan},
    skills::Bench,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_note_is_kept_asked_for_changed_and_deleted_by_text() {
    let house = House::new().await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    assert_eq!(
        ana.asks("note: wifi code is 4471 #home").await,
        "N1 wifi code is 4471 #home"
    );
    assert_eq!(
        ana.asks("what's the wifi code?").await,
        "wifi code is 4471 #home [N1]"
    );
    // said otherwise, and with the other word for it
    assert_eq!(
        ana.asks("whats the wi-fi password").await,
        "wifi code is 4471 #home [N1]"
    );
    assert_eq!(
        ben.asks("what's the wifi code?").await,
        "I have no note about \"what's the wifi code\"."
    );
    assert_eq!(
        ana.asks("note: Wifi code is 4471").await,
        "Already there: N1 wifi code is 4471 #home"
    );
    assert_eq!(
        ana.asks("add to note N1: guests use 9902").await,
        "Changed: N1 wifi code is 4471 / guests use 9902 #home"
    );
    assert_eq!(
        ana.asks("undo").await,
        "Undone: back to N1 wifi code is 4471 #home"
    );
    assert_eq!(
        ana.asks("tag N1 as guests").await,
        "Changed: N1 wifi code is 4471 #home #guests"
    );
    assert_eq!(
        ana.asks("delete the wifi note").await,
        "Deleted: N1 wifi code is 4471 #home #guests"
    );
    assert_eq!(
        ana.asks("what's the wifi code?").await,
        "I have no note about \"what's the wifi code\"."
    );
    assert_eq!(
        ana.asks("undo").await,
        "Undone: put back N1 wifi code is 4471 #home #guests"
    );
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_that_is_only_near_is_no_answer_and_several_are_shown() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    ana.asks("note: wifi code is 4471 #home").await;
    ana.asks("note: gate code is 0001").await;
    for question in [
        "what's the wifi code in the office",
        "what's my pin",
        "what's the alarm code",
        "where did I put the gate key",
    ] {
        let said = ana.asks(question).await;
        assert!(
            said.starts_with("I have no note about"),
            "{question}: {said}"
        );
    }
    ana.asks("note: office wifi code is 8812").await;
    assert_eq!(
        ana.asks("what's the wifi code?").await,
        "Your notes:\n1. office wifi code is 8812 [N3]\n2. wifi code is 4471 #home [N1]"
    );
    assert_eq!(
        ana.asks("what's the wifi code in the office").await,
        "office wifi code is 8812 [N3]"
    );
    // who looks for something is shown what is near
    assert_eq!(
        ana.asks("search my notes for gate wifi").await,
        "No note has all of that. The nearest:\n1. gate code is 0001 [N2]\n2. office wifi code is 8812 [N3]\n3. wifi code is 4471 #home [N1]"
    );
    let said = ana.asks("delete the code note").await;
    assert!(said.starts_with("Which one is \"code\"?\n1. N"), "{said}");
    assert_eq!(ana.asks("n2").await, "Deleted: N2 gate code is 0001");
    // a question about the world stays what it was
    let said = ana.asks("what is the capital of france").await;
    assert!(said.starts_with("I did not understand"), "{said}");
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_are_listed_by_tag_day_and_pin_and_named_by_their_place() {
    let clock = clock_at("2026-11-23T10:15:00-05:00");
    let house = Plan::default().clock(&clock).build().await;
    let ana = house.resident(ANA).await;
    assert_eq!(
        ana.asks("my notes").await,
        "You have no notes. \"note: wifi code is 4471 #home\" keeps one."
    );
    ana.asks("note: lease ends in May #home").await;
    ana.asks("note: call it project Blue #work").await;
    sqlx::query("update notes set created_at = created_at - interval '1 day' where number = 1")
        .execute(&house.db.admin)
        .await
        .expect("yesterday");
    assert_eq!(
        ana.asks("my notes").await,
        "Your notes:\n1. call it project Blue #work [N2]\n2. lease ends in May #home [N1]"
    );
    assert_eq!(
        ana.asks("pin 2").await,
        "Pinned: N1 lease ends in May #home"
    );
    assert_eq!(
        ana.asks("notes").await,
        "Your notes:\n1. lease ends in May #home (pinned) [N1]\n2. call it project Blue #work [N2]"
    );
    assert_eq!(
        ana.asks("notes tagged #Work").await,
        "Your notes:\n1. call it project Blue #work [N2]"
    );
    assert_eq!(
        ana.asks("notes from yesterday").await,
        "Your notes:\n1. lease ends in May #home (pinned) [N1]"
    );
    assert_eq!(
        ana.asks("notes from last month").await,
        "There are no such notes."
    );
    assert_eq!(
        ana.asks("pinned notes").await,
        "Your notes:\n1. lease ends in May #home (pinned) [N1]"
    );
    ana.asks("my notes").await;
    // a bare number after a list of notes is a note, whatever verb other skills hear
    assert_eq!(
        ana.asks("delete 2").await,
        "Deleted: N2 call it project Blue #work"
    );
    assert_eq!(
        ana.asks("change N1 to lease ends in June").await,
        "Changed: N1 lease ends in June #home"
    );
    house.is_at_rest().await;
}

#[tokio::test]
async fn the_one_search_ranks_by_what_a_note_has_of_the_question() {
    let bench = Bench::new().await;
    for text in [
        "paint for the hall is Swiss Coffee",
        "paint for the kitchen is Sage",
        "tomatoes need sun",
        "hall closet key is under the mat #key",
    ] {
        let args = json!({"text": text});
        bench.call(bench.ana, "add_note", args).await.expect("kept");
    }
    let mut scope = bench.scope(bench.ana).await;
    let find = async |scope: &mut skills::Scope, said: &str| -> Vec<(i32, f32)> {
        let found = search(&mut scope.tx, said, 10).await.expect("found");
        found
            .into_iter()
            .map(|f| (f.note.number(), f.fit))
            .collect()
    };
    assert_eq!(find(&mut scope, "the hall paint").await[0], (1, 1.0));
    assert_eq!(find(&mut scope, "tomato").await, [(3, 1.0)]);
    assert_eq!(find(&mut scope, "keys").await, [(4, 1.0)]);
    assert_eq!(find(&mut scope, "").await, []);
    assert_eq!(find(&mut scope, "!!! ' | & ( :* \\ <->").await, []);
    assert_eq!(find(&mut scope, "unknown words").await, []);
    scope.tx.rollback().await.expect("rolled back");
    let mut theirs = bench.scope(bench.ben).await;
    assert_eq!(
        find(&mut theirs, "paint").await,
        [],
        "Ben finds none of Ana's"
    );
    theirs.tx.rollback().await.expect("rolled back");
}

#[tokio::test]
async fn what_cannot_be_kept_or_found_is_said_and_nothing_is_done() {
    let bench = Bench::new().await;
    let args = json!({"text": "wifi code is 4471"});
    bench.call(bench.ana, "add_note", args).await.expect("kept");
    let before = bench.rows(bench.ana).await;
    let many: String = (0..21).map(|n| format!(" #t{n}")).collect();
    for (tool, args, why) in [
        (
            "add_note",
            json!({"text": "  "}),
            "What should I note? Try \"note: wifi code is 4471 #home\".",
        ),
        (
            "add_note",
            json!({"text": "x".repeat(4001)}),
            "That is too long for a note (4000 letters at most).",
        ),
        (
            "add_note",
            json!({"text": format!("x{many}")}),
            "A note has 20 tags at most.",
        ),
        (
            "edit_note",
            json!({"note": "N1"}),
            "What should change: the words, a tag, or the pin?",
        ),
        (
            "edit_note",
            json!({"note": "N1", "tag": "two words"}),
            "\"two words\" is no tag: one word, like #home.",
        ),
        (
            "edit_note",
            json!({"note": "boiler", "pinned": true}),
            "I found no note \"boiler\". \"my notes\" shows them.",
        ),
        (
            "delete_notes",
            json!({"notes": []}),
            "Which note? \"my notes\" shows them.",
        ),
        (
            "delete_notes",
            json!({"notes": ["N1", "N9"]}),
            "I found no note \"N9\". \"my notes\" shows them.",
        ),
        (
            "delete_notes",
            json!({"notes": ["T1"]}),
            "T1 is a task and not a note.",
        ),
        (
            "find_notes",
            json!({"day": "whenever"}),
            "I know no day \"whenever\".",
        ),
    ] {
        let refused = bench.call(bench.ana, tool, args.clone()).await;
        assert_eq!(
            refused.map(|done| done.text()),
            Err(why.to_owned()),
            "{tool} {args}"
        );
        assert_eq!(bench.rows(bench.ana).await, before, "{tool} {args}");
    }
    let mut scope = bench.scope(bench.ana).await;
    let page = Note::page(&mut scope.tx, 0, 10).await.expect("a page");
    assert_eq!(page[0].stems(), ["wifi", "code", "is", "4471"]);
    scope.tx.rollback().await.expect("rolled back");
}

#[test]
fn the_tools_of_notes_and_contacts_cost_a_model_little() {
    let all = skills::all();
    for (name, most) in [("notes", 450), ("contacts", 600)] {
        let skill: &dyn Skill = all.find(name).expect("a skill");
        let specs: Vec<Value> = skill
            .tools()
            .iter()
            .map(|tool| json!({"name": tool.name, "description": tool.about, "parameters": tool.schema}))
            .collect();
        let tokens = assistant::model::count_tokens(&json!(specs).to_string());
        println!("{name}: {tokens} tokens");
        assert!(tokens <= most, "{name}: {tokens} tokens");
    }
}
