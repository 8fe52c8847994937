//! One `assistant serve` as a process of its own, which can be killed, stopped and asked to end.

use std::{
    net::SocketAddr,
    process::{ExitStatus, Stdio},
    time::{Duration, Instant},
};

use anyhow::Context;
use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use super::world::World;

/// A process that serves. Dropping it kills it.
pub struct Replica {
    child: Child,
    pub address: SocketAddr,
    /// From the start of the process to its `ready`.
    pub started_in: Duration,
}

const START_LIMIT: Duration = Duration::from_secs(20);

impl Replica {
    /// Starts one with these `FAILPOINTS` set. `None`: it ended before it was ready, killed by one of them or because the
    /// database was away.
    pub async fn start(world: &World, failpoints: &str) -> anyhow::Result<Option<Self>> {
        let began = Instant::now();
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(world.folder.join("serve.log"))?;
        let mut child = Command::new(&world.program)
            .arg("serve")
            .env_clear()
            .envs(world.environment())
            .env("FAILPOINTS", failpoints)
            .env("ASSISTANT_CRASH_TALLY", world.tally_file())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot run {}", world.program.display()))?;
        let stdout = child
            .stdout
            .take()
            .context("the child has a standard output")?;
        let mut line = String::new();
        let mut reader = BufReader::new(stdout);
        let read = tokio::time::timeout(START_LIMIT, reader.read_line(&mut line)).await;
        let address = line
            .trim()
            .strip_prefix("ready http://")
            .and_then(|address| address.parse().ok());
        match (read, address) {
            (Ok(Ok(_)), Some(address)) => Ok(Some(Self {
                child,
                address,
                started_in: began.elapsed(),
            })),
            _ => {
                drop(child.kill().await);
                Ok(None)
            }
        }
    }

    pub fn signal(&self, signal: Signal) {
        if let Some(pid) = self
            .child
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(Pid::from_raw)
        {
            // one that has ended already is waited for below
            let _ = kill_process(pid, signal);
        }
    }

    /// Waits until it has ended.
    pub async fn ended(&mut self) -> std::io::Result<ExitStatus> {
        self.child.wait().await
    }

    /// kill -9.
    pub async fn kill(&mut self) {
        self.signal(Signal::KILL);
        drop(self.child.wait().await);
    }

    /// Asks it to stop and says how long it took, and whether it ended well.
    pub async fn stop(&mut self) -> anyhow::Result<(Duration, ExitStatus)> {
        let began = Instant::now();
        self.signal(Signal::TERM);
        let status = tokio::time::timeout(Duration::from_secs(30), self.child.wait())
            .await
            .context("a replica did not stop within 30 s")??;
        Ok((began.elapsed(), status))
    }
}
