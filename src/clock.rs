//! The seam for now and for randomness. Everything that needs the time of day or a random value is given a `Clock` or calls
//! here, so that tests can turn time. May import: nothing of ours.
//!
//! Leases and claims do not use this clock: they compare inside the database (`clock_timestamp()`), so that replicas with
//! different clocks agree.

use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// The time of day as the daemon sees it; cheap to clone, shared.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    shift: Arc<Mutex<SignedDuration>>,
}

impl Clock {
    /// The system's clock, moved by what [`Clock::advance`] was told. Microseconds, as PostgreSQL keeps them.
    #[expect(clippy::disallowed_methods, reason = "the one home of now()")]
    pub fn now(&self) -> Timestamp {
        let shift = *self
            .shift
            .lock()
            .expect("no panic happens while the shift is held");
        let now = Timestamp::now()
            .saturating_add(shift)
            .unwrap_or(Timestamp::MAX);
        Timestamp::from_microsecond(now.as_microsecond()).expect("a truncated instant is in range")
    }

    /// How far this clock is moved.
    pub fn shift(&self) -> SignedDuration {
        *self
            .shift
            .lock()
            .expect("no panic happens while the shift is held")
    }

    /// Moves this clock (and all its clones) forward, or back when negative.
    pub fn advance(&self, by: SignedDuration) {
        let mut shift = self
            .shift
            .lock()
            .expect("no panic happens while the shift is held");
        *shift += by;
    }
}

/// A fresh id that sorts by time of creation (UUID version 7, RFC 9562).
#[expect(clippy::disallowed_methods, reason = "the one home of randomness")]
pub fn new_id() -> Uuid {
    Uuid::now_v7()
}

/// `N` bytes from the operating system's generator.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0u8; N];
    #[expect(clippy::disallowed_methods, reason = "the one home of randomness")]
    rand::Rng::fill_bytes(&mut rand::rng(), &mut bytes);
    bytes
}

/// A number in `0.0..1.0`, for jitter; not for secrets.
pub fn jitter() -> f64 {
    f64::from(u32::from_le_bytes(random_bytes())) / f64::from(u32::MAX)
}
