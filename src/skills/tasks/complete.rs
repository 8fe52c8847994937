//! Done: with a task its open steps, and of a task that comes again the next one, exactly once. One undo takes back both.

use jiff::{Timestamp, civil::Date};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    list, repeat, say,
    store::{self, Task, Which},
    tool,
};
use crate::skills::{
    Does, Done, Effect, Points, Receipt, Refusal, Scope, Thing, Tool,
    reminders::carried::{self, Anchor},
    thing,
};

/// Marks tasks as done.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CompleteTasks {
    /// Names, "T12", or places in the list last shown.
    pub tasks: Vec<String>,
}

impl Tool for CompleteTasks {
    const NAME: &'static str = "complete_tasks";
    const ABOUT: &'static str = "Marks tasks as done.";
    const EFFECT: Effect = Effect::WriteOwn;
    const POINTS: Option<Points> =
        Some(Points::list(super::LETTER, "tasks", &[(Does::Finish, "")]));

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let mut done = Done::default();
        let mut notes = Vec::new();
        let mut finished: Vec<Task> = Vec::new();
        for task in tool::named(scope, &self.tasks, Which::Open).await? {
            if finished.iter().any(|t| t.id == task.id) {
                continue;
            }
            if task.done_at.is_some() {
                notes.push(say::was_done(&task));
                continue;
            }
            let completed = complete(scope, task).await?;
            done.receipts.extend(completed.receipts);
            finished.extend(completed.tasks);
        }
        if !notes.is_empty() {
            done.says = Some(notes.join("\n"));
        }
        done.hint = match last_step(scope, &finished).await? {
            Some(parent) => Some(say::steps_done(&parent)),
            None => again(scope, &finished).await?,
        };
        Ok(done)
    }
}

/// What was done.
pub struct Completed {
    /// The task that was meant first, then its steps; as they were before.
    pub tasks: Vec<Task>,
    pub receipts: Vec<Receipt>,
    /// The task as it is now.
    pub saved: Task,
}

/// Marks an open task as done, and its open steps.
pub async fn complete(scope: &mut Scope, before: Task) -> Result<Completed, Refusal> {
    let mut receipts = Vec::new();
    let mut tasks = vec![before.clone()];
    for step in store::steps(&mut scope.tx, before.id).await? {
        if step.done_at.is_none() {
            tasks.push(step.clone());
            receipts.extend(one(scope, step, 0).await?.1);
        }
    }
    let steps = receipts.len();
    let (saved, own) = one(scope, before, steps).await?;
    if steps > 0 {
        // said with their task
        for receipt in &mut receipts {
            receipt.line = format!("Done: {}", receipt.label);
        }
    }
    receipts.extend(own);
    Ok(Completed {
        tasks,
        receipts,
        saved,
    })
}

/// One task, and the next one when it comes again.
async fn one(
    scope: &mut Scope,
    before: Task,
    steps: usize,
) -> Result<(Task, Vec<Receipt>), Refusal> {
    let mut after = before.clone();
    after.done_at = Some(scope.now);
    let (saved, mut receipt) = thing::save(scope, before.clone(), after, |task, _| match steps {
        0 => say::done(task),
        steps => say::done_with_steps(task, steps),
    })
    .await?;
    let today = scope.today();
    let Some(due) = repeat::next(&before, today) else {
        return Ok((saved, vec![receipt]));
    };
    // opened and done again, it comes again only once
    if store::find_next(&mut scope.tx, before.id).await?.is_some() {
        return Ok((saved, vec![receipt]));
    }
    let next = following(&before, due, scope.now);
    let next = store::add(&mut scope.tx, next, scope.now).await?;
    receipt.line = say::done_again(&saved, &next, today);
    receipt.inverse = Some(json!(Again {
        op: OURS.to_owned(),
        version: saved.version,
        before,
        next: Next {
            id: next.id,
            version: next.version,
            label: next.label()
        },
    }));
    let mut receipts = vec![receipt];
    receipts.extend(carried::passed_on(scope, saved.id, next.id, Anchor::Day(due)).await?);
    Ok((saved, receipts))
}

fn following(before: &Task, due: Date, now: Timestamp) -> Task {
    Task {
        priority: before.priority,
        due_on: Some(due),
        minutes: before.minutes,
        project: before.project.clone(),
        parent_id: before.parent_id,
        rule: before.rule.clone(),
        anchor: before.anchor,
        follows: Some(before.id),
        ..Task::new(before.title.clone(), 0, now)
    }
}

/// The open task whose last step was among `finished`.
async fn last_step(scope: &mut Scope, finished: &[Task]) -> Result<Option<Task>, sqlx::Error> {
    for parent in finished.iter().filter_map(|task| task.parent_id) {
        if finished.iter().any(|task| task.id == parent) {
            continue;
        }
        let Some(parent) = store::find_by_id(&mut scope.tx, parent).await? else {
            continue;
        };
        let steps = store::steps(&mut scope.tx, parent.id).await?;
        if parent.done_at.is_none() && steps.iter().all(|step| step.done_at.is_some()) {
            return Ok(Some(parent));
        }
    }
    Ok(None)
}

/// What slipped before it was done, and comes again: splitting or dropping the next one is offered, and never again for it.
async fn again(scope: &mut Scope, finished: &[Task]) -> Result<Option<String>, sqlx::Error> {
    for task in finished.iter().filter(|task| task.rule.is_some()) {
        let Some(next) = store::find_next(&mut scope.tx, task.id).await? else {
            continue;
        };
        let slipped = repeat::missed(task, scope.today());
        let offered = list::offer(scope, std::slice::from_ref(task)).await?;
        if slipped >= list::SLIPPED {
            store::offer(&mut scope.tx, &[next.id]).await?;
        }
        if offered.is_some() {
            return Ok(Some(say::slipped(&next, slipped)));
        }
    }
    Ok(None)
}

/// Whose the inverse is.
const OURS: &str = "done_again";

/// How a task that came again is taken back: the next one goes, and it is open as before.
#[derive(Serialize, Deserialize)]
struct Again {
    op: String,
    version: i32,
    before: Task,
    next: Next,
}

#[derive(Serialize, Deserialize)]
struct Next {
    id: Uuid,
    version: i32,
    label: String,
}

/// Whether this inverse is one of this page.
pub fn is_ours(inverse: &Value) -> bool {
    inverse["op"] == OURS
}

/// Takes a done task and its next one back, both or none.
pub async fn undo(scope: &mut Scope, inverse: &Value) -> Result<String, Refusal> {
    let again: Again = serde_json::from_value(inverse.clone())
        .map_err(|_| Refusal::Tell("That cannot be undone by this version.".into()))?;
    let before = again.before;
    let now = store::find_by_id(&mut scope.tx, before.id).await?;
    if now.is_none_or(|task| task.version != again.version) {
        return Err(thing::changed_since(&before.label()));
    }
    let next = store::find_by_id(&mut scope.tx, again.next.id).await?;
    if let Some(next) = next
        && (next.version != again.next.version
            || !store::delete(&mut scope.tx, next.id, next.version).await?)
    {
        return Err(thing::changed_since(&again.next.label));
    }
    match store::update(&mut scope.tx, &before, again.version, scope.now).await? {
        Some(task) => Ok(format!(
            "back to {}, {} is gone",
            task.line(scope.today()),
            again.next.label
        )),
        None => Err(thing::changed_since(&before.label())),
    }
}
