//! scratch
pub mod clock;
pub mod config;
pub mod db;
pub mod domain;
pub mod fault;
pub mod cli;
