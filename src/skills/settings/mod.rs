//! Settings: where the user is, how their days are, how they write times and dates, what they pay with, what to call them.
//! May import: when, domain, accounts (what is kept), the Skill trait, reminders (those that move along to another zone), this folder.
//!
//! The rules: a setting is taken back to what it was, and only while nobody has changed it since. A change of zone takes
//! along what keeps its wall time ("at 9 every day") and leaves what was fixed to a zone or runs on by the hour.

mod about;
mod hear;
mod hours;
mod say;
mod store;
mod tool;

pub use store::{Kept, get};
pub use tool::put;

use async_trait::async_trait;
use serde_json::{Value, json};

use super::{Refusal, Scope, Skill, ToolEntry};
use crate::model::offline::Hearing;

pub struct Settings;

#[async_trait]
impl Skill for Settings {
    fn name(&self) -> &'static str {
        "settings"
    }

    fn help(&self) -> &'static str {
        "Settings: \"settings\", \"my time zone is chicago\", \"use euros\", \"short answers\", \"call me Sam\""
    }

    fn about(&self) -> &'static [&'static str] {
        &[
            "settings",
            "zone",
            "timezone",
            "quiet",
            "working",
            "hours",
            "currency",
            "language",
            "locale",
            "tone",
            "clock",
            "24h",
            "12h",
            "name",
            "timing",
            "digest",
            "preferences",
            "call me",
            "euros",
            "dollars",
            "pounds",
            "short",
            "brief",
            "know about me",
        ]
    }

    fn tools(&self) -> Vec<ToolEntry> {
        vec![
            ToolEntry::of::<tool::ShowSettings>(),
            ToolEntry::of::<tool::ChangeSettings>(),
            ToolEntry::of::<about::AboutMe>(),
        ]
    }

    fn hearings(&self) -> Vec<Hearing> {
        hear::hearings()
    }

    fn samples(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("change_settings", json!({"time_zone": "Europe/Berlin"})),
            (
                "change_settings",
                json!({"quiet": "22 to 7", "working": "mon-thu 8-16", "waking": "7 to 23", "clock": 24, "day_first": true}),
            ),
            ("change_settings", json!({"quiet": "none"})),
            (
                "change_settings",
                json!({"currency": "euros", "tone": "short", "name": "Sam"}),
            ),
            ("about_me", json!({})),
            ("show_settings", json!({})),
        ]
    }

    async fn undo(&self, scope: &mut Scope, inverse: &Value) -> Result<String, Refusal> {
        tool::undo(scope, inverse).await
    }
}
