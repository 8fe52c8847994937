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

    /// Hears every wish that no phrase with words of its own hears, whole, under the name `all`: `means` must be strict.
    pub fn free(tool: &'static str, means: Meaning) -> Self {
        Self {
            phrase: Phrase::anything("all"),
            tool,
            means,
        }
    }
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
