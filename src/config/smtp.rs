//! Our own mail server.

use secrecy::SecretString;
use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Smtp {
    pub url: SecretString,
    pub from: String,
    /// A PEM file; empty: the public certificates alone.
    pub ca_file: String,
}
