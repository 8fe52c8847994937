//! `assistant eval when`: the committed table of phrases passes whole, and a corpus that somebody brings is judged honestly.

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

use crate::program::Program;

/// A program that would fail if it asked for a database.
fn program() -> Program {
    Program::on("postgres://nobody@127.0.0.1:1/none")
}

/// Evaluates the lines; the exit code, the report and what was said on standard error.
async fn evaluated(lines: &[&str]) -> (i32, Value, String) {
    static FILES: AtomicU32 = AtomicU32::new(0);
    let (process, at) = (std::process::id(), FILES.fetch_add(1, Ordering::Relaxed));
    let path = std::env::temp_dir().join(format!("assistant-cases-{process}-{at}.jsonl"));
    std::fs::write(&path, lines.join("\n")).expect("a written file");
    let file = path.to_str().expect("a path in UTF-8");
    let (code, out, errors) = program()
        .runs(&["eval", "when", "--json", "--file", file])
        .await;
    std::fs::remove_file(&path).expect("the file was there");
    let report = serde_json::from_str(&out).unwrap_or_default();
    (code, report, errors)
}

const FRIDAY: &str = r#"{"text":"friday at 5pm","now":"2026-11-23T10:15:00-05:00","zone":"America/New_York","group":"mine","expect":{"at":"2026-11-27T22:00:00Z"}}"#;

#[tokio::test]
async fn every_phrase_of_the_committed_table_is_understood() {
    let (code, out, errors) = program().runs(&["eval", "when", "--json"]).await;
    let report: Value = serde_json::from_str(&out).expect("one JSON object");
    assert_eq!(code, 0, "{:#}\n{errors}", report["misses"]);
    assert_eq!(report["met"], true);
    let all = report["rows"].as_array().expect("rows").last();
    let cases = all.and_then(|row| row["cases"].as_u64());
    assert!(cases.is_some_and(|cases| cases >= 450), "{cases:?}");
}

#[tokio::test]
async fn a_wrong_expectation_in_a_corpus_is_a_miss_and_no_failure() {
    let wrong = FRIDAY.replace("T22:00", "T23:00");
    let (code, report, errors) = evaluated(&[FRIDAY, "", &wrong]).await;
    assert_eq!(code, 0, "only our own table has a goal: {errors}");
    assert_eq!(report["rows"][0]["group"], "mine");
    assert_eq!(report["rows"][0]["cases"], 2);
    assert_eq!(report["rows"][0]["right"], 1);
    assert_eq!(report["misses"][0]["line"], 3);
    assert_eq!(
        report["misses"][0]["got"]["at"], "2026-11-27T22:00:00Z",
        "what came out is told"
    );
}

#[tokio::test]
async fn an_expectation_that_nothing_knows_is_named_with_its_line() {
    let misspelt = FRIDAY.replace("\"at\"", "\"att\"");
    let (code, _, errors) = evaluated(&[FRIDAY, &misspelt]).await;
    assert_eq!(code, 1);
    assert!(
        errors.contains("line 2") && errors.contains("att"),
        "{errors}"
    );
}

#[tokio::test]
async fn a_question_where_nothing_is_open_is_a_miss() {
    let asks = FRIDAY.replace("friday at 5pm", "friday at 5 o'clock");
    let expected = asks.replace("\"expect\":{", "\"expect\":{\"doubt\":\"am_or_pm\",");
    let (_, report, errors) = evaluated(&[&asks, &expected]).await;
    assert_eq!(report["rows"][0]["right"], 1, "{report} {errors}");
    assert_eq!(report["misses"][0]["line"], 1);
}
