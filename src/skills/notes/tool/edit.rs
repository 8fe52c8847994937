//! Changing one note: its words, its tags, its pin.

use schemars::JsonSchema;
use serde::Deserialize;

use super::written;
use crate::skills::{
    Does, Done, Effect, Points, Refusal, Scope, Tool,
    notes::{LETTER, find, say, words},
    thing,
};

/// Changes a note: only what is given.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EditNote {
    /// "N12", words of it, or its place in the list last shown.
    pub note: String,
    /// The new words.
    #[serde(default)]
    pub text: Option<String>,
    /// Put behind what is there.
    #[serde(default)]
    pub add: Option<String>,
    #[serde(default)]
    pub tag: Option<String>,
    #[serde(default)]
    pub untag: Option<String>,
    #[serde(default)]
    pub pinned: Option<bool>,
}

impl Tool for EditNote {
    const NAME: &'static str = "edit_note";
    const ABOUT: &'static str = "Changes one note.";
    const EFFECT: Effect = Effect::WriteOwn;
    const POINTS: Option<Points> = Some(Points::one(LETTER, "note", &[(Does::Rename, "text")]));

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let before = find::one(scope, &self.note).await?;
        let tell = |why: &str| Refusal::Tell(why.to_owned());
        let mut after = before.clone();
        if let Some(text) = &self.text {
            let (body, tags) = words::split(&written(text).map_err(tell)?);
            after.body = body;
            add_tags(&mut after.tags, tags);
        }
        if let Some(more) = &self.add {
            let (more, tags) = words::split(&written(more).map_err(tell)?);
            after.body = written(&format!("{}\n{more}", after.body)).map_err(tell)?;
            add_tags(&mut after.tags, tags);
        }
        if let Some(said) = &self.tag {
            let tag = words::tag(said).ok_or_else(|| tell(&say::no_tag(said)))?;
            add_tags(&mut after.tags, vec![tag]);
        }
        if let Some(said) = &self.untag {
            let tag = words::tag(said).ok_or_else(|| tell(&say::no_tag(said)))?;
            after.tags.retain(|there| *there != tag);
        }
        if after.tags.len() > words::MOST_TAGS {
            return Err(tell(say::TOO_MANY_TAGS));
        }
        after.pinned = self.pinned.unwrap_or(after.pinned);
        if after == before {
            let is_asked = self.text.is_some()
                || self.tag.is_some()
                || self.untag.is_some()
                || self.pinned.is_some();
            if !is_asked {
                return Err(tell(say::NOTHING_TO_CHANGE));
            }
            return Ok(Done::says(say::already(&before)));
        }
        let only_pin = after.body == before.body && after.tags == before.tags;
        let line = if only_pin { say::pinned } else { say::changed };
        let (_, receipt) = thing::save(scope, before, after, line).await?;
        Ok(Done::wrote(vec![receipt]))
    }
}

fn add_tags(there: &mut Vec<String>, more: Vec<String>) {
    for tag in more {
        if !there.contains(&tag) {
            there.push(tag);
        }
    }
}
