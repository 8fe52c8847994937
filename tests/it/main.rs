//! The integration tests: one binary, through the public surface, on real PostgreSQL and Redis. Only outside companies are
//! simulated. `make test` gives them their databases.

mod house;
mod joining;
mod journeys;
mod offline;
mod resuming;
mod scripts;
mod structure;
mod turn;
mod twilio_client;
