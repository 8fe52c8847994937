//! Fault runs: real `assistant serve` processes on a database of their own, a strict simulated provider, people who text,
//! and everything that can go wrong; then a judge that compares what was sent, what the ledger holds and what the provider
//! was given. `assistant prove` and the tests run the same scenes, short and long. May import: everything but cli.

mod check;
mod door;
mod ledger;
mod load;
mod replica;
mod scenes;
mod seeded;
mod storm;
mod world;

pub use check::Verdict;
pub use scenes::*;
pub use seeded::Seeded;
pub use world::Ground;
