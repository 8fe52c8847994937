//! Taking events out of the calendar; of one that comes again, one occurrence, the following, or all.

use jiff::civil::DateTime;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Which, asked, mark};
use crate::skills::{
    Does, Done, Effect, Points, Refusal, Scope, Tool,
    calendar::{
        edit::{Applied, Edit, apply},
        event::Event,
        find::{self, Named},
        say, series, store,
    },
};

/// Deletes events that are named one by one.
#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeleteEvents {
    /// Words, "E3", or places in the list last shown; with the day of one occurrence: "standup on friday".
    pub events: Vec<String>,
    /// Of a repeated one; asked if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub which: Option<Which>,
}

impl Tool for DeleteEvents {
    const NAME: &'static str = "delete_events";
    const ABOUT: &'static str = "Deletes events that are named one by one.";
    const EFFECT: Effect = Effect::WriteOwn;
    const POINTS: Option<Points> = Some(Points::list(
        crate::skills::calendar::LETTER,
        "events",
        &[(Does::Delete, "")],
    ));

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let here = scope.here();
        let mut all: Vec<Named> = Vec::new();
        for said in &self.events {
            let named = find::one(scope, said).await?;
            if !all
                .iter()
                .any(|n| n.event.id == named.event.id && n.slot == named.slot)
            {
                all.push(named);
            }
        }
        if all.is_empty() {
            return Err(Refusal::Tell(
                "Which event? \"agenda\" shows what is coming.".into(),
            ));
        }
        let mut done = Done::default();
        for named in &all {
            let which = match (named.event.rule.is_some(), self.which, named.slot) {
                (false, ..) => Which::All,
                (true, Some(which), _) => which,
                (true, None, Some(_)) => Which::This,
                (true, None, None) if all.len() > 1 => {
                    let said = say::event(&named.event, &here);
                    return Err(Refusal::Tell(format!("{said}: delete it by itself.")));
                }
                (true, None, None) => {
                    let o = named.occurrence(&here);
                    return Err(asked(&self).which("Delete", &named.event, o, &here));
                }
            };
            // an earlier one of the list may have changed it
            let event = store::find_by_id(&mut scope.tx, named.event.id).await?;
            let Some(event) = event else { continue };
            let o = named.occurrence(&here);
            let line = match which {
                _ if event.rule.is_none() => say::deleted(&event, &here),
                Which::This => say::deleted_one(&event, o, &here),
                Which::Following => say::deleted_from(&event, o, &here),
                Which::All => say::deleted(&event, &here),
            };
            let applied = delete_part(scope, &event, (o.slot, which)).await?;
            mark(&mut done, event.imported);
            done.receipts.push(applied.receipt(line));
        }
        Ok(done)
    }
}

/// Deletes one occurrence, it and the following, or all of a series; a single event as a whole.
pub async fn delete_part(
    scope: &mut Scope,
    event: &Event,
    (slot, which): (DateTime, Which),
) -> Result<Applied, Refusal> {
    let first = slot <= event.starts_at;
    let edits = match which {
        _ if event.rule.is_none() => vec![Edit::Delete(event.clone())],
        Which::This => vec![Edit::Save {
            before: event.clone(),
            after: series::without(event, slot),
        }],
        Which::Following if !first => {
            let changed = store::changed_of(&mut scope.tx, event.id).await?;
            let behind = changed
                .into_iter()
                .filter(|one| one.original_at.is_some_and(|at| at >= slot))
                .map(Edit::Delete);
            let mut edits = vec![Edit::Save {
                before: event.clone(),
                after: series::head(event, slot),
            }];
            edits.extend(behind);
            edits
        }
        Which::Following | Which::All => {
            let changed = store::changed_of(&mut scope.tx, event.id).await?;
            let mut edits = vec![Edit::Delete(event.clone())];
            edits.extend(changed.into_iter().map(Edit::Delete));
            edits
        }
    };
    apply(scope, edits).await
}
