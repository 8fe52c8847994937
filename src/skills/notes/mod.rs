//! Notes: what a user wants to find again, in their own words. May import: when, text, the Skill trait, this folder.
//!
//! The rules: a note is kept as it was written. What begins with "#" is a tag. A question is answered only by a note that has
//! all of its words; where none has, we say that we do not know. [`search()`] is the one way to find notes by words.

mod find;
mod hear;
pub mod say;
mod search;
pub mod store;
pub mod tool;
pub mod words;

use async_trait::async_trait;
use serde_json::{Value, json};

use super::{Known, Refusal, Scope, Skill, ToolEntry, thing};
use crate::model::offline::Hearing;

pub use search::{Found, search};

/// The letter of the short numbers: `N12`.
pub const LETTER: &str = "N";

pub struct Notes;

#[async_trait]
impl Skill for Notes {
    fn name(&self) -> &'static str {
        "notes"
    }

    fn help(&self) -> &'static str {
        "Notes: \"note: wifi code is 4471 #home\", \"what's the wifi code?\", \"my notes\""
    }

    fn about(&self) -> &'static [&'static str] {
        &[
            "note",
            "noted",
            "jot",
            "wifi",
            "code",
            "password",
            "passcode",
            "pin",
            "combination",
            "serial",
            "plate",
            "tag",
            "put",
            "park",
            "parked",
            "hide",
            "keep",
            "notes",
            "remember",
            "write",
            "find",
            "what's",
            "where",
            "idea",
        ]
    }

    fn tools(&self) -> Vec<ToolEntry> {
        vec![
            ToolEntry::of::<tool::AddNote>(),
            ToolEntry::of::<tool::FindNotes>(),
            ToolEntry::of::<tool::EditNote>(),
            ToolEntry::of::<tool::DeleteNotes>(),
        ]
    }

    fn hearings(&self) -> Vec<Hearing> {
        hear::hearings()
    }

    fn samples(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("add_note", json!({"text": "wifi code is 4471 #home"})),
            (
                "find_notes",
                json!({"about": "what's the wifi code?", "answer": true}),
            ),
            (
                "edit_note",
                json!({"note": "wifi code", "add": "guests: 9902", "tag": "guests", "pinned": true}),
            ),
            (
                "edit_note",
                json!({"note": "wifi code", "text": "wifi code is 8812", "untag": "guests"}),
            ),
            ("find_notes", json!({})),
            ("delete_notes", json!({"notes": ["wifi code"]})),
        ]
    }

    async fn known(&self, scope: &mut Scope, label: &str) -> Result<Option<Known>, sqlx::Error> {
        thing::known::<store::Note>(scope, label).await
    }

    async fn undo(&self, scope: &mut Scope, inverse: &Value) -> Result<String, Refusal> {
        thing::undo::<store::Note>(scope, inverse).await
    }
}
