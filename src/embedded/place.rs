//! Where the private services live: which programs, which folder, as which user.

use std::{
    ffi::OsStr,
    fs::{self, DirBuilder, OpenOptions},
    io::Write,
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use super::EmbeddedError;
use crate::config::env;

/// The longest path of a Unix socket, in bytes, on Linux (`sun_path` without its final zero; see unix(7)).
const LONGEST_SOCKET: usize = 107;

/// The user that a service runs as, when it is not ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Runner {
    pub uid: u32,
    pub gid: u32,
}

/// The folders, programs and user for the private services of one checkout.
#[derive(Clone, Debug)]
pub struct Place {
    /// Where services keep their files; without links in its path.
    pub var: PathBuf,
    /// PostgreSQL's programs.
    pub pg_bin: PathBuf,
    pub redis_server: PathBuf,
    /// Set when we are root: PostgreSQL refuses to run as root.
    pub runner: Option<Runner>,
}

impl Place {
    /// Looks for what `scripts/setup` laid out in `.local/`, then for the system's own programs.
    pub fn find() -> Result<Self, EmbeddedError> {
        let local = local()?;
        let var = local.join("var");
        if env("ASSISTANT_LOCAL").is_some() {
            make_dir(&var, 0o755, None)?;
        }
        let var = fs::canonicalize(&var).map_err(|_| EmbeddedError::NoSetup(local.clone()))?;
        let runner = if rustix::process::geteuid().is_root() {
            let runner = unprivileged()?;
            match closed_to(&var, runner)? {
                Some(folder) => return Err(EmbeddedError::Closed { folder, var }),
                None => Some(runner),
            }
        } else {
            None
        };
        Ok(Self {
            pg_bin: find_postgres(&local)
                .ok_or_else(|| EmbeddedError::NoPostgres(local.clone()))?,
            redis_server: find_redis(&local)
                .ok_or_else(|| EmbeddedError::NoRedis(local.clone()))?,
            var,
            runner,
        })
    }
}

/// The folder `.local` of this checkout: `ASSISTANT_LOCAL`, else the one beside or above the current folder or, failing
/// that, above this program.
pub fn local() -> Result<PathBuf, EmbeddedError> {
    if let Some(local) = env("ASSISTANT_LOCAL") {
        return std::path::absolute(&local)
            .map_err(|source| EmbeddedError::io("find the folder ASSISTANT_LOCAL", source));
    }
    let current = std::env::current_dir()
        .map_err(|source| EmbeddedError::io("find the current folder", source))?;
    let program = std::env::current_exe().unwrap_or_default();
    let set_up = |folder: &&Path| folder.join(".local/var").is_dir();
    let found = current
        .ancestors()
        .find(set_up)
        .or_else(|| program.ancestors().find(set_up));
    Ok(found.unwrap_or(&current).join(".local"))
}

fn find_postgres(local: &Path) -> Option<PathBuf> {
    let complete = |bin: &PathBuf| ["postgres", "initdb"].iter().all(|p| bin.join(p).is_file());
    let mut packaged: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    packaged.sort_by_key(|folder| {
        std::cmp::Reverse(
            folder
                .file_name()
                .and_then(OsStr::to_str)
                .and_then(|name| name.parse::<u32>().ok()),
        )
    });
    std::iter::once(local.join("pg/bin"))
        .chain(on_path())
        .chain(packaged.into_iter().map(|folder| folder.join("bin")))
        .find(complete)
        .and_then(|bin| fs::canonicalize(bin.join("postgres")).ok())
        .and_then(|program| program.parent().map(Path::to_owned))
}

fn find_redis(local: &Path) -> Option<PathBuf> {
    std::iter::once(local.join("bin"))
        .chain(on_path())
        .map(|folder| folder.join("redis-server"))
        .find(|program| program.is_file())
        .and_then(|program| fs::canonicalize(program).ok())
}

fn on_path() -> Vec<PathBuf> {
    env("PATH")
        .map(|path| std::env::split_paths(&path).collect())
        .unwrap_or_default()
}

/// `nobody`, as this machine numbers it.
fn unprivileged() -> Result<Runner, EmbeddedError> {
    let users = fs::read_to_string("/etc/passwd")
        .map_err(|source| EmbeddedError::io("read /etc/passwd", source))?;
    nobody(&users).ok_or(EmbeddedError::NoUser)
}

/// The line of `nobody` in the form of passwd(5).
fn nobody(users: &str) -> Option<Runner> {
    let line = users
        .lines()
        .find_map(|line| line.strip_prefix("nobody:"))?;
    let mut fields = line.split(':').skip(1);
    let runner = Runner {
        uid: fields.next()?.parse().ok()?,
        gid: fields.next()?.parse().ok()?,
    };
    (runner.uid != 0).then_some(runner)
}

/// The first folder on the way to `path` that `runner` may not enter.
fn closed_to(path: &Path, runner: Runner) -> Result<Option<PathBuf>, EmbeddedError> {
    for folder in path.ancestors() {
        let found = fs::metadata(folder)
            .map_err(|source| EmbeddedError::io(format!("look at {}", folder.display()), source))?;
        let needed = if found.uid() == runner.uid {
            0o100
        } else if found.gid() == runner.gid {
            0o010
        } else {
            0o001
        };
        if found.mode() & needed == 0 {
            return Ok(Some(folder.to_owned()));
        }
    }
    Ok(None)
}

/// A folder with exactly these rights, made when it is not there, given to `owner` when it is not us.
pub(super) fn make_dir(path: &Path, mode: u32, owner: Option<Runner>) -> Result<(), EmbeddedError> {
    let make = || {
        match DirBuilder::new().mode(mode).create(path) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            other => other?,
        }
        let found = fs::symlink_metadata(path)?;
        if !found.is_dir() {
            return Err(std::io::Error::other("it is there and is no folder"));
        }
        if found.mode() & 0o7777 != mode {
            fs::set_permissions(path, fs::Permissions::from_mode(mode))?;
        }
        match owner {
            Some(owner) if found.uid() != owner.uid => give(path, owner),
            _ => Ok(()),
        }
    };
    make()
        .map_err(|source| EmbeddedError::io(format!("make the folder {}", path.display()), source))
}

fn give(path: &Path, owner: Runner) -> std::io::Result<()> {
    std::os::unix::fs::chown(path, Some(owner.uid), Some(owner.gid))
}

/// Writes a file that its owner alone may read. What stands at `path` is whole at every moment, a crash included.
pub fn write_private(path: &Path, text: &str, owner: Option<Runner>) -> Result<(), EmbeddedError> {
    let fresh = path.with_extension("fresh");
    let write = || {
        drop(fs::remove_file(&fresh));
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&fresh)?;
        file.write_all(text.as_bytes())?;
        if let Some(owner) = owner {
            give(&fresh, owner)?;
        }
        file.sync_all()?;
        fs::rename(&fresh, path)
    };
    write().map_err(|source| EmbeddedError::io(format!("write {}", path.display()), source))
}

/// A secret of 32 hexadecimal digits that is made once and kept at `path`.
pub fn kept_secret(path: &Path) -> Result<String, EmbeddedError> {
    match fs::read_to_string(path) {
        Ok(text) => return Ok(text.trim().to_owned()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(source) => {
            return Err(EmbeddedError::io(
                format!("read {}", path.display()),
                source,
            ));
        }
    }
    let secret = fresh_secret();
    write_private(path, &format!("{secret}\n"), None)?;
    Ok(secret)
}

/// 128 bits as hexadecimal digits: safe in a URL and in a quoted string.
pub fn fresh_secret() -> String {
    format!("{:032x}", u128::from_le_bytes(crate::clock::random_bytes()))
}

/// The folder for PostgreSQL's socket, or none when the socket's path would be too long for the system.
pub(super) fn socket_dir(home: &Path) -> Option<PathBuf> {
    let dir = home.join("s");
    let longest = dir.join(".s.PGSQL.65535.lock");
    (longest.as_os_str().len() <= LONGEST_SOCKET).then_some(dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_whose_path_the_system_would_refuse_is_left_out() {
        let short = Path::new("/var/tmp/assistant-0123456789ab/up/postgres");
        assert_eq!(socket_dir(short), Some(short.join("s")));
        // /s/.s.PGSQL.65535.lock takes 22 bytes
        for (length, fits) in [(85, true), (86, false), (200, false)] {
            let home = PathBuf::from(format!("/{}", "d".repeat(length - 1)));
            assert_eq!(socket_dir(&home).is_some(), fits, "{length}");
        }
    }

    #[test]
    fn nobody_is_found_and_root_is_never_taken_for_it() {
        let users = "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65533:nobody:/:/bin/false\n";
        assert_eq!(
            nobody(users),
            Some(Runner {
                uid: 65534,
                gid: 65533
            })
        );
        assert_eq!(nobody("nobody:x:0:0::/:/bin/sh\n"), None);
        assert_eq!(nobody("root:x:0:0:root:/root:/bin/sh\n"), None);
    }

    #[test]
    fn a_secret_is_made_once_and_only_its_owner_reads_it() {
        let dir = std::env::temp_dir().join(format!("assistant-place-{}", fresh_secret()));
        make_dir(&dir, 0o700, None).expect("a folder");
        let path = dir.join("secret");
        let secret = kept_secret(&path).expect("a secret");
        assert_eq!(secret.len(), 32);
        assert_eq!(kept_secret(&path).expect("the same"), secret);
        assert_eq!(fs::metadata(&path).expect("its file").mode() & 0o777, 0o600);
        fs::remove_dir_all(&dir).expect("removed");
    }

    #[test]
    fn a_folder_that_the_runner_may_not_enter_is_named() {
        let dir = std::env::temp_dir().join(format!("assistant-place-{}", fresh_secret()));
        let inner = dir.join("inner");
        make_dir(&dir, 0o700, None).expect("a folder");
        make_dir(&inner, 0o755, None).expect("a folder");
        let stranger = Runner {
            uid: 4_000_000,
            gid: 4_000_000,
        };
        assert_eq!(
            closed_to(&inner, stranger).expect("looked"),
            Some(dir.clone())
        );
        fs::remove_dir_all(&dir).expect("removed");
    }
}
