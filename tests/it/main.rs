//! The integration tests: one binary, through the public surface, on real PostgreSQL and Redis. Only outside companies are
//! simulated. `make test` gives them their databases.

mod fencing;
mod house;

mod joining;
mod journeys;
mod offline;
mod resuming;
mod scripts;
mod short_term;
mod structure;
mod turn;
mod undo;
mod twilio_client;
