//! The dispatcher of reminders: sleeps until the next alarm is due, and writes what is due into the outbox. One a process; the
//! alarms are claimed, so that any number of processes share the work. No model is asked.
//! May import: agent (who may do what), skills, when, outbox, db.

mod ask;
mod decide;
mod due;
mod fire;
mod missed;
mod rezone;
mod say;

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};
use sqlx::PgPool;
use tokio::{sync::Notify, time::Instant};
use tokio_util::sync::CancellationToken;

use self::{
    decide::{Decision, Next, What, decide},
    due::Due,
    fire::Row,
};
use crate::{clock::Clock, config::Limits, fault, skills::Skills, when::Habits};

/// The longest sleep: what another process planned rings no bell here.
const LOOK: Duration = Duration::from_millis(500);
/// Pause after an empty claim (another dispatcher was faster) and after an error.
const PAUSE: Duration = Duration::from_millis(25);
const TROUBLE: Duration = Duration::from_millis(500);
/// How often it is looked for users who missed something.
const MISSED_EVERY: Duration = Duration::from_secs(2);
/// Alarms written in one transaction.
const BATCH: i32 = 200;

/// What fires reminders.
#[derive(Clone)]
pub struct Dispatcher {
    pub pool: PgPool,
    pub clock: Clock,
    pub skills: Skills,
    /// Of who has set none.
    pub habits: Habits,
    pub limits: Limits,
    /// Rung when there is something to send.
    pub outbox_bell: Arc<Notify>,
    /// Ends its sleep: the clock was turned, or an alarm was planned.
    pub bell: Arc<Notify>,
}

impl Dispatcher {
    /// Runs until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        let mut is_rezoned = false;
        let mut look_for_missed = Instant::now();
        while !stop.is_cancelled() {
            let round = async {
                if !is_rezoned {
                    rezone::recompute(&self.pool).await?;
                    is_rezoned = true;
                }
                let wait = self.round().await?;
                if Instant::now() >= look_for_missed {
                    look_for_missed = Instant::now() + MISSED_EVERY;
                    if missed::tell(&self.pool, &self.habits, self.clock.now()).await? {
                        self.outbox_bell.notify_one();
                    }
                }
                Ok::<_, sqlx::Error>(wait)
            };
            let wait = round.await.unwrap_or_else(|error| {
                metrics::counter!("assistant_job_failures_total", "job" => "reminders")
                    .increment(1);
                tracing::warn!(%error, "reminders cannot be fired");
                TROUBLE
            });
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(wait) => {}
                () = self.bell.notified() => {}
            }
        }
    }

    /// Fires what is due, and says how long there is nothing to do.
    async fn round(&self) -> Result<Duration, sqlx::Error> {
        self.clock
            .advance(SignedDuration::from_secs(fault::clock_step()));
        let now = self.clock.now();
        match due::next(&self.pool).await? {
            Some(at) if at <= now => {}
            Some(at) => {
                let wait = Duration::try_from(at.duration_since(now)).unwrap_or(LOOK);
                return Ok(wait.min(LOOK));
            }
            None => return Ok(LOOK),
        }
        let due = due::take(&self.pool, now, BATCH).await?;
        if due.is_empty() {
            return Ok(PAUSE);
        }
        self.fire(due).await?;
        Ok(Duration::ZERO)
    }

    async fn fire(&self, due: Vec<Due>) -> Result<(), sqlx::Error> {
        let now = self.clock.now();
        let mut rows = Vec::with_capacity(due.len());
        let mut questions = Vec::new();
        for due in due {
            let decision = decide(&due, &self.habits, now);
            if decision.what == What::Ask {
                questions.push((due, decision.next));
            } else {
                lateness(&due, &decision.what, now);
                rows.push(Row::new(&due, decision, now));
            }
        }
        fire::fire(&self.pool, rows).await?;
        self.outbox_bell.notify_one();
        for (due, next) in questions {
            self.ask(&due, next, now).await?;
            self.outbox_bell.notify_one();
        }
        Ok(())
    }

    /// One question. What it breaks, it breaks for itself: the others are asked all the same.
    async fn ask(&self, due: &Due, next: Vec<Next>, now: Timestamp) -> Result<(), sqlx::Error> {
        let silent = Decision {
            what: What::Skip,
            next: next.clone(),
        };
        let asked = AssertUnwindSafe(ask::ask(self, due, next, now)).catch_unwind();
        match asked.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) if fire::is_its_own(&error) => {
                fire::failed(&self.pool, &Row::new(due, silent, now), &error).await
            }
            // in hand until the hold ends, and asked again then
            Ok(Err(error)) => {
                tracing::warn!(alarm = %due.id, %error, "a scheduled question is asked again");
                Ok(())
            }
            Err(_) => fire::failed(&self.pool, &Row::new(due, silent, now), &"it panicked").await,
        }
    }
}

/// What operators watch: how reminders are.
fn lateness(due: &Due, what: &What, now: Timestamp) {
    if matches!(what, What::Say(_)) {
        let late = now.duration_since(due.due_at).as_secs_f64().max(0.0);
        metrics::histogram!("assistant_reminder_lateness_seconds").record(late);
        metrics::counter!("assistant_reminders_total").increment(1);
    }
}
