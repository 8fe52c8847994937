//! `assistant admin`: accounts and operation, for whoever holds the database URL.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use clap::Subcommand;
use jiff::{SignedDuration, tz::TimeZone};
use jiff_sqlx::ToSqlx;
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    clock::{Clock, new_id, random_bytes},
    config::Config,
    db::{self, UserTx},
    domain::{PhoneNumber, UserId},
};

#[derive(Subcommand)]
pub enum Admin {
    /// Users.
    User {
        #[command(subcommand)]
        command: User,
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
        Admin::User { command: User::Add { phone, email, name, time_zone, verified } } => {
            let new = NewUser { phone: PhoneNumber::parse(&phone)?, email, name, time_zone, verified };
            println!("{}", add_user(&pool, new).await?);
        }
        Admin::User { command: User::Disable { user } } => set_state(&pool, &user, "disabled").await?,
        Admin::User { command: User::Enable { user } } => set_state(&pool, &user, "active").await?,
        Admin::Token { user } => {
            let user = find(&pool, &user).await?;
            println!("{}", token(&pool, user, config.auth.token_days).await?);
        }
        Admin::Link { user, phone, verified } => {
            let user = find(&pool, &user).await?;
            link(&pool, user, &PhoneNumber::parse(&phone)?, verified).await?;
        }
        Admin::Number { command } => dedicate(&pool, command).await?,
    }
    pool.close().await;
    Ok(0)
}

/// A user that is to be.
pub struct NewUser {
    pub phone: PhoneNumber,
    pub email: Option<String>,
    pub name: Option<String>,
    pub time_zone: String,
    pub verified: bool,
}

/// Makes a user with a number, a mailbox and a zone; all or nothing.
pub async fn add_user(pool: &PgPool, new: NewUser) -> anyhow::Result<UserId> {
    if TimeZone::get(&new.time_zone).is_err() {
        anyhow::bail!("--time-zone: found \"{}\", expected an IANA zone like America/New_York", new.time_zone);
    }
    if new.email.as_deref().is_some_and(|e| !e.contains('@')) {
        anyhow::bail!("--email: found \"{}\", expected an address", new.email.unwrap_or_default());
    }
    let id = new_id();
    let mut tx = pool.begin().await?;
    sqlx::query!("select create_user($1, $2, $3, $4)", id, new.name, new.email, new.time_zone)
        .fetch_one(&mut *tx)
        .await
        .map_err(|error| taken(error, "--email"))?;
    sqlx::query!("select link_phone($1, $2, $3, $4)", new_id(), id, new.phone.as_str(), new.verified)
        .fetch_one(&mut *tx)
        .await
        .map_err(|error| taken(error, "--phone"))?;
    tx.commit().await?;
    Ok(UserId(id))
}

/// A fresh bearer token: 256 bits, of which only the SHA-256 is stored.
pub async fn token(pool: &PgPool, user: UserId, days: u32) -> anyhow::Result<String> {
    let token = URL_SAFE_NO_PAD.encode(random_bytes::<32>());
    let expires = Clock::default().now() + SignedDuration::from_hours(24 * i64::from(days));
    let mut tx = UserTx::begin(pool, user).await?;
    sqlx::query!(
        "insert into api_tokens (id, user_id, token_hash, expires_at) values ($1, $2, $3, $4)",
        new_id(),
        user.0,
        Sha256::digest(token.as_bytes()).to_vec(),
        expires.to_sqlx() as _,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(token)
}

async fn link(pool: &PgPool, user: UserId, phone: &PhoneNumber, verified: bool) -> anyhow::Result<()> {
    sqlx::query!("select link_phone($1, $2, $3, $4)", new_id(), user.0, phone.as_str(), verified)
        .fetch_one(pool)
        .await
        .map_err(|error| taken(error, "--phone"))?;
    Ok(())
}

async fn find(pool: &PgPool, who: &str) -> anyhow::Result<UserId> {
    let normal = PhoneNumber::parse(who).map_or_else(|_| who.trim().to_owned(), String::from);
    let found: Option<Uuid> = sqlx::query_scalar!("select find_user($1)", normal).fetch_one(pool).await?;
    found.map(UserId).ok_or_else(|| anyhow::anyhow!("no user with id, e-mail address or verified number \"{who}\""))
}

async fn set_state(pool: &PgPool, who: &str, state: &str) -> anyhow::Result<()> {
    let user = find(pool, who).await?;
    let mut tx = UserTx::begin(pool, user).await?;
    sqlx::query!("update users set state = $2 where id = $1 and state <> 'erased'", user.0, state)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
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
    anyhow::ensure!(changed.rows_affected() == 1, "{number} is not one of our numbers; set twilio.from and serve once");
    Ok(())
}

fn taken(error: sqlx::Error, option: &str) -> anyhow::Error {
    match error.as_database_error() {
        Some(e) if e.is_unique_violation() => anyhow::anyhow!("{option}: another user has it"),
        Some(e) if e.is_check_violation() => anyhow::anyhow!("{option}: not a value that can be kept"),
        _ => error.into(),
    }
}
