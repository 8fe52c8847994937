//! The integration tests: one binary, through the public surface, on real PostgreSQL and Redis. Only outside companies are
//! simulated. `make test` gives them their databases.

mod house;
mod journeys;
mod noise;
mod opt_out;
mod routing;
mod twilio_client;
mod webhook;
mod wire;
mod wording;
