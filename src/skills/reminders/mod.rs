//! Reminders: what is to be said at a time, once or again and again, until it is done.
//! May import: when, the Skill trait, tasks (what a reminder is about), this folder.
//!
//! The rules: a reminder keeps what the user asked for as a wall time in a zone, and a rule if it comes again; the instant at
//! which it is due next stands in `alarms`, written in the same transaction. "done" and "snooze" without a name mean the one
//! reminder that was said within the last two hours.

pub mod alarm;
pub mod carried;
mod find;
mod hear;
pub mod say;
pub mod store;
mod that;
pub mod timing;
pub mod tool;
mod trace;

use async_trait::async_trait;
use serde_json::{Value, json};

use super::{Known, Refusal, Scope, Skill, ToolEntry, thing};
use crate::model::offline::Hearing;

pub use trace::{is_ours, undo};

/// The letter of the short numbers: `R12`.
pub const LETTER: &str = "R";

/// The zone database with which instants are computed.
pub static TZ_RELEASE: &str = crate::when::RELEASE;

pub struct Reminders;

#[async_trait]
impl Skill for Reminders {
    fn name(&self) -> &'static str {
        "reminders"
    }

    fn help(&self) -> &'static str {
        "Reminders: \"remind me tomorrow at 9 to call mom\", \"my reminders\", \"snooze 20\""
    }

    fn about(&self) -> &'static [&'static str] {
        &[
            "remind", "reminder", "snooze", "alarm", "wake", "nag", "alert", "ping", "forget",
            "digest", "later", "pill", "every",
        ]
    }

    fn is_core(&self) -> bool {
        true
    }

    fn tools(&self) -> Vec<ToolEntry> {
        vec![
            ToolEntry::of::<tool::Remind>(),
            ToolEntry::of::<tool::ListReminders>(),
            ToolEntry::of::<tool::ChangeReminder>(),
            ToolEntry::of::<tool::FinishReminders>(),
            ToolEntry::of::<tool::DeleteReminders>(),
            ToolEntry::of::<tool::ClearReminders>(),
            ToolEntry::of::<tool::PauseReminders>(),
            ToolEntry::of::<tool::AskOnSchedule>(),
        ]
    }

    fn hearings(&self) -> Vec<Hearing> {
        hear::hearings()
    }

    fn samples(&self) -> Vec<(&'static str, Value)> {
        vec![
            (
                "remind",
                json!({"what": "call mom", "when": "tomorrow at 5pm", "nag": "10 minutes"}),
            ),
            ("list_reminders", json!({})),
            (
                "change_reminder",
                json!({"reminder": "call mom", "when": "in 90 minutes", "what": "ring mom"}),
            ),
            (
                "remind",
                json!({"what": "take pills", "when": "every day at 9"}),
            ),
            (
                "delete_reminders",
                json!({"reminders": ["take pills"], "only_next": true}),
            ),
            (
                "pause_reminders",
                json!({"reminder": "take pills", "until": "tomorrow"}),
            ),
            (
                "ask_on_schedule",
                json!({"ask": "done tasks", "when": "every day at 9"}),
            ),
            ("finish_reminders", json!({"reminders": ["ring mom"]})),
            (
                "delete_reminders",
                json!({"reminders": ["take pills", "done tasks"]}),
            ),
            (
                "remind",
                json!({"what": "water the plants", "when": "tomorrow at 5pm"}),
            ),
            ("clear_reminders", json!({})),
        ]
    }

    async fn known(&self, scope: &mut Scope, label: &str) -> Result<Option<Known>, sqlx::Error> {
        thing::known::<store::Reminder>(scope, label).await
    }

    async fn undo(&self, scope: &mut Scope, inverse: &Value) -> Result<String, Refusal> {
        trace::undo(scope, inverse).await
    }
}
