//! Language models behind one trait: asked with texts, tools and results; answering with calls or a reply.
//! A model knows tools only by their schemas; it never touches a row. May import: domain, text, when, clock, config.

mod breaker;
mod fallback;
pub mod offline;
pub mod openai;
mod scripted;
mod tokens;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::Trust;

pub use fallback::Fallback;
pub use openai::OpenAi;
pub use scripted::Scripted;
pub use tokens::count_tokens;

/// What a model is asked: the frozen context of a turn and what has happened in it so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prompt {
    /// Now in the user's zone, as RFC 9557: `2026-11-23T08:00:00-05:00[America/New_York]`.
    pub now: String,
    /// The running conversation before this turn, oldest first.
    pub memory: Vec<Remark>,
    /// The texts of this turn in arrival order.
    pub texts: Vec<String>,
    /// The tools on offer.
    pub tools: std::sync::Arc<[ToolSpec]>,
    /// Calls of earlier steps of this turn and what came of them.
    pub results: Vec<CallResult>,
    /// What was wrong with the last answer, when it is asked for once more.
    pub objection: Option<String>,
    /// How much this answer may cost.
    pub ration: Ration,
    /// The user wants no more than the bare answer.
    pub is_short: bool,
}

/// The rungs of the budget's ladder, from free spending to none.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Ration {
    /// The first model, answers of any length.
    #[default]
    Full,
    /// The first model, short answers.
    Short,
    /// The second model, short answers.
    Second,
    /// The offline model: costs nothing.
    Offline,
}

/// One line of the running conversation.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct Remark {
    pub by: Speaker,
    pub text: String,
    /// How far it is believed: an answer that was made of other people's words is not.
    #[serde(default)]
    pub trust: Trust,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    User,
    Assistant,
}

/// A tool as a model sees it.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct ToolSpec {
    pub name: String,
    pub description: String,
    /// JSON Schema, draft 2020-12.
    pub schema: Value,
}

/// A tool call that a model asks for.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct Call {
    pub tool: String,
    pub args: Value,
}

/// A call and what came of it.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct CallResult {
    pub call: Call,
    pub ok: bool,
    /// Receipts, or why it was refused.
    pub text: String,
    /// Whose words the result is made of.
    #[serde(default)]
    pub trust: Trust,
}

/// What a model answers: calls to make, or words, or both.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq)]
pub struct Answer {
    pub calls: Vec<Call>,
    pub text: Option<String>,
    /// What it cost: one entry a request that a provider counted, the failed ones included.
    #[serde(default)]
    pub spent: Vec<Spent>,
    /// Which rung answered.
    #[serde(default)]
    pub by: Answerer,
}

/// Tokens of one request, as the provider counted them (or estimated by us when it did not say).
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct Spent {
    /// The model's name, for the price table.
    pub model: String,
    pub prompt_tokens: u32,
    pub completion_tokens: u32,
}

/// Who gave an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answerer {
    /// The model that is configured first (offline, when that is what is configured).
    #[default]
    First,
    Second,
    /// The offline model, in place of one that is away or too dear.
    Offline,
}

impl Answer {
    /// Words only.
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: Some(text.into()),
            ..Self::default()
        }
    }

    /// One call.
    pub fn call(tool: &str, args: Value) -> Self {
        Self {
            calls: vec![Call {
                tool: tool.to_owned(),
                args,
            }],
            ..Self::default()
        }
    }
}

/// Why a model gave no answer.
#[derive(Debug, thiserror::Error)]
#[error("the model gave no answer: {why}")]
pub struct ModelError {
    /// For the operator's log; holds no text of a user.
    pub why: String,
    /// What the tries cost all the same.
    pub spent: Vec<Spent>,
}

impl ModelError {
    pub fn new(why: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            spent: Vec::new(),
        }
    }
}

/// A language model. It may be slow; no database connection is held while it is asked.
#[async_trait]
pub trait LanguageModel: Send + Sync {
    /// For logs, and for "who can read this?".
    fn name(&self) -> &str;

    /// Whether texts leave this machine to be answered.
    fn is_local(&self) -> bool;

    /// Whether it uses the running conversation; if not, none is fetched for it.
    fn reads_memory(&self) -> bool;

    /// Whether an answer costs nothing: then no budget is asked.
    fn is_free(&self) -> bool {
        false
    }

    /// Answers `prompt`. The same prompt may be asked again after a crash.
    async fn answer(&self, prompt: &Prompt) -> Result<Answer, ModelError>;
}
