//! What hangs on an event: the reminders that it carries come so long before it, each time that it happens, and follow it
//! wherever it is moved. One occurrence that is moved alone takes reminders of its own along.

use jiff::{SignedDuration, ToSpan, civil::DateTime};

use super::{event::Event, series};
use crate::{
    clock::new_id,
    skills::{
        Scope, Thing, next_number,
        reminders::{
            self,
            carried::Ahead,
            store::{self, Reminder},
        },
    },
};

/// Seconds of a day, as offsets count them.
const DAY: i32 = 86_400;

/// Puts `reminder` so long before every occurrence of `event`. `false`: its rule cannot be counted back, so the reminder
/// comes before the next occurrence only.
pub fn place(reminder: &mut Reminder, event: &Event, scope: &Scope) -> bool {
    let ahead = Ahead {
        seconds: reminder.ahead_seconds.unwrap_or(0),
        at: reminder.ahead_at,
    };
    reminder.zone = if event.floating {
        scope.here().zone_name().to_owned()
    } else {
        event.zone.clone()
    };
    reminder.floating = event.floating;
    let first = event.first(&scope.zone).slot;
    let start = before(first, ahead);
    let rule = event
        .rule
        .as_deref()
        .and_then(|rule| series::moved(rule, first.date(), start.date()))
        .map(|rule| series::until_moved(&rule, first.duration_until(start)));
    match (&event.rule, rule) {
        (None, _) => {
            reminder.starts_at = start;
            (reminder.rule, reminder.except_at) = (None, Vec::new());
        }
        (Some(_), Some(rule)) => {
            reminder.starts_at = start;
            reminder.rule = Some(rule);
            reminder.except_at = event
                .except_at
                .iter()
                .map(|slot| before(*slot, ahead))
                .collect();
        }
        (Some(_), None) => {
            let next = event.next(&scope.zone, scope.now);
            reminder.starts_at = before(next.map_or(first, |next| next.slot), ahead);
            (reminder.rule, reminder.except_at) = (None, Vec::new());
            return false;
        }
    }
    true
}

/// The wall time so long before `slot`.
fn before(slot: DateTime, ahead: Ahead) -> DateTime {
    let day = slot
        .date()
        .checked_sub((ahead.seconds / DAY).days())
        .unwrap_or(slot.date());
    match ahead.at {
        Some(at) => day.to_datetime(at),
        None if ahead.seconds % DAY == 0 => day.to_datetime(slot.time()),
        None => slot.saturating_sub(SignedDuration::from_secs(i64::from(ahead.seconds))),
    }
}

/// Brings the reminders of a row of `events` into line with it, in the transaction of its change. The version of a reminder
/// stays: it is the event that was changed, and its undo comes through here too.
pub async fn follow(scope: &mut Scope, event: &Event, there: bool) -> Result<(), sqlx::Error> {
    let carried = store::carried_by(&mut scope.tx, event.id).await?;
    if !there {
        // reminders of an event that is gone say nothing; those of one changed occurrence were made with it
        if event.series_id.is_some() {
            for reminder in carried {
                Reminder::remove(&mut scope.tx, reminder.id, reminder.version).await?;
            }
        }
        return Ok(());
    }
    if carried.is_empty()
        && let Some(series) = event.series_id
    {
        for of_series in store::carried_by(&mut scope.tx, series).await? {
            let number = next_number(&mut scope.tx, reminders::LETTER, 1).await?;
            let mut own = Reminder {
                id: new_id(),
                number,
                event_id: Some(event.id),
                version: 1,
                created_at: scope.now,
                ..of_series
            };
            place(&mut own, event, scope);
            store::insert(&mut scope.tx, &own, scope.now).await?;
        }
        return Ok(());
    }
    for before in carried {
        let mut after = before.clone();
        place(&mut after, event, scope);
        // written even when nothing of it differs: an event that is put back has its alarms planned again
        after
            .update(&mut scope.tx, before.version, scope.now)
            .await?;
    }
    Ok(())
}
