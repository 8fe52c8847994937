//! Processes of ours, and those that an earlier run left behind.

use std::{
    fs::{self, File},
    io::{Read, Seek, SeekFrom},
    net::TcpListener,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use tokio::time::sleep;

use super::{EmbeddedError, place::Runner};

const LOOK: Duration = Duration::from_millis(15);

/// A command with nothing of our environment, in its own process group: a Ctrl-C at the terminal is for us alone.
pub(super) fn command(program: &Path, runner: Option<Runner>, dir: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("LANG", "C.UTF-8");
    command
        .current_dir(dir)
        .stdin(Stdio::null())
        .process_group(0);
    if let Some(runner) = runner {
        command.uid(runner.uid).gid(runner.gid);
    }
    command
}

/// A port that was free a moment ago; whoever binds it must be ready to lose the race.
pub(super) fn free_port() -> Result<u16, EmbeddedError> {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|source| EmbeddedError::io("take a free port on 127.0.0.1", source))
}

/// Sends a signal; a process that is gone already is no error.
pub(super) fn signal(pid: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
        let _ = kill_process(pid, signal);
    }
}

/// Whether the process `pid` is there and has all of `marks` in its command line: numbers of processes are used again.
pub(super) fn is_running(pid: u32, marks: &[&str]) -> bool {
    fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|line| {
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        !line.is_empty() && marks.iter().all(|mark| line.contains(mark))
    })
}

/// Ends a process that is no child of ours: each signal in turn, until it is gone. False when it stays.
pub(super) async fn end_stray(pid: u32, marks: &[&str], signals: &[(Signal, Duration)]) -> bool {
    for (kind, patience) in signals {
        let until = Instant::now() + *patience;
        if is_running(pid, marks) {
            signal(pid, *kind);
        }
        while Instant::now() < until {
            if !is_running(pid, marks) {
                return true;
            }
            sleep(LOOK).await;
        }
    }
    !is_running(pid, marks)
}

/// Ends a child: each signal in turn, until it has ended, at last SIGKILL.
pub(super) async fn end(child: &mut Child, signals: &[(Signal, Duration)]) {
    for (kind, patience) in signals {
        let until = Instant::now() + *patience;
        if matches!(child.try_wait(), Ok(Some(_))) {
            return;
        }
        signal(child.id(), *kind);
        while Instant::now() < until {
            if matches!(child.try_wait(), Ok(Some(_))) {
                return;
            }
            sleep(LOOK).await;
        }
    }
    end_now(child, None);
}

/// For destructors: `first`, two seconds, then SIGKILL. Blocks.
pub(super) fn end_now(child: &mut Child, first: Option<Signal>) {
    if let Some(first) = first {
        let until = Instant::now() + Duration::from_secs(2);
        if matches!(child.try_wait(), Ok(None)) {
            signal(child.id(), first);
        }
        while Instant::now() < until && matches!(child.try_wait(), Ok(None)) {
            std::thread::sleep(LOOK);
        }
    }
    if matches!(child.try_wait(), Ok(None)) {
        drop(child.kill());
        drop(child.wait());
    }
}

/// The log of a service: appended to, begun anew when it has grown, read by its owner alone.
pub(super) struct Log {
    pub(super) path: PathBuf,
    start: u64,
}

impl Log {
    const LARGE: u64 = 8 << 20;

    pub(super) fn open(path: PathBuf) -> Result<(Self, File), EmbeddedError> {
        use std::os::unix::fs::OpenOptionsExt;
        if fs::metadata(&path).is_ok_and(|found| found.len() > Self::LARGE) {
            drop(fs::rename(&path, path.with_extension("log.old")));
        }
        let opened = fs::OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            .open(&path);
        let file = opened
            .map_err(|source| EmbeddedError::io(format!("open {}", path.display()), source))?;
        let start = file.metadata().map_or(0, |found| found.len());
        Ok((Self { path, start }, file))
    }

    /// What was written since it was opened here, its last lines.
    pub(super) fn tail(&self) -> String {
        let mut text = Vec::new();
        if let Ok(mut file) = File::open(&self.path)
            && file.seek(SeekFrom::Start(self.start)).is_ok()
        {
            drop(file.take(Self::LARGE).read_to_end(&mut text));
        }
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.trim_end().lines().collect();
        lines[lines.len().saturating_sub(6)..].join("\n")
    }

    /// Why `program` did not come up.
    pub(super) fn failure(
        &self,
        program: &'static str,
        status: Option<ExitStatus>,
    ) -> EmbeddedError {
        let why = match status {
            Some(status) => format!("it ended ({status})"),
            None => "it was not ready in time".to_owned(),
        };
        EmbeddedError::Start {
            program,
            why,
            tail: self.tail(),
            log: self.path.clone(),
        }
    }
}

/// Stops a service when this process ends without having done so (kill -9): a shell waits for the end of a pipe whose
/// other end only we hold.
pub(super) struct Watch(Child);

impl Watch {
    pub(super) fn over(service: &Child) -> Result<Self, EmbeddedError> {
        let mut shell = command(Path::new("/bin/sh"), None, Path::new("/"));
        // SIGINT is PostgreSQL's fast shutdown; Redis takes it as a stop too
        shell
            .args([
                "-c",
                "read -r end; kill -INT \"$1\"",
                "sh",
                &service.id().to_string(),
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let child = shell
            .spawn()
            .map_err(|source| EmbeddedError::io("start /bin/sh to watch a service", source))?;
        Ok(Self(child))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // killed, not closed: a watch that is closed would stop the services in its own way
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_known_by_its_command_line_not_by_its_number_alone() {
        let me = std::process::id();
        assert!(is_running(me, &[]));
        assert!(!is_running(me, &["no such words in the command line"]));
        assert!(!is_running(u32::MAX, &[]));
    }

    #[test]
    fn a_log_shows_only_what_this_run_wrote() {
        use std::io::Write;
        let path = std::env::temp_dir().join(super::super::place::fresh_secret());
        fs::write(&path, "old\n").expect("a file");
        let (log, mut file) = Log::open(path.clone()).expect("a log");
        file.write_all(b"new\nnewer\n").expect("written");
        assert_eq!(log.tail(), "new\nnewer");
        fs::remove_file(path).expect("removed");
    }
}
