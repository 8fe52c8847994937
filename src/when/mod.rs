//! Words to dates and back, deterministic and in the user's own zone. Days first; times come later.
//! May import: jiff and `domain`; never the clock: today is passed in.

pub mod day;
pub mod due;

pub use day::{DateOrder, Day, NotADay, day, day_ordered, short};
pub use due::split_trailing_day;
