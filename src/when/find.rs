//! What of a wish is time and what is text.

use super::{Here, Reading, read};

/// A wish with its time taken out.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// What is left, in the user's own words: "call ana".
    pub rest: String,
    pub reading: Reading,
}

/// Finds the one time in `text` that can be nothing else. `None`: there is none, or all of it may as well be text.
pub fn find(text: &str, here: &Here) -> Option<Found> {
    let words: Vec<&str> = text.split_whitespace().collect();
    (1..words.len()).find_map(|at| {
        let reading = read(&words[at..].join(" "), here).ok()?;
        Some(Found {
            rest: words[..at].join(" "),
            reading,
        })
    })
}
