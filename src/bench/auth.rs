//! What accounts cost: a token checked, a session renewed, a password verified beside the bare hash, and logins while webhooks
//! go on being accepted.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Figure, Ground, daemon::Daemon, number, quantile, webhooks};
use crate::{
    accounts::{
        Accounts, password,
        sessions::{self, Opening, Pair},
        standing, token,
    },
    app::http_client,
    clock::{Clock, random_bytes},
    config::Config,
    db::{self, UserTx},
    domain::UserId,
};

const SECRET: &str = "a secret that only the bench knows, 32+";
const PASSWORD: &str = "a small boat on the wide lake";
/// Clients that renew at once.
const CLIENTS: u32 = 16;
/// Users that log in.
const LOGINS: u32 = 64;
/// Webhooks a second beside the logins, from each of four senders.
const WEBHOOK_EVERY: Duration = Duration::from_millis(40);

pub async fn measure(ground: &Ground, seconds: u64) -> anyhow::Result<Vec<Figure>> {
    let accounts = accounts(ground).await?;
    let mut figures = tokens(&accounts).await?;
    figures.extend(passwords(&accounts, seconds).await?);
    let settings = [
        ("ASSISTANT_AUTH__JWT_SECRET", SECRET.to_owned()),
        ("ASSISTANT_AUTH__SEALING_KEY", SECRET.to_owned()),
        (
            "ASSISTANT_REDIS__PREFIX",
            accounts.config.redis.prefix.clone(),
        ),
        ("ASSISTANT_LIMITS__AUTH_PER_ADDRESS", "0".to_owned()),
        ("ASSISTANT_LIMITS__AUTH_PER_ACCOUNT", "0".to_owned()),
    ];
    let daemon = Daemon::start_with(ground, "api", "http://127.0.0.1:9", &settings).await?;
    figures.extend(refreshes(&accounts, &daemon, seconds).await?);
    let bare = figures
        .iter()
        .find(|figure| figure.name.contains("bare hash, all cores"))
        .map_or(f64::NAN, |figure| figure.value);
    figures.extend(logins(&accounts, &daemon, bare, seconds).await?);
    daemon.stop().await?;
    accounts.pool.close().await;
    Ok(figures)
}

/// A further daemon's accounts, in this process.
async fn accounts(ground: &Ground) -> anyhow::Result<Accounts> {
    let settings = [
        ("database.url", ground.url.clone()),
        ("redis.url", ground.redis.clone()),
        (
            "redis.prefix",
            format!("bench{:x}", u64::from_le_bytes(random_bytes())),
        ),
        ("auth.jwt_secret", SECRET.to_owned()),
        ("auth.sealing_key", SECRET.to_owned()),
    ];
    let config = Arc::new(Config::load_with(None, &settings)?);
    let redis = redis::Client::open(ground.redis.as_str())?
        .get_connection_manager()
        .await?;
    let pool = db::connect(&config.database).await?;
    Accounts::new(pool, Clock::default(), config, "http://bench".into())
        .context("auth.jwt_secret is set")?
        .ready(Some(redis))
        .await
        .map_err(Into::into)
}

/// The bench's user `at`.
fn user(at: u32) -> UserId {
    let id: Uuid = format!("00000000-0000-7000-8000-{at:012}")
        .parse()
        .expect("twelve digits end a UUID");
    UserId(id)
}

async fn log_in(accounts: &Accounts, at: u32) -> anyhow::Result<Pair> {
    let mut tx = UserTx::begin(&accounts.pool, user(at)).await?;
    let opening = Opening {
        device: "bench".to_owned(),
        address: "127.0.0.1".to_owned(),
        has_mfa: false,
    };
    let pair = sessions::open(accounts, &mut tx, opening).await?;
    tx.commit().await?;
    Ok(pair)
}

/// A token by itself, with Redis, and with PostgreSQL alone.
async fn tokens(accounts: &Accounts) -> anyhow::Result<Vec<Figure>> {
    const TIMES: u32 = 20_000;
    let pair = log_in(accounts, 1).await?;
    let bearer = pair.access_token.expose_secret();
    let began = Instant::now();
    for _ in 0..TIMES {
        token::read(accounts, bearer).await?;
    }
    let read = began.elapsed().as_secs_f64() * 1e6 / f64::from(TIMES);
    let kept = checks(accounts, bearer, TIMES, true).await?;
    let asked = checks(accounts, bearer, TIMES / 10, false).await?;
    Ok(vec![
        Figure::new("(f) token verified, nobody asked", read, "us").at_most(20.0),
        Figure::new(
            "(f) token and standing, Redis, p50",
            quantile(&kept, 0.5) * 1e3,
            "ms",
        ),
        Figure::new(
            "(f) token and standing, Redis, p99",
            quantile(&kept, 0.99) * 1e3,
            "ms",
        )
        .at_most(1.0),
        Figure::new(
            "(f) token and standing, PostgreSQL, p50",
            quantile(&asked, 0.5) * 1e3,
            "ms",
        ),
    ])
}

/// Seconds of each check, sorted. With rounds Redis is believed, as in a daemon; without any it never is.
async fn checks(
    accounts: &Accounts,
    bearer: &str,
    times: u32,
    has_rounds: bool,
) -> anyhow::Result<Vec<f64>> {
    if !has_rounds {
        // overdue
        tokio::time::sleep(standing::SETTLED).await;
    }
    let mut taken = Vec::new();
    let mut round: Option<Instant> = None;
    for _ in 0..times {
        if has_rounds && round.is_none_or(|at| at.elapsed() > standing::ROUND) {
            accounts.keep_up().await?;
            round = Some(Instant::now());
        }
        let began = Instant::now();
        token::check(accounts, bearer).await?;
        taken.push(began.elapsed().as_secs_f64());
    }
    taken.sort_by(f64::total_cmp);
    Ok(taken)
}

/// Sessions renewed over HTTP. A core is a second of the daemon's own processor time; PostgreSQL's comes on top.
async fn refreshes(
    accounts: &Accounts,
    daemon: &Daemon,
    seconds: u64,
) -> anyhow::Result<Vec<Figure>> {
    let mut pairs = Vec::new();
    for at in 0..CLIENTS {
        pairs.push(log_in(accounts, at).await?);
    }
    let cpu = daemon.cpu_seconds()?;
    let began = Instant::now();
    let until = began + Duration::from_secs(seconds);
    let renewing = pairs
        .into_iter()
        .map(|pair| renew(&daemon.url, pair, until));
    let mut taken = Vec::new();
    for outcome in futures_util::future::join_all(renewing).await {
        taken.extend(outcome?);
    }
    let took = began.elapsed().as_secs_f64();
    let cpu = daemon.cpu_seconds()? - cpu;
    taken.sort_by(f64::total_cmp);
    let count = count(&taken);
    Ok(vec![
        Figure::new("(f) sessions renewed", count / took, "/s"),
        Figure::new(
            "(f) sessions renewed a core of the daemon",
            count / cpu,
            "/s",
        )
        .at_least(500.0),
        Figure::new("(f) renewal p99", quantile(&taken, 0.99) * 1e3, "ms"),
    ])
}

async fn renew(base: &str, pair: Pair, until: Instant) -> anyhow::Result<Vec<f64>> {
    let client = http_client(Duration::from_secs(10))?;
    let mut token = pair.refresh_token.expose_secret().to_owned();
    let mut taken = Vec::new();
    while Instant::now() < until {
        let began = Instant::now();
        let request = client.post(format!("{base}/api/v1/auth/refresh"));
        let answer = request
            .json(&json!({ "refresh_token": token }))
            .send()
            .await?;
        anyhow::ensure!(
            answer.status() == 200,
            "a refresh was answered {}",
            answer.status()
        );
        let body: Value = answer.json().await?;
        taken.push(began.elapsed().as_secs_f64());
        body["refresh_token"]
            .as_str()
            .context("a refresh token")?
            .clone_into(&mut token);
    }
    Ok(taken)
}

/// A password verified through the bounded threads, beside the same hash by itself on as many threads.
async fn passwords(accounts: &Accounts, seconds: u64) -> anyhow::Result<Vec<Figure>> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let auth = &accounts.config.auth;
    let params = argon2::Params::new(
        auth.argon2_memory_kib,
        auth.argon2_passes,
        auth.argon2_lanes,
        Some(32),
    )
    .map_err(|error| anyhow::anyhow!("the configured cost: {error}"))?;
    let until = Instant::now() + Duration::from_secs(seconds);
    let began = Instant::now();
    let threads: Vec<_> = (0..cores)
        .map(|_| {
            let params = params.clone();
            std::thread::spawn(move || bare(params, until))
        })
        .collect();
    let mut hashed = 0_u32;
    for thread in threads {
        hashed += tokio::task::spawn_blocking(move || thread.join())
            .await?
            .map_err(|_| anyhow::anyhow!("a thread of the bench panicked"))?;
    }
    let limit = f64::from(hashed) / began.elapsed().as_secs_f64();
    let password = SecretString::from(PASSWORD);
    let busy = |_| anyhow::anyhow!("the queue for passwords is full");
    let phc = accounts.hasher.hash(&password).await.map_err(busy)?;
    let until = Instant::now() + Duration::from_secs(seconds);
    let began = Instant::now();
    let verifying = (0..cores * 2).map(|_| async {
        let mut done = 0_u32;
        while Instant::now() < until {
            let verdict = accounts
                .hasher
                .verify(Some(&phc), &password)
                .await
                .map_err(busy)?;
            anyhow::ensure!(verdict.is_right, "the password is right");
            done += 1;
        }
        Ok(done)
    });
    let mut verified = 0;
    for done in futures_util::future::join_all(verifying).await {
        verified += done?;
    }
    let rate = f64::from(verified) / began.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a few cores")]
    let cores = cores as f64;
    Ok(vec![
        Figure::new("(f) bare hash, all cores", limit, "/s"),
        Figure::new("(f) bare hash", cores * 1e3 / limit, "ms CPU"),
        Figure::new("(f) passwords verified, all cores", rate, "/s"),
        Figure::new("(f) verified beside bare", rate / limit, "").at_least(0.9),
    ])
}

/// Hashes with nothing around it, in one block of memory that is used again.
fn bare(params: argon2::Params, until: Instant) -> u32 {
    let blocks = params.block_count();
    let argon = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let mut memory = vec![argon2::Block::default(); blocks];
    let (salt, mut out, mut done) = (random_bytes::<16>(), [0; 32], 0);
    while Instant::now() < until {
        argon
            .hash_password_into_with_memory(PASSWORD.as_bytes(), &salt, &mut out, &mut memory)
            .expect("the sizes fit");
        done += 1;
    }
    done
}

/// Logins over HTTP, more at once than there are cores, while webhooks come in.
async fn logins(
    accounts: &Accounts,
    daemon: &Daemon,
    bare: f64,
    seconds: u64,
) -> anyhow::Result<Vec<Figure>> {
    let password = SecretString::from(PASSWORD);
    let busy = |_| anyhow::anyhow!("the queue for passwords is full");
    let phc = accounts.hasher.hash(&password).await.map_err(busy)?;
    let kept = password::Kept {
        phc,
        stands_alone: true,
    };
    for at in 0..LOGINS {
        let mut tx = UserTx::begin(&accounts.pool, user(at)).await?;
        password::keep(&mut tx, &kept, accounts.clock.now()).await?;
        tx.commit().await?;
    }
    let cores = std::thread::available_parallelism().map_or(1, |n| n.get() as u32);
    let mut figures = alone(daemon, (bare, cores), seconds).await?;
    let began = Instant::now();
    let until = began + Duration::from_secs(seconds);
    let clients = (0..cores * 2).map(|at| enter(&daemon.url, at, cores * 2, until));
    let hook: Arc<str> = format!("{}/webhooks/twilio/sms", daemon.url).into();
    let hooks = (0..4).map(|at| webhooks::post(hook.clone(), at + LOGINS, until, WEBHOOK_EVERY));
    let (entered, hooked) = tokio::join!(
        futures_util::future::join_all(clients),
        futures_util::future::join_all(hooks)
    );
    let (mut taken, mut webhooks) = (Vec::new(), Vec::new());
    for outcome in entered {
        taken.extend(outcome?);
    }
    let rate = count(&taken) / began.elapsed().as_secs_f64();
    for outcome in hooked {
        webhooks.extend(outcome?);
    }
    taken.sort_by(f64::total_cmp);
    webhooks.sort_by(f64::total_cmp);
    figures.extend([
        Figure::new("(f) logins with webhooks, by the clock", rate, "/s"),
        Figure::new("(f) login p99", quantile(&taken, 0.99) * 1e3, "ms"),
        Figure::new(
            "(f) webhook p99 meanwhile",
            quantile(&webhooks, 0.99) * 1e3,
            "ms",
        )
        .at_most(20.0),
    ]);
    Ok(figures)
}

/// Logins with nothing beside them. A core is a second of the daemon's own processor time, as with renewals: what PostgreSQL and
/// this bench take on the same machine is in the clock's figure and not in this one.
async fn alone(
    daemon: &Daemon,
    (bare, cores): (f64, u32),
    seconds: u64,
) -> anyhow::Result<Vec<Figure>> {
    let cpu = daemon.cpu_seconds()?;
    let began = Instant::now();
    let until = began + Duration::from_secs(seconds);
    let clients = (0..cores * 2).map(|at| enter(&daemon.url, at, cores * 2, until));
    let mut logins = 0.0;
    for outcome in futures_util::future::join_all(clients).await {
        logins += count(&outcome?);
    }
    let by_clock = logins / began.elapsed().as_secs_f64();
    let by_core = logins / (daemon.cpu_seconds()? - cpu);
    Ok(vec![
        Figure::new("(f) logins, by the clock, all cores", by_clock, "/s"),
        Figure::new("(f) logins a core of the daemon", by_core, "/s"),
        Figure::new(
            "(f) logins beside bare, a core of the daemon",
            by_core * f64::from(cores) / bare,
            "",
        )
        .at_least(0.9),
        Figure::new("(f) logins beside bare, by the clock", by_clock / bare, ""),
    ])
}

/// Logs users in by their numbers, one after another.
async fn enter(base: &str, first: u32, step: u32, until: Instant) -> anyhow::Result<Vec<f64>> {
    let client = http_client(Duration::from_secs(30))?;
    let mut taken = Vec::new();
    let mut at = first;
    while Instant::now() < until {
        at = (at + step) % LOGINS;
        let who = json!({ "email": number(at), "password": PASSWORD });
        let began = Instant::now();
        let request = client.post(format!("{base}/api/v1/auth/login")).json(&who);
        let status = request.send().await?.status();
        anyhow::ensure!(status == 200, "a login was answered {status}");
        taken.push(began.elapsed().as_secs_f64());
    }
    Ok(taken)
}

#[expect(clippy::cast_precision_loss, reason = "a count of requests")]
fn count(taken: &[f64]) -> f64 {
    taken.len() as f64
}
