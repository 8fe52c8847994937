//! What a model, the offline phrases and REST can ask of the calendar: one tool a page.

mod add;
mod change;
mod day;
mod delete;
mod find_time;
mod plan;
mod show;

pub use add::AddEvent;
pub use change::{Change, ChangeEvent, Which, Words, change_series};
pub use day::MyDay;
pub use delete::{DeleteEvents, delete_part};
pub use find_time::FindTime;
pub use plan::PlanTask;
pub use show::ShowEvents;

use jiff::SignedDuration;
use serde::Serialize;

use super::{
    ask::Asked,
    event::{Event, Occurrence, expand},
    free, say,
    times::Window,
};
use crate::{
    domain::Trust,
    skills::{Done, Refusal, Scope, Tool},
};

/// The call of `tool`, as it came.
fn asked<T: Tool + Serialize>(tool: &T) -> Asked {
    Asked {
        tool: T::NAME,
        args: serde_json::to_value(tool).expect("arguments came as JSON"),
    }
}

/// A name or a place: one line of at most 200 letters.
fn line_of(said: &str, what: &str) -> Result<String, Refusal> {
    let line = said.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > 200 {
        return Err(Refusal::Tell(format!(
            "{what} is too long (200 letters at most)."
        )));
    }
    Ok(line)
}

fn title_of(said: &str) -> Result<String, Refusal> {
    let title = line_of(said, "That title")?;
    if title.is_empty() {
        return Err(Refusal::Tell(
            "What is it? Try \"add lunch with sam friday at 12:30 to my calendar\".".into(),
        ));
    }
    Ok(title)
}

fn notes_of(said: &str) -> Result<String, Refusal> {
    if said.chars().count() > 4_000 {
        return Err(Refusal::Tell(
            "These notes are too long (4000 letters at most).".into(),
        ));
    }
    Ok(said.trim().to_owned())
}

/// The names of people, each once.
fn names_of(said: &[String]) -> Result<Vec<String>, Refusal> {
    let mut names: Vec<String> = Vec::new();
    for name in said {
        let name = line_of(name, "That name")?;
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    if names.len() > 100 {
        return Err(Refusal::Tell(
            "These are too many people (100 at most).".into(),
        ));
    }
    Ok(names)
}

/// "Overlaps E3 dentist 12:00-1:00 PM. Free nearby: 1:00 PM, 2:30 PM.", when the event (kept already) takes time that
/// something else takes. Of a series, its first 60 days are looked at.
pub async fn conflict(scope: &mut Scope, event: &Event) -> Result<Option<Clash>, Refusal> {
    if !event.busy || event.all_day {
        return Ok(None);
    }
    let here = scope.here();
    let Some(first) = event.next(&here.zone, here.now) else {
        return Ok(None);
    };
    let reach = SignedDuration::from_hours(if event.rule.is_some() { 60 * 24 } else { 0 });
    let until = first.to.saturating_add(reach).unwrap_or(first.to);
    let others = free::around(scope, first.from, until).await?;
    let others: Vec<Event> = others
        .into_iter()
        .filter(|other| {
            other.busy
                && !other.all_day
                && other.id != event.id
                && other.series_id != Some(event.id)
        })
        .collect();
    let taken = expand(&others, &scope.zone, first.from, until);
    let mine = event.within(&here.zone, first.from, until, 60);
    let clashes = |o: &Occurrence| {
        taken
            .iter()
            .filter(|(_, other)| other.from < o.to && other.to > o.from)
            .collect::<Vec<_>>()
    };
    let mut hits = mine
        .iter()
        .map(|o| (o, clashes(o)))
        .filter(|(_, c)| !c.is_empty());
    let Some((at, hit)) = hits.next() else {
        return Ok(None);
    };
    let more = hit.len() - 1 + hits.map(|(_, c)| c.len()).sum::<usize>();
    let (other, o) = hit[0];
    let free = if event.rule.is_some() {
        Vec::new()
    } else {
        let day = here.zone.to_datetime(at.from).date();
        let next = day.tomorrow().unwrap_or(day);
        let window = Window {
            exact: true,
            ..Window::days(day, next, &here)
        };
        let busy = free::busy(scope, window.ends(), Some(event.id)).await?;
        let gaps = free::gaps(&free::open(window, &here), &busy);
        let length = at.from.duration_until(at.to);
        let near = free::nearby(&gaps, at.from, length, &here);
        near.into_iter()
            .map(|at| here.zone.to_datetime(at))
            .collect()
    };
    Ok(Some(Clash {
        text: say::overlaps(other, *o, more, &free, &here),
        imported: other.imported,
    }))
}

/// What an event overlaps, in words.
pub struct Clash {
    pub text: String,
    /// Whether the words are somebody else's.
    pub imported: bool,
}

/// Adds words to what is said.
fn note(done: &mut Done, words: impl Into<String>) {
    let words = words.into();
    done.says = Some(match done.says.take() {
        Some(said) => format!("{said}\n{words}"),
        None => words,
    });
}

/// What was taken for granted: "1 h long."
fn note_all(done: &mut Done, notes: &[String]) {
    if !notes.is_empty() {
        let mut said = notes.join(", ");
        if let Some(first) = said.get(..1) {
            said = first.to_uppercase() + &said[1..];
        }
        note(done, format!("{said}."));
    }
}

/// Words of somebody else's make what is said untrusted.
fn mark(done: &mut Done, imported: bool) {
    if imported {
        done.trust = Trust::Untrusted;
    }
}
