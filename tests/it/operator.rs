//! The operator's hand: pauses that survive a restart, the heartbeat, many users from a table.

use std::time::Duration;

use assistant::{
    app::Role,
    switches::{self, Switch},
};
use axum::{Router, http::StatusCode, routing::get};
use serde_json::Value;
use sqlx::PgPool;
use tokio::sync::mpsc;
use tokio_util::task::TaskTracker;

use crate::{
    house::{ANA, BEN, House, PATIENCE, Plan},
    program::Program,
    wire::{heard, metric, plain, run},
};

/// Turns a switch as the command does, and waits until the daemon follows.
pub async fn turn(house: &House, switch: Switch, off: bool) {
    let pool = assistant::db::connect(&house.config().database)
        .await
        .expect("a pool");
    let now = assistant::clock::Clock::default().now();
    switches::turn(&pool, switch, off, now, "a test")
        .await
        .expect("turned");
    pool.close().await;
    let running = house.running.as_ref().expect("it runs");
    until(|| running.switches.is_off(switch) == off).await;
}

async fn until(is_so: impl Fn() -> bool) {
    let wait = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, wait)
        .await
        .expect("it becomes so");
}

async fn degraded(house: &House) -> Value {
    let url = format!("{}/health/ready", house.url());
    let answer = house.http().get(url).send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    answer.json::<Value>().await.expect("JSON")["degraded"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn while_turns_are_paused_texts_are_kept_and_answered_in_order_after_the_resume() {
    let mut house = plain().build().await;
    let ana = house.resident(ANA).await;
    let id = ana.id;
    assert_eq!(ana.asks("add a task: before").await, "T1 before");
    turn(&house, Switch::Turns, true).await;
    for body in ["add a task: one", "add a task: two"] {
        house
            .sim
            .text(ANA, crate::house::OWN, body)
            .await
            .status
            .filter(|s| *s == 200)
            .expect("kept");
    }
    assert_eq!(degraded(&house).await, serde_json::json!(["turns paused"]));
    // a restart turns nothing on again, and the sweep wakes nobody for nothing
    house.close().await;
    house.open().await;
    tokio::time::sleep(Duration::from_secs(4)).await;
    let running = house.running.as_ref().expect("it runs");
    assert!(running.switches.is_off(Switch::Turns));
    assert_eq!(house.db.count("select count(*) from turns").await, 1);
    assert_eq!(
        house
            .db
            .count("select count(*) from messages where state = 'pending'")
            .await,
        2
    );
    let leases = format!("select epoch from leases where user_id = '{id}'");
    assert_eq!(
        house.db.count(&leases).await,
        1,
        "no attempt was made while paused"
    );
    assert_eq!(house.sim.sent_to(ANA).len(), 1);
    assert!(metric(&house, "assistant_paused{part=\"turns\"}").await > 0.5);
    turn(&house, Switch::Turns, false).await;
    assert_eq!(
        heard_at_last(&house, ANA, 2).await,
        ["T1 before", "T2 one\nT3 two"],
        "texts that waited together are one turn"
    );
    assert_eq!(degraded(&house).await, serde_json::json!([]));
    assert!(metric(&house, "assistant_paused{part=\"turns\"}").await < 0.5);
    house.is_at_rest().await;
}

async fn heard_at_last(house: &House, number: &str, count: usize) -> Vec<String> {
    house.sim.wait_for(number, count, PATIENCE).await;
    heard(house, number).await
}

#[tokio::test(flavor = "multi_thread")]
async fn while_sending_is_paused_nothing_leaves_and_everything_leaves_in_order_after_it() {
    let mut house = plain().build().await;
    house.resident(ANA).await;
    turn(&house, Switch::Sending, true).await;
    let own = crate::house::OWN;
    for body in ["add a task: one", "add a task: two", "my tasks"] {
        assert_eq!(house.sim.text(ANA, own, body).await.status, Some(200));
        let done = || async {
            house
                .db
                .count("select count(*) from messages where state = 'pending'")
                .await
                == 0
        };
        while !done().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    assert_eq!(house.sim.text(BEN, own, "STOP").await.status, Some(200));
    house.close().await;
    house.open().await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(house.sim.all_sent().is_empty());
    assert_eq!(
        house
            .db
            .count("select count(*) from outbox where state = 'queued' and attempts = 0")
            .await,
        4
    );
    // a further replica follows the same switch
    let other = house.replica(Role::Worker).await;
    assert!(other.switches.is_off(Switch::Sending));
    turn(&house, Switch::Sending, false).await;
    assert_eq!(
        heard_at_last(&house, ANA, 3).await,
        ["T1 one", "T2 two", "Your tasks:\n1. one [T1]\n2. two [T2]"]
    );
    assert!(heard(&house, BEN).await[0].starts_with("You will get no more texts"));
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_commands_pause_resume_and_show_and_doctor_names_a_pause() {
    let house = plain().build().await;
    let program = Program::of(&house).set("server.public_url", "https://sms.example.org");
    let (code, out, errors) = program.runs(&["admin", "pause", "model"]).await;
    assert_eq!((code, out.as_str()), (0, "model paused\n"), "{errors}");
    assert_eq!(
        program.runs(&["admin", "pause", "model"]).await.1,
        "model paused already\n"
    );
    let running = house.running.as_ref().expect("it runs");
    let model = running.switches.model();
    until(|| model.load(std::sync::atomic::Ordering::Relaxed)).await;
    assert_eq!(degraded(&house).await, serde_json::json!(["model paused"]));
    let (_, shown, _) = program.runs(&["admin", "switches"]).await;
    assert!(
        shown.contains("sending  running") && shown.contains("model    paused since 2"),
        "{shown}"
    );
    let (code, said, _) = program.runs(&["doctor"]).await;
    assert!(
        code == 0 && said.contains("assistant admin resume model"),
        "{said}"
    );
    assert_eq!(
        program.runs(&["admin", "resume", "model"]).await.1,
        "model running\n"
    );
    assert_eq!(
        program.runs(&["admin", "resume", "turns"]).await.1,
        "turns running already\n"
    );
    until(|| !model.load(std::sync::atomic::Ordering::Relaxed)).await;
    assert_eq!(program.runs(&["admin", "pause", "everything"]).await.0, 2);
}

/// A watchdog that tells of every call, and answers with this status.
async fn watchdog(status: StatusCode) -> (String, mpsc::UnboundedReceiver<()>) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let url = format!("http://{}/ping/secret", socket.local_addr().expect("bound"));
    let hear = move || async move {
        // a test that is over hears nothing any more
        let _ = sender.send(());
        status
    };
    let router = Router::new().route("/ping/secret", get(hear));
    TaskTracker::new().spawn(async move { axum::serve(socket, router).await });
    (url, receiver)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_watchdog_is_called_while_all_is_well_and_not_when_texts_wait_or_are_in_doubt() {
    let (url, mut beats) = watchdog(StatusCode::OK).await;
    let house = plain()
        .set("ops.heartbeat_url", &url)
        .set("ops.heartbeat_seconds", "0.1")
        .build()
        .await;
    let ana = house.resident(ANA).await;
    tokio::time::timeout(PATIENCE, beats.recv())
        .await
        .expect("a first beat");
    // so that things wait for as long as this test wants
    turn(&house, Switch::Turns, true).await;
    turn(&house, Switch::Sending, true).await;
    house
        .sim
        .text(ANA, crate::house::OWN, "add a task: late")
        .await;
    let doubtful = format!(
        "insert into outbox (user_id, recipient, sender, kind, dedupe_key, body, segments, state, claimed_at, next_check_at)
         values ('{}', '{ANA}', '{}', 'push', 'x', 'x', 1, 'unknown', now() - interval '1 day', 'infinity')",
        ana.id,
        crate::house::OWN
    );
    let queued = doubtful
        .replace(
            "'unknown', now() - interval '1 day', 'infinity'",
            "'queued', null, null",
        )
        .replace("'x', 'x', 1", "'y', 'x', 1");
    for (breaks, mends) in [
        (
            "update messages set received_at = now() - interval '1 hour'".to_owned(),
            "update messages set received_at = now()".to_owned(),
        ),
        (doubtful, "delete from outbox".to_owned()),
        (
            format!("{queued}; update outbox set created_at = now() - interval '1 hour'"),
            "delete from outbox".to_owned(),
        ),
    ] {
        for statement in breaks.split("; ") {
            run(&house, statement).await;
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        while beats.try_recv().is_ok() {}
        assert!(
            tokio::time::timeout(Duration::from_millis(700), beats.recv())
                .await
                .is_err(),
            "silent after: {breaks}"
        );
        run(&house, &mends).await;
        tokio::time::timeout(PATIENCE, beats.recv())
            .await
            .expect("it beats again");
    }
    turn(&house, Switch::Turns, false).await;
    turn(&house, Switch::Sending, false).await;
    assert_eq!(ana.hears().await, "T1 late");
    house.is_at_rest().await;
    // a process that only keeps texts gives no sign of life
    let api = house.replica(Role::Api).await;
    api.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watchdog_that_fails_ends_nothing_and_its_address_is_checked_and_never_shown() {
    let (url, mut beats) = watchdog(StatusCode::INTERNAL_SERVER_ERROR).await;
    let house = plain()
        .set("ops.heartbeat_url", &url)
        .set("ops.heartbeat_seconds", "0.1")
        .build()
        .await;
    let ana = house.resident(ANA).await;
    for _ in 0..3 {
        tokio::time::timeout(PATIENCE, beats.recv())
            .await
            .expect("it is called all the same");
    }
    assert_eq!(ana.asks("add a task: go on").await, "T1 go on");
    assert!(metric(&house, "assistant_job_failures_total{job=\"heartbeat\"}").await >= 1.0);
    for wrong in ["ftp://x/secret", "nonsense-secret", "https://"] {
        let (code, _, errors) = Program::of(&house)
            .set("ops.heartbeat_url", wrong)
            .runs(&["serve"])
            .await;
        assert!(
            code == 1 && errors.contains("ops.heartbeat_url") && !errors.contains("secret"),
            "{errors}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_of_users_is_added_whole_or_not_at_all() {
    let house = Plan::default().closed().build().await;
    house.db.add_user(BEN, "UTC").await;
    run(&house, "update users set email = 'Ben@x.org'").await;
    let program = Program::of(&house);
    let folder = std::env::temp_dir();
    let file = folder.join(format!("{}.csv", house.db.name));
    let path = file.to_str().expect("a path");
    let users = || async { house.db.count("select count(*) from users").await };
    let write = |table: &str| std::fs::write(&file, table).expect("written");

    write(&format!(
        "\u{feff}phone,email,name,time_zone,verified\r\n{ANA},ana@x.org,\"Lee, Ana\",America/New_York,yes\r\n\r\n\
         {BEN},,Ben,,\r\n+15550100004,ben@X.org,,,\r\n+15550100005,,,Mars/Olympus,\r\n"
    ));
    let (code, out, errors) = program.runs(&["admin", "user", "import", path]).await;
    assert_eq!((code, out.as_str()), (1, ""), "{errors}");
    for words in [
        "line 4: phone: another user has +15550100003",
        "line 5: email: another user has ben@X.org",
        "line 6: time_zone: found \"Mars/Olympus\"",
        "3 bad lines; nobody was added",
    ] {
        assert!(errors.contains(words), "{words} is missing in\n{errors}");
    }
    assert_eq!(users().await, 1);

    write(&format!(
        "phone,name,verified\n{ANA},\"Lee, Ana\",yes\n+15550100004,,no\n"
    ));
    let (code, out, errors) = program
        .runs(&["admin", "user", "import", path, "--dry-run"])
        .await;
    assert_eq!(code, 0, "{errors}");
    assert!(
        out.contains("would add +15550100002 Lee, Ana UTC verified")
            && errors.contains("2 users would be added"),
        "{out}{errors}"
    );
    assert_eq!(users().await, 1, "a dry run changes nothing");
    let (code, out, errors) = program.runs(&["admin", "user", "import", path]).await;
    assert_eq!((code, out.lines().count()), (0, 2), "{errors}");
    assert_eq!(users().await, 3);
    assert_eq!(
        house
            .db
            .count("select count(*) from mailboxes m join users u on u.id = m.user_id where u.name = 'Lee, Ana'")
            .await,
        1
    );
    assert_eq!(
        house
            .db
            .count("select count(*) from phones where verified_at is not null")
            .await,
        2
    );
    let (code, _, errors) = program.runs(&["admin", "user", "import", path]).await;
    assert!(
        code == 1 && errors.contains("line 2: phone: another user has"),
        "{errors}"
    );
    let (code, _, errors) = program
        .runs(&["admin", "user", "import", "/nowhere.csv"])
        .await;
    assert!(code == 1 && errors.contains("/nowhere.csv"), "{errors}");
    std::fs::remove_file(file).expect("removed");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_daemons_role_may_turn_switches_but_not_forget_them() {
    let house = Plan::default().closed().build().await;
    let pool: PgPool = assistant::db::connect(&house.config().database)
        .await
        .expect("a pool");
    let now = assistant::clock::Clock::default().now();
    assert!(
        switches::turn(&pool, Switch::Model, true, now, "x")
            .await
            .expect("turned")
    );
    for forbidden in ["delete from switches", "truncate switches"] {
        assert!(
            sqlx::query(forbidden).execute(&pool).await.is_err(),
            "{forbidden}"
        );
    }
    pool.close().await;
}
