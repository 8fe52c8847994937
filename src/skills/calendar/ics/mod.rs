//! iCalendar (RFC 5545), out and in: what Apple, Google and Outlook subscribe to, and what they export.
//!
//! Written and read here and not by a crate: what is imported is untrusted, and is read in one pass without recursion, under
//! caps, with the number of the line for every refusal.

mod lines;
mod read;
mod windows;
mod write;
mod zones;

pub mod import;

pub use lines::BadFile;
pub use read::{File, read};
pub use write::write;

/// The largest file that is taken in, in bytes.
pub const MOST_BYTES: usize = 1_000_000;
/// The most events of one file.
pub const MOST_EVENTS: usize = 1_000;
