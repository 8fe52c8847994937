//! How far the holder of the phone wants to turn the server's clock.

use jiff::civil::DateTime;

/// What stands behind `:clock`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It is only looked at.
    Stay,
    /// `+1d`, `+2h30m`, `-2h`: days on the calendar, and seconds.
    By { days: i64, seconds: i64 },
    /// `2026-12-24 09:00`, in the user's zone.
    To(DateTime),
    /// The system's own time.
    Real,
}

impl Turn {
    /// Reads what stands behind `:clock`; `None`: it is no such thing.
    pub fn parse(words: &str) -> Option<Self> {
        match words {
            "" => return Some(Self::Stay),
            "real" => return Some(Self::Real),
            _ => {}
        }
        let (sign, lengths) = match (words.strip_prefix('+'), words.strip_prefix('-')) {
            (Some(rest), _) => (1, rest),
            (None, Some(rest)) => (-1, rest),
            (None, None) => return Some(Self::To(wall(words)?)),
        };
        let (mut days, mut seconds, mut rest) = (0, 0, lengths.trim());
        if rest.is_empty() {
            return None;
        }
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit())?;
            let count: i64 = rest[..digits].parse().ok().filter(|n| *n < 1_000_000)?;
            let unit = rest[digits..].chars().next()?;
            match unit {
                'w' => days += 7 * count,
                'd' => days += count,
                'h' => seconds += 3600 * count,
                'm' => seconds += 60 * count,
                's' => seconds += count,
                _ => return None,
            }
            rest = rest[digits + unit.len_utf8()..].trim_start();
        }
        Some(Self::By {
            days: sign * days,
            seconds: sign * seconds,
        })
    }

    /// The same as the server is asked for it.
    pub(super) fn wish(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Stay => vec![],
            Self::By { days, seconds } => {
                vec![("days", days.to_string()), ("seconds", seconds.to_string())]
            }
            Self::To(wall) => vec![("wall", wall.to_string())],
            Self::Real => vec![("real", "true".to_owned())],
        }
    }
}

/// A date, or a date and a time.
fn wall(words: &str) -> Option<DateTime> {
    let (date, time) = words.split_once([' ', 'T']).unwrap_or((words, "00:00"));
    Some(
        date.parse::<jiff::civil::Date>()
            .ok()?
            .to_datetime(time.parse().ok()?),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_instants_are_understood_and_nothing_else() {
        let by = |days, seconds| Some(Turn::By { days, seconds });
        assert_eq!(Turn::parse(""), Some(Turn::Stay));
        assert_eq!(Turn::parse("real"), Some(Turn::Real));
        assert_eq!(Turn::parse("+1d"), by(1, 0));
        assert_eq!(Turn::parse("+90m"), by(0, 5400));
        assert_eq!(Turn::parse("+2h30m"), by(0, 9000));
        assert_eq!(Turn::parse("+1w 1d"), by(8, 0));
        assert_eq!(Turn::parse("-2h"), by(0, -7200));
        let at = |text: &str| Some(Turn::To(text.parse().expect("a wall time")));
        assert_eq!(Turn::parse("2026-12-24 09:00"), at("2026-12-24T09:00"));
        assert_eq!(Turn::parse("2026-12-24"), at("2026-12-24T00:00"));
        for wrong in [
            "+",
            "+d",
            "+1",
            "+1x",
            "tomorrow",
            "9:00",
            "2026-13-01",
            "-",
            "+99999999d",
        ] {
            assert_eq!(Turn::parse(wrong), None, "{wrong}");
        }
    }
}
