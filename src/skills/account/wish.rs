//! What can be asked of the account by text: the answer to each is a page, where whoever shows the password does it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is to be done with the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    Delete,
    Export,
    Password,
    Number,
    Email,
    LogOut,
}

impl Wish {
    /// The word that stands in a link.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Delete => "delete",
            Self::Export => "export",
            Self::Password => "password",
            Self::Number => "number",
            Self::Email => "email",
            Self::LogOut => "log_out",
        }
    }

    /// The wish of a link.
    pub fn parse(word: &str) -> Option<Self> {
        [
            Self::Delete,
            Self::Export,
            Self::Password,
            Self::Number,
            Self::Email,
            Self::LogOut,
        ]
        .into_iter()
        .find(|wish| wish.as_str() == word)
    }

    /// "Delete your account": what the text and the page say of it, without a full stop.
    pub fn says(self) -> &'static str {
        match self {
            Self::Delete => "Delete your account and everything in it",
            Self::Export => "Download everything that I keep for you",
            Self::Password => "Change your password",
            Self::Number => "Add a phone number",
            Self::Email => "Change your e-mail address",
            Self::LogOut => "Log out everywhere",
        }
    }
}
