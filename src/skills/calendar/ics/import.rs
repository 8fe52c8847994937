//! Keeping what a file holds: an event that is there already, by its UID, is brought up to date and not doubled.

use std::collections::{BTreeMap, HashMap};

use super::read::{File, Incoming};
use crate::skills::{
    Receipt, Refusal, Scope, Thing,
    calendar::{
        edit::{Edit, apply},
        event::Event,
        say, series, store,
    },
};

/// What became of a file.
#[derive(Debug, Default)]
pub struct Imported {
    pub added: usize,
    pub changed: usize,
    pub unchanged: usize,
    pub refused: Vec<String>,
    pub alarms: usize,
    pub receipts: Vec<Receipt>,
}

/// Keeps the events of `file` as one act, which one undo takes back.
pub async fn keep(scope: &mut Scope, file: File) -> Result<Imported, Refusal> {
    let mut done = Imported {
        refused: file.refused,
        alarms: file.alarms,
        ..Imported::default()
    };
    let (masters, mut alone) = sorted(file.events);
    let mut edits = Vec::new();
    let mut titles = Vec::new();
    for (uid, master) in masters {
        let there = store::find_by_uid(&mut scope.tx, &uid, None).await?;
        let changes = alone.remove(&uid).unwrap_or_default();
        let mut event = master.event;
        let originals = changes.iter().filter_map(|c| c.original_at);
        event.except_at.extend(originals);
        event.except_at.sort();
        event.except_at.dedup();
        titles.push(event.title.clone());
        let id = there.as_ref().map_or(event.id, |event| event.id);
        if let Some(series) = &there {
            // changed alone once, and no longer
            for old in store::changed_of(&mut scope.tx, series.id).await? {
                let stays = |c: &Incoming| !c.is_cancelled && c.original_at == old.original_at;
                if !changes.iter().any(stays) {
                    done.changed += 1;
                    edits.push(Edit::Delete(old));
                }
            }
        }
        done.take(there, event, &mut edits);
        done.take_changes(scope, (&uid, id), &changes, &mut edits)
            .await?;
    }
    // changes of a series that stands here but not in the file
    for (uid, changes) in alone {
        let Some(series) = store::find_by_uid(&mut scope.tx, &uid, None).await? else {
            let title = say::short_title(&changes[0].event.title);
            done.refused.push(format!(
                "\"{title}\": a change of a series that is not there"
            ));
            continue;
        };
        let after = changes
            .iter()
            .filter_map(|c| c.original_at)
            .fold(series.clone(), |all, at| series::without(&all, at));
        titles.push(series.title.clone());
        done.take_changes(scope, (&uid, series.id), &changes, &mut edits)
            .await?;
        if after != series {
            done.changed += 1;
            edits.push(Edit::Save {
                before: series,
                after,
            });
        }
    }
    if !edits.is_empty() {
        let applied = apply(scope, edits).await?.of_many();
        let first = applied.rows.first().map(Event::label).unwrap_or_default();
        let line = format!("{first} and others: {}", said(&done, &titles));
        done.receipts.push(applied.receipt(line));
    }
    Ok(done)
}

type Alone = BTreeMap<String, Vec<Incoming>>;

/// Events by their UID, the last one of a UID counting; and the changed occurrences of each.
fn sorted(events: Vec<Incoming>) -> (Vec<(String, Incoming)>, Alone) {
    let mut masters: Vec<(String, Incoming)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut alone = Alone::new();
    for incoming in events {
        let uid = incoming.event.uid.clone();
        if incoming.original_at.is_some() {
            let of = alone.entry(uid).or_default();
            of.retain(|other| other.original_at != incoming.original_at);
            of.push(incoming);
        } else if incoming.is_cancelled {
            // it does not take place
        } else if let Some(at) = places.get(&uid) {
            masters[*at].1 = incoming;
        } else {
            places.insert(uid.clone(), masters.len());
            masters.push((uid, incoming));
        }
    }
    (masters, alone)
}

/// A changed occurrence as a row of its own.
fn one_of(change: &Incoming, series: uuid::Uuid) -> Event {
    let mut event = change.event.clone();
    event.rule = None;
    event.except_at = Vec::new();
    event.series_id = Some(series);
    event.original_at = change.original_at;
    event
}

impl Imported {
    /// Keeps the occurrences of one series that stand alone.
    async fn take_changes(
        &mut self,
        scope: &mut Scope,
        (uid, series): (&str, uuid::Uuid),
        changes: &[Incoming],
        edits: &mut Vec<Edit>,
    ) -> Result<(), Refusal> {
        for change in changes.iter().filter(|change| !change.is_cancelled) {
            let there = store::find_by_uid(&mut scope.tx, uid, change.original_at).await?;
            self.take(there, one_of(change, series), edits);
        }
        Ok(())
    }

    /// Adds the event, or brings the one that is there up to date.
    fn take(&mut self, there: Option<Event>, mut incoming: Event, edits: &mut Vec<Edit>) {
        let Some(before) = there else {
            incoming.imported = true;
            self.added += 1;
            edits.push(Edit::Add(incoming));
            return;
        };
        let mut after = Event {
            id: before.id,
            number: before.number,
            imported: before.imported,
            version: before.version,
            sequence: before.sequence,
            created_at: before.created_at,
            changed_at: before.changed_at,
            uid: before.uid.clone(),
            ..incoming
        };
        if after == before {
            self.unchanged += 1;
            return;
        }
        // words that come from a file are nobody's here
        after.imported = true;
        self.changed += 1;
        edits.push(Edit::Save { before, after });
    }
}

fn said(done: &Imported, titles: &[String]) -> String {
    let some: Vec<_> = titles.iter().take(2).map(|t| say::short_title(t)).collect();
    format!(
        "imported {} new, {} changed ({})",
        done.added,
        done.changed,
        some.join(", ")
    )
}
