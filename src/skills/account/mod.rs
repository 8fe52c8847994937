//! The account: what of it can be asked for by text (a link to a page, never the thing itself), and the archive of everything.
//! May import: accounts, the calendar (as a file), the Skill trait, this folder.

mod archive;
mod hear;
mod offer;
mod tool;
mod wish;

use async_trait::async_trait;
use serde_json::{Value, json};

pub use archive::archive;
pub use offer::DOUBTFUL;
use offer::offer;
pub use wish::Wish;

use super::{Refusal, Scope, Skill, ToolEntry};
use crate::model::offline::Hearing;

/// The name of the tool, which is answered with a link.
const TOOL: &str = "account_page";
/// What the tool itself says.
pub const NOT_BY_TEXT: &str = "That takes a login on a page of your account.";

pub struct Account;

#[async_trait]
impl Skill for Account {
    fn name(&self) -> &'static str {
        "account"
    }

    fn help(&self) -> &'static str {
        "Account: \"set a password\", \"export my data\", \"change my number\", \"delete my account\""
    }

    fn about(&self) -> &'static [&'static str] {
        &[
            "password",
            "login",
            "log",
            "sign",
            "session",
            "export",
            "data",
            "delete",
            "erase",
            "number",
            "email",
            "mail",
            "2fa",
            "authenticator",
            "household",
        ]
    }

    fn tools(&self) -> Vec<ToolEntry> {
        vec![ToolEntry::of::<tool::AccountPage>()]
    }

    fn hearings(&self) -> Vec<Hearing> {
        hear::hearings()
    }

    fn samples(&self) -> Vec<(&'static str, Value)> {
        vec![(TOOL, json!({"wish": "export"}))]
    }

    async fn undo(&self, _: &mut Scope, _: &Value) -> Result<String, Refusal> {
        Err(Refusal::Tell("That cannot be undone.".into()))
    }
}
