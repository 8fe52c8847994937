//! The only place that picks concrete parts and wires them; start and graceful stop.

mod deals;
mod nudges;
mod parts;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context;
use secrecy::ExposeSecret;
use sqlx::PgPool;
use tokio::{
    net::TcpListener,
    sync::{Notify, Semaphore},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    accounts::{Accounts, Seal, standing},
    agent::{self, Agent, Budget},
    clock::Clock,
    config::{Config, Receive},
    db,
    http::{self, Http, limit::Limiter},
    jobs::{self, Courier, Dispatcher, Draining, Eraser, Heart, Pulling, Queue},
    mailbox::{self, Manners, Stops},
    memory::ShortTerm,
    model::LanguageModel,
    skills::{self, Skills},
    sms::{self, Sender, provider::Provider, terminal::Faults},
    switches::{Switch, Switches},
    telemetry,
    when::Habits,
};

use self::parts::{holder, model, offline, own_numbers, provider, redis};
pub use self::parts::{http_client, outside_models};

/// What this process does of the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Role {
    /// Both.
    All,
    /// HTTP only: keeps texts, answers REST.
    Api,
    /// Turns, sending, background work; HTTP for health and metrics only matters to its operator.
    Worker,
}

/// Parts that a test or a bench chooses; everything else comes from the configuration.
#[derive(Clone, Default)]
pub struct Parts {
    pub clock: Clock,
    pub model: Option<Arc<dyn LanguageModel>>,
    pub skills: Option<Skills>,
}

/// A daemon that runs.
pub struct Running {
    pub address: SocketAddr,
    pub agent: Arc<Agent>,
    /// What the operator paused, as this process knows it.
    pub switches: Arc<Switches>,
    stops: Stops,
    sender_stop: CancellationToken,
    tasks: TaskTracker,
    senders: TaskTracker,
    drain: Duration,
}

/// Starts with the parts of the configuration.
pub async fn start(config: Config, role: Role) -> anyhow::Result<Running> {
    start_with(config, role, Parts::default()).await
}

/// Starts with chosen parts. Returns when traffic is accepted.
pub async fn start_with(config: Config, role: Role, parts: Parts) -> anyhow::Result<Running> {
    let metrics = telemetry::metrics();
    let config = Arc::new(config);
    let pool = db::connect(&config.database).await?;
    let listener = TcpListener::bind(&config.server.listen)
        .await
        .with_context(|| format!("server.listen: {} cannot be opened", config.server.listen))?;
    let address = listener.local_addr()?;
    if config.uses_terminal() {
        http::terminal::clock::restore(&pool, &parts.clock).await?;
    }
    let public_base = config.public_base(address);
    let own_numbers: Arc<[String]> = own_numbers(&config)?;
    sms::register_numbers(&pool, &config.twilio, &own_numbers, parts.clock.now()).await?;

    let switches = Arc::new(Switches::default());
    // before anything begins: what was paused stays paused
    switches.read(&pool).await?;
    let redis = redis(&config)?;
    let limiter = Limiter::new(redis.clone(), &config.redis.prefix);
    let memory = ShortTerm::new(
        redis.clone(),
        &config.redis.prefix,
        config.limits.context_tokens,
    );
    let skills = parts.skills.unwrap_or_else(skills::all);
    let model = match parts.model {
        Some(model) => model,
        None => model(&config, &skills, &switches.model())?,
    };
    let bell = Arc::new(Notify::new());
    let reminders_bell = Arc::new(Notify::new());
    let faults = Arc::new(Faults::default());
    let provider = provider(&config, &pool, &public_base, &faults)?;
    let agent = Arc::new(Agent {
        pool: pool.clone(),
        clock: parts.clock.clone(),
        skills: skills.clone(),
        model,
        grammar: offline(&skills),
        memory: memory.clone(),
        limits: config.limits.clone(),
        habits: Habits::quiet_between(config.quiet_hours.from, config.quiet_hours.until),
        budget: Budget::new(
            config.budget.clone(),
            config.budget.prices()?,
            config.model.max_output_tokens.into(),
        ),
        offer: agent::Offer::of(&skills),
        public_base: public_base.as_str().into(),
        operator: config.ops.operator.clone(),
        retention_days: config.retention.messages_days,
        outbox_bell: bell.clone(),
    });
    let running = Running {
        address,
        agent: agent.clone(),
        switches: switches.clone(),
        stops: Stops {
            switches: switches.clone(),
            ..Stops::default()
        },
        sender_stop: CancellationToken::new(),
        tasks: TaskTracker::new(),
        senders: TaskTracker::new(),
        drain: Duration::from_secs_f64(config.server.drain_seconds),
    };
    let accounts = Accounts::new(
        pool.clone(),
        parts.clock.clone(),
        config.clone(),
        public_base.as_str().into(),
    );
    let accounts = match accounts {
        Some(accounts) => Some(Arc::new(accounts.ready(redis).await?)),
        None => {
            tracing::warn!("auth.jwt_secret is not set: nobody can log in over REST");
            None
        }
    };
    if let Some(accounts) = accounts.clone() {
        let quiet = running.stops.quiet.clone();
        running
            .tasks
            .spawn(jobs::every("accounts", standing::ROUND, quiet, move || {
                let accounts = accounts.clone();
                async move { accounts.keep_up().await }
            }));
    }
    let http = Http {
        accounts: accounts.clone(),
        pool: pool.clone(),
        clock: parts.clock.clone(),
        config: config.clone(),
        public_base: public_base.as_str().into(),
        own_numbers,
        memory,
        manners: Manners::of(&config),
        switches: switches.clone(),
        outbox_bell: bell.clone(),
        metrics,
        limiter,
    };
    let mut terminal = axum::Router::new();
    if config.uses_terminal() {
        terminal = http::terminal::router(http::terminal::TerminalState {
            pool: pool.clone(),
            auth_token: config.twilio.auth_token.clone(),
            base_url: public_base,
            stopping: running.stops.quiet.clone(),
            faults,
            switches: switches.clone(),
            clock: parts.clock.clone(),
            reminders_bell: reminders_bell.clone(),
            walking: Arc::default(),
        });
    }
    running.tasks.spawn(http::serve(
        listener,
        http::router(http, terminal),
        http::Terms::of(&config.server),
        running.stops.quiet.clone(),
    ));
    let (pool_, quiet) = (pool.clone(), running.stops.quiet.clone());
    running.tasks.spawn(jobs::every(
        "switches",
        Duration::from_secs(1),
        quiet,
        move || {
            let (pool, switches) = (pool_.clone(), switches.clone());
            async move { switches.read(&pool).await }
        },
    ));
    if let Some(accounts) = accounts.filter(|_| role != Role::Api) {
        post(&running, accounts, jobs::courier(&config)?);
    }
    if role != Role::Api {
        work(&running, &config, &pool, &provider, (bell, reminders_bell)).await?;
    }
    Ok(running)
}

/// Starts what a worker does for accounts: requests by address, mail, and the end of what nobody proved.
fn post(running: &Running, accounts: Arc<Accounts>, courier: Option<Arc<dyn Courier>>) {
    let quiet = running.stops.quiet.clone();
    let posted = jobs::post(accounts.clone(), courier, quiet.clone());
    running.tasks.spawn(posted);
    running.tasks.spawn(jobs::every(
        "registrations",
        Duration::from_secs(3600),
        quiet,
        move || {
            let accounts = accounts.clone();
            async move { jobs::expire_registrations(&accounts).await }
        },
    ));
}

/// Starts what a worker does: wake-ups, reminders, sweep, sender, doubts, pull.
async fn work(
    running: &Running,
    config: &Config,
    pool: &PgPool,
    provider: &Arc<dyn Provider>,
    (bell, reminders_bell): (Arc<Notify>, Arc<Notify>),
) -> anyhow::Result<()> {
    let quiet = running.stops.quiet.clone();
    let clock = running.agent.clock.clone();
    let dispatcher = Dispatcher {
        pool: pool.clone(),
        clock: clock.clone(),
        skills: running.agent.skills.clone(),
        habits: running.agent.habits.clone(),
        limits: config.limits.clone(),
        outbox_bell: bell.clone(),
        bell: reminders_bell,
    };
    running.tasks.spawn(dispatcher.run(quiet.clone()));
    deals::deals(running, config, pool, &bell)?;
    nudges::nudges(running, pool, &bell);
    let draining = Draining {
        agent: running.agent.clone(),
        holder: holder().into(),
        stops: running.stops.clone(),
        places: Arc::new(Semaphore::new(config.limits.mailboxes)),
        tasks: running.tasks.clone(),
    };
    let queue = Queue {
        pool: pool.clone(),
        draining,
        grace: running.drain + Duration::from_secs(2),
        stop: quiet.clone(),
    };
    let worker = queue.worker().await?;
    running.tasks.spawn(queue.run(worker));

    let outbox_bell = bell.clone();
    let sender = Sender {
        pool: pool.clone(),
        provider: provider.clone(),
        clock: clock.clone(),
        limits: config.limits.clone(),
        bell,
        switches: running.switches.clone(),
    };
    running
        .senders
        .spawn(sender.run(running.sender_stop.clone()));

    let (swept, switches) = (pool.clone(), running.switches.clone());
    running.tasks.spawn(jobs::every(
        "sweep",
        Duration::from_secs(1),
        quiet.clone(),
        move || {
            let (pool, switches) = (swept.clone(), switches.clone());
            async move {
                // what is woken while turns are paused would only be put back
                if switches.is_off(Switch::Turns) {
                    return Ok(());
                }
                mailbox::sweep(&pool, Duration::from_secs(2))
                    .await
                    .map(drop)
            }
        },
    ));
    let (pool_, provider_, limits) = (pool.clone(), provider.clone(), config.limits.clone());
    running.tasks.spawn(jobs::every(
        "reconcile",
        Duration::from_secs(1),
        quiet.clone(),
        move || {
            let (pool, provider, limits) = (pool_.clone(), provider_.clone(), limits.clone());
            async move { sms::reconcile(&pool, &provider, &limits).await.map(drop) }
        },
    ));
    let (expired, days) = (pool.clone(), config.retention.messages_days);
    let expiry_clock = clock.clone();
    running.tasks.spawn(jobs::every(
        "retention",
        Duration::from_secs(3600),
        quiet.clone(),
        move || {
            let (pool, now) = (expired.clone(), expiry_clock.now());
            async move { jobs::expire(&pool, now, days).await.map(drop) }
        },
    ));
    keep_books(running, pool, &outbox_bell);
    let eraser = Eraser {
        pool: pool.clone(),
        clock: clock.clone(),
        memory: running.agent.memory.clone(),
        seal: (!config.auth.jwt_secret.expose_secret().is_empty()).then(|| Seal::new(&config.auth)),
    };
    running.tasks.spawn(jobs::every(
        "erase",
        Duration::from_secs(1),
        quiet.clone(),
        move || {
            let eraser = eraser.clone();
            async move { jobs::erase(&eraser).await }
        },
    ));
    if !config.uses_terminal() {
        let period = match config.twilio.receive {
            Receive::Poll => config.twilio.pull_seconds.min(3.0),
            Receive::Webhook => config.twilio.pull_seconds,
        };
        running.tasks.spawn(jobs::pulling(
            Pulling {
                pool: pool.clone(),
                provider: provider.clone(),
                manners: Manners::of(config),
                clock,
                period: Duration::from_secs_f64(period),
                segments_per_second: config.twilio.segments_per_second,
            },
            quiet.clone(),
        ));
    }
    if !config.ops.heartbeat_url.expose_secret().is_empty() {
        let heart = Heart {
            pool: pool.clone(),
            client: http_client(Duration::from_secs(10))?,
            url: config.ops.heartbeat_url.clone(),
            // a text that is sent again after `doubt_minutes` is no longer in doubt
            longest_doubt: config.limits.doubt_minutes * 60.0 + 120.0,
        };
        running.tasks.spawn(jobs::every(
            "heartbeat",
            Duration::from_secs_f64(config.ops.heartbeat_seconds),
            quiet,
            move || {
                let heart = heart.clone();
                async move { jobs::beat(&heart).await }
            },
        ));
    }
    Ok(())
}

/// Starts what books recurring expenses.
fn keep_books(running: &Running, pool: &PgPool, outbox_bell: &Arc<Notify>) {
    let keeper = jobs::Bookkeeper {
        pool: pool.clone(),
        clock: running.agent.clock.clone(),
        habits: running.agent.habits.clone(),
        outbox_bell: outbox_bell.clone(),
    };
    let quiet = running.stops.quiet.clone();
    running.tasks.spawn(jobs::every(
        "expenses",
        Duration::from_secs(5),
        quiet,
        move || {
            let keeper = keeper.clone();
            async move { jobs::book(&keeper).await }
        },
    ));
}

impl Running {
    /// Stops: no new connection, no new turn; what runs may finish within the drain time, then waits are cut short and
    /// their texts go back to the mailbox. Nothing is lost: what is not done stays in the database.
    pub async fn stop(self) {
        self.stops.quiet.cancel();
        self.tasks.close();
        let soft = self.drain.mul_f64(0.6);
        if tokio::time::timeout(soft, self.tasks.wait()).await.is_err() {
            self.stops.abort.cancel();
            drop(tokio::time::timeout(self.drain.mul_f64(0.2), self.tasks.wait()).await);
        }
        // last, so that replies of the turns that just ended still leave
        self.sender_stop.cancel();
        self.senders.close();
        drop(tokio::time::timeout(self.drain.mul_f64(0.2), self.senders.wait()).await);
        self.agent.pool.close().await;
    }
}
