//! Taking back what was done to a reminder, its alarms included: a change is traced as the rows of `alarms` before and after,
//! and an undo puts those back that were not said in between. What was said stays said.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    alarm::{self, Alarm, Kind, Stage},
    say,
    store::{self, Reminder},
};
use crate::skills::{Receipt, Refusal, Scope, Thing, thing};

/// In whose hands an inverse of ours is, wherever the ledger keeps it: a task that moves takes its reminders along.
const OURS: &str = "reminders";

/// One alarm before a change and after it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Trace {
    before: Option<Alarm>,
    after: Option<Alarm>,
}

/// Whether this inverse is one of reminders.
pub fn is_ours(inverse: &Value) -> bool {
    inverse["of"] == OURS
}

/// Does `change` to a reminder and adds to its receipt what that did to the alarms.
pub async fn traced<T>(
    scope: &mut Scope,
    id: Uuid,
    change: impl AsyncFnOnce(&mut Scope) -> Result<(T, Receipt), Refusal>,
) -> Result<(T, Receipt), Refusal> {
    let now = scope.now;
    let before = alarm::recent(&mut scope.tx, id, now).await?;
    let (outcome, mut receipt) = change(scope).await?;
    let after = alarm::recent(&mut scope.tx, id, now).await?;
    if let Some(inverse) = &mut receipt.inverse {
        inverse["of"] = json!(OURS);
        inverse["alarms"] = json!(traces(before, after));
    }
    Ok((outcome, receipt))
}

fn traces(before: Vec<Alarm>, mut after: Vec<Alarm>) -> Vec<Trace> {
    let mut all = Vec::new();
    for before in before {
        let at = after.iter().position(|after| after.id == before.id);
        let after = at.map(|at| after.swap_remove(at));
        if after.as_ref() != Some(&before) {
            all.push(Trace {
                before: Some(before),
                after,
            });
        }
    }
    all.extend(after.into_iter().map(|after| Trace {
        before: None,
        after: Some(after),
    }));
    all
}

/// The receipt of a change to alarms alone: the row of the reminder stays as it is.
pub fn of_alarms(reminder: &Reminder, line: String) -> Receipt {
    Receipt {
        label: reminder.label(),
        line,
        inverse: Some(json!({"op": "alarms", "id": reminder.id, "label": reminder.label()})),
    }
}

/// The receipt of silence for all, or of its end.
pub fn of_pause(before: Option<Timestamp>, after: Option<Timestamp>, line: String) -> Receipt {
    Receipt {
        label: say::ALL.to_owned(),
        line,
        inverse: Some(json!({"of": OURS, "op": "pause", "before": before, "after": after})),
    }
}

/// Takes one effect on a reminder back.
pub async fn undo(scope: &mut Scope, inverse: &Value) -> Result<String, Refusal> {
    match inverse["op"].as_str() {
        Some("pause") => undo_pause(scope, inverse).await,
        Some("alarms") => undo_alarms(scope, inverse).await,
        _ => {
            let kept = kept(scope, inverse).await?;
            let said = thing::undo::<Reminder>(scope, inverse).await?;
            let traces: Vec<Trace> = read(&inverse["alarms"])?;
            put_alarms_back(scope, &traces).await?;
            // with times as this user writes them
            let (today, here) = (scope.today(), scope.here());
            Ok(match kept {
                Some(kept) => said.replace(&kept.line(today), &say::reminder(&kept, &here)),
                None => said,
            })
        }
    }
}

/// The reminder that an undo will speak of.
async fn kept(scope: &mut Scope, inverse: &Value) -> Result<Option<Reminder>, Refusal> {
    let kept = inverse.get("before").or_else(|| inverse.get("thing"));
    if let Some(kept) = kept {
        return Ok(serde_json::from_value(kept.clone()).ok());
    }
    Ok(
        match inverse["id"].as_str().and_then(|id| id.parse().ok()) {
            Some(id) => Reminder::find(&mut scope.tx, id).await?,
            None => None,
        },
    )
}

fn read<T: serde::de::DeserializeOwned>(value: &Value) -> Result<T, Refusal> {
    serde_json::from_value(value.clone())
        .map_err(|_| Refusal::Tell("That cannot be undone by this version.".into()))
}

async fn undo_pause(scope: &mut Scope, inverse: &Value) -> Result<String, Refusal> {
    let before: Option<Timestamp> = read(&inverse["before"])?;
    let after: Option<Timestamp> = read(&inverse["after"])?;
    if store::paused_until(&mut scope.tx).await? != after {
        return Err(Refusal::Tell(
            "Reminders were paused or resumed since, so I left that as it is.".into(),
        ));
    }
    store::pause_all(&mut scope.tx, before).await?;
    let before = before.filter(|until| *until > scope.now);
    Ok(say::paused_all(before, &scope.here()))
}

async fn undo_alarms(scope: &mut Scope, inverse: &Value) -> Result<String, Refusal> {
    let label: String = read(&inverse["label"])?;
    let traces: Vec<Trace> = read(&inverse["alarms"])?;
    let Some(reminder) = Reminder::find(&mut scope.tx, read(&inverse["id"])?).await? else {
        return Err(Refusal::Tell(format!("{label} is gone already.")));
    };
    for trace in &traces {
        let id = trace.id();
        if alarm::find(&mut scope.tx, id).await? != trace.after {
            return Err(thing::changed_since(&label));
        }
    }
    put_alarms_back(scope, &traces).await?;
    Ok(format!(
        "as it was: {}",
        say::reminder(&reminder, &scope.here())
    ))
}

impl Trace {
    fn id(&self) -> Uuid {
        let of = self.before.as_ref().or(self.after.as_ref());
        of.map(|alarm| alarm.id).unwrap_or_default()
    }
}

/// Each alarm as it was before, unless it was said since or would be said late again.
async fn put_alarms_back(scope: &mut Scope, traces: &[Trace]) -> Result<(), Refusal> {
    for trace in traces {
        let there = alarm::find(&mut scope.tx, trace.id()).await?;
        let was_fired_at = trace.after.as_ref().and_then(|after| after.fired_at);
        if there
            .as_ref()
            .is_some_and(|there| there.fired_at != was_fired_at)
        {
            continue;
        }
        match &trace.before {
            None => alarm::remove(&mut scope.tx, trace.id()).await?,
            Some(before) => {
                if !is_stale(scope, before).await? {
                    alarm::write(&mut scope.tx, before).await?;
                }
            }
        }
    }
    Ok(())
}

/// An occurrence of a series that passed while it was not planned: the next one is planned instead.
async fn is_stale(scope: &mut Scope, before: &Alarm) -> Result<bool, sqlx::Error> {
    if before.state != Stage::Planned
        || before.kind != Kind::Occurrence
        || before.due_at > scope.now
    {
        return Ok(false);
    }
    let reminder = Reminder::find(&mut scope.tx, before.reminder_id).await?;
    Ok(reminder.is_none_or(|reminder| reminder.rule.is_some()))
}
