//! The only SQL of this skill on `alarms`: what is planned of a reminder, what was said of it, and what was answered. Firing
//! itself is elsewhere; both agree through the table.
//!
//! Of a reminder at most one occurrence is planned: the next one. What was said stays as it was said.

use jiff::{SignedDuration, Timestamp, civil::DateTime};
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::store::{Reminder, State};
use crate::{
    clock::new_id,
    db::UserTx,
    when::{Slot, resolve},
};

/// A row of `alarms`, without what only the dispatcher needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alarm {
    pub id: Uuid,
    pub reminder_id: Uuid,
    /// The wall time that the rule names.
    pub occurrence: DateTime,
    pub kind: Kind,
    pub nth: i32,
    pub due_at: Timestamp,
    pub state: Stage,
    pub fired_at: Option<Timestamp>,
    pub answer: Option<Answer>,
    pub outbox_id: Option<Uuid>,
    #[serde(default)]
    pub tz_release: String,
}

/// What an alarm is of its occurrence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Occurrence,
    Snooze,
    Nag,
}

/// What became of an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    Planned,
    Said,
    Missed,
    Skipped,
}

/// What the user answered to one that was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    Done,
    Snoozed,
}

/// What an answer without a name can mean: said within this time.
pub const LATELY: SignedDuration = SignedDuration::from_hours(2);

/// The occurrence that comes after `after`; `None` when there is none, or when the reminder is done.
pub fn next(reminder: &Reminder, after: Timestamp) -> Option<Slot> {
    if reminder.state == State::Done {
        return None;
    }
    let zone = reminder.time_zone();
    match &reminder.rule {
        Some(_) => reminder.recurrence()?.next(&zone, after),
        None => {
            let resolved = resolve(reminder.starts_at, &zone);
            (resolved.at > after).then_some(Slot {
                slot: reminder.starts_at,
                resolved,
            })
        }
    }
}

/// The instant of an occurrence: not always its wall time's, for "every 6 hours".
fn instant(reminder: &Reminder, occurrence: DateTime) -> Timestamp {
    let zone = reminder.time_zone();
    match reminder.recurrence() {
        Some(rule) => rule.resolve(occurrence, &zone).at,
        None => resolve(occurrence, &zone).at,
    }
}

/// The occurrence that comes after `after` and was not said yet: one that was said at nine comes again on the same wall
/// for whom moves west.
async fn next_unsaid(
    tx: &mut UserTx,
    reminder: &Reminder,
    after: Timestamp,
) -> Result<Option<Slot>, sqlx::Error> {
    let said = sqlx::query!(
        r#"select occurrence as "occurrence: jiff_sqlx::DateTime" from alarms
           where reminder_id = $1 and state in ('said', 'missed') and kind = 'occurrence' and due_at > $2"#,
        reminder.id,
        (after - SignedDuration::from_hours(72)).to_sqlx() as _,
    )
    .fetch_all(&mut **tx)
    .await?;
    let said: Vec<DateTime> = said.iter().map(|row| row.occurrence.to_jiff()).collect();
    let mut from = after;
    while let Some(slot) = next(reminder, from) {
        if !said.contains(&slot.slot) {
            return Ok(Some(slot));
        }
        from = slot.resolved.at;
    }
    Ok(None)
}

/// Whether the reminder, as it is now, names this wall time.
fn names(reminder: &Reminder, occurrence: DateTime) -> bool {
    if reminder.rule.is_none() {
        return reminder.starts_at == occurrence;
    }
    let at = instant(reminder, occurrence);
    let before = at - SignedDuration::from_secs(1);
    next(reminder, before).is_some_and(|next| next.slot == occurrence)
}

/// Makes the next occurrence the planned one, and lets go of what else was planned for a time that no longer is. An
/// occurrence that is due already and still meant stays as it is: whoever fires it plans the next.
pub async fn plan(tx: &mut UserTx, reminder: &Reminder, now: Timestamp) -> Result<(), sqlx::Error> {
    let planned = sqlx::query!(
        r#"select occurrence as "occurrence: jiff_sqlx::DateTime", due_at from alarms
           where reminder_id = $1 and state = 'planned' and kind = 'occurrence' for update"#,
        reminder.id,
    )
    .fetch_all(&mut **tx)
    .await?;
    let due = planned
        .into_iter()
        .map(|row| (row.occurrence.to_jiff(), row.due_at.to_jiff()))
        // one that a pause put off is due later than the time that names it
        .filter(|(occurrence, due)| *due <= now || instant(reminder, *occurrence) <= now)
        .map(|(occurrence, _)| occurrence)
        .find(|occurrence| reminder.state == State::Active && names(reminder, *occurrence));
    let next = if due.is_some() {
        None
    } else {
        next_unsaid(tx, reminder, now).await?
    };
    let slot = due.or(next.map(|next| next.slot));
    // a reminder that is done says nothing more at all; one that was moved takes its snoozes and nags along
    sqlx::query!(
        "update alarms set state = 'skipped' where reminder_id = $1 and state = 'planned'
         and (kind = 'occurrence' and occurrence is distinct from $2
              or $3
              or kind <> 'occurrence' and $4 and occurrence <> $5)",
        reminder.id,
        slot.map(|slot| slot.to_sqlx()) as _,
        reminder.state == State::Done,
        reminder.rule.is_none(),
        reminder.starts_at.to_sqlx() as _,
    )
    .execute(&mut **tx)
    .await?;
    let Some(next) = next else {
        return Ok(());
    };
    let user = tx.user();
    sqlx::query!(
        "insert into alarms (id, user_id, reminder_id, occurrence, kind, nth, due_at, tz_release)
         values ($1, $2, $3, $4, 'occurrence', 0, $5, $6)
         on conflict (reminder_id, occurrence, kind, nth) do update
         set state = 'planned', due_at = $5, tz_release = $6, fired_at = null
         where alarms.state in ('skipped', 'planned')",
        new_id(),
        user.0,
        reminder.id,
        next.slot.to_sqlx() as _,
        next.resolved.at.to_sqlx() as _,
        super::TZ_RELEASE,
    )
    .execute(&mut **tx)
    .await
    .map(drop)
}

/// Nothing more of this reminder is said.
pub async fn skip_all(tx: &mut UserTx, reminder: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update alarms set state = 'skipped' where reminder_id = $1 and state = 'planned'",
        reminder
    )
    .execute(&mut **tx)
    .await
    .map(drop)
}

/// The alarms of a reminder that a change of now can touch: planned, due since two days ago, or the last one said.
pub async fn recent(
    tx: &mut UserTx,
    reminder: Uuid,
    now: Timestamp,
) -> Result<Vec<Alarm>, sqlx::Error> {
    let rows = sqlx::query_scalar!(
        r#"select to_jsonb(a) as "row!" from alarms a
           where reminder_id = $1
             and (state = 'planned' or due_at > $2
                  or occurrence = (select l.occurrence from alarms l where l.reminder_id = $1 and l.state = 'said'
                                   order by l.fired_at desc limit 1))
           order by due_at, nth for update"#,
        reminder,
        (now - SignedDuration::from_hours(48)).to_sqlx() as _,
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(read).collect()
}

/// One alarm, locked.
pub async fn find(tx: &mut UserTx, id: Uuid) -> Result<Option<Alarm>, sqlx::Error> {
    let row = sqlx::query_scalar!(
        r#"select to_jsonb(a) as "row!" from alarms a where id = $1 for update"#,
        id
    )
    .fetch_optional(&mut **tx)
    .await?;
    row.map(read).transpose()
}

fn read(row: Value) -> Result<Alarm, sqlx::Error> {
    serde_json::from_value(row).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// Writes an alarm as it is given, new or over the one of its id.
pub async fn write(tx: &mut UserTx, alarm: &Alarm) -> Result<(), sqlx::Error> {
    let user = tx.user();
    let mut row = json!(alarm);
    row["user_id"] = json!(user.0);
    sqlx::query!(
        "insert into alarms (id, user_id, reminder_id, occurrence, kind, nth, due_at, state, fired_at, answer, outbox_id, tz_release)
         select id, user_id, reminder_id, occurrence, kind, nth, due_at, state, fired_at, answer, outbox_id, tz_release
         from jsonb_populate_record(null::alarms, $1)
         on conflict (id) do update set due_at = excluded.due_at, state = excluded.state, answer = excluded.answer,
                                        tz_release = excluded.tz_release",
        row
    )
    .execute(&mut **tx)
    .await
    .map(drop)
}

/// Removes an alarm that was never said.
pub async fn remove(tx: &mut UserTx, id: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from alarms where id = $1 and fired_at is null", id)
        .execute(&mut **tx)
        .await
        .map(drop)
}

/// The last occurrence that was said and has no answer yet.
pub async fn said_last(tx: &mut UserTx, reminder: Uuid) -> Result<Option<DateTime>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select occurrence as "occurrence: jiff_sqlx::DateTime", answer from alarms
           where reminder_id = $1 and state = 'said' order by fired_at desc, nth desc limit 1"#,
        reminder
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row
        .filter(|row| row.answer.is_none())
        .map(|row| row.occurrence.to_jiff()))
}

/// The reminders that were said lately and not answered, the latest first.
pub async fn said_lately(tx: &mut UserTx, now: Timestamp) -> Result<Vec<Uuid>, sqlx::Error> {
    let rows = sqlx::query_scalar!(
        "select a.reminder_id from alarms a join reminders r on r.id = a.reminder_id
         where a.state = 'said' and a.fired_at > $1 and a.fired_at <= $2 and a.answer is null and r.state = 'active'
         group by 1 order by max(a.fired_at) desc, max(a.due_at) desc",
        (now - LATELY).to_sqlx() as _,
        // clocks of two replicas differ a little
        (now + SignedDuration::from_mins(5)).to_sqlx() as _,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows)
}

/// What a pause put off is due now: of one reminder, or of all.
pub async fn release(
    tx: &mut UserTx,
    reminder: Option<Uuid>,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update alarms set due_at = $2 where state = 'planned' and tz_release = 'moved' and due_at > $2
         and ($1::uuid is null or reminder_id = $1)",
        reminder,
        now.to_sqlx() as _
    )
    .execute(&mut **tx)
    .await
    .map(drop)
}

/// Notes the answer to an occurrence: its snoozes and nags that are still to come fall away.
pub async fn answer(
    tx: &mut UserTx,
    reminder: Uuid,
    occurrence: DateTime,
    answer: Answer,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update alarms set answer = case when state = 'said' then $3 else answer end,
                           state = case when state = 'planned' then 'skipped' else state end
         where reminder_id = $1 and occurrence = $2
           and (state = 'said' and answer is null or state = 'planned' and kind <> 'occurrence')",
        reminder,
        occurrence.to_sqlx() as _,
        match answer {
            Answer::Done => "done",
            Answer::Snoozed => "snoozed",
        },
    )
    .execute(&mut **tx)
    .await
    .map(drop)
}

/// Plans the occurrence to be said again at `due`.
pub async fn snooze(
    tx: &mut UserTx,
    reminder: Uuid,
    occurrence: DateTime,
    due: Timestamp,
) -> Result<(), sqlx::Error> {
    let user = tx.user();
    sqlx::query!(
        "insert into alarms (id, user_id, reminder_id, occurrence, kind, nth, due_at)
         select $1, $2, $3, $4, 'snooze', coalesce(max(nth), 0) + 1, $5 from alarms
         where reminder_id = $3 and occurrence = $4",
        new_id(),
        user.0,
        reminder,
        occurrence.to_sqlx() as _,
        due.to_sqlx() as _,
    )
    .execute(&mut **tx)
    .await
    .map(drop)
}

/// When a reminder is due next, and when it was said last.
pub async fn instants(
    tx: &mut UserTx,
    reminder: Uuid,
) -> Result<(Option<Timestamp>, Option<Timestamp>), sqlx::Error> {
    let row = sqlx::query!(
        "select min(due_at) filter (where state = 'planned') as next, max(fired_at) filter (where state = 'said') as last
         from alarms where reminder_id = $1",
        reminder
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok((
        row.next.map(|at| at.to_jiff()),
        row.last.map(|at| at.to_jiff()),
    ))
}

/// Of the reminders that have something planned before `until`, how many are put off by a pause until then, and how many
/// leave it out.
pub async fn count_before(tx: &mut UserTx, until: Timestamp) -> Result<(i64, i64), sqlx::Error> {
    let row = sqlx::query!(
        r#"select count(distinct a.reminder_id) filter (where a.kind = 'snooze' or r.rule is null and a.kind <> 'nag') as "once!",
                  count(distinct a.reminder_id) filter (where a.kind = 'occurrence' and r.rule is not null) as "again!"
           from alarms a join reminders r on r.user_id = a.user_id and r.id = a.reminder_id
           where a.state = 'planned' and a.due_at < $1"#,
        until.to_sqlx() as _
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok((row.once, row.again))
}

/// One line of "did it send?".
pub struct Logged {
    pub number: Option<i32>,
    pub what: Option<String>,
    pub due_at: Timestamp,
    pub fired_at: Option<Timestamp>,
    pub stage: String,
    pub outbox: Option<String>,
    pub sent_at: Option<Timestamp>,
    pub settled_at: Option<Timestamp>,
}

/// What was to be said from `from` until `until`, of one reminder or of all: in order, the latest `limit`.
pub async fn log(
    tx: &mut UserTx,
    (from, until): (Timestamp, Timestamp),
    reminder: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Logged>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select * from (
             select r.number as "number?", r.what as "what?", a.due_at, a.fired_at, a.state, o.state as "outbox?",
                    -- by the daemon's clock, as everything else that is told: the database's says only how long it took
                    a.fired_at + (o.sent_at - o.created_at) as "sent_at?",
                    a.fired_at + (o.settled_at - o.created_at) as "settled_at?"
             from alarms a left join reminders r on r.id = a.reminder_id left join outbox o on o.id = a.outbox_id
             where a.due_at < $2 and coalesce(a.fired_at, a.due_at) >= $1 and ($3::uuid is null or a.reminder_id = $3)
               -- what was let go of before its time is no part of the story
               and (a.state <> 'skipped' or a.fired_at is not null)
             order by a.due_at desc limit $4) l
           order by due_at"#,
        from.to_sqlx() as _,
        until.to_sqlx() as _,
        reminder,
        limit,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Logged {
            number: row.number,
            what: row.what,
            due_at: row.due_at.to_jiff(),
            fired_at: row.fired_at.map(|at| at.to_jiff()),
            stage: row.state,
            outbox: row.outbox,
            sent_at: row.sent_at.map(|at| at.to_jiff()),
            settled_at: row.settled_at.map(|at| at.to_jiff()),
        })
        .collect())
}
