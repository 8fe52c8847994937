//! Changing a reminder: its words, its time, how it nags; and putting off one that was said.

use jiff::civil::DateTime;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{notes, save, words};
use crate::{
    skills::{
        Does, Done, Effect, Points, Receipt, Refusal, Scope, Thing, Tool,
        reminders::{
            alarm::{self, Answer},
            find, say,
            store::{Reminder, State},
            timing::{self, Timing},
            trace,
        },
    },
    when::{self, Here, Meaning},
};

/// Changes a reminder: only what is given.
#[derive(Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeReminder {
    /// "R12", its words or place; none: the last one sent.
    #[serde(default)]
    pub reminder: Option<String>,
    #[serde(default)]
    pub what: Option<String>,
    /// The new time as the user said it.
    #[serde(default)]
    pub when: Option<String>,
    #[serde(default)]
    pub nag: Option<String>,
    /// Says one that was sent again: "20" minutes, "tomorrow".
    #[serde(default)]
    pub snooze: Option<String>,
}

impl Tool for ChangeReminder {
    const NAME: &'static str = "change_reminder";
    const ABOUT: &'static str = "Changes or snoozes a reminder.";
    const EFFECT: Effect = Effect::WriteOwn;
    const POINTS: Option<Points> = Some(Points::one(
        crate::skills::reminders::LETTER,
        "reminder",
        &[(Does::Move, "when"), (Does::Rename, "what")],
    ));

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        if let Some(until) = self.snooze.clone() {
            return self.snooze(scope, &until).await;
        }
        if self.what.is_none() && self.when.is_none() && self.nag.is_none() {
            return Err(Refusal::Tell(
                "What should change: the words, the time, or how often it repeats?".into(),
            ));
        }
        let before = match self.reminder.as_deref() {
            Some(said) if !find::is_it(said) => find::one(scope, said).await?,
            _ => find::touched(scope).await?,
        };
        let mut after = before.clone();
        let mut said = Vec::new();
        if let Some(what) = &self.what {
            after.what = words(what).ok_or_else(|| Refusal::Tell(say::TOO_LONG.into()))?;
        }
        if let Some(nag) = &self.nag {
            after.nag_seconds = timing::nag(scope, nag)?;
        }
        if let Some(when) = &self.when {
            let timing = self.timing(scope, &before, when)?;
            set_time(&mut after, &timing);
            said = timing.notes;
        }
        if after == before {
            return Ok(Done::says(say::already(&before, &scope.here())));
        }
        let (_, receipt) = save(scope, before, after, say::changed).await?;
        Ok(Done {
            says: notes(said),
            ..Done::wrote(vec![receipt])
        })
    }
}

/// Another time, chosen by the user: what carried the reminder no longer moves it, and it is to be said again.
pub fn set_time(reminder: &mut Reminder, timing: &Timing) {
    reminder.starts_at = timing.starts_at;
    reminder.zone.clone_from(&timing.zone);
    reminder.floating = timing.floating;
    if reminder.rule != timing.rule {
        reminder.except_at.clear();
    }
    reminder.rule.clone_from(&timing.rule);
    reminder.exact = timing.exact;
    reminder.ahead_seconds = None;
    reminder.ahead_at = None;
    reminder.state = State::Active;
}

impl ChangeReminder {
    /// The new time: a time alone keeps the day, a day alone keeps the time of day.
    fn timing(&self, scope: &Scope, before: &Reminder, said: &str) -> Result<Timing, Refusal> {
        let here = scope.here();
        let call = timing::Call {
            tool: Self::NAME,
            args: json!(Self {
                reminder: Some(before.label()),
                ..self.clone()
            }),
            field: "when",
        };
        if let Some(wall) = time_alone(&here, before, said) {
            let mut timing = Timing {
                starts_at: wall,
                zone: before.zone.clone(),
                floating: before.floating,
                rule: before.rule.clone(),
                exact: true,
                notes: Vec::new(),
            };
            let is_ahead =
                before.rule.is_some() || when::resolve(wall, &before.time_zone()).at > scope.now;
            if is_ahead {
                return Ok(timing);
            }
            // past on its day: the next time that the clock shows it
            timing = timing::read(scope, said, &call)?;
            return Ok(timing);
        }
        let reading = timing::reading(&here, said)?;
        if before.rule.is_some() && !matches!(reading.meaning, Meaning::Every { .. }) {
            return Err(Refusal::Tell(format!(
                "{} comes again and again. Say the whole of its new time, like \"change {1} to every friday at 9\". \"skip the next {1}\" leaves one out.",
                say::reminder(before, &here),
                before.label()
            )));
        }
        if let Meaning::Day(day) = reading.meaning
            && before.time_zone() == here.zone
        {
            let wall = day.to_datetime(before.starts_at.time());
            let moment = when::Moment::floating(wall, &here);
            if moment.at <= scope.now {
                return Err(Refusal::Tell(say::past(said, &here)));
            }
            return Ok(timing::once(&moment, before.exact));
        }
        timing::read(scope, said, &call)
    }

    /// Puts off what was said last.
    async fn snooze(self, scope: &mut Scope, until: &str) -> Result<Done, Refusal> {
        let until = if until.trim().is_empty() {
            "10"
        } else {
            until.trim()
        };
        let reminder = match self.reminder.as_deref() {
            Some(said) if !find::is_it(said) => find::one(scope, said).await?,
            _ => {
                let again = |label: &str| json!({"reminder": label, "snooze": until});
                find::said_lately(scope, Self::NAME, again).await?
            }
        };
        let here = scope.here();
        let Some(occurrence) = alarm::said_last(&mut scope.tx, reminder.id).await? else {
            return Err(Refusal::Tell(say::not_said_yet(&reminder, &here)));
        };
        if reminder.state == State::Done {
            return Err(Refusal::Tell(say::was_done(&reminder)));
        }
        let due = timing::until(scope, until, occurrence.time())?;
        let id = reminder.id();
        let (_, receipt): ((), Receipt) = trace::traced(scope, id, async |scope: &mut Scope| {
            alarm::answer(&mut scope.tx, id, occurrence, Answer::Snoozed).await?;
            alarm::snooze(&mut scope.tx, id, occurrence, due).await?;
            let line = say::snoozed(&reminder, due, &here);
            Ok(((), trace::of_alarms(&reminder, line)))
        })
        .await?;
        Ok(Done::wrote(vec![receipt]))
    }
}

/// The wall time of the reminder's own day, if `said` is nothing but a time of day.
fn time_alone(here: &Here, before: &Reminder, said: &str) -> Option<DateTime> {
    let day = before.starts_at.date();
    let bare = said.trim().to_lowercase();
    let bare = bare.strip_prefix("at ").unwrap_or(&bare);
    // only a time of day can follow a day
    let there = Here {
        now: here.now.min(before.first_at()),
        ..here.clone()
    };
    let reading = when::read(&format!("{day} at {bare}"), &there).ok()?;
    match reading.meaning {
        Meaning::At(moment)
            if moment.wall.date() == day
                && moment.zone == here.zone
                && reading.doubt.is_none()
                && reading.assumed.is_empty() =>
        {
            Some(moment.wall)
        }
        _ => None,
    }
}
