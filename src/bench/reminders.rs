//! How late reminders are: one a second, one that another process planned at the last moment, and 10,000 due in the same
//! second, beside the same rows written by plain SQL.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use sqlx::{Connection, Executor, PgConnection};

use super::{Figure, Ground, daemon::Daemon, quantile};
use crate::sim::twilio::{Callbacks, SimOptions, TwilioSim};

/// Due in one second, one a user.
const HERD: i32 = 10_000;
/// The pace of a number while the herd waits, in segments a second: as a real one has it.
const PACE: i32 = 10;

/// The users that the bench's database does not have yet.
const MORE_USERS: &str = "
select create_user(id, null, null, 'America/New_York'), link_phone(gen_random_uuid(), id, number, true) from (
    select ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid as id, '+15550' || (200000 + n) as number
    from generate_series(500, 9999) n) u";

/// Reminders at nine each day, $1 of them from number $2 on, one a user, whose alarms are due from $3 seconds ahead, $4 apart.
const REMINDERS: &str = "
with users as (
    select ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid as id, n from generate_series(0, $1 - 1) n),
made as (
    insert into reminders (id, user_id, number, what, starts_at, zone, floating, rule, created_at, changed_at)
    select gen_random_uuid(), id, $2 + n, 'take the pills', '2026-01-01 09:00', 'America/New_York', true,
           case when n % 2 = 0 then 'FREQ=DAILY' end, now(), now() from users
    returning id, user_id, number)
insert into alarms (user_id, reminder_id, occurrence, kind, due_at)
select user_id, id, (clock_timestamp() at time zone 'America/New_York')::timestamp(0), 'occurrence',
       clock_timestamp() + make_interval(secs => $3::double precision + (number - $2) * $4::double precision)
from made";

pub async fn measure(ground: &Ground, seconds: u64) -> anyhow::Result<Vec<Figure>> {
    let options = SimOptions {
        callbacks: Callbacks::Off,
        ..SimOptions::default()
    };
    let sim = Arc::new(TwilioSim::start(options).await);
    let mut admin = PgConnection::connect(&ground.url).await?;
    admin.execute(MORE_USERS).await?;
    let daemon = Daemon::start(ground, "all", &sim.base_url).await?;
    sim.set_webhook(&format!("{}/webhooks/twilio/sms", daemon.url));
    tokio::time::sleep(Duration::from_secs(1)).await;

    let mut figures = one_a_second(&mut admin, seconds).await?;
    figures.extend(at_the_last_moment(&mut admin).await?);
    figures.extend(herd(&mut admin, &sim, &daemon).await?);
    daemon.stop().await?;
    Ok(figures)
}

async fn plan(
    admin: &mut PgConnection,
    (count, from): (i32, i32),
    (ahead, apart): (f64, f64),
) -> anyhow::Result<()> {
    sqlx::query(REMINDERS)
        .bind(count)
        .bind(from)
        .bind(ahead)
        .bind(apart)
        .execute(admin)
        .await?;
    Ok(())
}

/// How late each row of these reminders entered the outbox, in seconds, sorted, when all have.
async fn lateness(admin: &mut PgConnection, (count, from): (i32, i32)) -> anyhow::Result<Vec<f64>> {
    let until = Instant::now() + Duration::from_secs(300);
    loop {
        // a cheap question first: the other one, asked all the time, would take a core from what is measured
        let waits: bool = sqlx::query_scalar(
            "select exists (select 1 from alarms where state = 'planned' and due_at <= clock_timestamp())",
        )
        .fetch_one(&mut *admin)
        .await?;
        if waits && Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        }
        let late: Vec<f64> = sqlx::query_scalar(
            "select extract(epoch from o.created_at - a.due_at)::double precision
             from alarms a join outbox o on o.id = a.outbox_id join reminders r on r.id = a.reminder_id
             where r.number >= $1 and r.number < $1 + $2 order by 1",
        )
        .bind(from)
        .bind(count)
        .fetch_all(&mut *admin)
        .await?;
        if late.len() >= usize::try_from(count)? {
            return Ok(late);
        }
        anyhow::ensure!(
            Instant::now() < until,
            "{} of {count} reminders were fired",
            late.len()
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn one_a_second(admin: &mut PgConnection, seconds: u64) -> anyhow::Result<Vec<Figure>> {
    let count = i32::try_from(seconds.clamp(10, 500))?;
    plan(admin, (count, 1), (2.0, 1.0)).await?;
    tokio::time::sleep(Duration::from_secs(seconds.clamp(10, 500))).await;
    let late = lateness(admin, (count, 1)).await?;
    let name = |what: &str| format!("(g) one a second: late, {what}");
    Ok(vec![
        Figure::new(name("p50"), quantile(&late, 0.5) * 1000.0, "ms"),
        Figure::new(name("p99"), quantile(&late, 0.99) * 1000.0, "ms").at_most(1000.0),
        Figure::new(name("max"), quantile(&late, 1.0) * 1000.0, "ms"),
    ])
}

/// Another process plans it, and no bell rings.
async fn at_the_last_moment(admin: &mut PgConnection) -> anyhow::Result<Vec<Figure>> {
    let mut all = Vec::new();
    for n in 0..20 {
        let from = 1_000 + n * 10;
        plan(admin, (1, from), (0.01, 0.0)).await?;
        all.extend(lateness(admin, (1, from)).await?);
        tokio::time::sleep(Duration::from_millis(37)).await;
    }
    all.sort_by(f64::total_cmp);
    let late = quantile(&all, 1.0) * 1000.0;
    Ok(vec![
        Figure::new("(g) planned elsewhere 10 ms ahead: late, max", late, "ms").at_most(1000.0),
    ])
}

async fn herd(
    admin: &mut PgConnection,
    sim: &Arc<TwilioSim>,
    daemon: &Daemon,
) -> anyhow::Result<Vec<Figure>> {
    let limit = limit(admin).await?;
    let pace = "update own_numbers set segments_per_second = $1, next_free_at = clock_timestamp()";
    sqlx::query(pace).bind(PACE).execute(&mut *admin).await?;
    let ahead = 5.0;
    plan(admin, (HERD, 20_000), (ahead, 0.0)).await?;
    let cpu = daemon.cpu_seconds()?;
    tokio::time::sleep(Duration::from_secs_f64(ahead)).await;
    // somebody texts while the herd is written and waits
    let texted = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let taken = super::texts::texting(sim, 400..402, Duration::from_secs(4)).await?;
        anyhow::Ok(taken)
    };
    let (texted, late) = tokio::join!(texted, lateness(admin, (HERD, 20_000)));
    let (mut texted, late) = (texted?, late?);
    texted.sort_by(f64::total_cmp);
    let cpu = daemon.cpu_seconds()? - cpu;
    let took = quantile(&late, 1.0);
    let name = |what: &str| format!("(h) {HERD} in one second: {what}");
    Ok(vec![
        Figure::new(name("in the outbox after"), took, "s").at_most(5.0),
        Figure::new(name("late, p50"), quantile(&late, 0.5), "s"),
        Figure::new(name("late, p99"), quantile(&late, 0.99), "s"),
        Figure::new(name("the same rows by plain SQL"), limit, "s"),
        Figure::new(name("ratio to plain SQL"), took / limit, ""),
        Figure::new(name("processor time of the daemon"), cpu, "s"),
        Figure::new(
            name("reply p95 meanwhile"),
            quantile(&texted, 0.95) * 1000.0,
            "ms",
        ),
    ])
}

/// The least that the database has to do for the herd: its outbox rows, its alarms' ends and its next alarms, in three
/// statements.
async fn limit(admin: &mut PgConnection) -> anyhow::Result<f64> {
    plan(admin, (HERD, 40_000), (86_400.0, 0.0)).await?;
    let began = Instant::now();
    let mut tx = admin.begin().await?;
    for statement in [
        "insert into outbox (user_id, recipient, sender, kind, dedupe_key, body, segments, state)
         select a.user_id, '+15550200000', '+15550100000', 'push', 'limit:' || a.id, 'Reminder R1: take the pills', 1, 'sent'
         from alarms a join reminders r on r.id = a.reminder_id where r.number >= 40000",
        "update alarms a set state = 'said', fired_at = now(), outbox_id = o.id from outbox o where o.dedupe_key = 'limit:' || a.id",
        "insert into alarms (user_id, reminder_id, occurrence, kind, due_at)
         select user_id, reminder_id, occurrence + interval '1 day', kind, due_at + interval '1 day' from alarms
         where outbox_id is not null and due_at > now() + interval '1 hour'",
    ] {
        tx.execute(statement).await?;
    }
    tx.commit().await?;
    let took = began.elapsed().as_secs_f64();
    admin
        .execute("delete from alarms where due_at > now() + interval '1 hour' and reminder_id in (select id from reminders where number >= 40000)")
        .await?;
    admin.execute("analyze alarms, outbox, reminders").await?;
    Ok(took)
}
