//! What is to become of an alarm that is due: pure, from what was read and the time.
//!
//! In this order: what is gone, answered or done is silent; a pause skips what comes again and puts off what comes once;
//! of several missed occurrences the last is said; what is over a day late is told in a summary; quiet hours hold back what
//! we start; the rest is said now.

use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};
use serde::Serialize;

use super::{
    due::{self, Due, Kind, Reminder},
    say,
};
use crate::when::{Habits, Here, Recurrence, resolve, zone::RELEASE};

/// Later than this is told in a summary.
pub const MISSED_AFTER: SignedDuration = SignedDuration::from_hours(24);
/// How often one occurrence is said again at most.
const MOST_NAGS: i64 = 48;

/// What becomes of an alarm.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// It is said in these words.
    Say(String),
    /// Its question is asked, and the answer is said.
    Ask,
    /// Its time came, and nothing is said: paused, or one of several missed.
    Skip,
    /// It was let go: what it was about is done, answered or gone.
    Drop,
    /// It is told in a summary.
    Miss,
    /// It waits until then.
    Move(Timestamp),
    /// There is no number to say it to or from: it waits.
    Wait,
}

/// What becomes of it, and what is planned then.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    pub what: What,
    pub next: Vec<Next>,
}

/// An alarm to plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Next {
    pub occurrence: DateTime,
    pub kind: &'static str,
    pub nth: i32,
    pub due_at: Timestamp,
    pub tz_release: &'static str,
}

impl Decision {
    fn only(what: What) -> Self {
        Self { what, next: vec![] }
    }
}

/// `everybody`: the habits of who has set none.
pub fn decide(due: &Due, everybody: &Habits, now: Timestamp) -> Decision {
    let Some(reminder) = due.reminder.as_ref().filter(|r| r.state == "active") else {
        return Decision::only(What::Drop);
    };
    let here = Here {
        now,
        zone: due::zone(&due.zone),
        habits: everybody.overlaid(due.habits.clone()),
    };
    let series = Series::of(due, reminder);
    let again = || -> Vec<Next> { series.iter().filter_map(|s| s.next(now)).collect() };
    let is_nag = due.kind == Kind::Nag;
    if is_nag && (due.done || due.snoozed || due.overtaken) {
        return Decision::only(What::Drop);
    }
    if !due.carrier {
        // the series goes on in silence: an undo may bring back what carries it
        return Decision {
            what: What::Drop,
            next: again(),
        };
    }
    if let Some(until) = paused(due, reminder) {
        return match (is_nag, &series) {
            (true, _) => Decision::only(What::Drop),
            (false, Some(_)) => Decision {
                what: What::Skip,
                next: again(),
            },
            (false, None) => Decision::only(What::Move(until)),
        };
    }
    if let Some(later) = series.as_ref().and_then(|s| s.last_missed(now)) {
        return Decision {
            what: What::Skip,
            next: vec![later],
        };
    }
    if now.duration_since(due.due_at) > MISSED_AFTER {
        let silent = is_nag || reminder.call.is_some();
        return Decision {
            what: if silent { What::Skip } else { What::Miss },
            next: again(),
        };
    }
    let is_ours = is_nag || due.kind == Kind::Occurrence && !reminder.exact;
    if is_ours && let Some(until) = quiet_end(&here) {
        return Decision::only(What::Move(until));
    }
    if due.theirs.is_none() || due.ours.is_none() {
        tracing::warn!(user = %due.user, alarm = %due.id, "a reminder has no number to go to or from");
        return Decision::only(What::Wait);
    }
    let mut next = again();
    if reminder.call.is_some() {
        return Decision {
            what: What::Ask,
            next,
        };
    }
    next.extend(nag(due, reminder, now));
    Decision {
        what: What::Say(say::reminder(due, reminder, &here)),
        next,
    }
}

/// The end of the pause that this alarm falls into.
fn paused(due: &Due, reminder: &Reminder) -> Option<Timestamp> {
    due.paused_until
        .max(reminder.paused_until)
        .filter(|until| *until > due.due_at)
}

/// When the quiet hours end that we are in.
pub fn quiet_end(here: &Here) -> Option<Timestamp> {
    let wall = here.wall();
    if !here.habits.is_quiet(wall.time()) {
        return None;
    }
    let ends = here.habits.quiet.1;
    let day = if wall.time() < ends {
        wall.date()
    } else {
        wall.date().tomorrow().ok()?
    };
    Some(resolve(day.to_datetime(ends), &here.zone).at)
}

fn nag(due: &Due, reminder: &Reminder, now: Timestamp) -> Option<Next> {
    let every = SignedDuration::from_secs(reminder.nag_seconds?);
    (!due.done && due.nags < MOST_NAGS).then(|| Next {
        occurrence: due.occurrence,
        kind: Kind::Nag.as_str(),
        nth: due.last_nth + 1,
        due_at: now.saturating_add(every).unwrap_or(Timestamp::MAX),
        tz_release: RELEASE,
    })
}

/// What an occurrence of a series leads to.
struct Series {
    rule: Recurrence,
    zone: TimeZone,
    /// When the rule says that this one is; it may have been put off.
    at: Timestamp,
}

impl Series {
    fn of(due: &Due, reminder: &Reminder) -> Option<Self> {
        // a nag or a snooze belongs to an occurrence that planned the next one
        if due.kind != Kind::Occurrence {
            return None;
        }
        let (rule, zone) = (reminder.recurrence()?, reminder.zone());
        let at = rule.resolve(due.occurrence, &zone).at;
        Some(Self { rule, zone, at })
    }

    /// The next one that is to come.
    fn next(&self, now: Timestamp) -> Option<Next> {
        self.planned(self.rule.next(&self.zone, now.max(self.at))?)
    }

    /// The last one that was due since, if there is one.
    fn last_missed(&self, now: Timestamp) -> Option<Next> {
        // a rule may come every minute and we may have been away for a month: look back in growing steps
        let first = self.rule.next(&self.zone, self.at)?;
        if first.resolved.at > now {
            return None;
        }
        let mut last = first;
        for hours in [1, 25, 24 * 8, 24 * 32, 24 * 400] {
            let from = (now - SignedDuration::from_hours(hours)).max(self.at);
            let slots = self.rule.upcoming(&self.zone, from, 1600);
            if let Some(slot) = slots.iter().rev().find(|slot| slot.resolved.at <= now) {
                last = *slot;
                break;
            }
        }
        self.planned(last)
    }

    fn planned(&self, slot: crate::when::Slot) -> Option<Next> {
        Some(Next {
            occurrence: slot.slot,
            kind: Kind::Occurrence.as_str(),
            nth: 0,
            due_at: slot.resolved.at,
            tz_release: RELEASE,
        })
    }
}
