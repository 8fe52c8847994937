//! The grammar model: understands the phrases that skills register, without any outside model. It costs nothing, needs no
//! network, and never guesses. May import: this folder, the `LanguageModel` trait beside it, and plain values.

mod filler;
pub mod items;
pub mod matching;
mod pattern;
pub mod phrase;
mod typo;
pub mod words;

use async_trait::async_trait;
use serde_json::Value;

pub use items::{items, things};
pub use matching::{Captures, best, best_by};
pub use phrase::{Phrase, PhraseError};
pub use words::Heard;

use super::{Answer, Call, LanguageModel, ModelError, Prompt};

/// What a phrase means: a tool and its arguments from what was captured. `None`: said this way, it means nothing.
pub type Meaning = fn(&Captures<'_, '_>) -> Option<Value>;

/// A phrase that a skill registers, and the call that it stands for.
#[derive(Clone)]
pub struct Hearing {
    pub phrase: Phrase,
    pub tool: &'static str,
    pub means: Meaning,
}

impl Hearing {
    /// Panics on a phrase that cannot be read: phrases are constants, and a test builds them all.
    pub fn new(phrase: &str, tool: &'static str, means: Meaning) -> Self {
        Self {
            phrase: Phrase::new(phrase),
            tool,
            means,
        }
    }
}

/// One way to hear a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    pub tool: &'static str,
    /// Word for word, no slip forgiven.
    pub is_exact: bool,
    /// How many of the phrase's own words are said.
    pub literals: u32,
}

/// The first implementation of [`LanguageModel`].
pub struct Offline {
    phrases: Vec<Phrase>,
    meanings: Vec<(&'static str, Meaning)>,
    examples: Vec<&'static str>,
}

impl Offline {
    /// Hears all of `hearings`; `examples` (two are shown) say what can be said when a text is not understood.
    pub fn new(hearings: Vec<Hearing>, examples: Vec<&'static str>) -> Self {
        let (phrases, meanings) = hearings
            .into_iter()
            .map(|h| (h.phrase, (h.tool, h.means)))
            .unzip();
        Self {
            phrases,
            meanings,
            examples,
        }
    }

    /// The call that `text` asks for. Phrases that fit equally well must agree on it; one that means nothing, said this
    /// way, has no say.
    pub fn hear(&self, text: &str) -> Option<Call> {
        let (_, call) = best_by(&self.phrases, text, |at, captures| {
            let (tool, means) = self.meanings[at];
            means(captures).map(|args| Call {
                tool: tool.to_owned(),
                args,
            })
        })?;
        Some(call)
    }

    /// Every tool that some phrase leads to, said this way: also those that [`Offline::hear`] decides against.
    pub fn readings(&self, text: &str) -> Vec<Reading> {
        let means =
            |at: usize, captures: &Captures<'_, '_>| self.meanings[at].1(captures).is_some();
        matching::readings(&self.phrases, text, means)
            .into_iter()
            .map(|(at, is_exact, literals)| Reading {
                tool: self.meanings[at].0,
                is_exact,
                literals,
            })
            .collect()
    }

    fn not_understood(&self, text: &str) -> String {
        let start: String = text.chars().take(40).collect();
        let dots = if start.len() < text.len() { "..." } else { "" };
        let examples: Vec<_> = self
            .examples
            .iter()
            .take(2)
            .map(|e| format!("\"{e}\""))
            .collect();
        format!(
            "I did not understand \"{start}{dots}\". Try {}, or ? for more.",
            examples.join(" or ")
        )
    }
}

#[async_trait]
impl LanguageModel for Offline {
    fn name(&self) -> &str {
        "offline"
    }

    fn is_local(&self) -> bool {
        true
    }

    fn reads_memory(&self) -> bool {
        false
    }

    fn is_free(&self) -> bool {
        true
    }

    async fn answer(&self, prompt: &Prompt) -> Result<Answer, ModelError> {
        // asked again after calls: there is nothing to add to what was done and what was refused
        if !prompt.results.is_empty() {
            return Ok(Answer::default());
        }
        let mut answer = Answer::default();
        let mut unheard = Vec::new();
        for text in &prompt.texts {
            match self.hear(text) {
                Some(call) => answer.calls.push(call),
                None => unheard.push(self.not_understood(text)),
            }
        }
        answer.text = (!unheard.is_empty()).then(|| unheard.join("\n"));
        Ok(answer)
    }
}
