//! Do and undo on a random walk: together they change nothing.

use assistant::{
    clock::Clock,
    db::{self, UserTx},
    domain::UserId,
    skills::{self, Refusal, Scope, Skill},
};
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

use crate::house::{ANA, House, Plan};

#[tokio::test(flavor = "multi_thread")]
async fn doing_and_undoing_changes_nothing_on_a_random_walk() {
    const STEPS: u64 = 250;
    let house = Plan::default().closed().build().await;
    let user = house.db.add_user(ANA, "America/New_York").await;
    let pool = db::connect(&house.config().database).await.expect("a pool");
    let mut random = 20_261_123_u64;
    let mut done = 0;
    for step in 0..STEPS {
        let (tool, args) = wish(&mut random);
        let before = visible(&house).await;
        let Ok(inverses) = act(&pool, user, tool, &args).await else {
            continue;
        };
        if inverses.is_empty() {
            assert_eq!(
                visible(&house).await,
                before,
                "step {step}: {tool} {args} changed something without a receipt"
            );
            continue;
        }
        done += 1;
        assert_ne!(
            visible(&house).await,
            before,
            "step {step}: {tool} {args} left receipts and changed nothing"
        );
        take_back(&pool, user, &inverses).await;
        assert_eq!(visible(&house).await, before, "step {step}: {tool} {args}");
        act(&pool, user, tool, &args)
            .await
            .expect("what was possible is possible again");
    }
    assert!(
        done > STEPS / 3,
        "only {done} of {STEPS} steps did anything"
    );
    pool.close().await;
}

fn pick<'a, T>(random: &mut u64, from: &'a [T]) -> &'a T {
    *random = random
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    &from[usize::try_from(*random >> 33).expect("31 bits") % from.len()]
}

fn wish(random: &mut u64) -> (&'static str, Value) {
    let title = (*pick(
        random,
        &[
            "milk", "eggs", "bread", "tea", "rent", "taxes", "gym", "vet",
        ],
    ))
    .to_owned();
    let task = (*pick(
        random,
        &[
            "milk", "eggs", "bread", "tea", "rent", "taxes", "gym", "vet",
        ],
    ))
    .to_owned();
    let due = *pick(
        random,
        &[None, Some("friday"), Some("2027-04-15"), Some("tomorrow")],
    );
    let priority = *pick(random, &[None, Some("none"), Some("low"), Some("high")]);
    match *pick(random, &[0, 0, 0, 1, 1, 2, 3, 3, 3, 4]) {
        0 => (
            "add_tasks",
            json!({"titles": [title, task], "due": due, "priority": priority}),
        ),
        1 => ("complete_tasks", json!({"tasks": [task]})),
        2 => ("reopen_tasks", json!({"tasks": [task]})),
        3 => (
            "edit_task",
            json!({"task": task, "title": null, "due": due.unwrap_or("none"), "priority": priority}),
        ),
        _ => ("delete_tasks", json!({"tasks": [task, title]})),
    }
}

async fn scope(pool: &PgPool, user: Uuid) -> Scope {
    let tx = UserTx::begin(pool, UserId(user)).await.expect("begun");
    Scope {
        tx,
        now: Clock::default().now(),
        zone: TimeZone::UTC,
        turn: None,
        undo_hours: 24,
    }
}

/// Runs the tool and returns its inverses in the order of its receipts.
async fn act(pool: &PgPool, user: Uuid, tool: &str, args: &Value) -> Result<Vec<Value>, String> {
    let skills = skills::all();
    let (_, tool) = skills.find_tool(tool).expect("a tool");
    let mut scope = scope(pool, user).await;
    match tool.call(args.clone(), &mut scope).await {
        Ok(done) => {
            scope.tx.commit().await.expect("committed");
            Ok(done
                .receipts
                .into_iter()
                .map(|r| r.inverse.expect("everything here can be undone"))
                .collect())
        }
        Err(Refusal::Tell(why)) => Err(why),
        Err(Refusal::Database(error)) => panic!("{error}"),
    }
}

async fn take_back(pool: &PgPool, user: Uuid, inverses: &[Value]) {
    let skills = skills::all();
    let tasks: &dyn Skill = skills.find("tasks").expect("tasks");
    let mut scope = scope(pool, user).await;
    for inverse in inverses.iter().rev() {
        tasks
            .undo(&mut scope, inverse)
            .await
            .expect("nothing has changed since");
    }
    scope.tx.commit().await.expect("committed");
}

/// Everything that a user can see of tasks, and the version that later inverses expect.
async fn visible(house: &House) -> Vec<String> {
    sqlx::query_scalar(
        "select concat_ws('|', number, title, priority, due_on, state, done_at, version) from tasks order by number",
    )
    .fetch_all(&house.db.admin)
    .await
    .expect("rows")
}
