//! How much of something: an exact amount in a unit. Amounts are fractions of whole numbers, so nothing drifts: three times
//! a third of a cup is one cup.
//!
//! Factors: NIST Special Publication 811 (2008), appendix B.8, and NIST Handbook 44, appendix C; all are exact there.
//! May import: std, serde.

mod amounts;
mod number;
mod ratio;
mod unit;

use std::{cmp::Ordering, fmt, str::FromStr};

pub use amounts::Amounts;
pub(super) use number::read_number;
pub use ratio::Ratio;
pub use unit::{Dimension, Unit};

/// An amount of a unit, always more than nothing: `2 l`, `1 1/2 cups`, `3` (pieces).
///
/// Printed short and read back as it was: `parse ∘ print` is the identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantity {
    amount: Ratio,
    unit: Unit,
}

/// The text is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an amount: try \"2 l\", \"500 g\" or \"3 cans\"")]
pub struct NotAnAmount;

impl Quantity {
    pub fn new(amount: Ratio, unit: Unit) -> Self {
        Self { amount, unit }
    }

    /// So many pieces.
    pub fn pieces(amount: Ratio) -> Self {
        Self::new(amount, Unit::Piece)
    }

    pub fn amount(self) -> Ratio {
        self.amount
    }

    pub fn unit(self) -> Unit {
        self.unit
    }

    /// Whether the two can be added: both weigh, both fill, or both count the same.
    pub fn fits(self, other: Self) -> bool {
        self.unit.dimension() == other.unit.dimension()
    }

    /// The same in another unit of its dimension. `None`: it does not convert, or not within the limits of [`Ratio`].
    /// What has no exact value with a denominator of at most 1000 is rounded to thousandths.
    pub fn convert(self, unit: Unit) -> Option<Self> {
        let (num, den) = self.in_unit(unit)?;
        Some(Self::new(Ratio::rounded(num, den)?, unit))
    }

    /// So many times as much; a metric amount that has no decimals is rounded to hundredths, from 10 on to wholes. Grams that
    /// become a kilogram are said as one. `None`: too much.
    pub fn times(self, by: Ratio) -> Option<Self> {
        let ((a, b), (c, d)) = (self.amount.parts(), by.parts());
        let (num, den) = ratio::reduced(a * c, b * d);
        let amount = if self.unit.is_metric() && 1000 % den != 0 {
            let fine = if num >= 10 * den { 1 } else { 100 };
            Ratio::exact(((2 * num * fine + den) / (2 * den)).max(1), fine)
        } else {
            Ratio::rounded(num, den)
        };
        Some(Self::new(amount?, self.unit).promoted())
    }

    /// The least whole number of pieces or containers that is enough; what weighs or fills stays as it is.
    pub fn whole(self) -> Self {
        let (num, den) = self.amount.parts();
        if self.unit.is_measure() {
            return self;
        }
        let up = Ratio::exact((num + den - 1) / den, 1);
        up.map_or(self, |amount| Self::new(amount, self.unit))
    }

    /// The same, in kilograms or litres when it is as much as one.
    pub(super) fn promoted(self) -> Self {
        let exact = self
            .in_unit(self.unit.promoted())
            .filter(|parts| parts.cmp_one() != Ordering::Less)
            .and_then(|(num, den)| Ratio::exact(num, den));
        exact.map_or(self, |amount| Self::new(amount, self.unit.promoted()))
    }

    /// Both together, whichever is named first. `None`: they do not fit, or it is too much.
    ///
    /// The unit is the one they share; else, of two metric or two US units, the larger; else the metric one. 1000 g become
    /// 1 kg and 1000 ml 1 l.
    pub fn sum(self, other: Self) -> Option<Self> {
        self.combined(other, |(a, b), (c, d)| (a * d + c * b, b * d))
    }

    /// What is left after taking `other` away. `Ok(None)`: nothing. `Err`: they do not fit.
    pub fn less(self, other: Self) -> Result<Option<Self>, NotAnAmount> {
        let own = other.in_unit(self.unit).ok_or(NotAnAmount)?;
        let (num, den) = self.amount.parts();
        if num * own.1 <= own.0 * den {
            return Ok(None);
        }
        let left = self.combined(other, |(a, b), (c, d)| (a * d - c * b, b * d));
        Ok(left)
    }

    fn combined(
        self,
        other: Self,
        how: impl Fn((i128, i128), (i128, i128)) -> (i128, i128),
    ) -> Option<Self> {
        if !self.fits(other) {
            return None;
        }
        let common = self.unit.common(other.unit);
        let total = |unit| {
            let (num, den) = how(self.in_unit(unit)?, other.in_unit(unit)?);
            Some((num, den))
        };
        let written = |unit| {
            let (num, den) = total(unit)?;
            Some(Self::new(Ratio::exact(num, den)?, unit))
        };
        let is_one = |q: &Self| q.amount.parts().cmp_one() != Ordering::Less;
        let fine = common.fine();
        written(common.promoted())
            .filter(is_one)
            .or_else(|| written(common))
            .or_else(|| written(self.unit.smaller(other.unit)))
            .or_else(|| written(fine))
            .or_else(|| {
                let (num, den) = total(fine)?;
                Some(Self::new(Ratio::rounded(num, den)?, fine))
            })
    }

    /// The exact value in `unit`, as a fraction.
    fn in_unit(self, unit: Unit) -> Option<(i128, i128)> {
        if self.unit.dimension() != unit.dimension() {
            return None;
        }
        let (num, den) = self.amount.parts();
        let (from, to) = (self.unit.factor(), unit.factor());
        Some(ratio::reduced(num * from.0 * to.1, den * from.1 * to.0))
    }

    /// Reads an amount at the start of `text`; returns it, what follows it, and what follows its bare number.
    pub(super) fn read(text: &str) -> Option<Read<'_>> {
        let (amount, rest, is_article) = read_number(text)?;
        let attached = rest.starts_with(|c: char| !c.is_whitespace());
        let bare = rest.trim_start();
        let found = Unit::read(bare, amount).filter(|(unit, after)| {
            let of = strip_of(after);
            // "a can opener" is no can: behind a bare article a container needs its "of"
            let is_measure = unit.is_measure() || *unit == Unit::Dozen || of.is_some();
            (!is_article || is_measure || after.trim().is_empty()) && unit.is_meant(after)
        });
        match found {
            Some((unit, after)) => Some(Read {
                quantity: Self::new(amount, unit),
                rest: strip_of(after).unwrap_or(after.trim_start()),
                bare: Some(bare),
            }),
            // "7up" is a name, "a lemon" no amount
            None if attached || is_article => None,
            None => Some(Read {
                quantity: Self::pieces(amount),
                rest: strip_of(bare).unwrap_or(bare),
                bare: None,
            }),
        }
    }
}

/// What [`Quantity::read`] found.
pub(super) struct Read<'t> {
    pub quantity: Quantity,
    pub rest: &'t str,
    /// What follows the number, when a unit was read behind it.
    pub bare: Option<&'t str>,
}

fn strip_of(text: &str) -> Option<&str> {
    let rest = text.trim_start();
    let (of, rest) = rest.split_at_checked(2)?;
    (of.eq_ignore_ascii_case("of") && rest.starts_with(char::is_whitespace))
        .then(|| rest.trim_start())
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let amount = self.amount.print(self.unit.is_metric());
        let many = self.amount.parts().cmp_one() == Ordering::Greater;
        match self.unit.word(many) {
            "" => write!(f, "{amount}"),
            word => write!(f, "{amount} {word}"),
        }
    }
}

/// Compares a fraction with one.
trait CmpOne {
    fn cmp_one(self) -> Ordering;
}

impl CmpOne for (i128, i128) {
    fn cmp_one(self) -> Ordering {
        self.0.cmp(&self.1)
    }
}

impl FromStr for Quantity {
    type Err = NotAnAmount;

    fn from_str(text: &str) -> Result<Self, NotAnAmount> {
        let text = text.trim().trim_end_matches('.');
        let read = Self::read(text).ok_or(NotAnAmount)?;
        if read.rest.trim().is_empty() {
            Ok(read.quantity)
        } else {
            Err(NotAnAmount)
        }
    }
}

#[cfg(test)]
mod tests;
