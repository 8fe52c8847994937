//! Background work: one file each. Jobs of the queue carry ids only and may run twice without harm; what only has to happen
//! every so often is a loop here. May import: mailbox, sms, agent, skills, when,
//! outbox, accounts, db.

mod courier;
mod deals;
mod drain_mailbox;
mod erasures;
mod expenses;
mod heartbeat;
mod loops;
mod mails;
mod nudges;
mod queue;
mod reminders;
mod retention;

pub use courier::Courier;
pub use deals::{FEED, Feed, Teller, today};
pub use drain_mailbox::{DrainMailbox, Draining};
pub use erasures::{Eraser, erase};
pub use expenses::{Bookkeeper, book};
pub use heartbeat::{Heart, beat};
pub use loops::{Pulling, every, pulling};
pub use mails::{courier, expire as expire_registrations, post};
pub use nudges::Nudger;
pub use queue::Queue;
pub use reminders::Dispatcher;
pub use retention::expire;
