//! What can be set, from where, and what is refused.
//! May import: nothing of ours. `config.toml` at the top of the repository documents every key and is compiled in as the
//! defaults; then a file, then the environment. Secrets are `SecretString`: they never print.

mod check;
mod deals;
mod edge;
mod explain;
mod prices;
mod smtp;
#[cfg(test)]
mod tests;

pub use deals::Deals;
pub use edge::{Networks, Origins};
pub use prices::{Budget, Prices};
pub use smtp::Smtp;

use std::path::Path;

use figment::{
    Figment,
    providers::{Format, Serialized, Toml},
    value::Value,
};
use secrecy::SecretString;
use serde::Deserialize;

use self::explain::explain;

/// The default file, with a line of why for every key.
pub const DEFAULTS: &str = include_str!("../config.toml");

/// The whole configuration, parsed once at start.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub server: Server,
    pub database: Database,
    pub redis: Redis,
    pub twilio: Twilio,
    pub model: Model,
    pub embedding: Embedding,
    pub auth: Auth,
    pub smtp: Smtp,
    pub google: Link,
    pub microsoft: Link,
    pub limits: Limits,
    pub joining: Joining,
    pub retention: Retention,
    pub quiet_hours: QuietHours,
    pub budget: Budget,
    pub deals: Deals,
    pub ops: Ops,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    pub listen: String,
    pub public_url: String,
    pub header_timeout_seconds: f64,
    pub request_timeout_seconds: f64,
    pub body_limit_bytes: usize,
    pub trusted_proxies: Networks,
    pub cors_origins: Origins,
    pub connections_per_address: usize,
    pub drain_seconds: f64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    pub url: SecretString,
    pub max_connections: u32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redis {
    pub url: SecretString,
    pub prefix: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Twilio {
    pub account_sid: String,
    pub auth_token: SecretString,
    pub auth_token_secondary: SecretString,
    pub signature: SignatureScheme,
    pub shared_key: SecretString,
    pub from: String,
    pub messaging_service_sid: String,
    pub api_base: String,
    pub receive: Receive,
    pub keywords: Keywords,
    pub segments_per_second: f64,
    pub pull_seconds: f64,
    pub timeout_seconds: f64,
}

/// How webhooks are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignatureScheme {
    AuthToken,
    SharedKey,
}

/// How texts reach us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Receive {
    Webhook,
    Poll,
}

/// Who answers STOP, START and HELP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keywords {
    Provider,
    Ours,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelProvider {
    Offline,
    Openai,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToolMode {
    Tools,
    JsonSchema,
    Text,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    pub provider: ModelProvider,
    pub base_url: String,
    pub api_key: SecretString,
    pub name: String,
    pub tool_mode: ToolMode,
    pub max_output_tokens: u32,
    pub fallback: String,
    pub fallback_base_url: String,
    pub fallback_api_key: SecretString,
    pub timeout_seconds: f64,
}

impl Model {
    /// The model that is taken where none is named, at the endpoints that are known.
    fn default_name(&self) -> Option<&'static str> {
        let url = url::Url::parse(&self.base_url).ok()?;
        match url.host_str()? {
            "api.openai.com" => Some("gpt-4.1-mini"),
            "generativelanguage.googleapis.com" => Some("gemini-2.5-flash"),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Embedding {
    pub provider: String,
    pub base_url: String,
    pub model: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Auth {
    pub jwt_secret: SecretString,
    pub jwt_algorithm: String,
    pub access_minutes: u32,
    pub refresh_days: u32,
    pub session_days: u32,
    pub refresh_grace_seconds: u32,
    pub sealing_key: SecretString,
    pub sealing_key_previous: SecretString,
    pub token_days: u32,
    pub lock_after: u32,
    pub argon2_memory_kib: u32,
    pub argon2_passes: u32,
    pub argon2_lanes: u32,
    pub hash_threads: usize,
    pub hash_queue: usize,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    pub client_id: String,
    pub client_secret: SecretString,
    pub api_base: String,
    pub auth_url: String,
    pub token_url: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    pub turn_steps: u32,
    pub turn_calls: u32,
    pub turn_seconds: f64,
    pub attempts: i32,
    pub lease_seconds: f64,
    pub working_after_seconds: f64,
    pub reply_segments: u32,
    pub reply_pages: usize,
    pub undo_hours: u32,
    pub context_tokens: usize,
    pub loop_exchanges: usize,
    pub silence_minutes: u32,
    pub send_fresh_seconds: f64,
    pub send_hold_seconds: f64,
    pub block_seconds: f64,
    pub settle_seconds: f64,
    pub doubt_minutes: f64,
    pub senders: usize,
    pub mailboxes: usize,
    pub auth_per_address: u32,
    pub auth_per_account: u32,
    pub api_per_address: u32,
    pub api_per_account: u32,
    pub code_countries: String,
    pub code_number_daily: i32,
    pub code_prefix_daily: i32,
    pub code_address_daily: i32,
    pub code_user_daily: i32,
    pub code_price_usd: f64,
    pub code_daily_usd: f64,
    pub code_verified_floor: f64,
    pub code_verified_from: i32,
}

/// How people come in whose number nobody knows.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Joining {
    pub policy: JoinPolicy,
    pub daily: i32,
    pub prefix_daily: i32,
}

/// Who may join by text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JoinPolicy {
    /// Everybody.
    Open,
    /// Who has an invitation code.
    Invite,
    /// Nobody.
    Closed,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    pub messages_days: u32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    pub from: jiff::civil::Time,
    pub until: jiff::civil::Time,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ops {
    pub operator: String,
    pub log: String,
    pub heartbeat_url: SecretString,
    pub heartbeat_seconds: f64,
}

/// A value that stops the start. Its text names the key, what was found and what is expected.
#[derive(Debug, thiserror::Error)]
#[error("configuration: {0}")]
pub struct ConfigError(String);

impl ConfigError {
    fn key(key: &str, found: &str, expected: &str) -> Self {
        Self(format!(
            "{key}: found {found}, expected {expected} (set it in the file, or as {})",
            env_name(key)
        ))
    }
}

/// The variable that sets `key`.
pub fn env_name(key: &str) -> String {
    format!("ASSISTANT_{}", key.to_uppercase().replace('.', "__"))
}

/// The names that are read besides `ASSISTANT_<SECTION>__<KEY>`.
const ALSO_READ: [(&str, &str); 11] = [
    ("DATABASE_URL", "database.url"),
    ("REDIS_URL", "redis.url"),
    ("TWILIO_ACCOUNT_SID", "twilio.account_sid"),
    ("TWILIO_AUTH_TOKEN", "twilio.auth_token"),
    ("JWT_SECRET_KEY", "auth.jwt_secret"),
    ("JWT_ALGORITHM", "auth.jwt_algorithm"),
    ("ACCESS_TOKEN_EXPIRE_MINUTES", "auth.access_minutes"),
    ("REFRESH_TOKEN_EXPIRE_DAYS", "auth.refresh_days"),
    ("OPENAI_API_KEY", "model.api_key"),
    ("GEMINI_API_KEY", "model.api_key"),
    ("TWILIO_API_BASE", "twilio.api_base"),
];

impl Config {
    /// Reads defaults, then `file`, then the environment, and checks the values.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        Self::load_with(file, &[])
    }

    /// Like [`Config::load`], with `overrides` (`key.path`, value) on top: what `assistant up` decides itself.
    pub fn load_with(
        file: Option<&Path>,
        overrides: &[(&str, String)],
    ) -> Result<Self, ConfigError> {
        let mut figment = Figment::from(Toml::string(DEFAULTS));
        if let Some(file) = file {
            if !file.is_file() {
                return Err(ConfigError(format!("no file {}", file.display())));
            }
            figment = figment.merge(Toml::file_exact(file));
        }
        for (name, key) in ALSO_READ {
            if let Some(value) = env(name) {
                figment = set(figment, key, &value);
                if name == "GEMINI_API_KEY" {
                    let gemini = "https://generativelanguage.googleapis.com/v1beta/openai";
                    figment = set(figment, "model.base_url", gemini);
                }
            }
        }
        #[expect(clippy::disallowed_methods, reason = "the one home of the environment")]
        let environment = std::env::vars();
        for (name, value) in environment {
            if let Some(key) = name
                .strip_prefix("ASSISTANT_")
                .filter(|key| key.contains("__"))
            {
                figment = set(figment, &key.to_lowercase().replace("__", "."), &value);
            }
        }
        for (key, value) in overrides {
            figment = set(figment, key, value);
        }
        let mut config: Self = figment.extract().map_err(|error| explain(&error))?;
        if config.model.name.is_empty()
            && let Some(name) = config.model.default_name()
        {
            name.clone_into(&mut config.model.name);
        }
        config.check()?;
        Ok(config)
    }

    /// The base URL over which the provider signs: configured, never taken from a request.
    pub fn public_base(&self, bound: std::net::SocketAddr) -> String {
        match self.server.public_url.trim_end_matches('/') {
            "" => format!("http://{bound}"),
            url => url.to_owned(),
        }
    }

    /// Our numbers as configured, in E.164, without blanks.
    pub fn own_numbers(&self) -> Vec<String> {
        self.twilio
            .from
            .split(',')
            .map(str::trim)
            .filter(|n| !n.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// Whether texts go to the terminal phone because no provider account is configured.
    pub fn uses_terminal(&self) -> bool {
        self.twilio.account_sid.is_empty()
    }
}

/// Whether the environment brings the key of an outside model and nobody chose between it and the offline one: then
/// `assistant up` takes it.
pub fn brings_a_model() -> bool {
    let keys = [
        "OPENAI_API_KEY",
        "GEMINI_API_KEY",
        "ASSISTANT_MODEL__API_KEY",
    ];
    env("ASSISTANT_MODEL__PROVIDER").is_none() && keys.iter().any(|name| env(name).is_some())
}

/// The one place that reads the environment.
#[expect(clippy::disallowed_methods, reason = "the one home of the environment")]
pub fn env(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn quoted(value: &str) -> String {
    format!("\"{value}\"")
}

/// Sets `key` to `text`, read as what the default of that key is: `+15550100001` stays text, `30` becomes a number.
fn set(figment: Figment, key: &str, text: &str) -> Figment {
    let value: Value = match figment.find_value(key) {
        Ok(Value::Num(..)) => match (text.parse::<i64>(), text.parse::<f64>()) {
            (Ok(number), _) => number.into(),
            (_, Ok(number)) => number.into(),
            _ => text.into(),
        },
        Ok(Value::Bool(..)) => text
            .parse::<bool>()
            .map_or_else(|_| text.into(), Into::into),
        _ => text.into(),
    };
    figment.merge(Serialized::default(key, value))
}
