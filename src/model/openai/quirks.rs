//! What a server turned out not to know: optional parameters are offered once, and left out for good after a refusal.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use serde_json::{Value, json};

use super::schema::response_format;
use crate::{config::ToolMode, model::ToolSpec};

/// The two names of the cap on an answer: newer models refuse the old one, older servers the new one.
const CAPS: [&str; 2] = ["max_tokens", "max_completion_tokens"];

pub(super) struct Quirks {
    new_cap: AtomicBool,
    cap_was_changed: AtomicBool,
    bare: AtomicBool,
}

impl Quirks {
    pub fn of(base_url: &str) -> Self {
        Self {
            new_cap: AtomicBool::new(base_url.contains("api.openai.com")),
            cap_was_changed: AtomicBool::new(false),
            bare: AtomicBool::new(false),
        }
    }

    /// Adds to `body` what a server may not know.
    pub fn add_optional(&self, body: &mut Value, (mode, cap): (ToolMode, u32), tools: &[ToolSpec]) {
        if self.bare.load(Relaxed) {
            return;
        }
        body[CAPS[usize::from(self.new_cap.load(Relaxed))]] = cap.into();
        match mode {
            ToolMode::Tools if !tools.is_empty() => body["parallel_tool_calls"] = json!(true),
            ToolMode::JsonSchema => body["response_format"] = response_format(tools),
            ToolMode::Tools | ToolMode::Text => {}
        }
    }

    /// Remembers that `parameter`, which stood in `body`, is not known there. Whether it is worth asking again.
    pub fn learn(&self, parameter: &str, body: &Value) -> bool {
        if CAPS.contains(&parameter) && !self.cap_was_changed.swap(true, Relaxed) {
            self.new_cap.store(body.get(CAPS[1]).is_none(), Relaxed);
            return true;
        }
        let was_bare = OPTIONAL.iter().all(|name| body.get(name).is_none());
        self.bare.store(true, Relaxed);
        !was_bare
    }
}

/// Everything that [`Quirks::add_optional`] may add.
pub(super) const OPTIONAL: [&str; 4] = [
    // the longer name first: it contains no other, but messages are searched in this order
    "max_completion_tokens",
    "max_tokens",
    "parallel_tool_calls",
    "response_format",
];
