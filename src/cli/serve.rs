//! `assistant serve`: the daemon.

use rustix::process::{Pid, Signal, getppid, set_parent_process_death_signal};

use super::stopping::Stopping;
use crate::{
    app::{self, Role},
    config::Config,
};

/// Serves until SIGTERM or SIGINT, then stops gracefully. With `parent` it does not outlive that process.
pub async fn run(config: Config, role: Role, parent: Option<i32>) -> anyhow::Result<i32> {
    if let Some(parent) = parent {
        // killed, not stopped: its database ends with the same parent, and nothing is lost by it
        set_parent_process_death_signal(Some(Signal::KILL))?;
        anyhow::ensure!(
            getppid() == Pid::from_raw(parent),
            "whoever started this server is gone"
        );
    }
    let mut stopping = Stopping::new()?;
    let running = app::start(config, role).await?;
    println!("ready http://{}", running.address);
    stopping.wished().await;
    running.stop().await;
    Ok(0)
}
