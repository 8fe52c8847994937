//! None of our own texts asks for a word that carriers act on.

use assistant::{
    agent::fixed_texts,
    mailbox,
    text::{asks_for_a_reserved_word, claims},
};

use crate::{
    house::ANA,
    wire::{heard, plain},
};

#[tokio::test(flavor = "multi_thread")]
async fn no_fixed_text_of_ours_asks_for_a_reserved_word() {
    let mut texts: Vec<String> = mailbox::TEXTS.map(str::to_owned).into();
    for days in [0, 30] {
        let house = plain().set("retention.messages_days", days).build().await;
        let running = house.running.as_ref().expect("the daemon runs");
        texts.extend(fixed_texts(&running.agent));
        texts.push(mailbox::switched_off(&running.agent.operator));
    }
    assert!(texts.len() > 15, "{texts:#?}");
    for text in texts {
        assert_eq!(asks_for_a_reserved_word(&text), None, "{text}");
        // a fixed text leaves without an effect of its own
        assert!(!claims(&text), "{text}");
    }
    // the disclosure that carriers demand is the one exception, and the lint would find it
    for text in mailbox::DISCLOSURES {
        assert!(asks_for_a_reserved_word(text).is_some(), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_text_that_leaves_in_a_long_conversation_asks_for_a_reserved_word() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    for body in [
        "?",
        "are you a bot?",
        "who can read this?",
        "blorp",
        "my tasks",
        "add tasks: milk, call mom and pay rent friday",
        "add a task: milk",
        "done milk",
        "done milk",
        "reopen milk",
        "delete milk",
        "undo",
        "undo T9",
        "undo 5",
        "undo",
        "priority of T2 high",
        "move T2 to someday",
        "rename T2 to end the call",
        "done T99",
        "more",
        "my tasks",
        "done tasks",
        "add 2 l milk, eggs and tofu to groceries",
        "add eggs to groceries",
        "groceries by aisle",
        "got 1 l milk",
        "got 2 cans of milk",
        "what did i buy",
        "change milk to 3 l",
        "put tofu under produce",
        "remove tofu",
        "got 9",
        "add nails to my hardware list",
        "what lists do I have",
        "we always need tofu",
        "my staples",
        "milk was 2.19 at Aldi",
        "where is milk cheapest",
        "any deals on my list?",
        "tell me when milk is under 2",
        "price alerts",
        "delete the milk alert",
        "clear my groceries",
    ] {
        ana.texts(body).await;
        house.is_at_rest().await;
    }
    let all = heard(&house, ANA).await;
    assert!(all.len() >= 20, "{all:#?}");
    for text in all {
        assert_eq!(asks_for_a_reserved_word(&text), None, "{text}");
    }
}
