//! Words to times and back: deterministic, in the user's own zone, with a stated rule for every case that usage leaves open.
//!
//! [`read()`] takes words that are nothing but a time ("next friday 3pm"), as a model passes them on in an argument; [`find()`]
//! takes a whole wish and says what of it is time and what is text. Both answer with a [`Reading`]: what was said, what it
//! means, what was assumed, and what is left open. [`say`] puts values into words that [`read()`] reads back.
//!
//! May import: jiff, rrule, winnow and `domain`; never the clock: now is passed in with the zone and the habits of the user.

mod calendar;
pub mod day;
pub mod due;
mod every;
mod find;
mod grammar;
mod here;
pub mod holiday;
mod language;
mod meaning;
pub mod place;
mod read;
pub mod say;
mod settle;
mod token;
pub mod zone;

pub use day::{DateOrder, Day, NotADay, day, day_ordered, short};
pub use due::split_trailing_day;
pub use every::{BadRule, Recurrence, Slot, read_weekdays};
pub use find::{Found, find};
pub use here::{Habits, Here, Hours, IsoDay, Tone};
pub use meaning::{Binding, Doubt, Meaning, Moment, NotATime, Reading, Span};
pub use read::{read, read_any, read_span};
pub use zone::{RELEASE, Resolved, Shift, resolve, zone_named};
