//! The folder of one run of the services, and what killed runs left in theirs.

use std::{
    fs::{self, File, TryLockError},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use super::{
    EmbeddedError,
    place::{Place, fresh_secret, make_dir},
    postgres, redis,
};

/// The folder of one run of the services, held by a lock that the kernel releases with the process.
pub(super) struct Home {
    pub(super) path: PathBuf,
    keep: bool,
    _lock: File,
}

/// Folders of throw-away runs begin with this; short, since sockets lie in them.
const FRESH: &str = "t-";

impl Home {
    /// The folder of `assistant up`, which one process at a time may have.
    pub(super) fn kept(place: &Place) -> Result<Self, EmbeddedError> {
        let path = place.var.join("up");
        make_home(place, &path)?;
        let lock = lock_file(&path)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                path,
                keep: true,
                _lock: lock,
            }),
            Err(TryLockError::WouldBlock) => Err(EmbeddedError::AlreadyRunning),
            Err(TryLockError::Error(source)) => Err(EmbeddedError::io("lock", source)),
        }
    }

    /// A folder that is removed with this value.
    pub(super) async fn fresh(place: &Place) -> Result<Self, EmbeddedError> {
        // one at a time makes and removes such folders: none is taken for abandoned between its making and its lock
        let all = lock_file(&place.var)?;
        let locked = tokio::task::spawn_blocking(move || all.lock().map(|()| all)).await;
        let _all = locked
            .map_err(std::io::Error::other)
            .flatten()
            .map_err(|source| EmbeddedError::io("lock", source))?;
        sweep(&place.var).await;
        let path = place.var.join(format!("{FRESH}{}", &fresh_secret()[..8]));
        make_home(place, &path)?;
        let lock = lock_file(&path)?;
        lock.lock()
            .map_err(|source| EmbeddedError::io("lock", source))?;
        Ok(Self {
            path,
            keep: false,
            _lock: lock,
        })
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if !self.keep {
            drop(fs::remove_dir_all(&self.path));
        }
    }
}

/// Others may pass through to what a service owns, and list nothing.
fn make_home(place: &Place, path: &Path) -> Result<(), EmbeddedError> {
    make_dir(
        path,
        if place.runner.is_some() { 0o711 } else { 0o700 },
        None,
    )
}

fn lock_file(folder: &Path) -> Result<File, EmbeddedError> {
    let path = folder.join("lock");
    // who may open it could hold it
    let opened = File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path);
    opened.map_err(|source| EmbeddedError::io(format!("open {}", path.display()), source))
}

/// Ends and removes what killed throw-away runs left behind. What cannot be removed is left for the next.
async fn sweep(var: &Path) {
    for entry in fs::read_dir(var).into_iter().flatten().flatten() {
        let path = entry.path();
        let fresh = entry.file_name().to_string_lossy().starts_with(FRESH);
        if fresh && lock_file(&path).is_ok_and(|lock| lock.try_lock().is_ok()) {
            redis::end_old(&path).await;
            if postgres::end_old(&path).await.is_ok() {
                drop(fs::remove_dir_all(&path));
            }
        }
    }
}
