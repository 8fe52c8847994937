//! What has to happen every so often in each process.

use std::{future::Future, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use crate::{
    clock::Clock,
    mailbox::Manners,
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

/// How often the numbers of a messaging service are asked for again.
const NUMBERS_AGAIN: SignedDuration = SignedDuration::from_hours(1);

/// What a pull needs.
pub struct Pulling {
    pub pool: PgPool,
    pub provider: Arc<dyn Provider>,
    pub manners: Manners,
    pub clock: Clock,
    pub period: Duration,
    /// The pace of a number that the provider names.
    pub segments_per_second: f64,
}

/// Pulls missed texts at start and every period: first as far back as is allowed, then from a little before the last
/// round that succeeded. The numbers of a messaging service are learnt before the first round, and again every hour.
pub async fn pulling(this: Pulling, stop: CancellationToken) {
    let Pulling {
        pool,
        provider,
        manners,
        clock,
        period,
        segments_per_second,
    } = this;
    let mut since = Timestamp::UNIX_EPOCH;
    let mut numbers_known: Option<Timestamp> = None;
    loop {
        let began = clock.now();
        if numbers_known.is_none_or(|at| began.duration_since(at) > NUMBERS_AGAIN) {
            match sms::register_service(&pool, &provider, segments_per_second, began).await {
                Ok(_) => numbers_known = Some(began),
                Err(error) => {
                    tracing::warn!(%error, "the numbers of the messaging service are not known")
                }
            }
        }
        match sms::pull(&pool, &provider, &manners, &clock, since).await {
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
