//! Starts what a worker does about offers of shops.

use std::{sync::Arc, time::Duration};

use sqlx::PgPool;
use tokio::sync::Notify;

use super::{Running, http_client};
use crate::{
    config::Config,
    jobs::{self, Feed, Teller},
};

/// How often it is asked whether the feed is due, and whether an alert is.
const ASK: Duration = Duration::from_secs(1);

/// The feed, where one is configured, and the alerts.
pub(super) fn deals(
    running: &Running,
    config: &Config,
    pool: &PgPool,
    bell: &Arc<Notify>,
) -> anyhow::Result<()> {
    let quiet = running.stops.quiet.clone();
    let clock = &running.agent.clock;
    if let Some(feed) = Feed::of(&config.deals, pool, clock, http_client)? {
        running
            .tasks
            .spawn(jobs::every("deals", ASK, quiet.clone(), move || {
                let feed = feed.clone();
                async move { feed.look().await }
            }));
    }
    let teller = Teller {
        pool: pool.clone(),
        clock: clock.clone(),
        habits: running.agent.habits.clone(),
        outbox_bell: bell.clone(),
    };
    running
        .tasks
        .spawn(jobs::every("price_alerts", ASK, quiet, move || {
            let teller = teller.clone();
            async move { teller.round().await }
        }));
    Ok(())
}
