//! One's own account over REST: who one is, one's numbers, where one is logged in, everything as an archive, and the end of it.

pub mod account;
pub mod archive;
pub mod email;
pub mod password;
pub mod phones;
pub mod sessions;
