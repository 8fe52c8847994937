//! `assistant admin keys`: new keys while daemons run.

use std::sync::Arc;

use anyhow::Context;
use clap::Subcommand;
use sqlx::PgPool;

use crate::{
    accounts::{Accounts, keys},
    clock::Clock,
    config::Config,
};

#[derive(Subcommand)]
pub enum Command {
    /// Makes a new key that signs access tokens and a new one that seals secrets, and seals every secret anew. Daemons take
    /// them over while they run; access tokens of the key before are good until they are over. May be run again at any time.
    Rotate,
}

/// Runs one of the commands on the keys.
pub async fn run(pool: &PgPool, config: &Config, command: Command) -> anyhow::Result<()> {
    let Command::Rotate = command;
    let config = Arc::new(config.clone());
    let base = config.server.public_url.as_str().into();
    let accounts = Accounts::new(pool.clone(), Clock::default(), config.clone(), base)
        .context("auth.jwt_secret: found nothing, expected what the daemons have")?
        .ready(None)
        .await?;
    if !keys::has_own_sealing_key(&accounts) {
        eprintln!(
            "auth.sealing_key is not set: what is sealed hangs on auth.jwt_secret, which can then never be changed"
        );
    }
    let rotated = keys::rotate(&accounts).await?;
    println!(
        "key {} signs from now on; {} values sealed anew",
        rotated.signing, rotated.resealed
    );
    anyhow::ensure!(
        rotated.lost == 0,
        "{} values are opened by no key that is configured; see the log",
        rotated.lost
    );
    Ok(())
}
