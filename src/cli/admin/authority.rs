//! `assistant admin first|role|audit|jobs`: what whoever holds the database's address decides. Each act is audited, with no
//! actor and the name that the machine knows.

use anyhow::bail;
use clap::Subcommand;
use jiff::Timestamp;
use sqlx::PgPool;

use super::{find, operator_name};
use crate::{
    accounts::{
        audit::{self, Actor},
        people,
        roles::{
            self,
            grant::{self, Grant},
        },
    },
    clock::Clock,
    db::AdminTx,
    domain::UserId,
    mailbox::dead,
};

#[derive(Subcommand)]
pub enum Role {
    /// Gives somebody a role, or changes when it ends.
    Grant {
        #[arg(value_name = "ID|EMAIL|PHONE")]
        user: String,
        role: String,
        /// When it ends by itself, like 2026-12-31T23:59:59Z.
        #[arg(long)]
        until: Option<Timestamp>,
    },
    /// Takes a role away. The last administrator stays.
    Revoke {
        #[arg(value_name = "ID|EMAIL|PHONE")]
        user: String,
        role: String,
    },
}

#[derive(Subcommand)]
pub enum Audit {
    /// Walks the whole chain; names the first row that is not as it was written, and the head.
    Verify,
}

#[derive(Subcommand)]
pub enum Jobs {
    /// What was given up for good, newest first.
    List,
    /// Has it tried again.
    Replay {
        /// As `list` prints it.
        id: dead::DeadId,
    },
}

fn operator() -> Actor {
    Actor {
        os_user: Some(operator_name()),
        ..Actor::default()
    }
}

async fn begin(pool: &PgPool) -> Result<AdminTx, sqlx::Error> {
    AdminTx::begin(pool, roles::operator()).await
}

/// Makes the first administrator; refuses as soon as there is one.
pub async fn first(pool: &PgPool, who: &str) -> anyhow::Result<()> {
    let user = find(pool, who).await?;
    let mut tx = begin(pool).await?;
    let made = grant::first(&mut tx, &operator(), user, Clock::default().now()).await;
    if let Err(grant::Refused::NotTheFirst) = made {
        bail!(
            "there is an administrator already: they can make others, over REST or with `assistant admin role grant`"
        );
    }
    made?;
    tx.commit().await?;
    println!("{user} is the first administrator; after a login a second factor is added first");
    Ok(())
}

/// Grants or revokes a role.
pub async fn role(pool: &PgPool, command: Role) -> anyhow::Result<()> {
    let now = Clock::default().now();
    match command {
        Role::Grant { user, role, until } => {
            let grant = Grant {
                user: find(pool, &user).await?,
                role,
                expires_at: until,
            };
            let mut tx = begin(pool).await?;
            grant::grant(&mut tx, &operator(), &grant, now).await?;
            tx.commit().await?;
            let until = until.map_or(String::new(), |at| format!(" until {at}"));
            println!("{} has the role {}{until}", grant.user, grant.role);
        }
        Role::Revoke { user, role } => {
            let user = find(pool, &user).await?;
            let mut tx = begin(pool).await?;
            let revoked = grant::revoke(&mut tx, &operator(), (user, &role), now).await;
            revoked.map_err(|refused| match refused {
                grant::Refused::Database(error) => stays(error),
                other => other.into(),
            })?;
            tx.commit().await?;
            println!("{user} has the role {role} no more");
        }
    }
    Ok(())
}

/// Serves a user or stops serving them.
pub async fn serve(pool: &PgPool, who: &str, is_served: bool) -> anyhow::Result<()> {
    let user: UserId = find(pool, who).await?;
    let mut tx = begin(pool).await?;
    let now = Clock::default().now();
    let served = people::serve(&mut tx, &operator(), (user, is_served), now).await;
    served.map_err(|refused| match refused {
        people::Refused::Database(error) => stays(error),
        other => other.into(),
    })?;
    tx.commit().await?;
    Ok(())
}

fn stays(error: sqlx::Error) -> anyhow::Error {
    let constraint = error.as_database_error().and_then(|e| e.constraint());
    match constraint {
        Some("last_administrator") => {
            anyhow::anyhow!("the last administrator stays: make another one first")
        }
        _ => error.into(),
    }
}

/// Prints what a walk along the audit chain found; 1 when it is broken.
pub async fn audit(pool: &PgPool, Audit::Verify: Audit) -> anyhow::Result<i32> {
    let mut tx = begin(pool).await?;
    let walk = audit::verify(&mut tx).await?;
    tx.commit().await?;
    let (seq, hash) = &walk.head;
    println!("head  {seq}  {hash}");
    match walk.broken {
        None => {
            println!("{} rows, each as it was written", walk.rows);
            Ok(0)
        }
        Some((row, why)) => {
            println!(
                "broken at row {row}: {why}; {} rows before it hold",
                walk.rows
            );
            Ok(1)
        }
    }
}

/// Lists dead letters, or has one tried again.
pub async fn jobs(pool: &PgPool, command: Jobs) -> anyhow::Result<()> {
    let mut tx = begin(pool).await?;
    match command {
        Jobs::List => {
            let dead = dead::list(&mut tx, None, 1000).await?;
            for letter in &dead {
                let user = letter.user_id.map_or("-".to_owned(), |id| id.to_string());
                let error = letter.last_error.as_deref().unwrap_or("-");
                let error = error.lines().next().unwrap_or("-");
                println!(
                    "{:.0}  {}  {}  user {user}  {} attempts  {error}",
                    letter.died_at, letter.id, letter.kind, letter.attempts
                );
            }
            eprintln!("{} dead", dead.len());
        }
        Jobs::Replay { id } => {
            dead::replay(&mut tx, &operator(), id, Clock::default().now()).await?;
            println!("it is tried again");
        }
    }
    tx.commit().await?;
    Ok(())
}
