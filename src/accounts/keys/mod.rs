//! The keys that sign access tokens, and those that seal secrets. The first ones stand in the configuration; `assistant admin
//! keys rotate` adds random ones, kept in PostgreSQL and sealed by the configuration's. Each process reads them in its rounds,
//! and at once when a token names a key that it does not know.

mod rotate;

use std::{
    sync::{Arc, Mutex, RwLock},
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::Timestamp as SqlTimestamp;
use secrecy::ExposeSecret;
use uuid::Uuid;

use super::{
    Accounts,
    seal::Place,
    token::{
        self,
        jws::{Algorithm, Key},
    },
};
use crate::{clock::new_id, config};

pub use rotate::{NOTICE, RotateError, Rotated, has_own_sealing_key, reseal, rotate};

/// How often tokens with unknown keys may make a process read the keys again.
const READ_AGAIN: Duration = Duration::from_millis(500);

/// The keys as this process knows them; cheap to clone.
#[derive(Clone)]
pub struct Keys {
    /// The key of the configuration.
    own: Key,
    algorithm: Algorithm,
    ring: Arc<RwLock<Arc<Ring>>>,
    last_read: Arc<Mutex<Option<Instant>>>,
}

/// Newest first.
struct Ring {
    rows: Vec<Row>,
    signing: Key,
    verifying: Vec<(Key, Option<Timestamp>)>,
}

/// A row of `keys`, without its secret.
#[derive(Clone, PartialEq, Eq)]
struct Row {
    name: String,
    purpose: String,
    is_active: bool,
    retired_at: Option<Timestamp>,
}

/// Why the keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    #[error(
        "auth.sealing_key: found a key that does not open the key that signs today, expected the one it was sealed with \
         (or that one as auth.sealing_key_previous)"
    )]
    Sealed,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Where the secret of key `id` is sealed.
pub(super) fn place(id: Uuid) -> Place {
    Place {
        table: "keys",
        column: "sealed",
        row: id,
        user: None,
    }
}

impl Keys {
    /// With the key of the configuration, whose length was checked with it.
    pub fn new(auth: &config::Auth) -> Option<Self> {
        let algorithm = Algorithm::find(&auth.jwt_algorithm)?;
        let own = Key::new(algorithm, auth.jwt_secret.expose_secret().as_bytes())?;
        let ring = Ring {
            rows: Vec::new(),
            signing: own.clone(),
            verifying: vec![(own.clone(), None)],
        };
        Some(Self {
            own,
            algorithm,
            ring: Arc::new(RwLock::new(Arc::new(ring))),
            last_read: Arc::default(),
        })
    }

    fn ring(&self) -> Arc<Ring> {
        self.ring
            .read()
            .expect("no panic happens under this lock")
            .clone()
    }

    /// The key that signs today.
    pub fn signing(&self) -> Key {
        self.ring().signing.clone()
    }

    /// The key of that name, if tokens that it signed may still be alive. One that is not known is looked for in PostgreSQL.
    pub(super) async fn find(
        &self,
        kid: &str,
        now: Timestamp,
        accounts: &Accounts,
    ) -> Result<Option<Key>, sqlx::Error> {
        let is_known = |ring: &Ring| ring.verifying.iter().any(|(key, _)| key.kid() == kid);
        let mut ring = self.ring();
        if !is_known(&ring) && self.may_read_again() {
            self.load(accounts).await?;
            ring = self.ring();
        }
        let found = ring.verifying.iter().find(|(key, _)| key.kid() == kid);
        let after = token::life(accounts) + SignedDuration::from_secs(token::LEEWAY);
        Ok(found
            .filter(|(_, retired)| retired.is_none_or(|retired| now < retired + after))
            .map(|(key, _)| key.clone()))
    }

    fn may_read_again(&self) -> bool {
        let last = self
            .last_read
            .lock()
            .expect("no panic happens under this lock");
        last.is_none_or(|at| at.elapsed() > READ_AGAIN)
    }

    /// Reads the keys: what signs, what verifies, what seals, what opens.
    pub async fn load(&self, accounts: &Accounts) -> Result<(), sqlx::Error> {
        *self
            .last_read
            .lock()
            .expect("no panic happens under this lock") = Some(Instant::now());
        let found = sqlx::query!(
            r#"select id, purpose, name, sealed, active_at <= clock_timestamp() as "is_active!",
                 retired_at as "retired_at: SqlTimestamp"
               from keys order by active_at desc, id desc"#
        )
        .fetch_all(&accounts.pool)
        .await?;
        let rows: Vec<Row> = found
            .iter()
            .map(|row| Row {
                name: row.name.clone(),
                purpose: row.purpose.clone(),
                is_active: row.is_active,
                retired_at: row.retired_at.map(SqlTimestamp::to_jiff),
            })
            .collect();
        if rows == self.ring().rows {
            return Ok(());
        }
        let base = accounts.seal.of_configuration();
        let (mut verifying, mut signing) = (Vec::new(), None);
        let (mut sealing, mut coming) = (Vec::new(), Vec::new());
        for (row, known) in found.iter().zip(&rows) {
            let Some(sealed) = &row.sealed else {
                if row.name == self.own.kid() {
                    verifying.push((self.own.clone(), known.retired_at));
                    signing.get_or_insert_with(|| self.own.clone());
                }
                continue;
            };
            let Ok(secret) = base.open(&place(row.id), sealed) else {
                tracing::error!(key = %row.name, "a key does not open: auth.sealing_key is another one");
                continue;
            };
            if row.purpose == "seal" {
                let secret: Option<[u8; 32]> = secret.try_into().ok();
                let list = if row.is_active {
                    &mut sealing
                } else {
                    &mut coming
                };
                list.extend(secret);
            } else if let Some(key) = Key::new(self.algorithm, &secret) {
                if row.is_active {
                    signing.get_or_insert_with(|| key.clone());
                }
                verifying.push((key, known.retired_at));
            }
        }
        if verifying.is_empty() {
            verifying.push((self.own.clone(), None));
        }
        accounts.seal.know(&sealing, &coming);
        let signing = signing.unwrap_or_else(|| self.own.clone());
        *self.ring.write().expect("no panic happens under this lock") = Arc::new(Ring {
            rows,
            signing,
            verifying,
        });
        Ok(())
    }

    /// Enters the key of the configuration, if it is new: then it takes the place of the one before. Reads all keys.
    pub async fn enter(&self, accounts: &Accounts) -> Result<(), KeysError> {
        let mut tx = accounts.pool.begin().await?;
        let is_new = sqlx::query!(
            "insert into keys (id, purpose, name) values ($1, 'sign', $2) on conflict (purpose, name) do nothing",
            new_id(),
            self.own.kid(),
        )
        .execute(&mut *tx)
        .await?
        .rows_affected()
            == 1;
        if is_new {
            sqlx::query!(
                "update keys set retired_at = clock_timestamp() where purpose = 'sign' and name <> $1 and retired_at is null",
                self.own.kid()
            )
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        self.load(accounts).await?;
        let newest = sqlx::query_scalar!(
            "select name from keys where purpose = 'sign' and active_at <= clock_timestamp()
             order by active_at desc, id desc limit 1"
        )
        .fetch_one(&accounts.pool)
        .await?;
        match newest == self.signing().kid() {
            true => Ok(()),
            false => Err(KeysError::Sealed),
        }
    }
}
