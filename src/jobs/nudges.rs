//! Nudges: for whoever asked for them, the rules are looked through in waking hours, outside quiet ones, and what they find is
//! said, once a day. Any number of processes share the work; a look that dies is taken up again. No model is asked.
//! May import: agent (who may do what), skills (nudges), outbox, db.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use sqlx::PgPool;
use tokio::sync::Notify;

use super::reminders::quiet_end;
use crate::{
    agent::is_permitted,
    clock::Clock,
    crash_point,
    db::UserTx,
    domain::UserId,
    outbox::{self, Kind, Saying},
    skills::{
        Effect,
        nudges::{
            rules::{Nudge, RULES},
            say, store,
        },
    },
    when::{Habits, Here, resolve},
};

/// Somebody is looked at again after this: something may have become due, or a process died half-way.
const AGAIN: SignedDuration = SignedDuration::from_mins(20);
/// Users looked at in one go.
const BATCH: i32 = 50;

/// What nudging needs.
#[derive(Clone)]
pub struct Nudger {
    pub pool: PgPool,
    pub clock: Clock,
    /// Of who has set none.
    pub habits: Habits,
    /// Rung when there is something to send.
    pub outbox_bell: Arc<Notify>,
}

impl Nudger {
    /// Looks after everybody whose time has come. What one user's look breaks, it breaks for that user.
    pub async fn round(&self) -> Result<(), sqlx::Error> {
        let now = self.clock.now();
        for user in store::claim(&self.pool, now, BATCH, AGAIN).await? {
            match self.look(user, now).await {
                Ok(true) => self.outbox_bell.notify_one(),
                Ok(false) => {}
                Err(error) => {
                    metrics::counter!("assistant_job_failures_total", "job" => "nudges")
                        .increment(1);
                    tracing::warn!(%user, %error, "a nudge is looked for again");
                }
            }
        }
        Ok(())
    }

    /// One user, in one transaction: what is noted and the text about it. Returns whether there is one.
    async fn look(&self, user: UserId, now: Timestamp) -> Result<bool, sqlx::Error> {
        let mut tx = UserTx::begin(&self.pool, user).await?;
        // locked: another process waits here, and finds what was said; who turns them off comes before or after
        if !store::hold(&mut tx).await? {
            return Ok(false);
        }
        let row = sqlx::query!(
            r#"select time_zone, denied_scopes, reminders_paused_until, habits(u) as "habits!" from users u where id = $1"#,
            user.0
        )
        .fetch_one(&mut *tx)
        .await?;
        let here = Here {
            now,
            zone: TimeZone::get(&row.time_zone).unwrap_or(TimeZone::UTC),
            habits: self.habits.overlaid(row.habits),
        };
        let paused = row.reminders_paused_until.map(|until| until.to_jiff());
        let until = paused
            .filter(|until| *until > now)
            .or_else(|| asleep(&here));
        let (today, ever) = store::said_on(&mut tx, here.today()).await?;
        let until = until.or_else(|| today.then(|| waking(&here, true)).flatten());
        if let Some(until) = until {
            store::put_off(&mut tx, until).await?;
            tx.commit().await?;
            return Ok(false);
        }
        let Some((rule, nudge)) = found(&mut tx, &here, &row.denied_scopes).await? else {
            return Ok(false);
        };
        let Some((theirs, ours)) = outbox::ends(&mut tx).await? else {
            return Ok(false);
        };
        let mut body = nudge.body;
        if !ever {
            body.push_str(say::HOW_TO_END);
        }
        if !store::note(&mut tx, here.today(), (rule, &nudge.subject), now).await? {
            return Ok(false);
        }
        let saying = Saying {
            recipient: &theirs,
            sender: &ours,
            kind: Kind::Push,
            turn: None,
            part: 0,
            dedupe_key: format!("nudge:{user}:{}", here.today()),
            body: &body,
            useful_until: evening(&here),
        };
        let said = outbox::say(&mut tx, saying).await?;
        crash_point!("nudges.before_commit");
        tx.commit().await?;
        Ok(said.is_some())
    }
}

/// The first rule that finds something which was not said before.
async fn found(
    tx: &mut UserTx,
    here: &Here,
    denied: &[String],
) -> Result<Option<(&'static str, Nudge)>, sqlx::Error> {
    for rule in RULES {
        if !is_permitted(denied, rule.skill, Effect::Read) {
            continue;
        }
        if let Some(nudge) = (rule.find)(tx, here).await?
            && !store::was_said(tx, rule.name, &nudge.subject).await?
        {
            return Ok(Some((rule.name, nudge)));
        }
    }
    Ok(None)
}

/// When nudges may be said again, if not now: outside quiet hours and within waking ones.
fn asleep(here: &Here) -> Option<Timestamp> {
    let wall = here.wall().time();
    let (from, until) = here.habits.waking;
    if wall < from {
        return waking(here, false).max(quiet_end(here));
    }
    if wall >= until {
        return waking(here, true);
    }
    quiet_end(here)
}

/// When the user wakes, today or tomorrow.
fn waking(here: &Here, tomorrow: bool) -> Option<Timestamp> {
    let today = here.today();
    let day = if tomorrow {
        today.tomorrow().ok()?
    } else {
        today
    };
    Some(resolve(day.to_datetime(here.habits.waking.0), &here.zone).at)
}

/// When the user's waking hours end today: what was not sent by then is not sent in the night.
fn evening(here: &Here) -> Option<Timestamp> {
    let ends = here.today().to_datetime(here.habits.waking.1);
    Some(resolve(ends, &here.zone).at)
}
