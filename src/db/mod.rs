//! The database: pools that take their role as a start-up option, schema, `UserTx`, the only way to
//! a user's rows, and `AdminTx`, which sees everyone's and no secrets.
//! May import: config, domain.

mod admin_tx;
mod schema;
mod user_tx;

use std::time::Duration;

use secrecy::ExposeSecret;
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

pub use admin_tx::{AdminTx, Vouched};
pub use schema::{MigrateError, migrate, schema_is_current};
pub use user_tx::UserTx;

/// The role that the daemon's connections take.
pub const APP_ROLE: &str = "assistant_app";
/// The role that owns the schema.
pub const OWNER_ROLE: &str = "assistant_owner";
/// The role that owns the claiming functions.
pub const DISPATCH_ROLE: &str = "assistant_dispatch";

/// The role that an administrator's transaction takes: every row, few columns.
pub const ADMIN_ROLE: &str = "assistant_admin";

/// Why the daemon does not use this database.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    #[error(
        "database.url: found nothing, expected postgres://LOGIN:PASSWORD@HOST/DATABASE (or DATABASE_URL)"
    )]
    NoUrl,
    #[error("database.url: {0}")]
    BadUrl(String),
    #[error("the database does not answer: {0}")]
    Unreachable(sqlx::Error),
    #[error(
        "the role {APP_ROLE} is missing or this login may not take it; run `assistant migrate`: {0}"
    )]
    NoRole(sqlx::Error),
    #[error("row-level security would be bypassed: {0}")]
    Bypassed(String),
    #[error("the schema is not up to date: run `assistant migrate`")]
    Stale,
}

/// Reads `database.url`.
pub fn options(config: &crate::config::Database) -> Result<PgConnectOptions, ConnectError> {
    let url = config.url.expose_secret();
    if url.is_empty() {
        return Err(ConnectError::NoUrl);
    }
    url.parse::<PgConnectOptions>()
        .map(|o| o.application_name("assistant"))
        .map_err(|error| ConnectError::BadUrl(error.to_string()))
}

/// A pool whose every connection runs as [`APP_ROLE`], whoever the URL names. The role is a start-up option of the
/// connection, so `RESET ROLE` leads back to it and not to the login.
///
/// Refuses a database where row-level security would not hold, or whose schema is older than this program.
pub async fn connect(config: &crate::config::Database) -> Result<PgPool, ConnectError> {
    let options = options(config)?.options([
        ("role", APP_ROLE),
        // a worker that stops inside a turn's transaction must not block the takeover
        ("idle_in_transaction_session_timeout", "3s"),
        ("lock_timeout", "5s"),
    ]);
    let pool = PgPoolOptions::new()
        .max_connections(config.max_connections)
        .acquire_timeout(Duration::from_secs(5))
        // a dead connection shows itself in its first statement; a ping before each use costs a round trip
        .test_before_acquire(false)
        .connect_with(options)
        .await
        .map_err(
            |error| match error.as_database_error().and_then(|e| e.code()).as_deref() {
                Some("22023" | "42501" | "42704" | "28000") => ConnectError::NoRole(error),
                _ => ConnectError::Unreachable(error),
            },
        )?;
    if let Some(how) = bypass(&pool).await.map_err(ConnectError::Unreachable)? {
        return Err(ConnectError::Bypassed(how));
    }
    if !schema_is_current(&pool)
        .await
        .map_err(ConnectError::Unreachable)?
    {
        return Err(ConnectError::Stale);
    }
    Ok(pool)
}

/// How row-level security would not hold for this pool's role, in words; `None` when it holds.
async fn bypass(pool: &PgPool) -> Result<Option<String>, sqlx::Error> {
    let (role, above, owned, open): (String, bool, Option<String>, Option<String>) = sqlx::query_as(
        "select current_user::text, rolsuper or rolbypassrls,
                (select min(c.relname::text) from pg_class c where c.relnamespace = 'public'::regnamespace
                 and c.relkind in ('r', 'p') and pg_has_role(current_user, c.relowner, 'USAGE')),
                (select min(c.relname::text) from pg_class c join pg_attribute a on a.attrelid = c.oid
                 where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
                 and a.attname = 'user_id' and not a.attisdropped and not c.relrowsecurity)
         from pg_roles where rolname = current_user",
    )
    .fetch_one(pool)
    .await?;
    Ok(if role != APP_ROLE {
        Some(format!("the role in use is {role}, expected {APP_ROLE}"))
    } else if above {
        Some(format!(
            "{role} is a superuser or has BYPASSRLS; take that away from it"
        ))
    } else if let Some(table) = owned {
        Some(format!(
            "{role} owns the table {table} or is a member of its owner; make {OWNER_ROLE} the owner"
        ))
    } else {
        open.map(|table| format!("the table {table} has no row-level security; enable it"))
    })
}
