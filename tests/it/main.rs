//! The integration tests: one binary, through the public surface, on real PostgreSQL and Redis. Only outside companies are
//! simulated. `make test` gives them their databases.

mod cli;
mod client;
mod fencing;
mod house;
mod joining;
mod journeys;
mod logs;
mod noise;
mod offline;
mod operation;
mod opt_out;
mod program;
mod pull;
mod rest;
mod rest_refusals;
mod resuming;
mod routing;
mod scripts;
mod short_term;
mod signature;
mod structure;
mod turn;
mod twilio_client;
mod undo;
mod webhook;
mod wire;
mod wording;
