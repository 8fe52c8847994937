//! The suites of `assistant eval`, as they are run: no database, a table or one JSON object, an exit code.

use serde_json::Value;

use crate::program::Program;

/// A program that would fail if it asked for a database.
fn program() -> Program {
    Program::on("postgres://nobody@127.0.0.1:1/none")
}

#[tokio::test]
async fn every_committed_claim_is_recognised_and_hardly_anything_else() {
    let (code, out, errors) = program().runs(&["eval", "claims", "--json"]).await;
    assert_eq!(code, 0, "{out}\n{errors}");
    let report: Value = serde_json::from_str(&out).expect("one JSON object");
    assert_eq!(report["met"], true);
    let sets = report["sets"].as_array().expect("sets");
    let all = |at: usize| {
        let rows = sets[at]["rows"].as_array().expect("rows");
        let row = rows.last().expect("a row of all").clone();
        move |name: &str| row[name].as_u64().expect("a count")
    };
    let committed = all(0);
    assert!(committed("cases") >= 400 && committed("wanted") >= 200);
    assert_eq!(committed("misses"), 0, "{}", sets[0]["missed"]);
    // what was measured when the sets were written; a mend may only better it
    let (held_out, fresh) = (all(1), all(2));
    assert!(held_out("cases") >= 150);
    assert!(held_out("misses") <= 1 && held_out("false_alarms") == 0);
    assert!(fresh("misses") <= 14 && fresh("false_alarms") == 0);
    assert_eq!(
        sets[1]["missed"],
        serde_json::json!([]),
        "held out texts stay unread"
    );
}

#[tokio::test]
async fn the_table_names_every_language_and_the_goal() {
    let (code, out, errors) = program().runs(&["eval", "claims"]).await;
    assert_eq!(code, 0, "{out}\n{errors}");
    for word in [
        "committed",
        "held out",
        "fresh",
        "language",
        "false alarms",
        "goal",
        "en",
        "es",
        "fr",
        "de",
        "pt",
        "it",
        "nl",
    ] {
        assert!(out.contains(word), "{word}: {out}");
    }
}

#[tokio::test]
async fn a_suite_that_does_not_exist_is_wrong_use() {
    let (code, _, errors) = program().runs(&["eval", "nothing"]).await;
    assert_eq!(code, 2, "{errors}");
}
