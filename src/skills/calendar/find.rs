//! From what the user calls an event to the row, and to the one occurrence that is meant: `E3`, a place in the list last
//! shown, words of its title, and a day: "the standup on friday".

use jiff::{Timestamp, civil::DateTime};

use super::{
    event::{Event, Occurrence},
    say, series, store,
    times::{self, Window},
};
use crate::{
    skills::{Refusal, Scope, Thing, naming, shown_labels},
    when::{self, Here},
};

/// An event that was named, locked.
#[derive(Clone, Debug)]
pub struct Named {
    pub event: Event,
    /// The occurrence, when the words name one of several.
    pub slot: Option<DateTime>,
}

impl Named {
    /// The occurrence that is spoken of: the one named, else the one to come, else the first.
    pub fn occurrence(&self, here: &Here) -> Occurrence {
        match self.slot {
            Some(slot) => self.event.at(slot, &here.zone),
            None => self
                .event
                .next(&here.zone, here.now)
                .unwrap_or_else(|| self.event.first(&here.zone)),
        }
    }
}

/// The event that `said` names. Asks back when it names several.
pub async fn one(scope: &mut Scope, said: &str) -> Result<Named, Refusal> {
    let bare = naming::bare(said);
    let (label, slot) = pointed_at(scope, bare).await?;
    if let Some(event) = naming::by_number::<Event>(scope, &label, say::not_found).await? {
        let slot = slot.filter(|slot| event.rule.is_some() && series::has(&event, *slot));
        return Ok(Named { event, slot });
    }
    let here = scope.here();
    let all = store::list(&mut scope.tx, store::MOST).await?;
    let found = by_words(&all, bare, &here);
    let (event, slot) = match found.as_slice() {
        [] => on_a_day(&all, bare, &here)?,
        [(event, _)] => (*event, None),
        several => {
            return Err(say::ambiguous(bare, several, &here, |event, _| {
                event.label()
            }));
        }
    };
    let locked = store::find_by_id(&mut scope.tx, event.id).await?;
    let event = locked.ok_or_else(|| Refusal::Tell(say::not_found(bare)))?;
    Ok(Named { event, slot })
}

/// `E3@2026-11-27T09:00:00` as a label and the occurrence; "2" as what stands there in the list last shown.
async fn pointed_at(scope: &mut Scope, said: &str) -> Result<(String, Option<DateTime>), Refusal> {
    let is_place = !said.is_empty() && said.bytes().all(|b| b.is_ascii_digit());
    let pointed = if is_place {
        let shown = shown_labels(&mut scope.tx).await?;
        let place = said.parse::<usize>().ok().and_then(|at| at.checked_sub(1));
        match place.and_then(|at| shown.get(at)) {
            Some(there) if there.contains('@') => there.clone(),
            _ => said.to_owned(),
        }
    } else {
        said.to_owned()
    };
    Ok(match pointed.split_once('@') {
        Some((label, slot)) if naming::label(label).is_some() => {
            (label.to_owned(), slot.parse().ok())
        }
        _ => (pointed, None),
    })
}

/// The label of an occurrence as a shown list keeps it.
pub fn pointer(event: &Event, o: Occurrence) -> String {
    if event.rule.is_some() {
        format!("{}@{}", event.label(), o.slot)
    } else {
        event.label()
    }
}

/// The events that words name, in order of time: those to come, and only without any the past ones. Words of the title come
/// before words of place, people and notes.
pub fn by_words<'e>(all: &'e [Event], said: &str, here: &Here) -> Vec<(&'e Event, Occurrence)> {
    let said = bare_name(said);
    let full: Vec<(usize, String)> = all.iter().map(everything).enumerate().collect();
    let titles: Vec<(usize, &str)> = all.iter().map(|e| e.title.as_str()).enumerate().collect();
    let named = naming::by_words(&titles, said, |t| t.1)
        .into_iter()
        .map(|(at, _)| *at)
        .collect::<Vec<_>>();
    let named = if named.is_empty() {
        naming::by_words(&full, said, |t| t.1.as_str())
            .into_iter()
            .map(|(at, _)| *at)
            .collect()
    } else {
        named
    };
    let mut found: Vec<_> = named
        .into_iter()
        .map(|at| {
            let event = &all[at];
            let next = event.next(&here.zone, here.now);
            (
                event,
                next.is_none(),
                next.unwrap_or_else(|| last_or_first(event, here)),
            )
        })
        .collect();
    if found.iter().any(|(_, past, _)| !past) {
        found.retain(|(_, past, _)| !past);
    }
    found.sort_by_key(|(event, _, o)| (o.from, event.number));
    found.into_iter().map(|(event, _, o)| (event, o)).collect()
}

fn last_or_first(event: &Event, here: &Here) -> Occurrence {
    event
        .within(&here.zone, Timestamp::MIN, here.now, 500)
        .last()
        .copied()
        .unwrap_or_else(|| event.first(&here.zone))
}

fn everything(event: &Event) -> String {
    format!(
        "{} {} {} {}",
        event.title,
        event.attendees.join(" "),
        event.place,
        event.notes
    )
}

/// "my appointment at the dentist" is "at the dentist".
fn bare_name(said: &str) -> &str {
    let said = said.trim();
    ["the ", "my ", "our ", "a ", "that "]
        .iter()
        .find_map(|front| {
            said.get(..front.len())
                .filter(|start| start.eq_ignore_ascii_case(front))
                .map(|_| &said[front.len()..])
        })
        .unwrap_or(said)
}

/// "the standup on friday", "tomorrow's lunch": the occurrence of that day or time.
fn on_a_day<'e>(
    all: &'e [Event],
    said: &str,
    here: &Here,
) -> Result<(&'e Event, Option<DateTime>), Refusal> {
    let missing = || Refusal::Tell(say::not_found(said));
    let (name, window) = split_day(said, here).ok_or_else(missing)?;
    let mut on: Vec<(&Event, Occurrence)> = Vec::new();
    for event in all {
        let at = event.within(&here.zone, window.from, window.to, 2);
        let titled = std::slice::from_ref(event);
        let is_named = name.is_empty() || !by_words(titled, &name, here).is_empty();
        if is_named && let Some(first) = at.first() {
            on.push((event, *first));
        }
    }
    on.sort_by_key(|(event, o)| (o.from, event.number));
    match on.as_slice() {
        [] => Err(missing()),
        [(event, o)] => Ok((event, event.rule.is_some().then_some(o.slot))),
        several => Err(say::ambiguous(said, several, here, pointer)),
    }
}

/// The name, and the stretch that was named with it.
fn split_day(said: &str, here: &Here) -> Option<(String, Window)> {
    let asked = super::ask::Asked {
        tool: "",
        args: serde_json::Value::Null,
    };
    let minute = jiff::SignedDuration::from_mins(1);
    // "friday's standup"
    if let Some((day, name)) = said.split_once("'s ")
        && let Ok(window) = times::window(&asked, bare_name(day), minute, here)
    {
        return Some((name.to_owned(), window));
    }
    let found = when::find(said, here)?;
    let words = found.reading.said.clone();
    let window = times::window(&asked, &words, minute, here).ok()?;
    let name = found.rest.trim_end_matches(" on").trim_end_matches(" at");
    let name = bare_name(name);
    let name = match name.to_lowercase().as_str() {
        "event" | "appointment" | "meeting" if all_generic(name) => String::new(),
        _ => name.to_owned(),
    };
    Some((name, window))
}

/// "the appointment on friday": whatever is there.
fn all_generic(name: &str) -> bool {
    matches!(name.to_lowercase().as_str(), "event" | "appointment")
}
