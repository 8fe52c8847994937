//! What pieces of a phrase mean, seen from here: the day, the time of day, the instant.
//! May import: jiff, and the grammar, calendar, habits and zones beside it.

use jiff::{
    SignedDuration,
    civil::{Date, DateTime, Time},
};

use super::{
    Doubt, Here, Meaning, Moment, NotATime, Span,
    calendar::{Calendar, MOST_DAYS, moved},
    grammar::{DayRef, Facts, Length},
};

mod hours;
mod timed;

/// What pieces mean together.
#[derive(Clone, Debug)]
pub(super) struct Settled {
    pub meaning: Meaning,
    /// The stretch of time that the words cover, when they name one: a day, a part of it, a week.
    pub span: Option<Span>,
    pub assumed: Vec<String>,
    pub doubt: Option<Doubt>,
    /// It is behind us, though the words speak of something to come.
    pub past: bool,
}

impl Settled {
    fn plain(meaning: Meaning) -> Self {
        Self {
            meaning,
            span: None,
            assumed: Vec::new(),
            doubt: None,
            past: false,
        }
    }
}

/// Settles pieces by the rules of [`when`](super).
pub(super) fn settle(facts: &Facts, here: &Here) -> Result<Settled, NotATime> {
    let zone = facts.zone.as_ref().unwrap_or(&here.zone);
    let settler = Settler {
        facts,
        here,
        wall: zone.to_datetime(here.now),
        calendar: here.calendar(),
    };
    settler.all()
}

impl Here {
    pub(super) fn calendar(&self) -> Calendar<'_> {
        Calendar {
            today: self.today(),
            order: self.habits.order(),
            country: self.habits.country(),
        }
    }
}

struct Settler<'s> {
    facts: &'s Facts,
    here: &'s Here,
    /// What clocks show now in the zone that was named, or the user's.
    wall: DateTime,
    calendar: Calendar<'s>,
}

impl Settler<'_> {
    fn all(&self) -> Result<Settled, NotATime> {
        let facts = self.facts;
        let only = |rest: Facts| *facts == rest;
        if facts.now {
            return only(Facts {
                now: true,
                ..Facts::default()
            })
            .then(|| Settled::plain(Meaning::At(Moment::elapsed(self.here.now, self.here))))
            .ok_or(NotATime::Unknown);
        }
        if let Some(length) = facts.length
            && only(Facts {
                length: Some(length),
                ..Facts::default()
            })
        {
            return Ok(Settled::plain(Meaning::Length(fixed_length(length)?)));
        }
        if let Some(away) = facts.away
            && (away.seconds != 0 || away == Length::default())
        {
            return only(Facts {
                away: Some(away),
                ..Facts::default()
            })
            .then_some(())
            .ok_or(NotATime::Unknown)
            .and_then(|()| self.elapsed(away));
        }
        let mut settled = self.placed()?;
        if let Some(to) = &facts.to {
            return self.until(settled, to);
        }
        if let Some(length) = facts.length {
            self.lasting(&mut settled, length)?;
        }
        Ok(settled)
    }

    /// So long from now: calendar units on the wall, hours and less elapsed.
    fn elapsed(&self, away: Length) -> Result<Settled, NotATime> {
        if away.seconds.abs() > MOST_DAYS * 86_400 {
            return Err(NotATime::TooFar);
        }
        let base = if away.months == 0 && away.days == 0 {
            self.here.now
        } else {
            let date = moved(self.wall.date(), away)?;
            Moment::floating(date.to_datetime(self.wall.time()), self.here).at
        };
        let at = base
            .checked_add(SignedDuration::from_secs(away.seconds))
            .map_err(|_| NotATime::TooFar)?;
        let moment = Moment::elapsed(at, self.here);
        far_enough(moment.wall.date())?;
        Ok(Settled::plain(Meaning::At(moment)))
    }

    /// A day, a time of day, or both.
    fn placed(&self) -> Result<Settled, NotATime> {
        let facts = self.facts;
        let days = self.days()?;
        let has_time = facts.has_time() || facts.same_time;
        let mut settled = match days {
            _ if facts.zone.is_some() && !has_time => return Err(NotATime::Unknown),
            None if !has_time => return Err(NotATime::Unknown),
            Some((from, to)) if !has_time => whole_days(from, to, self.is_one_day()),
            // a time of day on each of several days is no moment
            Some(_) if facts.days.is_some() => return Err(NotATime::Unknown),
            days => self.timed(days.map(|(from, _)| from))?,
        };
        self.shifted(&mut settled)?;
        Ok(settled)
    }

    fn is_one_day(&self) -> bool {
        self.facts.days.is_none() && (self.facts.period.is_none() || self.facts.shift.is_some())
    }

    /// The first day, and the one behind the last.
    fn days(&self) -> Result<Option<(Date, Date)>, NotATime> {
        let facts = self.facts;
        let one = |date: Date| Ok(Some((date, next(date)?)));
        let away = facts
            .away
            .map(|away| moved(self.calendar.today, away))
            .transpose()?;
        let mut found = match (&facts.day, &facts.days, facts.period) {
            // "in 2 weeks on friday"
            (Some(DayRef::Weekday(None, weekday, 0)), ..) if let Some(away) = away => {
                one(Calendar::in_week_of(away, *weekday)?)?
            }
            (None, None, None) => match away {
                Some(away) => one(away)?,
                None => None,
            },
            _ if away.is_some() => return Err(NotATime::Unknown),
            (Some(day), ..) => one(self.calendar.date(day)?)?,
            (_, Some((first, second)), _) => {
                let (from, to) = self.calendar.days(first, second)?;
                Some((from, next(to)?))
            }
            (_, _, Some(period)) => {
                let (from, to) = self.calendar.period(period)?;
                Some((from, to))
            }
        };
        if let Some(shift) = facts.shift
            && (shift.days != 0 || shift.months != 0)
        {
            let (from, _) = found.ok_or(NotATime::Unknown)?;
            found = one(moved(
                from,
                Length {
                    seconds: 0,
                    ..shift
                },
            )?)?;
        }
        if let Some((from, to)) = found {
            far_enough(from)?;
            far_enough(to)?;
        }
        Ok(found)
    }

    /// "2 hours before 5pm": moves the moment; what comes before today by a shift is past.
    fn shifted(&self, settled: &mut Settled) -> Result<(), NotATime> {
        let Some(shift) = self.facts.shift else {
            return Ok(());
        };
        if shift.seconds != 0 {
            let moment = match &settled.meaning {
                Meaning::At(moment) => moment.clone(),
                Meaning::Day(date) => self.moment(date.to_datetime(Time::midnight())),
                _ => return Err(NotATime::Unknown),
            };
            let at = moment
                .at
                .checked_add(SignedDuration::from_secs(shift.seconds))
                .map_err(|_| NotATime::TooFar)?;
            let wall = moment.zone.to_datetime(at);
            settled.meaning = Meaning::At(Moment {
                at,
                wall,
                asked: wall,
                shift: None,
                ..moment
            });
            settled.span = None;
        }
        let starts_ahead = match &self.facts.day {
            Some(day) => self.calendar.date(day)? >= self.calendar.today,
            None => true,
        };
        settled.past |= starts_ahead
            && match &settled.meaning {
                Meaning::Day(date) => *date < self.calendar.today,
                Meaning::At(moment) => moment.at <= self.here.now,
                _ => false,
            };
        Ok(())
    }

    /// "friday 5pm to sunday 8pm".
    fn until(&self, mut settled: Settled, to: &Facts) -> Result<Settled, NotATime> {
        let to = Facts {
            zone: to.zone.clone().or_else(|| self.facts.zone.clone()),
            ..to.clone()
        };
        let from = Facts {
            zone: to.zone.clone(),
            to: None,
            ..self.facts.clone()
        };
        if from.zone != self.facts.zone {
            settled = settle(&from, self.here)?;
        }
        let ends = settle(&to, self.here)?;
        let (Meaning::At(from), Meaning::At(to)) = (settled.meaning.clone(), ends.meaning) else {
            return Err(NotATime::Unknown);
        };
        if to.at <= from.at {
            return Err(NotATime::NoSuchTime);
        }
        let span = Span::Times { from, to };
        settled.assumed.extend(ends.assumed);
        settled.doubt = settled.doubt.or(ends.doubt);
        settled.span = Some(span.clone());
        settled.meaning = Meaning::Span(span);
        Ok(settled)
    }

    /// "friday 3pm for 45m".
    fn lasting(&self, settled: &mut Settled, length: Length) -> Result<(), NotATime> {
        let length = fixed_length(length)?;
        match &settled.meaning {
            Meaning::At(from) => {
                let at = from.at.checked_add(length).map_err(|_| NotATime::TooFar)?;
                let wall = from.zone.to_datetime(at);
                let to = Moment {
                    at,
                    wall,
                    asked: wall,
                    shift: None,
                    ..from.clone()
                };
                let span = Span::Times {
                    from: from.clone(),
                    to,
                };
                settled.span = Some(span.clone());
                settled.meaning = Meaning::Span(span);
                Ok(())
            }
            _ => Err(NotATime::Unknown),
        }
    }

    fn is(&self, name: &str, time: Time) -> String {
        format!("{name} is {}", super::say::hour(time, self.here))
    }

    fn moment(&self, wall: DateTime) -> Moment {
        match &self.facts.zone {
            Some(zone) => Moment::fixed(wall, zone.clone()),
            None => Moment::floating(wall, self.here),
        }
    }
}

fn whole_days(from: Date, to: Date, one: bool) -> Settled {
    let span = Span::Days { from, to };
    Settled {
        span: Some(span.clone()),
        ..Settled::plain(if one {
            Meaning::Day(from)
        } else {
            Meaning::Span(span)
        })
    }
}

/// A length that is the same whenever it begins. Months are none.
fn fixed_length(length: Length) -> Result<SignedDuration, NotATime> {
    if length.months != 0 {
        return Err(NotATime::Unknown);
    }
    length
        .days
        .checked_mul(86_400)
        .and_then(|days| days.checked_add(length.seconds))
        .map(SignedDuration::from_secs)
        .ok_or(NotATime::TooFar)
}

fn next(date: Date) -> Result<Date, NotATime> {
    date.tomorrow().map_err(|_| NotATime::TooFar)
}

/// Instants reach from the year -9999 to 9999; zones take a day at each end.
fn far_enough(date: Date) -> Result<(), NotATime> {
    (-9998..=9998)
        .contains(&date.year())
        .then_some(())
        .ok_or(NotATime::TooFar)
}
