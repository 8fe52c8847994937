//! A private PostgreSQL and Redis for `assistant up` (kept) and `assistant services` (thrown away): on free ports of
//! 127.0.0.1, with passwords, in files of their own. May import: config, clock.
//!
//! A crash leaves nothing that blocks the next start: data is made aside and renamed, locks are the kernel's, what still
//! runs is found and ended, and folders of throw-away runs that nobody holds are removed.

mod error;
mod home;
mod place;
mod postgres;
mod process;
mod redis;

use std::{fs, path::Path, time::Duration};

use sqlx::{ConnectOptions, Connection, Executor, postgres::PgConnectOptions};

use home::Home;

pub use error::EmbeddedError;
pub use place::{Place, fresh_secret, kept_secret, local, write_private};

/// The login that the daemon uses here: it owns nothing and may do nothing but take the daemon's role.
pub const LOGIN: &str = "assistant_login";

/// Both services, running. Dropping this ends them at once; [`Services::stop`] does it in order.
pub struct Services {
    // fields are dropped in this order: the files last
    redis: redis::Redis,
    postgres: postgres::Postgres,
    password: String,
    place: Place,
    home: Home,
}

impl Services {
    /// Starts both. With `keep`, in the folder of `assistant up`, whose data stays and which one process at a time may
    /// use; without, in a folder of its own that is removed at the end.
    pub async fn start(place: Place, keep: bool) -> Result<Self, EmbeddedError> {
        let home = if keep {
            Home::kept(&place)?
        } else {
            Home::fresh(&place).await?
        };
        let file = home.path.join("postgres.password");
        if home.path.join("postgres/data/PG_VERSION").exists() && !file.exists() {
            return Err(EmbeddedError::NoPassword(file));
        }
        let password = kept_secret(&file)?;
        let wanted = postgres::Wanted {
            place: &place,
            home: &home.path,
            password: &password,
            keep,
            port: None,
        };
        let (postgres, redis) =
            tokio::try_join!(wanted.start(), redis::Redis::start(&place, &home.path))?;
        Ok(Self {
            redis,
            postgres,
            password,
            place,
            home,
        })
    }

    /// The superuser's URL.
    pub fn database_url(&self) -> String {
        self.url("postgres", &self.password)
    }

    pub fn redis_url(&self) -> String {
        format!(
            "redis://:{}@127.0.0.1:{}/",
            self.redis.password, self.redis.port
        )
    }

    /// PostgreSQL's programs.
    pub fn pg_bin(&self) -> &Path {
        &self.place.pg_bin
    }

    /// The folder of these services; what is kept there lives as long as their data.
    pub fn home(&self) -> &Path {
        &self.home.path
    }

    /// Makes the login of the daemon, with a new password, and returns its URL. The daemon's role must be there: call
    /// this after the migrations.
    pub async fn make_login(&self) -> Result<String, EmbeddedError> {
        let password = fresh_secret();
        let options: PgConnectOptions = self.database_url().parse()?;
        let mut connection = options.connect().await?;
        // both values are ours and hold nothing that would end a quoted string
        let statement = format!(
            "do $$ begin
                 if not exists (select 1 from pg_roles where rolname = '{LOGIN}') then
                     create role {LOGIN} login noinherit;
                 end if;
                 alter role {LOGIN} password '{password}';
                 grant {} to {LOGIN} with inherit false, set true;
             end $$",
            crate::db::APP_ROLE
        );
        connection.execute(sqlx::AssertSqlSafe(statement)).await?;
        connection.close().await?;
        Ok(self.url(LOGIN, &password))
    }

    /// Kills PostgreSQL as a loss of power would; nothing is flushed. For fault runs.
    pub fn crash_postgres(&mut self) {
        self.postgres.crash();
    }

    /// Starts PostgreSQL on its data and port again.
    pub async fn revive_postgres(&mut self) -> Result<(), EmbeddedError> {
        let wanted = postgres::Wanted {
            place: &self.place,
            home: &self.home.path,
            password: &self.password,
            keep: false,
            port: Some(self.postgres.port),
        };
        self.postgres = wanted.start().await?;
        Ok(())
    }

    fn url(&self, login: &str, password: &str) -> String {
        format!(
            "postgres://{login}:{password}@127.0.0.1:{}/postgres",
            self.postgres.port
        )
    }

    /// Waits until one of the two ends by itself, and names it.
    pub async fn failure(&mut self) -> &'static str {
        loop {
            if self.postgres.has_ended() {
                return "PostgreSQL";
            }
            if self.redis.has_ended() {
                return "Redis";
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    }

    /// Stops both in order; takes at most half a minute.
    pub async fn stop(mut self) {
        tokio::join!(self.postgres.stop(), self.redis.stop());
        drop(fs::remove_file(self.home.path.join("redis.pid")));
    }
}
