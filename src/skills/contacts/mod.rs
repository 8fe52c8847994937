//! Contacts: people, what they are called, and how to reach them. May import: domain, when, the Skill trait, reminders (a
//! birthday can remind), this folder.
//!
//! The rules: a contact is named by its name, a nickname, or what it is to the user ("my sister"); a name that fits several is
//! asked about by number. Numbers are kept in E.164. [`find()`] is how other skills turn a name into a person.

pub mod birthday;
mod find;
mod hear;
mod merge;
pub mod relation;
mod remind;
pub mod say;
pub mod store;
pub mod tool;
pub mod vcard;

use async_trait::async_trait;
use serde_json::{Value, json};

use super::{Known, Refusal, Scope, Skill, ToolEntry, reminders, thing};
use crate::model::offline::Hearing;

pub use birthday::Birthday;
pub use find::{find, resolve};
pub use store::Contact;

/// The letter of the short numbers: `C12`.
pub const LETTER: &str = "C";

pub struct Contacts;

#[async_trait]
impl Skill for Contacts {
    fn name(&self) -> &'static str {
        "contacts"
    }

    fn help(&self) -> &'static str {
        "Contacts: \"tom's birthday is june 3\", \"what's ana's number?\", \"birthdays this month\""
    }

    fn about(&self) -> &'static [&'static str] {
        &[
            "contact", "number", "phone", "cell", "mobile", "email", "birthday", "bday", "born",
            "nickname", "address", "sister", "brother", "mother", "father", "mom", "mum", "dad",
            "wife", "husband", "son", "daughter", "friend", "boss", "dentist", "doctor",
            "landlord", "neighbor", "merge", "person", "vcard",
        ]
    }

    fn tools(&self) -> Vec<ToolEntry> {
        vec![
            ToolEntry::of::<tool::SaveContact>(),
            ToolEntry::of::<tool::FindContacts>(),
            ToolEntry::of::<tool::MergeContacts>(),
            ToolEntry::of::<tool::DeleteContacts>(),
            ToolEntry::of::<tool::RemindBirthdays>(),
        ]
    }

    fn hearings(&self) -> Vec<Hearing> {
        hear::hearings()
    }

    fn samples(&self) -> Vec<(&'static str, Value)> {
        vec![
            (
                "save_contact",
                json!({"who": "tom", "phone": "+1 555 010 0077", "kind": "work", "email": "tom@example.org",
                       "birthday": "june 3", "relation": "brother", "nickname": "tommy"}),
            ),
            ("find_contacts", json!({"who": "tom", "what": "birthday"})),
            (
                "save_contact",
                json!({"who": "tommy", "name": "Tom Ruiz", "without": ["email"]}),
            ),
            (
                "save_contact",
                json!({"who": "tom ruiz", "new": true, "email": "tr@example.org"}),
            ),
            ("merge_contacts", json!({"who": "tom ruiz"})),
            (
                "remind_birthdays",
                json!({"who": "tom ruiz", "before": ["3 days"]}),
            ),
            (
                "save_contact",
                json!({"who": "tom ruiz", "birthday": "march 1"}),
            ),
            ("find_contacts", json!({})),
            ("delete_contacts", json!({"contacts": ["tom ruiz"]})),
        ]
    }

    async fn known(&self, scope: &mut Scope, label: &str) -> Result<Option<Known>, sqlx::Error> {
        thing::known::<Contact>(scope, label).await
    }

    async fn undo(&self, scope: &mut Scope, inverse: &Value) -> Result<String, Refusal> {
        if reminders::is_ours(inverse) {
            return reminders::undo(scope, inverse).await;
        }
        if inverse["op"] == merge::SEVERAL {
            return merge::undo(scope, inverse).await;
        }
        thing::undo::<Contact>(scope, inverse).await
    }
}
