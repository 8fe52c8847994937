//! Standings in Redis, and when they may be believed.
//!
//! An answer is believed only if all of this holds, and read from PostgreSQL otherwise:
//! - it is of the user's newest announced epoch (`access:{user}`, which only grows) and of the newest epoch of roles;
//! - it was kept in the same life of this Redis: a flush or a restart begins a new one, so nothing comes back from a snapshot;
//! - this process has lately (see [`TRUSTED`]) read from PostgreSQL whose epochs are not announced yet, and the user is not
//!   among them. Who cannot announce waits that long before the answer goes out (see `announce`).

use std::{
    collections::HashSet,
    sync::{Arc, RwLock},
    time::{Duration, Instant},
};

use jiff::Timestamp;
use redis::{Script, aio::ConnectionManager};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{KEPT, Read, Standing};
use crate::{clock::random_bytes, domain::UserId};

/// How long a process believes Redis after it last read from PostgreSQL what was not announced.
pub(super) const TRUSTED: Duration = Duration::from_secs(1);
/// The time after which no process believes what was so before, announced or not.
pub const SETTLED: Duration = Duration::from_millis(1100);
/// The longest that a check waits for Redis; then PostgreSQL answers.
const PATIENCE: Duration = Duration::from_millis(150);
/// Seconds that an announced epoch stays: well over the life of what it may refute.
const EPOCH_KEPT: i64 = 600;

/// Raises a number, never lowers it.
const RAISE: &str = "local n = tonumber(redis.call('get', KEYS[1]) or '0')
if n < tonumber(ARGV[1]) then redis.call('set', KEYS[1], ARGV[1], 'EX', ARGV[2])
else redis.call('expire', KEYS[1], ARGV[2]) end return 1";
/// Keeps an answer, unless Redis began a new life since or a newer epoch was announced.
const KEEP: &str = "if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
local n = tonumber(redis.call('get', KEYS[3]) or '0')
if n > tonumber(ARGV[3]) then return 0 end
redis.call('set', KEYS[3], ARGV[3], 'EX', ARGV[5])
redis.call('set', KEYS[2], ARGV[2], 'EX', ARGV[4]) return 1";
/// Begins a new life, unless another process did.
const BEGIN: &str = "if (redis.call('get', KEYS[1]) or '') == ARGV[1] then redis.call('set', KEYS[1], ARGV[2]) end return 1";

/// The cache; cheap to clone.
#[derive(Clone)]
pub struct Cache {
    redis: Option<ConnectionManager>,
    prefix: Arc<str>,
    trust: Arc<RwLock<Trust>>,
}

/// What this process knows from PostgreSQL.
#[derive(Default)]
struct Trust {
    since: Option<Instant>,
    unannounced: HashSet<UserId>,
    roles: i64,
}

/// What Redis holds for a session.
#[derive(Serialize, Deserialize)]
struct Kept {
    life: String,
    epoch: i64,
    roles: i64,
    until: Timestamp,
    standing: Standing,
}

pub(super) enum Found {
    Fresh(Standing),
    /// PostgreSQL must be asked; with a life, the answer may be kept in it.
    Nothing {
        life: Option<String>,
    },
}

impl Cache {
    pub fn new(redis: Option<ConnectionManager>, prefix: &str) -> Self {
        Self {
            redis,
            prefix: prefix.into(),
            trust: Arc::default(),
        }
    }

    pub(super) fn has_redis(&self) -> bool {
        self.redis.is_some()
    }

    fn life_key(&self) -> String {
        format!("{}:life", self.prefix)
    }

    fn access_key(&self, user: UserId) -> String {
        format!("{}:access:{user}", self.prefix)
    }

    fn standing_key(&self, session: Uuid) -> String {
        format!("{}:standing:{session}", self.prefix)
    }

    /// What is kept for `session`, if it may be believed now.
    pub(super) async fn find(&self, session: Uuid, user: UserId, now: Timestamp) -> Found {
        let nothing = |life| Found::Nothing { life };
        let Some(roles) = self.roles_trusted_for(user) else {
            return nothing(None);
        };
        let keys = [
            self.life_key(),
            self.access_key(user),
            self.standing_key(session),
        ];
        type Three = (Option<String>, Option<i64>, Option<String>);
        let (life, epoch, kept) = match self.ask::<Three>(redis::cmd("MGET").arg(&keys)).await {
            Some((Some(life), epoch, kept)) => (life, epoch, kept),
            Some(_) => return nothing(None),
            None => {
                self.distrust();
                return nothing(None);
            }
        };
        let kept = kept.and_then(|kept| serde_json::from_str::<Kept>(&kept).ok());
        match (kept, epoch) {
            (Some(kept), Some(epoch))
                if kept.epoch >= epoch
                    && kept.life == life
                    && kept.roles >= roles
                    && kept.until > now
                    && kept.standing.user == user
                    && kept.standing.session == Some(session) =>
            {
                Found::Fresh(kept.standing)
            }
            _ => nothing(Some(life)),
        }
    }

    /// Keeps an answer of PostgreSQL. Best effort.
    pub(super) async fn keep(&self, life: &str, session: Uuid, read: &Read, now: Timestamp) {
        let lasts = read.until.duration_since(now).as_secs().min(KEPT);
        if lasts < 1 {
            return;
        }
        let kept = Kept {
            life: life.to_owned(),
            epoch: read.epoch,
            roles: read.roles,
            until: read.until,
            standing: read.standing.clone(),
        };
        let user = read.standing.user;
        let kept = serde_json::to_string(&kept).expect("a standing is plain data");
        let script = Script::new(KEEP);
        let mut call = script.prepare_invoke();
        call.key(self.life_key())
            .key(self.standing_key(session))
            .key(self.access_key(user));
        call.arg(life).arg(kept).arg(read.epoch);
        call.arg(lasts).arg(EPOCH_KEPT);
        self.invoke(&call).await;
    }

    /// Tells Redis a user's epoch; whether it took it.
    pub(super) async fn raise(&self, user: UserId, epoch: i64) -> bool {
        let script = Script::new(RAISE);
        let mut call = script.prepare_invoke();
        call.key(self.access_key(user));
        call.arg(epoch).arg(EPOCH_KEPT);
        self.invoke(&call).await
    }

    /// Looks after this Redis' life: a restart or a flush begins a new one. Whether Redis answers.
    pub(super) async fn look_after_life(&self) -> bool {
        let Some(info) = self.ask::<String>(redis::cmd("INFO").arg("server")).await else {
            return false;
        };
        let run = info
            .lines()
            .find_map(|line| line.strip_prefix("run_id:"))
            .map_or("", str::trim);
        let key = self.life_key();
        let Some(life) = self
            .ask::<Option<String>>(redis::cmd("GET").arg(&key))
            .await
        else {
            return false;
        };
        let life = life.unwrap_or_default();
        if !run.is_empty() && life.starts_with(run) {
            return true;
        }
        let fresh: String = random_bytes::<8>()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let script = Script::new(BEGIN);
        let mut call = script.prepare_invoke();
        call.key(key).arg(life).arg(format!("{run}:{fresh}"));
        self.invoke(&call).await
    }

    /// Believes Redis from `since` on, except for these users and older roles.
    pub(super) fn trust(&self, since: Instant, unannounced: HashSet<UserId>, roles: i64) {
        *self
            .trust
            .write()
            .expect("no panic happens under this lock") = Trust {
            since: Some(since),
            unannounced,
            roles,
        };
    }

    /// Believes Redis no more, until the next [`Cache::trust`].
    pub(super) fn distrust(&self) {
        self.trust
            .write()
            .expect("no panic happens under this lock")
            .since = None;
    }

    /// The epoch of roles that an answer about `user` must have to be believed; `None`: Redis is not asked.
    fn roles_trusted_for(&self, user: UserId) -> Option<i64> {
        let trust = self.trust.read().expect("no panic happens under this lock");
        let is_fresh = trust.since.is_some_and(|since| since.elapsed() < TRUSTED);
        (self.redis.is_some() && is_fresh && !trust.unannounced.contains(&user))
            .then_some(trust.roles)
    }

    async fn invoke(&self, call: &redis::ScriptInvocation<'_>) -> bool {
        let Some(mut redis) = self.redis.clone() else {
            return false;
        };
        let done = call.invoke_async::<i64>(&mut redis);
        matches!(tokio::time::timeout(PATIENCE * 2, done).await, Ok(Ok(_)))
    }

    async fn ask<T: redis::FromRedisValue>(&self, command: &redis::Cmd) -> Option<T> {
        let mut redis = self.redis.clone()?;
        let asked = command.query_async::<T>(&mut redis);
        match tokio::time::timeout(PATIENCE, asked).await {
            Ok(Ok(answer)) => Some(answer),
            Ok(Err(error)) => {
                tracing::debug!(%error, "the cache of standings does not answer");
                None
            }
            Err(_) => None,
        }
    }
}
