//! Telling every replica that something was revoked. The transaction that revokes raises the epoch; after its commit Redis is
//! told. What could not be told is told again by the next round of any process, and until then each process knows from
//! PostgreSQL whom not to look up in Redis.

use std::{collections::HashSet, time::Instant};

use super::cache::SETTLED;
use crate::{accounts::Accounts, db::UserTx, domain::UserId};

/// How many users a round tells Redis about. With more, Redis is not believed at all.
const MOST: i32 = 1000;
/// The epoch of a user who is no more: above any other, and exact in Lua.
const GONE: i64 = 9_007_199_254_740_991;

impl Accounts {
    /// Tells every replica that what this user's tokens grant has changed; call it after the commit and before the answer.
    /// When it returns, a revoked token is refused everywhere: where Redis cannot be told, it waits until each replica has
    /// read that from PostgreSQL or has stopped believing Redis.
    pub async fn announce(&self, user: UserId) {
        if self.config_has_no_redis() {
            return;
        }
        match self.try_announce(user).await {
            Ok(true) => {}
            Ok(false) => tokio::time::sleep(SETTLED).await,
            Err(error) => {
                tracing::warn!(%user, %error, "a revocation could not be announced, it will be");
                tokio::time::sleep(SETTLED).await;
            }
        }
    }

    /// Like [`Accounts::announce`], for what roles grant: each replica reads the epoch of roles in its rounds.
    pub async fn announce_roles(&self) {
        if !self.config_has_no_redis() {
            tokio::time::sleep(SETTLED).await;
        }
    }

    async fn try_announce(&self, user: UserId) -> Result<bool, sqlx::Error> {
        let mut tx = UserTx::begin(&self.pool, user).await?;
        let epoch = sqlx::query_scalar!("select access_epoch from users where id = $1", user.0)
            .fetch_optional(&mut *tx)
            .await?;
        tx.commit().await?;
        self.tell(user, epoch.unwrap_or(GONE)).await
    }

    async fn tell(&self, user: UserId, epoch: i64) -> Result<bool, sqlx::Error> {
        if !self.cache.raise(user, epoch).await {
            return Ok(false);
        }
        sqlx::query!("select user_announced($1, $2)", user.0, epoch)
            .fetch_one(&self.pool)
            .await?;
        Ok(true)
    }

    /// One round of every process, every [`super::ROUND`]: reads the keys and what is not announced, announces it, and
    /// believes Redis again for a while.
    pub async fn keep_up(&self) -> Result<(), sqlx::Error> {
        let since = Instant::now();
        self.keys.load(self).await?;
        if !self.cache.has_redis() {
            return Ok(());
        }
        let roles = sqlx::query_scalar!("select epoch from role_epoch")
            .fetch_one(&self.pool)
            .await?;
        let unannounced = sqlx::query!(
            r#"select id as "id!", epoch as "epoch!" from unannounced_users($1)"#,
            MOST
        )
        .fetch_all(&self.pool)
        .await?;
        let users: HashSet<UserId> = unannounced.iter().map(|row| UserId(row.id)).collect();
        let are_all = users.len() < MOST as usize;
        if are_all && self.cache.look_after_life().await {
            self.cache.trust(since, users, roles);
        } else {
            self.cache.distrust();
        }
        for row in unannounced {
            if !self.tell(UserId(row.id), row.epoch).await? {
                break;
            }
        }
        Ok(())
    }

    fn config_has_no_redis(&self) -> bool {
        use secrecy::ExposeSecret;
        self.config.redis.url.expose_secret().is_empty()
    }
}
