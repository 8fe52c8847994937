//! The wake-up of a mailbox.

use std::sync::Arc;

use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext};
use serde::{Deserialize, Serialize};
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
        let draining = context.get_ext::<Draining>().ok_or("the worker was started without its parts")?;
        if draining.stops.quiet.is_cancelled() {
            // not begun here: the queue's retry or another replica's sweep wakes it again
            return Err("the process stops".to_owned());
        }
        let user = UserId(self.user_id);
        let drained = mailbox::drain(&draining.agent, &draining.holder, user, &draining.stops).await;
        // retry: the texts are still pending, and the sweep would find them as well
        drained.map(drop).map_err(|error| {
            metrics::counter!("assistant_job_failures_total", "job" => Self::IDENTIFIER).increment(1);
            error.to_string()
        })
    }
}
