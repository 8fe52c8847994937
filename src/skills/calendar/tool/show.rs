//! What is on, and when something is.

use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{asked, mark};
use crate::skills::{
    Done, Effect, Refusal, Scope, Tool,
    calendar::{
        event::{Event, Occurrence, expand},
        find, free, say, store,
        times::{self, Window},
    },
    contacts,
};

/// How many events are shown that words name.
const FOUND: usize = 6;

/// Shows the agenda of some days, or finds events by words.
#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShowEvents {
    /// "today", "this week", "next tuesday afternoon"; the coming week if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// Words of an event: "dentist".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub find: Option<String>,
}

impl Tool for ShowEvents {
    const NAME: &'static str = "show_events";
    const ABOUT: &'static str = "Shows the agenda, or finds an event: \"when is the dentist?\".";
    const EFFECT: Effect = Effect::Read;

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let here = scope.here();
        let window = match &self.when {
            None => None,
            Some(said) => Some(times::window(
                &asked(&self),
                said,
                SignedDuration::from_hours(1),
                &here,
            )?),
        };
        match (&self.find, window) {
            (Some(words), window) => found(scope, words, window).await,
            (None, None) => agenda(scope, Window::coming(7, &here)).await,
            (None, Some(window)) => agenda(scope, window).await,
        }
    }
}

/// The agenda of a stretch of time; of a week that is running, from today on.
pub async fn agenda(scope: &mut Scope, window: Window) -> Result<Done, Refusal> {
    let here = scope.here();
    let today = Window::coming(1, &here);
    let from = if !window.exact && window.to >= today.to {
        window.from.max(today.from)
    } else {
        window.from
    };
    let events = free::around(scope, from, window.to).await?;
    let shown = expand(&events, &scope.zone, from, window.to);
    if shown.is_empty() {
        return Ok(Done {
            shown: Some(Vec::new()),
            ..Done::says(say::nothing((from, window.to), &here))
        });
    }
    let mut done = listed(&shown);
    done.says = Some(say::agenda(&shown, (from, window.to), &here));
    Ok(done)
}

/// What the one person whom words name is called too: "my sister" is "Ana Ruiz" and "Ana".
async fn names_of(scope: &mut Scope, words: &str) -> Result<Vec<String>, Refusal> {
    let found = contacts::find(&mut scope.tx, words).await?;
    let [person] = found.as_slice() else {
        return Ok(Vec::new());
    };
    let first = person.name.split(' ').next().unwrap_or_default();
    let mut names = vec![person.name.clone()];
    names.extend(person.nicknames.iter().cloned());
    names.extend((first.chars().count() > 2).then(|| first.to_owned()));
    Ok(names)
}

/// The next times of what words name.
async fn found(scope: &mut Scope, words: &str, window: Option<Window>) -> Result<Done, Refusal> {
    let here = scope.here();
    let all = store::list(&mut scope.tx, store::MOST).await?;
    let mut named = find::by_words(&all, words, &here);
    if named.is_empty() {
        for name in names_of(scope, words).await? {
            named = find::by_words(&all, &name, &here);
            if !named.is_empty() {
                break;
            }
        }
    }
    if let Some(window) = window {
        named = named
            .into_iter()
            .filter_map(|(event, _)| {
                let at = event.within(&here.zone, window.from, window.to, 1);
                Some((event, *at.first()?))
            })
            .collect();
    }
    if named.is_empty() {
        // a label, a place, or a name with a day; refuses with what is there
        let one = find::one(scope, words).await?;
        let o = one.occurrence(&here);
        let mut done = Done::says(format!(
            "1. {} [{}]",
            say::at(&one.event, o, &here),
            label(&one.event)
        ));
        done.shown = Some(vec![find::pointer(&one.event, o)]);
        mark(&mut done, one.event.imported);
        return Ok(done);
    }
    let more = named.len().saturating_sub(FOUND);
    named.truncate(FOUND);
    let mut done = listed(&named);
    let mut lines: Vec<_> = named
        .iter()
        .enumerate()
        .map(|(at, (event, o))| {
            format!(
                "{}. {} [{}]",
                at + 1,
                say::at(event, *o, &here),
                label(event)
            )
        })
        .collect();
    if more > 0 {
        lines.push(format!("... and {more} more."));
    }
    done.says = Some(lines.join("\n"));
    Ok(done)
}

fn listed(shown: &[(&Event, Occurrence)]) -> Done {
    let mut done = Done {
        shown: Some(
            shown
                .iter()
                .map(|(event, o)| find::pointer(event, *o))
                .collect(),
        ),
        ..Done::default()
    };
    mark(&mut done, shown.iter().any(|(event, _)| event.imported));
    done
}

fn label(event: &Event) -> String {
    use crate::skills::Thing;
    event.label()
}
