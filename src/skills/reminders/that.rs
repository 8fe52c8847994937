//! What a reminder is about: a task or another thing by its number, words, or "that", which is what was last done or shown.

use jiff::{SignedDuration, Timestamp, ToSpan};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{
    carried::{self, Anchor},
    store::Reminder,
};
use crate::skills::{
    Refusal, Scope, Thing, calendar, groceries,
    naming::{self, label},
    shown_labels, tasks,
};

/// What a reminder is about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct About {
    pub what: String,
    pub task: Option<Uuid>,
    pub event: Option<Uuid>,
    /// When that is.
    pub anchor: Option<Anchor>,
}

/// "That" reaches back so far.
const REACH: SignedDuration = SignedDuration::from_hours(6);

const THAT: &[&str] = &[
    "that",
    "it",
    "this",
    "these",
    "those",
    "them",
    "that one",
    "this one",
    "that thing",
    "about that",
    "about it",
    "about this",
    "do that",
    "do it",
    "do this",
];

/// Whether `said` points at something instead of naming it.
pub fn is_that(said: &str) -> bool {
    THAT.contains(&said.trim().to_lowercase().as_str())
}

/// What `said` is about; `Ok(None)`: words that name nothing that is kept.
pub async fn about(scope: &mut Scope, said: &str) -> Result<Option<About>, Refusal> {
    let said = naming::bare(said);
    if is_that(said) {
        return last(scope).await.map(Some);
    }
    if let Some((letter, number)) = label(said) {
        let found = by_label(scope, letter, number).await?;
        let missing = || Refusal::Tell(format!("There is no {}.", said.to_uppercase()));
        return found.map(Some).ok_or_else(missing);
    }
    if !said.is_empty() && said.len() <= 3 && said.bytes().all(|b| b.is_ascii_digit()) {
        let place: usize = said.parse().unwrap_or(0);
        let shown = shown_labels(&mut scope.tx).await?;
        let there = place.checked_sub(1).and_then(|at| shown.get(at));
        return match there.and_then(|there| label(there)) {
            Some((letter, number)) => by_label(scope, letter, number).await,
            None => Err(Refusal::Tell(format!(
                "There is no number {said} in the list."
            ))),
        };
    }
    Ok(None)
}

/// The one open task, or else the next event, that these words name: "before the dentist".
pub async fn named(scope: &mut Scope, said: &str) -> Result<Option<About>, sqlx::Error> {
    let all = tasks::store::list(&mut scope.tx, tasks::store::Which::Open, 1000).await?;
    if let [task] = naming::by_words(&all, said, |t| &t.title).as_slice() {
        return Ok(Some(of_task(task)));
    }
    let events = calendar::store::list(&mut scope.tx, 1000).await?;
    let found = calendar::by_words(&events, said, &scope.here());
    // several of one series are one; of several events nobody knows which
    Ok(match found.as_slice() {
        [(event, _)] => Some(of_event(event, scope)),
        _ => None,
    })
}

fn of_task(task: &tasks::store::Task) -> About {
    About {
        what: task.title.clone(),
        task: Some(task.id),
        event: None,
        anchor: task.due_on.map(Anchor::Day),
    }
}

fn of_event(event: &calendar::event::Event, scope: &Scope) -> About {
    About {
        what: event.title.clone(),
        task: None,
        event: Some(event.id),
        anchor: carried::start_of(event, &scope.here()),
    }
}

async fn by_label(scope: &mut Scope, letter: &str, number: i32) -> Result<Option<About>, Refusal> {
    Ok(match letter {
        tasks::LETTER => tasks::store::find_by_number(&mut scope.tx, number)
            .await?
            .map(|task| of_task(&task)),
        groceries::LETTER => groceries::store::Grocery::find_by_number(&mut scope.tx, number)
            .await?
            .map(|grocery| About {
                what: groceries::say::thing(&grocery),
                ..About::default()
            }),
        super::LETTER => Reminder::find_by_number(&mut scope.tx, number)
            .await?
            .map(|reminder| About {
                what: reminder.what,
                task: reminder.task_id,
                event: reminder.event_id,
                anchor: None,
            }),
        calendar::LETTER => calendar::store::find_by_number(&mut scope.tx, number)
            .await?
            .map(|event| of_event(&event, scope)),
        _ => None,
    })
}

/// What was last done or said: a change, a reminder that was said, the one thing shown, or our last words.
async fn last(scope: &mut Scope) -> Result<About, Refusal> {
    let since = scope.now - REACH;
    let done = last_done(scope, since).await?;
    let said = last_said(scope, since).await?;
    let is_said_later = match (&done, &said) {
        (Some((at, _)), Some((then, _))) => then > at,
        (None, Some(_)) => true,
        _ => false,
    };
    if is_said_later && let Some((_, reminder)) = said {
        return Ok(About {
            what: reminder.what,
            task: reminder.task_id,
            event: reminder.event_id,
            anchor: None,
        });
    }
    if let Some((_, lines)) = done {
        return of_lines(scope, lines).await;
    }
    if let [one] = shown_labels(&mut scope.tx).await?.as_slice()
        && let Some((letter, number)) = label(one)
        && let Some(about) = by_label(scope, letter, number).await?
    {
        return Ok(about);
    }
    let ours = last_words(scope).await?.filter(|words| {
        words.chars().count() <= 160 && !words.contains(['\n', '?']) && !words.starts_with("I ")
    });
    let what = ours.ok_or_else(|| Refusal::Tell(super::say::WHAT.into()))?;
    Ok(About {
        what,
        ..About::default()
    })
}

/// The newest act that still stands: its labels and lines.
async fn last_done(
    scope: &mut Scope,
    since: Timestamp,
) -> Result<Option<(Timestamp, Vec<(String, String)>)>, sqlx::Error> {
    let user = scope.tx.user();
    let rows = sqlx::query!(
        "select label, line, created_at from ledger
         where user_id = $1 and undone_at is null and created_at > $2
           and coalesce(turn_id, id) = (select coalesce(turn_id, id) from ledger
                                        where user_id = $1 and undone_at is null and created_at > $2
                                        order by position desc limit 1)
         order by position",
        user.0,
        since.to_sqlx() as _
    )
    .fetch_all(&mut *scope.tx)
    .await?;
    let at = rows.last().map(|row| row.created_at.to_jiff());
    let lines: Vec<_> = rows
        .into_iter()
        .filter(|row| label(&row.label).is_some())
        .map(|row| (row.label, row.line))
        .collect();
    Ok(at.filter(|_| !lines.is_empty()).map(|at| (at, lines)))
}

async fn last_said(
    scope: &mut Scope,
    since: Timestamp,
) -> Result<Option<(Timestamp, Reminder)>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select reminder_id, fired_at as "fired_at!" from alarms
           where state = 'said' and fired_at > $1 order by fired_at desc limit 1"#,
        since.to_sqlx() as _
    )
    .fetch_optional(&mut *scope.tx)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let reminder = Reminder::find(&mut scope.tx, row.reminder_id).await?;
    Ok(reminder.map(|reminder| (row.fired_at.to_jiff(), reminder)))
}

/// One thing is what it is now; of several, their names in a row.
async fn of_lines(scope: &mut Scope, lines: Vec<(String, String)>) -> Result<About, Refusal> {
    let mut all: Vec<About> = Vec::new();
    let mut labels: Vec<String> = Vec::new();
    for (name, line) in lines {
        if labels.contains(&name) {
            continue;
        }
        let found = match label(&name) {
            Some((letter, number)) => by_label(scope, letter, number).await?,
            None => None,
        };
        // what is gone is still what its receipt said
        let words = || line.split_once(&name).map_or("", |(_, rest)| rest).trim();
        all.push(found.unwrap_or_else(|| About {
            what: words().to_owned(),
            ..About::default()
        }));
        labels.push(name);
    }
    all.retain(|about| !about.what.is_empty());
    match all.len() {
        0 => Err(Refusal::Tell(super::say::WHAT.into())),
        1 => Ok(all.swap_remove(0)),
        _ => {
            let names: Vec<_> = all.into_iter().map(|about| about.what).collect();
            Ok(About {
                what: names.join(", "),
                ..About::default()
            })
        }
    }
}

async fn last_words(scope: &mut Scope) -> Result<Option<String>, sqlx::Error> {
    let user = scope.tx.user();
    let since = scope.now.checked_sub(2.hours()).unwrap_or(scope.now);
    sqlx::query_scalar!(
        "select body from outbox where user_id = $1 and kind in ('reply', 'push') and created_at > $2
         order by ordinal desc limit 1",
        user.0,
        since.to_sqlx() as _
    )
    .fetch_optional(&mut *scope.tx)
    .await
}
