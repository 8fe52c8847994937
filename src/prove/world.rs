//! Where one fault run happens: a database of its own, a strict simulated provider, and a door to whichever replicas live.

use std::{collections::HashMap, path::PathBuf, sync::Mutex, time::Duration};

use anyhow::Context;
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, PgPool, postgres::PgConnectOptions};
use uuid::Uuid;

use super::{door::Door, load::Said};
use crate::{
    clock::{Clock, new_id, random_bytes},
    config::env,
    sim::twilio::{Callbacks, SimOptions, TwilioSim},
};

/// The daemon's number.
pub const OWN: &str = "+15550100000";

/// What a world needs to know.
#[derive(Clone)]
pub struct Ground {
    /// The program to run: `assistant`, built with the feature `failpoints`.
    pub program: PathBuf,
    /// A superuser's URL of the server.
    pub database_url: String,
    pub redis_url: String,
}

impl Ground {
    /// The servers of the environment, and this very program.
    pub fn from_environment() -> anyhow::Result<Self> {
        let missing = "is not set: run this as `assistant services -- assistant prove`";
        Ok(Self {
            program: std::env::current_exe()?,
            database_url: env("DATABASE_URL").with_context(|| format!("DATABASE_URL {missing}"))?,
            redis_url: env("REDIS_URL").with_context(|| format!("REDIS_URL {missing}"))?,
        })
    }
}

/// One run's world.
pub struct World {
    pub program: PathBuf,
    pub database_url: String,
    /// Looks in from outside, past row-level security.
    pub admin: PgPool,
    pub sim: TwilioSim,
    pub door: Door,
    pub clock: Clock,
    /// Logs and the tally of crash points; removed when nothing was wrong.
    pub folder: PathBuf,
    pub people: Vec<Person>,
    /// Texts that wait for the pull, and since when.
    pub held: Mutex<HashMap<String, Timestamp>>,
    settings: Vec<(String, String)>,
}

/// Somebody who texts.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: Uuid,
    pub number: String,
}

impl World {
    /// Makes a database with `people` users in it, and starts the provider.
    pub async fn new(
        ground: &Ground,
        seed: u64,
        people: usize,
        callbacks: Callbacks,
    ) -> anyhow::Result<Self> {
        let name = format!("prove_{:016x}", u64::from_le_bytes(random_bytes()));
        let database_url = own_database(&ground.database_url, &name).await?;
        let options: PgConnectOptions = database_url.parse()?;
        let admin = sqlx::postgres::PgPoolOptions::new()
            .max_connections(3)
            .acquire_timeout(Duration::from_secs(60))
            .connect_lazy_with(options.application_name("prove"));
        let sim = TwilioSim::start(SimOptions {
            seed,
            callbacks,
            pace: Duration::from_millis(20),
            list_lag: Duration::from_millis(300),
            // as the daemon is configured here: it answers STOP and START itself
            keywords: false,
            ..SimOptions::default()
        })
        .await;
        let door = Door::open().await?;
        sim.set_webhook(&format!("http://{}/webhooks/twilio/sms", door.address));
        let folder = std::env::temp_dir().join(format!("assistant-{name}"));
        std::fs::create_dir_all(&folder).with_context(|| format!("make {}", folder.display()))?;
        let mut world = Self {
            program: ground.program.clone(),
            settings: settings(&database_url, &ground.redis_url, &name, &sim, &door),
            database_url,
            admin,
            sim,
            door,
            clock: Clock::default(),
            folder,
            people: Vec::new(),
            held: Mutex::default(),
        };
        // active before anybody texts: what is older is never pulled
        sqlx::query("insert into own_numbers (number, first_active_at) values ($1, clock_timestamp() - interval '1 minute')")
            .bind(OWN)
            .execute(&world.admin)
            .await?;
        for at in 0..people {
            world.add_person(at).await?;
        }
        Ok(world)
    }

    async fn add_person(&mut self, at: usize) -> anyhow::Result<()> {
        let person = Person {
            id: new_id(),
            number: format!("+1555020{:04}", at),
        };
        sqlx::query("select create_user($1, null, null, 'America/New_York')")
            .bind(person.id)
            .execute(&self.admin)
            .await?;
        sqlx::query("select link_phone($1, $2, $3, true)")
            .bind(new_id())
            .bind(person.id)
            .bind(&person.number)
            .execute(&self.admin)
            .await?;
        self.people.push(person);
        Ok(())
    }

    /// Changes a setting of replicas that start from now on.
    pub fn set(&mut self, name: &str, value: &str) {
        self.settings.retain(|(known, _)| known != name);
        self.settings.push((name.to_owned(), value.to_owned()));
    }

    pub fn environment(&self) -> impl Iterator<Item = (&str, &str)> {
        self.settings
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    pub fn tally_file(&self) -> PathBuf {
        self.folder.join("crash-points")
    }

    /// How often each crash point has killed.
    pub fn tally(&self) -> std::collections::BTreeMap<String, u64> {
        let mut tally = std::collections::BTreeMap::new();
        for line in std::fs::read_to_string(self.tally_file())
            .unwrap_or_default()
            .lines()
        {
            *tally.entry(line.to_owned()).or_default() += 1;
        }
        tally
    }

    /// What is not at rest, in words.
    pub async fn hanging(&self) -> Result<Vec<String>, sqlx::Error> {
        let mut left = Vec::new();
        for (what, sql) in HANGING {
            let count: i64 = sqlx::query_scalar(sql).fetch_one(&self.admin).await?;
            if count > 0 {
                left.push(format!("{count} {what}"));
            }
        }
        Ok(left)
    }

    /// Texts without an ended turn, and rows without an outcome.
    async fn open_ends(&self) -> anyhow::Result<usize> {
        let open: i64 = sqlx::query_scalar(
            "select (select count(*) from messages where state = 'pending')
                  + (select count(*) from outbox where state in ('queued', 'claimed', 'unknown'))",
        )
        .fetch_one(&self.admin)
        .await?;
        Ok(usize::try_from(open)?)
    }

    /// Waits until every text is kept and nothing hangs. What hangs when nothing new has come to its end for `patience` is
    /// returned: a backlog that is worked off takes its time, one that stands still is a fault.
    pub async fn rest(&self, patience: Duration, said: &[Said]) -> anyhow::Result<Vec<String>> {
        let (mut least, mut until) = (usize::MAX, tokio::time::Instant::now() + patience);
        let sids: Vec<&str> = said.iter().map(|text| text.sid.as_str()).collect();
        loop {
            // what is kept first: a text that is pulled after this look hangs in the next one
            let kept: i64 =
                sqlx::query_scalar("select count(*) from messages where provider_sid = any($1)")
                    .bind(&sids)
                    .fetch_one(&self.admin)
                    .await?;
            let missed = sids.len() - usize::try_from(kept)?;
            let mut left = self.hanging().await?;
            if missed > 0 {
                left.push(format!("{missed} texts that nobody has pulled"));
            }
            let open = self.open_ends().await? + missed;
            if open < least {
                (least, until) = (open, tokio::time::Instant::now() + patience);
            }
            if left.is_empty() || tokio::time::Instant::now() > until {
                return Ok(left);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Spares replicas that start over and over the reading of what is long known: nothing older than the oldest text that
    /// still waits for the pull is pulled.
    pub async fn shorten_the_list(&self) -> anyhow::Result<()> {
        let lock = || self.held.lock().expect("no panic happens while it is held");
        let mut active = self.clock.now() - SignedDuration::from_secs(3);
        let waiting: Vec<String> = lock().keys().cloned().collect();
        let kept: Vec<String> =
            sqlx::query_scalar("select provider_sid from messages where provider_sid = any($1)")
                .bind(&waiting)
                .fetch_all(&self.admin)
                .await?;
        {
            let mut held = lock();
            held.retain(|sid, _| !kept.contains(sid));
            active = held
                .values()
                .map(|at| *at - SignedDuration::from_secs(3))
                .fold(active, Ord::min);
        }
        sqlx::query("update own_numbers set first_active_at = greatest(first_active_at, $1)")
            .bind(active.to_sqlx())
            .execute(&self.admin)
            .await?;
        Ok(())
    }

    /// Removes the folder of logs.
    pub fn forget(&self) {
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

const HANGING: [(&str, &str); 6] = [
    (
        "pending texts",
        "select count(*) from messages where state = 'pending'",
    ),
    (
        "running turns",
        "select count(*) from turns where state = 'running'",
    ),
    (
        "outbox rows",
        "select count(*) from outbox where state in ('queued', 'claimed', 'unknown') or blocking",
    ),
    (
        "woken mailboxes",
        "select count(*) from mailboxes where woken",
    ),
    (
        "live beats",
        "select count(*) from beats where until > clock_timestamp()",
    ),
    ("jobs", "select count(*) from graphile_worker._private_jobs"),
];

/// Quick where the real settings are patient, in the same proportions: a post that is given up (1 s) after a claim that is
/// still fresh (1 s) ends before the claim is held no longer (3 s).
fn settings(
    database: &str,
    redis: &str,
    name: &str,
    sim: &TwilioSim,
    door: &Door,
) -> Vec<(String, String)> {
    let account = SimOptions::default();
    let public = format!("http://{}", door.address);
    [
        ("PATH", "/usr/local/bin:/usr/bin:/bin"),
        ("RUST_BACKTRACE", "0"),
        ("DATABASE_URL", database),
        ("REDIS_URL", redis),
        ("ASSISTANT_REDIS__PREFIX", name),
        ("ASSISTANT_DATABASE__MAX_CONNECTIONS", "8"),
        ("ASSISTANT_SERVER__LISTEN", "127.0.0.1:0"),
        ("ASSISTANT_SERVER__PUBLIC_URL", public.as_str()),
        ("ASSISTANT_SERVER__DRAIN_SECONDS", "5"),
        (
            "ASSISTANT_TWILIO__ACCOUNT_SID",
            account.account_sid.as_str(),
        ),
        ("ASSISTANT_TWILIO__AUTH_TOKEN", account.auth_token.as_str()),
        ("ASSISTANT_TWILIO__FROM", OWN),
        ("ASSISTANT_TWILIO__API_BASE", sim.base_url.as_str()),
        ("ASSISTANT_TWILIO__KEYWORDS", "ours"),
        ("ASSISTANT_TWILIO__SEGMENTS_PER_SECOND", "1000"),
        ("ASSISTANT_TWILIO__TIMEOUT_SECONDS", "1"),
        ("ASSISTANT_TWILIO__PULL_SECONDS", "2"),
        ("ASSISTANT_LIMITS__LEASE_SECONDS", "2"),
        ("ASSISTANT_LIMITS__SEND_FRESH_SECONDS", "1"),
        ("ASSISTANT_LIMITS__SEND_HOLD_SECONDS", "3"),
        ("ASSISTANT_LIMITS__SETTLE_SECONDS", "3"),
        ("ASSISTANT_LIMITS__WORKING_AFTER_SECONDS", "60"),
        ("ASSISTANT_OPS__OPERATOR", "the fault runs"),
        ("ASSISTANT_OPS__LOG", "warn"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

/// A fresh database, cloned from a migrated template that the first run makes.
async fn own_database(server: &str, name: &str) -> anyhow::Result<String> {
    const TEMPLATE: &str = "prove_template";
    let mut root = PgConnection::connect(server)
        .await
        .context("the database server")?;
    root.execute("select pg_advisory_lock(4243)").await?;
    let there: bool = sqlx::query_scalar(
        "select exists (select 1 from pg_database where datname = $1 and datistemplate)",
    )
    .bind(TEMPLATE)
    .fetch_one(&mut root)
    .await?;
    if !there {
        root.execute(AssertSqlSafe(format!("drop database if exists {TEMPLATE}")))
            .await?;
        root.execute(AssertSqlSafe(format!("create database {TEMPLATE}")))
            .await?;
        crate::db::migrate(&with_database(server, TEMPLATE)?.parse()?).await?;
        root.execute(AssertSqlSafe(format!(
            "alter database {TEMPLATE} is_template true"
        )))
        .await?;
    }
    root.execute(AssertSqlSafe(format!(
        "create database {name} template {TEMPLATE}"
    )))
    .await?;
    root.close().await?;
    with_database(server, name)
}

fn with_database(url: &str, name: &str) -> anyhow::Result<String> {
    let mut url = url::Url::parse(url).context("DATABASE_URL")?;
    url.set_path(name);
    Ok(url.to_string())
}
