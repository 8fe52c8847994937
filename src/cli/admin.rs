//! `assistant admin`: accounts and operation, for whoever holds the database URL.

mod authority;
mod deals;
mod keys;
mod person;
mod usage;

use std::path::{Path, PathBuf};

use clap::Subcommand;
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    accounts::joining,
    admin::{self, NewUser, add_user, taken, token},
    clock::{Clock, new_id},
    config::{Config, JoinPolicy, env},
    db,
    domain::{PhoneNumber, UserId},
    switches::{self, Switch},
};

#[derive(Subcommand)]
pub enum Admin {
    /// Users.
    User {
        #[command(subcommand)]
        command: User,
    },
    /// Prints what each user's answers cost: tokens and price.
    Usage {
        /// How many days back, today included (UTC).
        #[arg(long, default_value_t = 1)]
        days: u16,
    },
    /// Makes an invitation and prints its code: whoever texts it to us joins (`joining.policy = "invite"` or "open").
    Invite {
        /// How many people it lets in.
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(i32).range(1..=10_000))]
        uses: i32,
        /// How long it is good.
        #[arg(long, default_value_t = 14, value_parser = clap::value_parser!(u32).range(1..=366))]
        days: u32,
    },
    /// Prints a bearer token for a user.
    Token {
        /// Id, e-mail address or phone number.
        #[arg(long, value_name = "ID|EMAIL|PHONE")]
        user: String,
    },
    /// Links a further number to a user.
    Link {
        #[arg(long, value_name = "ID|EMAIL|PHONE")]
        user: String,
        #[arg(long)]
        phone: String,
        /// The number is known to be theirs: it works at once.
        #[arg(long)]
        verified: bool,
    },
    /// Writes everything that is kept of a user into a zip.
    Export {
        #[arg(long, value_name = "ID|EMAIL|PHONE")]
        user: String,
        /// A file that is not there yet.
        #[arg(long)]
        file: PathBuf,
    },
    /// Erases a user and everything of theirs. Cannot be taken back.
    Erase {
        #[arg(long, value_name = "ID|EMAIL|PHONE")]
        user: String,
    },
    /// Pauses a part of every process on this database, until it is resumed; restarts change nothing.
    Pause {
        #[arg(value_enum)]
        part: Switch,
    },
    /// Ends a pause.
    Resume {
        #[arg(value_enum)]
        part: Switch,
    },
    /// What is paused, since when and by whom.
    Switches,
    /// Makes the first administrator. Works once: as soon as there is one, they make others.
    First {
        #[arg(long, value_name = "ID|EMAIL|PHONE")]
        user: String,
    },
    /// Roles of users.
    Role {
        #[command(subcommand)]
        command: authority::Role,
    },
    /// The audit log.
    Audit {
        #[command(subcommand)]
        command: authority::Audit,
    },
    /// What was given up for good.
    Jobs {
        #[command(subcommand)]
        command: authority::Jobs,
    },
    /// Keys that sign and seal.
    Keys {
        #[command(subcommand)]
        command: keys::Command,
    },
    /// Offers of shops.
    Deals {
        #[command(subcommand)]
        command: deals::Command,
    },
    /// Our numbers.
    Number {
        #[command(subcommand)]
        command: Number,
    },
}

#[derive(Subcommand)]
pub enum User {
    /// Makes a user with a number and prints the id.
    Add {
        #[arg(long)]
        phone: String,
        #[arg(long)]
        email: Option<String>,
        #[arg(long)]
        name: Option<String>,
        /// An IANA zone like America/New_York.
        #[arg(long, default_value = "UTC")]
        time_zone: String,
        /// The number is known to be theirs: it works at once.
        #[arg(long)]
        verified: bool,
    },
    /// Adds many users from a table (CSV): `phone[,email][,name][,time_zone][,verified]`. All of them or nobody.
    Import {
        file: PathBuf,
        /// Tries everything and keeps nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Stops serving a user; nothing is deleted.
    Disable {
        #[arg(value_name = "ID|EMAIL|PHONE")]
        user: String,
    },
    /// Serves a disabled user again.
    Enable {
        #[arg(value_name = "ID|EMAIL|PHONE")]
        user: String,
    },
    /// Takes an ability from a user, or one of its rights: tasks, tasks:write, groceries:read ...
    Deny {
        #[arg(value_name = "ID|EMAIL|PHONE")]
        user: String,
        scope: String,
    },
    /// Gives back what `deny` took.
    Allow {
        #[arg(value_name = "ID|EMAIL|PHONE")]
        user: String,
        scope: String,
    },
}

#[derive(Subcommand)]
pub enum Number {
    /// Gives one of our numbers to one user: others are strangers there.
    Dedicate {
        number: String,
        #[arg(value_name = "ID|EMAIL|PHONE")]
        user: String,
    },
    /// Shares a number among all users again.
    Share { number: String },
}

/// Runs one administration command.
pub async fn run(config: &Config, command: Admin) -> anyhow::Result<i32> {
    let pool = db::connect(&config.database).await?;
    match command {
        Admin::User {
            command:
                User::Add {
                    phone,
                    email,
                    name,
                    time_zone,
                    verified,
                },
        } => {
            let new = NewUser {
                phone: PhoneNumber::parse(&phone)?,
                email,
                name,
                time_zone,
                verified,
            };
            println!("{}", add_user(&pool, new).await?);
        }
        Admin::User {
            command: User::Disable { user },
        } => authority::serve(&pool, &user, false).await?,
        Admin::User {
            command: User::Enable { user },
        } => authority::serve(&pool, &user, true).await?,
        Admin::User {
            command: User::Deny { user, scope },
        } => usage::set_scope(&pool, find(&pool, &user).await?, &scope, true).await?,
        Admin::User {
            command: User::Allow { user, scope },
        } => usage::set_scope(&pool, find(&pool, &user).await?, &scope, false).await?,
        Admin::Invite { uses, days } => {
            let now = Clock::default().now();
            println!("{}", joining::invite(&pool, uses, days, now).await?);
            if config.joining.policy == JoinPolicy::Closed {
                eprintln!("joining.policy is closed: nobody can use it until that is changed");
            }
        }
        Admin::Usage { days } => usage::print_usage(&pool, days).await?,
        Admin::Token { user } => {
            let user = find(&pool, &user).await?;
            println!("{}", token(&pool, user, config.auth.token_days).await?);
        }
        Admin::Link {
            user,
            phone,
            verified,
        } => {
            let user = find(&pool, &user).await?;
            link(&pool, user, &PhoneNumber::parse(&phone)?, verified).await?;
        }
        Admin::User {
            command: User::Import { file, dry_run },
        } => {
            let code = import(&pool, &file, dry_run).await?;
            pool.close().await;
            return Ok(code);
        }
        Admin::Export { user, file } => {
            person::export(&pool, find(&pool, &user).await?, &file).await?;
        }
        Admin::Erase { user } => person::erase(&pool, find(&pool, &user).await?).await?,
        Admin::Pause { part } => turn(&pool, part, true).await?,
        Admin::Resume { part } => turn(&pool, part, false).await?,
        Admin::Switches => show(&pool).await?,
        Admin::First { user } => authority::first(&pool, &user).await?,
        Admin::Role { command } => authority::role(&pool, command).await?,
        Admin::Audit { command } => {
            let code = authority::audit(&pool, command).await?;
            pool.close().await;
            return Ok(code);
        }
        Admin::Jobs { command } => authority::jobs(&pool, command).await?,
        Admin::Deals { command } => {
            let code = deals::run(&pool, command).await?;
            pool.close().await;
            return Ok(code);
        }
        Admin::Keys { command } => keys::run(&pool, config, command).await?,
        Admin::Number { command } => dedicate(&pool, command).await?,
    }
    pool.close().await;
    Ok(0)
}

/// Prints who was added, or every bad line; 1 when there was one.
async fn import(pool: &PgPool, file: &Path, dry_run: bool) -> anyhow::Result<i32> {
    let imported = admin::import(pool, file, dry_run).await?;
    if !imported.wrong.is_empty() {
        for (line, why) in &imported.wrong {
            eprintln!("line {line}: {why}");
        }
        eprintln!("{} bad lines; nobody was added", imported.wrong.len());
        return Ok(1);
    }
    for (id, new) in &imported.users {
        let name = new.name.as_deref().unwrap_or("-");
        let works = if new.verified {
            "verified"
        } else {
            "not verified"
        };
        if dry_run {
            println!("would add {} {name} {} {works}", new.phone, new.time_zone);
        } else {
            println!("{} {} {name}", id.0, new.phone);
        }
    }
    eprintln!(
        "{} users {}",
        imported.users.len(),
        if dry_run { "would be added" } else { "added" }
    );
    Ok(0)
}

async fn turn(pool: &PgPool, part: Switch, off: bool) -> anyhow::Result<()> {
    let by = operator_name();
    let now = Clock::default().now();
    let turned = switches::turn(pool, part, off, now, &by).await?;
    let state = if off { "paused" } else { "running" };
    let before = if turned { "" } else { " already" };
    println!("{} {state}{before}", part.as_str());
    Ok(())
}

async fn show(pool: &PgPool) -> anyhow::Result<()> {
    for standing in switches::list(pool).await? {
        let name = standing.switch.as_str();
        match standing.off_since {
            Some(since) => println!("{name:<8} paused since {since:.0} by {}", standing.by),
            None => println!("{name:<8} running"),
        }
    }
    Ok(())
}

async fn link(
    pool: &PgPool,
    user: UserId,
    phone: &PhoneNumber,
    verified: bool,
) -> anyhow::Result<()> {
    sqlx::query!(
        "select link_phone($1, $2, $3, $4)",
        new_id(),
        user.0,
        phone.as_str(),
        verified
    )
    .fetch_one(pool)
    .await
    .map_err(|error| taken(error, "--phone"))?;
    Ok(())
}

async fn find(pool: &PgPool, who: &str) -> anyhow::Result<UserId> {
    let normal = PhoneNumber::parse(who).map_or_else(|_| who.trim().to_owned(), String::from);
    let found: Option<Uuid> = sqlx::query_scalar!("select find_user($1)", normal)
        .fetch_one(pool)
        .await?;
    found.map(UserId).ok_or_else(|| {
        anyhow::anyhow!("no user with id, e-mail address or verified number \"{who}\"")
    })
}

/// Who the machine says is at it.
fn operator_name() -> String {
    env("SUDO_USER")
        .or_else(|| env("USER"))
        .unwrap_or_else(|| "an administrator".to_owned())
}

async fn dedicate(pool: &PgPool, command: Number) -> anyhow::Result<()> {
    let (number, user) = match command {
        Number::Dedicate { number, user } => (number, Some(find(pool, &user).await?)),
        Number::Share { number } => (number, None),
    };
    let number = PhoneNumber::parse(&number)?;
    let changed = sqlx::query!(
        "update own_numbers set dedicated_to = $2 where number = $1",
        number.as_str(),
        user.map(|u| u.0)
    )
    .execute(pool)
    .await?;
    anyhow::ensure!(
        changed.rows_affected() == 1,
        "{number} is not one of our numbers; set twilio.from and serve once"
    );
    Ok(())
}
