//! Roles and migrations, by the recipe of `shared/database.md`: the owner is no superuser, the daemon owns nothing.

use sqlx::{
    Connection, Executor, PgConnection, PgPool, migrate::Migrator, postgres::PgConnectOptions,
};

use super::{ADMIN_ROLE, APP_ROLE, DISPATCH_ROLE, OWNER_ROLE};

static MIGRATIONS: Migrator = sqlx::migrate!();

/// Why the schema could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    #[error("the database does not answer: {0}")]
    Connect(sqlx::Error),
    #[error(
        "pgvector is missing on this server (install it, for example the image pgvector/pgvector): {0}"
    )]
    Vector(sqlx::Error),
    #[error(
        "the login may not make the roles it needs (it must be a superuser, or have CREATEROLE and own the database): {0}"
    )]
    Roles(sqlx::Error),
    #[error("the job queue's schema: {0}")]
    Queue(String),
    #[error(transparent)]
    Migration(#[from] sqlx::migrate::MigrateError),
    #[error(transparent)]
    Sql(#[from] sqlx::Error),
}

/// Makes the roles, installs the job queue's schema, and applies what is missing of ours. May run any number of times
/// and from several processes at once.
pub async fn migrate(options: &PgConnectOptions) -> Result<(), MigrateError> {
    let mut login = PgConnection::connect_with(options)
        .await
        .map_err(MigrateError::Connect)?;
    // one at a time in this database; released with the session
    login.execute("select pg_advisory_lock(7239846120)").await?;
    login
        .execute("create extension if not exists vector")
        .await
        .map_err(MigrateError::Vector)?;
    make_roles(&mut login).await.map_err(MigrateError::Roles)?;

    // under FORCE a plain owner's backfill would silently touch no row; with this it is an error
    let as_owner = options
        .clone()
        .options([("role", OWNER_ROLE), ("row_security", "off")]);
    let pool = sqlx::postgres::PgPoolOptions::new()
        .max_connections(2)
        .connect_with(as_owner.clone())
        .await
        .map_err(MigrateError::Connect)?;
    graphile_worker_migrations::migrate(
        &graphile_worker::Database::from(pool.clone()),
        &graphile_worker::Schema::default(),
    )
    .await
    .map_err(|error| MigrateError::Queue(error.to_string()))?;
    pool.execute(QUEUE_RIGHTS).await?;
    MIGRATIONS.run(&pool).await?;
    pool.close().await;
    login.close().await?;
    Ok(())
}

/// Whether every migration of this program is applied.
pub async fn schema_is_current(pool: &PgPool) -> Result<bool, sqlx::Error> {
    let Some(newest) = MIGRATIONS.iter().map(|m| m.version).max() else {
        return Ok(true);
    };
    // the daemon cannot read the owner's table of migrations; this view of it is part of the schema
    let applied: Result<Option<i64>, _> =
        sqlx::query_scalar("select max(version) from public._sqlx_migrations where success")
            .fetch_one(pool)
            .await;
    match applied {
        Ok(version) => Ok(version >= Some(newest)),
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("42P01") => Ok(false),
        Err(error) => Err(error),
    }
}

async fn make_roles(login: &mut PgConnection) -> Result<(), sqlx::Error> {
    for role in [OWNER_ROLE, APP_ROLE, DISPATCH_ROLE, ADMIN_ROLE] {
        // both errors occur when several run at once, depending on who commits first
        login
            .execute(sqlx::AssertSqlSafe(format!(
                "do $$ begin create role {role} nologin; exception when duplicate_object or unique_violation then null; end $$"
            )))
            .await?;
    }
    login.execute(GRANT_ROLES).await?;
    Ok(())
}

/// The login may become owner, daemon and, for one transaction, administration; the owner may hand functions to dispatch. Done in a loop-free block so that
/// repeating it is harmless; a superuser needs none of it, but a plain login does.
const GRANT_ROLES: &str = "
do $$ begin
    if not pg_has_role(current_user, 'assistant_owner', 'SET') then
        execute format('grant assistant_owner to %I with inherit false, set true', current_user);
    end if;
    if not pg_has_role(current_user, 'assistant_app', 'SET') then
        execute format('grant assistant_app to %I with inherit false, set true', current_user);
    end if;
    if not pg_has_role(current_user, 'assistant_admin', 'SET') then
        execute format('grant assistant_admin to %I with inherit false, set true', current_user);
    end if;
    if not pg_has_role('assistant_owner', 'assistant_dispatch', 'SET') then
        grant assistant_dispatch to assistant_owner with inherit false, set true;
    end if;
    execute format('grant create, connect, temporary on database %I to assistant_owner', current_database());
    execute format('grant connect on database %I to assistant_app', current_database());
    grant usage, create on schema public to assistant_owner with grant option;
    grant usage on schema public to assistant_app, assistant_admin;
    revoke create on schema public from public;
exception when unique_violation or sqlstate 'XX000' then
    -- another process granted the same at the same moment (tuple concurrently updated)
    null;
end $$";

/// Rights of the daemon and of dispatch on the job queue, again after each of its upgrades.
const QUEUE_RIGHTS: &str = "
do $$ declare t text; begin
    grant usage on schema graphile_worker to assistant_app, assistant_dispatch;
    grant usage on all sequences in schema graphile_worker to assistant_app, assistant_dispatch;
    grant execute on all functions in schema graphile_worker to assistant_app, assistant_dispatch;
    grant select, insert, update, delete on all tables in schema graphile_worker to assistant_app, assistant_dispatch;
    revoke insert, update, delete on graphile_worker.migrations from assistant_app, assistant_dispatch;
    grant usage on schema graphile_worker to assistant_admin;
    grant select on graphile_worker._private_jobs, graphile_worker._private_tasks to assistant_admin;
    grant update (attempts, run_at) on graphile_worker._private_jobs to assistant_admin;
    foreach t in array array['_private_jobs', '_private_job_queues', '_private_tasks', '_private_known_crontabs'] loop
        if not exists (select 1 from pg_policies where schemaname = 'graphile_worker' and tablename = t and policyname = 'daemon') then
            execute format('create policy daemon on graphile_worker.%I to assistant_app, assistant_dispatch using (true) with check (true)', t);
        end if;
        if t in ('_private_jobs', '_private_tasks')
           and not exists (select 1 from pg_policies where schemaname = 'graphile_worker' and tablename = t and policyname = 'administration') then
            execute format('create policy administration on graphile_worker.%I to assistant_admin using (true)', t);
        end if;
    end loop;
end $$";
