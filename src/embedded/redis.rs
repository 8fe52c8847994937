//! A Redis of our own: nothing on disk, a password, 127.0.0.1 only.

use std::{
    fs,
    io::{ErrorKind, Write},
    path::Path,
    process::{Child, Stdio},
    time::{Duration, Instant},
};

use rustix::process::Signal;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};

use super::{
    EmbeddedError,
    place::{Place, Runner, fresh_secret, make_dir, write_private},
    process::{self, Log, Watch},
};

const START_LIMIT: Duration = Duration::from_secs(20);
const TRIES: usize = 5;
const STOP: [(Signal, Duration); 1] = [(Signal::TERM, Duration::from_secs(5))];

/// A running server. Dropping it kills it: it holds nothing that lasts.
pub(super) struct Redis {
    child: Child,
    watch: Option<Watch>,
    pub(super) port: u16,
    pub(super) password: String,
}

impl Redis {
    /// Brings the server up in `home`, after ending one that a killed run left there.
    pub(super) async fn start(place: &Place, home: &Path) -> Result<Self, EmbeddedError> {
        end_old(home).await;
        let dir = home.join("redis");
        make_dir(&dir, 0o700, place.runner)?;
        let (log, _) = Log::open(home.join("redis.log"))?;
        let mut ended = None;
        for _ in 0..TRIES {
            let mut redis = launch(place, home, place.runner)?;
            let until = Instant::now() + START_LIMIT;
            while Instant::now() < until {
                if let Ok(Some(status)) = redis.child.try_wait() {
                    // most likely someone was faster to take the port
                    ended = Some(status);
                    break;
                }
                if redis.answers().await {
                    return Ok(redis);
                }
                sleep(Duration::from_millis(15)).await;
            }
        }
        Err(log.failure("Redis", ended))
    }

    /// Whether it is this server that answers: another's would not know the password.
    async fn answers(&self) -> bool {
        let ask = async {
            let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await?;
            let words = format!("AUTH {}\r\nPING\r\n", self.password);
            stream.write_all(words.as_bytes()).await?;
            let mut answer = [0u8; 12];
            stream.read_exact(&mut answer).await?;
            Ok::<_, std::io::Error>(&answer == b"+OK\r\n+PONG\r\n")
        };
        matches!(timeout(Duration::from_millis(500), ask).await, Ok(Ok(true)))
    }

    pub(super) fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    pub(super) async fn stop(&mut self) {
        process::end(&mut self.child, &STOP).await;
        self.watch = None;
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        process::end_now(&mut self.child, None);
    }
}

fn launch(place: &Place, home: &Path, runner: Option<Runner>) -> Result<Redis, EmbeddedError> {
    let dir = home.join("redis");
    let (_, file) = Log::open(home.join("redis.log"))?;
    let failed =
        |source| EmbeddedError::io(format!("start {}", place.redis_server.display()), source);
    let both = file.try_clone().map_err(failed)?;
    let (port, password) = (process::free_port()?, fresh_secret());
    // the settings go through standard input: a command line can be read by every user of the machine
    let settings = format!(
        "bind 127.0.0.1\nport {port}\nrequirepass {password}\nsave \"\"\nappendonly no\n\
         dir \"{}\"\nprotected-mode yes\ndaemonize no\n",
        dir.display()
    );
    let mut command = process::command(&place.redis_server, runner, &dir);
    command
        .arg("-")
        .stdin(Stdio::piped())
        .stdout(file)
        .stderr(both);
    let child = match command.spawn() {
        // a program in root's own folders: then it runs as root, bound to this machine and behind its password
        Err(error) if error.kind() == ErrorKind::PermissionDenied && runner.is_some() => {
            return launch(place, home, None);
        }
        other => other.map_err(failed)?,
    };
    let mut redis = Redis {
        child,
        watch: None,
        port,
        password,
    };
    redis.watch = Some(Watch::over(&redis.child)?);
    let note = format!(
        "{} {}
",
        redis.child.id(),
        redis.port
    );
    write_private(&home.join("redis.pid"), &note, None)?;
    if let Some(mut stdin) = redis.child.stdin.take() {
        // when it has ended already, its log says why
        drop(stdin.write_all(settings.as_bytes()));
    }
    Ok(redis)
}

/// Ends the server that a killed run left behind.
pub(super) async fn end_old(home: &Path) {
    let note = fs::read_to_string(home.join("redis.pid")).unwrap_or_default();
    if let Some((pid, port)) = note.trim().split_once(' ')
        && let Ok(pid) = pid.parse()
    {
        let kill = (Signal::KILL, Duration::from_secs(1));
        let marks = ["redis-server", &format!("127.0.0.1:{port}")];
        process::end_stray(pid, &marks, &[STOP[0], kill]).await;
    }
}
