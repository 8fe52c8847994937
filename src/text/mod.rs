//! The craft of a text message, without any I/O: what fits in it, which characters it carries, and what the short ones
//! mean (keywords, tapbacks, thanks). A leaf: may import nothing of ours.

mod about;
mod claims;
mod keywords;
mod lint;
mod noise;
mod opt_out;
mod pages;
mod phrase;
mod segments;
mod similar;
mod stem;
mod transliterate;
mod words;

pub use about::{About, about};
pub use claims::{claims, without_claims};
pub use keywords::{Keyword, keyword};
pub use lint::asks_for_a_reserved_word;
pub use noise::{Noise, noise};
pub use opt_out::plain_opt_out;
pub use pages::{CUT, HINT, pages};
pub use segments::{Encoding, Size, is_gsm7, size};
pub use similar::near_identical;
pub use stem::stem;
pub use transliterate::{clean, economical};
pub use words::words;
