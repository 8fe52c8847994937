//! What can be wrong with the private services, in words, with what mends it.

use std::{path::PathBuf, process::ExitStatus};

/// Why the private services do not run, and what mends it.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    #[error("nothing is set up in {}: run `scripts/setup run` in the checkout first (`make run` does it too)", .0.display())]
    NoSetup(PathBuf),
    #[error("PostgreSQL is neither in {}/pg/bin nor on PATH: run `scripts/setup run` in the checkout", .0.display())]
    NoPostgres(PathBuf),
    #[error("redis-server is neither in {}/bin nor on PATH: run `scripts/setup run` in the checkout", .0.display())]
    NoRedis(PathBuf),
    #[error(
        "PostgreSQL does not run as root, and /etc/passwd has no user `nobody` to run it as: add that user, or start as an ordinary one"
    )]
    NoUser,
    #[error("PostgreSQL runs as `nobody`, who may not enter {}: run `scripts/setup run`, which finds a better place than {}", .folder.display(), .var.display())]
    Closed { folder: PathBuf, var: PathBuf },
    #[error(
        "`assistant up` of this checkout is already running: use `assistant chat`, or stop it first"
    )]
    AlreadyRunning,
    #[error("the data in {} was made by PostgreSQL {theirs}, and this is {ours}: install {theirs}, or move that folder away to start empty", .data.display())]
    OtherVersion {
        data: PathBuf,
        theirs: String,
        ours: String,
    },
    #[error("{} holds files that are no PostgreSQL data: move that folder away", .0.display())]
    NotData(PathBuf),
    #[error("the password of the data is gone: put {} back, or move the folder postgres beside it away to start empty", .0.display())]
    NoPassword(PathBuf),
    #[error("another PostgreSQL holds {} and does not end: stop it, then try again", .0.display())]
    Held(PathBuf),
    #[error("initdb failed ({status}): {said}")]
    InitDb { status: ExitStatus, said: String },
    #[error("{program} did not start: {why}. The end of {}:\n{tail}", .log.display())]
    Start {
        program: &'static str,
        why: String,
        tail: String,
        log: PathBuf,
    },
    #[error("cannot make the daemon's login: {0}")]
    Login(#[from] sqlx::Error),
    #[error("cannot {doing}: {source}")]
    Io {
        doing: String,
        source: std::io::Error,
    },
}

impl EmbeddedError {
    pub(super) fn io(doing: impl Into<String>, source: std::io::Error) -> Self {
        Self::Io {
            doing: doing.into(),
            source,
        }
    }
}
