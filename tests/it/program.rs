//! The program as it is installed: run as a process of its own, told everything by its environment.

use std::{
    process::{Output, Stdio},
    time::Duration,
};

use assistant::sim::twilio::SimOptions;
use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    process::{Child, Command},
};
use tokio_util::task::TaskTracker;

use crate::house::{House, OWN, redis_url};

/// The program with an environment of this alone.
pub struct Program {
    environment: Vec<(String, String)>,
}

impl Program {
    /// On the database at `url`, with nothing else configured.
    pub fn on(url: &str) -> Self {
        Self {
            environment: vec![("DATABASE_URL".to_owned(), url.to_owned())],
        }
    }

    /// As the daemon of this (closed) house.
    pub fn of(house: &House) -> Self {
        let sim = SimOptions::default();
        Self::on(&house.db.url)
            .set("server.listen", "127.0.0.1:0")
            .set("redis.url", redis_url())
            .set("redis.prefix", &house.db.name)
            .set("twilio.account_sid", sim.account_sid)
            .set("twilio.auth_token", sim.auth_token)
            .set("twilio.from", OWN)
            .set("twilio.api_base", &house.sim.base_url)
            .set("twilio.keywords", "ours")
            .set("twilio.timeout_seconds", 2)
            .set("limits.settle_seconds", 1)
    }

    /// Sets a configuration key.
    pub fn set(mut self, key: &str, value: impl ToString) -> Self {
        let name = format!("ASSISTANT_{}", key.to_uppercase().replace('.', "__"));
        self.environment.retain(|(n, _)| *n != name);
        self.environment.push((name, value.to_string()));
        self
    }

    /// Sets a variable of the environment as it is.
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.environment.push((name.to_owned(), value.to_string()));
        self
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_assistant"));
        command
            .args(arguments)
            .env_clear()
            .envs(self.environment.iter().cloned());
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    /// Runs it to its end: exit code, standard output, standard error.
    pub async fn runs(&self, arguments: &[&str]) -> (i32, String, String) {
        let output = self.command(arguments).output();
        let output = tokio::time::timeout(Duration::from_secs(30), output)
            .await
            .expect("it ends")
            .expect("it runs");
        let Output {
            status,
            stdout,
            stderr,
        } = output;
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        (
            status.code().expect("it ends by itself"),
            text(stdout),
            text(stderr),
        )
    }

    /// Starts `serve` and waits until it is ready.
    pub async fn serves(&self) -> Serving {
        let mut child = self.command(&["serve"]).spawn().expect("it starts");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let mut stderr = child.stderr.take().expect("piped");
        let tasks = TaskTracker::new();
        let errors = tasks.spawn(async move {
            let mut all = String::new();
            stderr.read_to_string(&mut all).await.expect("UTF-8");
            all
        });
        let line = tokio::time::timeout(Duration::from_secs(20), lines.next_line()).await;
        let line = line
            .expect("it is ready in time")
            .expect("a line")
            .expect("ready, not ended");
        let url = line
            .strip_prefix("ready ")
            .unwrap_or_else(|| panic!("{line}"))
            .to_owned();
        Serving { child, url, errors }
    }
}

/// A `serve` that runs.
pub struct Serving {
    child: Child,
    /// `http://127.0.0.1:PORT`
    pub url: String,
    errors: tokio::task::JoinHandle<String>,
}

impl Serving {
    /// SIGTERM; the exit code and what it wrote to standard error.
    pub async fn stops(mut self) -> (Option<i32>, String) {
        let id = self
            .child
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(Pid::from_raw)
            .expect("it runs");
        kill_process(id, Signal::TERM).expect("told");
        let ended = tokio::time::timeout(Duration::from_secs(15), self.child.wait()).await;
        let status = ended.expect("it stops in time").expect("a status");
        (status.code(), self.errors.await.expect("read to its end"))
    }
}
