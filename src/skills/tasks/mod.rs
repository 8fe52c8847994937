//! Tasks: things to do, with an optional day and priority.
//! May import: domain, when, the Skill trait, this folder.

mod clear;
mod find;
mod hear;
pub mod say;
pub mod store;
pub mod tool;

use async_trait::async_trait;
use serde_json::{Value, json};

use super::{Refusal, Scope, Skill, ToolEntry, reminders, thing};
use crate::model::offline::Hearing;

/// The letter of the short numbers: `T12`.
pub const LETTER: &str = "T";

pub struct Tasks;

#[async_trait]
impl Skill for Tasks {
    fn name(&self) -> &'static str {
        "tasks"
    }

    fn help(&self) -> &'static str {
        "Tasks: \"add a task: renew passport by friday\", \"my tasks\", \"done 2\""
    }

    fn about(&self) -> &'static [&'static str] {
        &[
            "task", "todo", "due", "deadline", "project", "priority", "urgent", "finish", "done",
            "complete", "postpone", "chore", "overdue",
        ]
    }

    fn tools(&self) -> Vec<ToolEntry> {
        vec![
            ToolEntry::of::<tool::AddTasks>(),
            ToolEntry::of::<tool::ListTasks>(),
            ToolEntry::of::<tool::CompleteTasks>(),
            ToolEntry::of::<tool::ReopenTasks>(),
            ToolEntry::of::<tool::EditTask>(),
            ToolEntry::of::<tool::DeleteTasks>(),
            ToolEntry::of::<clear::ClearTasks>(),
        ]
    }

    fn hearings(&self) -> Vec<Hearing> {
        hear::hearings()
    }

    fn samples(&self) -> Vec<(&'static str, Value)> {
        vec![
            (
                "add_tasks",
                json!({"titles": ["renew passport", "call mom"], "due": "dec 1", "priority": "high"}),
            ),
            ("list_tasks", json!({})),
            ("complete_tasks", json!({"tasks": ["call mom"]})),
            ("list_tasks", json!({"done": true})),
            ("reopen_tasks", json!({"tasks": ["call mom"]})),
            (
                "edit_task",
                json!({"task": "renew passport", "title": "renew both passports", "due": "none", "priority": "low"}),
            ),
            ("delete_tasks", json!({"tasks": ["renew both passports"]})),
            ("add_tasks", json!({"titles": ["pay rent"]})),
            ("complete_tasks", json!({"tasks": ["pay rent"]})),
            ("clear_tasks", json!({"which": "done"})),
        ]
    }

    async fn line(&self, scope: &mut Scope, label: &str) -> Result<Option<String>, sqlx::Error> {
        thing::line::<store::Task>(scope, label).await
    }

    async fn undo(&self, scope: &mut Scope, inverse: &Value) -> Result<String, Refusal> {
        // a task takes the reminders that it carries along
        if reminders::is_ours(inverse) {
            return reminders::undo(scope, inverse).await;
        }
        thing::undo::<store::Task>(scope, inverse).await
    }
}
