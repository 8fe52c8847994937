//! The account: what of it can be asked for by text, and the archive of everything.
//! May import: accounts, the calendar (as a file), the Skill trait, this folder.

mod archive;

pub use archive::archive;
