//! Outside companies as simulators that speak HTTP: for tests, fault runs, benchmarks, and by hand. Strict where the real
//! ones are. May import: clock, the signature. Nothing that serves a user imports this.

pub mod twilio;
