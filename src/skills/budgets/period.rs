//! The stretches of time that a budget is for, and what rolls over from one to the next.

use jiff::{ToSpan, civil::Date};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::store::Budget;

// How long a budget lasts before it begins anew; a week is Monday to Sunday (ISO 8601).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, utoipa::ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Period {
    Week,
    Month,
    Year,
}

impl Period {
    /// The word in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    /// The one of that name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Week, Self::Month, Self::Year]
            .into_iter()
            .find(|period| period.as_str() == name)
    }

    /// The first day of the one that `day` is in, and the day behind its last.
    pub fn around(self, day: Date) -> (Date, Date) {
        let from = match self {
            Self::Week => {
                day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days())
            }
            Self::Month => day.first_of_month(),
            Self::Year => day.first_of_year(),
        };
        (from, self.after(from))
    }

    fn after(self, from: Date) -> Date {
        match self {
            Self::Week => from.saturating_add(1.week()),
            Self::Month => from.saturating_add(1.month()),
            Self::Year => from.saturating_add(1.year()),
        }
    }
}

/// Periods that roll over, at most.
const MOST: usize = 600;

/// What was spent in the period that begins at `now`, and what may be: the budget, with what is left of those since `first`.
/// What was overspent is not taken away from the next.
pub fn carried(budget: &Budget, first: Date, now: Date, spent: &[(Date, i64)]) -> (i64, i64) {
    let of = |from: Date| -> i64 {
        let days = spent.iter().filter(|(begins, _)| *begins == from);
        days.map(|(_, minor)| *minor).sum()
    };
    let (mut begins, mut over, mut count) = (first, 0_i64, 0);
    while begins < now && count < MOST {
        over = over
            .saturating_add(budget.money.minor)
            .saturating_sub(of(begins))
            .max(0);
        begins = budget.period.after(begins);
        count += 1;
    }
    (of(now), budget.money.minor.saturating_add(over))
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, civil::date};

    use super::*;
    use crate::domain::{Currency, Money};

    #[test]
    fn a_week_is_monday_to_sunday_and_a_month_its_days() {
        let day = date(2026, 11, 29);
        assert_eq!(
            Period::Week.around(day),
            (date(2026, 11, 23), date(2026, 11, 30))
        );
        assert_eq!(
            Period::Month.around(day),
            (date(2026, 11, 1), date(2026, 12, 1))
        );
        assert_eq!(
            Period::Year.around(day),
            (date(2026, 1, 1), date(2027, 1, 1))
        );
    }

    #[test]
    fn what_is_left_rolls_over_and_what_is_overspent_does_not() {
        let budget = Budget::new(
            1,
            ("food".to_owned(), Money::new(100, Currency::USD)),
            (Period::Month, true),
            (date(2026, 9, 10), Timestamp::UNIX_EPOCH),
            "en-US",
        );
        let spent = [
            (date(2026, 9, 1), 70),
            (date(2026, 10, 1), 190),
            (date(2026, 11, 1), 40),
        ];
        let first = date(2026, 9, 1);
        assert_eq!(carried(&budget, first, date(2026, 9, 1), &spent), (70, 100));
        assert_eq!(
            carried(&budget, first, date(2026, 10, 1), &spent),
            (190, 130)
        );
        assert_eq!(
            carried(&budget, first, date(2026, 11, 1), &spent),
            (40, 100)
        );
        assert_eq!(carried(&budget, first, date(2026, 12, 1), &spent), (0, 160));
    }
}
