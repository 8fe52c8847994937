//! Finding notes: the answer to a question, or a list.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    skills::{
        Done, Effect, Refusal, Scope, Thing, Tool, naming,
        notes::{
            Found, find, say, search,
            store::{self, Note, Which},
            words,
        },
    },
    when::{self, Meaning, Span, resolve},
};

/// Notes that a search shows.
const SHOWN: usize = 10;
/// Notes that together are an answer.
const ANSWERS: usize = 3;

/// Finds notes, or lists them.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FindNotes {
    /// A question, words to look for, or "N12".
    #[serde(default)]
    pub about: Option<String>,
    /// Only what answers `about`.
    #[serde(default)]
    pub answer: bool,
    #[serde(default)]
    pub tag: Option<String>,
    /// The day of writing: "yesterday".
    #[serde(default)]
    pub day: Option<String>,
    #[serde(default)]
    pub pinned: bool,
}

impl Tool for FindNotes {
    const NAME: &'static str = "find_notes";
    const ABOUT: &'static str = "Looks into the notes: answers from them, or lists them.";
    const EFFECT: Effect = Effect::Read;

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let about = self.about.as_deref().map(str::trim);
        let about = about.filter(|about| !about.is_empty());
        let which = self.which(scope)?;
        let Some(about) = about else {
            return list(scope, &which).await;
        };
        if naming::is_number(naming::bare(about), super::super::LETTER) {
            let note = find::one(scope, about).await?;
            return Ok(shown(vec![note], say::whole));
        }
        let found: Vec<_> = search(&mut scope.tx, about, 50)
            .await?
            .into_iter()
            .filter(|found| which.has(&found.note))
            .collect();
        let (exact, near): (Vec<_>, Vec<_>) = found.into_iter().partition(Found::answers);
        let mut exact: Vec<Note> = exact.into_iter().map(|found| found.note).collect();
        if self.answer {
            exact.truncate(ANSWERS);
        }
        exact.truncate(SHOWN);
        if exact.len() == 1 {
            return Ok(shown(exact, say::whole));
        }
        if !exact.is_empty() {
            return Ok(listed(&exact, "Your notes:"));
        }
        let mut near: Vec<Note> = near
            .into_iter()
            .filter(|found| found.fit >= 0.5)
            .map(|found| found.note)
            .collect();
        near.truncate(ANSWERS);
        if self.answer || near.is_empty() {
            return Ok(Done::says(say::unknown(about)));
        }
        Ok(listed(&near, "No note has all of that. The nearest:"))
    }
}

impl FindNotes {
    fn which(&self, scope: &Scope) -> Result<Which, Refusal> {
        let tag = match &self.tag {
            Some(said) => Some(words::tag(said).ok_or_else(|| Refusal::Tell(say::no_tag(said)))?),
            None => None,
        };
        let between = match &self.day {
            Some(said) => {
                Some(stretch(scope, said).ok_or_else(|| Refusal::Tell(say::no_day(said)))?)
            }
            None => None,
        };
        Ok(Which {
            tag,
            between,
            pinned: self.pinned,
        })
    }
}

impl Which {
    fn is_all(&self) -> bool {
        self.tag.is_none() && self.between.is_none() && !self.pinned
    }

    fn has(&self, note: &Note) -> bool {
        let within = |(from, to)| (from..to).contains(&note.created_at);
        self.tag.as_ref().is_none_or(|tag| note.tags.contains(tag))
            && self.between.is_none_or(within)
            && (note.pinned || !self.pinned)
    }
}

/// The instants of a day or a week that is over or runs. A weekday is the one behind us: nobody wrote on a day to come.
fn stretch(scope: &Scope, said: &str) -> Option<(Timestamp, Timestamp)> {
    let here = scope.here();
    let bare = said.trim().trim_start_matches("on ").trim();
    let of = |said: &str| {
        if let Ok(span) = when::read_span(said, &here) {
            return Some(span);
        }
        match when::read_any(said, &here).ok()?.meaning {
            Meaning::Day(from) => Some(Span::Days {
                from,
                to: from.tomorrow().ok()?,
            }),
            Meaning::Span(span) => Some(span),
            _ => None,
        }
    };
    let mut instants = of(bare).and_then(|span| instants(&span, scope))?;
    if instants.0 > scope.now {
        let last = of(&format!("last {bare}")).and_then(|span| self::instants(&span, scope))?;
        instants = last;
    }
    Some(instants)
}

fn instants(span: &Span, scope: &Scope) -> Option<(Timestamp, Timestamp)> {
    match span {
        Span::Days { from, to } => {
            let at = |day: jiff::civil::Date| {
                resolve(day.to_datetime(jiff::civil::Time::midnight()), &scope.zone).at
            };
            Some((at(*from), at(*to)))
        }
        Span::Times { from, to } => Some((from.at, to.at)),
    }
}

async fn list(scope: &mut Scope, which: &Which) -> Result<Done, Refusal> {
    let all = store::list(&mut scope.tx, which, 200).await?;
    if all.is_empty() {
        let none = if which.is_all() {
            say::NO_NOTES
        } else {
            say::NO_SUCH
        };
        return Ok(Done::says(none));
    }
    Ok(listed(&all, "Your notes:"))
}

fn listed(all: &[Note], head: &str) -> Done {
    Done {
        says: Some(say::list(all, head)),
        shown: Some(all.iter().map(Note::label).collect()),
        ..Done::default()
    }
}

fn shown(all: Vec<Note>, says: fn(&Note) -> String) -> Done {
    let lines: Vec<String> = all.iter().map(says).collect();
    Done {
        says: Some(lines.join("\n")),
        shown: Some(all.iter().map(Note::label).collect()),
        ..Done::default()
    }
}
