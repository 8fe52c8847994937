//! The commands, one file each. Exit codes: 0 done, 1 failed, 2 wrong use.
//! May import: everything; nothing imports this.

mod admin;
mod chat;
mod connect;
mod doctor;
mod health;
mod prove;
mod report;
mod serve;
mod server;
mod services;
mod stopping;
mod up;

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::{
    app::Role,
    bench,
    config::{Config, env},
    db, eval,
    sim::{model::ModelSimOptions, twilio::SimOptions},
};

/// A personal assistant that people reach by texting a phone number.
#[derive(Parser)]
#[command(name = "assistant", version, about)]
struct Cli {
    /// A configuration file; config.toml in the repository documents every key.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Everything in one: private PostgreSQL and Redis, schema, a demo user, the server and the terminal phone.
    Up,
    /// The daemon on the configured database and Redis; several may run side by side.
    Serve {
        /// What this process does.
        #[arg(long, value_enum, default_value = "all")]
        role: Role,
        /// Ends with this process.
        #[arg(long, hide = true)]
        child_of: Option<i32>,
    },
    /// The terminal phone: texts the running assistant.
    Chat {
        /// The number to text from.
        #[arg(long = "as", value_name = "NUMBER")]
        number: Option<String>,
    },
    /// Brings the schema up to date.
    Migrate,
    /// Checks every part and says in words what is wrong and how to mend it.
    Doctor,
    /// Makes an outside company know this installation, and proves it.
    Connect {
        #[command(subcommand)]
        company: connect::Company,
    },
    /// Asks the server on the configured address whether it is alive (for container health checks).
    Health,
    /// Accounts and operation.
    Admin {
        #[command(subcommand)]
        command: admin::Admin,
    },
    /// Measures this machine and prints a table; on a throw-away PostgreSQL, or the one of `assistant services`.
    Bench {
        #[arg(value_enum, default_value = "all")]
        what: bench::What,
        /// How long each load runs.
        #[arg(long, default_value_t = 10)]
        seconds: u64,
        /// One JSON object instead of the table.
        #[arg(long)]
        json: bool,
    },
    /// Measures what is recognised by rules on labelled cases and prints a table.
    Eval {
        #[arg(value_enum)]
        suite: eval::Suite,
        /// Cases of your own; fixtures/README.md documents them. For `when`, `hear` and `conversations`.
        #[arg(long)]
        file: Option<PathBuf>,
        /// One JSON object instead of the table.
        #[arg(long)]
        json: bool,
    },
    /// Prints the OpenAPI document.
    Openapi,
    /// Simulators of outside parties, for tests by hand.
    Sim {
        #[command(subcommand)]
        command: Sim,
    },
    /// Kills replicas under load and faults of every kind, then compares the ledger with the provider's list; on the servers
    /// of DATABASE_URL and REDIS_URL, in databases of its own. Crash points need a build with the feature `failpoints`.
    Prove {
        /// Repeats the choices of an earlier run.
        #[arg(long)]
        seed: Option<u64>,
        /// The longest that the kills may take.
        #[arg(long, default_value_t = 90)]
        seconds: u64,
        /// The scenes to run; all when none is named.
        scenes: Vec<String>,
    },
    /// Runs a command with a throw-away PostgreSQL and Redis (DATABASE_URL, REDIS_URL).
    Services {
        #[arg(trailing_var_arg = true, required = true)]
        command: Vec<String>,
    },
}

#[derive(Subcommand)]
enum Sim {
    /// A strict Twilio.
    Twilio {
        #[arg(long, default_value = "127.0.0.1:9800")]
        listen: SocketAddr,
        /// Where texts are posted: http://127.0.0.1:8080/webhooks/twilio/sms
        #[arg(long)]
        webhook: Option<String>,
        #[arg(long, default_value = "AC00000000000000000000000000000001")]
        account_sid: String,
        #[arg(long, default_value = "simulated-token")]
        auth_token: String,
        /// Our number there; may be given several times.
        #[arg(long, default_value = "+15550100000")]
        number: Vec<String>,
    },
    /// A strict language model on the wire of OpenAI's chat completions; it hears the phrases of the offline model.
    Model {
        #[arg(long, default_value = "127.0.0.1:9801")]
        listen: SocketAddr,
        /// Before every answer.
        #[arg(long, default_value_t = 0)]
        latency_ms: u64,
        /// The key that is asked for; none by default.
        #[arg(long, default_value = "")]
        key: String,
        /// A model that exists there; may be given several times. Without: every name does.
        #[arg(long)]
        model: Vec<String>,
    },
}

/// Parses the command line and runs it.
pub fn main() -> ExitCode {
    crate::fault::arm();
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("assistant: no runtime: {error}");
            return ExitCode::from(1);
        }
    };
    let ended = runtime.block_on(run(cli));
    // a read of standard input may never end
    runtime.shutdown_background();
    match ended {
        Ok(code) => ExitCode::from(u8::try_from(code).unwrap_or(1)),
        Err(error) => {
            eprintln!("assistant: {error:#}");
            ExitCode::from(1)
        }
    }
}

async fn run(cli: Cli) -> anyhow::Result<i32> {
    let file = cli.config.as_deref();
    let load = || Config::load(file);
    match cli.command {
        Command::Up => {
            log(None);
            up::run().await
        }
        Command::Chat { number } => chat::run(number, file).await,
        Command::Services { command } => services::run(command).await,
        Command::Serve { role, child_of } => {
            let config = load()?;
            log(Some(&config));
            serve::run(config, role, child_of).await
        }
        Command::Migrate => {
            let config = load()?;
            db::migrate(&db::options(&config.database)?).await?;
            eprintln!("the schema is up to date");
            Ok(0)
        }
        Command::Doctor => doctor::run(load()?).await,
        Command::Connect { company } => connect::run(&load()?, company).await,
        Command::Health => health::run(&load()?).await,
        Command::Admin { command } => admin::run(&load()?, command).await,
        Command::Bench {
            what,
            seconds,
            json,
        } => bench::run(what, seconds, json).await,
        Command::Eval {
            suite,
            file: cases,
            json,
        } => eval::run(suite, cases.as_deref(), file, json).await,
        Command::Openapi => {
            print!("{}", crate::http::openapi());
            Ok(0)
        }
        Command::Prove {
            seed,
            seconds,
            scenes,
        } => prove::run(seed, seconds, scenes).await,
        Command::Sim {
            command:
                Sim::Model {
                    listen,
                    latency_ms,
                    key,
                    model,
                },
        } => {
            let options = ModelSimOptions {
                key,
                models: model,
                latency: std::time::Duration::from_millis(latency_ms),
                ..ModelSimOptions::default()
            };
            crate::sim::model::run(listen, options).await?;
            Ok(0)
        }
        Command::Sim {
            command:
                Sim::Twilio {
                    listen,
                    webhook,
                    account_sid,
                    auth_token,
                    number,
                },
        } => {
            let options = SimOptions {
                webhook,
                account_sid,
                auth_token,
                numbers: number,
                ..SimOptions::default()
            };
            crate::sim::twilio::run(listen, options).await?;
            Ok(0)
        }
    }
}

/// `up` talks to a person: it logs warnings only, unless ASSISTANT_OPS__LOG says otherwise.
fn log(config: Option<&Config>) {
    let quiet = env("ASSISTANT_OPS__LOG").unwrap_or_else(|| "error".to_owned());
    crate::telemetry::log(config.map_or(&quiet, |config| &config.ops.log));
}
