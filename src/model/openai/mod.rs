//! Outside models: any endpoint that speaks OpenAI's chat completions (OpenAI, Gemini's compatible endpoint, vLLM, llama.cpp,
//! Ollama). One retry policy under one total time-out, no streaming, no redirects, answers capped.
//! May import: the `LanguageModel` trait, config, clock, and plain values.
//!
//! Sources: OpenAI's API reference "Create chat completion" and guide "Error codes"; RFC 9110 on Retry-After.

mod content;
mod endpoint;
mod layout;
mod quirks;
mod read;
mod retry;
mod schema;
mod system;
mod wire;

use std::time::Duration;

use async_trait::async_trait;
use secrecy::SecretString;
use serde_json::Value;
use tokio::time::Instant;

use self::{
    endpoint::Endpoint,
    quirks::Quirks,
    retry::{Next, Tries, Trouble},
};
use super::{Answer, LanguageModel, ModelError, Prompt, Ration, Spent, ToolSpec, count_tokens};
use crate::{clock::jitter, config::ToolMode};

pub use layout::{date_line, outside_data};
pub use schema::{functions, slim};
pub use system::system;

/// Where a model lives and how it is asked.
#[derive(Clone, Debug)]
pub struct Options {
    /// Up to and without `/chat/completions`.
    pub base_url: String,
    /// May be empty: many local servers want none.
    pub api_key: SecretString,
    pub name: String,
    pub tool_mode: ToolMode,
    /// Of one answer, every retry and pause included.
    pub timeout: Duration,
    /// Longest answer in tokens; a short ration has a third of it.
    pub max_output_tokens: u32,
}

/// One outside model.
pub struct OpenAi {
    options: Options,
    endpoint: Endpoint,
    quirks: Quirks,
}

impl OpenAi {
    /// `client` brings the connect time-out and follows no redirects.
    pub fn new(client: reqwest::Client, options: Options) -> Self {
        let endpoint = Endpoint::new(client, &options.base_url, &options.api_key);
        let quirks = Quirks::of(&options.base_url);
        Self {
            options,
            endpoint,
            quirks,
        }
    }

    fn body(&self, prompt: &Prompt, tries: &Tries) -> Value {
        let mode = self.options.tool_mode;
        let system = system(mode, &prompt.tools);
        let mut body = serde_json::json!({
            "model": self.options.name,
            "messages": layout::messages(prompt, mode, &system, tries.memory_from()),
        });
        if mode == ToolMode::Tools && !prompt.tools.is_empty() {
            body["tools"] = functions(&prompt.tools);
        }
        let full = self.options.max_output_tokens;
        let cap = match prompt.ration {
            Ration::Full => full,
            _ => (full / 3).max(1),
        };
        let cap = cap.saturating_mul(if tries.wants_longer() { 3 } else { 1 });
        self.quirks
            .add_optional(&mut body, (mode, cap), &prompt.tools);
        body
    }

    /// What a request cost, as the provider says, or as we count when it does not.
    fn spent(&self, usage: Option<(u32, u32)>, body: &Value, answered: &str) -> Spent {
        let count = |text: &str| u32::try_from(count_tokens(text)).unwrap_or(u32::MAX);
        let (prompt_tokens, completion_tokens) = usage.unwrap_or_else(|| {
            (
                count(&body["messages"].to_string())
                    + body.get("tools").map_or(0, |t| count(&t.to_string())),
                count(answered),
            )
        });
        Spent {
            model: self.options.name.clone(),
            prompt_tokens,
            completion_tokens,
        }
    }

    /// One request. `Ok` is usable; what it cost is added to `spent` either way.
    async fn once(
        &self,
        body: &Value,
        tools: &[ToolSpec],
        deadline: Instant,
        spent: &mut Vec<Spent>,
    ) -> Result<Answer, Trouble> {
        let asked = tokio::time::timeout_at(deadline, self.endpoint.complete(body)).await;
        let completion = match asked {
            Ok(Ok(completion)) => completion,
            Ok(Err(failed)) => {
                if failed.may_have_cost() {
                    spent.push(self.spent(None, body, ""));
                }
                return Err(Trouble::Failed(failed));
            }
            Err(_) => {
                spent.push(self.spent(None, body, ""));
                return Err(Trouble::Late);
            }
        };
        spent.push(self.spent(completion.usage(), body, &completion.everything()));
        read::read(&completion, self.options.tool_mode, tools).map_err(Trouble::Unusable)
    }
}

#[async_trait]
impl LanguageModel for OpenAi {
    fn name(&self) -> &str {
        &self.options.name
    }

    /// Never: what listens behind a local port is not known here.
    fn is_local(&self) -> bool {
        false
    }

    fn reads_memory(&self) -> bool {
        true
    }

    async fn answer(&self, prompt: &Prompt) -> Result<Answer, ModelError> {
        let deadline = Instant::now() + self.options.timeout;
        let mut tries = Tries::with_memory(prompt.memory.len());
        let mut spent = Vec::new();
        loop {
            let body = self.body(prompt, &tries);
            let trouble = match self.once(&body, &prompt.tools, deadline, &mut spent).await {
                Ok(answer) => {
                    outcome("answered");
                    return Ok(Answer { spent, ..answer });
                }
                Err(trouble) => trouble,
            };
            outcome(trouble.name());
            let left = deadline.saturating_duration_since(Instant::now());
            match tries.next(&trouble, left, jitter()) {
                Next::Again(pause) => tokio::time::sleep(pause).await,
                Next::Unlearn(parameter) if self.quirks.learn(&parameter, &body) => {}
                Next::Unlearn(_) | Next::Stop => {
                    return Err(ModelError {
                        why: format!("{}: {trouble}", self.options.name),
                        spent,
                    });
                }
            }
        }
    }
}

fn outcome(name: &'static str) {
    metrics::counter!("assistant_model_requests_total", "outcome" => name).increment(1);
}
