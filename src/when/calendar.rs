//! Days that words name, in the calendar: the rules of [`day`](mod@super::day) for what usage leaves open.
//! May import: jiff, the grammar and holidays beside it.

use jiff::{
    Span, ToSpan,
    civil::{Date, Weekday},
};

use super::{
    DateOrder, NotATime,
    grammar::{DayRef, Length, Period},
    holiday,
    language::{Unit, Which},
};

/// What a day in words is seen from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Calendar<'c> {
    pub today: Date,
    pub order: DateOrder,
    pub country: &'c str,
}

type Found<T = Date> = Result<T, NotATime>;

impl Calendar<'_> {
    pub(super) fn date(&self, day: &DayRef) -> Found {
        match *day {
            DayRef::Offset(days) => self.after(days.days()),
            DayRef::Weekday(which, weekday, weeks) => self.weekday(which, weekday, weeks),
            DayRef::Date {
                month,
                day,
                year,
                weekday,
            } => self.in_year(month, day, year, weekday),
            DayRef::Numbers {
                first,
                second,
                year,
                weekday,
            } => {
                let (month, day) = match self.order {
                    DateOrder::MonthFirst => (first, second),
                    DateOrder::DayFirst => (second, first),
                };
                let month = i8::try_from(month).map_err(|_| NotATime::NoSuchTime)?;
                self.in_year(month, day, year, weekday)
            }
            DayRef::Number(number, weekday) => self.number(number, weekday),
            DayRef::In(period, number) => self.in_month(period, number),
            DayRef::Nth(nth, weekday, period) => self.nth(nth, weekday, period),
            DayRef::Start(period) => {
                let (from, _) = self.period(period)?;
                match period {
                    Period::Relative(unit, 0) if from < self.today => {
                        Ok(self.period(Period::Relative(unit, 1))?.0)
                    }
                    _ => Ok(from),
                }
            }
            DayRef::End(period) => self.end(period),
            DayRef::Holiday(ref name) => {
                holiday::named(name, self.country, self.today).ok_or(NotATime::Unknown)
            }
        }
    }

    /// Both ends of a run of days; the second is behind the first.
    pub(super) fn days(&self, first: &DayRef, second: &DayRef) -> Found<(Date, Date)> {
        let year_of = |day: &DayRef| match day {
            DayRef::Date { year, .. } | DayRef::Numbers { year, .. } => *year,
            _ => None,
        };
        let mut dated = first.clone();
        if let (None, Some(year)) = (year_of(first), year_of(second))
            && let DayRef::Date { year: open, .. } | DayRef::Numbers { year: open, .. } = &mut dated
        {
            *open = Some(year);
        }
        let mut from = self.date(&dated)?;
        let leans = year_of(second).is_none()
            && matches!(
                second,
                DayRef::Date { .. }
                    | DayRef::Numbers { .. }
                    | DayRef::Number(..)
                    | DayRef::Weekday(None, ..)
                    | DayRef::Holiday(_)
            );
        let base = if leans { from } else { self.today };
        let to = Calendar {
            today: base,
            ..*self
        }
        .date(second)?;
        if from > to && dated != *first {
            from = from.checked_sub(1.year()).map_err(|_| NotATime::TooFar)?;
        }
        if from > to {
            return Err(NotATime::NoSuchTime);
        }
        Ok((from, to))
    }

    /// The first day, and the one behind the last.
    pub(super) fn period(&self, period: Period) -> Found<(Date, Date)> {
        let far = |_| NotATime::TooFar;
        let ends = |from: Date, length: Span| Ok((from, from.checked_add(length).map_err(far)?));
        match period {
            Period::Relative(unit, many) => {
                let monday = self.monday()?;
                match unit {
                    Unit::Week => ends(monday.checked_add(many.weeks()).map_err(far)?, 1.week()),
                    Unit::Weekend => ends(
                        monday
                            .checked_add(many.weeks())
                            .and_then(|monday| monday.checked_add(5.days()))
                            .map_err(far)?,
                        2.days(),
                    ),
                    Unit::Month => ends(
                        self.today
                            .first_of_month()
                            .checked_add(many.months())
                            .map_err(far)?,
                        1.month(),
                    ),
                    Unit::Year => ends(
                        self.today
                            .first_of_year()
                            .checked_add(many.years())
                            .map_err(far)?,
                        1.year(),
                    ),
                    _ => Err(NotATime::Unknown),
                }
            }
            Period::Month(month, year) => {
                let this = self.today.year();
                let year = year.unwrap_or(if month < self.today.month() {
                    this.saturating_add(1)
                } else {
                    this
                });
                ends(Date::new(year, month, 1).map_err(far)?, 1.month())
            }
            Period::Ahead(unit, many) => {
                let length = match unit {
                    Unit::Day => Span::new().try_days(many),
                    Unit::Week => Span::new().try_weeks(many),
                    _ => Span::new().try_months(many),
                };
                ends(self.today, length.map_err(far)?)
            }
            Period::Rest(Unit::Day) => ends(self.today, 1.day()),
            Period::Rest(unit) => {
                let (_, to) = self.period(Period::Relative(unit, 0))?;
                Ok((self.today, to))
            }
            Period::Year(year) => ends(Date::new(year, 1, 1).map_err(far)?, 1.year()),
        }
    }

    fn end(&self, period: Period) -> Found {
        let (from, to) = self.period(period)?;
        if let Period::Relative(Unit::Week, _) = period {
            // a week ends with its work, or with its Sunday once that is over
            let friday = from.saturating_add(4.days());
            if friday >= self.today {
                return Ok(friday);
            }
        }
        to.yesterday().map_err(|_| NotATime::TooFar)
    }

    fn monday(&self) -> Found {
        let days = i64::from(self.today.weekday().to_monday_zero_offset());
        self.after(-days.days())
    }

    fn weekday(&self, which: Option<Which>, weekday: Weekday, weeks: i64) -> Found {
        let found = match which {
            None | Some(Which::This | Which::Coming) => self.today.nth_weekday(1, weekday),
            Some(Which::Last) => self.today.nth_weekday(-1, weekday),
            Some(Which::Next) => self
                .monday()?
                .checked_add((7 + i64::from(weekday.to_monday_zero_offset())).days()),
        };
        found
            .and_then(|found| found.checked_add(weeks.weeks()))
            .map_err(|_| NotATime::TooFar)
    }

    /// The weekday in the week of `date`.
    pub(super) fn in_week_of(date: Date, weekday: Weekday) -> Found {
        Calendar {
            today: date,
            order: DateOrder::default(),
            country: "",
        }
        .monday()?
        .checked_add(i64::from(weekday.to_monday_zero_offset()).days())
        .map_err(|_| NotATime::TooFar)
    }

    fn in_year(&self, month: i8, day: i64, year: Option<i16>, weekday: Option<Weekday>) -> Found {
        let day = i8::try_from(day).map_err(|_| NotATime::NoSuchTime)?;
        if let Some(year) = year {
            let date = Date::new(year, month, day).map_err(|_| NotATime::NoSuchTime)?;
            return agreeing(date, weekday);
        }
        // two leap years can be eight years apart (1896, 1904)
        let this_year = self.today.year();
        let mut dates = (this_year..=this_year.saturating_add(8))
            .filter_map(|year| Date::new(year, month, day).ok());
        let first = dates
            .clone()
            .find(|date| *date >= self.today)
            .ok_or(NotATime::NoSuchTime)?;
        if agrees(first, weekday) {
            return Ok(first);
        }
        dates
            .next()
            .filter(|date| date.year() == this_year && agrees(*date, weekday))
            .ok_or(NotATime::OtherWeekday)
    }

    /// The first day with this number from today on, skipping months that are too short.
    fn number(&self, number: i64, weekday: Option<Weekday>) -> Found {
        let number = i8::try_from(number).map_err(|_| NotATime::NoSuchTime)?;
        let month = self.today.first_of_month();
        let date = (0..4)
            .filter_map(|ahead| month.checked_add(ahead.months()).ok())
            .filter_map(|month| Date::new(month.year(), month.month(), number).ok())
            .find(|date| *date >= self.today)
            .ok_or(NotATime::NoSuchTime)?;
        agreeing(date, weekday)
    }

    /// "the 15th of next month"; of this month, when it is over, that of the next.
    fn in_month(&self, period: Period, number: i64) -> Found {
        let number = i8::try_from(number).map_err(|_| NotATime::NoSuchTime)?;
        if period == Period::Relative(Unit::Month, 0) {
            return self.number(i64::from(number), None);
        }
        let (from, _) = self.period(period)?;
        Date::new(from.year(), from.month(), number).map_err(|_| NotATime::NoSuchTime)
    }

    fn nth(&self, nth: i8, weekday: Weekday, period: Period) -> Found {
        let of = |period| {
            self.period(period)?
                .0
                .nth_weekday_of_month(nth, weekday)
                .map_err(|_| NotATime::NoSuchTime)
        };
        let date = of(period)?;
        if date >= self.today {
            return Ok(date);
        }
        match period {
            Period::Relative(unit, 0) => of(Period::Relative(unit, 1)),
            Period::Month(month, None) => {
                of(Period::Month(month, Some(date.year().saturating_add(1))))
            }
            _ => Ok(date),
        }
    }

    pub(super) fn after(&self, span: Span) -> Found {
        self.today.checked_add(span).map_err(|_| NotATime::TooFar)
    }
}

/// Two hundred years; nobody means more.
pub(super) const MOST_DAYS: i64 = 73_000;

/// `date` moved by whole months and days.
pub(super) fn moved(date: Date, length: Length) -> Found {
    let far = |_| NotATime::TooFar;
    if length.days.abs() > MOST_DAYS || length.months.abs() > MOST_DAYS / 30 {
        return Err(NotATime::TooFar);
    }
    let span = Span::new()
        .try_months(length.months)
        .and_then(|span| span.try_days(length.days))
        .map_err(far)?;
    date.checked_add(span).map_err(far)
}

fn agrees(date: Date, weekday: Option<Weekday>) -> bool {
    weekday.is_none_or(|weekday| date.weekday() == weekday)
}

fn agreeing(date: Date, weekday: Option<Weekday>) -> Found {
    agrees(date, weekday)
        .then_some(date)
        .ok_or(NotATime::OtherWeekday)
}
