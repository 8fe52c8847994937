//! `assistant bench`: what this machine does, each figure as a ratio to a limit measured in the same run on the same server
//! (pgbench replaying the same SQL). May import: everything below cli.

mod auth;
mod daemon;
mod edge;
mod pgbench;
mod reminders;
mod start;
mod texts;
mod turn;
mod webhooks;
mod when;

use std::path::PathBuf;

use anyhow::Context;
use serde::Serialize;
use sqlx::{Connection, Executor, PgConnection, postgres::PgConnectOptions};

use crate::{
    config::env,
    embedded::{Place, Services},
};

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum What {
    /// Accepted webhooks a second, beside pgbench.
    Webhooks,
    /// Texts a second from webhook to posted reply, beside pgbench.
    Texts,
    /// Turns with a simulated language model: text to reply, model calls and tokens.
    Turn,
    /// Start to ready, and memory.
    Start,
    /// Microseconds for words to become a time, beside one fixed form read by the calendar library. Needs no server.
    When,
    /// How late reminders are, one a second and 10,000 in one second.
    Reminders,
    /// Tokens checked, sessions renewed, passwords verified beside the bare hash, logins while webhooks come in.
    Auth,
    /// Milliseconds of /health, alone and beside 2,000 slow connections.
    Edge,
    All,
}

/// One measured figure.
#[derive(Debug, Serialize)]
pub struct Figure {
    pub name: String,
    pub value: f64,
    pub unit: &'static str,
    /// What it is held against, in words.
    pub goal: Option<String>,
    pub met: Option<bool>,
}

impl Figure {
    fn new(name: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self {
            name: name.into(),
            value,
            unit,
            goal: None,
            met: None,
        }
    }

    fn at_least(mut self, goal: f64) -> Self {
        self.met = Some(self.value >= goal);
        self.goal = Some(format!(">= {goal}"));
        self
    }

    fn at_most(mut self, goal: f64) -> Self {
        self.met = Some(self.value <= goal);
        self.goal = Some(format!("<= {goal}"));
        self
    }
}

/// Where a bench runs: a migrated database of its own, users, and the programs beside it.
pub struct Ground {
    /// Superuser URL of the bench's database.
    pub url: String,
    pub redis: String,
    pub pg_bin: PathBuf,
}

/// Users that a bench makes: `+15550200000` and up, with ids that pgbench can compute.
pub const USERS: u32 = 500;

/// The number of user `at`.
pub fn number(at: u32) -> String {
    format!("+15550{}", 200_000 + at)
}

/// Runs the benches for about `seconds` each and prints a table, or one JSON object.
pub async fn run(what: What, seconds: u64, json: bool) -> anyhow::Result<i32> {
    if what == What::When {
        print(&when::measure()?, json);
        return Ok(0);
    }
    let (services, server, redis, pg_bin) = match (
        env("DATABASE_URL"),
        env("REDIS_URL"),
        env("ASSISTANT_TEST_PG_BIN"),
    ) {
        (Some(database), Some(redis), Some(bin)) => (None, database, redis, PathBuf::from(bin)),
        _ => {
            let services = Services::start(Place::find()?, false).await?;
            let (database, redis) = (services.database_url(), services.redis_url());
            let bin = services.pg_bin().to_path_buf();
            (Some(services), database, redis, bin)
        }
    };
    let outcome = measure(what, seconds, &server, redis, pg_bin).await;
    if let Some(services) = services {
        services.stop().await;
    }
    print(&outcome?, json);
    Ok(0)
}

async fn measure(
    what: What,
    seconds: u64,
    server: &str,
    redis: String,
    pg_bin: PathBuf,
) -> anyhow::Result<Vec<Figure>> {
    let ground = |url| Ground {
        url,
        redis: redis.clone(),
        pg_bin: pg_bin.clone(),
    };
    let mut figures = Vec::new();
    if matches!(what, What::Webhooks | What::All) {
        figures.extend(
            webhooks::measure(&ground(database(server, "bench_webhooks").await?), seconds).await?,
        );
    }
    if matches!(what, What::Texts | What::All) {
        let url = database(server, "bench_texts").await?;
        let limit = database(server, "bench_texts_limit").await?;
        figures.extend(texts::measure(&ground(url), &ground(limit), seconds).await?);
    }
    if matches!(what, What::Turn | What::All) {
        let mut grounds = Vec::new();
        for name in ["bench_turn", "bench_turn_slow", "bench_turn_wait"] {
            grounds.push(ground(database(server, name).await?));
        }
        figures.extend(turn::measure(&grounds, seconds).await?);
    }
    if matches!(what, What::Reminders | What::All) {
        let url = database(server, "bench_reminders").await?;
        figures.extend(reminders::measure(&ground(url), seconds).await?);
    }
    if matches!(what, What::Auth | What::All) {
        let url = database(server, "bench_auth").await?;
        figures.extend(auth::measure(&ground(url), seconds).await?);
    }
    if matches!(what, What::Edge | What::All) {
        let url = database(server, "bench_edge").await?;
        figures.extend(edge::measure(&ground(url), seconds).await?);
    }
    if matches!(what, What::Start | What::All) {
        figures.extend(
            start::measure(&ground(database(server, "bench_start").await?), seconds).await?,
        );
    }
    if what == What::All {
        figures.extend(when::measure()?);
    }
    Ok(figures)
}

/// A fresh, migrated database with the bench's users.
async fn database(server: &str, name: &str) -> anyhow::Result<String> {
    let mut root = PgConnection::connect(server).await?;
    root.execute(sqlx::AssertSqlSafe(format!(
        "drop database if exists {name} with (force)"
    )))
    .await?;
    root.execute(sqlx::AssertSqlSafe(format!("create database {name}")))
        .await?;
    root.close().await?;
    let mut url: url::Url = server.parse()?;
    url.set_path(name);
    let options: PgConnectOptions = url.as_str().parse()?;
    crate::db::migrate(&options)
        .await
        .context("the bench's schema")?;
    let mut admin = PgConnection::connect_with(&options).await?;
    let users = format!(
        "select create_user(id, null, null, 'America/New_York'), link_phone(gen_random_uuid(), id, number, true) from (
            select ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid as id, '+15550' || (200000 + n) as number
            from generate_series(0, {}) n) u",
        USERS - 1
    );
    admin.execute(sqlx::AssertSqlSafe(users)).await?;
    let pace =
        "insert into own_numbers (number, segments_per_second) values ('+15550100000', 1000000)";
    admin.execute(pace).await?;
    admin.close().await?;
    Ok(url.to_string())
}

fn print(figures: &[Figure], json: bool) {
    if json {
        println!("{}", serde_json::json!({ "figures": figures }));
        return;
    }
    let width = figures.iter().map(|f| f.name.len()).max().unwrap_or(0);
    for f in figures {
        let goal = match (&f.goal, f.met) {
            (Some(goal), Some(true)) => format!("  goal {goal}: met"),
            (Some(goal), _) => format!("  goal {goal}: NOT met"),
            _ => String::new(),
        };
        println!("{:width$}  {:>10.2} {}{goal}", f.name, f.value, f.unit);
    }
}

/// The value below which `share` of the sorted samples lie.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an index"
    )]
    let at = ((sorted.len() as f64 - 1.0) * share).round() as usize;
    sorted.get(at).copied().unwrap_or(f64::NAN)
}
