//! `assistant up` as anyone meets it: one command, a conversation on standard output, and a server that may be killed in front
//! of their eyes.

use std::{path::PathBuf, process::Stdio, time::Duration};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child, ChildStderr, Command},
};

use crate::house::env;

/// A folder of its own for the private services.
struct Place(PathBuf);

impl Place {
    fn new() -> Self {
        use std::os::unix::fs::PermissionsExt;
        let name = format!(
            "up-{:08x}",
            u32::from_le_bytes(assistant::clock::random_bytes())
        );
        let place = Self(std::env::temp_dir().join(name));
        for folder in [place.0.clone(), place.0.join("var")] {
            std::fs::create_dir_all(&folder).expect("a folder");
            // the services run as another user when we are root
            std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755))
                .expect("open");
        }
        place
    }

    fn up(&self) -> Command {
        let path = [env("ASSISTANT_TEST_PG_BIN"), env("PATH")];
        let path: Vec<String> = path.into_iter().flatten().collect();
        let mut command = Command::new(env!("CARGO_BIN_EXE_assistant"));
        command
            .arg("up")
            .env_clear()
            .env("PATH", path.join(":"))
            .env("ASSISTANT_LOCAL", &self.0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    /// The process of the server, as a phone is told of it.
    fn server(&self) -> Option<Pid> {
        let text = std::fs::read_to_string(self.0.join("up.json")).ok()?;
        let reach: serde_json::Value = serde_json::from_str(&text).ok()?;
        Pid::from_raw(i32::try_from(reach["server"].as_i64()?).ok()?)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// The next line on standard error that begins so.
async fn line(lines: &mut Lines<BufReader<ChildStderr>>, start: &str) -> String {
    let wait = async {
        loop {
            let line = lines.next_line().await.expect("text").expect("it runs");
            if line.starts_with(start) {
                return line;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(60), wait)
        .await
        .unwrap_or_else(|_| panic!("no line {start}"))
}

fn pid(child: &Child) -> Pid {
    let id = child.id().and_then(|id| i32::try_from(id).ok());
    id.and_then(Pid::from_raw).expect("it runs")
}

async fn is_gone(pid: Pid) {
    let wait = async {
        while test_kill_process(pid).is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), wait)
        .await
        .expect("the server is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_piped_conversation_goes_on_through_faults_and_kills_and_stays_alone_on_standard_output()
{
    let place = Place::new();
    let mut child = place.up().spawn().expect("it starts");
    let mut stdin = child.stdin.take().expect("piped");
    let script = "add a task: renew passport\n:faults timeout 1\nwhat are my tasks?\n:kill\nundo\n:model down\n\
                  :faults 429 1\nmy tasks\n:faults 418\n:help\n";
    stdin.write_all(script.as_bytes()).await.expect("typed");
    drop(stdin);
    let ended = tokio::time::timeout(Duration::from_secs(120), child.wait_with_output()).await;
    let output = ended.expect("it ends").expect("it ran");
    let (said, beside) = (
        String::from_utf8(output.stdout).expect("UTF-8"),
        String::from_utf8(output.stderr).expect("UTF-8"),
    );
    assert_eq!(output.status.code(), Some(0), "{said}\n{beside}");
    assert_eq!(
        said,
        "> add a task: renew passport\nT1 renew passport\n> what are my tasks?\nYour tasks:\n1. renew passport [T1]\n\
         > undo\nUndone: removed T1 renew passport\n> my tasks\nNo open tasks.\n",
        "{beside}"
    );
    let ready: Vec<&str> = beside
        .lines()
        .filter(|line| line.starts_with("ready http://"))
        .collect();
    assert_eq!(ready.len(), 2, "{beside}");
    assert_eq!(ready[0], ready[1], "the port is kept");
    for words in [
        "SIGKILL",
        "the offline one answers",
        "found \"418\"",
        ":kill  ",
    ] {
        assert!(beside.contains(words), "{words} is missing in\n{beside}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_is_started_again_and_none_outlives_its_parent() {
    let place = Place::new();
    // an input that stays open and silent
    let mut child = place.up().spawn().expect("it starts");
    let _stdin = child.stdin.take().expect("piped");
    let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines();
    let ready = line(&mut lines, "ready ").await;
    let first = place.server().expect("it is told");
    kill_process(first, Signal::KILL).expect("killed");
    line(&mut lines, "the server has ended").await;
    assert_eq!(line(&mut lines, "ready ").await, ready);
    let second = place.server().expect("it is told");
    assert_ne!(first, second);
    // asked to stop, it stops its server too
    kill_process(pid(&child), Signal::TERM).expect("told");
    let status = tokio::time::timeout(Duration::from_secs(40), child.wait()).await;
    assert_eq!(
        status.expect("it ends").expect("a status").code(),
        Some(143)
    );
    is_gone(second).await;
    assert_eq!(place.server(), None, "nobody is told of it any more");

    let mut child = place.up().spawn().expect("it starts again");
    let _stdin = child.stdin.take().expect("piped");
    let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines();
    line(&mut lines, "ready ").await;
    let server = place.server().expect("it is told");
    kill_process(pid(&child), Signal::KILL).expect("killed");
    is_gone(server).await;
    child.wait().await.expect("reaped");
    // the watches over the services need a moment to end them
    tokio::time::sleep(Duration::from_secs(2)).await;
}
