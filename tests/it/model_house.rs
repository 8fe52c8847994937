//! A house whose texts are answered by an outside model: conversations in every mode, what stands behind it when it fails,
//! and what the people are told.

use assistant::{
    config::Config,
    sim::model::{Fault, ModelSim, ModelSimOptions, Reply},
    switches::Switch,
};
use serde_json::json;

use crate::{
    house::{ANA, Plan},
    operator::turn,
    program::Program,
};

async fn model() -> ModelSim {
    ModelSim::start(ModelSimOptions {
        models: vec!["model-a".to_owned(), "model-b".to_owned()],
        ..ModelSimOptions::default()
    })
    .await
}

fn plan(sim: &ModelSim) -> Plan {
    Plan::default()
        .set("model.provider", "openai")
        .set("model.base_url", &sim.base_url)
        .set("model.api_key", ModelSimOptions::default().key)
        .set("model.name", "model-a")
}

fn away(status: u16) -> Fault {
    Fault::Status {
        status,
        code: "away".to_owned(),
    }
}

#[tokio::test]
async fn a_conversation_goes_through_in_every_mode() {
    for mode in ["tools", "json_schema", "text"] {
        let sim = model().await;
        let house = plan(&sim).set("model.tool_mode", mode).build().await;
        let ana = house.resident(ANA).await;
        assert!(
            ana.asks("add a task: renew passport")
                .await
                .contains("T1 renew passport"),
            "{mode}"
        );
        assert!(
            ana.asks("my tasks").await.contains("renew passport"),
            "{mode}"
        );
        let text = "call mom and buy ink";
        sim.will(Reply::Calls(vec![
            (
                "add_tasks".to_owned(),
                json!({"titles": ["call mom"], "due": "tomorrow"}).to_string(),
            ),
            (
                "add_tasks".to_owned(),
                json!({"titles": ["buy ink"]}).to_string(),
            ),
        ]));
        let said = ana.asks(text).await;
        assert!(
            said.contains("T2 call mom") && said.contains("T3 buy ink"),
            "{mode}: {said}"
        );
        sim.will(Reply::Says("Blue.".to_owned()));
        assert_eq!(
            ana.asks("what is your favourite colour").await,
            "Blue.",
            "{mode}"
        );
        assert!(ana.asks("undo").await.contains("T3"), "{mode}");
        house.is_at_rest().await;
        let asked = sim.asked();
        assert!(asked.iter().all(|asked| asked.status == 200), "{mode}");
        let last = asked.last().expect("a request");
        assert!(
            last.messages().len() > 4,
            "{mode}: the conversation is remembered"
        );
        assert!(
            last.last().ends_with("what is your favourite colour"),
            "{mode}"
        );
    }
}

#[tokio::test]
async fn a_call_that_cannot_be_read_is_refused_and_the_model_may_mend_it() {
    let sim = model().await;
    let house = plan(&sim).build().await;
    let ana = house.resident(ANA).await;
    sim.fail_next(1, Fault::Malformed);
    sim.will(Reply::call(
        "add_tasks",
        &json!({"titles": ["renew passport"]}),
    ));
    sim.will(Reply::call(
        "add_tasks",
        &json!({"titles": ["renew passport"]}),
    ));
    assert!(
        ana.asks("passport please")
            .await
            .contains("T1 renew passport")
    );
    sim.will(Reply::call("send_rocket", &json!({})));
    sim.will(Reply::Says("I cannot do that.".to_owned()));
    assert_eq!(ana.asks("to the moon").await, "I cannot do that.");
    sim.will(Reply::call("add_tasks", &json!({"titel": "x"})));
    sim.will(Reply::Says("What should I call it?".to_owned()));
    assert_eq!(ana.asks("add it").await, "What should I call it?");
    assert_eq!(house.db.count("select count(*) from tasks").await, 1);
    house.is_at_rest().await;
}

#[tokio::test]
async fn behind_the_first_model_stands_the_second_and_behind_it_the_phrases() {
    let sim = model().await;
    let other = ModelSim::start(ModelSimOptions {
        key: "key-of-the-other".to_owned(),
        models: vec!["model-b".to_owned()],
        ..ModelSimOptions::default()
    })
    .await;
    let house = plan(&sim)
        .set("model.fallback", "model-b")
        .set("model.fallback_base_url", &other.base_url)
        .set("model.fallback_api_key", "key-of-the-other")
        .build()
        .await;
    let ana = house.resident(ANA).await;
    sim.fail_next(1, away(401));
    other.will(Reply::Says("The second speaks.".to_owned()));
    assert_eq!(ana.asks("anybody there?").await, "The second speaks.");
    sim.fail_next(1, away(401));
    other.fail_next(1, away(401));
    assert!(
        ana.asks("add a task: renew passport")
            .await
            .contains("T1 renew passport")
    );
    let asked = sim.asked().len() + other.asked().len();
    turn(&house, Switch::Model, true).await;
    assert!(ana.asks("my tasks").await.contains("renew passport"));
    assert_eq!(sim.asked().len() + other.asked().len(), asked, "paused");
    turn(&house, Switch::Model, false).await;
    sim.will(Reply::Says("Back again.".to_owned()));
    assert_eq!(ana.asks("anybody there now?").await, "Back again.");
    house.is_at_rest().await;
}

#[tokio::test]
async fn a_key_stays_with_its_endpoint() {
    let sim = model().await;
    let (socket, mut heard) = authorizations().await;
    let house = plan(&sim)
        .set("model.fallback", "model-c")
        .set("model.fallback_base_url", socket)
        .build()
        .await;
    let ana = house.resident(ANA).await;
    sim.fail_next(1, away(401));
    ana.asks("add a task: renew passport").await;
    assert_eq!(
        heard.recv().await,
        Some(None),
        "no bearer for another endpoint"
    );
}

/// An endpoint that fails, and the bearers that it is shown.
async fn authorizations() -> (String, tokio::sync::mpsc::UnboundedReceiver<Option<String>>) {
    let (tell, heard) = tokio::sync::mpsc::unbounded_channel();
    let router = axum::Router::new().fallback(move |headers: axum::http::HeaderMap| {
        let bearer = headers
            .get("authorization")
            .map(|v| v.to_str().unwrap().to_owned());
        drop(tell.send(bearer));
        async { axum::http::StatusCode::UNAUTHORIZED }
    });
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/v1", socket.local_addr().unwrap());
    tokio_util::task::TaskTracker::new().spawn(async move { axum::serve(socket, router).await });
    (base, heard)
}

#[tokio::test]
async fn who_asks_who_reads_along_is_told_every_outside_model() {
    let sim = model().await;
    let house = plan(&sim).set("model.fallback", "model-b").build().await;
    let ana = house.resident(ANA).await;
    let said = ana.asks("who can read this?").await;
    assert!(
        said.contains("model-a") && said.contains("model-b"),
        "{said}"
    );
    assert!(sim.asked().is_empty());
}

#[test]
fn an_outside_model_without_name_address_or_time_stops_the_start() {
    let load = |settings: &[(&str, &str)]| {
        let mut all = vec![("model.provider", "openai".to_owned())];
        all.extend(
            settings
                .iter()
                .map(|(key, value)| (*key, (*value).to_owned())),
        );
        Config::load_with(None, &all)
    };
    for (settings, key) in [
        (
            vec![("model.base_url", "http://127.0.0.1:11434/v1")],
            "model.name",
        ),
        (
            vec![("model.base_url", "ollama"), ("model.name", "m")],
            "model.base_url",
        ),
        (
            vec![("model.name", "m"), ("model.fallback_base_url", "ftp://x/")],
            "model.fallback_base_url",
        ),
        (
            vec![("model.name", "m"), ("model.api_key", "two words")],
            "model.api_key",
        ),
        (
            vec![("model.name", "m"), ("model.timeout_seconds", "0")],
            "model.timeout_seconds",
        ),
        (
            vec![("model.name", "m"), ("model.max_output_tokens", "0")],
            "model.max_output_tokens",
        ),
        (
            vec![("model.name", "m"), ("model.tool_mode", "telepathy")],
            "model.tool_mode",
        ),
    ] {
        let error = load(&settings).expect_err(key).to_string();
        assert!(error.contains(key), "{error}");
        assert!(!error.contains("two words"), "{error}");
    }
    let named = |url: &str| load(&[("model.base_url", url)]).unwrap().model.name;
    assert_eq!(named("https://api.openai.com/v1"), "gpt-4.1-mini");
    let gemini = "https://generativelanguage.googleapis.com/v1beta/openai";
    assert_eq!(named(gemini), "gemini-2.5-flash");
}

#[tokio::test]
async fn a_house_without_outside_model_reaches_nothing() {
    let sim = model().await;
    let house = Plan::default()
        .set("model.base_url", &sim.base_url)
        .build()
        .await;
    let ana = house.resident(ANA).await;
    ana.asks("add a task: renew passport").await;
    assert!(sim.asked().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_asks_the_outside_model_and_names_the_key_to_mend() {
    let sim = model().await;
    let house = Plan::default().build().await;
    let program = |key: &str| {
        Program::of(&house)
            .set("server.public_url", "https://sms.example.org")
            .set("model.provider", "openai")
            .set("model.base_url", &sim.base_url)
            .set("model.name", "model-a")
            .set("model.api_key", key)
    };
    let right = program(&ModelSimOptions::default().key);
    let (code, out, _) = right.runs(&["doctor"]).await;
    assert!(code == 0 && out.contains("model-a answers"), "{out}");
    let (code, out, errors) = program("canary-key").runs(&["doctor"]).await;
    assert!(code == 1 && out.contains("model.api_key"), "{out}");
    assert!(
        !out.contains("canary-key") && !errors.contains("canary-key"),
        "{out}{errors}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_most_talkative_the_log_holds_no_text_and_no_key() {
    let sim = model().await;
    let house = Plan::default().closed().build().await;
    let program = Program::of(&house)
        .set("ops.log", "warn,assistant=trace,async_openai=trace")
        .set("model.provider", "openai")
        .set("model.base_url", &sim.base_url)
        .set("model.name", "model-a")
        .set("model.api_key", ModelSimOptions::default().key);
    let serving = program.serves().await;
    house
        .sim
        .set_webhook(&format!("{}/webhooks/twilio/sms", serving.url));
    let ana = house.resident(ANA).await;
    for fault in [
        Fault::NotJson,
        Fault::CutHalf,
        Fault::Overflow,
        away(500),
        away(401),
    ] {
        sim.fail_next(1, fault);
        ana.asks("add a task: canary-text").await;
    }
    sim.will(Reply::Raw(json!("canary-text")));
    sim.will(Reply::Raw(json!({ "choices": "canary-text" })));
    ana.asks("tell me about canary-text").await;
    house.is_at_rest().await;
    let (_, log) = serving.stops().await;
    assert!(log.contains("passed over"), "{log}");
    assert!(
        !log.contains("canary-text") && !log.contains("key-of-the"),
        "{log}"
    );
}
