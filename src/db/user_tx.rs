//! A transaction that sees one user's rows.

use std::ops::{Deref, DerefMut};

use sqlx::{PgConnection, PgPool, Postgres, Transaction};

use crate::domain::UserId;

/// A transaction on which row-level security is set to one user. Code that serves a user takes this and nothing wider:
/// there is no way from it to another user's rows.
pub struct UserTx {
    tx: Transaction<'static, Postgres>,
    user: UserId,
}

impl UserTx {
    /// Opens a transaction for `user`. The setting is local to the transaction: nothing is carried over by the pool.
    pub async fn begin(pool: &PgPool, user: UserId) -> Result<Self, sqlx::Error> {
        // one round trip; the id is a UUID and hence safe to write into the statement
        let start = format!("begin; set local app.user_id = '{user}'");
        let tx = pool.begin_with(sqlx::AssertSqlSafe(start)).await?;
        Ok(Self { tx, user })
    }

    /// Whose rows this sees.
    pub fn user(&self) -> UserId {
        self.user
    }

    /// Makes everything done here last.
    pub async fn commit(self) -> Result<(), sqlx::Error> {
        self.tx.commit().await
    }

    /// Drops everything done here.
    pub async fn rollback(self) -> Result<(), sqlx::Error> {
        self.tx.rollback().await
    }
}

impl Deref for UserTx {
    type Target = PgConnection;
    fn deref(&self) -> &PgConnection {
        &self.tx
    }
}

impl DerefMut for UserTx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.tx
    }
}
