//! The worker of the job queue. It ends with the first connection that it loses; the daemon does not.

use std::time::Duration;

use graphile_worker::{Worker, WorkerBuildError, WorkerOptions, WorkerShutdownConfig};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use super::{DrainMailbox, Draining};

/// A wait between two tries to take the work up again.
const PAUSE: Duration = Duration::from_millis(500);

/// What a worker is made of, as often as it has to be.
#[derive(Clone)]
pub struct Queue {
    pub pool: PgPool,
    /// Jobs at once.
    pub concurrency: usize,
    /// How long jobs may go on after `quiet`.
    pub grace: Duration,
    pub draining: Draining,
    /// No new job after this.
    pub quiet: CancellationToken,
}

impl Queue {
    /// A worker that is ready to run.
    pub async fn worker(&self) -> Result<Worker, WorkerBuildError> {
        WorkerOptions::default()
            .pg_pool(self.pool.clone())
            .concurrency(self.concurrency)
            .poll_interval(Duration::from_secs(1))
            .define_job::<DrainMailbox>()
            .add_extension(self.draining.clone())
            .worker_shutdown(
                WorkerShutdownConfig::default()
                    .listen_os_shutdown_signals(false)
                    .grace_period(self.grace)
                    .shutdown_signal(self.quiet.clone().cancelled_owned()),
            )
            .init()
            .await
    }

    /// Runs `worker`, and another one whenever it ends before `quiet`: after a restart of the database, say.
    pub async fn run(self, mut worker: Worker) {
        loop {
            match worker.run().await {
                Ok(()) if self.quiet.is_cancelled() => return,
                Ok(()) => tracing::warn!("the job queue ended; it is taken up again"),
                Err(error) => tracing::warn!(%error, "the job queue ended; it is taken up again"),
            }
            metrics::counter!("assistant_job_failures_total", "job" => "queue").increment(1);
            worker = loop {
                tokio::select! {
                    () = self.quiet.cancelled() => return,
                    () = tokio::time::sleep(PAUSE) => {}
                }
                match self.worker().await {
                    Ok(worker) => break worker,
                    Err(error) => tracing::warn!(%error, "the job queue does not start"),
                }
            };
        }
    }
}
