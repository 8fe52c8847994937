//! The tools that belong to the turn itself and not to a skill: `undo` and `open_tools`, which a model is offered too, and
//! the answers to a question of the gate, which only code may call.

use std::sync::Arc;

use serde_json::json;

use crate::{model::ToolSpec, skills::Skills};

/// Takes effects back.
pub const UNDO: &str = "undo";
/// Brings a model the tools of a skill that were not offered.
pub const OPEN: &str = "open_tools";
/// Changes what was done last: what the offline phrases hear of "no, 4pm". Never offered: a model changes it by its tool.
pub use crate::model::offline::CORRECT;
/// Does what waits for a code. Never offered and refused to a model, which may have read the code in the conversation.
pub const CONFIRM: &str = "confirm";
/// Gives up what waits. By code only.
pub const WITHDRAW: &str = "withdraw";
/// The answers of somebody who has just joined by text: name, place, whether the clock is right. By code only.
pub const SETTLE: &str = "settle_in";

/// Everything a model may be offered: the skills' tools, then `undo`.
pub fn specs(skills: &Skills) -> Arc<[ToolSpec]> {
    skills.specs().iter().cloned().chain([undo()]).collect()
}

/// As a model sees it.
pub fn undo() -> ToolSpec {
    ToolSpec {
        name: UNDO.to_owned(),
        description: "Takes back the last things done, or one by its label.".to_owned(),
        schema: json!({
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "turns": {"type": "integer", "description": "How many of the last changes; 1 if not said."},
                "label": {"type": "string", "description": "Like T12."}
            }
        }),
    }
}

/// As a model sees it, for the skills that are kept back.
pub fn open(others: &[String]) -> ToolSpec {
    ToolSpec {
        name: OPEN.to_owned(),
        description: "No tool fits: shows you the tools of another skill.".to_owned(),
        schema: json!({
            "type": "object",
            "additionalProperties": false,
            "properties": {"skill": {"type": "string", "enum": others}},
            "required": ["skill"]
        }),
    }
}
