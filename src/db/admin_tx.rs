//! A transaction that sees every user's rows, but of each only columns without words, secrets or hashes of them.

use std::ops::{Deref, DerefMut};

use sqlx::{PgConnection, PgPool, Postgres, Transaction};

use super::ADMIN_ROLE;

/// Proof that somebody may look across users. Only `accounts::roles` makes one, after it has seen a permission that ends in
/// `:any`, or for the operator who holds the database's address (a test reads the sources for it).
#[derive(Clone, Copy, Debug)]
pub struct Vouched {
    _private: (),
}

impl Vouched {
    /// For `accounts::roles` alone.
    pub(crate) fn by_roles() -> Self {
        Self { _private: () }
    }
}

/// A transaction in the role [`ADMIN_ROLE`]: what it may read and change is the grants of migration 0026, not this code.
pub struct AdminTx {
    tx: Transaction<'static, Postgres>,
}

impl AdminTx {
    /// Opens the transaction. The role is local to it: nothing is carried over by the pool.
    pub async fn begin(pool: &PgPool, _: Vouched) -> Result<Self, sqlx::Error> {
        let start = format!("begin; set local role {ADMIN_ROLE}");
        let tx = pool.begin_with(sqlx::AssertSqlSafe(start)).await?;
        Ok(Self { tx })
    }

    /// Makes everything done here last.
    pub async fn commit(self) -> Result<(), sqlx::Error> {
        self.tx.commit().await
    }
}

impl Deref for AdminTx {
    type Target = PgConnection;
    fn deref(&self) -> &PgConnection {
        &self.tx
    }
}

impl DerefMut for AdminTx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.tx
    }
}
