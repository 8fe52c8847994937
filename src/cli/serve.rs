//! `assistant serve`: the daemon.

use super::stopping::Stopping;
use crate::{
    app::{self, Role},
    config::Config,
};

/// Serves until SIGTERM or SIGINT, then stops gracefully.
pub async fn run(config: Config, role: Role) -> anyhow::Result<i32> {
    let mut stopping = Stopping::new()?;
    let running = app::start(config, role).await?;
    println!("ready http://{}", running.address);
    stopping.wished().await;
    running.stop().await;
    Ok(0)
}
