//! Reminders while everything goes wrong at once: dispatchers killed at every step and at random, their clocks stepped two
//! hours ahead and back, PostgreSQL away when they are due, the provider failing, and people who put off and delete what is
//! about to be said. Then each reminder that was left standing must have been said once, and each that was deleted in time
//! never.

use std::{
    collections::HashMap,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};
use jiff_sqlx::ToSqlx;
use sqlx::Connection;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::judge;
use crate::{
    clock::new_id,
    embedded::{Place, Services},
    fault::REMINDER_POINTS,
    prove::{
        check::Verdict,
        load::Answers,
        replica::Replica,
        seeded::Seeded,
        storm::Storm,
        world::{Ground, World},
    },
    sim::twilio::{Callbacks, Fault, Plan},
    when::Recurrence,
};

const PEOPLE: usize = 16;
const REPLICAS: usize = 3;
/// Two hours ahead of the clock that everybody else has: what the storm's steps amount to, and a little more.
const AHEAD: &str = "clock.step=1*return(9000)->off";
/// Reminders made every quarter of a second.
const AT_ONCE: usize = 40;
/// Series in all, of every minute.
const SERIES: usize = 24;

/// What people did, as far as the database said that it is done.
#[derive(Default)]
struct Done {
    made: Mutex<Vec<Uuid>>,
    /// Deleted, and whether they were still to be said.
    deleted: Mutex<HashMap<Uuid, bool>>,
    moved: AtomicUsize,
}

/// Goes on until `occurrences` reminders are made and processes were killed `rounds` times, each point `each_point` times.
pub async fn reminders(
    ground: &Ground,
    seed: u64,
    (occurrences, rounds, each_point): (usize, u64, u64),
    limit: Duration,
) -> anyhow::Result<Verdict> {
    let mut seeded = Seeded::new(seed);
    let mut services = Services::start(Place::find()?, false).await?;
    let ground = Ground {
        database_url: services.database_url(),
        ..ground.clone()
    };
    let world = World::new(&ground, seeded.bits(), PEOPLE, Callbacks::Once).await?;
    let storm = Storm::of(rounds, each_point, &REMINDER_POINTS);
    let (done, stop) = (Done::default(), CancellationToken::new());
    let until = tokio::time::Instant::now() + limit;
    let (people, mut moments) = (seeded.fork(), seeded.fork());
    let blowing = (0..REPLICAS).map(|_| storm.blow(&world, seeded.fork(), &stop));
    let blowing = futures_util::future::try_join_all(blowing.collect::<Vec<_>>());
    let mut losses = 0;
    let breaking = async {
        loop {
            tokio::time::sleep(moments.millis(2500, 5000)).await;
            let made = done.made.lock().expect("nobody panics with it").len();
            let is_over = made >= occurrences && storm.is_over(Some(&world)) && losses >= 2;
            if is_over || tokio::time::Instant::now() > until {
                world.sim.clear_faults();
                stop.cancel();
                return anyhow::Ok(());
            }
            world.sim.clear_faults();
            world.sim.plan(fault(&mut moments));
            services.crash_postgres();
            tokio::time::sleep(moments.millis(100, 1200)).await;
            services.revive_postgres().await?;
            losses += 1;
        }
    };
    let (blown, broken, ()) = tokio::join!(blowing, breaking, live(&world, people, &done, &stop));
    blown?;
    broken?;
    // somebody whose clock is ahead says what the others left
    let last = Replica::start(&world, AHEAD).await?;
    let left = all_said(&world).await?;
    // its file goes with the judge
    storm.keep(&world);
    let mut verdict = judge(&world, &[], &Answers::default()).await?;
    drop(last);
    verdict.demand(left == 0, || format!("{left} alarms were never fired"));
    once(&world, &done, &mut verdict).await?;
    series(&world, &mut verdict).await?;
    counts(&storm, &done, &mut verdict);
    verdict.count("losses of PostgreSQL", losses);
    let missing = storm.missing(None);
    verdict.demand(missing.is_empty(), || {
        format!("too seldom hit: {missing:?}")
    });
    world.admin.close().await;
    services.stop().await;
    Ok(verdict)
}

fn fault(seeded: &mut Seeded) -> Plan {
    let faults = [
        Fault::ErrorBefore,
        Fault::ErrorAfter,
        Fault::CutBefore,
        Fault::CutAfter,
        Fault::TooMany { retry_after: None },
    ];
    Plan {
        fault: seeded.pick(&faults).clone(),
        next: None,
        probability: Some(0.1),
    }
}

/// People who remind themselves of things, put them off, and think better of them.
async fn live(world: &World, mut seeded: Seeded, done: &Done, stop: &CancellationToken) {
    let mut number = 0;
    while !stop.is_cancelled() {
        let lived = async {
            let mut connection = world.admin.acquire().await?;
            for _ in 0..AT_ONCE {
                number += 1;
                let id = make(world, &mut connection, &mut seeded, number).await?;
                done.made.lock().expect("nobody panics with it").push(id);
            }
            for _ in 0..3 {
                let id = {
                    let made = done.made.lock().expect("nobody panics with it");
                    // what was made lately is about to be said
                    let from = made.len().saturating_sub(80);
                    *seeded.pick(&made[from..])
                };
                if seeded.percent(50) {
                    put_off(&mut connection, id, &mut seeded, done).await?;
                } else {
                    delete(&mut connection, id, done).await?;
                }
            }
            Ok::<_, sqlx::Error>(())
        };
        // with the database away nobody gets anything done
        drop(lived.await);
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

/// Seconds from now at which something is due: most soon, some past already, some for those whose clocks are ahead.
fn due(world: &World, seeded: &mut Seeded) -> Timestamp {
    let ahead = if seeded.percent(20) { 7200.0 } else { 0.0 };
    let seconds = ahead - 1.0 + seeded.millis(0, 5000).as_secs_f64();
    world.clock.now() + SignedDuration::from_secs_f64(seconds)
}

async fn make(
    world: &World,
    connection: &mut sqlx::PgConnection,
    seeded: &mut Seeded,
    number: usize,
) -> Result<Uuid, sqlx::Error> {
    let (id, person) = (new_id(), seeded.pick(&world.people));
    let is_series = number <= SERIES;
    let at = due(world, seeded);
    let wall = TimeZone::UTC.to_datetime(at);
    let mut tx = connection.begin().await?;
    sqlx::query(
        "insert into reminders (id, user_id, number, what, starts_at, zone, floating, rule, created_at, changed_at)
         values ($1, $2, $3, $4, $5, 'UTC', false, $6, now(), now())",
    )
    .bind(id)
    .bind(person.id)
    .bind(i32::try_from(number).unwrap_or(i32::MAX))
    .bind(format!("thing {number}"))
    .bind(wall.to_sqlx())
    .bind(is_series.then_some("FREQ=MINUTELY;INTERVAL=1"))
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "insert into alarms (user_id, reminder_id, occurrence, kind, due_at) values ($1, $2, $3, 'occurrence', $4)",
    )
    .bind(person.id)
    .bind(id)
    .bind(wall.to_sqlx())
    .bind(at.to_sqlx())
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(id)
}

/// As the skill does it: the reminder is locked, then its alarm.
async fn put_off(
    connection: &mut sqlx::PgConnection,
    id: Uuid,
    seeded: &mut Seeded,
    done: &Done,
) -> Result<(), sqlx::Error> {
    let seconds = seeded.millis(500, 3000).as_secs_f64();
    let mut tx = connection.begin().await?;
    let locked = sqlx::query("select 1 from reminders where id = $1 and rule is null for update")
        .bind(id)
        .execute(&mut *tx)
        .await?;
    let moved = sqlx::query(
        "with moved as (
             update alarms set due_at = due_at + make_interval(secs => $2), occurrence = occurrence + make_interval(secs => $2)
             where reminder_id = $1 and state = 'planned' and $3 returning occurrence)
         update reminders set version = version + 1, starts_at = m.occurrence from moved m where id = $1",
    )
    .bind(id)
    .bind(seconds)
    .bind(locked.rows_affected() == 1)
    .execute(&mut *tx)
    .await?;
    tokio::time::sleep(seeded.millis(0, 20)).await;
    tx.commit().await?;
    done.moved.fetch_add(
        usize::try_from(moved.rows_affected()).unwrap_or(0),
        Ordering::Relaxed,
    );
    Ok(())
}

async fn delete(
    connection: &mut sqlx::PgConnection,
    id: Uuid,
    done: &Done,
) -> Result<(), sqlx::Error> {
    let mut tx = connection.begin().await?;
    let gone = sqlx::query("delete from reminders where id = $1 and rule is null")
        .bind(id)
        .execute(&mut *tx)
        .await?;
    let planned =
        sqlx::query("delete from alarms where reminder_id = $1 and state = 'planned' and $2")
            .bind(id)
            .bind(gone.rows_affected() == 1)
            .execute(&mut *tx)
            .await?;
    tx.commit().await?;
    if gone.rows_affected() == 1 {
        done.deleted
            .lock()
            .expect("nobody panics with it")
            .insert(id, planned.rows_affected() == 1);
    }
    Ok(())
}

/// Waits until what comes once is fired, and says how many are not when nothing happens for a while.
async fn all_said(world: &World) -> anyhow::Result<i64> {
    let mut least = i64::MAX;
    let mut until = tokio::time::Instant::now();
    loop {
        let left: i64 = sqlx::query_scalar(
            "select count(*) from alarms a join reminders r on r.id = a.reminder_id and r.rule is null where a.state = 'planned'",
        )
        .fetch_one(&world.admin)
        .await?;
        if left < least {
            (least, until) = (left, tokio::time::Instant::now() + Duration::from_secs(30));
        }
        if left == 0 || tokio::time::Instant::now() > until {
            return Ok(left);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Each reminder that stands was said once; one that was deleted before it was said, never.
async fn once(world: &World, done: &Done, verdict: &mut Verdict) -> anyhow::Result<()> {
    let rows: Vec<(Uuid, i64)> = sqlx::query_as(
        "select split_part(dedupe_key, ':', 2)::uuid, count(*) from outbox where dedupe_key like 'reminder:%' group by 1",
    )
    .fetch_all(&world.admin)
    .await?;
    let said: HashMap<Uuid, i64> = rows.into_iter().collect();
    let standing: Vec<Uuid> = sqlx::query_scalar("select id from reminders where rule is null")
        .fetch_all(&world.admin)
        .await?;
    for id in &standing {
        let times = said.get(id).copied().unwrap_or(0);
        verdict.demand(times == 1, || {
            format!("reminder {id} was said {times} times")
        });
    }
    let deleted = done.deleted.lock().expect("nobody panics with it").clone();
    for (id, was_planned) in &deleted {
        let times = said.get(id).copied().unwrap_or(0);
        let right = if *was_planned { times == 0 } else { times == 1 };
        verdict.demand(right, || {
            format!(
                "reminder {id}, deleted, still to be said: {was_planned}, was said {times} times"
            )
        });
    }
    verdict.count("occurrences", standing.len());
    verdict.count(
        "deleted in time",
        deleted.values().filter(|planned| **planned).count(),
    );
    let unlike: i64 = sqlx::query_scalar(
        "select count(*) from alarms a left join outbox o on o.id = a.outbox_id where a.state = 'said' and o.id is null",
    )
    .fetch_one(&world.admin)
    .await?;
    verdict.demand(unlike == 0, || {
        format!("{unlike} alarms are called said and have no row in the outbox")
    });
    Ok(())
}

/// A series has one planned occurrence, no gap but where several missed ones became one, and said none twice.
async fn series(world: &World, verdict: &mut Verdict) -> anyhow::Result<()> {
    let rows: Vec<(Uuid, jiff_sqlx::DateTime, jiff_sqlx::DateTime, String)> = sqlx::query_as(
        "select r.id, r.starts_at, a.occurrence, a.state from reminders r join alarms a on a.reminder_id = r.id
         where r.rule is not null order by r.id, a.occurrence",
    )
    .fetch_all(&world.admin)
    .await?;
    for alarms in rows.chunk_by(|a, b| a.0 == b.0) {
        let (id, start) = (alarms[0].0, alarms[0].1.to_jiff());
        let rule = Recurrence::new("FREQ=MINUTELY;INTERVAL=1", start, vec![])?;
        let planned = alarms.iter().filter(|alarm| alarm.3 == "planned").count();
        verdict.demand(planned == 1, || {
            format!("series {id} has {planned} planned alarms")
        });
        for pair in alarms.windows(2) {
            let (slot, next): (DateTime, DateTime) = (pair[0].2.to_jiff(), pair[1].2.to_jiff());
            let at = rule.resolve(slot, &TimeZone::UTC).at;
            let follows = rule.next(&TimeZone::UTC, at).map(|slot| slot.slot);
            // several that were missed became one
            let jumps = pair[0].3 == "skipped";
            verdict.demand(jumps || follows == Some(next), || {
                format!("series {id} goes on from {slot} ({}) at {next}", pair[0].3)
            });
        }
        let said = alarms.iter().filter(|alarm| alarm.3 == "said").count();
        verdict.count("occurrences", said);
        verdict.count("occurrences of series", said);
    }
    let doubled: i64 = sqlx::query_scalar(
        "select count(*) from (select outbox_id from alarms where outbox_id is not null group by 1 having count(*) > 1) d",
    )
    .fetch_one(&world.admin)
    .await?;
    verdict.demand(doubled == 0, || {
        format!("{doubled} texts stand for several occurrences")
    });
    Ok(())
}

fn counts(storm: &Storm, done: &Done, verdict: &mut Verdict) {
    let count = |counter: &std::sync::atomic::AtomicU64| {
        usize::try_from(counter.load(Ordering::Relaxed)).unwrap_or(usize::MAX)
    };
    verdict.count("kills", count(&storm.killed));
    verdict.count("kills at random", count(&storm.at_random));
    verdict.count("clocks stepped", count(&storm.stepped));
    verdict.count("put off", done.moved.load(Ordering::Relaxed));
    for (point, times) in storm.tally(None) {
        if let Some(point) = REMINDER_POINTS.iter().find(|known| **known == point) {
            verdict.count(point, usize::try_from(times).unwrap_or(usize::MAX));
        }
    }
}
