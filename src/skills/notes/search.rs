//! Finding notes by words: the one door for texts, REST and whatever else needs a note. Full text today; what is found by
//! meaning joins here, behind the same function.

use super::{
    store::{self, Note},
    words,
};
use crate::db::UserTx;

/// Notes that are looked at for one question.
const LOOKED_AT: i64 = 200;

/// A note and how well it has what was looked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub note: Note,
    /// The share of the words that it has, 0 to 1. 1 answers a question; less is only near it.
    pub fit: f32,
}

impl Found {
    /// Whether the note has all that was looked for.
    pub fn answers(&self) -> bool {
        self.fit > 0.999
    }
}

/// The transaction's user's notes that have words of `said`, the best first, at most `most`. Filler ("what's the") counts
/// for nothing; a plural finds its singular.
pub async fn search(tx: &mut UserTx, said: &str, most: usize) -> Result<Vec<Found>, sqlx::Error> {
    let terms = words::terms(said);
    let any: Vec<&str> = terms
        .iter()
        .flat_map(|term| std::iter::once(&term.stem).chain(&term.same))
        .map(String::as_str)
        .collect();
    if any.is_empty() {
        return Ok(Vec::new());
    }
    let ranked = store::with_any(tx, &any.join(" | "), LOOKED_AT).await?;
    let mut found: Vec<Found> = ranked
        .into_iter()
        .map(|note| Found {
            fit: words::fit(&terms, &note.stems()),
            note,
        })
        .filter(|found| found.fit > 0.0)
        .collect();
    // the database's rank decides among equals
    found.sort_by(|a, b| b.fit.total_cmp(&a.fit));
    found.truncate(most);
    Ok(found)
}
