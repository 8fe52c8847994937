//! Turning the clock of an installation with the terminal phone: to any instant, and on the way there everything that is due
//! is said when it is due, so that a month passes in seconds and nothing in it is late.
//!
//! Only this process's clock is turned. It is kept, so that a server which is killed starts again at its time.

use std::time::Duration;

use axum::{
    Json,
    extract::{Query, State},
};
use jiff::{SignedDuration, Span, Timestamp, civil::DateTime, tz::TimeZone};
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::{Problem, Signed, TerminalState};
use crate::{
    clock::Clock,
    db::UserTx,
    domain::UserId,
    when::{self, Here, resolve},
};

/// The longest that one request walks; whoever wants to go further asks again.
const WALK: Duration = Duration::from_secs(8);
/// The longest that one step waits for its texts: sending may be paused, or fail.
const STEP: Duration = Duration::from_secs(3);
const LOOK: Duration = Duration::from_millis(10);

/// Moves `clock` to where the last process of this installation had it.
pub async fn restore(pool: &PgPool, clock: &Clock) -> Result<(), sqlx::Error> {
    let shift: i64 = sqlx::query_scalar("select public.terminal_clock_read()")
        .fetch_one(pool)
        .await?;
    clock.advance(SignedDuration::from_micros(shift));
    Ok(())
}

/// Where the clock is to go, as the holder of this number says it; nothing: it stays.
#[derive(Deserialize)]
pub(super) struct Wish {
    number: String,
    /// A wall time in the zone of the number's user.
    wall: Option<DateTime>,
    days: Option<i64>,
    seconds: Option<i64>,
    /// As the system's clock.
    real: Option<bool>,
}

#[derive(Serialize)]
pub(super) struct Target {
    at: Timestamp,
    /// In the user's zone: "Thu Dec 24, 9:00 AM".
    words: String,
}

/// The instant that a wish names, so that going there can be repeated.
pub(super) async fn target(
    _: Signed,
    State(state): State<TerminalState>,
    Query(wish): Query<Wish>,
) -> Result<Json<Target>, Problem> {
    let now = state.clock.now();
    let zone = zone(&state.pool, &wish.number).await?;
    let days = Span::new().try_days(wish.days.unwrap_or_default());
    let at = match wish {
        Wish {
            real: Some(true), ..
        } => Some(now - state.clock.shift()),
        Wish {
            wall: Some(wall), ..
        } => Some(resolve(wall, &zone).at),
        Wish { seconds, .. } => days
            .and_then(|days| now.to_zoned(zone.clone()).checked_add(days))
            .and_then(|day| {
                day.timestamp()
                    .checked_add(SignedDuration::from_secs(seconds.unwrap_or_default()))
            })
            .ok(),
    };
    let at = at.ok_or(Problem(
        axum::http::StatusCode::BAD_REQUEST,
        "there is no such time",
    ))?;
    let here = Here::new(at, zone);
    let wall = here.wall();
    let words = format!(
        "{} {}, {}",
        when::say::day(wall.date(), &here),
        wall.year(),
        when::say::time(wall.time(), &here)
    );
    Ok(Json(Target { at, words }))
}

async fn zone(pool: &PgPool, number: &str) -> Result<TimeZone, sqlx::Error> {
    let user: Option<Uuid> = sqlx::query_scalar("select public.find_user($1)")
        .bind(number)
        .fetch_one(pool)
        .await?;
    let Some(user) = user else {
        return Ok(TimeZone::UTC);
    };
    let mut tx = UserTx::begin(pool, UserId(user)).await?;
    let zone: String = sqlx::query_scalar("select time_zone from users where id = $1")
        .bind(user)
        .fetch_one(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(TimeZone::get(&zone).unwrap_or(TimeZone::UTC))
}

#[derive(Deserialize)]
pub(super) struct Way {
    number: String,
    to: Timestamp,
}

#[derive(Serialize)]
pub(super) struct Arrived {
    there: bool,
}

/// Goes to that instant, and says whether it is reached and all that was due has arrived.
pub(super) async fn turn(
    _: Signed,
    State(state): State<TerminalState>,
    Query(way): Query<Way>,
) -> Result<Json<Arrived>, Problem> {
    let _one_at_a_time = state.walking.lock().await;
    let until = Instant::now() + WALK;
    if way.to <= state.clock.now() {
        set(&state, way.to).await?;
    }
    loop {
        quiet(&state, &way.number).await?;
        let now = state.clock.now();
        if way.to <= now {
            return Ok(Json(Arrived { there: true }));
        }
        if Instant::now() > until || state.stopping.is_cancelled() {
            return Ok(Json(Arrived { there: false }));
        }
        let next: Option<jiff_sqlx::Timestamp> = sqlx::query_scalar("select public.alarms_next()")
            .fetch_one(&state.pool)
            .await?;
        let step = next.map_or(way.to, |next| next.to_jiff().clamp(now, way.to));
        set(&state, step).await?;
    }
}

async fn set(state: &TerminalState, at: Timestamp) -> Result<(), sqlx::Error> {
    state.clock.advance(at.duration_since(state.clock.now()));
    let micros = i64::try_from(state.clock.shift().as_micros()).unwrap_or_default();
    sqlx::query("select public.terminal_clock_keep($1)")
        .bind(micros)
        .execute(&state.pool)
        .await?;
    state.reminders_bell.notify_one();
    Ok(())
}

/// Waits until nothing is due and nothing is on its way to this phone.
async fn quiet(state: &TerminalState, number: &str) -> Result<(), sqlx::Error> {
    let until = Instant::now() + STEP;
    loop {
        let busy: bool =
            sqlx::query_scalar("select public.alarms_waiting($1) or public.terminal_expects($2)")
                .bind(state.clock.now().to_sqlx())
                .bind(number)
                .fetch_one(&state.pool)
                .await?;
        if !busy || Instant::now() > until || state.stopping.is_cancelled() {
            return Ok(());
        }
        sleep(LOOK).await;
    }
}
