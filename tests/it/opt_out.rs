//! STOP, START and HELP: before any model, whoever answers them, whatever is under way.

use std::sync::Arc;

use assistant::{
    clock::Clock,
    model::{Answer, Scripted},
    sim::twilio::{Fault, SimOptions},
};
use jiff::SignedDuration;
use serde_json::json;

use crate::{
    house::{ANA, BEN, House, OWN, Plan},
    wire::{Webhook, heard, nth, plain, plain_sim, run, text},
};

/// A house whose provider handles the keywords itself, as Twilio does by default.
fn handled_by_the_provider() -> Plan {
    Plan::default()
        .sim(SimOptions::default())
        .set("twilio.keywords", "provider")
}

async fn is_out(house: &House, number: &str) -> bool {
    house
        .db
        .count(&format!(
            "select count(*) from recipients where number = '{number}' and opted_out_at is not null"
        ))
        .await
        == 1
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_of_saying_stop_is_recorded_and_confirmed_exactly_once() {
    let model = Arc::new(Scripted::with(|_| Answer::text("a model was asked")));
    let house = plain().model(&model).build().await;
    let words = [
        "STOP",
        "stop",
        " Stop. ",
        "StopAll",
        "STOP ALL!",
        "unsubscribe",
        "CANCEL",
        "End",
        "quit?",
        "REVOKE",
        "opt out",
        "OPT-OUT",
        "optout",
        "\"stop\"",
        "S T O P",
    ];
    for (at, word) in words.iter().enumerate() {
        let number = format!("+155501002{at:02}");
        let user = house.resident(&number).await;
        user.texts(word).await;
        assert!(
            user.hears().await.starts_with("You will get no more texts"),
            "{word}"
        );
        assert!(is_out(&house, &number).await, "{word}");
        // the next is heard and not answered, not even a second time by the same word
        for after in ["my tasks", word, "are you a bot?"] {
            user.texts(after).await;
        }
        user.hears_nothing_more().await;
    }
    assert!(
        model.asked().is_empty(),
        "no model sees such a word, or anything from who has said it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn stop_works_for_a_number_that_leads_to_no_user() {
    let house = plain().build().await;
    text(&house, BEN, OWN, "STOP").await;
    text(&house, BEN, OWN, "hello?").await;
    let all = heard(&house, BEN).await;
    assert_eq!(
        all.len(),
        1,
        "the confirmation alone, not the stranger's text: {all:?}"
    );
    assert!(is_out(&house, BEN).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_queued_when_stop_comes_never_leaves() {
    let house = plain().build().await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    for (user, number) in [(ana.id, ANA), (ben.id, BEN)] {
        for kind in ["reply", "push", "code", "working"] {
            let row = format!(
                "insert into outbox (user_id, recipient, sender, kind, dedupe_key, body, segments, not_before)
                 values ('{user}', '{number}', '{OWN}', '{kind}', '{kind}:{number}', 'later', 1, now() + interval '3 seconds')"
            );
            run(&house, &row).await;
        }
    }
    ana.texts("STOP").await;
    assert!(ana.hears().await.starts_with("You will get no more texts"));
    assert_eq!(
        house
            .db
            .count("select count(*) from outbox where state = 'suppressed'")
            .await,
        4
    );
    nth(&house, BEN, 4).await;
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_provider_answers_its_keywords_and_we_record_and_send_nothing() {
    let house = handled_by_the_provider().build().await;
    let ana = house.resident(ANA).await;
    ana.texts("STOP").await;
    assert!(is_out(&house, ANA).await);
    ana.texts("HELP").await;
    ana.texts("START").await;
    assert!(!is_out(&house, ANA).await);
    ana.hears_nothing_more().await;
    assert_eq!(house.db.count("select count(*) from outbox").await, 0);
    assert_eq!(ana.asks("my tasks").await, "No open tasks.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keyword_that_the_provider_says_it_handled_is_not_answered_again() {
    // configured as ours, but the provider marks it: its word is what happened
    let house = Plan::default().build().await;
    let ana = house.resident(ANA).await;
    for (word, kind) in [
        ("STOP", "STOP"),
        ("START", "START"),
        ("HELP", "HELP"),
        ("leave me", "STOP"),
    ] {
        let post = Webhook::to(&house.url(), word).with("OptOutType", kind);
        assert_eq!(post.post(&house.http()).await, 200);
        assert_eq!(is_out(&house, ANA).await, kind == "STOP", "{word}");
    }
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_language_is_an_opt_out_with_one_confirmation_of_ours_in_either_setting() {
    for plan in [plain(), handled_by_the_provider()] {
        let house = plan.build().await;
        for (number, words) in [
            (ANA, "please stop texting me"),
            (BEN, "Take me off your list!"),
        ] {
            let user = house.resident(number).await;
            user.texts(words).await;
            assert!(
                user.hears().await.starts_with("You will get no more texts"),
                "{words}"
            );
            assert!(is_out(&house, number).await, "{words}");
            user.texts("my tasks").await;
            user.hears_nothing_more().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wish_to_end_something_else_is_no_opt_out() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    for near in [
        "cancel my dentist",
        "stop reminding me about the gym",
        "stop 2",
        "add a task: unsubscribe from news",
    ] {
        ana.asks(near).await;
    }
    assert!(!is_out(&house, ANA).await);
    ana.hears_nothing_more().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn start_resumes_and_help_says_who_we_are_and_how_to_leave() {
    let house = plain().build().await;
    let ana = house.resident(ANA).await;
    for word in ["START", "unstop"] {
        ana.texts("STOP").await;
        ana.hears().await;
        assert!(ana.asks(word).await.starts_with("Welcome back"), "{word}");
        assert_eq!(ana.asks("my tasks").await, "No open tasks.");
    }
    let help = ana.asks("help!").await;
    assert!(
        help.contains("personal assistant")
            && help.contains("STOP")
            && help.contains("rates may apply"),
        "{help}"
    );
    ana.texts("STOP").await;
    ana.hears().await;
    // YES answers questions of ours; it must not resume what was stopped
    ana.texts("YES").await;
    ana.hears_nothing_more().await;
    assert!(is_out(&house, ANA).await);
    assert_eq!(
        ana.asks("HELP").await,
        help,
        "who stopped may still ask who this is"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reply_of_a_turn_that_runs_when_stop_comes_never_leaves() {
    let model = Arc::new(Scripted::default());
    let house = plain().model(&model).build().await;
    let ana = house.resident(ANA).await;
    for resumes in [false, true] {
        model.waits_before_answering();
        model.will(Ok(Answer::call(
            "add_tasks",
            json!({"titles": [format!("resumed: {resumes}")]}),
        )));
        let before = model.asked().len();
        ana.texts("add that thing").await;
        while model.asked().len() == before {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        ana.texts("STOP").await;
        assert!(ana.hears().await.starts_with("You will get no more texts"));
        if resumes {
            assert!(ana.asks("START").await.starts_with("Welcome back"));
        }
        model.goes_on();
        ana.hears_nothing_more().await;
        assert_eq!(
            house
                .db
                .count("select count(*) from turns where outcome = 'opted_out'")
                .await,
            1 + i64::from(resumes)
        );
        if !resumes {
            assert!(ana.asks("START").await.starts_with("Welcome back"));
        }
    }
    assert_eq!(
        house.db.count("select count(*) from tasks").await,
        2,
        "what was asked before is done all the same"
    );
    house.model().will(Ok(Answer::text("hello again")));
    assert_eq!(ana.asks("hello").await, "hello again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_or_a_callback_with_21610_marks_the_number_as_opted_out() {
    let house = plain().build().await;
    let (ana, ben) = (house.resident(ANA).await, house.resident(BEN).await);
    house.sim.refuse(ANA, 21610);
    house.sim.undeliverable(BEN, 21610);
    ana.texts("my tasks").await;
    ben.asks("my tasks").await;
    let marked = async {
        while !(is_out(&house, ANA).await && is_out(&house, BEN).await) {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(crate::house::PATIENCE, marked)
        .await
        .expect("both are marked");
    // the provider lets texts pass again, but only START brings them back
    for number in [ANA, BEN] {
        let clear = json!({"number": number});
        let url = format!("{}/_sim/numbers", house.sim.base_url);
        assert!(
            house
                .http()
                .post(url)
                .json(&clear)
                .send()
                .await
                .expect("cleared")
                .status()
                .is_success()
        );
    }
    ana.texts("my tasks").await;
    ben.texts("my tasks").await;
    ana.hears_nothing_more().await;
    ben.hears_nothing_more().await;
    assert!(ana.asks("START").await.starts_with("Welcome back"));
    assert_eq!(ana.asks("my tasks").await, "No open tasks.");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_stop_that_is_pulled_late_does_not_undo_a_newer_start() {
    let clock = Clock::default();
    let sim = SimOptions {
        clock: clock.clone(),
        ..plain_sim()
    };
    let mut house = plain().sim(sim).clock(&clock).build().await;
    house.sim.plan(assistant::sim::twilio::Plan {
        fault: Fault::ListAway,
        next: None,
        probability: None,
    });
    clock.advance(SignedDuration::from_mins(1));
    house.resident(ANA).await;
    house.sim.hold_inbound(ANA, OWN, "STOP");
    clock.advance(SignedDuration::from_mins(10));
    text(&house, ANA, OWN, "START").await;
    assert!(nth(&house, ANA, 1).await.1.starts_with("Welcome back"));
    house.close().await;
    house.sim.clear_faults();
    house.open().await;
    while house
        .db
        .count("select count(*) from messages where kind = 'stop'")
        .await
        == 0
    {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert!(!is_out(&house, ANA).await);
    assert_eq!(
        heard(&house, ANA).await.len(),
        1,
        "and nothing is said about it"
    );
    // while one that is newer than the START counts, however late it is pulled
    house.close().await;
    clock.advance(SignedDuration::from_mins(1));
    house.sim.hold_inbound(ANA, OWN, "STOP");
    clock.advance(SignedDuration::from_mins(10));
    house.open().await;
    assert!(
        nth(&house, ANA, 2)
            .await
            .1
            .starts_with("You will get no more texts")
    );
    assert!(is_out(&house, ANA).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_that_the_provider_does_not_hear_is_confirmed_by_us_and_one_that_it_hears_is_not() {
    let house = handled_by_the_provider().build().await;
    for (at, (word, answered)) in [
        ("S.T.O.P.", true),
        ("stop!", true),
        ("opt out", true),
        ("\"STOP\"", true),
        ("stop", false),
        (" StopAll ", false),
    ]
    .into_iter()
    .enumerate()
    {
        let number = format!("+155501003{at:02}");
        let user = house.resident(&number).await;
        // as without advanced opt-out: the provider acts, and its webhook says nothing of it
        let post = Webhook::to(&house.url(), word).with("From", &number);
        assert_eq!(post.post(&house.http()).await, 200);
        assert!(is_out(&house, &number).await, "{word}");
        if answered {
            assert!(
                user.hears().await.starts_with("You will get no more texts"),
                "{word}"
            );
        }
        user.hears_nothing_more().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_who_has_opted_out_texts_is_kept_and_costs_no_turn_until_start() {
    let model = Arc::new(Scripted::with(|_| Answer::text("a model was asked")));
    let house = plain().model(&model).build().await;
    let ana = house.resident(ANA).await;
    ana.texts("STOP").await;
    ana.hears().await;
    for body in ["add a task: unheard", "?", "undo", "are you there"] {
        ana.texts(body).await;
    }
    ana.hears_nothing_more().await;
    assert!(model.asked().is_empty());
    assert_eq!(house.db.count("select count(*) from turns").await, 0);
    let kept = format!(
        "select count(*) from messages where user_id = '{}' and state = 'ignored'",
        ana.id
    );
    assert_eq!(house.db.count(&kept).await, 4, "kept with their owner");
    assert!(ana.asks("START").await.starts_with("Welcome back"));
    assert_eq!(ana.asks("hello").await, "a model was asked");
    assert_eq!(model.asked().len(), 1);
    ana.hears_nothing_more().await;
}
