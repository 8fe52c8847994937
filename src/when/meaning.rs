//! What words for times mean.

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};
use thiserror::Error;

use super::{Here, Recurrence, Shift, resolve};

/// What a wall time holds on to when its user moves to another zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// "at 9": nine wherever the user is.
    Floating,
    /// "9am in Tokyo": the zone was named.
    Fixed,
    /// "in 20 minutes": an instant, no time of day.
    Elapsed,
}

/// A wall time in a zone, and the instant that it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// What the clock shows then.
    pub wall: DateTime,
    pub zone: TimeZone,
    pub at: Timestamp,
    pub binding: Binding,
    /// The wall time that was asked for: not what the clock shows, when the clock change of that day moved it.
    pub asked: DateTime,
    /// Set when the clock change of that day moved it, or made it one of two.
    pub shift: Option<Shift>,
}

impl Moment {
    /// A wall time in the user's own zone.
    pub fn floating(wall: DateTime, here: &Here) -> Self {
        Self::bound(wall, here.zone.clone(), Binding::Floating)
    }

    /// A wall time in a zone that was named.
    pub fn fixed(wall: DateTime, zone: TimeZone) -> Self {
        Self::bound(wall, zone, Binding::Fixed)
    }

    /// So long from now.
    pub fn elapsed(at: Timestamp, here: &Here) -> Self {
        let wall = here.zone.to_datetime(at);
        Self {
            wall,
            asked: wall,
            zone: here.zone.clone(),
            at,
            binding: Binding::Elapsed,
            shift: None,
        }
    }

    fn bound(wall: DateTime, zone: TimeZone, binding: Binding) -> Self {
        let resolved = resolve(wall, &zone);
        Self {
            wall: resolved.wall,
            asked: wall,
            zone,
            at: resolved.at,
            binding,
            shift: resolved.shift,
        }
    }
}

/// From one end to the other; the end is not part of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Span {
    /// Whole days: "dec 20 through 27" ends on the 28th.
    Days { from: Date, to: Date },
    /// "tomorrow 3-5pm".
    Times { from: Moment, to: Moment },
}

/// The value behind words.
#[derive(Clone, Debug, PartialEq)]
pub enum Meaning {
    /// A day and a time of day.
    At(Moment),
    /// A day without a time.
    Day(Date),
    /// "this weekend", "3-5pm", "tuesday afternoon" where a part of the day is asked for.
    Span(Span),
    /// "45m", "an hour and a half".
    Length(SignedDuration),
    /// "by friday": no later than this.
    By(Box<Meaning>),
    /// "every weekday at 9". `time`: whether a time of day was said; else the first occurrence is at midnight.
    Every {
        rule: Recurrence,
        /// The zone, when one was named.
        zone: Option<TimeZone>,
        time: bool,
    },
}

/// What the words leave open, with the readings to choose from, the likelier one first.
#[derive(Clone, Debug, PartialEq)]
pub enum Doubt {
    /// "at 1 o'clock": each reading with the word that chooses it ("am", "pm").
    AmOrPm { am: Time, pm: Time },
}

/// Words, and what they mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The words, as they were written.
    pub said: String,
    pub meaning: Meaning,
    /// What was taken for granted, in words that can be said back: "morning is 9 AM". Never about the plain zone or year.
    pub assumed: Vec<String>,
    /// What must be asked before anything is done; `meaning` then is the likelier reading.
    pub doubt: Option<Doubt>,
    /// What was said and cannot be done: "except holidays".
    pub cannot: Vec<String>,
}

impl Reading {
    /// A reading without doubts.
    pub fn plain(said: impl Into<String>, meaning: Meaning) -> Self {
        Self {
            said: said.into(),
            meaning,
            assumed: Vec::new(),
            doubt: None,
            cannot: Vec::new(),
        }
    }

    /// The same words with the doubt settled: "sunday at 1 o'clock" and "pm" are "sunday at 1 o'clock pm".
    pub fn with(&self, answer: &str) -> String {
        format!("{} {answer}", self.said)
    }
}

/// Why words are no time.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NotATime {
    /// None that this module knows.
    #[error("these words do not name a time")]
    Unknown,
    /// "feb 30", "25:00".
    #[error("there is no such time")]
    NoSuchTime,
    /// "Tue Mar 3" of a year in which that is another weekday.
    #[error("that date is another weekday")]
    OtherWeekday,
    /// Beyond the years that can be counted.
    #[error("that is too far away")]
    TooFar,
    /// It is a time, but this is behind us and only something to come makes sense.
    #[error("that is past")]
    Past,
}
