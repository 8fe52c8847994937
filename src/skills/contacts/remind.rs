//! Birthdays that remind: a yearly reminder of the reminders skill, so many days before. Its id is made of the contact's and
//! the days, so that it is set once, moves when the birthday changes, and goes with the contact.

use jiff::civil::{Time, time};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    birthday::{Birthday, MOST_AHEAD},
    store::Contact,
};
use crate::{
    skills::{
        Receipt, Refusal, Scope, Thing,
        reminders::{
            self,
            store::{Reminder, State},
        },
    },
    when,
};

const MORNING: Time = time(9, 0, 0, 0);

/// The reminder so many days before a contact's birthday.
fn id_of(contact: Uuid, ahead: i8) -> Uuid {
    let digest = Sha256::new()
        .chain_update(b"birthday")
        .chain_update(contact.as_bytes())
        .chain_update([ahead.unsigned_abs()])
        .finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// The reminders that hang on the contact, each with its days.
async fn there(scope: &mut Scope, contact: &Contact) -> Result<Vec<(i8, Reminder)>, Refusal> {
    let ids: Vec<Uuid> = (0..=MOST_AHEAD)
        .map(|ahead| id_of(contact.id, ahead))
        .collect();
    let all = reminders::store::among(&mut scope.tx, &ids).await?;
    let days = |reminder: &Reminder| ids.iter().position(|id| *id == reminder.id);
    Ok(all
        .into_iter()
        .filter_map(|reminder| Some((i8::try_from(days(&reminder)?).ok()?, reminder)))
        .collect())
}

/// How many days before they come.
pub(super) async fn of(scope: &mut Scope, contact: &Contact) -> Result<Vec<i8>, Refusal> {
    let there = there(scope, contact).await?;
    Ok(there.into_iter().map(|(ahead, _)| ahead).collect())
}

/// Sets one. `Err` within: it is there already, as it is said. A contact without a birthday has none.
pub(super) async fn keep(
    scope: &mut Scope,
    contact: &Contact,
    ahead: i8,
) -> Result<Result<Receipt, String>, Refusal> {
    let Some(birthday) = contact.birthday else {
        return Ok(Err(super::say::no_birthday(&contact.name)));
    };
    let id = id_of(contact.id, ahead);
    let here = scope.here();
    if let Some(there) = Reminder::find(&mut scope.tx, id).await? {
        let said = reminders::say::reminder(&there, &here);
        return Ok(Err(format!("Already set: {said}")));
    }
    let mut new = Reminder {
        id,
        number: 0,
        what: String::new(),
        starts_at: here.wall(),
        zone: here.zone_name().to_owned(),
        floating: true,
        rule: None,
        except_at: Vec::new(),
        nag_seconds: None,
        exact: false,
        call: None,
        task_id: None,
        event_id: None,
        ahead_seconds: None,
        ahead_at: None,
        state: State::Active,
        paused_until: None,
        recipient: scope.numbers.as_ref().map(|n| n.theirs.clone()),
        version: 1,
        created_at: scope.now,
    };
    place(&mut new, contact, birthday, ahead, scope);
    let (_, receipt) = reminders::tool::keep(scope, new).await?;
    Ok(Ok(receipt))
}

/// Puts a reminder where the birthday wants it.
fn place(reminder: &mut Reminder, contact: &Contact, birthday: Birthday, ahead: i8, scope: &Scope) {
    let here = scope.here();
    // nine o'clock of today may be past
    let from = if here.wall().time() < MORNING {
        here.today()
    } else {
        here.today().tomorrow().unwrap_or_else(|_| here.today())
    };
    let day = birthday.next_ahead(ahead, from);
    reminder.starts_at = day.to_datetime(MORNING);
    reminder.rule = Some(birthday.yearly(ahead));
    reminder.what = if ahead == 0 {
        format!("{}'s birthday is today", contact.name)
    } else {
        let on = super::say::day(Birthday {
            year: None,
            ..birthday
        });
        format!("{}'s birthday is on {on}", contact.name)
    };
    reminder.state = State::Active;
}

/// Brings the reminders of a changed contact into line: they move, or go when there is no birthday any more.
pub(super) async fn follow(
    scope: &mut Scope,
    before: &Contact,
    after: &Contact,
) -> Result<Vec<Receipt>, Refusal> {
    let day = |c: &Contact| c.birthday.map(|b| (b.month, b.day));
    if day(before) == day(after) && before.name == after.name {
        return Ok(Vec::new());
    }
    let Some(birthday) = after.birthday else {
        return drop_all(scope, after).await;
    };
    let mut receipts = Vec::new();
    for (ahead, reminder) in there(scope, after).await? {
        let mut moved = reminder.clone();
        place(&mut moved, after, birthday, ahead, scope);
        let (_, receipt) = reminders::tool::save(scope, reminder, moved, |saved, here| {
            format!("Moved: {}", reminders::say::reminder(saved, here))
        })
        .await?;
        receipts.push(receipt);
    }
    Ok(receipts)
}

/// Deletes what hangs on a contact that goes.
pub(super) async fn drop_all(
    scope: &mut Scope,
    contact: &Contact,
) -> Result<Vec<Receipt>, Refusal> {
    let mut receipts = Vec::new();
    for (_, reminder) in there(scope, contact).await? {
        receipts.push(reminders::tool::delete(scope, reminder).await?);
    }
    Ok(receipts)
}

/// How many days before: "3 days", "a week", "the day itself". `None`: no number of whole days up to [`MOST_AHEAD`].
pub(super) fn days(said: &str, here: &when::Here) -> Option<i8> {
    let ahead = reminders::carried::Ahead::read(said, here)?;
    let is_days = ahead.seconds % 86_400 == 0;
    let days = i8::try_from(ahead.seconds / 86_400).ok()?;
    (is_days && (0..=MOST_AHEAD).contains(&days)).then_some(days)
}
