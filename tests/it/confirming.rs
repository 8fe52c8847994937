//! What destroys in bulk happens only after a code that is bound to the exact arguments, in front of the user's own eyes.

use jiff::SignedDuration;

use crate::house::{ANA, BEN, House, OWN};

/// The code in a question.
pub fn code_in(question: &str) -> String {
    let (_, rest) = question.split_once("text ").expect(question);
    let code: String = rest.chars().take(4).collect();
    assert!(code.bytes().all(|b| b.is_ascii_digit()), "{question}");
    code
}

/// A code that is not `code`.
fn other_than(code: &str) -> String {
    let number: u32 = code.parse().expect("digits");
    format!("{:04}", (number + 1) % 10_000)
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_all_tasks_says_how_many_and_waits_for_its_code() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    ana.asks("add tasks: one, two, three, four").await;
    let question = ana.asks("delete all my tasks").await;
    let code = code_in(&question);
    assert_eq!(
        question,
        format!("Delete 4 tasks (one, two, three, ...)? To go ahead, text {code} (10 minutes).")
    );
    assert_eq!(house.db.count("select count(*) from tasks").await, 4);
    assert_eq!(
        ana.asks(&code).await,
        "Deleted 4 tasks. \"undo\" brings them back."
    );
    assert_eq!(house.db.count("select count(*) from tasks").await, 0);
    // once
    assert_eq!(
        ana.asks(&code).await,
        "Nothing waits for that code. Codes work once, for 10 minutes."
    );
    let undone = ana.asks("undo").await;
    assert!(undone.starts_with("Undone: "), "{undone}");
    assert_eq!(house.db.count("select count(*) from tasks").await, 4);
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bare_yes_is_asked_for_the_code_and_a_no_leaves_everything() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    ana.asks("add tasks: one, two").await;
    let question = ana.asks("delete all my tasks").await;
    for yes in ["yes", "ok", "Do it!"] {
        assert_eq!(ana.asks(yes).await, question, "{yes}");
    }
    assert_eq!(ana.asks("no").await, "OK, I left it as it is.");
    let after = ana.asks(&code_in(&question)).await;
    assert!(after.starts_with("Nothing waits for that code"), "{after}");
    assert_eq!(house.db.count("select count(*) from tasks").await, 2);
    // nothing waits any more: thanks is only thanks
    ana.texts("ok").await;
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_to_something_else_is_not_taken_for_an_answer() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    ana.asks("add tasks: one, two").await;
    let question = ana.asks("delete all my tasks").await;
    ana.asks("my tasks").await;
    ana.texts("ok").await;
    house.is_at_rest().await;
    // the code still works, however the talk went on
    let done = ana.asks(&format!("ok, {}", code_in(&question))).await;
    assert!(done.starts_with("Deleted 2 tasks"), "{done}");
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_between_question_and_code_voids_it() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    ana.asks("add tasks: one, two").await;
    let question = ana.asks("delete all my tasks").await;
    ana.asks("add a task: three").await;
    assert_eq!(
        ana.asks(&code_in(&question)).await,
        "That has changed since I asked, so I did nothing. Ask again if you still want it."
    );
    assert_eq!(house.db.count("select count(*) from tasks").await, 3);
    // asked anew, the newer code works and the older does not
    let first = code_in(&ana.asks("delete all my tasks").await);
    let second = code_in(&ana.asks("clear my task list").await);
    if first != second {
        let refused = ana.asks(&first).await;
        assert!(refused.starts_with("Nothing waits"), "{refused}");
    }
    let done = ana.asks(&second).await;
    assert!(done.starts_with("Deleted 3 tasks"), "{done}");
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_ends_after_ten_minutes_and_belongs_to_one_user_and_one_number() {
    let house = House::new().await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    ana.asks("add a task: one").await;
    ben.asks("add a task: two").await;
    let code = code_in(&ana.asks("delete all my tasks").await);
    let refused = ben.asks(&code).await;
    assert!(!refused.starts_with("Deleted"), "{refused}");
    // a second number of the same user was not asked
    house.db.add_phone(ana.id, "+15550100009").await;
    house.sim.text("+15550100009", OWN, &code).await;
    house.is_at_rest().await;
    assert_eq!(house.db.count("select count(*) from tasks").await, 2);
    house.clock.advance(SignedDuration::from_mins(11));
    let refused = ana.asks(&code).await;
    assert!(refused.starts_with("Nothing waits"), "{refused}");
    assert_eq!(house.db.count("select count(*) from tasks").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_codes_ends_what_waits() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    ana.asks("add a task: one").await;
    let code = code_in(&ana.asks("delete all my tasks").await);
    let wrong = other_than(&code);
    for _ in 0..4 {
        let refused = ana.asks(&wrong).await;
        assert!(refused.starts_with("Nothing waits"), "{refused}");
    }
    let last = ana.asks(&wrong).await;
    assert!(
        last.starts_with("That was one wrong code too many"),
        "{last}"
    );
    let refused = ana.asks(&code).await;
    assert!(refused.starts_with("Nothing waits"), "{refused}");
    assert_eq!(house.db.count("select count(*) from tasks").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_texted_twice_at_once_deletes_once() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    ana.asks("add tasks: one, two").await;
    let code = code_in(&ana.asks("delete all my tasks").await);
    tokio::join!(ana.texts(&code), ana.texts(&code));
    let both = [ana.hears().await, ana.hears().await];
    let deleted = both.iter().filter(|t| t.starts_with("Deleted")).count();
    assert_eq!(deleted, 1, "{both:?}");
    assert_eq!(
        house
            .db
            .count("select count(*) from ledger where tool = 'clear_tasks'")
            .await,
        2,
        "one receipt a task"
    );
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn four_digits_mean_nothing_where_nothing_was_asked() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    let answer = ana.asks("4821").await;
    assert!(answer.starts_with("I did not understand"), "{answer}");
    let empty = ana.asks("delete all my tasks").await;
    assert_eq!(empty, "There is no open task to delete.");
}
