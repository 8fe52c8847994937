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

/// Every text in the source of what speaks to people, whether a conversation of ours reaches it or not.
#[test]
fn no_text_in_the_source_asks_for_a_reserved_word() {
    let mut files = Vec::new();
    for folder in [
        "src/skills",
        "src/agent",
        "src/mailbox",
        "src/model/offline",
    ] {
        collect(
            &std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder),
            &mut files,
        );
    }
    assert!(files.len() > 60, "only {} files", files.len());
    let mut count = 0;
    for file in files {
        let path = file.display().to_string();
        // what is heard is no text of ours
        if path.contains("/hear") || path.contains("/typo.rs") {
            continue;
        }
        let source = std::fs::read_to_string(&file).expect("a source file");
        let source = source
            .split("#[cfg(test)]\nmod tests")
            .next()
            .unwrap_or_default();
        for literal in literals(source) {
            if mailbox::DISCLOSURES.contains(&literal.as_str()) {
                continue;
            }
            count += 1;
            assert_eq!(
                asks_for_a_reserved_word(&literal),
                None,
                "{path}: {literal:?}"
            );
        }
    }
    assert!(count > 1_000, "only {count} texts");
    assert_eq!(
        literals(
            r#"let a = "say \"x\""; // "no"
        let b = 'c'; f("Reply YES to go");"#
        ),
        ["say \"x\"", "Reply YES to go"]
    );
}

fn collect(folder: &std::path::Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
}

/// The string literals of Rust source, comments left out; placeholders stand as they are.
fn literals(source: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut rest = source.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '/' if rest.peek() == Some(&'/') => {
                rest.by_ref().find(|c| *c == '\n');
            }
            // a character: no string begins in it
            '\'' => {
                let mut ahead = rest.clone();
                let first = ahead.next();
                let closes = match first {
                    Some('\\') => {
                        ahead.next();
                        true
                    }
                    _ => ahead.next() == Some('\''),
                };
                if closes {
                    rest = ahead;
                }
            }
            '"' => {
                let mut literal = String::new();
                while let Some(c) = rest.next() {
                    match c {
                        '"' => break,
                        '\\' => match rest.next() {
                            Some('n') => literal.push('\n'),
                            // goes on in the next line
                            Some('\n') => {
                                while rest.peek().is_some_and(|c| c.is_whitespace()) {
                                    rest.next();
                                }
                            }
                            Some(c) => literal.push(c),
                            None => break,
                        },
                        c => literal.push(c),
                    }
                }
                all.push(literal);
            }
            _ => {}
        }
    }
    all
}
