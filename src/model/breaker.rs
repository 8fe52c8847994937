//! A circuit breaker: after several failures in a row an outside model is left alone for a while, then one question tries it.
//! Source: Nygard, "Release It!", chapter "Stability Patterns".

use std::{
    sync::{Mutex, MutexGuard},
    time::Duration,
};

use tokio::time::Instant;

/// Failures in a row that open it.
const FAILURES: u32 = 3;
/// How long it stays open before one question may try.
const REST: Duration = Duration::from_secs(30);

/// Closed at first. The time is passed in.
#[derive(Default)]
pub(super) struct Breaker {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    failures: u32,
    opened: Option<Instant>,
    probing: bool,
}

/// Leave to ask once. Dropped without an outcome (the asker gave up), it counts as nothing.
pub(super) struct Pass<'a> {
    breaker: &'a Breaker,
    is_probe: bool,
}

impl Breaker {
    /// `None` while it is open, and while another question is the probe.
    pub fn pass(&self, now: Instant) -> Option<Pass<'_>> {
        let mut state = self.state();
        let is_probe = match state.opened {
            None => false,
            Some(opened) if now.duration_since(opened) < REST || state.probing => return None,
            Some(_) => {
                state.probing = true;
                true
            }
        };
        drop(state);
        Some(Pass {
            breaker: self,
            is_probe,
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state
            .lock()
            .expect("no panic happens while the state is held")
    }
}

impl Pass<'_> {
    /// It answered: closed again.
    pub fn worked(self) {
        let mut state = self.breaker.state();
        state.failures = 0;
        state.opened = None;
    }

    /// It did not: after the last of several, or as the probe, it opens (anew).
    pub fn failed(self, now: Instant) {
        let mut state = self.breaker.state();
        state.failures = state.failures.saturating_add(1);
        if self.is_probe || state.failures >= FAILURES {
            state.opened = Some(now);
        }
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        if self.is_probe {
            self.breaker.state().probing = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fails(breaker: &Breaker, times: u32, now: Instant) {
        for _ in 0..times {
            breaker.pass(now).expect("closed").failed(now);
        }
    }

    #[test]
    fn it_opens_after_failures_in_a_row_only() {
        let (breaker, now) = (Breaker::default(), Instant::now());
        fails(&breaker, FAILURES - 1, now);
        breaker.pass(now).expect("closed").worked();
        fails(&breaker, FAILURES - 1, now);
        assert!(breaker.pass(now).is_some());
        fails(&breaker, 1, now);
        assert!(breaker.pass(now).is_none());
    }

    #[test]
    fn after_a_rest_one_question_tries_and_its_outcome_decides() {
        let (breaker, start) = (Breaker::default(), Instant::now());
        fails(&breaker, FAILURES, start);
        let rested = start + REST;
        assert!(breaker.pass(rested - Duration::from_millis(1)).is_none());
        let probe = breaker.pass(rested).expect("half open");
        assert!(breaker.pass(rested).is_none(), "a second probe");
        probe.failed(rested);
        assert!(breaker.pass(rested).is_none());
        let rested = rested + REST;
        breaker.pass(rested).expect("half open").worked();
        fails(&breaker, FAILURES - 1, rested);
        assert!(breaker.pass(rested).is_some());
    }

    #[test]
    fn a_probe_that_is_given_up_lets_another_try() {
        let (breaker, start) = (Breaker::default(), Instant::now());
        fails(&breaker, FAILURES, start);
        drop(breaker.pass(start + REST).expect("half open"));
        assert!(breaker.pass(start + REST).is_some());
    }
}
