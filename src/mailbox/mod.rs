//! Arrival order, leases, wake-ups, and the routing of a number to a person.
//! May import: agent and what is below it.

mod accept;
pub mod dead;
mod drain;
mod lease;

pub use accept::{Arrival, DISCLOSURES, Kept, Manners, TEXTS, accept, switched_off};
pub use drain::{Drained, Stops, drain};
pub use lease::sweep;
