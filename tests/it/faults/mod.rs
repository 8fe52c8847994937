//! Faults: each test breaks something under load, on processes of their own, and lets the judge of `assistant::prove`
//! compare what was sent, what the ledger holds and what the provider was given. `ASSISTANT_TEST_LONG=1` for the long form.

mod kills;
mod processes;
mod provider;
mod races;
mod reminders;
mod servers;

use std::{path::PathBuf, sync::Once};

use assistant::{
    clock::random_bytes,
    prove::{Ground, Verdict},
};

use crate::house::{env, redis_url, server_url};

/// The servers of `make test` and the program that was built with the tests.
fn ground() -> Ground {
    static PROVIDER: Once = Once::new();
    // the simulator's client needs one; a second call finds it installed
    PROVIDER.call_once(|| {
        drop(assistant::app::http_client(std::time::Duration::from_secs(
            1,
        )))
    });
    Ground {
        program: PathBuf::from(env!("CARGO_BIN_EXE_assistant")),
        database_url: server_url(),
        redis_url: redis_url(),
    }
}

fn is_long() -> bool {
    env("ASSISTANT_TEST_LONG").is_some()
}

/// `short` in `make test`, `long` in `make test-long`.
fn so_often<T>(short: T, long: T) -> T {
    if is_long() { long } else { short }
}

/// A fresh seed, printed with what it led to; `ASSISTANT_TEST_SEED` repeats one.
fn seed() -> u64 {
    let given = env("ASSISTANT_TEST_SEED")
        .map(|seed| seed.parse().expect("ASSISTANT_TEST_SEED is a number"));
    let seed = given.unwrap_or_else(|| u64::from(u32::from_le_bytes(random_bytes())));
    println!("ASSISTANT_TEST_SEED={seed}");
    seed
}

/// Prints what was counted; fails when a promise was broken.
fn holds(verdict: anyhow::Result<Verdict>) -> Verdict {
    let verdict = verdict.expect("the run came to its end");
    println!("{verdict}");
    assert!(
        verdict.violations.is_empty(),
        "promises were broken:\n{verdict}"
    );
    verdict
}

/// How often something was counted.
fn count(verdict: &Verdict, what: &str) -> u64 {
    verdict.counts.get(what).copied().unwrap_or(0)
}
