//! The wire to phone companies: sending what the outbox holds, clearing doubts, pulling what was missed.
//! May import: mailbox, outbox, text, db, domain.

pub mod provider;
mod pull;
mod reconcile;
mod sender;
pub mod signature;
pub mod terminal;
pub mod twilio;

pub use pull::{pull, register_numbers, register_service};
pub use reconcile::reconcile;
pub use sender::Sender;
