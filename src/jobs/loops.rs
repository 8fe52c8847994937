//! What has to happen every so often in each process.

use std::{future::Future, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use crate::{
    clock::Clock,
    config::Keywords,
    sms::{self, provider::Provider},
};

/// Runs `work` every `period` until `stop`; an error is logged and the next round comes all the same.
pub async fn every<F, E>(
    name: &'static str,
    period: Duration,
    stop: CancellationToken,
    mut work: impl FnMut() -> F,
) where
    F: Future<Output = Result<(), E>>,
    E: std::fmt::Display,
{
    loop {
        if let Err(error) = work().await {
            metrics::counter!("assistant_job_failures_total", "job" => name).increment(1);
            tracing::warn!(job = name, %error, "a round of background work failed");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(period) => {}
        }
    }
}

/// Pulls missed texts at start and every `period`: first as far back as is allowed, then from a little before the last
/// round that succeeded.
pub async fn pulling(
    pool: PgPool,
    provider: Arc<dyn Provider>,
    keywords: Keywords,
    (clock, period): (Clock, Duration),
    stop: CancellationToken,
) {
    let mut since = Timestamp::UNIX_EPOCH;
    loop {
        let began = clock.now();
        match sms::pull(&pool, &provider, keywords, &clock, since).await {
            Ok(_) => since = began - SignedDuration::from_mins(10),
            Err(error) => {
                metrics::counter!("assistant_job_failures_total", "job" => "pull").increment(1);
                tracing::warn!(%error, "missed texts could not be pulled");
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(period) => {}
        }
    }
}
