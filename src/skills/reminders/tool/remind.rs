//! A new reminder, or several of one wish: "2 days before, and again on the morning".

use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{keep, notes, words};
use crate::{
    clock::new_id,
    skills::{
        Done, Effect, Refusal, Scope, Tool, calendar,
        reminders::{
            carried::{self, Ahead, Anchor},
            say,
            store::{self, Reminder, State},
            that::{self, About},
            timing::{self, Timing},
        },
    },
    when::{self, Moment},
};

/// Sets reminders.
#[derive(Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Remind {
    /// In the user's own words; "that" is the last thing.
    #[serde(default)]
    pub what: String,
    /// As the user said it: "friday 3pm", "every weekday at 9".
    #[serde(default)]
    pub when: Option<String>,
    /// Repeats until done: "10 minutes".
    #[serde(default)]
    pub nag: Option<String>,
    /// One reminder each: "2 days", "morning of".
    #[serde(default)]
    pub before: Vec<String>,
    /// "T3", "E5": whose time counts.
    #[serde(default)]
    pub about: Option<String>,
}

impl Tool for Remind {
    const NAME: &'static str = "remind";
    const ABOUT: &'static str = "Reminds by text at a time, once or repeatedly.";
    const EFFECT: Effect = Effect::WriteOwn;

    async fn run(self, scope: &mut Scope) -> Result<Done, Refusal> {
        let (what, about) = self.about(scope).await?;
        let nag = match self.nag.as_deref() {
            Some(said) => timing::nag(scope, said)?,
            None => None,
        };
        let times = self.times(scope, &what, &about, nag)?;
        let mut done = Done::default();
        let mut said = Vec::new();
        let here = scope.here();
        for (timing, ahead) in times {
            let mut new = Reminder {
                id: new_id(),
                number: 0,
                what: what.clone(),
                starts_at: timing.starts_at,
                zone: timing.zone,
                floating: timing.floating,
                rule: timing.rule,
                except_at: Vec::new(),
                nag_seconds: nag,
                exact: timing.exact,
                call: None,
                task_id: about.task,
                event_id: about.event,
                ahead_seconds: ahead.map(|ahead| ahead.seconds),
                ahead_at: ahead.and_then(|ahead| ahead.at),
                state: State::Active,
                paused_until: None,
                recipient: scope.numbers.as_ref().map(|n| n.theirs.clone()),
                version: 1,
                created_at: scope.now,
            };
            if let Some(event) = about.event.filter(|_| new.ahead_seconds.is_some())
                && let Some(event) = calendar::store::find_by_id(&mut scope.tx, event).await?
                && !calendar::hangs::place(&mut new, &event, scope)
            {
                said.push("Only before the next one: its days cannot be counted back.".to_owned());
            }
            if let Some(there) = store::find_same(&mut scope.tx, &new).await? {
                said.push(say::already(&there, &here));
                continue;
            }
            done.receipts.push(keep(scope, new).await?.1);
            said.extend(timing.notes);
        }
        if let Some(until) = store::paused_until(&mut scope.tx).await?
            && until > scope.now
        {
            said.push(say::paused_all(Some(until), &here));
        }
        done.says = notes(said);
        Ok(done)
    }
}

impl Remind {
    /// The words, and what they are about.
    async fn about(&self, scope: &mut Scope) -> Result<(String, About), Refusal> {
        let what = self.what.trim();
        let named = self
            .about
            .as_deref()
            .map(str::trim)
            .filter(|a| !a.is_empty());
        let found = match named {
            Some(said) => match that::about(scope, said).await? {
                Some(found) => Some(found),
                None => that::named(scope, said).await?,
            },
            None if that::is_that(what) || crate::skills::naming::label(what).is_some() => {
                that::about(scope, what).await?
            }
            None => None,
        };
        let is_own = !what.is_empty() && !that::is_that(what);
        let is_label = crate::skills::naming::label(what).is_some();
        let text = match &found {
            Some(about) if !is_own || is_label => about.what.as_str(),
            _ if is_own => what,
            _ => named.unwrap_or_default(),
        };
        let kept = words(text).ok_or_else(|| {
            let why = if text.is_empty() {
                say::WHAT
            } else {
                say::TOO_LONG
            };
            Refusal::Tell(why.into())
        })?;
        Ok((kept, found.unwrap_or_default()))
    }

    fn times(
        &self,
        scope: &Scope,
        what: &str,
        about: &About,
        nag: Option<i32>,
    ) -> Result<Vec<(Timing, Option<Ahead>)>, Refusal> {
        let call = timing::Call {
            tool: Self::NAME,
            args: json!(self),
            field: "when",
        };
        let when = self
            .when
            .as_deref()
            .map(str::trim)
            .filter(|w| !w.is_empty());
        if !self.before.is_empty() {
            let (anchor, is_carried) = match (when, &about.anchor) {
                (Some(when), _) => {
                    // asks whether AM or PM is meant
                    let reading = timing::reading(&scope.here(), when)?;
                    if reading.doubt.is_some() {
                        timing::read(scope, when, &call)?;
                    }
                    let anchor = carried::anchor(&reading.meaning);
                    (anchor, false)
                }
                (None, Some(anchor)) => (Some(anchor.clone()), true),
                (None, None) => (None, false),
            };
            let anchor = anchor.ok_or_else(|| Refusal::Tell(say::no_time(what)))?;
            return self.ahead(scope, &anchor, is_carried);
        }
        if let Some(when) = when {
            return Ok(vec![(timing::read(scope, when, &call)?, None)]);
        }
        let here = scope.here();
        if let Some(seconds) = nag {
            let at = scope.now + SignedDuration::from_secs(i64::from(seconds));
            return Ok(vec![(
                timing::once(&Moment::elapsed(at, &here), true),
                None,
            )]);
        }
        match &about.anchor {
            Some(anchor) => {
                let on_day = Self {
                    before: vec!["on the day".to_owned()],
                    ..self.clone()
                };
                on_day.ahead(scope, anchor, true)
            }
            None => Err(Refusal::Tell(say::no_time(what))),
        }
    }

    /// One time for each "before"; those that are past are left out, and that is said.
    fn ahead(
        &self,
        scope: &Scope,
        anchor: &Anchor,
        is_carried: bool,
    ) -> Result<Vec<(Timing, Option<Ahead>)>, Refusal> {
        let here = scope.here();
        let mut times = Vec::new();
        let mut past = Vec::new();
        for said in &self.before {
            let ahead = Ahead::read(said, &here).and_then(|ahead| ahead.from(anchor, &here));
            let (moment, ahead) = ahead.ok_or_else(|| {
                Refusal::Tell(say::not_a_time(said, "I cannot count it back from that"))
            })?;
            if moment.at <= scope.now {
                past.push(format!(
                    "Left out, as it is past: {} ({}).",
                    said.trim(),
                    when::say::moment(&moment, &here)
                ));
                continue;
            }
            let timing = timing::once(&moment, ahead.at.is_none());
            times.push((timing, is_carried.then_some(ahead)));
        }
        match times.first_mut() {
            None => Err(Refusal::Tell(past.join("\n"))),
            Some((first, _)) => {
                first.notes = past;
                times.sort_by_key(|(timing, _)| timing.starts_at);
                Ok(times)
            }
        }
    }
}
