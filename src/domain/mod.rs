//! Values with rules and no I/O. What is checked once becomes a type. May import: clock, error, text.

mod aisle;
mod email;
mod good;
mod ids;
pub mod money;
mod phone;
pub mod price;
pub mod quantity;
pub mod spending;
mod trust;

pub use aisle::{Aisle, NoSuchAisle};
pub use email::{EmailAddress, NotAnAddress};
pub use good::{Good, LONGEST_NAME};
pub use ids::{TurnId, UserId};
pub use money::{Currency, Money};
pub use phone::{NotANumber, PhoneNumber};
pub use price::{Per, UnitPrice};
pub use quantity::{Amounts, Quantity};
pub use trust::Trust;
