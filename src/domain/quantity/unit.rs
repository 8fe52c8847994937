//! Units of the kitchen and the shop, their words, and what they are worth.

use super::Ratio;

/// Units that add up with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dimension {
    Pieces,
    /// Cans with cans, bags with bags.
    Containers(Unit),
    Mass,
    Volume,
}

macro_rules! units {
    ($($unit:ident $one:literal $many:literal [$($word:literal)*])*) => {
        /// A unit. US measures are the customary ones (a pint has 16 fl oz).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Unit { $($unit),* }

        impl Unit {
            pub const ALL: &'static [Unit] = &[$(Unit::$unit),*];

            /// How it is printed: `can`, `cans`.
            pub fn word(self, many: bool) -> &'static str {
                match self { $(Unit::$unit => if many { $many } else { $one }),* }
            }

            /// Further words for it.
            fn others(self) -> &'static [&'static str] {
                match self { $(Unit::$unit => &[$($word),*]),* }
            }
        }
    };
}

units! {
    Piece "" "" ["piece" "pieces" "pc" "pcs"]
    Dozen "dozen" "dozen" ["dozens" "doz" "dz"]
    Pack "pack" "packs" ["packet" "packets" "package" "packages" "pkg" "pkgs"]
    Can "can" "cans" ["tin" "tins"]
    Bottle "bottle" "bottles" []
    Bag "bag" "bags" ["sack" "sacks"]
    Box "box" "boxes" []
    Jar "jar" "jars" []
    Carton "carton" "cartons" []
    Tub "tub" "tubs" []
    Tube "tube" "tubes" []
    Tray "tray" "trays" ["punnet" "punnets"]
    Case "case" "cases" ["crate" "crates"]
    Bunch "bunch" "bunches" []
    Loaf "loaf" "loaves" []
    Head "head" "heads" []
    Clove "clove" "cloves" []
    Slice "slice" "slices" []
    Stick "stick" "sticks" []
    Bar "bar" "bars" []
    Roll "roll" "rolls" []
    Mg "mg" "mg" ["milligram" "milligrams"]
    G "g" "g" ["gr" "gram" "grams" "gramme" "grammes"]
    Kg "kg" "kg" ["kgs" "kilo" "kilos" "kilogram" "kilograms"]
    Oz "oz" "oz" ["ounce" "ounces"]
    Lb "lb" "lb" ["lbs" "pound" "pounds"]
    Ml "ml" "ml" ["milliliter" "milliliters" "millilitre" "millilitres"]
    Cl "cl" "cl" ["centiliter" "centiliters" "centilitre" "centilitres"]
    Dl "dl" "dl" ["deciliter" "deciliters" "decilitre" "decilitres"]
    L "l" "l" ["lt" "ltr" "liter" "liters" "litre" "litres"]
    Tsp "tsp" "tsp" ["teaspoon" "teaspoons"]
    Tbsp "tbsp" "tbsp" ["tablespoon" "tablespoons"]
    FlOz "fl oz" "fl oz" ["fl. oz" "floz" "fluid ounce" "fluid ounces"]
    Cup "cup" "cups" []
    Pint "pt" "pt" ["pint" "pints"]
    Quart "qt" "qt" ["quart" "quarts"]
    Gallon "gal" "gal" ["gallon" "gallons"]
}

/// What makes a word behind it another thing: "1 can opener", "2 cup noodles", "a pound cake".
const TOGETHER: &[(Unit, &[&str])] = &[
    (Unit::Can, &["opener", "openers"]),
    (Unit::Bottle, &["opener", "openers", "cap", "caps", "brush"]),
    (Unit::Box, &["cutter", "cutters", "grater", "graters"]),
    (Unit::Bag, &["clips", "clip", "ties"]),
    (Unit::Jar, &["lid", "lids", "opener"]),
    (
        Unit::Cup,
        &["noodle", "noodles", "holder", "holders", "cake", "cakes"],
    ),
    (Unit::Pint, &["glass", "glasses"]),
    (Unit::Lb, &["cake", "cakes"]),
    (Unit::Bar, &["stool", "stools"]),
    (Unit::Stick, &["blender", "blenders"]),
    (Unit::Roll, &["mop", "on"]),
    (Unit::Case, &["knife"]),
];

impl Unit {
    /// What it adds up with.
    pub fn dimension(self) -> Dimension {
        match self {
            Self::Piece | Self::Dozen => Dimension::Pieces,
            Self::Mg | Self::G | Self::Kg | Self::Oz | Self::Lb => Dimension::Mass,
            unit if unit.is_measure() => Dimension::Volume,
            unit => Dimension::Containers(unit),
        }
    }

    /// Whether it weighs or fills, and does not count.
    pub fn is_measure(self) -> bool {
        self >= Self::Mg
    }

    pub fn is_metric(self) -> bool {
        matches!(
            self,
            Self::Mg | Self::G | Self::Kg | Self::Ml | Self::Cl | Self::Dl | Self::L
        )
    }

    /// Exactly how many grams, millilitres or pieces, as a fraction.
    pub(super) fn factor(self) -> (i128, i128) {
        match self {
            Self::Dozen => (12, 1),
            Self::Mg => (1, 1000),
            Self::Kg | Self::L => (1000, 1),
            Self::Oz => (28_349_523_125, 1_000_000_000),
            Self::Lb => (45_359_237, 100_000),
            Self::Cl => (10, 1),
            Self::Dl => (100, 1),
            Self::Tsp => (492_892_159_375, 100_000_000_000),
            Self::Tbsp => (1_478_676_478_125, 100_000_000_000),
            Self::FlOz => (295_735_295_625, 10_000_000_000),
            Self::Cup => (2_365_882_365, 10_000_000),
            Self::Pint => (473_176_473, 1_000_000),
            Self::Quart => (946_352_946, 1_000_000),
            Self::Gallon => (3_785_411_784, 1_000_000),
            _ => (1, 1),
        }
    }

    fn is_larger(self, other: Self) -> bool {
        let ((a, b), (c, d)) = (self.factor(), other.factor());
        a * d > c * b
    }

    /// The unit of a sum of the two: the same whichever comes first.
    pub(super) fn common(self, other: Self) -> Self {
        match (self.is_metric(), other.is_metric()) {
            (true, false) => self,
            (false, true) => other,
            // "a dozen and 6" are 18
            _ if self.dimension() == Dimension::Pieces && self != other => Self::Piece,
            _ if self.is_larger(other) => self,
            _ => other,
        }
    }

    pub(super) fn smaller(self, other: Self) -> Self {
        let common = self.common(other);
        if common.is_metric() && !(self.is_metric() && other.is_metric()) {
            common
        } else if self.is_larger(other) {
            other
        } else {
            self
        }
    }

    /// The unit into which a thousand of it grow.
    pub(super) fn promoted(self) -> Self {
        match self {
            Self::Mg | Self::G => Self::Kg,
            Self::Ml | Self::Cl | Self::Dl => Self::L,
            unit => unit,
        }
    }

    /// The unit in which its dimension is rounded.
    pub(super) fn fine(self) -> Self {
        match self {
            Self::Mg | Self::G | Self::Kg => Self::G,
            Self::Ml | Self::Cl | Self::Dl | Self::L => Self::Ml,
            unit => unit,
        }
    }

    /// The unit at the start of `text` and what follows it; a word that only begins like one is none, nor is the "pack"
    /// of a "6 pack".
    pub(super) fn read(text: &str, amount: Ratio) -> Option<(Self, &str)> {
        let is_several = amount.parts().0 > amount.parts().1;
        let words = Self::ALL.iter().flat_map(|unit| {
            let own = [unit.word(false), unit.word(true)];
            own.into_iter()
                .chain(unit.others().iter().copied())
                .map(move |word| (*unit, word))
        });
        let found = words.filter_map(|(unit, word)| {
            let (front, rest) = text
                .split_at_checked(word.len())
                .filter(|_| !word.is_empty())?;
            let ends =
                !rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '\'' | '/'));
            let is_six_pack = is_several && word == "pack";
            (ends && !is_six_pack && front.eq_ignore_ascii_case(word)).then_some((unit, word, rest))
        });
        let (unit, _, rest) = found.max_by_key(|(_, word, _)| word.len())?;
        let rest = if unit.is_measure() {
            rest.strip_prefix('.').unwrap_or(rest)
        } else {
            rest
        };
        Some((unit, rest))
    }

    /// Whether the unit is meant by its word: not in "1 can opener".
    pub(super) fn is_meant(self, after: &str) -> bool {
        let next = after
            .split_whitespace()
            .next()
            .unwrap_or_default()
            .to_lowercase();
        !TOGETHER
            .iter()
            .any(|(unit, words)| *unit == self && words.contains(&next.as_str()))
    }
}
