//! Where offers of shops come from.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{Config, ConfigError};

/// `[deals]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deals {
    /// It may hold a key: it never prints.
    pub feed_url: SecretString,
    pub fetch_minutes: f64,
    pub timeout_seconds: f64,
    pub max_bytes: usize,
}

impl Config {
    /// The feed has an address, and it is asked neither all the time nor without end.
    pub(super) fn check_deals(&self) -> Result<(), ConfigError> {
        let deals = &self.deals;
        let url = deals.feed_url.expose_secret();
        let is_url = url::Url::parse(url)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        if !url.is_empty() && !is_url {
            return Err(ConfigError::key(
                "deals.feed_url",
                "something else",
                "a URL like https://offers.example.org/feed.json",
            ));
        }
        for (name, found, least, most) in [
            ("deals.fetch_minutes", deals.fetch_minutes, 0.01, 10_080.0),
            ("deals.timeout_seconds", deals.timeout_seconds, 0.1, 300.0),
            (
                "deals.max_bytes",
                deals.max_bytes as f64,
                1_000.0,
                50_000_000.0,
            ),
        ] {
            if !(least..=most).contains(&found) {
                let expected = format!("{least} to {most}");
                return Err(ConfigError::key(name, &found.to_string(), &expected));
            }
        }
        Ok(())
    }
}
