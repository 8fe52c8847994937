//! The wake-up of a mailbox. The job only starts the drain: a slot of the queue costs a query at every notification, so
//! there are few of them, while hundreds of mailboxes may wait for a model. What a killed process leaves behind is found by
//! the sweep, which looks at texts and beats and needs no job.

use std::sync::Arc;

use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::{
    agent::Agent,
    domain::UserId,
    mailbox::{self, Stops},
};

/// What a drain needs, given to the worker once.
#[derive(Clone)]
pub struct Draining {
    pub agent: Arc<Agent>,
    /// Names this process in the lease, for an operator.
    pub holder: Arc<str>,
    pub stops: Stops,
    /// Mailboxes drained at once; a wake-up waits for a place, and those behind it stay in the queue.
    pub places: Arc<Semaphore>,
    /// The drains under way, waited for at the stop.
    pub tasks: TaskTracker,
}

impl std::fmt::Debug for Draining {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Draining")
    }
}

/// Drains one mailbox. Carries the user's id; whether the user is still served is checked when it runs.
#[derive(Deserialize, Serialize)]
pub struct DrainMailbox {
    user_id: Uuid,
}

impl TaskHandler for DrainMailbox {
    const IDENTIFIER: &'static str = "drain_mailbox";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let draining = context
            .get_ext::<Draining>()
            .ok_or("the worker was started without its parts")?;
        if draining.stops.quiet.is_cancelled() {
            // not begun here: the queue's retry or another replica's sweep wakes it again
            return Err("the process stops".to_owned());
        }
        let place = tokio::select! {
            place = draining.places.clone().acquire_owned() => place.map_err(|e| e.to_string())?,
            () = draining.stops.quiet.cancelled() => return Err("the process stops".to_owned()),
        };
        let (user, this) = (UserId(self.user_id), draining.clone());
        draining.tasks.spawn(async move {
            let drained = mailbox::drain(&this.agent, &this.holder, user, &this.stops).await;
            if let Err(error) = drained {
                // the texts are still pending, and the sweep finds them
                metrics::counter!("assistant_job_failures_total", "job" => Self::IDENTIFIER)
                    .increment(1);
                tracing::warn!(%user, %error, "a mailbox could not be drained");
            }
            drop(place);
        });
        Ok(())
    }
}
