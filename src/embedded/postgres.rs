//! A PostgreSQL of our own: made once, started on a free port, stopped with what it holds on disk.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Stdio},
    time::{Duration, Instant},
};

use rustix::process::Signal;
use tokio::time::sleep;

use super::{
    EmbeddedError,
    place::{Place, fresh_secret, make_dir, socket_dir, write_private},
    process::{self, Log, Watch},
};

/// Recovery after a crash replays at most what lies between two checkpoints.
const START_LIMIT: Duration = Duration::from_secs(120);
/// How long processes of a killed server may hold its memory before we give up.
const LEAVE_LIMIT: Duration = Duration::from_secs(20);
/// Fast, then immediate shutdown (see "Shutting Down the Server" in PostgreSQL's manual); then the caller kills.
const STOP: [(Signal, Duration); 2] = [
    (Signal::INT, Duration::from_secs(20)),
    (Signal::QUIT, Duration::from_secs(5)),
];

/// A running server. Dropping it shuts it down at once; its files stay good.
pub(super) struct Postgres {
    child: Child,
    watch: Option<Watch>,
    pub(super) port: u16,
}

/// What a start needs to know.
pub(super) struct Wanted<'a> {
    pub(super) place: &'a Place,
    /// The folder of this run of the services.
    pub(super) home: &'a Path,
    pub(super) password: &'a str,
    /// False for a server whose data is thrown away.
    pub(super) keep: bool,
    /// A free one when not given.
    pub(super) port: Option<u16>,
}

/// Data in the making has a name that begins with this.
const FRESH: &str = "fresh-";

enum Attempt {
    Ready(Postgres),
    PortTaken,
    StillHeld,
}

impl Wanted<'_> {
    fn folder(&self) -> PathBuf {
        self.home.join("postgres")
    }

    /// Brings the server up: makes its data when there is none, ends one that a killed run left behind.
    pub(super) async fn start(&self) -> Result<Postgres, EmbeddedError> {
        let folder = self.folder();
        make_dir(&folder, 0o700, self.place.runner)?;
        let data = folder.join("data");
        remove_unfinished(&folder);
        if data.join("PG_VERSION").is_file() {
            self.same_version(&data)?;
            end_old(self.home).await?;
        } else {
            self.init(&folder, &data).await?;
        }
        let socket = socket_dir(&folder);
        if let Some(socket) = &socket {
            make_dir(socket, 0o700, self.place.runner)?;
        }
        let began = Instant::now();
        loop {
            let port = match self.port {
                Some(port) => port,
                None => process::free_port()?,
            };
            match self.launch(&data, socket.as_deref(), port).await? {
                Attempt::Ready(postgres) => return Ok(postgres),
                Attempt::PortTaken if self.port.is_none() => {}
                Attempt::PortTaken | Attempt::StillHeld => sleep(Duration::from_millis(200)).await,
            }
            if began.elapsed() > LEAVE_LIMIT {
                return Err(EmbeddedError::Held(data));
            }
        }
    }

    /// Makes the data in a folder that is renamed when it is whole: a crash leaves nothing that looks like data.
    async fn init(&self, folder: &Path, data: &Path) -> Result<(), EmbeddedError> {
        // a name of its own: the initdb of a run that was killed may still be at work on another
        let fresh = folder.join(format!("{FRESH}{}", &fresh_secret()[..8]));
        let password = folder.join("password");
        write_private(&password, self.password, self.place.runner)?;

        let initdb = self.place.pg_bin.join("initdb");
        let mut command = process::command(&initdb, self.place.runner, folder);
        command
            .arg("-D")
            .arg(&fresh)
            .arg("--pwfile")
            .arg(&password)
            .args([
                "--username=postgres",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--auth=scram-sha-256",
                "--no-instructions",
            ]);
        if !self.keep {
            command.arg("--no-sync");
        }
        let made = tokio::process::Command::from(command)
            .kill_on_drop(true)
            .output()
            .await;
        drop(fs::remove_file(&password));
        let made =
            made.map_err(|source| EmbeddedError::io(format!("run {}", initdb.display()), source))?;
        if !made.status.success() {
            let said = String::from_utf8_lossy(&made.stderr).trim().to_owned();
            return Err(EmbeddedError::InitDb {
                status: made.status,
                said,
            });
        }
        // an empty folder, or one from which the version is gone, is no data; anything more is left alone
        match fs::remove_dir(data) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(EmbeddedError::NotData(data.to_owned()));
            }
            _ => {}
        }
        fs::rename(&fresh, data)
            .map_err(|source| EmbeddedError::io(format!("rename to {}", data.display()), source))
    }

    fn same_version(&self, data: &Path) -> Result<(), EmbeddedError> {
        let theirs = fs::read_to_string(data.join("PG_VERSION")).unwrap_or_default();
        let version = std::process::Command::new(self.place.pg_bin.join("postgres"))
            .arg("--version")
            .stdin(Stdio::null())
            .output();
        let version = version.map_err(|source| EmbeddedError::io("run postgres", source))?;
        let text = String::from_utf8_lossy(&version.stdout).into_owned();
        // postgres (PostgreSQL) 18.1 (Debian …)
        let ours = text
            .split_whitespace()
            .nth(2)
            .and_then(|v| v.split(['.', 'b', 'r']).next());
        match ours {
            Some(ours) if ours != theirs.trim() => Err(EmbeddedError::OtherVersion {
                data: data.to_owned(),
                theirs: theirs.trim().to_owned(),
                ours: ours.to_owned(),
            }),
            _ => Ok(()),
        }
    }

    async fn launch(
        &self,
        data: &Path,
        socket: Option<&Path>,
        port: u16,
    ) -> Result<Attempt, EmbeddedError> {
        let (log, file) = Log::open(self.home.join("postgres.log"))?;
        let program = self.place.pg_bin.join("postgres");
        let mut command = process::command(&program, self.place.runner, &self.folder());
        let sockets = socket.map(|s| s.display().to_string()).unwrap_or_default();
        command.arg("-D").arg(data);
        for setting in [
            format!("port={port}"),
            format!("unix_socket_directories={sockets}"),
            format!("max_connections={}", if self.keep { 100 } else { 200 }),
            "listen_addresses=127.0.0.1".to_owned(),
            "unix_socket_permissions=0700".to_owned(),
            "shared_buffers=64MB".to_owned(),
            "fsync=on".to_owned(),
            "timezone=UTC".to_owned(),
            "log_timezone=UTC".to_owned(),
            "logging_collector=off".to_owned(),
        ] {
            command.arg("-c").arg(setting);
        }
        let both = file
            .try_clone()
            .map_err(|source| EmbeddedError::io("copy a file", source))?;
        let child = command
            .stdout(file)
            .stderr(both)
            .spawn()
            .map_err(|source| EmbeddedError::io(format!("start {}", program.display()), source))?;
        // from here on a dropped future must not leave a server behind
        let mut postgres = Postgres {
            child,
            watch: None,
            port,
        };
        postgres.watch = Some(Watch::over(&postgres.child)?);
        let until = Instant::now() + START_LIMIT;
        while Instant::now() < until {
            if let Ok(Some(status)) = postgres.child.try_wait() {
                let tail = log.tail();
                return if tail.contains("could not bind")
                    || tail.contains("could not create any TCP")
                {
                    Ok(Attempt::PortTaken)
                } else if tail.contains("still in use") || tail.contains("already exists") {
                    Ok(Attempt::StillHeld)
                } else {
                    Err(log.failure("PostgreSQL", Some(status)))
                };
            }
            if says_ready(data, postgres.child.id()) {
                return Ok(Attempt::Ready(postgres));
            }
            sleep(Duration::from_millis(15)).await;
        }
        Err(log.failure("PostgreSQL", None))
    }
}

impl Postgres {
    pub(super) fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    pub(super) fn crash(&mut self) {
        process::end_now(&mut self.child, None);
    }

    pub(super) async fn stop(&mut self) {
        process::end(&mut self.child, &STOP).await;
        self.watch = None;
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        process::end_now(&mut self.child, Some(Signal::QUIT));
    }
}

/// Line 1 of `postmaster.pid` is the server's process, line 8 how far it is: what `pg_ctl` waits for.
fn says_ready(data: &Path, pid: u32) -> bool {
    let text = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
    let mut lines = text.lines();
    lines.next().and_then(|line| line.trim().parse().ok()) == Some(pid)
        && lines.nth(6).is_some_and(|line| line.trim() == "ready")
}

/// Ends the server that a killed run left on this data. A dead one's `postmaster.pid` PostgreSQL clears itself.
pub(super) async fn end_old(home: &Path) -> Result<(), EmbeddedError> {
    let data = home.join("postgres/data");
    let text = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
    let Some(pid) = text
        .lines()
        .next()
        .and_then(|line| line.trim().parse().ok())
    else {
        return Ok(());
    };
    let mark = data.display().to_string();
    let kill = (Signal::KILL, Duration::from_secs(2));
    if process::end_stray(pid, &["postgres", &mark], &[STOP[0], STOP[1], kill]).await {
        Ok(())
    } else {
        Err(EmbeddedError::Held(data))
    }
}

/// Data that a killed run did not finish. What resists is left for the next start.
fn remove_unfinished(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(FRESH) {
            drop(fs::remove_dir_all(entry.path()));
        }
    }
}
