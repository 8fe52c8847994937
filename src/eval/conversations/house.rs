//! Where conversations take place: a database of its own on a real PostgreSQL, a daemon in this process with the terminal
//! phone as its provider, and a clock that each conversation sets.

use std::time::{Duration, Instant};

use anyhow::Context;
use jiff::tz::TimeZone;
use sqlx::{
    AssertSqlSafe, Connection, Executor, PgConnection, QueryBuilder, postgres::PgConnectOptions,
};
use uuid::Uuid;

use super::{
    judge::{Reply, counts, misses},
    read::{Conversation, Does, Setting, Step},
    report::{Failure, Outcome},
};
use crate::{
    accounts::joining,
    app::{self, Parts, Role, Running},
    clock::{Clock, new_id, random_bytes},
    config::{Config, ModelProvider},
    domain::PhoneNumber,
    phone::{Connection as Line, Phone, Turn},
};

/// The daemon's number.
const OWN: &str = "+15550100000";
/// The longest that a text may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks for a text.
const LOOK: Duration = Duration::from_millis(10);

/// A place for conversations, one after the other.
pub(super) struct House {
    root: String,
    database: String,
    admin: PgConnection,
    running: Running,
    clock: Clock,
    token: String,
    /// Whether a real model is asked.
    pub real_model: bool,
    /// What the model is called.
    pub model: String,
    people: u32,
    /// The code that this conversation heard last.
    code: String,
}

impl House {
    /// Makes the database on `server` (a superuser's URL) and starts the daemon with the model of `file` and the environment
    /// when `real_model`, else with the offline one.
    pub(super) async fn open(
        server: &str,
        redis: &str,
        file: Option<&std::path::Path>,
        real_model: bool,
    ) -> anyhow::Result<Self> {
        let name = format!("eval_{:016x}", u64::from_le_bytes(random_bytes()));
        let url = database(server, &name).await?;
        let token = format!("{:032x}", u128::from_le_bytes(random_bytes()));
        let config = Config::load_with(file, &settings(&url, redis, &name, &token, real_model))?;
        let model = match config.model.provider {
            ModelProvider::Offline => "offline".to_owned(),
            ModelProvider::Openai => config.model.name.clone(),
        };
        let clock = Clock::default();
        let parts = Parts {
            clock: clock.clone(),
            ..Parts::default()
        };
        let running = app::start_with(config, Role::All, parts).await?;
        let options: PgConnectOptions = url.parse()?;
        Ok(Self {
            root: server.to_owned(),
            database: name,
            admin: PgConnection::connect_with(&options).await?,
            running,
            clock,
            token,
            real_model,
            model,
            people: 0,
            code: String::new(),
        })
    }

    /// Stops the daemon and removes the database.
    pub(super) async fn close(self) -> anyhow::Result<()> {
        self.running.stop().await;
        self.admin.close().await?;
        let mut root = PgConnection::connect(&self.root).await?;
        let drop = format!("drop database if exists {} with (force)", self.database);
        root.execute(AssertSqlSafe(drop)).await?;
        root.close().await?;
        Ok(())
    }

    /// Replays one conversation with somebody of its own.
    pub(super) async fn replay(&mut self, conversation: &Conversation) -> anyhow::Result<Outcome> {
        let set = &conversation.set;
        let zone = TimeZone::get(&set.zone)
            .with_context(|| format!("{}: zone {}", conversation.place, set.zone))?;
        let begins = zone.to_ambiguous_timestamp(set.clock).compatible()?;
        self.clock.advance(begins.duration_since(self.clock.now()));
        self.people += 1;
        self.code.clear();
        let number = format!("+15550{:06}", 300_000 + self.people);
        if !set.unknown {
            self.add_user(&number, set).await?;
        }
        let mut phone = self.phone(&number).await?;
        let mut outcome = Outcome::of(conversation);
        for step in &conversation.steps {
            self.step(&mut phone, &number, step, &mut outcome).await?;
        }
        self.hush(&number).await?;
        Ok(outcome)
    }

    async fn step(
        &mut self,
        phone: &mut Phone,
        number: &str,
        step: &Step,
        outcome: &mut Outcome,
    ) -> anyhow::Result<()> {
        let (said, reply) = match &step.does {
            Does::Text(body) => {
                let mut body = body.replace("{code}", &self.code);
                if body.contains("{invitation}") {
                    let now = self.clock.now();
                    let code = joining::invite(&self.running.agent.pool, 1, 1, now).await?;
                    body = body.replace("{invitation}", &code);
                }
                let body = &body;
                let reply = ask(phone, body).await?;
                if !reply.texts.is_empty() {
                    outcome.count(reply.segments());
                }
                (body.replace('\n', "\\n"), reply)
            }
            Does::Clock(words) => {
                let turn = Turn::parse(words).with_context(|| format!(":clock {words}"))?;
                phone.turn_clock(&turn).await?;
                let reply = hear(phone).await?;
                for text in &reply.texts {
                    let one = Reply {
                        texts: vec![text.clone()],
                    };
                    outcome.count(one.segments());
                }
                (format!(":clock {words}"), reply)
            }
        };
        if let Some(code) = code_in(&reply.whole()) {
            self.code = code;
        }
        let user: Option<Uuid> = sqlx::query_scalar("select public.find_user($1)")
            .bind(number)
            .fetch_one(&mut self.admin)
            .await?;
        for expectation in &step.expects {
            if !counts(expectation, self.real_model) {
                continue;
            }
            if let Some(why) = misses(&mut self.admin, user, &reply, expectation).await? {
                outcome.failures.push(Failure {
                    line: expectation.line,
                    said: said.clone(),
                    reply: reply.whole(),
                    expected: expectation.written.clone(),
                    why,
                });
            }
        }
        Ok(())
    }

    async fn phone(&self, number: &str) -> anyhow::Result<Phone> {
        let line = Line {
            base_url: format!("http://{}", self.running.address),
            auth_token: self.token.clone().into(),
            own_number: OWN.to_owned(),
            killer: None,
        };
        Ok(Phone::connect(line, PhoneNumber::parse(number)?).await?)
    }

    async fn add_user(&mut self, number: &str, set: &Setting) -> anyhow::Result<()> {
        let id = new_id();
        sqlx::query("select public.create_user($1, null, null, $2)")
            .bind(id)
            .bind(&set.zone)
            .execute(&mut self.admin)
            .await?;
        sqlx::query("select public.link_phone($1, $2, $3, true)")
            .bind(new_id())
            .bind(id)
            .bind(number)
            .execute(&mut self.admin)
            .await?;
        for (column, value) in &set.user {
            let mut update = QueryBuilder::new(format!("update public.users set {column} = "));
            update.push_bind(value).push(" where id = ").push_bind(id);
            update.build().execute(&mut self.admin).await?;
        }
        Ok(())
    }

    /// Nothing of this conversation is due in the time of another.
    async fn hush(&mut self, number: &str) -> Result<(), sqlx::Error> {
        sqlx::query("delete from public.alarms where user_id = public.find_user($1)")
            .bind(number)
            .execute(&mut self.admin)
            .await
            .map(drop)
    }
}

/// Texts, and waits until everything that comes of it has come.
async fn ask(phone: &mut Phone, body: &str) -> anyhow::Result<Reply> {
    let sid = phone.text(body).await?;
    let began = Instant::now();
    let mut reply = Reply::default();
    loop {
        // asked before listening: what was sent until then is heard below
        let settled = phone.settled(&sid).await?;
        let wait = if settled { Duration::ZERO } else { LOOK };
        let heard = phone.listen(wait).await?;
        let none = heard.is_empty();
        reply.texts.extend(heard.into_iter().map(|text| text.body));
        if settled && none {
            return Ok(reply);
        }
        anyhow::ensure!(
            began.elapsed() < PATIENCE,
            "no end of \"{body}\" within {} s",
            PATIENCE.as_secs()
        );
    }
}

/// The last four digits in a row.
fn code_in(reply: &str) -> Option<String> {
    reply
        .split(|c: char| !c.is_ascii_digit())
        .rfind(|digits| digits.len() == 4)
        .map(str::to_owned)
}

/// What has arrived by itself.
async fn hear(phone: &mut Phone) -> anyhow::Result<Reply> {
    let mut reply = Reply::default();
    loop {
        let heard = phone.listen(Duration::ZERO).await?;
        if heard.is_empty() {
            return Ok(reply);
        }
        reply.texts.extend(heard.into_iter().map(|text| text.body));
    }
}

/// What the eval decides itself; the model and everything else is as configured.
fn settings(
    url: &str,
    redis: &str,
    prefix: &str,
    token: &str,
    real_model: bool,
) -> Vec<(&'static str, String)> {
    let mut all: Vec<(&'static str, String)> = [
        ("database.url", url),
        ("redis.url", redis),
        ("redis.prefix", prefix),
        ("server.listen", "127.0.0.1:0"),
        ("server.public_url", ""),
        ("server.drain_seconds", "5"),
        ("twilio.account_sid", ""),
        ("twilio.messaging_service_sid", ""),
        ("twilio.auth_token", token),
        ("twilio.auth_token_secondary", ""),
        ("twilio.signature", "auth_token"),
        ("twilio.from", OWN),
        ("twilio.receive", "webhook"),
        ("twilio.keywords", "ours"),
        ("twilio.segments_per_second", "1000"),
        // what is measured is what is said, not how much of it a day
        ("budget.total_daily_tokens", "0"),
        ("budget.total_daily_usd", "0"),
        ("ops.operator", "the operator"),
    ]
    .map(|(key, value)| (key, value.to_owned()))
    .to_vec();
    if !real_model {
        all.push(("model.provider", "offline".to_owned()));
    } else if crate::config::brings_a_model() {
        all.push(("model.provider", "openai".to_owned()));
    }
    all
}

async fn database(server: &str, name: &str) -> anyhow::Result<String> {
    let mut root = PgConnection::connect(server)
        .await
        .context("the database server")?;
    root.execute(AssertSqlSafe(format!("create database {name}")))
        .await?;
    root.close().await?;
    let mut url = url::Url::parse(server).context("the database's URL")?;
    url.set_path(name);
    crate::db::migrate(&url.as_str().parse()?)
        .await
        .context("the eval's schema")?;
    Ok(url.to_string())
}
