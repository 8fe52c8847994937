//! The grammar model: understands the phrases that skills register, without any outside model. It costs nothing, needs no
//! network, and never guesses. May import: this folder, the `LanguageModel` trait beside it, and plain values.

mod correction;
mod filler;
pub mod items;
pub mod matching;
mod pattern;
pub mod phrase;
mod reference;
mod typo;
mod wishes;
pub mod words;

use async_trait::async_trait;
use serde_json::Value;

pub use correction::{CORRECT, Correction};
pub use items::{items, things};
pub use matching::{Captures, best, best_but, best_by};
pub use phrase::{Phrase, PhraseError};
pub use reference::{Place, Reference};
pub use words::Heard;

use super::{Answer, Call, LanguageModel, ModelError, Prompt};

/// What a phrase means: a tool and its arguments from what was captured. `None`: said this way, it means nothing.
pub type Meaning = fn(&Captures<'_, '_>) -> Option<Value>;

/// What a meaning answers when the words are none of its skill's: they are then for others, as if the phrase were not there.
/// For wide phrases ("{thing} is {price} at {store}"), which else would be in the way of narrower skills' wider ones.
pub const NOT_MINE: Value = Value::Null;

/// A phrase that a skill registers, and the call that it stands for.
#[derive(Clone)]
pub struct Hearing {
    pub phrase: Phrase,
    pub tool: &'static str,
    pub means: Meaning,
    /// What follows is the user's own words to the end, whatever else they would mean.
    pub is_verbatim: bool,
}

impl Hearing {
    /// Panics on a phrase that cannot be read: phrases are constants, and a test builds them all.
    pub fn new(phrase: &str, tool: &'static str, means: Meaning) -> Self {
        Self {
            phrase: Phrase::new(phrase),
            tool,
            means,
            is_verbatim: false,
        }
    }

    /// Hears every wish that no phrase with words of its own hears, whole, under the name `all`: `means` must be strict.
    pub fn free(tool: &'static str, means: Meaning) -> Self {
        Self {
            phrase: Phrase::anything("all"),
            tool,
            means,
            is_verbatim: false,
        }
    }

    /// A phrase behind which anything may stand and is kept as it is ("note: move 2 to friday, add milk"): it is heard before
    /// any other, and what it takes is not cut into several wishes.
    pub fn verbatim(phrase: &str, tool: &'static str, means: Meaning) -> Self {
        Self {
            is_verbatim: true,
            ..Self::new(phrase, tool, means)
        }
    }
}

/// What is understood of a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Understood {
    /// In the order in which it was said.
    pub calls: Vec<Call>,
    /// The text or the parts of it that were not understood.
    pub unheard: Vec<String>,
}

/// A text in capitals alone, in small letters; `None`: it has small letters, or no letters.
fn unshouted(text: &str) -> Option<String> {
    let is_shouted = text.chars().any(char::is_uppercase) && !text.chars().any(char::is_lowercase);
    is_shouted.then(|| text.to_lowercase())
}

/// The text without what a voice fills its pauses with; `None`: there is nothing of it.
fn without_ums(text: &str) -> Option<String> {
    const UMS: &[&str] = &["um", "umm", "uh", "uhh", "uhm", "erm", "hmm", "mmm"];
    let is_um = |word: &str| {
        let bare = word.trim_matches(|c: char| matches!(c, ',' | '.'));
        UMS.contains(&bare.to_lowercase().as_str())
    };
    if !text.split_whitespace().any(is_um) {
        return None;
    }
    let lines = text.lines().map(|line| {
        let words: Vec<&str> = line
            .split_whitespace()
            .filter(|word| !is_um(word))
            .collect();
        words.join(" ")
    });
    Some(lines.collect::<Vec<_>>().join("\n"))
}

/// Whether a call holds a later part as it was said: then it was not understood, but taken along. "I spent 12 on lunch and I
/// paid 30 for gas" is one call that understands both.
fn swallows(whole: &Call, parts: &[(&str, Call)]) -> bool {
    let mut leaves = Vec::new();
    collect(&whole.args, &mut leaves);
    parts.iter().skip(1).any(|(part, _)| {
        let begins: Vec<&str> = part.split_whitespace().take(2).collect();
        let begins = begins.join(" ").to_lowercase();
        leaves.iter().any(|leaf| leaf.contains(&begins))
    })
}

fn collect(value: &Value, leaves: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            let words: Vec<&str> = text.split_whitespace().collect();
            leaves.push(words.join(" ").to_lowercase());
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, leaves)),
        Value::Object(fields) => fields.values().for_each(|item| collect(item, leaves)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
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
    /// How many of them, the first ones, are heard before all others.
    verbatim: usize,
    examples: Vec<&'static str>,
}

impl Offline {
    /// Hears all of `hearings`; `examples` (two are shown) say what can be said when a text is not understood.
    pub fn new(hearings: Vec<Hearing>, examples: Vec<&'static str>) -> Self {
        let (first, rest): (Vec<_>, Vec<_>) = hearings.into_iter().partition(|h| h.is_verbatim);
        let verbatim = first.len();
        let (phrases, meanings) = first
            .into_iter()
            .chain(rest)
            .map(|h| (h.phrase, (h.tool, h.means)))
            .unzip();
        Self {
            phrases,
            meanings,
            verbatim,
            examples,
        }
    }

    /// The call that `text` asks for. Phrases that fit equally well must agree on it; one that means nothing, said this
    /// way, has no say.
    pub fn hear(&self, text: &str) -> Option<Call> {
        self.hear_verbatim(text)
            .or_else(|| self.hear_among(&self.phrases, text))
            .or_else(|| self.hear_among(&self.phrases, &unshouted(text)?))
    }

    /// What is to be kept as it was said, to the end of the text.
    fn hear_verbatim(&self, text: &str) -> Option<Call> {
        self.hear_among(&self.phrases[..self.verbatim], text)
    }

    /// `phrases`: the first ones of all.
    fn hear_among(&self, phrases: &[Phrase], text: &str) -> Option<Call> {
        let passes = |at: usize, captures: &Captures<'_, '_>| {
            self.meanings[at].1(captures) == Some(NOT_MINE)
        };
        let (_, call) = best_but(phrases, text, passes, |at, captures| {
            let (tool, means) = self.meanings[at];
            means(captures).map(|args| Call {
                tool: tool.to_owned(),
                args,
            })
        })?;
        Some(call)
    }

    /// Everything that `text` asks for: one call, what it corrects, what it points to, or several wishes in one breath.
    /// Nothing is guessed: each call is one that a phrase hears by itself.
    pub fn understand(&self, text: &str) -> Understood {
        let one = |call: Call| Understood {
            calls: vec![call],
            unheard: Vec::new(),
        };
        if let Some(call) = self.hear_verbatim(text) {
            return one(call);
        }
        let plain = without_ums(text);
        let text = plain.as_deref().unwrap_or(text);
        let hear = |part: &str| self.hear(part).or_else(|| self.hear_pointing(part));
        let several = |calls: Vec<Call>, unheard: Vec<&str>| Understood {
            calls,
            unheard: unheard.into_iter().map(str::to_owned).collect(),
        };
        if wishes::has_wishes_in_lines(text)
            && let Some(parts) = wishes::parts(text, hear)
        {
            return several(parts.heard, parts.unheard);
        }
        let whole = self.hear(text);
        if let Some(parts) = wishes::plain_parts(text, hear)
            && whole.as_ref().is_none_or(|whole| swallows(whole, &parts))
        {
            let calls = parts.into_iter().map(|(_, call)| call).collect();
            return several(calls, Vec::new());
        }
        if let Some(call) = whole {
            return one(call);
        }
        let rest = correction::behind_leads(text);
        if let Some(call) =
            rest.and_then(|rest| self.hear(rest).or_else(|| self.hear_pointing(rest)))
        {
            return one(call);
        }
        if let Some(correction) = Correction::read(text) {
            return one(Call {
                tool: CORRECT.to_owned(),
                args: correction.args(),
            });
        }
        if let Some(call) = self.hear_pointing(text) {
            return one(call);
        }
        match wishes::parts(text, hear) {
            Some(parts) => several(parts.heard, parts.unheard),
            None => several(Vec::new(), vec![text]),
        }
    }

    /// "the second one is done": heard as a number would be, and the words stay for the one who knows the list.
    fn hear_pointing(&self, text: &str) -> Option<Call> {
        reference::stand_ins(text)
            .into_iter()
            .find_map(|(with, said)| {
                let mut call = self.hear(&with)?;
                reference::put_back(&mut call.args, &said).then_some(call)
            })
    }

    /// Every tool that some phrase leads to, said this way: also those that [`Offline::hear`] decides against.
    pub fn readings(&self, text: &str) -> Vec<Reading> {
        let means = |at: usize, captures: &Captures<'_, '_>| {
            let means = self.meanings[at].1(captures);
            means.is_some_and(|args| args != NOT_MINE)
        };
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
        // asked again after calls: there is nothing to add to what was done and what was refused, but what was not understood
        let mut answer = Answer::default();
        let mut words: Vec<String> = Vec::new();
        if !prompt.results.is_empty() {
            let refused = prompt.results.iter().filter(|result| !result.ok);
            words.extend(refused.map(|result| result.text.clone()));
        }
        let refused = words.len();
        for text in &prompt.texts {
            let understood = self.understand(text);
            answer.calls.extend(understood.calls);
            let unheard = understood.unheard.iter();
            words.extend(unheard.map(|text| self.not_understood(text)));
        }
        if !prompt.results.is_empty() {
            answer.calls.clear();
            // refusals speak for themselves
            if words.len() == refused {
                words.clear();
            }
        }
        answer.text = (!words.is_empty()).then(|| words.join("\n"));
        Ok(answer)
    }
}
