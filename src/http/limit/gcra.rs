//! The generic cell rate algorithm (ITU-T I.371) in one script of Redis: its clock, its atomicity, shared by all replicas.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use redis::{Script, aio::ConnectionManager};

/// For each key the instant at which its allowance is whole again. A request moves it on by its cost; it may lie ahead of now
/// by one minute. Either every key pays or none does.
const SCRIPT: &str = r"
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local due, wait, left, whole = {}, 0, nil, 0
for i, key in ipairs(KEYS) do
  local cost = tonumber(ARGV[i])
  local ahead = math.max(tonumber(redis.call('GET', key) or now) - now, 0)
  due[i] = ahead + cost
  wait = math.max(wait, due[i] - 60000000)
  whole = math.max(whole, due[i])
  left = math.min(left or math.huge, math.floor((60000000 - due[i]) / cost))
end
if wait > 0 then return {0, 0, math.ceil(wait / 1000000)} end
for i, key in ipairs(KEYS) do
  redis.call('SET', key, string.format('%.0f', now + due[i]), 'PX', math.ceil(due[i] / 1000))
end
return {1, left, math.ceil(whole / 1000000)}
";

/// Longer than any answer of a Redis that is well.
const PATIENCE: Duration = Duration::from_millis(300);
/// A Redis that did not answer is left alone for so long: those who can do without it do not wait for it.
const REST: Duration = Duration::from_secs(1);

/// One allowance: `per_minute` requests, all at once if need be, then evenly.
pub struct Allowance {
    pub key: String,
    pub per_minute: u32,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Paid: how many more would be served now, and in how many seconds the allowance is whole.
    Paid { left: u64, whole_in: u64 },
    /// Refused: in how many seconds one more is served.
    Over { wait: u64 },
    /// Redis does not answer, or none is configured.
    Away,
}

/// Counts in Redis; cheap to clone.
#[derive(Clone)]
pub struct Limiter {
    redis: Option<ConnectionManager>,
    prefix: Arc<str>,
    script: Arc<Script>,
    resting_until: Arc<Mutex<Option<Instant>>>,
}

impl Limiter {
    pub fn new(redis: Option<ConnectionManager>, prefix: &str) -> Self {
        Self {
            redis,
            prefix: prefix.into(),
            script: Arc::new(Script::new(SCRIPT)),
            resting_until: Arc::default(),
        }
    }

    /// Takes one request from every allowance, or from none.
    pub async fn spend(&self, allowances: &[Allowance]) -> Outcome {
        let Some(mut redis) = self.redis.clone().filter(|_| !self.rests()) else {
            return Outcome::Away;
        };
        let mut call = self.script.prepare_invoke();
        for allowance in allowances {
            call.key(format!("{}:limit:{}", self.prefix, allowance.key));
            call.arg(60_000_000.0 / f64::from(allowance.per_minute));
        }
        let asked = call.invoke_async::<(u8, u64, u64)>(&mut redis);
        match tokio::time::timeout(PATIENCE, asked).await {
            Ok(Ok((1, left, whole_in))) => Outcome::Paid { left, whole_in },
            Ok(Ok((_, _, wait))) => Outcome::Over { wait },
            Ok(Err(error)) => {
                tracing::warn!(%error, "the limiter's Redis does not answer");
                self.rest()
            }
            Err(_) => {
                tracing::warn!("the limiter's Redis is too slow");
                self.rest()
            }
        }
    }

    fn rests(&self) -> bool {
        let until = *self.resting_until.lock().expect("no panic under this lock");
        until.is_some_and(|until| Instant::now() < until)
    }

    fn rest(&self) -> Outcome {
        metrics::counter!("assistant_limiter_away_total").increment(1);
        let mut until = self.resting_until.lock().expect("no panic under this lock");
        *until = Some(Instant::now() + REST);
        Outcome::Away
    }
}
