//! A daemon of its own process, so that its time and memory are its own.

use std::{
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::Context;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use super::Ground;
use crate::sim::twilio::SimOptions;

/// `assistant serve` as a child.
pub struct Daemon {
    child: Child,
    pub url: String,
    /// From spawn to the line `ready`.
    pub start: Duration,
}

impl Daemon {
    /// Starts it on `ground`, with texts going to `provider`.
    pub async fn start(ground: &Ground, role: &str, provider: &str) -> anyhow::Result<Self> {
        Self::start_with(ground, role, provider, &[]).await
    }

    /// The same with `settings` in its environment.
    pub async fn start_with(
        ground: &Ground,
        role: &str,
        provider: &str,
        settings: &[(&str, String)],
    ) -> anyhow::Result<Self> {
        let began = Instant::now();
        let mut child = Command::new(std::env::current_exe()?)
            .args(["serve", "--role", role])
            .env("DATABASE_URL", &ground.url)
            .env("REDIS_URL", &ground.redis)
            .env("ASSISTANT_SERVER__LISTEN", "127.0.0.1:0")
            .env(
                "ASSISTANT_TWILIO__ACCOUNT_SID",
                SimOptions::default().account_sid,
            )
            .env(
                "ASSISTANT_TWILIO__AUTH_TOKEN",
                SimOptions::default().auth_token,
            )
            .env("ASSISTANT_TWILIO__FROM", "+15550100000")
            .env("ASSISTANT_TWILIO__API_BASE", provider)
            .env("ASSISTANT_TWILIO__SEGMENTS_PER_SECOND", "1000000")
            .env("ASSISTANT_OPS__LOG", "error")
            .envs(settings.iter().map(|(key, value)| (*key, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let stdout = child.stdout.take().context("its output is piped")?;
        let mut lines = BufReader::new(stdout).lines();
        let line = lines
            .next_line()
            .await?
            .context("the daemon ended before it was ready")?;
        let url = line
            .strip_prefix("ready ")
            .context("its first line is ready")?
            .to_owned();
        Ok(Self {
            child,
            url,
            start: began.elapsed(),
        })
    }

    /// Processor time used so far, user and system, in seconds (`/proc/PID/stat`, fields 14 and 15).
    pub fn cpu_seconds(&self) -> anyhow::Result<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid()?))?;
        let rest = stat.rsplit_once(')').context("a stat line")?.1;
        let ticks: f64 = rest
            .split_whitespace()
            .skip(11)
            .take(2)
            .filter_map(|t| t.parse::<f64>().ok())
            .sum();
        #[expect(clippy::cast_precision_loss, reason = "100 on every Linux")]
        let per_second = rustix::param::clock_ticks_per_second() as f64;
        Ok(ticks / per_second)
    }

    /// Resident memory in MB (`VmRSS`).
    pub fn rss_mb(&self) -> anyhow::Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid()?))?;
        let line = status
            .lines()
            .find(|l| l.starts_with("VmRSS:"))
            .context("a VmRSS line")?;
        let kb: f64 = line
            .split_whitespace()
            .nth(1)
            .context("a number")?
            .parse()?;
        Ok(kb / 1024.0)
    }

    fn pid(&self) -> anyhow::Result<u32> {
        self.child.id().context("the daemon ended by itself")
    }

    /// Ends it.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        if let Some(pid) = self
            .child
            .id()
            .and_then(|id| rustix::process::Pid::from_raw(id.cast_signed()))
        {
            rustix::process::kill_process(pid, rustix::process::Signal::TERM)?;
        }
        self.child.wait().await?;
        Ok(())
    }
}
