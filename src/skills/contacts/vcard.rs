//! vCards, in and out: RFC 6350 (4.0), and 3.0 and 2.1 as phones and mail programs still write them. Read by the crate calcard;
//! what a card holds beyond a contact of ours is kept in its note or named as skipped, never dropped in silence.

pub mod import;
mod read;
mod write;

pub use read::{File, read};
pub use write::write;

/// The largest file that is taken in, in bytes: photos are skipped, but they arrive.
pub const MOST_BYTES: usize = 5_000_000;
/// The most cards of one file.
pub const MOST_CARDS: usize = 5_000;
/// Our own property: what somebody is to the user.
const RELATION: &str = "X-ASSISTANT-RELATION";
