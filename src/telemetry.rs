//! Logs and metrics. Logs are JSON lines on standard error and carry ids, never texts, codes, tokens or whole numbers.
//! May import: db.

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use sqlx::PgPool;
use tracing_subscriber::{EnvFilter, fmt};

/// Starts logging; the second call in a process changes nothing.
pub fn log(filter: &str) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let started = fmt()
        .json()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
    if started.is_err() {
        tracing::debug!("logging was started before");
        return;
    }
    std::panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(ToString::to_string);
        // a message that was put together may hold what somebody wrote
        let said = panic.payload().downcast_ref::<&str>();
        tracing::error!(at, said, "a panic");
    }));
}

/// The recorder of this process. Installed once; further calls return the same.
pub fn metrics() -> PrometheusHandle {
    static HANDLE: std::sync::OnceLock<PrometheusHandle> = std::sync::OnceLock::new();
    HANDLE
        .get_or_init(|| {
            let seconds = [
                0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
                60.0,
            ];
            let builder = PrometheusBuilder::new()
                .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &seconds)
                .expect("the buckets are not empty");
            builder
                .install_recorder()
                .expect("no other recorder is installed in this process")
        })
        .clone()
}

/// Reads how things stand into gauges; a database that is away leaves the last values.
pub async fn gauge_standing(pool: &PgPool) {
    let standing = sqlx::query!(
        r#"select pending as "pending!", oldest_seconds as "oldest!", queued as "queued!", claimed as "claimed!",
                  unknown as "unknown!", running as "running!", dead_messages as "dead!", jobs_failed as "failed!"
           from standing()"#
    )
    .fetch_one(pool);
    let Ok(Ok(row)) = tokio::time::timeout(std::time::Duration::from_secs(2), standing).await
    else {
        return;
    };
    #[expect(
        clippy::cast_precision_loss,
        reason = "gauges are floats; the counts are far below 2^52"
    )]
    for (name, value) in [
        ("assistant_mailbox_depth", row.pending as f64),
        ("assistant_mailbox_oldest_seconds", row.oldest),
        ("assistant_turns_running", row.running as f64),
        ("assistant_texts_dead", row.dead as f64),
        ("assistant_jobs_failed", row.failed as f64),
    ] {
        metrics::gauge!(name).set(value);
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "gauges are floats; the counts are far below 2^52"
    )]
    for (state, value) in [
        ("queued", row.queued),
        ("claimed", row.claimed),
        ("unknown", row.unknown),
    ] {
        metrics::gauge!("assistant_outbox_rows", "state" => state).set(value as f64);
    }
}
