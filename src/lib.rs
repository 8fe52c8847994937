//! The map of the house.
//!
//! A text arrives at [`http`], is kept by [`mailbox`] in one transaction, and answered 200. A wake-up ([`jobs`]) drains the
//! mailbox: the [`agent`] runs a turn with a [`model`] and the tools of the [`skills`], each effect in a transaction with
//! its receipt, and puts the reply into the [`outbox`]. [`sms`] posts it, clears doubts, and pulls what was missed. Who may do what stands in [`accounts`].
//!
//! Arrows point one way:
//! `main → cli → {bench, eval, prove} → app → {http, jobs, sms} → mailbox → agent → skills → {memory, when, model, accounts, outbox} → {db, domain, switches, text} →
//! {clock, config, error, fault}`. A test reads the `use` lines and fails on an arrow that runs back.
//!
//! Beside the house: [`embedded`] (private PostgreSQL and Redis for `assistant up`), [`phone`] (the terminal phone) and
//! [`sim`] (a strict provider for tests and benches), [`mod@bench`], [`eval`] (recognisers on labelled cases), and [`prove`] (fault runs over all of it).

pub mod accounts;
pub mod admin;
pub mod agent;
pub mod app;
pub mod bench;
pub mod cli;
pub mod clock;
pub mod config;
pub mod db;
pub mod domain;
pub mod embedded;
pub mod error;
pub mod eval;
pub mod fault;
pub mod http;
pub mod jobs;
pub mod mailbox;
pub mod memory;
pub mod model;
pub mod outbox;
pub mod phone;
pub mod prove;
pub mod sim;
pub mod skills;
pub mod sms;
pub mod switches;
pub mod telemetry;
pub mod text;
pub mod when;
