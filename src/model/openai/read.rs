//! From a completion to an answer: the first choice that can be used.

use serde_json::{Value, json};

use super::{
    content::{self, Found},
    wire::{Choice, Completion, RawCall},
};
use crate::{
    config::ToolMode,
    model::{Answer, Call, ToolSpec},
};

/// Said for a model that answers nothing but that it will not.
const DECLINED: &str = "I cannot help with that.";

/// Why a completion is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unusable {
    #[error("an empty answer")]
    Empty,
    /// The cap came before the end: what there is of a call must not be run.
    #[error("an answer that was cut off")]
    Cut,
    #[error("a call that cannot be read")]
    Garbled,
}

/// Reads `completion`; `tools` are the ones on offer.
pub(super) fn read(
    completion: &Completion,
    mode: ToolMode,
    tools: &[ToolSpec],
) -> Result<Answer, Unusable> {
    let mut why = Unusable::Empty;
    for choice in &completion.choices {
        match choice_of(choice, mode, tools) {
            Ok(answer) => return Ok(answer),
            Err(unusable) => why = unusable,
        }
    }
    Err(why)
}

/// The calls count, whatever the finish reason says; it matters only when the end is missing.
fn choice_of(choice: &Choice, mode: ToolMode, tools: &[ToolSpec]) -> Result<Answer, Unusable> {
    let was_cut = choice.finish == "length";
    let content = content::without_thoughts(&choice.content);
    if !choice.calls.is_empty() {
        let calls: Vec<Call> = choice
            .calls
            .iter()
            .map(|call| to_call(call, tools))
            .collect();
        if was_cut && calls.iter().any(|call| !call.args.is_object()) {
            return Err(Unusable::Cut);
        }
        return Ok(Answer {
            calls,
            text: said(content),
            ..Answer::default()
        });
    }
    if let Some(refusal) = &choice.refusal {
        return Ok(Answer::text(refusal.trim()));
    }
    match content::find(content, mode, tools) {
        Found::Calls(calls, text) => Ok(Answer {
            calls,
            text: text.and_then(|text| said(&text)),
            ..Answer::default()
        }),
        Found::Text(text) => match said(&text) {
            Some(text) => Ok(Answer::text(text)),
            None if was_cut => Err(Unusable::Cut),
            None if choice.finish == "content_filter" => Ok(Answer::text(DECLINED)),
            None => Err(Unusable::Empty),
        },
        Found::Garbled if was_cut => Err(Unusable::Cut),
        Found::Garbled => Err(Unusable::Garbled),
    }
}

fn said(content: &str) -> Option<String> {
    let content = content.trim();
    (!content.is_empty()).then(|| content.to_owned())
}

/// Arguments that are no JSON go on as they came: the tool's own check refuses them in words, and the model reads those.
fn to_call(raw: &RawCall, tools: &[ToolSpec]) -> Call {
    let args = match &raw.arguments {
        Value::String(text) => arguments(text),
        Value::Null => json!({}),
        other => other.clone(),
    };
    Call {
        tool: content::own_name(&raw.name, tools).to_owned(),
        args,
    }
}

pub(super) fn arguments(text: &str) -> Value {
    if text.trim().is_empty() {
        return json!({});
    }
    match serde_json::from_str(text) {
        // written as text twice
        Ok(Value::String(inner)) => match serde_json::from_str::<Value>(&inner) {
            Ok(object) if object.is_object() => object,
            _ => Value::String(text.to_owned()),
        },
        Ok(value) => value,
        Err(_) => Value::String(text.to_owned()),
    }
}
