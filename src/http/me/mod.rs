//! One's own account over REST: who one is, one's numbers, everything as an archive, and the end of it.

pub mod account;
pub mod archive;
pub mod email;
pub mod password;
pub mod phones;
