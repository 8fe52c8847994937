//! The worker of the job queue, started again whenever it ends: it gives up when the database goes away for a moment, and
//! texts would then be kept and never answered.

use std::time::Duration;

use anyhow::Context;
use graphile_worker::{
    LocalQueueConfig, RefetchDelayConfig, Worker, WorkerOptions, WorkerRecoveryConfig,
    WorkerShutdownConfig,
};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use super::{DrainMailbox, Draining};

/// How long after its end the worker is started again.
const PAUSE: Duration = Duration::from_millis(500);
/// Slots of the queue. Every notification wakes all of them, and their jobs end at once (see `drain_mailbox.rs`).
const SLOTS: usize = 4;
/// Jobs fetched at once. Few, so that another process takes what this one has no place for.
const FETCHED: usize = 16;
/// The longest rest after an empty fetch: what a notification that came in the very moment of a fetch waits at most.
const REST: Duration = Duration::from_millis(100);

/// Without a delay the local queue asks the database again and again while nothing is there; with this one it rests after
/// an empty fetch, and the first notification ends the rest.
fn refetch() -> RefetchDelayConfig {
    RefetchDelayConfig::default()
        .with_duration(REST)
        .with_threshold(0)
        .with_max_abort_threshold(1)
}

/// What a worker is made of, any number of times.
pub struct Queue {
    pub pool: PgPool,
    pub draining: Draining,
    /// How long jobs may go on after `stop`.
    pub grace: Duration,
    pub stop: CancellationToken,
}

impl Queue {
    /// A worker that is ready to run; an error says that the queue's schema is not as expected.
    pub async fn worker(&self) -> anyhow::Result<Worker> {
        WorkerOptions::default()
            .pg_pool(self.pool.clone())
            .concurrency(SLOTS)
            .local_queue(
                LocalQueueConfig::default()
                    .with_size(FETCHED)
                    .with_refetch_delay(refetch()),
            )
            .worker_recovery(WorkerRecoveryConfig::default().enabled(true))
            .poll_interval(Duration::from_secs(1))
            .define_job::<DrainMailbox>()
            .add_extension(self.draining.clone())
            .worker_shutdown(
                WorkerShutdownConfig::default()
                    .listen_os_shutdown_signals(false)
                    .grace_period(self.grace)
                    .shutdown_signal(self.stop.clone().cancelled_owned()),
            )
            .init()
            .await
            .context("the job queue did not start")
    }

    /// Runs `first` until `stop`, and a fresh worker after each that ended before.
    pub async fn run(self, first: Worker) {
        let mut next = Some(first);
        while !self.stop.is_cancelled() {
            let ended = match next.take() {
                Some(worker) => worker.run().await.map_err(anyhow::Error::from),
                None => self.worker().await.map(|worker| next = Some(worker)),
            };
            if next.is_some() {
                continue;
            }
            if let Err(error) = ended {
                metrics::counter!("assistant_job_failures_total", "job" => "queue").increment(1);
                tracing::error!(%error, "the job queue ended and is started again");
            }
            tokio::select! {
                () = self.stop.cancelled() => {}
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }
}
