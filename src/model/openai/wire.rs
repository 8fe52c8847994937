//! What an endpoint answers, read leniently: servers that call themselves compatible leave out, null or rename a good deal.

use std::{fmt, time::Duration};

use serde::Deserialize;
use serde_json::Value;

use super::quirks::OPTIONAL;

/// A completion. Everything that is not there is empty.
#[derive(Clone, Debug, Default)]
pub(super) struct Completion {
    pub choices: Vec<Choice>,
    usage: Option<Usage>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Choice {
    pub finish: String,
    pub content: String,
    pub refusal: Option<String>,
    pub calls: Vec<RawCall>,
}

/// A call as it came: arguments are text, or an object where a server did not write them as text.
#[derive(Clone, Debug)]
pub(super) struct RawCall {
    pub name: String,
    pub arguments: Value,
}

#[derive(Clone, Debug, Deserialize)]
struct Usage {
    prompt_tokens: u32,
    #[serde(default)]
    completion_tokens: u32,
}

impl Completion {
    pub fn read(answer: Value) -> Self {
        Self {
            choices: list(&answer["choices"]).map(Choice::read).collect(),
            usage: Usage::deserialize(&answer["usage"]).ok(),
        }
    }

    /// Prompt and completion tokens, when the provider counted them.
    pub fn usage(&self) -> Option<(u32, u32)> {
        let usage = self.usage.as_ref()?;
        (usage.prompt_tokens > 0).then_some((usage.prompt_tokens, usage.completion_tokens))
    }

    /// All that was generated, for counting.
    pub fn everything(&self) -> String {
        let mut all = String::new();
        for choice in &self.choices {
            all.push_str(&choice.content);
            for call in &choice.calls {
                all.push_str(&call.name);
                all.push_str(&call.arguments.to_string());
            }
        }
        all
    }
}

impl Choice {
    fn read(choice: &Value) -> Self {
        let message = &choice["message"];
        let mut calls: Vec<RawCall> = list(&message["tool_calls"])
            .filter_map(|call| RawCall::read(&call["function"]))
            .collect();
        // the form that came before `tool_calls`
        calls.extend(RawCall::read(&message["function_call"]));
        Self {
            finish: text(&choice["finish_reason"]),
            content: text(&message["content"]),
            refusal: Some(text(&message["refusal"])).filter(|refusal| !refusal.is_empty()),
            calls,
        }
    }
}

impl RawCall {
    fn read(function: &Value) -> Option<Self> {
        let name = function["name"].as_str().filter(|name| !name.is_empty())?;
        Some(Self {
            name: name.to_owned(),
            arguments: function["arguments"].clone(),
        })
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// A string, or the text parts of a list of parts.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts
            .iter()
            .filter_map(|part| part["text"].as_str())
            .collect(),
        _ => String::new(),
    }
}

/// A status other than success, with what of its page is safe to keep.
#[derive(Clone, Debug)]
pub(super) struct Refused {
    pub status: u16,
    /// The provider's word for it, such as `context_length_exceeded`; only such words are kept.
    pub code: String,
    pub retry_after: Option<Duration>,
    pub is_overflow: bool,
    /// The optional parameter that the page objects to.
    pub parameter: Option<&'static str>,
}

/// How servers word a prompt that is too long.
const OVERFLOW: [&str; 9] = [
    "context_length_exceeded",
    "maximum context length",
    "context length",
    "context size",
    "context window",
    "exceed_context_size",
    "prompt is too long",
    "input is too long",
    "input token count",
];

impl Refused {
    pub fn read(status: u16, retry_after: Option<Duration>, page: &[u8]) -> Self {
        let page: Value = serde_json::from_slice(page).unwrap_or_default();
        // one compatible endpoint wraps its errors in a list
        let page = page.get(0).unwrap_or(&page);
        let error = page.get("error").unwrap_or(page);
        let message = text(&error["message"]).to_lowercase();
        let words = [&error["code"], &error["type"], &error["status"]];
        let code = words
            .into_iter()
            .filter_map(Value::as_str)
            .find(|word| is_code(word))
            .unwrap_or_default();
        let is_bad = status == 400 || status == 413 || status == 422;
        let param = error["param"].as_str().unwrap_or_default();
        let parameter = OPTIONAL
            .into_iter()
            .find(|name| param == *name || param.starts_with(&format!("{name}.")))
            .or_else(|| OPTIONAL.into_iter().find(|name| message.contains(name)));
        let is_overflow = is_bad
            && (status == 413
                || OVERFLOW
                    .iter()
                    .any(|words| code == *words || message.contains(words)));
        Self {
            status,
            code: code.to_owned(),
            retry_after,
            is_overflow,
            parameter: parameter.filter(|_| is_bad && !is_overflow),
        }
    }
}

/// A word of the provider's, not a sentence: sentences may quote the prompt.
fn is_code(word: &str) -> bool {
    !word.is_empty()
        && word.len() <= 40
        && word
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'.')
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HTTP {}", self.status)?;
        if !self.code.is_empty() {
            write!(f, " {}", self.code)?;
        }
        match self.status {
            401 | 403 => f.write_str(" (see model.api_key)"),
            404 => f.write_str(" (see model.base_url and model.name)"),
            300..=399 => f.write_str(" (redirects are not followed: see model.base_url)"),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_refusal_keeps_codes_and_no_sentences() {
        let page = json!({"error": {"message": "You said: my secret", "code": "not a code at all", "type": "invalid_request_error"}});
        let refused = Refused::read(400, None, page.to_string().as_bytes());
        assert_eq!(refused.to_string(), "HTTP 400 invalid_request_error");
    }

    #[test]
    fn overflow_and_unknown_parameters_are_told_apart_in_many_dialects() {
        let read = |status, page: Value| Refused::read(status, None, page.to_string().as_bytes());
        for page in [
            json!({"error": {"code": "context_length_exceeded", "message": "x"}}),
            json!({"error": {"message": "This model's maximum context length is 8192 tokens. Your max_tokens is too large", "code": 400}}),
            json!({"object": "error", "message": "The prompt exceeds the available context size", "code": 400}),
            json!([{"error": {"code": 400, "message": "The input token count (9) exceeds the maximum", "status": "INVALID_ARGUMENT"}}]),
        ] {
            let refused = read(400, page.clone());
            assert!(refused.is_overflow && refused.parameter.is_none(), "{page}");
        }
        for (page, parameter) in [
            (
                json!({"error": {"message": "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", "param": "max_tokens", "code": "unsupported_parameter"}}),
                "max_tokens",
            ),
            (
                json!({"error": {"message": "Unrecognized request argument supplied: parallel_tool_calls", "param": null}}),
                "parallel_tool_calls",
            ),
            (
                json!({"error": {"message": "no", "param": "response_format.json_schema"}}),
                "response_format",
            ),
        ] {
            let refused = read(400, page.clone());
            assert_eq!(refused.parameter, Some(parameter), "{page}");
            assert!(!refused.is_overflow);
        }
        assert!(
            read(429, json!({"error": {"message": "context window"}}))
                .parameter
                .is_none()
        );
    }
}
