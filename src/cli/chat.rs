//! `assistant chat`: the terminal phone for a server that runs already.

use std::{io::IsTerminal, net::SocketAddr, path::Path, sync::Arc};

use anyhow::{Context, bail};
use rustix::process::{Pid, Signal, kill_process};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use super::stopping::{Stop, Stopping};
use crate::{
    config::Config,
    domain::PhoneNumber,
    embedded,
    phone::{Connection, Killer, Lines, Phone, PhoneError, stdin_lines},
};

/// The number of the demo user.
pub const DEMO_NUMBER: &str = "+15550100001";

/// How to reach a running `assistant up`: the file `.local/up.json`, readable by its owner alone.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reach {
    pub(super) url: String,
    pub(super) auth_token: String,
    pub(super) own_number: String,
    /// The process of the server, which `assistant up` starts again when it ends.
    pub(super) server: Option<u32>,
}

impl Reach {
    pub(super) const FILE: &str = "up.json";
}

impl From<Reach> for Connection {
    fn from(reach: Reach) -> Self {
        Self {
            base_url: reach.url,
            auth_token: reach.auth_token.into(),
            own_number: reach.own_number,
            killer: Some(Killer(Arc::new(kill_server))),
        }
    }
}

/// Talks as `number` (the demo user's without one) until standard input ends. Returns the exit code.
pub async fn run(number: Option<String>, config: Option<&Path>) -> anyhow::Result<i32> {
    let number = match PhoneNumber::parse(number.as_deref().unwrap_or(DEMO_NUMBER)) {
        Ok(number) => number,
        Err(error) => {
            eprintln!("--as: {error}");
            return Ok(2);
        }
    };
    let mut stopping = Stopping::new()?;
    let connection = find_server(config)?;
    let talk = async {
        let mut phone = Phone::connect(connection, number).await?;
        let mut lines = stdin_lines();
        converse(&mut phone, &mut lines).await
    };
    tokio::select! {
        talked = talk => talked.map(|()| 0).map_err(Into::into),
        stop = stopping.wished() => Ok(interrupted(stop)),
    }
}

/// At a terminal the phone is typed on; else it is fed line by line.
pub(super) async fn converse(phone: &mut Phone, lines: &mut Lines) -> Result<(), PhoneError> {
    if std::io::stdin().is_terminal() {
        phone.converse_typed(lines).await
    } else {
        phone.converse_piped(lines).await
    }
}

/// Hanging up by Ctrl-C is an end like any other; a script whose conversation was cut short must see that it was.
pub(super) fn interrupted(stop: Stop) -> i32 {
    if !std::io::stdin().is_terminal() {
        return stop.exit_code();
    }
    // the next prompt of the shell begins its own line
    eprintln!();
    0
}

/// A running `assistant up` of this checkout; else, or when a file is named, the configured server.
fn find_server(config: Option<&Path>) -> anyhow::Result<Connection> {
    if config.is_none()
        && let Some(reach) = read_reach()?
    {
        return Ok(reach.into());
    }
    let config = Config::load(config)?;
    let own_number = config.own_numbers().into_iter().next();
    let token = config.twilio.auth_token.expose_secret();
    let (Some(own_number), false) = (own_number, token.is_empty()) else {
        bail!(
            "there is no server to text: start `assistant up` in another terminal, or set twilio.from and \
             twilio.auth_token (and server.public_url or server.listen) as the server has them"
        );
    };
    let listen: SocketAddr = config.server.listen.parse().context("server.listen")?;
    Ok(Connection {
        base_url: config.public_base(listen),
        auth_token: config.twilio.auth_token.clone(),
        own_number,
        killer: None,
    })
}

/// How to reach the `assistant up` of this checkout; `None` when none runs.
fn read_reach() -> anyhow::Result<Option<Reach>> {
    let file = embedded::local()?.join(Reach::FILE);
    if !file.exists() {
        return Ok(None);
    }
    let text = std::fs::read_to_string(&file)
        .with_context(|| format!("cannot read {}", file.display()))?;
    let reach = serde_json::from_str(&text)
        .with_context(|| format!("{} is damaged: start `assistant up` again", file.display()))?;
    Ok(Some(reach))
}

/// kill -9 to the server of the running `assistant up`, as it is now: it has another process after every restart.
fn kill_server() -> Result<(), String> {
    let reach = read_reach().map_err(|error| format!("{error:#}"))?;
    let server = reach
        .and_then(|reach| reach.server)
        .ok_or("the server is starting; try again")?;
    // numbers of processes are used again: this must still be a server of ours
    let line = std::fs::read(format!("/proc/{server}/cmdline")).unwrap_or_default();
    let is_ours = String::from_utf8_lossy(&line).contains("serve\0--child-of");
    let pid = i32::try_from(server).ok().and_then(Pid::from_raw);
    match pid.filter(|_| is_ours) {
        Some(pid) => kill_process(pid, Signal::KILL).map_err(|error| error.to_string()),
        None => Err("the server is down already".to_owned()),
    }
}
