//! Starts what a worker does about nudges.

use std::{sync::Arc, time::Duration};

use sqlx::PgPool;
use tokio::sync::Notify;

use super::Running;
use crate::jobs::{self, Nudger};

/// How often it is asked whether somebody's time to be nudged has come.
const ASK: Duration = Duration::from_secs(1);

/// Looks after whoever asked for nudges.
pub(super) fn nudges(running: &Running, pool: &PgPool, bell: &Arc<Notify>) {
    let quiet = running.stops.quiet.clone();
    let nudger = Nudger {
        pool: pool.clone(),
        clock: running.agent.clock.clone(),
        habits: running.agent.habits.clone(),
        outbox_bell: bell.clone(),
    };
    running
        .tasks
        .spawn(jobs::every("nudges", ASK, quiet, move || {
            let nudger = nudger.clone();
            async move { nudger.round().await }
        }));
}
