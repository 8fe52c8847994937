//! What something costs per kilogram, litre or piece: exact fractions of minor units, rounded only when said.
//! May import: money and quantity beside it.

use std::{cmp::Ordering, fmt, str::FromStr};

use super::{
    Currency, Money, Quantity,
    quantity::{Dimension, Ratio, Unit},
};

/// What a price is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    Kg,
    L,
    Piece,
    /// A can, a bag, a bunch.
    Container(Unit),
}

/// There is no such unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a unit: try kg, l, piece or can")]
pub struct NotAUnit;

impl Per {
    fn of(dimension: Dimension) -> Self {
        match dimension {
            Dimension::Mass => Self::Kg,
            Dimension::Volume => Self::L,
            Dimension::Pieces => Self::Piece,
            Dimension::Containers(unit) => Self::Container(unit),
        }
    }

    /// How many base units (grams, millilitres, pieces) the price is for.
    fn size(self) -> i128 {
        match self {
            Self::Kg | Self::L => 1000,
            Self::Piece | Self::Container(_) => 1,
        }
    }

    /// Whether it is by weight or volume.
    pub fn is_measure(self) -> bool {
        matches!(self, Self::Kg | Self::L)
    }
}

impl fmt::Display for Per {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kg => "kg",
            Self::L => "l",
            Self::Piece => "piece",
            Self::Container(unit) => unit.word(false),
        })
    }
}

impl FromStr for Per {
    type Err = NotAUnit;

    /// Reads "kg", "a kilo", "litre", "lb" (as mass), "each", "piece", "can".
    fn from_str(said: &str) -> Result<Self, NotAUnit> {
        let said = said.trim();
        let said = said.strip_prefix("a ").unwrap_or(said);
        if matches!(said, "each" | "piece" | "a piece" | "one") {
            return Ok(Self::Piece);
        }
        if said.is_empty() {
            return Err(NotAUnit);
        }
        let one: Quantity = format!("1 {said}").parse().map_err(|_| NotAUnit)?;
        Ok(Self::of(one.unit().dimension()))
    }
}

/// A price per base unit.
#[derive(Clone, Copy, Debug)]
pub struct UnitPrice {
    /// Minor units of the currency per gram, millilitre, piece or container, as a fraction.
    num: i128,
    den: i128,
    pub per: Per,
    pub currency: Currency,
}

impl UnitPrice {
    /// What one unit costs when `amount` of it costs `price`; without an amount it is one piece. `None`: out of all measure.
    pub fn of(price: Money, amount: Option<Quantity>) -> Option<Self> {
        let amount = amount.unwrap_or(Quantity::pieces(Ratio::whole(1)?));
        let per = Per::of(amount.unit().dimension());
        let base = match per {
            Per::Kg => amount.convert(Unit::G)?,
            Per::L => amount.convert(Unit::Ml)?,
            Per::Piece => amount.convert(Unit::Piece)?,
            Per::Container(_) => amount,
        };
        let (num, den) = base.amount().parts();
        Some(Self {
            num: i128::from(price.minor).checked_mul(den)?,
            den: num,
            per,
            currency: price.currency,
        })
    }

    /// What `price` for one `per` is.
    pub fn per(price: Money, per: Per) -> Self {
        Self {
            num: i128::from(price.minor),
            den: per.size(),
            per,
            currency: price.currency,
        }
    }

    /// Which is less. `None`: they are for different units or in different currencies.
    pub fn compare(self, other: Self) -> Option<Ordering> {
        let alike = self.per == other.per && self.currency == other.currency;
        alike.then(|| (self.num * other.den).cmp(&(other.num * self.den)))
    }

    pub fn is_less_than(self, other: Self) -> bool {
        self.compare(other) == Some(Ordering::Less)
    }

    /// The price of one kilogram, litre, piece or container, rounded to the minor unit.
    pub fn money(self) -> Money {
        let (num, den) = (self.num * self.per.size(), self.den.max(1));
        let minor = (2 * num + den) / (2 * den);
        Money::new(i64::try_from(minor).unwrap_or(i64::MAX), self.currency)
    }

    /// `$6.99/kg`, `$0.25 each`, `$1.20/can`.
    pub fn say(self, locale: &str) -> String {
        let money = self.money().say(locale);
        match self.per {
            Per::Piece => format!("{money} each"),
            per => format!("{money}/{per}"),
        }
    }
}

/// Equal prices of equal units.
impl PartialEq for UnitPrice {
    fn eq(&self, other: &Self) -> bool {
        self.compare(*other) == Some(Ordering::Equal)
    }
}

/// The one in the middle (the cheaper of two): what somebody usually pays. They must be for one unit in one currency; of
/// several, those like the first count.
pub fn usual(all: &[UnitPrice]) -> Option<UnitPrice> {
    let first = all.first()?;
    let mut alike: Vec<UnitPrice> = all
        .iter()
        .copied()
        .filter(|price| price.compare(*first).is_some())
        .collect();
    alike.sort_by(|a, b| a.compare(*b).unwrap_or(Ordering::Equal));
    alike.get((alike.len() - 1) / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(minor: i64, amount: &str) -> UnitPrice {
        let amount = (!amount.is_empty()).then(|| amount.parse().expect("an amount"));
        UnitPrice::of(Money::new(minor, Currency::USD), amount).expect("a price")
    }

    #[test]
    fn a_price_is_normalised_to_a_kilogram_a_litre_or_a_piece() {
        for (minor, amount, said) in [
            (349, "500 g", "$6.98/kg"),
            (699, "1 kg", "$6.99/kg"),
            (219, "", "$2.19 each"),
            (219, "1 l", "$2.19/l"),
            (300, "a dozen", "$0.25 each"),
            (599, "1 lb", "$13.21/kg"),
            (99, "330 ml", "$3/l"),
            (240, "2 cans", "$1.20/can"),
            (200, "1 cup", "$8.45/l"),
        ] {
            assert_eq!(price(minor, amount).say("en-US"), said, "{minor} {amount}");
        }
    }

    #[test]
    fn prices_of_different_units_are_not_compared() {
        assert_eq!(price(349, "500 g"), price(698, "1 kg"));
        assert!(price(349, "500 g").is_less_than(price(699, "1 kg")));
        assert!(!price(1, "").is_less_than(price(699, "1 kg")));
        assert_eq!(price(1, "1 can").compare(price(1, "1 bag")), None);
        let euros = UnitPrice::of(Money::new(1, Currency::EUR), None).expect("a price");
        assert_eq!(euros.compare(price(2, "")), None);
        let wished = UnitPrice::per(Money::new(800, Currency::USD), Per::Kg);
        assert!(price(349, "500 g").is_less_than(wished));
        assert!(
            !price(400, "500 g").is_less_than(wished),
            "8 is not under 8"
        );
    }

    #[test]
    fn the_usual_price_is_the_one_in_the_middle() {
        assert_eq!(usual(&[]), None);
        let all = [
            price(900, "1 kg"),
            price(840, "1 kg"),
            price(100, "1 l"),
            price(700, "1 kg"),
        ];
        assert_eq!(usual(&all), Some(price(840, "1 kg")));
        assert_eq!(usual(&all[..2]), Some(price(840, "1 kg")));
    }

    #[test]
    fn units_are_read_as_people_say_them() {
        for (said, per) in [
            ("kg", Per::Kg),
            ("a kilo", Per::Kg),
            ("lb", Per::Kg),
            ("litre", Per::L),
            ("each", Per::Piece),
            ("piece", Per::Piece),
            ("can", Per::Container(Unit::Can)),
        ] {
            assert_eq!(said.parse(), Ok(per), "{said}");
            assert_eq!(per.to_string().parse(), Ok(per), "{said}");
        }
        assert_eq!("week".parse::<Per>(), Err(NotAUnit));
        assert_eq!("".parse::<Per>(), Err(NotAUnit));
    }
}
