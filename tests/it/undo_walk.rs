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

use crate::house::{ANA, Plan};

/// A skill, what is wished of it at random, and everything that a user can see of it: with the version that later
/// inverses expect.
struct Walk {
    skill: &'static str,
    wish: fn(&mut u64) -> (&'static str, Value),
    visible: &'static str,
}

#[tokio::test(flavor = "multi_thread")]
async fn doing_and_undoing_tasks_changes_nothing_on_a_random_walk() {
    let done = walk(Walk {
        skill: "tasks",
        wish: of_tasks,
        visible: "select concat_ws('|', number, title, priority, due_on, state, done_at, version) from tasks order by number",
    })
    .await;
    assert!(
        done > STEPS / 4,
        "only {done} of {STEPS} steps did anything"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn doing_and_undoing_groceries_changes_nothing_on_a_random_walk() {
    let done = walk(Walk {
        skill: "groceries",
        wish: of_groceries,
        visible:
            "select concat_ws('|', number, name, key, amount, state, got_at, version) from groceries
                  union all select concat_ws('|', key, aisle) from grocery_aisles order by 1",
    })
    .await;
    assert!(
        done > STEPS / 4,
        "only {done} of {STEPS} steps did anything"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn doing_and_undoing_events_changes_nothing_on_a_random_walk() {
    let done = walk(Walk {
        skill: "calendar",
        wish: of_events,
        visible: "select (to_jsonb(e) - 'changed_at')::text from events e order by number, id",
    })
    .await;
    assert!(
        done > STEPS / 4,
        "only {done} of {STEPS} steps did anything"
    );
}

const STEPS: u64 = 250;

/// Does, undoes and does again what chance wishes; returns how many steps did something.
async fn walk(walk: Walk) -> u64 {
    let house = Plan::default().closed().build().await;
    let user = house.db.add_user(ANA, "America/New_York").await;
    let pool = db::connect(&house.config().database).await.expect("a pool");
    let visible = async || -> Vec<String> {
        sqlx::query_scalar(walk.visible)
            .fetch_all(&house.db.admin)
            .await
            .expect("rows")
    };
    let mut random = 20_261_123_u64;
    let mut done = 0;
    for step in 0..STEPS {
        let (tool, args) = (walk.wish)(&mut random);
        let before = visible().await;
        let Ok(inverses) = act(&pool, user, tool, &args).await else {
            continue;
        };
        if inverses.is_empty() {
            assert_eq!(
                visible().await,
                before,
                "step {step}: {tool} {args} changed something without a receipt"
            );
            continue;
        }
        done += 1;
        assert_ne!(
            visible().await,
            before,
            "step {step}: {tool} {args} left receipts and changed nothing"
        );
        take_back(&pool, user, walk.skill, &inverses).await;
        assert_eq!(visible().await, before, "step {step}: {tool} {args}");
        act(&pool, user, tool, &args)
            .await
            .expect("what was possible is possible again");
    }
    pool.close().await;
    done
}

fn pick<'a, T>(random: &mut u64, from: &'a [T]) -> &'a T {
    *random = random
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    &from[usize::try_from(*random >> 33).expect("31 bits") % from.len()]
}

fn of_tasks(random: &mut u64) -> (&'static str, Value) {
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

fn of_groceries(random: &mut u64) -> (&'static str, Value) {
    let names = ["milk", "eggs", "flour", "tofu", "Tomatoes", "tomato"];
    let amounts = [
        "",
        "1 l ",
        "500 ml ",
        "2 cans of ",
        "a dozen ",
        "1 lb ",
        "3 ",
    ];
    let mut thing = || format!("{}{}", pick(random, &amounts), pick(random, &names));
    let (one, two) = (thing(), thing());
    let name = *pick(random, &names);
    let aisle = *pick(random, &[None, Some("dairy"), Some("other")]);
    match *pick(random, &[0, 0, 0, 0, 1, 1, 2, 3, 3, 4, 5]) {
        0 => ("add_groceries", json!({"items": [one, two]})),
        1 => ("got_groceries", json!({"items": [one]})),
        2 => ("remove_groceries", json!({"items": [name]})),
        3 => (
            "edit_grocery",
            json!({"item": name, "amount": pick(random, &["none", "2 l", "4"]), "aisle": aisle}),
        ),
        4 => (
            "edit_grocery",
            json!({"item": name, "name": pick(random, &names)}),
        ),
        _ => (
            "clear_groceries",
            json!({"got": *pick(random, &[true, false])}),
        ),
    }
}

fn of_events(random: &mut u64) -> (&'static str, Value) {
    let titles = ["standup", "lunch", "yoga", "vacation", "review"];
    let title = *pick(random, &titles);
    let event = match *pick(random, &[0, 0, 1, 2]) {
        0 => title.to_owned(),
        1 => format!("{title} tomorrow"),
        _ => format!("{title} on friday"),
    };
    let when = *pick(
        random,
        &[
            "tomorrow at 3pm",
            "friday 9-11am",
            "every weekday at 9am",
            "every monday at 10am for 5 times",
            "every 2 weeks on tuesday at 4pm",
            "dec 20 through 27",
            "every day at 11pm",
        ],
    );
    let to = *pick(
        random,
        &[
            "10am",
            "friday",
            "an hour later",
            "tomorrow at 5pm",
            "every tuesday at 2pm",
        ],
    );
    let which = *pick(random, &["this", "following", "all"]);
    match *pick(random, &[0, 0, 0, 1, 1, 1, 2, 3]) {
        0 => ("add_event", json!({"title": title, "when": when})),
        1 => (
            "change_event",
            json!({"event": event, "when": to, "which": which}),
        ),
        2 => (
            "change_event",
            json!({"event": event, "title": pick(random, &titles), "which": which}),
        ),
        _ => ("delete_events", json!({"events": [event], "which": which})),
    }
}

async fn scope(pool: &PgPool, user: Uuid) -> Scope {
    let tx = UserTx::begin(pool, UserId(user)).await.expect("begun");
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
        Err(why @ (Refusal::Tell(_) | Refusal::Ask(_) | Refusal::Which(_))) => Err(why.to_string()),
        Err(Refusal::Database(error)) => panic!("{error}"),
    }
}

async fn take_back(pool: &PgPool, user: Uuid, skill: &str, inverses: &[Value]) {
    let skills = skills::all();
    let skill: &dyn Skill = skills.find(skill).expect("a skill");
    let mut scope = scope(pool, user).await;
    for inverse in inverses.iter().rev() {
        skill
            .undo(&mut scope, inverse)
            .await
            .expect("nothing has changed since");
    }
    scope.tx.commit().await.expect("committed");
}
