//! The commands, one file each. Exit codes: 0 done, 1 failed, 2 wrong use.
//! May import: everything; nothing imports this.

use clap::{Parser, Subcommand};

#[derive(Parser)]
pub struct Cli { #[command(subcommand)] command: Command, #[arg(long, global = true)] config: Option<std::path::PathBuf> }
#[derive(Subcommand)]
enum Command { Migrate }

/// Parses the command line and runs it.
pub fn main() -> std::process::ExitCode {
    let cli = Cli::parse();
    let rt = tokio::runtime::Runtime::new().expect("a runtime");
    rt.block_on(async {
        let config = crate::config::Config::load(cli.config.as_deref()).expect("config");
        match cli.command { Command::Migrate => crate::db::migrate(&crate::db::options(&config.database).expect("url")).await.expect("migrated") }
    });
    std::process::ExitCode::SUCCESS
}
