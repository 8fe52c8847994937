//! The committed conversations and texts, as `assistant eval` runs them.

use assistant::eval::{conversations, hear};

use crate::house::{redis_url, server_url};

/// Every conversation ends as its file says: those that are marked as failing are few, listed, and still fail.
#[tokio::test(flavor = "multi_thread")]
async fn the_committed_conversations_go_as_people_expect() {
    let report = conversations::replay_offline(None, &server_url(), &redis_url())
        .await
        .expect("they are replayed");
    let surprises: Vec<String> = report
        .surprises()
        .into_iter()
        .map(conversations::tell)
        .collect();
    assert!(surprises.is_empty(), "{}", surprises.join("\n"));
    let all = report.all();
    assert!(all.conversations >= 150, "only {}", all.conversations);
    assert!(
        report.segments_per_reply <= 1.3,
        "{} segments a reply",
        report.segments_per_reply
    );
    assert!(
        all.passed * 100 >= all.conversations * 95,
        "only {} of {} pass",
        all.passed,
        all.conversations
    );
}

/// A text that is no wish is never acted on, and a wish never as another one.
#[test]
fn the_committed_texts_lead_to_no_false_action() {
    let report = hear::evaluate(None).expect("good lines");
    let all = report.all();
    let false_actions: Vec<_> = report
        .misses
        .iter()
        .filter(|miss| miss.false_action)
        .collect();
    assert!(false_actions.is_empty(), "{false_actions:#?}");
    assert!(all.cases >= 300 && all.nulls >= 100, "{all:?}");
    assert!(all.right * 100 >= all.cases * 95, "{:#?}", report.misses);
}

#[test]
fn a_call_where_none_is_expected_and_another_call_are_false_actions_and_a_miss_is_none() {
    let file = r#"{"text":"add a task: renew passport","expect":null}
{"text":"add a task: renew passport","expect":{"tool":"add_groceries"}}
{"text":"add a task: renew passport","expect":{"tool":"add_tasks","args":{"titles":["renew it"]}}}
{"text":"the sky is blue","expect":{"tool":"add_tasks"}}
{"text":"add a task: renew passport","expect":{"tool":"add_tasks"}}
{"text":"my tasks","expect":{"tool":"add_tasks"}}"#;
    let report = hear::evaluate(Some(file)).expect("good lines");
    let all = report.all();
    assert_eq!((all.cases, all.right, all.false_actions), (6, 1, 3));
    let error = hear::evaluate(Some("{\"text\":\"x\"}")).expect_err("no expectation");
    assert!(
        error.contains("line 1") && error.contains("expect"),
        "{error}"
    );
}
