//! From what the user calls a reminder to the row: `R12`, a place in the list last shown, words of it, or the one that was
//! said just now.

use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;
use serde_json::{Value, json};

use super::{
    alarm, say,
    store::{self, Reminder, Which},
};
use crate::skills::{Choice, Question, Refusal, Scope, Thing, naming};

/// Words that name the one reminder that was said lately.
const IT: &[&str] = &[
    "",
    "it",
    "that",
    "this",
    "that one",
    "this one",
    "the reminder",
    "that reminder",
    "this reminder",
    "reminder",
    "the last one",
    "last",
    "the last reminder",
];

/// The reminder that `said` names. Asks back when it names several.
pub async fn one(scope: &mut Scope, said: &str) -> Result<Reminder, Refusal> {
    let said = naming::bare(said);
    let said = said
        .strip_prefix("reminder ")
        .or_else(|| said.strip_prefix("the reminder "))
        .map_or(said, naming::bare);
    if let Some(found) = naming::by_number(scope, said, say::not_found).await? {
        return Ok(found);
    }
    let now = scope.now;
    let open = store::list(&mut scope.tx, Which::Open, now, 1000).await?;
    let found = match by_name(open, said).as_slice() {
        [] => {
            let over = store::list(&mut scope.tx, Which::Over, now, 1000).await?;
            match by_name(over, said).as_slice() {
                [] => return Err(Refusal::Tell(say::not_found(said))),
                [one, ..] => one.id,
            }
        }
        [one] => one.id,
        several => {
            let several: Vec<_> = several.iter().collect();
            return Err(say::ambiguous(said, &several));
        }
    };
    let locked = Reminder::find(&mut scope.tx, found).await?;
    locked.ok_or_else(|| Refusal::Tell(say::not_found(said)))
}

fn by_name(all: Vec<(Reminder, Option<jiff::Timestamp>)>, said: &str) -> Vec<Reminder> {
    let all: Vec<_> = all.into_iter().map(|(reminder, _)| reminder).collect();
    let lower = said.to_lowercase();
    let words = ["reminders", "reminder"]
        .iter()
        .find_map(|tail| lower.strip_suffix(tail))
        .map_or(lower.as_str(), str::trim_end);
    let words = ["about ", "to ", "for "]
        .iter()
        .find_map(|lead| words.strip_prefix(lead))
        .unwrap_or(words);
    let found = naming::by_words(&all, words, |reminder| &reminder.what);
    found.into_iter().cloned().collect()
}

/// Whether `said` names no reminder but the one that was said lately.
pub fn is_it(said: &str) -> bool {
    IT.contains(&said.trim().to_lowercase().as_str())
}

/// The reminder that "it" means where something is changed: the one said lately, else the one changed last.
pub async fn touched(scope: &mut Scope) -> Result<Reminder, Refusal> {
    let now = scope.now;
    if let [one] = alarm::said_lately(&mut scope.tx, now).await?.as_slice()
        && let Some(found) = Reminder::find(&mut scope.tx, *one).await?
    {
        return Ok(found);
    }
    let user = scope.tx.user();
    let label = sqlx::query_scalar!(
        "select label from ledger where user_id = $1 and skill = 'reminders' and label ~ '^R[0-9]+$'
         and undone_at is null and created_at > $2 order by position desc limit 1",
        user.0,
        (now - SignedDuration::from_hours(6)).to_sqlx() as _
    )
    .fetch_optional(&mut *scope.tx)
    .await?;
    match label {
        Some(label) => naming::by_number(scope, &label, say::not_found)
            .await?
            .ok_or_else(|| Refusal::Tell(say::not_found(&label))),
        None => Err(Refusal::Tell(
            "Which reminder? \"my reminders\" shows them.".into(),
        )),
    }
}

/// The one reminder that was said lately and waits for an answer; among several, a question whose answer makes the call.
pub async fn said_lately(
    scope: &mut Scope,
    tool: &str,
    args: impl Fn(&str) -> Value,
) -> Result<Reminder, Refusal> {
    let now = scope.now;
    let lately = alarm::said_lately(&mut scope.tx, now).await?;
    let mut all = Vec::new();
    for id in lately {
        all.extend(Reminder::find(&mut scope.tx, id).await?);
    }
    if all.len() <= 1 {
        let one = all.pop();
        return one.ok_or_else(|| Refusal::Tell(say::NONE_LATELY.into()));
    }
    all.truncate(5);
    let says: Vec<_> = all
        .iter()
        .enumerate()
        .map(|(at, r)| format!("{}. {} {}", at + 1, r.label(), r.what))
        .collect();
    let choices = all.iter().enumerate().map(|(at, r)| {
        let (label, what) = (r.label(), r.what.to_lowercase());
        let mut answers = vec![(at + 1).to_string(), label.to_lowercase()];
        // words that name two of them are no answer
        if all
            .iter()
            .filter(|other| other.what.to_lowercase() == what)
            .count()
            == 1
        {
            answers.push(what);
        }
        Choice {
            answers,
            tool: tool.to_owned(),
            args: args(&label),
        }
    });
    Err(Refusal::Ask(Box::new(Question {
        choices: choices.collect(),
        says: format!("Which one?\n{}", says.join("\n")),
    })))
}

/// The reminders named, each once; without a name, the one that was said lately.
pub async fn named(
    scope: &mut Scope,
    said: &[String],
    tool: &str,
    extra: &Value,
) -> Result<Vec<Reminder>, Refusal> {
    if said.iter().all(|said| is_it(said)) {
        let again = |label: &str| {
            let mut args = extra.clone();
            args["reminders"] = json!([label]);
            args
        };
        return Ok(vec![said_lately(scope, tool, again).await?]);
    }
    let mut all: Vec<Reminder> = Vec::new();
    for said in said {
        let found = one(scope, said).await?;
        if !all.iter().any(|there| there.id == found.id) {
            all.push(found);
        }
    }
    Ok(all)
}
