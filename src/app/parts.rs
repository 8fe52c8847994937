//! The concrete parts that the configuration picks: numbers, memory, models, the provider of texts, the client of all calls.

use std::{
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use anyhow::Context;
use secrecy::ExposeSecret;
use sqlx::PgPool;

use crate::{
    clock::random_bytes,
    config::{Config, ModelProvider},
    model::{Fallback, LanguageModel, OpenAi, offline::Offline, openai},
    skills::Skills,
    sms::{
        provider::Provider,
        terminal::{Faults, Terminal},
        twilio::Twilio,
    },
};

/// Our numbers, checked. The terminal phone has one even when none is configured.
pub(super) fn own_numbers(config: &Config) -> anyhow::Result<Arc<[String]>> {
    let mut numbers = Vec::new();
    for number in config.own_numbers() {
        let number = crate::domain::PhoneNumber::parse(&number)
            .map_err(|e| anyhow::anyhow!("twilio.from: {e}"))?;
        numbers.push(String::from(number));
    }
    Ok(numbers.into())
}

pub(super) fn redis(config: &Config) -> anyhow::Result<Option<redis::aio::ConnectionManager>> {
    let url = config.redis.url.expose_secret();
    if url.is_empty() {
        return Ok(None);
    }
    let client = redis::Client::open(url)
        .map_err(|e| anyhow::anyhow!("redis.url: {e}, expected redis://HOST:6379"))?;
    let settings = redis::aio::ConnectionManagerConfig::new()
        .set_connection_timeout(Some(Duration::from_millis(500)))
        .set_response_timeout(Some(Duration::from_millis(500)))
        .set_number_of_retries(1);
    Ok(Some(client.get_connection_manager_lazy(settings)?))
}

/// The model of the configuration: offline, or outside ones with offline behind them.
pub(super) fn model(
    config: &Config,
    skills: &Skills,
    paused: &Arc<AtomicBool>,
) -> anyhow::Result<Arc<dyn LanguageModel>> {
    if config.model.provider == ModelProvider::Offline {
        return Ok(Arc::new(offline(skills)));
    }
    let mut outside = outside_models(config)?.into_iter();
    let first = outside.next().context("model.provider: no model")?;
    let paused = paused.clone();
    Ok(Arc::new(Fallback::new(
        first,
        outside.next(),
        Arc::new(offline(skills)),
        paused,
    )))
}

/// The first outside model and, when one is configured, the second.
pub fn outside_models(config: &Config) -> anyhow::Result<Vec<Arc<dyn LanguageModel>>> {
    let settings = &config.model;
    let total = Duration::from_secs_f64(settings.timeout_seconds);
    let client = http_client(total)?;
    let has_second = !settings.fallback.is_empty();
    let (timeout, second_timeout) = Fallback::split(total, has_second);
    let first = openai::Options {
        base_url: settings.base_url.clone(),
        api_key: settings.api_key.clone(),
        name: settings.name.clone(),
        tool_mode: settings.tool_mode,
        timeout,
        max_output_tokens: settings.max_output_tokens,
    };
    let mut second = openai::Options {
        name: settings.fallback.clone(),
        timeout: second_timeout,
        ..first.clone()
    };
    // a key goes nowhere but where it belongs
    if !settings.fallback_base_url.is_empty() {
        second.base_url.clone_from(&settings.fallback_base_url);
        second.api_key = settings.fallback_api_key.clone();
    }
    let mut models: Vec<Arc<dyn LanguageModel>> =
        vec![Arc::new(OpenAi::new(client.clone(), first))];
    if has_second {
        models.push(Arc::new(OpenAi::new(client, second)));
    }
    Ok(models)
}

pub(super) fn offline(skills: &Skills) -> Offline {
    let hearings = skills
        .iter()
        .flat_map(crate::skills::Skill::hearings)
        .collect();
    Offline::new(
        hearings,
        vec![
            "add a task: renew passport",
            "add milk and eggs to groceries",
        ],
    )
}

pub(super) fn provider(
    config: &Config,
    pool: &PgPool,
    public_base: &str,
    faults: &Arc<Faults>,
) -> anyhow::Result<Arc<dyn Provider>> {
    if config.uses_terminal() {
        return Ok(Arc::new(Terminal {
            pool: pool.clone(),
            faults: faults.clone(),
        }));
    }
    let client = http_client(Duration::from_secs_f64(config.twilio.timeout_seconds))?;
    Ok(Arc::new(Twilio::new(
        client,
        &config.twilio,
        public_base.to_owned(),
    )))
}

/// The client for calls to other companies: time-outs, no redirects, one TLS provider.
#[expect(clippy::disallowed_methods, reason = "the one home of HTTP clients")]
pub fn http_client(timeout: Duration) -> anyhow::Result<reqwest::Client> {
    // a second call finds the provider installed
    drop(rustls::crypto::ring::default_provider().install_default());
    Ok(reqwest::Client::builder()
        .connect_timeout(Duration::from_secs(3).min(timeout))
        .timeout(timeout)
        .redirect(reqwest::redirect::Policy::none())
        .pool_idle_timeout(Duration::from_secs(15))
        .user_agent("personal-assistant")
        .build()?)
}

/// Names this process in leases: for operators only, nothing depends on it.
pub(super) fn holder() -> String {
    format!(
        "{}-{:08x}",
        std::process::id(),
        u32::from_le_bytes(random_bytes())
    )
}
