//! None of our own texts asks for a word that carriers act on.

use std::sync::Arc;

use assistant::{
    agent::{Agent, fixed_texts},
    clock::Clock,
    mailbox,
    memory::ShortTerm,
    model::Scripted,
    skills,
    text::asks_for_a_reserved_word,
};

use crate::{
    house::{ANA, House},
    wire::{heard, plain},
};

async fn agent(house: &House, retention_days: u32) -> Agent {
    let config = house.config();
    Agent {
        pool: assistant::db::connect(&config.database)
            .await
            .expect("a pool"),
        clock: Clock::default(),
        skills: skills::all(),
        model: Arc::new(Scripted::default()),
        memory: ShortTerm::new(None, "wording", 100),
        limits: config.limits.clone(),
        operator: config.ops.operator.clone(),
        retention_days,
        outbox_bell: Arc::default(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_fixed_text_of_ours_asks_for_a_reserved_word() {
    let house = plain().build().await;
    let mut texts: Vec<String> = mailbox::TEXTS.map(str::to_owned).into();
    for days in [0, 30] {
        texts.extend(fixed_texts(&agent(&house, days).await));
    }
    assert!(texts.len() > 15, "{texts:#?}");
    for text in texts {
        assert_eq!(asks_for_a_reserved_word(&text), None, "{text}");
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
