//! Values with rules and no I/O. What is checked once becomes a type. May import: clock, error.

mod ids;
mod phone;
mod trust;

pub use ids::{TurnId, UserId};
pub use phone::{NotANumber, PhoneNumber};
pub use trust::Trust;
