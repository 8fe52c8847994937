//! Two rows of one person, made one; and taking back what touched several contacts as one act.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{remind, say, store::Contact};
use crate::skills::{Receipt, Refusal, Scope, Thing, thing};

/// How an inverse over several contacts names itself.
pub(super) const SEVERAL: &str = "several_contacts";

/// One contact before an act and after it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Step {
    pub before: Option<Contact>,
    pub after: Option<Contact>,
}

/// Moves everything of `from` into `into`, its birthday's reminders too, and deletes `from`.
pub(super) async fn merge(
    scope: &mut Scope,
    into: Contact,
    from: Contact,
) -> Result<Vec<Receipt>, Refusal> {
    let gone = from.label();
    let mut after = into.clone();
    if !after.take_over(&from) {
        return Err(Refusal::Tell(say::TOO_MANY.into()));
    }
    let ahead = remind::of(scope, &from).await?;
    let mut receipts = remind::drop_all(scope, &from).await?;
    let line = say::deleted(&from);
    let mut steps = vec![Step {
        before: Some(from.clone()),
        after: None,
    }];
    thing::delete(scope, from, line).await?;
    let before = into.clone();
    let (saved, receipt) = if after == into {
        let line = say::merged(&into, &gone);
        (into, one_act(&before, &steps, line))
    } else {
        let (saved, _) = thing::save(scope, into, after, say::changed).await?;
        steps.push(Step {
            before: Some(before),
            after: Some(saved.clone()),
        });
        let line = say::merged(&saved, &gone);
        let receipt = one_act(&saved, &steps, line);
        (saved, receipt)
    };
    receipts.push(receipt);
    for ahead in ahead {
        receipts.extend(remind::keep(scope, &saved, ahead).await?.ok());
    }
    Ok(receipts)
}

/// The receipt of an act on several contacts, which one undo takes back.
pub(super) fn one_act(of: &Contact, steps: &[Step], line: String) -> Receipt {
    Receipt {
        label: of.label(),
        line,
        inverse: Some(json!({"op": SEVERAL, "label": of.label(), "steps": steps})),
    }
}

/// Takes all of one act back, or nothing of it.
pub(super) async fn undo(scope: &mut Scope, inverse: &Value) -> Result<String, Refusal> {
    let read = || Refusal::Tell("That cannot be undone by this version.".into());
    let steps: Vec<Step> = serde_json::from_value(inverse["steps"].clone()).map_err(|_| read())?;
    let label = inverse["label"].as_str().ok_or_else(read)?.to_owned();
    if steps.is_empty() {
        return Err(read());
    }
    // nothing is touched before everything is known to be as it was left
    for step in &steps {
        let id = step.id();
        let there = Contact::find(&mut scope.tx, id).await?;
        match (&there, &step.after) {
            (None, None) => {}
            (None, Some(_)) => {
                return Err(Refusal::Tell(format!("{label} is gone already.")));
            }
            (Some(_), None) => {
                return Err(Refusal::Tell(format!("{label} is there already.")));
            }
            (Some(there), Some(after)) if there.version != after.version => {
                return Err(thing::changed_since(&label));
            }
            _ => {}
        }
    }
    let (today, count) = (scope.today(), steps.len());
    let mut said = String::new();
    for step in steps.into_iter().rev() {
        let done = match (step.before, step.after) {
            (None, Some(after)) => {
                let gone = Contact::remove(&mut scope.tx, after.id, after.version).await?;
                gone.then(|| format!("removed {}", after.line(today)))
            }
            (Some(before), Some(after)) => before
                .update(&mut scope.tx, after.version, scope.now)
                .await?
                .map(|contact| format!("back to {}", contact.line(today))),
            (Some(before), None) => {
                let put = before.put_back(&mut scope.tx, scope.now).await?;
                put.then(|| format!("put back {}", before.line(today)))
            }
            (None, None) => None,
        };
        // the rows were locked and looked at: only another user's ids, in a forged inverse, lead here
        said = done.ok_or_else(|| Refusal::Tell(format!("{label} cannot be put back.")))?;
    }
    Ok(if count > 1 {
        format!("{said} and {} more", count - 1)
    } else {
        said
    })
}

impl Step {
    fn id(&self) -> Uuid {
        let of = self.before.as_ref().or(self.after.as_ref());
        of.map(|contact| contact.id).unwrap_or_default()
    }
}
