//! Reminders that come due. Rows are made by hand: what the skill makes of words is tested with it.

mod clocks;
mod failing;
mod late;
mod questions;
mod races;
mod terminal;
mod ways;

use assistant::clock::Clock;
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use jiff_sqlx::ToSqlx;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{House, OWN, PATIENCE, Plan};

pub const NEW_YORK: &str = "America/New_York";

/// A reminder to be; fields as in the table.
pub fn once(what: &str, at: &str) -> Value {
    json!({"what": what, "starts_at": at})
}

pub fn again(what: &str, at: &str, rule: &str) -> Value {
    json!({"what": what, "starts_at": at, "rule": rule})
}

/// The same with more fields.
pub fn with(mut reminder: Value, fields: Value) -> Value {
    let object = reminder.as_object_mut().expect("an object");
    object.extend(fields.as_object().expect("an object").clone());
    reminder
}

/// Makes the reminder and plans its first occurrence. Returns its id.
pub async fn remind(house: &House, user: Uuid, reminder: Value) -> Uuid {
    let id = assistant::clock::new_id();
    let all = with(
        json!({"id": id, "user_id": user, "number": 1, "zone": NEW_YORK, "floating": true, "except_at": [], "exact": true,
               "state": "active", "version": 1, "created_at": "2020-01-01T00:00:00Z", "changed_at": "2020-01-01T00:00:00Z"}),
        reminder,
    );
    sqlx::query("insert into reminders select * from jsonb_populate_record(null::reminders, $1)")
        .bind(&all)
        .execute(&house.db.admin)
        .await
        .expect("a reminder");
    let start: DateTime = all["starts_at"]
        .as_str()
        .expect("a time")
        .parse()
        .expect("a wall time");
    let due = instant(start, all["zone"].as_str().expect("a zone"));
    plan(house, user, id, start, due).await;
    id
}

pub fn instant(wall: DateTime, zone: &str) -> Timestamp {
    assistant::when::resolve(wall, &TimeZone::get(zone).expect("a zone")).at
}

/// Plans one alarm.
pub async fn plan(house: &House, user: Uuid, reminder: Uuid, occurrence: DateTime, due: Timestamp) {
    sqlx::query(
        "insert into own_numbers (number, segments_per_second) values ($1, 1000) on conflict do nothing",
    )
    .bind(OWN)
    .execute(&house.db.admin)
    .await
    .expect("our number");
    sqlx::query(
        "insert into alarms (user_id, reminder_id, occurrence, kind, due_at) values ($1, $2, $3, 'occurrence', $4)",
    )
    .bind(user)
    .bind(reminder)
    .bind(occurrence.to_sqlx())
    .bind(due.to_sqlx())
    .execute(&house.db.admin)
    .await
    .expect("an alarm");
}

/// Turns the clock to a wall time in New York.
pub fn turn(clock: &Clock, wall: &str) {
    let at = instant(wall.parse().expect("a wall time"), NEW_YORK);
    clock.advance(at.duration_since(clock.now()));
}

/// A house whose clock shows this wall time in New York, with nothing running.
pub async fn closed_at(wall: &str) -> House {
    let clock = Clock::default();
    turn(&clock, wall);
    Plan::default().clock(&clock).closed().build().await
}

pub async fn open_at(wall: &str) -> House {
    let mut house = closed_at(wall).await;
    house.open().await;
    house
}

/// What became of the alarms of a reminder, in order: "2026-11-24T09:00:00 occurrence 0 said".
pub async fn alarms(house: &House, reminder: Uuid) -> Vec<String> {
    sqlx::query_scalar(
        "select to_char(occurrence, 'YYYY-MM-DD HH24:MI') || ' ' || kind || ' ' || state from alarms
         where reminder_id = $1 order by occurrence, nth",
    )
    .bind(reminder)
    .fetch_all(&house.db.admin)
    .await
    .expect("alarms")
}

/// When the alarms of a reminder are due, in order.
pub async fn instants(house: &House, reminder: Uuid) -> Vec<String> {
    let all: Vec<jiff_sqlx::Timestamp> = sqlx::query_scalar(
        "select due_at from alarms where reminder_id = $1 order by occurrence, nth",
    )
    .bind(reminder)
    .fetch_all(&house.db.admin)
    .await
    .expect("alarms");
    all.into_iter().map(|at| at.to_jiff().to_string()).collect()
}

/// Waits until no alarm is due any more, and everything is sent.
pub async fn all_fired(house: &House) {
    let until = tokio::time::Instant::now() + PATIENCE;
    loop {
        let waiting: bool = sqlx::query_scalar(
            "select exists (select 1 from alarms where state = 'planned' and due_at <= $1
                            and held_until < clock_timestamp() + interval '1 minute')",
        )
        .bind(house.clock.now().to_sqlx())
        .fetch_one(&house.db.admin)
        .await
        .expect("read");
        if !waiting {
            break;
        }
        assert!(tokio::time::Instant::now() < until, "alarms are not fired");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    house.is_at_rest().await;
}

/// Waits until this many alarms are in that state.
pub async fn count_of(house: &House, state: &str, count: i64) {
    let until = tokio::time::Instant::now() + PATIENCE;
    loop {
        let found = house
            .db
            .count(&format!(
                "select count(*) from alarms where state = '{state}'"
            ))
            .await;
        if found >= count {
            return;
        }
        assert!(
            tokio::time::Instant::now() < until,
            "{found} alarms are {state}, not {count}"
        );
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}
