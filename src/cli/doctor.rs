//! `assistant doctor`: every part, in words, with the mend.

mod accounts;

use std::time::Duration;

use secrecy::ExposeSecret;
use sqlx::{Connection, PgConnection, PgPool};

use super::report::Report;
use crate::{
    app::{self, http_client},
    config::{Config, ModelProvider, Receive},
    db,
    domain::PhoneNumber,
    model::Prompt,
    sms::{provider::Provider, twilio::Twilio},
    switches,
};

/// Checks everything; 1 when something is wrong.
pub async fn run(config: Config) -> anyhow::Result<i32> {
    let mut report = Report::default();
    report.fine("configuration", "every key is readable");
    if let Some(pool) = database(&config, &mut report).await {
        standing(&pool, &mut report).await;
        paused(&pool, &report).await;
        pool.close().await;
    }
    redis(&config, &mut report).await;
    accounts::accounts(&config, &mut report).await;
    provider(&config, &mut report).await;
    address(&config, &mut report);
    model(&config, &mut report).await;
    Ok(report.end())
}

/// Asks an outside model one short question: that it is reached, known there and paid for shows in an answer alone.
async fn model(config: &Config, report: &mut Report) {
    if config.model.provider == ModelProvider::Offline {
        let words = "offline: phrases only, nothing to reach and nothing to pay";
        return report.fine("model", words);
    }
    let models = match app::outside_models(config) {
        Ok(models) => models,
        Err(error) => return report.wrong("model", &format!("{error:#}"), "see above"),
    };
    let prompt = Prompt {
        now: crate::clock::Clock::default().now().to_string(),
        texts: vec!["Answer with the word: well".to_owned()],
        ..Prompt::default()
    };
    for model in models {
        match model.answer(&prompt).await {
            Ok(_) => report.fine("model", &format!("{} answers", model.name())),
            Err(error) => report.wrong(
                "model",
                &error.why,
                "set model.base_url, model.api_key, model.name and model.fallback; without it the offline model answers",
            ),
        }
    }
}

async fn database(config: &Config, report: &mut Report) -> Option<PgPool> {
    let options = match db::options(&config.database) {
        Ok(options) => options,
        Err(error) => {
            report.wrong(
                "PostgreSQL",
                &error.to_string(),
                "set database.url or DATABASE_URL",
            );
            return None;
        }
    };
    let asked =
        tokio::time::timeout(Duration::from_secs(5), PgConnection::connect_with(&options)).await;
    let mut login = match asked {
        Ok(Ok(login)) => login,
        Ok(Err(error)) => {
            report.wrong(
                "PostgreSQL",
                &error.to_string(),
                "start the server, and check host, port, name and password in database.url",
            );
            return None;
        }
        Err(_) => {
            report.wrong(
                "PostgreSQL",
                "no answer within 5 s",
                "check host and firewall in database.url",
            );
            return None;
        }
    };
    let about: Result<(i32, Option<String>, bool), _> = sqlx::query_as(
        "select current_setting('server_version_num')::int,
                (select default_version from pg_available_extensions where name = 'vector'),
                (select rolsuper from pg_roles where rolname = current_user)",
    )
    .fetch_one(&mut login)
    .await;
    if let Ok((version, vector, superuser)) = about {
        if version < 160_000 {
            report.wrong(
                "PostgreSQL",
                &format!("version {}", version / 10_000),
                "use 16 or newer",
            );
        }
        match vector {
            Some(version) => report.fine("pgvector", &version),
            None => report.wrong(
                "pgvector",
                "not installed on this server",
                "install it (image pgvector/pgvector has it)",
            ),
        }
        if superuser {
            report.note("PostgreSQL", "database.url names a superuser; row-level security holds (connections take assistant_app), but a plain login is a stronger wall");
        }
    }
    drop(login.close().await);
    match db::connect(&config.database).await {
        Ok(pool) => {
            report.fine(
                "PostgreSQL",
                "reached; schema up to date; row-level security holds",
            );
            Some(pool)
        }
        Err(error) => {
            report.wrong("schema", &error.to_string(), "run `assistant migrate`");
            None
        }
    }
}

async fn standing(pool: &PgPool, report: &mut Report) {
    let row = sqlx::query!(
        r#"select pending as "pending!", oldest_seconds as "oldest!", unknown as "unknown!", queued as "queued!",
                  dead_messages as "dead!", jobs_failed as "failed!" from standing()"#
    )
    .fetch_one(pool)
    .await;
    let Ok(row) = row else { return };
    if row.pending > 0 && row.oldest > 60.0 {
        report.wrong(
            "mailboxes",
            &format!("{} texts wait, the oldest for {:.0} s", row.pending, row.oldest),
            "is a worker running (`assistant serve --role worker` or `all`)? look for errors in its log",
        );
    } else {
        report.fine("mailboxes", &format!("{} texts wait", row.pending));
    }
    let outbox = format!("{} queued, {} in doubt", row.queued, row.unknown);
    report.fine("outbox", &outbox);
    if row.dead > 0 {
        report.note(
            "turns",
            &format!(
                "{} texts were given up after repeated failures; the log names their turns",
                row.dead
            ),
        );
    }
    if row.failed > 0 {
        report.note(
            "jobs",
            &format!("{} jobs have failed and will be tried again", row.failed),
        );
    }
}

/// What the operator paused: wished, and easily forgotten.
async fn paused(pool: &PgPool, report: &Report) {
    for standing in switches::list(pool).await.unwrap_or_default() {
        if let Some(since) = standing.off_since {
            let name = standing.switch.as_str();
            report.note(
                name,
                &format!(
                    "paused since {since:.0} by {}; `assistant admin resume {name}` ends it",
                    standing.by
                ),
            );
        }
    }
}

async fn redis(config: &Config, report: &mut Report) {
    let url = config.redis.url.expose_secret();
    if url.is_empty() {
        report.note(
            "Redis",
            "not configured; the conversation is rebuilt from PostgreSQL each time (set redis.url)",
        );
        return;
    }
    let asked = async {
        let client = redis::Client::open(url)?;
        let mut connection = client.get_multiplexed_async_connection().await?;
        redis::cmd("PING")
            .query_async::<String>(&mut connection)
            .await
    };
    match tokio::time::timeout(Duration::from_secs(3), asked).await {
        Ok(Ok(_)) => report.fine("Redis", "reached"),
        Ok(Err(error)) => {
            report.wrong("Redis", &error.to_string(), "start it, and check redis.url")
        }
        Err(_) => report.wrong(
            "Redis",
            "no answer within 3 s",
            "check host and firewall in redis.url",
        ),
    }
}

async fn provider(config: &Config, report: &mut Report) {
    if config.uses_terminal() {
        report.note("provider", "none configured: texts go to the terminal phone (set twilio.account_sid, auth_token and from)");
        return;
    }
    for number in config.own_numbers() {
        if let Err(error) = PhoneNumber::parse(&number) {
            report.wrong(
                "twilio.from",
                &error.to_string(),
                "write it as +15550100001",
            );
        }
    }
    let client = match http_client(Duration::from_secs_f64(config.twilio.timeout_seconds)) {
        Ok(client) => client,
        Err(error) => {
            return report.wrong(
                "provider",
                &error.to_string(),
                "this machine's TLS set-up is broken",
            );
        }
    };
    match Twilio::new(client, &config.twilio, String::new())
        .check()
        .await
    {
        Ok(()) => report.fine("Twilio", "credentials are right"),
        Err(error) => report.wrong(
            "Twilio",
            &error,
            "check twilio.account_sid and twilio.auth_token in the console",
        ),
    }
}

fn address(config: &Config, report: &mut Report) {
    let public = &config.server.public_url;
    if public.is_empty() && !config.uses_terminal() && config.twilio.receive == Receive::Webhook {
        report.wrong(
            "server.public_url",
            "not set, so no signature of the provider can fit",
            "set it to the URL the provider posts to, or twilio.receive = \"poll\" to do without a domain",
        );
    } else if public.starts_with("http://")
        && !public.contains("127.0.0.1")
        && !public.contains("localhost")
    {
        report.note(
            "server.public_url",
            "plain http: texts travel unencrypted to it",
        );
    } else {
        report.fine("address", &format!("listens on {}", config.server.listen));
    }
}
