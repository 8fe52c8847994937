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

pub use decide::quiet_end;

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
const BATCH: usize = 250;

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
        let mut is_herd = false;
        while !stop.is_cancelled() {
            let round = async {
                if !is_rezoned {
                    rezone::recompute(&self.pool).await?;
                    is_rezoned = true;
                }
                let wait = self.round(&mut is_herd).await?;
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

    /// Fires what is due, and says how long there is nothing to do. `is_herd`: the last round left more than it took; two
    /// batches are under way at a time then, one being read while the other is written, and nobody asks what is due next.
    async fn round(&self, is_herd: &mut bool) -> Result<Duration, sqlx::Error> {
        self.clock
            .advance(SignedDuration::from_secs(fault::clock_step()));
        let now = self.clock.now();
        let was_herd = std::mem::take(is_herd);
        if !was_herd {
            match due::next(&self.pool).await? {
                Some(at) if at <= now => {}
                Some(at) => {
                    let wait = Duration::try_from(at.duration_since(now)).unwrap_or(LOOK);
                    return Ok(wait.min(LOOK));
                }
                None => return Ok(LOOK),
            }
        }
        let beside = async {
            match was_herd {
                true => self.batch(now).await,
                false => Ok(0),
            }
        };
        // both come to their end, whatever becomes of one: what is in hand is not dropped half-way
        let (taken, beside) = tokio::join!(self.batch(now), beside);
        let (taken, beside) = (taken?, beside?);
        *is_herd = taken.max(beside) >= BATCH;
        Ok(if taken == 0 && !was_herd {
            PAUSE
        } else {
            Duration::ZERO
        })
    }

    /// Takes a batch in hand and fires it. Returns how many there were.
    async fn batch(&self, now: Timestamp) -> Result<usize, sqlx::Error> {
        let due = due::take(&self.pool, now, BATCH).await?;
        let taken = due.len();
        if taken > 0 {
            self.fire(due).await?;
        }
        Ok(taken)
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
