//! The time of day: which of two hours is meant, and what a range or a part of the day comes to.

use jiff::{
    ToSpan,
    civil::{Date, Time},
};

use super::super::{
    Doubt, Meaning, Moment, NotATime, Span,
    language::{Part, Point, lexicon},
};
use super::{
    Settled, Settler,
    hours::{Choice, choice, point_time},
    next,
};

impl Settler<'_> {
    pub(super) fn timed(&self, date: Option<Date>) -> Result<Settled, NotATime> {
        let facts = self.facts;
        if facts.same_time {
            let date = date.ok_or(NotATime::Unknown)?;
            let moment = self.moment(date.to_datetime(self.wall.time()));
            return Ok(Settled::plain(Meaning::At(moment)));
        }
        if let Some((from, to)) = facts.between {
            return self.range(date, from, to);
        }
        if let Some(clock) = facts.clock {
            let choice = choice(
                clock,
                facts.half.or(clock.half),
                facts.part,
                &self.here.habits,
            )?;
            return Ok(self.at(date, choice, clock.o_clock));
        }
        if let Some(point) = facts.point {
            return self.point(date, point);
        }
        match facts.part {
            Some(part) => self.part(date, part),
            None => Err(NotATime::Unknown),
        }
    }

    /// A time on the clock: which half of the day, and, without a day, which day.
    pub(super) fn at(&self, date: Option<Date>, choice: Choice, o_clock: bool) -> Settled {
        let mut settled = Settled::plain(Meaning::Day(self.wall.date()));
        let today = self.wall.date();
        let moment = match date {
            None => self.coming(&choice),
            Some(date) if date == today => {
                let (moment, past) = self.later_today(date, &choice);
                settled.past = past;
                moment
            }
            Some(date) => {
                let times = choice.times();
                let fitting: Vec<Time> = times
                    .iter()
                    .copied()
                    .filter(|time| self.here.habits.is_waking(*time))
                    .collect();
                let likelier = *fitting.first().unwrap_or(&times[0]);
                if let (Some(pm), true) = (choice.pm, date > today) {
                    if fitting.is_empty() || o_clock {
                        settled.doubt = Some(Doubt::AmOrPm { am: choice.am, pm });
                    } else if fitting.len() > 1 {
                        let bare = likelier.strftime("%-I").to_string();
                        let bare = match likelier.minute() {
                            0 => bare,
                            minute => format!("{bare}:{minute:02}"),
                        };
                        settled.assumed.push(self.is(&bare, likelier));
                    }
                }
                self.moment(choice.on(date, likelier))
            }
        };
        settled.meaning = Meaning::At(moment);
        settled
    }

    /// The next occurrence within waking hours, or at all when none lies within them.
    pub(super) fn coming(&self, choice: &Choice) -> Moment {
        let today = self.wall.date();
        let mut all: Vec<Moment> = [Some(today), today.tomorrow().ok()]
            .into_iter()
            .flatten()
            .flat_map(|date| choice.times().into_iter().map(move |time| (date, time)))
            .map(|(date, time)| self.moment(choice.on(date, time)))
            .filter(|moment| moment.at > self.here.now)
            .collect();
        all.sort_by_key(|moment| moment.at);
        let waking = all
            .iter()
            .position(|moment| self.here.habits.is_waking(moment.wall.time()));
        let first = if choice.pm.is_some() {
            waking.unwrap_or(0)
        } else {
            0
        };
        if first < all.len() {
            all.swap_remove(first)
        } else {
            self.moment(choice.on(today, choice.am))
        }
    }

    /// What is left of today; else the last that was, which is past.
    pub(super) fn later_today(&self, date: Date, choice: &Choice) -> (Moment, bool) {
        let moments: Vec<Moment> = choice
            .times()
            .into_iter()
            .map(|time| self.moment(choice.on(date, time)))
            .collect();
        let ahead = || moments.iter().filter(|moment| moment.at > self.here.now);
        let waking = ahead().find(|moment| self.here.habits.is_waking(moment.wall.time()));
        match waking.or_else(|| ahead().next()) {
            Some(moment) => (moment.clone(), false),
            None => {
                let was = moments
                    .iter()
                    .rfind(|moment| self.here.habits.is_waking(moment.wall.time()))
                    .or(moments.last());
                (
                    was.cloned()
                        .unwrap_or_else(|| self.moment(date.to_datetime(choice.am))),
                    true,
                )
            }
        }
    }

    /// "3-5pm", "11-1": the end is the first such time behind the start.
    pub(super) fn range(
        &self,
        date: Option<Date>,
        from: crate::when::grammar::Clock,
        to: crate::when::grammar::Clock,
    ) -> Result<Settled, NotATime> {
        let (facts, habits) = (self.facts, &self.here.habits);
        let ends = choice(to, facts.half.or(to.half), facts.part, habits)?;
        let mut starts = choice(from, from.half, facts.part, habits)?;
        if ends.pm.is_none() && from.half.is_none() && !from.certain {
            starts = starts.before(ends.am);
        } else if let (Some(pm), Some(_)) = (starts.pm, ends.pm) {
            // "8-5": the reading of which both ends lie within waking hours
            let fits = |start: Time| {
                habits.is_waking(start)
                    && habits.is_waking_until(ends.first_after(start))
                    && ends.first_after(start) > start
            };
            match (fits(starts.am), fits(pm)) {
                (true, false) => starts = Choice::only(starts.am),
                (false, true) => starts = Choice::only(pm),
                _ => {}
            }
        }
        let mut settled = self.at(date, starts, from.o_clock);
        let Meaning::At(start) = settled.meaning.clone() else {
            return Err(NotATime::Unknown);
        };
        let end = ends.first_after(start.wall.time());
        let mut day = start.wall.date();
        if end <= start.wall.time() {
            day = next(day)?;
        }
        let span = Span::Times {
            from: start,
            to: self.moment(day.to_datetime(end)),
        };
        settled.span = Some(span.clone());
        settled.meaning = Meaning::Span(span);
        Ok(settled)
    }

    pub(super) fn point(&self, date: Option<Date>, point: Point) -> Result<Settled, NotATime> {
        if point == Point::Midnight {
            // midnight ends the day that is said
            let day = next(date.unwrap_or(self.wall.date()))?;
            let moment = self.moment(day.to_datetime(Time::midnight()));
            return Ok(Settled::plain(Meaning::At(moment)));
        }
        let time = point_time(point, &self.here.habits);
        let mut settled = self.at(date, Choice::only(time), false);
        if point != Point::Noon {
            let name = lexicon().language.point_name(point);
            settled.assumed.push(self.is(name, time));
        }
        Ok(settled)
    }

    pub(super) fn part(&self, date: Option<Date>, part: Part) -> Result<Settled, NotATime> {
        let hours = super::hours::part(part);
        let mut settled = self.at(date, Choice::only(hours.moment), false);
        let Meaning::At(mut moment) = settled.meaning.clone() else {
            return Err(NotATime::Unknown);
        };
        let (from, to) = hours.on(moment.wall.date())?;
        let span = (self.moment(from), self.moment(to));
        if settled.past && self.here.now < span.1.at {
            // the part has begun: the next full hour
            let hour = self
                .wall
                .date()
                .at(self.wall.hour(), 0, 0, 0)
                .checked_add(1.hour())
                .map_err(|_| NotATime::TooFar)?;
            moment = self.moment(hour);
            settled.past = false;
        }
        let name = lexicon().language.part_name(part);
        settled.assumed.push(self.is(name, moment.wall.time()));
        settled.meaning = Meaning::At(moment);
        settled.span = Some(Span::Times {
            from: span.0,
            to: span.1,
        });
        Ok(settled)
    }
}
