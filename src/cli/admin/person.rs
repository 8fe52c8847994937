//! Everything of a person as an archive, and the end of a person, on an operator's word.

use std::{fs::OpenOptions, io, os::unix::fs::OpenOptionsExt, path::Path};

use anyhow::Context;
use sqlx::PgPool;

use crate::{
    accounts::erase::{self, By},
    clock::Clock,
    db::UserTx,
    domain::UserId,
    skills::account::archive,
};

/// Writes the archive to a file that only its owner can read; one that is there is not written over.
pub async fn export(pool: &PgPool, user: UserId, path: &Path) -> anyhow::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("--file: {} cannot be made", path.display()))?;
    let mut archive = archive(pool, user, Clock::default().now()).await?;
    let bytes = io::copy(&mut archive, &mut file)?;
    println!("{} ({bytes} bytes)", path.display());
    Ok(())
}

/// Asks for the erasure; a daemon that works carries it out.
pub async fn erase(pool: &PgPool, user: UserId) -> anyhow::Result<()> {
    let mut tx = UserTx::begin(pool, user).await?;
    let asked = erase::ask(&mut tx, By::Operator, "", Clock::default().now()).await;
    let asked = match asked {
        Ok(asked) => asked,
        Err(error)
            if error.as_database_error().and_then(|e| e.constraint())
                == Some("last_administrator") =>
        {
            anyhow::bail!("--user: the last administrator stays; make somebody else one first")
        }
        Err(error) => return Err(error.into()),
    };
    tx.commit().await?;
    let before = if asked { "" } else { " already" };
    println!("{user} is being erased{before}: closed from now on, gone when a worker has done it");
    Ok(())
}
