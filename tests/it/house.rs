//! A house to test in: its own database, a strict simulated provider, a daemon, and residents who text it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use assistant::{
    app::{self, Parts, Role, Running},
    clock::Clock,
    config::Config,
    model::{LanguageModel, Scripted},
    sim::twilio::{SimOptions, TwilioSim},
    skills::Skills,
};
use sqlx::{Connection, Executor, PgConnection, PgPool, postgres::PgConnectOptions};
use uuid::Uuid;

/// The house's own number.
pub const OWN: &str = "+15550100000";
pub const ANA: &str = "+15550100002";
pub const BEN: &str = "+15550100003";

/// The longest that a test waits for something that should come at once.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// How a house is built; `House::new()` takes the defaults.
#[derive(Default)]
pub struct Plan {
    settings: Vec<(String, String)>,
    model: Option<Arc<Scripted>>,
    skills: Option<Skills>,
    clock: Clock,
    sim: Option<SimOptions>,
    stays_closed: bool,
}

impl Plan {
    /// Sets a configuration key.
    pub fn set(mut self, key: &str, value: impl ToString) -> Self {
        self.settings.push((key.to_owned(), value.to_string()));
        self
    }

    /// Answers with this model instead of the offline one.
    pub fn model(mut self, model: &Arc<Scripted>) -> Self {
        self.model = Some(model.clone());
        self
    }

    pub fn skills(mut self, skills: Skills) -> Self {
        self.skills = Some(skills);
        self
    }

    pub fn clock(mut self, clock: &Clock) -> Self {
        self.clock = clock.clone();
        self
    }

    pub fn sim(mut self, sim: SimOptions) -> Self {
        self.sim = Some(sim);
        self
    }

    /// Database and provider are there, but the daemon is not started: see [`House::open`].
    pub fn closed(mut self) -> Self {
        self.stays_closed = true;
        self
    }

    pub async fn build(self) -> House {
        let db = TestDb::new().await;
        let sim = TwilioSim::start(self.sim.unwrap_or_default()).await;
        let mut house = House {
            db,
            sim,
            settings: self.settings,
            model: self.model,
            skills: self.skills,
            clock: self.clock,
            running: None,
        };
        if !self.stays_closed {
            house.open().await;
        }
        house
    }
}

/// A house; see the page.
pub struct House {
    pub db: TestDb,
    pub sim: TwilioSim,
    pub settings: Vec<(String, String)>,
    pub model: Option<Arc<Scripted>>,
    pub clock: Clock,
    pub running: Option<Running>,
    skills: Option<Skills>,
}

impl House {
    pub async fn new() -> Self {
        Plan::default().build().await
    }

    /// The configuration of a daemon of this house; quick where the real one is patient.
    pub fn config(&self) -> Config {
        let mut all: Vec<(String, String)> = [
            ("database.url", self.db.url.as_str()),
            ("redis.url", &redis_url()),
            ("redis.prefix", &self.db.name),
            ("server.listen", "127.0.0.1:0"),
            ("server.drain_seconds", "5"),
            ("twilio.account_sid", &SimOptions::default().account_sid),
            ("twilio.auth_token", &SimOptions::default().auth_token),
            ("twilio.from", OWN),
            ("auth.jwt_secret", "a secret that only the tests know, 32+"),
            ("auth.sealing_key", "another one that only the tests know"),
            ("twilio.api_base", &self.sim.base_url),
            ("twilio.keywords", "ours"),
            ("twilio.segments_per_second", "1000"),
            ("twilio.timeout_seconds", "2"),
            ("limits.lease_seconds", "2"),
            ("limits.send_fresh_seconds", "1"),
            ("limits.send_hold_seconds", "4"),
            ("limits.settle_seconds", "3"),
            ("ops.operator", "the test house"),
            ("limits.auth_per_address", "0"),
            ("limits.auth_per_account", "0"),
        ]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .to_vec();
        all.extend(self.settings.clone());
        let all: Vec<(&str, String)> = all
            .iter()
            .map(|(key, value)| (key.as_str(), value.clone()))
            .collect();
        Config::load_with(None, &all).expect("a test's configuration is right")
    }

    /// Starts the daemon (again) and points the provider's webhook at it.
    pub async fn open(&mut self) {
        self.running = Some(self.replica(Role::All).await);
        let webhook = format!("{}/webhooks/twilio/sms", self.url());
        self.sim.set_webhook(&webhook);
    }

    /// A further daemon on the same database.
    pub async fn replica(&self, role: Role) -> Running {
        let parts = Parts {
            clock: self.clock.clone(),
            model: self.model.clone().map(|m| m as Arc<dyn LanguageModel>),
            skills: self.skills.clone(),
        };
        app::start_with(self.config(), role, parts)
            .await
            .expect("the daemon starts")
    }

    /// Stops the daemon gracefully.
    pub async fn close(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
    }

    /// `http://127.0.0.1:PORT`
    pub fn url(&self) -> String {
        format!(
            "http://{}",
            self.running.as_ref().expect("the daemon runs").address
        )
    }

    /// The skills that its daemons are given, where they are not all of them.
    pub fn skills(&self) -> Option<Skills> {
        self.skills.clone()
    }

    pub fn model(&self) -> &Scripted {
        self.model
            .as_ref()
            .expect("this house has a scripted model")
    }

    /// A user with a verified number, in New York.
    pub async fn resident(&self, number: &str) -> Resident<'_> {
        self.resident_in(number, "America/New_York").await
    }

    pub async fn resident_in(&self, number: &str, zone: &str) -> Resident<'_> {
        let id = self.db.add_user(number, zone).await;
        Resident {
            house: self,
            number: number.to_owned(),
            id,
            heard: AtomicU64::new(0),
        }
    }

    /// Nothing is left hanging: no pending text, running turn, wake-up, or row on its way. Waits for it a while.
    pub async fn is_at_rest(&self) {
        let until = tokio::time::Instant::now() + PATIENCE;
        loop {
            let left = self.db.hanging().await;
            if left.is_empty() {
                return;
            }
            assert!(
                tokio::time::Instant::now() < until,
                "left hanging: {left:?}"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// An HTTP client that follows nothing and waits a little.
    pub fn http(&self) -> reqwest::Client {
        app::http_client(Duration::from_secs(10)).expect("a client")
    }
}

/// Somebody who texts.
pub struct Resident<'a> {
    pub house: &'a House,
    pub number: String,
    pub id: Uuid,
    heard: AtomicU64,
}

impl Resident<'_> {
    /// Texts `body` and expects the webhook to be answered 200. Returns the SID.
    pub async fn texts(&self, body: &str) -> String {
        let texted = self.house.sim.text(&self.number, OWN, body).await;
        assert_eq!(texted.status, Some(200), "the webhook of {body:?}");
        texted.sid
    }

    /// The next text that reaches this phone.
    pub async fn hears(&self) -> String {
        let at = self.heard.fetch_add(1, Ordering::SeqCst);
        let count = usize::try_from(at).expect("few texts") + 1;
        let texts = self.house.sim.wait_for(&self.number, count, PATIENCE).await;
        assert!(
            texts.len() >= count,
            "{} heard only {:?}",
            self.number,
            texts
        );
        texts[count - 1].body.clone()
    }

    /// Texts, and hears the answer.
    pub async fn asks(&self, body: &str) -> String {
        self.texts(body).await;
        self.hears().await
    }

    /// Everything settles and no further text reaches this phone.
    pub async fn hears_nothing_more(&self) {
        self.house.is_at_rest().await;
        let heard = usize::try_from(self.heard.load(Ordering::SeqCst)).expect("few texts");
        let texts = self.house.sim.sent_to(&self.number);
        assert_eq!(
            texts.len(),
            heard,
            "unexpected: {:?}",
            &texts[heard.min(texts.len())..]
        );
    }

    /// A bearer token.
    pub async fn token(&self) -> String {
        let pool = assistant::db::connect(&self.house.config().database)
            .await
            .expect("a pool");
        let token = assistant::admin::token(&pool, assistant::domain::UserId(self.id), 1)
            .await
            .expect("a token");
        pool.close().await;
        token
    }
}

/// A database of its own for one test, cloned from a migrated template.
pub struct TestDb {
    pub name: String,
    /// As a superuser: for looking in from outside. The daemon's connections take their role themselves.
    pub url: String,
    pub admin: PgPool,
}

impl TestDb {
    pub async fn new() -> Self {
        let server = server_url();
        let template = template(&server).await;
        let name = format!(
            "t_{}",
            Uuid::from_u128(u128::from_le_bytes(assistant::clock::random_bytes())).simple()
        );
        let mut root = connect(&server).await;
        let create = format!("create database {name} template {template}");
        root.execute(sqlx::AssertSqlSafe(create))
            .await
            .expect("a database for this test");
        root.close().await.expect("closed");
        let url = with_database(&server, &name);
        let options: PgConnectOptions = url.parse().expect("a url");
        let admin = sqlx::postgres::PgPoolOptions::new()
            .max_connections(3)
            .connect_lazy_with(options.application_name("test"));
        Self { name, url, admin }
    }

    /// A user with one verified number.
    pub async fn add_user(&self, number: &str, zone: &str) -> Uuid {
        let id = assistant::clock::new_id();
        sqlx::query("select create_user($1, null, null, $2)")
            .bind(id)
            .bind(zone)
            .execute(&self.admin)
            .await
            .expect("a user");
        self.add_phone(id, number).await;
        id
    }

    /// A further verified number of that user.
    pub async fn add_phone(&self, user: Uuid, number: &str) {
        sqlx::query("select link_phone($1, $2, $3, true)")
            .bind(assistant::clock::new_id())
            .bind(user)
            .bind(number)
            .execute(&self.admin)
            .await
            .expect("a number");
    }

    /// One number from the database.
    pub async fn count(&self, sql: &str) -> i64 {
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned()))
            .fetch_one(&self.admin)
            .await
            .expect(sql)
    }

    /// What is not at rest, in words.
    pub async fn hanging(&self) -> Vec<String> {
        let mut left = Vec::new();
        for (what, sql) in [
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
            (
                "jobs",
                "select count(*) from graphile_worker._private_jobs where attempts < max_attempts",
            ),
        ] {
            let count = self.count(sql).await;
            if count > 0 {
                left.push(format!("{count} {what}"));
            }
        }
        left
    }
}

/// The server that `make test` started.
pub fn server_url() -> String {
    env("DATABASE_URL").expect(
        "DATABASE_URL is set: run the tests through `make test` or `assistant services -- …`",
    )
}

pub fn redis_url() -> String {
    env("REDIS_URL")
        .expect("REDIS_URL is set: run the tests through `make test` or `assistant services -- …`")
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests are told their servers by the environment"
)]
pub fn env(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

async fn connect(url: &str) -> PgConnection {
    PgConnection::connect(url)
        .await
        .expect("the test server answers")
}

pub fn with_database(url: &str, name: &str) -> String {
    let mut url = url::Url::parse(url).expect("DATABASE_URL is a URL");
    url.set_path(name);
    url.to_string()
}

/// The migrated template of this build, made by whichever test comes first.
async fn template(server: &str) -> &'static str {
    const NAME: &str = "assistant_template";
    let mut root = connect(server).await;
    root.execute("select pg_advisory_lock(4242)")
        .await
        .expect("locked");
    let there: bool = sqlx::query_scalar(
        "select exists (select 1 from pg_database where datname = $1 and datistemplate)",
    )
    .bind(NAME)
    .fetch_one(&mut root)
    .await
    .expect("read");
    if !there {
        root.execute("drop database if exists assistant_template")
            .await
            .expect("dropped");
        root.execute("create database assistant_template")
            .await
            .expect("created");
        let options: PgConnectOptions = with_database(server, NAME).parse().expect("a url");
        assistant::db::migrate(&options).await.expect("migrated");
        root.execute("alter database assistant_template is_template true")
            .await
            .expect("marked");
    }
    root.close().await.expect("closed");
    NAME
}
