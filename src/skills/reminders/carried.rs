//! Reminders that something else carries: so long before the day of a task or the start of an event, they move when it moves.
//! The same offsets count back from a time that was named: "2 days before christmas".

use jiff::{
    SignedDuration, ToSpan,
    civil::{Date, Time, time},
    tz::TimeZone,
};
use uuid::Uuid;

use super::{
    say,
    store::{self, Reminder},
    timing::{self, MORNING},
    trace,
};
use crate::{
    skills::{Receipt, Refusal, Scope, Thing, calendar::event::Event, thing},
    when::{self, Here, Meaning, Moment},
};

/// When a carrier is.
#[derive(Clone, Debug, PartialEq)]
pub enum Anchor {
    /// A day without a time.
    Day(Date),
    At(Moment),
}

/// How long before its anchor a reminder comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ahead {
    /// With a time of day: whole days.
    pub seconds: i32,
    pub at: Option<Time>,
}

const DAY: i32 = 86_400;
const EVENING: Time = time(18, 0, 0, 0);
const NIGHT: Time = time(20, 0, 0, 0);

impl Ahead {
    /// Reads "2 days", "an hour before", "the morning of", "the evening before".
    pub fn read(said: &str, here: &Here) -> Option<Self> {
        let lower = said.trim().to_lowercase();
        let mut bare = lower.as_str();
        for tail in [
            " before",
            " earlier",
            " ahead",
            " prior",
            " in advance",
            " beforehand",
        ] {
            bare = bare.strip_suffix(tail).unwrap_or(bare);
        }
        let is_before = bare != lower;
        for lead in ["again ", "and ", "on ", "in ", "at ", "the ", "that "] {
            bare = bare.strip_prefix(lead).unwrap_or(bare);
        }
        let on_day = |days: i32, at| {
            Some(Self {
                seconds: days * DAY,
                at: Some(at),
            })
        };
        match (bare, is_before) {
            ("morning", true) => return on_day(1, MORNING),
            ("evening", true) => return on_day(1, EVENING),
            ("night", true) => return on_day(1, NIGHT),
            ("morning" | "morning of" | "same morning" | "morning itself", false) => {
                return on_day(0, MORNING);
            }
            ("evening" | "evening of", false) => return on_day(0, EVENING),
            ("day" | "day of" | "same day" | "day itself", false) => return on_day(0, MORNING),
            ("day", true) => {
                return Some(Self {
                    seconds: DAY,
                    at: None,
                });
            }
            ("week", true) => {
                return Some(Self {
                    seconds: 7 * DAY,
                    at: None,
                });
            }
            ("time" | "0" | "start" | "then", _) => {
                return Some(Self {
                    seconds: 0,
                    at: None,
                });
            }
            _ => {}
        }
        let seconds = timing::length(here, bare)?;
        (0..=10 * 366 * DAY)
            .contains(&seconds)
            .then_some(Self { seconds, at: None })
    }

    /// The moment so long before `anchor`, and this offset as it is kept. `None`: hours before a day without a time.
    pub fn from(self, anchor: &Anchor, here: &Here) -> Option<(Moment, Self)> {
        let days = (self.seconds / DAY).days();
        let is_days = self.seconds % DAY == 0;
        let (day, zone) = match anchor {
            Anchor::Day(day) => (*day, None),
            Anchor::At(moment) => (moment.wall.date(), Some(&moment.zone)),
        };
        let on = |at: Time| {
            let wall = day.checked_sub(days).ok()?.to_datetime(at);
            Some(match zone {
                Some(zone) if zone.iana_name() != here.zone.iana_name() => {
                    Moment::fixed(wall, zone.clone())
                }
                _ => Moment::floating(wall, here),
            })
        };
        match (self.at, anchor) {
            (Some(at), _) => Some((on(at)?, self)),
            (None, Anchor::Day(_)) if is_days => {
                let at = Some(MORNING);
                Some((on(MORNING)?, Self { at, ..self }))
            }
            (None, Anchor::Day(_)) => None,
            // days are counted on the wall: 9:00 stays 9:00 over a clock change
            (None, Anchor::At(moment)) if is_days => Some((on(moment.wall.time())?, self)),
            (None, Anchor::At(moment)) => {
                let length = SignedDuration::from_secs(i64::from(self.seconds));
                let at = moment.at.checked_sub(length).ok()?;
                let wall = moment.zone.to_datetime(at);
                Some((
                    Moment {
                        wall,
                        at,
                        shift: None,
                        ..moment.clone()
                    },
                    self,
                ))
            }
        }
    }
}

/// The anchor that words name, if they name one day or moment.
pub fn anchor(meaning: &Meaning) -> Option<Anchor> {
    match meaning {
        Meaning::At(moment) => Some(Anchor::At(moment.clone())),
        Meaning::Day(day) => Some(Anchor::Day(*day)),
        Meaning::Span(when::Span::Days { from, .. }) => Some(Anchor::Day(*from)),
        Meaning::Span(when::Span::Times { from, .. }) => Some(Anchor::At(from.clone())),
        Meaning::By(inner) => anchor(inner),
        Meaning::Length(_) | Meaning::Every { .. } => None,
    }
}

/// When an event is next, if it is still to come.
pub fn start_of(event: &Event, here: &Here) -> Option<Anchor> {
    let next = event.next(&here.zone, here.now)?;
    let zone = event.zone_for(&here.zone);
    if event.all_day {
        return Some(Anchor::Day(next.slot.date()));
    }
    Some(Anchor::At(if event.floating {
        Moment::floating(next.slot, here)
    } else {
        Moment::fixed(next.slot, zone)
    }))
}

/// Moves the reminders that a task carries to before its new day. Without a start they stay where they are. The receipts
/// are to be kept with those of the change that moved the carrier.
pub async fn moved(
    scope: &mut Scope,
    task: Uuid,
    start: Option<Anchor>,
) -> Result<Vec<Receipt>, Refusal> {
    let Some(start) = start else {
        return Ok(Vec::new());
    };
    let here = scope.here();
    let mut receipts = Vec::new();
    for reminder in store::carried_by(&mut scope.tx, task).await? {
        let ahead = Ahead {
            seconds: reminder.ahead_seconds.unwrap_or(0),
            at: reminder.ahead_at,
        };
        let Some((moment, ahead)) = ahead.from(&start, &here) else {
            continue;
        };
        let timing = timing::once(&moment, reminder.exact);
        let after = Reminder {
            starts_at: timing.starts_at,
            zone: timing.zone,
            floating: timing.floating,
            ahead_seconds: Some(ahead.seconds),
            ahead_at: ahead.at,
            ..reminder.clone()
        };
        receipts.extend(save(scope, reminder, after).await?);
    }
    Ok(receipts)
}

/// Gives the reminders of a task to the one that comes after it, before its day.
pub async fn passed_on(
    scope: &mut Scope,
    from: Uuid,
    to: Uuid,
    start: Anchor,
) -> Result<Vec<Receipt>, Refusal> {
    let here = scope.here();
    let mut receipts = Vec::new();
    for reminder in store::carried_by(&mut scope.tx, from).await? {
        let ahead = Ahead {
            seconds: reminder.ahead_seconds.unwrap_or(0),
            at: reminder.ahead_at,
        };
        let Some((moment, ahead)) = ahead.from(&start, &here) else {
            continue;
        };
        let timing = timing::once(&moment, reminder.exact);
        let after = Reminder {
            task_id: Some(to),
            starts_at: timing.starts_at,
            zone: timing.zone,
            floating: timing.floating,
            ahead_seconds: Some(ahead.seconds),
            ahead_at: ahead.at,
            ..reminder.clone()
        };
        receipts.extend(save(scope, reminder, after).await?);
    }
    Ok(receipts)
}

/// Moves the user's floating reminders to another zone: nine in the morning stays nine, wherever the user is.
pub async fn zone_changed(scope: &mut Scope, zone: &TimeZone) -> Result<Vec<Receipt>, Refusal> {
    let name = zone.iana_name().unwrap_or("UTC").to_owned();
    let mut receipts = Vec::new();
    for reminder in store::floating(&mut scope.tx, &name).await? {
        // every 6 hours stays every 6 hours
        if reminder.recurrence().is_some_and(|rule| rule.is_elapsed()) {
            continue;
        }
        let after = Reminder {
            zone: name.clone(),
            ..reminder.clone()
        };
        receipts.extend(save(scope, reminder, after).await?);
    }
    Ok(receipts)
}

async fn save(
    scope: &mut Scope,
    before: Reminder,
    after: Reminder,
) -> Result<Option<Receipt>, Refusal> {
    if after == before {
        return Ok(None);
    }
    let id = before.id();
    let here = scope.here();
    let (_, receipt) = trace::traced(scope, id, async |scope: &mut Scope| {
        thing::save(scope, before, after, |saved, _| say::moved(saved, &here)).await
    })
    .await?;
    Ok(Some(receipt))
}
