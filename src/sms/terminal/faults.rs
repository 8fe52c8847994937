//! Faults of the terminal phone's company, on request: so that anyone can watch what the sender makes of them. They are kept
//! in the memory of the server; a restart forgets them.

use std::sync::Mutex;

use serde::{Deserialize, Serialize};

/// What goes wrong with a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// An error of the server; nothing was taken, and we cannot know that.
    #[serde(rename = "500")]
    Broken,
    /// The text is taken and delivered, and the answer is lost.
    #[serde(rename = "timeout")]
    Timeout,
    /// Refused for now: again in a second.
    #[serde(rename = "429")]
    Busy,
    /// Taken, after three seconds.
    #[serde(rename = "slow")]
    Slow,
}

impl Fault {
    pub const ALL: [Self; 4] = [Self::Broken, Self::Timeout, Self::Busy, Self::Slow];

    /// The word for it at the phone.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Broken => "500",
            Self::Timeout => "timeout",
            Self::Busy => "429",
            Self::Slow => "slow",
        }
    }

    /// The fault of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.as_str() == word)
    }
}

/// The one fault that is planned, if any.
#[derive(Debug, Default)]
pub struct Faults(Mutex<Option<(Fault, Option<u32>)>>);

impl Faults {
    /// From now on `fault` strikes the next `count` posts, or all of them; `None` ends it.
    pub fn plan(&self, fault: Option<Fault>, count: Option<u32>) {
        if let Ok(mut planned) = self.0.lock() {
            *planned = fault
                .filter(|_| count != Some(0))
                .map(|fault| (fault, count));
        }
    }

    /// What strikes this post.
    pub(super) fn draw(&self) -> Option<Fault> {
        let mut planned = self.0.lock().ok()?;
        let (fault, left) = (*planned)?;
        *planned = match left {
            Some(0 | 1) => None,
            Some(left) => Some((fault, Some(left - 1))),
            None => Some((fault, None)),
        };
        Some(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_strikes_as_often_as_it_was_planned_and_no_more() {
        let faults = Faults::default();
        assert_eq!(faults.draw(), None);
        faults.plan(Some(Fault::Busy), Some(2));
        let drawn: Vec<_> = (0..3).map(|_| faults.draw()).collect();
        assert_eq!(drawn, [Some(Fault::Busy), Some(Fault::Busy), None]);
        faults.plan(Some(Fault::Slow), None);
        assert!((0..9).all(|_| faults.draw() == Some(Fault::Slow)));
        faults.plan(None, None);
        assert_eq!(faults.draw(), None);
    }
}
