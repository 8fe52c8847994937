//! A turn that is cut off: it goes on where it stood, with what it knew, and is given up after three attempts.

use std::{
    sync::{Arc, OnceLock, Weak},
    time::Duration,
};

use assistant::{
    app::{self, Parts, Role},
    clock::Clock,
    model::{Answer, Scripted},
    sim::twilio::SimOptions,
};
use jiff::SignedDuration;
use serde_json::json;
use tokio::runtime::Runtime;

use crate::{
    house::{ANA, BEN, House, Plan},
    scripts::{add, asked, call, calls, refused, with_trouble},
};

/// A daemon in a runtime of its own, which can be ended between any two polls, as a crash does.
pub struct Doomed(Option<Runtime>);

impl Doomed {
    pub async fn open(house: &House) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let parts = Parts {
            clock: house.clock.clone(),
            model: house.model.clone().map(|m| m as _),
            skills: house.skills(),
        };
        let config = house.config();
        let running = runtime.spawn(async move {
            app::start_with(config, Role::All, parts)
                .await
                .expect("the daemon starts")
        });
        let running = running.await.expect("no panic");
        house
            .sim
            .set_webhook(&format!("http://{}/webhooks/twilio/sms", running.address));
        std::mem::forget(running);
        Self(Some(runtime))
    }

    pub fn crash(mut self) {
        self.0.take().expect("it runs").shutdown_background();
    }
}

impl Drop for Doomed {
    fn drop(&mut self) {
        // a runtime must not be dropped from within another one
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_resumed_after_a_crash_asks_the_same_and_repeats_no_committed_call() {
    // answers the first question, and closes the door before it does: the second stays open until the crash
    let itself: Arc<OnceLock<Weak<Scripted>>> = Arc::default();
    let door = itself.clone();
    let model = Arc::new(Scripted::with(move |prompt| {
        if !prompt.results.is_empty() {
            return Answer::text("There is no T999.");
        }
        door.get()
            .and_then(Weak::upgrade)
            .expect("set below")
            .waits_before_answering();
        calls([add("milk"), refused()])
    }));
    itself.set(Arc::downgrade(&model)).expect("set once");
    let clock = Clock::default();
    let mut house = Plan::default()
        .model(&model)
        .clock(&clock)
        .set("limits.working_after_seconds", 9_000)
        .closed()
        .build()
        .await;
    let doomed = Doomed::open(&house).await;
    let id = house.db.add_user(ANA, "America/New_York").await;
    house.sim.text(ANA, "", "milk, and T999 is done").await;
    asked(&model, 2).await;
    let before = model.asked();
    doomed.crash();

    sqlx::query("update users set time_zone = 'Asia/Tokyo' where id = $1")
        .bind(id)
        .execute(&house.db.admin)
        .await
        .expect("moved");
    clock.advance(SignedDuration::from_mins(90));
    model.goes_on();
    house.open().await;
    house.is_at_rest().await;
    let bodies: Vec<_> = house.sim.sent_to(ANA).into_iter().map(|t| t.body).collect();
    assert_eq!(bodies, ["T1 milk\nThere is no T999."]);
    let asked = model.asked();
    assert_eq!(
        asked.len(),
        3,
        "the recorded answer was taken, not asked for again"
    );
    assert_eq!(
        asked[2], before[1],
        "the same now, zone, texts, memory and results"
    );
    assert!(asked[2].now.ends_with("[America/New_York]"));
    assert_eq!(house.db.count("select count(*) from tasks").await, 1);
    assert_eq!(
        house.db.count("select attempts::bigint from turns").await,
        2
    );
    assert_eq!(house.db.count("select count(*) from ledger").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_cut_off_before_its_first_effect_is_asked_again_with_the_same_inputs_by_another_replica()
 {
    let model = Arc::new(Scripted::default());
    let clock = Clock::default();
    let mut house = Plan::default()
        .model(&model)
        .clock(&clock)
        // one clock: a text that the pull finds first is not late
        .sim(SimOptions {
            clock: clock.clone(),
            ..SimOptions::default()
        })
        .set("limits.working_after_seconds", 9_000)
        .closed()
        .build()
        .await;
    let doomed = Doomed::open(&house).await;
    house.db.add_user(ANA, "America/New_York").await;
    model.waits_before_answering();
    house.sim.text(ANA, "", "milk").await;
    let before = asked(&model, 1).await;
    house.open().await;
    clock.advance(SignedDuration::from_mins(7));
    // comes in while the first attempt hangs: it does not join a turn that was cut off
    house.sim.text(ANA, "", "eggs").await;
    doomed.crash();
    model.will(Ok(calls([add("milk")])));
    model.will(Ok(calls([add("eggs")])));
    model.goes_on();
    house.is_at_rest().await;
    let asked = model.asked();
    assert_eq!(asked[1], before);
    assert_eq!(asked[2].texts, ["eggs"]);
    let bodies: Vec<_> = house.sim.sent_to(ANA).into_iter().map(|t| t.body).collect();
    assert_eq!(bodies, ["T1 milk", "T2 eggs"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resumed_turn_does_not_say_working_on_it_again() {
    let model = Arc::new(Scripted::default());
    let mut house = Plan::default()
        .model(&model)
        .set("limits.working_after_seconds", 1)
        .closed()
        .build()
        .await;
    let doomed = Doomed::open(&house).await;
    house.db.add_user(ANA, "UTC").await;
    model.waits_before_answering();
    model.will(Ok(calls([add("milk")])));
    house.sim.text(ANA, "", "milk").await;
    house.sim.wait_for(ANA, 1, crate::house::PATIENCE).await;
    doomed.crash();
    house.open().await;
    asked(&model, 2).await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    model.goes_on();
    house.is_at_rest().await;
    let bodies: Vec<_> = house.sim.sent_to(ANA).into_iter().map(|t| t.body).collect();
    assert_eq!(bodies, ["Working on it...", "T1 milk"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_graceful_stop_gives_no_attempt_away_and_the_text_is_answered_later() {
    let model = Arc::new(Scripted::default());
    let mut house = Plan::default()
        .model(&model)
        .set("server.drain_seconds", 2)
        .build()
        .await;
    let id = house.db.add_user(ANA, "UTC").await;
    for stop in 1..=4 {
        model.waits_before_answering();
        if stop == 1 {
            house.sim.text(ANA, "", "milk").await;
        }
        asked(&model, stop).await;
        house.close().await;
        assert_eq!(
            house.db.count("select attempts::bigint from turns").await,
            0,
            "stop {stop}"
        );
        assert_eq!(
            house
                .db
                .count("select count(*) from messages where state = 'pending'")
                .await,
            1
        );
        assert_eq!(
            house
                .db
                .count("select count(*) from beats where until > clock_timestamp()")
                .await,
            0,
            "given back"
        );
        house.open().await;
    }
    model.will(Ok(calls([add("milk")])));
    model.goes_on();
    house.is_at_rest().await;
    let bodies: Vec<_> = house.sim.sent_to(ANA).into_iter().map(|t| t.body).collect();
    assert_eq!(
        bodies,
        ["T1 milk"],
        "stopped more often than there are attempts"
    );
    assert_eq!(
        house
            .db
            .count(&format!(
                "select count(*) from tasks where user_id = '{id}'"
            ))
            .await,
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_breaks_its_turn_three_times_ends_with_an_apology_that_lists_what_was_done() {
    let model = Arc::new(Scripted::default());
    let house = Plan::default()
        .model(&model)
        .skills(with_trouble())
        .build()
        .await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    model.will(Ok(calls([add("milk"), call("boom", json!({}))])));
    ana.texts("milk and boom").await;
    asked(&model, 1).await;
    model.will(Ok(calls([add("tea")])));
    assert_eq!(
        ben.asks("tea").await,
        "T1 tea",
        "others are served meanwhile"
    );
    assert_eq!(
        ana.hears().await,
        "Sorry, something went wrong on my side and I gave up on your last text. Done before that:\nT1 milk"
    );
    assert_eq!(
        house
            .db
            .count("select attempts::bigint from turns where state = 'dead'")
            .await,
        3
    );
    assert_eq!(
        house
            .db
            .count("select count(*) from messages where state = 'dead'")
            .await,
        1
    );
    assert_eq!(
        house
            .db
            .count("select count(*) from counters where letter = 'boom'")
            .await,
        0,
        "nothing of the broken call stays"
    );
    assert_eq!(
        house
            .db
            .count("select count(*) from tasks where title = 'milk'")
            .await,
        1
    );
    assert_eq!(
        model.asked().len(),
        2,
        "the recorded answer was taken, not asked for again"
    );

    model.will(Ok(calls([add("eggs")])));
    assert_eq!(ana.asks("eggs").await, "T2 eggs", "the next text is served");
    model.will(Ok(calls([call("boom", json!({}))])));
    model.will(Ok(calls([call("boom", json!({}))])));
    model.will(Ok(calls([call("boom", json!({}))])));
    assert_eq!(
        ana.asks("boom").await,
        "Sorry, something went wrong on my side and I gave up on your last text. Nothing of it was done."
    );
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_database_connection_is_held_while_the_model_is_asked() {
    const USERS: usize = 30;
    let model = Arc::new(Scripted::default());
    let house = Plan::default()
        .model(&model)
        .set("database.max_connections", 4)
        .set("limits.lease_seconds", 6)
        .build()
        .await;
    model.waits_before_answering();
    let numbers: Vec<String> = (0..USERS)
        .map(|n| format!("+1555010{n:04}", n = 2000 + n))
        .collect();
    for number in &numbers {
        house.db.add_user(number, "UTC").await;
        assert_eq!(house.sim.text(number, "", "hello").await.status, Some(200));
    }
    asked(&model, USERS).await;
    let ready = house
        .http()
        .get(format!("{}/health/ready", house.url()))
        .send()
        .await
        .expect("an answer");
    assert_eq!(ready.status(), 200);
    let ana = house.resident(ANA).await;
    let said = ana.asks("are you a bot?").await;
    assert!(said.starts_with("I am a program"), "{said}");
    let held = "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'assistant'
                and state like 'idle in transaction%' and state_change < clock_timestamp() - interval '200 ms'";
    assert_eq!(house.db.count(held).await, 0);
    model.goes_on();
    for number in &numbers {
        let texts = house.sim.wait_for(number, 1, crate::house::PATIENCE).await;
        assert_eq!(texts.len(), 1, "{number}");
    }
    house.is_at_rest().await;
    assert_eq!(
        house
            .db
            .count("select count(*) from turns where attempts > 1")
            .await,
        0
    );
}
