//! The running conversation of a user, within a token budget. Redis is a cache: a miss is rebuilt from the messages and the
//! outbox, and an error only costs the context of one answer.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use redis::{AsyncCommands, aio::ConnectionManager};
use sqlx::PgPool;

use crate::{
    db::UserTx,
    domain::{Trust, UserId},
    model::{Remark, Speaker, count_tokens},
};

/// Remarks kept in Redis for one user.
const KEPT: isize = 40;
/// Seconds after which a conversation that rests is rebuilt when it goes on.
const REST: i64 = 86_400;

/// Access to the running conversations.
#[derive(Clone)]
pub struct ShortTerm {
    redis: Option<ConnectionManager>,
    prefix: String,
    budget: usize,
    /// Users whose last exchange Redis did not take: what it holds for them has a hole.
    holes: Arc<Mutex<HashSet<UserId>>>,
}

impl ShortTerm {
    /// `redis`: none when no Redis is configured; `budget` in tokens.
    pub fn new(redis: Option<ConnectionManager>, prefix: &str, budget: usize) -> Self {
        Self {
            redis,
            prefix: prefix.to_owned(),
            budget,
            holes: Arc::default(),
        }
    }

    fn key(&self, user: UserId) -> String {
        format!("{}:talk:{user}", self.prefix)
    }

    /// The conversation so far, oldest first, within the token budget. Rebuilt when Redis has nothing, holds one with a
    /// hole, or does not answer.
    pub async fn recall(&self, pool: &PgPool, user: UserId) -> Result<Vec<Remark>, sqlx::Error> {
        let mut remarks = if self.holes().contains(&user) {
            Vec::new()
        } else {
            self.cached(user).await
        };
        if remarks.is_empty() {
            remarks = rebuild(pool, user).await?;
            self.write(user, &remarks, true).await;
        }
        Ok(within(remarks, self.budget))
    }

    async fn cached(&self, user: UserId) -> Vec<Remark> {
        let Some(mut redis) = self.redis.clone() else {
            return Vec::new();
        };
        let lines: Result<Vec<String>, _> = redis.lrange(self.key(user), 0, -1).await;
        match lines {
            Ok(lines) => lines
                .iter()
                .filter_map(|l| serde_json::from_str(l).ok())
                .collect(),
            Err(error) => {
                tracing::warn!(%user, %error, "short-term memory does not answer");
                Vec::new()
            }
        }
    }

    /// Adds `remarks` to the running conversation, if Redis holds it; if not, the next recall rebuilds it whole. Best
    /// effort.
    pub async fn keep(&self, user: UserId, remarks: &[Remark]) {
        self.write(user, remarks, false).await;
    }

    async fn write(&self, user: UserId, remarks: &[Remark], anew: bool) {
        let Some(mut redis) = self.redis.clone() else {
            return;
        };
        if remarks.is_empty() {
            return;
        }
        let lines: Vec<String> = remarks
            .iter()
            .map(|r| serde_json::to_string(r).expect("a remark is two strings"))
            .collect();
        let key = self.key(user);
        let mut pipe = redis::pipe();
        if anew {
            pipe.atomic().del(&key).ignore().rpush(&key, lines).ignore();
        } else {
            // only behind what is there: after a flush this exchange alone would pass for the whole conversation
            pipe.rpush_exists(&key, lines).ignore();
        }
        pipe.ltrim(&key, -KEPT, -1)
            .ignore()
            .expire(&key, REST)
            .ignore();
        match pipe.query_async::<()>(&mut redis).await {
            Ok(()) if anew => drop(self.holes().remove(&user)),
            Ok(()) => {}
            Err(error) => {
                tracing::debug!(%user, %error, "short-term memory was not written");
                // a conversation with a hole is worse than none: the next recall rebuilds it
                self.holes().insert(user);
            }
        }
    }

    /// Forgets the running conversation of a user. `false`: Redis did not take it, and it is to be tried again.
    pub async fn forget(&self, user: UserId) -> bool {
        self.holes().remove(&user);
        let Some(mut redis) = self.redis.clone() else {
            return true;
        };
        let gone: Result<(), _> = redis.del(self.key(user)).await;
        if let Err(error) = &gone {
            tracing::warn!(%user, %error, "short-term memory was not forgotten");
        }
        gone.is_ok()
    }

    fn holes(&self) -> MutexGuard<'_, HashSet<UserId>> {
        self.holes.lock().expect("no panic happens under this lock")
    }

    /// Whether Redis answers; used by readiness and doctor.
    pub async fn answers(&self) -> bool {
        let Some(mut redis) = self.redis.clone() else {
            return false;
        };
        let ping = redis::cmd("PING");
        let asked = ping.query_async::<String>(&mut redis);
        matches!(
            tokio::time::timeout(Duration::from_secs(1), asked).await,
            Ok(Ok(_))
        )
    }
}

/// The last remarks, from the texts that were answered and from what was said.
async fn rebuild(pool: &PgPool, user: UserId) -> Result<Vec<Remark>, sqlx::Error> {
    let mut tx = UserTx::begin(pool, user).await?;
    let rows = sqlx::query!(
        r#"select body as "body!", ours as "ours!", trust as "trust!" from (
             select body, false as ours, 'user' as trust, received_at as at from messages
             where user_id = $1 and kind = 'text' and state = 'done'
             union all
             select o.body, true, coalesce(t.trust, 'user'), o.created_at
             from outbox o left join turns t on t.id = o.turn_id
             where o.user_id = $1 and o.kind in ('reply', 'push')
           ) said order by at desc limit $2"#,
        user.0,
        KEPT as i64,
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    let remark = |body, ours, trust: &str| Remark {
        by: if ours {
            Speaker::Assistant
        } else {
            Speaker::User
        },
        text: body,
        trust: Trust::parse(trust),
    };
    Ok(rows
        .into_iter()
        .rev()
        .map(|row| remark(row.body, row.ours, &row.trust))
        .collect())
}

/// The newest remarks whose tokens fit in `budget`.
fn within(mut remarks: Vec<Remark>, budget: usize) -> Vec<Remark> {
    let mut left = budget;
    let mut from = remarks.len();
    for (at, remark) in remarks.iter().enumerate().rev() {
        let Some(rest) = left.checked_sub(count_tokens(&remark.text) + 4) else {
            break;
        };
        left = rest;
        from = at;
    }
    remarks.split_off(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_remarks_that_fit_are_shown() {
        let remark = |text: &str| Remark {
            by: Speaker::User,
            text: text.into(),
            trust: Trust::User,
        };
        let all = vec![remark("one two three four"), remark("five"), remark("six")];
        assert_eq!(within(all.clone(), 1000), all);
        assert_eq!(within(all.clone(), 12), all[1..]);
        assert!(within(all, 2).is_empty());
    }
}
