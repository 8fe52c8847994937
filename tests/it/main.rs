//! The integration tests: one binary, through the public surface, on real PostgreSQL and Redis. Only outside companies are
//! simulated. `make test` gives them their databases.

mod callbacks;
mod claims;
mod cli;
mod client;
mod doubts;
mod faults;
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
mod rls;
mod routing;
mod rows;
mod scripts;
mod sending;
mod short_term;
mod signature;
mod skills;
mod structure;
mod turn;
mod twilio_client;
mod undo;
mod webhook;
mod wire;
mod wording;
