//! `assistant admin deals`: offers of shops from files, and how the sources are.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Subcommand;
use sqlx::PgPool;

use crate::{
    clock::Clock,
    jobs,
    skills::prices::{feed, store},
};

#[derive(Subcommand)]
pub enum Command {
    /// Makes the offers of a file (JSON, as a feed has it) those of a source; what the source offered before goes.
    Import {
        file: PathBuf,
        /// Which of several files it is, like "aldi".
        #[arg(long, default_value = "file")]
        source: String,
    },
    /// The sources, with how many offers of each hold today and how the last read was.
    List,
}

/// Larger files are refused.
const MOST_BYTES: u64 = 50_000_000;

pub async fn run(pool: &PgPool, command: Command) -> anyhow::Result<i32> {
    match command {
        Command::Import { file, source } => import(pool, &file, &source).await,
        Command::List => list(pool).await.map(|()| 0),
    }
}

/// 1 when nothing of the file could be taken.
async fn import(pool: &PgPool, file: &Path, source: &str) -> anyhow::Result<i32> {
    let is_name = (1..=60).contains(&source.chars().count()) && source != jobs::FEED;
    anyhow::ensure!(
        is_name,
        "--source: 1 to 60 characters, and not \"{}\"",
        jobs::FEED
    );
    let named = || format!("{}", file.display());
    let size = tokio::fs::metadata(file).await.with_context(named)?.len();
    anyhow::ensure!(
        size <= MOST_BYTES,
        "{}: longer than {MOST_BYTES} bytes",
        file.display()
    );
    let bytes = tokio::fs::read(file).await.with_context(named)?;
    let read = feed::read(&bytes, jobs::today(&Clock::default())).with_context(named)?;
    for (at, why) in &read.bad {
        eprintln!("offer {at}: {why}");
    }
    if read.offers.is_empty() && !read.bad.is_empty() {
        eprintln!(
            "{} bad offers and no good one; nothing was changed",
            read.bad.len()
        );
        return Ok(1);
    }
    let (written, gone) = store::keep(pool, source, "", &read).await?;
    println!(
        "{} offers of {source}: {written} new or changed, {gone} gone, {} bad",
        read.offers.len(),
        read.bad.len()
    );
    Ok(0)
}

async fn list(pool: &PgPool) -> anyhow::Result<()> {
    let today = jobs::today(&Clock::default());
    for source in store::sources(pool, today).await? {
        let when = source
            .fetched_at
            .map_or_else(|| "never read".to_owned(), |at| format!("read {at:.0}"));
        let error = match source.error.as_str() {
            "" => String::new(),
            error => format!("; last try: {error}"),
        };
        println!(
            "{:<12} {:>5} offers today, {} bad, {when}{error}",
            source.name, source.offers, source.bad
        );
    }
    Ok(())
}
