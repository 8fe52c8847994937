//! Tasks: things to do, with a day, importance, effort, steps and whom they wait for; what to do next follows from these.
//! May import: domain, when, the Skill trait, this folder.

mod clear;
pub mod complete;
mod find;
mod hear;
mod list;
mod next;
pub mod rank;
pub mod repeat;
pub mod say;
mod steps;
pub mod store;
pub mod tool;
mod waiting;
mod words;

use async_trait::async_trait;
use serde_json::{Value, json};

use super::{Known, Refusal, Scope, Skill, ToolEntry, reminders, thing};
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
        "Tasks: \"add a task: pay rent by friday\", \"my tasks\", \"done 2\", \"what should i do next\""
    }

    fn about(&self) -> &'static [&'static str] {
        &[
            "task", "todo", "due", "deadline", "project", "priority", "urgent", "finish", "done",
            "complete", "postpone", "chore", "overdue", "next", "step", "waiting", "effort",
            "answered",
        ]
    }

    fn is_core(&self) -> bool {
        true
    }

    fn tools(&self) -> Vec<ToolEntry> {
        vec![
            ToolEntry::of::<tool::AddTasks>(),
            ToolEntry::of::<list::ListTasks>(),
            ToolEntry::of::<next::NextTask>(),
            ToolEntry::of::<complete::CompleteTasks>(),
            ToolEntry::of::<tool::ReopenTasks>(),
            ToolEntry::of::<tool::EditTask>(),
            ToolEntry::of::<steps::BreakDown>(),
            ToolEntry::of::<waiting::Answered>(),
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
            (
                "edit_task",
                json!({"task": "renew both passports", "effort": "2 hours", "waiting_for": "the office", "project": "travel"}),
            ),
            ("next_task", json!({"within": "3 hours"})),
            ("list_tasks", json!({"waiting": true})),
            (
                "add_tasks",
                json!({"titles": ["water plants"], "repeat": "every 3 days", "project": "balcony"}),
            ),
            ("answered", json!({"who": "the office"})),
            ("next_task", json!({"other": true})),
            ("list_tasks", json!({"project": "all"})),
            ("delete_tasks", json!({"tasks": ["renew both passports"]})),
            ("complete_tasks", json!({"tasks": ["water plants"]})),
            (
                "break_down",
                json!({"task": "move house", "steps": ["call movers", "pack boxes"]}),
            ),
            ("list_tasks", json!({"steps_of": "move house"})),
            ("complete_tasks", json!({"tasks": ["move house"]})),
            ("add_tasks", json!({"titles": ["pay rent"]})),
            ("complete_tasks", json!({"tasks": ["pay rent"]})),
            ("clear_tasks", json!({"which": "done"})),
        ]
    }

    async fn known(&self, scope: &mut Scope, label: &str) -> Result<Option<Known>, sqlx::Error> {
        thing::known::<store::Task>(scope, label).await
    }

    async fn undo(&self, scope: &mut Scope, inverse: &Value) -> Result<String, Refusal> {
        // a task takes the reminders that it carries along
        if reminders::is_ours(inverse) {
            return reminders::undo(scope, inverse).await;
        }
        if complete::is_ours(inverse) {
            return complete::undo(scope, inverse).await;
        }
        thing::undo::<store::Task>(scope, inverse).await
    }
}
