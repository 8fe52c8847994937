//! Nudges: what is said without being asked, to whoever asked for it: off until then, at most once a day, from stored facts by a
//! table of rules, never by a model.
//! May import: the Skill trait, the skills whose facts the rules look at, this folder.

mod hear;
pub mod rules;
pub mod say;
pub mod store;
pub mod tool;

use async_trait::async_trait;
use serde_json::{Value, json};

use super::{Refusal, Scope, Skill, ToolEntry};
use crate::model::offline::Hearing;

pub struct Nudges;

#[async_trait]
impl Skill for Nudges {
    fn name(&self) -> &'static str {
        "nudges"
    }

    fn help(&self) -> &'static str {
        "Nudges: \"nudge me\" (at most once a day), \"no nudges\""
    }

    fn about(&self) -> &'static [&'static str] {
        &["nudge", "nudges", "nudging", "proactive"]
    }

    fn tools(&self) -> Vec<ToolEntry> {
        vec![ToolEntry::of::<tool::SetNudges>()]
    }

    fn hearings(&self) -> Vec<Hearing> {
        hear::hearings()
    }

    fn samples(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("set_nudges", json!({"on": true})),
            ("set_nudges", json!({"on": false})),
        ]
    }

    async fn undo(&self, scope: &mut Scope, inverse: &Value) -> Result<String, Refusal> {
        tool::undo(scope, inverse).await
    }
}
