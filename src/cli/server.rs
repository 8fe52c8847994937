//! The server of `assistant up`: the same program as a child process, started again whenever it ends. So it can be killed in
//! front of everyone's eyes and nothing is lost, and what it writes stays out of the conversation.

use std::{
    process::{ExitStatus, Stdio},
    time::{Duration, Instant},
};

use anyhow::Context;
use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

/// A server that ran this long was well: the next start waits for nothing.
const WELL: Duration = Duration::from_secs(20);
/// The longest pause between two starts.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
const READY_LIMIT: Duration = Duration::from_secs(60);

/// A server that accepts traffic, or is about to again.
pub(super) struct Server {
    environment: Vec<(String, String)>,
    child: Child,
    // read to its end: a closed pipe would end the server at its next word
    output: Lines<BufReader<ChildStdout>>,
    /// `http://127.0.0.1:PORT`; the same after every restart.
    pub(super) url: String,
    since: Instant,
}

impl Server {
    /// Starts `serve` with these configuration values (`key.path`, value) and waits until it is ready.
    pub(super) async fn start(settings: &[(&str, String)]) -> anyhow::Result<Self> {
        let mut environment: Vec<(String, String)> = settings
            .iter()
            .map(|(key, value)| (crate::config::env_name(key), value.clone()))
            .collect();
        let (child, output, url) = launch(&environment).await?;
        // from now on the port is known to everyone who texts
        let listen = crate::config::env_name("server.listen");
        environment.retain(|(name, _)| *name != listen);
        environment.push((listen, url.trim_start_matches("http://").to_owned()));
        Ok(Self {
            environment,
            child,
            output,
            url,
            since: Instant::now(),
        })
    }

    /// The process, while there is one.
    pub(super) fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// Waits until the server ends by itself and says how.
    pub(super) async fn ended(&mut self) -> ExitStatus {
        while let Ok(Some(_)) = self.output.next_line().await {}
        self.child.wait().await.unwrap_or_default()
    }

    /// Starts it again, however often that takes; the pause grows with every failure.
    pub(super) async fn start_again(&mut self) {
        let mut pause = if self.since.elapsed() > WELL {
            Duration::ZERO
        } else {
            Duration::from_millis(200)
        };
        loop {
            tokio::time::sleep(pause).await;
            match launch(&self.environment).await {
                Ok((child, output, _)) => {
                    (self.child, self.output) = (child, output);
                    self.since = Instant::now();
                    return;
                }
                Err(error) => eprintln!("{error:#}; it is tried again"),
            }
            pause = (pause * 2).clamp(Duration::from_millis(200), LONGEST_PAUSE);
        }
    }

    /// SIGTERM, then, after `patience`, SIGKILL.
    pub(super) async fn stop(mut self, patience: Duration) {
        let pid = self.child.id().and_then(|id| i32::try_from(id).ok());
        if let Some(pid) = pid.and_then(Pid::from_raw) {
            // one that has ended meanwhile is not waited for below
            let _ = kill_process(pid, Signal::TERM);
        }
        if tokio::time::timeout(patience, self.ended()).await.is_err() {
            drop(self.child.kill().await);
        }
    }
}

async fn launch(
    environment: &[(String, String)],
) -> anyhow::Result<(Child, Lines<BufReader<ChildStdout>>, String)> {
    let program = std::env::current_exe().context("this program is not found any more")?;
    let mut child = Command::new(program)
        .args(["serve", "--child-of", &std::process::id().to_string()])
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        // a Ctrl-C at the terminal is for us alone: we stop it in order
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .context("the server cannot be started")?;
    let stdout = child.stdout.take().context("the server has no output")?;
    let mut output = BufReader::new(stdout).lines();
    let first = tokio::time::timeout(READY_LIMIT, output.next_line()).await;
    if let Ok(Ok(Some(line))) = &first
        && let Some(url) = line.strip_prefix("ready ")
    {
        return Ok((child, output, url.to_owned()));
    }
    let why = match first {
        Err(_) => "it was not ready in time".to_owned(),
        // its last words stand on standard error
        Ok(_) => match child.wait().await {
            Ok(status) => format!("it ended ({status})"),
            Err(error) => error.to_string(),
        },
    };
    anyhow::bail!("the server did not start: {why}")
}
