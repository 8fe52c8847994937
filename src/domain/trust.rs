//! Where words come from, and so how far they are believed.

use serde::{Deserialize, Serialize};

/// The trust of what enters a turn. Ordered: joining two labels keeps the less trusted one.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// Our own words and rows that the user wrote.
    System,
    /// The user's own texts.
    #[default]
    User,
    /// Anybody else's words: mail, a page, an invitation, a picture.
    Untrusted,
}

impl Trust {
    /// The trust of both together: never more than either.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        self.max(other)
    }

    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::User => "user",
            Self::Untrusted => "untrusted",
        }
    }

    /// Reads [`Trust::as_str`]; what is not known is not trusted.
    pub fn parse(word: &str) -> Self {
        match word {
            "system" => Self::System,
            "user" => Self::User,
            _ => Self::Untrusted,
        }
    }
}
