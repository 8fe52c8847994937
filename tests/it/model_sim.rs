//! The simulated model itself: what it refuses, what it says unasked, and its control over HTTP.

use std::time::Duration;

use assistant::{
    model::{LanguageModel, Prompt},
    sim::model::{ModelSim, ModelSimOptions},
};
use serde_json::{Value, json};

async fn sim() -> ModelSim {
    ModelSim::start(ModelSimOptions::default()).await
}

fn http() -> reqwest::Client {
    assistant::app::http_client(Duration::from_secs(10)).expect("a client")
}

async fn post(sim: &ModelSim, body: &Value) -> (u16, Value) {
    let url = format!("{}/chat/completions", sim.base_url);
    let key = ModelSimOptions::default().key;
    let answer = http()
        .post(url)
        .bearer_auth(key)
        .json(body)
        .send()
        .await
        .unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

fn request() -> Value {
    json!({ "model": "m", "messages": [{ "role": "user", "content": "hello" }] })
}

fn tool(name: &str) -> Value {
    let parameters = json!({ "type": "object", "properties": {} });
    json!({ "type": "function", "function": { "name": name, "parameters": parameters } })
}

#[tokio::test]
async fn what_the_real_one_refuses_is_refused() {
    let sim = sim().await;
    let call = |id: &str, arguments: &str| {
        json!({ "role": "assistant", "content": null, "tool_calls": [
            { "id": id, "type": "function", "function": { "name": "f", "arguments": arguments } }
        ] })
    };
    let result = |id: &str| json!({ "role": "tool", "tool_call_id": id, "content": "x" });
    let hello = || json!({ "role": "user", "content": "hello" });
    let system = || json!({ "role": "system", "content": "rules" });
    let messages = [
        json!([]),
        json!([{ "role": "robot", "content": "x" }]),
        json!([{ "role": "user", "content": "" }]),
        json!([hello(), system()]),
        json!([system(), system(), hello()]),
        json!([hello(), result("a")]),
        json!([hello(), call("a", "{}")]),
        json!([hello(), call("a", "{}"), hello()]),
        json!([hello(), call("a", "{}"), result("b")]),
        json!([hello(), call("a", "{}"), result("a"), result("a")]),
        json!([hello(), call("a", "{not json"), result("a")]),
        json!([hello(), { "role": "assistant", "content": null }]),
    ];
    for messages in messages {
        let mut body = request();
        body["messages"] = messages.clone();
        assert_eq!(post(&sim, &body).await.0, 400, "{messages}");
    }
    for (name, value) in [
        ("modle", json!("m")),
        ("stream", json!(true)),
        ("max_tokens", json!(0)),
        ("parallel_tool_calls", json!(true)),
        ("tools", json!([])),
        ("tools", json!([tool("f"), tool("f")])),
        ("tools", json!([tool("no spaces")])),
        (
            "response_format",
            json!({ "type": "json_schema", "json_schema": { "schema": {} } }),
        ),
    ] {
        let mut body = request();
        body[name] = value.clone();
        let (status, answer) = post(&sim, &body).await;
        assert_eq!(status, 400, "{name}: {value}");
        assert!(answer["error"]["message"].is_string());
    }
    let mut body = request();
    body["messages"] = json!([system(), hello(), call("a", "{}"), result("a"), hello()]);
    body["tools"] = json!([tool("f")]);
    body["parallel_tool_calls"] = json!(true);
    assert_eq!(post(&sim, &body).await.0, 200);
}

#[tokio::test]
async fn a_body_that_is_no_json_and_a_missing_key_are_refused() {
    let sim = sim().await;
    let url = format!("{}/chat/completions", sim.base_url);
    let key = ModelSimOptions::default().key;
    let request = || http().post(&url).header("content-type", "application/json");
    let send = async |request: reqwest::RequestBuilder| request.send().await.unwrap().status();
    assert_eq!(send(request().bearer_auth(&key).body("{")).await, 400);
    assert_eq!(send(request().body("{}")).await, 401);
    assert_eq!(send(request().bearer_auth("other").body("{}")).await, 401);
    assert_eq!(
        send(http().post(&url).bearer_auth(&key).body("{}")).await,
        415
    );
    let counted: Vec<u16> = sim.asked().iter().map(|asked| asked.status).collect();
    assert_eq!(counted, [400, 401, 401, 415]);
}

#[tokio::test]
async fn unasked_it_hears_what_the_offline_model_hears() {
    let sim = sim().await;
    let options = assistant::model::openai::Options {
        base_url: sim.base_url.clone(),
        api_key: ModelSimOptions::default().key.into(),
        name: "m".to_owned(),
        tool_mode: assistant::config::ToolMode::Tools,
        timeout: Duration::from_secs(5),
        max_output_tokens: 100,
    };
    let model = assistant::model::OpenAi::new(http(), options);
    for (texts, tools) in [
        (vec!["add a task: renew passport"], vec!["add_tasks"]),
        (
            vec!["my tasks", "add a task: call mom"],
            vec!["list_tasks", "add_tasks"],
        ),
        (vec!["how deep is the sea"], vec![]),
    ] {
        let prompt = Prompt {
            now: "2026-11-23T08:00:00-05:00[America/New_York]".to_owned(),
            texts: texts.iter().map(|&text| text.to_owned()).collect(),
            tools: assistant::skills::all().specs(),
            ..Prompt::default()
        };
        let answer = model.answer(&prompt).await.unwrap();
        let called: Vec<_> = answer.calls.iter().map(|call| call.tool.as_str()).collect();
        assert_eq!(called, tools, "{texts:?}");
        assert_eq!(answer.text.is_some(), tools.is_empty());
    }
}

#[tokio::test]
async fn the_simulator_is_driven_over_http_too() {
    let sim = sim().await;
    let url = |path: &str| format!("{}/_sim/{path}", sim.base_url.trim_end_matches("/v1"));
    let send = async |path: &str, body: Value| {
        let answer = http().post(url(path)).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), 204, "{path}");
    };
    send("replies", json!({ "says": "as told" })).await;
    send("replies", json!({ "calls": [["f", "{}"]] })).await;
    send(
        "faults",
        json!({ "fault": "status", "status": 503, "code": "overloaded", "next": 1 }),
    )
    .await;
    assert_eq!(post(&sim, &request()).await.0, 503);
    let (_, answer) = post(&sim, &request()).await;
    assert_eq!(answer["choices"][0]["message"]["content"], "as told");
    let mut body = request();
    body["tools"] = json!([tool("f")]);
    let (_, answer) = post(&sim, &body).await;
    assert_eq!(answer["choices"][0]["finish_reason"], "tool_calls");
    send("faults", json!({ "fault": "empty", "probability": 1.0 })).await;
    let (_, answer) = post(&sim, &request()).await;
    assert_eq!(answer["choices"][0]["message"]["content"], "");
    http().delete(url("faults")).send().await.unwrap();
    let (_, answer) = post(&sim, &request()).await;
    assert_ne!(answer["choices"][0]["message"]["content"], "");
    let asked: Value = http()
        .get(url("asked"))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(asked.as_array().unwrap().len(), 5);
    assert!(asked[1]["prompt_tokens"].as_u64().unwrap() > 0);
}
