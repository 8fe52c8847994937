//! What a call came to: receipts, words, a list; and what it would do. May import: domain, when (the tone).

use serde_json::Value;

use crate::{domain::Trust, when::Tone};

/// One thing that was done, and how to take it back.
#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    /// The short number people use: `T12`.
    pub label: String,
    /// Rendered by code from what was committed: `T12 renew passport, due Fri Nov 27`.
    pub line: String,
    /// Handed back to the skill's `undo`; carries the version of the row it expects. `None`: cannot be undone.
    pub inverse: Option<Value>,
}

/// What a call did or found.
#[derive(Clone, Debug, Default)]
pub struct Done {
    pub receipts: Vec<Receipt>,
    /// Words beside the receipts: what a reading tool found.
    pub says: Option<String>,
    /// The labels of the list shown, in order; from now on a bare number means a place in it.
    pub shown: Option<Vec<String>>,
    /// Said in place of the receipts' lines, when there are too many to say.
    pub summary: Option<String>,
    /// A second sentence that helps and is not needed: left out where the user's tone is short.
    pub hint: Option<String>,
    /// Whose words the result is made of: a tool that reads mail, pages or invitations says `Untrusted`.
    pub trust: Trust,
}

impl Done {
    /// A result of words only.
    pub fn says(text: impl Into<String>) -> Self {
        Self {
            says: Some(text.into()),
            ..Self::default()
        }
    }

    /// A result of receipts.
    pub fn wrote(receipts: Vec<Receipt>) -> Self {
        Self {
            receipts,
            ..Self::default()
        }
    }

    /// Everything it says, one line each.
    pub fn text(&self) -> String {
        let receipts = match &self.summary {
            Some(summary) => vec![summary.as_str()],
            None => self.receipts.iter().map(|r| r.line.as_str()).collect(),
        };
        receipts
            .into_iter()
            .chain(self.says.as_deref())
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// Everything it says in this tone: the one place that knows what short leaves out.
    pub fn text_in(&self, tone: Tone) -> String {
        let text = self.text();
        match &self.hint {
            Some(hint) if tone == Tone::Normal && text.is_empty() => hint.clone(),
            // an answer that ends a sentence goes on in its line
            Some(hint) if tone == Tone::Normal => {
                let link = if text.ends_with(['.', '!', '?']) {
                    " "
                } else {
                    "\n"
                };
                format!("{text}{link}{hint}")
            }
            _ => text,
        }
    }
}

/// What a call would do.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Preview {
    /// How many things and the first ones: "Delete 14 tasks: renew passport, call mom, buy ink, ...". No full stop.
    pub says: String,
    /// What it would touch (ids and versions): a confirmation holds only while this is the same.
    pub touches: Value,
}
