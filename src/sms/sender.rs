//! The sender: claims outbox rows that may leave and posts them, several recipients at once, one row a recipient.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use sqlx::PgPool;
use tokio::sync::{Notify, Semaphore};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::provider::{Outgoing, Provider, SendError};
use crate::{
    clock::{Clock, jitter},
    config::Limits,
    crash_point,
    outbox::{self, Claim, Outcome},
    switches::{Switch, Switches},
};

/// How long a text waits while the provider refuses our account.
const ACCOUNT_BACKOFF: Duration = Duration::from_secs(30);
/// The longest that a provider's word makes a text wait.
const LONGEST_BACKOFF: Duration = Duration::from_secs(3600);

/// Posts what the outbox holds. One a process; replicas share the work through the claims.
#[derive(Clone)]
pub struct Sender {
    pub pool: PgPool,
    pub provider: Arc<dyn Provider>,
    pub clock: Clock,
    pub limits: Limits,
    pub bell: Arc<Notify>,
    /// While sending is paused nothing is claimed: rows keep their order and wait.
    pub switches: Arc<Switches>,
}

impl Sender {
    /// Runs until `stop`; then finishes what is being posted.
    pub async fn run(self, stop: CancellationToken) {
        let slots = Arc::new(Semaphore::new(self.limits.senders));
        let tasks = TaskTracker::new();
        while !stop.is_cancelled() {
            let claimed = self.claim(slots.available_permits()).await;
            if claimed.is_empty() {
                tokio::select! {
                    () = stop.cancelled() => break,
                    // rows that another process wrote, or whose time has come, ring no bell here
                    () = tokio::time::sleep(Duration::from_millis(250)) => {}
                    () = self.bell.notified() => {}
                }
                continue;
            }
            for (claim, since) in claimed {
                let slot = slots.clone().acquire_owned().await;
                let slot = slot.expect("the semaphore is never closed");
                let this = self.clone();
                tasks.spawn(async move {
                    this.deliver(&claim, since).await;
                    drop(slot);
                    this.bell.notify_one();
                });
            }
        }
        tasks.close();
        tasks.wait().await;
    }

    async fn claim(&self, free: usize) -> Vec<(Claim, Instant)> {
        if free == 0 || self.switches.is_off(Switch::Sending) {
            return Vec::new();
        }
        let hold = Duration::from_secs_f64(self.limits.send_hold_seconds);
        let since = Instant::now();
        match outbox::claim(&self.pool, self.clock.now(), free, hold).await {
            Ok(claims) => claims.into_iter().map(|claim| (claim, since)).collect(),
            Err(error) => {
                tracing::warn!(%error, "the outbox cannot be read");
                tokio::time::sleep(Duration::from_millis(500)).await;
                Vec::new()
            }
        }
    }

    async fn deliver(&self, claim: &Claim, since: Instant) {
        crash_point!("send.claimed");
        let row = match outbox::read(&self.pool, claim).await {
            Ok(Some(row)) => row,
            Ok(None) => return,
            Err(error) => {
                // nothing was posted: the row goes back at once, or, with the database away, when the claim runs out
                tracing::warn!(outbox = %claim.id, %error, "a claimed row cannot be read");
                self.settle(
                    claim,
                    Outcome::Retry {
                        wait: None,
                        prefix: None,
                    },
                )
                .await;
                return;
            }
        };
        // a claim that is old may have been given to someone else meanwhile
        if since.elapsed().as_secs_f64() > self.limits.send_fresh_seconds {
            self.settle(
                claim,
                Outcome::Retry {
                    wait: None,
                    prefix: None,
                },
            )
            .await;
            return;
        }
        let backoff =
            Duration::from_secs_f64(2f64.powi(row.attempts.clamp(0, 6)) * 0.25 * (0.5 + jitter()));
        let text = Outgoing {
            id: claim.id,
            to: row.recipient,
            from: row.sender,
            body: row.body,
        };
        let started = Instant::now();
        let sent = self.provider.send(&text).await;
        crash_point!("send.posted");
        metrics::histogram!("assistant_provider_seconds").record(started.elapsed().as_secs_f64());
        let after = |wait: Duration| Outcome::Retry {
            wait: Some(wait.min(LONGEST_BACKOFF)),
            prefix: None,
        };
        let (word, outcome) = match sent {
            Ok(sid) => ("sent", Outcome::Sent { sid }),
            Err(SendError::NotSent(error)) => {
                tracing::warn!(outbox = %claim.id, error, "the provider was not reached");
                ("not_reached", after(backoff))
            }
            Err(SendError::Busy { retry_after }) => ("busy", after(retry_after.unwrap_or(backoff))),
            // nothing is wrong with this text, and the operator can mend it: it waits
            Err(SendError::Refused { status, code }) if is_ours_to_mend(status, code) => {
                tracing::error!(outbox = %claim.id, status, code, "the provider refuses our account; see `assistant doctor`");
                ("our_account", after(ACCOUNT_BACKOFF))
            }
            Err(SendError::Refused { status, code }) => {
                tracing::warn!(outbox = %claim.id, status, code, class = class(code), "the provider refused a text");
                (class(code), Outcome::Failed { code })
            }
            Err(SendError::Unknown(error)) => {
                tracing::warn!(outbox = %claim.id, error, "it is not known whether a text was taken");
                ("unknown", Outcome::Unknown)
            }
        };
        metrics::counter!("assistant_posts_total", "outcome" => word).increment(1);
        if word == "sent" {
            let segments = crate::text::size(&text.body).segments;
            metrics::counter!("assistant_segments_total").increment(u64::from(segments));
        }
        self.settle(claim, outcome).await;
        crash_point!("send.settled");
    }

    async fn settle(&self, claim: &Claim, outcome: Outcome) {
        for _ in 0..3 {
            match outbox::settle(&self.pool, claim, outcome.clone()).await {
                Ok(_) => return,
                Err(error) => {
                    tracing::warn!(outbox = %claim.id, %error, "an outcome cannot be written");
                    tokio::time::sleep(Duration::from_millis(300)).await;
                }
            }
        }
        // the claim runs out, and the provider's list tells
    }
}

/// Whether a refusal is about our account or number, and not about the text: it would refuse any other as well.
fn is_ours_to_mend(status: u16, code: Option<i32>) -> bool {
    class(code) == "our_account" || matches!(status, 401 | 403) && class(code) == "refused"
}

/// Classes of refusals; unknown codes fall into one that needs no exact code.
/// Source: Twilio, "Error and Warning Dictionary".
pub fn class(code: Option<i32>) -> &'static str {
    match code {
        Some(21610) => "opted_out",
        Some(
            21211 | 21214 | 21217 | 21401 | 21407 | 21421 | 21614 | 21612 | 30003 | 30005 | 30006,
        ) => "bad_number",
        Some(30004 | 30007 | 30008 | 30034 | 30038) => "filtered",
        Some(20003 | 20005 | 20404 | 21603 | 21606 | 21659 | 21660 | 21661 | 30002) => {
            "our_account"
        }
        _ => "refused",
    }
}
