//! Calls that a model wrote into its text, in the shapes in which models do it.

use serde_json::{Map, Value, json};

use super::read::arguments;
use crate::{
    config::ToolMode,
    model::{Call, ToolSpec},
};

/// What stands in a text.
#[derive(Debug, PartialEq)]
pub(super) enum Found {
    /// Calls, and words beside them.
    Calls(Vec<Call>, Option<String>),
    Text(String),
    /// It was meant to be a call, or the JSON that was asked for, and cannot be read.
    Garbled,
}

const OPEN: &str = "<tool_call>";
const CLOSE: &str = "</tool_call>";

/// Reads `content`. Where calls come in their own field, a text is taken for calls only when it is nothing else and every
/// tool is on offer; where calls are asked for in the text, words may stand before a tagged one.
pub(super) fn find(content: &str, mode: ToolMode, tools: &[ToolSpec]) -> Found {
    let content = content.trim();
    let asked_for = mode != ToolMode::Tools;
    if content.contains(OPEN) {
        return match tagged(content, tools) {
            Some((calls, before))
                if asked_for || (before.is_empty() && all_offered(&calls, tools)) =>
            {
                Found::Calls(calls, Some(before).filter(|words| !words.is_empty()))
            }
            _ if asked_for => Found::Garbled,
            _ => Found::Text(content.to_owned()),
        };
    }
    let bare = unfenced(content);
    if let Some(calls) = written_as_call(bare, tools) {
        return Found::Calls(calls, None);
    }
    if !bare.starts_with(['{', '[']) {
        return Found::Text(content.to_owned());
    }
    let values = json_values(bare);
    match values {
        Some(values) => {
            if asked_for
                && let [Value::Object(only)] = values.as_slice()
                && let Some(Value::String(reply)) = only.get("reply")
                && !only.contains_key("calls")
            {
                return Found::Text(reply.clone());
            }
            let words = match values.as_slice() {
                [Value::Object(only)] => only.get("reply").and_then(Value::as_str),
                _ => None,
            };
            match calls_of(&values, tools) {
                Some(calls) if asked_for || all_offered(&calls, tools) => {
                    Found::Calls(calls, words.map(str::to_owned))
                }
                _ if mode == ToolMode::JsonSchema => Found::Garbled,
                _ => Found::Text(content.to_owned()),
            }
        }
        None if asked_for && bare.starts_with('{') => Found::Garbled,
        None => Found::Text(content.to_owned()),
    }
}

/// `<think>…</think>` at the head is not for the user.
pub(super) fn without_thoughts(content: &str) -> &str {
    let trimmed = content.trim_start();
    match trimmed.strip_prefix("<think>") {
        Some(rest) => rest.split_once("</think>").map_or("", |(_, after)| after),
        None => content,
    }
}

/// The name under which a tool is on offer, without the namespace that some models put before it.
pub(super) fn own_name<'a>(name: &'a str, tools: &[ToolSpec]) -> &'a str {
    let name = name.trim();
    let last = name.rsplit('.').next().unwrap_or(name);
    if is_offered(name, tools) || !is_offered(last, tools) {
        name
    } else {
        last
    }
}

fn is_offered(name: &str, tools: &[ToolSpec]) -> bool {
    tools.iter().any(|tool| tool.name == name)
}

fn all_offered(calls: &[Call], tools: &[ToolSpec]) -> bool {
    calls.iter().all(|call| is_offered(&call.tool, tools))
}

/// The calls between tags, and the words before the first. The last tag may be open.
fn tagged(content: &str, tools: &[ToolSpec]) -> Option<(Vec<Call>, String)> {
    let (before, mut rest) = content.split_once(OPEN)?;
    let mut calls = Vec::new();
    loop {
        let (inside, after) = rest.split_once(CLOSE).unwrap_or((rest, ""));
        calls.extend(calls_of(&json_values(unfenced(inside.trim()))?, tools)?);
        match after.split_once(OPEN) {
            Some((between, next)) if between.trim().is_empty() => rest = next,
            None if after.trim().is_empty() => return Some((calls, before.trim().to_owned())),
            _ => return None,
        }
    }
}

/// What stands in a fence that surrounds everything.
fn unfenced(content: &str) -> &str {
    let inside = content
        .strip_prefix("```")
        .and_then(|rest| rest.trim_end().strip_suffix("```"))
        .filter(|inside| !inside.contains("```"));
    let Some(inside) = inside else {
        return content;
    };
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    inside.trim_start_matches(word).trim()
}

/// One or more JSON values in a row; braces may be doubled, as in a template that was not filled in.
fn json_values(text: &str) -> Option<Vec<Value>> {
    let parse = |text: &str| {
        serde_json::Deserializer::from_str(text)
            .into_iter::<Value>()
            .collect::<Result<Vec<_>, _>>()
            .ok()
            .filter(|values| !values.is_empty())
    };
    parse(text).or_else(|| {
        let outer = text.strip_prefix('{')?.strip_suffix('}')?;
        if !outer.starts_with('{') {
            return None;
        }
        parse(outer).or_else(|| parse(&text.replace("{{", "{").replace("}}", "}")))
    })
}

/// Every call in `values`; `None` when one of them is no call.
fn calls_of(values: &[Value], tools: &[ToolSpec]) -> Option<Vec<Call>> {
    let mut calls = Vec::new();
    for value in values {
        match value {
            Value::Array(values) => calls.extend(calls_of(values, tools)?),
            Value::Object(object) => match list_of_calls(object) {
                Some(values) => calls.extend(calls_of(values, tools)?),
                None => calls.push(call_of(object, tools)?),
            },
            _ => return None,
        }
    }
    (!calls.is_empty()).then_some(calls)
}

fn list_of_calls(object: &Map<String, Value>) -> Option<&[Value]> {
    let list = object.get("calls").or_else(|| object.get("tool_calls"))?;
    list.as_array().map(Vec::as_slice)
}

/// `{"name", "arguments"}`, `{"tool", "args"}`, `{"function": {…}}`, `{"function": "name", …}`, `{"add_tasks": {…}}`.
fn call_of(object: &Map<String, Value>, tools: &[ToolSpec]) -> Option<Call> {
    for wrapper in ["function", "tool_call", "function_call"] {
        if let Some(Value::Object(inner)) = object.get(wrapper) {
            return call_of(inner, tools);
        }
    }
    let field = |names: &[&str]| names.iter().find_map(|name| object.get(*name));
    let args = field(&["arguments", "args", "parameters", "input"]);
    if let Some(Value::String(name)) = field(&["name", "tool", "tool_name", "function"]) {
        let name = own_name(name, tools);
        // without arguments, only a tool that is on offer: other objects have names as well
        if args.is_none() && !(is_offered(name, tools) && object.len() <= 2) {
            return None;
        }
        return Some(Call {
            tool: name.to_owned(),
            args: match args {
                Some(Value::String(text)) => arguments(text),
                Some(Value::Null) | None => json!({}),
                Some(args) => args.clone(),
            },
        });
    }
    let (name, args) = object.iter().next()?;
    let name = own_name(name, tools);
    (object.len() == 1 && args.is_object() && is_offered(name, tools)).then(|| Call {
        tool: name.to_owned(),
        args: args.clone(),
    })
}

/// `add_tasks({…})`, for a tool that is on offer.
fn written_as_call(text: &str, tools: &[ToolSpec]) -> Option<Vec<Call>> {
    let (name, rest) = text.split_once('(')?;
    let name = own_name(name, tools);
    let inside = rest.trim_end().strip_suffix(')')?.trim();
    if !is_offered(name, tools) {
        return None;
    }
    let args = arguments(inside);
    args.is_object().then(|| {
        vec![Call {
            tool: name.to_owned(),
            args,
        }]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tools() -> Vec<ToolSpec> {
        vec![ToolSpec {
            name: "add_tasks".to_owned(),
            description: String::new(),
            schema: json!({}),
        }]
    }

    fn milk() -> Vec<Call> {
        vec![Call {
            tool: "add_tasks".to_owned(),
            args: json!({"titles": ["milk"]}),
        }]
    }

    #[test]
    fn a_call_is_read_in_every_shape_in_which_models_write_it() {
        for text in [
            r#"{"name": "add_tasks", "arguments": {"titles": ["milk"]}}"#,
            r#"{"tool": "add_tasks", "args": {"titles": ["milk"]}}"#,
            r#"{"name": "add_tasks", "parameters": {"titles": ["milk"]}}"#,
            r#"{"name": "functions.add_tasks", "arguments": "{\"titles\": [\"milk\"]}"}"#,
            r#"{"type": "function", "function": {"name": "add_tasks", "arguments": "{\"titles\": [\"milk\"]}"}}"#,
            r#"{"function": "add_tasks", "args": {"titles": ["milk"]}}"#,
            r#"{"add_tasks": {"titles": ["milk"]}}"#,
            r#"[{"name": "add_tasks", "arguments": {"titles": ["milk"]}}]"#,
            r#"{"tool_calls": [{"name": "add_tasks", "arguments": {"titles": ["milk"]}}]}"#,
            r#"{"calls": [{"tool": "add_tasks", "args": {"titles": ["milk"]}}]}"#,
            "```json\n{\"name\": \"add_tasks\", \"arguments\": {\"titles\": [\"milk\"]}}\n```",
            "```\n{\"name\": \"add_tasks\", \"arguments\": {\"titles\": [\"milk\"]}}\n```",
            r#"<tool_call>{"name": "add_tasks", "arguments": {"titles": ["milk"]}}</tool_call>"#,
            "<tool_call>\n{\"name\": \"add_tasks\", \"arguments\": {\"titles\": [\"milk\"]}}",
            r#"{{"name": "add_tasks", "arguments": {{"titles": ["milk"]}}}}"#,
            r#"{{"name": "add_tasks", "arguments": {"titles": ["milk"]}}}"#,
            r#"add_tasks({"titles": ["milk"]})"#,
        ] {
            for mode in [ToolMode::Tools, ToolMode::Text, ToolMode::JsonSchema] {
                assert_eq!(
                    find(text, mode, &tools()),
                    Found::Calls(milk(), None),
                    "{mode:?} {text}"
                );
            }
        }
    }

    #[test]
    fn several_calls_stay_in_their_order() {
        for text in [
            "<tool_call>{\"name\":\"add_tasks\",\"arguments\":{\"n\":1}}</tool_call>\n<tool_call>{\"name\":\"add_tasks\",\"arguments\":{\"n\":2}}</tool_call>",
            "{\"name\":\"add_tasks\",\"arguments\":{\"n\":1}}\n{\"name\":\"add_tasks\",\"arguments\":{\"n\":2}}",
        ] {
            let Found::Calls(calls, None) = find(text, ToolMode::Text, &tools()) else {
                panic!("{text}")
            };
            assert_eq!(
                calls.iter().map(|c| &c.args["n"]).collect::<Vec<_>>(),
                [1, 2]
            );
        }
    }

    #[test]
    fn words_that_are_no_call_stay_words() {
        for text in [
            "Try {\"name\": \"add_tasks\", \"arguments\": {}} yourself.",
            "{\"name\": \"Bob\"}",
            "{\"name\": \"delete_all\", \"arguments\": {}}",
            "See you at 5 (or 6)",
            "{not json",
            "<tool_call>{\"name\":\"delete_all\",\"arguments\":{}}</tool_call>",
            "Look: <tool_call>{\"name\":\"add_tasks\",\"arguments\":{}}</tool_call>",
        ] {
            assert_eq!(
                find(text, ToolMode::Tools, &tools()),
                Found::Text(text.to_owned())
            );
        }
    }

    #[test]
    fn where_calls_are_asked_for_in_the_text_a_broken_one_is_not_said_to_the_user() {
        for text in [
            "<tool_call>{\"name\": \"add_ta",
            "{\"name\": \"add_tasks\", \"argum",
        ] {
            assert_eq!(
                find(text, ToolMode::Text, &tools()),
                Found::Garbled,
                "{text}"
            );
        }
        assert_eq!(
            find("{\"answer\": 1}", ToolMode::JsonSchema, &tools()),
            Found::Garbled
        );
        assert_eq!(
            find("{\"reply\": \"Hi\"}", ToolMode::JsonSchema, &tools()),
            Found::Text("Hi".to_owned())
        );
        assert_eq!(
            find(
                "Sure. <tool_call>{\"name\":\"other\",\"arguments\":{}}</tool_call>",
                ToolMode::Text,
                &tools()
            ),
            Found::Calls(
                vec![Call {
                    tool: "other".to_owned(),
                    args: json!({})
                }],
                Some("Sure.".to_owned())
            )
        );
    }

    #[test]
    fn thoughts_are_not_for_the_user() {
        assert_eq!(without_thoughts("<think>hm, {}</think>Hi"), "Hi");
        assert_eq!(without_thoughts("<think>never ends"), "");
        assert_eq!(without_thoughts("I <think> so"), "I <think> so");
    }
}
