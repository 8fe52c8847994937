//! The calendar: appointments, whole days and what comes again; conflicts, free time, and the day at a glance.
//! May import: domain, when, the Skill trait, tasks (to plan one), this folder.

mod ask;
pub mod edit;
pub mod event;
mod find;
mod free;
pub mod hangs;
mod hear;
pub mod ics;
pub mod say;
pub mod series;
pub mod store;
mod times;
pub mod tool;

pub use find::by_words;

use async_trait::async_trait;
use serde_json::{Value, json};

use super::{Known, Refusal, Scope, Skill, ToolEntry, thing};
use crate::model::offline::Hearing;

/// The letter of the short numbers: `E5`.
pub const LETTER: &str = "E";

pub struct Calendar;

#[async_trait]
impl Skill for Calendar {
    fn name(&self) -> &'static str {
        "calendar"
    }

    fn help(&self) -> &'static str {
        "Calendar: \"add lunch with sam friday at 12:30 to my calendar\", \"what's on today\", \"when am I free tomorrow?\""
    }

    fn about(&self) -> &'static [&'static str] {
        &[
            "event",
            "meeting",
            "meet",
            "appointment",
            "agenda",
            "schedule",
            "reschedule",
            "free",
            "busy",
            "calendar",
            "invite",
            "dentist",
            "doctor",
            "lunch",
            "dinner",
            "call",
            "flight",
            "slot",
            "tomorrow",
            "week",
            "today",
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
            "sunday",
        ]
    }

    fn is_core(&self) -> bool {
        true
    }

    fn tools(&self) -> Vec<ToolEntry> {
        vec![
            ToolEntry::of::<tool::AddEvent>(),
            ToolEntry::of::<tool::ShowEvents>(),
            ToolEntry::of::<tool::ChangeEvent>(),
            ToolEntry::of::<tool::DeleteEvents>(),
            ToolEntry::of::<tool::FindTime>(),
            ToolEntry::of::<tool::PlanTask>(),
            ToolEntry::of::<tool::MyDay>(),
        ]
    }

    fn hearings(&self) -> Vec<Hearing> {
        hear::hearings()
    }

    fn samples(&self) -> Vec<(&'static str, Value)> {
        vec![
            (
                "add_event",
                json!({"title": "lunch with sam", "when": "friday at 5pm", "place": "Joe's", "with": ["sam"]}),
            ),
            (
                "add_event",
                json!({"title": "standup", "when": "every day at 9"}),
            ),
            ("show_events", json!({})),
            ("show_events", json!({"find": "lunch"})),
            (
                "change_event",
                json!({"event": "lunch", "title": "long lunch", "place": "Ann's"}),
            ),
            (
                "change_event",
                json!({"event": "standup", "title": "early standup", "which": "this"}),
            ),
            (
                "change_event",
                json!({"event": "standup", "title": "stand-up", "which": "following"}),
            ),
            ("find_time", json!({"when": "tomorrow"})),
            ("plan_task", json!({"task": "tax papers", "when": "friday"})),
            ("my_day", json!({"say_empty": true})),
            (
                "delete_events",
                json!({"events": ["long lunch", "tax papers"]}),
            ),
            (
                "delete_events",
                json!({"events": ["stand-up"], "which": "all"}),
            ),
        ]
    }

    async fn known(&self, scope: &mut Scope, label: &str) -> Result<Option<Known>, sqlx::Error> {
        thing::known::<event::Event>(scope, label).await
    }

    async fn undo(&self, scope: &mut Scope, inverse: &Value) -> Result<String, Refusal> {
        edit::undo(scope, inverse).await
    }
}
