//! What the simulator says: what it was told to say, else what the offline grammar hears in the last text.

use serde_json::{Value, json};

use super::{Fault, Reply};
use crate::{
    model::{count_tokens, offline::Offline},
    skills::{self, Skill},
};

/// The phrases of every skill.
pub(super) fn grammar() -> Offline {
    let hearings = skills::all().iter().flat_map(Skill::hearings).collect();
    Offline::new(hearings, vec!["add a task: renew passport", "my tasks"])
}

/// How the request wants its calls.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    Field,
    Json,
    Tagged,
}

fn form(body: &Value) -> Form {
    let system = body["messages"][0]["content"].as_str().unwrap_or_default();
    if body.get("tools").is_some() {
        Form::Field
    } else if body.get("response_format").is_some() || system.contains("{\"calls\"") {
        Form::Json
    } else {
        Form::Tagged
    }
}

/// Without a script: calls for what is heard, words for what is not; after results, what they say.
pub(super) fn unscripted(offline: &Offline, body: &Value) -> Reply {
    let messages = body["messages"].as_array().map_or(&[][..], Vec::as_slice);
    let content = |message: &Value| message["content"].as_str().unwrap_or_default().to_owned();
    let is_text = |message: &&Value| {
        message["role"] == "user"
            && !content(message).starts_with("[note from the program")
            && !content(message).starts_with("[results from the program]")
    };
    let at = messages.iter().rposition(|message| is_text(&message));
    let Some(at) = at else {
        return Reply::Says("Hello!".to_owned());
    };
    let came: Vec<String> = messages[at + 1..]
        .iter()
        .filter(|m| m["role"] == "tool" || content(m).starts_with("[results from the program]"))
        .map(|m| content(m).replace("refused: ", ""))
        .collect();
    if !came.is_empty() {
        let came = came.join("\n");
        let came = came.trim_start_matches("[results from the program]").trim();
        return Reply::Says(came.to_owned());
    }
    let whole = content(&messages[at]);
    let texts = match whole.split_once("]\n") {
        Some((head, texts)) if head.starts_with('[') => texts,
        _ => &whole,
    };
    let lines: Vec<_> = texts.lines().map(|line| offline.hear(line)).collect();
    let heard = match lines.into_iter().collect::<Option<Vec<_>>>() {
        Some(calls) => Some(calls),
        None => offline.hear(texts).map(|call| vec![call]),
    };
    match heard.filter(|calls| !calls.is_empty()) {
        Some(calls) => Reply::Calls(
            calls
                .into_iter()
                .map(|call| (call.tool, call.args.to_string()))
                .collect(),
        ),
        None => Reply::Says("What would you like me to do?".to_owned()),
    }
}

/// The body of the answer to `body`, spoilt as `fault` says.
pub(super) fn completion(
    body: &Value,
    reply: &Reply,
    fault: Option<&Fault>,
    prompt: usize,
) -> Value {
    if let Reply::Raw(raw) = reply {
        return raw.clone();
    }
    let form = form(body);
    let (mut message, mut finish) = message(reply, form);
    match fault {
        Some(Fault::Empty) => message = json!({ "role": "assistant", "content": "" }),
        Some(Fault::Blank) => {
            let cap = ["max_tokens", "max_completion_tokens"];
            let cap = cap
                .iter()
                .find_map(|cap| body[*cap].as_u64())
                .unwrap_or(1000);
            let blanks = " \n".repeat(usize::try_from(cap).unwrap_or(1000).min(100_000));
            message = json!({ "role": "assistant", "content": blanks });
            finish = "length";
        }
        Some(Fault::Malformed) => {
            spoil(&mut message, |text| text.replacen(':', " = ", 1));
        }
        Some(Fault::Truncated) => {
            spoil(&mut message, |text| {
                text.chars().take(text.chars().count() / 2).collect()
            });
            finish = "length";
        }
        Some(Fault::WrongFinish) => finish = "stop",
        Some(Fault::Filtered) => {
            message = json!({ "role": "assistant", "content": null });
            finish = "content_filter";
        }
        Some(Fault::Declined { words }) => {
            message = json!({ "role": "assistant", "content": null, "refusal": words });
            finish = "stop";
        }
        _ => {}
    }
    let completion = count_tokens(&message.to_string());
    let mut choices = vec![json!({ "index": 0, "message": message, "finish_reason": finish })];
    if fault == Some(&Fault::TwoChoices) {
        let empty = json!({ "role": "assistant", "content": "" });
        choices.insert(
            0,
            json!({ "index": 0, "message": empty, "finish_reason": "stop" }),
        );
    }
    let mut answer = json!({
        "id": "chatcmpl-simulated",
        "object": "chat.completion",
        "created": 1_795_000_000,
        "model": body["model"],
        "choices": choices,
        "usage": {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
        },
    });
    if fault == Some(&Fault::NoUsage) {
        answer["usage"] = Value::Null;
    }
    answer
}

fn message(reply: &Reply, form: Form) -> (Value, &'static str) {
    let says = |content: String| (json!({ "role": "assistant", "content": content }), "stop");
    let read = |args: &str| serde_json::from_str::<Value>(args).unwrap_or_else(|_| args.into());
    match (reply, form) {
        (Reply::Says(text), Form::Json) => says(json!({ "reply": text }).to_string()),
        (Reply::Says(text), _) => says(text.clone()),
        (Reply::Calls(calls), Form::Field) => {
            let calls = calls.iter().enumerate().map(|(at, (name, args))| {
                json!({
                    "id": format!("call_simulated_{at}"),
                    "type": "function",
                    "function": { "name": name, "arguments": args },
                })
            });
            let calls: Value = calls.collect();
            let message = json!({ "role": "assistant", "content": null, "tool_calls": calls });
            (message, "tool_calls")
        }
        (Reply::Calls(calls), Form::Json) => {
            let calls = calls
                .iter()
                .map(|(name, args)| json!({ "tool": name, "args": read(args) }));
            says(json!({ "calls": calls.collect::<Value>() }).to_string())
        }
        (Reply::Calls(calls), Form::Tagged) => {
            let calls = calls.iter().map(|(name, args)| {
                let call = json!({ "name": name, "arguments": read(args) });
                format!("<tool_call>{call}</tool_call>")
            });
            says(calls.collect::<Vec<_>>().join("\n"))
        }
        (Reply::Raw(_), _) => says(String::new()),
    }
}

/// Changes the arguments of every call, or the content when there are none.
fn spoil(message: &mut Value, change: impl Fn(&str) -> String) {
    let change = |value: &mut Value| {
        if let Value::String(text) = value {
            *text = change(text);
        }
    };
    match message["tool_calls"].as_array_mut() {
        Some(calls) => {
            for call in calls {
                change(&mut call["function"]["arguments"]);
            }
        }
        None => change(&mut message["content"]),
    }
}
