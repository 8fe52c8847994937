//! What every skill inherits: its arguments are checked by a strict schema, its samples can be done and undone, other
//! users are out of its reach, and what it says can be texted.

use std::collections::BTreeSet;

use assistant::{
    clock::Clock,
    db::{self, UserTx},
    domain::UserId,
    skills::{self, Done, Effect, Refusal, Scope, Skill},
};
use jiff::tz::TimeZone;
use serde_json::{Map, Value};
use sqlx::PgPool;
use uuid::Uuid;

use crate::house::{ANA, BEN, House, Plan};

/// Tables that belong to the house and not to a skill.
const OF_THE_HOUSE: &[&str] = &[
    "api_tokens",
    "beats",
    "consents",
    "conversations",
    "counters",
    "erasures",
    "factors",
    "guesses",
    "leases",
    "ledger",
    "links",
    "mailboxes",
    "mails",
    "messages",
    "model_usage",
    "onboarding",
    "open_questions",
    "outbox",
    "pages_left",
    "passwords",
    "pending_actions",
    "pending_logins",
    "phone_proofs",
    "phones",
    "recovery_codes",
    "refresh_tokens",
    "sessions",
    "shown_lists",
    "sms_codes",
    "turn_steps",
    "turns",
    "user_roles",
];

#[test]
fn the_schema_of_each_tool_is_as_it_was_committed() {
    for tool in skills::all().tools() {
        let all = serde_json::json!({"name": tool.name, "about": tool.about, "effect": format!("{:?}", tool.effect), "schema": tool.schema});
        insta::assert_json_snapshot!(format!("tool_{}", tool.name), all);
    }
}

#[test]
fn a_schema_leaves_no_room_and_explains_itself() {
    for tool in skills::all().tools() {
        let mut wrong = Vec::new();
        strict(&tool.schema, tool.name, &mut wrong);
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert!(
            tool.about.ends_with('.') && tool.about.len() < 200,
            "{}: {}",
            tool.name,
            tool.about
        );
        let named = tool
            .name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b == b'_');
        assert!(
            named && tool.name.len() <= 64,
            "{} is no name that every model takes",
            tool.name
        );
    }
}

/// Every object is closed, nothing points elsewhere, no instant is asked of the model.
fn strict(schema: &Value, at: &str, wrong: &mut Vec<String>) {
    match schema {
        Value::Object(object) => {
            if object.contains_key("properties")
                && object.get("additionalProperties") != Some(&Value::Bool(false))
            {
                wrong.push(format!("{at}: more properties may be given"));
            }
            for forbidden in ["$ref", "$defs", "$schema", "format"] {
                let ok = forbidden == "format"
                    && object
                        .get("format")
                        .and_then(Value::as_str)
                        .is_none_or(|f| !f.contains("date"));
                if object.contains_key(forbidden) && !ok {
                    wrong.push(format!("{at}: {forbidden}"));
                }
            }
            for (name, inner) in object {
                strict(inner, &format!("{at}.{name}"), wrong);
            }
        }
        Value::Array(items) => items.iter().for_each(|inner| strict(inner, at, wrong)),
        _ => {}
    }
}

#[tokio::test]
async fn wrong_arguments_are_refused_with_the_name_of_the_tool_and_change_nothing() {
    let bench = Bench::new().await;
    for tool in skills::all().tools() {
        for args in [
            serde_json::json!({"no_such_argument": 1}),
            serde_json::json!([]),
            Value::Null,
            serde_json::json!("x"),
        ] {
            let before = bench.rows(bench.ana).await;
            let refused = bench.call(bench.ana, tool.name, args.clone()).await;
            let Err(why) = refused else {
                panic!("{} takes {args}", tool.name)
            };
            assert!(why.starts_with(tool.name), "{why}");
            assert_eq!(bench.rows(bench.ana).await, before);
        }
    }
}

#[test]
fn the_samples_show_every_tool() {
    for skill in skills::all().iter() {
        let shown: BTreeSet<_> = skill.samples().into_iter().map(|(tool, _)| tool).collect();
        let there: BTreeSet<_> = skill.tools().into_iter().map(|tool| tool.name).collect();
        assert_eq!(shown, there, "{}", skill.name());
    }
}

#[tokio::test]
async fn each_sample_is_undone_without_a_trace_and_can_be_done_again() {
    let bench = Bench::new().await;
    let all = skills::all();
    for skill in all.iter() {
        for (tool, args) in skill.samples() {
            let effect = all.find_tool(tool).expect("shown above").1.effect;
            let before = bench.rows(bench.ana).await;
            let done = bench
                .call(bench.ana, tool, args.clone())
                .await
                .unwrap_or_else(|why| panic!("{tool} {args}: {why}"));
            let after = bench.rows(bench.ana).await;
            // what touches the account is never done by its tool
            if matches!(effect, Effect::Read | Effect::Security) {
                assert_eq!(after, before, "{tool} says that it only reads");
                assert!(
                    done.receipts.is_empty(),
                    "{tool} gives receipts for reading"
                );
                continue;
            }
            assert_ne!(after, before, "{tool} {args} changed nothing");
            assert!(!done.receipts.is_empty(), "{tool} gives no receipt");
            let mut scope = bench.scope(bench.ana).await;
            for receipt in done.receipts.iter().rev() {
                let inverse = receipt
                    .inverse
                    .as_ref()
                    .unwrap_or_else(|| panic!("{} cannot be undone", receipt.line));
                let said = skill
                    .undo(&mut scope, inverse)
                    .await
                    .unwrap_or_else(|why| panic!("{}: {why}", receipt.line));
                assert!(gsm7(&said), "{said}");
            }
            scope.tx.commit().await.expect("committed");
            assert_eq!(bench.rows(bench.ana).await, before, "{tool} {args}, undone");
            // an inverse works once
            let mut scope = bench.scope(bench.ana).await;
            let again = skill
                .undo(
                    &mut scope,
                    done.receipts[0].inverse.as_ref().expect("seen above"),
                )
                .await;
            assert!(
                matches!(again, Err(Refusal::Tell(_))),
                "{tool}: undone twice"
            );
            scope.tx.rollback().await.expect("rolled back");
            bench.call(bench.ana, tool, args).await.expect("again");
        }
    }
}

#[tokio::test]
async fn an_undo_refuses_when_the_row_has_changed_since_and_when_it_makes_no_sense() {
    let bench = Bench::new().await;
    let all = skills::all();
    for skill in all.iter() {
        for (tool, args) in skill.samples() {
            let done = bench
                .call(bench.ana, tool, args)
                .await
                .expect("a sample works");
            let Some(inverse) = done.receipts.first().and_then(|r| r.inverse.clone()) else {
                continue;
            };
            let mut scope = bench.scope(bench.ana).await;
            let mut other = inverse.clone();
            if raise_version(&mut other) {
                let refused = skill.undo(&mut scope, &other).await;
                assert!(
                    matches!(refused, Err(Refusal::Tell(_))),
                    "{tool}: undone over another version"
                );
            }
            for nonsense in [
                Value::Null,
                serde_json::json!({}),
                serde_json::json!({"op": "drop_everything"}),
            ] {
                let refused = skill.undo(&mut scope, &nonsense).await;
                assert!(
                    matches!(refused, Err(Refusal::Tell(_))),
                    "{tool}: {nonsense}"
                );
            }
            scope.tx.rollback().await.expect("rolled back");
        }
    }
}

fn raise_version(inverse: &mut Value) -> bool {
    let Some(version) = inverse.get_mut("version") else {
        return false;
    };
    *version = Value::from(version.as_i64().expect("a number") + 1);
    true
}

#[tokio::test]
async fn another_users_rows_are_out_of_reach() {
    let bench = Bench::new().await;
    let all = skills::all();
    let mut inverses = Vec::new();
    for skill in all.iter() {
        for (tool, args) in skill.samples() {
            let done = bench
                .call(bench.ana, tool, args)
                .await
                .expect("a sample works");
            inverses.extend(
                done.receipts
                    .into_iter()
                    .filter_map(|r| Some((skill.name(), r.inverse?))),
            );
        }
    }
    let anas = bench.rows(bench.ana).await;
    assert!(anas.values().any(|rows| !rows.is_empty()));
    for (at, skill) in all.iter().enumerate() {
        // someone new for each skill, and backwards, so that they ask for what only Ana has
        let number = format!("+155501002{at:02}");
        let ben = bench.house.db.add_user(&number, "UTC").await;
        // what he said himself may be shown to him
        let mut asked = String::new();
        for (tool, args) in skill.samples().into_iter().rev() {
            let said = match bench.call(ben, tool, args.clone()).await {
                Ok(done) => done.text(),
                Err(why) => why,
            };
            asked.push_str(&args.to_string());
            // alarms hold no words but ours ("planned")
            for (table, rows) in anas.iter().filter(|(table, _)| *table != "alarms") {
                for value in rows
                    .iter()
                    .flat_map(|row| row.iter())
                    // categories are our own words, "shopping" among them
                    .filter(|(column, _)| *column != "category")
                    .filter_map(|(_, value)| value.as_str())
                    .filter(|v| v.len() > 4)
                {
                    assert!(
                        !said.contains(value) || asked.contains(value),
                        "{tool} shows Ben {value:?} of {table}"
                    );
                }
            }
            assert_eq!(
                bench.rows(bench.ana).await,
                anas,
                "{tool} {args} of Ben changed Ana's rows"
            );
        }
    }
    for (name, inverse) in inverses {
        let mut scope = bench.scope(bench.ben).await;
        // put-backs may find nothing in their way: then they make a row of Ben's, never one of Ana's
        drop(
            all.find(name)
                .expect("a skill")
                .undo(&mut scope, &inverse)
                .await,
        );
        drop(scope.tx.commit().await);
        assert_eq!(
            bench.rows(bench.ana).await,
            anas,
            "Ben undid what Ana did: {inverse}"
        );
    }
}

#[tokio::test]
async fn everything_that_skills_say_about_plain_words_can_be_texted_in_gsm_7_and_is_short() {
    let bench = Bench::new().await;
    let (mut texts, mut segments) = (0, 0);
    for skill in skills::all().iter() {
        assert!(gsm7(skill.help()), "{}", skill.help());
        assert!(
            skill.help().len() < 120,
            "the help of {} is long",
            skill.name()
        );
        for (tool, args) in skill.samples() {
            let done = bench
                .call(bench.ana, tool, args)
                .await
                .expect("a sample works");
            assert!(gsm7(&done.text()), "{}", done.text());
            texts += 1;
            let length = assistant::text::size(&done.text()).segments;
            segments += length;
            if length > 2 {
                println!("{length} segments: {tool}: {}", done.text());
            }
            assert_eq!(
                assistant::text::asks_for_a_reserved_word(&done.text()),
                None,
                "{}",
                done.text()
            );
            for receipt in done.receipts {
                assert!(
                    receipt.line.contains(&receipt.label),
                    "{:?} does not show its number",
                    receipt.line
                );
            }
        }
    }
    let average = f64::from(segments) / f64::from(texts);
    println!("{texts} answers, {average:.2} segments each");
    assert!(average <= 1.3, "{average:.2} segments on average");
}

#[tokio::test]
async fn a_name_that_is_marked_up_or_very_long_is_kept_or_refused_but_never_breaks() {
    let bench = Bench::new().await;
    let odd = [
        "'; drop table tasks; --",
        "{{prompt}}",
        "%s%n",
        "\u{202e}evil",
        "a\nb",
        "🎂",
        &"x".repeat(5_000),
    ];
    for tool in skills::all().tools() {
        for (sample_tool, args) in skills::all().iter().flat_map(Skill::samples) {
            if sample_tool != tool.name {
                continue;
            }
            for word in odd {
                // refused or done, but no error of the database and no panic
                let _outcome = bench
                    .call(bench.ana, tool.name, with_words(&args, word))
                    .await;
            }
        }
    }
    assert!(
        bench
            .house
            .db
            .count("select last::bigint from counters where letter = 'T'")
            .await
            > 5,
        "some were kept"
    );
}

/// `value` with every string in it replaced.
fn with_words(value: &Value, word: &str) -> Value {
    match value {
        Value::String(_) => Value::from(word),
        Value::Array(items) => items.iter().map(|item| with_words(item, word)).collect(),
        Value::Object(fields) => {
            let closed = ["priority", "due", "aisle"];
            fields
                .iter()
                .map(|(name, v)| {
                    (
                        name.clone(),
                        if closed.contains(&name.as_str()) {
                            v.clone()
                        } else {
                            with_words(v, word)
                        },
                    )
                })
                .collect::<Map<_, _>>()
                .into()
        }
        other => other.clone(),
    }
}

fn gsm7(text: &str) -> bool {
    text.chars().all(assistant::text::is_gsm7)
}

/// Two users, and the tools called as they are in a turn.
pub struct Bench {
    pub house: House,
    pub pool: PgPool,
    pub ana: Uuid,
    pub ben: Uuid,
}

impl Bench {
    pub async fn new() -> Self {
        let house = Plan::default().closed().build().await;
        let pool = db::connect(&house.config().database).await.expect("a pool");
        let (ana, ben) = (
            house.db.add_user(ANA, "UTC").await,
            house.db.add_user(BEN, "UTC").await,
        );
        Self {
            house,
            pool,
            ana,
            ben,
        }
    }

    pub async fn scope(&self, user: Uuid) -> Scope {
        let tx = UserTx::begin(&self.pool, UserId(user))
            .await
            .expect("begun");
        Scope {
            tx,
            now: Clock::default().now(),
            zone: TimeZone::UTC,
            habits: assistant::when::Habits::default(),
            numbers: None,
            turn: None,
            undo_hours: 24,
        }
    }

    /// Commits what succeeds.
    pub async fn call(&self, user: Uuid, tool: &str, args: Value) -> Result<Done, String> {
        let all = skills::all();
        let (_, tool) = all.find_tool(tool).expect("a tool");
        let mut scope = self.scope(user).await;
        match tool.call(args, &mut scope).await {
            Ok(done) => {
                scope.tx.commit().await.expect("committed");
                Ok(done)
            }
            Err(why @ (Refusal::Tell(_) | Refusal::Ask(_) | Refusal::Which(_))) => {
                Err(why.to_string())
            }
            Err(Refusal::Database(error)) => panic!("{}: {error}", tool.name),
        }
    }

    /// Every row of the user in the tables of skills, without what only bookkeeping sees.
    pub async fn rows(
        &self,
        user: Uuid,
    ) -> std::collections::BTreeMap<String, Vec<Map<String, Value>>> {
        let tables: Vec<String> = sqlx::query_scalar(
            "select table_name::text from information_schema.columns
             where table_schema = 'public' and column_name = 'user_id' and not table_name = any($1) order by 1",
        )
        .bind(OF_THE_HOUSE)
        .fetch_all(&self.house.db.admin)
        .await
        .expect("tables");
        assert!(!tables.is_empty());
        let mut all = std::collections::BTreeMap::new();
        // what a user can set; who they are is the house's
        let set: Vec<Value> = sqlx::query_scalar(
            "select to_jsonb(u) - '{id,name,email,state,created_at,email_verified_at,access_epoch,announced_epoch}'::text[] from users u where id = $1",
        )
        .bind(user)
        .fetch_all(&self.house.db.admin)
        .await
        .expect("a user");
        all.insert(
            "users".to_owned(),
            set.into_iter()
                .filter_map(|row| row.as_object().cloned())
                .collect(),
        );
        for table in tables {
            let sql = format!(
                "select to_jsonb(t) - 'changed_at' from {table} t where user_id = $1 order by 1"
            );
            let rows: Vec<Value> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
                .bind(user)
                .fetch_all(&self.house.db.admin)
                .await
                .expect("rows");
            all.insert(
                table,
                rows.into_iter()
                    .filter_map(|row| row.as_object().cloned())
                    .collect(),
            );
        }
        all
    }
}
