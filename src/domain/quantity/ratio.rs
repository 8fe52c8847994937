//! A positive fraction of whole numbers, reduced, within limits.

/// An exact amount: at most a million, with a denominator of at most 1000.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratio {
    num: i64,
    den: i64,
}

const MOST: i128 = 1_000_000;
const FINEST: i128 = 1000;
/// Denominators that cooks use.
const COOKS: [i64; 6] = [2, 3, 4, 6, 8, 16];

impl Ratio {
    /// `None`: not positive, more than a million, or finer than thousandths can name.
    pub fn exact(num: i128, den: i128) -> Option<Self> {
        if num <= 0 || den <= 0 {
            return None;
        }
        let (num, den) = reduced(num, den);
        if den > FINEST || num > MOST * den {
            return None;
        }
        Some(Self {
            num: i64::try_from(num).ok()?,
            den: i64::try_from(den).ok()?,
        })
    }

    /// Like [`Ratio::exact`], but what is too fine is rounded to the nearest thousandth, and up from nothing.
    pub fn rounded(num: i128, den: i128) -> Option<Self> {
        Self::exact(num, den).or_else(|| {
            let (num, den) = if num > 0 && den > 0 {
                reduced(num, den)
            } else {
                return None;
            };
            let thousandths = (num.checked_mul(2 * FINEST)? + den) / (2 * den);
            Self::exact(thousandths.max(1), FINEST)
        })
    }

    pub fn whole(count: i64) -> Option<Self> {
        Self::exact(i128::from(count), 1)
    }

    /// Numerator and denominator.
    pub fn parts(self) -> (i128, i128) {
        (i128::from(self.num), i128::from(self.den))
    }

    /// `None`: too much.
    pub fn times(self, other: Self) -> Option<Self> {
        let ((a, b), (c, d)) = (self.parts(), other.parts());
        Self::exact(a * c, b * d)
    }

    /// `1.5` where decimals are usual, else `1 1/2`; whichever is exact.
    pub fn print(self, decimals: bool) -> String {
        let Self { num, den } = self;
        let has_decimals = FINEST % i128::from(den) == 0;
        let as_fraction = !has_decimals || (!decimals && COOKS.contains(&den));
        if den == 1 {
            num.to_string()
        } else if as_fraction {
            match num / den {
                0 => format!("{num}/{den}"),
                whole => format!("{whole} {}/{den}", num % den),
            }
        } else {
            let thousandths = num * (1000 / den);
            let text = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
            text.trim_end_matches('0').to_owned()
        }
    }
}

/// Numerator and denominator without what divides both.
pub(super) fn reduced(num: i128, den: i128) -> (i128, i128) {
    let (mut a, mut b) = (num.abs(), den.abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    let common = a.max(1);
    (num / common, den / common)
}
