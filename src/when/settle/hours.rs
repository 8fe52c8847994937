//! Which time of day a clock in words can be, and when the parts of a day are.

use jiff::civil::{Date, DateTime, Time, time};

use crate::when::{
    Habits, Hours, NotATime,
    grammar::Clock,
    language::{Half, Part, Point},
};

/// One time of day, or two half a day apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choice {
    /// The earlier one, or the only one.
    pub am: Time,
    pub pm: Option<Time>,
    /// "tonight at 1": it comes on the day after.
    pub next_day: bool,
}

impl Choice {
    pub(super) fn only(time: Time) -> Self {
        Self {
            am: time,
            pm: None,
            next_day: false,
        }
    }

    pub(super) fn times(&self) -> Vec<Time> {
        std::iter::once(self.am).chain(self.pm).collect()
    }

    pub(super) fn on(&self, date: Date, time: Time) -> DateTime {
        let date = match self.next_day {
            true => date.tomorrow().unwrap_or(date),
            false => date,
        };
        date.to_datetime(time)
    }

    /// The first of its times that follows `start` on the clock's face.
    pub(super) fn first_after(&self, start: Time) -> Time {
        match self.pm {
            Some(pm) if self.am <= start && pm > start => pm,
            _ => self.am,
        }
    }

    /// The later reading that still lies before `end`; when none does, the later one, on the evening before.
    pub(super) fn before(self, end: Time) -> Self {
        let Some(pm) = self.pm else { return self };
        Self {
            pm: None,
            am: if pm < end || self.am >= end {
                pm
            } else {
                self.am
            },
            ..self
        }
    }
}

/// The readings of a clock: am or pm, a part of the day, or a 24-hour way of writing leave one.
pub(super) fn choice(
    clock: Clock,
    half: Option<Half>,
    part: Option<Part>,
    habits: &Habits,
) -> Result<Choice, NotATime> {
    let at = |hour: i64| {
        let part = |value: i64| i8::try_from(value).ok();
        part(hour)
            .zip(part(clock.minute))
            .zip(part(clock.second))
            .and_then(|((hour, minute), second)| Time::new(hour, minute, second, 0).ok())
            .ok_or(NotATime::NoSuchTime)
    };
    let hour = clock.hour;
    if let Some(half) = half {
        return match (half, hour) {
            (Half::Am, 12) => at(0).map(Choice::only),
            (Half::Am, 0..=11) => at(hour).map(Choice::only),
            (Half::Pm, 12) => at(12).map(Choice::only),
            (Half::Pm, 1..=11) => at(hour + 12).map(Choice::only),
            _ => Err(NotATime::NoSuchTime),
        };
    }
    let as_written = clock.colon && habits.hours == Hours::TwentyFour;
    if clock.certain || as_written && !clock.told || hour > 12 {
        return at(hour).map(Choice::only);
    }
    let (am, pm) = (at(hour % 12)?, at(hour % 12 + 12)?);
    Ok(match part {
        None => Choice {
            am,
            pm: Some(pm),
            next_day: false,
        },
        Some(Part::Morning) => Choice::only(am),
        Some(Part::Afternoon) => Choice::only(pm),
        Some(Part::Evening | Part::Night | Part::Tonight) if (5..=11).contains(&hour) => {
            Choice::only(pm)
        }
        Some(Part::Evening) if hour < 5 => Choice::only(pm),
        Some(Part::Evening | Part::Night | Part::Tonight) => Choice {
            next_day: true,
            ..Choice::only(am)
        },
    })
}

/// When a part of a day is, and which moment stands for it.
pub(super) struct PartHours {
    pub moment: Time,
    from: Time,
    /// Midnight: the end of the day.
    to: Time,
}

impl PartHours {
    pub(super) fn on(&self, date: Date) -> Result<(DateTime, DateTime), NotATime> {
        let end = if self.to == Time::midnight() {
            date.tomorrow().map_err(|_| NotATime::TooFar)?
        } else {
            date
        };
        Ok((date.to_datetime(self.from), end.to_datetime(self.to)))
    }
}

/// The hours of a part of a day.
pub(super) fn part(part: Part) -> PartHours {
    let (moment, from, to) = match part {
        Part::Morning => (9, 8, 12),
        Part::Afternoon => (12, 12, 17),
        Part::Evening => (17, 17, 21),
        Part::Night => (21, 21, 0),
        Part::Tonight => (20, 17, 0),
    };
    PartHours {
        moment: time(moment, 0, 0, 0),
        from: time(from, 0, 0, 0),
        to: time(to, 0, 0, 0),
    }
}

/// The time of day with a name; midnight is the start of a day.
pub(super) fn point_time(point: Point, habits: &Habits) -> Time {
    let hour = |hour| time(hour, 0, 0, 0);
    match point {
        Point::Midnight => Time::midnight(),
        Point::Noon | Point::Lunch => hour(12),
        Point::Breakfast => hour(8),
        Point::AfterLunch => hour(13),
        Point::Dinner => hour(18),
        Point::EndOfDay | Point::AfterWork => habits.working.1,
        Point::Bedtime => habits.waking.1,
        Point::FirstThing => habits.waking.0,
    }
}

impl Habits {
    /// Whether `time` lies within waking hours, which may run over midnight.
    pub(super) fn is_waking(&self, time: Time) -> bool {
        let (from, until) = self.waking;
        if from < until {
            from <= time && time < until
        } else {
            time >= from || time < until
        }
    }

    /// Whether something may end then.
    pub(super) fn is_waking_until(&self, time: Time) -> bool {
        self.is_waking(time) || time == self.waking.1
    }
}
