//! The integration tests: one binary, through the public surface, on real PostgreSQL and Redis. Only outside companies are
//! simulated. `make test` gives them their databases.

mod fencing;
mod house;

mod joining;
mod journeys;
mod noise;
mod opt_out;
mod operation;
mod pull;
mod rest;
mod routing;
mod offline;
mod resuming;
mod scripts;
mod short_term;
mod structure;
mod turn;
mod undo;
mod twilio_client;
mod webhook;
mod wire;
mod wording;
