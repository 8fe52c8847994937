//! Which values are refused before anything starts, each with what was found and what is expected.

use secrecy::ExposeSecret;

use super::{Config, ConfigError, ModelProvider, SignatureScheme, quoted};

impl Config {
    /// The first value that cannot work.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let key = ConfigError::key;
        if self.server.listen.parse::<std::net::SocketAddr>().is_err() {
            return Err(key(
                "server.listen",
                &quoted(&self.server.listen),
                "an address and port like 127.0.0.1:8080",
            ));
        }
        let public = &self.server.public_url;
        if !public.is_empty() && !public.starts_with("http://") && !public.starts_with("https://") {
            return Err(key(
                "server.public_url",
                &quoted(public),
                "a URL like https://sms.example.org",
            ));
        }
        let sid = &self.twilio.account_sid;
        if !sid.is_empty() {
            if !is_sid(sid, "AC") {
                return Err(key(
                    "twilio.account_sid",
                    &quoted(sid),
                    "AC followed by 32 hexadecimal digits",
                ));
            }
            if self.twilio.auth_token.expose_secret().is_empty() {
                return Err(key(
                    "twilio.auth_token",
                    "nothing",
                    "the auth token of that account",
                ));
            }
            if self.twilio.from.is_empty() && self.twilio.messaging_service_sid.is_empty() {
                return Err(key(
                    "twilio.from",
                    "nothing",
                    "our number like +15550100001, or twilio.messaging_service_sid",
                ));
            }
            let service = &self.twilio.messaging_service_sid;
            if !service.is_empty() && !is_sid(service, "MG") {
                return Err(key(
                    "twilio.messaging_service_sid",
                    &quoted(service),
                    "MG followed by 32 hexadecimal digits",
                ));
            }
            if self.twilio.signature == SignatureScheme::SharedKey
                && self.twilio.shared_key.expose_secret().is_empty()
            {
                return Err(key(
                    "twilio.shared_key",
                    "nothing",
                    "the key of the shared_key signature form",
                ));
            }
        }
        let heartbeat = self.ops.heartbeat_url.expose_secret();
        if !heartbeat.is_empty() && !is_http_url(heartbeat) {
            // not shown: whoever knows it can keep the watchdog quiet
            return Err(key(
                "ops.heartbeat_url",
                "something else",
                "a URL like https://watchdog.example.org/ping/1",
            ));
        }
        self.check_numbers()?;
        self.check_auth()?;
        self.check_passwords()?;
        self.check_deals()?;
        self.check_model()
    }

    /// The cost of a password's hash may only be raised (OWASP: 19 MiB, 2 passes, 1 lane).
    fn check_passwords(&self) -> Result<(), ConfigError> {
        let auth = &self.auth;
        let queue = u32::try_from(auth.hash_queue).unwrap_or(u32::MAX);
        for (name, found, least, most) in [
            (
                "auth.argon2_memory_kib",
                auth.argon2_memory_kib,
                19456,
                1 << 21,
            ),
            ("auth.argon2_passes", auth.argon2_passes, 2, 100),
            ("auth.argon2_lanes", auth.argon2_lanes, 1, 64),
            ("auth.hash_queue", queue, 1, 100_000),
        ] {
            if found < least || found > most {
                let expected = format!("{least} or more, {most} at most");
                return Err(ConfigError::key(
                    name,
                    &quoted(&found.to_string()),
                    &expected,
                ));
            }
        }
        Ok(())
    }

    /// Keys are as long as their algorithm wants, and lives are lives.
    fn check_auth(&self) -> Result<(), ConfigError> {
        let key = ConfigError::key;
        let auth = &self.auth;
        // RFC 7518, section 3.2: a key is as long as the hash, or longer
        let least = match auth.jwt_algorithm.as_str() {
            "HS256" => 32,
            "HS384" => 48,
            "HS512" => 64,
            other => {
                return Err(key(
                    "auth.jwt_algorithm",
                    &quoted(other),
                    "HS256, HS384 or HS512",
                ));
            }
        };
        let secrets = [
            ("auth.jwt_secret", &auth.jwt_secret, least),
            ("auth.sealing_key", &auth.sealing_key, 32),
            ("auth.sealing_key_previous", &auth.sealing_key_previous, 32),
        ];
        for (name, secret, least) in secrets {
            let length = secret.expose_secret().len();
            if length > 0 && length < least {
                let expected = format!("{least} bytes or more");
                return Err(key(name, "a shorter value", &expected));
            }
        }
        let lives = [
            ("auth.access_minutes", auth.access_minutes, 1440),
            ("auth.refresh_days", auth.refresh_days, 3650),
            ("auth.session_days", auth.session_days, 3650),
        ];
        for (name, life, most) in lives {
            if !(1..=most).contains(&life) {
                return Err(key(name, &life.to_string(), &format!("1 to {most}")));
            }
        }
        if auth.refresh_grace_seconds > 60 {
            let found = auth.refresh_grace_seconds.to_string();
            return Err(key("auth.refresh_grace_seconds", &found, "0 to 60"));
        }
        Ok(())
    }

    /// An outside model has an address and a name.
    fn check_model(&self) -> Result<(), ConfigError> {
        let model = &self.model;
        if model.provider == ModelProvider::Offline {
            return Ok(());
        }
        let is_url = |url: &str| {
            url::Url::parse(url)
                .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        };
        let urls = [
            ("model.base_url", &model.base_url, false),
            ("model.fallback_base_url", &model.fallback_base_url, true),
        ];
        for (name, url, may_be_empty) in urls {
            let is_left_out = may_be_empty && url.is_empty();
            if !is_left_out && !is_url(url) {
                return Err(ConfigError::key(
                    name,
                    &quoted(url),
                    "a URL like http://127.0.0.1:11434/v1",
                ));
            }
        }
        if model.name.is_empty() {
            return Err(ConfigError::key(
                "model.name",
                "nothing",
                "the name of the model at model.base_url",
            ));
        }
        let keys = [
            ("model.api_key", &model.api_key),
            ("model.fallback_api_key", &model.fallback_api_key),
        ];
        for (name, key) in keys {
            let is_sendable = |b: u8| b.is_ascii_graphic();
            if !key.expose_secret().trim().bytes().all(is_sendable) {
                return Err(ConfigError::key(
                    name,
                    "a value with other characters",
                    "letters, digits and marks without spaces",
                ));
            }
        }
        Ok(())
    }

    /// Guesses and codes: a lock that would never come, or a guard that lets nothing through.
    fn check_guesses(&self) -> Result<(), ConfigError> {
        let limits = &self.limits;
        let lock = self.auth.lock_after;
        if !(5..=100).contains(&lock) {
            return Err(ConfigError::key(
                "auth.lock_after",
                &lock.to_string(),
                "5 to 100 (NIST SP 800-63B-4 allows no more)",
            ));
        }
        let floor = limits.code_verified_floor;
        if !(0.0..=1.0).contains(&floor) {
            return Err(ConfigError::key(
                "limits.code_verified_floor",
                &floor.to_string(),
                "a share, 0 to 1",
            ));
        }
        for (name, is_wrong) in [
            ("limits.code_number_daily", limits.code_number_daily < 1),
            ("limits.code_prefix_daily", limits.code_prefix_daily < 1),
            ("limits.code_address_daily", limits.code_address_daily < 1),
            ("limits.code_user_daily", limits.code_user_daily < 1),
            ("limits.code_verified_from", limits.code_verified_from < 1),
            ("limits.code_price_usd", limits.code_price_usd <= 0.0),
            ("limits.code_daily_usd", limits.code_daily_usd <= 0.0),
        ] {
            if is_wrong {
                return Err(ConfigError::key(name, "0 or less", "a number above 0"));
            }
        }
        Ok(())
    }

    /// No duration that cannot be one, and no number of workers that would do nothing for ever.
    fn check_numbers(&self) -> Result<(), ConfigError> {
        self.budget.prices()?;
        if !(0.0..=10.0).contains(&self.budget.segment_usd) {
            return Err(ConfigError::key(
                "budget.segment_usd",
                &self.budget.segment_usd.to_string(),
                "US dollars for one segment, 0 to 10",
            ));
        }
        self.check_guesses()?;
        let (server, twilio, limits) = (&self.server, &self.twilio, &self.limits);
        for (name, value) in [
            (
                "server.header_timeout_seconds",
                server.header_timeout_seconds,
            ),
            (
                "server.request_timeout_seconds",
                server.request_timeout_seconds,
            ),
            ("server.drain_seconds", server.drain_seconds),
            ("twilio.segments_per_second", twilio.segments_per_second),
            ("twilio.pull_seconds", twilio.pull_seconds),
            ("twilio.timeout_seconds", twilio.timeout_seconds),
            ("model.timeout_seconds", self.model.timeout_seconds),
            ("limits.turn_seconds", limits.turn_seconds),
            ("limits.lease_seconds", limits.lease_seconds),
            ("limits.working_after_seconds", limits.working_after_seconds),
            ("limits.send_fresh_seconds", limits.send_fresh_seconds),
            ("limits.send_hold_seconds", limits.send_hold_seconds),
            ("limits.block_seconds", limits.block_seconds),
            ("limits.settle_seconds", limits.settle_seconds),
            ("limits.doubt_minutes", limits.doubt_minutes),
            ("ops.heartbeat_seconds", self.ops.heartbeat_seconds),
        ] {
            if !(value > 0.0 && value <= 1e9) {
                return Err(ConfigError::key(
                    name,
                    &value.to_string(),
                    "a number above 0",
                ));
            }
        }
        for (name, is_zero) in [
            (
                "database.max_connections",
                self.database.max_connections == 0,
            ),
            ("server.body_limit_bytes", server.body_limit_bytes == 0),
            (
                "server.connections_per_address",
                server.connections_per_address == 0,
            ),
            ("model.max_output_tokens", self.model.max_output_tokens == 0),
            ("limits.turn_steps", limits.turn_steps == 0),
            ("limits.turn_calls", limits.turn_calls == 0),
            ("limits.attempts", limits.attempts < 1),
            ("limits.reply_segments", limits.reply_segments == 0),
            ("limits.reply_pages", limits.reply_pages == 0),
            ("limits.loop_exchanges", limits.loop_exchanges == 0),
            ("limits.senders", limits.senders == 0),
            ("limits.mailboxes", limits.mailboxes == 0),
        ] {
            if is_zero {
                return Err(ConfigError::key(
                    name,
                    "0 or less",
                    "a whole number above 0",
                ));
            }
        }
        // a post may begin until the claim is stale and last as long as a call: only then is its outcome in doubt
        let posting = limits.send_fresh_seconds + twilio.timeout_seconds;
        if limits.send_hold_seconds < posting {
            return Err(ConfigError::key(
                "limits.send_hold_seconds",
                &limits.send_hold_seconds.to_string(),
                &format!("at least limits.send_fresh_seconds + twilio.timeout_seconds = {posting}"),
            ));
        }
        Ok(())
    }
}

fn is_http_url(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.host_str().is_some_and(|host| !host.is_empty())
    })
}

fn is_sid(value: &str, prefix: &str) -> bool {
    value.len() == 34
        && value.starts_with(prefix)
        && value[2..].bytes().all(|b| b.is_ascii_hexdigit())
}
