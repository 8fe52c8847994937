//! Outside companies as simulators that speak HTTP: for tests, fault runs, benchmarks, and by hand. Strict where the real
//! ones are. May import: clock, the signature, the offline
//! model and the skills (so that a simulated model has something to say). Nothing that serves a user imports this.

mod chance;
pub mod model;
mod serve;
pub mod twilio;
