//! `assistant services -- COMMAND…`: a PostgreSQL and a Redis for as long as COMMAND runs, as the tests want them.

use std::{io::IsTerminal, os::unix::process::ExitStatusExt, process::ExitStatus, time::Duration};

use anyhow::Context;
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};

use super::stopping::{Stop, Stopping};
use crate::embedded::{Place, Services};

/// How long COMMAND may take to end when we are asked to.
const PATIENCE: Duration = Duration::from_secs(15);

/// Runs `cmd` with `DATABASE_URL` (a superuser's), `REDIS_URL` and `ASSISTANT_TEST_PG_BIN` in its environment. Returns its
/// exit status; both services and their data are gone then.
pub async fn run(cmd: Vec<String>) -> anyhow::Result<i32> {
    let Some((program, arguments)) = cmd.split_first() else {
        eprintln!("services: found no command, expected assistant services -- COMMAND [ARGUMENT…]");
        return Ok(2);
    };
    let mut stopping = Stopping::new()?;
    let place = Place::find()?;
    let services = tokio::select! {
        started = Services::start(place, false) => started?,
        stop = stopping.wished() => return Ok(stop.exit_code()),
    };
    let child = Command::new(program)
        .args(arguments)
        .env("DATABASE_URL", services.database_url())
        .env("REDIS_URL", services.redis_url())
        .env("ASSISTANT_TEST_PG_BIN", services.pg_bin())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("cannot run {program}"));
    let code = match child {
        Ok(child) => wait(child, &mut stopping).await,
        Err(error) => Err(error),
    };
    services.stop().await;
    code
}

async fn wait(mut child: Child, stopping: &mut Stopping) -> anyhow::Result<i32> {
    let stop = tokio::select! {
        status = child.wait() => return Ok(exit_code(status?)),
        stop = stopping.wished() => stop,
    };
    // a Ctrl-C at the terminal has reached the command too; a second one would cut its own clean-up short
    if !(stop == Stop::Interrupt && std::io::stdin().is_terminal())
        && let Some(pid) = child
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(Pid::from_raw)
    {
        let signal = if stop == Stop::Interrupt {
            Signal::INT
        } else {
            Signal::TERM
        };
        let _ = kill_process(pid, signal);
    }
    if tokio::time::timeout(PATIENCE, child.wait()).await.is_err() {
        child.kill().await?;
    }
    Ok(stop.exit_code())
}

fn exit_code(status: ExitStatus) -> i32 {
    status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal))
        .unwrap_or(1)
}
