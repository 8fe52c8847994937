//! Accounts: passwords, sessions and their tokens, second factors, roles, the audit log, sealed secrets, and the mail that
//! goes with them. What is known only after a person is known runs in that person's `UserTx`; before that there are
//! functions of the database that turn the hash of a secret into an id. May import: db, domain, clock, config, outbox, error.

pub mod audit;
pub mod catalogue;
pub mod change;
pub mod codes;
pub mod erase;
pub mod export;
pub mod first;
pub mod guess;
pub mod joining;
pub mod kept;
pub mod keys;
pub mod link;
pub mod login;
pub mod mail;
pub mod not_done;
pub mod notice;
pub mod password;
pub mod people;
pub mod phones;
pub mod recovery;
pub mod register;
pub mod request;
pub mod reset;
pub mod roles;
pub mod seal;
pub mod second;
pub mod sessions;
pub mod standing;
pub mod token;
pub mod totp;

use std::sync::Arc;

use redis::aio::ConnectionManager;
use secrecy::SecretString;
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use tokio::sync::Notify;

use crate::{
    clock::{Clock, random_bytes},
    config::Config,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

pub use keys::{Keys, KeysError};
pub use seal::Seal;

/// What everything about accounts shares; made once, at start.
#[derive(Clone)]
pub struct Accounts {
    pub pool: PgPool,
    pub clock: Clock,
    pub config: Arc<Config>,
    /// `https://sms.example.org`, from the configuration and never from a request (RFC 9110's Host is the caller's to choose).
    pub public_base: Arc<str>,
    pub seal: Seal,
    pub hasher: password::Hasher,
    /// Rung when a mail or a request was written; who does not hear it looks every second.
    pub mail_bell: Arc<Notify>,
    pub keys: Keys,
    pub cache: standing::Cache,
}

impl Accounts {
    /// `None` while `auth.jwt_secret` is not set: then nobody can log in, and the routes say so. Knows the keys of the
    /// configuration only and no Redis until [`Accounts::ready`].
    pub fn new(
        pool: PgPool,
        clock: Clock,
        config: Arc<Config>,
        public_base: Arc<str>,
    ) -> Option<Self> {
        let keys = Keys::new(&config.auth)?;
        let seal = Seal::new(&config.auth);
        let hasher = password::Hasher::new(&config.auth);
        Some(Self {
            pool,
            clock,
            config,
            public_base,
            seal,
            hasher,
            mail_bell: Arc::default(),
            keys,
            cache: standing::Cache::new(None, ""),
        })
    }

    /// For a daemon: with Redis, and with every key that was rotated in. The configuration's own key is entered if it is new.
    pub async fn ready(mut self, redis: Option<ConnectionManager>) -> Result<Self, KeysError> {
        self.cache = standing::Cache::new(redis, &self.config.redis.prefix);
        self.keys.enter(&self).await?;
        Ok(self)
    }
}

/// A fresh secret of 256 bits, for a token or a link: base64url, 43 characters.
pub fn fresh_secret() -> SecretString {
    URL_SAFE_NO_PAD.encode(random_bytes::<32>()).into()
}

/// What is stored of a secret that has 128 bits or more: its SHA-256. It is looked up, never compared byte by byte.
pub fn digest(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}
