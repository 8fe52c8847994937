//! What the real one checks before it answers, and how it words a refusal.

use axum::{
    Json,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use super::Sim;

/// Parameters of the documented request that a daemon like ours may send; all others are refused.
const KNOWN: &[&str] = &[
    "model",
    "messages",
    "tools",
    "tool_choice",
    "parallel_tool_calls",
    "response_format",
    "max_tokens",
    "max_completion_tokens",
    "temperature",
    "top_p",
    "n",
    "seed",
    "stop",
    "stream",
    "user",
    "reasoning_effort",
];

/// A refusal as the provider words it.
#[derive(Debug)]
pub(super) struct Refusal {
    pub status: StatusCode,
    pub code: String,
    pub message: String,
    pub param: Option<String>,
}

impl Refusal {
    pub fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.to_owned(),
            message: message.into(),
            param: None,
        }
    }

    pub fn bad(param: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            param: Some(param.into()),
            ..Self::new(StatusCode::BAD_REQUEST, "invalid_value", message)
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({
            "error": {
                "message": self.message,
                "type": "invalid_request_error",
                "param": self.param,
                "code": self.code,
            },
        });
        (self.status, Json(body)).into_response()
    }
}

/// The bearer.
pub(super) fn authorize(sim: &Sim, headers: &HeaderMap) -> Result<(), Refusal> {
    let key = &sim.options.key;
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    if key.is_empty() || given == Some(key.as_str()) {
        return Ok(());
    }
    let message = match given {
        Some(_) => "Incorrect API key provided.",
        None => "You didn't provide an API key.",
    };
    Err(Refusal::new(
        StatusCode::UNAUTHORIZED,
        "invalid_api_key",
        message,
    ))
}

/// The body as JSON.
pub(super) fn json(headers: &HeaderMap, body: &[u8]) -> Result<Value, Refusal> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    if kind.and_then(|kind| kind.split(';').next()) != Some("application/json") {
        return Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_content_type",
            "Unsupported content type.",
        ));
    }
    serde_json::from_slice(body)
        .ok()
        .filter(Value::is_object)
        .ok_or_else(|| Refusal::bad("body", "We could not parse the JSON body of your request."))
}

/// Every check of the real one that a request can meet.
pub(super) fn check(sim: &Sim, body: &Value) -> Result<(), Refusal> {
    let object = body.as_object().cloned().unwrap_or_default();
    parameters(sim, &object)?;
    let Some(model) = body["model"].as_str() else {
        return Err(Refusal::bad("model", "you must provide a model parameter"));
    };
    let models = &sim.options.models;
    if !models.is_empty() && !models.iter().any(|known| known == model) {
        return Err(Refusal::new(
            StatusCode::NOT_FOUND,
            "model_not_found",
            format!("The model `{model}` does not exist or you do not have access to it."),
        ));
    }
    messages(&body["messages"])?;
    if let Some(tools) = object.get("tools") {
        self::tools(tools)?;
    } else if object.contains_key("parallel_tool_calls") {
        return Err(Refusal::bad(
            "parallel_tool_calls",
            "'parallel_tool_calls' is only allowed when 'tools' are specified.",
        ));
    }
    object
        .get("response_format")
        .map_or(Ok(()), response_format)
}

fn parameters(sim: &Sim, object: &Map<String, Value>) -> Result<(), Refusal> {
    for name in object.keys() {
        if !KNOWN.contains(&name.as_str()) || sim.options.unknown.contains(name) {
            return Err(Refusal {
                param: None,
                ..Refusal::bad(
                    name,
                    format!("Unrecognized request argument supplied: {name}"),
                )
            });
        }
    }
    if object.get("stream").is_some_and(|stream| stream != false) {
        return Err(Refusal::bad("stream", "this simulator does not stream"));
    }
    let caps = ["max_tokens", "max_completion_tokens"];
    let given: Vec<_> = caps.iter().filter_map(|cap| object.get(*cap)).collect();
    if given.len() > 1 || given.iter().any(|cap| cap.as_u64().unwrap_or(0) == 0) {
        return Err(Refusal::bad(
            "max_tokens",
            "one of 'max_tokens' and 'max_completion_tokens', at least 1",
        ));
    }
    Ok(())
}

/// Roles, contents, and that each call is followed by its result and each result follows its call.
fn messages(messages: &Value) -> Result<(), Refusal> {
    let list = messages.as_array().filter(|list| !list.is_empty());
    let list = list.ok_or_else(|| Refusal::bad("messages", "[] is too short - 'messages'"))?;
    let mut open: Vec<&str> = Vec::new();
    for (at, message) in list.iter().enumerate() {
        let wrong = |what: &str| Refusal::bad(format!("messages.[{at}]"), what);
        let role = message["role"].as_str().unwrap_or_default();
        if role != "tool" && !open.is_empty() {
            return Err(wrong(
                "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'.",
            ));
        }
        let has_content = message["content"].as_str().is_some_and(|c| !c.is_empty());
        match role {
            "system" | "developer" if at > 0 => {
                return Err(wrong("a system message stands at the start, once"));
            }
            "system" | "developer" | "user" if has_content => {}
            "assistant" => open = calls(message).map_err(wrong)?,
            "tool" => {
                let id = message["tool_call_id"].as_str().unwrap_or_default();
                let place = open.iter().position(|known| *known == id);
                let place = place.ok_or_else(|| {
                    wrong("messages with role 'tool' must be a response to a preceding message with 'tool_calls'.")
                })?;
                open.remove(place);
                if !has_content {
                    return Err(wrong("a tool message has content"));
                }
            }
            _ => return Err(wrong("a role that is known, with content")),
        }
    }
    if open.is_empty() {
        Ok(())
    } else {
        Err(Refusal::bad(
            "messages",
            "a call without its result at the end",
        ))
    }
}

/// The ids of the calls of an assistant's message.
fn calls(message: &Value) -> Result<Vec<&str>, &'static str> {
    let Some(calls) = message.get("tool_calls") else {
        return match message["content"].as_str() {
            Some(content) if !content.is_empty() => Ok(Vec::new()),
            _ => Err("an assistant's message has content or 'tool_calls'"),
        };
    };
    let calls = calls.as_array().filter(|calls| !calls.is_empty());
    let mut ids = Vec::new();
    for call in calls.ok_or("[] is too short - 'tool_calls'")? {
        let id = call["id"].as_str().filter(|id| !id.is_empty());
        let id = id.ok_or("a call has an id")?;
        if ids.contains(&id) {
            return Err("two calls have one id");
        }
        let function = &call["function"];
        if call["type"] != "function" || !is_name(&function["name"]) {
            return Err("a call has the type 'function' and a name");
        }
        // servers with chat templates read them again
        let arguments = function["arguments"].as_str().unwrap_or_default();
        if !serde_json::from_str::<Value>(arguments).is_ok_and(|args| args.is_object()) {
            return Err("the arguments of a call are an object, as text");
        }
        ids.push(id);
    }
    Ok(ids)
}

fn tools(tools: &Value) -> Result<(), Refusal> {
    let list = tools.as_array().filter(|list| !list.is_empty());
    let list = list.ok_or_else(|| Refusal::bad("tools", "[] is too short - 'tools'"))?;
    let mut names = Vec::new();
    for (at, tool) in list.iter().enumerate() {
        let wrong = |what: &str| Refusal::bad(format!("tools[{at}]"), what);
        let function = &tool["function"];
        if tool["type"] != "function" || !is_name(&function["name"]) {
            return Err(wrong(
                "a tool is a function whose name matches ^[a-zA-Z0-9_-]{1,64}$",
            ));
        }
        if names.contains(&&function["name"]) {
            return Err(wrong("two tools have one name"));
        }
        if function["parameters"]["type"] != "object" {
            return Err(wrong("schema must be a JSON Schema of 'type: \"object\"'"));
        }
        names.push(&function["name"]);
    }
    Ok(())
}

fn response_format(format: &Value) -> Result<(), Refusal> {
    let wrong = |what: &str| Err(Refusal::bad("response_format", what));
    match format["type"].as_str() {
        Some("text" | "json_object") => Ok(()),
        Some("json_schema") => {
            let asked = &format["json_schema"];
            if !is_name(&asked["name"]) {
                wrong("a schema has a name")
            } else if asked["schema"]["type"] != "object" {
                wrong("schema must be a JSON Schema of 'type: \"object\"'")
            } else {
                Ok(())
            }
        }
        _ => wrong("text, json_object or json_schema"),
    }
}

fn is_name(name: &Value) -> bool {
    name.as_str().is_some_and(|name| {
        (1..=64).contains(&name.len())
            && name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    })
}
