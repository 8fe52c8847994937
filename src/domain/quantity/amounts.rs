//! Amounts of one thing that do not add up: "2 cans + 500 g".

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{NotAnAmount, Quantity, Ratio};

/// How much of one thing: at most one quantity a dimension, in the order of dimensions. Empty: as much as it takes.
///
/// Adding is commutative, and printing can be read back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Amounts(Vec<Quantity>);

/// More kinds of amounts than one thing on a list can have.
const MOST: usize = 6;

impl Amounts {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Both together. What converts is summed; what does not stands beside it. `None`: too much.
    pub fn plus(&self, more: &Self) -> Option<Self> {
        let mut all = self.0.clone();
        for quantity in &more.0 {
            match all.iter_mut().find(|there| there.fits(*quantity)) {
                Some(there) => *there = there.sum(*quantity)?,
                None => all.push(*quantity),
            }
        }
        all.sort_by_key(|quantity| quantity.unit().dimension());
        (all.len() <= MOST).then_some(Self(all))
    }

    /// So many times as much, each as [`Quantity::times`] has it. `None`: too much.
    pub fn times(&self, by: Ratio) -> Option<Self> {
        let all: Option<Vec<_>> = self.0.iter().map(|quantity| quantity.times(by)).collect();
        all.map(Self)
    }

    /// As it is bought: no half cans.
    pub fn whole(&self) -> Self {
        Self(self.0.iter().map(|quantity| quantity.whole()).collect())
    }

    /// What is left after taking `less` away; empty when nothing is. `None`: it is counted otherwise.
    pub fn minus(&self, less: &Self) -> Option<Self> {
        let mut left = self.0.clone();
        for quantity in &less.0 {
            let at = left.iter().position(|there| there.fits(*quantity))?;
            match left[at].less(*quantity).ok()? {
                Some(rest) => left[at] = rest,
                None => drop(left.remove(at)),
            }
        }
        Some(Self(left))
    }
}

impl From<Option<Quantity>> for Amounts {
    fn from(quantity: Option<Quantity>) -> Self {
        Self(quantity.into_iter().collect())
    }
}

impl fmt::Display for Amounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, quantity) in self.0.iter().enumerate() {
            write!(f, "{}{quantity}", if at == 0 { "" } else { " + " })?;
        }
        Ok(())
    }
}

impl FromStr for Amounts {
    type Err = NotAnAmount;

    /// Reads "2 cans + 500 g"; nothing but spaces is no amount, and fine.
    fn from_str(text: &str) -> Result<Self, NotAnAmount> {
        let mut all = Self::default();
        for part in text.split('+').filter(|_| !text.trim().is_empty()) {
            let one = Self(vec![part.parse()?]);
            all = all.plus(&one).ok_or(NotAnAmount)?;
        }
        Ok(all)
    }
}

impl Serialize for Amounts {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Amounts {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}
