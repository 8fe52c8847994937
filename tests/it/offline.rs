//! What the offline model understands about each skill, and what it asks about instead of guessing.

use assistant::{
    model::{Answer, LanguageModel, Prompt, offline::Offline},
    skills::{self, Skill},
};
use serde_json::Value;

use crate::house::{ANA, House};

/// `text => tool {args}` or `text => ?`.
const TABLES: &[&str] = &[
    include_str!("../../fixtures/offline_account.txt"),
    include_str!("../../fixtures/offline_settings.txt"),
    include_str!("../../fixtures/offline_tasks.txt"),
    include_str!("../../fixtures/offline_groceries.txt"),
    include_str!("../../fixtures/offline_prices.txt"),
    include_str!("../../fixtures/offline_expenses.txt"),
    include_str!("../../fixtures/offline_meals.txt"),
    include_str!("../../fixtures/offline_calendar.txt"),
    include_str!("../../fixtures/offline_reminders.txt"),
    include_str!("../../fixtures/offline_notes.txt"),
    include_str!("../../fixtures/offline_nudges.txt"),
    include_str!("../../fixtures/offline_contacts.txt"),
];

fn model() -> Offline {
    let hearings = skills::all().iter().flat_map(Skill::hearings).collect();
    Offline::new(hearings, vec!["add a task: renew passport", "my tasks"])
}

fn rows() -> impl Iterator<Item = (String, &'static str)> {
    TABLES
        .iter()
        .flat_map(|table| table.lines())
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let (text, expected) = line
                .split_once(" => ")
                .unwrap_or_else(|| panic!("no => in {line}"));
            (text.replace("\\n", "\n"), expected)
        })
}

#[test]
fn each_text_of_the_table_is_heard_as_it_says() {
    let model = model();
    let mut wrong = Vec::new();
    let mut count = 0;
    for (text, expected) in rows() {
        count += 1;
        let heard = model.hear(&text);
        let expected: Option<(&str, Value)> = (expected != "?").then(|| {
            let (tool, args) = expected.split_once(' ').expect("a tool and its arguments");
            (tool, serde_json::from_str(args).expect("arguments in JSON"))
        });
        let found = heard
            .as_ref()
            .map(|call| (call.tool.as_str(), call.args.clone()));
        if found != expected {
            wrong.push(format!(
                "{text:?}\n  expected {expected:?}\n  heard    {found:?}"
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count} are heard otherwise:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count >= 450, "only {count} texts");
}

#[test]
fn case_marks_and_a_please_change_nothing() {
    let model = model();
    for (text, expected) in rows().filter(|(text, _)| !text.contains('\n')) {
        let tool = (expected != "?").then(|| expected.split(' ').next().expect("a tool"));
        for variant in [
            text.to_uppercase(),
            format!("{text}  "),
            format!("Please {text}"),
        ] {
            let heard = model.hear(&variant).map(|call| call.tool);
            assert_eq!(heard.as_deref(), tool, "{variant:?}");
        }
    }
}

#[test]
fn every_tool_is_named_by_some_phrase_and_every_phrase_names_a_tool() {
    let all = skills::all();
    for skill in all.iter() {
        for hearing in skill.hearings() {
            let (owner, _) = all
                .find_tool(hearing.tool)
                .unwrap_or_else(|| panic!("no tool {}", hearing.tool));
            assert_eq!(
                owner.name(),
                skill.name(),
                "{} is heard by another skill",
                hearing.tool
            );
        }
        for tool in skill.tools() {
            assert!(
                skill.hearings().iter().any(|h| h.tool == tool.name),
                "{} cannot be said offline",
                tool.name
            );
        }
    }
}

#[test]
fn an_example_in_the_help_is_understood() {
    let model = model();
    for skill in skills::all().iter() {
        let examples: Vec<_> = skill.help().split('"').skip(1).step_by(2).collect();
        assert!(!examples.is_empty(), "{} shows no example", skill.name());
        for example in examples {
            assert!(
                model.hear(example).is_some(),
                "{example:?} in the help of {}",
                skill.name()
            );
        }
    }
}

#[tokio::test]
async fn what_is_not_understood_is_said_with_two_examples_and_asked_about_once() {
    let prompt = Prompt {
        texts: vec![
            "add a task: a".into(),
            "what is the airspeed of an unladen european swallow".into(),
        ],
        tools: skills::all().specs(),
        ..Prompt::default()
    };
    let answer = model().answer(&prompt).await.expect("an answer");
    assert_eq!(answer.calls.len(), 1);
    let said = answer.text.expect("words");
    assert_eq!(
        said,
        "I did not understand \"what is the airspeed of an unladen europ...\". \
         Try \"add a task: renew passport\" or \"my tasks\", or ? for more."
    );
    assert!(said.chars().all(assistant::text::is_gsm7));

    // asked again after a refusal: that, and what was not understood
    let call = answer.calls[0].clone();
    let results = vec![assistant::model::CallResult {
        call,
        ok: false,
        text: "no".into(),
        trust: assistant::domain::Trust::System,
    }];
    let again = model()
        .answer(&Prompt { results, ..prompt })
        .await
        .expect("an answer");
    assert_eq!(again, Answer::text(format!("no\n{said}")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_a_word_names_no_task_and_a_doubtful_name_is_asked_about() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    ana.asks("add tasks: call mom, call the bank, write a letter")
        .await;
    assert_eq!(
        ana.asks("ll is done").await,
        "I found no task \"ll\". \"my tasks\" shows them."
    );
    assert_eq!(
        ana.asks("call is done").await,
        "Which one is \"call\"?\n1. T1 call mom\n2. T2 call the bank"
    );
    assert_eq!(ana.asks("the bank").await, "Done: T2 call the bank");
    ana.asks("undo").await;
    ana.asks("call is done").await;
    assert_eq!(ana.asks("2").await, "Done: T2 call the bank");
    assert_eq!(ana.asks("letters is done").await, "Done: T3 write a letter");
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bare_number_after_a_list_means_what_stands_there_whoever_keeps_it() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    ana.asks("add tasks: call mom, call the bank").await;
    ana.asks("dentist tomorrow at 9am").await;
    ana.asks("lunch tomorrow at noon").await;
    ana.asks("what's on tomorrow").await;
    let refused = ana.asks("delete task 2").await;
    assert!(
        refused.ends_with("2 is E2, an event and not a task."),
        "{refused}"
    );
    let moved = ana.asks("move 2 to 1pm").await;
    assert!(
        moved.starts_with("Changed: E2") && moved.ends_with("1:00-2:00 PM lunch"),
        "{moved}"
    );
    let deleted = ana.asks("delete 2").await;
    assert!(deleted.starts_with("Deleted: E2"), "{deleted}");
    ana.asks("remind me tomorrow at 5pm to take pills").await;
    ana.asks("my reminders").await;
    assert_eq!(ana.asks("done 1").await, "Done: R1 take pills");
    ana.asks("my tasks").await;
    assert_eq!(ana.asks("cancel 1").await, "Deleted: T1 call mom");
    house.is_at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_alone_is_no_thanks() {
    let house = House::new().await;
    let ana = house.resident(ANA).await;
    assert!(
        ana.asks("all")
            .await
            .starts_with("I did not understand \"all\".")
    );
}
