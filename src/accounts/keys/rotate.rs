//! New keys in the place of old ones, while daemons run: a new key signs and seals only when every process has had time to
//! read it, the old one goes on verifying and opening, and everything that is sealed is sealed anew, row by row. A rotation
//! that was broken off is finished by the next one.

use std::time::Duration;

use secrecy::ExposeSecret;
use sqlx::PgPool;
use uuid::Uuid;

use super::place;
use crate::{
    accounts::{
        Accounts, mail,
        seal::{CannotOpen, Place, Seal},
        token::jws,
    },
    clock::{new_id, random_bytes},
    db::UserTx,
    domain::UserId,
};

/// The time that processes have to read a new key before it is used: some rounds of each.
pub const NOTICE: Duration = Duration::from_secs(2);
/// Rows that are looked for at once.
const PORTION: i32 = 200;

/// What a rotation did.
#[derive(Debug)]
pub struct Rotated {
    /// The name of the key that signs from now on.
    pub signing: String,
    /// Values that were sealed anew.
    pub resealed: u64,
    /// Values that no key opens; they were left as they are.
    pub lost: u64,
}

/// Why a rotation was broken off.
#[derive(Debug, thiserror::Error)]
pub enum RotateError {
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error(
        "the key that was just made does not come back: another process with another auth.sealing_key works on this database"
    )]
    NotCurrent,
}

/// Makes a new signing and a new sealing key, waits until they are in use, and seals everything by the new one.
pub async fn rotate(accounts: &Accounts) -> Result<Rotated, RotateError> {
    // what stands under a sealing_key before the configured one comes first: it seals the other keys
    reseal_keys(accounts).await?;
    let signing = make(accounts).await?;
    tokio::time::sleep(NOTICE).await;
    accounts.keys.load(accounts).await?;
    if accounts.keys.signing().kid() != signing {
        return Err(RotateError::NotCurrent);
    }
    // a process that was about to seal with the old key has done so by then
    tokio::time::sleep(NOTICE / 2).await;
    let (resealed, lost) = reseal(accounts).await?;
    Ok(Rotated {
        signing,
        resealed,
        lost,
    })
}

/// Enters the two new keys, to be used after [`NOTICE`]; the name of the one that will sign.
async fn make(accounts: &Accounts) -> Result<String, sqlx::Error> {
    let base = accounts.seal.of_configuration();
    let (secret, sealing) = (random_bytes::<64>(), random_bytes::<32>());
    let signing = jws::name(&secret);
    let first: String = Seal::of(&[sealing])
        .current()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let mut tx = accounts.pool.begin().await?;
    // long dead; what the configuration brings stays, so that it is known to be old when it comes again
    sqlx::query!("delete from keys where sealed is not null and retired_at < clock_timestamp() - interval '3 days'")
        .execute(&mut *tx)
        .await?;
    sqlx::query!(
        "update keys set retired_at = clock_timestamp() + make_interval(secs => $1) where retired_at is null",
        2.0 * NOTICE.as_secs_f64()
    )
    .execute(&mut *tx)
    .await?;
    let both = [
        ("sign", &signing, &secret[..]),
        ("seal", &first, &sealing[..]),
    ];
    for (purpose, name, secret) in both {
        let id = new_id();
        sqlx::query!(
            "insert into keys (id, purpose, name, sealed, active_at)
             values ($1, $2, $3, $4, clock_timestamp() + make_interval(secs => $5))",
            id,
            purpose,
            name,
            base.seal(&place(id), secret),
            NOTICE.as_secs_f64(),
        )
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Ok(signing)
}

/// Seals the keys themselves by the configuration's key, where they were sealed by the one before.
async fn reseal_keys(accounts: &Accounts) -> Result<(), sqlx::Error> {
    let base = accounts.seal.of_configuration();
    let rows = sqlx::query!(r#"select id, sealed as "sealed!" from keys where sealed is not null"#)
        .fetch_all(&accounts.pool)
        .await?;
    for row in rows {
        let place = place(row.id);
        if let Ok(Some(anew)) = again(&base, &place, &row.sealed) {
            sqlx::query!(
                "update keys set sealed = $3 where id = $1 and sealed = $2",
                row.id,
                row.sealed,
                anew
            )
            .execute(&accounts.pool)
            .await?;
        }
    }
    Ok(())
}

/// The same value sealed by today's key; `None` when it is already.
fn again(seal: &Seal, place: &Place, sealed: &[u8]) -> Result<Option<Vec<u8>>, CannotOpen> {
    if seal.is_current(sealed) {
        return Ok(None);
    }
    let plain = seal.open(place, sealed)?;
    Ok(Some(seal.seal(place, &plain)))
}

/// Seals every value anew that today's key did not seal; how many, and how many no key opens.
pub async fn reseal(accounts: &Accounts) -> Result<(u64, u64), sqlx::Error> {
    let (mut done, mut lost) = (0, std::collections::HashSet::new());
    loop {
        let most = PORTION + i32::try_from(lost.len()).unwrap_or(i32::MAX - PORTION);
        let rows = sqlx::query!(
            r#"select source as "source!", id as "id!", user_id as "user_id?" from sealed_otherwise($1, $2)"#,
            &accounts.seal.current()[..],
            most,
        )
        .fetch_all(&accounts.pool)
        .await?;
        let before = (done, lost.len());
        for row in rows {
            if lost.contains(&row.id) {
                continue;
            }
            match reseal_row(accounts, &row.source, row.id, row.user_id.map(UserId)).await {
                Ok(()) => done += 1,
                Err(Stuck::Lost) => {
                    tracing::error!(table = %row.source, row = %row.id, "a sealed value does not open");
                    lost.insert(row.id);
                }
                Err(Stuck::Database(error)) => return Err(error),
            }
        }
        if before == (done, lost.len()) {
            return Ok((done, lost.len() as u64));
        }
    }
}

/// Why a row is as it was.
enum Stuck {
    Lost,
    Database(sqlx::Error),
}

impl From<sqlx::Error> for Stuck {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl From<CannotOpen> for Stuck {
    fn from(_: CannotOpen) -> Self {
        Self::Lost
    }
}

async fn reseal_row(
    accounts: &Accounts,
    source: &str,
    id: Uuid,
    user: Option<UserId>,
) -> Result<(), Stuck> {
    match (source, user) {
        ("factors", Some(user)) => reseal_factor(accounts, id, user).await,
        ("mails", Some(user)) => reseal_mail(accounts, id, user).await,
        _ => reseal_request(&accounts.pool, &accounts.seal, id).await,
    }
}

async fn reseal_factor(accounts: &Accounts, id: Uuid, user: UserId) -> Result<(), Stuck> {
    let place = Place {
        table: "factors",
        column: "sealed",
        row: id,
        user: Some(user),
    };
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    let sealed = sqlx::query_scalar!("select sealed from factors where id = $1 for update", id)
        .fetch_optional(&mut *tx)
        .await?
        .flatten();
    if let Some(anew) = sealed.map(|sealed| again(&accounts.seal, &place, &sealed)) {
        sqlx::query!(
            "update factors set sealed = coalesce($2, sealed) where id = $1",
            id,
            anew?
        )
        .execute(&mut *tx)
        .await?;
    }
    Ok(tx.commit().await?)
}

async fn reseal_mail(accounts: &Accounts, id: Uuid, user: UserId) -> Result<(), Stuck> {
    let place = mail::place(id, user);
    let mut tx = UserTx::begin(&accounts.pool, user).await?;
    let sealed = sqlx::query_scalar!("select sealed from mails where id = $1 for update", id)
        .fetch_optional(&mut *tx)
        .await?;
    if let Some(anew) = sealed.map(|sealed| again(&accounts.seal, &place, &sealed)) {
        sqlx::query!(
            "update mails set sealed = coalesce($2, sealed) where id = $1",
            id,
            anew?
        )
        .execute(&mut *tx)
        .await?;
    }
    Ok(tx.commit().await?)
}

async fn reseal_request(pool: &PgPool, seal: &Seal, id: Uuid) -> Result<(), Stuck> {
    let place = Place {
        table: "account_requests",
        column: "sealed",
        row: id,
        user: None,
    };
    let sealed = sqlx::query_scalar!("select account_request_sealed($1)", id)
        .fetch_one(pool)
        .await?;
    let Some(sealed) = sealed else {
        return Ok(());
    };
    if let Some(anew) = again(seal, &place, &sealed)? {
        sqlx::query!(
            "select reseal_account_request($1, $2, $3)",
            id,
            sealed,
            anew
        )
        .fetch_one(pool)
        .await?;
    }
    Ok(())
}

/// Whether the configuration has a sealing key of its own; without one, a new `auth.jwt_secret` makes everything sealed unreadable.
pub fn has_own_sealing_key(accounts: &Accounts) -> bool {
    !accounts.config.auth.sealing_key.expose_secret().is_empty()
}
