//! When a question is asked again, and with what changed. The one policy: the transport and the crate below retry nothing.

use std::time::Duration;

use super::{endpoint::Failed, read::Unusable};

/// Requests that broke or were put off, in one answer.
const MOST_FAILURES: u32 = 3;
/// The first pause; each further one is twice as long.
const PAUSE: Duration = Duration::from_millis(250);
/// With less time than this left, asking again is in vain.
const LEAST: Duration = Duration::from_millis(300);

/// Why a request brought nothing usable.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    #[error("{0}")]
    Failed(Failed),
    #[error("{0}")]
    Unusable(Unusable),
    #[error("no answer in time")]
    Late,
}

impl Trouble {
    /// For the counter.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Failed(Failed::Refused(refused)) if refused.status == 429 => "put_off",
            Self::Failed(Failed::Refused(_)) => "refused",
            Self::Failed(_) => "broken",
            Self::Unusable(_) => "unusable",
            Self::Late => "late",
        }
    }
}

/// What comes next.
#[derive(Debug, PartialEq)]
pub(super) enum Next {
    /// The same question after a pause.
    Again(Duration),
    /// Without this parameter, which the server does not know.
    Unlearn(String),
    Stop,
}

/// What was tried so far for one answer.
#[derive(Debug, Default)]
pub(super) struct Tries {
    /// Remarks of the conversation that could be left out.
    memory: usize,
    failures: u32,
    unusable: bool,
    longer: bool,
    trimmed: bool,
    unlearned: u32,
}

impl Tries {
    /// Before the first try of a prompt with so many remarks.
    pub fn with_memory(memory: usize) -> Self {
        Self {
            memory,
            ..Self::default()
        }
    }

    /// Where the memory begins that is still shown: after an overflow only its newest quarter.
    pub fn memory_from(&self) -> usize {
        if self.trimmed {
            self.memory - self.memory / 4
        } else {
            0
        }
    }

    /// Whether the last answer was cut off by its cap.
    pub fn wants_longer(&self) -> bool {
        self.longer
    }

    /// Decides. `left` is what remains of the total time, `jitter` is in 0 to 1.
    pub fn next(&mut self, trouble: &Trouble, left: Duration, jitter: f64) -> Next {
        match trouble {
            Trouble::Late => Next::Stop,
            Trouble::Unusable(why) => {
                if std::mem::replace(&mut self.unusable, true) {
                    return Next::Stop;
                }
                self.longer = *why == Unusable::Cut;
                fitting(Duration::ZERO, left)
            }
            Trouble::Failed(Failed::Refused(refused)) => match refused.status {
                _ if refused.is_overflow => {
                    if self.memory == 0 || std::mem::replace(&mut self.trimmed, true) {
                        return Next::Stop;
                    }
                    fitting(Duration::ZERO, left)
                }
                // the cap's other name, then nothing optional at all
                400 | 422 => match refused.parameter {
                    Some(parameter) if self.unlearned < 2 => {
                        self.unlearned += 1;
                        Next::Unlearn(parameter.to_owned())
                    }
                    _ => Next::Stop,
                },
                // an account without money is not filled by waiting
                429 if refused.code == "insufficient_quota" => Next::Stop,
                408 | 409 | 425 | 429 | 500..=599 => self.pause(refused.retry_after, left, jitter),
                _ => Next::Stop,
            },
            Trouble::Failed(Failed::NotReached(_) | Failed::Lost(_)) => {
                self.pause(None, left, jitter)
            }
            Trouble::Failed(Failed::TooLarge | Failed::Unreadable) => {
                if std::mem::replace(&mut self.unusable, true) {
                    return Next::Stop;
                }
                fitting(Duration::ZERO, left)
            }
        }
    }

    fn pause(&mut self, asked: Option<Duration>, left: Duration, jitter: f64) -> Next {
        self.failures += 1;
        if self.failures >= MOST_FAILURES {
            return Next::Stop;
        }
        // never earlier than asked; a little later, so that not all come back at once
        let pause = match asked {
            Some(asked) => asked.saturating_add(PAUSE.mul_f64(jitter)),
            None => (PAUSE * 2_u32.pow(self.failures - 1)).mul_f64(0.5 + jitter),
        };
        fitting(pause, left)
    }
}

/// A pause that the total time has no room for is not begun.
fn fitting(pause: Duration, left: Duration) -> Next {
    if pause.saturating_add(LEAST) > left {
        Next::Stop
    } else {
        Next::Again(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::openai::wire::Refused;

    const LEFT: Duration = Duration::from_secs(30);

    fn refused(status: u16, retry_after: Option<u64>) -> Trouble {
        let wait = retry_after.map(Duration::from_secs);
        Trouble::Failed(Failed::Refused(Refused::read(status, wait, b"{}")))
    }

    #[test]
    fn a_wait_that_the_total_has_no_room_for_is_not_begun() {
        let next = |after, left| Tries::default().next(&refused(429, Some(after)), left, 0.0);
        assert_eq!(next(2, LEFT), Next::Again(Duration::from_secs(2)));
        assert_eq!(next(86_400, LEFT), Next::Stop);
        assert_eq!(next(u64::MAX, LEFT), Next::Stop);
        assert_eq!(next(2, Duration::from_secs(2)), Next::Stop);
    }

    #[test]
    fn pauses_grow_and_end() {
        let mut tries = Tries::default();
        assert_eq!(
            tries.next(&refused(500, None), LEFT, 0.5),
            Next::Again(PAUSE)
        );
        assert_eq!(
            tries.next(&refused(503, None), LEFT, 0.5),
            Next::Again(PAUSE * 2)
        );
        assert_eq!(tries.next(&refused(500, None), LEFT, 0.5), Next::Stop);
    }

    #[test]
    fn what_will_not_change_is_not_asked_again() {
        for status in [301, 400, 401, 403, 404] {
            assert_eq!(
                Tries::default().next(&refused(status, None), LEFT, 0.5),
                Next::Stop
            );
        }
        assert_eq!(Tries::default().next(&Trouble::Late, LEFT, 0.5), Next::Stop);
    }

    #[test]
    fn an_unusable_answer_is_asked_for_once_more_and_a_cut_one_with_more_room() {
        let mut tries = Tries::default();
        let cut = Trouble::Unusable(Unusable::Cut);
        assert_eq!(tries.next(&cut, LEFT, 0.5), Next::Again(Duration::ZERO));
        assert!(tries.wants_longer());
        assert_eq!(tries.next(&cut, LEFT, 0.5), Next::Stop);
    }
}
